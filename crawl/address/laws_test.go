package address

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anAddress draws an address as pages write them: mostly plain, sometimes with what browsers put right.
func anAddress(t *rapid.T) string {
	piece := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	s := piece("scheme", "http://", "http://", "https://", "HTTP://")
	s += piece("host", "a.gov.cn", "www.a.gov.cn", "zfxxgk.a-b.gov.cn", "A.gov.cn", "a.gov.cn.", "122.137.242.24", "例子.中国", "a_b.gov.cn", "a.b", "1.gov.cn", "[::1]")
	s += piece("port", "", "", "", ":80", ":443", ":8080", ":")
	for range rapid.IntRange(0, 5).Draw(t, "segments") {
		s += piece("slash", "/", "/", "/", "//", "\\") + piece("segment", "zwgk", "index.html", "t20240115_1.htm", ".", "..", "%2e%2e", "年报", "%e5%b9%b4", "%zz", "a b", "(S(abcdefghijklmnopqrstuvwx))", "x;jsessionid=1", "b_wap.html", "gate", "big5", "www.b.gov.cn", "~u", "%7Eu", "a'b", "A^b")
	}
	if rapid.Bool().Draw(t, "asks") {
		s += "?"
		for range rapid.IntRange(0, 4).Draw(t, "parameters") {
			s += piece("parameter", "id=7&", "page=2&", "_=0.33&", "_=x&", "PHPSESSID=1&", "utm_source=a&", "utm_=1&", "%5F=3&", "q=年报&", "&", "a", "aspsessionidabc=1&", "ts=1&", "x=%2f&", "y='&", "random=9.")
		}
	}
	return s + piece("fragment", "", "", "#top", "#")
}

// What is canonical stays as it is, however it was written.
func TestCanonicalIsCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := anAddress(t)
		c := Canonical(raw)
		if again := Canonical(c); again != c {
			t.Fatalf("%q becomes %q, then %q", raw, c, again)
		}
	})
}

// The short way of reading an address gives what the whole parser gives, or nothing.
func TestPlainReadsAsTheParserDoes(t *testing.T) {
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		raw := anAddress(t)
		p, ok := plain(raw)
		if !ok {
			return
		}
		read++
		q, ok := parse(raw)
		q.plain = true
		if !ok || p != q {
			t.Fatalf("%q: %+v, the parser %+v", raw, p, q)
		}
	})
	if read == 0 {
		t.Error("no address was read the short way")
	}
	for raw, want := range map[string]bool{
		"http://a.gov.cn/x": true, "https://a.gov.cn": true, "http://a.gov.cn?x=1": true, "http://a1.gov.cn/a-b_c.~d/?q=%E5#f": true, "http://" + strings.Repeat("a", 56) + ".b.c": true,
		"http://" + strings.Repeat("a", 57) + ".b.c": false, "http:///x": false, "http://1.2.3.4/": false, "http://a.gov.cn:80/": false, "http://a.gov.cn./": false, "http://a..b/": false, "http://-a.b/": false, "http://a-.b/": false,
		"http://a.-b/": false, "http://a--b.c/": false, "http://a.b-/": false, "http://.a.b/": false, "http://A.b/": false, "ftp://a.b/": false, "a.b/c": false, "http://a.b/./c": false, "http://a.b/%2e/c": false, "http://a.b/年": false, "http://a.b/?年": false,
	} {
		if _, ok := plain(raw); ok != want {
			t.Errorf("%q is plain: %t", raw, ok)
		}
	}
}

// Two addresses of one page have one key, whichever twin is asked; the method, the path, the query and the body tell
// requests apart.
func TestKeyLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Canonical(anAddress(t))
		if c == "" {
			return
		}
		key := Key("GET", c, "")
		for _, twin := range Twins(c) {
			u, err := url.Parse(twin)
			if err != nil {
				t.Fatal(err)
			}
			if Key("GET", twin, "") != key || Host(twin) != Host(c) || u.Host == "" {
				t.Fatalf("%q and its twin %q have two keys", c, twin)
			}
		}
		if Key("", c, "") != key {
			t.Fatalf("%q: no method is not GET", c)
		}
		if Key("POST", c, "") == key || Key("GET", c, "a=1") == key || Key("GET", c+"x", "") == key {
			t.Fatalf("%q shares its key", c)
		}
		if body := "__VIEWSTATE=abc&page=2"; Key("POST", c, body) != Key("POST", c, "&page=2") {
			t.Fatalf("%q: the state of the page makes a key", c)
		}
	})
}

// A trap is one wherever it stands, and more of anything never makes one harmless.
func TestTrapLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Canonical(anAddress(t))
		if c == "" || strings.Contains(c, "?") || Trap(c) != "" || strings.Contains(c, "channelid=") {
			return
		}
		base := strings.TrimSuffix(c, "/")
		for _, add := range []string{"/login.jsp", "/print/1", "/search.jsp?q=1", "/rili/2024/", "/v.mp4", "?month=3", "?keyword=x&month=1"} {
			if Trap(base+add) == "" {
				t.Fatalf("%q is no trap", base+add)
			}
		}
	})
}
