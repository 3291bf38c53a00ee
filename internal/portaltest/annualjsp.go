package portaltest

import (
	"fmt"
	"html"
	"strings"
)

// buildAnnualJSP lays a portal out with Hanweb's module of annual reports: one address for a body, which shows its newest
// report, and the other years behind a switch that a script serves. The order of the parameters varies.
func buildAnnualJSP(p *portal, s *content) {
	const module = "/module/xxgk/xxgkAnnualReport.jsp"
	var l layout
	area := func(name string) string { return "11370902" + strings.ToUpper(digest(p.place + name)[:9]) + "U" }
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/col/col%d/index_%d.html", 60_000+c.id, n)
		}
		return fmt.Sprintf("/col/col%d/index.html", 60_000+c.id)
	}
	l.article = func(a *article) string {
		switch {
		case a.report == nil:
			return fmt.Sprintf("/art/%s/art_%d_%d.html", strings.ReplaceAll(a.date, "-", "/"), 60_000+a.column.id, a.id)
		case a.id%2 == 0:
			return fmt.Sprintf("%s?area=%s&fbtime=%d", module, area(a.publisher), a.report.Year)
		}
		return fmt.Sprintf("%s?fbtime=%d&area=%s", module, a.report.Year, area(a.publisher))
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/module/download/downfile.jsp?classid=0&filename=%s.%s", digest(a.title), a.files[i].ext)
	}
	newest := map[string]*article{}
	years := map[string][]int{}
	for _, a := range s.annual.items {
		if a.report == nil {
			continue
		}
		years[a.publisher] = append(years[a.publisher], a.report.Year)
		if n := newest[a.publisher]; n == nil || a.report.Year > n.report.Year {
			newest[a.publisher] = a
		}
	}
	l.list = func(c *column, n int) string {
		if c != s.annual {
			return ul(l, c.page(n))
		}
		var b strings.Builder
		b.WriteString("<ul class=\"jg\">\n")
		for _, k := range bodiesOf(p.place, p.level) {
			if newest[k.name] != nil {
				fmt.Fprintf(&b, "<li><a href=\"%s?area=%s\" target=\"_blank\">%s</a></li>\n", module, area(k.name), k.name)
			}
		}
		b.WriteString("</ul>\n")
		for _, a := range c.items {
			if a.report == nil {
				b.WriteString(ul(l, []*article{a}))
			}
		}
		return b.String()
	}
	l.pager = func(c *column, n int) string {
		if c == s.annual {
			return ""
		}
		return pagerLinks(l, c, n)
	}
	l.reach = func(c *column, _ int) string {
		if c == s.annual {
			return ReachScript
		}
		return ReachPlain
	}
	l.conditional = true
	usual := l.defaults()
	crumbs := p.path(s, s.annual)
	l.page = func(a *article) string {
		if a.report == nil {
			return p.articlePage(usual, a, p.path(s, a.column))
		}
		var b strings.Builder
		b.WriteString("<div class=\"nd\">年度：<select id=\"fbtime\" onchange=\"changeYear(this.value)\">")
		for _, y := range years[a.publisher] {
			fmt.Fprintf(&b, "<option value=\"%d\">%d</option>", y, y)
		}
		fmt.Fprintf(&b, "</select></div>\n<script>\nfunction changeYear(y){ window.location.href = \"xxgkAnnualReport.jsp?area=%s&fbtime=\" + y; }\n</script>\n", area(a.publisher))
		fmt.Fprintf(&b, "<h2>%s</h2>\n<div class=\"xxgk_content\">%s</div>\n", html.EscapeString(a.title), a.body())
		for i, f := range a.files {
			fmt.Fprintf(&b, "<p>附件：<a href=\"%s\">%s</a></p>\n", html.EscapeString(l.file(a, i)), html.EscapeString(f.name))
		}
		return p.frame(frame{title: a.title, crumbs: crumbs, body: b.String()})
	}
	p.lay(l, s)
	for name, a := range newest {
		p.html(module+"?area="+area(name), func() string { return l.page(a) })
	}
}
