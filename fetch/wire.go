package fetch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"nianbao/fetch/exchange"
)

// Errors that end a reading for reasons of ours.
var (
	errNotHTTP   = errors.New("the answer is not HTTP")
	errHeader    = errors.New("the header block passes its bound")
	errTooSlow   = errors.New("the peer sends too slowly")
	errCut       = exchange.ErrCut
	errChunk     = exchange.ErrChunk
	errTooLarge  = errors.New("the body passes its bound")
	errWaste     = fmt.Errorf("%w: more is sent than the body holds", errTooLarge)
	errNoRoom    = fmt.Errorf("%w: there is no room to keep it", errTooLarge)
	errBomb      = errors.New("the body inflates beyond its bound")
	errNoCoding  = errors.New("unknown content coding")
	errCorrupt   = errors.New("the coded body is corrupt")
	errFirstByte = errors.New("no answer came in time")
)

// readBuffer is how much is read from a connection at once: what may have come beyond a header block.
const readBuffer = 32 << 10

// wire reads one answer off a connection and keeps every octet of it. It sets the read deadlines: a first octet within
// first, never more than idle without one, and once an answer has taken grace an average of minRate octets a second.
type wire struct {
	conn     net.Conn
	now      func() time.Time
	deadline time.Time // of the whole exchange, zero for none
	first    time.Duration
	idle     time.Duration
	grace    time.Duration
	minRate  int64

	began time.Time // when the request was out
	came  time.Time // when the first octet was in: the rate counts from there
	raw   *spool
	most  int64 // octets that may have come by now, header included; 0 while the header is read, which has a bound of its own
	br    *bufio.Reader
}

func (w *wire) start() {
	w.began = w.now()
	w.br = bufio.NewReaderSize((*meter)(w), readBuffer)
}

// meter is the connection as the buffer sees it.
type meter wire

func (m *meter) Read(p []byte) (int, error) {
	now := m.now()
	until := now.Add(m.idle)
	if m.raw.size == 0 {
		until = m.began.Add(m.first)
	}
	if !m.deadline.IsZero() && m.deadline.Before(until) {
		until = m.deadline
	}
	m.conn.SetReadDeadline(until) // it fails on a closed connection only, and then reading tells how it ended
	n, err := m.conn.Read(p)
	if k, e := m.raw.Write(p[:n]); e != nil {
		return k, e
	}
	if m.most > 0 && m.raw.size > m.most {
		return n, errWaste
	}
	if n > 0 && m.came.IsZero() {
		m.came = m.now()
	}
	if spent := m.now().Sub(m.came); n > 0 && err == nil && spent > m.grace && m.raw.size < int64(spent.Seconds()*float64(m.minRate)) {
		return n, errTooSlow
	}
	if timedOut(err) && m.raw.size == 0 {
		return n, fmt.Errorf("%w: %w", errFirstByte, err)
	}
	return n, err
}

// taken is how many octets of raw have been consumed.
func (w *wire) taken() int { return int(w.raw.size) - w.br.Buffered() }

// head is a status line and header block.
type head struct {
	status     int
	header     http.Header
	persistent bool // the server keeps the connection open behind it
}

// readHead reads up to the empty line. Interim answers (1xx) are passed over and cut out of raw. It forgives what
// browsers forgive: bare LF, folded lines, lines without a colon, a missing reason.
func (w *wire) readHead(limit int) (*head, error) {
	for {
		h, err := w.readOneHead(limit)
		if err != nil {
			return nil, err
		}
		if h.status >= 200 {
			return h, nil
		}
		if h.status == http.StatusSwitchingProtocols {
			return nil, fmt.Errorf("%w: it switches protocols", errNotHTTP)
		}
		if limit -= w.taken(); limit <= 0 {
			return nil, errHeader
		}
		w.raw.dropFront(w.taken())
	}
}

