package crawl

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/fetch/exchange"
)

// Hosts that never answer, refuse or have no name are left alone for a quarter of an hour and longer each time, and cost
// the others nothing.
func TestDeadHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portals := map[string][]string{"活县": pages("live.gov.cn", 20)}
		for i := range 60 {
			portals[fmt.Sprintf("死县%d", i)] = pages(fmt.Sprintf("dead%d.gov.cn", i), 3)
		}
		w := newWorld(t, portals, page)
		for i := range 60 {
			host := fmt.Sprintf("dead%d.gov.cn", i)
			for _, name := range []string{host, "www." + host} {
				switch i % 3 {
				case 0:
					w.dead[name] = true
				case 1:
					w.refuse[name] = true
				case 2:
					w.address[name] = "none"
				}
			}
		}
		began := time.Now()
		sum := w.crawl()
		last := w.of("live.gov.cn")
		if took := last[len(last)-1].ended.Sub(began); len(last) != 21 || took > 21*3100*time.Millisecond {
			t.Errorf("the live host was asked %d times in %s", len(last), took)
		}
		if len(sum.FailedHosts) != 60 {
			t.Errorf("%d hosts failed", len(sum.FailedHosts))
		}
		for i, want := range []string{"timeout", "refused", "dns"} {
			if got := sum.FailedHosts[fmt.Sprintf("dead%d.gov.cn", i)]; got != want {
				t.Errorf("dead%d: %q, want %q", i, got, want)
			}
		}
		s := w.open()
		blocked := func() time.Duration {
			for _, h := range s.Hosts() {
				if h.Host == "dead1.gov.cn" {
					return h.BlockedUntil.Sub(h.Last)
				}
			}
			return 0
		}
		first := blocked()
		time.Sleep(time.Hour)
		if _, err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if second := blocked(); first < 15*time.Minute || first > 20*time.Minute || second < 30*time.Minute || second > 40*time.Minute {
			t.Errorf("left alone for %s, then for %s", first, second)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// What the answer to robots.txt means for the pages of its host (RFC 9309 §2.3.1).
func TestRobotsAnswers(t *testing.T) {
	rules := "User-agent: nianbao\nDisallow: /zwgk/1\n"
	for _, tt := range []struct {
		name    string
		robots  http.HandlerFunc
		pages   int    // of four that are asked for
		blocked string // why the host is left alone at the end
	}{
		{"rules", func(rw http.ResponseWriter, r *http.Request) { fmt.Fprint(rw, rules) }, 3, ""},
		{"404", http.NotFound, 4, ""},
		{"403", func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(403) }, 4, ""},
		{"500", func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(500) }, 0, "robots_unreachable"},
		{"503", func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(503) }, 0, "robots_unreachable"},
		{"429", func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(429) }, 0, "robots_unreachable"},
		{"no answer", func(rw http.ResponseWriter, r *http.Request) { time.Sleep(10 * time.Minute) }, 0, "robots_unreachable"},
		{"a broken answer", func(rw http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, 0, "robots_unreachable"},
		{"a wall with 200", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "text/html")
			fmt.Fprint(rw, `<html><script>document.cookie="__jsl_clearance=x";location.reload()</script></html>`)
		}, 0, "robots_unreachable"},
		{"five hops", hops(5, rules), 3, ""},
		{"six hops", hops(6, rules), 4, ""},
		{"a page in its place", page404, 4, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 4)}, func(rw http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "robots.txt") {
						tt.robots(rw, r)
						return
					}
					page(rw, r)
				})
				sum := w.crawl()
				n := 0
				for _, p := range pages("a.gov.cn", 4) {
					n += w.count("a.gov.cn", strings.TrimPrefix(p, "http://a.gov.cn"))
				}
				if n != tt.pages || sum.FailedHosts["a.gov.cn"] != tt.blocked {
					t.Errorf("%d pages, blocked for %q; want %d, %q", n, sum.FailedHosts["a.gov.cn"], tt.pages, tt.blocked)
				}
				w.gaps("a.gov.cn", 3*time.Second)
				time.Sleep(20 * time.Minute) // let a silent server end
			})
		})
	}
}

