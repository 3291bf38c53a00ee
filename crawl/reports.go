package crawl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"nianbao/archive"
	"nianbao/crawl/discover"
	"nianbao/document"
	"nianbao/report"
)

// removalConfirmations is how many answers in a row must say that a report's address is gone.
const removalConfirmations = 2

// reportPage records a page that is a report or announces one. One whose body is in files only is recorded when those
// have been read, or could not be.
func (e *engine) reportPage(ctx context.Context, v *visited, doc *document.Document, verdict report.Verdict, files int) error {
	if !verdict.Complete && files > 0 {
		v.task.Report = true // its loss is news once its files have been recorded
		return nil
	}
	return e.observe(ctx, v, doc, verdict, v.source("page"))
}

// announced records a page as one more address of a report whose files another page has led to. Only its title counts as
// its text: what else such a page says changes with every reader.
func (e *engine) announced(ctx context.Context, v *visited, verdict report.Verdict) error {
	return e.put(ctx, v, archive.Observation{At: v.ex.Completed, URL: v.lease.URL, Source: v.source("page"), Parser: report.Version, Title: verdict.Title, Year: verdict.Year,
		PublishedAt: verdict.PublishedAt, Text: verdict.Title, TextSHA256: archive.Sum([]byte(verdict.Title)),
		Publisher: archive.Publisher{Name: verdict.Publisher, Code: v.portal.Code, Level: verdict.Level, Portal: v.portal.Name}}, nil)
}

// observe records a report.
func (e *engine) observe(ctx context.Context, v *visited, doc *document.Document, verdict report.Verdict, src archive.Source) error {
	o := archive.Observation{At: v.ex.Completed, URL: v.lease.URL, Source: src, Parser: report.Version}
	if p := v.task.Parent; p != nil {
		o.URL, o.Page = p.Page.URL, &p.Page
		several := p.Files > 1 || strings.Contains(src.URL, "#") || discover.Collective(p.Verdict.Publisher)
		verdict = agree(verdict, p, several)
	}
	o.Title, o.Year, o.PublishedAt = verdict.Title, verdict.Year, verdict.PublishedAt
	o.Publisher = archive.Publisher{Name: verdict.Publisher, Code: v.portal.Code, Level: verdict.Level, Portal: v.portal.Name}
	o.Text = doc.Text()
	o.TextSHA256 = archive.Sum([]byte(report.NormalText(o.Text)))
	parsed, err := report.Parse(doc)
	warnings := flags(doc)
	if none, ok := errors.AsType[*report.NotReport](err); ok {
		warnings = append(warnings, report.Warning{Code: "not_parsed", Text: none.Reason})
	} else if err != nil {
		return fmt.Errorf("crawl: parse %s: %w", src.URL, err)
	} else {
		o.Cells, _ = parsed.Data.Count()
		warnings = append(warnings, parsed.Warnings...)
		if o.Data, err = json.Marshal(parsed.Data); err == nil {
			o.Checks, err = json.Marshal(parsed.Checks)
		}
		if err != nil {
			return fmt.Errorf("crawl: %s: %w", src.URL, err)
		}
	}
	return e.put(ctx, v, o, warnings)
}

// put records an observation with its warnings, once it is known whose report it is and of which year.
func (e *engine) put(ctx context.Context, v *visited, o archive.Observation, warnings []report.Warning) error {
	if o.Publisher.Name == "" || o.Year == 0 || discover.Collective(o.Publisher.Name) {
		v.cut["unidentified"]++
		return nil
	}
	if len(warnings) > 0 {
		b, err := json.Marshal(warnings)
		if err != nil {
			return fmt.Errorf("crawl: %s: %w", o.Source.URL, err)
		}
		o.Warnings = b
	}
	events, err := e.archive.PutReport(ctx, o)
	if err != nil {
		return fmt.Errorf("crawl: record %s: %w", o.Source.URL, err)
	}
	if !v.task.Report || v.task.Parent != nil {
		v.host.gave(o.URL, v.task.Trail)
		e.found(v.portal)
	}
	v.task.Report, v.task.Lost = true, 0
	e.tell(events)
	return nil
}

