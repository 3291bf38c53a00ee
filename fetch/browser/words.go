package browser

import (
	"regexp"
	"slices"
	"strings"
)

// What an element that may be clicked is, by its text.
const (
	clickNext   = "next"   // one page on
	clickLast   = "last"   // the last page
	clickMore   = "more"   // more of the same list
	clickYear   = "year"   // a tab or entry of a year
	clickWord   = "word"   // a tab the caller named
	clickNumber = "number" // a page by its number
	clickReport = "report" // the title of a report, or of a column of reports, that is no link
	clickBody   = "body"   // the name of a body that is no link
)

// words is the table of texts that may be clicked, folded as fold does.
func words() map[string]string {
	return map[string]string{
		"下一页": clickNext, "下页": clickNext, "后一页": clickNext, "下一頁": clickNext, "next": clickNext, "nextpage": clickNext,
		">": clickNext, "›": clickNext, "»": clickNext, ">>": clickNext,
		"末页": clickLast, "尾页": clickLast, "最后一页": clickLast, "末頁": clickLast, "last": clickLast,
		"更多": clickMore, "加载更多": clickMore, "查看更多": clickMore, "点击加载更多": clickMore, "点击查看更多": clickMore, "显示更多": clickMore, "more": clickMore,
		"展开": clickMore, "展开全部": clickMore, "查看全部": clickMore,
	}
}

// most are how often a kind is clicked on one page. What pages a list is learned from the first steps and the last; the rest
// can be asked for without a browser.
func most(kind string) int {
	switch kind {
	case clickNext:
		return 2
	case clickLast:
		return 1
	case clickMore, clickNumber:
		return 2
	case clickReport:
		return 30
	case clickBody:
		return 40
	}
	return 1 << 10 // each year and each word once, see plan
}

var (
	yearText   = regexp.MustCompile(`^(?:19|20)\d\d(?:年|年度)?$`)
	numberText = regexp.MustCompile(`^[23]$`)
	// reportText are titles of reports and of their columns, bodyText names of bodies.
	reportText = regexp.MustCompile(`公开.{0,12}(?:年报|报告)|年度报告|年报`)
	bodyText   = regexp.MustCompile(`^\p{Han}{1,12}(?:局|委员会|委|办公室|办|镇|乡|街道|办事处|人民政府|政府|管委会|中心)$`)
)

// fold makes texts comparable: no white space, no decoration about words, lower case.
func fold(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(s), ""))
	if t := strings.Trim(s, "[]【】()（）<>›‹»«…·+→▶▼"); t != "" {
		return t
	}
	return s
}

// kindOf says what a text leads to, or nothing.
func kindOf(text string, more []string) string {
	t := fold(text)
	if k := words()[t]; k != "" {
		return k
	}
	switch {
	case yearText.MatchString(t):
		return clickYear
	case numberText.MatchString(t):
		return clickNumber
	case slices.ContainsFunc(more, func(w string) bool { return fold(w) == t && t != "" }):
		return clickWord
	case reportText.MatchString(t):
		return clickReport
	case bodyText.MatchString(t):
		return clickBody
	}
	return ""
}

// plan chooses the next text to click among those on the page, or none. done counts the clicks by kind and by folded text; dead
// are texts whose click changed nothing. Pages come first, then words of the caller, years from the latest, more, the last
// page; numbers only where nothing leads one page on.
func plan(texts, more []string, done map[string]int, dead map[string]bool) (text, kind string) {
	best := len(order())
	hasNext := false
	for _, t := range texts {
		hasNext = hasNext || kindOf(t, more) == clickNext
	}
	for _, t := range texts {
		k, f := kindOf(t, more), fold(t)
		rank := slices.Index(order(), k)
		if rank < 0 || dead[f] || done[k] >= most(k) || k != clickNext && k != clickMore && done[f] > 0 || k == clickNumber && hasNext {
			continue
		}
		if rank < best || rank == best && k == clickYear && f > fold(text) {
			best, text, kind = rank, t, k
		}
	}
	return text, kind
}

func order() []string {
	return []string{clickNext, clickWord, clickReport, clickYear, clickBody, clickMore, clickNumber, clickLast}
}
