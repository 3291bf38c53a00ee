package report

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"nianbao/document"
)

// A Verdict says whether a document is an annual report, whose, and of which year.
type Verdict struct {
	IsReport bool
	// Complete says that the document carries the report's body itself; a report that is not complete is only
	// announced: its body is an attachment or a picture.
	Complete  bool
	Reason    string // why it is none, or what the verdict rests on
	Title     string
	Publisher string
	Level     string
	// Assumed says that the publisher is named nowhere, or only as who gives notice of the report: whoever looked for it
	// took what stands to reason.
	Assumed     bool
	Year        int
	PublishedAt string
	Score       float64 // 0..1, how sure
}

// Classify judges a document by its title, metadata and body.
func Classify(d *document.Document) Verdict { return study(d).verdict() }

// A reading is what judging and parsing a document have in common: its tokens, its text without blanks, its tables.
type reading struct {
	d     *document.Document
	toks  []token
	flat  string // squeezed and folded, at most maxFlat octets
	lines []string
	// noticeOnly says that the publisher is named only as who gives notice.
	noticeOnly bool
	near       []string // the lines above the body, where it does not begin among the first
	tail       []string // the last lines
	spam       int      // betting words
	// catalogue holds rows of a catalogue printed above the text, by key.
	catalogue map[string]string
	parsed    *AnnualReport
	// What ends the report, once it was looked for.
	signedName, signedDay string
	signedKnown           bool
	statistical           int // year of the statistical period, once it was looked for; -1 for none
	entries               int // titles of other reports
}

// maxFlat bounds the text that is searched for phrases.
const maxFlat = 120_000

func study(d *document.Document) *reading {
	d = toSimplified(settled(d))
	s := &reading{d: d, parsed: &AnnualReport{Origins: map[string]Origin{}}}
	var methods []string
	s.toks, methods = tokens(d)
	if len(s.toks) > maxTokens {
		s.toks = s.toks[:maxTokens]
		s.parsed.warn(WarnTruncated, "", "more than %d cells: the rest was not read", maxTokens)
	} else if d.HasFlag(document.FlagTruncated) {
		s.parsed.warn(WarnTruncated, "", "a bound cut the document short: the rest was not read")
	}
	var b strings.Builder
	n := 0
	for i := range s.toks {
		n += len(s.toks[i].text)
	}
	b.Grow(min(n, maxFlat))
	for i := range s.toks {
		if b.Len() > maxFlat {
			break
		}
		b.WriteString(squeeze(s.toks[i].text))
	}
	s.flat = plainYears(b.String())
	all := textLines(d, maxLines)
	s.lines = s.parted(all[:min(len(all), firstOnes)])
	if at := bodyAt(all); at > firstOnes/2 {
		s.near = s.parted(all[max(0, at-nearOnes):at])
	}
	s.tail = all[max(0, len(all)-lastOnes):]
	s.spam = betting(s.flat)
	read(s.parsed, s.toks, methods, s.hint())
	return s
}

// hint is the year of the report as far as its period or the title of the document tells, before the tables are read.
func (s *reading) hint() int {
	if p := s.period(); p > 0 {
		return p
	}
	for _, l := range append([]string{s.d.Title}, s.lines...) {
		if len(l) > 300 || !strings.Contains(l, "公") {
			continue
		}
		if c := plainYears(squeeze(fold(l))); len(c) < 240 && namesReport(c) {
			if y := titleYear(c); y > 0 {
				return y
			}
		}
	}
	return 0
}

// friends are words of titles that look like one and are not, and what they are. They are looked for in what a title says
// besides the name of its body: 住房公积金管理中心 publishes reports too.
var friends = []struct {
	words, ends []string       // one of them says so
	form        *regexp.Regexp // or this, where there is one
	what        string
}{
	{words: []string{"格式", "模板", "范本", "样表", "编制", "编报", "填报", "做好", "上报", "××", "XX", "某某", "要点", "方案", "工作安排", "培训", "征求意见", "部署"}, ends: []string{"提示"},
		form: regexp.MustCompile(`报送.*通知`), what: "a notice about reports"},
	{words: []string{"指南", "制度", "办法", "规定", "条例", "目录", "细则", "规程", "流程"}, what: "rules or a guide"},
	{words: []string{"法治政府", "依法行政", "法治建设"}, what: "a report on government under law"},
	{words: []string{"网站", "新媒体", "报表"}, what: "the yearly form on government websites"},
	{words: []string{"公积金"}, what: "a housing fund report"},
	{words: []string{"决算", "预算"}, what: "accounts"},
	{words: []string{"统计", "公报", "年鉴"}, ends: []string{"数据"}, what: "statistics"},
	{words: []string{"半年", "季度", "月份"}, form: regexp.MustCompile(`[一二三四1-4]季|\d月至|1-\d{1,2}月`), what: "not a yearly report"},
	{words: []string{"企业年报", "行政许可", "行政执法", "行政处罚", "述职", "绩效", "审计", "社会责任", "质量", "自查", "检查", "考核", "评估", "评议", "测评", "通报", "督查", "整改"}, what: "another kind of report"},
	{words: []string{"依申请", "申请表", "申请公开"}, what: "about requests only"},
	{ends: []string{"说明"}, what: "an explanation, not the report"},
	{words: []string{"学年", "高等学校", "高校"}, what: "a report of a school or university"},
	{words: []string{"党务公开", "厂务公开", "村务公开", "警务公开工作总结"}, what: "another kind of report"},
}

