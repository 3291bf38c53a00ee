package portal

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written shows terms: literals in quotes, variables bare.
func written(ts []term) string {
	var parts []string
	for _, t := range ts {
		if t.name != "" {
			parts = append(parts, t.name)
		} else {
			parts = append(parts, "'"+t.text+"'")
		}
	}
	return strings.Join(parts, "+")
}

func TestSum(t *testing.T) {
	for s, want := range map[string]struct {
		terms string
		end   int
	}{
		``:                                       {"", 0},
		`+`:                                      {"", 0},
		`'a'`:                                    {"'a'", 3},
		`"a" + b`:                                {"'a'+b", 7},
		`'a'+b+"c" , d`:                          {"'a'+b+'c'", 9},
		`a.b.c+1`:                                {"a.b.c+'1'", 7},
		`n++`:                                    {"n", 1},
		`a+='x'`:                                 {"a", 1},
		`'p_'+(n+1)+'.html'`:                     {"'p_'+n+'.html'", 18},
		`'p_'+(n-1)`:                             {"'p_'+n", 10},
		`'p_'+n-1`:                               {"'p_'+n", 8},
		`(root||'/x')+'/y'`:                      {"root+'/y'", 17},
		`('/a'+b)+c`:                             {"'/a'+b+c", 10},
		`encodeURI('/a/')+b`:                     {"'/a/'+b", 18},
		`parseInt(n)+1`:                          {"n+'1'", 13},
		`JSON.stringify(x)`:                      {"x", 17},
		`f(x)+'a'`:                               {"f()+'a'", 8},
		`list[i].id+'.html'`:                     {"list.id+'.html'", 18},
		`list[i]`:                                {"list", 7},
		`$('#k').val()+'x'`:                      {"#k+'x'", 17},
		`$("input[name='k']").val()`:             {"@k", 26},
		`document.getElementById('k').value`:     {"#k", 34},
		`$('#k').attr('data-u')`:                 {"#k data-u", 22},
		`$('#k').data('u')`:                      {"#k data-u", 17},
		`document.querySelector('#k').dataset.u`: {"#k data-u", 38},
		`$('.k').val()`:                          {"$()", 13},
		`a.trim()+'x'`:                           {"a.trim()+'x'", 12},
		`(a`:                                     {"", 0},
		`f(`:                                     {"", 0},
		`'/a/'+b.substring(0,4)+'/c'`:            {"'/a/'+b.substring()+'/c'", 27},
	} {
		ts, end := sum(s)
		if got := written(ts); got != want.terms || end != want.end {
			t.Errorf("%s is %s to %d, want %s to %d", s, got, end, want.terms, want.end)
		}
	}
}

func TestArguments(t *testing.T) {
	for s, want := range map[string][]string{
		"": {""}, "1": {"1"}, "1, 2": {"1", "2"}, `'a,b', "c"`: {"a,b", "c"}, `f(1,2),[3,4],{a:5,b:6}`: {"f(1,2)", "[3,4]", "{a:5,b:6}"},
		`'附件：一', '/a.pdf'`: {"附件：一", "/a.pdf"}, `this,"x"`: {"this", "x"}, `f(1`: {"f(1"}, `,`: {"", ""},
	} {
		if diff := cmp.Diff(want, arguments(s)); diff != "" {
			t.Errorf("%s: %s", s, diff)
		}
	}
	for s, want := range map[string][]string{"": {""}, "a:1, b:'x,y'": {"a:1", " b:'x,y'"}, "a:{b:1,c:2},d": {"a:{b:1,c:2}", "d"}, "f(1,2)": {"f(1,2)"}} {
		if diff := cmp.Diff(want, splitArguments(s)); diff != "" {
			t.Errorf("%s: %s", s, diff)
		}
	}
}

func TestParseCall(t *testing.T) {
	for s, want := range map[string]struct {
		fn   string
		args []string
	}{
		"javascript:go(3)": {"go", []string{"3"}}, " JavaScript: return a.b('x', 2);": {"a.b", []string{"x", "2"}}, "go(3)": {}, "javascript:void(0)": {"void", []string{"0"}}, "javascript:f(": {},
	} {
		c, ok := parseCall(s)
		if ok != (want.fn != "") || c.fn != want.fn || !cmp.Equal(c.args, want.args) {
			t.Errorf("%q is %+v, %v", s, c, ok)
		}
	}
}

