package portaltest

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// under has a function answer for every address below a prefix.
func (p *portal) under(prefix string, f func(http.ResponseWriter, *http.Request)) {
	if p.prefixes == nil {
		p.prefixes = map[string]func(http.ResponseWriter, *http.Request){}
	}
	p.prefixes[prefix] = f
}

// show answers with a page in the portal's frame.
func (p *portal) show(w http.ResponseWriter, title, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	gbk := p.family.gbk
	if gbk {
		w.Header().Set("Content-Type", "text/html; charset=gb2312")
	}
	_, _ = w.Write(p.encode(p.frame(frame{title: title, body: body}))) // the client may be gone
}

// sessions: addresses that carry a new session each time they are shown, in the path, behind a semicolon and in the query.
func (p *portal) sessions() {
	var n atomic.Int64
	answer := func(w http.ResponseWriter, _ *http.Request) {
		var b strings.Builder
		for _, form := range []string{"/hd/list.jsp;jsessionid=%032X", "/hd/(S(%024x))/nb.aspx", "/hd/list.jsp?PHPSESSID=%026x", "/hd/index.jsp?id=7&amp;_=0.%017d", "/hd/s/%032x/nb.html"} {
			fmt.Fprintf(&b, "<li><a href=\""+form+"\">政府信息公开年报</a></li>\n", n.Add(1)*7919+int64(p.index))
		}
		p.show(w, "信息公开", "<ul>"+b.String()+"</ul>")
	}
	p.under("/hd/", answer)
	p.link("/hd/list.jsp;jsessionid=0000000000000000000000000000ABCD", "信息公开年报")
}

// calendar: a month leads to the next one and the one before, for ever.
func (p *portal) calendar() {
	p.under("/rili/", func(w http.ResponseWriter, r *http.Request) {
		y, m := 2024, 3
		if _, err := fmt.Sscanf(strings.TrimPrefix(r.URL.Path, "/rili/"), "%d/%d", &y, &m); err != nil {
			_, _ = fmt.Sscanf(r.URL.RawQuery, "year=%d&month=%d", &y, &m) // the first page has neither
		}
		t := time.Date(y, time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		var b strings.Builder
		for _, d := range []int{-12, -1, 1, 12} {
			u := t.AddDate(0, d, 0)
			fmt.Fprintf(&b, "<a href=\"/rili/?year=%[1]d&amp;month=%[2]d\">%[1]d年%[2]d月</a> <a href=\"/rili/%[1]d/%02[2]d/\">%[1]d年</a>\n", u.Year(), int(u.Month()))
		}
		p.show(w, "政务公开日历", "<div class=\"content\">"+b.String()+"</div>")
	})
	p.link("/rili/", "政务公开日历")
	p.aside("/rili/2024/03/", "2024年")
}

// endless: a list whose last page comes again under every higher number, and one that invents new entries for ever.
func (p *portal) endless() {
	var last *article
	for _, a := range p.site.annual.items {
		if a.report != nil && !strings.HasPrefix(p.layout.article(a), "//") {
			last = a
		}
	}
	p.under("/wnnb/", func(w http.ResponseWriter, r *http.Request) {
		n := 1
		_, _ = fmt.Sscanf(r.URL.RawQuery, "page=%d", &n) // the first page has none
		entry := ""
		if last != nil {
			entry = fmt.Sprintf("<li><a href=\"%s\">%s</a><span>%s</span></li>", p.layout.article(last), last.title, last.date)
		}
		p.show(w, "往年年报", fmt.Sprintf("<ul>%s</ul><div><a href=\"/wnnb/?page=%d\">下一页</a></div>", entry, n+1))
	})
	p.aside("/wnnb/", "往年政府信息公开年报")
	p.under("/gkdt/", func(w http.ResponseWriter, r *http.Request) {
		n := 1
		_, _ = fmt.Sscanf(r.URL.Path, "/gkdt/page_%d.html", &n) // the first page has none
		var b strings.Builder
		for i := range 8 {
			fmt.Fprintf(&b, "<li><a href=\"/gkdt/%d/%d.html\">%s召开政务公开工作推进会（第%d期）</a><span>2024-03-0%d</span></li>\n", n, i, p.place, 8*n+i, i+1)
		}
		p.show(w, "政府信息公开动态", fmt.Sprintf("<ul>%s</ul><div><a href=\"/gkdt/page_%d.html\">下一页</a></div>", b.String(), n+1))
	})
	p.aside("/gkdt/", "政府信息公开工作动态")
}

// deep: a relative link that makes the path longer each time it is followed.
func (p *portal) deep() {
	p.under("/mulu/", func(w http.ResponseWriter, r *http.Request) {
		p.show(w, "政府信息公开目录", "<ul><li><a href=\"mulu/zfxxgk/\">政府信息公开年报</a></li><li><a href=\"x/\">政府信息公开目录</a></li></ul>")
	})
	p.link("/mulu/", "政府信息公开目录")
}

// slow: a page that drips and never ends.
func (p *portal) slow() {
	p.under("/slow/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<html><body><p>"))
		ctl := http.NewResponseController(w)
		var stopped <-chan struct{}
		if rec, ok := w.(*recorder); ok {
			stopped = rec.stop
		}
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-stopped:
				return
			case <-tick.C:
				if _, err := w.Write([]byte(".")); err != nil || ctl.Flush() != nil {
					return
				}
			}
		}
	})
	p.aside("/slow/nb.html", fmt.Sprintf("%s政府信息公开年报（加载中）", p.place))
}

