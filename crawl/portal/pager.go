package portal

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/html"
)

// This file holds what leads from one page of a list to the others, whatever system wrote it: functions of the page that
// go to a number, addresses put together in a loop, and where neither is to be seen, the page's own address counted on.

var (
	pagesSaid = regexp.MustCompile(`共\s*(?:<[^>]{0,80}>\s*)*(\d{1,4})\s*(?:<[^>]{0,80}>\s*)*页|第?\s*\d{1,4}\s*(?:<[^>]{0,80}>\s*)*/\s*(?:<[^>]{0,80}>\s*)*共?\s*(?:<[^>]{0,80}>\s*)*(\d{1,4})\s*(?:<[^>]{0,80}>\s*)*页`)
	pagesVar  = finder{regexp.MustCompile(`^(?i:count_?pages?|page_?counts?|total_?pages?|page_?total|max_?pages?|pages?_?num_?total|totalpage|n_?page_?count|pageall|allpages?|last_?page)\\?['"]?\s*[=:]\s*\\?['"]?(\d{1,4})\b`),
		[]word{wordPage}, assignmentLength}
	itemsVar = finder{regexp.MustCompile(`^(?i:total_?records?|records?_?(?:count|total)|total_?(?:count|num|rows?|elements)|row_?count|items?_?count|total|count|post_count)\\?['"]?\s*[=:]\s*\\?['"]?(\d{1,6})\b`),
		[]word{wordTotal, wordCount}, assignmentLength}
	sizeVar = finder{regexp.MustCompile(`^(?i:page_?size|per_?page|rows|limit|page_?rows|prepage|pagelimit)\\?['"]?\s*[=:]\s*\\?['"]?(\d{1,3})\b`),
		[]word{wordPage, wordRows, wordLimit}, assignmentLength}
	countVar  = regexp.MustCompile(`(?i)page|^(?:n|i|j|k|num|no|index|idx|cur|p|next|prev|pn|x)$|nextnum|curr`)
	yearVar   = regexp.MustCompile(`(?i)year|^(?:nd|nian|y|yr|fbtime)$`)
	yearParam = regexp.MustCompile(`(?i)(?:year|fbtime|nian|nd|title|nbyear|y)=$`)
)

// assignmentLength is the most that a number with its name takes, in octets.
const assignmentLength = 80

// totalPages is how many pages the list has, as far as the page tells; 0 when it does not.
func (p *Page) totalPages() int {
	if p.total == nil {
		n := p.countPages()
		p.total = &n
	}
	return *p.total
}

func (p *Page) countPages() int {
	s := p.source()
	if n := saidPages(s); n > 0 {
		return min(n, maxPages)
	}
	if n := pagesVar.number(s); n > 0 {
		return min(n, maxPages)
	}
	if size := sizeVar.number(s); size > 0 {
		return min((itemsVar.number(s)+size-1)/size, maxPages)
	}
	return 0
}

// saidLength is the most that the words for the number of pages take with their markup, in octets.
const saidLength = 400

// saidPages is the number of pages that the text of a page says: 共7页, 第1页/共7页, 1/7页.
func saidPages(s *source) int {
	for _, at := range s.hits[wordLeaf] {
		before := strings.TrimRight(s.text[max(0, at-saidLength):at-len("页")], " \t\r\n")
		for strings.HasSuffix(before, ">") {
			i := strings.LastIndexByte(before, '<')
			if i < 0 {
				break
			}
			before = strings.TrimRight(before[:i], " \t\r\n")
		}
		if before == "" || before[len(before)-1] < '0' || before[len(before)-1] > '9' {
			continue
		}
		if m := pagesSaid.FindStringSubmatch(s.text[max(0, at-saidLength):at]); m != nil {
			n, _ := strconv.Atoi(m[1] + m[2])
			return n
		}
	}
	return 0
}

