package html

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/document"
)

// look is how an element's text comes out, as far as it is inherited or covers what is below.
type look struct {
	veiled, clear, tiny  bool // visibility, no ink or no opacity, no size
	outside              bool // clipped away or moved off the page
	struck, raised       bool
	ink, ground          rgb
	inCell, inLine, link bool
}

// The reasons for a hidden container, which is kept: a script may reveal it.
const (
	hiddenDisplay = "display_none"
	hiddenVeiled  = "visibility_hidden"
	hiddenClear   = "invisible"
	hiddenOutside = "outside"
)

// away is a distance in CSS pixels by which text is moved off any page.
const away = -500

// look goes over the tree once: it notes what is not shown, raises note marks, and puts the values of form fields where a
// browser shows them.
func (p *page) look(root *html.Node) {
	p.visit(root, look{ground: white})
	p.raise()
}

func (p *page) visit(n *html.Node, inherited look) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.TextNode:
			p.textNode(c, inherited)
		case html.ElementNode:
			if !silent(c) || c.DataAtom == atom.Head {
				p.element(c, inherited)
			} else {
				p.control(c, inherited)
			}
		case html.DocumentNode:
			p.visit(c, inherited)
		}
		c = next
	}
}

func (p *page) textNode(n *html.Node, l look) {
	why := ""
	switch {
	case l.struck:
		why = document.WhyStruck
	case l.veiled:
		why = document.WhyHidden
	case l.clear, l.tiny, l.ink.known && l.ink.same(l.ground) && !l.link:
		why = document.WhyInvisible
	case l.outside:
		why = document.WhyOutside
	default:
		if l.raised {
			p.raised = append(p.raised, n)
		}
		return
	}
	if strings.TrimSpace(n.Data) != "" {
		p.unseen[n] = why
	}
}

// element works out an element's look, notes whether it is shown, and goes on below it.
func (p *page) element(n *html.Node, l look) {
	box := container(n)
	keep := box && !l.inCell && !l.inLine // a container of its own, not a part of a cell or a line
	none, declared := p.style(n, &l)
	reason := ""
	switch {
	case none:
		reason = hiddenDisplay
	case !keep || declared == 0:
	case declared&outsideBit != 0:
		reason, l.outside = hiddenOutside, false
	case declared&veiledBit != 0:
		reason, l.veiled = hiddenVeiled, false
	case declared&clearBit != 0:
		reason, l.clear, l.tiny = hiddenClear, false, false
	}
	if keep && declared&inkBit != 0 {
		l.ink = rgb{} // the ground of a whole region may come from elsewhere
	}
	if reason != "" && n.DataAtom != atom.Body && n.DataAtom != atom.Html {
		if !keep {
			p.unseen[n] = document.WhyHidden
			return
		}
		p.hidden[n] = reason
	}
	switch n.DataAtom {
	case atom.Table:
		l.inCell = l.inCell || !p.layout(n)
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		l.inLine = true
	case atom.A:
		l.link = true
	}
	p.control(n, l)
	p.generated(n)
	p.visit(n, l)
}

// What an element itself declares.
const (
	outsideBit = 1 << iota
	veiledBit
	clearBit
	inkBit
)

