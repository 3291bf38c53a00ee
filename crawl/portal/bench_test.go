package portal

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/extract/html"
)

// composedPortal is a front page as portals have them: some 60 KB, 300 links in several columns, scripts that draw
// menus and sliders, a style sheet in the page.
func composedPortal() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>甲县人民政府</title><meta name="SiteName" content="甲县人民政府"><link rel="stylesheet" href="/css/site.css"><style>`)
	for i := range 60 {
		fmt.Fprintf(&b, ".box%d{width:%dpx;height:30px;float:left;margin:0 auto;background:url(/images/bg%d.png) no-repeat}\n", i, 100+i, i)
	}
	b.WriteString(`</style><script src="/js/jquery.min.js"></script><script src="/js/site.js"></script><script>var siteId="12";var webRoot="/";function openUrl(id,type){window.open("/info/"+type+"/"+id+".html");}
function search(){var k=document.getElementById("kw").value;if(k==""){alert("请输入");return false;}window.open("/search/index.html?q="+encodeURIComponent(k)+"&siteId="+siteId);}
$(function(){$(".tabs li").hover(function(){var i=$(this).index();$(this).addClass("on").siblings().removeClass("on");$(".tabcon").eq(i).show().siblings(".tabcon").hide();});});</script></head><body><div id="header"></div><script>$("#header").load("/common/header.html");</script>`)
	n := 0
	for column := range 15 {
		fmt.Fprintf(&b, "<div class=\"column box%d\"><div class=\"title\"><h2>栏目%d</h2><a class=\"more\" href=\"/zwgk/lm%d/\">更多&gt;&gt;</a></div><ul class=\"list\">\n", column, column, column)
		for range 18 {
			n++
			fmt.Fprintf(&b, `<li><a href="/zwgk/lm%d/202401/t202401%02d_%d.html" target="_blank" title="甲县第%d次会议研究部署重点工作并安排下一阶段的任务">甲县第%d次会议研究部署重点…</a><span class="date">2024-01-%02d</span></li>`+"\n", column, 1+n%28, 300000+n, n, n, 1+n%28)
		}
		b.WriteString("</ul></div>\n")
	}
	b.WriteString(`<script>var pics=[];`)
	for i := range 8 {
		fmt.Fprintf(&b, `pics.push({src:"/images/slide%d.jpg",href:"/zwgk/tp/%d.html",alt:"图片新闻%d"});`+"\n", i, i, i)
	}
	b.WriteString(`function slide(n){for(var i=0;i<pics.length;i++){document.getElementById("p"+i).style.display=i==n?"block":"none";}}
document.writeln("<a href=\"\/zfxxgk\/\">政府信息公开<\/a>");var _hmt=_hmt||[];(function(){var hm=document.createElement("script");hm.src="/hm.js?"+siteId;var s=document.getElementsByTagName("script")[0];s.parentNode.insertBefore(hm,s);})();</script>
<select onchange="window.open(this.value)"><option value="">友情链接</option>`)
	for i := range 20 {
		fmt.Fprintf(&b, `<option value="http://bm%d.example.gov.cn/">部门%d</option>`, i, i)
	}
	b.WriteString(`</select><div class="foot">主办：甲县人民政府 网站标识码：9901220001</div></body></html>`)
	return b.String()
}

// composedList is a page of a list whose pager a script writes.
func composedList() string {
	var b strings.Builder
	b.WriteString(`<html><head><title>政府信息公开年报</title></head><body><div class="pos">当前位置：首页 &gt; 年报</div><ul class="list">`)
	for i := range 20 {
		fmt.Fprintf(&b, `<li><a href="./202401/t20240115_%d.html" title="甲县%d局2023年政府信息公开工作年度报告">甲县%d局2023年政府信息公开…</a><span>2024-01-15</span></li>`+"\n", i, i, i)
	}
	b.WriteString(`</ul><script>var pageSize=20,total=131;function go(n){location.href=n==0?"index.html":"index_"+n+".html";}</script><a href="javascript:go(1)">2</a> <a href="javascript:go(6)">尾页</a> 共7页</body></html>`)
	return b.String()
}

// composedAnswer is an answer of a service that lists articles.
func composedAnswer() string {
	var b strings.Builder
	b.WriteString(`{"code":200,"data":{"total":131,"pageSize":50,"rows":[`)
	for i := range 50 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"title":"甲县%d局2023年政府信息公开工作年度报告","publishTime":"2024-01-15 09:30","deptName":"甲县%d局","summary":"<p>摘要%d</p>","url":"/zfxxgk/nb/%d.html","files":[]}`, i, i, i, i, 7000+i)
	}
	b.WriteString(`]}}`)
	return b.String()
}

// BenchmarkPage measures what a page costs after it is read: Unfold and Leads.
func BenchmarkPage(b *testing.B) {
	for _, c := range []struct{ name, addr, media, source string }{
		{"portal", "http://www.example.gov.cn/", page, composedPortal()},
		{"list", "http://www.example.gov.cn/zfxxgk/nb/", page, composedList()},
		{"answer", "http://www.example.gov.cn/svc/list?page=1&pageSize=50", data, composedAnswer()},
	} {
		b.Run(c.name, func(b *testing.B) {
			u, err := url.Parse(c.addr)
			if err != nil {
				b.Fatal(err)
			}
			doc := &document.Document{MediaType: c.media}
			if c.media == page {
				if doc, err = html.ReadText(b.Context(), c.source, html.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(c.source)))
			b.ReportAllocs()
			for b.Loop() {
				read := *doc
				p := &Page{URL: u, MediaType: c.media, Text: c.source, Doc: &read}
				p.Unfold(context.Background())
				if len(p.Leads()) == 0 {
					b.Fatal("no leads")
				}
			}
		})
	}
}