// built are the addresses that scripts put together: by calls of the page's functions, by counting, by years.
func (p *Page) built(base *url.URL) []Lead {
	src := p.scripts().text
	all := concats(src)
	src = untemplated(src[:min(len(src), maxSource)]) // what their offsets count in
	own := len(all)
	calls := p.calls()
	var out []Lead
	add := func(ref string, l Lead) {
		if l.URL = resolve(base, ref); l.URL != "" && len(out) < 2000 {
			l.InBody, l.Kind = true, document.LinkInline
			if l.Place == "" {
				l.Place = "script:build:" + string(l.Role)
			}
			out = append(out, l)
		}
	}
	for _, list := range calls {
		for _, k := range list {
			for _, a := range k.args {
				if wholeAddress.MatchString(a) { // the call names the address itself
					add(a, k.lead())
				}
			}
		}
	}
	for _, l := range p.turned() {
		l.URL = resolve(base, l.URL)
		out = append(out, l)
	}
	out = append(out, p.submitted(base)...)
	env := p.globals()
	if p.isFragment() && len(calls) > 0 { // its functions stand in the page that asked for it
		for _, b := range p.beside() {
			all = append(all, slices.DeleteFunc(concats(b.code.text), func(c concat) bool { return len(calls[c.fn]) == 0 })...)
		}
	}
	for i, c := range all {
		if i < own {
			if list, ok := p.chosen(c, src, env); ok {
				for _, l := range list {
					add(l.URL, l)
				}
				continue
			}
		}
		here := env
		for _, name := range c.params {
			if _, known := here.get(name); known && name != "" {
				here = here.without(name) // a parameter hides a global
			}
		}
		if c.fn != "" && len(calls[c.fn]) > 0 {
			p.byCalls(c, here, calls[c.fn], add)
			continue
		}
		free, ok := c.free(here)
		switch {
		case !ok || free == "":
		case yearVar.MatchString(free) || yearParam.MatchString(before(c, free)):
			for _, y := range p.yearsOffered() {
				add(c.address(here.with(free, strconv.Itoa(y))), Lead{Role: RoleArticle, Year: y, Text: strconv.Itoa(y) + "年"})
			}
		case countVar.MatchString(free):
			for n := 1; p.totalPages() > 1 && n <= p.totalPages(); n++ {
				add(c.address(here.with(free, strconv.Itoa(n))), Lead{Role: RoleList, Text: strconv.Itoa(n)})
			}
		}
	}
	return out
}

// calls are the calls of functions in attributes of the page, by the name of the function.
func (p *Page) calls() map[string][]called {
	if p.called == nil {
		p.called = map[string][]called{}
		for _, l := range p.Doc.Links {
			if c, ok := parseCall(l.URL); ok {
				p.called[c.fn] = append(p.called[c.fn], called{c, l})
			}
		}
	}
	return p.called
}

// pageForms are the forms of the page.
func (p *Page) pageForms() []html.Form {
	if p.forms == nil {
		p.forms = append([]html.Form{}, html.Forms(p.source().text)...)
	}
	return p.forms
}

// before is the literal in front of a variable.
func before(c concat, name string) string {
	for i, t := range c.terms {
		if t.name == name && i > 0 {
			return c.terms[i-1].text
		}
	}
	return ""
}

// called is a call and the link whose attribute holds it.
type called struct {
	call
	link document.Link
}

// lead is a page that the call goes to, with the words of its link.
func (k called) lead() Lead {
	l := Lead{Role: RolePage, Text: k.link.Text, Near: k.link.Near, Place: k.link.Place}
	if telling(k.link.Title) > telling(l.Text) {
		l.Text = k.link.Title
	}
	return l
}

var (
	wholeAddress = regexp.MustCompile(`^(?:https?:/)?\.{0,2}/[\w\x{80}-\x{10FFFF}%./?&=:;,~+-]{2,}$|^[\w%./-]+\.(?:s?html?|jhtml|jspx?|aspx?|php|pdf|docx?)(?:\?.*)?$`)
)

