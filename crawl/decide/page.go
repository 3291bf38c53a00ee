package decide

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

	"nianbao/crawl/discover"
	"nianbao/crawl/expect"
	"nianbao/crawl/portal"
	"nianbao/crawl/schedule"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/fetch/exchange"
	"nianbao/report"
)

// Reading says what is to be read before a case can be decided: the input for the extract rooms and whether there is
// anything to read. Nothing is read of an answer that failed, of octets that were read before by the same parser, nor of
// JSON, XML and scripts, which are looked at as text.
func Reading(c *Case) (extract.Input, bool) {
	ex := c.Exchange
	if ex.Outcome != exchange.OK || c.settled() {
		return extract.Input{}, false
	}
	in := extract.Input{Name: c.At, MediaType: ex.MediaType, Charset: ex.Charset, Data: ex.Payload}
	if c.isFile() {
		if in.Name = ex.Filename; in.Name == "" {
			if u, err := url.Parse(c.At); err == nil {
				in.Name = path.Base(u.Path)
			}
		}
		return in, true
	}
	return in, isHTML(ex.MediaType)
}

// IsPage reports whether an answer is a page, or data that leads further, rather than a file.
func (c *Case) IsPage() bool { return c.Exchange.Outcome == exchange.OK && !c.isFile() && !c.settled() }

// settled reports whether the same octets were decided before by the same parser: they lead nowhere new.
func (c *Case) settled() bool {
	t := c.Task
	return t.Digest != "" && t.Digest == c.Capture.SHA256 && t.Heat >= 0 && t.Parsed == report.Version
}

// isFile reports whether an answer is a file: an attachment of a page, or one that a column lists.
func (c *Case) isFile() bool {
	m := c.Exchange.MediaType
	return !isWeb(m) || c.Task.Role == portal.RoleAttachment && c.Task.Parent != nil && m != extract.HTML
}

func isHTML(mediaType string) bool {
	return mediaType == extract.HTML || mediaType == "application/xhtml+xml"
}

// isWeb reports whether a media type is one that leads further.
func isWeb(mediaType string) bool {
	switch mediaType {
	case extract.HTML, "application/xhtml+xml", extract.JSON, extract.XML, "text/xml", "text/javascript", "application/javascript", "application/x-javascript":
		return true
	}
	return false
}

// answer decides what came with success.
func (d *decision) answer(ctx context.Context) {
	c := d.c
	settled := c.settled()
	if d.task.Digest != "" && d.task.Digest != c.Capture.SHA256 {
		d.task.Changed++
	}
	d.task.Digest = c.Capture.SHA256
	if settled {
		if d.task.Lost > 0 {
			d.missing(exchange.Soft404) // and held no report before
		} else {
			d.again()
		}
		return
	}
	d.task.Parsed = report.Version
	switch {
	case c.isFile():
		d.file()
	case c.ReadErr != nil:
		d.cut(CutUnreadable)
		d.failed(schedule.Other)
	case c.Repeats && !d.task.Report:
		d.cut(CutSamePage) // the same page under one address after another
		d.again()
	default:
		d.page(ctx)
	}
}

// page decides a page: whether it is a report or announces one, and what it leads to.
func (d *decision) page(ctx context.Context) {
	c := d.c
	u, err := url.Parse(c.At)
	if err != nil { // the address was asked for: cannot happen
		d.failed(schedule.Other)
		return
	}
	page, leads := c.page(ctx, u)
	leads = d.inside(leads)
	verdict := d.verdict(page.Doc, u, leads)
	at := c.place(page, u)
	at.IsReport, at.Announces = verdict.IsReport && verdict.Complete, verdict.IsReport && !verdict.Complete
	heat := discover.Heat(page.Doc, u, leads, at)
	d.task.Heat, d.task.Article = heat, !verdict.IsReport && discover.Article(page.Doc, leads)
	if verdict.IsReport {
		d.task.Heat = 0
	} else {
		d.bodies(discover.Bodies(leads, u, heat, at), at.Directory)
	}
	d.out.Column = heat == 2
	ranked := discover.Rank(leads, u, heat, at)
	files := d.follow(page, ranked, heat, verdict)
	d.render(page, ranked, heat, at, verdict, files)
	switch {
	case verdict.IsReport && c.Years.Has(verdict.Year):
		d.reportPage(page.Doc, verdict, files)
	case d.task.Report && !verdict.IsReport:
		d.missing(exchange.Soft404)
		return
	}
	if !verdict.IsReport && files == 0 {
		d.parentAlone("the file holds no report: " + verdict.Reason)
	}
	d.again()
}

// inside are the leads that belong to a portal of this run; the others are counted. What may not be asked for must not
// stand in the way of what may.
func (d *decision) inside(leads []portal.Lead) []portal.Lead {
	out := leads[:0]
	for _, l := range leads {
		if u, err := url.Parse(l.URL); err == nil && d.c.Scope.Portal(u) != nil {
			out = append(out, l)
		} else if l.Role != portal.RoleScript && l.Kind != document.LinkImage {
			d.cut(string(exchange.OutOfScope))
		}
	}
	return out
}

// bodies takes in the bodies that a page names.
func (d *decision) bodies(named []discover.Named, directory bool) {
	ground := expect.GroundColumn
	if directory {
		ground = expect.GroundDirectory
	}
	for _, n := range named {
		d.out.Bodies = append(d.out.Bodies, expect.Body{Name: n.Name, Ground: ground, Via: d.c.Request.URL, Host: n.Host})
	}
}

// verdict says whether a page is a report or announces one. A page that carries only the title of a report, and is not
// the page that announces it, is a list.
func (d *decision) verdict(doc *document.Document, u *url.URL, leads []portal.Lead) report.Verdict {
	if !carries(doc) && !d.task.Below {
		return report.Verdict{}
	}
	v := d.judge(doc)
	if v.IsReport && !v.Complete && !discover.Announces(doc, u, v, leads) {
		return report.Verdict{Reason: "a list of reports"}
	}
	return v
}

func (d *decision) judge(doc *document.Document) report.Verdict {
	t := discover.Trail{Portal: d.c.Portal, Text: d.task.Text, Column: d.task.Column, Listed: d.task.Below, Year: d.task.Year}
	if d.task.Parent != nil {
		t.Parent = &d.task.Parent.Verdict
	}
	return discover.Judge(doc, t)
}

// carries reports whether a document may be a report at all: none does without the word 公开, but for what a column of
// reports lists under shorter names. Most pages of a portal are spared a longer look by it.
func carries(d *document.Document) bool {
	const word = "公开"
	if strings.Contains(d.Title, word) {
		return true
	}
	for _, b := range d.Blocks {
		if strings.Contains(b.Text, word) {
			return true
		}
		if b.Table != nil && slices.ContainsFunc(b.Table.Cells, func(c document.Cell) bool { return strings.Contains(c.Text, word) }) {
			return true
		}
	}
	return false
}

// file decides a file: an attachment of a page, or one that a column lists.
func (d *decision) file() {
	c := d.c
	if c.ReadErr != nil {
		d.unread(c.ReadErr)
		d.again()
		return
	}
	found, reason := 0, ""
	for _, part := range leaves(c.Document) {
		verdict := d.judge(part)
		if !verdict.IsReport {
			reason = verdict.Reason
			continue
		}
		if !c.Years.Has(verdict.Year) {
			continue
		}
		src := d.source("attachment")
		if part != c.Document {
			src.URL += "#" + part.Name
		}
		d.observe(part, verdict, src)
		found++
	}
	switch {
	case found > 0:
	case d.task.Report:
		d.missing(exchange.Soft404)
		return
	default:
		d.parentAlone("the file holds no report: " + reason)
	}
	d.again()
}

// leaves are the documents of a container, or the document itself.
func leaves(d *document.Document) []*document.Document {
	if len(d.Parts) == 0 {
		return []*document.Document{d}
	}
	var out []*document.Document
	for _, p := range d.Parts {
		out = append(out, leaves(p)...)
	}
	return out
}
