package robots

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/temoto/robotstxt"
)

const site = "http://www.yongning.gov.cn"

func TestAllowed(t *testing.T) {
	tests := []struct {
		name, file string
		allow      []string
		deny       []string
	}{
		{"empty file", "", []string{"/", "/a"}, nil},
		{"everything denied", "User-agent: *\nDisallow: /", []string{"/robots.txt"}, []string{"/", "/a", "", "/robots.txt.bak"}},
		{"empty disallow", "User-agent: *\nDisallow:\n", []string{"/a"}, nil},
		{"matches from the first octet", "User-agent: *\nDisallow: /a\n", []string{"/b/a", "/A"}, []string{"/a", "/ab", "/a/b", "/a?x=1"}},
		{"the longest rule wins", "User-agent: *\nDisallow: /zw\nAllow: /zwgk/\nDisallow: /zwgk/nb/\n",
			[]string{"/zwgk/x", "/zwgk/nb"}, []string{"/zwgk", "/zw", "/zwgk/nb/1.html"}},
		{"longest wins whatever the order", "User-agent: *\nDisallow: /zwgk/nb/\nAllow: /zwgk/\nDisallow: /zw\n",
			[]string{"/zwgk/x"}, []string{"/zw", "/zwgk/nb/1.html"}},
		{"allow wins a tie", "User-agent: *\nDisallow: /nb\nAllow: /nb\nAllow: /xx\nDisallow: /xx\n", []string{"/nb", "/xx"}, nil},
		{"a tie among wildcards", "User-agent: *\nDisallow: /*.pdf\nAllow: /a.pdf\n", []string{"/b.doc"}, []string{"/b.pdf", "/b.pdf?x"}},
		{"star and dollar", "User-agent: *\nDisallow: /*.pdf$\nDisallow: /p*q$\nDisallow: /x/*/y\n",
			[]string{"/a.pdf?x=1", "/pqr", "/x/y"}, []string{"/a.pdf", "/b/a.pdf", "/pq", "/p1q2q", "/x/1/y/z", "/x//y"}},
		{"dollar alone", "User-agent: *\nDisallow: /$\n", []string{"/a"}, []string{"/"}},
		{"a star at the front", "User-agent: *\nDisallow: *.doc\n", []string{"/doc"}, []string{"/a.doc", "/b/a.doc1"}},
		{"a leftmost match that must not win too early", "User-agent: *\nDisallow: /*ab$\n", []string{"/abc"}, []string{"/abab", "/ab"}},
		{"runs of stars", "User-agent: *\nDisallow: /" + strings.Repeat("*", 3000) + "b\n", []string{"/a"}, []string{"/ab"}},
		{"dollar inside is a dollar", "User-agent: *\nDisallow: /a$b\n", []string{"/a", "/ab"}, []string{"/a$b", "/a%24b"}},
		{"escaped star is a star", "User-agent: *\nDisallow: /f-%2A.html\n", []string{"/f-x.html"}, []string{"/f-*.html", "/f-%2a.html"}},
		{"robots.txt always", "User-agent: *\nDisallow: /robots.txt\nDisallow: /*.txt\n", []string{"/robots.txt", "/robots.txt?a"}, []string{"/a.txt"}},
		{"the query belongs to the path", "User-agent: *\nDisallow: /*?id=\n", []string{"/a"}, []string{"/a?id=1", "/?id="}},
		{"the fragment does not", "User-agent: *\nDisallow: /*x\n", []string{"/a#x"}, nil},

		{"Chinese, rule raw", "User-agent: *\nDisallow: /年报/\n", []string{"/年"}, []string{"/年报/1", "/%e5%b9%b4%e6%8a%a5/1", "/%E5%B9%B4%E6%8A%A5/1"}},
		{"Chinese, rule escaped", "User-agent: *\nDisallow: /%e5%b9%b4\n", nil, []string{"/年报/1", "/%E5%B9%B4"}},
		{"GBK octets", "User-agent: *\nDisallow: /\xc4\xea\xb1\xa8/\n", nil, []string{"/%c4%ea%B1%a8/1"}},
		{"unreserved octets unescaped", "User-agent: *\nDisallow: /%62%61r\nDisallow: /tilde/~u\n", nil, []string{"/bar", "/%62a%72", "/tilde/%7Eu"}},
		{"reserved octets stay apart", "User-agent: *\nDisallow: /a%2Fb\nDisallow: /c/d\n", []string{"/a/b", "/c%2fd"}, []string{"/a%2fb", "/c/d"}},
		{"the query of RFC 9309's table", "User-agent: *\nDisallow: /foo/bar?baz=https://foo.bar\n", nil,
			[]string{"/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"}},
		{"a lone percent sign", "User-agent: *\nDisallow: /100%\n", []string{"/100"}, []string{"/100%", "/100%zz", "/100%25"}},

		{"groups naming the agent merge", "User-agent: nianbao\nDisallow: /a\n\nUser-agent: other\nDisallow: /c\n\nUser-agent: NianBao\nDisallow: /b\n",
			[]string{"/c"}, []string{"/a", "/b"}},
		{"star groups merge", "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: *\nDisallow: /b\n", []string{"/c"}, []string{"/a", "/b"}},
		{"a named group hides the star", "User-agent: *\nDisallow: /\nUser-agent: nianbao\nDisallow: /a\n", []string{"/b"}, []string{"/a"}},
		{"a named group without rules hides it too", "User-agent: *\nDisallow: /\n\nUser-agent: nianbao\n", []string{"/b"}, nil},
		{"whole token", "User-agent: nian\nDisallow: /a\nUser-agent: nianbao-image\nDisallow: /b\nUser-agent: nianbao2\nDisallow: /c\n",
			[]string{"/a", "/b", "/c"}, nil},
		{"version behind the token", "User-agent: nianbao/2.0 (bot)\nDisallow: /a\n", nil, []string{"/a"}},
		{"several agents share a group", "User-agent: x\nUser-agent: nianbao\nUser-agent: y\nDisallow: /a\n", nil, []string{"/a"}},
		{"an unknown record ends no group", "User-agent: nianbao\nNoindex: /q\nCrawl-delay: 3\nHost: x\nSitemap: http://a/b\nUser-agent: x\nDisallow: /a\n", nil, []string{"/a"}},
		{"a rule ends the list of agents", "User-agent: nianbao\nDisallow: /a\nUser-agent: x\nDisallow: /b\n", []string{"/b"}, []string{"/a"}},
		{"an empty rule does so too", "User-agent: nianbao\nDisallow:\nUser-agent: x\nDisallow: /b\n", []string{"/b"}, nil},

		{"a bad line costs only itself", "Disallow: /early\nnonsense\nUser-agent: *\nCrawl-delay: ten\n: :\nDisallow /a\nDisallow: /b # why\n%%%\nDissallow: /c\nDisallow： /d\n",
			[]string{"/early", "/e"}, []string{"/a", "/b", "/c", "/d"}},
		{"HTML in its place", "<!DOCTYPE html><html><head><title>页面不存在</title></head>\n<body>\nUser agent sniffing: on\nallow: nothing\n</body></html>",
			[]string{"/", "/a"}, nil},
		{"byte order mark", "\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", nil, []string{"/a"}},
		{"UTF-16", "\xff\xfeU\x00s\x00e\x00r\x00-\x00a\x00g\x00e\x00n\x00t\x00:\x00*\x00\n\x00D\x00i\x00s\x00a\x00l\x00l\x00o\x00w\x00:\x00/\x00a\x00", nil, []string{"/a"}},
		{"CR alone", "User-agent: *\rDisallow: /a\rDisallow: /b", []string{"/c"}, []string{"/a", "/b"}},
		{"CRLF", "User-agent: *\r\n\r\nDisallow: /a\r\n", nil, []string{"/a"}},
		{"case of the keys, spaces", "  USER-AGENT :  *  \n\tdisALLOW\t:\t/a\t\n", nil, []string{"/a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Parse([]byte(tt.file))
			again := Parse(r.Compact("nianbao"))
			for want, paths := range map[bool][]string{true: tt.allow, false: tt.deny} {
				for _, p := range paths {
					if got := r.Allowed("nianbao", site+p); got != want {
						t.Errorf("Allowed(%q) = %t", p, got)
					}
					if got := r.Allowed("NianBao/1.0 (+http://example.org)", site+p); got != want {
						t.Errorf("with a whole User-Agent header: Allowed(%q) = %t", p, got)
					}
					if got := again.Allowed("nianbao", site+p); got != want {
						t.Errorf("after Compact: Allowed(%q) = %t", p, got)
					}
				}
			}
		})
	}
}