// bigSize is the size of a noise file.
const bigSize = 60 << 20

// big: a file of 60 MB with the name of a report.
func (p *portal) big() {
	p.put("/upload/2015/nbhb.pdf", &page{serve: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", typePDF)
		w.Header().Set("Content-Length", fmt.Sprint(bigSize))
		chunk := []byte(strings.Repeat("%图集 ", 1<<13))
		sent, _ := w.Write([]byte("%PDF-1.4\n"))
		for sent < bigSize {
			n, err := w.Write(chunk[:min(len(chunk), bigSize-sent)])
			if err != nil {
				return
			}
			sent += n
		}
	}})
	p.aside("/upload/2015/nbhb.pdf", fmt.Sprintf("%s2015年政府信息公开宣传画册", p.place))
}

// pushback: the host wants to be left alone for a second, with 429, then with 503 and a date.
func (p *portal) pushback() {
	p.retryAfter = time.Second
	var n atomic.Int64
	p.guards = append(p.guards, func(w http.ResponseWriter, _ *http.Request) bool {
		switch n.Add(1) {
		case 9:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "Too Many Requests", http.StatusTooManyRequests)
			return true
		case 17:
			w.Header().Set("Retry-After", time.Now().Add(2*time.Second).UTC().Format(http.TimeFormat))
			http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
			return true
		}
		return false
	})
}

// softMissing: what is not there is answered with 200 and regrets; the column has a few such links.
func (p *portal) softMissing() {
	p.missing = func(w http.ResponseWriter) {
		p.show(w, "提示信息", "<div class=\"err\"><p>抱歉，您访问的页面不存在或已被删除！</p><p><a href=\"/\">返回首页</a></p></div>")
	}
	for i, y := range p.opt.Years {
		p.aside(fmt.Sprintf("/zfxxgknb/old/%d.html", 700+i), fmt.Sprintf("%s粮食局%d年政府信息公开工作年度报告", p.place, y-10))
	}
}

// cookieWall: the column is shown only to those who bring the cookie that its redirect to itself sets.
func (p *portal) cookieWall() {
	uri := p.layout.column(p.site.annual, 1)
	inner := p.pages[uri]
	if inner == nil || strings.Contains(uri, "?") {
		return
	}
	p.put(uri, &page{serve: func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("CT6T"); err != nil || c.Value != "ok" {
			http.SetCookie(w, &http.Cookie{Name: "CT6T", Value: "ok", Path: "/"})
			http.Redirect(w, r, uri, http.StatusFound)
			return
		}
		if inner.serve != nil {
			inner.serve(w, r)
			return
		}
		inner.answer(w, r)
	}})
}

// throttled: now and then an article is answered with the front page, as if all were well.
func (p *portal) throttled() {
	var n atomic.Int64
	p.guards = append(p.guards, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/" || r.URL.Path == "/robots.txt" || !strings.Contains(r.URL.Path, "/") || n.Add(1)%11 != 0 {
			return false
		}
		g := p.pages["/"]
		if g == nil || g.body == nil {
			return false
		}
		w.Header().Set("Content-Type", g.mediaType)
		_, _ = w.Write(g.body())
		return true
	})
}

// framed: the column is an empty page around an iframe that holds the list.
func (p *portal) framed() {
	uri := p.layout.column(p.site.annual, 1)
	inner := p.pages[uri]
	if inner == nil || strings.ContainsAny(uri, "?") || strings.HasPrefix(uri, "//") || inner.serve != nil {
		return
	}
	dir := uri[:strings.LastIndexByte(uri, '/')+1]
	p.put(dir+"nblist_frame.html", inner)
	p.html(uri, func() string {
		return p.frame(frame{title: p.site.annual.name, body: "<div class=\"main\"><iframe id=\"win\" width=\"100%\" src=\"nblist_frame.html\" frameborder=0></iframe></div>"})
	})
}
