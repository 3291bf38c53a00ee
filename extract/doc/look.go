package doc

import (
	"bytes"

	"nianbao/document"
	"nianbao/extract/internal/line"
)

// toggle is a property that may be on, off, or not said.
type toggle int8

const (
	unsaid toggle = iota
	off
	on
)

// by takes an operand of a toggle ([MS-DOC] §2.9.327): on, off, as the style says, or the reverse of it.
func (t toggle) by(operand byte, style toggle) toggle {
	switch operand {
	case 0:
		return off
	case 1:
		return on
	case 0x80:
		return style
	case 0x81:
		if style == on {
			return off
		}
		return on
	}
	return t
}

// charProps are the properties of a run that decide how it is seen.
type charProps struct {
	vanish, strike, double toggle
	deleted                bool
	raised                 bool
	ink, ground            int // 0xRRGGBB; noColor, or otherColor for one that is not known
	size                   int // half points, 0 when not said
	style                  int // of characters, 0 for none
	picture                int // where in the stream Data, or the number of an embedded object
	formData, object       bool
}

const (
	noColor    = -1
	otherColor = -2
	whiteColor = 0xFFFFFF
	// tiny is a size, in half points, that nobody reads.
	tiny = 2
)

// indexed are the colours that old properties name by number ([MS-DOC] §2.9.119).
var indexed = [...]int{noColor, 0, 0x0000FF, 0x00FFFF, 0x00FF00, 0xFF00FF, 0xFF0000, 0xFFFF00, whiteColor, 0x000080, 0x008080, 0x008000, 0x800080, 0x800000, 0x808000, 0x808080, 0xC0C0C0}

func color(i int) int {
	if i < len(indexed) {
		return indexed[i]
	}
	return noColor
}

// colorRef reads a COLORREF ([MS-DOC] §2.9.43).
func colorRef(b []byte) int {
	if len(b) < 4 || b[3] == 0xFF {
		return noColor
	}
	return int(b[0])<<16 | int(b[1])<<8 | int(b[2])
}

// The character properties that are read, [MS-DOC] §2.6.1.
const (
	sprmCFRMarkDel   = 0x0800
	sprmCFData       = 0x0806
	sprmCFOle2       = 0x080A
	sprmCFSpecVanish = 0x0818
	sprmCFStrike     = 0x0837
	sprmCFVanish     = 0x083C
	sprmCFObj        = 0x0856
	sprmCHighlight   = 0x2A0C
	sprmCIco         = 0x2A42
	sprmCIss         = 0x2A48
	sprmCFDStrike    = 0x2A53
	sprmCHpsPos      = 0x4845
	sprmCShd80       = 0x4866
	sprmCIstd        = 0x4A30
	sprmCHps         = 0x4A43
	sprmCCv          = 0x6870
	sprmCPicLocation = 0x6A03
	sprmCShd         = 0xCA71
)

// chars lays a list of properties over those of the style.
func (p charProps) with(grpprl []byte, style charProps) charProps {
	each(grpprl, func(code int, b []byte) {
		switch code {
		case sprmCFRMarkDel:
			p.deleted = b[0] == 1 || b[0] == 0x81
		case sprmCFVanish, sprmCFSpecVanish:
			p.vanish = p.vanish.by(b[0], style.vanish)
		case sprmCFStrike:
			p.strike = p.strike.by(b[0], style.strike)
		case sprmCFDStrike:
			p.double = p.double.by(b[0], style.double)
		case sprmCIss:
			p.raised = b[0] == 1 || b[0] == 2
		case sprmCHpsPos:
			p.raised = p.raised || u16(b, 0) != 0
		case sprmCIco:
			p.ink = color(int(b[0]))
		case sprmCCv:
			p.ink = colorRef(b)
		case sprmCHighlight:
			p.ground = color(int(b[0]))
		case sprmCShd80:
			if p.ground = color(u16(b, 0) >> 5 & 31); u16(b, 0)>>10 != 0 { // a pattern
				p.ground = otherColor
			}
		case sprmCShd:
			if p.ground = colorRef(clip(b, 4, 4)); u16(b, 8) == 1 { // solid: all of it is the pattern's colour
				p.ground = colorRef(b)
			} else if u16(b, 8) != 0 {
				p.ground = otherColor
			}
		case sprmCHps:
			p.size = u16(b, 0)
		case sprmCIstd:
			p.style = u16(b, 0)
		case sprmCPicLocation:
			p.picture = u32(b, 0)
		case sprmCFData:
			p.formData = b[0] == 1
		case sprmCFOle2, sprmCFObj:
			p.object = p.object || b[0] == 1
		}
	})
	return p
}

