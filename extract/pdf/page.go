package pdf

import (
	"context"
	"fmt"
	"math"

	"nianbao/document"
	"nianbao/extract/internal/tables"
)

// A file is an opened document while it is read.
type file struct {
	e         engine
	meter     meter
	fonts     map[string]*font
	ops       int // operators run
	drawn     int // forms named
	truncated bool
	content   *layers // optional content
	asked     bool    // content was looked for
	resources map[string]*names
}

// maxResources bounds the resource dictionaries whose names are kept.
const maxResources = 5000

// named are the names of a resource dictionary, the same for all pages and forms that share it.
func (d *file) named(resources value) *names {
	id := resources.id()
	in, ok := d.resources[id]
	if !ok || id == "" {
		in = &names{resources: resources, fonts: map[string]*font{}}
		if len(d.resources) < maxResources {
			d.resources[id] = in
		}
	}
	return in
}

// layers are the optional contents of the file; nil when all is shown.
func (d *file) layers() *layers {
	if !d.asked {
		d.asked, d.content = true, layersOf(d.e.trailer().key("Root"))
	}
	return d.content
}

// font loads a font once, however many pages and names refer to it.
func (d *file) font(v value) (*font, error) {
	if v.kind() != dict { // its strings cannot be read
		d.meter.damaged = true
		return nil, nil
	}
	id := v.id()
	if f, ok := d.fonts[id]; ok {
		return f, nil
	}
	f, err := loadFont(v, &d.meter)
	if err != nil {
		return nil, err
	}
	d.fonts[id] = f
	return f, nil
}

// A leaf is a page with what it inherits.
type leaf struct {
	v                     value
	resources, media, box value
	rotate                int
}

// maxTree bounds the nodes of the page tree, leaves and others.
const maxTree = 100_000

// pages walks the page tree, with an eye on nodes that hold themselves.
func (d *file) pages(ctx context.Context, limit int) ([]leaf, error) {
	root := d.e.trailer().key("Root").key("Pages")
	if root.kind() != dict {
		return nil, fmt.Errorf("pdf: %w: no page tree", document.ErrMalformed)
	}
	var out []leaf
	nodes := 0
	open := map[string]bool{}
	var walk func(v value, in leaf, depth int) error
	walk = func(v value, in leaf, depth int) error {
		if nodes++; nodes > maxTree || len(out) >= limit {
			d.truncated = true
			return nil
		}
		if nodes&0xff == 0 && ctx.Err() != nil {
			return fmt.Errorf("pdf: page tree: %w", ctx.Err())
		}
		if v.kind() != dict {
			return nil
		}
		in.v = v
		for key, to := range map[string]*value{"Resources": &in.resources, "MediaBox": &in.media, "CropBox": &in.box} {
			if x := v.key(key); x.kind() != null {
				*to = x
			}
		}
		if r := v.key("Rotate"); r.kind() == number {
			in.rotate = integer(r)
		}
		kids := v.key("Kids")
		if kids.kind() != array || v.key("Type").str() == "Page" {
			out = append(out, in)
			return nil
		}
		id := v.id()
		if open[id] || depth > 60 {
			return nil
		}
		open[id] = true
		defer delete(open, id)
		for i := range kids.len() {
			if err := walk(kids.index(i), in, depth+1); err != nil || d.truncated {
				return err
			}
		}
		return nil
	}
	err := walk(root, leaf{resources: nothing{}, media: nothing{}, box: nothing{}}, 0)
	return out, err
}

// stream joins the content streams of a page.
func (d *file) stream(l leaf) ([]byte, error) {
	c := l.v.key("Contents")
	if c.kind() != array {
		b, _, _, err := decoded(c, &d.meter)
		return b, err
	}
	var out []byte
	for i := range min(c.len(), 10_000) {
		b, _, _, err := decoded(c.index(i), &d.meter)
		if err != nil {
			return nil, err
		}
		out = append(append(out, b...), '\n')
	}
	return out, nil
}

// ink runs the content of a page.
func (d *file) ink(ctx context.Context, l leaf) (*ink, error) {
	content, err := d.stream(l)
	if err != nil {
		return nil, err
	}
	out := &ink{}
	p := &interp{ctx: ctx, doc: d, out: out, open: map[string]bool{}, st: initial(), tm: identity, tlm: identity}
	if err = p.run(content, l.resources); err == nil {
		err = p.annotations(l)
	}
	out.settle(l.area())
	return out, err
}

// area is the part of the page that shows: the crop box within the media box, A4 when neither makes sense.
func (l leaf) area() box {
	media, ok := toBox(l.media)
	if !ok {
		media = box{0, 0, 595, 842}
	}
	if crop, ok := toBox(l.box); ok {
		c := box{max(media.x0, crop.x0), max(media.y0, crop.y0), min(media.x1, crop.x1), min(media.y1, crop.y1)}
		if c.x1-c.x0 > 10 && c.y1-c.y0 > 10 {
			return c
		}
	}
	return media
}