// agree settles whose report an attachment is. The page that announces one file is believed, since the name in a file is
// often shorter; of several files, and of the members of one archive file, each speaks for itself.
func agree(v report.Verdict, p *parent, several bool) report.Verdict {
	own := several && v.Publisher != "" && v.Year != 0 && (v.Year != p.Verdict.Year || !discover.SameBody(v.Publisher, p.Verdict.Publisher))
	if own || p.Verdict.Publisher == "" || p.Verdict.Year == 0 {
		return v
	}
	v.Year = p.Verdict.Year
	if !p.Verdict.Assumed || v.Publisher == "" {
		v.Publisher, v.Level = p.Verdict.Publisher, p.Verdict.Level
	}
	if p.Verdict.Title != "" {
		v.Title = p.Verdict.Title
	}
	if p.Verdict.PublishedAt != "" {
		v.PublishedAt = p.Verdict.PublishedAt
	}
	return v
}

// flags are warnings about how a document was read.
func flags(d *document.Document) []report.Warning {
	var out []report.Warning
	for _, f := range d.Flags {
		out = append(out, report.Warning{Code: f, Text: "flag set by the reader " + d.Engine})
	}
	return out
}

// unread records a file that could not be read: the report is known, its numbers are not.
func (e *engine) unread(ctx context.Context, v *visited, cause error) error {
	code := "unreadable"
	for flag, target := range map[string]error{"needs_ocr": document.ErrNeedsOCR, "encrypted": document.ErrEncrypted, "unsupported": document.ErrUnsupported,
		"too_large": document.ErrTooLarge, "bomb": document.ErrBomb, "deadline": document.ErrDeadline} {
		if errors.Is(cause, target) {
			code = flag
		}
	}
	v.cut[code]++
	if v.task.Parent != nil {
		return e.alone(ctx, v, report.Warning{Code: code, At: v.lease.URL, Text: cause.Error()})
	}
	// A file that a column lists by a report's name is one, even when it cannot be read.
	verdict := discover.Judge(&document.Document{Title: v.task.Text, Blocks: []document.Block{{Kind: document.Heading, Level: 1, Text: v.task.Text}}}, discover.Trail{Portal: v.portal, Text: v.task.Text, Year: v.task.Year})
	if !verdict.IsReport || !e.years.has(verdict.Year) {
		return nil
	}
	src := v.source("attachment")
	return e.put(ctx, v, archive.Observation{At: v.ex.Completed, URL: v.lease.URL, Source: src, Parser: report.Version, Title: verdict.Title, Year: verdict.Year,
		PublishedAt: verdict.PublishedAt, TextSHA256: src.SHA256, Publisher: archive.Publisher{Name: verdict.Publisher, Code: v.portal.Code, Level: verdict.Level, Portal: v.portal.Name}},
		[]report.Warning{{Code: code, At: v.lease.URL, Text: cause.Error()}})
}

// parentAlone records the page that announced this file, when the file does not carry the report. Once the file has told
// of the report, its loss is its own and says nothing of the page.
func (e *engine) parentAlone(ctx context.Context, v *visited, reason string) error {
	if v.task.Parent == nil || v.task.Parent.Verdict.Complete || v.task.Report {
		return nil
	}
	return e.alone(ctx, v, report.Warning{Code: "attachment_missing", At: v.lease.URL, Text: reason})
}

// alone records an announcing page without the numbers of its file.
func (e *engine) alone(ctx context.Context, v *visited, w report.Warning) error {
	p := v.task.Parent
	if p.Verdict.Complete || !e.years.has(p.Verdict.Year) {
		return nil
	}
	return e.put(ctx, v, archive.Observation{At: v.ex.Completed, URL: p.Page.URL, Source: p.Page, Parser: report.Version, Title: p.Verdict.Title, Year: p.Verdict.Year,
		PublishedAt: p.Verdict.PublishedAt, Text: p.Verdict.Title, TextSHA256: archive.Sum([]byte(p.Verdict.Title)), // its other words are furniture

		Publisher: archive.Publisher{Name: p.Verdict.Publisher, Code: v.portal.Code, Level: p.Verdict.Level, Portal: v.portal.Name}}, []report.Warning{w})
}
