package portal

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

// This file holds the requests that page scripts would make for the data they draw, read from the source: the address,
// the method and the form as far as they are literals, and the following pages of what such a request answers.

var (
	urlField    = regexp.MustCompile(`(?i)(?:^|[\s,{])['"]?url['"]?\s*:\s*`)
	postField   = regexp.MustCompile(`(?i)(?:type|method)['"]?\s*:\s*['"]post['"]`)
	jsonField   = regexp.MustCompile(`(?i)contentType['"]?\s*:\s*['"][^'"]*json|JSON\.stringify`)
	dataField   = regexp.MustCompile(`(?i)(?:(?:^|[\s,{(])['"]?(?:data|params|body)['"]?\s*:\s*(?:JSON\.stringify\s*\(\s*)?|JSON\.stringify\s*\(\s*|,\s*)\{([^{}]{0,1000})\}`)
	pairs       = regexp.MustCompile(`['"]?([\w.$-]{1,60})['"]?\s*:\s*(?:'([^'\n]{0,300})'|"([^"\n]{0,300})"|(-?\d{1,12}|true|false)|([A-Za-z_$][\w.$]{0,60}))`)
	dataAddress = regexp.MustCompile(`^(?:https?:/)?/?[\w%./?&=:;,~+{}-]{2,500}$`)
)

// requests are the calls of a script that ask for data.
func (p *Page) requests(base *url.URL) []Lead {
	s := p.scripts()
	src, env := s.text, p.globals()
	var out []Lead
	for at, open := range s.calls(wordAjax, wordGet, wordGetJSON, wordGetScript, wordPost, wordRequest, wordFetch, wordLoad) {
		kind, ok := asks(src[max(0, at-80):at])
		if !ok {
			continue
		}
		args := src[open:min(len(src), open+3000)]
		if end := closing(args); end >= 0 {
			args = args[:end]
		}
		expr := args
		if t := strings.TrimSpace(args); strings.HasPrefix(t, "{") {
			f := urlField.FindStringIndex(args)
			if f == nil {
				continue
			}
			expr = args[f[1]:]
		}
		ref := evaluate(expr, env)
		if ref == "" || !dataAddress.MatchString(ref) || !strings.ContainsAny(ref, "/.?") {
			continue
		}
		u, err := base.Parse(ref)
		if err != nil || u.Host == "" {
			continue
		}
		if ext := strings.ToLower(path.Ext(u.Path)); assets[ext] || pictures[ext] {
			continue
		}
		form := fields(args, env)
		l := Lead{URL: u.String(), Role: RoleAPI, Kind: document.LinkInline, InBody: true, Place: "script:ask"}
		switch {
		case kind == "post" || postField.MatchString(args):
			l.Method, l.ContentType = "POST", "application/x-www-form-urlencoded"
			if l.Body = encode(form, false); jsonField.MatchString(args) {
				l.ContentType, l.Body = "application/json", encode(form, true)
			}
		case len(form) > 0:
			q := encode(form, false)
			if u.RawQuery != "" {
				q = u.RawQuery + "&" + q
			}
			u.RawQuery = q
			l.URL = u.String()
		}
		out = append(out, l)
	}
	return out
}

// asks reports whether the name of a function, at the end of a script's text, is one that asks for data, and what it is.
func asks(before string) (kind string, ok bool) {
	i := len(before)
	for i > 0 && isWordByte(before[i-1]) {
		i--
	}
	kind = before[i:]
	if kind == "fetch" {
		return kind, true
	}
	if i == 0 || before[i-1] != '.' {
		return "", false
	}
	of := strings.TrimRight(before[:i-1], " \t\r\n")
	if kind == "load" {
		return kind, strings.HasSuffix(of, "')") || strings.HasSuffix(of, `")`) || strings.HasSuffix(of, "'") || strings.HasSuffix(of, `"`)
	}
	for _, known := range askers {
		if strings.HasSuffix(of, known) {
			return kind, true
		}
	}
	return "", false
}

// askers are the objects whose functions ask for data.
var askers = [...]string{"$", "jQuery", "axios", "http", "request", "uni"}

// closing is the offset of the parenthesis that ends a call's arguments, strings left out; -1 when it does not end.
func closing(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\'', '"', '`':
			_, n := literal(s[i:])
			i += n - 1
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return -1
}

var startName = regexp.MustCompile(`^\s*([A-Za-z_$][\w.$]{0,80})`)

