package portal

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/charset"
	"nianbao/document"
	"nianbao/extract/html"
)

// This file holds what forms lead to: pages of a list that a script sends a form for, years that a form selects, and the
// portal's own search.

const (
	urlEncoded = "application/x-www-form-urlencoded"
	// maxForm bounds a form that is sent, in octets: the state that ASP.NET pages send back is large.
	maxForm = 256 << 10
	// maxSent bounds the requests that the forms of one page lead to.
	maxSent = 400
	// searchWords are what the portal's own search is asked for.
	searchWords = "政府信息公开工作年度报告"
)

var (
	fieldName = regexp.MustCompile(`(?i)^(?:page|pageindex|pageno|pagenum|currentpage|curpage|pagenumber|currpage|nowpage|cur_page|page_num|pn|currentpageno|gotopage|topage)$`)
	// setsField is where a script gives a value to a field of a form.
	setsField  = regexp.MustCompile(`(?:([\w$]{1,60})['"]?\]?\.value\s*=\s*|getElementById\(\s*['"]([\w$]{1,60})['"]\s*\)\.value\s*=\s*|\(\s*['"][#\[a-z]*(?:name=)?['"]?([\w$-]{1,60})['"]?\]?['"]\s*\)\s*\.\s*val\(\s*)(?:([A-Za-z_$][\w$]{0,60})|['"]([^'"]{0,100})['"]|(\d{1,6}))`)
	searchName = regexp.MustCompile(`(?i)^(?:q|wd|kw|key|keys|keyword|keywords|searchword|searchwords|searchkey|query|queryword|word|words|s|so|ss|searchtext|searchcontent|qt|title|txtkeyword|txtsearch|text)$`)
	searchForm = regexp.MustCompile(`(?i)search|sousuo|jsearch|/so/|/so\.|/s$|zhannei|query|find`)
)

// submitted are the requests that the forms of a page lead to.
func (p *Page) submitted(base *url.URL) []Lead {
	if !p.source().has(wordForm) && !p.source().has(wordPostBack) {
		return nil
	}
	var out []Lead
	for _, f := range p.pageForms() {
		target := p.URL
		if f.Action != "" {
			target = resolved(base, f.Action)
		}
		if target == nil {
			continue
		}
		s := sending{page: p, form: f, target: target}
		out = append(out, s.postBacks()...)
		if p.scripts().has(wordSubmit) {
			out = append(out, s.byFunctions()...)
			if len(out) == 0 {
				out = append(out, s.pages()...)
			}
		}
		out = append(out, s.years()...)
		out = append(out, s.search()...)
	}
	return out[:min(len(out), maxSent)]
}

// sending is one form and where it is sent.
type sending struct {
	page   *Page
	form   html.Form
	target *url.URL
}

// request is the form sent with some of its fields changed; not ok when it is too large.
func (s sending) request(changed map[string]string, l Lead) (Lead, bool) {
	fields := slices.Clone(s.form.Fields)
	for name, value := range changed {
		if i := slices.IndexFunc(fields, func(f [2]string) bool { return f[0] == name }); i >= 0 {
			fields[i][1] = value
		} else {
			fields = append(fields, [2]string{name, value})
		}
	}
	if len(changed) > 1 { // the order of a map is none
		slices.SortStableFunc(fields[len(s.form.Fields):], func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	}
	body := encodeIn(fields, s.page.Charset)
	l.InBody, l.Kind = true, document.LinkInline
	if s.form.Method == "POST" {
		l.Method, l.URL, l.Body, l.ContentType = "POST", s.target.String(), body, urlEncoded
	} else {
		v := *s.target
		v.RawQuery = body
		l.URL = v.String()
	}
	return l, len(body) <= maxForm
}

// encodeIn writes a form as a browser sends it from a page in a charset.
func encodeIn(fields [][2]string, name string) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(string(charset.Encode(f[0], name))))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(string(charset.Encode(f[1], name))))
	}
	return b.String()
}

var postBack = regexp.MustCompile(`__doPostBack\((?:&#39;|\\?['"])([^'"&\\]+)(?:&#39;|\\?['"])\s*,\s*(?:&#39;|\\?['"])([^'"&\\]{0,40})(?:&#39;|\\?['"])\)`)

// postBacks are the pages that ASP.NET shows when its form is sent with the name of what was clicked.
func (s sending) postBacks() []Lead {
	src := s.page.source()
	if !src.has(wordPostBack) || !slices.ContainsFunc(s.form.Fields, func(f [2]string) bool { return strings.HasPrefix(f[0], "__VIEWSTATE") }) {
		return nil
	}
	s.form.Method = "POST" // whatever the form says: the system takes nothing else
	var out []Lead
	seen := map[string]bool{}
	for _, m := range postBack.FindAllStringSubmatch(src.text, 100) {
		if seen[m[1]+"\n"+m[2]] || m[2] == "1" {
			continue
		}
		seen[m[1]+"\n"+m[2]] = true
		role := RolePage
		if isPageNumber(m[2]) || m[2] == "Next" || m[2] == "Page$Next" || strings.HasPrefix(m[2], "Page$") {
			role = RoleList
		}
		if l, ok := s.request(map[string]string{"__EVENTTARGET": m[1], "__EVENTARGUMENT": m[2]}, Lead{Role: role, Text: m[2], Place: "form:postback"}); ok && role == RoleList {
			out = append(out, l)
		}
	}
	return out
}