func TestFunctionHeads(t *testing.T) {
	const src = `function a(x, y){} b = function(z){}; var c=function (){}; const d = (p,q) => {}; let e = r => {}; {f: function(s){}} "g":function(t){} (function(){})(); x.y.h=function(u){}`
	var got []string
	for _, h := range functionHeads(src) {
		got = append(got, h.name+"("+strings.Join(h.params, ",")+")")
	}
	if diff := cmp.Diff([]string{"a(x,y)", "b(z)", "c()", "d(p,q)", "e(r)", "f(s)", "g(t)", "h(u)"}, got); diff != "" {
		t.Error(diff)
	}
	heads := functionHeads(src)
	for at, want := range map[int]string{0: "", 1: "a", 25: "b", len(src): "h", len(src) + functionSpan + 50: ""} {
		if name, _ := enclosing(heads, at); name != want {
			t.Errorf("offset %d lies in %q, want %q", at, name, want)
		}
	}
}

func TestValuesOfScripts(t *testing.T) {
	env := &environment{globals: map[string]string{"ctx": "/web"}}
	for src, want := range map[string]string{
		`{}`: `{}`, `[]`: `null`, `{a:1,'b':"x",c:[1,2.5,-3]}`: `{"a":1,"b":"x","c":[1,2.5,-3]}`,
		`{a:ctx+'/x',b:base+"/y",c:'z'+q,d:q}`: `{"a":"/web/x","b":"/y","c":null,"d":null}`,
		`{a:function(){ return {b:1}; },c:2}`:  `{"a":null,"c":2}`,
		`{a(){ x },b:1,}`:                      `{"b":1}`,
		`{a:true,b:null,c:!0,d:x?'y':'z'}`:     `{"a":null,"b":null,"c":null,"d":null}`,
		"{/* c */a:1,// d\nb:2}":               `{"a":1,"b":2}`,
		`["\u5e74","a\/b",'it\'s']`:            `["年","a/b","it's"]`,
		`{名:"x"}`:                              `{"名":"x"}`,
		`[[1,[2]],{a:{b:{}}}]`:                 `[[1,[2]],{"a":{"b":{}}}]`,
		`{a:1`:                                 ``, `[1,2`: ``, `{a:}`: `{"a":null}`, `{"a" 1}`: `{}`, `[1 2]`: `[null]`,
	} {
		r := &values{src: src, env: env, steps: 10_000}
		v, end, _ := r.value(0, 0)
		got := ""
		if end > 0 {
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			got = string(b)
		}
		if got != want {
			t.Errorf("%s is %s, want %s", src, got, want)
		}
	}
}

// What hostile scripts repeat costs what their length allows.
func TestScriptsAreBounded(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("get('/a/b',{c:1}", 10_000), strings.Repeat(".open(", 30_000), strings.Repeat("document.write(", 20_000), strings.Repeat("'a'+((((((((", 10_000), strings.Repeat("{url:'/a/b',type:x,", 10_000),
		"var d=[" + strings.Repeat("{id:1,title:'甲乙'},", 3_000) + "];" + strings.Repeat("x='/a/'+o.id+'.html';", 500),
		strings.Repeat("x=[", 20_000), strings.Repeat("x={a:", 20_000), strings.Repeat("x=[{a:'", 10_000), strings.Repeat("(", 50_000) + strings.Repeat("[", 50_000)} {
		leadsOf(t, &Page{MediaType: "application/javascript", Text: src}, "http://www.example.gov.cn/a.js")
	}
}

func TestHolder(t *testing.T) {
	for src, want := range map[string]string{
		`x=[`: "x", `var x = {`: "x", `a.b={`: "b", `return {`: "return", `f({`: "f", `f(1,[`: "f", `{`: "", `m[3]=[`: "m",
	} {
		if name, ok := holder(src, len(src)-1); !ok || name != want {
			t.Errorf("%s is held by %q, %v, want %q", src, name, ok, want)
		}
	}
	for _, src := range []string{`x=={`, `if(a){`, `a:{`, `x=>{`, `[1,{`, `a!=[`} {
		if name, ok := holder(src, len(src)-1); ok {
			t.Errorf("%s is held by %q", src, name)
		}
	}
}

