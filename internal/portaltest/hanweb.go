package portaltest

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// buildHanweb lays a portal out as Hanweb JCMS does: numbered columns whose list stands as XML in a script, the rest of
// it behind dataproxy.jsp, link texts cut short with the full title in the title attribute.
func buildHanweb(p *portal, s *content) {
	var l layout
	num := func(c *column) int { return 1_530_000 + c.id }
	unit := func(c *column) int { return 212_000 + c.id }
	l.column = func(c *column, _ int) string { return fmt.Sprintf("/col/col%d/index.html", num(c)) }
	l.article = func(a *article) string {
		var y, m, d int
		_, _ = fmt.Sscanf(a.date, "%d-%d-%d", &y, &m, &d) // dates are our own
		return fmt.Sprintf("/art/%d/%d/%d/art_%d_%d.html", y, m, d, num(a.column), a.id)
	}
	l.file = func(a *article, i int) string {
		name := digest(a.title) + "." + a.files[i].ext
		if a.id%2 == 0 {
			return "/module/download/downfile.jsp?classid=0&filename=" + name
		}
		return "/module/download/downfile.jsp?classid=0&showname=" + url.QueryEscape(a.files[i].name) + "&filename=" + name
	}
	l.fileHeader = func(_ *article, f file) map[string]string {
		return map[string]string{"Content-Disposition": "attachment; filename=" + url.PathEscape(f.name)}
	}
	l.fileType = "application/octet-stream"
	records := func(list []*article) string {
		var b strings.Builder
		for _, a := range list {
			fmt.Fprintf(&b, "<record><![CDATA[<li><a href=\"%s\" title=\"%s\" target=\"_blank\">%s</a><b>%s</b></li>]]></record>\n", l.article(a), html.EscapeString(a.title), html.EscapeString(cut(a.title, 18)), a.date)
		}
		return b.String()
	}
	store := func(c *column, from, to, group int) string {
		from, to = max(0, min(from, len(c.items))), min(to, len(c.items))
		next := ""
		if to < len(c.items) && group > 0 {
			next = fmt.Sprintf("<a href=\"/module/web/jpage/dataproxy.jsp?page=%d&appid=1&webid=1&path=/&columnid=%d&unitid=%d&webname=%s&permissiontype=0\"></a>", group, num(c), unit(c), url.QueryEscape(p.place+"政府网"))
		}
		return fmt.Sprintf("<datastore>\n<nextgroup><![CDATA[%s]]></nextgroup>\n<totalrecord>%d</totalrecord><totalpage>%d</totalpage>\n<recordset>\n%s</recordset></datastore>", next, len(c.items), c.pages(), records(c.items[from:max(from, to)]))
	}
	l.list = func(c *column, _ int) string {
		return fmt.Sprintf("<div id=\"%d\" class=\"jpage\" perpage=\"%d\"></div>\n<script type=\"text/xml\">%s</script>\n", unit(c), c.perPage, store(c, 0, c.perPage, 1))
	}
	l.pager = func(*column, int) string { return "" }
	l.reach = func(_ *column, n int) string {
		if n > 1 {
			return ReachAPI
		}
		return ReachScript
	}
	l.open = `<div id="zoom"><!--ZJEG_RSS.content.begin-->`
	l.meta = func(a *article) [][2]string {
		return [][2]string{{"Maketime", a.date + " 10:12:31"}, {"ArticleTitle", a.title}, {"ContentSource", a.publisher}, {"category", a.column.name}}
	}
	p.lay(l, s)
	byID := map[string]*column{}
	for _, c := range s.columns() {
		byID[strconv.Itoa(num(c))] = c
	}
	p.put("/module/web/jpage/dataproxy.jsp", &page{serve: func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, "form", http.StatusBadRequest)
			return
		}
		c := byID[r.Form.Get("columnid")]
		w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
		if c == nil || r.Form.Get("unitid") != strconv.Itoa(unit(c)) {
			_, _ = w.Write([]byte(strings.Repeat(" ", 54)))
			return
		}
		from, to, group := 0, 0, 0
		if n, err := strconv.Atoi(r.Form.Get("startrecord")); err == nil { // as the pager's own script asks
			end, err := strconv.Atoi(r.Form.Get("endrecord"))
			if err != nil {
				end = n + c.perPage - 1
			}
			from, to = n-1, min(end, n-1+3*c.perPage)
		} else if n, err := strconv.Atoi(r.Form.Get("page")); err == nil && n >= 0 { // as nextgroup asks
			from, to, group = n*c.perPage, (n+1)*c.perPage, n+1
		}
		_, _ = w.Write([]byte("<?xml version='1.0' encoding='UTF-8'?>\n" + store(c, from, to, group)))
	}})
}

// cut shortens a title as list pages do.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// digest is a name of 32 hexadecimal digits.
func digest(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}
