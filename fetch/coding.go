package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
)

// mostCodings is how many content codings may lie upon each other.
const mostCodings = 3

// decode undoes the content codings of a body. What the header claims is checked against the bytes: a body that is not
// gzip is passed on as it is whatever is said, and one that is but does not say so is undone when text was promised.
func decode(r io.Reader, contentEncoding, contentType string) (dec io.Reader, coded bool, err error) {
	var codings []string
	for _, c := range strings.Split(strings.ToLower(contentEncoding), ",") {
		if c = strings.TrimSpace(c); c != "" && c != "identity" {
			codings = append(codings, c)
		}
	}
	if len(codings) > mostCodings {
		return nil, true, fmt.Errorf("%w: %d of them", errNoCoding, len(codings))
	}
	br := bufio.NewReaderSize(r, 4<<10)
	if len(codings) == 0 {
		if strings.HasPrefix(strings.ToLower(contentType), "text/") && isGzip(br) {
			return &gunzip{br: br}, true, nil
		}
		return br, false, nil
	}
	for i := len(codings) - 1; i >= 0; i-- {
		switch codings[i] {
		case "gzip", "x-gzip":
			if isGzip(br) {
				br, coded = bufio.NewReader(&gunzip{br: br}), true
			}
		case "deflate":
			br, coded = bufio.NewReader(inflate(br)), true
		case "br":
			br, coded = bufio.NewReader(&corrupt{r: brotli.NewReader(br)}), true
		default:
			// "utf-8", "none", "GBK" and the like stand here by mistake and mean nothing
			if i == 0 && !coded && !isCoding(codings[i]) {
				return br, false, nil
			}
			return nil, true, fmt.Errorf("%w %q", errNoCoding, clip(codings[i], 40))
		}
	}
	return br, coded, nil
}

func isCoding(s string) bool {
	switch s {
	case "compress", "x-compress", "zstd", "lzma", "xz", "bzip2", "sdch", "dcb", "dcz", "pack200-gzip", "exi", "aes128gcm":
		return true
	}
	return false
}

func isGzip(br *bufio.Reader) bool {
	b, _ := br.Peek(3)
	return len(b) == 3 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8
}

// inflate reads "deflate", which some servers take for zlib and some for the bare stream.
func inflate(br *bufio.Reader) io.Reader {
	b, _ := br.Peek(2)
	if len(b) == 2 && b[0]&0x0f == 8 && (uint(b[0])<<8|uint(b[1]))%31 == 0 {
		if z, err := zlib.NewReader(br); err == nil {
			return &corrupt{r: z}
		}
	}
	return &corrupt{r: flate.NewReader(br)}
}

// corrupt names the errors of a decompressor; those of the connection beneath it pass through. A wrong checksum at the
// end of a whole stream is forgiven.
type corrupt struct{ r io.Reader }

func (c *corrupt) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if errors.Is(err, zlib.ErrChecksum) {
		return n, io.EOF
	}
	return n, codingError(err)
}

func codingError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends early", errCorrupt)
	}
	var e flate.CorruptInputError
	if errors.As(err, &e) || errors.Is(err, zlib.ErrHeader) || errors.Is(err, zlib.ErrDictionary) || strings.HasPrefix(err.Error(), "brotli:") {
		return fmt.Errorf("%w: %w", errCorrupt, err)
	}
	return err
}

// gunzip reads gzip (RFC 1952) more leniently than compress/gzip: a missing or wrong trailer and rubbish behind the
// last member are forgiven once the deflate stream has ended properly.
type gunzip struct {
	br  *bufio.Reader
	fl  io.ReadCloser
	err error
}

func (g *gunzip) Read(p []byte) (int, error) {
	for g.err == nil {
		if g.fl == nil {
			if g.err = gzipHeader(g.br); g.err != nil {
				break
			}
			g.fl = flate.NewReader(g.br)
		}
		n, err := g.fl.Read(p)
		if errors.Is(err, io.EOF) {
			g.fl, err = nil, nil
			if _, e := g.br.Discard(8); e != nil || !isGzip(g.br) {
				g.err = io.EOF
			}
		}
		if err != nil {
			g.err = codingError(err)
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, g.err
}

// Gunzip inflates a gzip file, such as a sitemap served in one, up to most octets. It fails on a longer one.
func Gunzip(data []byte, most int64) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(&gunzip{br: bufio.NewReader(bytes.NewReader(data))}, most+1))
	if err == nil && int64(len(out)) > most {
		err = fmt.Errorf("%w of %d octets", errBomb, most)
	}
	if err != nil {
		return nil, fmt.Errorf("fetch: gunzip: %w", err)
	}
	return out, nil
}

// gzipHeader passes over a member's header.
func gzipHeader(br *bufio.Reader) error {
	var h [10]byte
	if _, err := io.ReadFull(br, h[:]); err != nil {
		return codingError(early(err))
	}
	if h[0] != 0x1f || h[1] != 0x8b || h[2] != 8 {
		return fmt.Errorf("%w: no gzip header", errCorrupt)
	}
	flags := h[3]
	if flags&4 != 0 { // extra field
		var n [2]byte
		if _, err := io.ReadFull(br, n[:]); err != nil {
			return codingError(early(err))
		}
		if _, err := br.Discard(int(n[0]) | int(n[1])<<8); err != nil {
			return codingError(early(err))
		}
	}
	for _, bit := range []byte{8, 16} { // name, comment
		if flags&bit == 0 {
			continue
		}
		for range 64 << 10 {
			c, err := br.ReadByte()
			if err != nil {
				return codingError(early(err))
			}
			if c == 0 {
				break
			}
		}
	}
	if flags&2 != 0 { // header checksum
		if _, err := br.Discard(2); err != nil {
			return codingError(early(err))
		}
	}
	return nil
}

func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
