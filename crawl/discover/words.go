// Package discover says how likely a link leads to a report, and whether a page it led to is one, whose and of which
// year.
//
// In go the leads of a page with what is known of the page (Rank), or a document with how it was found (Judge); out come
// priorities from 0 to 1000, 0 meaning never, with the rule that gave them (Explain says it in words), and a judgement
// that gives its reason. The policy is a table (rules.go). Text is believed before paths, and paths before nothing: more
// than a third of all report addresses carry no telling token. The names of false friends that stand beside the reports
// on real portals lower a score before anything raises it. The room is pure.
package discover

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/report"
)

// A kind is what the words of a link promise.
type kind int

const (
	silent     kind = iota // no words, or none that say anything: 详情, a date
	other                  // words of something else
	falseClass             // words of a false friend
	year                   // a year alone: 2023年, 2023年度
	body                   // the name of a body: 县财政局, 城关镇
	directory              // bodies by name: 部门导航, 乡镇街道, 县政府部门
	hub                    // 政务公开
	disclosure             // 政府信息公开, 信息公开目录
	column                 // 政府信息公开年报, 年度报告
	partial                // 2023年度报告, 某县2023年政府信息公…: part of the title of a report
	article                // 某县2023年政府信息公开工作年度报告
)

// The senses of words in links.
const (
	saysFriend      sense = 1 << iota // a false friend, whatever stands around it
	saysColumn                        // a column of reports, whatever stands around it
	saysNoise                         // what never leads to a report
	saysOpen                          // 公开
	saysReport                        // a report
	saysResult                        // how the title of a report may end besides
	saysWebsite                       // a website, whose yearly form is a false friend
	saysPermit                        // permits or penalties, whose reports are false friends
	saysTask                          // what a notice asks for
	saysNotice                        // a notice
	saysForm                          // a form
	saysOpenWorks                     // 政务公开
	saysTerm                          // an academic year: the report is that of a university, whatever else it says
	saysTraditional                   // it is written in the traditional script
)

// lexiconOfLinks holds the words by which links are told apart. Patterns of several words are looked for only where the
// lexicon finds a word that they cannot do without.
var lexiconOfLinks = newLexicon(map[sense][]string{
	saysFriend: {
		"解读", "图解", "一图", "读懂", "上半年", "下半年", "季度", "政府工作报告", "法治政府", "依法行政", "工作报表", "工作年度报表", "公积金", "决算", "预算", "统计年报", "统计公报", "政府公报", "统计年鉴", "统计报表",
		"企业年报", "年检", "自查报告", "绩效", "述职", "审计报告", "审计工作报告", "环境质量", "环境状况", "质量年报", "水资源公报", "指南", "办法", "条例", "细则", "格式", "培训", "会议", "征求意见", "意见征集", "申请表",
		"申请公开", "高校信息公开", "党建", "社会责任", "年度工作报告说明", "招标", "中标", "采购", "监督检查", "考核", "测评", "评估", "满意度", "新闻发布",
	},
	saysColumn: {
		"公开年报", "公开年度报告", "公开年报告", "公开年度工作报告", "公开年工作报告", "公开年度总结",
		"公开工作年报", "公开工作年度报告", "公开工作年报告", "公开工作年度工作报告", "公开工作年工作报告", "公开工作年度总结", "信息公开工作报告",
	},
	saysNoise: {
		"新闻", "要闻", "动态", "公告", "公示", "视频", "图片", "专题", "招聘", "旅游", "办事", "服务", "互动", "信箱", "留言", "访谈", "调查", "投诉", "咨询", "地图", "无障碍", "English", "繁體", "登录", "注册", "搜索", "检索",
		"收藏", "打印", "分享", "微信", "微博", "客户端", "手机版", "帮助", "版权", "声明", "联系我们", "网站标识", "备案", "领导", "机构职能", "机构设置", "机构概况", "人事", "规划", "统计", "财政", "应急", "扶贫", "就业", "医疗",
		"教育信息", "住房", "环保", "食品", "安全生产", "招商", "投资", "文件", "法规", "政策", "规章", "标准", "目录清单", "权责", "双随机", "公报", "建议提案", "会议公开", "重点领域", "直播", "天气", "邮箱", "走进", "概况", "名录",
	},
	saysOpen:      {"公开"},
	saysReport:    {"报告", "年报"},
	saysResult:    {"年度总结", "工作总结", "工作情况", "总结"},
	saysWebsite:   {"网站"},
	saysPermit:    {"行政许可", "处罚"},
	saysTask:      {"编制", "报送", "做好", "填报", "发布", "公布", "开展"},
	saysNotice:    {"通知", "要点", "函"},
	saysForm:      {"报表"},
	saysOpenWorks: {"政务公开"},
	saysTerm:      {"学年"},
	// Characters of the names of reports, bodies and columns that no text in the simplified script holds.
	saysTraditional: {"開", "報", "縣", "區", "鎮", "鄉", "務", "關", "總", "結", "廳", "辦", "決", "統", "訊", "導", "動", "聞"},
})

