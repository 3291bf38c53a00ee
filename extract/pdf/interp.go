package pdf

import (
	"context"
	"fmt"
	"math"

	"nianbao/document"
	"nianbao/extract/internal/paint"
)

// A matrix maps (x, y) to (a·x + c·y + e, b·x + d·y + f).
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{1, 0, 0, 1, 0, 0}

// then applies m first and n second.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

func (m matrix) point(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

// box is the smallest one around a box that was mapped.
func (m matrix) box(b box) box {
	out := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, q := range [4][2]float64{{b.x0, b.y0}, {b.x1, b.y0}, {b.x0, b.y1}, {b.x1, b.y1}} {
		out.add(m.point(q[0], q[1]))
	}
	return out
}

func toMatrix(v []float64) matrix {
	if len(v) != 6 {
		return identity
	}
	return matrix{v[0], v[1], v[2], v[3], v[4], v[5]}
}

// A state is what q saves and Q restores.
type state struct {
	ctm                                       matrix
	font                                      *font
	size, charSpace, wordSpace, leading, rise float64
	scale                                     float64
	render                                    int // text rendering mode
	fill, stroke                              pen
	fillAlpha, strokeAlpha                    float64
	group                                     float64 // opacity of the groups around it
	blend, masked                             bool    // what is painted mixes with what lies below, or only partly shows
	clip                                      box     // in page space
}

// everywhere is the clipping box before any is set.
var everywhere = box{math.Inf(-1), math.Inf(-1), math.Inf(1), math.Inf(1)}

// initial is the state in which a page's content begins.
func initial() state {
	black := graySpace.begin()
	return state{ctm: identity, scale: 1, fill: black, stroke: black, fillAlpha: 1, strokeAlpha: 1, group: 1, clip: everywhere}
}

// Bounds of one page's content.
const (
	maxForms  = 12     // forms in forms
	maxDrawn  = 20_000 // times that a document names a form, even one that is not drawn because it holds itself
	maxStates = 256
	maxOps    = 5_000_000 // operators of a document
	maxMarks  = 400_000   // glyphs and rules of a page, each
)

// An interp runs the content of one page and notes where ink goes.
type interp struct {
	ctx   context.Context
	doc   *file
	st    state
	stack []state
	tm    matrix // text matrix
	tlm   matrix // text line matrix
	path  path
	out   *ink
	depth int
	open  map[string]bool // forms being drawn
	args  []obj
	comps []float64 // components of the colour being set
	// marked are the open marked contents, each with why it is not seen or nothing; why is the first of those reasons.
	marked  []string
	why     string
	base    string // the reason around the content stream
	clipped bool   // the path becomes a clipping path when it ends
}

// run interprets a content stream.
func (p *interp) run(content []byte, resources value) error {
	x := lexer{b: content}
	in := p.doc.named(resources)
	p.args = p.args[:0]
	for {
		o := x.object(false)
		if o.k == end {
			return nil
		}
		if o.k != keyword {
			if len(p.args) < 64 {
				p.args = append(p.args, o)
			}
			continue
		}
		if p.doc.ops++; p.doc.ops > maxOps {
			p.doc.truncated = true
			return nil
		}
		if p.doc.ops&0x3ff == 0 && p.ctx.Err() != nil {
			return fmt.Errorf("pdf: content: %w", p.ctx.Err())
		}
		if err := p.operator(&x, string(o.s), in); err != nil {
			return err
		}
		p.args = p.args[:0]
	}
}

// arg is the i-th number before the operator.
func (p *interp) arg(i int) float64 {
	if i < len(p.args) && p.args[i].k == number {
		return p.args[i].f
	}
	return 0
}

func (p *interp) matrixArg() matrix {
	return matrix{p.arg(0), p.arg(1), p.arg(2), p.arg(3), p.arg(4), p.arg(5)}
}

func (p *interp) operator(x *lexer, op string, in *names) error {
	switch op {
	case "q":
		if len(p.stack) < maxStates {
			p.stack = append(p.stack, p.st)
		}
	case "Q":
		if n := len(p.stack); n > 0 {
			p.st, p.stack = p.stack[n-1], p.stack[:n-1]
		}
	case "cm":
		p.st.ctm = p.matrixArg().then(p.st.ctm)
	case "gs":
		if n := len(p.args); n > 0 {
			g, err := in.graphics(p.doc, p.args[n-1].name())
			if err != nil {
				return err
			}
			p.st.apply(g)
		}
	case "BMC":
		p.mark("")
	case "BDC":
		p.mark(p.reason(in))
	case "EMC":
		p.unmark()
	case "BT":
		p.tm, p.tlm = identity, identity
	case "Tf":
		return p.setFont(in)
	case "Tc":
		p.st.charSpace = p.arg(0)
	case "Tw":
		p.st.wordSpace = p.arg(0)
	case "Tz":
		p.st.scale = p.arg(0) / 100
	case "TL":
		p.st.leading = p.arg(0)
	case "Ts":
		p.st.rise = p.arg(0)
	case "Tr":
		p.st.render = clamp(int(p.arg(0)), 0, 7)
	case "Td":
		p.move(p.arg(0), p.arg(1))
	case "TD":
		p.st.leading = -p.arg(1)
		p.move(p.arg(0), p.arg(1))
	case "Tm":
		p.tm = p.matrixArg()
		p.tlm = p.tm
	case "T*":
		p.move(0, -p.st.leading)
	case "Tj":
		if len(p.args) > 0 {
			p.newRun()
			p.show(p.args[len(p.args)-1].s)
		}
	case "'":
		p.move(0, -p.st.leading)
		if len(p.args) > 0 {
			p.newRun()
			p.show(p.args[len(p.args)-1].s)
		}
	case `"`:
		if len(p.args) == 3 {
			p.st.wordSpace, p.st.charSpace = p.arg(0), p.arg(1)
			p.move(0, -p.st.leading)
			p.newRun()
			p.show(p.args[2].s)
		}
	case "TJ":
		if len(p.args) > 0 {
			p.newRun()
			p.showAll(p.args[len(p.args)-1].a)
		}
	case "Do":
		if n := len(p.args); n > 0 && p.doc.drawn <= maxDrawn {
			return p.object(in.resources.key("XObject").key(p.args[n-1].name()), in.resources)
		}
	case "BI":
		p.inlineImage(x)
	case "sh":
		p.area(p.st.clip, paint.Ink{A: 255, Unknown: true}, false, false)
	default:
		if !p.colourOperator(op, in) {
			p.pathOperator(op)
		}
	}
	return nil
}

// maxMarked bounds marked contents in each other.
const maxMarked = 1000

// mark opens a marked content. Past the bound the innermost reason holds until the stream ends.
func (p *interp) mark(why string) {
	if len(p.marked) >= maxMarked {
		return
	}
	p.marked = append(p.marked, why)
	if p.why == "" {
		p.why = why
	}
}

func (p *interp) unmark() {
	n := len(p.marked)
	if n == 0 {
		return
	}
	p.marked = p.marked[:n-1]
	p.why = p.base
	for _, why := range p.marked {
		if p.why == "" {
			p.why = why
		}
	}
}

// reason is why the marked content that begins is not seen: its layer is off, or it is a watermark.
func (p *interp) reason(in *names) string {
	if len(p.args) < 2 {
		return ""
	}
	tag, property := p.args[0].name(), p.args[len(p.args)-1]
	switch {
	case tag == "OC" && property.k == symbol:
		name := property.name()
		shown, ok := in.groups[name]
		if !ok {
			shown = p.doc.layers().shown(in.resources.key("Properties"), name)
			if in.groups == nil {
				in.groups = map[string]bool{}
			}
			in.groups[name] = shown
		}
		if !shown {
			return document.WhyLayer
		}
	case tag == "Artifact" && property.k == dict && property.d["Subtype"].name() == "Watermark":
		return document.WhyWatermark
	}
	return ""
}

func (p *interp) setFont(in *names) error {
	if len(p.args) < 2 {
		return nil
	}
	name := p.args[0].name()
	p.st.size = p.arg(1)
	f, ok := in.fonts[name]
	if !ok {
		var err error
		if f, err = p.doc.font(in.resources.key("Font").key(name)); err != nil {
			return err
		}
		in.fonts[name] = f
	}
	p.st.font = f
	return nil
}

func (p *interp) move(x, y float64) {
	p.tlm = matrix{1, 0, 0, 1, x, y}.then(p.tlm)
	p.tm = p.tlm
}

// newRun begins a string: glyphs of one string belong to one run of text.
func (p *interp) newRun() { p.out.run++ }

func (p *interp) showAll(list []obj) {
	for _, o := range list {
		switch o.k {
		case text:
			p.show(o.s)
		case number:
			d := -o.f / 1000 * p.st.size
			if p.st.font != nil && p.st.font.vertical {
				p.tm = matrix{1, 0, 0, 1, 0, d}.then(p.tm)
			} else {
				p.tm = matrix{1, 0, 0, 1, d * p.st.scale, 0}.then(p.tm)
			}
		}
	}
}

// show draws a string.
func (p *interp) show(s []byte) {
	f := p.st.font
	if f == nil {
		return
	}
	size := p.st.size
	ink := p.st.textInk()
	if f.procs != nil && ink.On(paint.White) < 0.5 && f.coloured(&p.doc.meter) {
		ink.Unknown = true // its glyphs bring colours of their own
	}
	p.out.order++
	for len(s) > 0 {
		m, n := f.next(s)
		s = s[max(1, n):]
		if len(p.out.glyphs) >= maxMarks {
			p.doc.truncated = true
			return
		}
		trm := matrix{size * p.st.scale, 0, 0, size, 0, p.st.rise}.then(p.tm).then(p.st.ctm)
		g := glyph{text: fold(m.text), run: p.out.run, vertical: f.vertical}
		g.x, g.y = trm.e, trm.f
		g.dx, g.dy = trm.a, trm.b
		g.size = math.Hypot(trm.c, trm.d) * f.tall
		width := m.width
		if f.vertical {
			width = 1
		}
		g.width = math.Hypot(trm.a, trm.b) * width
		if m.text != "" {
			g.ink, g.order, g.silent = ink, p.out.order, p.st.render == 3
			if g.why = p.why; g.why == "" {
				g.why = p.beyond(&g)
			}
			p.out.glyphs = append(p.out.glyphs, g)
		}
		if f.vertical {
			d := -size + p.st.charSpace
			if p.st.charSpace > 0 {
				d = -size - p.st.charSpace
			}
			if m.space {
				d -= p.st.wordSpace
			}
			p.tm = matrix{1, 0, 0, 1, 0, d}.then(p.tm)
			continue
		}
		d := m.width*size + p.st.charSpace
		if m.space {
			d += p.st.wordSpace
		}
		p.tm = matrix{1, 0, 0, 1, d * p.st.scale, 0}.then(p.tm)
	}
}

// beyond is why a glyph is not seen whatever its ink: it stands outside the clipping path, or lies slanted across the page.
func (p *interp) beyond(g *glyph) string {
	const slack = 1.0 // points
	if x, y := g.centre(); !p.st.clip.holds(x, y, slack) {
		return document.WhyOutside
	}
	if g.slanted() {
		return document.WhyWatermark
	}
	return ""
}

// object draws an external object: a form's content, or a picture's box.
func (p *interp) object(v value, resources value) error {
	if v.key("OC").kind() == dict && !p.doc.layers().shown(v, "OC") {
		save, base := p.why, p.base
		if p.why == "" {
			p.why = document.WhyLayer
		}
		defer func() { p.why, p.base = save, base }()
	}
	switch v.key("Subtype").str() {
	case "Image":
		p.imageAt(v)
	case "Form":
		if p.doc.drawn++; p.doc.drawn > maxDrawn {
			p.doc.truncated = true
			return nil
		}
		id := v.id()
		if p.depth >= maxForms || p.open[id] {
			return nil
		}
		body, _, _, err := decoded(v, &p.doc.meter)
		if err != nil {
			return err
		}
		r := v.key("Resources")
		if r.kind() == null {
			r = resources
		}
		save, saved, args := p.st, p.stack, p.args
		tm, tlm, marked, base := p.tm, p.tlm, p.marked, p.base
		p.stack, p.args, p.marked, p.base = nil, nil, nil, p.why
		p.open[id] = true
		p.depth++
		p.st.ctm = toMatrix(numbers(v.key("Matrix"), 6)).then(p.st.ctm)
		if b, ok := toBox(v.key("BBox")); ok {
			p.st.clip = p.st.clip.cut(p.st.ctm.box(b))
		}
		if v.key("Group").kind() == dict { // it is painted as one, with the opacity of now
			p.st.group *= p.st.fillAlpha
			p.st.fillAlpha, p.st.strokeAlpha = 1, 1
		}
		err = p.run(body, r)
		p.depth--
		delete(p.open, id)
		p.why, p.base, p.marked = p.base, base, marked
		p.st, p.stack, p.args = save, saved, args
		p.tm, p.tlm = tm, tlm
		return err
	}
	return nil
}

// inlineImage skips the data of an inline picture: it ends at an EI between blanks after which the content makes sense.
func (p *interp) inlineImage(x *lexer) {
	for {
		o := x.object(false)
		if o.k == end {
			return
		}
		if o.is("ID") {
			break
		}
	}
	p.imageAt(nil)
	for i := x.i + 1; i+1 < len(x.b); i++ {
		if x.b[i] == 'E' && x.b[i+1] == 'I' && class[x.b[i-1]] == space && (i+2 >= len(x.b) || class[x.b[i+2]] == space) && looksLikeContent(x.b[i+2:min(len(x.b), i+40)]) {
			x.i = i + 2
			return
		}
	}
	x.i = len(x.b)
}

func looksLikeContent(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < 0x20 && class[c] != space {
			return false
		}
	}
	return true
}
