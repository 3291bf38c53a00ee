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
	s, _ := r.rich()
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
		s, ok := r.rich()
		if !ok {
			break // fewer than promised: cells that point beyond stay empty
		}
		x.strings = append(x.strings, s)
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

// rich reads an XLUnicodeRichExtendedString ([MS-XLS] §2.5.293) without its runs and phonetic guides.
func (r *reader) rich() (string, bool) {
	if !r.fill() {
		return "", false
	}
	n, flags, runs, phonetic := r.u16(), r.octet(), 0, 0
	if flags&8 != 0 {
		runs = r.u16()
	}
	if flags&4 != 0 {
		phonetic = r.u16() | r.u16()<<16
	}
	s := r.chars(n, flags&1 != 0)
	r.skip(4*runs + phonetic)
	return s, true
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
