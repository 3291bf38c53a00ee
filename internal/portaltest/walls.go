package portaltest

import (
	"fmt"
	"net/http"
	"strings"

	"nianbao/internal/compose"
)

// walls adds portals of which nothing can be seen: each answers everything but robots.txt with a challenge or a refusal.
// Their reports are no part of the truth.
func (w *World) walls() {
	script := func(status int, cookie, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/robots.txt" {
				return false
			}
			if cookie != "" {
				rw.Header().Set("Set-Cookie", cookie)
			}
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			rw.WriteHeader(status)
			_, _ = rw.Write([]byte(body))
			return true
		}
	}
	f, ok := familyByName("county")
	if !ok {
		return
	}
	for _, wall := range []func(http.ResponseWriter, *http.Request) bool{
		script(521, "__jsluid_s=0123456789abcdef; max-age=31536000; path=/", "<script>document.cookie=('_')+('_')+('jsl_clearance_s')+'=1';location.href=location.pathname</script>"),
		script(412, "", "<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script></head><body></body></html>"),
		script(200, "", "<html><script>var arg1='0123456789ABCDEF';document.cookie='acw_sc__v2='+arg1;location.reload();</script></html>"),
		script(403, "", "<html><head><title>请求被拦截</title></head><body><p>您的请求存在威胁，已被网站防火墙拦截。事件ID：7</p></body></html>"),
	} {
		p := newPortal(w.opt, len(w.portals), f, w.epoch)
		p.wall, p.truth, p.changes = wall, nil, nil
		w.add(p)
	}
}

// bundle: a page that gives the reports of several bodies in one archive file.
func (p *portal) bundle() {
	year := p.opt.Years[0] - 1
	title := fmt.Sprintf("%s%d年度各部门政府信息公开工作年度报告", p.place, year)
	uri, file := "/gknbhz/"+fmt.Sprint(year)+"/content_77.html", "/gknbhz/"+fmt.Sprint(year)+"/bmnb.zip"
	var members []compose.Member
	for _, name := range []string{"民政局", "水务局", "统计局"} {
		r := compose.New(p.opt.Seed, p.place+name, year, compose.Options{Level: "department"})
		members = append(members, compose.Member{Name: r.Title + ".docx", Data: r.DOCX()})
		p.truth = append(p.truth, Truth{Portal: p.place, Publisher: p.place + name, Code: p.code, Level: "department", Family: p.family.name, Year: year, Title: r.Title,
			URL: p.url(uri), Attachment: p.url(file), MediaType: typeZIP, Numbers: r.Numbers, Reach: ReachArchive})
	}
	data := compose.Zip(members)
	p.put(file, &page{mediaType: typeZIP, body: func() []byte { return data }})
	p.html(uri, func() string {
		return p.frame(frame{title: title, body: "<h1>" + title + "</h1><div class=\"content\"><p>现将各部门年度报告汇总公布。</p><p><a href=\"" + file + "\">" + title + ".zip</a></p></div>"})
	})
	p.aside(uri, title)
	p.link(uri, title) // not every system shows what stands beside its lists
}

// untwin turns an address as the host for telephones and the gateway know it into the portal's own.
func (p *portal) untwin(host, uri string) string {
	if host == p.big5 {
		if rest, ok := strings.CutPrefix(uri, "/gate/big5/"); ok {
			_, path, _ := strings.Cut(rest, "/")
			return "/" + path
		}
	}
	return uri
}
