package report

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// NormalVersion names the rules of NormalText; a text digest is only comparable with one of the same version.
const NormalVersion = 1

// noise is page furniture that changes without the report changing: counters, clocks, share and print links.
var noise = regexp.MustCompile(`^(浏览|阅读|点击|访问)(次数|量|数)?[:：]?.*$|^(打印|关闭|分享到?|收藏|字体).{0,20}$|^(上|下)一(篇|条).*$|^(当前时间|今天是).*$`)

// NormalText is a text without what may differ between two renderings of the same words: width, blanks, page
// furniture. Its sha256 identifies a text whatever template it stood in.
func NormalText(s string) string {
	var b strings.Builder
	for _, l := range strings.Split(s, "\n") {
		l = squeeze(normalFold(l))
		if l == "" || noise.MatchString(l) {
			continue
		}
		b.WriteString(l)
		b.WriteByte('\n')
	}
	return b.String()
}

// normalFold is folding as version 1 has it, symbols included: a digest must not change because the parser learns.
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
