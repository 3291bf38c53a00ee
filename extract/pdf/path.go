package pdf

import (
	"math"

	"nianbao/extract/internal/paint"
)

// A box is an axis-parallel rectangle.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) holds(x, y, slack float64) bool {
	return x >= b.x0-slack && x <= b.x1+slack && y >= b.y0-slack && y <= b.y1+slack
}

// cut is what two boxes share; one turned inside out when that is nothing.
func (b box) cut(c box) box {
	return box{max(b.x0, c.x0), max(b.y0, c.y0), min(b.x1, c.x1), min(b.y1, c.y1)}
}

func (b *box) add(x, y float64) {
	b.x0, b.y0, b.x1, b.y1 = min(b.x0, x), min(b.y0, y), max(b.x1, x), max(b.y1, y)
}

// A glyph is a mark of text in the space of the page, y up.
type glyph struct {
	text     string
	x, y     float64 // origin on the base line
	dx, dy   float64 // direction of writing
	size     float64
	width    float64
	run      int
	vertical bool
	ink      paint.Ink
	order    int
	silent   bool   // drawn by the rendering mode that leaves no mark
	why      string // it is not seen: a reason of package document
}

// centre is about the middle of the glyph's body.
func (g *glyph) centre() (x, y float64) {
	if g.vertical {
		return g.x, g.y - g.size/2
	}
	l := math.Hypot(g.dx, g.dy)
	if l == 0 {
		return g.x, g.y
	}
	ux, uy := g.dx/l, g.dy/l
	return g.x + ux*g.width/2 - uy*0.35*g.size, g.y + uy*g.width/2 + ux*0.35*g.size
}

// A stroke is a line or a thin fill, with its ink.
type stroke struct {
	box
	ink   paint.Ink
	order int
}

// ink is what the content of a page leaves on it, y up.
type ink struct {
	glyphs  []glyph
	strokes []stroke
	boxes   []stroke     // filled rectangles
	areas   []paint.Area // in drawing order
	images  []drawnImage
	curves  int // filled shapes with curves: letters, when there are no glyphs
	run     int
	order   int // of the last mark
	// Of what settle found:
	rules   []box // lines that are seen
	fills   []box // filled boxes that are seen
	optical int   // glyphs that somebody's optical reading laid under a picture
}

// slanted reports whether a glyph is written across the page, as watermarks are.
func (g *glyph) slanted() bool {
	x, y := math.Abs(g.dx), math.Abs(g.dy)
	return min(x, y) > 0.2*max(x, y)
}

// A path is under construction. Its points are in page space.
type path struct {
	subs  []subpath
	x, y  float64 // the current point, in page space
	count int
}

type subpath struct {
	points []([2]float64)
	curved bool
	closed bool
}

// maxPoints bounds one path.
const maxPoints = 200_000

func (p *interp) pathOperator(op string) {
	switch op {
	case "m":
		p.begin(p.st.ctm.point(p.arg(0), p.arg(1)))
	case "l":
		p.line(p.st.ctm.point(p.arg(0), p.arg(1)))
	case "c":
		p.curve(p.st.ctm.point(p.arg(4), p.arg(5)))
	case "v", "y":
		p.curve(p.st.ctm.point(p.arg(2), p.arg(3)))
	case "h":
		p.close()
	case "re":
		x, y, w, h := p.arg(0), p.arg(1), p.arg(2), p.arg(3)
		p.begin(p.st.ctm.point(x, y))
		p.line(p.st.ctm.point(x+w, y))
		p.line(p.st.ctm.point(x+w, y+h))
		p.line(p.st.ctm.point(x, y+h))
		p.close()
	case "W", "W*":
		p.clipped = true
	case "s":
		p.close()
		p.stroke()
		p.endPath()
	case "S":
		p.stroke()
		p.endPath()
	case "f", "F", "f*":
		p.fill()
		p.endPath()
	case "B", "B*":
		p.fill()
		p.stroke()
		p.endPath()
	case "b", "b*":
		p.close()
		p.fill()
		p.stroke()
		p.endPath()
	case "n":
		p.endPath()
	}
}

// endPath forgets the path after it has become part of the clipping path, where that was asked for. A clipping path is
// known by its box alone.
func (p *interp) endPath() {
	if p.clipped && len(p.path.subs) > 0 {
		b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for i := range p.path.subs {
			c := p.path.subs[i].box()
			b.add(c.x0, c.y0)
			b.add(c.x1, c.y1)
		}
		p.st.clip = p.st.clip.cut(b)
	}
	p.clipped = false
	p.path.subs, p.path.count = p.path.subs[:0], 0
}

func (p *interp) begin(x, y float64) {
	if p.path.count++; p.path.count > maxPoints {
		return
	}
	p.path.subs = append(p.path.subs, subpath{points: [][2]float64{{x, y}}})
	p.path.x, p.path.y = x, y
}

