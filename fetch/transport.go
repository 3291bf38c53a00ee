package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"nianbao/charset"
	"nianbao/fetch/exchange"
)

// call is one exchange on its way: the transport fills it while colly believes it is talking HTTP.
type call struct {
	ex          *exchange.Exchange
	target      *target
	method      string
	body        string
	maxBody     int64
	conditional bool
	cookie      string

	reached bool  // the transport was called
	err     error // no answer came
	bodyErr error // the body ended otherwise than in its own time
	// unanswered is set when a kept connection turned out to be closed before any of an answer came.
	unanswered bool
}

// transport is the http.RoundTripper under colly. It speaks HTTP itself, so that exactly what was sent and received for one
// request is what is kept of it, also when a connection carries several.
type transport Fetcher

var errNoCall = errors.New("a request that Do did not make")

// RoundTrip captures the exchange and hands colly a cleaned copy of it: no coding left to undo, a Content-Type that is true,
// and no body where there is nothing to select from.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	c, ok := req.Context().Value(callKey{}).(*call)
	if !ok || c.reached {
		return nil, errNoCall
	}
	c.reached = true
	if req.Body != nil {
		defer req.Body.Close()
	}
	if err := (*Fetcher)(t).capture(req.Context(), c, req.Header); err != nil {
		c.err = err
		return nil, err
	}
	return forColly(req, c), nil
}

// forColly is the copy that colly sees. Uncompressed keeps it from inflating anything; a Content-Type without charset
// keeps it from converting binaries.
func forColly(req *http.Request, c *call) *http.Response {
	ex := c.ex
	h := http.Header{}
	body := ex.Payload
	if ex.MediaType != "" {
		h.Set("Content-Type", ex.MediaType)
	}
	if ex.Charset != "" {
		h.Set("Content-Type", ex.MediaType+"; charset="+ex.Charset)
	}
	if ex.MediaType != typeHTML || len(body) > selectMost {
		body = nil
	}
	return &http.Response{Status: strconv.Itoa(ex.Status) + " " + http.StatusText(ex.Status), StatusCode: ex.Status, Proto: "HTTP/1.1",
		ProtoMajor: 1, ProtoMinor: 1, Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Uncompressed: true, Request: req}
}

// capture has the request answered: over the connection that is kept for the server when there is one, else over a new one. It
// fails when no answer came; what ends a body early is in c.bodyErr.
func (f *Fetcher) capture(ctx context.Context, c *call, header http.Header) error {
	to := f.route(c.target.host, c.target.port)
	server := c.target.url.Scheme + "|" + net.JoinHostPort(c.target.host, c.target.port) + "|" + net.JoinHostPort(to.host, to.port)
	c.ex.RawRequest = requestBytes(c, header)
	if c.method != http.MethodPost && f.opt.KeepAlive > 0 { // what may not be repeated goes over a connection that is surely open
		if l := f.idle.take(server, f.opt.Now()); l != nil {
			if err := f.over(ctx, c, l); err == nil || !c.unanswered {
				return err
			}
			// It was closed at the moment it was used, as a server may (RFC 9112 §9.3.1): the request has not been answered, and
			// is made once more.
			*c.ex = exchange.Exchange{Method: c.ex.Method, URL: c.ex.URL, Started: c.ex.Started, Header: http.Header{}, RawRequest: c.ex.RawRequest}
			c.bodyErr, c.unanswered = nil, false
		}
	}
	l, err := f.open(ctx, c, to)
	if err != nil {
		return err
	}
	l.server = server
	return f.over(ctx, c, l)
}

// over sends the request over a connection and reads the answer into the call's exchange.
func (f *Fetcher) over(ctx context.Context, c *call, l *link) (err error) {
	ex := c.ex
	ex.RemoteAddr = peer(l.conn)
	if c.target.url.Scheme == "https" {
		ex.TLSVersion, ex.TLSNote = tls.VersionName(l.state.Version), l.note
	}
	stop := context.AfterFunc(ctx, func() { soon(l.conn) })
	kept := false
	defer func() {
		if stop(); !kept {
			l.conn.Close()
		}
	}()

	deadline, _ := ctx.Deadline()
	l.conn.SetWriteDeadline(deadline) // likewise: an answer may have come before the end
	_, sendErr := l.conn.Write(ex.RawRequest)
	if sendErr != nil && timedOut(sendErr) {
		return fmt.Errorf("send: %w", sendErr)
	}
	// a server may answer and hang up before it has read the request: read on after a failed write
	w := &wire{conn: l.conn, now: f.opt.Now, deadline: deadline, first: f.opt.FirstByteTimeout, idle: f.opt.IdleTimeout,
		grace: f.opt.RateGrace, minRate: f.opt.MinRate, raw: &spool{disk: f.disk}}
	defer w.raw.close()
	w.start()
	h, err := w.readHead(f.opt.MaxHeader)
	if err != nil {
		c.unanswered = w.raw.size == 0 && l.carried > 0 && ctx.Err() == nil && !timedOut(err)
		w.br.Discard(w.br.Buffered())
		ex.RawResponse = w.raw.head
		ex.Truncated = truncated(err)
		if sendErr != nil && w.raw.size == 0 {
			err = sendErr
		}
		return cancelled(ctx, fmt.Errorf("read the answer: %w", err))
	}
	ex.HeaderLen, ex.Status, ex.Header = w.taken(), h.status, h.header
	ex.Filename = filename(h.header.Get("Content-Disposition"))
	b := f.readBody(ctx, w, h, c)
	defer b.payload.close()
	// The connection is given up or kept before any waiting for memory.
	if kept = f.reusable(c, w, h, l, sendErr) && stop(); kept {
		l.conn.SetDeadline(time.Time{})
		f.idle.put(l, f.opt.Now())
	} else {
		l.conn.Close()
	}
	f.keep(ctx, w, b, c)
	if c.bodyErr != nil {
		c.bodyErr = cancelled(ctx, c.bodyErr)
		ex.Truncated = truncated(c.bodyErr)
	}
	return nil
}

