package fetch

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nianbao/fetch/exchange"
)

// emptyBlocks is a deflate stream of n stored blocks that hold nothing.
func emptyBlocks(n int) string { return strings.Repeat("\x00\x00\x00\xff\xff", n) }

// What holds nothing is bounded like what holds something: it is counted where it comes in.
func TestWasteIsBounded(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	const gzipHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
	for _, tt := range []struct {
		name, first, again string
		want               []exchange.Outcome
	}{
		{"chunk extensions", head + "Transfer-Encoding: chunked\r\n\r\n", "1;" + strings.Repeat("x", 20_000) + "\r\na\r\n", []exchange.Outcome{exchange.TooLarge}},
		{"a chunk size with leading zeros", head + "Transfer-Encoding: chunked\r\n\r\n", strings.Repeat("0", 20_000) + "1\r\na\r\n", []exchange.Outcome{exchange.TooLarge, exchange.BadContent}},
		{"trailers", head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", "T: " + strings.Repeat("x", 20_000) + "\r\n", []exchange.Outcome{exchange.TooLarge, exchange.OK}},
		{"empty deflate blocks", head + "Content-Encoding: deflate\r\n\r\n", emptyBlocks(10_000), []exchange.Outcome{exchange.Bomb}},
		{"empty blocks in gzip", head + "Content-Encoding: gzip\r\n\r\n" + gzipHead, emptyBlocks(10_000), []exchange.Outcome{exchange.Bomb}},
		{"empty gzip members", head + "Content-Encoding: gzip\r\n\r\n", strings.Repeat(gz(""), 1000), []exchange.Outcome{exchange.Bomb, exchange.TooLarge}},
		{"what lies behind a gzip stream", head + "Content-Encoding: gzip\r\n\r\n" + gz("<html>年报</html>"), strings.Repeat("junk", 5000), []exchange.Outcome{exchange.Bomb, exchange.TooLarge}},
		{"interim answers", "", "HTTP/1.1 103 Early Hints\r\nLink: <" + strings.Repeat("a", 5000) + ">\r\n\r\n", []exchange.Outcome{exchange.BadContent}},
		{"headers", head, "A: " + strings.Repeat("b", 5000) + "\r\n", []exchange.Outcome{exchange.BadContent}},
		{"one header", head + "A: ", strings.Repeat("b", 5000), []exchange.Outcome{exchange.BadContent}},
		{"empty lines", "", strings.Repeat("\r\n", 5000), []exchange.Outcome{exchange.BadContent}},
		{"a name in gzip", head + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03", strings.Repeat("n", 5000), []exchange.Outcome{exchange.BadContent, exchange.Bomb}},
		{"a page without end", head + "\r\n", strings.Repeat("<p>年", 5000), []exchange.Outcome{exchange.TooLarge}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var sent atomic.Int64
			f := streamed(t, func(w io.Writer) {
				_, err := io.WriteString(w, tt.first)
				for err == nil && sent.Load() < 256<<20 {
					var n int
					n, err = io.WriteString(w, tt.again)
					sent.Add(int64(n))
				}
			}, func(o *Options) { o.MaxText = 4 << 20 })
			ex := get(t, f, home)
			ok := false
			for _, o := range tt.want {
				ok = ok || ex.Outcome == o
			}
			if !ok {
				t.Errorf("%s, want one of %v: %v", ex.Outcome, tt.want, ex.Err)
			}
			if len(ex.RawResponse) > 9<<20 || len(ex.Payload) > 4<<20 {
				t.Errorf("%d octets kept, %d decoded", len(ex.RawResponse), len(ex.Payload))
			}
			if n := sent.Load(); n > 32<<20 { // what the sockets of both sides hold comes on top
				t.Errorf("the server got rid of %d octets", n)
			}
			if f.disk.used != 0 || len(f.disk.files) != 0 {
				t.Errorf("%d octets of room were not given back", f.disk.used)
			}
		})
	}
}

// streamed serves what serve writes, on loopback, to every connection.
func streamed(t *testing.T, serve func(io.Writer), change ...func(*Options)) *Fetcher {
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
			all.Go(func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(time.Minute))
				if _, err := c.Read(make([]byte, 4096)); err == nil {
					serve(c)
				}
			})
		}
	})
	t.Cleanup(func() { ln.Close(); all.Wait() })
	return fetcherTo(t, ln.Addr().String(), change...)
}

