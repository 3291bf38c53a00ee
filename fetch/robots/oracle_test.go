package robots

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jimsmart/grobotstxt"
	"github.com/temoto/robotstxt"
)

// The rows of what a crawler owes RFC 9309, by name; the answers to the request itself are rows of TestDecide.
func TestRFC9309(t *testing.T) {
	allowed := func(file, path string) bool { return Parse([]byte(file)).Allowed("nianbao", site+path) }
	for _, tt := range []struct {
		row  string
		hold bool
	}{
		{"a bad Crawl-delay costs only itself", !allowed("User-agent: *\nCrawl-delay: ten\nDisallow: /a\n", "/a")},
		{"a rule before any User-agent costs only itself", !allowed("Disallow: /b\nUser-agent: *\nDisallow: /a\n", "/a") && allowed("Disallow: /b\nUser-agent: *\nDisallow: /a\n", "/b")},
		{"an HTML page holds no rules", allowed("<html><body>Disallow: /</body></html>", "/a")},
		{"3xx: five hops", Decide(302, "redirect", 4) == Follow},
		{"4xx: no restriction", Decide(404, "not_found", 0) == AllowAll && Decide(403, "forbidden", 0) == AllowAll},
		{"429, 5xx and silence: complete disallow", Decide(429, "rate_limited", 0) == Unreachable && Decide(502, "server_error", 0) == Unreachable && Decide(0, "timeout", 0) == Unreachable && Decide(0, "dns", 0) == Unreachable},
		{"cache: a day, and thirty while the host is silent", MaxAge == 24*time.Hour && MaxStale == 30*24*time.Hour},
		{"size: at least 500 KiB, and a bound", MaxBody >= 500<<10 && MaxBody <= 4<<20},
		{"match: the longest rule in octets", allowed("User-agent: *\nDisallow: /a/\nAllow: /a/b\n", "/a/b/c") && !allowed("User-agent: *\nAllow: /a/\nDisallow: /a/b\n", "/a/b/c")},
		{"match: a longer prefix beats a shorter one further up", !allowed("User-agent: *\nAllow: /a\nDisallow: /a/b/c\nAllow: /a/b\n", "/a/b/c/d")},
		{"match: Allow wins a tie", allowed("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a")},
		{"match: * and $ are anchored at the front", allowed("User-agent: *\nDisallow: /a*$\nDisallow: /x$\n", "/b/a") && allowed("User-agent: *\nDisallow: /x$\n", "/y/x")},
		{"match: /robots.txt always", allowed("User-agent: *\nDisallow: /\n", "/robots.txt")},
		{"encoding: escaped equals raw", !allowed("User-agent: *\nDisallow: /%E5%B9%B4\n", "/年") && !allowed("User-agent: *\nDisallow: /年\n", "/%e5%b9%b4")},
		{"encoding: unreserved octets are unescaped", !allowed("User-agent: *\nDisallow: /%7Ejoe\n", "/~joe")},
		{"groups naming the agent merge", !allowed("User-agent: nianbao\nDisallow: /a\nUser-agent: x\nDisallow: /z\nUser-agent: nianbao\nDisallow: /b\n", "/b")},
		{"an unknown record ends no group", !allowed("User-agent: nianbao\nFoo: bar\nUser-agent: x\nDisallow: /a\n", "/a")},
		{"a Crawl-delay splits no group", !allowed("User-agent: nianbao\nCrawl-delay: 1\nUser-agent: x\nDisallow: /a\n", "/a")},
		{"the token is matched whole", allowed("User-agent: nian\nDisallow: /\n", "/a")},
		{"the token is matched whatever its case", !allowed("User-agent: NIANBAO\nDisallow: /\n", "/a")},
	} {
		if !tt.hold {
			t.Error(tt.row)
		}
	}
	var f strings.Builder
	f.WriteString("User-agent: *\n")
	for i := range 5000 {
		fmt.Fprintf(&f, "Disallow: /*a*b*c*d%d$\n", i)
	}
	r, path := Parse([]byte(f.String())), "/"+strings.Repeat("abc", 650)
	r.Allowed("x", path)
	began := time.Now()
	r.Allowed("x", path)
	if took := time.Since(began); took > time.Second {
		t.Errorf("cost: one path against 5,000 wildcards took %s", took)
	}
}

// grammar makes a robots.txt and addresses out of fuzzed octets: what both readers are meant to understand alike.
func grammar(seed []byte) (file string, paths []string) {
	next := func(n int) int {
		if len(seed) == 0 {
			return 0
		}
		c := int(seed[0])
		seed = seed[1:]
		return c % n
	}
	word := func(alphabet string) string {
		var b strings.Builder
		b.WriteByte('/')
		for range next(9) {
			b.WriteByte(alphabet[next(len(alphabet))])
		}
		return b.String()
	}
	ends := []string{"\n", "\r\n", "\n\n", "\r", " # note\n"}
	var b strings.Builder
	for range 1 + next(12) {
		switch next(8) {
		case 0, 1:
			b.WriteString([]string{"User-agent: ", "user-agent:", "USER-AGENT : "}[next(3)] + []string{"*", "nianbao", "NianBao/1.0", "other", "nian"}[next(5)])
		case 2:
			b.WriteString([]string{"Sitemap: http://a/s.xml", "Crawl-delay: 3", "Noindex: /a", "rubbish", "Disallow:"}[next(5)])
		default:
			b.WriteString([]string{"Allow: ", "Disallow: ", "disallow:\t"}[next(3)] + word("aab/.*$?=&"))
		}
		b.WriteString(ends[next(len(ends))])
	}
	for range 6 {
		paths = append(paths, word("aab/.?=&"))
	}
	return b.String(), paths
}

