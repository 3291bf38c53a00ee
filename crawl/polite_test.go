package crawl

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestDelayCountsFromCompletion(t *testing.T) {
	for _, tt := range []struct {
		name        string
		robots      string
		took        time.Duration
		least, most time.Duration // of every gap
	}{
		{"the least delay", "", 100 * time.Millisecond, 3 * time.Second, 3100 * time.Millisecond},
		{"five times what a fetch takes", "", 2 * time.Second, 10 * time.Second, 10100 * time.Millisecond},
		{"at most thirty seconds", "", 20 * time.Second, 30 * time.Second, 30100 * time.Millisecond},
		{"a Crawl-delay", "User-agent: *\nCrawl-delay: 45\n", 100 * time.Millisecond, 45 * time.Second, 45100 * time.Millisecond},
		{"a Crawl-delay without end", "User-agent: *\nCrawl-delay: 86400\n", 100 * time.Millisecond, 300 * time.Second, 301 * time.Second},
		{"another's Crawl-delay", "User-agent: Slow\nCrawl-delay: 99\n", 100 * time.Millisecond, 3 * time.Second, 3100 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 6), "乙县": pages("b.gov.cn", 6)}, func(rw http.ResponseWriter, r *http.Request) {
					time.Sleep(tt.took)
					if r.URL.Path == "/robots.txt" && tt.robots != "" {
						fmt.Fprint(rw, tt.robots)
						return
					}
					page(rw, r)
				})
				sum := w.crawl()
				for _, host := range []string{"a.gov.cn", "b.gov.cn"} {
					if n := len(w.of(host)); n != 7 {
						t.Errorf("%s was asked %d times, not 7", host, n)
					}
					for i, gap := range w.gaps(host, tt.least) {
						if gap > tt.most {
							t.Errorf("gap %d of %s is %s", i, host, gap)
						}
					}
				}
				if sum.Requests != 14 || sum.Interrupted || sum.Left != 0 {
					t.Errorf("%+v", sum)
				}
			})
		})
	}
}

// What the host asks for by 429 and 503 is what it gets, while others are visited all the same.
func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		name        string
		status      int
		after       func() string
		least, most time.Duration
	}{
		{"429 with seconds", 429, func() string { return "90" }, 90 * time.Second, 91 * time.Second},
		{"503 with a date", 503, func() string { return time.Now().Add(100 * time.Second).UTC().Format(http.TimeFormat) }, 99 * time.Second, 101 * time.Second},
		{"429 without", 429, func() string { return "" }, 60 * time.Second, 75 * time.Second},
		{"503 without", 503, func() string { return "" }, 60 * time.Second, 75 * time.Second},
		{"503 with rubbish", 503, func() string { return "soon" }, 60 * time.Second, 75 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				refused := false
				w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 4), "乙县": pages("b.gov.cn", 12)}, func(rw http.ResponseWriter, r *http.Request) {
					if r.Host == "a.gov.cn" && r.URL.Path == "/zwgk/1.html" && !refused {
						refused = true
						if ra := tt.after(); ra != "" {
							rw.Header().Set("Retry-After", ra)
						}
						rw.WriteHeader(tt.status)
						return
					}
					page(rw, r)
				})
				w.crawl()
				gaps := w.gaps("a.gov.cn", 3*time.Second)
				longest := time.Duration(0)
				for _, g := range gaps {
					longest = max(longest, g)
				}
				if longest < tt.least || longest > tt.most {
					t.Errorf("left alone for %s", longest)
				}
				if n := w.count("a.gov.cn", "/zwgk/1.html"); n != 2 {
					t.Errorf("the address refused once was asked for %d times", n)
				}
				for _, g := range w.gaps("b.gov.cn", 3*time.Second) {
					if g > 4*time.Second {
						t.Errorf("another host waited %s", g)
					}
				}
			})
		})
	}
}

// Push-backs double, and half an hour of good answers forgives them.
func TestPushBackDoublesAndIsForgiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refuse := map[string]int{"/zwgk/1.html": 2, "/zwgk/80.html": 1}
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 90)}, func(rw http.ResponseWriter, r *http.Request) {
			if refuse[r.URL.Path] > 0 {
				refuse[r.URL.Path]--
				rw.WriteHeader(http.StatusTooManyRequests)
				return
			}
			page(rw, r)
		})
		w.config = func(c *Config) { c.Delay = 30 * time.Second }
		w.crawl()
		var long []time.Duration
		for _, g := range w.gaps("a.gov.cn", 30*time.Second) {
			if g > 40*time.Second {
				long = append(long, g)
			}
		}
		if len(long) != 3 || long[0] < time.Minute || long[0] > 75*time.Second || long[1] < 2*time.Minute || long[1] > 150*time.Second || long[2] < time.Minute || long[2] > 75*time.Second {
			t.Errorf("left alone for %v, not for about 1, 2 and 1 minutes", long)
		}
	})
}

