package portaltest

import (
	"fmt"
	"html"
	"strings"
)

// buildCounty lays a portal out as counties with a system of their own do, every habit at once: doubled slashes, articles
// without a suffix, a directory as an article, numbered columns, upper-case tags broken over lines, and link texts with
// markup and blanks inside.
func buildCounty(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/25221/25222/%d/list-%d.html", 26_000+c.id, n)
		}
		return fmt.Sprintf("/25221/25222/%d/", 26_000+c.id)
	}
	l.article = func(a *article) string {
		dir := strings.TrimSuffix(l.column(a.column, 1), "/")
		switch a.id % 6 {
		case 0:
			return fmt.Sprintf("/html//zwgk/ndbg/bm/%d.html", 129_000+a.id)
		case 1:
			return fmt.Sprintf("%s/content_%d", dir, 368_000+a.id)
		case 2:
			return fmt.Sprintf("%s/%s16161%08d/index.html", dir, strings.ReplaceAll(a.date, "-", ""), a.id)
		case 3:
			return fmt.Sprintf("/single/%d/%d.html", a.column.id, 25_000+a.id)
		case 4:
			return fmt.Sprintf("/show-%d.html", 16_000+a.id)
		}
		return fmt.Sprintf("/news/show/%s/", digest(fmt.Sprint(p.index, a.id)))
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/uploadfile/%s/%s/2023%010d.%s", a.date[:4], strings.ReplaceAll(a.date[5:], "-", ""), a.id*10+i, strings.ToUpper(a.files[i].ext))
	}
	l.list = func(c *column, n int) string {
		var b strings.Builder
		b.WriteString("<TABLE width=\"100%\"><TBODY>\n")
		for _, a := range c.page(n) {
			text := []rune(html.EscapeString(a.title))
			half := len(text) / 2
			fmt.Fprintf(&b, "<TR><TD>·</TD><TD width=550><A class=\"t\"\n  HREF=\"%s\"\n  TARGET=_blank>&nbsp;%s<FONT color=#333>%s</FONT>&nbsp;&nbsp;</A></TD><TD>[%s]</TD></TR>\n", l.article(a), string(text[:half]), string(text[half:]), a.date)
		}
		b.WriteString("</TBODY></TABLE>\n")
		return b.String()
	}
	l.pager = func(c *column, n int) string {
		if n >= c.pages() {
			return "<p>已是最后一页</p>"
		}
		return fmt.Sprintf("<p><a href=\"list-%d.html\">&gt;&gt;</a></p>\n", n+1)
	}
	l.open = `<div class="view TRS_UEDITOR" id="Zoom">`
	l.conditional = true
	p.lay(l, s)
}

// buildBlog lays a portal out as a system that nobody has described: dated permalinks that end in a slash, excerpts
// instead of titles alone, pages that are offered as older entries.
func buildBlog(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/category/%s/page/%d/", strings.ReplaceAll(c.slug, "/", "-"), n)
		}
		return fmt.Sprintf("/category/%s/", strings.ReplaceAll(c.slug, "/", "-"))
	}
	l.article = func(a *article) string { return fmt.Sprintf("/%s/p%d/", strings.ReplaceAll(a.date, "-", "/"), a.id) }
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/wp-content/uploads/%s/%s/%s-%d.%s", a.date[:4], a.date[5:7], digest(a.title)[:8], i, a.files[i].ext)
	}
	l.list = func(c *column, n int) string {
		var b strings.Builder
		for _, a := range c.page(n) {
			fmt.Fprintf(&b, "<article class=\"post\"><h2 class=\"entry-title\"><a href=\"%[1]s\" rel=\"bookmark\">%[2]s</a></h2><time>%[3]s</time><div class=\"entry-summary\">%[4]s发布…… <a href=\"%[1]s#more\">继续阅读</a></div></article>\n", p.url(l.article(a)), html.EscapeString(a.title), a.date, a.publisher)
		}
		return b.String()
	}
	l.pager = func(c *column, n int) string {
		if n >= c.pages() {
			return ""
		}
		return fmt.Sprintf("<nav class=\"posts-navigation\"><a class=\"older\" rel=\"next\" href=\"%s\">&larr; 较早的文章</a></nav>\n", p.url(l.column(c, n+1)))
	}
	l.open = `<div class="entry-content">`
	l.etag = true
	p.lay(l, s)
}