// Honest bodies pass however they are cut into chunks, and what is kept is what was sent.
func TestLargeBodiesAreWhole(t *testing.T) {
	random := make([]byte, 3<<20)
	rand.NewChaCha8([32]byte{1}).Read(random)
	pdf := append([]byte("%PDF-1.4\n"), random...)
	var deflated bytes.Buffer
	fw, _ := flate.NewWriter(&deflated, flate.NoCompression)
	fw.Write(pdf)
	fw.Close()
	for name, h := range map[string]http.HandlerFunc{
		"by length": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(pdf)))
			w.Write(pdf)
		},
		"in chunks": func(w http.ResponseWriter, r *http.Request) {
			for rest := pdf; len(rest) > 0; rest = rest[min(len(rest), 1000):] {
				w.Write(rest[:min(len(rest), 1000)])
				w.(http.Flusher).Flush()
			}
		},
		"coded to no avail": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			w.Write(deflated.Bytes())
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := world(t, h)
			ex := get(t, f, home)
			if ex.Outcome != exchange.OK || sha256.Sum256(ex.Payload) != sha256.Sum256(pdf) || ex.Truncated != "" {
				t.Errorf("%s, %d octets of %d: %v", ex.Outcome, len(ex.Payload), len(pdf), ex.Err)
			}
			if f.memory.used == 0 {
				t.Error("a large body takes nothing of the budget")
			}
			ex.Done()
			ex.Done()
			if f.memory.used != 0 || len(f.disk.files) != 0 {
				t.Errorf("%d octets of memory, %d files are still held", f.memory.used, len(f.disk.files))
			}
		})
	}
}

// With many large bodies at once the budget holds, and none is lost.
func TestLargeBodiesShareABudget(t *testing.T) {
	page := []byte("%PDF-1.4\n" + strings.Repeat("\x01年报", 200_000))
	f := world(t, func(w http.ResponseWriter, r *http.Request) { w.Write(page) }, func(o *Options) { o.Memory = 8 << 20; o.TempDir = t.TempDir() })
	var all sync.WaitGroup
	var held, most atomic.Int64
	for range 24 {
		all.Go(func() {
			ex := f.Do(t.Context(), Request{URL: home})
			n := held.Add(int64(len(ex.RawResponse)))
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if ex.Outcome != exchange.OK || !bytes.Equal(ex.Payload, page) {
				t.Errorf("%s, %d octets: %v", ex.Outcome, len(ex.Payload), ex.Err)
			}
			runtime.Gosched()
			held.Add(-int64(len(ex.RawResponse)))
			ex.Done()
		})
	}
	all.Wait()
	if most.Load() > 4<<20 || most.Load() == 0 {
		t.Errorf("%d octets were held at a time", most.Load())
	}
	if f.memory.used != 0 || f.disk.used != 0 {
		t.Errorf("%d of memory, %d of disk were not given back", f.memory.used, f.disk.used)
	}
	if left, _ := os.ReadDir(f.opt.TempDir); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestExchangeNobodyNeedsGivesItsMemoryBack(t *testing.T) {
	page := []byte("%PDF-1.4\n" + strings.Repeat("\x01x", 400_000))
	f := world(t, func(w http.ResponseWriter, r *http.Request) { w.Write(page) }, func(o *Options) { o.Memory = 3 << 20 })
	for range 4 { // each takes more than half of the budget, and Done is never called
		if ex := get(t, f, home); ex.Outcome != exchange.OK {
			t.Fatalf("%s: %v", ex.Outcome, ex.Err)
		}
	}
}

func TestMemoryIsHandedOutInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{most: 100}
		first, err := m.acquire(t.Context(), 60)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		ask := func(n int, ctx context.Context) {
			if release, err := m.acquire(ctx, int64(n)); err == nil {
				got = append(got, n)
				release()
			}
		}
		short, cancel := context.WithCancel(t.Context())
		go ask(500, t.Context()) // more than there is: all there is
		synctest.Wait()
		go ask(50, short)
		synctest.Wait()
		go ask(10, t.Context()) // would fit, but its turn comes later
		synctest.Wait()
		if len(got) != 0 {
			t.Errorf("served out of turn: %v", got)
		}
		cancel()
		synctest.Wait()
		first()
		first()
		synctest.Wait()
		if fmt.Sprint(got) != "[500 10]" || m.used != 0 || len(m.queue) != 0 {
			t.Errorf("served %v, %d in use, %d waiting", got, m.used, len(m.queue))
		}
	})
}

