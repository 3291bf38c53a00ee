package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/document"
)

// A Verdict says whether a document is an annual report, whose, and of which year.
type Verdict struct {
	IsReport bool
	// Complete says that the document carries the report's body itself; a report that is not complete is only
	// announced: its body is an attachment or a picture.
	Complete    bool
	Reason      string // why it is none, or what the verdict rests on
	Title       string
	Publisher   string
	Level       string
	Year        int
	PublishedAt string
	Score       float64 // 0..1, how sure
}

var (
	// titleForm is what the title of such a report says, blanks removed.
	titleForm = regexp.MustCompile(`(政府|政务|政府政务)?信息公开(重点)?(工作)?((19|20)\d{2})?年?度?(工作)?(年度)?(工作)?(情况)?(的)?(年度)?(报告|年报|总结)|政务公开(工作)?年(度)?(工作)?报|信息公开工作总结`)
	yearForm  = regexp.MustCompile(`((?:19|20)\d{2})(?:年|年度)`)
	bareYear  = regexp.MustCompile(`(?:^|\D)((?:19|20)\d{2})(?:\D|$)`)
	// period is the statistical period, which names the year reported on.
	period = regexp.MustCompile(`(?:统计)?(?:期限|期间|时间|时段|起止)[^。]{0,14}?((?:19|20)\d{2})年?1月1日`)
	// friends are titles that look like one and are not, and what they are.
	friends = []struct {
		form *regexp.Regexp
		what string
	}{
		{regexp.MustCompile(`解读|图解|一图`), "an interpretation of a report"},
		{regexp.MustCompile(`通知|格式|模板|编制|报送.*的函$|工作安排|工作要点|实施方案|工作方案`), "a notice about reports"},
		{regexp.MustCompile(`指南|制度|办法|规定|条例|目录|细则`), "rules or a guide"},
		{regexp.MustCompile(`法治政府|依法行政`), "a report on government under law"},
		{regexp.MustCompile(`网站.*(报表|年报|年度报告|自查)|新媒体.*报表|监管年度报表|工作年度报表`), "the yearly form on government websites"},
		{regexp.MustCompile(`公积金`), "a housing fund report"},
		{regexp.MustCompile(`决算|预算`), "accounts"},
		{regexp.MustCompile(`统计年报|统计公报|统计表$|统计数据|统计年鉴`), "statistics"},
		{regexp.MustCompile(`大学|学院|高校|学校|中学|小学|幼儿园`), "a report of a school or university"},
		{regexp.MustCompile(`半年|季度|上半年|下半年|[一二三四]季`), "not a yearly report"},
		{regexp.MustCompile(`企业年报|行政许可年度|部门工作报告|述职`), "another kind of report"},
		{regexp.MustCompile(`说明$`), "an explanation, not the report"},
	}
	workReport = regexp.MustCompile(`政府工作报告`)
	casino     = regexp.MustCompile(`老虎机|博彩|娱乐城|彩票平台|真人视讯|百家乐|六合彩|投注`)
)

// anchors are phrases of the six sections and of the form; a report since 2019 has at least four.
var anchors = []string{"总体情况", "主动公开政府信息", "收到和处理", "行政复议", "存在的主要问题", "其他需要报告"}

// oldAnchors are the subjects of a report up to 2018 (《条例》2007 art. 32).
var oldAnchors = []string{"概述", "主动公开", "依申请公开", "收费", "复议", "诉讼", "存在的", "不足"}

// Classify judges a document by its title, metadata and body.
func Classify(d *document.Document) Verdict {
	d = toSimplified(d)
	v := Verdict{PublishedAt: publishedAt(d)}
	body := bodyText(d, 60_000)
	flat := squeeze(fold(body))
	v.Title = findTitle(d)
	title := squeeze(fold(v.Title))
	parsed := read(d)
	numbers, seen := parsed.Data.Count()
	hits, old := countAny(flat, anchors), countAny(flat, oldAnchors)
	v.Year = findYear(title, flat, d)
	v.Publisher = findPublisher(title, flat, d)
	v.Level = Level(v.Publisher)

	if casino.MatchString(flat) {
		v.Reason = "betting words: a hijacked copy"
		return v
	}
	for _, f := range friends {
		if f.form.MatchString(title) && !(f.what == "a notice about reports" && strings.Contains(title, "信息公开") && numbers >= 20 && !strings.Contains(title, "通知")) {
			v.Reason = f.what
			return v
		}
	}
	named := titleForm.MatchString(title)
	if !named && workReport.MatchString(title) {
		v.Reason = "a government work report"
		return v
	}
	switch {
	case seen > 0 && numbers == 0 && strings.Contains(flat, "格式") && !named:
		v.Reason = "an empty form"
		return v
	case numbers >= 20 && (named || hits >= 3):
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 1, "statutory tables"
	case named && (hits >= 4 || old >= 4) && utf8.RuneCountInString(flat) > 300:
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.9, "title and sections"
	case title == "" && hits >= 5 && numbers > 0:
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.7, "sections and numbers"
	case named && v.Year > 0:
		v.IsReport, v.Score, v.Reason = true, 0.6, "the title only"
	case named:
		v.Reason = "a column or title without a year"
	default:
		v.Reason = "neither title nor tables of such a report"
	}
	return v
}

