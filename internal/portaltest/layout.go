package portaltest

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"
)

// How a portal divides its reports into columns.
const (
	splitNone = iota
	splitKind // government, departments, towns
	splitYear
)

// A family is one content system.
type family struct {
	name  string
	split int
	// gbk pages are sent in GBK; contentType is what the server claims, noMeta that the page claims nothing.
	gbk, noMeta bool
	contentType string
	build       func(*portal, *content)
}

// A layout says where a family puts things and how it writes them. Functions that are nil have a plain default.
type layout struct {
	column  func(c *column, page int) string // address of a page of a column, from 1
	article func(a *article) string
	file    func(a *article, i int) string
	// list writes one page of a column's list; pager what leads to the other pages.
	list  func(c *column, page int) string
	pager func(c *column, page int) string
	// open is the tag that opens an article's content.
	open string
	// attach writes the links to files; outside says that they stand outside the content.
	attach  func(a *article, links string) string
	outside bool
	// fileHeader adds to the answer that carries a file; fileType replaces its media type.
	fileHeader func(a *article, f file) map[string]string
	fileType   string
	meta       func(a *article) [][2]string
	page       func(a *article) string // the whole article page instead of the usual one
	// reach says how the items of a page of a list can be reached.
	reach func(c *column, page int) string
	// reachOf says it of one article, where those of a list differ.
	reachOf func(a *article) string
	// conditional pages carry Last-Modified, etag an entity tag.
	conditional, etag bool
	twin              bool // every article has a _wap twin
}

// lay puts all pages of a portal in their places and states the truth about its reports.
func (p *portal) lay(l layout, s *content) {
	l = l.defaults()
	p.site, p.layout = s, l
	p.html("/", func() string { return p.home(l, s) })
	p.home(l, s) // puts the script file of the header in its place
	for _, c := range s.columns() {
		parents := p.path(s, c)
		for n := 1; n <= c.pages(); n++ {
			g := p.html(l.column(c, n), func() string {
				return p.frame(frame{title: c.name + "-" + p.place + "政府网", meta: [][2]string{{"ColumnName", c.name}}, crumbs: parents, body: p.columnBody(l, c, n)})
			})
			g.etag = l.etag
		}
		for _, a := range c.items {
			p.layArticle(l, a, parents)
		}
	}
	for _, c := range s.columns() {
		for n := 1; n <= c.pages(); n++ {
			for _, a := range c.page(n) {
				if a.report != nil {
					reach := l.reach(c, n)
					if l.reachOf != nil {
						reach = l.reachOf(a)
					}
					p.state(l, a, reach)
				}
			}
		}
	}
	for _, a := range p.delisted {
		p.layArticle(l, a, p.path(s, a.column))
		p.state(l, a, ReachNone)
	}
	for _, a := range p.gone {
		if p.epoch == 2 {
			p.changes = append(p.changes, Change{Kind: Removed, Truth: p.truthOf(l, a, ReachPlain)})
		}
	}
}

func (l layout) defaults() layout {
	if l.list == nil {
		l.list = func(c *column, n int) string { return ul(l, c.page(n)) }
	}
	if l.pager == nil {
		l.pager = func(c *column, n int) string { return pagerLinks(l, c, n) }
	}
	if l.open == "" {
		l.open = `<div class="content" id="zoom">`
	}
	if l.attach == nil {
		l.attach = func(_ *article, links string) string { return "<p>附件：" + links + "</p>" }
	}
	if l.reach == nil {
		l.reach = func(*column, int) string { return ReachPlain }
	}
	return l
}

// path is the position of a column: its parents, then itself.
func (p *portal) path(s *content, c *column) []*column {
	var find func(list []*column) []*column
	find = func(list []*column) []*column {
		for _, k := range list {
			if k == c {
				return []*column{k}
			}
			if rest := find(k.kids); rest != nil {
				return append([]*column{k}, rest...)
			}
		}
		return nil
	}
	return find(s.top)
}

