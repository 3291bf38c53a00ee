package sheet

import (
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

// The media types of what this package reads.
const (
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	XLS  = "application/vnd.ms-excel"
)

// xlsx is an XLSX workbook being read.
type xlsx struct {
	book
	ctx      context.Context
	pkg      *opc.Package
	strings  []rich
	looks    []cellStyle
	from1904 bool
}

// ReadXLSX reads an Office Open XML workbook.
func ReadXLSX(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	p, err := opc.Open(data, opt.Package)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	x := &xlsx{book: book{opt: opt}, ctx: ctx, pkg: p}
	if err := x.workbook(); err != nil {
		return nil, err
	}
	d, err := x.document(XLSX, "xlsx")
	if err != nil {
		return nil, err
	}
	if p.Repaired {
		d.AddFlag(document.FlagRepaired)
	}
	return d, nil
}

// workbook reads the list of sheets, what they share, and the sheets that are not hidden.
func (x *xlsx) workbook() error {
	main := x.pkg.Related("", "/officeDocument")
	if main == "" {
		main = "xl/workbook.xml"
	}
	if strings.HasSuffix(main, ".bin") {
		return fmt.Errorf("sheet: binary workbook (XLSB): %w", document.ErrUnsupported)
	}
	b, err := x.pkg.Read(main)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	var w struct {
		Pr struct {
			From1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := opc.Unmarshal(b, &w); err != nil && len(w.Sheets) == 0 {
		return fmt.Errorf("sheet: workbook: %w: %w", document.ErrMalformed, err)
	}
	x.from1904 = w.Pr.From1904 == "1" || w.Pr.From1904 == "true"
	targets := map[string]string{}
	for _, r := range x.pkg.Relations(main) {
		var err error
		switch {
		case strings.HasSuffix(r.Type, "/worksheet"):
			targets[r.ID] = r.Target
		case strings.HasSuffix(r.Type, "/sharedStrings"):
			err = x.sharedStrings(r.Target)
		case strings.HasSuffix(r.Type, "/styles"):
			err = x.styles(r.Target)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range w.Sheets {
		if s.State == "hidden" || s.State == "veryHidden" || len(x.sheets) == maxSheets {
			continue
		}
		for _, a := range s.Attrs {
			if part := targets[a.Value]; a.Name.Local == "id" && part != "" {
				if err := x.sheet(s.Name, part); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sheet reads the cells of one sheet as a stream.
func (x *xlsx) sheet(name, part string) error {
	b, err := x.pkg.Read(part)
	if err != nil {
		return fmt.Errorf("sheet: %s: %w", name, err)
	}
	s := &sheet{name: name}
	x.sheets = append(x.sheets, s)
	dec := opc.Decoder(b)
	row, col := -1, -1 // places may be left unsaid: then they follow one another
	for n := 0; ; n++ {
		if n&0xFFF == 0 && x.ctx.Err() != nil {
			return fmt.Errorf("sheet: %w", document.ErrDeadline)
		}
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if len(s.cells) == 0 {
				return fmt.Errorf("sheet: %s: %w: %w", name, document.ErrMalformed, err)
			}
			return nil
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "sheetView":
			s.noZeros = attr(e, "showZeros") == "0" || attr(e, "showZeros") == "false"
		case "col":
			first, _ := strconv.Atoi(attr(e, "min"))
			last, _ := strconv.Atoi(attr(e, "max"))
			if flat(e, "width") {
				s.cols.add(first-1, min(last, maxCols)-1)
			}
		case "oddHeader", "oddFooter", "firstHeader":
			if text, err := textOf(dec); err == nil {
				s.margins = append(s.margins, marginText(text)...)
			}
		case "row":
			if row, col = row+1, -1; attr(e, "r") != "" {
				if r, err := strconv.Atoi(attr(e, "r")); err == nil {
					row = r - 1
				}
			}
			if flat(e, "ht") {
				s.rows.add(row, row)
			}
		case "c":
			col++
			if r, c, ok := place(attr(e, "r")); ok {
				row, col = r, c
			}
			text, err := x.cell(dec, e)
			if err := x.put(s, row, col, text); err != nil {
				return err
			}
			if err != nil {
				return nil // cut off
			}
		case "mergeCell":
			first, last, _ := strings.Cut(attr(e, "ref"), ":")
			r0, c0, ok0 := place(first)
			r1, c1, ok1 := place(last)
			if ok0 && ok1 {
				if err := x.merge(s, area{r0, c0, r1, c1}); err != nil {
					return err
				}
			}
		}
	}
}

// flat reports whether a row or column is hidden, or has next to no size: a tenth of a unit.
func flat(e xml.StartElement, size string) bool {
	if h := attr(e, "hidden"); h == "1" || h == "true" {
		return true
	}
	v := attr(e, size)
	if v == "" {
		return false
	}
	f, err := strconv.ParseFloat(v, 64)
	return err == nil && f < 0.1
}

// marginText takes the codes out of a header or footer (ECMA-376 §18.3.1.46) and gives its parts.
func marginText(s string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if t := strings.TrimSpace(b.String()); t != "" {
			out = append(out, t)
		}
		b.Reset()
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '&' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == 'L' || c == 'C' || c == 'R':
			flush()
		case c == '"':
			if end := strings.IndexByte(s[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case c == '&':
			b.WriteByte('&')
		case c >= '0' && c <= '9':
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				i++
			}
		case c == 'K':
			i = min(i+6, len(s)-1)
		}
	}
	flush()
	return out
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// cell reads the value of the cell just opened.
func (x *xlsx) cell(dec *xml.Decoder, e xml.StartElement) (shown, error) {
	kind := attr(e, "t")
	var value strings.Builder
	var inline rich
	said := false
	in := ""
	for {
		t, err := dec.Token()
		if err != nil {
			return shown{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "is" {
				text, err := textIn(dec)
				inline, said = text, true
				if err != nil {
					return inline.see(x.style(attr(e, "s"))), err
				}
				continue
			}
			in = t.Name.Local
		case xml.CharData:
			if in == "v" {
				value.Write(t)
			}
		case xml.EndElement:
			if t.Name.Local == "c" {
				if said {
					return inline.see(x.style(attr(e, "s"))), nil
				}
				return x.value(kind, x.style(attr(e, "s")), value.String()), nil
			}
			in = ""
		}
	}
}

func (x *xlsx) value(kind string, st cellStyle, v string) shown {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && i >= 0 && i < len(x.strings) {
			return x.strings[i].see(st)
		}
		return shown{}
	case "b":
		v = map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(v)]
	case "", "n":
		if f, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return seeNumber(f, st, x.from1904)
		}
	}
	return plainText(v).see(st) // str, inlineStr, e, d
}

// place reads a reference such as AB12, with or without dollars.
func place(ref string) (row, col int, ok bool) {
	for _, c := range ref {
		switch {
		case c == '$':
		case c >= 'A' && c <= 'Z' && row == 0:
			col = col*26 + int(c-'A') + 1
		case c >= 'a' && c <= 'z' && row == 0:
			col = col*26 + int(c-'a') + 1
		case c >= '0' && c <= '9':
			row = row*10 + int(c-'0')
		default:
			return 0, 0, false
		}
		if row > maxRows || col > maxCols {
			return 0, 0, false
		}
	}
	return row - 1, col - 1, row > 0 && col > 0
}