// buildYearPages lays a portal out as those do whose list is the report: each body has one page, which shows its newest
// report and chooses the others by nbYear, or a directory for each year that is the report.
func buildYearPages(p *portal, s *content) {
	var l layout
	base := func(a *article) string {
		moved := ""
		if a.id >= 50_000 && a.id < 100_000 {
			moved = "_x"
		}
		return fmt.Sprintf("/zfxxgk_%s_%s%s", strings.SplitN(p.domain, "-", 2)[0], a.kind, moved)
	}
	tabs := func(a *article) bool { return a.level != "town" }
	p.strict = true
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/%s/list_%d.html", c.slug, n)
		}
		return "/" + c.slug + "/"
	}
	l.article = func(a *article) string {
		switch {
		case a.report == nil:
			return fmt.Sprintf("/%s/%s/%d.html", a.column.slug, strings.ReplaceAll(a.date, "-", ""), a.id)
		case tabs(a):
			return fmt.Sprintf("%s/zfxxgknb.html?nbYear=%d", base(a), a.report.Year)
		}
		return fmt.Sprintf("%s/zfxxgknb/%dn/", base(a), a.report.Year)
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("%s/files/%s.%s", base(a), digest(fmt.Sprint(a.id, i)), a.files[i].ext)
	}
	of := map[string][]*article{}
	for _, a := range s.annual.items {
		if a.report != nil {
			of[a.kind] = append(of[a.kind], a)
		}
	}
	first := func(kind string) string {
		a := of[kind][0]
		if tabs(a) {
			return base(a) + "/zfxxgknb.html"
		}
		return base(a) + "/zfxxgknb/"
	}
	l.list = func(c *column, n int) string {
		if c != s.annual {
			return ul(l, c.page(n))
		}
		var b strings.Builder
		b.WriteString("<div class=\"tab\"><span>市政府</span><span>部门</span><span>乡镇</span></div><ul class=\"dw\">\n")
		for _, k := range bodiesOf(p.place, p.level) {
			if len(of[k.short]) > 0 {
				fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", first(k.short), strings.TrimPrefix(k.name, p.place))
			}
		}
		return b.String() + "</ul>\n"
	}
	l.pager = func(c *column, n int) string {
		if c == s.annual {
			return ""
		}
		return pagerLinks(l, c, n)
	}
	switcher := func(a *article) string {
		var b strings.Builder
		b.WriteString("<div class=\"years\">")
		for _, x := range of[a.kind] {
			if tabs(a) {
				fmt.Fprintf(&b, "<span onclick=\"location.href='%s'\">%d年</span> ", strings.TrimPrefix(l.article(x), base(a)+"/"), x.report.Year)
			} else {
				fmt.Fprintf(&b, "<a href=\"%s\">%d年</a> ", l.article(x), x.report.Year)
			}
		}
		return b.String() + "</div>\n"
	}
	usual := l.defaults()
	l.page = func(a *article) string {
		if a.report == nil {
			return p.articlePage(usual, a, p.path(s, a.column))
		}
		body := switcher(a) + fmt.Sprintf("<h1>%s</h1><div class=\"nb\">%s</div>", html.EscapeString(a.title), a.body())
		for i, f := range a.files {
			body += fmt.Sprintf("<p><a href=\"%s\">%s</a></p>", l.file(a, i), html.EscapeString(f.name))
		}
		return p.frame(frame{title: "政府信息公开年报-" + p.place + "政府网", crumbs: p.path(s, s.annual), body: body})
	}
	l.reachOf = func(a *article) string {
		if tabs(a) {
			return ReachScript
		}
		return ReachPlain
	}
	p.lay(l, s)
	for kind, list := range of {
		a := list[0]
		if tabs(a) {
			p.html(first(kind), func() string { return l.page(a) })
			continue
		}
		p.html(first(kind), func() string {
			return p.frame(frame{title: "政府信息公开年报", crumbs: p.path(s, s.annual), body: switcher(a)})
		})
	}
}

