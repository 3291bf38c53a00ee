package pdf

import (
	"encoding/binary"
	"slices"
	"sort"
	"unicode/utf16"
)

// A cmap maps codes of a string to something: a CMap of an encoding to CIDs, a ToUnicode map to text.
type cmap struct {
	spaces []codespace
	single map[uint32]string // bfchar
	ranges []codeRange       // sorted by lo
	cids   map[uint32]uint32 // cidchar
	cidrs  []cidRange
	wmode  int
}

// A codespace says how many bytes a code has that begins within it.
type codespace struct {
	n      int
	lo, hi uint32
}

type codeRange struct {
	lo, hi uint32
	text   []uint16 // of lo; the last unit counts up
}

type cidRange struct{ lo, hi, cid uint32 }

// maxMapped bounds the entries of one map.
const maxMapped = 200_000

func code(b []byte) uint32 {
	v := uint32(0)
	for _, c := range b[:min(len(b), 4)] {
		v = v<<8 | uint32(c)
	}
	return v
}

func units(b []byte) []uint16 {
	if len(b) == 1 {
		return []uint16{uint16(b[0])}
	}
	out := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		out = append(out, binary.BigEndian.Uint16(b))
	}
	return out
}

// parseCMap reads a CMap program. It is no PostScript interpreter: it looks for the operators that carry entries.
func parseCMap(b []byte) *cmap {
	m := &cmap{single: map[uint32]string{}, cids: map[uint32]uint32{}}
	x := lexer{b: b}
	var stack []obj
	for {
		o := x.object(false)
		if o.k == end {
			break
		}
		if o.k != keyword {
			if stack = append(stack, o); len(stack) > 4*maxMapped {
				break
			}
			continue
		}
		switch string(o.s) {
		case "endcodespacerange":
			for i := 0; i+1 < len(stack); i += 2 {
				lo, hi := stack[i], stack[i+1]
				if lo.k == text && hi.k == text && len(hi.s) >= 1 && len(hi.s) <= 4 && len(m.spaces) < 100 {
					m.spaces = append(m.spaces, codespace{len(hi.s), code(lo.s), code(hi.s)})
				}
			}
		case "endbfchar":
			for i := 0; i+1 < len(stack) && len(m.single) < maxMapped; i += 2 {
				if stack[i].k == text && stack[i+1].k == text {
					m.single[code(stack[i].s)] = string(utf16.Decode(units(stack[i+1].s)))
				}
			}
		case "endbfrange":
			m.bfRanges(stack)
		case "endcidchar":
			for i := 0; i+1 < len(stack) && len(m.cids) < maxMapped; i += 2 {
				if stack[i].k == text && stack[i+1].k == number {
					m.cids[code(stack[i].s)] = uint32(stack[i+1].f)
				}
			}
		case "endcidrange":
			for i := 0; i+2 < len(stack) && len(m.cidrs) < maxMapped; i += 3 {
				if stack[i].k == text && stack[i+1].k == text && stack[i+2].k == number {
					m.cidrs = append(m.cidrs, cidRange{code(stack[i].s), code(stack[i+1].s), uint32(stack[i+2].f)})
				}
			}
		case "def":
			if n := len(stack); n >= 2 && stack[n-2].name() == "WMode" && stack[n-1].f == 1 {
				m.wmode = 1
			}
		}
		stack = stack[:0]
	}
	m.heal()
	sort.SliceStable(m.ranges, func(i, j int) bool { return m.ranges[i].lo < m.ranges[j].lo })
	sort.SliceStable(m.cidrs, func(i, j int) bool { return m.cidrs[i].lo < m.cidrs[j].lo })
	return m
}

