package portaltest

import (
	"fmt"
	"strings"
)

// buildTRS lays a portal out as TRS WCM does: directories of columns, articles named by date and number, pages of a list
// named index_N and reachable only by a pager that a script writes.
func buildTRS(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if n == 1 {
			return "/" + trsDir(c) + "/"
		}
		return fmt.Sprintf("/%s/index_%d.html", trsDir(c), n-1)
	}
	l.article = func(a *article) string {
		day := strings.ReplaceAll(a.date, "-", "")
		return fmt.Sprintf("/%s/%s/t%s_%d.html", trsDir(a.column), day[:6], day, 3_200_000+a.id)
	}
	l.file = func(a *article, i int) string {
		day := strings.ReplaceAll(a.date, "-", "")
		return fmt.Sprintf("/%s/%s/P0%s%09d.%s", trsDir(a.column), day[:6], day, 31_000*a.id+i, a.files[i].ext)
	}
	// Addresses are written relative to their page, as the system does.
	l.list = func(c *column, n int) string {
		return strings.ReplaceAll(ul(l, c.page(n)), "\"/"+trsDir(c)+"/", "\"./")
	}
	l.pager = func(c *column, n int) string {
		if c.id%2 == 0 {
			return fmt.Sprintf("<div class=\"page\"><script>createPageHTML(%d,%d,\"index\",\"html\");</script></div>\n", c.pages(), n-1)
		}
		return fmt.Sprintf("<div class=\"page\"><script>\nvar currentPage=%d;\nvar countPage=%d;\nfor(var n=1;n<countPage;n++){document.write('<a href=\"index_'+n+'.html\">'+(n+1)+'</a>');}\n</script></div>\n", n-1, c.pages())
	}
	l.attach = func(a *article, links string) string {
		return "<p>附件：" + strings.ReplaceAll(links, "\"/"+trsDir(a.column)+"/", "\"../") + "</p>"
	}
	l.reach = func(_ *column, n int) string {
		if n > 1 {
			return ReachScript
		}
		return ReachPlain
	}
	l.open = `<div class="TRS_Editor" id="zoom">`
	l.conditional, l.etag, l.twin = true, true, true
	p.lay(l, s)
	for _, c := range s.columns() { // the directory and its index are one page
		p.put("/"+trsDir(c)+"/index.html", p.pages[l.column(c, 1)])
	}
}

// trsDir is the directory of a column: sub-columns lie within their parents' slugs already.
func trsDir(c *column) string {
	switch {
	case strings.Contains(c.slug, "nb"), c.slug == "xxgkzn", c.slug == "xxgkzd":
		return "zwgk/zfxxgk/" + c.slug
	case c.slug == "zfxxgk":
		return "zwgk/zfxxgk"
	}
	return c.slug
}
