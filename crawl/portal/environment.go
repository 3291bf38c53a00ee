package portal

import (
	"strings"
	"sync"

	"nianbao/extract/html"
)

// An environment says what is known of the variables of scripts: those with one literal value, the fields of the page,
// and above them the arguments of a call that is looked at.
type environment struct {
	globals map[string]string
	members map[string]string // of objects, by their quoted names
	fields  func() map[string]string
	name    string // one more name, when below is set
	value   string
	hidden  bool // the name is known to be unknown
	below   *environment
}

// get gives the value of a name. A member of an object that holds settings is known by its own name.
func (e *environment) get(name string) (value string, known bool) {
	for ; e != nil; e = e.below {
		switch {
		case e.below != nil && e.name == name:
			return e.value, !e.hidden
		case e.below != nil:
			continue
		case name != "" && (name[0] == '#' || name[0] == '@'):
			if e.fields != nil {
				value, known = e.fields()[name]
			}
			return value, known
		}
		if value, known = e.globals[name]; known {
			return value, true
		}
		if dot := strings.LastIndexByte(name, '.'); dot > 0 && !passingObject(name[:dot]) {
			if value, known = e.globals[name[dot+1:]]; !known {
				value, known = e.members[name[dot+1:]]
			}
			return value, known
		}
		return "", false
	}
	return "", false
}

// passingObject reports whether an object is one of many that a loop or an answer brings, by its name: its members differ
// from one to the next.
func passingObject(name string) bool {
	name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	for _, passing := range [...]string{"item", "row", "obj", "data", "list", "res", "result", "ret", "record", "info", "val", "value", "article", "el", "node", "doc", "news", "json", "resp", "response", "entry", "elem", "param", "attachment", "file", "rs", "msg", "it", "this", "event", "evt", "target"} {
		if name == passing {
			return true
		}
	}
	return len(name) == 1 && name != "c" && name != "g"
}

// with is the environment with one more name.
func (e *environment) with(name, value string) *environment {
	return &environment{name: name, value: value, below: e}
}

// without is the environment with one name unknown.
func (e *environment) without(name string) *environment {
	return &environment{name: name, hidden: true, below: e}
}

const (
	maxGlobals   = 3000 // variables of the scripts of a page
	globalName   = 61   // octets of a name
	globalString = 300  // octets of a value
	globalDigits = 12
)

// globals are the variables of the page's scripts that have a literal value, the first of each.
func (p *Page) globals() *environment {
	if p.env == nil {
		text := p.scripts().text
		globals, members := literalValues(text[:min(len(text), maxSource)])
		for _, b := range p.beside() {
			g, m := literalValues(b.code.text[:min(len(b.code.text), maxSource)])
			globals, members = merged(globals, g), merged(members, m)
		}
		p.env = &environment{globals: globals, members: members, fields: sync.OnceValue(p.pageFields)}
	}
	return p.env
}

// merged is a with what b has beside it.
func merged(a, b map[string]string) map[string]string {
	for k, v := range b {
		if _, known := a[k]; !known {
			a[k] = v
		}
	}
	return a
}

// pageFields are the values of the fields of the page and of the page that asked for this script.
func (p *Page) pageFields() map[string]string {
	out := map[string]string{}
	if strings.Contains(p.MediaType, "html") {
		out = html.Values(p.source().text)
	}
	for _, b := range p.Beside {
		if strings.Contains(b.MediaType, "html") {
			out = merged(out, html.Values(b.Text[:min(len(b.Text), maxText)]))
		}
	}
	return out
}

// literalValues finds what a script sets to a literal: name = 'text', name: "text", window.name = 12; and apart from them
// the members of objects whose names are quoted.
func literalValues(src string) (out, members map[string]string) {
	out, members = map[string]string{}, map[string]string{}
	end, found := 0, 0
	for i := 0; i < len(src) && found < maxGlobals; i++ {
		if src[i] != '=' && src[i] != ':' {
			continue
		}
		into := out
		name := nameBefore(src, i, end)
		if name == "" && src[i] == ':' {
			name, into = quotedName(src, i), members
		}
		if name == "" {
			continue
		}
		value, to := literalAt(src, i+1)
		if to == 0 {
			continue
		}
		found++
		if _, seen := into[name]; !seen {
			into[name] = value
		}
		end = to
		i = to - 1
	}
	return out, members
}

// quotedName is the name in quotes that ends before an offset.
func quotedName(src string, at int) string {
	for at > 0 && isBlank(src[at-1]) {
		at--
	}
	if at < 3 || src[at-1] != '"' && src[at-1] != '\'' {
		return ""
	}
	from := at - 1
	for from > 0 && at-from < globalName && isNameByte(src[from-1]) {
		from--
	}
	if from == 0 || src[from-1] != src[at-1] {
		return ""
	}
	return src[from : at-1]
}

// nameBefore is the variable that ends before an offset, blanks left out; empty when it is a member of something other
// than the window.
func nameBefore(src string, at, least int) string {
	for at > least && isBlank(src[at-1]) {
		at--
	}
	from := at
	for from > least && isNameByte(src[from-1]) {
		from--
	}
	if from == at || at-from > globalName || src[from] >= '0' && src[from] <= '9' {
		return ""
	}
	name := src[from:at]
	const window = "window."
	if from-len(window) >= least && src[from-len(window):from] == window {
		from -= len(window)
	}
	if from > 0 {
		switch c := src[from-1]; {
		case isBlank(c), c == ';', c == ',', c == '{', c == '(':
		default:
			return ""
		}
	}
	return name
}

// literalAt is the string or number that begins at an offset, blanks left out, and where it ends; 0 when there is none.
func literalAt(src string, at int) (value string, end int) {
	for at < len(src) && isBlank(src[at]) {
		at++
	}
	if at >= len(src) {
		return "", 0
	}
	switch c := src[at]; {
	case c == '\'' || c == '"':
		for i := at + 1; i < len(src) && i-at <= globalString+1; i++ {
			switch src[i] {
			case c:
				return src[at+1 : i], i + 1
			case '\n', '<', '>':
				return "", 0
			}
		}
	case c >= '0' && c <= '9':
		i := at
		for i < len(src) && i-at < globalDigits && src[i] >= '0' && src[i] <= '9' {
			i++
		}
		return src[at:i], i
	}
	return "", 0
}
