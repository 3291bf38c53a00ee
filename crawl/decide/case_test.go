package decide

import (
	"context"
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/fetch/exchange"
	"nianbao/internal/compose"
)

// then is when the answers of these tests came: outside the season of reports.
var then = time.Date(2024, time.June, 5, 8, 0, 0, 0, time.UTC)

// scope is whose the hosts are.
type scope map[string]*portal.Portal

func (s scope) Portal(u *url.URL) *portal.Portal { return s[address.Host(u.String())] }

var (
	home   = &portal.Portal{Name: "永宁县", Code: "990122", Level: "county", URL: "http://www.yn.example/"}
	finder = scope{"yn.example": home, "czj.yn.example": home, "m.yn.example": home}
)

const (
	site = "http://www.yn.example"
	rest = 3 * time.Second // of the host between two requests
)

// asked is a case of an address that ended in an outcome, three steps from where the portal begins.
func asked(rawURL string, o exchange.Outcome) Case {
	return Case{
		Request: Request{Key: address.Key("GET", rawURL, ""), Method: "GET", URL: rawURL, Host: address.Host(rawURL), Priority: 500, Depth: 3, ETag: `"old"`, LastMod: "before"},
		Task:    Task{Role: portal.RolePage},
		At:      rawURL, Portal: home, Scope: finder, Delay: rest,
		Exchange: &exchange.Exchange{Method: "GET", URL: rawURL, Started: then.Add(-time.Second), Completed: then, Outcome: o, Header: http.Header{}},
		Capture:  archive.Capture{Time: then, WARC: archive.Location{}},
	}
}

// answered is a case of an address that came with octets of a media type, and read what Reading asks for.
func answered(t testing.TB, rawURL, mediaType string, payload []byte, change ...func(*Case)) Case {
	t.Helper()
	c := asked(rawURL, exchange.OK)
	c.Exchange.Status, c.Exchange.MediaType, c.Exchange.Payload = http.StatusOK, mediaType, payload
	c.Exchange.Header.Set("ETag", `"new"`)
	c.Exchange.Header.Set("Last-Modified", "now")
	if strings.HasPrefix(mediaType, "text/") || mediaType == extract.JSON || mediaType == extract.XML {
		c.Exchange.Charset = "utf-8"
	}
	c.Capture.SHA256 = archive.Sum(payload)
	for _, f := range change {
		f(&c)
	}
	if in, ok := Reading(&c); ok && c.ReadErr == nil {
		c.Document, c.ReadErr = extract.Read(context.Background(), in, extract.Limits{})
	}
	return c
}

// page is a case of an HTML page.
func page(t testing.TB, rawURL, title, body string, change ...func(*Case)) Case {
	t.Helper()
	return answered(t, rawURL, extract.HTML, []byte(html5(title, body)), change...)
}

// html5 frames a body as a page with a title and an article.
func html5(title, body string) string {
	return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>` + html.EscapeString(title) + `</title></head><body><div class="article"><h1>` + html.EscapeString(title) +
		`</h1><div class="TRS_Editor">` + body + `</div></div></body></html>`
}

// with changes the task of a case.
func with(f func(*Task)) func(*Case) { return func(c *Case) { f(&c.Task) } }

// listing is a list of links: address, words, address, words …
func listing(pairs ...string) string {
	var b strings.Builder
	b.WriteString("<ul>")
	for p := range slices.Chunk(pairs, 2) {
		b.WriteString(`<li><a href="` + html.EscapeString(p[0]) + `">` + html.EscapeString(p[1]) + `</a></li>`)
	}
	b.WriteString("</ul>")
	return b.String()
}

// finance is a report of a department of the portal.
func finance(year int) *compose.Report {
	return compose.New(int64(year), "永宁县财政局", year, compose.Options{})
}

// decided decides a case.
func decided(t testing.TB, c Case) Decision {
	t.Helper()
	return Decide(context.Background(), c)
}

// leads are the decided requests by their address.
func leads(d Decision) map[string]Lead {
	out := map[string]Lead{}
	for _, l := range d.Leads {
		out[l.URL] = l
	}
	return out
}

func addresses(d Decision) []string { return slices.Sorted(maps.Keys(leads(d))) }

// text is a document of one paragraph.
func text(s string) *document.Document {
	return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: s}}}
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
