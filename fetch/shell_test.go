package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/fetch/exchange"
)

// What colly would do by itself, and what would go wrong with it: each of these is off.

// colly keeps a list of visited addresses, marked before the fetch and with a race between workers.
func TestEveryRequestIsMade(t *testing.T) {
	var hits atomic.Int64
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		if hits.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, "<html>年报</html>")
	})
	if ex := get(t, f, home); ex.Outcome != exchange.ServerError {
		t.Fatalf("%s %v", ex.Outcome, ex.Err)
	}
	if ex := get(t, f, home); ex.Outcome != exchange.OK || hits.Load() != 2 {
		t.Errorf("after a 503 the address was not asked for again: %s, %d requests", ex.Outcome, hits.Load())
	}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for range 5 {
				ex := f.Do(context.Background(), Request{URL: home + fmt.Sprint(i%8)})
				if ex.Outcome != exchange.OK || string(ex.Payload) != "<html>年报</html>" {
					t.Errorf("%s %v", ex.Outcome, ex.Err)
				}
			}
		})
	}
	wg.Wait()
	if n := hits.Load(); n != 2+64*5 {
		t.Errorf("%d requests for %d calls", n, 2+64*5)
	}
}

// colly asks for robots.txt, keeps cookies, follows redirects to wherever they lead.
func TestNothingElseIsAsked(t *testing.T) {
	var mu sync.Mutex
	var log []string
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		log = append(log, r.Host+r.URL.Path+" "+r.Header.Get("Cookie"))
		mu.Unlock()
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		switch r.URL.Path {
		case "/out":
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		case "/self":
			http.Redirect(w, r, "/self", http.StatusFound)
		}
	})
	for _, p := range []string{"out", "self", "out"} {
		if ex := get(t, f, home+p); ex.Outcome != exchange.Redirect {
			t.Errorf("%s: %s %v", p, ex.Outcome, ex.Err)
		}
	}
	if got := strings.Join(log, ","); got != "www.yongning.gov.cn/out ,www.yongning.gov.cn/self ,www.yongning.gov.cn/out " {
		t.Errorf("asked %s", got)
	}
}

// colly inflates .xml.gz and anything called gzip without a bound, and converts the charset of binaries.
func TestBytesStayAsTheyAre(t *testing.T) {
	pdf := "%PDF-1.4\n\xc4\xea\xb1\xa8\x00\x01\x02" + strings.Repeat("\xd0\xc5\xcf\xa2", 100)
	docx := "PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x04\x00\x00\x00\x0a\x00\x00\x00word/a.xml\xc4\xea"
	bomb := gz(strings.Repeat("\x00", 30<<20))
	for _, tt := range []struct{ name, path, kind, body, media string }{
		{"a PDF said to be GBK", "a.pdf", "application/pdf;charset=GBK", pdf, "application/pdf"},
		{"a PDF said to be HTML in GBK", "b", "text/html; charset=gb2312", pdf, "application/pdf"},
		{"a DOCX said to be text", "c.docx", "text/plain; charset=GBK", docx, typeDOCX},
		{"a sitemap in gzip", "sitemap.xml.gz", "application/x-gzip", gz("<urlset/>"), "application/gzip"},
		{"a sitemap in gzip without a type", "sitemap2.xml.gz", "", gz("<urlset/>"), "application/gzip"},
		{"a bomb called a sitemap", "sitemap3.xml.gz", "application/gzip", bomb, "application/gzip"},
	} {
		f := rawWorld(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", tt.kind, len(tt.body), tt.body))
		ex := get(t, f, home+tt.path)
		if ex.Outcome != exchange.OK || string(ex.Payload) != tt.body || ex.MediaType != tt.media || ex.Charset != "" {
			t.Errorf("%s: %s, %q %q, %d of %d octets: %v", tt.name, ex.Outcome, ex.MediaType, ex.Charset, len(ex.Payload), len(tt.body), ex.Err)
		}
	}
}

// A page in GBK that says so only in its meta tag, or says something else, is read all the same; colly would garble it, and with
// it the words that tell a soft 404.
func TestPagesInGBK(t *testing.T) {
	text := "<html><head><title>404</title><meta charset=\"gb2312\"></head><body>您访问的页面不存在</body></html>"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]string{"text/html": "gb18030", "text/html; charset=gb2312": "gb18030", "text/html; charset=iso-8859-1": "gb18030", "text/html; charset=utf-8": "gb18030"} {
		f := rawWorld(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n%s", kind, gbk))
		ex := get(t, f, home)
		if ex.Charset != want || ex.Outcome != exchange.Soft404 || string(ex.Payload) != gbk {
			t.Errorf("%s: %s %s %v", kind, ex.Charset, ex.Outcome, ex.Err)
		}
	}
}

// colly cuts a body at its bound without a word: ours says so, with what came kept.
func TestNoiseOfSixtyMegabytes(t *testing.T) {
	block := []byte(strings.Repeat("<p>噪声 noise</p>\n", 2000))
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for n := 0; n < 60<<20; n += len(block) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	ex := get(t, f, home)
	if ex.Outcome != exchange.TooLarge || ex.Truncated != "length" || len(ex.Payload) != 16<<20 || !strings.HasPrefix(string(ex.Payload), "<p>噪声") {
		t.Errorf("%s, truncated %q, %d octets: %v", ex.Outcome, ex.Truncated, len(ex.Payload), ex.Err)
	}
	if kept := int64(len(ex.RawResponse)); kept < 16<<20 || kept > 17<<20 {
		t.Errorf("%d octets are kept", kept)
	}
}

// colly's selectors see a page that is closed by nothing and nested without end; it must not cost more than time.
func TestNestedPage(t *testing.T) {
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<html>"+strings.Repeat("<div><b>", 30_000))
	})
	if ex := get(t, f, home); ex.Outcome != exchange.OK {
		t.Errorf("%s %v", ex.Outcome, ex.Err)
	}
}
