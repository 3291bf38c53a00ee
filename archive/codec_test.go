package archive

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestCodecReadsWhatItWrites puts each kind of value between two others: it is read back, and nothing is left.
func TestCodecReadsWhatItWrites(t *testing.T) {
	hex := strings.Repeat("0f", 32)
	for _, tm := range []time.Time{{}, time.UnixMicro(0).UTC(), time.UnixMicro(1).UTC(), time.UnixMicro(-1).UTC(), t0} {
		for _, s := range []string{"", "年报", hex, strings.ToUpper(hex), hex[:62], hex + "00"} {
			for _, like := range []string{"", "年报", "年", hex + "x", "x"} {
				for _, n := range []int64{0, 1, -1, 1 << 62, -1 << 63} {
					e := &encoder{}
					e.time(tm)
					e.digest(s)
					e.tail(s, like)
					e.int(n)
					e.bool(n > 0)
					e.uint(uint64(n))
					e.str(s)
					e.bytes([]byte(s))
					e.id(s)
					d := &decoder{b: e.b}
					if got := d.time(); !got.Equal(tm) || got.IsZero() != tm.IsZero() {
						t.Fatalf("time %v, want %v", got, tm)
					}
					a, b, c, y, u, f := d.digest(), d.tail(like), d.int(), d.bool(), d.uint(), d.str()
					g, h := d.bytes(), d.id()
					if a != s || b != s || c != n || y != (n > 0) || u != uint64(n) || f != s || string(g) != s || h != s || d.err != nil || len(d.b) != 0 {
						t.Fatalf("%q like %q, %d: %q %q %d %v %d %q %q %q, %d left, error %v", s, like, n, a, b, c, y, u, f, g, h, len(d.b), d.err)
					}
				}
			}
		}
	}
}

// TestCodecForms states the octets of a row, which stored indexes have.
func TestCodecForms(t *testing.T) {
	for name, c := range map[string]struct {
		write func(*encoder)
		want  []byte
	}{
		"zero time":   {func(e *encoder) { e.time(time.Time{}) }, []byte{0}},
		"epoch":       {func(e *encoder) { e.time(time.UnixMicro(0)) }, []byte{2}},
		"before it":   {func(e *encoder) { e.time(time.UnixMicro(-1)) }, []byte{1}},
		"string":      {func(e *encoder) { e.str("ab") }, []byte{2, 'a', 'b'}},
		"tail":        {func(e *encoder) { e.tail("abc", "abd") }, []byte{2, 1, 'c'}},
		"tail of all": {func(e *encoder) { e.tail("ab", "abd") }, []byte{2, 0}},
		"no digest":   {func(e *encoder) { e.digest("ab") }, []byte{0, 2, 'a', 'b'}},
		"digest":      {func(e *encoder) { e.digest(strings.Repeat("01", 32)) }, append([]byte{1}, bytes.Repeat([]byte{1}, 32)...)},
		"uuid":        {func(e *encoder) { e.id("urn:uuid:01010101-0101-0101-0101-010101010101") }, bytes.Repeat([]byte{1}, 17)},
		"upper uuid":  {func(e *encoder) { e.id("urn:uuid:0A") }, append([]byte{0, 11}, "urn:uuid:0A"...)},
	} {
		e := &encoder{}
		if c.write(e); !bytes.Equal(e.b, c.want) {
			t.Errorf("%s: % x, want % x", name, e.b, c.want)
		}
	}
}

// TestCodecEndsEarly reads rows that end before a field, which has it empty, and rows that are no rows.
func TestCodecEndsEarly(t *testing.T) {
	d := &decoder{}
	if d.uint() != 0 || d.int() != 0 || d.str() != "" || len(d.bytes()) != 0 || d.bool() || !d.time().IsZero() || d.digest() != "" || d.id() != "" || d.tail("x") != "" || d.err != nil {
		t.Errorf("an empty row: error %v", d.err)
	}
	for name, c := range map[string]struct {
		row  []byte
		read func(*decoder)
	}{
		"string cut":     {[]byte{3, 'a', 'b'}, func(d *decoder) { d.str() }},
		"number cut":     {[]byte{0x80}, func(d *decoder) { d.uint() }},
		"signed cut":     {[]byte{0x80}, func(d *decoder) { d.int() }},
		"number too big": {bytes.Repeat([]byte{0xff}, 11), func(d *decoder) { d.uint() }},
		"digest cut":     {append([]byte{1}, make([]byte, 31)...), func(d *decoder) { d.digest() }},
		"id cut":         {append([]byte{1}, make([]byte, 15)...), func(d *decoder) { d.id() }},
		"tail past it":   {[]byte{3, 0}, func(d *decoder) { d.tail("ab") }},
		"no place":       {nil, func(d *decoder) { d.place() }},
	} {
		d := &decoder{b: c.row}
		if c.read(d); d.err != errRow || len(d.b) != 0 {
			t.Errorf("%s: error %v, %d octets left", name, d.err, len(d.b))
		}
	}
}
