package fetch

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"nianbao/fetch/exchange"
)

// piped makes a Fetcher whose connections end in serve, which has the request behind it and may take its time.
func piped(t *testing.T, serve func(net.Conn), change ...func(*Options)) *Fetcher {
	t.Helper()
	opt := Options{UserAgent: agent, Resolver: names{"www.yongning.gov.cn": {"8.8.4.4"}}}
	opt.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			buf := make([]byte, 4096)
			var got []byte
			for !bytes.Contains(got, []byte("\r\n\r\n")) {
				n, err := server.Read(buf)
				if err != nil {
					return
				}
				got = append(got, buf[:n]...)
			}
			serve(server)
		}()
		return client, nil
	}
	for _, c := range change {
		c(&opt)
	}
	f, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTime(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
	tests := []struct {
		name    string
		serve   func(net.Conn)
		after   time.Duration // what it takes, to the second
		payload int
		want    exchange.Outcome
		cut     string
	}{
		{"no answer at all", func(c net.Conn) { time.Sleep(time.Hour) }, 60 * time.Second, 0, exchange.Timeout, "time"},
		{"silence after the header", func(c net.Conn) { io.WriteString(c, head+"<p>"); time.Sleep(time.Hour) }, 30 * time.Second, 3, exchange.Timeout, "time"},
		{"silence inside the header", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\nA:"); time.Sleep(time.Hour) }, 30 * time.Second, 0, exchange.Timeout, "time"},
		{"an octet a second", func(c net.Conn) {
			io.WriteString(c, head)
			for {
				time.Sleep(time.Second)
				if _, err := io.WriteString(c, "x"); err != nil {
					return
				}
			}
		}, 31 * time.Second, 31, exchange.Timeout, "time"},
		{"a header line a second", func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for {
				time.Sleep(time.Second)
				if _, err := io.WriteString(c, "A: b\r\n"); err != nil {
					return
				}
			}
		}, 31 * time.Second, 0, exchange.Timeout, "time"},
		{"a steady trickle past the whole time", func(c net.Conn) {
			io.WriteString(c, head)
			for {
				time.Sleep(1100 * time.Millisecond) // never at the very moment of the deadline
				if _, err := io.WriteString(c, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		}, 5 * time.Minute, 272_000, exchange.Timeout, "time"},
		{"slow but honest", func(c net.Conn) {
			io.WriteString(c, head)
			for range 100 {
				time.Sleep(time.Second)
				io.WriteString(c, strings.Repeat("x", 1000))
			}
		}, 100 * time.Second, 100_000, exchange.OK, ""},
		{"slow to begin", func(c net.Conn) { time.Sleep(59 * time.Second); io.WriteString(c, head+"<p>年报") }, 59 * time.Second, 9, exchange.OK, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := piped(t, tt.serve)
				ex := get(t, f, home)
				if ex.Outcome != tt.want || ex.Truncated != tt.cut || len(ex.Payload) != tt.payload {
					t.Errorf("%s, truncated %q, %d octets: %v", ex.Outcome, ex.Truncated, len(ex.Payload), ex.Err)
				}
				if took := ex.Completed.Sub(ex.Started).Truncate(time.Second); took != tt.after {
					t.Errorf("it took %s, want %s", took, tt.after)
				}
				if tt.payload > 0 && len(ex.RawResponse) != ex.HeaderLen+tt.payload {
					t.Errorf("%d octets kept of %d", len(ex.RawResponse), ex.HeaderLen+tt.payload)
				}
				time.Sleep(2 * time.Hour) // let the server end
			})
		})
	}
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := piped(t, func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\nabc")
			time.Sleep(time.Hour)
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		ex := f.Do(ctx, Request{URL: home})
		check(t, ex)
		if took := ex.Completed.Sub(ex.Started); took != 3*time.Second || !errors.Is(ex.Err, context.Canceled) || string(ex.Payload) != "abc" {
			t.Errorf("after %s: %s, %q, %v", took, ex.Outcome, ex.Payload, ex.Err)
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestDialAndResolveFailures(t *testing.T) {
	dialError := func(e error) func(*Options) {
		return func(o *Options) {
			o.Dial = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: e}
			}
		}
	}
	for _, tt := range []struct {
		name   string
		url    string
		change func(*Options)
		want   exchange.Outcome
	}{
		{"unknown host", "http://nowhere.gov.cn/", func(*Options) {}, exchange.DNS},
		{"refused", home, dialError(syscall.ECONNREFUSED), exchange.Refused},
		{"no route", home, dialError(syscall.EHOSTUNREACH), exchange.Refused},
		{"dial timeout", home, dialError(context.DeadlineExceeded), exchange.Timeout},
		{"reset while connecting", home, dialError(syscall.ECONNRESET), exchange.Reset},
		{"an answer that is no address", "http:///", func(*Options) {}, exchange.BadContent},
		{"a port beyond the last", "http://a.gov.cn:70000/", func(*Options) {}, exchange.BadContent},
		{"an address without end", "http://a.gov.cn/" + strings.Repeat("a", 9000), func(*Options) {}, exchange.BadContent},
	} {
		f := piped(t, func(net.Conn) {}, tt.change)
		if ex := get(t, f, tt.url); ex.Outcome != tt.want || ex.Status != 0 || len(ex.RawResponse) != 0 {
			t.Errorf("%s: %s, want %s: %v", tt.name, ex.Outcome, tt.want, ex.Err)
		}
	}
	f := piped(t, func(net.Conn) {})
	if ex := f.Do(context.Background(), Request{URL: home, Method: "DELETE"}); ex.Outcome != exchange.BadContent || ex.RawRequest != nil {
		t.Errorf("DELETE: %s", ex.Outcome)
	}
	if ex := get(t, f, home); ex.Outcome != exchange.Reset {
		t.Errorf("hung up without an answer: %s %v", ex.Outcome, ex.Err)
	}
}