// style applies an element's own style: what its name and attributes mean, then the style sheets. none reports that it
// takes no place.
func (p *page) style(n *html.Node, l *look) (none bool, declared int) {
	set := p.sheet.of(n, "")
	switch n.DataAtom {
	case atom.S, atom.Strike, atom.Del:
		l.struck = true
	case atom.Sup, atom.Sub:
		l.raised = true
	case atom.Rt, atom.Rp:
		none = true
	case atom.Dialog:
		none = !hasAttr(n, "open")
	case atom.Font:
		if c, _ := colorOf(attr(n, "color")); c.known {
			l.ink = p.judged(n, c)
			declared |= inkBit
		}
	case atom.Td, atom.Th, atom.Tr, atom.Table, atom.Tbody, atom.Body:
		if c, _ := colorOf(attr(n, "bgcolor")); c.known {
			l.ground = c
		} else if hasAttr(n, "background") {
			l.ground = rgb{}
		}
	}
	none = none || hasAttr(n, "hidden")
	if len(set) == 0 {
		return none, declared
	}
	cell := n.DataAtom == atom.Td || n.DataAtom == atom.Th
	v := map[string]string{}
	for _, d := range set {
		v[d.name] = d.value
		switch d.name { // those of which a later one overrides an earlier one of another name
		case "background":
			v["background-color"] = d.value
		case "text-decoration-line":
			v["text-decoration"] = d.value
		}
	}
	if s, ok := v["display"]; ok {
		none = s == "none"
	}
	none = none || v["content-visibility"] == "hidden"
	switch v["visibility"] {
	case "hidden":
		l.veiled = true
		declared |= veiledBit
	case "collapse":
		l.veiled, p.collapsed[n] = true, true
		declared |= veiledBit
	case "visible", "initial":
		l.veiled = false
	}
	if f, ok := number(v["opacity"]); ok && f < 0.02 {
		l.clear = true
		declared |= clearBit
	}
	if s, ok := v["font-size"]; ok {
		if f, unit := length(s); unit != "" || s == "0" {
			l.tiny = f < 1 && unit != "em" && unit != "rem" && unit != "%" || f == 0
			if l.tiny {
				declared |= clearBit
			}
		}
	} else if s, ok := v["font"]; ok {
		l.tiny = strings.HasPrefix(s, "0/") || strings.HasPrefix(s, "0 ") || strings.Contains(s, " 0/") || strings.Contains(s, " 0px")
	}
	for _, name := range [...]string{"color", "-webkit-text-fill-color"} {
		if s, ok := v[name]; ok && s != "inherit" {
			c, clear := colorOf(s)
			l.clear = l.clear || clear
			l.ink = p.judged(n, c)
			declared |= inkBit
		}
	}
	if s, ok := v["background-color"]; ok {
		if c, set := groundOf(s); set {
			l.ground = c
		}
	}
	if s := v["background-image"]; s != "" && s != "none" {
		l.ground = rgb{}
	}
	if s, ok := v["text-decoration"]; ok {
		if strings.Contains(s, "line-through") {
			l.struck = true
		} else if n.DataAtom == atom.S || n.DataAtom == atom.Strike || n.DataAtom == atom.Del {
			l.struck = struckAbove(n, p)
		}
	}
	if f, unit := length(v["text-indent"]); unit != "" {
		l.outside = f*pixels(unit) <= away
		if l.outside {
			declared |= outsideBit
		}
	}
	if p.offPage(v) {
		l.outside = true
		declared |= outsideBit
	}
	if s, ok := v["vertical-align"]; ok && !cell && n.DataAtom != atom.Tr {
		f, unit := length(s)
		switch {
		case s == "super", s == "sub", unit != "" && f != 0:
			l.raised = true
		case s == "baseline":
			l.raised = false
		}
	}
	if f, _ := length(v["top"]); v["position"] == "relative" && f < 0 && !cell && !isBlock(n) {
		l.raised = true
	}
	if squeezed(v) {
		none = true
	}
	return none, declared
}

// judged is a colour of ink that may be compared with its ground: where style sheets are not at hand, a table's own
// classes may give it another ground.
func (p *page) judged(n *html.Node, c rgb) rgb {
	if !p.sheet.external {
		return c
	}
	for x := n; x != nil; x = x.Parent {
		switch x.DataAtom {
		case atom.Th, atom.Thead:
			return rgb{}
		case atom.Td, atom.Tr, atom.Table, atom.Tbody:
			if hasAttr(x, "class") || hasAttr(x, "id") {
				return rgb{}
			}
		}
	}
	return c
}

// struckAbove reports whether something around an element strikes its text out.
func struckAbove(n *html.Node, p *page) bool {
	for x := n.Parent; x != nil; x = x.Parent {
		switch x.DataAtom {
		case atom.S, atom.Strike, atom.Del:
			return true
		}
	}
	return false
}

