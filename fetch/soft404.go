package fetch

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	softTitleRunes = 1500 // a page whose title says so may still show the site's menus
	softTextRunes  = 300  // without a title that says so, little else may stand on the page
)

var (
	softTitle  = regexp.MustCompile(`^\s*(?:HTTP\s*)?404(?:\s*$|\s*[-_:：|,，!！。.]|\s*(?i:not found|error|page)|\s*(?:错误|页面|找不到|未找到|提示|出错))|(?:错误|出错|error)\s*[-:：]?\s*404|(?i:^\s*(?:page )?not found\s*$)`)
	softPhrase = regexp.MustCompile(`(?:页面|网页|文章|信息|内容|栏目|文件|资源|链接|地址|稿件)(?:已经|已|好像|可能|并|暂时|暂)?(?:不存在|找不到|未找到|没有找到|被删除|被移除|丢失|走丢|失效|过期下线|下线)` +
		`|(?:找不到|未找到|没有找到|无法找到|不存在)(?:您|你)?(?:所|要|想)?(?:访问|请求|查看|浏览|需要)?的?(?:该|此|这个|相关|对应)?(?:页面|网页|文章|信息|文件|资源)` +
		`|(?:您|你)(?:所|要|想)?(?:访问|请求|查看|浏览|查找)的(?:页面|网页|文章|信息|内容|文件|资源|地址|链接).{0,20}?(?:不存在|找不到|未找到|已删除|被删除|删除|已失效|移除|转移|下线|丢失|走丢)` +
		`|(?i:404 not found|page not found|http error 404|object not found)`)
)

// soft404 reports whether a page served as a success says that there is none. It is meant to err towards false: a long
// page is never one, and a number 404 in a heading is not enough.
func soft404(title, text string) (evidence string, soft bool) {
	n := utf8.RuneCountInString(text)
	title = strings.Join(strings.Fields(title), " ")
	if n <= softTitleRunes && utf8.RuneCountInString(title) <= 40 && (softTitle.MatchString(title) || softPhrase.MatchString(title)) {
		return fmt.Sprintf("title %q on a short page", title), true
	}
	if n > softTextRunes {
		return "", false
	}
	if m := softPhrase.FindString(text); m != "" {
		return fmt.Sprintf("%q on a short page", clip(m, 90)), true
	}
	return "", false
}
