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
	var s *sheet
	row, col := -1, -1
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
		case "Worksheet":
			s, row, col = nil, -1, -1
			if len(b.sheets) < maxSheets {
				s = &sheet{name: attr(e, "Name")}
				b.sheets = append(b.sheets, s)
			}
		case "Visible":
			if text, _ := textOf(dec); s != nil && strings.Contains(text, "Hidden") { // said behind the cells
				s.cells = nil
			}
		case "Row":
			row, col = next(e, row), -1
		case "Cell":
			col = next(e, col)
			text, _ := textOf(dec) // cut off, the next token tells
			if s == nil {
				continue
			}
			if err := b.put(s, row, col, text); err != nil {
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

// textOf is the text of the element just opened: of numbers in their shortest form, of comments nothing.
func textOf(dec *xml.Decoder) (string, error) {
	var b strings.Builder
	kind := ""
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return b.String(), err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "Comment" || t.Name.Local == "PhoneticText" {
				if err := dec.Skip(); err != nil {
					return b.String(), err
				}
				continue
			}
			if t.Name.Local == "Data" {
				kind = attr(t, "Type")
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			b.Write(t)
		}
	}
	text := strings.TrimSpace(b.String())
	switch kind {
	case "Number":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return number(f, "", false), nil
		}
	case "DateTime":
		day, clock, _ := strings.Cut(text, "T")
		if strings.HasPrefix(clock, "00:00:00") {
			return day, nil
		}
	}
	return text, nil
}