// byFunctions are what the form is sent with by functions of the page that set its fields, for each call of them.
func (s sending) byFunctions() []Lead {
	src := s.page.scripts().text
	src = src[:min(len(src), maxSource)]
	var out []Lead
	for _, h := range functionHeads(src) {
		calls := s.page.calls()[h.name]
		if len(calls) == 0 {
			continue
		}
		body := src[h.at:min(len(src), h.at+functionSpan)]
		if open := strings.IndexByte(body, '{'); open >= 0 {
			if end := closing(body[open+1:]); end >= 0 {
				body = body[:open+1+end]
			}
		}
		if !strings.Contains(body, ".submit") {
			continue
		}
		highest, page := 0, ""
		for _, k := range calls[:min(len(calls), maxCalls)] {
			changed := s.changes(body, h.params, k.args)
			if len(changed) == 0 {
				continue
			}
			l := k.lead()
			l.Place = "form:call"
			for name, value := range changed {
				if n, err := strconv.Atoi(value); err == nil && fieldName.MatchString(name) {
					l.Role, page = RoleList, name
					highest = max(highest, n)
				}
			}
			if r, ok := s.request(changed, l); ok {
				out = append(out, r)
			}
		}
		for n := 2; page != "" && n <= s.page.totalPages(); n++ { // pages that the pager shows no number for
			if r, ok := s.request(map[string]string{page: strconv.Itoa(n)}, Lead{Role: RoleList, Text: strconv.Itoa(n), Place: "form:call"}); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// changes are the fields of the form that a function sets, with the arguments of a call in place of its parameters.
func (s sending) changes(body string, params, args []string) map[string]string {
	out := map[string]string{}
	for _, m := range setsField.FindAllStringSubmatch(body, 20) {
		name := m[1] + m[2] + m[3]
		value := m[5] + m[6]
		if v := m[4]; v != "" {
			i := slices.Index(params, v)
			if i < 0 || i >= len(args) {
				continue
			}
			value = args[i]
		}
		if id, ok := s.form.IDs[name]; ok {
			name = id
		}
		if slices.ContainsFunc(s.form.Fields, func(f [2]string) bool { return f[0] == name }) {
			out[name] = value
		}
	}
	return out
}

// pages are the pages of a list whose pager sends the form with a number in it, in a way that is not seen.
func (s sending) pages() []Lead {
	last := s.page.totalPages()
	for _, list := range s.page.calls() {
		for _, k := range list {
			if n, err := strconv.Atoi(k.args[0]); err == nil && pagerText.MatchString(strings.ToLower(strings.TrimSpace(k.link.Text))) {
				last = max(last, min(n, maxPages))
			}
		}
	}
	at := slices.IndexFunc(s.form.Fields, func(x [2]string) bool { return fieldName.MatchString(x[0]) })
	if at < 0 {
		return nil
	}
	var out []Lead
	for n := 2; n <= last; n++ {
		if l, ok := s.request(map[string]string{s.form.Fields[at][0]: strconv.Itoa(n)}, Lead{Role: RoleList, Text: strconv.Itoa(n), Place: "pager:form"}); ok {
			out = append(out, l)
		}
	}
	return out
}

var yearOption = regexp.MustCompile(`^(?:19|20)\d\d年?$`)

// years are the pages that a form shows when one of its selects is set to a year.
func (s sending) years() []Lead {
	var out []Lead
	for _, name := range s.form.SelectNames() {
		for _, o := range s.form.Selects[name] {
			if !yearOption.MatchString(o) {
				continue
			}
			y, _ := strconv.Atoi(o[:4])
			if l, ok := s.request(map[string]string{name: o}, Lead{Role: RolePage, Text: o, Year: y, Place: "form:year"}); ok {
				out = append(out, l)
			}
		}
	}
	return out
}

// search is the portal's own search for reports, where the form is one.
func (s sending) search() []Lead {
	for _, name := range s.form.Text {
		if !searchName.MatchString(name) || !searchForm.MatchString(s.form.Action) && !searchForm.MatchString(s.form.ID) && !searchForm.MatchString(name) {
			continue
		}
		if l, ok := s.request(map[string]string{name: searchWords}, Lead{Role: RoleSearch, Text: "站内搜索", Place: "form:search"}); ok {
			l.InBody = false
			return []Lead{l}
		}
	}
	return nil
}
