package ofd

import (
	"encoding/xml"
	"math"
	"strings"

	"nianbao/extract/internal/paint"
	"nianbao/extract/internal/tables"
)

const thin = 1.1 // mm: what is filled and no thicker is a rule

// path reads the lines of a path object.
func (c *canvas) path(dec *xml.Decoder, e xml.StartElement, s scene) {
	stroke, fill := !strings.EqualFold(attr(e, "Stroke"), "false"), strings.EqualFold(attr(e, "Fill"), "true")
	var data strings.Builder
	clip := everywhere
	in := false
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "Clips":
				clip = c.clips(dec, s.m)
				continue
			case "FillColor":
				s.pens.fill = colour(dec, t)
				continue
			case "StrokeColor":
				s.pens.stroke = colour(dec, t)
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
	subs := subpaths(data.String(), s.m, c.r.opt.MaxObjects)
	if s.why != "" {
		return
	}
	filling, lining := s.pens.area().Fade(s.fade), s.pens.line().Fade(s.fade)
	holes := len(subs) > 1
	for _, sub := range subs {
		if !c.count(len(sub.points)) {
			return
		}
		order := c.order(s.z)
		if fill {
			c.filled(sub, filling, order, clip, stroke, holes)
		}
		if sub.curved || !stroke {
			continue
		}
		points := sub.points
		if sub.closed && len(points) > 2 {
			points = append(points, points[0])
		}
		for i := 1; i < len(points); i++ {
			if r, ok := rule(points[i-1], points[i]); ok {
				c.line(r, lining, order, clip)
			}
		}
	}
}

// line notes a line as far as its clipping area lets it show.
func (c *canvas) line(r tables.Rule, k paint.Ink, order int, clip paint.Box) {
	const slack = 1.0 // points
	clip = paint.Box{X0: clip.X0 - slack, Y0: clip.Y0 - slack, X1: clip.X1 + slack, Y1: clip.Y1 + slack}
	if b, ok := (paint.Box(r)).Cut(clip); ok {
		c.rules = append(c.rules, stroke{tables.Rule(b), k, order})
	}
}

// filled notes a filled shape. A thin box is a rule.
func (c *canvas) filled(s subpath, k paint.Ink, order int, clip paint.Box, stroked, holes bool) {
	lo, hi := pt{math.Inf(1), math.Inf(1)}, pt{math.Inf(-1), math.Inf(-1)}
	for _, p := range s.points {
		lo, hi = pt{math.Min(lo.x, p.x), math.Min(lo.y, p.y)}, pt{math.Max(hi.x, p.x), math.Max(hi.y, p.y)}
	}
	if !finite(lo.x, lo.y, hi.x, hi.y) || len(s.points) < 3 {
		return
	}
	w, h := hi.x-lo.x, hi.y-lo.y
	box := paint.Box{X0: lo.x * point, Y0: lo.y * point, X1: hi.x * point, Y1: hi.y * point}
	square := !s.curved && s.rectangle()
	if b, ok := box.Cut(clip); ok && k.A > 0 {
		c.areas = append(c.areas, paint.Area{Box: b, Order: order, Ink: k, Opaque: square && !holes && k.A == 255 && !k.Unknown})
	}
	switch {
	case s.curved:
	case (w <= thin) != (h <= thin):
		mid := tables.Rule{X0: box.X0, Y0: (box.Y0 + box.Y1) / 2, X1: box.X1, Y1: (box.Y0 + box.Y1) / 2}
		if w <= thin {
			mid = tables.Rule{X0: (box.X0 + box.X1) / 2, Y0: box.Y0, X1: (box.X0 + box.X1) / 2, Y1: box.Y1}
		}
		c.line(mid, k, order, clip)
	case !stroked && w > thin && h > thin:
		c.boxes = append(c.boxes, stroke{tables.Rule(box), k, order})
	}
}

// rule is a line that is level or upright.
func rule(a, b pt) (tables.Rule, bool) {
	const slant = 0.15 // mm
	if math.Abs(a.x-b.x) > slant && math.Abs(a.y-b.y) > slant || !finite(a.x, a.y, b.x, b.y) {
		return tables.Rule{}, false
	}
	return tables.Rule{X0: math.Min(a.x, b.x) * point, Y0: math.Min(a.y, b.y) * point, X1: math.Max(a.x, b.x) * point, Y1: math.Max(a.y, b.y) * point}, true
}

// image notes where a picture lies: its matrix maps the unit square.
func (c *canvas) image(e xml.StartElement, s scene) {
	if s.why != "" || s.fade == 0 {
		return
	}
	c.r.images++
	if name := c.s.media[attr(e, "ResourceID")]; name != "" && len(c.r.shown) < maxImages {
		c.r.shown = append(c.r.shown, name)
	}
	x0, y0 := s.m.apply(0, 0)
	x1, y1 := s.m.apply(1, 1)
	if !c.count(1) || !finite(x0, y0, x1, y1) {
		return
	}
	b := tables.Rule{X0: math.Min(x0, x1) * point, Y0: math.Min(y0, y1) * point, X1: math.Max(x0, x1) * point, Y1: math.Max(y0, y1) * point}
	c.page.Images = append(c.page.Images, b)
	// PNG may let through what lies below; such a picture hides nothing for certain.
	name := strings.ToLower(c.s.media[attr(e, "ResourceID")])
	solid := s.fade == 1 && (strings.HasSuffix(name, ".jpg") || strings.HasSuffix(name, ".jpeg") || strings.HasSuffix(name, ".bmp"))
	c.areas = append(c.areas, paint.Area{Box: paint.Box(b), Order: c.order(s.z), Ink: paint.Ink{A: 255, Unknown: true}, Opaque: solid, Picture: true})
}
