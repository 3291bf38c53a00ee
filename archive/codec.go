package archive

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"
)

// Rows of the index are written field by field: numbers as varints, strings with their length before them, digests in hex
// as the octets they stand for. New fields go to the end; a row that ends early has them empty.

var errRow = errors.New("a row of another shape")

type encoder struct{ b []byte }

func (e *encoder) uint(n uint64)  { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) int(n int64)    { e.b = binary.AppendVarint(e.b, n) }
func (e *encoder) str(s string)   { e.uint(uint64(len(s))); e.b = append(e.b, s...) }
func (e *encoder) bytes(b []byte) { e.uint(uint64(len(b))); e.b = append(e.b, b...) }
func (e *encoder) bool(v bool) {
	if v {
		e.b = append(e.b, 1)
	} else {
		e.b = append(e.b, 0)
	}
}

// time writes microseconds; the zero time is its own value.
func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.int(0)
		return
	}
	n := t.UnixMicro()
	if n >= 0 {
		n++
	}
	e.int(n)
}

// digest writes a sha256 in hex as 32 octets, anything else as the string it is.
func (e *encoder) digest(s string) {
	if b, err := hex.DecodeString(s); err == nil && len(b) == 32 && hex.EncodeToString(b) == s {
		e.b = append(append(e.b, 1), b...)
		return
	}
	e.b = append(e.b, 0)
	e.str(s)
}

// tail writes a string by what it shares with the beginning of another.
func (e *encoder) tail(s, like string) {
	n := 0
	for n < len(s) && n < len(like) && s[n] == like[n] {
		n++
	}
	e.uint(uint64(n))
	e.str(s[n:])
}

type decoder struct {
	b   []byte
	err error
}

func (d *decoder) fail() { d.err, d.b = errRow, nil }

func (d *decoder) uint() uint64 {
	if len(d.b) == 0 {
		return 0
	}
	n, k := binary.Uvarint(d.b)
	if k <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[k:]
	return n
}

func (d *decoder) int() int64 {
	if len(d.b) == 0 {
		return 0
	}
	n, k := binary.Varint(d.b)
	if k <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[k:]
	return n
}

func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.fail()
		return nil
	}
	b := d.b[:n:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) str() string   { return string(d.take(d.uint())) }
func (d *decoder) bytes() []byte { return d.take(d.uint()) }

func (d *decoder) bool() bool {
	if len(d.b) == 0 {
		return false
	}
	return d.take(1)[0] == 1
}

func (d *decoder) time() time.Time {
	n := d.int()
	if n == 0 {
		return time.Time{}
	}
	if n > 0 {
		n--
	}
	return time.UnixMicro(n).UTC()
}

func (d *decoder) digest() string {
	if len(d.b) == 0 {
		return ""
	}
	if d.take(1)[0] == 1 {
		return hex.EncodeToString(d.take(32))
	}
	return d.str()
}

func (d *decoder) tail(like string) string {
	n := d.uint()
	rest := d.str()
	if n > uint64(len(like)) {
		d.fail()
		return ""
	}
	return like[:n] + rest
}
