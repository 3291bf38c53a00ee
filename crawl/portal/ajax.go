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
// the method and the form as far as they are literals, variables with a known value or fields of the page.

const (
	maxRequests = 300
	askSpan     = 3000 // octets of the arguments of a call that asks for data
	maxCalls    = 200  // calls of one function of the page that are followed
	maxLooked   = 2000 // calls that are looked at in the scripts of one page
)

var (
	postField   = regexp.MustCompile(`(?i)(?:type|method)['"]?\s*:\s*['"]post['"]`)
	jsonField   = regexp.MustCompile(`(?i)contentType['"]?\s*:\s*['"][^'"]*json|content-type['"]?\s*:\s*['"][^'"]*json|JSON\.stringify`)
	askName     = regexp.MustCompile(`(?i)ajax|get|post|fetch|request|load|query|axios|http|json|search|list`)
	askMember   = regexp.MustCompile(`(?i)["']?(?:success|data|dataType|type|method|async|where|queryParams|params|contentType|cols|columns|parseData|done|error|pageSize|beforeSend|cache|headers)["']?\s*:`)
	dataAddress = regexp.MustCompile(`^(?:https?:/)?/?[\w%./?&=:;,~+{}!@$-]{2,500}$`)
	rootedPath  = regexp.MustCompile(`^(?:https?:)?/|^\.{1,2}/|\.(?:jsp|do|action|json|aspx?|ashx|php|xml|html?|shtml|js|txt)(?:\?|$)|^[\w-]+/[\w/-]+`)
)

// silentCalls are functions of the language and of pages that take a string and ask for nothing.
var silentCalls = map[string]bool{"getElementById": true, "getElementsByClassName": true, "getElementsByTagName": true, "getElementsByName": true, "getAttribute": true, "querySelector": true,
	"querySelectorAll": true, "getItem": true, "getComputedStyle": true, "postMessage": true, "getCookie": true, "getParameter": true, "getQueryString": true, "getUrlParam": true, "getPropertyValue": true,
	"getFullYear": true, "getContext": true, "downloadFile": true, "getFileName": true}

// requests are the calls of scripts that ask for data.
func (p *Page) requests(base *url.URL) []Lead {
	s := p.scripts()
	a := &asking{page: p, base: base, src: untemplated(s.text[:min(len(s.text), maxSource)]), env: p.globals()}
	if len(a.src) == 0 {
		return nil
	}
	a.heads = functionHeads(a.src)
	a.byCall()
	a.byMember()
	a.byOpen()
	return a.out
}

// asking is the search for requests in the scripts of one page.
type asking struct {
	page  *Page
	base  *url.URL
	src   string
	env   *environment
	heads []head
	out   []Lead
}

// byCall reads $.get(url, data), fetch(url, {…}), $("#x").load(url) and functions of the page named like them.
func (a *asking) byCall() {
	looked := 0
	for i := 0; len(a.out) < maxRequests && looked < maxLooked; i++ {
		n := strings.IndexByte(a.src[i:], '(')
		if n < 0 {
			return
		}
		i += n
		name := trailingName(strings.TrimRight(a.src[max(0, i-80):i], " \t\r\n"))
		last := name[strings.LastIndexByte(name, '.')+1:]
		if last == "" || !askName.MatchString(name) || silentCalls[last] || strings.HasSuffix(strings.TrimRight(a.src[max(0, i-len(name)-20):i-len(name)], " "), "function") {
			continue
		}
		looked++
		args := a.src[i+1 : min(len(a.src), i+1+askSpan)]
		if end := closing(args); end >= 0 {
			args = args[:end]
		}
		first := strings.TrimLeft(args, " \t\r\n")
		if first == "" || first[0] == '{' || first[0] == '[' || strings.HasPrefix(first, "function") {
			continue // an object is read by its members
		}
		list := arguments(args)
		if len(list) > 1 && (strings.EqualFold(list[0], "get") || strings.EqualFold(list[0], "post")) {
			rest := args[strings.IndexByte(args, ',')+1:]
			a.add(i, rest, rest, strings.EqualFold(list[0], "post"), false)
			continue
		}
		known := last == "get" || last == "getJSON" || last == "post" || last == "ajax" || last == "fetch" || last == "load" || last == "getScript"
		a.add(i, args, args, strings.Contains(strings.ToLower(last), "post"), !known)
	}
}

// byMember reads the objects that name an address and how it is asked: $.ajax({url: …}), tables and pagers of libraries.
func (a *asking) byMember() {
	s := newSource(a.src)
	for _, at := range s.places(wordURL) {
		if len(a.out) >= maxRequests {
			return
		}
		colon := at
		if colon < len(a.src) && (a.src[colon] == '\'' || a.src[colon] == '"') {
			colon++
		}
		colon = skipBlanks(a.src, colon)
		if colon >= len(a.src) || a.src[colon] != ':' {
			continue
		}
		open := enclosingBrace(a.src, at)
		if open < 0 {
			continue
		}
		object := a.src[open+1 : min(len(a.src), open+1+askSpan)]
		if end := closing(object); end >= 0 {
			object = object[:end]
		}
		if !askMember.MatchString(object) {
			continue
		}
		a.add(at, a.src[colon+1:min(len(a.src), colon+1+askSpan)], object, false, false)
	}
}

