package portaltest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// buildEportal lays a portal out as eportal does: one program for everything, told by its query alone, whose parameters
// are written in another order wherever they stand. The front page only refreshes to it.
func buildEportal(p *portal, s *content) {
	var l layout
	id := func(c *column) string { return digest(fmt.Sprint("page", c.id)) }
	l.column = func(c *column, n int) string {
		if n > 1 {
			return fmt.Sprintf("/eportal/ui?pageId=%s&currentPage=%d&moduleId=%s&staticRequest=yes", id(c), n, digest("module"))
		}
		return "/eportal/ui?pageId=" + id(c)
	}
	l.article = func(a *article) string {
		key := digest(fmt.Sprint("article", p.index, a.id))
		if a.id%2 == 0 {
			return fmt.Sprintf("/eportal/ui?articleKey=%s&columnId=%s&pageId=%s", key, id(a.column), id(a.column))
		}
		return fmt.Sprintf("/eportal/ui?pageId=%s&articleKey=%s&columnId=%s", id(a.column), key, id(a.column))
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/attachDir/%s/%s/%s.%s", a.date[:4], a.date[5:7], digest(fmt.Sprint(a.id, i))[:20], a.files[i].ext)
	}
	// A list writes the parameters of its entries in the opposite order.
	l.list = func(c *column, n int) string {
		out := ul(l, c.page(n))
		for _, a := range c.page(n) {
			uri := l.article(a)
			path, q, _ := strings.Cut(uri, "?")
			parts := strings.Split(q, "&")
			for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
				parts[i], parts[j] = parts[j], parts[i]
			}
			out = strings.ReplaceAll(out, strings.ReplaceAll(uri, "&", "&amp;"), path+"?"+strings.Join(parts, "&amp;"))
		}
		return out
	}
	l.reach = func(*column, int) string { return ReachScript }
	l.open = `<div id="cmsArticleContent" class="easysite-news-text">`
	p.lay(l, s)
	home := p.pages["/"]
	first := "/eportal/ui?pageId=" + digest("home"+p.domain)
	p.put(first, home)
	p.html("/", func() string {
		return fmt.Sprintf("<html><head><META HTTP-EQUIV=\"Refresh\" CONTENT=\"0; URL=%s\"></head><body></body></html>", first)
	})
}

// buildASPX lays a portal out as old ASP.NET sites are: lists by page=N, where a page past the end is the last one again
// and still offers a next one; the annual reports behind a form that posts itself back.
func buildASPX(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if c == s.annual {
			return fmt.Sprintf("/public/User/PageList.aspx?unitId=4&clsid=%d", c.id)
		}
		return fmt.Sprintf("/InfoPublic.aspx?cid=%d&pid=971&page=%d&kw=", c.id, n)
	}
	l.article = func(a *article) string { return fmt.Sprintf("/InfoShow.aspx?id=%d", 300_000+a.id) }
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/DownFile.aspx?fid=%s%d", digest(fmt.Sprint(a.id)), i)
	}
	l.fileType = "application/x-msdownload"
	l.fileHeader = func(_ *article, f file) map[string]string {
		return map[string]string{"Content-Disposition": "attachment;filename=" + url.QueryEscape(f.name)}
	}
	l.pager = func(c *column, n int) string {
		if c == s.annual {
			return "" // stands in the form
		}
		return fmt.Sprintf("<div>第%d页 <a href=\"/InfoPublic.aspx?cid=%d&amp;pid=971&amp;page=%d&amp;kw=\">下一页</a></div>\n", n, c.id, n+1)
	}
	l.reach = func(c *column, n int) string {
		if c == s.annual && n > 1 {
			return ReachScript
		}
		return ReachPlain
	}
	p.lay(l, s)
	state := func(n int) string { return digest(fmt.Sprint("state", n)) + digest(p.domain) }
	form := func(n int) string {
		c := s.annual
		body := fmt.Sprintf("<form method=\"post\" action=\"./PageList.aspx?unitId=4&amp;clsid=%d\" id=\"form1\">\n<input type=\"hidden\" name=\"__EVENTTARGET\" id=\"__EVENTTARGET\" value=\"\" />\n<input type=\"hidden\" name=\"__EVENTARGUMENT\" id=\"__EVENTARGUMENT\" value=\"\" />\n<input type=\"hidden\" name=\"__VIEWSTATE\" id=\"__VIEWSTATE\" value=\"%s\" />\n", c.id, state(n))
		body += "<script>function __doPostBack(t,a){theForm.__EVENTTARGET.value=t;theForm.__EVENTARGUMENT.value=a;theForm.submit();}</script>\n" + ul(l, c.page(n))
		for i := max(1, n-1); i <= min(n+1, c.pages()); i++ {
			body += fmt.Sprintf("<a href=\"javascript:__doPostBack(&#39;AspNetPager1&#39;,&#39;%d&#39;)\">%d</a> ", i, i)
		}
		return p.frame(frame{title: c.name + "-" + p.place + "政府网", crumbs: p.path(s, c), body: body + "</form>"})
	}
	p.put(l.column(s.annual, 1), &page{serve: func(w http.ResponseWriter, r *http.Request) {
		n := 1
		if r.Method == http.MethodPost {
			if r.ParseForm() != nil || r.PostForm.Get("__EVENTTARGET") != "AspNetPager1" || !strings.HasSuffix(r.PostForm.Get("__VIEWSTATE"), digest(p.domain)) {
				http.Error(w, "Invalid viewstate", http.StatusInternalServerError)
				return
			}
			if _, err := fmt.Sscan(r.PostForm.Get("__EVENTARGUMENT"), &n); err != nil || n < 1 {
				n = 1
			}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(form(min(n, s.annual.pages()))))
	}})
	// Any page number is answered, the last page standing in for all beyond.
	p.put("/InfoPublic.aspx", &page{serve: func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		var n int
		if _, err := fmt.Sscan(q.Get("page"), &n); err != nil {
			n = 1
		}
		for _, c := range s.columns() {
			if fmt.Sprint(c.id) != q.Get("cid") {
				continue
			}
			next := fmt.Sprintf("<div>第%d页 <a href=\"/InfoPublic.aspx?cid=%d&amp;pid=971&amp;page=%d&amp;kw=\">下一页</a></div>\n", n, c.id, n+1)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(p.frame(frame{title: c.name, crumbs: p.path(s, c), body: ul(l, c.page(max(1, min(n, c.pages())))) + next})))
			return
		}
		p.notFound(w)
	}})
}
