package pdf

import "math"

// A box is an axis-parallel rectangle.
type box struct{ x0, y0, x1, y1 float64 }

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
}

// ink is what the content of a page leaves on it, y up.
type ink struct {
	glyphs []glyph
	rules  []box
	fills  []box
	images []drawnImage
	curves int // filled shapes with curves: letters, when there are no glyphs
	unseen int // glyphs that are not painted: what somebody's optical reading laid under a picture
	run    int
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
	case "s":
		p.close()
		p.stroke()
		p.clear()
	case "S":
		p.stroke()
		p.clear()
	case "f", "F", "f*":
		p.fill()
		p.clear()
	case "B", "B*":
		p.stroke()
		p.fill()
		p.clear()
	case "b", "b*":
		p.close()
		p.stroke()
		p.fill()
		p.clear()
	case "n":
		p.clear()
	}
}

func (p *interp) clear() { p.path.subs, p.path.count = p.path.subs[:0], 0 }

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
func (p *interp) rule(x0, y0, x1, y1 float64) {
	if len(p.out.rules) >= maxMarks {
		p.doc.truncated = true
		return
	}
	if math.Abs(x1-x0) <= 1 || math.Abs(y1-y0) <= 1 {
		p.out.rules = append(p.out.rules, box{min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)})
	}
}

func (p *interp) stroke() {
	for _, s := range p.path.subs {
		if s.curved {
			p.dot(s)
			continue
		}
		for i := 1; i < len(s.points); i++ {
			p.rule(s.points[i-1][0], s.points[i-1][1], s.points[i][0], s.points[i][1])
		}
		if n := len(s.points); s.closed && n > 2 {
			p.rule(s.points[n-1][0], s.points[n-1][1], s.points[0][0], s.points[0][1])
		}
	}
}

// thinFill is how thick a filled box may be to count as a line.
const thinFill = 3.0

func (p *interp) fill() {
	for _, s := range p.path.subs {
		b := s.box()
		w, h := b.x1-b.x0, b.y1-b.y0
		switch {
		case s.curved:
			p.out.curves++
			p.dot(s)
		case min(w, h) <= thinFill:
			if len(p.out.rules) < maxMarks {
				p.out.rules = append(p.out.rules, b)
			}
		case !p.st.pale && s.rectangle() && len(p.out.fills) < maxMarks:
			p.out.fills = append(p.out.fills, b)
		}
	}
}

// dot notes a small round mark: dotted lines are rows of them.
func (p *interp) dot(s subpath) {
	if b := s.box(); b.x1-b.x0 <= thinFill && b.y1-b.y0 <= thinFill && len(p.out.rules) < maxMarks {
		p.out.rules = append(p.out.rules, b)
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
