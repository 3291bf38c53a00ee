package ofd

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"nianbao/document"
	"nianbao/extract/internal/opc"
	"nianbao/extract/internal/tables"
)

// canvas is one page being drawn.
type canvas struct {
	r       *reader
	s       *source
	page    *tables.Page
	objects int
	run     int
	// What the page's own content says of the page.
	templates []string
	box       string
}

const maxTemplates = 20

// size sets the page's size: its own box, else the document's, else A4.
func (c *canvas) size(otherwise string) {
	box := numbers(c.box)
	if len(box) < 4 {
		box = numbers(otherwise)
	}
	if len(box) < 4 {
		box = []float64{0, 0, 210, 297}
	}
	c.page.Width, c.page.Height = box[2]*point, box[3]*point
}

const maxNesting = 8 // of composite objects

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// count takes note of n more glyphs, rules or objects; false when the page has enough of them.
func (c *canvas) count(n int) bool {
	if c.objects += n; c.objects > c.r.opt.MaxObjects {
		c.r.d.AddFlag(document.FlagTruncated)
		return false
	}
	return true
}

// draw reads the objects of a content file, placed by m.
func (c *canvas) draw(b []byte, m matrix, depth int) error {
	dec := opc.Decoder(b)
	at := m
	for n := 0; ; n++ {
		if n&0xFFF == 0 && c.r.ctx.Err() != nil {
			return fmt.Errorf("ofd: %w", document.ErrDeadline)
		}
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			c.r.d.AddFlag(document.FlagTruncated)
			return nil
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		hidden := strings.EqualFold(attr(e, "Visible"), "false")
		switch e.Name.Local {
		case "Template":
			if len(c.templates) < maxTemplates {
				c.templates = append(c.templates, attr(e, "TemplateID"))
			}
		case "PhysicalBox":
			if t, err := dec.Token(); err == nil && c.box == "" {
				if text, ok := t.(xml.CharData); ok {
					c.box = string(text)
				}
			}
		case "Annot":
			if kind := attr(e, "Type"); hidden || kind == "Watermark" || kind == "Highlight" {
				_ = dec.Skip() // an error shows at the next token
			}
		case "Appearance": // the objects of an annotation lie within it
			at = placed(e, m)
		case "TextObject":
			if !hidden && c.count(1) {
				c.text(dec, e, placed(e, at))
			}
		case "PathObject":
			if !hidden && c.count(1) {
				c.path(dec, e, placed(e, at))
			}
		case "ImageObject":
			c.image(e, placed(e, at))
		case "CompositeObject":
			unit := c.s.units[attr(e, "ResourceID")]
			if hidden || unit == nil || depth == maxNesting || !c.count(1+len(unit)/20) { // reading it again costs as much as it is long
				continue
			}
			if err := c.draw(unit, placed(e, at), depth+1); err != nil {
				return err
			}
		}
	}
}

// placed is the matrix of an object: its own, then the upper left corner of its boundary, then its parent's.
func placed(e xml.StartElement, parent matrix) matrix {
	m := identity
	if n := numbers(attr(e, "CTM")); len(n) == 6 {
		m = matrix(n)
	}
	if box := numbers(attr(e, "Boundary")); len(box) >= 2 {
		m[4] += box[0]
		m[5] += box[1]
	}
	return m.then(parent)
}

// text reads the codes of a text object.
func (c *canvas) text(dec *xml.Decoder, e xml.StartElement, m matrix) {
	size, scale := number(attr(e, "Size"), 3.5), number(attr(e, "HScale"), 1)
	var code xml.StartElement
	var text strings.Builder
	x, y := 0.0, 0.0 // a code that does not say where begins where the one before did
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; t.Name.Local == "TextCode" {
				code = t
				text.Reset()
			}
		case xml.CharData:
			if code.Name.Local != "" {
				text.Write(t)
			}
		case xml.EndElement:
			if depth--; t.Name.Local == "TextCode" {
				x, y = number(attr(code, "X"), x), number(attr(code, "Y"), y)
				c.glyphs(text.String(), code, x, y, size, scale, m)
				code = xml.StartElement{}
			}
		}
	}
}

// glyphs places the characters of one text code.
func (c *canvas) glyphs(s string, code xml.StartElement, x, y, size, scale float64, m matrix) {
	s = strings.Trim(s, "\r\n\t")
	n := utf8.RuneCountInString(s)
	if !c.count(n) {
		return
	}
	dx, dy := deltas(attr(code, "DeltaX"), n), deltas(attr(code, "DeltaY"), n)
	c.run++
	vertical := len(dx) == 0 && len(dy) > 0
	i, narrow := 0, size*scale/2
	for _, ch := range s {
		width := size * scale
		if ch < 0x2E80 && (ch < 0x2000 || ch > 0x206F) && !vertical {
			if i < len(dx) && dx[i] > 0 && dx[i] < 0.8*width { // what the font really gives a digit
				narrow = dx[i]
			}
			width = narrow
		}
		x0, y0 := m.apply(x, y-0.85*size)
		x1, y1 := m.apply(x+width, y+0.15*size)
		g := tables.Glyph{Text: string(ch), Run: c.run, Vertical: vertical,
			X0: math.Min(x0, x1) * point, Y0: math.Min(y0, y1) * point, X1: math.Max(x0, x1) * point, Y1: math.Max(y0, y1) * point}
		if !finite(g.X0, g.Y0, g.X1, g.Y1) {
			return
		}
		c.page.Glyphs = append(c.page.Glyphs, g)
		switch {
		case i < len(dx):
			x += dx[i]
		case !vertical:
			x += width
		}
		if i < len(dy) {
			y += dy[i]
		}
		i++
	}
}

func finite(vs ...float64) bool {
	for _, v := range vs {
		if math.IsNaN(v) || math.Abs(v) > 1e6 {
			return false
		}
	}
	return true
}