// friendEnds are words that make a false friend of a link that ends with them.
var friendEnds = []string{"制度", "规定", "通知"}

var (
	dates = regexp.MustCompile(`(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?`)

	articleForm = regexp.MustCompile(`(?:19|20)\d\d.*公开.*(?:报告|年报|年度总结|工作总结|工作情况)|信息公开.*(?:报告|年报).*(?:19|20)\d\d|信息公开(?:工作)?(?:19|20)\d\d.*(?:报告|年报|总结)`)
	bareColumn  = regexp.MustCompile(`^(?:历年|历史|部门|各部门|单位|乡镇|街道|镇街|本级|本机关|区县|县区|市政府|县政府|区政府|省政府|政府)*(?:年度?(?:工作)?报告|年报|公开报告|年报公开|年报专栏)(?:目录|列表|专栏|汇总)?$`)
	disclForm   = regexp.MustCompile(`信息公开(?:目录|平台|专栏|专题|栏目|内容|公示|工作|网|栏|指南目录)*$|法定主动公开|主动公开(?:内容|目录|基本目录|信息)?$|^公开目录$|^(?:政府)?信息公开`)
	yearForm    = regexp.MustCompile(`^(?:19|20)\d\d(?:年度?|n|nb|年报)?$`)

	websiteForm = regexp.MustCompile(`网站.{0,8}(?:报表|报告)`)
	permitForm  = regexp.MustCompile(`(?:行政许可|处罚).{0,6}报告|行政许可.{0,6}年度报告`)
	noticeForm  = regexp.MustCompile(`(?:编制|报送|做好|填报|发布|公布|开展).{0,25}(?:年度?报告|年报).{0,12}(?:通知|要点|函)`)
	// saved are words of false friends that a report's title may hold all the same.
	saved = regexp.MustCompile(`信息公开(?:工作)?年度?(?:工作)?报告(?:的公告|的函|公告)?$|关于报送.{0,30}年度报告.{0,3}的函`)
)

// hubNames are names of hubs of disclosure; what holds 政务公开 is one besides.
var hubNames = map[string]bool{"政务信息": true, "阳光政务": true, "公开": true, "信息公开": true, "政府公开": true, "要闻公开": true, "透明政府": true, "政务": true, "政府信息": true, "公开政务": true, "机关概况公开": true, "信息": true}

// directoryForm is how directories of bodies are called; collectives are the bodies they list, alone they name one too.
var directoryForm = regexp.MustCompile(`^(?:信息公开|政务公开|公开)?(?:各|本|省|市|县|区|州|旗|盟|全省|全市|全县|全区|政府|人民政府)*(?:直属|直|级|属|属各)?(?:工作|组成|政府|职能|派出|管理)?` +
	`(?:部门|单位|机构|主体|委办局|委局办|厅局|局委办|局办|乡镇|镇街|街道|镇乡|镇|乡|街镇|乡镇街道|街道乡镇|镇街道|镇办|乡镇办|县区|区县|县市区|市县区|市县|区市县|开发区|园区|子站|分站|站群|网站群|政府网站|下属单位|直属单位|部门街道|部门乡镇|部门镇街)*` +
	`(?:导航|网站|网站群|链接|站点|窗口|之窗|平台|设置|信息公开|政务公开|政府信息公开|公开|列表|目录|一览|大全|集群|群|和单位|及单位|、|和|及)*$`)

// directoryWords are words of which the name of a directory holds one.
var directoryWords = []string{"部门", "单位", "机构", "公开主体", "乡镇", "镇街", "街道", "街镇", "镇办", "县区", "区县", "县市区", "市县", "委办局", "局委办", "厅局", "站群", "网站群", "子站", "分站", "导航", "政府网站"}