func (p *interp) line(x, y float64) {
	n := len(p.path.subs)
	if n == 0 {
		p.begin(x, y)
		return
	}
	if p.path.count++; p.path.count > maxPoints {
		return
	}
	s := &p.path.subs[n-1]
	if s.closed { // a line after h begins where the path was closed
		p.begin(s.points[0][0], s.points[0][1])
		if len(p.path.subs) == n {
			return
		}
		s = &p.path.subs[n]
	}
	s.points = append(s.points, [2]float64{x, y})
}

func (p *interp) curve(x, y float64) {
	p.line(x, y)
	if n := len(p.path.subs); n > 0 {
		p.path.subs[n-1].curved = true
	}
}

func (p *interp) close() {
	if n := len(p.path.subs); n > 0 {
		p.path.subs[n-1].closed = true
	}
}

// rule notes a line if it is parallel to an axis.
func (p *interp) rule(x0, y0, x1, y1 float64, k paint.Ink) {
	if math.Abs(x1-x0) <= 1 || math.Abs(y1-y0) <= 1 {
		p.thinMark(box{min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)}, k)
	}
}

// thinMark notes a line, a thin fill or a dot, as far as the clipping path lets it show.
func (p *interp) thinMark(b box, k paint.Ink) {
	const slack = 1.0 // points: lines on the edge of a clipping path
	c := p.st.clip
	b = b.cut(box{c.x0 - slack, c.y0 - slack, c.x1 + slack, c.y1 + slack})
	if p.why != "" || b.x0 > b.x1 || b.y0 > b.y1 {
		return
	}
	if len(p.out.strokes) >= maxMarks {
		p.doc.truncated = true
		return
	}
	p.out.strokes = append(p.out.strokes, stroke{b, k, p.out.order})
}

// area notes a filled shape or a picture. Opaque ones hide what lies below their box.
func (p *interp) area(b box, k paint.Ink, opaque, picture bool) {
	if b = b.cut(p.st.clip); p.why != "" || b.x0 > b.x1 || b.y0 > b.y1 || k.A == 0 || len(p.out.areas) >= maxMarks {
		return
	}
	p.out.order++
	p.out.areas = append(p.out.areas, paint.Area{Box: paint.Box{X0: b.x0, Y0: b.y0, X1: b.x1, Y1: b.y1}, Order: p.out.order, Ink: k, Opaque: opaque, Picture: picture})
}

func (p *interp) stroke() {
	k := p.st.strokeInk()
	p.out.order++
	for _, s := range p.path.subs {
		if s.curved {
			p.dot(s, k)
			continue
		}
		for i := 1; i < len(s.points); i++ {
			p.rule(s.points[i-1][0], s.points[i-1][1], s.points[i][0], s.points[i][1], k)
		}
		if n := len(s.points); s.closed && n > 2 {
			p.rule(s.points[n-1][0], s.points[n-1][1], s.points[0][0], s.points[0][1], k)
		}
	}
}

// thinFill is how thick a filled box may be to count as a line.
const thinFill = 3.0

func (p *interp) fill() {
	k := p.st.fillInk()
	solid := p.st.solid() && !k.Unknown && !p.path.nested()
	for _, s := range p.path.subs {
		b := s.box()
		w, h := b.x1-b.x0, b.y1-b.y0
		square := !s.curved && s.rectangle()
		p.area(b, k, solid && square, false)
		switch {
		case s.curved:
			p.out.curves++
			p.dot(s, k)
		case min(w, h) <= thinFill:
			p.thinMark(b, k)
		case square && p.why == "" && len(p.out.boxes) < maxMarks:
			p.out.boxes = append(p.out.boxes, stroke{b, k, p.out.order})
		}
	}
}

// nested reports whether subpaths overlap, so that the inner ones may be holes.
func (p *path) nested() bool {
	const few = 40 // more are not compared
	n := len(p.subs)
	if n < 2 {
		return false
	}
	if n > few {
		return true
	}
	boxes := make([]box, n)
	for i := range p.subs {
		boxes[i] = p.subs[i].box()
		for k := range i {
			if c := boxes[i].cut(boxes[k]); c.x1-c.x0 > 0.1 && c.y1-c.y0 > 0.1 {
				return true
			}
		}
	}
	return false
}

// dot notes a small round mark: dotted lines are rows of them.
func (p *interp) dot(s subpath, k paint.Ink) {
	if b := s.box(); b.x1-b.x0 <= thinFill && b.y1-b.y0 <= thinFill {
		p.thinMark(b, k)
	}
}

func (s *subpath) box() box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, q := range s.points {
		b.add(q[0], q[1])
	}
	return b
}

// rectangle reports whether every side is parallel to an axis.
func (s *subpath) rectangle() bool {
	if len(s.points) < 4 || len(s.points) > 5 {
		return false
	}
	for i := 1; i < len(s.points); i++ {
		a, b := s.points[i-1], s.points[i]
		if math.Abs(a[0]-b[0]) > 0.5 && math.Abs(a[1]-b[1]) > 0.5 {
			return false
		}
	}
	return true
}
