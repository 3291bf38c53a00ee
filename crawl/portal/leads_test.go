package portal

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"nianbao/extract/html"
)

// leadsOf reads a page as the crawl does.
func leadsOf(t testing.TB, p *Page, addr string) []Lead {
	t.Helper()
	u, err := url.Parse(addr)
	if err != nil {
		t.Fatal(err)
	}
	p.URL = u
	if strings.Contains(p.MediaType, "html") {
		if p.Doc, err = html.ReadText(context.Background(), p.Text, html.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	p.Unfold(context.Background())
	return p.Leads()
}

// linesOf gives the leads of a page as lines: method, address without the host, body.
func linesOf(t testing.TB, addr, mediaType, body, src string) ([]string, []Lead) {
	t.Helper()
	leads := leadsOf(t, &Page{MediaType: mediaType, Text: src, Body: body}, addr)
	return lines(leads), leads
}

func lines(leads []Lead) []string {
	var out []string
	for _, l := range leads {
		s := strings.TrimPrefix(l.URL, "http://www.example.gov.cn")
		if l.Method != "GET" {
			s = l.Method + " " + s + " " + l.Body
		}
		out = append(out, s)
	}
	return out
}

const (
	page = "text/html"
	data = "application/json"
)

// Every system is written here in a few lines of our own, as its pages are described.
func TestLeadsBySystem(t *testing.T) {
	for name, c := range map[string]struct {
		addr, media, body, src string
		want                   []string
	}{
		"trs call": {"http://www.example.gov.cn/zwgk/xxgknb/", page, "", `<ul><li><a href="./202401/t20240115_1.html">甲</a></li></ul><script>createPageHTML(4, 0, "index", "html");</script>`,
			[]string{"/zwgk/xxgknb/202401/t20240115_1.html", "/zwgk/xxgknb/index_1.html", "/zwgk/xxgknb/index_2.html", "/zwgk/xxgknb/index_3.html"}},
		"trs loop": {"http://www.example.gov.cn/nb/index.shtml", page, "", `<script>var currentPage=0;var countPage = 3;for(var i=1;i<countPage;i++){document.write("<a href='index_"+i+".shtml'>"+(i+1)+"</a>");}</script>`,
			[]string{"/nb/index_1.shtml", "/nb/index_2.shtml"}},
		"hanweb records": {"http://www.example.gov.cn/col/col1/index.html", page, "", `<div perpage="2"></div><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=1&path=/&columnid=1&unitid=2&permissiontype=0"></a>]]></nextgroup><totalrecord>5</totalrecord><recordset><record><![CDATA[<li><a href="/art/2024/1/8/art_1_9.html" title="甲县财政局2023年政府信息公开工作年度报告">甲县财政局2023年…</a></li>]]></record><record><![CDATA[<li><a href="/art/2024/1/9/art_1_8.html">乙</a></li>]]></record></recordset></datastore></script>`,
			[]string{"/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=1&path=/&columnid=1&unitid=2&permissiontype=0", "/art/2024/1/8/art_1_9.html", "/art/2024/1/9/art_1_8.html", "POST /module/web/jpage/dataproxy.jsp?startrecord=3&endrecord=5&perpage=2 appid=1&col=1&columnid=1&path=%2F&permissiontype=0&sourceContentType=1&unitid=2&webid=1"}},
		"hanweb years": {"http://www.example.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=11A&fbtime=2024", page, "", `<select onchange="go(this.value)"><option value="2024">2024</option><option value="2023">2023</option></select><script>function go(y){location.href="xxgkAnnualReport.jsp?area=11A&fbtime="+y}</script>`,
			[]string{"/module/xxgk/xxgkAnnualReport.jsp?area=11A&fbtime=2024", "/module/xxgk/xxgkAnnualReport.jsp?area=11A&fbtime=2023"}},
		"jpaas column": {"http://www.example.gov.cn/zwgk/nb/index.html", page, "", `<div url="/api-gateway/jpaas-publish-server/front/page/build/unit" querydata="{'webId':'w','pageId':'p','parseType':'bulidstatic'}"></div>`,
			[]string{"/api-gateway/jpaas-publish-server/front/page/build/unit?pageId=p&paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A15%7D&parseType=bulidstatic&webId=w"}},
		"jpaas answer": {"http://www.example.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?pageId=p&paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A1%7D", data, "", `{"success":true,"data":{"html":"<li><a href=\"/art/2024/art_1.html\">甲</a></li><div totalPage=\"2\"></div>"}}`,
			[]string{"/art/2024/art_1.html", "/api-gateway/jpaas-publish-server/front/page/build/unit?pageId=p&paramJson=%7B%22pageNo%22%3A2%2C%22pageSize%22%3A1%7D"}},
		"gkmlpt tree": {"http://www.example.gov.cn/gkmlpt/index", page, "", `<script>window._CONFIG = {"SID":"75","TREE":[{"id":1,"name":"\u653f\u5e9c\u4fe1\u606f\u516c\u5f00\u5e74\u62a5","jump_url":""},{"id":2,"name":"机构概况","jump_url":""}]};</script>`,
			[]string{"/gkmlpt/api/all/1?page=1&sid=75"}},
		"gkmlpt list": {"http://www.example.gov.cn/gkmlpt/api/all/1?page=1&sid=75", data, "", `{"classify":{"post_count":2},"articles":[{"title":"甲","url":"http://www.example.gov.cn/gkmlpt/content/1/2/post_2.html"}]}`,
			[]string{"/gkmlpt/content/1/2/post_2.html", "/gkmlpt/api/all/1?page=2&sid=75"}},
		"longxun": {"http://www.example.gov.cn/public/column/7?type=4&action=list", page, "", `<script>var u="/site/label/8888?labelName=publicInfoList&pageIndex=1&catId=3";x({pageCount:2})</script>`,
			[]string{"/site/label/8888?labelName=publicInfoList&pageIndex=1&catId=3", "/site/label/8888?labelName=publicInfoList&pageIndex=2&catId=3"}},
		"aspnet": {"http://www.example.gov.cn/List.aspx?id=1", page, "", `<form><input type="hidden" name="__VIEWSTATE" value="v"/><a href="javascript:__doPostBack(&#39;Pager&#39;,&#39;2&#39;)">2</a></form>`,
			[]string{"POST /List.aspx?id=1 __VIEWSTATE=v&__EVENTARGUMENT=2&__EVENTTARGET=Pager"}},
		"function of the page": {"http://www.example.gov.cn/OpennessContent/showList/7/0/page_1.html", page, "", `<script>function goPage(n){ window.location.href='/OpennessContent/showList/7/0/page_'+n+'.html'; }</script>共4页 <a href="javascript:;" onclick="goPage(2)">2</a>`,
			[]string{"/OpennessContent/showList/7/0/page_2.html", "/OpennessContent/showList/7/0/page_3.html", "/OpennessContent/showList/7/0/page_4.html"}},
		"function that opens an article": {"http://www.example.gov.cn/nb/", page, "", `<script>function show(col,id){ window.open("/single/" + col + "/" + id + ".html"); }</script><li onclick="show('56','25229')">甲县财政局2023年政府信息公开工作年度报告</li>`,
			[]string{"/single/56/25229.html"}},
		"service that scripts ask": {"http://www.example.gov.cn/nb/", page, "", `<script>var root="/rest";$.ajax({type:"get",url:root+"/list?cat=7&pageIndex=0&pageSize=8",success:f})</script>`,
			[]string{"/rest/list?cat=7&pageIndex=0&pageSize=8"}},
		"service asked by form": {"http://www.example.gov.cn/nb/", page, "", `<script>var cat='9';$.post("/svc/getList",{catId:cat,page:pageNo,rows:20},draw)</script>`,
			[]string{"POST /svc/getList catId=9&page=1&rows=20"}},
		"service asked with JSON": {"http://www.example.gov.cn/nb/", page, "", `<script>$.ajax({url:"/svc/list",type:"POST",contentType:"application/json",data:JSON.stringify({"channel":"c1","pageNo":1})})</script>`,
			[]string{`POST /svc/list {"channel":"c1","pageNo":1}`}},
		"answer by pages": {"http://www.example.gov.cn/rest/list?cat=7&pageIndex=0&pageSize=1", data, "", `{"total":3,"rows":[{"title":"甲","url":"/a/1.html"}]}`,
			[]string{"/a/1.html", "/rest/list?cat=7&pageIndex=1&pageSize=1"}},
		"last answer":  {"http://www.example.gov.cn/rest/list?cat=7&page=3&pageSize=1", data, "", `{"total":3,"rows":[{"title":"甲","url":"/a/1.html"}]}`, []string{"/a/1.html"}},
		"empty answer": {"http://www.example.gov.cn/rest/list?cat=7&page=4", data, "", `{"total":3,"rows":[]}`, nil},
		"answer to JSON": {"http://www.example.gov.cn/svc/list", data, `{"channel":"c1","pageNo":1}`, `{"pages":2,"list":[{"name":"甲","href":"/a/1.html"}]}`,
			[]string{"/a/1.html", `POST /svc/list {"channel":"c1","pageNo":2}`}},
		"JSONP":                    {"http://www.example.gov.cn/x", "application/javascript", "", `cb({"list":[{"title":"甲","url":"/a/1.html"}]})`, []string{"/a/1.html"}},
		"records in a script":      {"http://www.example.gov.cn/nb/", page, "", `<script>var docs = [{"docTitle":"甲","docUrl":"/nb/doc_1.html"}];</script>`, []string{"/nb/doc_1.html"}},
		"written by a script file": {"http://www.example.gov.cn/js/head.js", "application/javascript", "", `document.writeln("<li><a href=\"\/zfxxgk\/\">政府信息公开<\/a><\/li>");`, []string{"/zfxxgk/"}},
		"pages said, no pager":     {"http://www.example.gov.cn/nb/list.shtml", page, "", `<span>第1页/共3页</span>`, []string{"/nb/list_1.shtml", "/nb/list_2.shtml", "/nb/list_3.shtml"}},
		"viewer":                   {"http://www.example.gov.cn/nb/1.html", page, "", `<a href="/pdfjs/web/viewer.html?file=%2Ffiles%2Fa.pdf">年报</a>`, []string{"/files/a.pdf"}},
		"refresh":                  {"http://www.example.gov.cn/", page, "", `<META HTTP-EQUIV="Refresh" CONTENT="0; URL=/eportal/ui?pageId=1">`, []string{"/eportal/ui?pageId=1"}},
		"sitemap":                  {"http://www.example.gov.cn/sitemap.xml", "application/xml", "", `<?xml version="1.0"?><urlset><url><loc>http://www.example.gov.cn/nb/</loc></url></urlset>`, []string{"/nb/"}},
		"a base":                   {"http://www.example.gov.cn/x/y.html", page, "", `<head><base href="/z/"></head><a href="1.html">甲</a>`, []string{"/z/1.html"}},
		"no links":                 {"http://www.example.gov.cn/x/y.html", page, "", `<a href="#">甲</a><a href="javascript:void(0)">乙</a><a href="mailto:a@b.cn">丙</a>`, nil},
	} {
		got, _ := linesOf(t, c.addr, c.media, c.body, c.src)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\n got %s\nwant %s", name, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

// The title behind a cut text, and the longest text of links to one address, are what a lead says.
func TestLeadsKeepTheTellingWords(t *testing.T) {
	_, leads := linesOf(t, "http://www.example.gov.cn/", page, "", `<a href="/1.html" title="甲县财政局2023年政府信息公开工作年度报告">甲县财政局2023年政府…</a><a href="/1.html">更多</a><a href="/2.html"><em></em>政府信息<br>公开年报</a>`)
	want := map[string]string{"/1.html": "甲县财政局2023年政府信息公开工作年度报告", "/2.html": "政府信息公开年报"}
	for _, l := range leads {
		if w := want[strings.TrimPrefix(l.URL, "http://www.example.gov.cn")]; strings.ReplaceAll(l.Text, " ", "") != w {
			t.Errorf("%s says %q, want %q", l.URL, l.Text, w)
		}
	}
	if len(leads) != 2 {
		t.Errorf("%d leads, want 2", len(leads))
	}
}

func TestFamiliesAreDetected(t *testing.T) {
	for want, src := range map[string]string{
		"trs":    `<script>createPageHTML(4, 0, "index", "html");</script>`,
		"hanweb": `<script type="text/xml"><datastore></datastore></script>`,
		"gkmlpt": `<script src="/gkmlpt/app.js"></script><script>window._CONFIG={}</script>`,
	} {
		u, err := url.Parse("http://www.example.gov.cn/")
		if err != nil {
			t.Fatal(err)
		}
		if got := Detect(&Page{URL: u, MediaType: page, Text: src}); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is taken for %v", want, got)
		}
	}
}

// Whatever a server sends, reading it ends, and every lead is an address of http.
func FuzzLeads(f *testing.F) {
	f.Add("text/html", "", `<script>function g(n){location='/a_'+n+'.html'}</script><a href="javascript:g('2')">2</a>共9999页`)
	f.Add("application/json", `{"page":1}`, `{"a":[{"url":"/x.html","title":"t","b":"{\"url\":\"/y.html\"}"}]}`)
	f.Add("application/xml", "", `<datastore><record><![CDATA[<a href="/a">]]></record><totalrecord>99999</totalrecord></datastore>`)
	f.Add("application/javascript", "", `document.write('<a href="/a">' + "\u5e74" + x + '</a>');$.ajax({url:a+"/b?"+c,data:{d:e}})`)
	f.Add("text/html", "", `<script>'+'+'+'+"a"+b+(c-1)+'</script>`)
	f.Fuzz(func(t *testing.T, mediaType, body, src string) {
		if len(src) > 1<<16 {
			return
		}
		lines, leads := linesOf(t, "http://www.example.gov.cn/list.jsp?page=1&rows=10", mediaType, body, src)
		if len(lines) > maxLeads {
			t.Fatalf("%d leads", len(lines))
		}
		for _, l := range leads {
			if u, err := url.Parse(l.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				t.Fatalf("%q is no address: %v", l.URL, err)
			}
		}
	})
}
