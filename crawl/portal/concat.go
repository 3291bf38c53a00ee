package portal

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A script is read, not run. What it puts together from literals and variables is an address more often than not:
// 'index_' + n + '.html', base + "/list?page=" + page. A concat is one such expression, and an environment says what is
// known of its variables: arguments of a call, globals with a literal value.
type concat struct {
	terms  []term
	fn     string // function it stands in
	params []string
	at     int // offset in the source
}

const (
	maxConcats = 400
	maxSource  = 2 << 20 // of scripts read for expressions
)

var (
	namedHead = regexp.MustCompile(`^\s+([\w$]{1,60})\s*\(([^(){}]{0,200})\)`)
	bareHead  = regexp.MustCompile(`^\s*\(([^(){}]{0,200})\)`)
	arrowName = regexp.MustCompile(`(?:const|let|var)\s+([\w$]{1,60})\s*=\s*\(?([\w$,\s]{0,100})\)?\s*$`)
)

// concats finds the expressions of a script that join literals with variables.
func concats(src string) []concat {
	src = untemplated(src[:min(len(src), maxSource)])
	if !strings.Contains(src, "+") {
		return nil
	}
	heads := functionHeads(src)
	var out []concat
	for i := 0; i < len(src) && len(out) < maxConcats; i++ {
		if src[i] != '\'' && src[i] != '"' {
			continue
		}
		c := concat{at: i}
		if name := leadingName(src[max(0, i-100):i]); name != "" {
			c.terms = append(c.terms, term{name: name})
		}
		ts, n := sum(src[i:min(len(src), i+maxSum)])
		c.terms = append(c.terms, ts...)
		if len(c.terms) > 1 {
			c.fn, c.params = enclosing(heads, i)
			out = append(out, c)
		}
		i += max(n, 1) - 1
	}
	return out
}

// maxSum bounds one expression, in octets.
const maxSum = 4000

// leadingName is the variable to which what follows is added; empty when there is none.
func leadingName(before string) string {
	before = strings.TrimRight(before, " \t\r\n")
	if !strings.HasSuffix(before, "+") {
		return ""
	}
	return trailingName(strings.TrimRight(before[:len(before)-1], " \t\r\n"))
}

// trailingName is the dotted name at the end of s.
func trailingName(s string) string {
	i := len(s)
	for i > 0 && len(s)-i < 80 && (isNameByte(s[i-1]) || s[i-1] == '.') {
		i--
	}
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	return s[i:]
}

// A head is where a function begins.
type head struct {
	at     int
	name   string
	params []string
}

const (
	maxHeads     = 2000 // functions of one script
	functionSpan = 1500 // octets within which an expression belongs to the function before it
)

// functionHeads finds the functions of a script that have a name, in order.
func functionHeads(src string) []head {
	var out []head
	add := func(at int, name, params string) {
		h := head{at: at, name: name}
		for p := range strings.SplitSeq(params, ",") {
			h.params = append(h.params, strings.TrimSpace(p))
		}
		out = append(out, h)
	}
	for i := 0; len(out) < maxHeads; {
		n := strings.Index(src[i:], "function")
		if n < 0 {
			break
		}
		at := i + n
		i = at + len("function")
		rest := src[i:min(len(src), i+300)]
		if m := namedHead.FindStringSubmatch(rest); m != nil {
			add(at, m[1], m[2])
		} else if m := bareHead.FindStringSubmatch(rest); m != nil {
			before := strings.TrimRight(src[max(0, at-80):at], " \t\r\n")
			if strings.HasSuffix(before, "=") || strings.HasSuffix(before, ":") {
				name := trailingName(strings.TrimRight(before[:len(before)-1], " \t\r\n\"'"))
				if name = name[strings.LastIndexByte(name, '.')+1:]; name != "" {
					add(at, name, m[1])
				}
			}
		}
	}
	for i := 0; len(out) < maxHeads; {
		n := strings.Index(src[i:], "=>")
		if n < 0 {
			break
		}
		at := i + n
		i = at + len("=>")
		if m := arrowName.FindStringSubmatch(src[max(0, at-200):at]); m != nil {
			add(at, m[1], m[2])
		}
	}
	slices.SortStableFunc(out, func(a, b head) int { return a.at - b.at })
	return out
}

var (
	templates = regexp.MustCompile("`[^`\n]{1,400}`")
	inserted  = regexp.MustCompile(`\$\{\s*([\w.$]{1,80})\s*\}`)
)

// untemplated writes template literals as the sums that they are.
func untemplated(src string) string {
	if !strings.Contains(src, "${") {
		return src
	}
	return templates.ReplaceAllStringFunc(src, func(s string) string {
		if !strings.Contains(s, "${") {
			return s
		}
		return "'" + inserted.ReplaceAllString(strings.ReplaceAll(s[1:len(s)-1], "'", `\'`), "'+$1+'") + "'"
	})
}

