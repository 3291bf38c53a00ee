package odt

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

func (t toggle) or(base toggle) toggle {
	if t == unsaid {
		return base
	}
	return t
}

// props are the properties of a style that decide how text is seen; flat is that of a row or column without size.
type props struct {
	parent             string
	hidden, struck, up toggle
	tiny, flat         toggle
	ink, ground        string // "#rrggbb"; ground "transparent" for none
	gone               bool   // a table, sheet or section that is not shown
}

func (p props) over(base props) props {
	p.hidden, p.struck, p.up, p.tiny, p.flat = p.hidden.or(base.hidden), p.struck.or(base.struck), p.up.or(base.up), p.tiny.or(base.tiny), p.flat.or(base.flat)
	if p.ink == "" {
		p.ink = base.ink
	}
	if p.ground == "" {
		p.ground = base.ground
	}
	p.gone = p.gone || base.gone
	return p
}

// styleKey names a style.
type styleKey struct{ family, name string }

// style reads a style. Names are unique within a family only.
func (r *reader) style(s xml.StartElement) error {
	family, name := opc.Attr(s, "family"), opc.Attr(s, "name")
	if s.Name.Local == "default-style" {
		name = ""
	}
	p := props{parent: opc.Attr(s, "parent-style-name")}
	err := r.children(func(s xml.StartElement) error {
		at := func(name string) string { return opc.Attr(s, name) }
		switch s.Name.Local {
		case "text-properties":
			p.hidden = said(at("display"), at("display") == "none")
			for _, name := range []string{"text-line-through-style", "text-line-through-type"} {
				if v := at(name); v != "" && p.struck != off {
					p.struck = said(v, v != "none")
				}
			}
			if v := at("text-position"); v != "" {
				first, _, _ := strings.Cut(v, " ")
				p.up = said(v, first == "super" || first == "sub" || first != "0%")
			}
			p.ink = strings.ToLower(at("color"))
			p.ground = strings.ToLower(at("background-color"))
			if v := at("font-size"); v != "" {
				n, err := strconv.ParseFloat(strings.TrimSuffix(v, "pt"), 64)
				p.tiny = said(v, err == nil && n <= tinySize)
			}
		case "paragraph-properties", "table-cell-properties":
			if v := at("background-color"); v != "" && p.ground == "" {
				p.ground = strings.ToLower(v)
			}
		case "table-properties", "section-properties":
			p.gone = at("display") == "false" || at("display") == "none"
		case "table-row-properties":
			p.flat = size(at("row-height"))
		case "table-column-properties":
			p.flat = size(at("column-width"))
		}
		return r.skip()
	}, nil)
	r.styles[styleKey{family, name}] = p
	return err
}

// tinySize is a size, in points, that nobody reads.
const tinySize = 1

func said(v string, yes bool) toggle {
	switch {
	case v == "":
		return unsaid
	case yes:
		return on
	}
	return off
}

// size tells a row or column without size: less than a hundredth of its unit.
func size(v string) toggle {
	n, err := strconv.ParseFloat(strings.TrimRight(v, "abcdefghijklmnopqrstuvwxyz"), 64)
	return said(v, err == nil && n < 0.01)
}

// maxParents bounds a chain of styles.
const maxParents = 20

// of gives the properties of a style with those of its parents.
func (r *reader) of(family, name string) props {
	p, ok := r.styles[styleKey{family, name}]
	if !ok { // a style that does not say its family
		p = r.styles[styleKey{"", name}]
	}
	for at, n := p.parent, 0; at != "" && n < maxParents; n++ {
		base := r.styles[styleKey{family, at}]
		p, at = p.over(base), base.parent
	}
	return p
}

// look is how text of some properties is seen on a ground.
func (p props) look(ground string) line.Look {
	if p.ground != "" && p.ground != "transparent" {
		ground = p.ground
	}
	if ground == "" {
		ground = "#ffffff"
	}
	l := line.Look{Raised: p.up == on}
	switch {
	case p.hidden == on:
		l.Why = document.WhyHidden
	case p.struck == on:
		l.Why = document.WhyStruck
	case p.tiny == on, like(p.ink, ground):
		l.Why = document.WhyInvisible
	}
	return l
}

// nearly is the least difference of a channel, of 255, at which an eye tells a colour from its ground.
const nearly = 12

func like(ink, ground string) bool {
	if len(ink) != 7 || len(ground) != 7 {
		return false
	}
	a, errA := strconv.ParseUint(ink[1:], 16, 32)
	b, errB := strconv.ParseUint(ground[1:], 16, 32)
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
