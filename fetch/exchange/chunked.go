package exchange

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Errors of a chunked body.
var (
	ErrCut   = errors.New("the connection ended before the body did")
	ErrChunk = errors.New("the chunked body is malformed")
)

// Framing is how the end of a response's body is known (RFC 9112 §6.3). It is noted when the exchange is made, since a
// header is forgiving to read and what was kept of it later may be read otherwise.
type Framing string

// The framings. An exchange of unknown framing has none.
const (
	FramingChunked Framing = "chunked" // in chunks: the body stands in RawResponse with their sizes
	FramingLength  Framing = "length"  // by Content-Length
	FramingClose   Framing = "close"   // up to the end of the connection
	FramingNone    Framing = "none"    // no body belongs to the answer
)

// String is the framing's name.
func (f Framing) String() string { return string(f) }

// trailerLines bounds the trailer behind a chunked body.
const trailerLines = 100

// Chunked reads a chunked body and the trailer behind it (RFC 9112 §7.1). It forgives what browsers forgive: bare LF, blanks
// around a size, extensions. It ends in io.EOF only when the last chunk was read; what was read before an error is right.
type Chunked struct {
	br   *bufio.Reader
	left int64
	seen bool // whether a chunk has been read
	err  error
}

// NewChunked reads a chunked body from br.
func NewChunked(br *bufio.Reader) *Chunked { return &Chunked{br: br} }

// Read reads octets of the body.
func (c *Chunked) Read(p []byte) (int, error) {
	if c.err == nil && c.left == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.br.Read(p)
	c.left -= int64(n)
	if err != nil {
		c.err = cutEOF(err)
	}
	return n, c.err
}

func (c *Chunked) next() error {
	if c.seen {
		if line, err := c.line(); err != nil {
			return err
		} else if line != "" {
			return fmt.Errorf("%w: no line end behind a chunk", ErrChunk)
		}
	}
	c.seen = true
	line, err := c.line()
	if err != nil {
		return err
	}
	size, _, _ := strings.Cut(line, ";")
	n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%w: size %.20q", ErrChunk, size)
	}
	if n > 0 {
		c.left = n
		return nil
	}
	for range trailerLines {
		line, err := c.line()
		if err != nil || line == "" {
			return io.EOF // the body is whole even when the trailer is not
		}
	}
	return io.EOF
}

func (c *Chunked) line() (string, error) {
	b, err := c.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", fmt.Errorf("%w: a line without end", ErrChunk)
	}
	if err != nil {
		return "", cutEOF(err)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

func cutEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrCut
	}
	return err
}
