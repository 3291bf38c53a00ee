package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

// xmlFont is a font, or the properties of a run, as markup says it.
type xmlFont struct {
	Strike *struct {
		Val string `xml:"val,attr"`
	} `xml:"strike"`
	Align *struct {
		Val string `xml:"val,attr"`
	} `xml:"vertAlign"`
	Color *struct {
		RGB     string `xml:"rgb,attr"`
		Theme   string `xml:"theme,attr"`
		Indexed string `xml:"indexed,attr"`
		Tint    string `xml:"tint,attr"`
	} `xml:"color"`
}

func (f xmlFont) font() font {
	var out font
	out.struck = f.Strike != nil && f.Strike.Val != "0" && f.Strike.Val != "false"
	out.raised = f.Align != nil && (f.Align.Val == "superscript" || f.Align.Val == "subscript")
	if c := f.Color; c != nil { // theme colour 0 and indexed colours 1 and 9 are white, with nothing to darken them
		out.clear = strings.EqualFold(c.RGB, "FFFFFFFF") || strings.EqualFold(c.RGB, "00FFFFFF") || strings.EqualFold(c.RGB, "FFFFFF") ||
			c.RGB == "" && c.Tint == "" && (c.Theme == "0" || c.Indexed == "9" || c.Indexed == "1")
	}
	return out
}

// styles reads the number format, the font and the ground of each cell style.
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
		Fonts []xmlFont `xml:"fonts>font"`
		Fills []struct {
			Pattern struct {
				Kind   string `xml:"patternType,attr"`
				Ground struct {
					RGB string `xml:"rgb,attr"`
				} `xml:"fgColor"`
			} `xml:"patternFill"`
			Gradient *struct{} `xml:"gradientFill"`
		} `xml:"fills>fill"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
			Font   int `xml:"fontId,attr"`
			Fill   int `xml:"fillId,attr"`
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
		style := cellStyle{code: code}
		if st.Font >= 0 && st.Font < len(s.Fonts) {
			style.font = s.Fonts[st.Font].font()
		}
		if st.Fill >= 0 && st.Fill < len(s.Fills) {
			f := s.Fills[st.Fill]
			style.filled = f.Gradient != nil || f.Pattern.Kind != "" && f.Pattern.Kind != "none" && !strings.HasSuffix(strings.ToUpper(f.Pattern.Ground.RGB), "FFFFFF")
		}
		x.looks = append(x.looks, style)
	}
	return nil
}

// style is the cell style of an index as cells name it.
func (x *xlsx) style(index string) cellStyle {
	if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(x.looks) {
		return x.looks[i]
	}
	if len(x.looks) > 0 && index == "" {
		return x.looks[0]
	}
	return cellStyle{}
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
func textIn(dec *xml.Decoder) (rich, error) {
	var out rich
	var own *font
	depth, inText := 0, false
	for {
		t, err := dec.Token()
		if err != nil {
			return out, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "rPh", "phoneticPr":
				if err := dec.Skip(); err != nil {
					return out, err
				}
				continue
			case "rPr":
				var f xmlFont
				if err := dec.DecodeElement(&f, &t); err != nil {
					return out, err
				}
				look := f.font()
				own = &look
				continue
			case "r":
				own = nil
			}
			depth++
			inText = t.Name.Local == "t"
		case xml.EndElement:
			if depth == 0 {
				return out, nil
			}
			depth--
			inText = false
		case xml.CharData:
			if !inText {
				continue
			}
			switch n := len(out.runs); {
			case own == nil && n == 0:
				out.text += string(t)
			case n > 0 && (own == nil && out.runs[n-1].font == nil || own != nil && out.runs[n-1].font != nil && *own == *out.runs[n-1].font):
				out.runs[n-1].text += string(t)
			default:
				if n == 0 && out.text != "" {
					out.runs = append(out.runs, piece{text: out.text})
				}
				out.runs = append(out.runs, piece{string(t), own})
			}
		}
	}
}
