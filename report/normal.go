package report

import (
	"regexp"
	"strings"
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
		l = squeeze(fold(l))
		if l == "" || noise.MatchString(l) {
			continue
		}
		b.WriteString(l)
		b.WriteByte('\n')
	}
	return b.String()
}