func TestAllowedAddresses(t *testing.T) {
	r := Parse([]byte("User-agent: *\nDisallow: /a\nDisallow: /$\n"))
	for u, want := range map[string]bool{
		"http://h": false, "https://h/": false, "http://h?q": true, "http://h:8080/a": false, "//h/a": true, "/a": false, "a": false,
		"ftp://h/b": false, "/b?u=ftp://h/a": true,
	} {
		if got := r.Allowed("x", u); got != want {
			t.Errorf("Allowed(%q) = %t", u, got)
		}
	}
	var none *Rules
	if !none.Allowed("x", "http://h/a") || none.CrawlDelay("x") != 0 || none.Sitemaps() != nil {
		t.Error("no rules restrict nothing")
	}
}

func TestSize(t *testing.T) {
	far := "User-agent: *\n" + strings.Repeat("# 填充\n", 60_000) + "Disallow: /far\n"
	if len(far) < 500<<10 || len(far) > MaxBody {
		t.Fatalf("the file has %d octets", len(far))
	}
	if Parse([]byte(far)).Allowed("x", "/far") {
		t.Error("a rule behind 500 KiB was not heeded")
	}
	cut := []byte("User-agent: *\nDisallow: /kept\n")
	cut = append(cut, make([]byte, MaxBody)...)
	copy(cut[MaxBody-14:], "\nDisallow: /abc/def")
	r := Parse(cut)
	if r.Allowed("x", "/kept") || !r.Allowed("x", "/xyz") || !r.Allowed("x", "/abc/def") {
		t.Error("half a line at the bound was taken for a rule")
	}
}

