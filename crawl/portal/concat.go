package portal

import (
	"regexp"
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

// A term is a literal, or a variable when name is set.
type term struct{ text, name string }

const (
	maxConcats = 400
	maxSource  = 2 << 20 // of scripts read for expressions
)

var (
	functionHead = regexp.MustCompile(`function\s+([\w$]{1,60})\s*\(([^(){}]{0,200})\)|([\w$]{1,60})\s*[:=]\s*function\s*\(([^(){}]{0,200})\)|(?:const|let|var)\s+([\w$]{1,60})\s*=\s*\(?([\w$,\s]{0,100})\)?\s*=>`)
	leadingName  = regexp.MustCompile(`([A-Za-z_$][\w.$]{0,80})\s*\+\s*$`)
	plusTerm     = regexp.MustCompile(`^\s*\+\s*(?:\(\s*)?(?:(?:parseInt|Number|String|encodeURIComponent|encodeURI)\s*\(\s*)?([A-Za-z_$][\w.$]{0,80}|\d{1,9})(?:\s*[-+]\s*\d{1,3}\b)?(?:\s*\)){0,2}`)
	plusLiteral  = regexp.MustCompile(`^\s*\+\s*['"]`)
	globalValue  = regexp.MustCompile(`(?:^|[\s;,{(])(?:window\.)?([A-Za-z_$][\w$]{0,60})\s*[:=]\s*(?:'([^'\n<>]{0,300})'|"([^"\n<>]{0,300})"|(\d{1,12}))`)
)

// concats finds the expressions of a script that join literals with variables.
func concats(src string) []concat {
	src = untemplated(src[:min(len(src), maxSource)])
	heads := functionHead.FindAllStringSubmatchIndex(src, 2000)
	var out []concat
	for i := 0; i < len(src) && len(out) < maxConcats; i++ {
		if src[i] != '\'' && src[i] != '"' {
			continue
		}
		c := concat{at: i}
		if m := leadingName.FindStringSubmatch(src[max(0, i-100):i]); m != nil {
			c.terms = append(c.terms, term{name: m[1]})
		}
		text, n := literal(src[i:])
		c.terms = append(c.terms, term{text: text})
		end := i + n
		for len(c.terms) < 16 && end < len(src) {
			rest := src[end:min(len(src), end+400)]
			if plusLiteral.MatchString(rest) {
				q := strings.IndexAny(rest, `'"`)
				text, n := literal(src[end+q:])
				c.terms = append(c.terms, term{text: text})
				end += q + n
				continue
			}
			m := plusTerm.FindStringSubmatchIndex(rest)
			if m == nil {
				break
			}
			if name := rest[m[2]:m[3]]; name[0] >= '0' && name[0] <= '9' {
				c.terms = append(c.terms, term{text: name})
			} else {
				c.terms = append(c.terms, term{name: name})
			}
			end += m[1]
		}
		if len(c.terms) > 1 {
			c.fn, c.params = enclosing(src, heads, i)
			out = append(out, c)
		}
		i = end - 1
	}
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
func enclosing(src string, heads [][]int, at int) (name string, params []string) {
	for i := len(heads) - 1; i >= 0; i-- {
		h := heads[i]
		if h[0] >= at {
			continue
		}
		if at-h[0] > 1500 {
			return "", nil
		}
		for g := 2; g+3 < len(h); g += 4 {
			if h[g] >= 0 {
				name = src[h[g]:h[g+1]]
				for p := range strings.SplitSeq(src[h[g+2]:h[g+3]], ",") {
					params = append(params, strings.TrimSpace(p))
				}
				return name, params
			}
		}
	}
	return "", nil
}

// globals are the variables of scripts that have one literal value.
func globals(src string) map[string]string {
	out := map[string]string{}
	for _, m := range globalValue.FindAllStringSubmatch(src[:min(len(src), maxSource)], 3000) {
		if _, seen := out[m[1]]; !seen {
			out[m[1]] = m[2] + m[3] + m[4]
		}
	}
	return out
}

// opens is a literal behind which an address begins.
var opens = regexp.MustCompile(`(?i)(?:href|src)\s*=\s*["']?$`)

// free names the variable that no environment knows, and reports whether there is at most one.
func (c concat) free(env map[string]string) (name string, ok bool) {
	for i, t := range c.terms {
		if t.name == "" {
			continue
		}
		if _, known := env[t.name]; known || i == 0 || i == 1 && opens.MatchString(c.terms[0].text) {
			continue // an unknown beginning is a base address: empty
		}
		if name != "" && name != t.name {
			return "", false
		}
		name = t.name
	}
	return name, true
}

// value puts the expression together; unknown names are empty.
func (c concat) value(env map[string]string) string {
	var b strings.Builder
	for _, t := range c.terms {
		if t.name == "" {
			b.WriteString(t.text)
		} else {
			b.WriteString(env[t.name])
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
func (c concat) address(env map[string]string) string {
	s := c.value(env)
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

// with extends an environment by one name.
func with(env map[string]string, name, value string) map[string]string {
	out := make(map[string]string, len(env)+1)
	for k, v := range env {
		out[k] = v
	}
	out[name] = value
	return out
}

// A call is a call of a page's function from an attribute: javascript:go(3).
type call struct {
	fn   string
	args []string
}

var callForm = regexp.MustCompile(`(?i)^\s*javascript:\s*([\w.$]{1,60})\(([^()]{0,300})\)`)

func parseCall(s string) (call, bool) {
	m := callForm.FindStringSubmatch(s)
	if m == nil {
		return call{}, false
	}
	c := call{fn: m[1]}
	for a := range strings.SplitSeq(m[2], ",") {
		c.args = append(c.args, strings.Trim(strings.TrimSpace(a), `'"`))
	}
	return c, true
}

// isPageNumber reports whether s can be the number of a page of a list.
func isPageNumber(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= maxPages
}
