package portal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Leads that the same part of a template gives share a place, whatever told them.
func TestPlaceOfLeads(t *testing.T) {
	for _, c := range []struct{ name, addr, media, src, want string }{
		{"a list", "/nb/", page, `<ul class="list"><li><a href="/1.html">甲</a></li><li class="on"><a href="/2.html">乙</a></li></ul>`, "ul.list>li>a"},
		{"an answer", "/q?page=1&rows=2", data, `{"total":2,"data":{"items":[{"title":"甲","url":"/1.html"},{"title":"乙","url":"/2.html"}]}}`, "json:data.items.url"},
		{"an answer with years as keys", "/q", data, `{"y2022":[{"title":"甲","url":"/1.html"}],"y2023":[{"title":"乙","url":"/2.html"}]}`, "json:y.url"},
		{"markup in an answer", "/q", data, `{"html":"<ul><li><a href=\"/1.html\">甲</a></li></ul>"}`, "json:html>ul>li>a"},
		{"an array of a script", "/nb/", page, `<script>var articles = [{"title":"甲","url":"/1.html"}];</script>`, "script:articles.url"},
		{"an object that is no JSON", "/nb/", page, `<script>window.conf = {sid: 1, "rows":[{"title":"甲","url":"/1.html"}]};</script>`, "script:conf.rows.url"},
		{"written by a script", "/menu.js", "application/javascript", `document.write("<li><a href='/1.html'>" + "甲</a></li>");`, "script:write>li>a"},
		{"gone to by a script", "/nb/", "application/javascript", `function f(){ window.location.href = "/1.html" }`, "script:location"},
		{"asked by a script", "/nb/", page, `<script>$.get("/svc/list?id=1",f)</script>`, "script:ask"},
		{"an entry of a feed", "/feed.xml", "application/xml", `<?xml version="1.0"?><rss><item><title>甲</title><link>http://www.example.gov.cn/1.html</link></item></rss>`, "xml:item"},
		{"a site map", "/sitemap.xml", "application/xml", `<?xml version="1.0"?><urlset><url><loc>http://www.example.gov.cn/1.html</loc></url></urlset>`, "xml:loc"},
		{"pages counted", "/nb/list.html", page, `第1页/共2页`, "pager:counted"},
		{"a pager of a family", "/nb/index.html", page, `<script>createPageHTML(2,0,"index","html")</script>`, "trs:list"},
		{"a file in a viewer", "/nb/", page, `<p><a href="/viewer.html?file=/1.pdf">甲</a></p>`, "p>a:file"},
	} {
		_, leads := linesOf(t, "http://www.example.gov.cn"+c.addr, c.media, "", c.src)
		if len(leads) == 0 {
			t.Errorf("%s: no lead", c.name)
		}
		for _, l := range leads {
			if diff := cmp.Diff(c.want, l.Place); diff != "" {
				t.Errorf("%s: %s: %s", c.name, strings.TrimPrefix(l.URL, "http://www.example.gov.cn"), diff)
			}
		}
	}
}