// reusable reports whether a connection may carry another exchange: the server means to keep it, the answer ended where it said
// it would, and nothing stands behind it. It counts this exchange and sets how long the connection is kept.
func (f *Fetcher) reusable(c *call, w *wire, h *head, l *link, sendErr error) bool {
	l.carried++
	life := f.opt.KeepAlive
	if n, ok := keepAlive(h.header); ok {
		life = min(life, n-time.Second) // it may be on its way already when the server closes
	}
	l.until = f.opt.Now().Add(life)
	return h.persistent && life > 0 && l.carried < mostCarried && sendErr == nil && c.bodyErr == nil && c.ex.Framing != exchange.FramingClose &&
		w.br.Buffered() == 0 && quiet(l.conn)
}

// mostCarried exchanges go over one connection.
const mostCarried = 100

// keepAlive is how long a server says it keeps a connection, as many do: "Keep-Alive: timeout=5, max=100".
func keepAlive(h http.Header) (time.Duration, bool) {
	for part := range strings.SplitSeq(h.Get("Keep-Alive"), ",") {
		if v, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(part)), "timeout="); ok {
			if n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 16); err == nil {
				return time.Duration(n) * time.Second, true
			}
		}
	}
	return 0, false
}

// open connects, with TLS for https.
func (f *Fetcher) open(ctx context.Context, c *call, to route) (*link, error) {
	if c.target.url.Scheme == "http" {
		conn, err := f.dial(ctx, to)
		if err != nil {
			return nil, cancelled(ctx, fmt.Errorf("connect: %w", err))
		}
		return &link{conn: conn}, nil
	}
	conn, state, note, err := f.dialTLS(ctx, to, c.target.host)
	if err != nil {
		return nil, cancelled(ctx, fmt.Errorf("connect: %w", err))
	}
	return &link{conn: conn, state: state, note: note}, nil
}

// cancelled adds the context's own reason to an error that it caused.
func cancelled(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w (%w)", cause, err)
	}
	return err
}

// requestBytes is the request as it goes on the wire: the headers most servers expect first, the others by name.
func requestBytes(c *call, header http.Header) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", c.method, c.target.requestURI, c.target.hostHeader)
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	order := []string{"User-Agent", "From", "Accept", "Accept-Language", "Accept-Encoding"}
	slices.SortFunc(names, func(a, b string) int {
		i, j := slices.Index(order, a), slices.Index(order, b)
		switch {
		case i >= 0 && j >= 0:
			return i - j
		case i >= 0:
			return -1
		case j >= 0:
			return 1
		case a < b:
			return -1
		}
		return 1
	})
	for _, name := range names {
		if name == "Host" || name == "Connection" || name == "Content-Length" {
			continue
		}
		for _, v := range header[name] {
			if validValue(v) {
				fmt.Fprintf(&b, "%s: %s\r\n", name, v)
			}
		}
	}
	if c.method == http.MethodPost {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(c.body))
	}
	if c.method == http.MethodPost {
		b.WriteString("Connection: close\r\n")
	}
	b.WriteString("\r\n")
	if c.method == http.MethodPost {
		b.WriteString(c.body)
	}
	return b.Bytes()
}

const (
	sniffBytes = 2048    // of a body decide which bound holds for it
	ratioFloor = 1 << 20 // octets that may inflate freely
	// wasteFree is how much of an answer may be no body at all: chunk sizes and extensions, trailers, empty blocks of a coding,
	// what stands behind its end. More is let through as the body grows: chunks may double it, and a coding that compresses
	// nothing adds less than a quarter.
	wasteFree = 1 << 20
)

// body is what was read of an answer's body.
type body struct {
	payload *spool
	size    int64 // of the decoded body
	limit   int64
	apart   bool // it is not what stands on the wire, so that it is kept by itself
}

