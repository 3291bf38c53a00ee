package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/fetch/exchange"
)

const agent = "nianbao-test/1 (+https://example.org/contact)"

// world serves h on loopback as http://www.yongning.gov.cn, and gives a Fetcher that goes there.
func world(t *testing.T, h http.HandlerFunc, change ...func(*Options)) *Fetcher {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return fetcherTo(t, srv.Listener.Addr().String(), change...)
}

func fetcherTo(t *testing.T, addr string, change ...func(*Options)) *Fetcher {
	t.Helper()
	opt := Options{UserAgent: agent, ConnectTo: []string{"::" + addr}}
	for _, c := range change {
		c(&opt)
	}
	f, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rawWorld answers every connection with reply, as it is, once the request has come.
func rawWorld(t *testing.T, reply string, change ...func(*Options)) *Fetcher {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf := make([]byte, 4096)
				var got []byte
				for !bytes.Contains(got, []byte("\r\n\r\n")) {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					got = append(got, buf[:n]...)
				}
				c.Write([]byte(reply))
			}()
		}
	}()
	return fetcherTo(t, ln.Addr().String(), change...)
}

const home = "http://www.yongning.gov.cn/"

func get(t *testing.T, f *Fetcher, url string) *exchange.Exchange {
	t.Helper()
	ex := f.Do(context.Background(), Request{URL: url})
	check(t, ex)
	return ex
}

// check holds for every exchange.
func check(t *testing.T, ex *exchange.Exchange) {
	t.Helper()
	if ex == nil {
		t.Fatal("no exchange")
	}
	if ex.Outcome == "" || ex.Started.IsZero() || ex.Completed.Before(ex.Started) || ex.Started.Location().String() != "UTC" {
		t.Errorf("outcome %q, started %s, completed %s", ex.Outcome, ex.Started, ex.Completed)
	}
	if good := ex.Outcome == exchange.OK || ex.Outcome == exchange.Redirect || ex.Outcome == exchange.NotModified; good == (ex.Err != nil) {
		t.Errorf("outcome %s with error %v", ex.Outcome, ex.Err)
	}
	if ex.HeaderLen > len(ex.RawResponse) {
		t.Errorf("header of %d octets in %d", ex.HeaderLen, len(ex.RawResponse))
	}
}

