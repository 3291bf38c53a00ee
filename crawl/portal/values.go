package portal

import (
	"context"
	"encoding/json"
	"strings"
)

// Scripts hold data as literals of their own language: names without quotes, strings in single ones, sums with variables,
// functions among the members. A values reader reads such a literal as far as it is data; what is computed is nil.
type values struct {
	src   string
	env   *environment
	steps int // left before reading ends
}

const (
	maxDepth      = 24 // of nested values
	stepsPerOctet = 4  // work for a script, so that hostile nesting stays linear
	maxMembers    = 20_000
)

// unfoldValues reads the data that a script assigns, returns or passes to a function.
func (p *Page) unfoldValues(ctx context.Context, src string) {
	src = untemplated(src[:min(len(src), maxSource)])
	r := &values{src: src, env: p.globals(), steps: stepsPerOctet*len(src) + 1000}
	for i := 0; i < len(src) && r.steps > 0; i++ {
		if src[i] != '{' && src[i] != '[' {
			continue
		}
		name, ok := holder(src, i)
		if !ok || src[i] == '[' && i+1 < len(src) && src[i+1] == ']' {
			continue
		}
		v, end, whole := r.value(i, 0)
		if end <= i {
			continue
		}
		p.value(ctx, v, from{place: "script:"}.key(name, ""))
		if whole {
			i = end - 1
		}
	}
	for at := 0; ; { // JSON inside a string
		n := strings.Index(src[at:], "JSON.parse")
		if n < 0 {
			return
		}
		at += n + len("JSON.parse")
		open := skipBlanks(src, at)
		if open >= len(src) || src[open] != '(' {
			continue
		}
		if open = skipBlanks(src, open+1); open < len(src) && (src[open] == '\'' || src[open] == '"') {
			text, _ := literal(src[open:])
			p.embedded(ctx, text, from{place: "script:"})
		}
	}
}

// holder names what a value at an offset is given to: the variable it is assigned to or the function it is passed to. Not
// ok for blocks of code, for parts of a value, and for members that are chosen by index.
func holder(src string, at int) (name string, ok bool) {
	before := strings.TrimRight(src[max(0, at-120):at], " \t\r\n")
	switch {
	case before == "":
		return "", at < 40 // a script that is nothing but data
	case strings.HasSuffix(before, "return"):
		return "return", true
	}
	switch last := before[len(before)-1]; last {
	case '=':
		rest := strings.TrimRight(before[:len(before)-1], " \t\r\n")
		if strings.HasSuffix(rest, "=") || strings.HasSuffix(rest, "!") || strings.HasSuffix(rest, ">") || strings.HasSuffix(rest, "<") {
			return "", false
		}
		return lastName(strings.TrimRight(rest, "]0123456789[\"'")), true
	case '(', ',':
		if src[at] == '{' || src[at] == '[' {
			if i := strings.LastIndexByte(before, '('); i >= 0 {
				return lastName(before[:i]), true
			}
			return "", last == '('
		}
	case '>':
		return "", false
	}
	return "", false
}

func lastName(s string) string {
	name := trailingName(strings.TrimRight(s, " \t\r\n"))
	return name[strings.LastIndexByte(name, '.')+1:]
}

// value reads the value at an offset: a map, a slice, a string, a number or nil for what is computed. whole is false when
// something was passed over in which more data may stand. end is at when there is no value.
func (r *values) value(at, depth int) (v any, end int, whole bool) {
	at = r.blanks(at)
	if r.steps--; at >= len(r.src) || depth > maxDepth || r.steps <= 0 {
		return nil, at, false
	}
	switch c := r.src[at]; {
	case c == '{':
		return r.object(at, depth)
	case c == '[':
		return r.array(at, depth)
	case c == '\'' || c == '"' || c == '`':
		if text, n := literal(r.src[at:]); r.ends(at + n) {
			r.steps -= n
			return text, at + n, true
		}
		return r.sum(at)
	case c >= '0' && c <= '9' || c == '-':
		end := at + 1
		for end < len(r.src) && (r.src[end] >= '0' && r.src[end] <= '9' || r.src[end] == '.') {
			end++
		}
		if r.ends(end) {
			return json.Number(r.src[at:end]), end, true
		}
	}
	return r.sum(at)
}