func TestSpool(t *testing.T) {
	d := &disk{dir: t.TempDir(), most: 1 << 20, files: map[*spool]int64{}}
	data := make([]byte, inMemory+300_000)
	rand.NewChaCha8([32]byte{2}).Read(data)
	small, large := &spool{disk: d}, &spool{disk: d}
	for rest := data; len(rest) > 0; rest = rest[min(len(rest), 7777):] {
		if _, err := large.Write(rest[:min(len(rest), 7777)]); err != nil {
			t.Fatal(err)
		}
	}
	small.Write(data[:100])
	small.dropFront(10)
	if got, err := small.bytes(1 << 30); err != nil || !bytes.Equal(got, data[10:100]) {
		t.Errorf("%d octets: %v", len(got), err)
	}
	for _, n := range []int{0, 5, inMemory, inMemory + 1, len(data), len(data) + 9} {
		if got, err := large.bytes(int64(n)); err != nil || !bytes.Equal(got, data[:min(n, len(data))]) {
			t.Errorf("%d of %d octets: %v", len(got), n, err)
		}
	}
	// a third takes the rest of the room and more: the largest is cut, and it is itself that
	third := &spool{disk: d}
	var err error
	for err == nil {
		_, err = third.Write(data[:100_000])
	}
	if !errors.Is(err, errTooLarge) || third.size > inMemory+1<<20 {
		t.Errorf("%d octets were kept: %v", third.size, err)
	}
	if _, err := large.Write(data[:1000]); err != nil {
		t.Errorf("the smaller was cut: %v", err)
	}
	for _, s := range []*spool{small, large, third} {
		s.close()
	}
	if left, _ := os.ReadDir(d.dir); d.used != 0 || len(d.files) != 0 || len(left) != 0 {
		t.Errorf("%d octets, %d spools, %d files are left", d.used, len(d.files), len(left))
	}
	bad := &spool{disk: &disk{dir: d.dir + "/none", most: 1 << 20, files: map[*spool]int64{}}}
	if _, err := bad.Write(data); !errors.Is(err, errNoRoom) {
		t.Errorf("no folder: %v", err)
	}
	bad.close()
}

func TestPorts(t *testing.T) {
	asked := 0
	dial := func(context.Context, string, string) (net.Conn, error) { asked++; return nil, errors.New("not today") }
	f, err := New(Options{Dial: dial, Resolver: names{"a.gov.cn": {"8.8.4.4"}, "b.gov.cn": {"8.8.4.4"}}, Ports: []string{"8080", "a.gov.cn:81", "[2001:db8::1]:82"}, ConnectTo: []string{"a.gov.cn:22:8.8.4.4:22"}})
	if err != nil {
		t.Fatal(err)
	}
	for url, open := range map[string]bool{"http://a.gov.cn/": true, "https://a.gov.cn/": true, "http://a.gov.cn:443/": true, "http://a.gov.cn:8080/": true, "http://b.gov.cn:8080/": true,
		"http://a.gov.cn:81/": true, "http://b.gov.cn:81/": false, "http://b.gov.cn:22/": false, "http://b.gov.cn:6379/": false, "http://a.gov.cn:22/": true, "http://b.gov.cn:0080/": true} {
		before := asked
		ex := get(t, f, url)
		if (asked > before) != open || (ex.Outcome == exchange.OutOfScope) == open {
			t.Errorf("%s: %s after %d connections: %v", url, ex.Outcome, asked-before, ex.Err)
		}
	}
	for _, bad := range []string{"", "x", "a.gov.cn:", ":80", "a:0", "70000", "a.gov.cn:b"} {
		if _, err := New(Options{Ports: []string{bad}}); err == nil {
			t.Errorf("%q was taken for a port", bad)
		}
	}
}
