package pdf

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// embedded learns from the font program what glyphs mean, for fonts that no map explains: a TrueType or OpenType font
// may still hold its cmap, a CFF or Type 1 font the names of its glyphs.
func (f *font) embedded(desc value, m *meter) error {
	for _, key := range []string{"FontFile2", "FontFile3", "FontFile"} {
		file := desc.key(key)
		if file.kind() != dict {
			continue
		}
		b, rest, _, err := decoded(file, m)
		if err != nil {
			return err
		}
		if rest != "" || len(b) < 12 {
			return nil
		}
		f.glyphs = map[uint32]string{}
		switch {
		case string(b[:4]) == "OTTO" || string(b[:4]) == "true" || binary.BigEndian.Uint32(b) == 0x10000:
			f.sfnt(b)
		case b[0] == 1 && key == "FontFile3":
			if c, ok := parseCFF(b); ok {
				f.cffText(c)
			}
		case bytes.HasPrefix(b, []byte("%!")):
			f.type1(b)
		}
		return nil
	}
	return nil
}

// sfnt reads the cmap table backwards: the character of each glyph. With a CFF table of CIDs inside, glyphs are renamed
// to CIDs, by which strings call them.
func (f *font) sfnt(b []byte) {
	tables := sfntTables(b)
	byGlyph := map[uint32]rune{}
	symbolic := map[byte]uint32{} // glyphs by code in a symbol or Macintosh table
	t := tables["cmap"]
	if len(t) < 4 {
		return
	}
	for i := range min(int(binary.BigEndian.Uint16(t[2:])), 50) {
		if 12+8*i > len(t) {
			break
		}
		e := t[4+8*i:]
		platform, enc, off := binary.BigEndian.Uint16(e), binary.BigEndian.Uint16(e[2:]), int(binary.BigEndian.Uint32(e[4:]))
		if off < 0 || off >= len(t) {
			continue
		}
		unicode := platform == 0 && enc != 5 || platform == 3 && (enc == 1 || enc == 10)
		subtable(t[off:], func(c, g uint32) {
			switch {
			case g == 0:
			case unicode:
				if old, ok := byGlyph[g]; !ok || better(rune(c), old) {
					byGlyph[g] = rune(c)
				}
			case c&0xff == c || c&0xff00 == 0xf000:
				symbolic[byte(c)] = g
			}
		})
	}
	var c *cff
	if t := tables["CFF "]; t != nil {
		c, _ = parseCFF(t)
	}
	for g, r := range byGlyph {
		id := g
		if c != nil && c.cid && int(g) < len(c.charset) {
			id = uint32(c.charset[g])
		}
		f.glyphs[id] = string(r)
	}
	if !f.composite { // codes of a simple font, by way of its glyphs
		out := map[uint32]string{}
		for code, g := range symbolic {
			if r, ok := byGlyph[g]; ok {
				out[uint32(code)] = string(r)
			}
		}
		f.glyphs = out
	}
}

// better prefers the common one of two characters that share a glyph.
func better(c, old rune) bool {
	weight := func(r rune) int {
		switch {
		case r >= 0x4e00 && r <= 0x9fff, r >= 0x20 && r < 0x7f:
			return 0
		case r >= 0x2e80 && r <= 0x2fdf, r >= 0xf900 && r <= 0xfaff, r >= 0xe000 && r <= 0xf8ff, r > 0xffff:
			return 2
		}
		return 1
	}
	if a, b := weight(c), weight(old); a != b {
		return a < b
	}
	return c < old
}

func sfntTables(b []byte) map[string][]byte {
	out := map[string][]byte{}
	for i := range min(int(binary.BigEndian.Uint16(b[4:])), 100) {
		at := 12 + 16*i
		if at+16 > len(b) {
			break
		}
		off, n := uint64(binary.BigEndian.Uint32(b[at+8:])), uint64(binary.BigEndian.Uint32(b[at+12:]))
		if off <= uint64(len(b)) {
			out[string(b[at:at+4])] = b[off:min(off+n, uint64(len(b)))]
		}
	}
	return out
}

