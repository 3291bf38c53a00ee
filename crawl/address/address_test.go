package address

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"HTTP://WWW.Example.GOV.cn:80/a/../b/./c.html#top":                "http://www.example.gov.cn/b/c.html",
		"https://example.gov.cn:443":                                      "https://example.gov.cn/",
		"http://example.gov.cn/%e6%94%bf%7e%2f":                           "http://example.gov.cn/%E6%94%BF~%2F",
		"http://example.gov.cn/政务/年报.html":                                "http://example.gov.cn/%E6%94%BF%E5%8A%A1/%E5%B9%B4%E6%8A%A5.html",
		"http://example.gov.cn/a.jsp;jsessionid=0AF?x=1":                  "http://example.gov.cn/a.jsp?x=1",
		"http://example.gov.cn/(S(abcdefghijklmnopqrstuvwx))/nb.aspx":     "http://example.gov.cn/nb.aspx",
		"http://example.gov.cn/a?PHPSESSID=1&id=7&_=0.331&isMobile=true":  "http://example.gov.cn/a?id=7",
		"http://example.gov.cn/a?sid=755042&page=2":                       "http://example.gov.cn/a?sid=755042&page=2",
		"http://example.gov.cn/t20240101_1_wap.html":                      "http://example.gov.cn/t20240101_1.html",
		"http://big5.example.gov.cn/gate/big5/www.example.gov.cn/a/b.htm": "http://www.example.gov.cn/a/b.htm",
		"http://example.gov.cn/html//zwgk/ndbg/bm/1.html":                 "http://example.gov.cn/html//zwgk/ndbg/bm/1.html",
		"http://122.137.242.24:8080/pub/x/":                               "http://122.137.242.24:8080/pub/x/",
		"http://example.gov.cn./a":                                        "http://example.gov.cn/a",
		"http://example.gov.cn.:8080/a":                                   "http://example.gov.cn:8080/a",
		"http://例子.中国/a":                                                  "http://xn--fsqu00a.xn--fiqs8s/a",
		"javascript:void(0)":                                              "",
		"mailto:a@example.cn":                                             "",
		"ftp://example.gov.cn/a":                                          "",
		"":                                                                "",
		"http://example.gov.cn/" + strings.Repeat("a", 5000):              "",
	} {
		if got := Canonical(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestTwinsShareAKey(t *testing.T) {
	key := func(method, u, body string) [16]byte { return Key(method, Canonical(u), body) }
	for _, c := range [][2]string{
		{"http://www.a.gov.cn/x", "https://a.gov.cn/x"},
		{"http://a.gov.cn/eportal/ui?pageId=1&articleKey=2&columnId=3", "http://a.gov.cn/eportal/ui?columnId=3&pageId=1&articleKey=2"},
		{"http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2012", "http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp?fbtime=2012&area=1"},
		{"http://a.gov.cn/t1.html?isMobile=true", "http://a.gov.cn/t1_wap.html"},
		{"http://a.gov.cn./html///zwgk//1.html", "http://a.gov.cn/html/zwgk/1.html"},
	} {
		if key("GET", c[0], "") != key("GET", c[1], "") {
			t.Errorf("two keys: %s and %s", c[0], c[1])
		}
	}
	for _, c := range [][2]string{
		{"http://a.gov.cn/x", "http://b.gov.cn/x"},
		{"http://a.gov.cn/x", "http://a.gov.cn/x/"},
		{"http://a.gov.cn/x?a=1&b=2", "http://a.gov.cn/x?b=2&a=1"},
		{"http://a.gov.cn/x?nbYear=2019", "http://a.gov.cn/x?nbYear=2020"},
	} {
		if key("GET", c[0], "") == key("GET", c[1], "") {
			t.Errorf("one key: %s and %s", c[0], c[1])
		}
	}
	if key("GET", "http://a.gov.cn/", "") == key("POST", "http://a.gov.cn/", "") {
		t.Error("the method makes no difference")
	}
	if key("POST", "http://a.gov.cn/", "__VIEWSTATE=abc&page=2") != key("POST", "http://a.gov.cn/", "__VIEWSTATE=def&page=2") {
		t.Error("the state of a page makes a difference")
	}
}

func TestTraps(t *testing.T) {
	for u, want := range map[string]string{
		"http://a.gov.cn/zfxxgk/zfxxgknb/":                                         "",
		"http://a.gov.cn/html//zwgk/ndbg/bm/129527.html":                           "",
		"http://a.gov.cn/was5/web/search?channelid=278090&page=2":                  "",
		"http://a.gov.cn/zwgk/mulu/zwgk/mulu/zwgk/mulu/":                           "repeated_segments",
		"http://a.gov.cn/" + strings.Repeat("ab/", 30):                             "repeated_segments",
		"http://a.gov.cn/rili/?year=2024&month=3":                                  "calendar",
		"http://a.gov.cn/rili/2024/03/":                                            "calendar",
		"http://a.gov.cn/jsearchfront/search.do?q=%E5%B9%B4%E6%8A%A5":              "search",
		"http://a.gov.cn/ysqgk/index.html":                                         "form",
		"http://a.gov.cn/login.jsp":                                                "form",
		"http://a.gov.cn/print?id=12":                                              "print_or_share",
		"http://a.gov.cn/print/12.html":                                            "print_or_share",
		"http://a.gov.cn/module/visitcount/visit.jsp?type=2":                       "print_or_share",
		"http://a.gov.cn/v.mp4":                                                    "media",
		"http://a.gov.cn/x?" + strings.TrimSuffix(strings.Repeat("a=1&", 20), "&"): "parameters",
	} {
		if got := Trap(Canonical(u)); got != want {
			t.Errorf("%s is %q, want %q", u, got, want)
		}
	}
}

// The edges of every trap: what just makes one, and what just does not.
func TestEdgesOfTraps(t *testing.T) {
	long := func(n int) string { return "http://a.gov.cn/" + strings.Repeat("a", n-len("http://a.gov.cn/")) }
	segments := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "/s%d", i)
		}
		return "http://a.gov.cn" + b.String()
	}
	for u, want := range map[string]string{
		long(maxLength):                        "",
		long(maxLength + 1):                    "malformed",
		"http://a.gov.cn/%zz":                  "malformed",
		segments(maxSegments):                  "",
		segments(maxSegments + 1):              "repeated_segments",
		segments(maxSegments) + "/":            "",
		"http://a.gov.cn/ab/x/ab/y/ab/":        "",
		"http://a.gov.cn/ab/x/ab/y/ab/z/ab":    "repeated_segments",
		"http://a.gov.cn/b/x/b/y/b/z/b":        "", // one letter says nothing
		"http://a.gov.cn/ab/cd/ab/cd":          "repeated_segments",
		"http://a.gov.cn/x/ab/cd/ab/cd":        "repeated_segments",
		"http://a.gov.cn/ab/cd/ab/ce":          "",
		"http://a.gov.cn/ab/cd/ab":             "",
		"http://a.gov.cn/x?" + params(16):      "",
		"http://a.gov.cn/x?" + params(17):      "parameters",
		"http://a.gov.cn/x.css":                "media",
		"http://a.gov.cn/x.CSS":                "media",
		"http://a.gov.cn/x.css/y":              "",
		"http://a.gov.cn/rili/":                "calendar",
		"http://a.gov.cn/rili":                 "",
		"http://a.gov.cn/rili.html":            "",
		"http://a.gov.cn/x?day=1":              "calendar",
		"http://a.gov.cn/x?DAY=1":              "calendar",
		"http://a.gov.cn/x?day":                "",
		"http://a.gov.cn/x?aday=1":             "",
		"http://a.gov.cn/so":                   "search",
		"http://a.gov.cn/so.jsp":               "search",
		"http://a.gov.cn/so/x":                 "search",
		"http://a.gov.cn/so_x":                 "",
		"http://a.gov.cn/sou":                  "",
		"http://a.gov.cn/searchresult.jsp":     "search",
		"http://a.gov.cn/searchresult.":        "",
		"http://a.gov.cn/searchresult.a-b":     "",
		"http://a.gov.cn/searchresult":         "",
		"http://a.gov.cn/xsearchresult.jsp":    "",
		"http://a.gov.cn/so/x?channelid=1":     "",
		"http://a.gov.cn/so/x?channelid=1&q=":  "",
		"http://a.gov.cn/so/x?channelid=1&q=a": "search",
		"http://a.gov.cn/so/x?ChannelID=1":     "",
		"http://a.gov.cn/x?q=a":                "",
		"http://a.gov.cn/sso":                  "form",
		"http://a.gov.cn/Login.do":             "form",
		"http://a.gov.cn/login_1":              "",
		"http://a.gov.cn/xlogin":               "",
		"http://a.gov.cn/ysqgk":                "form",
		"http://a.gov.cn/ysqgk_2/":             "form",
		"http://a.gov.cn/ysqgkzn.html":         "form",
		"http://a.gov.cn/ysqgk-x":              "",
		"http://a.gov.cn/print":                "print_or_share",
		"http://a.gov.cn/print_1.html":         "print_or_share",
		"http://a.gov.cn/printer":              "",
		"http://a.gov.cn/x?print=1":            "print_or_share",
		"http://a.gov.cn/x?blueprint=1":        "",
		"http://a.gov.cn/x/visitcount.js":      "print_or_share",
		"http://a.gov.cn/x?u=visitcount":       "print_or_share",
		"http://a.gov.cn/so/print?day=1":       "calendar", // the first of several
		"http://a.gov.cn/login/print":          "form",
		"http://a.gov.cn/so/login":             "search",
	} {
		if got := Trap(u); got != want {
			if len(u) > 100 {
				u = u[:100] + "…"
			}
			t.Errorf("%s is %q, want %q", u, got, want)
		}
	}
}

