package ofd

import (
	"encoding/xml"
	"math"
	"slices"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/paint"
	"nianbao/extract/internal/tables"
)

// A mark is a glyph with what decides whether it is seen.
type mark struct {
	tables.Hidden
	ink   paint.Ink
	order int
	clip  paint.Box
}

// A stroke is a line or the box of a filled area with its ink.
type stroke struct {
	tables.Rule
	ink   paint.Ink
	order int
}

// everywhere is the clipping area where there is none.
var everywhere = paint.Box{X0: math.Inf(-1), Y0: math.Inf(-1), X1: math.Inf(1), Y1: math.Inf(1)}

// pens are the colours in force; nil stands for the standard's default.
type pens struct{ fill, stroke *paint.Ink }

// text is the ink of filled glyphs: black by default.
func (p pens) text() paint.Ink { return p.area() }

// area is the ink of filled paths. The standard's default is transparent, yet readers paint black, and so do we.
func (p pens) area() paint.Ink {
	if p.fill != nil {
		return *p.fill
	}
	return paint.Black
}

func (p pens) line() paint.Ink {
	if p.stroke != nil {
		return *p.stroke
	}
	return paint.Black
}

// A param is a set of drawing parameters in a resource file, which may go on from another.
type param struct {
	pens
	from string
}

// pens applies the drawing parameters with an identifier.
func (s *source) pens(id string, p pens, depth int) pens {
	d, ok := s.params[id]
	if !ok || depth > maxNesting {
		return p
	}
	p = s.pens(d.from, p, depth+1)
	if d.fill != nil {
		p.fill = d.fill
	}
	if d.stroke != nil {
		p.stroke = d.stroke
	}
	return p
}

// colour reads a colour element to its end. One without a plain value, a pattern or a shading, is unknown.
func colour(dec *xml.Decoder, e xml.StartElement) *paint.Ink {
	k := paint.Black
	nested := false
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			break
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
			nested = true
		case xml.EndElement:
			depth--
		}
	}
	var v []float64
	for f := range strings.FieldsSeq(attr(e, "Value")) {
		x, err := strconv.ParseFloat(f, 64)
		if hex, ok := strings.CutPrefix(f, "#"); ok {
			var n uint64
			n, err = strconv.ParseUint(hex, 16, 8)
			x = float64(n)
		}
		if err == nil {
			v = append(v, x/255)
		}
	}
	switch {
	case nested || attr(e, "Index") != "":
		k.Unknown = true
	case len(v) == 1:
		k = paint.RGB(v[0], v[0], v[0])
	case len(v) == 3:
		k = paint.RGB(v[0], v[1], v[2])
	case len(v) == 4:
		k = paint.CMYK(v[0], v[1], v[2], v[3])
	}
	if a := attr(e, "Alpha"); a != "" {
		k = k.Fade(number(a, 255) / 255)
	}
	return &k
}

// clips is the box of an object's clipping areas: what every clip shares, each the sum of its areas.
func (c *canvas) clips(dec *xml.Decoder, m matrix) paint.Box {
	out, one := everywhere, paint.Box{X0: 1, X1: -1}
	var data strings.Builder
	in := false
	var at matrix
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return out
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			switch t.Name.Local {
			case "Clip":
				one = paint.Box{X0: 1, X1: -1}
			case "Area":
				at = placed(t, m)
			case "Path", "Text":
				at = placed(t, at)
			}
			if in = t.Name.Local == "AbbreviatedData"; in {
				data.Reset()
			}
		case xml.CharData:
			if in {
				data.Write(t)
			}
		case xml.EndElement:
			depth--
			in = false
			switch t.Name.Local {
			case "AbbreviatedData":
				for _, s := range subpaths(data.String(), at, c.r.opt.MaxObjects) {
					for _, p := range s.points {
						one = grown(one, p.x*point, p.y*point)
					}
				}
			case "Clip":
				if one.X0 <= one.X1 {
					out, _ = out.Cut(one)
				}
			}
		}
	}
	return out
}

