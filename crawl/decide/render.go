package decide

import (
	"strings"

	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/report"
)

// Priorities of pages to be opened in a browser, which costs many requests: what is known to lack its text comes before
// the search, lists and front pages come when all that is sure has been asked.
const (
	renderReport = discover.Sure + 5
	renderList   = discover.Likely + 5
	renderFront  = discover.Likely + 1
	renderLast   = 4 // a page that shows ways on, none of which has led to a report
)

// RenderMethod is the method under which the frontier keeps a page that is to be opened in a browser.
const RenderMethod = "RENDER"

// render has a page opened in a browser, later and as the last means, when reading it shows nothing of what it promises:
// a column without entries, a front page without a way on, a report without its text. A page without scripts would show
// no more there.
func (d *decision) render(page *portal.Page, ranked []discover.Scored, heat int, at discover.Place, verdict report.Verdict, files int) {
	c := d.c
	if d.task.Render || c.Request.Method == "POST" || !isHTML(c.Exchange.MediaType) || !strings.Contains(strings.ToLower(page.Text), "<script") {
		return
	}
	priority := 0
	switch {
	case verdict.IsReport && !verdict.Complete && files == 0:
		priority = renderReport
	case verdict.IsReport:
		return
	case d.task.Article && !saysLittle(page.Doc):
		return
	case d.promised() && saysLittle(page.Doc):
		priority = renderReport
	case heat == 2 && !entries(ranked):
		priority = renderList
	case at.Home && !waysOn(ranked):
		priority = renderFront
	case at.Home, heat > 0:
		priority = renderLast
	default:
		return
	}
	t := d.task.fresh()
	t.Origin = ""
	t.Render, t.Digest, t.Heat, t.Article, t.List = true, "", heat, false, nil
	u := c.Request.URL
	d.out.Leads = append(d.out.Leads, Lead{Key: address.Key(RenderMethod, u, ""), Method: RenderMethod, URL: u, Host: c.Request.Host, Portal: c.Portal.Name,
		Priority: priority, Depth: max(1, c.Request.Depth), Task: t})
}

// promised reports whether the link that led to a page was the title of a report.
func (d *decision) promised() bool {
	return d.task.Below && d.task.Role != portal.RoleList && d.task.Role != portal.RoleAPI && discover.IsTitle(d.task.Text)
}

// littleText is what a page says at most, in octets, whose text a script is still to bring.
const littleText = 1500

func saysLittle(doc *document.Document) bool {
	n := 0
	for _, b := range doc.Blocks {
		if n += len(b.Text); b.Table != nil {
			for _, c := range b.Table.Cells {
				n += len(c.Text)
			}
		}
	}
	return n < littleText
}

// entries reports whether a column shows what it lists: reports, years or files. Bodies alone are no entries: their
// tabs stand above an empty list as well.
func entries(ranked []discover.Scored) bool {
	for _, l := range ranked {
		if l.InBody && l.Score >= discover.Sure && discover.IsEntry(l.Lead) {
			return true
		}
	}
	return false
}

// waysOn reports whether a page shows a way that is sure to lead on.
func waysOn(ranked []discover.Scored) bool {
	for _, l := range ranked {
		if l.Score >= discover.Sure && l.Role != portal.RoleScript {
			return true
		}
	}
	return false
}
