package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/gocolly/colly/v2"
)

// selectMost is the largest page that colly gets to see: only short pages are searched for words of refusal.
const selectMost = 256 << 10

// newShell makes the collector that each fetch clones. colly is used as a synchronous fetch-and-select shell: it makes
// the request through our transport and selects from the page. All it would decide by itself is off: it keeps no list of
// visited addresses, follows no redirect, asks no robots.txt, has no limits, queue, cookies or charset guesses of its own,
// and takes every status for an answer.
func newShell(f *Fetcher) *colly.Collector {
	c := colly.NewCollector(
		colly.AllowURLRevisit(),
		colly.ParseHTTPErrorResponse(),
		colly.IgnoreRobotsTxt(),
		colly.MaxBodySize(0), // colly cuts without a word; the transport has its own bounds
		colly.UserAgent(f.opt.UserAgent),
	)
	c.SetClient(&http.Client{
		Transport:     (*transport)(f),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	return c
}

// page is what colly selected from a short page.
type page struct{ title, text string }

// callKey is where a call is found in its request's context.
type callKey struct{}

// visit has a clone of the shell make the request. The exchange is filled by the transport; colly's own error matters only
// when it did not get that far. The page is nil unless the answer was a short page of HTML.
func (f *Fetcher) visit(ctx context.Context, c *call, header http.Header) (p *page, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("selecting from the page: %v", r)
		}
	}()
	shell := f.shell.Clone()
	shell.Context = context.WithValue(ctx, callKey{}, c)
	shell.OnHTML("html", func(e *colly.HTMLElement) {
		e.DOM.Find("script, style, noscript").Remove()
		p = &page{title: e.DOM.Find("title").First().Text(), text: strings.Join(strings.Fields(e.DOM.Find("body").Text()), " ")}
	})
	var body io.Reader
	if c.method == http.MethodPost {
		body = strings.NewReader(c.body)
	}
	err = shell.Request(c.method, c.target.url.String(), body, nil, header)
	if err == nil && !c.reached {
		err = errors.New("colly made no request")
	}
	return p, err
}
