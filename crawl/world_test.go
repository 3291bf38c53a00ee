package crawl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/fetch"
)

// A world is a made-up network inside a synctest bubble: names that resolve, servers behind pipes, and a record of who was
// asked what and when. Only its clock is false: the crawl that visits it is the real one from engine to wire.
type world struct {
	t     testing.TB
	seeds *portal.Seeds
	dir   string
	// serve answers for every host; dead hosts never accept a connection, refusing ones refuse it.
	serve   http.HandlerFunc
	dead    map[string]bool
	refuse  map[string]bool
	address map[string]string // host → address; made up when it has none
	names   map[string]string // address → host
	config  func(*Config)

	mu  sync.Mutex
	log []*asked
}

// asked is one request as the server saw it.
type asked struct {
	host, path   string
	began, ended time.Time
	open         bool
	cookie       string
}

// newWorld makes a world from seeds: name → addresses, the first being the portal's own.
func newWorld(t testing.TB, portals map[string][]string, serve http.HandlerFunc) *world {
	t.Helper()
	var b strings.Builder
	b.WriteString("portals:\n")
	names := make([]string, 0, len(portals))
	for n := range portals {
		names = append(names, n)
	}
	slices.Sort(names)
	for i, n := range names {
		fmt.Fprintf(&b, "  - {name: %s, code: \"%06d\", level: county, url: %q", n, 110000+i, portals[n][0])
		if len(portals[n]) > 1 {
			fmt.Fprintf(&b, ", entry: [%q", portals[n][1])
			for _, e := range portals[n][2:] {
				fmt.Fprintf(&b, ", %q", e)
			}
			b.WriteString("]")
		}
		b.WriteString("}\n")
	}
	seeds, err := portal.Load("seeds.yaml", strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, seeds: seeds, dir: t.TempDir(), serve: serve, dead: map[string]bool{}, refuse: map[string]bool{}, address: map[string]string{}, names: map[string]string{}}
}

// pages lists n addresses of a host, its home page first.
func pages(host string, n int) []string {
	out := []string{"http://" + host + "/"}
	for i := 1; i < n; i++ {
		out = append(out, fmt.Sprintf("http://%s/zwgk/%d.html", host, i))
	}
	return out
}

// LookupNetIP is the world's resolver.
func (w *world) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.address[host]
	if a == "none" {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if a == "" {
		n := len(w.address)
		a = fmt.Sprintf("36.%d.%d.%d", n>>16&255, n>>8&255, n&255)
		w.address[host] = a
	}
	if _, shared := w.names[a]; !shared {
		w.names[a] = host
	}
	return []netip.Addr{netip.MustParseAddr(a)}, nil
}

func (w *world) dial(ctx context.Context, _, address string) (net.Conn, error) {
	ip, _, _ := net.SplitHostPort(address)
	w.mu.Lock()
	host := w.names[ip]
	dead, refuse := w.dead[host], w.refuse[host]
	w.mu.Unlock()
	switch {
	case dead:
		<-ctx.Done()
		return nil, ctx.Err()
	case refuse:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	client, server := net.Pipe()
	go func() {
		l := &onePipe{conn: server, done: make(chan struct{})}
		srv := &http.Server{Handler: http.HandlerFunc(w.record), ErrorLog: nil}
		srv.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateClosed || s == http.StateHijacked {
				l.Close()
			}
		}
		srv.Serve(l)
	}()
	return &placed{client, &net.TCPAddr{IP: net.ParseIP(ip), Port: 80}}, nil
}

// placed is a pipe whose other side has an address.
type placed struct {
	net.Conn
	at net.Addr
}

func (p *placed) RemoteAddr() net.Addr { return p.at }

// onePipe is a listener with one connection.
type onePipe struct {
	conn net.Conn
	once sync.Once
	took bool
	done chan struct{}
}

func (l *onePipe) Accept() (net.Conn, error) {
	if !l.took {
		l.took = true
		return l.conn, nil
	}
	<-l.done
	return nil, net.ErrClosed
}
func (l *onePipe) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *onePipe) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(36, 0, 0, 1), Port: 80} }

func (w *world) record(rw http.ResponseWriter, r *http.Request) {
	a := &asked{host: r.Host, path: r.URL.RequestURI(), began: time.Now(), open: true, cookie: r.Header.Get("Cookie")}
	w.mu.Lock()
	w.log = append(w.log, a)
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		a.ended, a.open = time.Now(), false
		w.mu.Unlock()
	}()
	w.serve(rw, r)
}

// open opens a crawl of the world.
func (w *world) open() *Session {
	w.t.Helper()
	f, err := fetch.New(fetch.Options{UserAgent: "nianbao/test", Resolver: w, Dial: w.dial})
	if err != nil {
		w.t.Fatal(err)
	}
	cfg := Config{ArchiveDir: w.dir, Seeds: w.seeds, Portals: w.seeds.Portals, Read: func(ctx context.Context, in extract.Input) (*document.Document, error) {
		return extract.Read(ctx, in, extract.Limits{})
	}}
	if w.config != nil {
		w.config(&cfg)
	}
	s, err := open(cfg, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// crawl runs a crawl of the world to its end.
func (w *world) crawl() Summary {
	w.t.Helper()
	s := w.open()
	sum, err := s.Run(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		w.t.Fatal(err)
	}
	return sum
}

// of is what was asked of a host, in order; robots.txt too.
func (w *world) of(host string) []*asked {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []*asked
	for _, a := range w.log {
		if a.host == host {
			out = append(out, a)
		}
	}
	return out
}

// count is how often a path of a host was asked for.
func (w *world) count(host, path string) int {
	n := 0
	for _, a := range w.of(host) {
		if a.path == path {
			n++
		}
	}
	return n
}

// gaps checks that a host was never asked twice at a time nor sooner than least after an answer, and returns the gaps.
func (w *world) gaps(host string, least time.Duration) []time.Duration {
	w.t.Helper()
	var out []time.Duration
	log := w.of(host)
	for i, a := range log {
		if i == 0 {
			if a.path != "/robots.txt" {
				w.t.Errorf("%s was asked for %s before its robots.txt", host, a.path)
			}
			continue
		}
		gap := a.began.Sub(log[i-1].ended)
		if log[i-1].open || gap < least {
			w.t.Errorf("%s: %s was asked for %s after %s, not %s", host, a.path, gap, log[i-1].path, least)
		}
		out = append(out, gap)
	}
	return out
}

// page is a page that leads nowhere, different under each address.
func page(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(rw, "<html><head><title>%[1]s</title></head><body><p>%[1]s%[2]s</p></body></html>", r.Host+r.URL.Path, strings.Repeat("政务公开 ", 300))
}
