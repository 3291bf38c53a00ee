package html

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of a place: enough to tell the parts of a template apart, and no more than a key should hold.
const (
	placeSteps  = 8  // innermost elements that are named
	placeTokens = 3  // of the id and classes of one element
	placeToken  = 24 // octets of one of them
	placeRuns   = 2  // of digits in a name; more are a generated one, such as a GUID
)

// passing are class names that a template gives to one member of a group: its first, its chosen, every second.
var passing = map[string]bool{"active": true, "on": true, "cur": true, "current": true, "curr": true, "hover": true, "selected": true, "sel": true, "first": true,
	"last": true, "odd": true, "even": true, "open": true, "hide": true, "show": true, "nobg": true, "noborder": true, "new": true, "visited": true, "li": true}

// places names where elements stand in the template of their page.
type places struct {
	steps map[*html.Node]string
}

// of is the tag path of n from the body down: the innermost elements with their ids and classes, digits left out, such
// as "div.main>ul.list>li>a". What a template repeats has one path.
func (p *places) of(n *html.Node) string {
	var chain [placeSteps]string
	at := placeSteps
	for ; n != nil && at > 0; n = n.Parent {
		if n.Type != html.ElementNode || n.DataAtom == atom.Body || n.DataAtom == atom.Html {
			break
		}
		if n.DataAtom == atom.Tbody {
			continue // the parser adds it where the markup has none
		}
		at--
		chain[at] = p.step(n)
	}
	return strings.Join(chain[at:], ">")
}

// step names one element.
func (p *places) step(n *html.Node) string {
	if s, ok := p.steps[n]; ok {
		return s
	}
	s := n.Data
	if id, class := attr(n, "id"), attr(n, "class"); id != "" || class != "" {
		var b strings.Builder
		b.WriteString(n.Data)
		tokens := 0
		put := func(mark byte, name string) {
			if name = bareToken(name); name != "" && tokens < placeTokens && !passing[strings.ToLower(name)] {
				b.WriteByte(mark)
				b.WriteString(name)
				tokens++
			}
		}
		put('#', strings.TrimSpace(id))
		for name := range strings.FieldsSeq(class) {
			put('.', name)
		}
		s = b.String()
	}
	if p.steps == nil {
		p.steps = map[*html.Node]string{}
	}
	p.steps[n] = s
	return s
}

// bareToken is an id or class name without its digits and without the characters that part steps; empty when the rest
// says nothing, as of a generated name.
func bareToken(s string) string {
	runs, digit := 0, false
	s = strings.Trim(strings.Map(func(r rune) rune {
		was := digit
		if digit = r >= '0' && r <= '9'; digit {
			if !was {
				runs++
			}
			return -1
		}
		if r <= ' ' || r == '>' || r == '.' || r == '#' {
			return -1
		}
		return r
	}, s), "_-")
	if len(s) > placeToken || runs > placeRuns {
		return ""
	}
	return s
}