func params(n int) string { return strings.TrimSuffix(strings.Repeat("a=1&", n), "&") }

func TestHosts(t *testing.T) {
	for u, want := range map[string]string{
		"http://www.A.gov.cn:8080/x": "a.gov.cn", "http://a.gov.cn./": "a.gov.cn", "https://[::1]:443/": "::1", "http://www.www.cn/": "www.cn", "http://%zz": "", "": "",
	} {
		if got := Host(u); got != want {
			t.Errorf("%s: %q, want %q", u, got, want)
		}
	}
}

func TestTwins(t *testing.T) {
	for u, want := range map[string][]string{
		"http://www.a.gov.cn/x?y=1": {"http://a.gov.cn/x?y=1", "https://www.a.gov.cn/x?y=1"},
		"https://a.gov.cn/x":        {"https://www.a.gov.cn/x", "http://a.gov.cn/x"},
		"http://a.gov.cn:8080/x":    {"http://www.a.gov.cn:8080/x"},
		"http://192.0.2.1/x":        {"https://192.0.2.1/x"},
		"http://192.0.2.1:81/x":     nil,
		"http:///x":                 nil,
		"http://%zz":                nil,
	} {
		if got := Twins(u); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", u, got, want)
		}
	}
}

// Which parameters choose what is shown.
func TestParameters(t *testing.T) {
	for q, want := range map[string]string{
		"id=7": "id=7", "": "", "&&id=7&": "id=7", "_=1": "", "_=0.331": "", "_=a": "_=a", "_=": "", "ts=1": "", "ts=x": "ts=x", "Math.random()=": "", "sid=1": "sid=1", "spm=a.b": "", "spmx=1": "spmx=1", "wza=open": "",
		"utm_source=a": "", "utm_=a": "utm_=a", "utm_a-b=1": "utm_a-b=1", "ASPSESSIONIDQ=1": "", "aspsessionid=1": "", "aspsessionid-=1": "aspsessionid-=1", "%5F=1&x=%2f": "x=%2F",
	} {
		if got := query(q); got != want {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
	}
}

func TestEscapes(t *testing.T) {
	for s, want := range map[string]string{
		"a": "a", "%41%7a%30": "Az0", "%2d%2e%5f%7e": "-._~", "%2f%3F": "%2F%3F", "%e5": "%E5", "%": "%25", "%4": "%254", "%4g": "%254g", "%g4": "%25g4", "a%": "a%25", "%25": "%25", "%40%5b%60%7b%7B%3a%3A%2F": "%40%5B%60%7B%7B%3A%3A%2F",
	} {
		if got := normalise(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// The longest address that is asked for, and the longest that is looked at.
func TestLongestAddress(t *testing.T) {
	of := func(n int) string { return "http://a.gov.cn/" + strings.Repeat("a", n-len("http://a.gov.cn/")) }
	if Canonical(of(maxLength)) == "" || Canonical(of(maxLength+1)) != "" {
		t.Error("the bound on what is asked for")
	}
	fragment := of(100) + "#" + strings.Repeat("a", longestRaw-101)
	if len(fragment) != longestRaw || Canonical(fragment) == "" || Canonical(fragment+"a") != "" {
		t.Error("the bound on what is looked at")
	}
	if maxLength != 2048 || maxSegments != 24 || maxRepeats != 3 || maxParameters != 16 || longestRaw != 4096 || longestName != 60 {
		t.Error("the bounds have changed")
	}
	nested := "http://a.gov.cn/"
	for range maxPasses {
		nested += "gate/big5/b.gov.cn/"
	}
	if Canonical(nested) != "" {
		t.Error("an address that never settles has a canonical form")
	}
	if got := Canonical("http://a.gov.cn/gate/big5/b.gov.cn/gate/big5/c.gov.cn/x"); got != "http://c.gov.cn/x" {
		t.Errorf("a gate behind a gate: %q", got)
	}
	if got := Canonical("http://a.gov.cn/gate/big5/b/x"); got != "http://a.gov.cn/gate/big5/b/x" {
		t.Errorf("a gate to no host: %q", got)
	}
}

func TestSections(t *testing.T) {
	for u, want := range map[string][2]string{
		"http://a.gov.cn/": {"/", "/"},
		"http://a.gov.cn/zwgk/xxgknb/202401/t20240101_1.html": {"/zwgk/", "/zwgk/xxgknb/#/"},
		"http://a.gov.cn/info/1039/108122.htm":                {"/info/", "/info/#/"},
		"http://a.gov.cn/eportal/ui?pageId=1&articleKey=2":    {"/eportal/", "/eportal/ui?pageId&articleKey&"},
		"http://a.gov.cn/x":                                   {"/", "/"},
		"http://a.gov.cn/x/y":                                 {"/x/", "/x/"},
		"http://a.gov.cn/x/y/z":                               {"/x/", "/x/y/"},
		"http://%zz":                                          {"", ""},
	} {
		if got := Sections(u); got != want {
			t.Errorf("%s: %q, want %q", u, got, want)
		}
	}
}

func TestSmall(t *testing.T) {
	for host, want := range map[string]bool{"m.a.gov.cn": true, "wap.a.gov.cn": true, "mz.a.gov.cn": false, "www.a.gov.cn": false} {
		if Small(host) != want {
			t.Errorf("%s: %t", host, !want)
		}
	}
}

// What is canonical stays as it is, is an address of http, and names the same server.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"http://a.gov.cn/%zz", "http://a.gov.cn/;jsessionid=1/;jsessionid=2", "https://[::1]:443/x?&&=", "http://a.gov.cn/gate/big5/b.cn/gate/big5/c.cn/", "http://a.gov.cn/(S(abcdefghijklmnopqrstuvwx))/(S(abcdefghijklmnopqrstuvwx))/",
		"http://a.gov.cn/x_wap.html_wap.html", "http://例子.中国/年报?a=%E5%B9%B4", "//a.gov.cn/", "http://a.gov.cn/?%5F=1&utm_a=2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		c := Canonical(raw)
		if c == "" {
			return
		}
		u, err := url.Parse(c)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Fragment != "" {
			t.Fatalf("%q is canonical for %q: %v", c, raw, err)
		}
		if again := Canonical(c); again != c {
			t.Fatalf("%q becomes %q", c, again)
		}
		if Host(c) == "" {
			t.Fatalf("%q has no host", c)
		}
		Trap(c)
		Sections(c)
		Twins(c)
	})
}

func BenchmarkCanonical(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Canonical("http://www.example.gov.cn:80/zwgk/../zfxxgk/%e5%b9%b4%e6%8a%a5/t20240115_3271106.html?isMobile=true&id=7&_=0.3312#top")
	}
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Key("GET", "http://www.example.gov.cn/zwgk/zfxxgk/zfxxgknb/202401/t20240115_3271106.html", "")
	}
}