// byCalls follows the calls of the function in which an expression stands.
func (p *Page) byCalls(c concat, env *environment, calls []called, add func(string, Lead)) {
	highest := 0
	for _, k := range calls {
		here := env
		chosen := ""
		for i, name := range c.params {
			if i < len(k.args) && name != "" && k.args[i] != "this" {
				here = here.with(name, k.args[i])
				if chosen == "" {
					chosen = k.args[i]
				}
			}
		}
		l := k.lead()
		switch {
		case strings.Contains(chosen, "value") || strings.HasPrefix(chosen, "this."):
			for _, y := range p.yearsOffered() {
				for _, name := range c.params {
					if v, _ := here.get(name); v == chosen {
						add(c.address(here.with(name, strconv.Itoa(y))), Lead{Role: RoleArticle, Year: y, Text: strconv.Itoa(y) + "年"})
					}
				}
			}
			continue
		case isPageNumber(chosen) && pagerText.MatchString(strings.ToLower(strings.TrimSpace(k.link.Text))):
			l.Role = RoleList
			n, _ := strconv.Atoi(chosen)
			highest = max(highest, n)
		}
		add(c.address(here), l)
	}
	if highest == 0 || len(c.params) == 0 {
		return
	}
	for n := 2; n <= p.totalPages(); n++ { // pages that the pager shows no number for
		add(c.address(env.with(c.params[0], strconv.Itoa(n))), Lead{Role: RoleList, Text: strconv.Itoa(n)})
	}
}

var (
	ownNumber = regexp.MustCompile(`^(.*(?:[_-]|/page/|/page_?|/p|/))(\d{1,3})(/|/index\.\w{3,5}|\.\w{3,5})?$`)
	ownName   = regexp.MustCompile(`^(.*/)([A-Za-z]\w{0,30})(\.(?:s?html?|jhtml|jsp))$`)
)

// counted are the further pages of a list whose page says how many there are and shows no way to them: the page's own
// address with other numbers. At most two of them do not exist.
func (p *Page) counted(known []Lead) []Lead {
	if slices.ContainsFunc(known, func(l Lead) bool { return l.Role == RoleList || l.Role == RoleAPI && l.InBody }) {
		return nil
	}
	total := p.totalPages()
	if total < 2 {
		return nil
	}
	var out []Lead
	add := func(path string) {
		u := *p.URL
		u.Path, u.RawPath = path, ""
		out = append(out, Lead{URL: u.String(), Role: RoleList, InBody: true, Kind: document.LinkInline, Place: "pager:counted"})
	}
	if q := p.URL.Query(); p.URL.RawQuery != "" {
		for _, name := range pageParams {
			if n, err := strconv.Atoi(q.Get(name)); err == nil {
				for i := 1; i <= total; i++ {
					if i != n {
						u := *p.URL
						u.RawQuery = setParam(u.RawQuery, name, strconv.Itoa(i))
						out = append(out, Lead{URL: u.String(), Role: RoleList, InBody: true, Kind: document.LinkInline, Place: "pager:counted"})
					}
				}
				return out
			}
		}
		return nil
	}
	path := p.URL.Path
	if m := ownNumber.FindStringSubmatch(path); m != nil && (m[3] != "" || strings.Contains(m[1], "page")) {
		if n, _ := strconv.Atoi(m[2]); n <= total {
			for i := 1; i <= total; i++ {
				if i != n {
					add(m[1] + strconv.Itoa(i) + m[3])
				}
			}
			return out
		}
	}
	stem, suffix := "", ".html"
	if m := ownName.FindStringSubmatch(path); m != nil {
		stem, suffix = m[1]+m[2], m[3]
	} else if strings.HasSuffix(path, "/") {
		stem = path + "index"
	} else {
		return nil
	}
	for i := 1; i <= total; i++ {
		add(stem + "_" + strconv.Itoa(i) + suffix)
	}
	return out
}

// pageParams are the parameters that choose a page of a list, as systems name them.
var pageParams = []string{"page", "pageIndex", "pageNo", "pageNum", "currentPage", "pageindex", "pageno", "pagenum", "currentpage", "curPage", "curpage", "pageNumber", "pagenumber",
	"currPage", "currpage", "nowPage", "nowpage", "cur_page", "page_num", "pn", "p", "paged", "current"}

// setParam replaces the value of a parameter, the order of all kept.
func setParam(raw, name, value string) string {
	parts := strings.Split(raw, "&")
	for i, part := range parts {
		if k, _, _ := strings.Cut(part, "="); k == name {
			parts[i] = name + "=" + value
			return strings.Join(parts, "&")
		}
	}
	if raw == "" {
		return name + "=" + value
	}
	return raw + "&" + name + "=" + value
}
