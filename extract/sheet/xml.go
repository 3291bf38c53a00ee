package sheet

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

// IsXML reports whether markup is an Excel 2003 workbook.
func IsXML(head []byte) bool {
	return bytes.Contains(head, []byte("urn:schemas-microsoft-com:office:spreadsheet")) && bytes.Contains(head, []byte("Workbook"))
}

// ReadXML reads an Excel 2003 workbook in XML (SpreadsheetML 2003).
func ReadXML(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	b := &book{opt: opt.defaults()}
	dec := opc.Decoder(data)
	styles := map[string]cellStyle{}
	var s *sheet
	row, col, column, rowStyle := -1, -1, -1, ""
	for n := 0; ; n++ {
		if n&0xFFF == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("sheet: %w", document.ErrDeadline)
		}
		t, err := dec.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) && b.cells == 0 {
				return nil, fmt.Errorf("sheet: %w: %w", document.ErrMalformed, err)
			}
			return b.document(XLS, "xls/xml")
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "Style":
			id, st, err := xmlStyle(dec, e, styles)
			if err == nil && len(styles) < maxSheets*100 {
				styles[id] = st
			}
		case "Worksheet":
			s, row, col, column = nil, -1, -1, -1
			if len(b.sheets) < maxSheets {
				s = &sheet{name: attr(e, "Name")}
				b.sheets = append(b.sheets, s)
			}
		case "Visible":
			if text, _ := textOf(dec); s != nil && strings.Contains(text, "Hidden") { // said behind the cells
				s.cells = nil
			}
		case "Column":
			column = next(e, column)
			last := column + count(e, "Span")
			if s != nil && flat(e, "Width") || s != nil && attr(e, "Hidden") == "1" {
				s.cols.add(column, min(last, maxCols-1))
			}
			column = last
		case "Row":
			row, col, rowStyle = next(e, row), -1, attr(e, "StyleID")
			if s != nil && (attr(e, "Hidden") == "1" || flat(e, "Height")) {
				s.rows.add(row, min(row+count(e, "Span"), maxRows-1))
			}
			row += count(e, "Span")
		case "Cell":
			col = next(e, col)
			st, ok := styles[attr(e, "StyleID")]
			if !ok {
				st = styles[rowStyle]
			}
			v, _ := xmlCell(dec, st) // cut off, the next token tells
			if s == nil {
				continue
			}
			if err := b.put(s, row, col, v); err != nil {
				return nil, err
			}
			across, down := count(e, "MergeAcross"), count(e, "MergeDown")
			if across > 0 || down > 0 {
				if err := b.merge(s, area{row, col, row + down, col + across}); err != nil {
					return nil, err
				}
			}
			col += across
		}
	}
}

// next is the place of a row or cell: what its index says, else after the one before.
func next(e xml.StartElement, before int) int {
	if n, err := strconv.Atoi(attr(e, "Index")); err == nil && n > 0 && n <= maxRows {
		return n - 1
	}
	return before + 1
}

func count(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(attr(e, name))
	if err != nil {
		return 0
	}
	return min(max(0, n), maxRows)
}

// xmlStyle reads a style, which says only what its parent does not.
func xmlStyle(dec *xml.Decoder, e xml.StartElement, known map[string]cellStyle) (string, cellStyle, error) {
	var x struct {
		Parent string `xml:"Parent,attr"`
		Font   *struct {
			Struck string `xml:"StrikeThrough,attr"`
			Color  string `xml:"Color,attr"`
			Align  string `xml:"VerticalAlign,attr"`
		} `xml:"Font"`
		Interior *struct {
			Color   string `xml:"Color,attr"`
			Pattern string `xml:"Pattern,attr"`
		} `xml:"Interior"`
		Format *struct {
			Code string `xml:"Format,attr"`
		} `xml:"NumberFormat"`
	}
	if err := dec.DecodeElement(&x, &e); err != nil {
		return "", cellStyle{}, fmt.Errorf("sheet: style: %w", err)
	}
	st := known[x.Parent]
	if f := x.Font; f != nil {
		st.font = font{struck: f.Struck == "1", raised: f.Align == "Superscript" || f.Align == "Subscript", clear: strings.EqualFold(f.Color, "#FFFFFF")}
	}
	if i := x.Interior; i != nil {
		st.filled = i.Color != "" && i.Pattern != "None" && !strings.EqualFold(i.Color, "#FFFFFF")
	}
	if x.Format != nil && strings.ContainsAny(x.Format.Code, "0#?;@\"") {
		st.code = x.Format.Code
	}
	return attr(e, "ID"), st, nil
}

// xmlCell reads the cell just opened: of numbers their shortest form, of comments nothing.
func xmlCell(dec *xml.Decoder, st cellStyle) (shown, error) {
	var text rich
	kind := ""
	var marks []string // names of the elements within the data
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return text.see(st), err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "Comment" || t.Name.Local == "PhoneticText" {
				if err := dec.Skip(); err != nil {
					return text.see(st), err
				}
				continue
			}
			if t.Name.Local == "Data" {
				kind = attr(t, "Type")
			}
			marks = append(marks, t.Name.Local)
			depth++
		case xml.EndElement:
			if len(marks) > 0 {
				marks = marks[:len(marks)-1]
			}
			depth--
		case xml.CharData:
			own := st.font
			for _, m := range marks {
				own.struck = own.struck || m == "S"
				own.raised = own.raised || m == "Sup" || m == "Sub"
			}
			text.runs = append(text.runs, piece{string(t), &own})
		}
	}
	plain := ""
	for _, p := range text.runs {
		plain += p.text
	}
	plain = strings.TrimSpace(plain)
	switch kind {
	case "Number":
		if f, err := strconv.ParseFloat(plain, 64); err == nil {
			return seeNumber(f, st, false), nil
		}
	case "DateTime":
		day, clock, _ := strings.Cut(plain, "T")
		if strings.HasPrefix(clock, "00:00:00") {
			return plainText(day).see(st), nil
		}
	}
	return text.see(st), nil
}

// textOf is all text of the element just opened.
func textOf(dec *xml.Decoder) (string, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return b.String(), err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			b.Write(t)
		}
	}
	return strings.TrimSpace(b.String()), nil
}