func gz(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func TestCapture(t *testing.T) {
	const body = "<html><head><title>永宁县人民政府</title></head><body>政府信息公开年报</body></html>"
	reply := "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
	coded := gz(body)
	wire := fmt.Sprintf("%x;ext=1\r\n%s\r\n%x\r\n%s\r\n0\r\nTrailer: y\r\n\r\n", 7, coded[:7], len(coded)-7, coded[7:])
	f := rawWorld(t, reply+wire, func(o *Options) { o.From = "crawl@example.org" })
	ex := f.Do(context.Background(), Request{URL: "HTTP://WWW.Yongning.gov.cn:80/年报/a b?q=年#top", Referer: home, Cookie: "a=b"})
	check(t, ex)
	if ex.Outcome != exchange.OK {
		t.Fatalf("%s: %v", ex.Outcome, ex.Err)
	}
	want := "GET /%E5%B9%B4%E6%8A%A5/a%20b?q=%E5%B9%B4 HTTP/1.1\r\nHost: www.yongning.gov.cn\r\nUser-Agent: " + agent +
		"\r\nFrom: crawl@example.org\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: zh-CN,zh;q=0.9,en;q=0.3\r\n" +
		"Accept-Encoding: gzip\r\nCookie: a=b\r\nReferer: " + home + "\r\n\r\n"
	if d := cmp.Diff(want, string(ex.RawRequest)); d != "" {
		t.Error("request:", d)
	}
	if d := cmp.Diff(reply+wire, string(ex.RawResponse)); d != "" {
		t.Error("response:", d)
	}
	if got := string(ex.RawResponse[:ex.HeaderLen]); got != reply {
		t.Errorf("header block %q", got)
	}
	if string(ex.Payload) != body || ex.MediaType != "text/html" || ex.Charset != "utf-8" || ex.Status != 200 || ex.Header.Get("Server") != "x" {
		t.Errorf("%+v", ex)
	}
	if ex.URL != "http://www.yongning.gov.cn/%E5%B9%B4%E6%8A%A5/a%20b?q=%E5%B9%B4" {
		t.Errorf("URL %s", ex.URL)
	}
	if a, err := netip.ParseAddrPort(ex.RemoteAddr); err != nil || !a.Addr().IsLoopback() {
		t.Errorf("peer %q", ex.RemoteAddr)
	}
}

func TestPost(t *testing.T) {
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s|%s|%s|%s", r.Method, r.Header.Get("Content-Type"), r.FormValue("col"), r.Host)
	})
	ex := f.Do(context.Background(), Request{Method: "post", URL: home + "module/web/jpage/dataproxy.jsp", Body: "col=1&appid=1"})
	check(t, ex)
	if got := string(ex.Payload); got != "POST|application/x-www-form-urlencoded|1|www.yongning.gov.cn" {
		t.Errorf("%s %q %v", ex.Outcome, got, ex.Err)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	visits := 0
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		visits++
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.Header().Set("Set-Cookie", "k=v")
		w.WriteHeader(302)
	})
	tests := []struct {
		to, location string
		outcome      exchange.Outcome
	}{
		{"/zwgk/", home + "zwgk/", exchange.Redirect},
		{"../b?x=1#f", home + "b?x=1", exchange.Redirect},
		{"//other.gov.cn/a", "http://other.gov.cn/a", exchange.Redirect},
		{"https://www.yongning.gov.cn/", "https://www.yongning.gov.cn/", exchange.Redirect},
		{"http://127.0.0.1/", "http://127.0.0.1/", exchange.Redirect},
		{"/年报/", home + "%E5%B9%B4%E6%8A%A5/", exchange.Redirect},
		{"/\xc4\xea/", home + "%C4%EA/", exchange.Redirect},
		{"/100%/x y", home + "100%25/x%20y", exchange.Redirect},
		{"http:/zwgk/", home + "zwgk/", exchange.Redirect},
		{"HTTP:zwgk/", home + "a/zwgk/", exchange.Redirect},
		{"https:/www.b.gov.cn/x", "https://www.b.gov.cn/x", exchange.Redirect},
		{"http:////www.b.gov.cn/x", "http://www.b.gov.cn/x", exchange.Redirect},
		{`http:\\www.b.gov.cn\x`, "http://www.b.gov.cn/x", exchange.Redirect},
		{"", "", exchange.BadContent},
		{"javascript:alert(1)", "", exchange.BadContent},
		{"http://[::1", "", exchange.BadContent},
	}
	for _, tt := range tests {
		before := visits
		ex := f.Do(context.Background(), Request{URL: home + "a/?to=" + strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(tt.to, "%", "%25"), "#", "%23"), "&", "%26")})
		check(t, ex)
		if ex.Outcome != tt.outcome || ex.Location != tt.location || visits != before+1 {
			t.Errorf("Location %q: %s %q after %d requests: %v", tt.to, ex.Outcome, ex.Location, visits-before, ex.Err)
		}
	}
	once := get(t, f, home+"s?to=/s%3Fto=")
	if once.Outcome != exchange.Redirect || once.Header.Get("Set-Cookie") != "k=v" {
		t.Errorf("%s %v", once.Outcome, once.Header)
	}
}

