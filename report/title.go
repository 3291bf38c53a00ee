package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	// titleForm is what the title of such a report says, blanks removed.
	titleForm = regexp.MustCompile(`(?:政府|政务|政府政务)?信息公开(?:重点)?(?:工作)?(?:(?:19|20)\d{2})?年?度?(?:年度)?(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:报告|年报|总结)|政务公开(?:工作)?(?:年度?)?(?:工作)?(?:年报|年度报告|报告|总结)`)
	yearForm  = regexp.MustCompile(`((?:19|20)\d{2})(?:年|年度)`)
	bareYear  = regexp.MustCompile(`(?:^|\D)((?:19|20)\d{2})(?:\D|$)`)
	fullDate  = regexp.MustCompile(`(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}日)?|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}`)
	// period is the statistical period, which names the year reported on; converters drop single 年 and 月.
	period   = regexp.MustCompile(`((?:19|20)\d{2})年?1月?1日`)
	periodOf = regexp.MustCompile(`统计|数据|期限|期间|时间|时限|时段|起止|自|从|止`)
	siteTail = regexp.MustCompile(`\s*[-_—–|｜]+\s*`)
	fileTail = regexp.MustCompile(`\.(?:pdf|docx?|wps|ofd|xlsx?|html?|txt|zip|rar)$`)
)

// reportAt is where a text names such a report, nil where it does not.
func reportAt(s string) []int {
	if !strings.Contains(s, "公开") || !strings.Contains(s, "报") && !strings.Contains(s, "总结") {
		return nil
	}
	return titleForm.FindStringIndex(s)
}

func namesReport(s string) bool { return reportAt(s) != nil }

// mayHoldYear is a cheap look before years are searched for.
func mayHoldYear(s string) bool { return strings.Contains(s, "20") || strings.Contains(s, "19") }

// dated reports whether a text holds a day or a month of a year.
func dated(s string) bool {
	return mayHoldYear(s) && (strings.Contains(s, "月") || strings.ContainsAny(s, "-/.")) && fullDate.MatchString(s)
}

// undated is a text without such dates.
func undated(s string) string {
	if !dated(s) {
		return s
	}
	return fullDate.ReplaceAllString(s, "")
}

// nameless are titles that programs give to what its writer gave none, and the names of sheets.
var nameless = regexp.MustCompile(`(?i)^(?:\(?(?:anonymous|unspecified|untitled|no ?title)\)?[ \-_]?\d*|microsoft (?:word|excel|powerpoint)(?: ?[-–—].*)?|(?:未命名|无标题|新建).*|(?:文档|文稿|工作簿|工作表|幻灯片|演示文稿|document|book|sheet|slide)[ _]?\d*|powerpoint ?演示文稿)$`)

// apartDigits are digits that a converter set apart: 2 0 2 3年.
var apartDigits = regexp.MustCompile(`(\d) (\d) (\d) (\d)`)

// title finds the document's title: for pages the metadata speak first, for files their first lines, where a title may be
// broken over up to four. Where the body begins further down, the lines above it are looked at when the first ones name no
// title or several. entries counts the titles of reports among the first lines and links that are not the document's own: a
// list has several.
func (s *reading) title() (string, int) {
	own := ""
	for _, t := range []string{s.d.Meta["articletitle"], s.d.Title, s.d.Meta["title"], s.meta("名称"), s.meta("标题"), s.meta("信息名称")} {
		if t = cleanTitle(t); t != "" {
			if own == "" || !namesReport(squeeze(fold(own))) && namesReport(squeeze(fold(t))) {
				own = t
			}
		}
	}
	c := plainYears(squeeze(fold(own)))
	page := strings.Contains(s.d.MediaType, "html")
	if page && (isTitle(c) || friend(c) != "" && strings.Contains(c, "公开")) {
		return own, 0
	}
	links, linked := s.linked()
	found, entries := s.titleAmong(s.lines, links, linked)
	if s.near != nil && (found == "" || entries > 0) {
		if near, _ := s.titleAmong(s.near, map[string]int{}, linked); near != "" {
			found = near
		}
	}
	entries += len(links)
	if !strings.Contains(s.flat, "。") {
		// Titles that a reader ran together into one paragraph, none followed by a sentence.
		entries = max(entries, len(titleForm.FindAllStringIndex(s.flat[:min(len(s.flat), 20_000)], 50))-1)
	}
	switch {
	case found != "" && strings.Contains(found, " ") && apartDigits.MatchString(found):
		return apartDigits.ReplaceAllString(found, "$1$2$3$4"), entries
	case found != "" && !(page && namesReport(c) && entries > 2):
		return found, entries
	case own != "":
		return own, entries
	}
	if name := cleanTitle(s.d.Name); isTitle(plainYears(squeeze(fold(name)))) {
		return name, entries
	}
	return "", entries
}

