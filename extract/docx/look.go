package docx

import (
	"encoding/xml"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/opc"
)

// toggle is a property that may be on, off, or not said.
type toggle int8

const (
	unsaid toggle = iota
	off
	on
)

func toggled(val string) toggle {
	switch val {
	case "0", "false", "off", "none":
		return off
	}
	return on
}

// or gives what t says, and where it says nothing, what base says.
func (t toggle) or(base toggle) toggle {
	if t == unsaid {
		return base
	}
	return t
}

// runProps are the properties of a run that decide how it is seen (ECMA-376 §17.3.2).
type runProps struct {
	vanish, strike, double toggle
	color, fill            string // hex or empty; fill "?" is a ground that cannot be told
	raised                 toggle
	size                   int // half points, 0 when not said
	style                  string
}

// over lays the properties of a run over those of its base.
func (p runProps) over(base runProps) runProps {
	p.vanish, p.strike, p.double, p.raised = p.vanish.or(base.vanish), p.strike.or(base.strike), p.double.or(base.double), p.raised.or(base.raised)
	if p.color == "" {
		p.color = base.color
	}
	if p.fill == "" {
		p.fill = base.fill
	}
	if p.size == 0 {
		p.size = base.size
	}
	return p
}

// set takes one element of an rPr.
func (p *runProps) set(s xml.StartElement) {
	val := opc.Attr(s, "val")
	switch s.Name.Local {
	case "rStyle":
		p.style = val
	case "vanish", "specVanish":
		if t := toggled(val); p.vanish != on {
			p.vanish = t
		}
	case "strike":
		p.strike = toggled(val)
	case "dstrike":
		p.double = toggled(val)
	case "color":
		p.color = strings.ToUpper(val)
	case "shd":
		p.fill = fillOf(val, opc.Attr(s, "fill"), opc.Attr(s, "color"))
	case "highlight":
		if val != "none" {
			p.fill = "?"
			if val == "white" {
				p.fill = "FFFFFF"
			}
		}
	case "vertAlign":
		p.raised = off
		if val == "superscript" || val == "subscript" {
			p.raised = on
		}
	case "position":
		if n, err := strconv.Atoi(val); err == nil && n != 0 {
			p.raised = on
		}
	case "sz":
		p.size, _ = strconv.Atoi(val)
	}
}

// fillOf is the ground that a shading gives: empty for none.
func fillOf(pattern, fill, color string) string {
	switch pattern {
	case "nil", "":
		if fill == "" {
			return ""
		}
	case "solid":
		fill = color
	case "clear":
	default:
		return "?" // dots and hatches
	}
	if fill == "auto" || fill == "" {
		return ""
	}
	return strings.ToUpper(fill)
}

// tiny is a size, in half points, that nobody reads.
const tiny = 2

// look is how a run is seen whose own properties are p, in a paragraph of a style. Styles toggle each other: a word that
// is hidden by both its paragraph's and its own style is shown (ECMA-376 §17.7.3).
func (r *reader) look(pa *para, p *runProps) line.Look {
	paragraph, own := r.styleOf(pa.style).run, runProps{}
	if *p == (runProps{}) && paragraph == (runProps{}) && r.defaults == (runProps{}) && pa.deleted == 0 {
		return line.Look{}
	}
	if p.style != "" {
		own = r.styles[p.style].run
	}
	base := own.over(paragraph).over(r.defaults)
	base.vanish, base.strike, base.double = either(own.vanish, paragraph.vanish, r.defaults.vanish), either(own.strike, paragraph.strike, r.defaults.strike), either(own.double, paragraph.double, r.defaults.double)
	e := p.over(base)
	ground := e.fill
	for _, g := range []string{pa.fill, r.styleOf(pa.style).fill, r.ground} {
		if ground == "" {
			ground = g
		}
	}
	look := line.Look{Raised: e.raised == on}
	switch {
	case pa.deleted > 0:
		look.Why = document.WhyDeleted
	case e.vanish == on:
		look.Why = document.WhyHidden
	case e.strike == on, e.double == on:
		look.Why = document.WhyStruck
	case e.size > 0 && e.size <= tiny, like(e.color, ground):
		look.Why = document.WhyInvisible
	}
	return look
}

func either(a, b, base toggle) toggle {
	switch {
	case a == unsaid && b == unsaid:
		return base
	case (a == on) != (b == on):
		return on
	}
	return off
}

// nearly is the least difference of a channel, of 255, at which an eye tells a colour from its ground.
const nearly = 12

// like reports whether ink of a colour does not show on a ground: of paper, where it is empty.
func like(color, ground string) bool {
	if ground == "" {
		ground = "FFFFFF"
	}
	if len(color) != 6 || len(ground) != 6 {
		return false
	}
	a, errA := strconv.ParseUint(color, 16, 32)
	b, errB := strconv.ParseUint(ground, 16, 32)
	if errA != nil || errB != nil {
		return false
	}
	for shift := 0; shift < 24; shift += 8 {
		if d := int(a>>shift&255) - int(b>>shift&255); d <= -nearly || d >= nearly {
			return false
		}
	}
	return true
}