// isDirectory reports whether squeezed words name a directory of bodies.
func isDirectory(t string) bool {
	return containsAny(t, directoryWords) && directoryForm.MatchString(t)
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// bodyEnds are how names of bodies, and of groups of bodies, end.
var bodyEnds = []string{"局", "委", "委员会", "办公室", "厅", "院", "镇", "乡", "街道", "办事处", "政府", "本级", "省级", "市级", "县级", "区级", "省直", "市直", "县直", "区直", "省直部门", "市直部门", "县直部门", "区直部门",
	"省直机关", "市直机关", "县直机关", "区直机关", "管委会", "中心", "开发区", "支队", "大队", "联社", "公司", "部门", "镇街", "县区", "区县", "县市区", "直属机构", "派出机构", "单位", "垂管", "苏木", "农场", "林场", "园区",
	"管理处", "研究室", "公积金", "气象台"}

// untelling are words of links that say nothing; a number of one or two digits, and one behind 附件, says nothing either.
var untelling = map[string]bool{"详情": true, "详细": true, "查看": true, "查看详情": true, "更多": true, "more": true, "点击": true, "点击查看": true, "点击下载": true, "下载": true, "进入": true, "打开": true, "全文": true,
	"附件": true, "阅读": true, "预览": true, "浏览": true, "正文": true}

// Bounds of names, in characters.
const (
	longestColumn    = 14 // what is longer is the title of an article
	longestBody      = 25
	longestDirectory = 12 // of the name of a directory of bodies
	longestNoisyBody = 12 // of the name of a body that holds a word of something else: 县应急管理局
)

// squeeze removes from a link's text what stands between words.
func squeeze(s string) string {
	at := strings.IndexFunc(s, between)
	if at < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:at])
	for _, r := range s[at:] {
		if !between(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// between reports whether a character stands between words.
func between(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\f', '\r', '\u00a0', '\u3000', '《', '》', '〈', '〉', '【', '】', '[', ']', '(', ')', '（', '）', '“', '”', '"', '\'', '·', '•', ':', '：', ',', '，', '。', '、', '|', '>', '»', '›', '-', '—', '_', '/':
		return true
	}
	return false
}

// classify says what the words of a link promise.
func classify(text string) kind {
	if text == "" {
		return silent
	}
	if holdsCentury(text) {
		text = dates.ReplaceAllString(text, "")
	}
	t := squeeze(text)
	if t == "" || saysNothing(t) {
		return silent
	}
	found := lexiconOfLinks.senses(t)
	if found&saysTraditional != 0 {
		t = report.Simplified(t)
		found = lexiconOfLinks.senses(t)
	}
	has := func(all sense) bool { return found&all == all }
	length := utf8.RuneCountInString(t)
	year4 := holdsCentury(t)
	if year4 && yearForm.MatchString(t) {
		return year
	}
	if length <= longestDirectory && isDirectory(t) {
		return directory
	}
	if isFriend(t, found) {
		return falseClass
	}
	if year4 && has(saysOpen) && found&(saysReport|saysResult) != 0 && articleForm.MatchString(t) {
		return article
	}
	if has(saysColumn) || has(saysReport) && bareColumn.MatchString(t) {
		return column
	}
	if length <= longestColumn && has(saysOpen) && disclForm.MatchString(t) {
		return disclosure
	}
	if length <= longestColumn && (has(saysOpenWorks) && namesHub(t, length) || hubNames[t]) {
		return hub
	}
	if length <= longestBody && (length <= longestNoisyBody || !has(saysNoise)) && endsWith(t, bodyEnds) {
		return body
	}
	if !strings.ContainsFunc(t, isHan) {
		return silent
	}
	return other
}

// hubEnds are how the name of a hub of disclosure ends; what holds 政务公开 and ends otherwise, and is no longer than
// shortHub, is one too. The rest is news: 政务公开工作推进会召开.
var hubEnds = []string{"政务公开", "专栏", "专题", "栏目", "平台", "目录", "信息", "工作", "公开网", "公开栏", "园地", "大厅", "窗口"}

const shortHub = 7

func namesHub(t string, length int) bool { return length <= shortHub || endsWith(t, hubEnds) }

// isFriend reports whether words that hold some senses are those of a false friend.
func isFriend(t string, found sense) bool {
	if found&saysTerm != 0 {
		return true
	}
	friend := found&saysFriend != 0 || endsWith(t, friendEnds) ||
		found&saysWebsite != 0 && found&(saysForm|saysReport) != 0 && websiteForm.MatchString(t) ||
		found&saysPermit != 0 && found&saysReport != 0 && permitForm.MatchString(t) ||
		found&saysTask != 0 && found&saysReport != 0 && found&saysNotice != 0 && noticeForm.MatchString(t)
	return friend && !(found&saysReport != 0 && saved.MatchString(t))
}

// isNoise reports whether words name what never leads to a report.
func isNoise(text string) bool { return lexiconOfLinks.senses(text)&saysNoise != 0 }

// saysNothing reports whether squeezed words say nothing.
func saysNothing(t string) bool {
	if len(t) > len("查看详情")+4 && !strings.HasPrefix(t, "附件") {
		return false
	}
	return untelling[strings.ToLower(t)] || len(t) <= 2 && allDigits(t) || strings.HasPrefix(t, "附件") && allDigits(t[len("附件"):])
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// holdsCentury reports whether a text may hold a year.
func holdsCentury(s string) bool { return strings.Contains(s, "20") || strings.Contains(s, "19") }

func endsWith(s string, ends []string) bool {
	for _, e := range ends {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
