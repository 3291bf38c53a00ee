// Package fetch makes one polite, captured HTTP exchange.
//
// In goes a Request; out comes an *exchange.Exchange with the exact octets of both sides, the decoded body, what it was
// found to be and how it ended. Every end is an outcome: Do never returns nil and never panics. A redirect is not followed,
// robots.txt is not asked, nothing that was answered is retried and no delay is kept: the crawl decides about all that, and
// each request it makes is one call of Do. Connections are kept where servers keep them; what is captured is cut exactly, one
// exchange each.
//
// The way through the room: Do (fetch.go) has colly (shell.go) make the request; colly's transport is ours (transport.go),
// which takes a kept connection (idle.go) or dials (resolve.go) past the address guard (guard.go, connect.go) and shakes hands
// (tls.go), reads the wire within its bounds (wire.go) into memory or a file (spool.go, memory.go), undoes transfer and content
// coding (coding.go) and names what came (sniff.go, filename.go). Then the outcome is decided (outcome.go, walls.go,
// soft404.go). Cookies (cookies.go) are a value that callers keep.
//
// It promises that no connection is made to a private, loopback or otherwise special address unless a connect-to rule
// sends it there, and that memory and time stay within Options whatever the server does.
package fetch

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"nianbao/fetch/exchange"
)

// Options set a Fetcher up. The zero value of each field but UserAgent has a sane meaning.
type Options struct {
	// UserAgent is sent with every request; it should name the crawler and a contact address. From, when set, is sent as
	// the From header (RFC 9110 §10.1.2).
	UserAgent, From string
	// ConnectTo are curl's --connect-to HOST1:PORT1:HOST2:PORT2; the first that matches holds.
	ConnectTo []string

	DialTimeout      time.Duration // for one address; 15 s
	HandshakeTimeout time.Duration // of TLS; 20 s
	FirstByteTimeout time.Duration // from the request sent to the first octet of the answer; 60 s
	IdleTimeout      time.Duration // between two octets; 30 s
	Timeout          time.Duration // for the whole exchange; 5 min
	KeepAlive        time.Duration // an unused connection is kept, at most one a server; 20 s, none when negative
	// MinRate is the least average, in octets a second, once an answer has taken RateGrace; 512 and 30 s.
	MinRate   int64
	RateGrace time.Duration

	MaxHeader int   // octets of a header block; 128 KiB, which is also the most
	MaxText   int64 // octets of a text after decoding: HTML, XML, JSON; 16 MiB
	MaxBinary int64 // octets of anything else after decoding; 100 MiB
	MaxRatio  int64 // how many times a body of more than 1 MiB may be larger than its coded form; 200

	// Memory is the budget for exchanges of more than 160 KiB, octets; the smaller of 1 GiB and a quarter of the machine's. A quarter of
	// it holds them, the rest is for what is made of them. Who finds none left waits, with what came in a file, within its own
	// time. An exchange holds its part until its Done is called or nothing refers to it.
	Memory int64
	// Disk is the room for what is on its way, octets; 4 GiB. When it runs out, the largest is cut and ends as too_large.
	// TempDir is where it lies; the system's folder for temporary files when empty.
	Disk    int64
	TempDir string
	// Ports are those that may be asked besides 80 and 443: "8080" on any host, "www.example.gov.cn:8080" on this one.
	Ports []string

	// Resolver, Dial, RootCAs and Now replace what the system has, for tests.
	Resolver Resolver
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	RootCAs  *x509.CertPool
	Now      func() time.Time
}

