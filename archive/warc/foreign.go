package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A Problem is a part of a foreign file that could not be read.
type Problem struct {
	Offset int64 // in the file: of the record, or of the gzip member it begins in; in a zstd file near it
	Err    error
}

// A Foreign reader reads WARC files of other programs: versions 1.0 and 1.1, plain, gzip with a member a record or one for
// all, and zstd with or without a dictionary before it (WARC-zstd). It forgives what they do; what cannot be read is told to
// a callback, and reading goes on at the next record that can be found.
type Foreign struct {
	f       io.ReaderAt
	size    int64
	problem func(Problem)

	from int64 // where the gzip member, or the plain or zstd stream under way begins
	at   int64 // where the record under way begins
	next int64 // from where on a stream is looked for when the one under way is damaged: what is before has been read
	raw  *offsetReader
	r    *bufio.Reader
	gz   *gzip.Reader
	zst  *zstd.Decoder
	dict []byte
	done bool
	got  bool // a record since the stream was begun
	lost int  // places at which a stream was looked for in vain
}

// lostMost bounds how often a stream of records is looked for in vain: a file that is damaged in so many places is none.
const lostMost = 20_000

// foreignMost bounds the block of a foreign record, in octets; a larger one is passed over and told.
const foreignMost = 256 << 20

// zstdAhead is how far, in octets, a zstd decoder may have read past the record that it gave last. What stands in so much of
// a file is read again behind damage: records and problems of a zstd file may come twice.
const zstdAhead = 1 << 17

// zstdWindow bounds the memory of a zstd stream, in octets.
const zstdWindow = 128 << 20

// NewForeign reads the records of a file.
func NewForeign(f io.ReaderAt, size int64, problem func(Problem)) *Foreign {
	return &Foreign{f: f, size: size, problem: problem}
}

var (
	gzipMagic = []byte{0x1f, 0x8b, 0x08}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	dictMagic = []byte{0x5d, 0x2a, 0x4d, 0x18} // a skippable frame that holds the dictionary
)

// begin opens the stream at an offset by what its first octets are.
func (x *Foreign) begin(at int64) error {
	x.close()
	x.from, x.at, x.next, x.got = at, at, at+1, false
	x.raw = &offsetReader{bufio.NewReaderSize(io.NewSectionReader(x.f, at, x.size-at), 1<<16), at}
	head, err := x.raw.b.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if len(head) == 0 {
		return io.EOF
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		if x.gz, err = gzip.NewReader(x.raw); err != nil {
			return err
		}
		x.gz.Multistream(false)
		x.r = bufio.NewReaderSize(members{x}, 1<<16)
	case bytes.Equal(head, dictMagic), bytes.Equal(head, zstdMagic):
		if bytes.Equal(head, dictMagic) {
			if err := x.dictionary(); err != nil {
				return err
			}
		}
		opts := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow)}
		if x.dict != nil {
			opts = append(opts, zstd.WithDecoderDicts(x.dict))
		}
		if x.zst, err = zstd.NewReader(x.raw, opts...); err != nil {
			return err
		}
		x.r = bufio.NewReaderSize(x.zst, 1<<16)
	default:
		x.r = bufio.NewReaderSize(x.raw, 1<<16)
	}
	return nil
}

// members reads one gzip member behind the other and notes where each begins.
type members struct{ x *Foreign }

func (m members) Read(p []byte) (int, error) {
	x := m.x
	for {
		switch n, err := x.gz.Read(p); {
		case n > 0 && err == io.EOF:
			return n, nil
		case err != io.EOF:
			return n, err
		}
		if _, err := x.raw.b.Peek(1); err != nil {
			return 0, err
		}
		x.from = x.raw.n
		if err := x.gz.Reset(x.raw); err != nil {
			return 0, err
		}
		x.gz.Multistream(false)
	}
}

// place is where the reader stands: at an octet of a plain file, in a member of a gzip file, in a zstd file somewhere before.
func (x *Foreign) place() int64 {
	switch {
	case x.gz != nil:
		return x.from
	case x.zst != nil:
		return x.raw.n
	}
	return x.raw.n - int64(x.r.Buffered())
}

// dictionary reads the dictionary of a WARC-zstd file, which may be compressed itself.
func (x *Foreign) dictionary() error {
	var head [8]byte
	if _, err := io.ReadFull(x.raw, head[:]); err != nil {
		return err
	}
	n := int64(head[4]) | int64(head[5])<<8 | int64(head[6])<<16 | int64(head[7])<<24
	if n > 16<<20 {
		return fmt.Errorf("a dictionary of %d octets", n)
	}
	d := make([]byte, n)
	if _, err := io.ReadFull(x.raw, d); err != nil {
		return err
	}
	if bytes.HasPrefix(d, zstdMagic) {
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return err
		}
		defer z.Close()
		if d, err = z.DecodeAll(d, nil); err != nil {
			return err
		}
	}
	x.dict = d
	return nil
}

func (x *Foreign) close() {
	if x.zst != nil {
		x.zst.Close()
	}
	x.gz, x.zst = nil, nil
}

