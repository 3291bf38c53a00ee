package doc

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/internal/gridlines"
)

func TestCharacters(t *testing.T) {
	out := make([]rune, 5)
	decodeNarrow(out, []byte{'a', 0x93, 0x97, 0xE9, 0x81})
	if diff := cmp.Diff([]rune{'a', '“', '—', 'é', 0x81}, out); diff != "" {
		t.Error(diff)
	}
	out = make([]rune, 6)
	decodeWide(out, []byte{0x6C, 0x51, 0x3D, 0xD8, 0x00, 0xDE, 0x3D, 0xD8, 'x', 0}) // a pair, then a half alone; the last is missing
	if diff := cmp.Diff([]rune{'公', 0x1F600, 0, 0xFFFD, 'x', 0}, out); diff != "" {
		t.Error(diff)
	}
	gbk := []byte{'2', '4', 0xB9, 0xAB, 0xBF, 0xAA, 7, 0xBC}
	if !looksGBK(gbk[:7]) || looksGBK([]byte{0x93, 'a', 0x94}) || looksGBK([]byte{0xB9, 0xAB}) || looksGBK(gbk) {
		t.Error("GBK is not told from Latin text")
	}
	out = make([]rune, len(gbk))
	decodeGBK(out, gbk)
	if diff := cmp.Diff([]rune{'2', '4', '公', 0, '开', 0, 7, 0xBC}, out); diff != "" {
		t.Error(diff)
	}
}

func TestRowDefinitions(t *testing.T) {
	b := []byte{3, 0, 0, 100, 0, 200, 0, 44, 1}
	b = append(b, 0x60, 0)
	b = append(b, make([]byte, 18)...)
	b = append(b, 0x21, 0) // the others' flags: continues down and begins across; cut off
	r := &rowProps{}
	r.define(b)
	want := []gridlines.Cell{{Right: 100, Merge: gridlines.Restart}, {Left: 100, Right: 200, Merge: gridlines.Continue}, {Left: 200, Right: 300}}
	if diff := cmp.Diff(want, r.cells()); diff != "" {
		t.Fatal(diff)
	}
	r.merge(1, 3, true)
	r.mergeDown(0, 0)
	r.insert(3, 2, 50)
	r.resize(0, 1, 150)
	r.remove(1, 2)
	want = []gridlines.Cell{{Right: 150}, {Left: 150, Right: 250, Joined: true}, {Left: 250, Right: 300}, {Left: 300, Right: 350}}
	if diff := cmp.Diff(want, r.cells()); diff != "" {
		t.Error(diff)
	}
	r.insert(99, 1, 1)
	r.insert(0, 1000, 1)
	r.merge(-5, 99, false)
	r.mergeDown(99, 3)
	r.remove(90, 99)
	r.resize(3, 99, 50)
	if len(r.cells()) != 4 || (&rowProps{}).cells() != nil || (*rowProps)(nil).cells() != nil {
		t.Error("claims beyond the row have changed it")
	}
	for _, b := range [][]byte{nil, {9}, {2, 0, 0}} {
		e := &rowProps{}
		if e.define(b); e.cells() != nil {
			t.Errorf("%v defines %v", b, e.cells())
		}
	}
}

func TestNumbersOfLists(t *testing.T) {
	level := make([]byte, 28)
	level[0], level[4], level[24] = 3, 39, 2
	level = append(level, 0, 0)                          // a property list of two octets
	level = append(level, 3, 0, '(', 0, 0, 0, ')', 0, 9) // the label, and what follows
	l, size := readLevel(level)
	if l.Start != 3 || l.Format != "chineseCounting" || l.Text != "(%1)" || size != len(level)-1 {
		t.Errorf("%+v, %d octets of %d", l, size, len(level))
	}
	if _, size := readLevel(level[:20]); size != 0 {
		t.Error("a level cut off has a size")
	}
	for code, want := range map[byte]string{0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 14: "decimalFullWidth", 18: "decimalEnclosedCircle", 22: "decimalZero", 23: "bullet", 26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen", 29: "ideographEnclosedCircle", 255: "none"} {
		if got := numberFormat(code); got != want {
			t.Errorf("format %d: %s, want %s", code, got, want)
		}
	}
}
