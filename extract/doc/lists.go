package doc

import (
	"fmt"
	"strconv"
	"strings"

	"nianbao/extract/internal/numbering"
)

// lists counts the numbers of lists; a list is named by its place in the list of overrides, from 1.
type lists struct{ count *numbering.Counter }

// label is the number of the next paragraph of a list.
func (l *lists) label(list, level int) string {
	if list <= 0 || list == 0xF801 || level > 8 { // 0xF801: a list of an older format
		return ""
	}
	return l.count.Next(strconv.Itoa(list), level)
}

const maxLists = 10_000

// readLists reads the lists ([MS-DOC] §2.9.131, §2.9.147) and their overrides (§2.9.132).
func (f *file) readLists() *lists {
	out := &lists{numbering.New()}
	at := u32(f.fib.locations, 8*fcPlfLst)
	head := f.part(fcPlfLst)
	n := min(u16(head, 0), maxLists)
	levels := f.table[min(len(f.table), max(0, at+len(head))):] // the levels follow the part, uncounted
	for i := range n {
		lst := clip(head, 2+28*i, 28)
		if len(lst) < 28 {
			break
		}
		id, count := fmt.Sprint(u32(lst, 0)), 9
		if lst[26]&1 != 0 {
			count = 1
		}
		for lv := range count {
			l, size := readLevel(levels)
			if size == 0 {
				break
			}
			levels = levels[size:]
			out.count.Define(id, lv, l)
		}
	}
	lfo := f.part(fcPlfLfo)
	m := min(u32(lfo, 0), maxLists, len(lfo)/16)
	data := lfo[min(len(lfo), 4+16*m):]
	for i := range m {
		e := clip(lfo, 4+16*i, 16)
		if len(e) < 16 {
			break
		}
		name := strconv.Itoa(i + 1)
		out.count.Use(name, fmt.Sprint(u32(e, 0)))
		data = data[min(len(data), 4):]
		for range int(e[12]) {
			if len(data) < 8 {
				break
			}
			start, flags := u32(data, 0), u32(data, 4)
			data = data[8:]
			if flags&0x20 != 0 { // a level of its own: it counts as the definition does, from its start
				l, size := readLevel(data)
				data = data[size:]
				start = l.Start
			}
			if flags&0x10 != 0 {
				out.count.StartAt(name, flags&15, start)
			}
		}
	}
	return out
}

// readLevel reads one LVL and tells its size, 0 when there is none.
func readLevel(b []byte) (numbering.Level, int) {
	if len(b) < 30 {
		return numbering.Level{}, 0
	}
	at := 28 + int(b[24]) + int(b[25])
	chars := clip(b, at+2, 2*u16(b, at))
	var label strings.Builder
	for _, r := range wide(chars) {
		if r < 9 {
			fmt.Fprintf(&label, "%%%d", r+1)
		} else {
			label.WriteRune(r)
		}
	}
	return numbering.Level{Start: u32(b, 0), Format: numberFormat(b[4]), Text: label.String(), Bare: b[15] == 2, Legal: b[5]&4 != 0}, min(len(b), at+2+2*u16(b, at))
}

// numberFormat names a number format code ([MS-OSHARED] §2.2.1.3) as ECMA-376 does.
func numberFormat(nfc byte) string {
	switch nfc {
	case 1:
		return "upperRoman"
	case 2:
		return "lowerRoman"
	case 3:
		return "upperLetter"
	case 4:
		return "lowerLetter"
	case 10, 11, 33, 34, 35, 37, 39:
		return "chineseCounting"
	case 14:
		return "decimalFullWidth"
	case 18, 28:
		return "decimalEnclosedCircle"
	case 22:
		return "decimalZero"
	case 23:
		return "bullet"
	case 26:
		return "decimalEnclosedFullstop"
	case 27:
		return "decimalEnclosedParen"
	case 29:
		return "ideographEnclosedCircle"
	case 255:
		return "none"
	}
	return "decimal"
}
