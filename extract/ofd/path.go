package ofd

import (
	"encoding/xml"
	"math"
	"strings"

	"nianbao/extract/internal/tables"
)

const thin = 1.1 // mm: what is filled and no thicker is a rule

// path reads the lines of a path object.
func (c *canvas) path(dec *xml.Decoder, e xml.StartElement, m matrix) {
	stroke, fill := !strings.EqualFold(attr(e, "Stroke"), "false"), strings.EqualFold(attr(e, "Fill"), "true")
	var data strings.Builder
	in := false
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "Clips" {
				if dec.Skip() != nil {
					return
				}
				continue
			}
			depth++
			in = t.Name.Local == "AbbreviatedData"
		case xml.CharData:
			if in {
				data.Write(t)
			}
		case xml.EndElement:
			depth--
			in = false
		}
	}
	for _, s := range subpaths(data.String(), m, c.r.opt.MaxObjects) {
		if s.curved {
			continue
		}
		if !c.count(len(s.points)) {
			return
		}
		if fill && !c.filled(s, stroke) {
			continue
		}
		if !stroke {
			continue
		}
		points := s.points
		if s.closed && len(points) > 2 {
			points = append(points, points[0])
		}
		for i := 1; i < len(points); i++ {
			c.page.Rules = rule(c.page.Rules, points[i-1], points[i])
		}
	}
}

// filled notes a filled box. A thin one is a rule; then there is no more to it and the result is false.
func (c *canvas) filled(s subpath, stroked bool) bool {
	lo, hi := pt{math.Inf(1), math.Inf(1)}, pt{math.Inf(-1), math.Inf(-1)}
	for _, p := range s.points {
		lo, hi = pt{math.Min(lo.x, p.x), math.Min(lo.y, p.y)}, pt{math.Max(hi.x, p.x), math.Max(hi.y, p.y)}
	}
	w, h := hi.x-lo.x, hi.y-lo.y
	switch {
	case len(s.points) > 2 && (w <= thin) != (h <= thin):
		if w <= thin {
			c.page.Rules = rule(c.page.Rules, pt{(lo.x + hi.x) / 2, lo.y}, pt{(lo.x + hi.x) / 2, hi.y})
		} else {
			c.page.Rules = rule(c.page.Rules, pt{lo.x, (lo.y + hi.y) / 2}, pt{hi.x, (lo.y + hi.y) / 2})
		}
		return false
	case !stroked && w > thin && h > thin:
		a, b := pt{hi.x, lo.y}, pt{lo.x, hi.y}
		for _, side := range [][2]pt{{lo, a}, {a, hi}, {b, hi}, {lo, b}} {
			c.page.Fills = rule(c.page.Fills, side[0], side[1])
		}
	}
	return true
}

// rule adds a line if it is level or upright.
func rule(rules []tables.Rule, a, b pt) []tables.Rule {
	const slant = 0.15 // mm
	if math.Abs(a.x-b.x) > slant && math.Abs(a.y-b.y) > slant || !finite(a.x, a.y, b.x, b.y) {
		return rules
	}
	return append(rules, tables.Rule{X0: math.Min(a.x, b.x) * point, Y0: math.Min(a.y, b.y) * point, X1: math.Max(a.x, b.x) * point, Y1: math.Max(a.y, b.y) * point})
}

// image notes where a picture lies: its matrix maps the unit square.
func (c *canvas) image(e xml.StartElement, m matrix) {
	c.r.images++
	if name := c.s.media[attr(e, "ResourceID")]; name != "" && len(c.r.shown) < maxImages {
		c.r.shown = append(c.r.shown, name)
	}
	x0, y0 := m.apply(0, 0)
	x1, y1 := m.apply(1, 1)
	if c.count(1) && finite(x0, y0, x1, y1) {
		c.page.Images = append(c.page.Images, tables.Rule{X0: math.Min(x0, x1) * point, Y0: math.Min(y0, y1) * point, X1: math.Max(x0, x1) * point, Y1: math.Max(y0, y1) * point})
	}
}
