package portal

import "testing"

// A page that only warns its reader of leaving the site is not asked for: where it leads is.
func TestPagesThatSayGoodbye(t *testing.T) {
	for href, want := range map[string]string{
		"/leave.html?target=http%3A%2F%2Fczj.b.gov.cn%2F":  "http://czj.b.gov.cn/",
		"/jump.html?url=http://czj.b.gov.cn/zwgk/":         "http://czj.b.gov.cn/zwgk/",
		"/jump.html?url=http://a.gov.cn/zwgk/":             "http://a.gov.cn/jump.html?url=http://a.gov.cn/zwgk/",
		"http://share.c.gov.cn/s?url=http://czj.b.gov.cn/": "http://share.c.gov.cn/s?url=http://czj.b.gov.cn/",
		"/jump.html?url=/zwgk/":                            "http://a.gov.cn/jump.html?url=/zwgk/",
	} {
		got := leadsOf(t, &Page{MediaType: "text/html", Text: `<a href="` + href + `">县财政局</a>`}, "http://a.gov.cn/bm/")
		if len(got) != 1 || got[0].URL != want || got[0].Text != "县财政局" {
			t.Errorf("%s leads to %v, want %s", href, got, want)
		}
	}
}

// Markup that a script joins of literals and known variables is read wherever it is put.
func TestMarkupJoinedByAScript(t *testing.T) {
	got := map[string]string{}
	for _, l := range leadsOf(t, &Page{MediaType: "application/javascript", Text: `var r='/',h=[];
		h.push('<li><a href="'+r+'zwg'+'k/">政务公开</a></li>');
		h.push('<li><a href="'+r+other()+'x/">别处</a></li>');
		document.write('<ul>'+h.join('')+'</ul>');`}, "http://a.gov.cn/js/7.js") {
		got[l.URL] = l.Text
	}
	if got["http://a.gov.cn/zwgk/"] != "政务公开" {
		t.Errorf("read %v", got)
	}
	for u, text := range got {
		if text == "别处" {
			t.Errorf("%s would be asked for, of which a part is unknown", u)
		}
	}
}
