package address

import (
	"net/url"
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

func TestSections(t *testing.T) {
	for u, want := range map[string][2]string{
		"http://a.gov.cn/": {"/", "/"},
		"http://a.gov.cn/zwgk/xxgknb/202401/t20240101_1.html": {"/zwgk/", "/zwgk/xxgknb/#/"},
		"http://a.gov.cn/info/1039/108122.htm":                {"/info/", "/info/#/"},
		"http://a.gov.cn/eportal/ui?pageId=1&articleKey=2":    {"/eportal/", "/eportal/ui?pageId&articleKey&"},
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