// home is the front page: every top column with its newest articles, and what the hazards add.
func (p *portal) home(l layout, s *content) string {
	var b, nav strings.Builder
	nav.WriteString("<ul class=\"nav\">")
	for _, c := range s.top {
		fmt.Fprintf(&nav, "<li><a href=\"%s\">%s</a></li>\n", html.EscapeString(l.column(c, 1)), c.name)
	}
	nav.WriteString("</ul>\n")
	if p.nav != "" {
		fmt.Fprintf(&b, "<div id=\"header\"></div>\n<script type=\"text/javascript\" src=\"%s\"></script>\n", p.nav)
		p.put(p.nav, &page{mediaType: "application/javascript", body: func() []byte {
			var js strings.Builder
			for line := range strings.Lines(nav.String()) {
				fmt.Fprintf(&js, "document.writeln('%s');\n", strings.ReplaceAll(strings.TrimSpace(line), "/", "\\/"))
			}
			return []byte(js.String())
		}})
	} else {
		b.WriteString(nav.String())
	}
	for _, c := range s.top {
		if p.nav != "" && len(c.items) == 0 {
			continue
		}
		items := c.page(1)
		fmt.Fprintf(&b, "<div class=\"block\"><h3><a href=\"%s\" title=\"%s\">更多</a></h3>\n%s</div>\n", html.EscapeString(l.column(c, 1)), c.name, ul(l, items[:min(5, len(items))]))
	}
	if p.index%4 == 3 { // some portals show the column on their front page
		fmt.Fprintf(&b, "<div class=\"quick\"><a href=\"%s\"><em></em>政府信息<br>公开年报</a></div>\n", html.EscapeString(l.column(s.annual, 1)))
	}
	for i, d := range p.denies {
		fmt.Fprintf(&b, "<a href=\"%snb%d.html\">政府信息公开年报（内部）</a>\n", (&url.URL{Path: d}).EscapedPath(), i)
	}
	b.WriteString("<a href=\"http://search-example.gov.cn/s?word=\">站内搜索</a>\n")
	b.WriteString(strings.Join(p.front, "\n"))
	return p.frame(frame{title: p.place + "人民政府门户网站", body: b.String()})
}

// columnBody is a column's list, or the links to its sub-columns.
func (p *portal) columnBody(l layout, c *column, n int) string {
	var b strings.Builder
	if len(c.kids) > 0 {
		b.WriteString("<ul class=\"columns\">\n")
		for _, k := range c.kids {
			fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", html.EscapeString(l.column(k, 1)), k.name)
		}
		b.WriteString("</ul>\n")
	}
	if len(c.items) == 0 && c == p.site.annual && len(p.beside) > 0 {
		fmt.Fprintf(&b, "<ul class=\"more\">\n%s\n</ul>\n", strings.Join(p.beside, "\n"))
	}
	if len(c.items) > 0 {
		fmt.Fprintf(&b, "<div class=\"list\">\n%s</div>\n", l.list(c, n))
		if c == p.site.annual && n == 1 && len(p.beside) > 0 {
			fmt.Fprintf(&b, "<ul class=\"more\">\n%s\n</ul>\n", strings.Join(p.beside, "\n"))
		}
		if c.pages() > 1 {
			b.WriteString(l.pager(c, n))
		}
	}
	return b.String()
}

// ul is the plainest list: a link and a date an item.
func ul(l layout, items []*article) string {
	var b strings.Builder
	b.WriteString("<ul>\n")
	for _, a := range items {
		fmt.Fprintf(&b, "<li><a href=\"%s\" target=\"_blank\">%s</a><span>%s</span></li>\n", html.EscapeString(l.article(a)), html.EscapeString(a.title), a.date)
	}
	b.WriteString("</ul>\n")
	return b.String()
}

// pagerLinks is the plainest pager.
func pagerLinks(l layout, c *column, n int) string {
	var b strings.Builder
	b.WriteString("<div class=\"pages\">")
	for i := 1; i <= c.pages(); i++ {
		if i == n {
			fmt.Fprintf(&b, "<span>%d</span> ", i)
		} else {
			fmt.Fprintf(&b, "<a href=\"%s\">%d</a> ", html.EscapeString(l.column(c, i)), i)
		}
	}
	if n < c.pages() {
		fmt.Fprintf(&b, "<a href=\"%s\">下一页</a>", html.EscapeString(l.column(c, n+1)))
	}
	b.WriteString("</div>\n")
	return b.String()
}