func countAny(s string, words []string) int {
	n := 0
	for _, w := range words {
		if strings.Contains(s, w) {
			n++
		}
	}
	return n
}

// bodyText is the running text and the cells, at most about limit octets.
func bodyText(d *document.Document, limit int) string {
	var b strings.Builder
	for _, bl := range d.Blocks {
		if b.Len() > limit {
			break
		}
		if bl.Table != nil {
			for _, c := range bl.Table.Cells {
				b.WriteString(c.Text)
				b.WriteByte('\n')
			}
			continue
		}
		if bl.Kind != document.Image {
			b.WriteString(bl.Text)
			b.WriteByte('\n')
		}
	}
	for _, p := range d.Parts {
		b.WriteString(bodyText(p, limit-b.Len()))
	}
	return b.String()
}

// findTitle looks for the title: among the first lines, where it may be broken over up to four of them, then in the
// document's own title.
func findTitle(d *document.Document) string {
	var lines []string
	for _, b := range d.Blocks {
		if len(lines) >= 14 {
			break
		}
		if b.Kind == document.TableKind || b.Kind == document.Image {
			continue
		}
		for _, l := range strings.Split(b.Text, "\n") {
			if l = strings.TrimSpace(artefacts.ReplaceAllString(l, "")); l != "" {
				lines = append(lines, l)
			}
		}
	}
	for i := range lines {
		joined := ""
		for j := i; j < len(lines) && j < i+4; j++ {
			if utf8.RuneCountInString(lines[j]) > 60 || strings.ContainsAny(lines[j], "。；") || sectionHead.MatchString(lines[j]) {
				break
			}
			joined += lines[j]
			c := squeeze(fold(joined))
			if utf8.RuneCountInString(c) > 80 {
				break
			}
			if isTitle(c) {
				return strings.TrimSpace(joined)
			}
		}
	}
	if t := strings.TrimSpace(d.Title); t != "" {
		return t
	}
	for _, k := range []string{"articletitle", "title", "名称", "标题"} {
		if t := strings.TrimSpace(d.Meta[k]); t != "" {
			return t
		}
	}
	return ""
}

func isTitle(c string) bool {
	if !titleForm.MatchString(c) {
		return false
	}
	end := titleForm.FindStringIndex(c)[1]
	rest := c[end:]
	return utf8.RuneCountInString(rest) <= 12 && (yearForm.MatchString(c) || bareYear.MatchString(c))
}