// subtable calls yield for each pair of a code and its glyph, at most a Unicode plane and a half of them.
func subtable(t []byte, yield func(code, glyph uint32)) {
	u16 := func(i int) uint32 {
		if i < 0 || i+2 > len(t) {
			return 0
		}
		return uint32(binary.BigEndian.Uint16(t[i:]))
	}
	u32 := func(i int) uint32 {
		if i < 0 || i+4 > len(t) {
			return 0
		}
		return binary.BigEndian.Uint32(t[i:])
	}
	budget := 100_000
	switch u16(0) {
	case 0:
		for c := range uint32(256) {
			if 6+int(c) < len(t) {
				yield(c, uint32(t[6+c]))
			}
		}
	case 4:
		n := int(u16(6) / 2)
		for s := range n {
			last, first := u16(14+2*s), u16(16+2*n+2*s)
			delta, ro := u16(16+4*n+2*s), int(u16(16+6*n+2*s))
			for c := first; c <= last && c < 0xffff && budget > 0; c++ {
				budget--
				g := c + delta
				if ro != 0 {
					if g = u16(16 + 6*n + 2*s + ro + 2*int(c-first)); g != 0 {
						g += delta
					}
				}
				yield(c, g&0xffff)
			}
		}
	case 6:
		first := u16(6)
		for i := range u16(8) {
			yield(first+i, u16(10+2*int(i)))
		}
	case 12:
		for i := range min(int(u32(12)), len(t)/12) {
			first, last, g := u32(16+12*i), u32(20+12*i), u32(24+12*i)
			for c := first; c <= last && c < 0x110000 && budget > 0; c++ {
				budget--
				yield(c, g+c-first)
			}
		}
	}
}

// A cff is what a compact font says about its glyphs: their CIDs, or their names.
type cff struct {
	cid      bool
	ordering string
	charset  []uint16 // by glyph
	strings  [][]byte
	encoding map[byte]int // glyph by code
}

// cffIndex reads an INDEX structure and returns what follows it.
func cffIndex(b []byte) (items [][]byte, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if n == 0 {
		return nil, b[2:], true
	}
	if len(b) < 3 {
		return nil, nil, false
	}
	size := int(b[2])
	if size < 1 || size > 4 || 3+size*(n+1) > len(b) {
		return nil, nil, false
	}
	at := func(i int) int {
		v := 0
		for _, c := range b[3+size*i : 3+size*(i+1)] {
			v = v<<8 | int(c)
		}
		return v
	}
	data := b[3+size*(n+1)-1:]
	for i := range n {
		lo, hi := at(i), at(i+1)
		if lo < 1 || hi < lo || hi > len(data) {
			return nil, nil, false
		}
		items = append(items, data[lo:hi])
	}
	return items, data[at(n):], true
}

// cffDict reads the operators that matter of a DICT.
func cffDict(b []byte) map[int][]int {
	out := map[int][]int{}
	var args []int
	for i := 0; i < len(b); i++ {
		c := int(b[i])
		switch {
		case c <= 21:
			if c == 12 && i+1 < len(b) {
				i++
				c = 1200 + int(b[i])
			}
			out[c] = slices.Clone(args)
			args = args[:0]
		case c == 28 && i+2 < len(b):
			args = append(args, int(int16(binary.BigEndian.Uint16(b[i+1:]))))
			i += 2
		case c == 29 && i+4 < len(b):
			args = append(args, int(int32(binary.BigEndian.Uint32(b[i+1:]))))
			i += 4
		case c == 30:
			for i++; i < len(b) && b[i]&0x0f != 0x0f && b[i]>>4 != 0x0f; i++ {
			}
			args = append(args, 0)
		case c >= 32 && c <= 246:
			args = append(args, c-139)
		case c >= 247 && c <= 250 && i+1 < len(b):
			args = append(args, (c-247)*256+int(b[i+1])+108)
			i++
		case c >= 251 && c <= 254 && i+1 < len(b):
			args = append(args, -(c-251)*256-int(b[i+1])-108)
			i++
		}
	}
	return out
}

