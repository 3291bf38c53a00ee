package portal

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// A form is what a script sends with a request.
type form struct {
	fields [][2]string
	year   int // that it asks for
}

const (
	maxFields = 40 // of one form
	maxYears  = 25 // forms that differ in the year they ask for
)

var (
	dataMember = regexp.MustCompile(`(?i)(?:^|[\s,{(])['"]?(?:data|params|body|where|queryParams|form|param)['"]?\s*:\s*`)
	settings   = regexp.MustCompile(`(?i)[{,]\s*['"]?(?:method|params|body|data|headers|credentials)['"]?\s*:`)
	merges     = regexp.MustCompile(`^(?:\$|jQuery|Object|_|layui\.\$)\s*\.\s*(?:extend|assign)\s*\(`)
	serialised = regexp.MustCompile(`^(?:\$|jQuery)\(\s*['"]#([\w-]{1,60})['"]\s*\)\s*\.\s*serialize`)
)

// forms are what a call sends: one form, or one for each year that the page offers where the year is not known.
func (a *asking) forms(args string, env *environment) []form {
	members := a.data(args, env, 0)
	if len(members) == 0 {
		return []form{{}}
	}
	out := form{}
	unknownYear := -1
	for _, m := range members {
		switch {
		case len(out.fields) >= maxFields:
		case m.known:
			out.fields = append(out.fields, [2]string{m.name, m.value})
		case yearVar.MatchString(m.name) || yearVar.MatchString(m.from):
			unknownYear = len(out.fields)
			out.fields = append(out.fields, [2]string{m.name, ""})
		case sizeName.MatchString(m.name):
			out.fields = append(out.fields, [2]string{m.name, "20"})
		case countVar.MatchString(m.name) || countVar.MatchString(m.from):
			out.fields = append(out.fields, [2]string{m.name, "1"})
		}
	}
	years := a.page.yearsOffered()
	if unknownYear < 0 || len(years) == 0 {
		return []form{out}
	}
	var all []form
	for _, y := range years[:min(len(years), maxYears)] {
		f := form{fields: append([][2]string{}, out.fields...), year: y}
		f.fields[unknownYear][1] = strconv.Itoa(y)
		all = append(all, f)
	}
	return all
}

// A member is one name of a form with its value, or with the variable that has it.
type member struct {
	name, value, from string
	known             bool
}

// data finds what is sent: among the members of an object that says how to ask, or behind the address in a call.
func (a *asking) data(args string, env *environment, depth int) []member {
	_, n := sum(args)
	if rest := strings.TrimLeft(args[n:], " \t\r\n"); n > 0 && strings.HasPrefix(rest, ",") || n == 0 && strings.HasPrefix(args, ",") {
		second := strings.TrimLeft(strings.TrimPrefix(rest, ","), " \t\r\n")
		if !strings.HasPrefix(second, "{") || !settings.MatchString(second) {
			return a.expression(second, env, depth)
		}
		args = second // fetch(url, {method: …, body: …})
	}
	if at := dataMember.FindStringIndex(args); at != nil {
		return a.expression(args[at[1]:], env, depth)
	}
	return nil
}

// expression reads what an expression sends: an object, a variable that holds one, several merged, a sum that is a query.
func (a *asking) expression(s string, env *environment, depth int) []member {
	s = strings.TrimLeft(s, " \t\r\n")
	for _, wrap := range [...]string{"JSON.stringify", "Qs.stringify", "qs.stringify", "$.param", "new URLSearchParams"} {
		if rest, ok := strings.CutPrefix(s, wrap); ok {
			s = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(rest, " "), "("), " \t\r\n")
		}
	}
	if s == "" || depth > maxNest || strings.HasPrefix(s, "function") {
		return nil
	}
	if m := merges.FindString(s); m != "" {
		inner := s[len(m):]
		if n := closing(inner); n >= 0 {
			inner = inner[:n]
		}
		var out []member
		for _, part := range splitArguments(inner) {
			out = merge(out, a.expression(part, env, depth+1))
		}
		return out
	}
	if m := serialised.FindStringSubmatch(s); m != nil {
		return a.serialised(m[1])
	}
	if s[0] == '{' {
		if n := closing(s[1:]); n >= 0 {
			return a.object(s[1:1+n], env, depth)
		}
		return nil
	}
	ts, n := sum(s)
	switch {
	case n == 0:
		return nil
	case len(ts) == 1 && ts[0].name != "":
		if v, known := env.get(ts[0].name); known {
			return queryMembers(v)
		}
		if at := a.assigned(ts[0].name); at >= 0 {
			return a.expression(a.src[at:min(len(a.src), at+askSpan)], env, depth+1)
		}
	default:
		return queryMembers(concat{terms: ts}.value(guess(ts, env)))
	}
	return nil
}