// A server that redirects to the same address to set a cookie is satisfied once the cookie comes back; one that goes on doing so
// is a trap, and only that address is.
func TestCookieRedirect(t *testing.T) {
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/once" && r.Header.Get("Cookie") == "CT6T=1" {
			fmt.Fprint(w, "<html>年报</html>")
			return
		}
		w.Header().Set("Set-Cookie", "CT6T=1; Path=/")
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(302)
	})
	for path, want := range map[string]exchange.Outcome{"once": exchange.OK, "always": exchange.Trap} {
		ex := get(t, f, home+path)
		if ex.Outcome != exchange.Redirect || ex.Location != ex.URL {
			t.Fatalf("%s: %s %s", path, ex.Outcome, ex.Location)
		}
		ex = f.Do(context.Background(), Request{URL: ex.Location, Cookie: "CT6T=1"})
		check(t, ex)
		if ex.Outcome != want {
			t.Errorf("%s with its cookie: %s, want %s", path, ex.Outcome, want)
		}
	}
}

// A cookie that was not sent before is worth another try, whatever was sent beside it.
func TestCookieRedirectBesideOthers(t *testing.T) {
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "CT6T=1; Path=/")
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(302)
	})
	for sent, want := range map[string]exchange.Outcome{"JSESSIONID=7": exchange.Redirect, "JSESSIONID=7; CT6T=0": exchange.Trap} {
		if ex := f.Do(context.Background(), Request{URL: home, Cookie: sent}); ex.Outcome != want {
			t.Errorf("with %s: %s, want %s", sent, ex.Outcome, want)
		}
	}
}

func TestRefreshHeader(t *testing.T) {
	long := "<html><body>" + strings.Repeat("<p>政府信息公开工作年度报告</p>", 40)
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Refresh", r.URL.Query().Get("r"))
		if r.URL.Path == "/long" {
			fmt.Fprint(w, long)
		} else if r.URL.Path == "/short" {
			fmt.Fprint(w, "<html><body>正在跳转</body></html>")
		}
	})
	for _, tt := range []struct {
		path, refresh, location string
		want                    exchange.Outcome
	}{
		{"empty", "0; url=/zwgk/", home + "zwgk/", exchange.Redirect},
		{"short", "0;URL = '/zwgk/'", home + "zwgk/", exchange.Redirect},
		{"short", "5 ; url=http:/zwgk/", home + "zwgk/", exchange.Redirect},
		{"short", "0.5, zwgk/", home + "zwgk/", exchange.Redirect},
		{"long", "0; url=/zwgk/", home + "zwgk/", exchange.OK},
		{"short", "30", "", exchange.OK},
		{"short", "", "", exchange.OK},
		{"short", "0; url=javascript:x()", "", exchange.OK},
		{"empty", "30", "", exchange.BadContent},
	} {
		ex := get(t, f, home+tt.path+"?r="+url.QueryEscape(tt.refresh))
		if ex.Outcome != tt.want || ex.Location != tt.location {
			t.Errorf("%s, Refresh %q: %s %q: %v", tt.path, tt.refresh, ex.Outcome, ex.Location, ex.Err)
		}
	}
}

func TestStatuses(t *testing.T) {
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		var code int
		fmt.Sscanf(r.URL.Path, "/%d", &code)
		if ra := r.URL.Query().Get("ra"); ra != "" {
			w.Header().Set("Retry-After", ra)
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(code)
		if code >= 200 && code != 204 && code != 304 {
			fmt.Fprintf(w, "<html><body><h1>%d %s</h1></body></html>", code, http.StatusText(code))
		}
	})
	for path, want := range map[string]exchange.Outcome{
		"200": exchange.OK, "201": exchange.OK, "203": exchange.OK, "204": exchange.BadContent, "206": exchange.OK, "300": exchange.BadContent, "304": exchange.BadContent,
		"400": exchange.Forbidden, "401": exchange.Forbidden, "403": exchange.Forbidden, "404": exchange.NotFound, "405": exchange.Forbidden, "408": exchange.Timeout,
		"410": exchange.Gone, "429": exchange.RateLimited, "451": exchange.Forbidden, "500": exchange.ServerError, "502": exchange.ServerError,
		"503": exchange.ServerError, "503?ra=120": exchange.RateLimited, "521": exchange.ServerError, "600": exchange.BadContent,
	} {
		ex := get(t, f, home+path)
		if ex.Outcome != want {
			t.Errorf("%s: %s, want %s (%v)", path, ex.Outcome, want, ex.Err)
		}
		if path == "503?ra=120" && ex.RetryAfter.Seconds() != 120 {
			t.Errorf("Retry-After %s", ex.RetryAfter)
		}
	}
}

