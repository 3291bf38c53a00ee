package sheet

import (
	"bytes"
	"context"
	"fmt"

	"nianbao/document"
	"nianbao/extract/internal/cfb"
	"nianbao/extract/internal/crypt"
)

// The records that are read, [MS-XLS] §2.3.
const (
	recFormula    = 0x06
	recHeader     = 0x14
	recFooter     = 0x15
	recFont       = 0x31
	recPalette    = 0x92
	recColInfo    = 0x7D
	recRow        = 0x208
	recWindow2    = 0x23E
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
	strings  []rich
	codes    map[int]string // number formats
	fonts    []font
	xf       []xf
	palette  bool // colours are the file's own
	from1904 bool
	bound    []boundSheet
}

// xf is a cell style: the number of its format, its font, and whether it has a ground.
type xf struct {
	format, font int
	filled       bool
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
	stream := c.Stream("Workbook")
	if stream == nil {
		stream = c.Stream("Book")
	}
	if stream == nil {
		return nil, fmt.Errorf("sheet: no stream Workbook: %w", document.ErrUnsupported)
	}
	d, err := ReadStream(ctx, stream, opt)
	if d != nil && c.CutOff {
		d.AddFlag(document.FlagTruncated)
	}
	return d, err
}

// ReadStream reads the stream Workbook of a binary workbook, as documents hold it that have one embedded.
func ReadStream(ctx context.Context, stream []byte, opt Options) (*document.Document, error) {
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
	return x.document(XLS, "xls")
}

// clearRecords are never encrypted, [MS-XLS] §2.2.10.
var clearRecords = map[int]bool{recBOF: true, recFilePass: true, 0x193: true, 0x194: true, 0xE1: true, 0x196: true, 0x138: true}

// decrypt opens a workbook that is encrypted with the password all programs know, from an offset on.
func (x *xls) decrypt(pass []byte, from int) error {
	var s crypt.Stream
	var err error
	switch {
	case len(pass) == 4: // Excel 5 and 95
		s, err = crypt.XOR(uint16(u16(pass, 0)), uint16(u16(pass, 2)))
	case u16(pass, 0) == 0:
		s, err = crypt.XOR(uint16(u16(pass, 2)), uint16(u16(pass, 4)))
	default:
		s, err = crypt.RC4(tail(pass, 2), 1024)
	}
	if err != nil {
		return err
	}
	x.stream = bytes.Clone(x.stream)
	for at := from; ; {
		kind, body, next, ok := x.record(at)
		if !ok {
			return nil
		}
		switch {
		case clearRecords[kind]:
		case kind == recBoundSheet && len(body) > 4: // where the sheet begins stays readable
			s.Decrypt(body[4:], at+8, len(body))
		default:
			s.Decrypt(body, at+4, len(body))
		}
		at = next
	}
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
			if err := x.decrypt(body, at); err != nil {
				return fmt.Errorf("sheet: %w", err)
			}
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
			x.xf = append(x.xf, x.style(body))
		case recFont:
			x.fonts = append(x.fonts, fontOf(body))
		case recPalette:
			x.palette = true
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
	var pending *[3]int // the cell of a formula whose string follows
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
		row, col, style := u16(body, 0), u16(body, 2), x.look(u16(body, 4))
		var v shown
		switch kind {
		case recLabelSST:
			if i := u32(body, 6); i < len(x.strings) {
				v = x.strings[i].see(style)
			}
		case recLabel, recRString:
			v = x.label(body).see(style)
		case recNumber:
			v = seeNumber(f64(body, 6), style, x.from1904)
		case recRK:
			v = seeNumber(rk(u32(body, 6)), style, x.from1904)
		case recMulRK:
			for i := 4; i+6 <= len(body)-2; i += 6 {
				if err := x.put(s, row, col+(i-4)/6, seeNumber(rk(u32(body, i+2)), x.look(u16(body, i)), x.from1904)); err != nil {
					return err
				}
			}
			continue
		case recBoolErr:
			v = plainText(boolErr(tail(body, 6))).see(style)
		case recFormula:
			pending = nil
			if u16(body, 12) != 0xFFFF {
				v = seeNumber(f64(body, 6), style, x.from1904)
				break
			}
			switch tail(body, 6)[0] {
			case 0:
				pending = &[3]int{row, col, u16(body, 4)}
			case 1:
				v = plainText(boolErr([]byte{body[8], 0})).see(style)
			}
		case recString:
			if pending == nil {
				continue
			}
			text := ""
			if x.old {
				text = x.octets(clip(body, 2, u16(body, 0)))
			} else {
				text = long(body)
			}
			v = plainText(text).see(x.look(pending[2]))
			row, col, pending = pending[0], pending[1], nil
		case recRow:
			if u16(body, 12)&0x20 != 0 || len(body) >= 8 && u16(body, 6) == 0 {
				s.rows.add(row, row)
			}
			continue
		case recColInfo:
			if u16(body, 8)&1 != 0 || u16(body, 4) == 0 {
				s.cols.add(u16(body, 0), min(u16(body, 2), maxCols-1))
			}
			continue
		case recWindow2:
			s.noZeros = len(body) > 1 && body[0]&0x10 == 0
			continue
		case recHeader, recFooter:
			text := ""
			if x.old {
				text = x.short(body)
			} else {
				text = long(body)
			}
			s.margins = append(s.margins, marginText(text)...)
			continue
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
		if err := x.put(s, row, col, v); err != nil {
			return err
		}
	}
	return nil
}

// label reads the text of a cell that holds its own, with the fonts of its runs.
func (x *xls) label(body []byte) rich {
	if !x.old {
		r := reader{chunks: [][]byte{tail(body, 6)}}
		s, runs, _ := r.rich()
		return x.runs(s, runs)
	}
	n := u16(body, 6)
	return plainText(x.octets(clip(body, 8, n)))
}

// fontOf reads a font, [MS-XLS] §2.4.122.
func fontOf(b []byte) font {
	color := u16(b, 4)
	return font{struck: u16(b, 2)&8 != 0, raised: u16(b, 8) == 1 || u16(b, 8) == 2, clear: color == 9 || color == 1}
}

// font is the font of an index; there is none of index 4.
func (x *xls) font(i int) (font, bool) {
	if i > 4 {
		i--
	}
	if i < 0 || i >= len(x.fonts) {
		return font{}, false
	}
	f := x.fonts[i]
	f.clear = f.clear && !x.palette
	return f, true
}

// style reads an XF, [MS-XLS] §2.4.353; the fill pattern lies elsewhere in that of Excel 5.
func (x *xls) style(b []byte) xf {
	out := xf{format: u16(b, 2), font: u16(b, 0)}
	ground := 0
	if x.old {
		out.filled, ground = u16(b, 10)&0x3F != 0, u16(b, 8)&0x7F
	} else {
		out.filled, ground = u32(b, 14)>>26&0x3F != 0, u16(b, 18)&0x7F
	}
	out.filled = out.filled && (ground != 9 || x.palette)
	return out
}

// look is the style of a cell.
func (x *xls) look(i int) cellStyle {
	if i >= len(x.xf) {
		return cellStyle{}
	}
	st := x.xf[i]
	code, ok := x.codes[st.format]
	if !ok {
		code = builtin(st.format)
	}
	f, _ := x.font(st.font)
	return cellStyle{code: code, font: f, filled: st.filled}
}

func boolErr(b []byte) string {
	if len(b) < 2 || b[1] != 0 {
		return ""
	}
	return map[byte]string{0: "FALSE", 1: "TRUE"}[b[0]]
}