func hops(n int, rules string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		var i int
		fmt.Sscanf(r.URL.Path, "/hop%d/robots.txt", &i)
		if i < n {
			http.Redirect(rw, r, fmt.Sprintf("/hop%d/robots.txt", i+1), http.StatusFound)
			return
		}
		fmt.Fprint(rw, rules)
	}
}

func page404(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", "text/html")
	fmt.Fprint(rw, "<html><head><title>404</title></head><body>页面不存在</body></html>")
}

// A robots.txt is fetched once a day, not once a page, and kept when its host falls silent.
func TestRobotsIsKeptForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := false
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 4)}, func(rw http.ResponseWriter, r *http.Request) {
			switch {
			case down && r.URL.Path == "/robots.txt":
				rw.Header().Set("Retry-After", "600")
				rw.WriteHeader(http.StatusServiceUnavailable)
			case r.URL.Path == "/robots.txt" && r.Header.Get("If-None-Match") == `"1"`:
				rw.WriteHeader(http.StatusNotModified)
			case r.URL.Path == "/robots.txt":
				rw.Header().Set("ETag", `"1"`)
				fmt.Fprint(rw, "User-agent: *\nDisallow: /zwgk/2\nCrawl-delay: 7\n")
			default:
				page(rw, r)
			}
		})
		recheck := func(wantRobots, wantHome int) {
			t.Helper()
			w.config = func(c *Config) { c.Recheck = true }
			w.crawl()
			if r, h := w.count("a.gov.cn", "/robots.txt"), w.count("a.gov.cn", "/"); r != wantRobots || h != wantHome {
				t.Errorf("robots.txt was asked for %d times, the home page %d; want %d and %d", r, h, wantRobots, wantHome)
			}
		}
		recheck(1, 1)
		time.Sleep(12 * time.Hour)
		recheck(1, 2)
		time.Sleep(13 * time.Hour)
		recheck(2, 3) // not modified: the rules still hold
		down = true
		time.Sleep(25 * time.Hour)
		recheck(3, 3) // pushed back: the copy is kept, but the host is left alone for ten minutes
		time.Sleep(11 * time.Minute)
		recheck(4, 3)
		down = false
		time.Sleep(24 * time.Hour)
		recheck(5, 4)
		if w.count("a.gov.cn", "/zwgk/2.html") != 0 {
			t.Error("a forbidden page was asked for")
		}
		w.gaps("a.gov.cn", 7*time.Second)
	})
}

// The robots.txt of two hosts that redirect to each other's is fetched at the other host in that host's turn, and neither waits
// for the other for ever.
func TestRobotsOfEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := map[string]string{"a.gov.cn": "b.gov.cn", "b.gov.cn": "a.gov.cn"}
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 3), "乙县": pages("b.gov.cn", 3), "丙县": pages("c.gov.cn", 3)}, func(rw http.ResponseWriter, r *http.Request) {
			time.Sleep(50 * time.Millisecond)
			switch {
			case r.URL.Path == "/robots.txt" && other[r.Host] != "":
				http.Redirect(rw, r, "http://"+other[r.Host]+"/robots.txt", http.StatusMovedPermanently)
			case r.URL.Path == "/robots.txt":
				http.Redirect(rw, r, "http://rules.elsewhere.com/all.txt", http.StatusFound)
			case r.URL.Path == "/all.txt":
				fmt.Fprint(rw, "User-agent: *\nDisallow: /zwgk/1.html\nCrawl-delay: 9\n")
			default:
				page(rw, r)
			}
		})
		sum := w.crawl()
		if sum.Interrupted || sum.Left != 0 {
			t.Errorf("%+v", sum)
		}
		for _, host := range []string{"a.gov.cn", "b.gov.cn"} { // endless: as if there were none
			if w.count(host, "/zwgk/2.html") != 1 {
				t.Errorf("%s was not visited", host)
			}
			w.gaps(host, 3*time.Second)
		}
		if w.count("c.gov.cn", "/zwgk/1.html") != 0 || w.count("c.gov.cn", "/zwgk/2.html") != 1 || w.count("rules.elsewhere.com", "/all.txt") != 1 {
			t.Errorf("the rules found elsewhere do not govern the authority first asked: %d, %d, %d", w.count("c.gov.cn", "/zwgk/1.html"),
				w.count("c.gov.cn", "/zwgk/2.html"), w.count("rules.elsewhere.com", "/all.txt"))
		}
		log := w.of("c.gov.cn")
		for i, a := range log[2:] {
			if gap := a.began.Sub(log[i+1].ended); gap < 9*time.Second {
				t.Errorf("a Crawl-delay found elsewhere was not kept: %s", gap)
			}
		}
		if w.count("rules.elsewhere.com", "/robots.txt") != 0 || len(w.of("rules.elsewhere.com")) != 1 {
			t.Error("the other host was asked for more than the file")
		}
	})
}

