package portaltest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// records are the entries of a list as a script or a service would hold them.
func records(l layout, items []*article, title, link, date string) []map[string]any {
	out := []map[string]any{}
	for _, a := range items {
		out = append(out, map[string]any{title: a.title, link: l.article(a), date: a.date, "id": a.id, "clicks": a.id % 97})
	}
	return out
}

func jsonText(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(raw)
}

// buildInspur lays a portal out as 浪潮 does: directories with dots in their names, documents named by 24 hexadecimal
// digits, and lists that stand whole in a script of the page, which draws them page by page.
func buildInspur(p *portal, s *content) {
	var l layout
	dir := func(c *column) string {
		return fmt.Sprintf("/gongkai/site_%s/channel_c_%s_n_1605683%d.5193", strings.SplitN(p.domain, "-", 2)[0], digest(fmt.Sprint("c", c.id))[:24], 100+c.id%900)
	}
	l.column = func(c *column, _ int) string { return dir(c) + "/index.html" }
	l.article = func(a *article) string {
		return fmt.Sprintf("%s/doc_%s.html", dir(a.column), digest(fmt.Sprint("d", p.index, a.id))[:24])
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/gongkai/site_file/%s/%s.%s", a.date[:4], digest(fmt.Sprint(a.id, i))[:24], a.files[i].ext)
	}
	l.list = func(c *column, _ int) string {
		return fmt.Sprintf("<div id=\"list\"></div><div id=\"pager\"></div>\n<script type=\"text/javascript\">\nvar pageSize = 8;\nvar docList = %s;\ndraw(docList, pageSize);\n</script>\n", jsonText(records(l, c.items, "docTitle", "docUrl", "pubDate")))
	}
	l.pager = func(*column, int) string { return "" }
	l.reach = func(*column, int) string { return ReachScript }
	l.open = `<div class="article-content" id="article_content">`
	l.etag = true
	p.lay(l, s)
}

// buildHex lays a portal out as the 集约化 platforms do: 32 hexadecimal digits an article, a column for each year, pages
// that only an onclick goes to, and a header that a script file of the site writes.
func buildHex(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/%szf/%s/list_%d.shtml", p.family.name, c.slug, n)
		}
		return fmt.Sprintf("/%szf/%s/list.shtml", p.family.name, c.slug)
	}
	l.article = func(a *article) string {
		return fmt.Sprintf("/%szf/%s/%s%s/%s.shtml", p.family.name, a.column.slug, a.date[:4], a.date[5:7], digest(fmt.Sprint("x", p.index, a.id)))
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/%szf/%s/%s%s/%s/files/%s.%s", p.family.name, a.column.slug, a.date[:4], a.date[5:7], digest(fmt.Sprint("x", p.index, a.id)), digest(a.title)[:10], a.files[i].ext)
	}
	l.pager = func(c *column, n int) string {
		next := n + 1
		if next > c.pages() {
			next = n
		}
		return fmt.Sprintf("<div class=\"fenye\"><span onclick=\"window.location.href='list_%d.shtml'\">下一页</span> <span>第%d页 共%d页</span></div>\n", next, n, c.pages())
	}
	l.reach = func(*column, int) string { return ReachScript }
	p.hideNav("/js/header.js")
	p.lay(l, s)
}

// buildEpoint lays a portal out as 国泰新点 does: an empty header that a script fills, lists from a JSON service that
// counts pages from 0, and files that a second request to a service names.
func buildEpoint(p *portal, s *content) {
	var l layout
	num := func(c *column) string { return fmt.Sprintf("002002%06d", c.id) }
	l.column = func(c *column, _ int) string { return fmt.Sprintf("/002002/%s/secondpage.html", num(c)) }
	guid := func(a *article) string {
		d := digest(fmt.Sprint("g", p.index, a.id))
		return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]
	}
	l.article = func(a *article) string {
		return fmt.Sprintf("/002002/%s/%s/%s.html", num(a.column), strings.ReplaceAll(a.date, "-", ""), guid(a))
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/EpointWebService/ztbattach/down?attachGuid=%s%d", guid(a), i)
	}
	l.fileHeader = func(_ *article, f file) map[string]string {
		return map[string]string{"Content-Disposition": "attachment; filename=\"file." + f.ext + "\""}
	}
	const service = "/rest/frontaction/getinfolist"
	l.list = func(c *column, _ int) string {
		return fmt.Sprintf("<div class=\"ewb-list\" id=\"infolist\"></div><div id=\"pager\"></div>\n<script>\n$.ajax({ type: \"GET\", url: \"%s?categorynum=%s&pageIndex=0&pageSize=%d\", dataType: \"json\", success: render });\n</script>\n", service, num(c), c.perPage)
	}
	l.pager = func(*column, int) string { return "" }
	l.reach = func(*column, int) string { return ReachAPI }
	l.open = `<div class="ewb-article-info" id="zoom">`
	l.attach = func(a *article, _ string) string {
		return fmt.Sprintf("<div id=\"fujian\"></div><input type=\"hidden\" id=\"viewGuid\" value=\"cms_%s_%s\"><script>$.getJSON('/rest/frontaction/getattach?guid=%s', function(d){ show(d, '#fujian'); });</script>", num(a.column), guid(a), guid(a))
	}
	p.hideNav("/js/header.js")
	p.lay(l, s)
	byNum := map[string]*column{}
	for _, c := range s.columns() {
		byNum[num(c)] = c
		for _, a := range c.items {
			if len(a.files) == 0 {
				continue
			}
			var list []map[string]any
			for i, f := range a.files {
				list = append(list, map[string]any{"attachname": f.name, "attachurl": l.file(a, i)})
			}
			p.put("/rest/frontaction/getattach?guid="+guid(a), &page{mediaType: "application/json", body: func() []byte {
				return []byte(jsonText(map[string]any{"code": 200, "attachlist": list}))
			}})
		}
	}
	p.put(service, &page{serve: func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		c := byNum[q.Get("categorynum")]
		n, err := strconv.Atoi(q.Get("pageIndex"))
		size, err2 := strconv.Atoi(q.Get("pageSize"))
		if c == nil || err != nil || err2 != nil || n < 0 || size < 1 || size > 50 {
			_, _ = w.Write([]byte(`{"code":"400","infodata":[]}`))
			return
		}
		lo := min(n*size, len(c.items))
		_, _ = w.Write([]byte(jsonText(map[string]any{"code": "200", "total": len(c.items), "infodata": records(l, c.items[lo:min(lo+size, len(c.items))], "title", "infourl", "infodate")})))
	}})
}