// linked counts the titles of reports among the links, and knows the texts of all links.
func (s *reading) linked() (links map[string]int, linked map[string]bool) {
	links, linked = map[string]int{}, map[string]bool{}
	for _, l := range s.d.Links {
		if len(linked) < maxLinked {
			linked[squeeze(fold(l.Text))] = true
		}
		for _, t := range []string{l.Text, l.Title} {
			if !strings.Contains(t, "公开") || t == l.Text && t == l.Title && links[squeeze(fold(t))] > 0 {
				continue
			}
			if t = squeeze(fold(fileTail.ReplaceAllString(t, ""))); isTitle(t) && friend(t) == "" {
				links[t]++
			}
		}
	}
	return links, linked
}

// titleAmong is the first title among lines that is no link, and how many others there are; the entries of links that
// stand among the lines are taken out of links.
func (s *reading) titleAmong(lines []string, links map[string]int, linked map[string]bool) (found string, entries int) {
	flat := make([]string, len(lines))
	for i, l := range lines {
		flat[i] = plainYears(squeeze(fold(l)))
	}
	for i := range lines {
		if lines[i] == "" {
			continue
		}
		joined := ""
		for j := i; j < len(lines) && j < i+4; j++ {
			l := lines[j]
			whole := s.oneLine(l)
			if l == "" || !whole && (len(l) > 210 || strings.Contains(l, "；")) || j > i && sectionHead.MatchString(l) {
				break
			}
			if j > i && (linked[flat[j]] || linked[flat[j-1]] || dated(flat[j-1])) {
				break // entries of a list, not parts of one title
			}
			joined += flat[j]
			t := joined
			if whole {
				t = headOf(t)
			}
			if len(t) > 240 {
				break
			}
			if strings.Contains(t, "。") || !isTitle(t) {
				continue
			}
			switch bare := undated(t); {
			case j == i && linked[bare] && links[bare] == 0:
				// an entry that is none of a report's
			case links[bare] > 0:
				links[bare]--
				entries++
			case links[t] > 0:
				links[t]--
				entries++
			case found == "" && whole:
				found = t
			case found == "":
				from := titleStart(flat[i : j+1])
				found = withoutPageWords(strings.TrimSpace(strings.Join(lines[i+from:j+1], "")))
			case j == i && plainYears(squeeze(fold(found))) != t:
				entries++
			}
			break
		}
	}
	return found, entries
}

// titleStart is the line with which a title begins that ends on the last line: the last from which on it names year and
// body, or else the last from which on it is one, the name of the body on the line above it included.
func titleStart(lines []string) int {
	from := -1
	for k := len(lines) - 1; k >= 0; k-- {
		t := strings.Join(lines[k:], "")
		if !isTitle(t) {
			continue
		}
		if from < 0 {
			from = k
		}
		name := BodyOf(withoutPageWords(t))
		if utf8.RuneCountInString(name) < 2 || !endsLikeBody(name) {
			continue
		}
		if k > 0 && !wholeName(name) && !hasPageWord(lines[k-1]) && endsLikeBody(BodyOf(lines[k-1]+t)) && !endsLikeBody(lines[k-1]) {
			return k - 1 // the name of the body is broken over two lines
		}
		return k
	}
	return max(from, 0)
}

// wholeName reports whether a name begins with a place, or is long enough to stand alone.
func wholeName(name string) bool {
	return utf8.RuneCountInString(name) > 5 || placed.MatchString(name)
}

var (
	placed = regexp.MustCompile(`^\p{Han}{1,6}?(?:省|市|县|区|州|旗|盟|镇|乡|街道)`)
	// pageWord is a word of a page around a text, with the count or mark behind it.
	pageWord = regexp.MustCompile(`(?:` + strings.Join(pageWords, "|") + `)[:：]?(?:\d+(?:人次|次)?)?[】\])）>»|/·:：\-\s]*`)
	// siteName is the name of a site before the name of a body.
	siteName = regexp.MustCompile(`^.*(?:门户网站|政府网站|网站|门户网|政务网|公众信息网|信息公开网|信息公开平台|公开平台)[】\])>»|/·:：\-\s]*`)
)