func TestMalformedAnswers(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	tests := []struct {
		name, reply string
		want        exchange.Outcome
		payload     string
		cut         string
	}{
		{"bare line feeds", "HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>x", exchange.OK, "<p>x", ""},
		{"no reason", "HTTP/1.1 200\r\n\r\nx", exchange.OK, "x", ""},
		{"reason glued on", "HTTP/1.1 200OK\r\n\r\nx", exchange.OK, "x", ""},
		{"empty lines first", "\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", exchange.OK, "x", ""},
		{"header without colon, folded header", ok + "nonsense\r\nX: a\r\n b\r\n\r\nx", exchange.OK, "x", ""},
		{"interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok + "\r\nx", exchange.OK, "x", ""},
		{"interim answers without end", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 10_000), exchange.BadContent, "", "length"},
		{"lengths that agree", ok + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nxyz", exchange.OK, "x", ""},
		{"lengths that do not", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxyz", exchange.OK, "xyz", ""},
		{"a length that is none", ok + "Content-Length: -5\r\n\r\nxyz", exchange.OK, "xyz", ""},
		{"an endless length", ok + "Content-Length: 99999999999999999999\r\n\r\nxyz", exchange.OK, "xyz", ""},
		{"chunked beats length", ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\n", exchange.OK, "xyz", ""},
		{"chunk extensions, bare LF", ok + "Transfer-Encoding: chunked\r\n\r\n03;a=b\nxyz\n0\n\n", exchange.OK, "xyz", ""},
		{"no trailer end", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n", exchange.OK, "xyz", ""},
		{"no last chunk", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n", exchange.Reset, "xyz", "disconnect"},
		{"a page without last chunk", ok + "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n<html>页</html>\r\n", exchange.OK, "<html>页</html>", "disconnect"},
		{"a size that is none", ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nxyz", exchange.BadContent, "", ""},
		{"a size that overflows", ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nxyz", exchange.BadContent, "", ""},
		{"a negative size", ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\nxyz", exchange.BadContent, "", ""},
		{"a chunk longer than it says", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n", exchange.BadContent, "x", ""},
		{"cut short", ok + "Content-Length: 10\r\n\r\nxyz", exchange.Reset, "xyz", "disconnect"},
		{"a wrong length behind a whole page", ok + "Content-Type: text/html\r\nContent-Length: 100\r\n\r\n<html></html>\n", exchange.OK, "<html></html>\n", "disconnect"},
		{"cut short, but an error page", "HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nxyz", exchange.NotFound, "xyz", "disconnect"},
		{"not HTTP", "SSH-2.0-OpenSSH_8.0\r\n", exchange.BadContent, "", ""},
		{"not HTTP, no line", "garbage", exchange.BadContent, "", ""},
		{"HTTP/0.9", "<html>hello</html>\n", exchange.BadContent, "", ""},
		{"a status that is none", "HTTP/1.1 abc\r\n\r\n", exchange.BadContent, "", ""},
		{"a header without end", ok + "A: b\r\n", exchange.Reset, "", "disconnect"},
		{"a header beyond its bound", ok + "A: " + strings.Repeat("b", 200<<10) + "\r\n\r\n", exchange.BadContent, "", "length"},
		{"headers beyond their bound", ok + strings.Repeat("A: b\r\n", 40_000) + "\r\n", exchange.BadContent, "", "length"},
		{"another protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n", exchange.BadContent, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := get(t, rawWorld(t, tt.reply), home)
			if ex.Outcome != tt.want || string(ex.Payload) != tt.payload || ex.Truncated != tt.cut {
				t.Errorf("%s, truncated %q, payload %q: %v", ex.Outcome, ex.Truncated, ex.Payload, ex.Err)
			}
			if !strings.Contains(tt.reply, string(ex.RawResponse)) {
				t.Error("what was kept is not what was sent")
			}
			if strings.Contains(tt.name, "interim answers") && bytes.Contains(ex.RawResponse, []byte("103")) {
				t.Error("an interim answer was kept")
			}
		})
	}
}

func TestBounds(t *testing.T) {
	small := func(o *Options) { o.MaxText, o.MaxBinary = 100<<10, 300<<10 }
	page := "<html>" + strings.Repeat("年报 ", 40_000)
	pdf := "%PDF-1.4\n" + strings.Repeat("\x01x", 100_000)
	for _, tt := range []struct {
		name, kind, coding, body string
		max                      int64
		want                     exchange.Outcome
		size                     int
	}{
		{"text past its bound", "text/html", "", page, 0, exchange.TooLarge, 100 << 10},
		{"binary within its own", "text/html", "", pdf, 0, exchange.OK, len(pdf)},
		{"binary past its bound", "application/pdf", "", pdf + pdf, 0, exchange.TooLarge, 300 << 10},
		{"a request's own bound", "application/pdf", "", pdf, 10, exchange.TooLarge, 10},
		{"a request's larger bound", "text/html", "", page, 1 << 20, exchange.OK, len(page)},
		{"exactly at the bound", "text/plain", "", strings.Repeat("x", 100<<10), 0, exchange.OK, 100 << 10},
		{"inflated past its bound", "text/html", "gzip", gz(page), 0, exchange.Bomb, 100 << 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := world(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.kind)
				if tt.coding != "" {
					w.Header().Set("Content-Encoding", tt.coding)
				}
				io.WriteString(w, tt.body)
			}, small)
			ex := f.Do(context.Background(), Request{URL: home, MaxBody: tt.max})
			check(t, ex)
			if ex.Outcome != tt.want || len(ex.Payload) != tt.size || (ex.Truncated == "length") != (tt.want != exchange.OK) {
				t.Errorf("%s, truncated %q, %d octets: %v", ex.Outcome, ex.Truncated, len(ex.Payload), ex.Err)
			}
		})
	}
}

// An endless body is given up at the bound, whatever its length says.
func TestEndlessBody(t *testing.T) {
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		block := []byte(strings.Repeat("<p>年", 4096))
		for {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}, func(o *Options) { o.MaxText = 1 << 20 })
	ex := get(t, f, home)
	if ex.Outcome != exchange.TooLarge || len(ex.Payload) != 1<<20 || len(ex.RawResponse) > 2<<20 {
		t.Errorf("%s, %d octets, %d kept: %v", ex.Outcome, len(ex.Payload), len(ex.RawResponse), ex.Err)
	}
}

func TestBomb(t *testing.T) {
	var deep bytes.Buffer
	w, _ := flate.NewWriter(&deep, 9)
	zeros := make([]byte, 1<<20)
	for range 64 {
		w.Write(zeros)
	}
	w.Close()
	bomb := "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + deep.String()
	f := world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, bomb)
	})
	ex := get(t, f, home)
	if ex.Outcome != exchange.Bomb || ex.Truncated != "length" || len(ex.Payload) > 8<<20 {
		t.Errorf("%s, %d octets: %v", ex.Outcome, len(ex.Payload), ex.Err)
	}
	nested := gz(bomb)
	f = world(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip, gzip")
		io.WriteString(w, nested)
	})
	if ex := get(t, f, home); ex.Outcome != exchange.Bomb {
		t.Errorf("nested: %s, %d octets: %v", ex.Outcome, len(ex.Payload), ex.Err)
	}
}