// ends reports whether a value ends at an offset, as far as can be seen there.
func (r *values) ends(at int) bool {
	at = r.blanks(at)
	return at >= len(r.src) || strings.IndexByte(",]});:\n", r.src[at]) >= 0
}

// sum reads an expression: its text when all of it is known, a base address before it left out.
func (r *values) sum(at int) (any, int, bool) {
	end, code := r.pass(at)
	r.steps -= end - at
	if code || end-at > maxSum {
		return nil, end, false
	}
	ts, n := sum(r.src[at:end])
	if n == 0 || r.blanks(at+n) < end {
		return nil, end, true
	}
	var b strings.Builder
	for i, t := range ts {
		text := t.text
		if t.name != "" {
			var known bool
			if text, known = r.env.get(t.name); !known && (i > 0 || len(ts) == 1) {
				return nil, end, true
			}
		}
		b.WriteString(text)
	}
	return b.String(), end, true
}

// pass gives the end of an expression: the next comma, semicolon or closing bracket outside of brackets and strings. code
// says that it holds a function.
func (r *values) pass(at int) (end int, code bool) {
	depth := 0
	for i := at; i < len(r.src); i++ {
		switch c := r.src[i]; c {
		case '\'', '"', '`':
			_, n := literal(r.src[i:])
			i += n - 1
		case '(', '[':
			depth++
		case '{':
			depth++
			code = true
		case ')', ']', '}':
			if depth--; depth < 0 {
				return i, code
			}
		case ',', ';':
			if depth == 0 {
				return i, code
			}
		}
	}
	return len(r.src), code
}

// blanks skips blanks and comments.
func (r *values) blanks(at int) int {
	for {
		at = skipBlanks(r.src, at)
		rest := r.src[min(at, len(r.src)):]
		mark := ""
		switch {
		case strings.HasPrefix(rest, "//"):
			mark = "\n"
		case strings.HasPrefix(rest, "/*"):
			mark = "*/"
		default:
			return at
		}
		n := strings.Index(rest, mark)
		if n < 0 {
			return len(r.src)
		}
		at += n + len(mark)
	}
}

func (r *values) array(at, depth int) (any, int, bool) {
	var out []any
	whole := true
	for i := at + 1; len(out) < maxMembers; {
		i = r.blanks(i)
		if i >= len(r.src) {
			break
		}
		switch r.src[i] {
		case ']':
			return out, i + 1, whole
		case ',':
			i++
			continue
		}
		v, end, all := r.value(i, depth+1)
		if end <= i || r.steps <= 0 {
			break
		}
		whole = whole && all
		if next := r.blanks(end); next < len(r.src) && r.src[next] != ',' && r.src[next] != ']' {
			end, _ = r.pass(end)
			whole = false
			if end < len(r.src) && r.src[end] != ',' && r.src[end] != ']' {
				return out, at, false
			}
		}
		out = append(out, v)
		i = end
	}
	return out, at, false
}

func (r *values) object(at, depth int) (any, int, bool) {
	out := map[string]any{}
	whole := true
	for i := at + 1; len(out) < maxMembers; {
		i = r.blanks(i)
		if i >= len(r.src) {
			break
		}
		switch r.src[i] {
		case '}':
			return out, i + 1, whole
		case ',':
			i++
			continue
		}
		key, end := r.key(i)
		if end == i {
			break
		}
		end = r.blanks(end)
		if end < len(r.src) && r.src[end] == ':' {
			v, after, all := r.value(end+1, depth+1)
			if after <= end || r.steps <= 0 {
				break
			}
			whole = whole && all
			out[key] = v
			end = r.blanks(after)
		}
		if end < len(r.src) && r.src[end] != ',' && r.src[end] != '}' {
			end, _ = r.pass(end) // a method, or something computed
			whole = false
			if end < len(r.src) && r.src[end] != ',' && r.src[end] != '}' {
				return nil, at, false
			}
		}
		i = end
	}
	return nil, at, false
}

// key reads the name of a member.
func (r *values) key(at int) (string, int) {
	switch c := r.src[at]; {
	case c == '\'' || c == '"':
		text, n := literal(r.src[at:])
		return text, at + n
	case isNameByte(c) || c >= 0x80:
		end := at
		for end < len(r.src) && (isNameByte(r.src[end]) || r.src[end] >= 0x80) {
			end++
		}
		return r.src[at:end], end
	}
	return "", at
}