// buildSubHosts lays a portal out as a city with a host for every department: the column of reports leads to the
// departments' own sites; one department's reports stand under the path of another.
func buildSubHosts(p *portal, s *content) {
	var l layout
	host := map[string]string{"czj": "czj." + p.domain, "jyj": "jyj." + p.domain}
	p.below = []string{host["czj"], host["jyj"]}
	at := func(kind string) string { // towns stand under the education office's path
		switch kind {
		case "czj", "jyj":
			return "//" + host[kind] + "/zwgk/zfxxgk/xxgknb"
		case "zf":
			return "/zwgk/xxgknb/zf"
		}
		return "/zwgk/xxgknb/nb_xzfbm/nb_xjyj"
	}
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/%s/index_%d.shtml", c.slug, n-1)
		}
		return "/" + c.slug + "/index.shtml"
	}
	l.article = func(a *article) string {
		dir := "/" + a.column.slug
		if a.report != nil {
			dir = at(a.kind)
		}
		return fmt.Sprintf("%s/%s%s/t%s_%d.shtml", dir, a.date[:4], a.date[5:7], strings.ReplaceAll(a.date, "-", ""), 1_200_000+a.id)
	}
	l.file = func(a *article, i int) string {
		uri := l.article(a)
		return fmt.Sprintf("%s/W0%s%09d.%s", uri[:strings.LastIndexByte(uri, '/')], strings.ReplaceAll(a.date, "-", ""), a.id*7+i, a.files[i].ext)
	}
	of := map[string][]*article{}
	var rest []*article
	for _, a := range s.annual.items {
		if a.report == nil {
			rest = append(rest, a)
			continue
		}
		of[at(a.kind)] = append(of[at(a.kind)], a)
	}
	l.list = func(c *column, n int) string {
		if c != s.annual {
			return ul(l, c.page(n))
		}
		var b strings.Builder
		fmt.Fprintf(&b, "<h3>市政府</h3>%s<h3>市政府部门</h3><ul><li><a href=\"http://%s/\" target=\"_blank\">市财政局</a></li><li><a href=\"http://%s/zwgk/zfxxgk/\">市教育局</a></li></ul>\n<h3>乡镇街道</h3><ul><li><a href=\"%s/\">乡镇、街道年报</a></li></ul>\n",
			ul(l, append(of[at("zf")], rest...)), host["czj"], host["jyj"], at("lhz"))
		return b.String()
	}
	l.pager = func(c *column, n int) string {
		if c == s.annual {
			return ""
		}
		return fmt.Sprintf("<script>createPageHTML(%d, %d, \"index\", \"shtml\");</script>", c.pages(), n-1)
	}
	l.conditional = true
	p.lay(l, s)
	p.html(at("lhz")+"/", func() string {
		return p.frame(frame{title: "教育局年报", crumbs: p.path(s, s.annual), body: ul(l, of[at("lhz")])})
	})
	for kind, h := range host {
		name := map[string]string{"czj": p.place + "财政局", "jyj": p.place + "教育局"}[kind]
		put := func(uri, title, body string) {
			p.html("//"+h+uri, func() string { return p.frame(frame{title: title + "-" + name, body: body}) })
		}
		put("/", name, "<ul><li><a href=\"/gzdt/\">工作动态</a></li><li><a href=\"/zwgk/\">政务公开</a></li></ul>")
		put("/gzdt/", "工作动态", "<p>暂无内容</p>")
		put("/zwgk/", "政务公开", "<ul><li><a href=\"/zwgk/zfxxgk/\">政府信息公开</a></li><li><a href=\"/gzdt/\">动态</a></li></ul>")
		put("/zwgk/zfxxgk/", "政府信息公开", "<ul><li><a href=\"/zwgk/zfxxgk/xxgkzn/\">政府信息公开指南</a></li><li><a href=\"/zwgk/zfxxgk/xxgknb/\">政府信息公开年报</a></li></ul>")
		p.html("//"+h+"/zwgk/zfxxgk/xxgknb/", func() string {
			return p.frame(frame{title: "政府信息公开年报-" + name, body: ul(l, of["//"+h+"/zwgk/zfxxgk/xxgknb"])})
		})
	}
}