// Errors of single pages cost the host nothing, a row of them a rest; walls a longer one; each address is given up in the end.
func TestErrorsInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 12), "乙县": pages("b.gov.cn", 9)}, func(rw http.ResponseWriter, r *http.Request) {
			switch {
			case r.Host == "a.gov.cn" && (r.URL.Path == "/zwgk/2.html" || r.URL.Path == "/zwgk/11.html"):
				rw.WriteHeader(http.StatusBadGateway)
			case r.Host == "b.gov.cn" && r.URL.Path != "/robots.txt":
				rw.WriteHeader(http.StatusInternalServerError)
			default:
				page(rw, r)
			}
		})
		sum := w.crawl()
		for _, path := range []string{"/zwgk/2.html", "/zwgk/11.html"} {
			if n := w.count("a.gov.cn", path); n != decide.MaxRetries {
				t.Errorf("a page that fails was asked for %d times", n)
			}
		}
		if sum.FailedHosts["a.gov.cn"] != "" {
			t.Errorf("a host with two bad pages failed: %q", sum.FailedHosts["a.gov.cn"])
		}
		for _, g := range w.gaps("a.gov.cn", 3*time.Second) {
			if g > 45*time.Second {
				t.Errorf("one bad page made its host wait %s", g)
			}
		}
		rested := false
		for _, g := range w.gaps("b.gov.cn", 3*time.Second) {
			rested = rested || g >= time.Minute
		}
		if !rested && sum.FailedHosts["b.gov.cn"] != "server_error" {
			t.Errorf("a host that fails all the time was not left alone: %+v", sum.FailedHosts)
		}
	})
}

// A burst limit passes after a minute and a half; a wall that stays leaves the host blocked, and nothing is taken for a page.
func TestWalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var walled time.Time
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 5), "乙县": pages("b.gov.cn", 3)}, func(rw http.ResponseWriter, r *http.Request) {
			burst := r.Host == "a.gov.cn" && r.URL.Path == "/zwgk/2.html"
			if burst && walled.IsZero() {
				walled = time.Now()
			}
			if burst && time.Since(walled) < time.Minute || r.Host == "b.gov.cn" && r.URL.Path != "/robots.txt" {
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				rw.WriteHeader(521)
				fmt.Fprint(rw, `<script>document.cookie='__jsl_clearance_s=1'</script>`)
				return
			}
			page(rw, r)
		})
		sum := w.crawl()
		if w.count("a.gov.cn", "/zwgk/2.html") != 2 || sum.FailedHosts["a.gov.cn"] != "" {
			t.Errorf("after a burst limit: asked %d times, %q", w.count("a.gov.cn", "/zwgk/2.html"), sum.FailedHosts["a.gov.cn"])
		}
		if sum.FailedHosts["b.gov.cn"] != "blocked" || len(w.of("b.gov.cn")) != 3 {
			t.Errorf("behind a wall: %d requests, %q", len(w.of("b.gov.cn")), sum.FailedHosts["b.gov.cn"])
		}
	})
}

