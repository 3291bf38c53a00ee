package pdf

import (
	"strings"
	"unicode/utf8"

	"nianbao/document"
	"nianbao/extract/internal/paint"
)

// Flags of an annotation (PDF 32000-1 table 165) and of a form field (tables 221, 226, 228).
const (
	annotHidden   = 1 << 1
	annotNoView   = 1 << 5
	fieldPassword = 1 << 13
	fieldPush     = 1 << 16
)

const (
	maxAnnots  = 20_000 // of a page
	maxParents = 20     // fields above a field
	maxValue   = 20_000 // characters of a field's value
)

// annotations draws what is laid over a page: form fields, free text, stamps. What is hidden is kept apart as the page's own
// hidden text is.
func (p *interp) annotations(l leaf) error {
	list := l.v.key("Annots")
	form := p.doc.e.trailer().key("Root").key("AcroForm")
	for i := range min(list.len(), maxAnnots) {
		a := list.index(i)
		if a.kind() != dict {
			continue
		}
		if err := p.annotation(a, form); err != nil {
			return err
		}
	}
	return nil
}

// annotation draws one annotation.
func (p *interp) annotation(a, form value) error {
	kind := a.key("Subtype").str()
	why := ""
	switch flags := integer(a.key("F")); {
	case flags&(annotHidden|annotNoView) != 0:
		why = document.WhyHidden
	case !p.doc.layers().shown(a, "OC"):
		why = document.WhyLayer
	case kind == "Watermark":
		why = document.WhyWatermark
	}
	switch kind {
	case "StrikeOut":
		if why == "" {
			p.strike(a.key("QuadPoints"))
		}
		return nil
	case "Widget", "FreeText", "Stamp", "Watermark", "Line", "Square", "Circle", "Polygon", "PolyLine":
	default: // links, notes that open, marks over text: they bring no text of their own to the page
		return nil
	}
	p.st, p.stack, p.marked, p.base, p.why = initial(), nil, nil, why, why
	defer func() { p.base, p.why = "", "" }()
	rect, ok := toBox(a.key("Rect"))
	if !ok {
		return nil
	}
	before := len(p.out.glyphs)
	answer := p.value(a, kind, form)
	look := appearance(a)
	if look.kind() == dict && !(answer != "" && form.key("NeedAppearances").num() == 1 && isText(a)) {
		if err := p.appearance(look, rect, form.key("DR")); err != nil {
			return err
		}
		if len(p.out.glyphs) > before {
			return nil
		}
	}
	if answer != "" {
		p.write(answer, rect, a, form)
	}
	return nil
}

// appearance is the content that shows an annotation in its present state.
func appearance(a value) value {
	n := a.key("AP").key("N")
	if n.kind() == dict && n.raw() == nil { // one for each state
		return n.key(a.key("AS").str())
	}
	return n
}

// appearance draws a form so that its box, mapped by its matrix, fills the annotation's rectangle (algorithm 8.1).
func (p *interp) appearance(look value, rect box, resources value) error {
	b, ok := toBox(look.key("BBox"))
	if !ok {
		return nil
	}
	m := toMatrix(numbers(look.key("Matrix"), 6)).box(b)
	w, h := m.x1-m.x0, m.y1-m.y0
	if !(w > 0 && h > 0) {
		return nil
	}
	sx, sy := (rect.x1-rect.x0)/w, (rect.y1-rect.y0)/h
	p.st.ctm = matrix{sx, 0, 0, sy, rect.x0 - m.x0*sx, rect.y0 - m.y0*sy}
	return p.object(asForm{look}, resources)
}

// asForm is an appearance, which is a form even where it does not say so.
type asForm struct{ value }

func (v asForm) key(k string) value {
	if k == "Subtype" {
		return literalName("Form")
	}
	return v.value.key(k)
}

// A literalName is a name that stands in no file.
type literalName string

func (literalName) kind() kind       { return symbol }
func (literalName) key(string) value { return nothing{} }
func (literalName) index(int) value  { return nothing{} }
func (literalName) len() int         { return 0 }
func (literalName) num() float64     { return 0 }
func (n literalName) str() string    { return string(n) }
func (n literalName) id() string     { return string(n) }
func (literalName) raw() []byte      { return nil }

// inherited is an entry of a field or of the fields above it.
func inherited(v value, key string) value {
	for range maxParents {
		if x := v.key(key); x.kind() != null {
			return x
		}
		if v = v.key("Parent"); v.kind() != dict {
			break
		}
	}
	return nothing{}
}

// isText reports whether a field's value is text or a choice.
func isText(a value) bool {
	t := inherited(a, "FT").str()
	return t == "Tx" || t == "Ch"
}

