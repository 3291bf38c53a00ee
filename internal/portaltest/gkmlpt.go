package portaltest

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"time"
)

// buildGkmlpt lays a portal out as the Guangdong platform does: ordinary columns outside, and the disclosure part as a
// single-page application that reads its lists from /gkmlpt/api/all and keeps articles in window._CONFIG.
func buildGkmlpt(p *portal, s *content) {
	const sid = "755042"
	var l layout
	inside := map[*column]bool{s.inner: true}
	for _, k := range s.inner.kids {
		inside[k] = true
	}
	cat := func(c *column) int { return 5000 + c.id }
	l.column = func(c *column, n int) string {
		switch {
		case c == s.inner:
			return "/gkmlpt/index"
		case inside[c]:
			return fmt.Sprintf("/gkmlpt/index?cat=%d", cat(c)) // what the application shows as #cat
		case n > 1:
			return fmt.Sprintf("/%s/index_%d.html", c.slug, n)
		}
		return "/" + c.slug + "/index.html"
	}
	l.article = func(a *article) string {
		if inside[a.column] {
			return fmt.Sprintf("/gkmlpt/content/%d/%d/post_%d.html", a.id/10_000, a.id, 5_000_000+a.id)
		}
		return fmt.Sprintf("/%s/content/post_%d.html", a.column.slug, 8_000_000+a.id)
	}
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/attachment/0/%d/%d/%d.%s", a.id/100, 500_000+a.id+i, 5_000_000+a.id, a.files[i].ext)
	}
	l.etag = true
	l.open = `<div class="article-content" id="zoomcon">`
	l.reach = func(c *column, _ int) string {
		if inside[c] {
			return ReachAPI
		}
		return ReachPlain
	}
	usual := l.defaults()
	paths := map[*column][]*column{}
	for _, c := range s.columns() {
		paths[c] = p.path(s, c)
	}
	l.page = func(a *article) string {
		if !inside[a.column] {
			return p.articlePage(usual, a, paths[a.column])
		}
		content := a.body()
		var files []map[string]any
		for i, f := range a.files {
			content += fmt.Sprintf("<p class=\"nfw-cms-attachment\"><a href=\"%s\">%s</a></p>", p.url(l.file(a, i)), html.EscapeString(f.name))
			files = append(files, map[string]any{"name": f.name, "url": p.url(l.file(a, i))})
		}
		return p.application(sid, a.title, map[string]any{"DETAIL": map[string]any{"id": a.id, "title": a.title, "publisher": a.publisher, "date": unix(a.date),
			"display_publish_time": a.date, "content": content, "attachment": files, "classify_main_name": a.column.name}})
	}
	p.lay(l, s)

	tree := func() []map[string]any {
		var kids []map[string]any
		for _, k := range s.inner.kids {
			kids = append(kids, map[string]any{"id": cat(k), "name": k.name, "parent_id": cat(s.inner), "jump_url": "", "post_count": len(k.items), "children": []any{}})
		}
		kids = append(kids, map[string]any{"id": 4999, "name": "依申请公开", "parent_id": cat(s.inner), "jump_url": p.url("/ysqgk/"), "children": []any{}})
		return []map[string]any{{"id": cat(s.inner), "name": "政府信息公开", "jump_url": "", "children": kids}}
	}
	shell := func() string {
		return p.application(sid, "政府信息公开平台", map[string]any{"TREE": tree(), "SERVICE_AREA_ID": 1})
	}
	p.html("/gkmlpt/index", shell)
	for _, k := range s.inner.kids {
		delete(p.pages, l.column(k, 1))
		p.put(fmt.Sprintf("/gkmlpt/api/all/%d", cat(k)), &page{serve: p.gkmlptList(k, l, sid)})
	}
	p.html("/ysqgk/", func() string {
		return p.frame(frame{title: "依申请公开", body: "<form action=\"/ysqgk/submit\" method=\"post\"><input name=\"name\"></form>"})
	})
}

// application is the shell page of the single-page application.
func (p *portal) application(sid, title string, more map[string]any) string {
	more["SID"] = sid
	more["SITE_NAME"] = p.place
	raw, err := json.Marshal(more)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>%s</title></head>\n<body><div id=\"app\"></div>\n<script>window._CONFIG = %s;</script>\n<script src=\"/gkmlpt/static/app.js\"></script></body></html>\n", html.EscapeString(title), raw)
}

// gkmlptList answers for the list of one category.
func (p *portal) gkmlptList(c *column, l layout, sid string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("Content-Type", "application/json")
		n, err := strconv.Atoi(q.Get("page"))
		if err != nil {
			n = 1
		}
		articles := []map[string]any{}
		if q.Get("sid") == sid && n >= 1 && n <= c.pages() {
			for _, a := range c.page(n) {
				articles = append(articles, map[string]any{"id": a.id, "title": a.title, "url": p.url(l.article(a)), "post_url": "", "publisher": a.publisher,
					"document_number": "", "identifier": fmt.Sprintf("%s-%d", p.code, a.id), "date": unix(a.date), "created_at": a.date + " 09:30:00",
					"display_publish_time": unix(a.date), "attachment": []any{}, "is_expired": 0, "is_abolished": 0})
			}
		}
		raw, err := json.Marshal(map[string]any{"classify": map[string]any{"id": 5000 + c.id, "name": c.name, "post_count": len(c.items)}, "articles": articles})
		if err != nil {
			http.Error(w, "json", http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(raw)
	}
}

func unix(date string) int64 {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return t.Unix()
}
