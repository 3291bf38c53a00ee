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
	"nianbao/extract/internal/paint"
	"nianbao/extract/internal/tables"
)

// canvas is one page being drawn.
type canvas struct {
	r       *reader
	s       *source
	page    *tables.Page
	objects int
	run     int
	marks   int // that were painted
	glyphs  []mark
	rules   []stroke
	boxes   []stroke // filled boxes
	areas   []paint.Area
	// What the page's own content says of the page.
	templates []template
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

// A scene is what an object takes over from what it stands in.
type scene struct {
	m    matrix
	why  string // it is not seen
	pens pens
	fade float64 // opacity
	z    int     // the layer it is painted in
}

// order is the place of the next mark in the drawing order.
func (c *canvas) order(z int) int {
	c.marks++
	return z*(1<<32) + c.marks
}

// within is the scene of an object: its matrix, its pens, its opacity and whether it shows.
func (c *canvas) within(e xml.StartElement, s scene) scene {
	s.m = placed(e, s.m)
	s.pens = c.s.pens(attr(e, "DrawParam"), s.pens, 0)
	if a := attr(e, "Alpha"); a != "" {
		s.fade *= min(max(number(a, 255), 0), 255) / 255
	}
	if s.why == "" && strings.EqualFold(attr(e, "Visible"), "false") {
		s.why = document.WhyHidden
	}
	return s
}

// layer is the scene of a layer.
func (c *canvas) layer(e xml.StartElement, s scene) scene {
	s.pens = c.s.pens(attr(e, "DrawParam"), s.pens, 0)
	switch attr(e, "Type") {
	case "Background":
		s.z--
	case "Foreground":
		s.z++
	}
	if s.why == "" && strings.EqualFold(attr(e, "Visible"), "false") {
		s.why = document.WhyLayer
	}
	return s
}

// draw reads the objects of a content file.
func (c *canvas) draw(b []byte, in scene, depth int) error {
	dec := opc.Decoder(b)
	open := []scene{in} // of the elements around
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
		if _, ok := t.(xml.EndElement); ok && len(open) > 1 {
			open = open[:len(open)-1]
			continue
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		s := open[len(open)-1]
		switch e.Name.Local {
		case "Template":
			if len(c.templates) < maxTemplates {
				c.templates = append(c.templates, template{attr(e, "TemplateID"), attr(e, "ZOrder") == "Foreground"})
			}
		case "PhysicalBox":
			if t, err := dec.Token(); err == nil && c.box == "" {
				if text, ok := t.(xml.CharData); ok {
					c.box = string(text)
				}
			}
		case "Layer":
			s = c.layer(e, s)
		case "PageBlock":
			s = c.within(e, s)
		case "Annot":
			s = note(e, s)
			if s.why == highlight {
				_ = dec.Skip() // an error shows at the next token
				continue
			}
		case "Appearance": // the objects of an annotation lie within it
			s.m = placed(e, s.m)
		case "TextObject":
			if c.count(1) {
				c.text(dec, e, c.within(e, s))
				continue
			}
		case "PathObject":
			if c.count(1) {
				c.path(dec, e, c.within(e, s))
				continue
			}
		case "ImageObject":
			c.image(e, c.within(e, s))
		case "CompositeObject":
			unit := c.s.units[attr(e, "ResourceID")]
			if unit == nil || depth == maxNesting || !c.count(1+len(unit)/20) { // reading it again costs as much as it is long
				break
			}
			if err := c.draw(unit, c.within(e, s), depth+1); err != nil {
				return err
			}
		}
		if len(open) < maxOpen {
			open = append(open, s)
		} else if dec.Skip() != nil {
			return nil
		}
	}
}

// maxOpen bounds elements in each other.
const maxOpen = 1000

// highlight marks an annotation that has no text of its own.
const highlight = "highlight"

// note is the scene of an annotation (GB/T 33190 §15.2).
func note(e xml.StartElement, s scene) scene {
	s.z += notes
	switch attr(e, "Type") {
	case "Highlight":
		s.why = highlight
	case "Watermark":
		s.why = document.WhyWatermark
	}
	if strings.EqualFold(attr(e, "Visible"), "false") {
		s.why = document.WhyHidden
	}
	return s
}

// The order in which the parts of a page are painted. Each part has a layer below and one above its own.
const (
	below = 3 * iota // templates in the background
	body
	above // templates in the foreground
	notes // added for annotations
)

// A template page, and whether it lies over the page's own content.
type template struct {
	id    string
	above bool
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
func (c *canvas) text(dec *xml.Decoder, e xml.StartElement, s scene) {
	size, scale := number(attr(e, "Size"), 3.5), number(attr(e, "HScale"), 1)
	var code xml.StartElement
	var text strings.Builder
	fill, stroke := !strings.EqualFold(attr(e, "Fill"), "false"), strings.EqualFold(attr(e, "Stroke"), "true")
	clip := everywhere
	type run struct {
		text string
		code xml.StartElement
		x, y float64
	}
	var runs []run
	x, y := 0.0, 0.0 // a code that does not say where begins where the one before did
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "FillColor":
				s.pens.fill = colour(dec, t)
				continue
			case "StrokeColor":
				s.pens.stroke = colour(dec, t)
				continue
			case "Clips":
				clip = c.clips(dec, s.m)
				continue
			}
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
				runs = append(runs, run{text.String(), code, x, y})
				code = xml.StartElement{}
			}
		}
	}
	var ink paint.Ink // none
	switch {
	case fill:
		ink = s.pens.text()
	case stroke:
		ink = s.pens.line()
	}
	ink = ink.Fade(s.fade)
	if s.m.slanted() && s.why == "" {
		s.why = document.WhyWatermark
	}
	for _, r := range runs {
		c.chars(r.text, r.code, r.x, r.y, size, scale, s, mark{ink: ink, order: c.order(s.z), clip: clip})
	}
}

// chars places the characters of one text code.
func (c *canvas) chars(s string, code xml.StartElement, x, y, size, scale float64, in scene, like mark) {
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
		x0, y0 := in.m.apply(x, y-0.85*size)
		x1, y1 := in.m.apply(x+width, y+0.15*size)
		g := like
		g.Why = in.why
		g.Glyph = tables.Glyph{Text: string(ch), Run: c.run, Vertical: vertical,
			X0: math.Min(x0, x1) * point, Y0: math.Min(y0, y1) * point, X1: math.Max(x0, x1) * point, Y1: math.Max(y0, y1) * point}
		if !finite(g.X0, g.Y0, g.X1, g.Y1) {
			return
		}
		c.glyphs = append(c.glyphs, g)
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