// byOpen reads the requests of XMLHttpRequest.
func (a *asking) byOpen() {
	looked := 0
	for i := 0; len(a.out) < maxRequests && looked < maxLooked; looked++ {
		n := strings.Index(a.src[i:], ".open")
		if n < 0 {
			return
		}
		i += n + len(".open")
		open := skipBlanks(a.src, i)
		if open >= len(a.src) || a.src[open] != '(' {
			continue
		}
		args := a.src[open+1 : min(len(a.src), open+1+askSpan)]
		if end := closing(args); end >= 0 {
			args = args[:end]
		}
		list := arguments(args)
		if len(list) < 2 || !strings.EqualFold(list[0], "get") && !strings.EqualFold(list[0], "post") {
			continue
		}
		body := ""
		if strings.EqualFold(list[0], "post") {
			rest := a.src[open:min(len(a.src), open+1500)]
			if n := strings.Index(rest, ".send("); n >= 0 {
				if rest = rest[n+len(".send("):]; closing(rest) >= 0 {
					body = ", " + rest[:closing(rest)]
				}
			}
		}
		rest := args[strings.IndexByte(args, ',')+1:]
		a.add(open, rest, body, strings.EqualFold(list[0], "post"), false)
	}
}

// enclosingBrace is the offset of the brace that opens the object around an offset; -1 when it is not near.
func enclosingBrace(src string, at int) int {
	depth := 0
	for i := at - 1; i >= 0 && at-i < askSpan; i-- {
		switch src[i] {
		case '}', ')':
			depth++
		case '{', '(':
			if depth--; depth < 0 {
				if src[i] == '{' {
					return i
				}
				return -1
			}
		}
	}
	return -1
}

// add puts a request together: the address is the expression at the beginning of expr, the form stands in args. strict
// asks for an address that can be nothing else. A request inside a function is made for each call of it in the page.
func (a *asking) add(at int, expr, args string, post, strict bool) {
	fn, params := enclosing(a.heads, at)
	envs := []*environment{a.env}
	if calls := a.page.calls()[fn]; fn != "" && len(calls) > 0 {
		envs = nil
		for _, k := range calls[:min(len(calls), maxCalls)] {
			here := a.env
			for i, name := range params {
				if name != "" && i < len(k.args) {
					here = here.with(name, k.args[i])
				}
			}
			envs = append(envs, here)
		}
	}
	seen := map[string]bool{}
	for _, env := range envs {
		for _, l := range a.request(expr, args, post, strict, env) {
			if key := l.URL + l.Body; !seen[key] && len(a.out) < maxRequests {
				seen[key] = true
				a.out = append(a.out, l)
			}
		}
	}
}

// request is one request, or one for each year that the page offers where a year is what it lacks.
func (a *asking) request(expr, args string, post, strict bool, env *environment) []Lead {
	env = a.guessed(expr, env)
	ref := evaluate(expr, env)
	if ref == "" || !dataAddress.MatchString(ref) || !strings.ContainsAny(ref, "/.?") || strict && !rootedPath.MatchString(ref) {
		return nil
	}
	u := resolved(a.base, ref)
	if u == nil {
		return nil
	}
	if ext := strings.ToLower(path.Ext(u.Path)); assets[ext] || pictures[ext] || files[ext] && ext != ".txt" {
		return nil
	}
	forms := a.forms(args, env)
	var out []Lead
	for _, form := range forms {
		l := Lead{URL: u.String(), Role: RoleAPI, Kind: document.LinkInline, InBody: true, Place: "script:ask", Year: form.year}
		switch {
		case post || postField.MatchString(args):
			l.Method, l.ContentType = "POST", "application/x-www-form-urlencoded"
			if l.Body = encode(form.fields, false); jsonField.MatchString(args) {
				l.ContentType, l.Body = "application/json", encode(form.fields, true)
			}
		case len(form.fields) > 0:
			v := *u
			if v.RawQuery = encode(form.fields, false); u.RawQuery != "" {
				v.RawQuery = u.RawQuery + "&" + v.RawQuery
			}
			l.URL = v.String()
		}
		out = append(out, l)
	}
	return out
}

// guessed fills in what is not known of an expression: the first page, where a variable is named like a page number.
func (a *asking) guessed(expr string, env *environment) *environment {
	ts, _ := sum(expr)
	return guess(ts, env)
}

func guess(ts []term, env *environment) *environment {
	for _, t := range ts {
		if t.name == "" {
			continue
		}
		if _, known := env.get(t.name); !known && !idle(t.name) {
			switch last := t.name[strings.LastIndexByte(t.name, '.')+1:]; {
			case sizeName.MatchString(last):
				env = env.with(t.name, "20")
			case countVar.MatchString(last):
				env = env.with(t.name, "1")
			}
		}
	}
	return env
}

var sizeName = regexp.MustCompile(`(?i)size|limit|rows|perpage`)

// evaluate gives the value of an expression at the start of s: literals and known variables joined by +. Unknown ones
// count as nothing.
func evaluate(s string, env *environment) string {
	ts, n := sum(s)
	if n == 0 {
		return ""
	}
	if len(ts) == 1 && ts[0].name != "" {
		v, _ := env.get(ts[0].name)
		return v
	}
	return concat{terms: ts}.value(guess(ts, env))
}

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
	for part := range strings.SplitSeq(raw, "&") { // parameters written as one JSON value
		name, escaped, _ := strings.Cut(part, "=")
		value, _ := url.QueryUnescape(escaped)
		m := bodyPage.FindStringSubmatchIndex(value)
		if m == nil {
			continue
		}
		n, _ := strconv.Atoi(value[m[4]:m[5]])
		if done(n, sizeVar.number(newSource(value))) {
			return nil
		}
		next := setParam(raw, name, url.QueryEscape(value[:m[4]]+strconv.Itoa(n+1)+value[m[5]:]))
		if raw == p.Body && p.Body != "" {
			l.Body = next
		} else {
			u := *p.URL
			u.RawQuery = next
			l.URL = u.String()
		}
		return []Lead{l}
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