func (w *wire) readOneHead(limit int) (*head, error) {
	line, err := w.line(limit)
	for err == nil && len(bytes.TrimSpace(line)) == 0 {
		line, err = w.line(limit) // RFC 9112 §2.2: an empty line before the message is passed over
	}
	if err != nil {
		if errors.Is(err, io.EOF) && w.raw.size > 0 && !bytes.HasPrefix(w.raw.head, []byte("HTTP/")) {
			return nil, errNotHTTP
		}
		return nil, err
	}
	status, ok := statusLine(line)
	if !ok {
		return nil, fmt.Errorf("%w: it begins %q", errNotHTTP, clip(string(line), 40))
	}
	first := string(line)
	h := &head{status: status, header: http.Header{}}
	last := ""
	for {
		line, err := w.line(limit)
		if err != nil {
			return nil, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			h.persistent = persistent(first, h.header)
			return h, nil
		}
		if v := h.header[last]; last != "" && (text[0] == ' ' || text[0] == '\t') {
			v[len(v)-1] += " " + strings.TrimSpace(text)
			continue
		}
		name, value, ok := strings.Cut(text, ":")
		name = strings.TrimSpace(name)
		if !ok || name == "" {
			continue
		}
		last = textproto.CanonicalMIMEHeaderKey(name)
		h.header[last] = append(h.header[last], strings.TrimSpace(value))
	}
}

// persistent reports whether a server means to keep the connection (RFC 9112 §9.3).
func persistent(statusLine string, h http.Header) bool {
	said := strings.ToLower(strings.Join(h["Connection"], ","))
	if strings.HasPrefix(statusLine, "HTTP/1.0") {
		return strings.Contains(said, "keep-alive") && !strings.Contains(said, "close")
	}
	return strings.HasPrefix(statusLine, "HTTP/1.1") && !strings.Contains(said, "close")
}

// line reads one line with its end, as long as the whole block stays within limit.
func (w *wire) line(limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := w.br.ReadSlice('\n')
		line = append(line, part...)
		if w.taken() > limit {
			return nil, errHeader
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// statusLine reads "HTTP/1.1 200 OK" and the forms near it.
func statusLine(line []byte) (int, bool) {
	f := bytes.Fields(line)
	if len(f) < 2 || !bytes.HasPrefix(f[0], []byte("HTTP/")) || len(f[1]) < 3 {
		return 0, false
	}
	n, err := strconv.Atoi(string(f[1][:3])) // also "200OK"
	return n, err == nil && n >= 100 && n <= 999
}

// body frames the body that follows h: chunked, by length, or up to the end of the connection (RFC 9112 §6.3). The
// reader ends in io.EOF only when the body is complete.
func (w *wire) body(method string, h *head) (io.Reader, exchange.Framing) {
	if method == http.MethodHead || h.status == http.StatusNoContent || h.status == http.StatusNotModified {
		return strings.NewReader(""), exchange.FramingNone
	}
	if te := strings.ToLower(strings.Join(h.header["Transfer-Encoding"], ",")); strings.HasSuffix(strings.TrimSpace(te), "chunked") {
		return exchange.NewChunked(w.br), exchange.FramingChunked
	}
	if n, ok := contentLength(h.header); ok {
		return &counted{br: w.br, left: n}, exchange.FramingLength
	}
	return w.br, exchange.FramingClose
}

// contentLength is the one length that all Content-Length headers agree on.
func contentLength(h http.Header) (int64, bool) {
	all := strings.Split(strings.Join(h["Content-Length"], ","), ",")
	n, err := strconv.ParseInt(strings.TrimSpace(all[0]), 10, 64)
	if err != nil || n < 0 {
		return 0, false
	}
	for _, s := range all[1:] {
		if strings.TrimSpace(s) != strings.TrimSpace(all[0]) {
			return 0, false
		}
	}
	return n, true
}

// counted reads a body of known length.
type counted struct {
	br   *bufio.Reader
	left int64
}

func (c *counted) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.br.Read(p)
	c.left -= int64(n)
	if errors.Is(err, io.EOF) && c.left > 0 {
		err = errCut
	}
	return n, err
}

func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, errTooSlow) || errors.As(err, &t) && t.Timeout()
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
