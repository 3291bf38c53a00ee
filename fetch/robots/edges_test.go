package robots

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nianbao/fetch/exchange"
)

// The classes of octets, over all of them.
func TestOctets(t *testing.T) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for i := range 256 {
		c := byte(i)
		in := func(set string) bool { return strings.IndexByte(set, c) >= 0 }
		if got := unreserved(c); got != in(letters+"0123456789-._~") {
			t.Errorf("%q is unreserved: %t", c, got)
		}
		if got := isHex(c); got != in("0123456789abcdefABCDEF") {
			t.Errorf("%q is hexadecimal: %t", c, got)
		}
		if got := mustEscape(c); got != (c <= 0x20 || c >= 0x7f || in("\"<>\\^`{|}")) {
			t.Errorf("%q must be escaped: %t", c, got)
		}
		if isHex(c) {
			var want byte
			if _, err := fmt.Sscanf(string(c), "%x", &want); err != nil || unhex(c) != want {
				t.Errorf("%q is %d", c, unhex(c))
			}
		}
	}
}

// Paths and patterns in the form in which octets are compared.
func TestNormalForms(t *testing.T) {
	for _, c := range []struct{ in, path, pattern string }{
		{"/a", "/a", "/a"},
		{"/a*b", "/a%2Ab", "/a*b"},
		{"/a$b", "/a%24b", "/a%24b"},
		{"/%61%2f%7e", "/a%2F~", "/a%2F~"},
		{"/%3a%2F%3f%40", "/%3A%2F%3F%40", "/%3A%2F%3F%40"},
		{"/?%3a%2F%3f%40%26", "/?:/?@%26", "/?:/?@%26"},
		{"/%", "/%25", "/%25"},
		{"/%4", "/%254", "/%254"},
		{"/%4g", "/%254g", "/%254g"},
		{"/%g4", "/%25g4", "/%25g4"},
		{"/%41", "/A", "/A"},
		{"/a b", "/a%20b", "/a%20b"},
		{"/年", "/%E5%B9%B4", "/%E5%B9%B4"},
	} {
		if path, pattern := normalise(c.in, false), normalise(c.in, true); path != c.path || pattern != c.pattern {
			t.Errorf("%q: path %q, pattern %q", c.in, path, pattern)
		}
	}
}

// A rule's length decides between rules: all octets of its normal form count, stars that are folded and the anchor too.
func TestLengthsOfRules(t *testing.T) {
	for pattern, want := range map[string]int{"/": 1, "/a": 2, "/a$": 3, "/$": 2, "/a*": 3, "/a**": 4, "/a**$": 5, "/***b": 5, "/%61": 2, "/年": 10, "$": 1, "": 0} {
		r := compile(pattern, true)
		if r.length != want {
			t.Errorf("%q has the length %d, want %d", pattern, r.length, want)
		}
		if again := compile(r.String(), true); again.length != r.length || again.anchored != r.anchored || strings.Join(again.parts, "*") != strings.Join(r.parts, "*") {
			t.Errorf("%q is written as %q, which means something else", pattern, r.String())
		}
	}
	for file, denied := range map[string]bool{
		"Disallow: /p$\nAllow: /p": true, "Disallow: /p\nAllow: /p$": false, "Disallow: /p**\nAllow: /p*": true, "Disallow: /p*\nAllow: /p**": false, "Disallow: /p*$\nAllow: /p**": false,
	} {
		if got := Parse([]byte("User-agent: *\n"+file+"\n")).Allowed("x", "/p"); got == denied {
			t.Errorf("%q: allowed %t", file, got)
		}
	}
}