func TestCodings(t *testing.T) {
	const text = "<html><body>本年新收政府信息公开申请数量</body></html>"
	pack := func(make func(io.Writer) io.WriteCloser) string {
		var b bytes.Buffer
		w := make(&b)
		io.WriteString(w, text)
		w.Close()
		return b.String()
	}
	zl := pack(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	fl := pack(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f })
	br := pack(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) })
	gzip := gz(text)
	named := gzip[:3] + "\x1e" + gzip[4:10] + "\x02\x00ab" + "name\x00note\x00" + "cc" + gzip[10:]
	tests := []struct {
		name, coding, kind, body, payload string
		want                              exchange.Outcome
	}{
		{"gzip", "gzip", "text/html", gzip, text, exchange.OK},
		{"gzip, upper case", "X-GZIP", "text/html", gzip, text, exchange.OK},
		{"gzip with every header field", "gzip", "text/html", named, text, exchange.OK},
		{"gzip in members", "gzip", "text/html", gz(text[:9]) + gz(text[9:]), text, exchange.OK},
		{"gzip without trailer", "gzip", "text/html", gzip[:len(gzip)-8], text, exchange.OK},
		{"gzip with a wrong checksum", "gzip", "text/html", gzip[:len(gzip)-8] + "\x00\x00\x00\x00\x00\x00\x00\x00", text, exchange.OK},
		{"gzip with rubbish behind", "gzip", "text/html", gzip + "\r\n<!-- cache -->", text, exchange.OK},
		{"gzip cut in the middle", "gzip", "application/pdf", gzip[:len(gzip)/2], "", exchange.BadContent},
		{"gzip with nothing behind its header", "gzip", "text/html", gzip[:10], "", exchange.BadContent},
		{"gzip that is damaged", "gzip", "text/html", gzip[:10] + "\xff\xff\xff\xff" + gzip[14:], "", exchange.BadContent},
		{"gzip that is none", "gzip", "text/html", text, text, exchange.OK},
		{"gzip that nobody announced", "", "text/html", gzip, text, exchange.OK},
		{"a gzip file", "", "application/gzip", gzip, gzip, exchange.OK},
		{"deflate as zlib", "deflate", "text/html", zl, text, exchange.OK},
		{"deflate, bare", "deflate", "text/html", fl, text, exchange.OK},
		{"zlib with a wrong checksum", "deflate", "text/html", zl[:len(zl)-4] + "abcd", text, exchange.OK},
		{"brotli", "br", "text/html", br, text, exchange.OK},
		{"brotli cut short", "br", "application/pdf", br[:len(br)-9], "", exchange.BadContent},
		{"brotli that is none", "br", "text/html", "\xff\xff\xff\xff\xff", "", exchange.BadContent},
		{"two of them", "br, gzip", "text/html", gz(br), text, exchange.OK},
		{"too many of them", "gzip, gzip, gzip, gzip", "text/html", gzip, gzip, exchange.BadContent},
		{"identity", "identity", "text/html", text, text, exchange.OK},
		{"a charset by mistake", "UTF-8", "text/html", text, text, exchange.OK},
		{"one that we did not ask for", "zstd", "text/html", "\x28\xb5\x2f\xfd", "\x28\xb5\x2f\xfd", exchange.BadContent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := rawWorld(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", tt.kind, tt.coding, len(tt.body), tt.body))
			ex := get(t, f, home)
			if ex.Outcome != tt.want {
				t.Errorf("%s: %v", ex.Outcome, ex.Err)
			}
			if tt.want == exchange.OK || tt.payload != "" {
				if d := cmp.Diff(tt.payload, string(ex.Payload)); d != "" {
					t.Error(d)
				}
			}
			if got := string(ex.RawResponse[ex.HeaderLen:]); got != tt.body {
				t.Errorf("the body on the wire was %q, kept %q", tt.body, got)
			}
		})
	}
}

// Every coding can be a bomb.
func TestBombsOfEveryCoding(t *testing.T) {
	zeros := strings.Repeat("\x00", 24<<20)
	br := func(s string) string {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, 5)
		io.WriteString(w, s)
		w.Close()
		return b.String()
	}
	var zl bytes.Buffer
	w := zlib.NewWriter(&zl)
	io.WriteString(w, zeros)
	w.Close()
	for coding, body := range map[string]string{"br": br(zeros), "deflate": zl.String(), "gzip": gz(zeros), "gzip, br": br(gz(zeros))} {
		f := rawWorld(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", coding, len(body), body))
		if ex := get(t, f, home); ex.Outcome != exchange.Bomb || ex.Truncated != "length" || len(ex.Payload) > 17<<20 {
			t.Errorf("%s: %s, %d octets from %d: %v", coding, ex.Outcome, len(ex.Payload), len(body), ex.Err)
		}
	}
}