func TestCrawlDelay(t *testing.T) {
	for file, want := range map[string]time.Duration{
		"":                                   0,
		"User-agent: *\nCrawl-delay: 10\n":   10 * time.Second,
		"User-agent: *\nCrawl-delay: 1.5s\n": 1500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: ten\nDisallow: /a\n":                                            0,
		"User-agent: *\nCrawl-delay: -1\n":                                                           0,
		"User-agent: *\nCrawl-delay: 1e9\n":                                                          time.Second,
		"User-agent: *\nCrawl-delay: 99999999999999999999\n":                                         maxDelay,
		"Crawl-delay: 4\n":                                                                           0,
		"User-agent: *\nCrawl-delay: 9\nUser-agent: nianbao\nDisallow: /a\n":                         0,
		"User-agent: *\nDisallow:\nCrawl-delay: 9\nUser-agent: nianbao\nCrawl-delay: 2\n":            2 * time.Second,
		"User-agent: nianbao\nCrawl-delay: 2\nDisallow: /\nUser-agent: nianbao\nCrawl-delay: 7\n":    7 * time.Second,
		"User-agent: nianbao\nCrawl-delay: 7\nCrawl-delay: 2\n":                                      7 * time.Second,
		"User-agent: bing\nCrawl-delay: 30\nUser-agent: nianbao\nCrawl-delay: 3\nDisallow: /\n":      3 * time.Second,
		"User-agent: nianbao\nUser-agent: bing\nCrawl-delay: 8\nDisallow: /\nUser-agent: *\nAllow:/": 8 * time.Second,
	} {
		r := Parse([]byte(file))
		if got := r.CrawlDelay("nianbao"); got != want {
			t.Errorf("CrawlDelay of %q = %s, want %s", file, got, want)
		}
		if got := Parse(r.Compact("nianbao")).CrawlDelay("nianbao"); got != want {
			t.Errorf("after Compact: CrawlDelay of %q = %s, want %s", file, got, want)
		}
	}
}

func TestSitemaps(t *testing.T) {
	r := Parse([]byte("Sitemap: http://a/1.xml\nUser-agent: x\nsitemap:http://a/2.xml?a=b&c=d # two\nDisallow: /\nSitemap: http://a/1.xml\nSitemap:\nCrawl-delay: soon\nSITEMAP: /年.xml\n"))
	want := []string{"http://a/1.xml", "http://a/2.xml?a=b&c=d", "/年.xml"}
	if d := cmp.Diff(want, r.Sitemaps()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want, Parse(r.Compact("x")).Sitemaps()); d != "" {
		t.Error("after Compact:", d)
	}
}

// On plain files temoto/robotstxt gives the same answers.
func TestSecondOpinion(t *testing.T) {
	file := "User-agent: *\nDisallow: /admin/\nDisallow: /search\nAllow: /search/help\nCrawl-delay: 5\n\nUser-agent: nianbao\nDisallow: /private\nCrawl-delay: 2\n\nSitemap: http://www.yongning.gov.cn/sitemap.xml\n"
	theirs, err := robotstxt.FromString(file)
	if err != nil {
		t.Fatal(err)
	}
	ours := Parse([]byte(file))
	for _, agent := range []string{"nianbao", "other"} {
		for _, p := range []string{"/", "/admin", "/admin/", "/search", "/search/help", "/searching", "/private", "/private/x", "/robots.txt"} {
			if a, b := ours.Allowed(agent, p), theirs.TestAgent(p, agent); a != b {
				t.Errorf("%s %s: ours %t, temoto %t", agent, p, a, b)
			}
		}
		if a, b := ours.CrawlDelay(agent), theirs.FindGroup(agent).CrawlDelay; a != b {
			t.Errorf("%s: delay ours %s, temoto %s", agent, a, b)
		}
	}
	if d := cmp.Diff(theirs.Sitemaps, ours.Sitemaps()); d != "" {
		t.Error(d)
	}
}

func BenchmarkMatch5000Wildcards(b *testing.B) {
	var f strings.Builder
	f.WriteString("User-agent: *\n")
	for i := range 5000 {
		fmt.Fprintf(&f, "Disallow: /*/a%d*b%d/*c$\n", i, i)
	}
	r := Parse([]byte(f.String()))
	path := "http://www.yongning.gov.cn/zwgk/xxgknb/202401/t20240115_" + strings.Repeat("3271106", 20) + ".html"
	for b.Loop() {
		if !r.Allowed("nianbao", path) {
			b.Fatal("denied")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	file := []byte("User-agent: *\n" + strings.Repeat("Disallow: /zwgk/*/print_%E5%B9%B4.html$\nAllow: /zwgk/\n", 5000))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		Parse(file)
	}
}