// What of an address rules are held against.
func TestMatchedPaths(t *testing.T) {
	for in, want := range map[string]string{
		"http://h/a": "/a", "HTTPS://h": "/", "http://h?x": "/?x", "http://h/a#b": "/a", "/a://b": "/a://b", "a?u=x://b": "/a?u=x://b", "://a": "/://a", "ftp://h/a": "-", "mailto:a": "/mailto:a", "": "/", "#a": "/",
	} {
		got, ok := matchPath(in)
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Every part of a pattern has its place, also at the very beginning of what is left of the path.
func TestPartsOfPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/a*b*c", "/abc", true}, {"/a*b*c", "/acb", false}, {"/a*b*c$", "/abcc", true}, {"/a*b*c$", "/abcd", false}, {"/*a", "/a", true}, {"*", "/", true}, {"/a$", "/a", true}, {"/a$", "/ab", false}, {"/a*b*b$", "/ab", false},
	} {
		r := compile(c.pattern, false)
		if got := r.matches(c.path); got != c.want {
			t.Errorf("%q matches %q: %t", c.pattern, c.path, got)
		}
	}
}

// Lines at the edges: marks at the beginning, colons of both widths, what is cut at the bound.
func TestEdgesOfLines(t *testing.T) {
	for line, want := range map[string]string{
		"Allow: /a": "/a", "Allow：/a": "/a", "Allow：/a:b": "/a:b", "Allow: /a：b": "/a：b", "Allow /a": "/a", "Allow: /a # b": "/a", "#Allow: /a": "-", "# Allow /a": "-", "": "-", ":": "-", ": /a": "-", "：/a": "-", "Allow": "-", "Allow /a /b": "-", "Allow:": "",
	} {
		_, got, ok := record(line)
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	rules := "User-agent: *\nDisallow: /kept\n"
	whole := rules + strings.Repeat("#", MaxBody-len(rules)-len("\nDisallow: /end")) + "\nDisallow: /end"
	if len(whole) != MaxBody || Parse([]byte(whole)).Allowed("x", "/end") {
		t.Error("the last line of a file of just the size was not read")
	}
	if !Parse([]byte(whole+"x")).Allowed("x", "/end") {
		t.Error("half a line was read")
	}
	var many strings.Builder
	for i := range maxSitemaps + 1 {
		fmt.Fprintf(&many, "Sitemap: http://a/%d.xml\n", i)
	}
	if got := Parse([]byte(many.String())).Sitemaps(); len(got) != maxSitemaps || got[0] != "http://a/0.xml" {
		t.Errorf("%d sitemaps", len(got))
	}
	if got := Parse([]byte("\nSitemap: http://a/b c.xml\nSitemap: x\n")).Sitemaps(); len(got) != 2 {
		t.Errorf("sitemaps %q", got)
	}
	for token, want := range map[string]string{"Nian-Bao_2/1.0": "nian-bao_2", "nian bao": "nian", "nianbao": "nianbao", "/x": "", "": "", "年报": ""} {
		if got := productToken(token); got != want {
			t.Errorf("%q: %q, want %q", token, got, want)
		}
	}
}

func TestEdgesOfDelays(t *testing.T) {
	for value, want := range map[string]time.Duration{"0": 0, "0.5": 500 * time.Millisecond, "86399": 86399 * time.Second, "86400": maxDelay, "86401": maxDelay, ".": -1, "": -1, "x": -1, "-1": -1, "1.2.3": -1} {
		got, ok := crawlDelay(value)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
	if got := string(Parse([]byte("User-agent: *\nCrawl-delay: 0\nDisallow: /a\n")).Compact("x")); got != "User-agent: *\nDisallow: /a\n" {
		t.Errorf("no delay is written as %q", got)
	}
	if got := string(Parse([]byte("User-agent: *\nCrawl-delay: 1.25\n")).Compact("x")); got != "User-agent: *\nCrawl-delay: 1.25\n" {
		t.Errorf("a delay is written as %q", got)
	}
}

// The edges of statuses and of times.
func TestEdgesOfAnswers(t *testing.T) {
	for status, want := range map[int]Decision{199: Unreachable, 200: Parsed, 299: Parsed, 300: AllowAll, 399: AllowAll, 400: AllowAll, 428: AllowAll, 429: Unreachable, 430: AllowAll, 499: AllowAll, 500: Unreachable} {
		if got := Decide(status, exchange.OK, 0); got != want {
			t.Errorf("%d means %s, want %s", status, got, want)
		}
	}
	for status, want := range map[int]Decision{200: Unreachable, 399: Unreachable, 400: AllowAll, 403: AllowAll} {
		if got := Decide(status, exchange.Blocked, 0); got != want {
			t.Errorf("a wall with %d means %s, want %s", status, got, want)
		}
	}
	if Decide(302, exchange.Redirect, MaxHops-1) != Follow || Decide(302, exchange.Redirect, MaxHops) != AllowAll {
		t.Error("the last hop")
	}
	now := time.Date(2024, 1, 15, 8, 0, 0, 0, time.UTC)
	down := &exchange.Exchange{Outcome: exchange.Timeout}
	for state, want := range map[Decision]Decision{Parsed: Parsed, AllowAll: AllowAll, Unreachable: Unreachable} {
		old := Entry{State: state, GoodAt: now, Since: now}
		if got := Update(old, "a", "x", down, now.Add(MaxStale-1)).State; got != want {
			t.Errorf("%s, then silence: %s", state, got)
		}
		if got := Update(old, "a", "x", down, now.Add(MaxStale)).State; got != Unreachable {
			t.Errorf("%s, then thirty days of silence: %s", state, got)
		}
		if got := Update(old, "a", "x", &exchange.Exchange{Status: 304, Outcome: exchange.NotModified}, now).State; got != want {
			t.Errorf("%s, then unchanged: %s", state, got)
		}
	}
	for in, want := range map[string]string{"http://@h/": "http://h:80", "http://:81/": "", "http://h:/": "http://h:80", "http://a@b@h:8/": "http://h:8", "http://[::1]": "http://[::1]:80", "http://H./": "http://h:80"} {
		if got := Authority(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	if got := retryAfter(1, &exchange.Exchange{Status: 503}); got != quickRetry {
		t.Errorf("a first failure of a host that answers: %s", got)
	}
	for n, want := range map[int]time.Duration{1: firstRetry, 9: firstRetry << 8, 10: maxRetry, 1000: maxRetry} {
		if got := retryAfter(n, nil); got != want {
			t.Errorf("after %d failures: %s, want %s", n, got, want)
		}
	}
	if MaxBody != 1<<20 || MaxAge != 24*time.Hour || MaxStale != 720*time.Hour || MaxHops != 5 || firstRetry != 5*time.Minute || maxDelay != 24*time.Hour || maxSitemaps != 1000 {
		t.Error("the bounds have changed")
	}
}

// Laws: more rules for another agent change nothing, a file that is read from its compact form means the same, and the
// waits after failures never shrink.
func TestRobotsLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringOfN(rapid.RuneFrom([]rune("/ab*$%2.?年")), 0, 8, -1)
		var b strings.Builder
		b.WriteString("User-agent: *\n")
		for range rapid.IntRange(0, 5).Draw(t, "rules") {
			b.WriteString(rapid.SampledFrom([]string{"Allow: /", "Disallow: /"}).Draw(t, "kind") + pattern.Draw(t, "pattern") + "\n")
		}
		r := Parse([]byte(b.String()))
		again := Parse(r.Compact("nianbao"))
		more := Parse([]byte(b.String() + "Disallow:\nUser-agent: other\nDisallow: /\n"))
		for range 4 {
			path := "/" + pattern.Draw(t, "path")
			want := r.Allowed("nianbao", path)
			if again.Allowed("nianbao", path) != want || more.Allowed("nianbao", path) != want {
				t.Fatalf("%q: %t, compact %t, with another agent's rules %t", path, want, again.Allowed("nianbao", path), more.Allowed("nianbao", path))
			}
		}
		n := rapid.IntRange(1, 40).Draw(t, "failures")
		if retryAfter(n+1, nil) < retryAfter(n, nil) || retryAfter(n, nil) > maxRetry {
			t.Fatalf("after %d failures %s, then %s", n, retryAfter(n, nil), retryAfter(n+1, nil))
		}
	})
}
