package portal

// An environment says what is known of the variables of scripts: those with one literal value, and above them the
// arguments of a call that is looked at.
type environment struct {
	globals map[string]string
	name    string // one more name, when below is set
	value   string
	hidden  bool // the name is known to be unknown
	below   *environment
}

// get gives the value of a name.
func (e *environment) get(name string) (value string, known bool) {
	for ; e != nil; e = e.below {
		if e.below == nil {
			value, known = e.globals[name]
			return value, known
		}
		if e.name == name {
			return e.value, !e.hidden
		}
	}
	return "", false
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
		p.env = &environment{globals: literalValues(text[:min(len(text), maxSource)])}
	}
	return p.env
}

// literalValues finds what a script sets to a literal: name = 'text', name: "text", window.name = 12.
func literalValues(src string) map[string]string {
	out := map[string]string{}
	end, found := 0, 0
	for i := 0; i < len(src) && found < maxGlobals; i++ {
		if src[i] != '=' && src[i] != ':' {
			continue
		}
		name := nameBefore(src, i, end)
		if name == "" {
			continue
		}
		value, to := literalAt(src, i+1)
		if to == 0 {
			continue
		}
		found++
		if _, seen := out[name]; !seen {
			out[name] = value
		}
		end = to
		i = to - 1
	}
	return out
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