// appended is a table that a title says is appended to the report.
var appended = regexp.MustCompile(`(?:[(（]?(?:附|含)|及|和|与)(?:相关|有关|情况)?(?:统计表|统计数据|数据表|附表|解读材料)[)）]?$|[(（]编制单位[^)）]*[)）]`)

// appendices are words of such tables: without one of them none is appended.
var appendices = []string{"统计表", "统计数据", "数据表", "附表", "解读材料", "编制单位"}

// nobody is what a form prints where a report names its body.
var nobody = []string{"××", "XX", "某某"}

// says are words that no body's name holds.
var says = []string{"解读", "图解", "一图", "读懂", "图说", "问答", "速览", "召开", "举办", "动员会", "动员大会", "动员部署", "宣传活动", "半年", "季度"}

var (
	// announced are notices whose object is a report that is there, not one that is to be written.
	announced = regexp.MustCompile(`^(?:关于)?(?:印发|发布|公布|公开|报送)?.*(?:年度报告|年报|报告)》?的(?:通知|公告|函|公示|通告)$`)
	// asked are notices that name no body: they ask others for reports.
	asked      = regexp.MustCompile(`(?:发布|公布|公开).*通知$`)
	school     = regexp.MustCompile(`大学|学院|高等专科学校|职业学校$`)
	workReport = regexp.MustCompile(`政府工作报告`)
)

// noticeEnds are how titles of notices end that do not say 通知.
var noticeEnds = []string{"公告", "的函", "通告"}

// anchors are the titles of the six sections since 2019; a report has at least four.
var anchors = []string{"总体情况", "主动公开政府信息", "收到和处理", "行政复议", "存在的主要问题", "其他需要报告"}

// oldAnchors are the subjects of a report up to 2018 (《条例》2007 art. 32).
var oldAnchors = []string{"概述", "主动公开", "依申请公开", "收费", "复议", "诉讼", "存在的", "不足", "改进"}

// casino are words that hijacked copies of public pages have in place of their own.
var casino = []string{"老虎机", "博彩", "娱乐城", "彩票平台", "真人视讯", "百家乐", "六合彩", "投注", "棋牌", "澳门金沙", "赌场", "威尼斯人", "外围网"}

// betting counts such words, each once and again where it is repeated.
func betting(s string) int {
	n := 0
	for _, w := range casino {
		n += strings.Count(s, w)
	}
	return n
}

// friend names what a title that is none of a report's is; empty when nothing speaks against it.
func friend(title string) string {
	if holdsAny(title, says) {
		return "an interpretation, news, or not of a whole year"
	}
	rest := title
	name := BodyOf(title)
	if endsLikeBody(name) && !holdsAny(name, nobody) {
		rest = strings.Replace(title, name, "", 1)
	}
	if holdsAny(rest, appendices) {
		rest = appended.ReplaceAllString(rest, "")
	}
	for _, f := range friends {
		if holdsAny(rest, f.words) || endsInAny(rest, f.ends) || f.form != nil && f.form.MatchString(rest) {
			return f.what
		}
	}
	if (strings.Contains(rest, "通知") || endsInAny(rest, noticeEnds)) && (!announced.MatchString(rest) || name == "" && asked.MatchString(rest)) {
		return "a notice about reports"
	}
	return ""
}