func (o Options) withDefaults() Options {
	set(&o.UserAgent, "nianbao")
	set(&o.DialTimeout, 15*time.Second)
	set(&o.HandshakeTimeout, 20*time.Second)
	set(&o.FirstByteTimeout, 60*time.Second)
	set(&o.IdleTimeout, 30*time.Second)
	set(&o.Timeout, 5*time.Minute)
	set(&o.KeepAlive, 20*time.Second)
	set(&o.MinRate, 512)
	set(&o.RateGrace, 30*time.Second)
	set(&o.MaxHeader, 128<<10)
	set(&o.MaxText, 16<<20)
	set(&o.MaxBinary, 100<<20)
	set(&o.MaxRatio, 200)
	o.MaxHeader = min(o.MaxHeader, inMemory-readBuffer)
	if o.Memory <= 0 {
		o.Memory = defaultMemory()
	}
	set(&o.Disk, 4<<30)
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// brotliMost bodies in brotli are read at a time. It is never asked for, so an honest server seldom sends it.
const brotliMost = 4

// heldShare is the part of the budget that holds exchanges. As much again lies about until it is collected, and the rest is for
// what is made of them.
const heldShare = 4

// Fetcher makes exchanges. It is safe for use by many goroutines.
type Fetcher struct {
	opt     Options
	connect []connectRule
	dns     *dnsCache
	tls     *tlsMemory
	shell   *colly.Collector
	idle    *idle
	memory  *memory
	disk    *disk
	brotli  chan struct{} // one for each body in brotli being read: its window may take 16 MiB
	ports   map[string]bool
}

// New makes a Fetcher; it fails when an option cannot be understood.
func New(opt Options) (*Fetcher, error) {
	f := &Fetcher{opt: opt.withDefaults(), tls: &tlsMemory{legacy: map[string]bool{}}}
	f.idle = &idle{links: map[string]*link{}}
	f.memory = &memory{most: max(1, f.opt.Memory/heldShare)}
	f.disk = &disk{dir: f.opt.TempDir, most: f.opt.Disk, files: map[*spool]int64{}}
	f.brotli = make(chan struct{}, brotliMost)
	var err error
	if f.ports, err = parsePorts(opt.Ports); err != nil {
		return nil, err
	}
	for _, s := range opt.ConnectTo {
		r, err := parseConnectTo(s)
		if err != nil {
			return nil, err
		}
		f.connect = append(f.connect, r)
	}
	for name, v := range map[string]string{"User-Agent": f.opt.UserAgent, "From": f.opt.From} {
		if !validValue(v) {
			return nil, fmt.Errorf("fetch: %s %q: control characters and line ends cannot be sent", name, v)
		}
	}
	f.dns = &dnsCache{resolver: f.opt.Resolver, now: f.opt.Now, hosts: map[string]dnsEntry{}}
	f.shell = newShell(f)
	return f, nil
}

// Request is what to fetch.
type Request struct {
	Method string // GET when empty, HEAD or POST
	URL    string
	// Body and ContentType are those of a POST.
	Body, ContentType string
	Referer           string
	// ETag and LastModified are of the copy at hand: the request is conditional when one is set.
	ETag, LastModified string
	// Cookie is the Cookie header, sent as it is. No cookies are kept from one request to the next: Cookies is where a caller
	// keeps a host's, and its Header goes here for every request to that host, one for robots.txt like any other.
	Cookie string
	// MaxBody bounds the decoded body instead of the Options when it is more than 0.
	MaxBody int64
}

// Do makes one exchange. The context cancels it; what had arrived by then is in the exchange.
func (f *Fetcher) Do(ctx context.Context, r Request) (ex *exchange.Exchange) {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	ex = &exchange.Exchange{Method: strings.ToUpper(r.Method), URL: r.URL, Started: f.opt.Now().UTC(), Header: http.Header{}}
	defer func() {
		if p := recover(); p != nil {
			fail(ex, exchange.BadContent, fmt.Errorf("the answer broke the reader: %v", p))
		}
		ex.Completed = f.opt.Now().UTC()
	}()
	t, err := parseTarget(r.URL)
	if err != nil {
		out := failure(err)
		fail(ex, out, err)
		return ex
	}
	ex.URL = t.url.String()
	if err := f.mayAsk(t.host, t.port); err != nil {
		fail(ex, failure(err), err)
		return ex
	}
	switch ex.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		fail(ex, exchange.BadContent, fmt.Errorf("the method is not one of GET, HEAD, POST"))
		return ex
	}
	ctx, cancel := context.WithTimeout(ctx, f.opt.Timeout)
	defer cancel()
	c := &call{ex: ex, target: t, method: ex.Method, maxBody: r.MaxBody, body: r.Body,
		conditional: r.ETag != "" || r.LastModified != "", cookie: r.Cookie}
	page, err := f.visit(ctx, c, f.header(r, ex.Method))
	switch {
	case c.err != nil:
		fail(ex, failure(c.err), c.err)
	case ex.Status == 0: // colly never came to our transport
		fail(ex, exchange.BadContent, fmt.Errorf("the request could not be made: %w", err))
	default:
		ex.RetryAfter = retryAfter(ex.Header.Get("Retry-After"), f.opt.Now())
		judge(ex, c)
		if ex.Outcome == exchange.OK && page != nil {
			if e, soft := soft404(page.title, page.text); soft {
				ex.Evidence = e
				fail(ex, exchange.Soft404, fmt.Errorf("%s", e))
			}
		}
	}
	return ex
}

// header makes the request's headers. Values that cannot be sent, such as an ETag with a line end, are left out.
func (f *Fetcher) header(r Request, method string) http.Header {
	h := http.Header{}
	put := func(name, value string) {
		if value != "" && validValue(value) {
			h.Set(name, value)
		}
	}
	put("User-Agent", f.opt.UserAgent)
	put("From", f.opt.From)
	put("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	put("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.3")
	put("Accept-Encoding", "gzip")
	put("Referer", asciiURL(r.Referer))
	put("If-None-Match", r.ETag)
	put("If-Modified-Since", r.LastModified)
	put("Cookie", r.Cookie)
	if method == http.MethodPost {
		put("Content-Type", r.ContentType)
		if h.Get("Content-Type") == "" {
			h.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	return h
}

// asciiURL is a referring address as it may be sent, or empty.
func asciiURL(s string) string {
	t, err := parseTarget(s)
	if err != nil {
		return ""
	}
	return t.url.String()
}

// validValue reports whether v may be sent as a header's value.
func validValue(v string) bool {
	for i := range len(v) {
		if v[i] < ' ' && v[i] != '\t' || v[i] == 0x7f {
			return false
		}
	}
	return true
}

// peer is the address of a connection's other side, empty when it has none of the usual kind.
func peer(c net.Conn) string {
	if a := c.RemoteAddr(); a != nil {
		if _, err := netip.ParseAddrPort(a.String()); err == nil {
			return a.String()
		}
	}
	return ""
}