// FuzzOracle compares with a port of Google's own parser. It is left to differ where it does so on purpose: it reads a rule for
// /index.html as one for its directory too.
func FuzzOracle(f *testing.F) {
	f.Add([]byte("\x05\x00\x00\x00\x03\x01\x02\x03\x04"))
	f.Add([]byte{11, 0, 1, 1, 0, 4, 1, 3, 4, 5, 6, 0, 5, 0, 2, 4, 9, 1, 1, 0, 0, 0, 7, 2, 5, 4, 3, 2, 1, 9, 8, 7})
	f.Fuzz(func(t *testing.T, seed []byte) {
		file, paths := grammar(seed)
		ours := Parse([]byte(file))
		for _, p := range paths {
			a, b := ours.Allowed("nianbao", site+p), grobotstxt.AgentAllowed(file, "nianbao", site+p)
			if a != b {
				t.Errorf("%q of\n%s\nours %t, theirs %t", p, file, a, b)
			}
		}
	})
}

// Where we mean to differ from the oracle, and why.
func TestOracleDifferences(t *testing.T) {
	for _, tt := range []struct {
		why, file, path string
		ours            bool
	}{
		{"RFC 9309 §2.2.2 compares unreserved octets unescaped", "User-agent: *\nDisallow: /%62ar\n", "/bar", false},
		{"it knows no special file names", "User-agent: *\nDisallow: /\nAllow: /a/index.html\n", "/a/", false},
		{"a full-width colon is a colon to whoever wrote it", "User-agent：*\nDisallow：/a\n", "/a", false},
	} {
		if a, b := Parse([]byte(tt.file)).Allowed("nianbao", site+tt.path), grobotstxt.AgentAllowed(tt.file, "nianbao", site+tt.path); a != tt.ours || b == tt.ours {
			t.Errorf("%s: ours %t, theirs %t", tt.why, a, b)
		}
	}
}

// FuzzParse holds any octets at all: no panic, a bound on what is kept, and the same meaning after Compact.
func FuzzParse(f *testing.F) {
	f.Add([]byte("User-agent: nianbao\nDisallow: /*a$\nAllow: /%zz\nCrawl-delay: 1e9\nSitemap: x\n"), "/a%2")
	f.Add([]byte("\xff\xfeU\x00s\x00"), "http://h/\xc4\xea")
	f.Add([]byte("user-agent * \ndisallow $$\nallow **%2a*$$"), "/*$")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		r := Parse(body)
		compact := r.Compact("nianbao")
		again := Parse(compact)
		if len(compact) <= MaxBody {
			if a, b := r.Allowed("nianbao", path), again.Allowed("nianbao", path); a != b {
				t.Errorf("%q: %t, after Compact %t:\n%s", path, a, b, compact)
			}
			if a, b := r.CrawlDelay("nianbao"), again.CrawlDelay("nianbao"); a != b {
				t.Errorf("delay %s, after Compact %s", a, b)
			}
		}
		if d := r.CrawlDelay("nianbao"); d < 0 || d > maxDelay {
			t.Errorf("delay %s", d)
		}
		if len(r.Sitemaps()) > maxSitemaps {
			t.Errorf("%d sitemaps", len(r.Sitemaps()))
		}
	})
}

// temoto/robotstxt reads the delays and sitemaps of the product from cleaned lines: one bad line of the file costs it nothing.
func TestTemotoReadsCleanedLines(t *testing.T) {
	file := "Disallow: /early\nUser-agent: *\nCrawl-delay: ten\nCrawl-delay: 4\nSitemap: http://a/s.xml\n"
	if theirs, err := robotstxt.FromString(file); err == nil && theirs.FindGroup("*").CrawlDelay == 4*time.Second {
		t.Skip("temoto reads it by itself now")
	}
	r := Parse([]byte(file))
	if r.CrawlDelay("x") != 4*time.Second || len(r.Sitemaps()) != 1 {
		t.Errorf("%s, %v", r.CrawlDelay("x"), r.Sitemaps())
	}
}

func BenchmarkAllowed(b *testing.B) {
	var f strings.Builder
	f.WriteString("User-agent: *\n")
	for i := range 40 {
		fmt.Fprintf(&f, "Disallow: /admin%d/\nAllow: /zwgk/%d/\n", i, i)
	}
	r := Parse([]byte(f.String()))
	for b.Loop() {
		if !r.Allowed("nianbao", "http://www.yongning.gov.cn/zwgk/xxgknb/202401/t20240115_3271106.html") {
			b.Fatal("denied")
		}
	}
}