// findYear takes the year from the title, then from the statistical period, then from the sections, then from metadata.
func findYear(title, flat string, d *document.Document) int {
	for _, s := range []string{title, squeeze(fold(d.Title)), squeeze(fold(d.Meta["articletitle"]))} {
		if m := yearForm.FindStringSubmatch(s); m != nil {
			return atoi(m[1])
		}
		if titleForm.MatchString(s) {
			if m := bareYear.FindStringSubmatch(s); m != nil {
				return atoi(m[1])
			}
		}
	}
	if m := period.FindStringSubmatch(flat); m != nil {
		return atoi(m[1])
	}
	head := flat[:min(len(flat), 3000)]
	count := map[string]int{}
	best := ""
	for _, m := range yearForm.FindAllStringSubmatch(head, 40) {
		if count[m[1]]++; best == "" || count[m[1]] > count[best] {
			best = m[1]
		}
	}
	return atoi(best)
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

var (
	dateForm = regexp.MustCompile(`((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})`)
	bodyForm = regexp.MustCompile(`^(?:关于)?(?:印发|公布|发布|报送)?《?(?:(?:19|20)\d{2}年?度?)?(.*?)(?:关于)?[_\-]?(?:(?:19|20)\d{2})?[_\-]?年?度?(?:政府信息公开|政务信息公开|政府政务公开|政务公开|政府信息|信息公开)`)
	signed   = regexp.MustCompile(`([\p{Han}]{3,30}?(?:人民政府|委员会|办公室|办公厅|街道办事处|管理委员会|管委会|局|厅|院|中心|站|所|处|分局|队|支队|大队|公司|银行|法院|检察院|部|署|会))(?:20\d{2}年\d{1,2}月\d{1,2}日)`)
)

func publishedAt(d *document.Document) string {
	for _, k := range []string{"pubdate", "publishdate", "发布日期", "发文日期", "成文日期", "maketime", "date", "published"} {
		if m := dateForm.FindStringSubmatch(fold(d.Meta[k])); m != nil {
			return date(m)
		}
	}
	return ""
}

func date(m []string) string {
	mo, da := atoi(m[2]), atoi(m[3])
	if mo < 1 || mo > 12 || da < 1 || da > 31 {
		return ""
	}
	return m[1] + "-" + two(mo) + "-" + two(da)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// findPublisher names the body: in the title, then in metadata, then by the signature. A title that names it only in
// short (县财政局) is completed by metadata that ends alike.
func findPublisher(title, flat string, d *document.Document) string {
	name := BodyOf(title)
	if name == "" {
		name = BodyOf(squeeze(fold(d.Title)))
	}
	meta := ""
	for _, k := range []string{"发布机构", "信息来源", "contentsource", "发布单位", "公开主体", "来源", "author"} {
		if m := squeeze(fold(d.Meta[k])); looksLikeBody(m) {
			meta = m
			break
		}
	}
	switch {
	case name == "" && meta != "":
		return meta
	case name != "" && meta != "" && name != meta && strings.HasSuffix(meta, strings.TrimLeft(name, "省市县区州盟旗")) && utf8.RuneCountInString(meta) > utf8.RuneCountInString(name):
		return meta
	case name != "":
		return name
	}
	tail := flat[max(0, len(flat)-600):]
	if all := signed.FindAllStringSubmatch(tail, -1); all != nil {
		return all[len(all)-1][1]
	}
	return ""
}

// BodyOf is the body a title names, blanks removed: what stands before or behind the year and before 政府信息公开.
func BodyOf(title string) string {
	m := bodyForm.FindStringSubmatch(title)
	if m == nil {
		return ""
	}
	name := strings.Trim(m[1], "《》_-—:：、，,的· ")
	name = strings.TrimSuffix(strings.TrimPrefix(name, "关于"), "关于")
	if utf8.RuneCountInString(name) < 2 || utf8.RuneCountInString(name) > 45 {
		return ""
	}
	return name
}

var bodyEnd = regexp.MustCompile(`(政府|委员会|委|办公室|办公厅|办|办事处|街道|管委会|局|厅|院|中心|站|所|处|队|镇|乡|区|县|市|州|盟|旗|部|署|会|社|公司|银行)$`)

func looksLikeBody(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 3 && n <= 40 && bodyEnd.MatchString(s) && !strings.Contains(s, "网站") && !strings.HasSuffix(s, "门户网")
}

// Level derives the administrative level from a body's name; empty when the name does not tell.
func Level(name string) string {
	has := func(suffixes ...string) bool {
		for _, s := range suffixes {
			if strings.HasSuffix(name, s) {
				return true
			}
		}
		return false
	}
	core := strings.TrimSuffix(name, "人民政府")
	switch {
	case name == "":
		return ""
	case name == "国务院" || strings.HasPrefix(name, "国家") && !strings.Contains(name, "分局") && !strings.Contains(name, "税务局") || strings.HasPrefix(name, "中华人民共和国"):
		return "national"
	case has("街道办事处", "街道办", "街道", "镇人民政府", "乡人民政府", "镇政府", "乡政府", "镇", "乡", "苏木"):
		return "town"
	case has("开发区", "新区管委会", "管委会", "管理委员会", "高新区", "经开区", "示范区", "园区", "新区"):
		return "zone"
	case has("人民政府", "政府") || has("省", "自治区", "市", "县", "区", "州", "盟", "旗", "兵团"):
		core = strings.TrimSuffix(core, "政府")
		switch {
		case strings.HasSuffix(core, "省") || strings.HasSuffix(core, "自治区") || core == "北京市" || core == "上海市" || core == "天津市" || core == "重庆市":
			return "province"
		case strings.HasSuffix(core, "县") || strings.HasSuffix(core, "旗") || strings.HasSuffix(core, "区"):
			return "county"
		case strings.HasSuffix(core, "市") || strings.HasSuffix(core, "州") || strings.HasSuffix(core, "盟") || strings.HasSuffix(core, "地区"):
			return "city"
		}
		return ""
	case bodyEnd.MatchString(name):
		return "department"
	}
	return ""
}