// offPage reports whether properties move an element off the page or clip all of it.
func (p *page) offPage(v map[string]string) bool {
	if pos := v["position"]; pos == "absolute" || pos == "fixed" {
		for _, name := range [...]string{"left", "top"} {
			if f, unit := length(v[name]); unit != "" && f*pixels(unit) <= away {
				return true
			}
		}
		if s := v["clip"]; strings.HasPrefix(s, "rect(") {
			parts := strings.FieldsFunc(strings.TrimSuffix(s[5:], ")"), func(r rune) bool { return r == ',' || r == ' ' })
			if len(parts) == 4 {
				top, _ := length(parts[0])
				right, _ := length(parts[1])
				bottom, _ := length(parts[2])
				left, _ := length(parts[3])
				auto := strings.Contains(s, "auto")
				if !auto && (right-left <= 1 || bottom-top <= 1) {
					return true
				}
			}
		}
	}
	if f, unit := length(v["margin-left"]); unit != "" && f*pixels(unit) <= away {
		return true
	}
	switch s := strings.ReplaceAll(v["clip-path"], " ", ""); {
	case strings.HasPrefix(s, "inset(50%)"), strings.HasPrefix(s, "inset(100%"), strings.HasPrefix(s, "circle(0"), s == "polygon(00,00,00,00)", s == "polygon(00,00,00)":
		return true
	}
	return false
}

// squeezed reports whether an element has no size of its own and cuts off what is larger.
func squeezed(v map[string]string) bool {
	if strings.Contains(strings.ReplaceAll(v["transform"], " ", ""), "scale(0)") {
		return true
	}
	if o := v["overflow"]; !strings.HasPrefix(o, "hidden") && !strings.HasPrefix(o, "clip") {
		return false
	}
	for _, name := range [...]string{"width", "height", "max-height", "max-width"} {
		if f, unit := length(v[name]); (unit != "" || v[name] == "0") && f <= 0 {
			return true
		}
	}
	return false
}

// container reports whether an element holds a region of the page, such as a pane behind a tab, and no text of a line.
func container(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Aside, atom.Header, atom.Footer, atom.Nav, atom.Form, atom.Fieldset, atom.Ul, atom.Ol, atom.Dl,
		atom.Table, atom.Center, atom.Blockquote, atom.Details, atom.Dialog, atom.Body, atom.Html:
		return true
	case atom.Li, atom.Dd:
		return nestsTable(n) || textLen(n) > paneLength
	case 0:
		return strings.Contains(n.Data, "-")
	}
	return nestsTable(n)
}

// paneLength is how much text, in characters, an item of a list holds that is a pane behind a tab.
const paneLength = 100

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// number reads a number or a percentage.
func number(s string) (float64, bool) {
	pct := strings.HasSuffix(s, "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64)
	if pct {
		f /= 100
	}
	return f, err == nil
}

// length reads a length with its unit; the unit is "px" for a bare number but 0, and empty for what is none.
func length(s string) (float64, string) {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || s[end] == '-' || s[end] == '+') {
		end++
	}
	f, err := strconv.ParseFloat(s[:end], 64)
	if err != nil {
		return 0, ""
	}
	unit := strings.TrimSpace(s[end:])
	if unit == "" && f != 0 {
		unit = "px"
	}
	return f, unit
}

// pixels is a unit in CSS pixels, roughly.
func pixels(unit string) float64 {
	switch unit {
	case "em", "rem", "pc":
		return 16
	case "pt":
		return 4.0 / 3
	case "cm":
		return 38
	case "mm":
		return 3.8
	case "in":
		return 96
	case "%", "vw", "vh":
		return 10
	}
	return 1
}

// raise writes raised digits as such, where other text stands beside them.
func (p *page) raise() {
	up := map[*html.Node]bool{}
	for _, n := range p.raised {
		up[n] = true
	}
	beside := map[*html.Node]bool{}
	for _, n := range p.raised {
		block := n.Parent
		for block.Parent != nil && !isBlock(block) && block.DataAtom != atom.Td && block.DataAtom != atom.Th {
			block = block.Parent
		}
		found, seen := beside[block]
		if !seen {
			walk(block, func(c *html.Node) bool {
				if found || silent(c) || p.unseen[c] != "" {
					return false
				}
				found = c.Type == html.TextNode && !up[c] && strings.TrimSpace(c.Data) != ""
				return !found
			})
			beside[block] = found
		}
		if found {
			n.Data = document.Raised(n.Data)
		}
	}
}
