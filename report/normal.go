package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NormalVersion names the rules of NormalText and NormalLine; a text digest is only comparable with one of the same
// version. 2: counters, clocks and session ids are taken out wherever they stand on a line, and a sentence that merely
// begins with such a word is kept.
const NormalVersion = 2

// date and clock are a day and a time of day as pages print them, blanks removed.
const (
	dayForm   = `(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})`
	clockForm = `(?: ?\d{1,2}(?:[:时]\d{1,2}){1,2}[分秒]?)?`
)

var (
	// noisyLine is a line of page furniture: links to the neighbours, blocks for sharing, printing and type size.
	noisyLine = regexp.MustCompile(`^(?:[上下]一(?:篇|条|页|则)[:：]?.*|(?:【|\[)?(?:打印|关闭|分享|收藏|字体|字号|返回顶部|扫一扫|复制链接|我要纠错|责任编辑)[^。]{0,30}|(?:当前|现在|系统|北京)时间.{0,40}|今天是.{0,40})$`)
	// noise is what moves inside a line while the report stays: a counter, a clock, the time of an update, a session id.
	noise = regexp.MustCompile(`(?:浏览|阅读|点击|访问|查看|下载)(?:次数|人数|量|数|率)?:\d*(?:人次|次|人)?|您是第\d+位(?:访客|访问者|来访者|浏览者)|今天是` + dayForm + `(?:星期.)?` +
		`|(?:(?:当前|现在|系统|北京|访问|打印|生成)(?:时间|日期)?:|(?:最[后近])?(?:更新|修改)(?:时间|日期|于):?)` + dayForm + clockForm + `|(?i:;?\b(?:jsessionid|phpsessid|aspsessionid[a-z]*|sessionid|sid)[=:][0-9a-z.!_\-]+)`)
)

// NormalText is a text without what may differ between two renderings of the same words: width, blanks, page
// furniture. Its sha256 identifies a text whatever template it stood in.
func NormalText(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		if l = squeeze(NormalLine(l)); l != "" {
			b.WriteString(l)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// NormalLine is one line under the same rules, for a reader: one blank stays between two Latin words or numbers, a tab
// between the cells of a table's row. It is empty where the line holds nothing but page furniture.
func NormalLine(s string) string {
	if strings.Contains(s, "\t") {
		cells := strings.Split(s, "\t")
		for i, c := range cells {
			cells[i] = NormalLine(c)
		}
		return strings.TrimRight(strings.Join(cells, "\t"), "\t")
	}
	s = joined(normalFold(s))
	if noisyLine.MatchString(squeeze(s)) {
		return ""
	}
	if !strings.ContainsAny(s, ":=今您更修") { // a cheap look: every form of noise holds one of them
		return s
	}
	if rest := noise.ReplaceAllString(s, ""); rest != s {
		return strings.Trim(joined(rest), " |·-")
	}
	return s
}

// joined takes out the blanks that do not part two Latin words or numbers.
func joined(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	var b strings.Builder
	last := rune(0)
	for i, r := range s {
		if r == ' ' {
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			if !isWord(last) || !isWord(next) {
				continue
			}
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// isWord reports whether a character is part of a word or number that a blank ends.
func isWord(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r >= 0xc0 && r < 0x2000 && unicode.IsLetter(r)
}

// normalFold is folding for digests, symbols included: a digest must not change because the parser learns.
func normalFold(s string) string {
	if plain(s) {
		return s
	}
	if f, ok := quickFold(s); ok {
		return f
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e', '\u200f':
			return -1
		}
		return r
	}, norm.NFKC.String(strings.ToValidUTF8(s, "")))
	return strings.Join(strings.Fields(radicals.Replace(s)), " ")
}