// enclosing is the function whose head stands last before an offset, within reach.
func enclosing(heads []head, at int) (name string, params []string) {
	i, _ := slices.BinarySearchFunc(heads, at, func(h head, at int) int { return h.at - at })
	if i == 0 || at-heads[i-1].at > functionSpan {
		return "", nil
	}
	return heads[i-1].name, heads[i-1].params
}

// opens is a literal behind which an address begins.
var opens = regexp.MustCompile(`(?i)(?:href|src)\s*=\s*["']?$`)

// free names the variable that no environment knows, and reports whether there is at most one.
func (c concat) free(env *environment) (name string, ok bool) {
	for i, t := range c.terms {
		if t.name == "" || idle(t.name) {
			continue
		}
		if _, known := env.get(t.name); known || i == 0 || i == 1 && opens.MatchString(c.terms[0].text) {
			continue // an unknown beginning is a base address: empty
		}
		if name != "" && name != t.name {
			return "", false
		}
		name = t.name
	}
	return name, true
}

// idle reports whether a variable only defeats caches: its value is left out.
func idle(name string) bool {
	name = strings.ToLower(name)
	return name == "new" || strings.Contains(name, "random") || strings.Contains(name, "date.now") || strings.Contains(name, "gettime") || strings.Contains(name, "timestamp")
}

// value puts the expression together; unknown names are empty.
func (c concat) value(env *environment) string {
	var b strings.Builder
	for _, t := range c.terms {
		if t.name == "" {
			b.WriteString(t.text)
		} else {
			v, _ := env.get(t.name)
			b.WriteString(v)
		}
	}
	return b.String()
}

var (
	hrefPart    = regexp.MustCompile(`(?is)^.*(?:href|src|url|value)\s*=\s*["']?`)
	addressLike = regexp.MustCompile(`^(?:https?:/)?/?[\w%./?&=:;,~+{}"-]*$`)
	pathLike    = regexp.MustCompile(`[/?=]|\.(?:s?html?|jhtml|jspx?|aspx?|php|do|action|json)\b`)
)

// address is the address that the expression stands for, when it looks like one: markup around it is cut away.
func (c concat) address(env *environment) string {
	s := strings.TrimRight(c.value(env), " ")
	if strings.Contains(s, "<") || strings.Contains(s, "href=") {
		s = hrefPart.ReplaceAllString(s, "")
		if i := strings.IndexAny(s, `"'<> `); i >= 0 {
			s = s[:i]
		}
	}
	if len(s) < 3 || len(s) > 800 || !addressLike.MatchString(s) || !pathLike.MatchString(s) || strings.HasPrefix(s, "&") || strings.HasPrefix(s, "?") && len(s) < 5 {
		return ""
	}
	return s
}

// A call is a call of a page's function from an attribute: javascript:go(3).
type call struct {
	fn   string
	args []string
}

var callForm = regexp.MustCompile(`(?i)^\s*javascript:\s*(?:return\s+)?([\w.$]{1,60})\(`)

// parseCall reads a call out of an attribute. Literals among its arguments are read as such; what else there is stays as
// it is written.
func parseCall(s string) (call, bool) {
	m := callForm.FindStringSubmatchIndex(s)
	if m == nil {
		return call{}, false
	}
	c := call{fn: s[m[2]:m[3]]}
	rest := s[m[1]:]
	n := closing(rest)
	if n < 0 {
		return call{}, false
	}
	c.args = arguments(rest[:n])
	return c, true
}

// maxArguments bounds the arguments of one call.
const maxArguments = 20

// arguments splits the arguments of a call; there is always at least one, which may be empty.
func arguments(s string) []string {
	var out []string
	for len(out) < maxArguments {
		at, end := skipBlanks(s, 0), 0
		for end = at; end < len(s) && s[end] != ','; end++ {
			switch s[end] {
			case '\'', '"', '`':
				_, n := literal(s[end:])
				end += n - 1
			case '(', '[', '{':
				n := closing(s[end+1:])
				if n < 0 {
					n = len(s) - end - 2
				}
				end += n + 1
			}
		}
		end = min(end, len(s))
		arg := strings.TrimSpace(s[min(at, end):end])
		if arg != "" && (arg[0] == '\'' || arg[0] == '"' || arg[0] == '`') {
			arg, _ = literal(arg)
			arg = strings.TrimSpace(arg)
		}
		out = append(out, arg)
		if end >= len(s) {
			break
		}
		s = s[end+1:]
	}
	return out
}

// isPageNumber reports whether s can be the number of a page of a list.
func isPageNumber(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= maxPages
}
