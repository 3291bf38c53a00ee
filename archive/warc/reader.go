package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Bounds of a record.
const (
	maxHeader = 256 << 10
	maxBlock  = 1 << 30
)

// ErrDamaged is wrapped by every error about octets that are not a whole, sound record.
var ErrDamaged = errors.New("warc: damaged record")

// A Reader reads the records of one file.
type Reader struct {
	r      *offsetReader
	z      *gzip.Reader
	header []byte
}

// Header is the header of the record that Next returned last, as it stands in the file, with the empty line.
func (r *Reader) Header() []byte { return r.header }

// offsetReader counts the octets handed out, so that a gzip reader takes no more than its member.
type offsetReader struct {
	b *bufio.Reader
	n int64
}

func (o *offsetReader) Read(p []byte) (int, error) {
	n, err := o.b.Read(p)
	o.n += int64(n)
	return n, err
}

func (o *offsetReader) ReadByte() (byte, error) {
	c, err := o.b.ReadByte()
	if err == nil {
		o.n++
	}
	return c, err
}

// NewReader reads records of gzip members, one a record, from r, which begins at offset of its file.
func NewReader(r io.Reader, offset int64) *Reader {
	return &Reader{r: &offsetReader{bufio.NewReaderSize(r, 1<<16), offset}}
}

// Next returns the next record, the offset it begins at and the octets it takes. At the end of the file it returns
// io.EOF; a record cut off or altered is an error that wraps ErrDamaged and names its offset.
func (r *Reader) Next() (rec *Record, offset, length int64, err error) {
	offset = r.r.n
	if _, err := r.r.b.Peek(1); err == io.EOF {
		return nil, offset, 0, io.EOF
	}
	if r.z == nil {
		r.z, err = gzip.NewReader(r.r)
	} else {
		err = r.z.Reset(r.r)
	}
	if err != nil {
		return nil, offset, 0, fmt.Errorf("%w at %d: %w", ErrDamaged, offset, err)
	}
	r.z.Multistream(false)
	data, err := io.ReadAll(io.LimitReader(r.z, maxBlock+maxHeader+1))
	if err != nil {
		return nil, offset, 0, fmt.Errorf("%w at %d: %w", ErrDamaged, offset, err)
	}
	if len(data) > maxBlock+maxHeader {
		return nil, offset, 0, fmt.Errorf("%w at %d: larger than %d octets", ErrDamaged, offset, maxBlock)
	}
	rec, r.header, err = decode(data)
	if err != nil {
		return nil, offset, 0, fmt.Errorf("%w at %d: %w", ErrDamaged, offset, err)
	}
	return rec, offset, r.r.n - offset, nil
}

// Decode reads one record from plain octets and checks its length and block digest.
func Decode(data []byte) (*Record, error) {
	r, _, err := decode(data)
	return r, err
}

func decode(data []byte) (*Record, []byte, error) {
	head, _, ok := bytes.Cut(data[:min(len(data), maxHeader)], recordEnd)
	if !ok {
		return nil, nil, errors.New("no end of header")
	}
	rest := data[len(head)+4:]
	lines := strings.Split(string(head), "\r\n")
	if !strings.HasPrefix(lines[0], "WARC/1.") {
		return nil, nil, fmt.Errorf("not a WARC record: %.20q", lines[0])
	}
	r := &Record{}
	length, digest, ours := -1, "", ""
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			return nil, nil, fmt.Errorf("header line %.40q", l)
		}
		value = strings.TrimSpace(value)
		switch textproto.CanonicalMIMEHeaderKey(name) {
		case "Warc-Type":
			r.Type = value
		case "Warc-Record-Id":
			r.ID = strings.Trim(value, "<>")
		case "Warc-Date":
			t, err := time.Parse(time.RFC3339Nano, value)
			if err != nil {
				return nil, nil, fmt.Errorf("date %q", value)
			}
			r.Date = t
		case "Content-Length":
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 || n > maxBlock {
				return nil, nil, fmt.Errorf("length %q", value)
			}
			length = n
		case "Warc-Block-Digest":
			if digest != "" {
				return nil, nil, errors.New("two block digests")
			}
			if digest = value; !strings.HasPrefix(value, "sha256:") || len(value) != len("sha256:")+64 { // of another program: part of what the record says
				r.Fields = append(r.Fields, Field{name, value})
			}
		case "Nianbao-Block-Digest":
			ours = value
		default:
			r.Fields = append(r.Fields, Field{name, value})
		}
	}
	if length < 0 || len(rest) != length+4 || string(rest[length:]) != "\r\n\r\n" {
		return nil, nil, fmt.Errorf("block of %d octets where the header says %d", len(rest)-4, length)
	}
	r.Block = rest[:length]
	for _, d := range []string{digest, ours} {
		if d != "" && !Matches(d, r.Block) {
			return nil, nil, errors.New("block digest does not match")
		}
	}
	return r, data[:len(head)+4], nil
}
