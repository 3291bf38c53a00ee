// Package discover says how likely a link leads to a report, and whether a page it led to is one, whose and of which
// year.
//
// In go the leads of a page with what is known of the page (Rank), or a document with how it was found (Judge); out come
// priorities from 0 to 1000, 0 meaning never, and a judgement that gives its reason. Text is believed before paths, and
// paths before nothing: more than a third of all report addresses carry no telling token. The names of false friends
// that stand beside the reports on real portals lower a score before anything raises it. The room is pure.
package discover

import (
	"regexp"
	"strings"
	"unicode"
)

// A kind is what the words of a link promise.
type kind int

const (
	silent     kind = iota // no words, or none that say anything: 详情, a date
	other                  // words of something else
	falseClass             // words of a false friend
	year                   // a year alone: 2023年, 2023年度
	body                   // the name of a body: 县财政局, 城关镇, 县政府部门
	hub                    // 政务公开
	disclosure             // 政府信息公开, 信息公开目录
	column                 // 政府信息公开年报, 年度报告
	article                // 某县2023年政府信息公开工作年度报告
)

var (
	punct = regexp.MustCompile(`[\s\x{00A0}\x{3000}《》〈〉【】\[\]()（）“”"'·•:：,，。、|>»›\-—_/]+`)
	dates = regexp.MustCompile(`(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?`)

	articleForm = regexp.MustCompile(`(?:19|20)\d\d年?度?.*(?:信息公开|政务公开|公开).*(?:年度?(?:工作)?报告|年报|年度总结|情况报告|工作报告|工作总结|工作情况|的报告|报告)|(?:信息公开).*(?:报告|年报).*(?:19|20)\d\d|信息公开(?:工作)?(?:19|20)\d\d.*(?:报告|年报|总结)`)
	columnForm  = regexp.MustCompile(`(?:政府)?(?:信息|政务)?公开(?:工作)?(?:年度?(?:工作)?报告|年度总结|年报)|信息公开工作报告`)
	bareColumn  = regexp.MustCompile(`^(?:历年|历史|部门|各部门|单位|乡镇|街道|镇街|本级|本机关|区县|县区|市政府|县政府|区政府|省政府|政府)*(?:年度?(?:工作)?报告|年报|公开报告|年报公开|年报专栏)(?:目录|列表|专栏|汇总)?$`)
	disclForm   = regexp.MustCompile(`信息公开(?:目录|平台|专栏|专题|栏目|内容|公示|工作|网|栏|指南目录)*$|法定主动公开|主动公开(?:内容|目录|基本目录|信息)?$|^公开目录$|^信息公开|政府信息公开$|^政府信息公开`)
	hubForm     = regexp.MustCompile(`^(?:政务公开|政务信息|阳光政务|公开|信息公开|政府公开|要闻公开|透明政府|政务|政府信息|党务政务公开|政务公开专栏|政务公开网|公开政务|机关概况公开|信息)$|政务公开`)
	yearForm    = regexp.MustCompile(`^(?:19|20)\d\d(?:年度?|n|nb|年报)?$`)
	bodyForm    = regexp.MustCompile(`(?:局|委|委员会|办公室|厅|院|镇|乡|街道|街道办事处|办事处|政府|本级|[省市县区]级|[省市县区]直(?:部门|机关)?|管委会|中心|开发区|分局|支队|大队|联社|公司|部门|乡镇|镇街|县区|区县|县市区|直属机构|派出机构|单位|垂管|驻\S{0,3}单位|苏木|农场|林场|园区|管理处|研究室|公积金|气象台)$`)

	falseFriend = regexp.MustCompile(`解读|图解|一图|读懂|[上下]半年|季度|学年|政府工作报告|法治政府|依法行政|网站.{0,8}(?:报表|报告)|工作(?:年度)?报表|公积金|决算|预算|统计(?:年报|公报|年鉴|报表)|企业年报|年检|行政许可.{0,6}(?:年度)?报告|处罚.{0,6}报告|自查报告|绩效|述职|审计(?:工作)?报告|环境(?:质量|状况)|质量年报|水资源公报|指南|办法|条例|制度$|规定$|细则|格式|(?:编制|报送|做好|填报|发布|公布|开展).{0,25}(?:年度?报告|年报).{0,12}(?:通知|要点|函)|通知$|培训|会议|征求意见|意见征集|申请表|依申请公开|申请公开|高校信息公开|党建|社会责任|年度工作报告说明|招标|中标|采购|监督检查|考核|测评|评估|满意度|新闻发布`)
	// saved are words of false friends that a report's title may hold all the same.
	saved = regexp.MustCompile(`信息公开(?:工作)?年度?(?:工作)?报告(?:的公告|的函|公告)?$|关于报送.{0,30}年度报告.{0,3}的函`)
	// noise are columns and entries of a portal that never lead to a report.
	noise     = regexp.MustCompile(`新闻|要闻|动态|公告|公示|视频|图片|专题|招聘|旅游|办事|服务|互动|信箱|留言|访谈|调查|投诉|咨询|地图|无障碍|English|繁體|登录|注册|搜索|检索|收藏|打印|分享|微信|微博|客户端|手机版|帮助|版权|声明|联系我们|网站标识|备案|领导|机构(?:职能|设置|概况)|人事|规划|统计|财政|应急|扶贫|就业|医疗|教育信息|住房|环保|食品|安全生产|招商|投资|文件|法规|政策|规章|标准|目录清单|权责|双随机|公报|建议提案|会议公开|重点领域|直播|天气|邮箱|走进|概况|名录`)
	untelling = regexp.MustCompile(`^(?:详情|详细|查看|查看详情|更多|more|点击|点击查看|点击下载|下载|进入|打开|全文|附件\d*|阅读|预览|浏览|正文|\d{1,2})$`)
)

// longestColumn is how long the name of a column gets, in characters; what is longer is the title of an article.
const longestColumn = 14

// squeeze removes from a link's text what stands between words.
func squeeze(s string) string {
	return punct.ReplaceAllString(s, "")
}

// classify says what the words of a link promise.
func classify(text string) kind {
	t := squeeze(dates.ReplaceAllString(text, ""))
	if t == "" || untelling.MatchString(strings.ToLower(t)) {
		return silent
	}
	friend := falseFriend.MatchString(t) && !saved.MatchString(t)
	switch {
	case yearForm.MatchString(t):
		return year
	case friend:
		return falseClass
	case articleForm.MatchString(t) && strings.Contains(t, "公开"):
		return article
	case columnForm.MatchString(t):
		return column
	case bareColumn.MatchString(t):
		return column
	case disclForm.MatchString(t) && len([]rune(t)) <= longestColumn:
		return disclosure
	case hubForm.MatchString(t) && len([]rune(t)) <= longestColumn:
		return hub
	case bodyForm.MatchString(t) && (len([]rune(t)) <= 12 || len([]rune(t)) <= 25 && !noise.MatchString(t)):
		return body
	case !strings.ContainsFunc(t, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return silent
	}
	return other
}
