package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

// styles reads which number format each cell style has.
func (x *xlsx) styles(part string) error {
	b, err := x.pkg.Read(part)
	if errors.Is(err, document.ErrBomb) {
		return fmt.Errorf("sheet: %w", err)
	}
	var s struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	_ = opc.Unmarshal(b, &s) // numbers can be read without it
	own := map[int]string{}
	for _, f := range s.Formats {
		own[f.ID] = f.Code
	}
	for _, st := range s.Styles {
		code, ok := own[st.Format]
		if !ok {
			code = builtin(st.Format)
		}
		x.formats = append(x.formats, code)
	}
	return nil
}

func (x *xlsx) sharedStrings(part string) error {
	b, err := x.pkg.Read(part)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	dec := opc.Decoder(b)
	for {
		t, err := dec.Token()
		if err != nil {
			return nil // at the end, or cut off: cells that point beyond stay empty
		}
		if s, ok := t.(xml.StartElement); ok && s.Name.Local == "si" {
			text, err := textIn(dec)
			x.strings = append(x.strings, text)
			if err != nil {
				return nil
			}
		}
		if len(x.strings)&0xFFF == 0 && x.ctx.Err() != nil {
			return fmt.Errorf("sheet: %w", document.ErrDeadline)
		}
	}
}

// textIn is the text of the runs below the element just opened, without phonetic guides.
func textIn(dec *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, inText := 0, false
	for {
		t, err := dec.Token()
		if err != nil {
			return b.String(), err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "rPh" || t.Name.Local == "phoneticPr" {
				if err := dec.Skip(); err != nil {
					return b.String(), err
				}
				continue
			}
			depth++
			inText = t.Name.Local == "t"
		case xml.EndElement:
			if depth == 0 {
				return b.String(), nil
			}
			depth--
			inText = false
		case xml.CharData:
			if inText {
				b.Write(t)
			}
		}
	}
}