// evaluate gives the value of an expression at the start of s: literals and known variables joined by +. Unknown ones
// count as the first page when they are named so, and as nothing where they begin the expression.
func evaluate(s string, env *environment) string {
	s = strings.TrimLeft(s, " \t\r\n(")
	if s == "" {
		return ""
	}
	if s[0] == '\'' || s[0] == '"' || s[0] == '`' {
		for _, c := range concats(s[:min(len(s), 800)]) {
			if c.at == 0 {
				return c.value(guess(c, env))
			}
		}
		text, _ := literal(s)
		return text
	}
	m := startName.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	rest := strings.TrimLeft(s[len(m[0]):], " \t\r\n")
	if strings.HasPrefix(rest, "+") {
		if at := strings.IndexAny(s, `'"`); at >= 0 && at < 200 {
			for _, c := range concats(s[:min(len(s), 800)]) {
				return c.value(guess(c, env))
			}
		}
		return ""
	}
	v, _ := env.get(m[1])
	return v
}

// guess fills in what is not known of an expression: the first page, where a variable is named like a page number.
func guess(c concat, env *environment) *environment {
	for _, t := range c.terms {
		if _, known := env.get(t.name); t.name != "" && !known && countVar.MatchString(t.name) {
			env = env.with(t.name, "1")
		}
	}
	return env
}

// fields are the name and value pairs of a call's data.
func fields(args string, env *environment) [][2]string {
	m := dataField.FindStringSubmatch(args)
	if m == nil {
		return nil
	}
	var out [][2]string
	for _, f := range pairs.FindAllStringSubmatch(m[1], 40) {
		v := f[2] + f[3] + f[4]
		if name := f[5]; name != "" {
			known, ok := env.get(name)
			switch {
			case ok:
				v = known
			case countVar.MatchString(name) || countVar.MatchString(f[1]):
				v = "1"
			default:
				continue
			}
		}
		out = append(out, [2]string{f[1], v})
	}
	return out
}

// encode writes fields as a form, or as a JSON object.
func encode(form [][2]string, asJSON bool) string {
	var b strings.Builder
	for i, f := range form {
		if asJSON {
			if i > 0 {
				b.WriteByte(',')
			}
			v := strconv.Quote(f[1])
			if _, err := strconv.Atoi(f[1]); err == nil {
				v = f[1]
			}
			b.WriteString(strconv.Quote(f[0]) + ":" + v)
			continue
		}
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f[0]) + "=" + url.QueryEscape(f[1]))
	}
	if asJSON {
		return "{" + b.String() + "}"
	}
	return b.String()
}

var bodyPage = regexp.MustCompile(`(["'](?i:page|pageindex|pageno|pagenum|currentpage|curpage|pagenumber|current|pn)["']\s*:\s*["']?)(\d{1,4})`)

// following is the next page of an answer to a request for data: the request with its page number counted on, as long as
// the answer holds entries and does not say that they are all.
func (p *Page) following(entries int) []Lead {
	if entries == 0 {
		return nil
	}
	l := Lead{URL: p.URL.String(), Role: RoleAPI, InBody: true, Kind: document.LinkInline, Place: "pager:answer"}
	if p.Body != "" {
		l.Method, l.Body, l.ContentType = "POST", p.Body, "application/x-www-form-urlencoded"
		if strings.HasPrefix(p.Body, "{") {
			l.ContentType = "application/json"
		}
	}
	items, pages := itemsVar.number(p.source()), pagesVar.number(p.source())
	// Whether pages are counted from 0 or from 1 is not known: in doubt there is one request for a page that is empty.
	done := func(n, size int) bool {
		switch {
		case n >= maxPages:
			return true
		case pages > 0:
			return n >= pages
		case items > 0 && size > 0:
			return n*min(size, entries) >= items || n > 0 && n*size >= items
		}
		return size > 0 && entries < size
	}
	if m := bodyPage.FindStringSubmatchIndex(p.Body); m != nil {
		n, _ := strconv.Atoi(p.Body[m[4]:m[5]])
		if done(n, sizeVar.number(newSource(p.Body))) {
			return nil
		}
		l.Body = p.Body[:m[4]] + strconv.Itoa(n+1) + p.Body[m[5]:]
		return []Lead{l}
	}
	raw := p.URL.RawQuery
	if form, err := url.ParseQuery(p.Body); p.Body != "" && err == nil && number(form, pageParams...) >= 0 {
		raw = p.Body
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil
	}
	for _, name := range pageParams {
		n, err := strconv.Atoi(q.Get(name))
		if err != nil {
			continue
		}
		if done(n, number(q, "pageSize", "pagesize", "rows", "limit", "perpage", "perPage", "pageRows", "size", "num")) {
			return nil
		}
		next := setParam(raw, name, strconv.Itoa(n+1))
		if raw == p.Body && p.Body != "" {
			l.Body = next
			return []Lead{l}
		}
		u := *p.URL
		u.RawQuery = next
		l.URL = u.String()
		return []Lead{l}
	}
	return nil
}

// number is the first of some parameters that is a number; -1 when none is.
func number(q url.Values, names ...string) int {
	for _, name := range names {
		if n, err := strconv.Atoi(q.Get(name)); err == nil {
			return n
		}
	}
	return -1
}
