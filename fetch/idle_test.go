package fetch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/fetch/exchange"
)

// counted serves answers over connections it counts: each request on a connection gets what answer gives for its path; closing
// ends the connection behind it.
type countedServer struct {
	mu    sync.Mutex
	conns int
	seen  []string // connection number and path
}

func (s *countedServer) serve(t *testing.T, answer func(path string, conn, nth int) (reply string, closing bool), change ...func(*Options)) *Fetcher {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns++
			n := s.conns
			s.mu.Unlock()
			all.Go(func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(time.Minute))
				br := bufio.NewReader(c)
				for nth := 1; ; nth++ {
					r, err := http.ReadRequest(br)
					if err != nil {
						return
					}
					io.Copy(io.Discard, r.Body)
					s.mu.Lock()
					s.seen = append(s.seen, fmt.Sprintf("%d %s %s", n, r.Method, r.URL.Path))
					s.mu.Unlock()
					reply, closing := answer(r.URL.Path, n, nth)
					io.WriteString(c, reply)
					if closing {
						return
					}
				}
			})
		}
	})
	f := fetcherTo(t, ln.Addr().String(), change...)
	t.Cleanup(func() { f.Close(); ln.Close(); all.Wait() })
	return f
}

const length3 = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"

func TestConnectionsAreKept(t *testing.T) {
	for _, tt := range []struct {
		name, first string
		conns       int // for two requests
	}{
		{"by length", length3 + "abc", 1},
		{"in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 1},
		{"coded", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(gz("abc")), gz("abc")), 1},
		{"not modified", "HTTP/1.1 304 Not Modified\r\n\r\n", 1},
		{"a redirect", "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", 1},
		{"an error", "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc", 1},
		{"HTTP/1.0 that says so", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\nabc", 1},
		{"for a while", "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 3\r\n\r\nabc", 1},
		{"for no time", "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 3\r\n\r\nabc", 2},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", 2},
		{"the server says close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", 2},
		{"more than was said", length3 + "abcd", 2},
		{"another answer behind it", length3 + "abc" + length3 + "xyz", 2},
		{"a body that is not as coded", "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 3\r\n\r\nabc", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s countedServer
			f := s.serve(t, func(_ string, _, nth int) (string, bool) {
				if nth > 1 {
					return length3 + "new", false
				}
				return tt.first, false
			})
			get(t, f, home+"a")
			before := len(f.idle.links)
			ex := get(t, f, home+"b")
			if s.conns != tt.conns || (before == 1) != (tt.conns == 1) {
				t.Errorf("%d connections, want %d; %d kept", s.conns, tt.conns, before)
			}
			if want := length3 + "new"; tt.conns == 1 && (string(ex.RawResponse) != want || string(ex.Payload) != "new" || ex.RemoteAddr == "") {
				t.Errorf("the second exchange holds %q, want %q", ex.RawResponse, want)
			}
			if d := cmp.Diff(fmt.Sprintf("%d GET /b", tt.conns), s.seen[len(s.seen)-1]); d != "" {
				t.Error(d)
			}
		})
	}
}

// A server may close a connection while nobody uses it, or at the moment it is used: the request is then made once more, but no
// request that was answered in part, and none that posts.
func TestKeptConnectionsThatClose(t *testing.T) {
	t.Run("unused", func(t *testing.T) {
		var s countedServer
		f := s.serve(t, func(string, int, int) (string, bool) { return length3 + "abc", true })
		for i := range 3 {
			if ex := get(t, f, home); ex.Outcome != exchange.OK {
				t.Fatalf("request %d: %s %v", i, ex.Outcome, ex.Err)
			}
		}
		if len(s.seen) != 3 {
			t.Errorf("%v", s.seen)
		}
	})
	t.Run("used", func(t *testing.T) {
		var s countedServer
		f := s.serve(t, func(_ string, _, nth int) (string, bool) {
			if nth > 1 {
				return "", true
			}
			return length3 + "abc", false
		})
		for i := range 2 {
			if ex := get(t, f, home); ex.Outcome != exchange.OK || string(ex.RawResponse) != length3+"abc" || ex.Completed.Before(ex.Started) {
				t.Fatalf("request %d: %s %v", i, ex.Outcome, ex.Err)
			}
		}
		if d := cmp.Diff([]string{"1 GET /", "1 GET /", "2 GET /"}, s.seen); d != "" {
			t.Error(d)
		}
	})
	t.Run("in the middle", func(t *testing.T) {
		var s countedServer
		f := s.serve(t, func(_ string, _, nth int) (string, bool) {
			if nth > 1 {
				return "HTTP/1.1 200", true
			}
			return length3 + "abc", false
		})
		get(t, f, home)
		if ex := get(t, f, home); ex.Outcome != exchange.Reset || len(s.seen) != 2 {
			t.Errorf("%s after %v", ex.Outcome, s.seen)
		}
	})
	t.Run("a post", func(t *testing.T) {
		var s countedServer
		f := s.serve(t, func(string, int, int) (string, bool) { return length3 + "abc", false })
		get(t, f, home)
		if ex := f.Do(context.Background(), Request{Method: "POST", URL: home, Body: "a=1"}); ex.Outcome != exchange.OK || !strings.Contains(string(ex.RawRequest), "Connection: close") {
			t.Errorf("%s %q", ex.Outcome, ex.RawRequest)
		}
		if d := cmp.Diff([]string{"1 GET /", "2 POST /"}, s.seen); d != "" {
			t.Error(d)
		}
	})
	t.Run("switched off", func(t *testing.T) {
		var s countedServer
		f := s.serve(t, func(string, int, int) (string, bool) { return length3 + "abc", false }, func(o *Options) { o.KeepAlive = -1 })
		get(t, f, home)
		get(t, f, home)
		if s.conns != 2 || len(f.idle.links) != 0 {
			t.Errorf("%d connections, %d kept", s.conns, len(f.idle.links))
		}
	})
}

func TestKeptConnectionsAreFew(t *testing.T) {
	var s countedServer
	f := s.serve(t, func(string, int, int) (string, bool) { return length3 + "abc", false })
	for i := range 10 {
		get(t, f, fmt.Sprintf("http://h%d.gov.cn/", i))
	}
	if n := len(f.idle.links); n != idlePerAddress {
		t.Errorf("%d connections to one address are kept, want %d", n, idlePerAddress)
	}
	for _, old := range []string{"h0", "h5"} {
		if l := f.idle.links["http|"+old+".gov.cn:80|"]; l != nil {
			t.Errorf("%s is kept", old)
		}
	}
	for server, l := range f.idle.links {
		if got := f.idle.take(server, l.until.Add(time.Second)); got != nil {
			t.Error("one that is too old was given out")
		}
	}
	if len(f.idle.links) != 0 {
		t.Errorf("%d are left", len(f.idle.links))
	}
}
