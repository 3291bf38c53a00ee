package handoff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"nianbao/archive"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/report"
)

// ParserName is the name of the sink that every archive has.
const ParserName = "parser"

// Reader turns a payload into a document.
type Reader func(context.Context, extract.Input) (*document.Document, error)

// Parser is the shared parser as a sink, in process. A report that was recorded by the parser's present version is
// settled at once; one of another version is read again from its archived payload, so that a replay after an upgrade
// brings every report up to date.
type Parser struct {
	Archive *archive.Archive
	Read    Reader
}

func parserKind() kind {
	return kind{
		name:  ParserName,
		lacks: func(SinkConfig) string { return "" },
		open: func(_ SinkConfig, b body, read Reader) (Sink, error) {
			return &Parser{Archive: b.archive, Read: read}, nil
		},
	}
}

// Deliver brings the report of an event up to date.
func (p *Parser) Deliver(ctx context.Context, e archive.Event) error {
	if e.Type == archive.TypeRemoved {
		return nil
	}
	r, err := p.Archive.Report(e.Data.Report, false)
	if err != nil {
		return fmt.Errorf("handoff: parser: %w: %w", ErrPermanent, err)
	}
	if r.Parser == report.Version {
		return nil
	}
	for _, src := range r.Sources {
		if src.SHA256 == "" {
			continue
		}
		data, err := p.Archive.Payload(src.SHA256)
		if err != nil {
			return fmt.Errorf("handoff: parser: %w", err)
		}
		d, err := p.Read(ctx, extract.Input{Name: src.URL, MediaType: src.MediaType, Data: data})
		if err != nil {
			continue // another source may be readable
		}
		parsed, err := report.Parse(d)
		if _, ok := errors.AsType[*report.NotReport](err); ok {
			continue // a page that only announces the report; its file comes next
		}
		if err != nil {
			return fmt.Errorf("handoff: parser: %w", err)
		}
		if err := p.put(ctx, r, src, d, parsed); err != nil {
			return fmt.Errorf("handoff: parser: %w", err)
		}
	}
	return nil
}

func (p *Parser) put(ctx context.Context, r archive.Report, src archive.Source, d *document.Document, parsed *report.AnnualReport) error {
	o := archive.Observation{At: src.CapturedAt, URL: r.URL, Publisher: r.Publisher, Year: r.Year, Kind: r.Kind, Title: r.Title, PublishedAt: r.PublishedAt, Source: src, Parser: report.Version, Rules: report.NormalVersion}
	o.Text = d.Text()
	o.TextSHA256 = archive.Sum([]byte(report.NormalText(o.Text)))
	o.Cells, _ = parsed.Data.Count()
	var err error
	if o.Data, err = json.Marshal(parsed.Data); err != nil {
		return err
	}
	if o.Checks, err = json.Marshal(parsed.Checks); err != nil {
		return err
	}
	if o.Reading, err = json.Marshal(parsed.Reading); err != nil {
		return err
	}
	if o.Warnings, err = json.Marshal(parsed.Warnings); err != nil {
		return err
	}
	_, err = p.Archive.PutReport(ctx, o)
	return err
}
