package portaltest

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
)

// buildJpaas lays a portal out as the newer Hanweb platform does: a column page that carries only ids, and a publish
// server that answers with HTML inside JSON. Half of the columns tell how many pages there are; of the others a page past
// the end is empty.
func buildJpaas(p *portal, s *content) {
	const unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
	var l layout
	l.column = func(c *column, _ int) string { return "/" + c.slug + "/index.html" }
	l.article = func(a *article) string {
		return fmt.Sprintf("/%s/art/%s/art_%s.html", a.column.slug, a.date[:4], digest(fmt.Sprint(p.index, a.id)))
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/cms_files/filemanager/%d/attach/%s/%s.%s", 1000+p.index, a.date[:4], digest(fmt.Sprint(a.id, i)), a.files[i].ext)
	}
	id := func(c *column) string { return digest(fmt.Sprint("column", c.id)) }
	web := digest(p.domain)
	l.list = func(c *column, _ int) string {
		data := fmt.Sprintf("{'webId':'%s','pageType':'column','parseType':'bulidstatic','tagId':'当前栏目_信息列表','tplSetId':'%s','pageId':'%s'}", web, digest("tpl"), id(c))
		return fmt.Sprintf("<div class=\"page-content\" id=\"%s\" url=\"%s\" querydata=\"%s\"></div>\n<script src=\"/script/publish.js\"></script>\n", id(c)[:8], unit, data)
	}
	l.pager = func(*column, int) string { return "" }
	l.reach = func(*column, int) string { return ReachAPI }
	l.open = `<div class="main-txt" id="zoom">`
	l.etag = true
	p.lay(l, s)
	byID := map[string]*column{}
	for _, c := range s.columns() {
		byID[id(c)] = c
	}
	p.put("/script/publish.js", &page{mediaType: "application/javascript", body: func() []byte {
		return []byte("$('.page-content').each(function(){var q=eval('('+$(this).attr('querydata')+')');load($(this).attr('url'),q);});")
	}})
	p.put(unit, &page{serve: func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		c := byID[q.Get("pageId")]
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		if c == nil || q.Get("webId") != web || q.Get("tplSetId") != digest("tpl") || q.Get("parseType") != "bulidstatic" {
			_, _ = w.Write([]byte(`{"code":"500","success":false,"message":"参数错误","data":null}`))
			return
		}
		param := struct{ PageNo, PageSize int }{1, 15}
		if v := q.Get("paramJson"); v != "" {
			if json.Unmarshal([]byte(v), &param) != nil || param.PageNo < 1 || param.PageSize < 1 || param.PageSize > 100 {
				param.PageNo, param.PageSize = 1, 15
			}
		}
		lo := min((param.PageNo-1)*param.PageSize, len(c.items))
		items := c.items[lo:min(lo+param.PageSize, len(c.items))]
		markup := ul(l, items)
		if c.id%2 == 0 {
			markup += fmt.Sprintf("<div class=\"pagination\" data-totalrecord=\"%d\" totalPage=\"%d\"></div>", len(c.items), (len(c.items)+param.PageSize-1)/param.PageSize)
		}
		raw, err := json.Marshal(map[string]any{"code": "200", "success": true, "data": map[string]any{"html": markup}})
		if err != nil {
			http.Error(w, "json", http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(raw)
	}})
}

// buildLongxun lays a portal out as the Anhui platform of 龙讯 does: columns whose lists are HTML fragments behind a label
// address, the number of pages inline in a script, files in a distributed store; the government's own reports are chosen
// by a year in the query.
func buildLongxun(p *portal, s *content) {
	var l layout
	organ := 6_598_000 + p.index
	own := func(a *article) bool { return a.report != nil && a.kind == "zf" }
	l.column = func(c *column, _ int) string {
		return fmt.Sprintf("/public/column/%d?type=4&catId=%d&action=list", organ, 7_000_000+c.id)
	}
	l.article = func(a *article) string {
		if own(a) {
			return fmt.Sprintf("/zfxxgk/public/column/%d?action=detail&title=%d&type=3", organ, a.report.Year+a.id/50_000*1000)
		}
		return fmt.Sprintf("/public/%d/%d.html", organ, 35_900_000+a.id)
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/group2/M00/07/%02X/FBUWE%s.%s", a.id%256, digest(fmt.Sprint(a.id, i))[:22], a.files[i].ext)
	}
	label := func(c *column, n int) string {
		return fmt.Sprintf("/site/label/8888?labelName=publicInfoList&siteId=%d&pageSize=%d&pageIndex=%d&organId=%d&type=4&catId=%d&IsAjax=1", organ-40, c.perPage, n, organ, 7_000_000+c.id)
	}
	l.list = func(c *column, _ int) string {
		return fmt.Sprintf("<div id=\"infolist\"></div>\n<script>\nvar listUrl = \"%s\";\n$(function(){ $('#infolist').load(listUrl); });\nLs.pagination('#page',{ pageCount:%d, url: listUrl });\n</script>\n", label(c, 1), c.pages())
	}
	l.pager = func(*column, int) string { return "" }
	l.reach = func(*column, int) string { return ReachAPI }
	l.open = `<div class="j-fontContent newscontent minh300" id="fontzoom">`
	p.lay(l, s)
	for _, c := range s.columns() {
		for n := 1; n <= c.pages(); n++ {
			p.html(label(c, n), func() string {
				out := "<div class=\"xxgk_navli\">" + ul(l, c.page(n)) + "</div>"
				if n == 1 {
					out += fmt.Sprintf("<script>var pageCount = '%d';</script>", c.pages())
				}
				return out
			})
		}
	}
}

// buildAnhui lays a portal out as the other Anhui platforms do: annual reports in a table of their own, numbered through;
// link texts that say only 公开年报, with the full title in the title attribute; a pager that a function of the page goes by.
func buildAnhui(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		return fmt.Sprintf("/OpennessContent/showList/%d/0/page_%d.html", c.id, n)
	}
	l.article = func(a *article) string {
		if a.report != nil {
			return fmt.Sprintf("/XxgkAnnualReport/show/%d.html", a.id-5_000)
		}
		return fmt.Sprintf("/OpennessContent/show/%d.html", 900_000+a.id)
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/upload/file/%s%s/6388%09d.%s", a.date[:4], a.date[5:7], a.id*10+i, a.files[i].ext)
	}
	l.list = func(c *column, n int) string {
		if c != s.annual {
			return ul(l, c.page(n))
		}
		out := "<table class=\"gktable\" width=\"100%\"><tbody>\n"
		for _, a := range c.page(n) {
			text := a.title
			if a.report != nil {
				text = "公开年报"
			}
			out += fmt.Sprintf("<tr><td>%s</td><td><a href=\"%s\" title=\"%s\">%s</a></td><td>%s</td></tr>\n", a.publisher, l.article(a), html.EscapeString(a.title), html.EscapeString(text), a.date)
		}
		return out + "</tbody></table>\n"
	}
	l.pager = func(c *column, n int) string {
		out := fmt.Sprintf("<script>function goPage(n){ window.location.href='/OpennessContent/showList/%d/0/page_'+n+'.html'; }</script><div class=\"page\">第%d页/共%d页 ", c.id, n, c.pages())
		for i := 1; i <= c.pages(); i++ {
			out += fmt.Sprintf("<a href=\"javascript:;\" onclick=\"goPage(%d)\">%d</a> ", i, i)
		}
		return out + "</div>\n"
	}
	l.reach = func(_ *column, n int) string {
		if n > 1 {
			return ReachScript
		}
		return ReachPlain
	}
	l.open = `<div class="xxgk_content">`
	l.conditional = true
	p.lay(l, s)
}
