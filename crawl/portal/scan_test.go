package portal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// finders are all expressions that are run only around words.
func finders() map[string]finder {
	return map[string]finder{"goTo": goTo, "ajax": ajax, "pagesVar": pagesVar, "itemsVar": itemsVar, "sizeVar": sizeVar, "pageCall": pageCall, "pageCount": pageCount}
}

// everywhere is what a finder would find if it tried at the beginning of every name.
func everywhere(f finder, text string) [][]int {
	var out [][]int
	for at := 0; at < len(text); at++ {
		if at > 0 && isWordByte(text[at-1]) || !isWordByte(text[at]) {
			continue
		}
		m := f.re.FindStringSubmatchIndex(text[at:min(len(text), at+f.most)])
		if m == nil || strings.EqualFold(text[at:min(len(text), at+4)], "open") && !mayOpen(f, strings.ToLower(text[:at])) {
			continue
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += at
			}
		}
		out = append(out, m)
		at = m[1] - 1
	}
	return out
}

// mayOpen reports whether what stands before "open" lets a finder look at it: a window, or anything with a dot.
func mayOpen(f finder, before string) bool {
	if f.re == goTo.re {
		return strings.HasSuffix(before, "window.")
	}
	return f.re != ajax.re || strings.HasSuffix(before, ".")
}

// scanned are texts in which words stand alone, in names, inside one another, and at both ends.
var scanned = [...]string{
	"", "page", "xpage=1", "PageCount=7", `var pageCount = "12"; total:131,pageSize:'20'`, `{\"totalPage\":\"3\",\"rows\":15}`,
	`location.href='/a.html';window.open("/b.html");top.location.replace('/c');window . open('/d');mylocation='/e'`,
	`createPageHTML(5,0,"index","html")createPage(3, 1,'list','shtml');showPage()outputPage(1);`,
	`url:"/svc/a",dataUrl='/svc/b',x.open("GET","/svc/c"),curl="/svc/d"+e,URL : '/svc/f'`,
	"pagepage_count=3 limit=5 count=6 total_records=7 post_count:8 last_page=9 pageCount=1pageCount=2",
	strings.Repeat("total=1;", 50), "页", "共12页", "<body><a href='x'>x</a></BODY>", "jpaas-publish-server/front/page/build/unit",
}

func TestFindersEqualAPlainSearch(t *testing.T) {
	texts := append(scanned[:], composedPortal(), composedList(), composedAnswer())
	found := map[string]int{}
	for _, text := range texts {
		s := newSource(text)
		for name, f := range finders() {
			got := f.all(s, 1000)
			if diff := cmp.Diff(everywhere(f, text), got); diff != "" {
				t.Errorf("%s in %.60q: %s", name, text, diff)
			}
			found[name] += len(got)
		}
	}
	for name := range finders() {
		if found[name] == 0 {
			t.Errorf("no text holds anything for %s", name)
		}
	}
}

// occurrences are the offsets behind a word in a text, looked for by another way.
func occurrences(text, w string) []int {
	var out []int
	for i := 0; i+len(w) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(w)], w) {
			out = append(out, i+len(w))
		}
	}
	return out
}

func checkWords(t *testing.T, text string) {
	t.Helper()
	s := newSource(text)
	for i, w := range vocabulary() {
		if diff := cmp.Diff(occurrences(text, w), s.hits[i]); diff != "" {
			t.Errorf("%q in %.60q: %s", w, text, diff)
		}
	}
}

func TestEveryWordIsFound(t *testing.T) {
	all := ""
	for _, w := range vocabulary() {
		if w == "" {
			t.Fatal("the vocabulary has an empty word")
		}
		checkWords(t, w)
		checkWords(t, strings.ToUpper(w)+w)
		all += w[:len(w)-1] + w // a beginning that is broken off
	}
	checkWords(t, all)
	for _, text := range scanned {
		checkWords(t, text)
	}
}

func TestNumberOfThePages(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "首页": 0, "共7页": 7, "共 <b>12</b> 页": 12, "第1页/共3页": 3, "1/9页": 9, "第 2 / 5 页": 5, "共9条 第3页": 0, "网页 共4页": 4,
		`<script>var countPage = 6;</script>`: 6, `totalPage:"8"`: 8, `pageSize=20,total=131`: 7, `pageSize=20`: 0, `total=131`: 0, `rows:10,count:10`: 1, "共9999页": maxPages,
	} {
		p := &Page{MediaType: page, Text: text}
		if got := p.totalPages(); got != want {
			t.Errorf("%q has %d pages, want %d", text, got, want)
		}
	}
}

func TestScriptElements(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "<script>a</script>": {"a"}, "<SCRIPT type='x'>a</SCRIPT><script>b</script>": {"a", "b"}, "<script src=a></script>": {""}, "<script>open": nil, "<script": nil,
		"<script>x='<script>'</script>c<script>d</script>": {"x='<script>'", "d"}, "</script><script>e</script>": {"e"},
	} {
		if diff := cmp.Diff(want, (&Page{MediaType: page, Text: text}).inline()); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestLiteralValues(t *testing.T) {
	for src, want := range map[string]map[string]string{
		`var a='1',b="x y";c=12;window.d='/e';f.g='no';h:"i"`: {"a": "1", "b": "x y", "c": "12", "d": "/e", "h": "i"},
		`a='first';a='second'`:                                {"a": "first"},
		`a=b;c=='d';1e='f'`:                                   {},
		`url: '/a<b'; v = "x` + "\n" + `"`:                    {},
		`{id:7,"name":"x"}`:                                   {"id": "7"},
	} {
		got, _ := literalValues(src)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", src, diff)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range scanned {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 || strings.ContainsAny(text, "ſ\u212a") { // which expressions take for s and k
			return
		}
		checkWords(t, text)
		s := newSource(text)
		for name, f := range finders() {
			if diff := cmp.Diff(everywhere(f, text), f.all(s, 5000)); diff != "" {
				t.Errorf("%s in %.60q: %s", name, text, diff)
			}
		}
	})
}