// value is what an annotation says without an appearance: the value of a field, the contents of a note.
func (p *interp) value(a value, kind string, form value) string {
	if kind == "FreeText" {
		return clean(textString(a.key("Contents").str()))
	}
	if kind != "Widget" {
		return ""
	}
	v, flags := inherited(a, "V"), integer(inherited(a, "Ff"))
	switch inherited(a, "FT").str() {
	case "Tx":
		if flags&fieldPassword != 0 {
			return ""
		}
		return clean(p.doc.fieldText(v))
	case "Ch":
		var chosen []string
		one := func(v value) {
			if s := clean(p.doc.choice(inherited(a, "Opt"), p.doc.fieldText(v))); s != "" {
				chosen = append(chosen, s)
			}
		}
		if v.kind() == array {
			for i := range min(v.len(), 100) {
				one(v.index(i))
			}
		} else {
			one(v)
		}
		return strings.Join(chosen, "\n")
	case "Btn":
		if flags&fieldPush != 0 {
			return clean(textString(a.key("MK").key("CA").str()))
		}
		state := a.key("AS").str()
		if state == "" {
			state = v.str()
		}
		if state != "" && state != "Off" {
			return "√"
		}
	}
	return ""
}

// fieldText is a value as text: a string, or a stream of rich text.
func (d *file) fieldText(v value) string {
	if v.kind() == dict {
		b, _, _, err := decoded(v, &d.meter)
		if err != nil {
			return ""
		}
		return textString(string(b))
	}
	return textString(v.str())
}

// choice is what a list shows for a value: of pairs the second.
func (d *file) choice(options value, v string) string {
	for i := range min(options.len(), 10_000) {
		if o := options.index(i); o.len() == 2 && d.fieldText(o.index(0)) == v {
			return d.fieldText(o.index(1))
		}
	}
	return v
}

func clean(s string) string {
	s = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(s))
	if len(s) > maxValue {
		s = strings.ToValidUTF8(s[:maxValue], "")
	}
	return s
}

// write sets a value into its rectangle as a viewer would: one line in the middle, several from the top.
func (p *interp) write(s string, rect box, a, form value) {
	texts := strings.Split(s, "\n")
	w, h := rect.x1-rect.x0, rect.y1-rect.y0
	size := p.textSize(a, form)
	if size <= 0 {
		size = min(12, 0.7*h/float64(len(texts)))
	}
	for _, t := range texts {
		if em := ems(t); em*size > w && em > 0 {
			size = max(1, w/em)
		}
	}
	pitch := min(1.2*size, h/float64(len(texts)))
	top := (rect.y0+rect.y1)/2 + pitch*float64(len(texts)-1)/2
	quad := integer(inherited(a, "Q"))
	for i, t := range texts {
		p.out.run++
		p.out.order++
		x := rect.x0 + min(2, 0.1*w)
		switch room := w - ems(t)*size; quad {
		case 1:
			x = rect.x0 + room/2
		case 2:
			x = rect.x1 - ems(t)*size
		}
		for _, r := range t {
			if len(p.out.glyphs) >= maxMarks {
				p.doc.truncated = true
				return
			}
			g := glyph{text: fold(string(r)), run: p.out.run, x: x, y: top - float64(i)*pitch - 0.35*size, dx: 1, size: size, width: em(r) * size,
				ink: paint.Black, order: p.out.order, why: p.why}
			x += g.width
			if g.text != "" {
				p.out.glyphs = append(p.out.glyphs, g)
			}
		}
	}
}

// textSize is the font size of a field's default appearance; 0 when it is left to the viewer.
func (p *interp) textSize(a, form value) float64 {
	da := inherited(a, "DA").str()
	if da == "" {
		da = form.key("DA").str()
	}
	x := lexer{b: []byte(da)}
	last := 0.0
	for range 100 {
		switch o := x.object(false); {
		case o.k == end:
			return 0
		case o.k == number:
			last = o.f
		case o.is("Tf"):
			return min(last, 200)
		}
	}
	return 0
}

func em(r rune) float64 {
	if r < utf8.RuneSelf {
		return 0.5
	}
	return 1
}

func ems(s string) float64 {
	sum := 0.0
	for _, r := range s {
		sum += em(r)
	}
	return sum
}

// strike marks the glyphs of the page within the quadrilaterals of a StrikeOut annotation.
func (p *interp) strike(quads value) {
	q := numbers(quads, 8*1000)
	for ; len(q) >= 8; q = q[8:] {
		b := box{q[0], q[1], q[0], q[1]}
		for i := 2; i < 8; i += 2 {
			b.add(q[i], q[i+1])
		}
		for i := range p.out.glyphs {
			g := &p.out.glyphs[i]
			if x, y := g.centre(); g.why == "" && b.holds(x, y, 0) {
				g.why = document.WhyStruck
			}
		}
	}
}