func toBox(v value) (box, bool) {
	n := numbers(v, 4)
	if len(n) != 4 {
		return box{}, false
	}
	b := box{min(n[0], n[2]), min(n[1], n[3]), max(n[0], n[2]), max(n[1], n[3])}
	return b, b.x1-b.x0 > 1 && b.y1-b.y0 > 1 && b.x1-b.x0 < 1e5 && b.y1-b.y0 < 1e5
}

// offPage is how far, in points, the middle of a glyph may lie outside the page and still be read: glyphs on the very edge.
const offPage = 2.0

// page turns ink into a page for package tables: upright by the direction of most glyphs, whatever /Rotate says, y down.
func (k *ink) page(area box, no int) tables.Page {
	quarter := k.direction()
	turn := func(x, y float64) (float64, float64) {
		switch quarter {
		case 1: // text runs up
			return y - area.y0, x - area.x0
		case 2: // upside down
			return area.x1 - x, y - area.y0
		case 3: // text runs down
			return area.y1 - y, area.x1 - x
		}
		return x - area.x0, area.y1 - y
	}
	turnBox := func(b box) tables.Rule {
		x0, y0 := turn(b.x0, b.y0)
		x1, y1 := turn(b.x1, b.y1)
		return tables.Rule{X0: min(x0, x1), Y0: min(y0, y1), X1: max(x0, x1), Y1: max(y0, y1)}
	}
	p := tables.Page{Number: no, Width: area.x1 - area.x0, Height: area.y1 - area.y0}
	if quarter%2 == 1 {
		p.Width, p.Height = p.Height, p.Width
	}
	p.Glyphs = make([]tables.Glyph, 0, len(k.glyphs))
	shown := 0 // the last string of which something stands on the page
	for i := range k.glyphs {
		g := &k.glyphs[i]
		x, y := turn(g.x, g.y)
		if !(g.size >= 0.5 && math.Abs(x) < 1e6 && math.Abs(y) < 1e6) {
			continue
		}
		// What stands off the page is not seen, but the end of a string that begins on it is read.
		switch cx, cy := g.centre(); {
		case g.why != "":
		case area.holds(cx, cy, offPage):
			shown = g.run
		case g.run != shown:
			g.why = document.WhyOutside
		}
		l := tables.Glyph{Text: g.text, Run: g.run, Vertical: g.vertical}
		switch (g.quarter() - quarter + 4) % 4 {
		case 0:
			l.X0, l.X1, l.Y0, l.Y1 = x, x+g.width, y-0.88*g.size, y+0.12*g.size
		case 1:
			l.X0, l.X1, l.Y0, l.Y1 = x-0.88*g.size, x+0.12*g.size, y-g.width, y
		case 2:
			l.X0, l.X1, l.Y0, l.Y1 = x-g.width, x, y-0.12*g.size, y+0.88*g.size
		case 3:
			l.X0, l.X1, l.Y0, l.Y1 = x-0.12*g.size, x+0.88*g.size, y, y+g.width
			l.Vertical = true // text that runs down among upright text is read as vertical writing
		}
		if g.vertical { // the origin is at the top and in the middle
			l.X0, l.X1, l.Y0, l.Y1 = x-g.size/2, x+g.size/2, y, y+g.size
		}
		if g.why != "" {
			p.Unseen = append(p.Unseen, tables.Hidden{Glyph: l, Why: g.why})
			continue
		}
		p.Glyphs = append(p.Glyphs, l)
	}
	for _, b := range k.rules {
		p.Rules = append(p.Rules, turnBox(b))
	}
	for _, b := range k.fills {
		r := turnBox(b)
		p.Fills = append(p.Fills,
			tables.Rule{X0: r.X0, Y0: r.Y0, X1: r.X1, Y1: r.Y0}, tables.Rule{X0: r.X0, Y0: r.Y1, X1: r.X1, Y1: r.Y1},
			tables.Rule{X0: r.X0, Y0: r.Y0, X1: r.X0, Y1: r.Y1}, tables.Rule{X0: r.X1, Y0: r.Y0, X1: r.X1, Y1: r.Y1})
	}
	for _, b := range k.images {
		p.Images = append(p.Images, turnBox(b.box))
	}
	return p
}

// quarter is the direction of writing in quarter turns counter-clockwise.
func (g *glyph) quarter() int {
	if math.Abs(g.dx) >= math.Abs(g.dy) {
		if g.dx < 0 {
			return 2
		}
		return 0
	}
	if g.dy < 0 {
		return 3
	}
	return 1
}

// direction is that of most glyphs.
func (k *ink) direction() int {
	var n [4]int
	for i := range k.glyphs {
		if k.glyphs[i].why == "" {
			n[k.glyphs[i].quarter()]++
		}
	}
	best := 0
	for q, c := range n {
		if c > n[best] {
			best = q
		}
	}
	return best
}