func TestConditional(t *testing.T) {
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "Mon, 15 Jan 2024 08:00:00 GMT" {
			w.Header().Set("ETag", `"v1"`)
			w.WriteHeader(304)
			return
		}
		fmt.Fprint(w, "news")
	})
	ex := f.Do(context.Background(), Request{URL: home, ETag: `"v1"`, LastModified: "Mon, 15 Jan 2024 08:00:00 GMT"})
	check(t, ex)
	if ex.Outcome != exchange.NotModified || len(ex.Payload) > 0 {
		t.Errorf("%s %q", ex.Outcome, ex.Payload)
	}
	if ex := f.Do(context.Background(), Request{URL: home, ETag: "\"v1\"\r\nX-Evil: 1"}); bytes.Contains(ex.RawRequest, []byte("Evil")) {
		t.Errorf("a line end was sent: %q", ex.RawRequest)
	}
}

func TestGuard(t *testing.T) {
	hits := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hits++ }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	dials := 0
	f, err := New(Options{Resolver: names{"inside.gov.cn": {"10.1.2.3", "127.0.0.1"}, "mapped.gov.cn": {"::ffff:127.0.0.1"}, "mixed.gov.cn": {"127.0.0.1", "8.8.4.4"}},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			dials++
			if address != "8.8.4.4:80" {
				t.Errorf("dialled %s", address)
			}
			return nil, errors.New("not today")
		}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []string{"http://127.0.0.1:" + port + "/", "http://localhost:" + port + "/", "http://a.localhost/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
		"http://0x7f.1/", "http://2130706433/", "http://127.1/", "http://017700000001/", "http://inside.gov.cn/", "https://inside.gov.cn/", "http://mapped.gov.cn/", "ftp://a.gov.cn/", "http://[64:ff9b::7f00:1]/", "http://127.0.0.1./"} {
		ex := get(t, f, u)
		if ex.Outcome != exchange.OutOfScope {
			t.Errorf("%s: %s %v", u, ex.Outcome, ex.Err)
		}
	}
	if dials != 0 || hits != 0 {
		t.Errorf("%d connections, %d requests", dials, hits)
	}
	if ex := get(t, f, "http://mixed.gov.cn/"); ex.Outcome == exchange.OutOfScope || dials != 1 {
		t.Errorf("a public address beside a private one: %s, %d connections", ex.Outcome, dials)
	}

	// a rule for any host rehearses hosts, not addresses; a rule for the address itself opens it
	wild := fetcherTo(t, srv.Listener.Addr().String())
	for _, u := range []string{"http://127.0.0.1:9/", "http://169.254.169.254/", "http://localhost/"} {
		if ex := get(t, wild, u); ex.Outcome != exchange.OutOfScope {
			t.Errorf("under a rule for any host, %s: %s %v", u, ex.Outcome, ex.Err)
		}
	}
	if hits != 0 {
		t.Errorf("%d requests", hits)
	}
	named, err := New(Options{ConnectTo: []string{"127.0.0.1:9:127.0.0.1:" + port}})
	if err != nil {
		t.Fatal(err)
	}
	if ex := get(t, named, "http://127.0.0.1:9/"); hits != 1 {
		t.Errorf("%s %v", ex.Outcome, ex.Err)
	}
}

// names resolves from a table.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	var out []netip.Addr
	for _, s := range n[host] {
		out = append(out, netip.MustParseAddr(s))
	}
	if out == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return out, nil
}