// either joins what a paragraph's style and a run's own say of a toggle: they undo each other.
func either(a, b toggle) toggle {
	switch {
	case a == unsaid && b == unsaid:
		return unsaid
	case (a == on) != (b == on):
		return on
	}
	return off
}

// chars gathers the properties of the run that holds the character at cp, in a paragraph of a style, and tells where in
// the text the run ends.
func (f *file) chars(cp, style int) (charProps, int) {
	base := charProps{ink: noColor, ground: noColor}
	if style < len(f.style) {
		base = f.style[style].chars
	}
	pc := f.text.at(cp)
	if pc == nil {
		return base, cp + 1
	}
	r := f.chpx.at(pc.offset(cp))
	end := cp + 1
	if r.to != 0 {
		end = max(end, min(pc.end, pc.cp+(r.to-pc.fc+pc.width-1)/pc.width))
	}
	if len(r.props) == 0 && len(pc.grpprl) == 0 {
		return base, end
	}
	own := 0
	if bytes.Contains(r.props, []byte{sprmCIstd & 255, sprmCIstd >> 8}) {
		own = charProps{}.with(r.props, base).style
	}
	if own > 0 && own < len(f.style) {
		st := f.style[own].chars
		base.vanish, base.strike, base.double = either(st.vanish, base.vanish), either(st.strike, base.strike), either(st.double, base.double)
		base.raised = base.raised || st.raised
		if st.ink != noColor {
			base.ink = st.ink
		}
		if st.ground != noColor {
			base.ground = st.ground
		}
		if st.size != 0 {
			base.size = st.size
		}
	}
	return base.with(r.props, base).with(pc.grpprl, base), end
}

// look is how a run is seen. ground is that of its paragraph or cell.
func (p charProps) look(ground int) line.Look {
	l := line.Look{Raised: p.raised}
	if p.ground != noColor {
		ground = p.ground
	}
	if ground == noColor {
		ground = whiteColor
	}
	switch {
	case p.deleted:
		l.Why = document.WhyDeleted
	case p.vanish == on:
		l.Why = document.WhyHidden
	case p.strike == on, p.double == on:
		l.Why = document.WhyStruck
	case p.size > 0 && p.size <= tiny, p.ink >= 0 && ground >= 0 && near(p.ink, ground):
		l.Why = document.WhyInvisible
	}
	return l
}

// nearly is the least difference of a channel, of 255, at which an eye tells a colour from its ground.
const nearly = 12

func near(a, b int) bool {
	for shift := 0; shift < 24; shift += 8 {
		if d := a>>shift&255 - b>>shift&255; d <= -nearly || d >= nearly {
			return false
		}
	}
	return true
}

const maxFields = 100 // nested

// fieldCodes marks each field from its begin to its separator, or to its end when it has no result. A begin without an
// end marks nothing.
func (f *file) fieldCodes() []bool {
	out := make([]bool, len(f.text.chars))
	type field struct{ begin, sep int }
	var open []field
	for cp, c := range f.text.chars {
		switch c {
		case charFieldBegin:
			if len(open) < maxFields {
				open = append(open, field{cp, -1})
			}
		case charFieldSep:
			if n := len(open); n > 0 && open[n-1].sep < 0 {
				open[n-1].sep = cp
			}
		case charFieldEnd:
			n := len(open)
			if n == 0 {
				continue
			}
			end := cp
			if open[n-1].sep >= 0 {
				end = open[n-1].sep
			}
			for k := open[n-1].begin; k <= end; k++ {
				out[k] = true
			}
			out[cp] = true
			open = open[:n-1]
		}
	}
	return out
}