// The home page in place of an article is no article: it is asked for again, and the article is had when the host relents.
func TestHomeInstead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := map[string]int{}
		w := newWorld(t, map[string][]string{"甲县": append(pages("a.gov.cn", 4), "http://a.gov.cn/index.html")}, func(rw http.ResponseWriter, r *http.Request) {
			asked[r.URL.Path]++
			if r.URL.Path == "/index.html" || r.URL.Path == "/zwgk/1.html" && asked[r.URL.Path] < 3 || r.URL.Path == "/zwgk/2.html" {
				r.URL.Path = "/"
			}
			page(rw, r)
		})
		sum := w.crawl()
		if asked["/zwgk/1.html"] != 3 || asked["/zwgk/2.html"] != 3 || asked["/zwgk/3.html"] != 1 || asked["/index.html"] != 1 {
			t.Errorf("asked for %v", asked)
		}
		if n := sum.Outcomes["soft_404"]; n != 5 {
			t.Errorf("%d soft 404, want 5: %v", n, sum.Outcomes)
		}
	})
}

// A host with a robots.txt of a mebibyte, and one with rules under many ports, cost the table no more than others.
func TestHostTableIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var long strings.Builder
		long.WriteString("User-agent: *\n")
		for i := 0; long.Len() < 900<<10; i++ {
			fmt.Fprintf(&long, "Disallow: /never/%d/*.html$\n", i)
		}
		long.WriteString("Disallow: /zwgk/2\n")
		entries := pages("a.gov.cn", 4)
		for p := range 50 {
			entries = append(entries, fmt.Sprintf("http://a.gov.cn:%d/x.html", 8000+p))
		}
		w := newWorld(t, map[string][]string{"甲县": entries}, func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" && r.Host == "a.gov.cn" {
				fmt.Fprint(rw, long.String())
				return
			}
			page(rw, r)
		})
		s := w.open()
		if _, err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w.count("a.gov.cn", "/zwgk/3.html") != 1 || w.count("a.gov.cn", "/zwgk/2.html") != 0 {
			t.Error("the long file was not heeded to its end")
		}
		h := s.engine.hosts.Of("a.gov.cn", s.engine.kept)
		if most := 32; len(h.Robots) > most {
			t.Errorf("%d authorities, at most %d", len(h.Robots), most)
		}
		if n := len(h.Update(time.Second).Data); n > 16<<10 {
			t.Errorf("the host's own data has %d octets", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// A sitemap in a gzip file is read, one that inflates without end is not, and what they name is visited in turn.
func TestPackedSitemaps(t *testing.T) {
	pack := func(text string) string {
		var b strings.Builder
		z := gzip.NewWriter(&b)
		io.WriteString(z, text)
		z.Close()
		return b.String()
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 1)}, func(rw http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/robots.txt":
				fmt.Fprint(rw, "Sitemap: http://a.gov.cn/s.xml.gz\nSitemap: http://a.gov.cn/bomb.xml.gz\n")
			case "/s.xml.gz":
				rw.Header().Set("Content-Type", "application/x-gzip")
				io.WriteString(rw, pack(`<?xml version="1.0"?><urlset><url><loc>http://a.gov.cn/zwgk/zfxxgknb/2023.html</loc></url></urlset>`))
			case "/bomb.xml.gz":
				rw.Header().Set("Content-Type", "application/x-gzip")
				io.WriteString(rw, pack("<urlset>"+strings.Repeat(" ", 20<<20)))
			default:
				page(rw, r)
			}
		})
		sum := w.crawl()
		if w.count("a.gov.cn", "/zwgk/zfxxgknb/2023.html") != 1 {
			t.Errorf("what the sitemap names was not visited: %v", sum.Outcomes)
		}
		if sum.Outcomes[exchange.Bomb] != 1 {
			t.Errorf("%v", sum.Outcomes)
		}
	})
}

