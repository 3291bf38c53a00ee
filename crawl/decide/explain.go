package decide

import (
	"context"
	"net/url"
	"slices"

	"nianbao/charset"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
)

// An Explanation says what a page is taken for and what each of its links is worth, with the reasons.
type Explanation struct {
	Heat  int // 2: a column of reports, 1: it leads to columns, 0: neither
	Signs []discover.Step
	Leads []discover.Explanation
}

// Explain is what Decide sees in a page: the same reading, the same policy, with the reasons in words.
func Explain(ctx context.Context, c Case) (Explanation, error) {
	u, err := url.Parse(c.At)
	if err != nil {
		return Explanation{}, err
	}
	page, leads := c.page(ctx, u)
	at := c.place(page, u)
	heat := discover.Heat(page.Doc, u, leads, at)
	return Explanation{heat, discover.ExplainHeat(page.Doc, u, leads, at), discover.Explain(leads, u, heat, at)}, nil
}

// page is the answer of a case as a page, with what it leads to.
func (c *Case) page(ctx context.Context, u *url.URL) (*portal.Page, []portal.Lead) {
	doc := c.Document
	if doc != nil { // what is unfolded is added to a copy: the case keeps what was read
		own := *doc
		own.Blocks, own.Links = slices.Clip(doc.Blocks), slices.Clip(doc.Links)
		doc = &own
	}
	p := &portal.Page{URL: u, MediaType: c.Exchange.MediaType, Body: c.Request.Body, Doc: doc,
		Families: c.Families, Beside: c.Beside, Charset: c.Exchange.Charset, Refresh: c.Exchange.Header.Get("Refresh")}
	p.Text, _ = charset.Decode(c.Exchange.Payload, c.Exchange.Charset)
	p.Unfold(ctx)
	return p, p.Leads()
}

// place is what is known of a page that leads stand on, before it is known whether it is a report.
func (c *Case) place(page *portal.Page, u *url.URL) discover.Place {
	return discover.Place{Home: c.Request.Depth == 0 || discover.IsFront(u), Directory: discover.IsDirectory(page.Doc, c.Task.Text), Text: c.Task.Text, Column: c.Task.Below, Depth: c.Request.Depth}
}