// verdict weighs title, sections and numbers.
func (s *reading) verdict() Verdict {
	v := Verdict{}
	title, entries := s.title()
	v.Title, s.entries = title, entries
	c := plainYears(squeeze(fold(title)))
	numbers, seen := s.parsed.Data.Count()
	hits, old := countAny(s.flat, anchors), countAny(s.flat, oldAnchors)
	named := namesReport(c)
	if !named && numbers == 0 && seen == 0 && hits < 4 && old < 4 && s.spam == 0 {
		return s.unlike(v, c) // most pages of a crawl: nothing more is asked of them
	}
	period := s.period()
	v.Year = s.year(c, period)
	v.Publisher = s.publisher(c)
	v.Assumed = s.noticeOnly
	v.Level = Level(v.Publisher)
	v.PublishedAt = s.published()
	runes := utf8.RuneCountInString(s.flat)
	long := runes > 300 || runes > 150 && v.Year < 2019 && len(sections(s.d)) >= 4

	if s.spam >= 3 || s.spam > 0 && betting(c+v.Publisher) > 0 {
		v.Reason = "betting words: a hijacked copy"
		return v
	}
	if what := friend(c); what != "" && c != "" {
		v.Reason = what
		return v
	}
	if numbers > 0 && period == 0 && !(named && titleYear(c) > 0) && s.isSample() {
		v.Reason = "a form with sample numbers"
		return v
	}
	summary := strings.HasSuffix(c, "总结") || strings.Contains(c, "政务公开") && !strings.Contains(c, "年报") && !strings.Contains(c, "年度报告")
	switch {
	case !named && workReport.MatchString(c):
		v.Reason = "a government work report"
	case numbers < 20 && ofSchool(c, v.Publisher, s.flat):
		v.Reason = "a report of a school or university"
	case seen > 60 && numbers == 0 && (!(named && v.Year > 0) || v.Publisher == "" && !s.marked()):
		v.Reason = "an empty form"
	case s.parsed.tables() > 0 && !(named && v.Year > 0) && s.otherHeading() != "":
		v.Reason = "tables under another heading: " + s.otherHeading()
	case numbers >= 20 && (named || hits >= 3 || s.parsed.tables() > 1):
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 1, "statutory tables"
	case s.parsed.tables() > 0 && numbers >= 5:
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.8, "a statutory table"
	case seen > 60 && named && hits >= 3:
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.8, "statutory tables without numbers"
	case summary && (period == 0 || old < 4 && hits < 4):
		v.Reason = "a summary of the year's work"
	case named && v.Year > 0 && long && (hits >= 4 || old >= 4):
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.9, "title and sections"
	case !named && c == "" && long && hits >= 5 && (numbers > 0 || period > 0):
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.7, "sections and period"
	case !named && !strings.Contains(c, "公开") && long && hits >= 5 && period > 0 && len(sections(s.d)) >= 4:
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.7, "sections and period"
	case !named && c == "" && long && old >= 5 && period > 0 && strings.Contains(s.flat, "信息公开") && yearly.MatchString(s.flat[:min(len(s.flat), 3000)]):
		v.IsReport, v.Complete, v.Score, v.Reason = true, true, 0.6, "subjects and period"
	case entries > 1 && len(s.flat) < 20*1024 && hits < 4:
		v.Reason = "a list of reports"
	case named && v.Year > 0 && !summary:
		v.IsReport, v.Score, v.Reason = true, 0.6, "the title only"
	case named:
		v.Reason = "a column or title without a year"
	default:
		return s.unlike(v, c)
	}
	return v
}

// unlike says why a document that shows neither title nor tables of a report is none.
func (s *reading) unlike(v Verdict, c string) Verdict {
	nothing := countAny(s.flat, anchors) == 0 && countAny(s.flat, oldAnchors) == 0
	switch what := friend(c); {
	case what != "" && c != "":
		v.Reason = what
	case workReport.MatchString(c):
		v.Reason = "a government work report"
	case nothing && s.d.HasFlag(document.FlagNeedsOCR):
		v.Reason = "pictures of text only: needs OCR"
	case nothing && s.d.HasFlag(document.FlagLowQuality):
		v.Reason = "the text could not be read: its fonts name no characters"
	case s.entries > 1 && len(s.flat) < 20*1024:
		v.Reason = "a list of reports"
	default:
		v.Reason = "neither title nor tables of such a report"
	}
	return v
}

// sample is what stands above a form that is filled in to show how.
var sample = regexp.MustCompile(`填报说明|填表说明|填写说明|样表|样本|示例|模板|范本|参考格式|报告格式`)

// isSample reports whether the first lines say that what follows is a sample.
func (s *reading) isSample() bool {
	for _, l := range s.lines[:min(len(s.lines), 6)] {
		if len(l) < 150 && sample.MatchString(squeeze(fold(l))) {
			return true
		}
	}
	return false
}

// otherHeading is a line above the tables that names another document: a notice, an interpretation, figures of half a year.
func (s *reading) otherHeading() string {
	for _, list := range [][]string{s.near, s.lines[:min(len(s.lines), 12)]} {
		for _, l := range list {
			if c := plainYears(squeeze(fold(l))); len(c) > 24 && len(c) < 180 && !strings.Contains(c, "。") && headed.MatchString(c) && other.MatchString(c) {
				return c
			}
		}
	}
	return ""
}

var (
	// headed is a line that is the heading of a document, and no entry of a menu.
	headed = regexp.MustCompile(`(?:19|20)\d{2}|^关于|《`)
	other  = regexp.MustCompile(`关于.*(?:通知|提示|函)$|解读|图解|问答|说明$|半年|季度|[一二三四]季|\d月至|1月?[-—至]\d{1,2}月|培训|模板|样表|示例|范本|格式[)）]?$`)
)

// marked reports whether a cell of the tables holds anything.
func (s *reading) marked() bool {
	for _, raw := range s.parsed.Data.Raw {
		if raw != "" {
			return true
		}
	}
	return false
}

var yearly = regexp.MustCompile(`本(?:年度)?(?:报告|年报)|年度报告|现将|编制`)

// ofSchool reports whether a report is one under the rules for universities, which is another report. A school may also
// publish one on government information, which then says so.
func ofSchool(title, publisher, flat string) bool {
	head := flat[:min(len(flat), 6000)]
	if strings.Contains(head, "高等学校信息公开办法") || strings.Contains(head, "高校信息公开") {
		return true
	}
	return school.MatchString(publisher+title) && !strings.Contains(title, "政府信息") && !strings.Contains(title, "政务")
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

func holdsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
