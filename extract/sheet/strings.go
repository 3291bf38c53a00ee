package sheet

import (
	"fmt"
	"unicode/utf16"

	"nianbao/document"
)

// short reads a string whose length is one octet, as sheet names are.
func (x *xls) short(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if x.old {
		return x.octets(clip(b, 1, int(b[0])))
	}
	r := reader{chunks: [][]byte{tail(b, 1)}}
	return r.chars(int(b[0]), r.octet()&1 != 0)
}

// long reads a string whose length is two octets.
func long(b []byte) string {
	r := reader{chunks: [][]byte{b}}
	s, _, _ := r.rich()
	return s
}

// sharedStrings reads the table of strings, which goes on over several records.
func (x *xls) sharedStrings(chunks [][]byte) error {
	n := u32(chunks[0], 4)
	r := reader{chunks: chunks}
	r.skip(8)
	for i := range n {
		if i&0xFFF == 0 && x.ctx.Err() != nil {
			return fmt.Errorf("sheet: %w", document.ErrDeadline)
		}
		s, runs, ok := r.rich()
		if !ok {
			break // fewer than promised: cells that point beyond stay empty
		}
		x.strings = append(x.strings, x.runs(s, runs))
	}
	return nil
}

// reader reads octets over the borders of records.
type reader struct {
	chunks [][]byte
	at     int
}

// fill moves to the next chunk when this one is read; false at the end.
func (r *reader) fill() bool {
	for len(r.chunks) > 0 && r.at >= len(r.chunks[0]) {
		r.chunks, r.at = r.chunks[1:], 0
	}
	return len(r.chunks) > 0
}

func (r *reader) octet() int {
	if !r.fill() {
		return 0
	}
	r.at++
	return int(r.chunks[0][r.at-1])
}

func (r *reader) u16() int { return r.octet() | r.octet()<<8 }

func (r *reader) skip(n int) {
	for n > 0 && r.fill() {
		k := min(n, len(r.chunks[0])-r.at)
		r.at += k
		n -= k
	}
}

// run is where a font of its own begins in a string, in UTF-16 units.
type run struct{ at, font int }

// rich reads an XLUnicodeRichExtendedString ([MS-XLS] §2.5.293) without its phonetic guides.
func (r *reader) rich() (string, []run, bool) {
	if !r.fill() {
		return "", nil, false
	}
	n, flags, count, phonetic := r.u16(), r.octet(), 0, 0
	if flags&8 != 0 {
		count = r.u16()
	}
	if flags&4 != 0 {
		phonetic = r.u16() | r.u16()<<16
	}
	s := r.chars(n, flags&1 != 0)
	var runs []run
	for range min(count, n) {
		if !r.fill() {
			break
		}
		runs = append(runs, run{r.u16(), r.u16()})
	}
	r.skip(4*max(0, count-n) + phonetic)
	return s, runs, true
}

// runs parts a string at its runs.
func (x *xls) runs(s string, runs []run) rich {
	if len(runs) == 0 {
		return plainText(s)
	}
	units := utf16.Encode([]rune(s))
	var out rich
	from := 0
	var own *font
	for _, r := range append(runs, run{at: len(units)}) {
		if at := min(max(from, r.at), len(units)); at > from {
			out.runs = append(out.runs, piece{string(utf16.Decode(units[from:at])), own})
			from = at
		}
		if f, ok := x.font(r.font); ok {
			own = &f
		} else {
			own = nil
		}
	}
	return out
}

// chars reads n characters; where a string goes on in the next record, its width is said anew.
func (r *reader) chars(n int, wide bool) string {
	var units []uint16
	for len(units) < n {
		if len(r.chunks) == 0 {
			break
		}
		if r.at >= len(r.chunks[0]) {
			if !r.fill() {
				break
			}
			if len(units) > 0 {
				wide = r.octet()&1 != 0
			}
			continue
		}
		if wide {
			units = append(units, uint16(r.u16()))
		} else {
			units = append(units, uint16(r.octet()))
		}
	}
	return string(utf16.Decode(units))
}
