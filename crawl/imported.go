package crawl

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"nianbao/archive"
	"nianbao/crawl/decide"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/report"
)

// ReadImported is what reading imported captures came to.
type ReadImported struct {
	Read       int             `json:"read"`
	Reports    int             `json:"reports"` // observations of reports
	Events     []archive.Event `json:"-"`
	Unreadable int             `json:"unreadable,omitempty"`
}

// announcement is a page that announces files: what the decision on each of its files needs to know of it.
type announcement struct {
	page    archive.Source
	verdict report.Verdict
	files   int
	read    int
	text    string // of the link
}

// imported reads captures that were not fetched by this program: pages first, then the files that they announce.
type imported struct {
	archive *archive.Archive
	read    Reader
	seeds   *portal.Seeds
	sum     ReadImported
	links   map[string]*announcement // by address
	texts   map[string]string        // of links to addresses
}

// ReadCaptures runs captures of an import through the reading that a crawl does, so that reports nobody can fetch any more
// count like others. It sends no request. The reports are those of the seed list's portals.
func ReadCaptures(ctx context.Context, a *archive.Archive, read Reader, seeds *portal.Seeds, captures []archive.Capture) (ReadImported, error) {
	im := &imported{archive: a, read: read, seeds: seeds, links: map[string]*announcement{}, texts: map[string]string{}}
	captures = slices.Clone(captures)
	slices.SortStableFunc(captures, func(x, y archive.Capture) int { return x.Time.Compare(y.Time) })
	var all []*announcement
	for _, pages := range []bool{true, false} {
		for _, c := range captures {
			if ctx.Err() != nil {
				return im.sum, ctx.Err()
			}
			if c.SHA256 == "" || c.Status >= 300 || isPage(&c) != pages {
				continue
			}
			made, err := im.capture(ctx, &c)
			if err != nil {
				return im.sum, err
			}
			if made != nil {
				all = append(all, made)
			}
		}
	}
	for _, an := range all { // those whose files were not among the captures
		if an.read > 0 || !discover.StandsAlone(an.verdict) {
			continue
		}
		o := im.observation(an.verdict, an.page)
		o.Text, o.TextSHA256 = an.verdict.Title, archive.Sum([]byte(an.verdict.Title))
		if err := im.put(ctx, o, []report.Warning{{Code: "attachment_missing", At: an.page.URL, Text: "its file was not imported"}}); err != nil {
			return im.sum, err
		}
	}
	return im.sum, nil
}

func isPage(c *archive.Capture) bool {
	return c.MediaType == "text/html" || c.MediaType == "application/xhtml+xml" || c.MediaType == ""
}

// capture reads one capture; it returns the announcement that a page makes.
func (im *imported) capture(ctx context.Context, c *archive.Capture) (*announcement, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, nil // no address of a report
	}
	p := im.seeds.Owner(u)
	if p == nil {
		return nil, nil // of no portal: whose report it is could not be said
	}
	data, err := im.archive.Payload(c.SHA256)
	if err != nil {
		return nil, fmt.Errorf("crawl: imported %s: %w", c.URL, err)
	}
	im.sum.Read++
	doc, err := im.read(ctx, extract.Input{Name: cmp.Or(c.Filename, c.URL), MediaType: c.MediaType, Charset: c.Charset, Data: data})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		im.sum.Unreadable++
		return nil, nil
	}
	src := archive.Source{URL: c.URL, Role: "page", MediaType: c.MediaType, Bytes: c.Bytes, SHA256: c.SHA256, CapturedAt: c.Time, WARC: c.WARC}
	an := im.links[c.URL]
	trail := discover.Trail{Portal: p, Text: im.texts[c.URL]}
	if an != nil && !isPage(c) {
		src.Role, trail.Parent, trail.Text = "attachment", &an.verdict, an.text
		an.read++
	}
	verdict := discover.Judge(doc, trail)
	made := im.follow(u, doc, verdict, src)
	if !verdict.IsReport || made != nil && !verdict.Complete {
		return made, nil
	}
	return nil, im.observe(ctx, doc, verdict, src, an)
}

// follow notes where a page's links lead; what a page that announces a report links to from its body are its files.
func (im *imported) follow(base *url.URL, doc *document.Document, verdict report.Verdict, src archive.Source) (made *announcement) {
	for _, l := range doc.Links {
		to, err := base.Parse(l.URL)
		if err != nil {
			continue
		}
		to.Fragment = ""
		address := to.String()
		im.texts[address] = cmp.Or(l.Title, l.Text, im.texts[address])
		if !verdict.IsReport || verdict.Complete || address == src.URL {
			continue
		}
		if made == nil {
			made = &announcement{page: src, verdict: verdict}
		}
		made.files++
		if im.links[address] == nil {
			im.links[address] = made
			made.text = cmp.Or(l.Title, l.Text)
		}
	}
	return made
}

func (im *imported) observation(v report.Verdict, src archive.Source) archive.Observation {
	o := archive.Observation{At: src.CapturedAt, URL: src.URL, Source: src, Parser: report.Version, Title: v.Title, Year: v.Year, PublishedAt: v.PublishedAt,
		Publisher: archive.Publisher{Name: v.Publisher, Level: v.Level}}
	if u, err := url.Parse(src.URL); err == nil {
		if p := im.seeds.Owner(u); p != nil {
			o.Publisher.Code, o.Publisher.Portal = p.Code, p.Name
		}
	}
	return o
}

// observe records a report that a document is.
func (im *imported) observe(ctx context.Context, doc *document.Document, v report.Verdict, src archive.Source, an *announcement) error {
	if an != nil && src.Role == "attachment" && an.verdict.Publisher != "" && an.verdict.Year != 0 && (v.Year == an.verdict.Year || v.Year == 0) {
		v.Publisher, v.Level, v.Year = an.verdict.Publisher, an.verdict.Level, an.verdict.Year // the page is believed: a file's own name is often shorter
		v.Title, v.PublishedAt = cmp.Or(an.verdict.Title, v.Title), cmp.Or(an.verdict.PublishedAt, v.PublishedAt)
	}
	o := im.observation(v, src)
	if an != nil && src.Role == "attachment" {
		o.URL, o.Page = an.page.URL, &an.page
	}
	warnings := decide.Fill(&o, doc)
	return im.put(ctx, o, warnings)
}

func (im *imported) put(ctx context.Context, o archive.Observation, warnings []report.Warning) error {
	if strings.TrimSpace(o.Publisher.Name) == "" || o.Year == 0 || discover.Collective(o.Publisher.Name) {
		return nil
	}
	warnings = append(warnings, report.Warning{Code: "imported", At: o.Source.URL, Text: "read from a capture that another program made"})
	b, err := json.Marshal(warnings)
	if err != nil {
		return fmt.Errorf("crawl: imported %s: %w", o.Source.URL, err)
	}
	o.Warnings = b
	events, err := im.archive.PutReport(ctx, o)
	if err != nil {
		return fmt.Errorf("crawl: imported %s: %w", o.Source.URL, err)
	}
	im.sum.Reports++
	im.sum.Events = append(im.sum.Events, events...)
	return nil
}
