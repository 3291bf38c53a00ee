package discover

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/report"
)

// In a column of reports the column says what its entries are, and an entry need not say it again: 2023年度报告, a title
// that the template cuts, 县财政局2023.docx. This file reads such words. What speaks against an entry is looked for
// outside the name of its body: the centre for the housing fund reports on disclosure like any other body.

// An entryText is the text of an entry without file suffix, date and marks of truncation.
type entryText struct {
	words string // squeezed, without a file suffix, without the mark of a cut
	cut   bool   // the template left out the end
	year  int    // the first that is named, 0 when none is
	name  string // of the body, as far as it stands there whole
}

var (
	suffix  = regexp.MustCompile(`(?i)\.(?:pdf|docx?|wps|ofd|xlsx?|rtf|odt|html?|zip|rar|7z)$`)
	cutMark = regexp.MustCompile(`(?:…|\.\.\.?|。。。?)+$`)
	// subject is where the name of the body ends, when the year does not end it.
	subject = regexp.MustCompile(`(?:关于)?(?:政府信息|政务信息|政府政务|政务公开|信息公开|公开|年度?工作报告|年度?报告|年报|工作报告|年度工作)`)
)

// readEntry reads the words of a link as those of an entry.
func readEntry(text string) entryText {
	e := entryText{}
	bare := strings.TrimSpace(withoutDate(text))
	if isCut(bare) {
		bare = cutMark.ReplaceAllString(bare, "")
		e.cut = bare != ""
	}
	if suffixed(bare) {
		bare = suffix.ReplaceAllString(bare, "")
	}
	if holdsCentury(bare) {
		bare = dates.ReplaceAllString(bare, "")
	}
	if e.words = squeeze(bare); lexiconOfLinks.senses(e.words)&saysTraditional != 0 {
		e.words = report.Simplified(e.words)
	}
	before := e.words
	if at := yearIn.FindStringIndex(e.words); at != nil {
		e.year, _ = strconv.Atoi(e.words[at[0]:at[1]])
		if before = e.words[:at[0]]; before == "" || before == "关于" {
			before = strings.TrimLeft(e.words[at[1]:], "年度") // 2023年县财政局年报
		}
	}
	if at := subject.FindStringIndex(before); at != nil {
		before = before[:at[0]]
	}
	before = strings.TrimSuffix(strings.TrimPrefix(before, "关于"), "关于")
	if endsWith(before, bodyEnds) && !strings.HasSuffix(before, "公积金") {
		e.name = before
	}
	return e
}

// isPartial reports whether the words are part of the title of a report: cut, without 公开, or without the body. In
// column, what only says that it is a yearly report is one; elsewhere a cut title has to speak of disclosure.
func (e *entryText) isPartial(inColumn bool) bool {
	if e.year == 0 && !e.cut {
		return false
	}
	rest := strings.Replace(e.words, e.name, "", 1)
	found := lexiconOfLinks.senses(rest)
	if isFriend(rest, found) {
		return false
	}
	disclosed := strings.Contains(rest, "信息公") || strings.Contains(rest, "政务公") || strings.HasSuffix(rest, "政府信") || strings.HasSuffix(rest, "政府信息")
	if disclosed && (e.cut && e.year > 0 || inColumn) {
		return true // in a column, also when the cut took the year
	}
	if !inColumn || e.year == 0 {
		return false
	}
	return found&(saysReport|saysOpen) != 0 || e.name != "" && (e.nothingElse() || e.cut && found&saysNoise == 0)
}

// nothingElse reports whether an entry says no more than its body and its year: 县财政局2023.docx.
func (e *entryText) nothingElse() bool {
	rest := strings.Replace(e.words, e.name, "", 1)
	rest = strings.Replace(rest, strconv.Itoa(e.year), "", 1)
	return strings.Trim(rest, "年度的") == ""
}

// longestEntry is how long the words of an entry are at most, in characters: what is longer is a text, not a title.
const longestEntry = 60

// kindOf says what the words of a link promise where it stands: on a page of some heat.
func kindOf(text string, heat int) kind {
	if suffixed(text) { // 2023年.docx says no more than 2023年
		text = suffix.ReplaceAllString(strings.TrimSpace(text), "")
	}
	text = withoutDate(text)
	cut := isCut(text)
	k := classify(text)
	switch k {
	case other:
		if cut && classify(cutMark.ReplaceAllString(text, "")) == silent { // 更多…
			return silent
		}
	case falseClass, body:
	case disclosure, hub:
		if heat < 2 { // 2023年政府信息公开 is a year of the disclosure pages, unless in a column of reports
			return k
		}
	default:
		return k
	}
	if !cut && (heat == 0 || !holdsCentury(text)) || utf8.RuneCountInString(text) > longestEntry {
		return k
	}
	if e := readEntry(text); e.isPartial(heat > 0) {
		return partial
	}
	return k
}

// dateAtEnd is a date that a template writes behind a title within the link: …公开工作...2022-01-23.
var dateAtEnd = regexp.MustCompile(`[\s\[(（【]*(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?[\s\])）】]*$`)

// withoutDate is a text without the date behind it.
func withoutDate(text string) string {
	if text == "" || !strings.ContainsAny(text[len(text)-1:], "0123456789])") && !strings.HasSuffix(text, "日") && !strings.HasSuffix(text, "）") && !strings.HasSuffix(text, "】") {
		return text
	}
	if cut := dateAtEnd.ReplaceAllString(text, ""); cut != "" {
		return cut
	}
	return text
}

// isCut reports whether a template left out the end of a text.
func isCut(text string) bool {
	return strings.HasSuffix(text, "…") || strings.HasSuffix(text, "..") || strings.HasSuffix(text, "。。")
}

// suffixed reports whether a text may end like the name of a file.
func suffixed(text string) bool {
	i := strings.LastIndexByte(text, '.')
	return i >= 0 && len(text)-i <= len(".docx")+1
}

// fileParameters are those in which systems put the name of a file that an address without a suffix gives.
var fileParameters = []string{"showname", "filename", "fileName", "name", "title"}

// fileName is the name of a file as its address gives it, when it says anything.
func fileName(u *url.URL) string {
	q := u.Query()
	for _, p := range fileParameters {
		if v := q.Get(p); strings.ContainsFunc(v, isHan) || yearIn.MatchString(v) && suffix.MatchString(v) {
			return v
		}
	}
	return path.Base(u.Path)
}