// Next returns the next record, io.EOF at the end of the file.
func (x *Foreign) Next() (*Record, error) {
	if x.r == nil && !x.done {
		if err := x.begin(0); err != nil {
			x.done = true
			if errors.Is(err, io.EOF) {
				return nil, io.EOF
			}
			x.problem(Problem{0, err})
		}
	}
	for !x.done {
		rec, err := x.record()
		switch {
		case err == nil:
			x.got, x.next = true, max(x.next, x.place())
			return rec, nil
		case errors.Is(err, io.EOF):
			x.done = true
		case errors.Is(err, errPassed):
			x.problem(Problem{x.at, err})
		default:
			x.problem(Problem{x.at, err})
			x.done = !x.recover()
		}
	}
	x.close()
	return nil, io.EOF
}

// errPassed wraps what is wrong with a record whose end is known: reading goes on behind it.
var errPassed = errors.New("a record was passed over")

// recover finds the next place at which a stream of records begins. In a plain file that is a line of a version.
func (x *Foreign) recover() bool {
	magic := gzipMagic
	switch {
	case x.zst != nil:
		magic = zstdMagic
	case x.gz == nil:
		magic = []byte("\nWARC/1.")
	}
	at := x.next
	if x.zst != nil && x.got { // the decoder is ahead of where the damage is by what it has buffered
		at = max(x.from+1, x.raw.n-zstdAhead)
	}
	buf := make([]byte, 1<<20)
	for at < x.size {
		n, err := x.f.ReadAt(buf[:min(int64(len(buf)), x.size-at)], at)
		if n < len(magic) || err != nil && !errors.Is(err, io.EOF) {
			return false
		}
		i := bytes.Index(buf[:n], magic)
		if i < 0 {
			at += int64(n - len(magic) + 1)
			continue
		}
		at += int64(i)
		start := at
		if magic[0] == '\n' {
			start++
		}
		if x.begin(start) == nil {
			if head, _ := x.r.Peek(6); bytes.HasPrefix(head, []byte("WARC/1")) {
				return true
			}
		}
		at++
		if x.lost++; x.lost > lostMost {
			x.problem(Problem{at, errors.New("too much of it is damaged: the rest was left out")})
			return false
		}
	}
	return false
}

// record reads one record of the stream.
func (x *Foreign) record() (*Record, error) {
	line, err := x.line(maxHeader)
	for err == nil && strings.TrimSpace(line) == "" { // the ends of records, however many
		line, err = x.line(maxHeader)
	}
	x.at = x.place()
	if x.gz == nil && x.zst == nil {
		x.at -= int64(len(line))
	}
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(line, "WARC/1.") && !strings.HasPrefix(line, "WARC/0.1") {
		return nil, fmt.Errorf("not a WARC record: %.40q", line)
	}
	x.next = x.at + 1
	r, length, block, left := &Record{}, int64(-1), "", maxHeader
	for {
		if line, err = x.line(left); err != nil {
			return nil, notEOF(err)
		}
		left -= len(line)
		text := strings.TrimRight(line, "\r\n")
		if text == "" {
			break
		}
		if n := len(r.Fields); (text[0] == ' ' || text[0] == '\t') && n > 0 { // a folded line
			r.Fields[n-1].Value += " " + strings.TrimSpace(text)
			continue
		}
		name, value, _ := strings.Cut(text, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "":
		case "warc-type":
			r.Type = strings.ToLower(value)
		case "warc-record-id":
			r.ID = strings.Trim(value, "<>")
		case "warc-date":
			if r.Date, err = time.Parse(time.RFC3339Nano, value); err != nil {
				r.Date = time.Time{}
				r.Fields = append(r.Fields, Field{name, value})
			}
		case "content-length":
			if length, err = strconv.ParseInt(value, 10, 64); err != nil || length < 0 {
				return nil, fmt.Errorf("a record of the length %.40q", value)
			}
		default:
			if strings.EqualFold(name, "WARC-Block-Digest") {
				block = value
			}
			r.Fields = append(r.Fields, Field{name, value})
		}
	}
	if length < 0 {
		return nil, errors.New("a record without a length")
	}
	if length > foreignMost {
		if _, err := io.CopyN(io.Discard, x.r, length); err != nil {
			return nil, notEOF(err)
		}
		return nil, fmt.Errorf("%w: %s of %d octets, at most %d are taken", errPassed, r.ID, length, foreignMost)
	}
	var b bytes.Buffer // grows with what is there, not with what is said
	if _, err := io.CopyN(&b, x.r, length); err != nil {
		return nil, notEOF(err)
	}
	r.Block = b.Bytes()
	switch {
	case r.ID == "" || r.Date.IsZero():
		return nil, fmt.Errorf("%w: it has no id or no date", errPassed)
	case block != "" && !Matches(block, r.Block):
		return nil, fmt.Errorf("%w: %s: its block digest does not match", errPassed, r.ID)
	}
	return r, nil
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the file ends in a record: %w", io.ErrUnexpectedEOF)
	}
	return err
}

// line reads a line of bounded length.
func (x *Foreign) line(most int) (string, error) {
	var b []byte
	for {
		part, err := x.r.ReadSlice('\n')
		b = append(b, part...)
		switch {
		case len(b) > most:
			return "", errors.New("a header that is too long")
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(b) > 0:
			return string(b), nil
		default:
			return string(b), err
		}
	}
}
