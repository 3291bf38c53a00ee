package pdf

import "nianbao/extract/internal/paint"

// A space is how a colour space makes a colour of its components.
type colourSpace uint8

const (
	unknownSpace colourSpace = iota // patterns, indexed and spectral colours: what is painted is not made out
	graySpace
	rgbSpace
	cmykSpace
	tintSpace // separations: nothing at 0, some colour above
	noneSpace // a separation that leaves no mark
)

// A pen is what fills or strokes are made with.
type pen struct {
	space colourSpace
	ink   paint.Ink
}

// spaceOf reads a colour space by name or definition.
func (d *file) spaceOf(v value) colourSpace {
	name := v.str()
	if v.kind() == array {
		name = v.index(0).str()
	}
	switch name {
	case "DeviceGray", "G", "CalGray":
		return graySpace
	case "DeviceRGB", "RGB", "CalRGB":
		return rgbSpace
	case "DeviceCMYK", "CMYK":
		return cmykSpace
	case "ICCBased":
		switch integer(v.index(1).key("N")) {
		case 1:
			return graySpace
		case 3:
			return rgbSpace
		case 4:
			return cmykSpace
		}
	case "Separation":
		if v.index(1).str() == "None" {
			return noneSpace
		}
		return tintSpace
	case "DeviceN":
		return tintSpace
	}
	return unknownSpace
}

// begin is the pen after its colour space was chosen: black in those that are made out.
func (s colourSpace) begin() pen {
	p := pen{space: s, ink: paint.Black}
	switch s {
	case unknownSpace, tintSpace:
		p.ink.Unknown = true
	case noneSpace:
		p.ink.A = 0
	}
	return p
}

// with is the pen with the components of a colour.
func (s colourSpace) with(v []float64) pen {
	p := s.begin()
	switch {
	case s == graySpace && len(v) == 1:
		p.ink = paint.RGB(v[0], v[0], v[0])
	case s == rgbSpace && len(v) == 3:
		p.ink = paint.RGB(v[0], v[1], v[2])
	case s == cmykSpace && len(v) == 4:
		p.ink = paint.CMYK(v[0], v[1], v[2], v[3])
	case s == tintSpace && len(v) > 0:
		for _, t := range v {
			if t > 0 {
				return p
			}
		}
		p.ink = paint.White
	case s == noneSpace:
	default:
		p.ink.Unknown = true
	}
	return p
}

// colourOperator sets a pen; false when the operator is none of colours.
func (p *interp) colourOperator(op string, in *names) bool {
	to := &p.st.fill
	if op[0] >= 'A' && op[0] <= 'Z' {
		to = &p.st.stroke
	}
	switch op {
	case "g", "G":
		*to = graySpace.with(p.components())
	case "rg", "RG":
		*to = rgbSpace.with(p.components())
	case "k", "K":
		*to = cmykSpace.with(p.components())
	case "cs", "CS":
		if n := len(p.args); n > 0 {
			*to = in.space(p.doc, p.args[n-1].name()).begin()
		}
	case "sc", "scn", "SC", "SCN":
		*to = to.space.with(p.components())
	default:
		return false
	}
	return true
}

// components are the numbers before the operator.
func (p *interp) components() []float64 {
	p.comps = p.comps[:0]
	for _, a := range p.args {
		if a.k == number {
			p.comps = append(p.comps, a.f)
		}
	}
	return p.comps
}

// names are the resources that a content stream calls by name, each looked up once.
type names struct {
	resources value
	fonts     map[string]*font
	spaces    map[string]colourSpace
	states    map[string]graphics
	groups    map[string]bool // optional content by property name: shown
}

func (in *names) space(d *file, name string) colourSpace {
	switch name { // the device spaces have no resource
	case "DeviceGray", "DeviceRGB", "DeviceCMYK":
		return map[string]colourSpace{"DeviceGray": graySpace, "DeviceRGB": rgbSpace, "DeviceCMYK": cmykSpace}[name]
	}
	s, ok := in.spaces[name]
	if !ok {
		s = d.spaceOf(in.resources.key("ColorSpace").key(name))
		if in.spaces == nil {
			in.spaces = map[string]colourSpace{}
		}
		in.spaces[name] = s
	}
	return s
}

// graphics are the entries of a graphics state dictionary that decide what is seen.
type graphics struct {
	font             *font
	size             float64
	fill, stroke     float64 // opacities; negative: not given
	blend, blendSet  bool
	masked, maskSets bool
}

func (in *names) graphics(d *file, name string) (graphics, error) {
	if g, ok := in.states[name]; ok {
		return g, nil
	}
	v := in.resources.key("ExtGState").key(name)
	g := graphics{fill: -1, stroke: -1}
	if f := v.key("Font"); f.len() == 2 {
		font, err := d.font(f.index(0))
		if err != nil {
			return g, err
		}
		g.font, g.size = font, f.index(1).num()
	}
	if a := v.key("ca"); a.kind() == number {
		g.fill = min(max(a.num(), 0), 1)
	}
	if a := v.key("CA"); a.kind() == number {
		g.stroke = min(max(a.num(), 0), 1)
	}
	if b := v.key("BM"); b.kind() != null {
		name := b.str()
		if b.kind() == array {
			name = b.index(0).str()
		}
		g.blendSet, g.blend = true, name != "Normal" && name != "Compatible"
	}
	if m := v.key("SMask"); m.kind() != null {
		g.maskSets, g.masked = true, m.kind() == dict
	}
	if in.states == nil {
		in.states = map[string]graphics{}
	}
	in.states[name] = g
	return g, nil
}

// apply changes a state by a graphics state dictionary.
func (st *state) apply(g graphics) {
	if g.font != nil {
		st.font, st.size = g.font, g.size
	}
	if g.fill >= 0 {
		st.fillAlpha = g.fill
	}
	if g.stroke >= 0 {
		st.strokeAlpha = g.stroke
	}
	if g.blendSet {
		st.blend = g.blend
	}
	if g.maskSets {
		st.masked = g.masked
	}
}

// fillInk is what a fill leaves on the page.
func (st *state) fillInk() paint.Ink { return st.mixed(st.fill.ink, st.fillAlpha) }

// strokeInk is what a stroke leaves.
func (st *state) strokeInk() paint.Ink { return st.mixed(st.stroke.ink, st.strokeAlpha) }

func (st *state) mixed(k paint.Ink, alpha float64) paint.Ink {
	if alpha *= st.group; alpha < 1 {
		k = k.Fade(alpha)
	}
	return k
}

// solid reports whether a fill hides what lies below it.
func (st *state) solid() bool {
	return !st.blend && !st.masked && st.fillAlpha*st.group > 0.99
}

// textInk is what glyphs are drawn with, by the text rendering mode (table 106).
func (st *state) textInk() paint.Ink {
	switch st.render {
	case 1, 5:
		return st.strokeInk()
	case 2, 6:
		f, s := st.fillInk(), st.strokeInk()
		if f != s {
			f.Unknown = true
			f.A = max(f.A, s.A)
		}
		return f
	case 3:
		return paint.Ink{}
	case 7: // only a clipping path, through which something else may be painted
		return paint.Ink{A: 255, Unknown: true}
	}
	return st.fillInk()
}
