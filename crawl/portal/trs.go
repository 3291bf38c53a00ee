package portal

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

// maxPages bounds how many pages of one list are asked for.
const maxPages = 200

// trs is 拓尔思 TRS WCM and the many systems that page like it: static pages index.html, index_1.html …, whose links a
// script writes from the number of pages. index_N is page N+1.
type trs struct{}

func (trs) Name() string { return "trs" }

var (
	pageCall  = finder{regexp.MustCompile(`^(?i:createPageHTML\w*|createPage|outputPage|showPage\w*)\s*\(([^()]{3,300})\)`), []word{wordPage}, 400}
	pageCount = finder{regexp.MustCompile(`^(?i:countPage|pageCount|totalPages?|pagecount|nPageCount|page_count|maxPage)\s*[=:]\s*['"]?(\d{1,4})\b`), []word{wordPage}, assignmentLength}
	pageName  = regexp.MustCompile(`['"]([^'"<>]*?href=\\?["']?)?\.?/?([\w-]*?)_\\?['"]\s*\+`)
	pageTail  = regexp.MustCompile(`\+\s*\\?['"]\.(s?html?|jhtml|jsp)\b`)
	suffixes  = map[string]bool{"html": true, "shtml": true, "htm": true, "jhtml": true, "jsp": true, "shtm": true}
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
		if total, current, name, suffix := callArguments(s.text[m[2]:m[3]]); total > 1 {
			if here := path.Base(p.URL.Path); current == 1 && !strings.HasPrefix(here, name+"_") {
				total++ // its first page is 1, so that the last may be name_total
			}
			return numbered(p, total, name, suffix)
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
	return numbered(p, total, name, suffix)
}

// callArguments reads the arguments of createPageHTML, which differ by site: the number of pages is the larger of the
// first two numbers, the current page the smaller, the file name is the text before the suffix.
func callArguments(args string) (total, current int, name, suffix string) {
	var numbers []int
	var texts []string
	for a := range strings.SplitSeq(args, ",") {
		a = strings.TrimSpace(a)
		if n, err := strconv.Atoi(a); err == nil {
			numbers = append(numbers, n)
		} else if t := strings.Trim(a, `'"`); t != a {
			if n, err := strconv.Atoi(t); err == nil && len(texts) == 0 {
				numbers = append(numbers, n)
			} else {
				texts = append(texts, strings.TrimPrefix(t, "."))
			}
		}
	}
	for i, n := range numbers {
		if i < 2 {
			total = max(total, n)
		}
	}
	for i, t := range texts {
		if suffixes[t] && i > 0 {
			if len(numbers) > 1 {
				current = min(numbers[0], numbers[1])
			}
			return total, current, texts[i-1], t
		}
	}
	return 0, 0, "", ""
}

// numbered are the pages name_1.suffix … beside the page they were named on.
func numbered(p *Page, total int, name, suffix string) []Lead {
	here := path.Base(p.URL.Path)
	var out []Lead
	for n := 1; n < min(total, maxPages); n++ {
		file := fmt.Sprintf("%s_%d.%s", name, n, suffix)
		if file != here {
			out = append(out, Lead{URL: file, Role: RoleList, InBody: true, Kind: document.LinkInline, Text: strconv.Itoa(n + 1)})
		}
	}
	return out
}
