package portal

import (
	"context"
	"net/url"
	"strings"
	"testing"
)

// shown are the addresses that a page at a URL leads to, each with its text.
func shown(t *testing.T, at, source string) map[string]string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	p := &Page{URL: u, MediaType: "text/html", Text: source}
	p.Unfold(context.Background())
	out := map[string]string{}
	for _, l := range p.Leads() {
		out[l.URL] = l.Text
	}
	return out
}

// TestArticleInAConfiguration reads an article whose text stands in an object that is no JSON.
func TestArticleInAConfiguration(t *testing.T) {
	long := strings.Repeat("正文若干字", 30)
	for _, source := range []string{
		`<title>甲</title><script>window._CONFIG={SID:'75',TREE:[{"id":1,"name":"x"}],DETAIL:{"id":7,"content":"<p>全文第一段<\/p><p>第二段<\/p>"}}</script>`,
		`<title>甲</title><script>var page = {id: 7, title: '甲', content: '<p>全文第一段<\/p><p>第二段</p>'};</script>`,
	} {
		u, err := url.Parse("http://a.gov.cn/gkmlpt/content/1/7/post_7.html")
		if err != nil {
			t.Fatal(err)
		}
		p := &Page{URL: u, MediaType: "text/html", Text: strings.ReplaceAll(source, "第一段", "第一段"+long)}
		p.Unfold(context.Background())
		if text := p.Doc.Text(); !strings.Contains(text, "全文第一段") || !strings.Contains(text, "第二段") {
			t.Errorf("read %q of %s", text, source)
		}
	}
}

func TestScriptsReadAsText(t *testing.T) {
	for _, c := range []struct {
		name, at, source string
		want             map[string]string // address → part of its text
		never            []string          // parts of addresses that are not asked for
	}{
		{"a list whose addresses are JSON inside JSON", "http://a.gov.cn/nb/",
			`<script>var itemObj=[{"aT":"甲县财政局2023年政府信息公开工作年度报告","aU":"{\"common\":\"/zwgk/202401/t1.html\"}"}];</script>`,
			map[string]string{"http://a.gov.cn/zwgk/202401/t1.html": "甲县财政局2023年政府信息公开工作年度报告"}, nil},
		{"a link that jQuery writes", "http://a.gov.cn/x/1.html",
			`<div id="fujian"></div><script>$('#fujian').append('<a href="/cms/attach?attachGuid=7">附件</a>');</script>`,
			map[string]string{"http://a.gov.cn/cms/attach?attachGuid=7": "附件"}, nil},
		{"addresses that only the script can finish", "http://a.gov.cn/nb/",
			`<script>for(var n=1;n<3;n++){document.write('<a href="index_'+n+'.shtml">'+n+'</a>');} document.write('<a href="'+root+'/zwgk/nb.html">年报</a>');</script>`,
			map[string]string{"http://a.gov.cn/zwgk/nb.html": "年报"}, []string{"index_.shtml", "/index_\""}},
		{"a pager that counts from one", "http://a.gov.cn/nb/common_list.shtml", `<script>createPage(3,1,'common_list','shtml')</script>`,
			map[string]string{"http://a.gov.cn/nb/common_list_2.shtml": "", "http://a.gov.cn/nb/common_list_3.shtml": ""}, []string{"common_list_4"}},
		{"a pager that counts from nought", "http://a.gov.cn/nb/index.html", `<script>createPageHTML(3,0,"index","html")</script>`,
			map[string]string{"http://a.gov.cn/nb/index_1.html": "", "http://a.gov.cn/nb/index_2.html": ""}, []string{"index_3"}},
		{"the columns below a node of the disclosure platform", "http://a.gov.cn/gkmlpt/index",
			`<script>window._CONFIG={SID:'75',TREE:[{"id":1,"name":"机构职能"},{"id":13,"name":"政府信息公开年报","children":[{"id":48,"name":"市政府"},{"id":49,"name":"部门","children":[{"id":50,"name":"教育局"}]}]}]}</script>`,
			map[string]string{"http://a.gov.cn/gkmlpt/api/all/13?page=1&sid=75": "年报", "http://a.gov.cn/gkmlpt/api/all/48?page=1&sid=75": "年报", "http://a.gov.cn/gkmlpt/api/all/50?page=1&sid=75": "年报"}, []string{"/api/all/1?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := shown(t, c.at, c.source)
			for u, text := range c.want {
				if have, ok := got[u]; !ok || !strings.Contains(have, text) {
					t.Errorf("%s (%s) is missing in %v", u, text, got)
				}
			}
			for u := range got {
				for _, n := range c.never {
					if strings.Contains(u, n) {
						t.Errorf("%s would be asked for", u)
					}
				}
			}
		})
	}
}
