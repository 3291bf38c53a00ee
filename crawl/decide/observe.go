package decide

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"nianbao/archive"
	"nianbao/crawl/discover"
	"nianbao/document"
	"nianbao/report"
)

// reportPage records a page that is a report or announces one. One whose body is in files only is recorded when those
// have been read, or could not be; at once only when no visit of them is to come.
func (d *decision) reportPage(doc *document.Document, verdict report.Verdict, files int) {
	if verdict.Complete || files == 0 {
		if discover.StandsAlone(verdict) {
			d.observe(doc, verdict, d.source("page"))
		}
		return
	}
	known := &Announced{Observation: d.titled(verdict, d.c.Request.URL, d.source("page"))}
	for _, l := range d.out.Leads {
		if l.Task.Parent != nil {
			known.Files = append(known.Files, l.Key)
		}
	}
	if identified(known.Observation) {
		if d.counts() {
			known.Credit = &Credit{known.Observation.URL, d.task.Trail}
		}
		d.out.IfKnown = known
	}
	d.task.Report = true // its loss is news once its files have been recorded
}

// titled is an observation of a page of which only the title counts as its text: what else such a page says changes with
// every reader.
func (d *decision) titled(v report.Verdict, url string, src archive.Source) archive.Observation {
	return archive.Observation{At: d.now(), URL: url, Source: src, Parser: report.Version, Rules: report.NormalVersion, Reading: encode(report.Reading{State: report.StateTitleOnly}), Title: v.Title, Year: v.Year, PublishedAt: v.PublishedAt,
		Text: v.Title, TextSHA256: archive.Sum([]byte(v.Title)), Publisher: d.publisher(v)}
}

func (d *decision) publisher(v report.Verdict) archive.Publisher {
	p := d.c.Portal
	return archive.Publisher{Name: v.Publisher, Code: p.Code, Level: v.Level, Portal: p.Name}
}

// source describes what was visited as the source of a report.
func (d *decision) source(role string) archive.Source {
	c := d.c
	return archive.Source{URL: c.Request.URL, Role: role, MediaType: c.Exchange.MediaType, Bytes: len(c.Exchange.Payload), SHA256: c.Capture.SHA256,
		CapturedAt: c.Capture.Time, WARC: c.Capture.WARC}
}

// observe records a report.
func (d *decision) observe(doc *document.Document, verdict report.Verdict, src archive.Source) {
	o := archive.Observation{At: d.now(), URL: d.c.Request.URL, Source: src, Parser: report.Version}
	if p := d.task.Parent; p != nil {
		o.URL, o.Page = p.Page.URL, &p.Page
		several := p.Files > 1 || strings.Contains(src.URL, "#") || discover.Collective(p.Verdict.Publisher)
		verdict = agree(verdict, p, several)
	}
	o.Title, o.Year, o.PublishedAt, o.Publisher = verdict.Title, verdict.Year, verdict.PublishedAt, d.publisher(verdict)
	warnings := Fill(&o, doc)
	d.put(o, warnings)
}

// Fill reads a document into an observation: its text with the digest, and the numbers with their checks. It returns the
// warnings about how the document was read and what the numbers say.
func Fill(o *archive.Observation, doc *document.Document) []report.Warning {
	o.Text = doc.Text()
	o.TextSHA256, o.Rules = archive.Sum([]byte(report.NormalText(o.Text))), report.NormalVersion
	warnings := flags(doc)
	parsed, err := report.Parse(doc)
	if err != nil {
		reason := err.Error()
		if none, ok := errors.AsType[*report.NotReport](err); ok {
			reason = none.Reason
		}
		o.Reading = encode(report.Reading{State: report.StateTitleOnly})
		return append(warnings, report.Warning{Code: "not_parsed", Text: reason})
	}
	o.Cells, _ = parsed.Data.Count()
	o.Data, o.Checks, o.Reading = encode(parsed.Data), encode(parsed.Checks), encode(parsed.Reading)
	return append(warnings, parsed.Warnings...)
}

