package portal

import (
	"slices"
	"strings"
	"testing"
)

// What a script or an answer says is understood with the page that asked for it.
func TestLeadsBesideAPage(t *testing.T) {
	none, err := SelectFamilies("none")
	if err != nil {
		t.Fatal(err)
	}
	html := func(text string) Source {
		return Source{URL: "http://www.example.gov.cn/zwgk/nb/index.html", MediaType: page, Text: text}
	}
	script := func(text string) Source {
		return Source{URL: "http://www.example.gov.cn/js/app.js", MediaType: "application/javascript", Text: text}
	}
	for name, c := range map[string]struct {
		addr, media, src string
		beside           []Source
		want             []string
		never            string
	}{
		"a script writes addresses relative to its page": {"/js/menu.js", "application/javascript", `document.write('<a href="2023/1.html">甲</a>')`, []Source{html("")}, []string{"/zwgk/nb/2023/1.html"}, "/js/2023"},
		"a script without its page":                      {"/js/menu.js", "application/javascript", `document.write('<a href="2023/1.html">甲</a>')`, nil, []string{"/js/2023/1.html"}, ""},
		"a script asks with variables of its page":       {"/js/app.js", "application/javascript", `$.get("/svc/list",{cat:catId,c:$("#c").val()},f)`, []Source{html(`<input id="c" value="8"><script>var catId="7";</script>`)}, []string{"/svc/list?cat=7&c=8"}, ""},
		"a script asks for the columns of its page":      {"/js/app.js", "application/javascript", `x.open('GET','/api/all/'+cat+'?sid='+C.SID)`, []Source{html(`<script>window.CONF={SID:'75',TREE:[{"id":13,"name":"政府信息公开年报","url":""},{"id":14,"name":"机构"}]}</script>`)}, []string{"/api/all/13?sid=75"}, "/14"},
		"an answer names records by an id":               {"/svc/list", data, `{"rows":[{"id":31,"title":"甲"}]}`, []Source{html(`<script>h+='<a href="content/'+r.id+'.html">'</script>`)}, []string{"/zwgk/nb/content/31.html"}, ""},
		"the page of a script's answer":                  {"/svc/list", data, `{"rows":[{"id":31,"title":"甲"}]}`, []Source{script(`h+='<a href="content/'+r.id+'.html">'`), html("")}, []string{"/zwgk/nb/content/31.html"}, ""},
		"an answer is relative to its page":              {"/svc/list", data, `{"rows":[{"url":"./1.html","title":"甲"}]}`, []Source{html("")}, []string{"/zwgk/nb/1.html"}, "/svc/1"},
		"a piece of a page calls its functions":          {"/svc/part", page, `<ul><li><a href="javascript:show('9')">甲</a></li></ul>`, []Source{html(`<script>function show(id){window.open("/show/"+id+".html")}</script>`)}, []string{"/show/9.html"}, ""},
		"a page of which nothing is known":               {"/svc/list", data, `{"rows":[{"id":31,"title":"甲"}]}`, []Source{{URL: "::", MediaType: page}}, nil, "31"},
	} {
		got := lines(leadsOf(t, &Page{MediaType: c.media, Text: c.src, Beside: c.beside, Families: none}, "http://www.example.gov.cn"+c.addr))
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %s is missing in\n%s", name, w, strings.Join(got, "\n"))
			}
		}
		for _, l := range got {
			if c.never != "" && strings.Contains(l, c.never) {
				t.Errorf("%s: %s would be asked for", name, l)
			}
		}
	}
}

func TestRefreshHeader(t *testing.T) {
	for header, want := range map[string]string{"0; url=/a/1.html": "/a/1.html", "5;URL='b.html'": "/zwgk/b.html", " 3 , /c ": "/c", "10": "", "": "", "0;": ""} {
		got := lines(leadsOf(t, &Page{MediaType: page, Refresh: header}, "http://www.example.gov.cn/zwgk/"))
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q leads to %v, want %q", header, got, want)
		}
	}
}

// A query is sent in the charset of its page, a path in UTF-8, as browsers do; what a script escapes is UTF-8.
func TestQueriesInTheCharsetOfThePage(t *testing.T) {
	const src = `<html><a href="/年报/1.jsp?t=年报&amp;n=1">甲</a><form action="/search.jsp"><input name="keyword"></form><script>$.get("/svc/list",{t:"年报"},f)</script></html>`
	for name, want := range map[string][]string{
		"gb18030": {"/%E5%B9%B4%E6%8A%A5/1.jsp?t=%C4%EA%B1%A8&n=1", "/svc/list?t=%E5%B9%B4%E6%8A%A5", "/search.jsp?keyword=%D5%FE%B8%AE%D0%C5%CF%A2%B9%AB%BF%AA%B9%A4%D7%F7%C4%EA%B6%C8%B1%A8%B8%E6"},
		"utf-8":   {"/%E5%B9%B4%E6%8A%A5/1.jsp?t=%E5%B9%B4%E6%8A%A5&n=1", "/svc/list?t=%E5%B9%B4%E6%8A%A5", "/search.jsp?keyword=%E6%94%BF%E5%BA%9C%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B7%A5%E4%BD%9C%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A"},
		"":        {"/%E5%B9%B4%E6%8A%A5/1.jsp?t=%E5%B9%B4%E6%8A%A5&n=1"},
	} {
		got := lines(leadsOf(t, &Page{MediaType: page, Text: src, Charset: name}, "http://www.example.gov.cn/"))
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%q: %s is missing in %v", name, w, got)
			}
		}
	}
	if got := inCharset("/x?t=年报#年", "gbk"); got != "/x?t=%C4%EA%B1%A8#年" {
		t.Errorf("the fragment is written too: %s", got)
	}
}