func parseCFF(b []byte) (*cff, bool) {
	if len(b) < 4 || int(b[2]) > len(b) {
		return nil, false
	}
	_, rest, ok := cffIndex(b[b[2]:])
	if !ok {
		return nil, false
	}
	tops, rest, ok := cffIndex(rest)
	if !ok || len(tops) == 0 {
		return nil, false
	}
	c := &cff{encoding: map[byte]int{}}
	if c.strings, _, ok = cffIndex(rest); !ok {
		return nil, false
	}
	top := cffDict(tops[0])
	if ros := top[1230]; len(ros) == 3 {
		c.cid = true
		c.ordering = c.sid(ros[1])
	}
	n := 0
	if cs := top[17]; len(cs) == 1 && cs[0] > 0 && cs[0]+2 <= len(b) {
		n = int(binary.BigEndian.Uint16(b[cs[0]:]))
	}
	c.charset = make([]uint16, 1, n+1)
	if at := top[15]; len(at) == 1 && at[0] > 2 && at[0] < len(b) {
		c.readCharset(b[at[0]:], n)
	} else {
		for i := 1; i < n; i++ {
			c.charset = append(c.charset, uint16(i))
		}
	}
	if at := top[16]; len(at) == 1 && at[0] > 1 && at[0]+2 < len(b) {
		c.readEncoding(b[at[0]:])
	}
	return c, true
}

func (c *cff) readCharset(b []byte, n int) {
	format := b[0]
	b = b[1:]
	for len(c.charset) < n {
		if format == 0 {
			if len(b) < 2 {
				return
			}
			c.charset = append(c.charset, binary.BigEndian.Uint16(b))
			b = b[2:]
			continue
		}
		step := 2 + int(format)
		if format > 2 || len(b) < step {
			return
		}
		first, left := binary.BigEndian.Uint16(b), int(b[2])
		if format == 2 {
			left = int(binary.BigEndian.Uint16(b[2:]))
		}
		for i := 0; i <= left && len(c.charset) < n; i++ {
			c.charset = append(c.charset, first+uint16(i))
		}
		b = b[step:]
	}
}

func (c *cff) readEncoding(b []byte) {
	n := int(b[1])
	switch b[0] & 0x7f {
	case 0:
		for i := 0; i < n && 2+i < len(b); i++ {
			c.encoding[b[2+i]] = i + 1
		}
	case 1:
		g := 1
		for i := 0; i < n && 3+2*i < len(b); i++ {
			for k := 0; k <= int(b[3+2*i]); k++ {
				c.encoding[b[2+2*i]+byte(k)] = g
				g++
			}
		}
	}
}

// sid is a string by its number. The first 391 are standard; of them the ASCII glyphs, in order from 1, matter here.
func (c *cff) sid(i int) string {
	const standard = 391
	switch {
	case i >= standard && i-standard < len(c.strings):
		return string(c.strings[i-standard])
	case i >= 1 && i <= 95:
		return string(rune(i + 0x1f))
	}
	return ""
}

// cffText notes the text of each glyph, by CID or, in a simple font, by code.
func (f *font) cffText(c *cff) {
	if c.cid {
		if f.collect == nil {
			f.collect = collectionOf(c.ordering)
		}
		return
	}
	for g := 1; g < len(c.charset); g++ {
		name := c.sid(int(c.charset[g]))
		s := name
		if len(name) > 1 {
			s = glyphText(name)
		}
		if s == "" {
			continue
		}
		if f.composite {
			f.glyphs[uint32(g)] = s
		}
	}
	for code, g := range c.encoding {
		if g < len(c.charset) {
			name := c.sid(int(c.charset[g]))
			if len(name) > 1 {
				name = glyphText(name)
			}
			if name != "" {
				f.glyphs[uint32(code)] = name
			}
		}
	}
}

// type1 reads the encoding vector in the clear part of a Type 1 font: "dup 65 /A put".
func (f *font) type1(b []byte) {
	clear, _, _ := bytes.Cut(b, []byte("eexec"))
	at := bytes.Index(clear, []byte("/Encoding"))
	if at < 0 {
		return
	}
	x := lexer{b: clear, i: at + len("/Encoding")}
	var last [2]obj
	for range 5000 {
		o := x.object(false)
		if o.k == end || o.is("def") || o.is("readonly") {
			return
		}
		if o.is("put") && last[0].k == number && last[1].k == symbol {
			if s := glyphText(last[1].name()); s != "" {
				f.glyphs[uint32(last[0].f)] = s
			}
		}
		last[0], last[1] = last[1], o
	}
}
