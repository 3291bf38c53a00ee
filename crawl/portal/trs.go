package portal

import (
	"path"
	"regexp"
	"strings"
)

// trs is 拓尔思 TRS WCM and the many systems that page like it: static pages index.html, index_1.html …, whose links a
// script writes from the number of pages. index_N is page N+1.
type trs struct{}

func (trs) Name() string { return "trs" }

var (
	pageCall  = finder{regexp.MustCompile(`^(?i:createPageHTML\w*|createPage|outputPage|showPage\w*)\s*\(([^()]{3,300})\)`), []word{wordPage}, 400}
	pageCount = finder{regexp.MustCompile(`^(?i:countPage|pageCount|totalPages?|pagecount|nPageCount|page_count|maxPage)\s*[=:]\s*['"]?(\d{1,4})\b`), []word{wordPage}, assignmentLength}
	pageName  = regexp.MustCompile(`['"]([^'"<>]*?href=\\?["']?)?\.?/?([\w-]*?)_\\?['"]\s*\+`)
	pageTail  = regexp.MustCompile(`\+\s*\\?['"]\.(s?html?|jhtml|jsp)\b`)
)

func (trs) Owns(p *Page) bool {
	s := p.source()
	if !strings.Contains(p.MediaType, "html") {
		return false
	}
	return len(pageCall.all(s, 1)) > 0 || (s.has(wordQuoted) || s.has(wordQuotedOnce) || s.has(wordEscaped)) && len(pageCount.all(s, 1)) > 0 && pageName.MatchString(p.Text)
}

func (trs) Leads(p *Page) []Lead {
	s := p.source()
	for _, m := range pageCall.all(s, 20) {
		if t := p.turner(s.text[m[2]:m[3]]); t.total > 1 {
			return t.pages(p)
		}
	}
	total := pageCount.number(s)
	if total == 0 {
		return nil
	}
	name, suffix := "index", strings.TrimPrefix(path.Ext(p.URL.Path), ".")
	if n := pageName.FindStringSubmatch(p.Text); n != nil && n[2] != "" {
		name = n[2]
	}
	if t := pageTail.FindStringSubmatch(p.Text); t != nil {
		suffix = t[1]
	}
	if !suffixes[suffix] {
		suffix = "html"
	}
	return turner{total: total, name: name, suffix: suffix}.pages(p)
}