// readBody reads and decodes the body within its bounds. What comes in is counted where it comes in: octets that hold nothing
// are bounded like those that do.
func (f *Fetcher) readBody(ctx context.Context, w *wire, h *head, c *call) *body {
	ex := c.ex
	coding := strings.ToLower(strings.Join(h.header.Values("Content-Encoding"), ","))
	if strings.Contains(coding, "br") {
		select {
		case f.brotli <- struct{}{}:
			defer func() { <-f.brotli }()
		case <-ctx.Done():
			coding = "identity" // the reading below ends at once
		}
	}
	from, framing := w.body(c.method, h)
	ex.Framing = framing
	start := int64(w.taken())
	framed := &counter{r: from}
	framed.grown = func() { w.most = start + wasteFree + 2*framed.n }
	framed.grown()
	contentType := h.header.Get("Content-Type")
	dec, coded, err := decode(framed, coding, contentType)
	if err != nil {
		c.bodyErr = err
		dec = framed // kept as it came
	}
	b := &body{payload: &spool{disk: f.disk}, limit: f.opt.MaxBinary, apart: coded || framing == exchange.FramingChunked}
	if c.maxBody > 0 {
		b.limit = c.maxBody
	}
	decided := c.maxBody > 0
	buf := make([]byte, 32<<10)
	for {
		if coded && c.bodyErr == nil {
			framed.most = wasteFree + b.size + b.size/4
		}
		n, err := dec.Read(buf)
		b.size += int64(n)
		if b.apart || b.payload.size < sniffBytes {
			if _, e := b.payload.Write(buf[:n]); e != nil {
				err = e
			}
		}
		if !decided && (b.size >= sniffBytes || err != nil) {
			decided = true
			if t := sniff(b.payload.head, contentType); isText(t) {
				b.limit = f.opt.MaxText
			}
		}
		if coded && b.size > ratioFloor && b.size > framed.n*f.opt.MaxRatio {
			err = fmt.Errorf("%w: %d octets from %d", errBomb, b.size, framed.n)
		}
		if b.size > b.limit {
			b.size = b.limit
			err = fmt.Errorf("%w of %d octets", errTooLarge, b.limit)
			if coded {
				err = fmt.Errorf("%w of %d octets", errBomb, b.limit)
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && c.bodyErr == nil {
				c.bodyErr = err
			}
			break
		}
	}
	if c.bodyErr == nil || errors.Is(c.bodyErr, errCorrupt) {
		// what lies behind the end of a coded stream belongs to the capture
		framed.most = framed.n + wasteFree
		if _, err := io.Copy(io.Discard, framed); err != nil && c.bodyErr == nil && (errors.Is(err, errBomb) || errors.Is(err, errTooLarge)) {
			c.bodyErr = err
		}
	}
	return b
}

// keep puts what was read into the exchange. A large one waits here until the memory for it is free, holding none meanwhile.
func (f *Fetcher) keep(ctx context.Context, w *wire, b *body, c *call) {
	ex := c.ex
	raw, apart := int64(w.taken()), int64(0)
	if b.apart {
		apart = min(b.payload.size, b.size)
	}
	if raw > inMemory || apart > inMemory {
		release, err := f.memory.acquire(ctx, raw+apart)
		if err != nil {
			c.bodyErr = err
			raw, apart = min(raw, w.raw.held()), min(apart, b.payload.held())
		} else {
			ex.Hold(release)
		}
	}
	var err error
	if ex.RawResponse, err = w.raw.bytes(raw); err == nil {
		if b.apart {
			ex.Payload, err = b.payload.bytes(apart)
		} else {
			end := min(int64(ex.HeaderLen)+b.size, int64(len(ex.RawResponse)))
			ex.Payload = ex.RawResponse[ex.HeaderLen:end:end]
		}
	}
	if err != nil && c.bodyErr == nil {
		c.bodyErr = err
	}
	contentType := ex.Header.Get("Content-Type")
	ex.MediaType = sniff(ex.Payload, contentType)
	if len(ex.Payload) > 0 && isText(ex.MediaType) {
		ex.Charset = charset.Of(ex.Payload, contentType)
	}
}

// counter counts what is read, and ends in errBomb past most octets when that is set.
type counter struct {
	r     io.Reader
	n     int64
	most  int64
	grown func() // called whenever n has changed
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.grown()
	if c.most > 0 && c.n > c.most {
		return n, fmt.Errorf("%w: %d octets of it hold next to nothing", errBomb, c.n)
	}
	return n, err
}

// truncated is WARC's word for why a body was cut.
func truncated(err error) string {
	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, errBomb), errors.Is(err, errHeader):
		return "length"
	case errors.Is(err, errCorrupt), errors.Is(err, errNoCoding), errors.Is(err, errChunk), errors.Is(err, errNotHTTP):
		return "" // nothing is missing: it is bad
	case timedOut(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "time"
	}
	return "disconnect"
}