// put records an observation with its warnings, once it is known whose report it is and of which year.
func (d *decision) put(o archive.Observation, warnings []report.Warning) {
	if !identified(o) {
		d.cut(CutUnidentified)
		return
	}
	if len(warnings) > 0 {
		o.Warnings = encode(warnings)
	}
	d.out.Observations = append(d.out.Observations, o)
	if d.counts() {
		d.out.Credits = append(d.out.Credits, Credit{o.URL, d.task.Trail})
	}
	d.task.Report, d.task.Lost = true, 0
}

// counts reports whether a report recorded now counts for the portal's budgets: once an address, and each file of a page.
func (d *decision) counts() bool { return !d.task.Report || d.task.Parent != nil }

// identified reports whether it is known whose report an observation is of, and of which year.
func identified(o archive.Observation) bool {
	return o.Publisher.Name != "" && o.Year != 0 && !discover.Collective(o.Publisher.Name)
}

// encode is v in JSON.
func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil { // plain values only: cannot happen
		panic(fmt.Sprintf("decide: encode %T: %v", v, err))
	}
	return b
}

// agree settles whose report an attachment is. The page that announces one file is believed, since the name in a file is
// often shorter; of several files, and of the members of one archive file, each speaks for itself.
func agree(v report.Verdict, p *Parent, several bool) report.Verdict {
	own := several && v.Publisher != "" && v.Year != 0 && (v.Year != p.Verdict.Year || !discover.SameBody(v.Publisher, p.Verdict.Publisher))
	guessed := !discover.StandsAlone(p.Verdict) && v.Publisher != "" && v.Year != 0 // only its link called that page a report
	if own || guessed || p.Verdict.Publisher == "" || p.Verdict.Year == 0 {
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

// unreadCodes name why a file could not be read; the first that fits is taken.
var unreadCodes = []struct {
	err  error
	code string
}{
	{document.ErrNeedsOCR, "needs_ocr"},
	{document.ErrEncrypted, "encrypted"},
	{document.ErrUnsupported, "unsupported"},
	{document.ErrTooLarge, "too_large"},
	{document.ErrBomb, "bomb"},
	{document.ErrDeadline, "deadline"},
}

// unread records a file that could not be read: the report is known, its numbers are not.
func (d *decision) unread(cause error) {
	code := CutUnreadable
	for _, u := range unreadCodes {
		if errors.Is(cause, u.err) {
			code = u.code
			break
		}
	}
	d.cut(code)
	c := d.c
	w := report.Warning{Code: code, At: c.Request.URL, Text: cause.Error()}
	if d.task.Parent != nil {
		d.alone(w)
		return
	}
	// A file that a column lists by a report's name is one, even when it cannot be read.
	text := d.task.Text
	verdict := discover.Judge(&document.Document{Title: text, Blocks: []document.Block{{Kind: document.Heading, Level: 1, Text: text}}},
		discover.Trail{Portal: c.Portal, Text: text, Column: d.task.Column, Listed: d.task.Below, Year: d.task.Year})
	if !verdict.IsReport || !c.Years.Has(verdict.Year) {
		return
	}
	o := d.titled(verdict, c.Request.URL, d.source("attachment"))
	o.Text, o.TextSHA256 = "", o.Source.SHA256
	d.put(o, []report.Warning{w})
}

// parentAlone records the page that announced this file, when the file does not carry the report. Once the file has told
// of the report, its loss is its own and says nothing of the page.
func (d *decision) parentAlone(reason string) {
	if d.task.Parent == nil || d.task.Parent.Verdict.Complete || d.task.Report || !discover.StandsAlone(d.task.Parent.Verdict) {
		return
	}
	d.alone(report.Warning{Code: "attachment_missing", At: d.c.Request.URL, Text: reason})
}

// alone records an announcing page without the numbers of its file.
func (d *decision) alone(w report.Warning) {
	p := d.task.Parent
	if p.Verdict.Complete || !d.c.Years.Has(p.Verdict.Year) {
		return
	}
	d.put(d.titled(p.Verdict, p.Page.URL, p.Page), []report.Warning{w})
}