// pageWords are words of a page around a text, longer ones first.
var pageWords = []string{
	"您所在的位置", "您现在的位置", "加入收藏夹", "无障碍浏览", "无障碍阅读", "信息来源", "关闭窗口", "加入收藏", "发布日期", "发布时间", "官方微信", "官方微博", "当前位置", "您的位置", "我要纠错", "所在位置", "文章来源",
	"浏览次数", "点击次数", "站内搜索", "简体中文", "繁体中文", "网站地图", "设为首页", "访问次数", "责任编辑", "长者助手", "长者模式", "阅读次数", "关怀版", "分享到", "客户端", "手机版", "无障碍", "浏览量", "点击数",
	"点击率", "点击量", "移动版", "简体版", "索引号", "繁体版", "访问量", "适老化", "长者版", "阅读量", "关闭", "字体", "字号", "打印", "搜索", "来源", "正文", "注册", "登录", "繁體", "首页",
}

// hasPageWord is a cheap look before the search for their places.
func hasPageWord(s string) bool {
	return holdsAny(s, pageWords)
}

// pageWordsIn are the places of such words.
func pageWordsIn(s string) [][]int {
	if !hasPageWord(s) {
		return nil
	}
	return pageWord.FindAllStringIndex(s, 20)
}

// siteIn is the name of a site at the beginning of a text.
func siteIn(s string) string {
	if !strings.Contains(s, "网") && !strings.Contains(s, "平台") {
		return ""
	}
	return siteName.FindString(s)
}

