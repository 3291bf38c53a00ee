package doc

import (
	"fmt"

	"nianbao/document"
)

// Indices into FibRgFcLcb of the structures that are read, [MS-DOC] §2.5.5 and on.
const (
	fcStshf       = 1
	fcPlcfBteChpx = 12
	fcPlcfBtePapx = 13
	fcClx         = 33
	fcPlcSpaMom   = 40
	fcPlcfTxbxTxt = 56
	fcPlfLst      = 73
	fcPlfLfo      = 74
)

// fib is the part of the file information block that is of use.
type fib struct {
	tableStream string
	// encrypted, by a weak obfuscation or not; key is the size of the description.
	encrypted, obfuscated bool
	key                   int
	language              int
	// Characters of the parts of the text, which follow one another: body, footnotes, headers, comments, endnotes,
	// text boxes.
	body, notes, headers, comments, endnotes, boxes int
	locations                                       []byte
}

func readFIB(b []byte) (fib, error) {
	if len(b) < 154 || u16(b, 0) != 0xA5EC && u16(b, 0) != 0xA5DC {
		return fib{}, fmt.Errorf("doc: no file information block: %w", document.ErrMalformed)
	}
	if v := u16(b, 2); v < 0xC0 {
		return fib{}, fmt.Errorf("doc: file version %d, older than Word 97: %w", v, document.ErrUnsupported)
	}
	flags := u16(b, 10)
	f := fib{tableStream: "0Table", language: u16(b, 6), encrypted: flags&0x0100 != 0, obfuscated: flags&0x8000 != 0, key: u32(b, 14)}
	if flags&0x0200 != 0 {
		f.tableStream = "1Table"
	}
	at := 34 + 2*u16(b, 32) // csw words, then cslw double words, then the locations
	longs := at + 2
	at = longs + 4*u16(b, at)
	count := func(i int) int { return u32(b, longs+4*i) }
	f.body, f.notes, f.headers, f.comments, f.endnotes, f.boxes = count(3), count(4), count(5), count(7), count(8), count(9)
	f.locations = clip(b, at+2, 8*u16(b, at))
	return f, nil
}

// part is the structure at an index of the locations, within the table stream.
func (f *file) part(i int) []byte {
	return clip(f.table, u32(f.fib.locations, 8*i), u32(f.fib.locations, 8*i+4))
}