// A Retry-After of two days is taken for one, and a new process honours it as the old one would have.
func TestRetryAfterOutlivesTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 3)}, func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" && time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) < time.Hour {
				rw.Header().Set("Retry-After", "172800")
				rw.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			page(rw, r)
		})
		sum := w.crawl()
		began := w.of("a.gov.cn")[1].ended
		if sum.FailedHosts["a.gov.cn"] != "rate_limited" || len(w.of("a.gov.cn")) != 2 {
			t.Fatalf("%+v after %d requests", sum, len(w.of("a.gov.cn")))
		}
		time.Sleep(23 * time.Hour)
		w.crawl()
		if n := len(w.of("a.gov.cn")); n != 2 {
			t.Fatalf("asked %d times within a day", n)
		}
		time.Sleep(time.Hour)
		w.crawl()
		log := w.of("a.gov.cn")
		if len(log) < 5 || log[2].began.Sub(began) < 24*time.Hour {
			t.Errorf("asked %d times, again after %s", len(log), log[2].began.Sub(began))
		}
	})
}

// A crawl stopped and started at once keeps the delay between the last request of the one and the first of the other.
func TestDelayOutlivesTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 30)}, page)
		for range 8 {
			drain := make(chan struct{})
			w.config = func(c *Config) { c.Drain = drain }
			time.AfterFunc(7*time.Second+300*time.Millisecond, func() { close(drain) })
			w.crawl()
		}
		w.config = nil
		w.crawl()
		w.gaps("a.gov.cn", 3*time.Second)
		for _, p := range pages("a.gov.cn", 30) {
			if n := w.count("a.gov.cn", strings.TrimPrefix(p, "http://a.gov.cn")); n != 1 {
				t.Errorf("%s was asked for %d times", p, n)
			}
		}
	})
}

// Every request counts: robots.txt, the hops of redirects, cookies that a redirect sets, files.
func TestEveryRequestKeepsTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": append(pages("a.gov.cn", 2), "http://a.gov.cn/hop/1", "http://a.gov.cn/cookie", "http://www.a.gov.cn/www")}, func(rw http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/robots.txt" && !strings.HasPrefix(r.Host, "www."):
				http.Redirect(rw, r, "/r2/robots.txt", http.StatusMovedPermanently)
			case r.URL.Path == "/cookie" && r.Header.Get("Cookie") == "":
				http.SetCookie(rw, &http.Cookie{Name: "CT6T", Value: "1"})
				http.Redirect(rw, r, "/cookie", http.StatusFound)
			case strings.HasPrefix(r.URL.Path, "/hop/") && r.URL.Path < "/hop/5":
				http.Redirect(rw, r, "/hop/"+string(r.URL.Path[5]+1), http.StatusFound)
			case r.URL.Path == "/":
				rw.Header().Set("Content-Type", "text/html")
				fmt.Fprint(rw, `<html><body><a href="/zfxxgk/2023.pdf">2023年政府信息公开工作年度报告</a></body></html>`)
			default:
				page(rw, r)
			}
		})
		w.crawl()
		log := w.of("a.gov.cn")
		for _, path := range []string{"/robots.txt", "/r2/robots.txt", "/hop/1", "/hop/5", "/zfxxgk/2023.pdf"} {
			if w.count("a.gov.cn", path) != 1 {
				t.Errorf("%s was asked for %d times", path, w.count("a.gov.cn", path))
			}
		}
		if w.count("a.gov.cn", "/cookie") != 2 || w.count("www.a.gov.cn", "/www") != 1 {
			t.Errorf("the cookie page was asked for %d times, the twin %d", w.count("a.gov.cn", "/cookie"), w.count("www.a.gov.cn", "/www"))
		}
		w.mu.Lock() // www and bare are one server: one record
		for _, a := range w.log {
			a.host = "a.gov.cn"
		}
		w.mu.Unlock()
		w.gaps("a.gov.cn", 3*time.Second)
		if len(w.of("a.gov.cn")) <= len(log) {
			t.Error("the twin was not visited")
		}
	})
}

// Hosts that share one server share its patience.
func TestSharedAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portals := map[string][]string{}
		for i := range 24 {
			portals[fmt.Sprintf("县%d", i)] = pages(fmt.Sprintf("x%d.gov.cn", i), 3)
		}
		w := newWorld(t, portals, func(rw http.ResponseWriter, r *http.Request) {
			time.Sleep(600 * time.Millisecond)
			page(rw, r)
		})
		for i := range 24 {
			w.address[fmt.Sprintf("x%d.gov.cn", i)] = "36.1.1.1"
		}
		began := time.Now()
		w.crawl()
		inFlight := 0
		for i, a := range w.log {
			if i > 0 && a.began.Sub(w.log[i-1].began) < addressGap {
				t.Errorf("two requests to one address within %s", a.began.Sub(w.log[i-1].began))
			}
			n := 1
			for _, b := range w.log[:i] {
				if b.ended.After(a.began) {
					n++
				}
			}
			inFlight = max(inFlight, n)
		}
		if inFlight > perAddress {
			t.Errorf("%d requests in flight at one address", inFlight)
		}
		if len(w.log) != 96 {
			t.Errorf("%d requests", len(w.log))
		}
		if took, bound := time.Since(began), 96*addressGap; took > bound*115/100 {
			t.Errorf("it took %s, the gaps alone take %s", took, bound)
		}
		for host := range w.address {
			w.gaps(host, 3*time.Second)
		}
	})
}