// withoutPageWords takes words of the page, and the name of its site, off the beginning of a title.
func withoutPageWords(t string) string {
	end := len(t)
	if loc := reportAt(t); loc != nil {
		end = loc[0]
	}
	cut := 0
	for _, m := range pageWordsIn(t) {
		if m[1] <= end {
			cut = m[1]
		}
	}
	head, rest := t[:cut], strings.TrimSpace(t[cut:])
	if m := siteIn(t[cut:max(cut, end)]); m != "" {
		// 某县人民政府门户网站某县财政局: the site is no part of the name; 某县网站管理中心 is one.
		if name := strings.TrimSpace(t[cut+len(m):]); strings.HasPrefix(name, firstRunes(squeeze(m), 2)) || yearForm.MatchString(firstRunes(name, 6)) {
			rest = name
		}
	}
	if cut > 0 && !isTitle(plainYears(squeeze(fold(rest)))) && isTitle(plainYears(squeeze(fold(head+rest)))) {
		return t
	}
	return rest
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// maxLinked bounds how many links of a page are known by their text.
const maxLinked = 5000

// oneLine reports whether a line is a whole document.
func (s *reading) oneLine(l string) bool { return len(l) > 900 && len(s.lines) < 5 }

// headOf is the beginning of a document in one line, up to where its title ends.
func headOf(t string) string {
	r := []rune(t[:min(len(t), 400)])
	head := string(r[:min(len(r), 90)])
	if loc := reportAt(head); loc != nil && !strings.ContainsAny(head[:loc[1]], "。，,") {
		return head[:loc[1]] + yearBehind.FindString(head[loc[1]:])
	}
	return head
}

// yearBehind is the year in brackets that ends a title.
var yearBehind = regexp.MustCompile(`^[(（](?:19|20)\d{2}年?度?[)）]`)

// cleanTitle takes the name of the site off a page's title and the type off a file's name.
func cleanTitle(t string) string {
	t = fileTail.ReplaceAllString(strings.TrimSpace(t), "")
	parts := siteTail.Split(t, -1)
	if nameless.MatchString(t) {
		if name := strings.TrimSpace(parts[len(parts)-1]); isTitle(squeeze(fold(name))) {
			return name
		}
		return ""
	}
	if len(parts) < 2 {
		return t
	}
	for _, p := range parts {
		if c := squeeze(fold(p)); isTitle(c) || friend(c) != "" && strings.Contains(c, "公开") {
			return strings.TrimSpace(p)
		}
	}
	joined := parts[0]
	for _, p := range parts[1:] {
		joined += p
		if isTitle(squeeze(fold(joined))) {
			return joined
		}
	}
	if namesReport(squeeze(fold(parts[0]))) || utf8.RuneCountInString(parts[0]) > 8 {
		return strings.TrimSpace(parts[0])
	}
	return t
}

// isTitle reports whether a text without blanks is the title of a report: form and year, and little behind them.
func isTitle(c string) bool {
	if !strings.Contains(c, "公开") || !strings.ContainsAny(c, "12") || !strings.Contains(c, "报告") && !strings.Contains(c, "年报") && !strings.Contains(c, "总结") {
		return false
	}
	loc := reportAt(c)
	if loc == nil {
		return false
	}
	if utf8.RuneCountInString(c[loc[1]:]) > 14 {
		return false
	}
	c = undated(c) // a day is no year reported on
	return yearForm.MatchString(c) || bareYear.MatchString(c)
}

// titleYear is the year a title names: the one nearest before its form, dates left aside.
func titleYear(c string) int {
	c = undated(c)
	loc := reportAt(c)
	all := yearForm.FindAllStringSubmatchIndex(c, 8)
	best := ""
	for _, m := range all {
		if best == "" || loc != nil && m[0] < loc[1] {
			best = c[m[2]:m[3]]
		}
	}
	if best == "" && loc != nil {
		if m := bareYear.FindStringSubmatch(c); m != nil {
			best = m[1]
		}
	}
	return plausibleYear(best)
}

func plausibleYear(s string) int {
	if n := atoi(s); n >= 2003 && n <= 2060 {
		return n
	}
	return 0
}

// period is the year of the statistical period, 0 when the text names none.
func (s *reading) period() int {
	if s.statistical == 0 {
		if s.statistical = s.findPeriod(); s.statistical == 0 {
			s.statistical = -1
		}
	}
	return max(s.statistical, 0)
}

func (s *reading) findPeriod() int {
	flat := s.flat
	for from := 0; from < len(flat); {
		i := strings.Index(flat[from:], "1日")
		if i < 0 {
			return 0
		}
		end := from + i + len("1日")
		begin := max(0, end-20)
		for begin > 0 && !utf8.RuneStart(flat[begin]) {
			begin--
		}
		if m := period.FindStringSubmatchIndex(flat[begin:end]); m != nil && m[1] == end-begin {
			around := flat[max(0, begin-60):min(len(flat), end+60)]
			if periodOf.MatchString(around) && (strings.Contains(around, "12月31日") || strings.Contains(around, "统计") || strings.Contains(around, "1231日") || strings.Contains(around, "12月底")) {
				return plausibleYear(flat[begin+m[2] : begin+m[3]])
			}
		}
		from = end
	}
	return 0
}

// year takes the year from the title, then from the statistical period, then from what the opening says is published, then
// from the text, then from metadata: the column, and last the date of publication.
func (s *reading) year(title string, period int) int {
	for _, t := range []string{title, plainYears(squeeze(fold(s.d.Title))), plainYears(squeeze(fold(s.d.Meta["articletitle"])))} {
		if namesReport(t) {
			if y := titleYear(t); y > 0 {
				return y
			}
		}
	}
	if period > 0 {
		return period
	}
	if y := titleYear(title); y > 0 && strings.Contains(title, "公开") {
		return y
	}
	head := s.flat[:min(len(s.flat), 3000)]
	if m := presented.FindStringSubmatch(head); m != nil {
		if y := plausibleYear(m[1]); y > 0 {
			return y
		}
	}
	count := map[string]int{}
	best := ""
	for _, m := range yearForm.FindAllStringSubmatch(undated(head), 60) {
		if count[m[1]]++; best == "" || count[m[1]] > count[best] {
			best = m[1]
		}
	}
	if y := plausibleYear(best); y > 0 {
		return y
	}
	for i := len(s.d.Breadcrumb) - 1; i >= 0; i-- {
		if m := bareYear.FindStringSubmatch(s.d.Breadcrumb[i]); m != nil {
			return plausibleYear(m[1])
		}
	}
	if m := bareYear.FindStringSubmatch(s.d.Meta["columnname"]); m != nil {
		return plausibleYear(m[1])
	}
	if p := s.published(); len(p) == 10 && p[5:7] <= "06" && (namesReport(title) || s.parsed.tables() > 0) {
		return plausibleYear(p[:4]) - 1
	}
	return 0
}

// presented is the year of the report that an opening presents.
var presented = regexp.MustCompile(`((?:19|20)\d{2})年?度?[^。;]{0,40}?信息公开[^。,;]{0,8}年度?报告?`)

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }
