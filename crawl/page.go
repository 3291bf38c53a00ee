package crawl

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"nianbao/archive"
	"nianbao/charset"
	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/frontier"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/fetch/exchange"
	"nianbao/report"
)

// maxDepth bounds the steps from where a portal begins.
const maxDepth = 16

// readPage reads what came, records a report when it is one, and puts what it leads to into the frontier.
func (e *engine) readPage(ctx context.Context, v *visited) (frontier.Done, error) {
	now := v.ex.Completed
	digest := v.capture.SHA256
	known := v.task.Digest != "" && v.task.Digest == digest
	if v.task.Digest != "" && !known {
		v.task.Changed++
	}
	v.task.Digest = digest
	if known && v.task.Heat >= 0 && v.task.Parsed == report.Version { // the same octets lead nowhere new
		if v.task.Lost > 0 {
			return e.missing(ctx, v, exchange.Soft404) // and held no report before
		}
		return v.again(now), nil
	}
	v.task.Parsed = report.Version
	u, err := url.Parse(v.at)
	if err != nil {
		return frontier.Done{}, fmt.Errorf("crawl: %w", err)
	}
	if !isWeb(v.ex.MediaType) || v.task.Role == portal.RoleAttachment && v.task.Parent != nil && v.ex.MediaType != extract.HTML {
		return e.readFile(ctx, v)
	}
	page := &portal.Page{URL: u, MediaType: v.ex.MediaType, Body: v.lease.Body}
	page.Text, _ = charset.Decode(v.ex.Payload, v.ex.Charset)
	if v.ex.MediaType == extract.HTML || v.ex.MediaType == "application/xhtml+xml" {
		if page.Doc, err = e.read(ctx, extract.Input{Name: v.at, MediaType: v.ex.MediaType, Charset: v.ex.Charset, Data: v.ex.Payload}); err != nil {
			if ctx.Err() != nil {
				return frontier.Done{}, ctx.Err()
			}
			v.cut["unreadable"]++
			return e.failed(ctx, v, otherInterval)
		}
	}
	if v.lease.Depth > 0 && v.host.again(digest, v.lease.URL) && !v.task.Report {
		v.cut["same_page"]++ // the same page under one address after another
		return v.again(now), nil
	}
	page.Unfold(ctx)
	leads := page.Leads()
	at := discover.Place{Home: v.lease.Depth == 0, Text: v.task.Text, Column: v.task.Below, Depth: v.lease.Depth}

	var verdict report.Verdict
	if carries(page.Doc) {
		if verdict = e.judge(page.Doc, v); verdict.IsReport && !verdict.Complete && !discover.Announces(page.Doc, u, verdict, leads) {
			verdict = report.Verdict{Reason: "a list of reports"}
		}
	}
	at.IsReport, at.Announces = verdict.IsReport && verdict.Complete, verdict.IsReport && !verdict.Complete
	heat := discover.Heat(page.Doc, u, leads, at)
	v.task.Heat, v.task.Article = heat, !verdict.IsReport && discover.Article(page.Doc, leads)
	if verdict.IsReport {
		v.task.Heat = 0
	}
	ranked := discover.Rank(leads, u, heat, at)
	done := frontier.Done{}
	outlinks, files := e.follow(v, page, ranked, heat, verdict)
	if verdict.IsReport && e.years.has(verdict.Year) {
		record := func() error { return e.reportPage(ctx, v, page.Doc, verdict, files) }
		if !verdict.Complete && files > 0 && e.known(outlinks) {
			record = func() error { return e.announced(ctx, v, verdict) }
		}
		if err := record(); err != nil {
			return done, err
		}
	} else if v.task.Report && !verdict.IsReport {
		done, err := e.missing(ctx, v, exchange.Soft404)
		done.Outlinks = outlinks
		return done, err
	}
	if !verdict.IsReport && files == 0 {
		if err := e.parentAlone(ctx, v, "the file holds no report: "+verdict.Reason); err != nil {
			return done, err
		}
	}
	done = v.again(now)
	done.Outlinks = outlinks
	return done, nil
}

// carries reports whether a document may be a report at all: none does without the word 公开. Most pages of a portal are
// spared a longer look by it.
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

// isWeb reports whether a media type is one that leads further.
func isWeb(mediaType string) bool {
	switch mediaType {
	case extract.HTML, "application/xhtml+xml", extract.JSON, extract.XML, "text/xml", "text/javascript", "application/javascript", "application/x-javascript":
		return true
	}
	return false
}

func (e *engine) judge(d *document.Document, v *visited) report.Verdict {
	t := discover.Trail{Portal: v.portal, Text: v.task.Text, Column: v.task.Column, Year: v.task.Year}
	if v.task.Parent != nil {
		t.Parent = &v.task.Parent.Verdict
	}
	return discover.Judge(d, t)
}

// known reports whether the files that a page announces are all known from another page already: their visits will not
// tell of this one.
func (e *engine) known(items []frontier.Item) bool {
	for _, it := range items {
		if decodeTask(it.Context).Parent == nil {
			continue
		}
		if _, state, err := e.frontier.Lookup(it.Key); err != nil || state == frontier.Unknown {
			return false
		}
	}
	return true
}

// item makes a frontier item of a lead; not ok when it lies outside the portals of this run.
func (e *engine) item(from frontier.Lease, l portal.Lead, t task, priority int) (frontier.Item, bool) {
	u, err := url.Parse(l.URL)
	if err != nil || l.URL == "" {
		return frontier.Item{}, false
	}
	owner := e.seeds.Owner(u)
	if owner == nil || !e.wanted[owner] {
		return frontier.Item{}, false
	}
	return frontier.Item{Key: address.Key(l.Method, l.URL, l.Body), URL: l.URL, Method: l.Method, Body: l.Body, ContentType: l.ContentType,
		Host: address.Host(l.URL), Portal: owner.Name, Via: from.URL, Priority: priority, Depth: from.Depth + 1, Context: t.encode()}, true
}

// source describes what was visited as the source of a report.
func (v *visited) source(role string) archive.Source {
	return archive.Source{URL: v.lease.URL, Role: role, MediaType: v.ex.MediaType, Bytes: len(v.ex.Payload), SHA256: v.capture.SHA256, CapturedAt: v.capture.Time, WARC: v.capture.WARC}
}

// readFile reads a file: an attachment of a page, or one that a column lists.
func (e *engine) readFile(ctx context.Context, v *visited) (frontier.Done, error) {
	now := v.ex.Completed
	name := v.ex.Filename
	if name == "" {
		if u, err := url.Parse(v.at); err == nil {
			name = path.Base(u.Path)
		}
	}
	doc, err := e.read(ctx, extract.Input{Name: name, MediaType: v.ex.MediaType, Charset: v.ex.Charset, Data: v.ex.Payload})
	if ctx.Err() != nil {
		return frontier.Done{}, ctx.Err()
	}
	if err != nil {
		if err := e.unread(ctx, v, err); err != nil {
			return frontier.Done{}, err
		}
		return v.again(now), nil
	}
	found, reason := 0, ""
	for _, part := range leaves(doc) {
		verdict := e.judge(part, v)
		if !verdict.IsReport {
			reason = verdict.Reason
			continue
		}
		if !e.years.has(verdict.Year) {
			continue
		}
		src := v.source("attachment")
		if part != doc {
			src.URL += "#" + part.Name
		}
		if err := e.observe(ctx, v, part, verdict, src); err != nil {
			return frontier.Done{}, err
		}
		found++
	}
	switch {
	case found > 0:
	case v.task.Report:
		return e.missing(ctx, v, exchange.Soft404)
	default:
		err = e.parentAlone(ctx, v, "the file holds no report: "+reason)
	}
	if err != nil {
		return frontier.Done{}, err
	}
	return v.again(now), nil
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
