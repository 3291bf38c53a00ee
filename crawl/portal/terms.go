package portal

import "strings"

// A term is a piece of a sum that a script puts together: a literal, or a variable when name is set. A value that a field
// of the page holds is named "#id" or "@name".
type term struct{ text, name string }

const (
	maxTerms = 24  // of one sum
	maxNest  = 6   // of parentheses and calls around a term
	callSpan = 500 // octets of the arguments of a call inside a sum
)

// wrappers are functions that give back what they are given, as far as an address is concerned.
var wrappers = map[string]bool{"encodeURIComponent": true, "encodeURI": true, "escape": true, "String": true, "Number": true, "parseInt": true, "trim": true, "decodeURIComponent": true, "decodeURI": true, "stringify": true}

// sum reads the operands joined by + at the beginning of s. end is 0 when s begins with none.
func sum(s string) (ts []term, end int) { return sumWithin(s, 0) }

func sumWithin(s string, depth int) (ts []term, end int) {
	at := 0
	for len(ts) < maxTerms {
		t, n := operand(s[at:], depth)
		if n == 0 {
			break
		}
		ts = append(ts, t...)
		at += n
		end = at
		at = skipBlanks(s, at)
		if at >= len(s) || s[at] != '+' || at+1 < len(s) && (s[at+1] == '+' || s[at+1] == '=') {
			break
		}
		at++
	}
	return ts, end
}

func skipBlanks(s string, at int) int {
	for at < len(s) && isBlank(s[at]) {
		at++
	}
	return at
}

// operand reads one operand with what is called on it.
func operand(s string, depth int) (ts []term, end int) {
	at := skipBlanks(s, 0)
	if at >= len(s) || depth > maxNest {
		return nil, 0
	}
	switch c := s[at]; {
	case c == '\'' || c == '"' || c == '`':
		text, n := literal(s[at:])
		ts, at = []term{{text: text}}, at+n
	case c >= '0' && c <= '9':
		from := at
		for at < len(s) && s[at] >= '0' && s[at] <= '9' {
			at++
		}
		ts = []term{{text: s[from:at]}}
	case c == '(':
		n := closing(s[at+1 : min(len(s), at+1+callSpan)])
		if n < 0 {
			return nil, 0
		}
		ts, at = grouped(s[at+1:at+1+n], depth+1), at+n+2
	case isNameByte(c):
		ts, at = named(s, at, depth)
	default:
		return nil, 0
	}
	if at == 0 {
		return nil, 0
	}
	return ts, arithmetic(s, trailers(s, at))
}

// grouped is what stands in parentheses: a sum, or something computed of the first name in it.
func grouped(s string, depth int) []term {
	ts, end := sumWithin(s, depth)
	if end > 0 && skipBlanks(s, end) == len(s) && (len(ts) != 2 || ts[0].name == "" || !allDigits(ts[1].text)) {
		return ts
	}
	for _, t := range ts {
		if t.name != "" {
			return []term{{name: t.name}}
		}
	}
	return []term{{name: "()"}}
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// named reads a variable, a call that gives back its argument, or the value of a field of the page.
func named(s string, at, depth int) ([]term, int) {
	from := at
	for at < len(s) && (isNameByte(s[at]) || s[at] == '.' && at+1 < len(s) && isNameByte(s[at+1])) {
		at++
	}
	name := s[from:at]
	open := skipBlanks(s, at)
	if open >= len(s) || s[open] != '(' {
		if open < len(s) && s[open] == '[' { // a member chosen by what only the script knows: item[i].id
			if n := closing(s[open+1 : min(len(s), open+1+callSpan)]); n >= 0 {
				after := open + n + 2
				if after < len(s) && s[after] == '.' {
					last := after + 1
					for last < len(s) && isNameByte(s[last]) {
						last++
					}
					return []term{{name: name + "." + s[after+1:last]}}, last
				}
				return []term{{name: name}}, after
			}
		}
		return []term{{name: name}}, at
	}
	n := closing(s[open+1 : min(len(s), open+1+callSpan)])
	if n < 0 {
		return nil, 0
	}
	args, after := s[open+1:open+1+n], open+n+2
	switch last := name[strings.LastIndexByte(name, '.')+1:]; {
	case last == "$" || last == "jQuery" || last == "getElementById" || last == "querySelector":
		if field := fieldOf(args, last == "getElementById", s[after:min(len(s), after+80)]); field != "" {
			return []term{{name: field}}, after
		}
	case wrappers[last]:
		if ts, end := sumWithin(args, depth+1); end > 0 {
			return ts, after
		}
	}
	return []term{{name: name + "()"}}, after
}

// fieldOf names the field of the page that a selector chooses, with the attribute that is read of it: #id, @name,
// "#id data-url". Empty when the selector is of another kind.
func fieldOf(selector string, byID bool, behind string) string {
	sel := strings.TrimSpace(selector)
	if len(sel) < 3 || sel[0] != '\'' && sel[0] != '"' {
		return ""
	}
	sel, _ = literal(sel)
	switch {
	case byID:
		sel = "#" + sel
	case strings.Contains(sel, "[name="):
		_, sel, _ = strings.Cut(sel, "[name=")
		sel, _, _ = strings.Cut(sel, "]")
		sel = "@" + strings.Trim(sel, `'"`)
	case !strings.HasPrefix(sel, "#"):
		return ""
	}
	for _, read := range [...]string{".attr(", ".data(", ".getAttribute("} {
		if strings.HasPrefix(behind, read) {
			if q := strings.TrimSpace(behind[len(read):]); q != "" && (q[0] == '\'' || q[0] == '"') {
				name, _ := literal(q)
				if read == ".data(" {
					name = "data-" + name
				}
				return sel + " " + strings.ToLower(name)
			}
		}
	}
	if name, ok := strings.CutPrefix(behind, ".dataset."); ok {
		i := 0
		for i < len(name) && isNameByte(name[i]) {
			i++
		}
		return sel + " data-" + strings.ToLower(name[:i])
	}
	return sel
}

// trailers skips what is called on an operand or read of it: .val(), .value, .trim(), [0].
func trailers(s string, at int) int {
	for at < len(s) {
		switch {
		case s[at] == '.' && at+1 < len(s) && isNameByte(s[at+1]):
			for at++; at < len(s) && isNameByte(s[at]); at++ {
			}
		case s[at] == '(' || s[at] == '[':
			n := closing(s[at+1 : min(len(s), at+1+callSpan)])
			if n < 0 {
				return at
			}
			at += n + 2
		default:
			return at
		}
	}
	return at
}

// arithmetic skips a number that is taken from an operand or put on it: page - 1. A + before a literal is left alone.
func arithmetic(s string, at int) int {
	i := skipBlanks(s, at)
	if i >= len(s) || s[i] != '-' && s[i] != '*' && s[i] != '+' {
		return at
	}
	j := skipBlanks(s, i+1)
	end := j
	for end < len(s) && s[end] >= '0' && s[end] <= '9' && end-j < 4 {
		end++
	}
	if end == j || end < len(s) && isNameByte(s[end]) || s[i] == '+' {
		return at
	}
	return end
}