// layArticle puts an article and its files, and what stands at the address it has left.
func (p *portal) layArticle(l layout, a *article, crumbs []*column) {
	uri := l.article(a)
	render := func() string { return p.articlePage(l, a, crumbs) }
	g := p.html(uri, render)
	g.etag = l.etag
	if l.conditional && a.report == nil { // a report that is corrected keeps its address, so its date cannot serve
		if t, err := time.Parse(time.DateOnly, a.date); err == nil {
			g.modified = t.Add(9 * time.Hour)
		}
	}
	if l.twin {
		p.html(strings.TrimSuffix(uri, ".html")+"_wap.html", render)
	}
	for i, f := range a.files {
		h := map[string]string{}
		if l.fileHeader != nil {
			h = l.fileHeader(a, f)
		}
		t := f.mediaType
		if l.fileType != "" {
			t = l.fileType
		}
		p.put(l.file(a, i), &page{mediaType: t, header: h, body: f.data, etag: l.etag})
	}
	if old := p.was[a]; old != nil {
		old.column = a.column
		if from := l.article(old); p.index%2 == 1 && from != uri {
			p.put(from, &page{status: 301, mediaType: typeHTML, header: map[string]string{"Location": uri}, body: func() []byte { return nil }})
		}
	}
}

func (p *portal) articlePage(l layout, a *article, crumbs []*column) string {
	if l.page != nil {
		return l.page(a)
	}
	var links strings.Builder
	for i, f := range a.files {
		href := l.file(a, i)
		if p.viewer && f.ext == "pdf" {
			href = "/pdfjs/web/viewer.html?file=" + url.QueryEscape(href)
		}
		fmt.Fprintf(&links, "<a href=\"%s\">%s</a> ", html.EscapeString(href), html.EscapeString(f.name))
	}
	inside, outside := "", ""
	if len(a.files) > 0 {
		if inside = l.attach(a, links.String()); l.outside {
			inside, outside = "", inside
		}
	}
	meta := [][2]string{{"ArticleTitle", a.title}, {"PubDate", a.date + " 09:30"}, {"ContentSource", a.publisher}, {"ColumnName", a.column.name}}
	if l.meta != nil {
		meta = l.meta(a)
	}
	body := fmt.Sprintf("<h1>%s</h1>\n<div class=\"info\">发布日期：%s　来源：%s　浏览次数：<span id=\"hits\">123</span></div>\n%s\n%s%s</div>\n%s", html.EscapeString(a.title), a.date, a.publisher, l.open, a.body(), inside, outside)
	if l.twin {
		uri := l.article(a)
		body += fmt.Sprintf("<a href=\"%s?isMobile=true\">手机版</a> <a href=\"%s_wap.html\">简版</a>", uri, strings.TrimSuffix(uri, ".html"))
	}
	return p.frame(frame{title: a.title, meta: meta, crumbs: crumbs, body: body})
}

// state records the truth about a report, and what has become of it.
func (p *portal) state(l layout, a *article, reach string) {
	t := p.truthOf(l, a, reach)
	p.truth = append(p.truth, t)
	if kind := p.fates[a]; kind != "" {
		c := Change{Kind: kind, Truth: t}
		if old := p.was[a]; old != nil {
			if c.Was = p.url(l.article(old)); c.Was == t.URL {
				return // a system that cannot move anything: the address follows from body and year
			}
		}
		p.changes = append(p.changes, c)
	}
}

func (p *portal) truthOf(l layout, a *article, reach string) Truth {
	t := Truth{Portal: p.place, Publisher: a.publisher, Code: p.code, Level: a.level, Family: p.family.name, Year: a.report.Year, Title: a.title,
		URL: p.url(l.article(a)), MediaType: typeHTML, Numbers: a.report.Numbers, Reach: reach}
	if len(a.files) > 0 {
		t.Attachment, t.MediaType = p.url(l.file(a, 0)), a.files[0].mediaType
	}
	return t
}
