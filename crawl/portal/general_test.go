package portal

import (
	"slices"
	"strings"
	"testing"
)

// Every means of navigation is read without any family's knowledge, in the shapes in which scripts and pages write it.
func TestGeneralMeans(t *testing.T) {
	none, err := SelectFamilies("none")
	if err != nil {
		t.Fatal(err)
	}
	const (
		at = "http://www.example.gov.cn/zwgk/nb/"
		js = "application/javascript"
	)
	for name, c := range map[string]struct {
		addr, media, src string
		want             []string // all of them are told
		never            []string // parts of addresses that are not
	}{
		// Menus and data that scripts hold.
		"a menu that is loaded":    {at, js, `$(function(){ $("#top").load("/common/top.html"); })`, []string{"/common/top.html"}, nil},
		"a menu of pairs":          {at, page, `<script>var menu=[['政务公开','/zwgk/'],['年报',"/zwgk/nb/list.html"]];</script>`, []string{"/zwgk/", "/zwgk/nb/list.html"}, nil},
		"a menu of objects":        {at, page, `<script>var m=[{name:'年报',link:'/nb/',sub:[{name:'部门',link:'/nb/bm/'}]}];</script>`, []string{"/nb/", "/nb/bm/"}, nil},
		"a menu built by calls":    {at, page, `<script>tree.add(12,3,'部门年报','/nb/bm/');</script>`, []string{"/nb/bm/"}, nil},
		"a menu pushed":            {at, page, `<script>m.push({title:"年报",url:"/nb/1.html"});</script>`, []string{"/nb/1.html"}, nil},
		"objects with functions":   {at, page, `<script>var app={init:function(){ go({a:1}); },items:[{title:'甲',url:"/a/1.html"}],n:f(1)}</script>`, []string{"/a/1.html"}, nil},
		"comments among data":      {at, page, "<script>var d=[/* one */{title:'甲', // two\n url:'/a/1.html'}];</script>", []string{"/a/1.html"}, nil},
		"a base before an address": {at, page, `<script>var d=[{title:'甲',url:base+'/a/1.html'}];</script>`, []string{"/a/1.html"}, nil},
		"a known base":             {at, page, `<script>var ctx="/web";var d=[{title:'甲',url:ctx+'/a/1.html'}];</script>`, []string{"/web/a/1.html"}, nil},
		"data in a JSON element":   {at, page, `<script type="application/json">{"list":[{"title":"甲","path":"/a/1.html"}]}</script>`, []string{"/a/1.html"}, nil},
		"data in an attribute":     {at, page, `<div data-list='[{"title":"甲","url":"/a/1.html"}]'></div><div data-x="{&quot;title&quot;:&quot;乙&quot;,&quot;url&quot;:&quot;/a/2.html&quot;}"></div>`, []string{"/a/1.html", "/a/2.html"}, nil},
		"JSON in a string":         {at, page, `<script>var d=JSON.parse('[{"title":"甲","url":"\/a\/1.html"}]');</script>`, []string{"/a/1.html"}, nil},
		"a template string":        {at, page, "<script>var id=7;box.innerHTML=`<a href=\"/a/1.html\">甲</a>`;$.get(`/svc/list/${id}.json`,f)</script>", []string{"/a/1.html", "/svc/list/7.json"}, nil},
		"what nobody shows":        {at, page, `<noscript><a href="/a/1.html">甲</a></noscript><textarea><a href="/a/2.html">乙</a></textarea>`, []string{"/a/1.html", "/a/2.html"}, nil},
		"settings are no pages":    {at, page, `<script>var c={serviceUrl:"/api/v1/list",logo:"/images/a.png"}</script>`, []string{"/api/v1/list"}, nil},
		"a script that writes one": {at, page, `<script>document.write('<script src="/js/m1.js"></scr'+'ipt>');</script>`, []string{"/js/m1.js"}, nil},
		"a script that is created": {at, page, `<script>var s=document.createElement("script");s.src="/js/20.js";</script>`, []string{"/js/20.js"}, nil},
		// Records whose address a script makes.
		"an id and a sum":         {at, page, `<script>var d=[{id:31,title:"甲"}];for(i in d)h+='<a href="/content/'+d[i].id+'.html">'+d[i].title+'</a>';</script>`, []string{"/content/31.html"}, nil},
		"an id and a template":    {at, page, `<script>var d=[{"id":31,"title":"甲"}];</script><script type="text/html"><a href="/show/{{item.id}}.html">{{item.title}}</a></script>`, []string{"/show/31.html"}, nil},
		"two fields":              {at, page, `<script>var d=[{cid:"c1",nid:9,title:"甲"}];d.map(function(o){return '<a href="/'+o.cid+'/'+o.nid+'.html">'})</script>`, []string{"/c1/9.html"}, nil},
		"no field":                {at, page, `<script>var d=[{id:31,title:"甲"}];x='<a href="/content/'+other+'.html">'</script>`, nil, []string{"31"}},
		"a column under any name": {at, page, `<script>var T=[{id:5,name:"机构"},{id:6,name:"政府信息公开年报"}];function f(cat){x.open('GET','/api/list?cat='+cat+'&page='+page)}</script>`, []string{"/api/list?cat=6&page=1"}, []string{"cat=5"}},
		// Requests.
		"an object of settings":     {at, page, `<script>layui.table.render({elem:'#t',url:'/svc/list',where:{cat:'7'},page:true,cols:[[]]})</script>`, []string{"/svc/list?cat=7"}, nil},
		"parameters in a variable":  {at, page, `<script>var q={cat:7,page:1};$.post("/svc/list",q,f)</script>`, []string{"POST /svc/list cat=7&page=1"}, nil},
		"parameters merged":         {at, page, `<script>var q={cat:7,page:1};$.get('/svc/list?a=1&_='+Math.random(),$.extend(q,{page:n}),f)</script>`, []string{"/svc/list?a=1&cat=7&page=1"}, nil},
		"parameters of fields":      {at, page, `<input type="hidden" id="cat" value="9"><input type="hidden" name="site" value="s1"><script>$.get("/svc/list",{c:$("#cat").val(),s:$("input[name=site]").val()},f)</script>`, []string{"/svc/list?c=9&s=s1"}, nil},
		"a field of the page":       {at, page, `<div id="box" data-cat="12"></div><script>$.get("/svc/"+document.getElementById("box").getAttribute("data-cat")+"/list.json",f)</script>`, []string{"/svc/12/list.json"}, nil},
		"a form serialised":         {at, page, `<form id="f"><input name="a" value="1"><input type="hidden" name="b" value="2"></form><script>$.post("/svc/list",$("#f").serialize(),f)</script>`, []string{"POST /svc/list a=1&b=2"}, nil},
		"fetch with a body":         {at, page, `<script>fetch("/svc/list",{method:"POST",headers:{"Content-Type":"application/json"},body:JSON.stringify({cat:"c7",pageNo:1})})</script>`, []string{`POST /svc/list {"cat":"c7","pageNo":1}`}, nil},
		"axios with parameters":     {at, page, `<script>axios.get("/svc/list",{params:{cat:7,pageSize:size}})</script>`, []string{"/svc/list?cat=7&pageSize=20"}, nil},
		"the old way":               {at, page, `<script>var x=new XMLHttpRequest();x.open("POST","/svc/"+kind+"/list",true);var kind="nb";x.send("cat=7&page=1");</script>`, []string{"POST /svc/nb/list cat=7&page=1"}, nil},
		"a wrapper of the page":     {at, page, `<script>httpPost("/svc/list.do",{cat:"7"},f)</script>`, []string{"POST /svc/list.do cat=7"}, nil},
		"for each call of a page":   {at, page, `<script>function show(id){$.get("/svc/list",{cat:id},f)}</script><a href="javascript:show('3')">甲</a><li onclick="show('4')">乙</li>`, []string{"/svc/list?cat=3", "/svc/list?cat=4"}, nil},
		"for each year":             {at, page, `<select id="y"><option value="2022">2022</option><option value="2023">2023</option></select><script>$.get("/svc/list",{year:y},f)</script>`, []string{"/svc/list?year=2022", "/svc/list?year=2023"}, nil},
		"JSON among the parameters": {at, page, `<script>$.ajax({url:"/svc/unit",data:{id:"a",param:JSON.stringify({pageNo:n,pageSize:15})},success:f})</script>`, []string{"/svc/unit?id=a&param=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A15%7D"}, nil},
		"an element's attributes":   {at, page, `<div data-url="/svc/unit" data-param="{'cat':'7'}"></div>`, []string{"/svc/unit?cat=7"}, nil},
		"no request":                {at, page, `<script>document.getElementById("a/b.c");getCookie("x.y/z");</script>`, nil, []string{"b.c", "x.y"}},
		// Answers.
		"a number inside a parameter": {"http://www.example.gov.cn/svc/unit?param=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A1%7D", data, `{"total":2,"list":[{"title":"甲","url":"/a/1.html"}]}`, []string{"/a/1.html", "/svc/unit?param=%7B%22pageNo%22%3A2%2C%22pageSize%22%3A1%7D"}, nil},
		"Atom":                        {"http://www.example.gov.cn/f", "application/atom+xml", `<feed><entry><title type="text">甲</title><link href="http://www.example.gov.cn/a/1.html"/></entry></feed>`, []string{"/a/1.html"}, nil},
		// Pagers.
		"arguments in any order": {at, page, `<script>createPageHTML("shtml","list",0,3);</script>`, []string{"/zwgk/nb/list_1.shtml", "/zwgk/nb/list_2.shtml"}, []string{"list_3"}},
		"an element first":       {at, page, `<script>drawPages('div',3,1,'index','html',40);</script>`, []string{"/zwgk/nb/index_1.html", "/zwgk/nb/index_3.html"}, []string{"index_4"}},
		"variables":              {at, page, `<script>var name="col";var all=3;showpager(all,0,name,"html")</script>`, []string{"/zwgk/nb/col_2.html"}, []string{"col_3"}},
		"one whole name":         {at, page, `<script>pageNav(3,0,"col.htm")</script>`, []string{"/zwgk/nb/col_1.htm", "/zwgk/nb/col_2.htm"}, nil},
		"settings":               {at + "more.html", page, `<script>p({pageIndex:0,pageSize:15,total:40,currentPage:'1.html',firstPage:'more.html'})</script>`, []string{"/zwgk/nb/2.html", "/zwgk/nb/3.html"}, []string{"4.html"}},
		"a form that pages":      {at, page, `<form action="list.do" method="post"><input type="hidden" name="cat" value="7"><input type="hidden" name="curPage" value="1"></form><script>function go(n){document.forms[0].curPage.value=n;document.forms[0].submit();}</script>共3页 <a href="javascript:go(2)">2</a>`, []string{"POST /zwgk/nb/list.do cat=7&curPage=2", "POST /zwgk/nb/list.do cat=7&curPage=3"}, nil},
		"a form set by jQuery":   {at, page, `<form action="/list.jsp"><input name="id" value="7"><input id="pno" name="pageNo" value="1"></form><script>function jump(p,k){$("#pno").val(p);$("form").submit();}</script><a onclick="jump(2,'x')">下一页</a>`, []string{"/list.jsp?id=7&pageNo=2"}, nil},
		"a form with years":      {at, page, `<form action="/nb.jsp"><select name="nd"><option value="2022">2022</option><option value="2023" selected>2023</option></select></form>`, []string{"/nb.jsp?nd=2022", "/nb.jsp?nd=2023"}, nil},
		"a post-back":            {at, page, `<html><form><input type="hidden" name="__VIEWSTATE" value="v"><input type="hidden" name="__EVENTTARGET" value=""></form><a href="javascript:__doPostBack('G','Page$2')">2</a><a href="javascript:__doPostBack('Login','')">登录</a></html>`, []string{"POST /zwgk/nb/ __VIEWSTATE=v&__EVENTTARGET=G&__EVENTARGUMENT=Page%242"}, []string{"Login"}},
		"the portal's search":    {at, page, `<form action="/search/index.jsp"><input type="text" name="keyword"><input type="hidden" name="site" value="1"></form>`, []string{"/search/index.jsp?keyword=%E6%94%BF%E5%BA%9C%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B7%A5%E4%BD%9C%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A&site=1"}, nil},
		"a form to write to":     {at, page, `<form action="/mail/send.jsp"><input type="text" name="phone"></form>`, nil, []string{"send.jsp"}},
		// Files.
		"a file in a script":         {at, page, `<script>showVsbpdfIframe("/__local/A/1.pdf","100%","900",0);</script>`, []string{"/__local/A/1.pdf"}, nil},
		"a file that is embedded":    {at, page, `<script>PDFObject.embed("P02024.pdf", "#box");</script>`, []string{"/zwgk/nb/P02024.pdf"}, nil},
		"an address escaped twice":   {at, page, `<iframe src="/pdfjs/web/viewer.html?file=%252Ffiles%252Fa.pdf"></iframe>`, []string{"/files/a.pdf"}, []string{"viewer"}},
		"a viewer in a viewer":       {at, page, `<iframe src="/preview?url=%2Fpdfjs%2Fviewer.html%3Ffile%3D%2Ffiles%2Fa.pdf"></iframe>`, []string{"/files/a.pdf"}, nil},
		"base64":                     {at, page, `<a href="/onlinePreview?url=aHR0cDovL3d3dy5leGFtcGxlLmdvdi5jbi9hLnBkZg==">预览</a>`, []string{"/a.pdf"}, nil},
		"a download in a viewer":     {at, page, `<iframe src="/viewer.html?file=%2Fdown.jspx%3Fid%3D7"></iframe>`, []string{"/down.jspx?id=7"}, nil},
		"a viewer by its fragment":   {at, page, `<a href="/viewer.html#file=/files/a.pdf">预览</a>`, []string{"/files/a.pdf"}, nil},
		"calls in Chinese":           {at, page, `<a href="javascript:openFile('附件：年度报告','/files/a.docx')">附件</a>`, []string{"/files/a.docx"}, nil},
		"a list that a call fetches": {at, page, `<div id="fujian"></div><script>$.ajax({url:"/svc/attach?guid=g1",dataType:"json",success:function(r){}})</script>`, []string{"/svc/attach?guid=g1"}, nil},
		// Addresses that are written wrongly.
		"one stroke":          {at, page, `<a href="http:/www.example.gov.cn/a/1.html">甲</a><a href="http:///www.example.gov.cn/a/2.html">乙</a><a href="http:\\www.example.gov.cn\a\3.html">丙</a>`, []string{"/a/1.html", "/a/2.html", "/a/3.html"}, nil},
		"blanks in a refresh": {at, page, `<meta http-equiv="refresh" content=" 0 ; URL = ' /a/1.html '">`, []string{"/a/1.html"}, nil},
		"a refresh of itself": {at, page, `<meta http-equiv="refresh" content="300">`, nil, []string{"300"}},
		"a query only":        {at, page, `<select><option value="?year=2022">2022</option></select>`, []string{"/zwgk/nb/?year=2022"}, nil},
		"a feed":              {at, page, `<link rel="alternate" type="application/rss+xml" href="/rss/nb.xml">`, []string{"/rss/nb.xml"}, nil},
	} {
		leads := leadsOf(t, &Page{MediaType: c.media, Text: c.src, Families: none}, c.addr)
		got := lines(leads)
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %s is missing in\n%s", name, w, strings.Join(got, "\n"))
			}
		}
		for _, l := range got {
			for _, n := range c.never {
				if strings.Contains(l, n) {
					t.Errorf("%s: %s would be asked for", name, l)
				}
			}
		}
	}
}
