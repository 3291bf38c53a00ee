// Package warc writes and reads WARC 1.1 (ISO 28500:2017): one gzip member a record, headers in a fixed order, every
// block with its sha256.
//
// In go records, out come octets and the other way round; the package knows no files and no network. The reader is
// strict: a record that ends early, whose digest does not match, or whose gzip member is damaged is an error with its
// offset, never a short record. Sizes are bounded.
package warc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Record types of WARC 1.1 §5.5 that this package is used with.
const (
	Warcinfo = "warcinfo"
	Request  = "request"
	Response = "response"
	Revisit  = "revisit"
	Metadata = "metadata"
	Resource = "resource"
)

// Profiles of revisit records (WARC 1.1 §6.7).
const (
	ProfileIdentical   = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	ProfileNotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
)

// A Field is one header line. Order is kept.
type Field struct{ Name, Value string }

// A Record is one WARC record. Type, ID and Date stand first in its header, then Fields, then the block's length and
// digest, which the writer computes.
type Record struct {
	Type   string
	ID     string // "urn:uuid:…"
	Date   time.Time
	Fields []Field
	Block  []byte
}

// Get returns the first field of a name, letter case aside.
func (r *Record) Get(name string) string {
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Add appends a field unless its value is empty. Line ends in a value, which would break the header, become blanks.
func (r *Record) Add(name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		r.Fields = append(r.Fields, Field{name, strings.Map(func(c rune) rune {
			if c == '\r' || c == '\n' {
				return ' '
			}
			return c
		}, value)})
	}
}

// Digest is the form in which WARC headers carry a sha256: in hex, which readers take by its length; base32 they would
// want padded.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// A Writer makes gzip members of records. It is kept for use again: its tables take some 800 KB.
type Writer struct {
	z *gzip.Writer
}

// level of compression: the one at which gzip's own default is met in size at half the time.
const level = 6

// Append adds a record to out as one gzip member and returns its header as it stands there, with the empty line.
func (w *Writer) Append(out *bytes.Buffer, r *Record) (header []byte, err error) {
	if w.z == nil {
		if w.z, err = gzip.NewWriterLevel(nil, level); err != nil {
			return nil, fmt.Errorf("warc: write: %w", err)
		}
	}
	header = Header(r)
	w.z.Reset(out)
	for _, part := range [][]byte{header, r.Block, recordEnd} {
		if _, err := w.z.Write(part); err != nil {
			return nil, fmt.Errorf("warc: write: %w", err)
		}
	}
	if err := w.z.Close(); err != nil {
		return nil, fmt.Errorf("warc: write: %w", err)
	}
	return header, nil
}

// Append writes a record as one gzip member and returns its length in octets.
func Append(w io.Writer, r *Record) (int64, error) {
	var out bytes.Buffer
	if _, err := new(Writer).Append(&out, r); err != nil {
		return 0, err
	}
	n, err := out.WriteTo(w)
	if err != nil {
		return n, fmt.Errorf("warc: write: %w", err)
	}
	return n, nil
}

var recordEnd = []byte("\r\n\r\n")

// Header is a record's header with the empty line behind it. A block digest that the record brings along, as one of another
// program does, is kept and ours stands beside it under a name of our own.
func Header(r *Record) []byte {
	var b bytes.Buffer
	b.WriteString("WARC/1.1\r\n")
	line := func(n, v string) { b.WriteString(n + ": " + v + "\r\n") }
	line("WARC-Type", r.Type)
	line("WARC-Record-ID", "<"+r.ID+">")
	line("WARC-Date", r.Date.UTC().Format(DateForm))
	for _, f := range r.Fields {
		line(f.Name, f.Value)
	}
	if r.Get("WARC-Block-Digest") == "" {
		line("WARC-Block-Digest", Digest(r.Block))
	} else {
		line("Nianbao-Block-Digest", Digest(r.Block))
	}
	line("Content-Length", fmt.Sprint(len(r.Block)))
	b.WriteString("\r\n")
	return b.Bytes()
}

// DateForm is how dates are written: UTC, in microseconds.
const DateForm = "2006-01-02T15:04:05.000000Z"

// Encode is a record as plain octets.
func Encode(r *Record) []byte {
	return append(append(Header(r), r.Block...), recordEnd...)
}