func grown(b paint.Box, x, y float64) paint.Box {
	if b.X0 > b.X1 {
		return paint.Box{X0: x, Y0: y, X1: x, Y1: y}
	}
	return paint.Box{X0: min(b.X0, x), Y0: min(b.Y0, y), X1: max(b.X1, x), Y1: max(b.Y1, y)}
}

// settle decides, after all of a page was painted, what of it a reader sees.
func (c *canvas) settle() {
	const slack = 2.0 // points: glyphs on the edge of the page or of a clipping area
	slices.SortStableFunc(c.areas, func(a, b paint.Area) int { return a.Order - b.Order })
	page := paint.Box{X1: c.page.Width, Y1: c.page.Height}
	ground := paint.NewGround(page, c.areas)
	for i := range c.glyphs {
		g := &c.glyphs[i]
		x, y := (g.X0+g.X1)/2, (g.Y0+g.Y1)/2
		half := 0.2 * (g.Y1 - g.Y0)
		switch covered, _ := ground.Covered(paint.Box{X0: x - half, Y0: y - half, X1: x + half, Y1: y + half}, g.order); {
		case g.Why != "":
		case !page.Holds(x, y, slack) || !g.clip.Holds(x, y, slack):
			g.Why = document.WhyOutside
		case covered || !ground.Seen(g.ink, x, y, g.order):
			g.Why = document.WhyInvisible
		}
	}
	c.reading()
	for i := range c.glyphs {
		if g := &c.glyphs[i]; g.Why != "" {
			c.page.Unseen = append(c.page.Unseen, g.Hidden)
		} else {
			c.page.Glyphs = append(c.page.Glyphs, g.Glyph)
		}
	}
	for _, r := range c.rules {
		if ground.SeenRule(paint.Box(r.Rule), r.ink, r.order) {
			c.page.Rules = append(c.page.Rules, r.Rule)
		}
	}
	for _, b := range c.boxes {
		if r := b.Rule; ground.Seen(b.ink, (r.X0+r.X1)/2, (r.Y0+r.Y1)/2, b.order) {
			c.page.Fills = append(c.page.Fills,
				tables.Rule{X0: r.X0, Y0: r.Y0, X1: r.X1, Y1: r.Y0}, tables.Rule{X0: r.X0, Y0: r.Y1, X1: r.X1, Y1: r.Y1},
				tables.Rule{X0: r.X0, Y0: r.Y0, X1: r.X0, Y1: r.Y1}, tables.Rule{X0: r.X1, Y0: r.Y0, X1: r.X1, Y1: r.Y1})
		}
	}
}

// reading takes text without a mark for an optical reading of the page's picture where there is hardly any other.
func (c *canvas) reading() {
	hidden, area := 0, 0.0
	for i := range c.glyphs {
		if c.glyphs[i].Why == document.WhyInvisible {
			hidden++
		}
	}
	for _, b := range c.page.Images {
		area += (b.X1 - b.X0) * (b.Y1 - b.Y0)
	}
	if 2*hidden <= len(c.glyphs) || area < opticalShare*c.page.Width*c.page.Height {
		return
	}
	c.r.d.AddFlag(document.FlagOCR)
	for i := range c.glyphs {
		if c.glyphs[i].Why == document.WhyInvisible {
			c.glyphs[i].Why = ""
		}
	}
}

// opticalShare is the least share of a page that its pictures cover when the text without a mark on it is their reading.
const opticalShare = 0.3

// drawParam reads a set of drawing parameters of a resource file.
func (s *source) drawParam(dec *xml.Decoder, e xml.StartElement) error {
	p := param{from: attr(e, "Relative")}
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "FillColor":
				p.fill = colour(dec, t)
			case "StrokeColor":
				p.stroke = colour(dec, t)
			default:
				depth++
			}
		case xml.EndElement:
			depth--
		}
	}
	if len(s.params) < maxParams {
		s.params[attr(e, "ID")] = p
	}
	return nil
}

// maxParams bounds the drawing parameters of a document.
const maxParams = 10_000