// assigned is the offset of the value that scripts give to a variable of the page; -1 when there is none.
func (a *asking) assigned(name string) int {
	name = name[strings.LastIndexByte(name, '.')+1:]
	for at := 0; ; {
		n := strings.Index(a.src[at:], name)
		if n < 0 || name == "" {
			return -1
		}
		from := at + n
		at = from + len(name)
		if from > 0 && isNameByte(a.src[from-1]) || at < len(a.src) && isNameByte(a.src[at]) {
			continue
		}
		eq := skipBlanks(a.src, at)
		if eq >= len(a.src) || a.src[eq] != '=' && a.src[eq] != ':' || eq+1 < len(a.src) && a.src[eq+1] == '=' {
			continue
		}
		if v := skipBlanks(a.src, eq+1); v < len(a.src) && (a.src[v] == '{' || merges.MatchString(a.src[v:min(len(a.src), v+40)])) {
			return v
		}
	}
}

// serialised are the fields of a form of the page.
func (a *asking) serialised(id string) []member {
	var out []member
	for _, f := range a.page.pageForms() {
		if f.ID == id {
			for _, x := range f.Fields {
				out = append(out, member{name: x[0], value: x[1], known: true})
			}
		}
	}
	return out
}

// queryMembers reads a=1&b=2.
func queryMembers(s string) []member {
	var out []member
	for part := range strings.SplitSeq(strings.TrimPrefix(s, "?"), "&") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || name == "" || len(out) >= maxFields {
			continue
		}
		if v, err := url.QueryUnescape(value); err == nil {
			value = v
		}
		out = append(out, member{name: name, value: value, known: true})
	}
	return out
}

// merge is a with the members of b put in place of those of the same name.
func merge(a, b []member) []member {
next:
	for _, m := range b {
		for i := range a {
			if a[i].name == m.name {
				a[i] = m
				continue next
			}
		}
		a = append(a, m)
	}
	return a
}

// object reads the members of an object.
func (a *asking) object(s string, env *environment, depth int) []member {
	var out []member
	for _, part := range splitArguments(s) {
		name, value, ok := strings.Cut(part, ":")
		name = strings.Trim(strings.TrimSpace(name), `'"`)
		if !ok { // {page} means {page: page}
			value = name
		}
		if name == "" || len(name) > globalName || len(out) >= maxFields {
			continue
		}
		value = strings.TrimSpace(value)
		m := member{name: name}
		switch {
		case value == "true" || value == "false":
			m.value, m.known = value, true
		case value == "null" || value == "undefined" || value == "":
			m.known = true
		case strings.HasPrefix(value, "-") && allDigits(value[1:]):
			m.value, m.known = value, true
		case strings.HasPrefix(value, "{") || strings.HasPrefix(value, "JSON.stringify"):
			if inner := a.expression(value, env, depth+1); len(inner) > 0 {
				m.value, m.known = encode(certain(inner), true), true
			}
		default:
			m = a.member(m, value, env)
		}
		out = append(out, m)
	}
	return out
}

// member evaluates the value of one name.
func (a *asking) member(m member, value string, env *environment) member {
	ts, n := sum(value)
	if n == 0 {
		return m
	}
	var b strings.Builder
	m.known = true
	for _, t := range ts {
		v := t.text
		if t.name != "" {
			m.from = t.name
			var known bool
			if v, known = env.get(t.name); !known && !idle(t.name) {
				m.known = false
			}
		}
		b.WriteString(v)
	}
	m.value = b.String()
	return m
}

// certain are the members with a value, the first page where a number is missing.
func certain(list []member) [][2]string {
	var out [][2]string
	for _, m := range list {
		switch {
		case m.known:
			out = append(out, [2]string{m.name, m.value})
		case sizeName.MatchString(m.name):
			out = append(out, [2]string{m.name, "20"})
		case countVar.MatchString(m.name) || countVar.MatchString(m.from):
			out = append(out, [2]string{m.name, "1"})
		}
	}
	return out
}

// splitArguments parts arguments or members at the commas between them, as they are written.
func splitArguments(s string) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(s) && len(out) < 2*maxFields; i++ {
		switch s[i] {
		case '\'', '"', '`':
			_, n := literal(s[i:])
			i += n - 1
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, s[from:i])
				from = i + 1
			}
		}
	}
	return append(out, s[min(from, len(s)):])
}
