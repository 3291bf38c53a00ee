package browser

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// list is a column whose rows, pager and year tabs exist only in scripts.
func list() *site {
	row := func(titles ...string) string {
		return `json;{"rows":[{"title":"` + strings.Join(titles, `"},{"title":"`) + `"}]}`
	}
	return &site{pages: map[string]string{
		"/zfxxgk/": `<!DOCTYPE html><title>政府信息公开年报</title><script src="/js/list.js"></script><link rel=stylesheet href="/a.css">
			<img src="/logo.png"><ul id=list></ul><div id=tabs></div><div id=pager></div><a href="/other/">其他栏目</a><a href="http://www.example.com/x.js">站外</a>
			<form action="/search"><input name=q><button>更多</button></form><script src="http://tongji.example.com/h.js"></script>`,
		"/js/list.js": `js;
			let year = '', page = 1;
			function show(){
				fetch('/api/list?page=' + page + '&year=' + year).then(r => r.json()).then(d => {
					document.getElementById('list').innerHTML = d.rows.map(r => '<li><a href="/art/' + encodeURIComponent(r.title) + '.html">' + r.title + '</a></li>').join('');
				});
			}
			window.addEventListener('DOMContentLoaded', () => {
				for (const y of [2023, 2022]) { const e = document.createElement('span'); e.textContent = y + '年'; e.onclick = () => { year = y; page = 1; show(); }; document.getElementById('tabs').append(e); }
				const p = document.getElementById('pager');
				p.innerHTML = '<a href="javascript:void(0)" onclick="page++;show()">下一页</a><a href="javascript:location.href=\'/zfxxgk/old.html\'">末页</a>';
				show();
			});`,
		"/api/list?page=1&year=":     row("永宁县人民政府2024年度报告", "永宁县财政局2024年度报告"),
		"/api/list?page=2&year=":     row("永宁县教育局2024年度报告"),
		"/api/list?page=3&year=":     row("永宁县民政局2024年度报告"),
		"/api/list?page=1&year=2023": row("永宁县人民政府2023年度报告"),
		"/api/list?page=1&year=2022": row("永宁县人民政府2022年度报告"),
	}}
}

func TestListBehindScripts(t *testing.T) {
	b := launch(t)
	s := list()
	res, err := open(t, b, s, "/zfxxgk/")
	if err != nil {
		t.Fatal(err)
	}
	var clicked []string
	all := ""
	for _, v := range res.Views {
		clicked = append(clicked, v.Clicked)
		for _, l := range v.Frames[0].Links {
			all += l.Text + "\n"
		}
	}
	if d := cmp.Diff([]string{"", "下一页", "下一页", "2023年", "2022年"}, clicked); d != "" {
		t.Error("views:", d)
	}
	for _, title := range []string{"永宁县财政局2024年度报告", "永宁县教育局2024年度报告", "永宁县民政局2024年度报告", "永宁县人民政府2023年度报告", "永宁县人民政府2022年度报告"} {
		if !strings.Contains(all, title) {
			t.Errorf("%s was not shown", title)
		}
	}
	if !strings.Contains(res.HTML(), "永宁县财政局2024年度报告") || res.URL != host+"/zfxxgk/" {
		t.Errorf("the page as it came: %s %.200s", res.URL, res.HTML())
	}
	var api []string
	refused := map[string]string{}
	for _, a := range res.Asked {
		if a.Shown > 0 {
			api = append(api, strings.TrimPrefix(a.URL, host)+" "+a.Kind+" "+a.ContentType)
			if a.Shown != a.Texts {
				t.Errorf("%s: %d of %d texts shown", a.URL, a.Shown, a.Texts)
			}
		}
		if a.Refused != "" {
			refused[a.URL] = a.Refused
		}
	}
	want := []string{"/api/list?page=1&year=", "/api/list?page=2&year=", "/api/list?page=3&year=", "/api/list?page=1&year=2023", "/api/list?page=1&year=2022"}
	for i := range want {
		want[i] += " xhr application/json"
	}
	if d := cmp.Diff(want, api); d != "" {
		t.Error("what the list came from:", d)
	}
	if refused["http://tongji.example.com/h.js"] != "a foreign host" || refused[host+"/zfxxgk/old.html"] == "" {
		t.Errorf("refused: %v", refused)
	}
	if d := cmp.Diff([]Lead{{URL: host + "/zfxxgk/old.html", Method: "GET", Clicked: "末页"}}, res.Leads); d != "" {
		t.Error("leads:", d)
	}
	for _, a := range s.asked {
		for _, never := range []string{"/search", "/other/", "logo.png", "a.css", "old.html", "favicon"} {
			if strings.Contains(a, never) {
				t.Errorf("asked for %s", a)
			}
		}
	}
}

