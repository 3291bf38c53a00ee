package sheet

import (
	"context"
	"fmt"

	"nianbao/document"
	"nianbao/extract/internal/cfb"
)

// The records that are read, [MS-XLS] §2.3.
const (
	recFormula    = 0x06
	recEOF        = 0x0A
	recDateMode   = 0x22
	recFilePass   = 0x2F
	recContinue   = 0x3C
	recCodePage   = 0x42
	recBoundSheet = 0x85
	recMulRK      = 0xBD
	recRString    = 0xD6
	recXF         = 0xE0
	recMergeCells = 0xE5
	recSST        = 0xFC
	recLabelSST   = 0xFD
	recNumber     = 0x203
	recLabel      = 0x204
	recBoolErr    = 0x205
	recString     = 0x207
	recRK         = 0x27E
	recBOF        = 0x809
	recFormat     = 0x41E
	recFormat5    = 0x1E
)

// xls is a binary workbook being read.
type xls struct {
	book
	ctx      context.Context
	stream   []byte
	old      bool // Excel 5 and 95: strings are octets in a code page
	codepage int
	strings  []string
	codes    map[int]string // number formats
	xf       []int          // the number format of each style
	from1904 bool
	bound    []boundSheet
}

type boundSheet struct {
	at   int
	name string
}

// ReadXLS reads a binary workbook.
func ReadXLS(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	c, err := cfb.Open(data)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	if c.Encrypted() {
		return nil, fmt.Errorf("sheet: %w", document.ErrEncrypted)
	}
	var stream []byte
	for _, name := range []string{"Workbook", "WORKBOOK", "Book", "BOOK"} {
		if stream == nil {
			stream = c.Stream(name)
		}
	}
	if stream == nil {
		return nil, fmt.Errorf("sheet: no stream Workbook: %w", document.ErrUnsupported)
	}
	x := &xls{book: book{opt: opt.defaults()}, ctx: ctx, stream: stream, codes: map[int]string{}}
	if err := x.globals(); err != nil {
		return nil, err
	}
	for _, b := range x.bound {
		if len(x.sheets) == maxSheets {
			break
		}
		if err := x.sheet(b); err != nil {
			return nil, err
		}
	}
	d, err := x.document(XLS, "xls")
	if d != nil && c.CutOff {
		d.AddFlag(document.FlagTruncated)
	}
	return d, err
}

// record is the record at an offset and where the next one is; ok is false at the end of the stream.
func (x *xls) record(at int) (kind int, body []byte, next int, ok bool) {
	if at < 0 || at+4 > len(x.stream) {
		return 0, nil, 0, false
	}
	size := u16(x.stream, at+2)
	next = at + 4 + size
	return u16(x.stream, at), x.stream[at+4 : min(len(x.stream), next)], next, true
}

// globals reads what the sheets share: names, strings, formats.
func (x *xls) globals() error {
	kind, body, at, ok := x.record(0)
	if !ok || kind != recBOF {
		return fmt.Errorf("sheet: workbook stream: %w", document.ErrMalformed)
	}
	x.old = u16(body, 0) < 0x0600
	for {
		kind, body, next, ok := x.record(at)
		if !ok || kind == recEOF {
			return nil
		}
		at = next
		switch kind {
		case recFilePass:
			return fmt.Errorf("sheet: %w", document.ErrEncrypted)
		case recCodePage:
			x.codepage = u16(body, 0)
		case recDateMode:
			x.from1904 = u16(body, 0) == 1
		case recBoundSheet:
			if len(body) > 7 && body[4]&3 == 0 && body[5] == 0 { // visible, a worksheet
				x.bound = append(x.bound, boundSheet{u32(body, 0), x.short(body[6:])})
			}
		case recFormat, recFormat5:
			if x.old {
				x.codes[u16(body, 0)] = x.short(tail(body, 2))
			} else {
				x.codes[u16(body, 0)] = long(tail(body, 2))
			}
		case recXF:
			x.xf = append(x.xf, u16(body, 2))
		case recSST:
			chunks := [][]byte{body}
			for {
				kind, body, next, ok := x.record(at)
				if !ok || kind != recContinue {
					break
				}
				chunks, at = append(chunks, body), next
			}
			if err := x.sharedStrings(chunks); err != nil {
				return err
			}
		}
	}
}

// sheet reads the cells of one sheet.
func (x *xls) sheet(b boundSheet) error {
	kind, _, at, ok := x.record(b.at)
	if !ok || kind != recBOF {
		return nil // a sheet that is not there
	}
	s := &sheet{name: b.name}
	x.sheets = append(x.sheets, s)
	depth := 1
	var pending *[2]int // the cell of a formula whose string follows
	for n := 0; depth > 0; n++ {
		if n&0xFFF == 0 && x.ctx.Err() != nil {
			return fmt.Errorf("sheet: %w", document.ErrDeadline)
		}
		kind, body, next, ok := x.record(at)
		if !ok {
			return nil
		}
		at = next
		switch kind {
		case recBOF: // a chart within the sheet
			depth++
			continue
		case recEOF:
			depth--
			continue
		}
		if depth > 1 {
			continue
		}
		row, col, xf := u16(body, 0), u16(body, 2), u16(body, 4)
		text := ""
		switch kind {
		case recLabelSST:
			if i := u32(body, 6); i < len(x.strings) {
				text = x.strings[i]
			}
		case recLabel, recRString:
			if x.old {
				text = x.octets(clip(body, 8, u16(body, 6)))
			} else {
				text = long(tail(body, 6))
			}
		case recNumber:
			text = x.number(f64(body, 6), xf)
		case recRK:
			text = x.number(rk(u32(body, 6)), xf)
		case recMulRK:
			for i := 4; i+6 <= len(body)-2; i += 6 {
				if err := x.put(s, row, col+(i-4)/6, x.number(rk(u32(body, i+2)), u16(body, i))); err != nil {
					return err
				}
			}
			continue
		case recBoolErr:
			text = boolErr(tail(body, 6))
		case recFormula:
			pending = nil
			if u16(body, 12) != 0xFFFF {
				text = x.number(f64(body, 6), xf)
				break
			}
			switch tail(body, 6)[0] {
			case 0:
				pending = &[2]int{row, col}
			case 1:
				text = boolErr([]byte{body[8], 0})
			}
		case recString:
			if pending == nil {
				continue
			}
			row, col, pending = pending[0], pending[1], nil
			if x.old {
				text = x.octets(clip(body, 2, u16(body, 0)))
			} else {
				text = long(body)
			}
		case recMergeCells:
			for i := 2; i+8 <= len(body); i += 8 {
				if err := x.merge(s, area{u16(body, i), u16(body, i+4), u16(body, i+2), u16(body, i+6)}); err != nil {
					return err
				}
			}
			continue
		default:
			continue
		}
		if err := x.put(s, row, col, text); err != nil {
			return err
		}
	}
	return nil
}

func (x *xls) number(v float64, xf int) string {
	code := ""
	if xf < len(x.xf) {
		var ok bool
		if code, ok = x.codes[x.xf[xf]]; !ok {
			code = builtin(x.xf[xf])
		}
	}
	return number(v, code, x.from1904)
}

func boolErr(b []byte) string {
	if len(b) < 2 || b[1] != 0 {
		return ""
	}
	return map[byte]string{0: "FALSE", 1: "TRUE"}[b[0]]
}