func TestTurner(t *testing.T) {
	p := &Page{URL: &url.URL{Path: "/nb/index.html"}, MediaType: page, Text: `<script>var all=9;var nm="col";</script>`}
	for args, want := range map[string]turner{
		`4, 0, "index", "html"`:        {4, 0, "index", "html"},
		`0, 4, "index", "html"`:        {4, 0, "index", "html"},
		`"html","index",4,1`:           {4, 1, "index", "html"},
		`'div',8,1,'list','shtml',120`: {8, 1, "list", "shtml"},
		`4,0,"index",".jhtml"`:         {4, 0, "index", "jhtml"},
		`all,0,nm,"html"`:              {9, 0, "col", "html"},
		`"4","0","index","htm"`:        {4, 0, "index", "htm"},
		`3,"list.shtml"`:               {3, 0, "list", "shtml"},
		`4,0`:                          {}, ``: {}, `"a","b"`: {}, `4,0,"html"`: {}, `4,0,"<a>","html"`: {}, `4,0,"index","exe"`: {},
	} {
		if got := p.turner(args); got != want {
			t.Errorf("%s: %+v, want %+v", args, got, want)
		}
	}
	for here, c := range map[string]struct {
		t    turner
		want string
	}{
		"/nb/index.html":   {turner{3, 0, "index", "html"}, "index_1.html index_2.html"},
		"/nb/index_1.html": {turner{3, 1, "index", "html"}, "index_2.html"},
		"/nb/":             {turner{3, 1, "index", "html"}, "index_1.html index_2.html index_3.html"},
		"/nb/x.html":       {turner{1, 0, "x", "html"}, ""},
	} {
		var got []string
		for _, l := range c.t.pages(&Page{URL: &url.URL{Path: here}}) {
			got = append(got, l.URL)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%+v on %s: %s, want %s", c.t, here, s, c.want)
		}
	}
	if n := len(turner{5000, 0, "index", "html"}.pages(p)); n != maxPages-1 {
		t.Errorf("%d pages, want %d", n, maxPages-1)
	}
}

func TestFilesAndPagers(t *testing.T) {
	for ref, want := range map[string]bool{
		"/a.pdf": true, "/a.PDF": true, "/a.html": false, "/a": false, "/x/downfile.jsp?id=1": true, "/x/download.do": true, "/x?filename=a": true, "/x?a=1&attachid=7": true, "/x?myfilename=a": false,
		"/x.jsp?f=a.docx": true, "/viewer.html?file=a.pdf": false, "/x?urltype=news.DownloadAttachUrl": true, "/common/download": true, "/x?a=b.html": false,
	} {
		u, err := url.Parse(ref)
		if err != nil {
			t.Fatal(err)
		}
		if isFile(u) != want {
			t.Errorf("%s is a file: %v", ref, !want)
		}
	}
	for ref, want := range map[string]bool{
		"/a.json": true, "/a.do": true, "/list.jsp?id=1": false, "/api/x.jsp": true, "/x.jsp": false, "/a.html?x=1": false, "/a/": false, "/api/v1/x": true, "/a?x=1": true, "/list": true, "/rest-x": true, "/rests": false, "/a.htm": false,
	} {
		u, err := url.Parse(ref)
		if err != nil {
			t.Fatal(err)
		}
		if serves(u) != want {
			t.Errorf("%s serves: %v", ref, !want)
		}
	}
	for ref, want := range map[string]string{
		"http:/www.a.gov.cn/x": "http://www.a.gov.cn/x", "https:///www.a.gov.cn/x": "https://www.a.gov.cn/x", "http://www.a.gov.cn/x": "http://www.a.gov.cn/x", "http:x.html": "http:x.html",
		"http:/index.html": "http:/index.html", "HTTP:/a.gov.cn": "http://a.gov.cn", "/http:/a": "/http:/a", "http:/zwgk/x": "http:/zwgk/x",
	} {
		if got := whole(ref); got != want {
			t.Errorf("%s is mended to %s, want %s", ref, got, want)
		}
	}
}