// Redirects without end and in a circle are left after so many hops, each of which was a request like any other.
func TestEndlessRedirects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": append(pages("a.gov.cn", 1), "http://a.gov.cn/n/0", "http://a.gov.cn/x"), "乙县": {"http://b.gov.cn/self"}}, func(rw http.ResponseWriter, r *http.Request) {
			var n int
			switch {
			case r.URL.Path == "/x":
				http.Redirect(rw, r, "/y", http.StatusFound)
			case r.URL.Path == "/y":
				http.Redirect(rw, r, "/x", http.StatusFound)
			case r.URL.Path == "/self":
				http.SetCookie(rw, &http.Cookie{Name: "CT6T", Value: fmt.Sprint(time.Now().Unix())})
				http.Redirect(rw, r, "/self", http.StatusFound)
			case strings.HasPrefix(r.URL.Path, "/n/"):
				fmt.Sscanf(r.URL.Path, "/n/%d", &n)
				http.Redirect(rw, r, fmt.Sprintf("/n/%d", n+1), http.StatusFound)
			default:
				page(rw, r)
			}
		})
		sum := w.crawl()
		hops := 0
		for _, a := range w.of("a.gov.cn") {
			if strings.HasPrefix(a.path, "/n/") {
				hops++
			}
		}
		if hops < 6 || hops > decide.MaxHops+1 || w.count("a.gov.cn", "/x") != 1 || w.count("a.gov.cn", "/y") != 1 {
			t.Errorf("%d hops without end, %d and %d in a circle", hops, w.count("a.gov.cn", "/x"), w.count("a.gov.cn", "/y"))
		}
		if n := w.count("b.gov.cn", "/self"); n != 2 || sum.Outcomes[exchange.Trap] != 1 || sum.FailedHosts["b.gov.cn"] != "" { // with its cookie once; its host is none the worse
			t.Errorf("an address that redirects to itself was asked for %d times, %v, %q", n, sum.Outcomes, sum.FailedHosts["b.gov.cn"])
		}
		w.gaps("a.gov.cn", 3*time.Second)
	})
}

// A host of a portal that resolves to a private address, at first or later, gets no connection.
func TestHostsWithPrivateAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": append(pages("a.gov.cn", 3), "http://in.a.gov.cn/", "http://meta.a.gov.cn/latest/", "http://six.a.gov.cn/")}, page)
		w.address["in.a.gov.cn"], w.address["meta.a.gov.cn"], w.address["six.a.gov.cn"] = "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"
		sum := w.crawl()
		for _, host := range []string{"in.a.gov.cn", "meta.a.gov.cn", "six.a.gov.cn"} {
			if n := len(w.of(host)); n != 0 || sum.FailedHosts[host] == "" {
				t.Errorf("%s was asked %d times, %q", host, n, sum.FailedHosts[host])
			}
		}
		if sum.Outcomes[exchange.OutOfScope] < 3 {
			t.Errorf("%v", sum.Outcomes)
		}
	})
}

// A page that breaks the program is given up; the crawl goes on.
func TestBrokenPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 4)}, page)
		s := w.open()
		read := s.engine.read
		s.engine.read = nil // any use panics
		sum, err := s.Run(t.Context())
		if err != nil || sum.Left != 0 || sum.Requests != 5 {
			t.Errorf("%+v, %v", sum, err)
		}
		s.engine.read = read
		for _, h := range s.Hosts() {
			n := 0
			for reason, k := range h.Cut {
				if strings.HasPrefix(reason, "broken: ") {
					n += k
				}
			}
			if n != 4 {
				t.Errorf("cut %v", h.Cut)
			}
		}
		for it, st := range s.store.Items("") {
			if st != frontier.Dropped {
				t.Errorf("%s is %s", it.URL, st)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