// heal mends entries that a distiller spoilt, which then name signs of Latin-1 (三 as "O", 公 as "|"): where codes follow the order of Unicode,
// as glyphs of Chinese fonts do, and the mapped neighbours on both sides lie equally far from their characters, what
// lies between lies there too.
func (m *cmap) heal() {
	type pair struct {
		code uint32
		r    rune
		at   int // index of its range, -1: single
	}
	var list []pair
	for i, r := range m.ranges {
		if r.lo == r.hi && len(r.text) == 1 {
			list = append(list, pair{r.lo, rune(r.text[0]), i})
		}
	}
	for c, s := range m.single {
		if r := []rune(s); len(r) == 1 {
			list = append(list, pair{c, r[0], -1})
		}
	}
	slices.SortFunc(list, func(a, b pair) int { return int(a.code) - int(b.code) })
	han := func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }
	before := -1
	for i, p := range list {
		if han(p.r) {
			before = i
			continue
		}
		if p.r > 0xff || before < 0 {
			continue
		}
		after := i + 1
		for after < len(list) && !han(list[after].r) && after < i+200 {
			after++
		}
		if after == len(list) || !han(list[after].r) {
			continue
		}
		delta := list[before].r - rune(list[before].code)
		if delta != list[after].r-rune(list[after].code) {
			continue
		}
		if p.at >= 0 {
			m.ranges[p.at].text = []uint16{uint16(delta + rune(p.code))}
		} else {
			m.single[p.code] = string(delta + rune(p.code))
		}
	}
}

func (m *cmap) bfRanges(stack []obj) {
	for i := 0; i+2 < len(stack) && len(m.ranges) < maxMapped; i += 3 {
		lo, hi, to := stack[i], stack[i+1], stack[i+2]
		if lo.k != text || hi.k != text {
			continue
		}
		a, z := code(lo.s), code(hi.s)
		switch to.k {
		case text:
			if u := units(to.s); len(u) > 0 && z >= a {
				m.ranges = append(m.ranges, codeRange{a, z, u})
			}
		case array:
			for k, e := range to.a {
				if e.k == text && uint64(a)+uint64(k) <= uint64(z) && len(m.single) < maxMapped {
					m.single[a+uint32(k)] = string(utf16.Decode(units(e.s)))
				}
			}
		}
	}
}

// text is what a code means; false when the map does not say.
func (m *cmap) text(c uint32) (string, bool) {
	if s, ok := m.single[c]; ok {
		return s, true
	}
	i := sort.Search(len(m.ranges), func(i int) bool { return m.ranges[i].lo > c })
	if i > 0 && c <= m.ranges[i-1].hi {
		r := m.ranges[i-1]
		u := append([]uint16(nil), r.text...)
		u[len(u)-1] += uint16(c - r.lo)
		return string(utf16.Decode(u)), true
	}
	return "", false
}

// cid is the glyph selector of a code.
func (m *cmap) cid(c uint32) (uint32, bool) {
	if v, ok := m.cids[c]; ok {
		return v, true
	}
	i := sort.Search(len(m.cidrs), func(i int) bool { return m.cidrs[i].lo > c })
	if i > 0 && c <= m.cidrs[i-1].hi {
		return m.cidrs[i-1].cid + c - m.cidrs[i-1].lo, true
	}
	return 0, false
}

// length is how many bytes the first code of b has.
func (m *cmap) length(b []byte) int {
	for n := 1; n <= 4 && n <= len(b); n++ {
		for _, s := range m.spaces {
			if s.n == n && within(b[:n], s) {
				return n
			}
		}
	}
	shortest := 4
	for _, s := range m.spaces {
		shortest = min(shortest, s.n)
	}
	if len(m.spaces) == 0 {
		shortest = 2
	}
	return min(len(b), shortest)
}

// within compares byte by byte, as codespace ranges are boxes.
func within(b []byte, s codespace) bool {
	for i := range b {
		shift := 8 * (s.n - 1 - i)
		if b[i] < byte(s.lo>>shift) || b[i] > byte(s.hi>>shift) {
			return false
		}
	}
	return true
}