func TestRedirectsScriptsAndFrames(t *testing.T) {
	b := launch(t)
	s := &site{pages: map[string]string{
		"/":    "location;/in/",
		"/in/": `<script>location.replace('/home.html')</script>`,
		"/home.html": `<title>首页</title><iframe src="/frame.html"></iframe><a href="javascript:window.open('/pop.html')">更多</a>
			<form id=f action="/post" method=post><input type=button value="下一页" onclick="document.getElementById('f').submit()"></form>`,
		"/frame.html": `<p id=x></p><script>var q=new XMLHttpRequest();q.open('POST','/api');q.setRequestHeader('Content-Type','application/x-www-form-urlencoded');
			q.onload=function(){document.getElementById('x').textContent=JSON.parse(q.responseText).name};q.send('id=7')</script>`,
		"/api": `json;{"name":"永宁县水务局二〇二三年报"}`,
	}}
	var post Request
	res, err := b.Open(t.Context(), host+"/", func(ctx context.Context, r Request) Answer {
		if r.Kind == KindXHR {
			post = r
		}
		return s.ask(ctx, r)
	})
	if err != nil {
		t.Fatal(err)
	}
	if res.URL != host+"/home.html" || len(res.Views[0].Frames) != 2 || !strings.Contains(res.Views[0].Frames[1].HTML, "永宁县水务局") {
		t.Errorf("%s: %+v", res.URL, res.Views)
	}
	want := Request{Method: "POST", URL: host + "/api", Body: "id=7", ContentType: "application/x-www-form-urlencoded", Referer: host + "/frame.html", Kind: KindXHR}
	if d := cmp.Diff(want, post); d != "" {
		t.Error(d)
	}
	i := slices.IndexFunc(res.Asked, func(a Asked) bool { return a.Kind == KindXHR })
	if i < 0 || res.Asked[i].Shown != 1 || res.Asked[i].Status != 200 {
		t.Errorf("asked: %+v", res.Asked)
	}
	if !slices.ContainsFunc(res.Leads, func(l Lead) bool { return l.URL == host+"/pop.html" && l.Clicked == "更多" }) {
		t.Errorf("the new window is no lead: %+v", res.Leads)
	}
	for _, a := range s.asked {
		if strings.Contains(a, "/post") || strings.Contains(a, "pop.html") {
			t.Errorf("asked for %s", a)
		}
	}
}

func TestWordsOfTheCallerAreClicked(t *testing.T) {
	b := launch(t)
	s := &site{pages: map[string]string{"/": `<p id=x>财政</p><ul><li onclick="document.getElementById('x').textContent='教育二〇二三'">教育口径</li><li onclick="document.title='no'">删除</li></ul>`}}
	for _, words := range [][]string{nil, {"教育口径"}} {
		res, err := b.OpenWords(t.Context(), host+"/", s.ask, words)
		if err != nil || res.Clicks != len(words) || len(res.Views) != 1+len(words) {
			t.Errorf("words %v: %d clicks, %d views: %v", words, res.Clicks, len(res.Views), err)
		}
	}
}

func TestPagesThatAreNone(t *testing.T) {
	b := launch(t)
	s := &site{pages: map[string]string{"/a.pdf": "pdf;%PDF-1.4", "/loop": "location;/loop", "/lead": `<p>文字</p><script>location.href='http://www.example.com/'</script>`}}
	if _, err := b.Open(t.Context(), host+"/", func(context.Context, Request) Answer { return Answer{Refused: "robots.txt forbids it"} }); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "robots.txt forbids it") {
		t.Errorf("refused: %v", err)
	}
	if _, err := open(t, b, s, "/a.pdf"); !errors.Is(err, ErrNoPage) {
		t.Errorf("a PDF: %v", err)
	}
	if _, err := open(t, b, s, "/loop"); !errors.Is(err, ErrRefused) && !errors.Is(err, ErrNoPage) {
		t.Errorf("a loop of redirects: %v", err)
	}
	res, err := open(t, b, s, "/lead")
	if err != nil || !strings.Contains(res.HTML(), "文字") || len(res.Leads) != 1 {
		t.Errorf("a page that leads to a foreign host: %v %+v", err, res)
	}
	res, err = open(t, b, s, "/none")
	if err != nil || res.Asked[0].Status != http.StatusNotFound {
		t.Errorf("a page that is not there: %v %+v", err, res.Asked)
	}
}
