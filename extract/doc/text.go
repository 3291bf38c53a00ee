package doc

import (
	"fmt"
	"sort"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/document"
)

// piece is a run of text that lies in one place of the file.
type piece struct {
	cp, end int // character positions
	fc      int // offset in the stream WordDocument
	width   int // octets a character: 1 or 2
	grpprl  []byte
}

// text is all text by character position. A position whose rune is 0 shows nothing.
type text struct {
	pieces []piece
	chars  []rune
}

// readText follows the piece table.
func (f *file) readText() (*text, error) {
	prcs, plc := f.clx()
	n := (len(plc) - 4) / 12
	if n < 1 {
		return nil, fmt.Errorf("doc: no piece table: %w", document.ErrMalformed)
	}
	t := &text{}
	for i := range n {
		cp, end := u32(plc, 4*i), u32(plc, 4*i+4)
		if i == 0 && cp != 0 || end < cp {
			return nil, fmt.Errorf("doc: piece table out of order: %w", document.ErrMalformed)
		}
		if end > f.opt.MaxChars {
			return nil, fmt.Errorf("doc: %d characters: %w", end, document.ErrTooLarge)
		}
		pcd := 4*(n+1) + 8*i
		p := piece{cp: cp, end: end, fc: u32(plc, pcd+2), width: 2}
		if p.fc&0x40000000 != 0 {
			p.fc, p.width = (p.fc&0x3FFFFFFF)/2, 1
		}
		if prm := u16(plc, pcd+6); prm&1 != 0 && prm>>1 < len(prcs) {
			p.grpprl = prcs[prm>>1]
		}
		t.pieces = append(t.pieces, p)
		raw := clip(f.main, p.fc, (end-cp)*p.width)
		part := make([]rune, end-cp)
		if p.width == 2 {
			decodeWide(part, raw)
		} else if f.chinese() && looksGBK(raw) {
			decodeGBK(part, raw)
		} else {
			decodeNarrow(part, raw)
		}
		t.chars = append(t.chars, part...)
	}
	return t, nil
}

// clx parts the property lists from the piece table, [MS-DOC] §2.9.38.
func (f *file) clx() (prcs [][]byte, plc []byte) {
	b := f.part(fcClx)
	for len(b) >= 3 {
		switch b[0] {
		case 1:
			n := u16(b, 1)
			prcs = append(prcs, clip(b, 3, n))
			b = b[min(len(b), 3+n):]
		case 2:
			return prcs, clip(b, 5, u32(b, 1))
		default:
			return prcs, nil
		}
	}
	return prcs, nil
}

// chinese reports whether the file's language is one that writes GBK.
func (f *file) chinese() bool { return f.fib.language&0x3FF == 0x04 }

func decodeWide(out []rune, raw []byte) {
	for i := 0; i < len(out) && 2*i+2 <= len(raw); i++ {
		c := rune(u16(raw, 2*i))
		if utf16.IsSurrogate(c) {
			if i+1 < len(out) {
				if r := utf16.DecodeRune(c, rune(u16(raw, 2*i+2))); r != 0xFFFD {
					out[i] = r
					i++ // the second half shows nothing
					continue
				}
			}
			c = 0xFFFD
		}
		out[i] = c
	}
}

// narrow is what [MS-DOC] §2.9.73 puts in place of the octets 0x82 to 0x9F; the rest is Latin-1.
var narrow = map[byte]rune{0x82: 0x201A, 0x83: 0x0192, 0x84: 0x201E, 0x85: 0x2026, 0x86: 0x2020, 0x87: 0x2021, 0x88: 0x02C6, 0x89: 0x2030, 0x8A: 0x0160,
	0x8B: 0x2039, 0x8C: 0x0152, 0x91: 0x2018, 0x92: 0x2019, 0x93: 0x201C, 0x94: 0x201D, 0x95: 0x2022, 0x96: 0x2013, 0x97: 0x2014, 0x98: 0x02DC, 0x99: 0x2122,
	0x9A: 0x0161, 0x9B: 0x203A, 0x9C: 0x0153, 0x9F: 0x0178}

func decodeNarrow(out []rune, raw []byte) {
	for i, b := range raw[:min(len(raw), len(out))] {
		if r, ok := narrow[b]; ok {
			out[i] = r
		} else {
			out[i] = rune(b)
		}
	}
}

// looksGBK reports whether all octets above ASCII pair up as characters of GB 2312, and there are some: writers that
// store Chinese text in octets do so against the letter of the format.
func looksGBK(raw []byte) bool {
	pairs := 0
	for i := 0; i < len(raw); i++ {
		if raw[i] < 0x80 {
			continue
		}
		if raw[i] < 0xA1 || raw[i] > 0xF7 || i+1 >= len(raw) || raw[i+1] < 0xA1 {
			return false
		}
		pairs++
		i++
	}
	return pairs > 1
}

// decodeGBK keeps one position an octet: the second of a pair shows nothing.
func decodeGBK(out []rune, raw []byte) {
	dec := simplifiedchinese.GBK.NewDecoder()
	for i := 0; i < len(raw) && i < len(out); i++ {
		if raw[i] < 0x80 || i+1 >= len(raw) {
			out[i] = rune(raw[i])
			continue
		}
		s, err := dec.Bytes(raw[i : i+2])
		if r := []rune(string(s)); err == nil && len(r) == 1 {
			out[i] = r[0]
		} else {
			out[i] = 0xFFFD
		}
		i++
	}
}

// at is the piece that holds a character position.
func (t *text) at(cp int) *piece {
	i := sort.Search(len(t.pieces), func(i int) bool { return t.pieces[i].end > cp })
	if i == len(t.pieces) {
		return nil
	}
	return &t.pieces[i]
}

// offset is where in the file the character at cp lies.
func (p *piece) offset(cp int) int { return p.fc + (cp-p.cp)*p.width }
