package compose

import (
	"encoding/binary"
	"math"
	"strconv"
	"unicode/utf16"
)

// XLS is the report as a binary workbook of Excel 97 to 2003: shared strings over several records, numbers in the
// forms the format knows, totals as formulas with their cached results.
func (r *Report) XLS() []byte {
	names, grids := r.sheets()
	record := func(b []byte, kind uint16, body []byte) []byte {
		return append(le(b, kind, uint16(len(body))), body...)
	}
	bof := func(kind uint16) []byte {
		return le(nil, uint16(0x0600), kind, uint16(0), uint16(0), uint32(0), uint32(0))
	}
	shared := map[string]int{}
	var order []string
	total := 0
	for _, g := range grids {
		for _, c := range g.cells {
			if _, ok := shared[c.text]; !c.value && !ok {
				shared[c.text] = len(order)
				order = append(order, c.text)
			}
			total++
		}
	}
	head := record(nil, 0x809, bof(5))
	head = record(head, 0x42, le(nil, uint16(1200)))
	head = record(head, 0xE0, make([]byte, 20))
	places := make([]int, len(grids)) // where the sheets' offsets are to be written
	for i, n := range names {
		places[i] = len(head) + 4
		body := le(nil, uint32(0), uint8(0), uint8(0), uint8(len([]rune(n))), uint8(1))
		head = record(head, 0x85, append(body, wideBytes(n)...))
	}
	for i, body := range sharedStrings(order, total) {
		kind := uint16(0xFC)
		if i > 0 {
			kind = 0x3C
		}
		head = record(head, kind, body)
	}
	out := record(head, 0x0A, nil)
	for i, g := range grids {
		binary.LittleEndian.PutUint32(out[places[i]:], uint32(len(out)))
		out = record(out, 0x809, bof(0x10))
		merges := le(nil, uint16(0))
		count := 0
		for _, c := range g.cells {
			at := le(nil, uint16(c.r), uint16(c.c), uint16(0))
			v, err := strconv.ParseFloat(c.text, 64)
			switch {
			case !c.value:
				out = record(out, 0xFD, le(at, uint32(shared[c.text])))
			case err != nil: // a blank
			case c.c == g.width-1: // a formula: result, flags, the tokens of a number
				out = record(out, 0x06, le(at, v, uint16(0), uint32(0), uint16(9), uint8(0x1F), v))
			case v == math.Trunc(v) && math.Abs(v) < 1<<28:
				out = record(out, 0x27E, le(at, uint32(int32(v)<<2|2)))
			default:
				out = record(out, 0x203, le(at, v))
			}
			if c.rs > 1 || c.cs > 1 {
				merges = le(merges, uint16(c.r), uint16(c.r+c.rs-1), uint16(c.c), uint16(c.c+c.cs-1))
				count++
			}
		}
		binary.LittleEndian.PutUint16(merges, uint16(count))
		out = record(record(out, 0xE5, merges), 0x0A, nil)
	}
	return Compound([]Member{{"Workbook", out}})
}

func wideBytes(s string) []byte {
	return le(nil, utf16.Encode([]rune(s)))
}

// sharedStrings cuts the table of strings into records of 300 octets, within strings too: there the width is said anew.
func sharedStrings(list []string, total int) [][]byte {
	const limit = 300
	cur := le(nil, uint32(total), uint32(len(list)))
	var out [][]byte
	for _, s := range list {
		if len(cur) > limit-8 {
			out, cur = append(out, cur), nil
		}
		units := utf16.Encode([]rune(s))
		cur = le(cur, uint16(len(units)), uint8(1))
		for _, u := range units {
			if len(cur)+2 > limit {
				out, cur = append(out, cur), []byte{1}
			}
			cur = binary.LittleEndian.AppendUint16(cur, u)
		}
	}
	return append(out, cur)
}
