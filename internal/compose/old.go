package compose

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"nianbao/document"
)

// An Old is a report of 2008 to 2018: six subjects in running text, and from 2014 on a statistics table behind them.
type Old struct {
	Title, Body string
	Year        int
	// Numbers are those of the statistics table by path ("s2014.requests.received"); empty before 2014.
	Numbers map[string]float64
	// Proactive, Received, Reviews, Suits and Fees stand in the text; the received ones by channel too.
	Proactive, Received, Reviews, Suits, Fees int
	Online, Letter, InPerson                  int

	words []string
}

// oldRow is a row of the statistics table: identifier, label, unit, indent.
type oldRow struct{ id, label, unit string }

// oldRows are the rows of the table; an id of "" is a head without a number.
var oldRows = []oldRow{
	{"", "一、主动公开情况", "——"},
	{"proactive.total_items", "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条"},
	{"proactive.normative_public", "其中：主动公开规范性文件数", "条"},
	{"proactive.normative_made", "制发规范性文件总数", "件"},
	{"", "（二）通过不同渠道和方式公开政府信息的情况", "——"},
	{"proactive.via_gazette", "1.政府公报公开政府信息数", "条"},
	{"proactive.via_website", "2.政府网站公开政府信息数", "条"},
	{"proactive.via_weibo", "3.政务微博公开政府信息数", "条"},
	{"proactive.via_wechat", "4.政务微信公开政府信息数", "条"},
	{"proactive.via_other", "5.其他方式公开政府信息数", "条"},
	{"", "二、回应解读情况", "——"},
	{"response.hot_topics", "（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次"},
	{"", "（二）通过不同渠道和方式回应解读的情况", "——"},
	{"response.press_conferences", "1.参加或举办新闻发布会总次数", "次"},
	{"response.press_conferences.by_head", "其中：主要负责同志参加新闻发布会次数", "次"},
	{"response.online_interviews", "2.政府网站在线访谈次数", "次"},
	{"response.online_interviews.by_head", "其中：主要负责同志参加政府网站在线访谈次数", "次"},
	{"response.policy_interpretations", "3.政策解读稿件发布数", "篇"},
	{"response.weibo_wechat", "4.微博微信回应事件数", "次"},
	{"response.other", "5.其他方式回应事件数", "次"},
	{"", "三、依申请公开情况", "——"},
	{"requests.received", "（一）收到申请数", "件"},
	{"requests.received_in_person", "1.当面申请数", "件"},
	{"requests.received_fax", "2.传真申请数", "件"},
	{"requests.received_online", "3.网络申请数", "件"},
	{"requests.received_letter", "4.信函申请数", "件"},
	{"requests.closed", "（二）申请办结数", "件"},
	{"requests.closed_on_time", "1.按时办结数", "件"},
	{"requests.closed_extended", "2.延期办结数", "件"},
	{"replies.total", "（三）申请答复数", "件"},
	{"replies.already_public", "1.属于已主动公开范围数", "件"},
	{"replies.granted", "2.同意公开答复数", "件"},
	{"replies.partial", "3.同意部分公开答复数", "件"},
	{"replies.refused", "4.不同意公开答复数", "件"},
	{"replies.refused.state_secret", "其中：涉及国家秘密", "件"},
	{"replies.refused.trade_secret", "涉及商业秘密", "件"},
	{"replies.refused.privacy", "涉及个人隐私", "件"},
	{"replies.refused.security", "危及国家安全、公共安全、经济安全和社会稳定", "件"},
	{"replies.refused.not_government_information", "不是《条例》所指政府信息", "件"},
	{"replies.refused.other_legal", "法律法规规定的其他情形", "件"},
	{"replies.not_this_body", "5.不属于本行政机关公开数", "件"},
	{"replies.non_existent", "6.申请信息不存在数", "件"},
	{"replies.unclear", "7.告知作出更改补充数", "件"},
	{"replies.referred", "8.告知通过其他途径办理数", "件"},
	{"reconsideration.total", "四、行政复议数量", "件"},
	{"reconsideration.upheld", "（一）维持具体行政行为数", "件"},
	{"reconsideration.corrected", "（二）被依法纠错数", "件"},
	{"reconsideration.other", "（三）其他情形数", "件"},
	{"litigation.total", "五、行政诉讼数量", "件"},
	{"litigation.upheld", "（一）维持具体行政行为或者驳回原告诉讼请求数", "件"},
	{"litigation.corrected", "（二）被依法纠错数", "件"},
	{"litigation.other", "（三）其他情形数", "件"},
	{"complaints.total", "六、举报投诉数量", "件"},
	{"fees_charged.amount_wan", "七、依申请公开信息收取的费用", "万元"},
	{"", "八、机构建设和保障经费情况", "——"},
	{"capacity.offices", "（一）政府信息公开工作专门机构数", "个"},
	{"capacity.reading_points", "（二）设置政府信息公开查阅点数", "个"},
	{"capacity.staff", "（三）从事政府信息公开工作人员数", "人"},
	{"capacity.staff_full_time", "1.专职人员数（不包括政府公报及政府网站工作人员数）", "人"},
	{"capacity.staff_part_time", "2.兼职人员数", "人"},
	{"capacity.budget_wan", "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）", "万元"},
	{"", "九、政府信息公开会议和培训情况", "——"},
	{"training.meetings", "（一）召开政府信息公开工作会议或专题会议数", "次"},
	{"training.courses", "（二）举办各类培训班数", "次"},
	{"training.people", "（三）接受培训人员数", "人次"},
}

// NewOld composes a report of a body for a year up to 2018.
func NewOld(seed int64, body string, year int) *Old {
	rng := source(seed, body, year, "old")
	o := &Old{Body: body, Year: year, Numbers: map[string]float64{}, words: choices(rng)}
	o.Title = []string{
		fmt.Sprintf("%s%d年政府信息公开工作年度报告", body, year), fmt.Sprintf("%d年%s政府信息公开年度报告", year, body),
		fmt.Sprintf("%s%d年度政府信息公开工作年度报告", body, year), fmt.Sprintf("%s信息公开%d年度报告", body, year),
	}[rng.IntN(4)]
	o.Proactive, o.Online, o.Letter, o.InPerson = 40+rng.IntN(900), rng.IntN(9), rng.IntN(5), rng.IntN(3)
	o.Received = o.Online + o.Letter + o.InPerson
	o.Reviews, o.Suits = rng.IntN(3), rng.IntN(2)
	if year >= 2014 {
		o.table(rng)
	}
	return o
}

func (o *Old) table(rng *rand.Rand) {
	for _, r := range oldRows {
		if r.id != "" {
			o.Numbers["s2014."+r.id] = float64(rng.IntN(30))
		}
	}
	set := func(p string, v int) { o.Numbers["s2014."+p] = float64(v) }
	set("proactive.total_items", o.Proactive)
	set("requests.received", o.Received)
	set("requests.received_in_person", o.InPerson)
	set("requests.received_fax", 0)
	set("requests.received_online", o.Online)
	set("requests.received_letter", o.Letter)
	set("requests.closed", o.Received)
	set("requests.closed_on_time", o.Received)
	set("requests.closed_extended", 0)
	sum := func(total string, parts ...string) {
		t := 0.0
		for _, p := range parts {
			t += o.Numbers["s2014."+p]
		}
		o.Numbers["s2014."+total] = t
	}
	sum("replies.refused", "replies.refused.state_secret", "replies.refused.trade_secret", "replies.refused.privacy", "replies.refused.security", "replies.refused.not_government_information", "replies.refused.other_legal")
	sum("replies.total", "replies.already_public", "replies.granted", "replies.partial", "replies.refused", "replies.not_this_body", "replies.non_existent", "replies.unclear", "replies.referred")
	sum("reconsideration.total", "reconsideration.upheld", "reconsideration.corrected", "reconsideration.other")
	sum("litigation.total", "litigation.upheld", "litigation.corrected", "litigation.other")
	sum("capacity.staff", "capacity.staff_full_time", "capacity.staff_part_time")
	set("fees_charged.amount_wan", 0)
	o.Numbers["s2014.capacity.budget_wan"] = float64(rng.IntN(300)) / 10
	o.Reviews, o.Suits = int(o.Numbers["s2014.reconsideration.total"]), int(o.Numbers["s2014.litigation.total"])
}

// paragraphs are the running text.
func (o *Old) paragraphs() []piece {
	p := func(format string, args ...any) piece { return piece{text: fmt.Sprintf(format, args...)} }
	h := func(s string) piece { return piece{head: true, text: s} }
	requests := "本年度未收到政府信息公开申请。"
	if o.Received > 0 {
		requests = fmt.Sprintf("全年共受理政府信息公开申请%d件，其中当面申请%d件、网络申请%d件、信函申请%d件。", o.Received, o.InPerson, o.Online, o.Letter)
	}
	appeals := "本年度没有因政府信息公开引发的行政复议和行政诉讼。"
	if o.Reviews+o.Suits > 0 {
		appeals = fmt.Sprintf("因政府信息公开引发行政复议%d件，行政诉讼%d件。", o.Reviews, o.Suits)
	}
	return []piece{
		p("根据《中华人民共和国政府信息公开条例》，%s编制本报告。所列数据的统计期限自%d年1月1日起至%d年12月31日止。", o.Body, o.Year, o.Year),
		h("一、概述"), p("%s%s", o.words[0], o.words[4]),
		h("二、主动公开政府信息情况"), p("全年主动公开政府信息%d条。%s", o.Proactive, o.words[3]),
		h("三、依申请公开政府信息情况"), p("%s%s", requests, o.words[1]),
		h("四、政府信息公开的收费及减免情况"), p("本年度未收取任何费用。"),
		h("五、因政府信息公开申请行政复议、提起行政诉讼情况"), p("%s", appeals),
		h("六、存在的不足及改进措施"), p("%s", o.words[5]), p("%s", o.words[6]),
	}
}

// grid is the statistics table.
func (o *Old) grid() *grid {
	g := &grid{weights: []int{8, 2, 2}}
	g.add(0, 0, 1, 1, "统  计  指  标")
	g.add(0, 1, 1, 1, "单位")
	g.add(0, 2, 1, 1, "统计数")
	for i, r := range oldRows {
		g.add(i+1, 0, 1, 1, r.label)
		g.add(i+1, 1, 1, 1, r.unit)
		if r.id == "" {
			g.add(i+1, 2, 1, 1, "——")
		} else {
			g.value(i+1, 2, 1, (&Report{Numbers: o.Numbers}).figure("s2014."+r.id))
		}
	}
	return g
}

func (o *Old) pieces() []piece {
	list := o.paragraphs()
	if len(o.Numbers) > 0 {
		list = append(list, piece{head: true, text: fmt.Sprintf("附：政府信息公开情况统计表（%d年度）", o.Year)}, piece{table: o.grid()})
	}
	return list
}

// As is the report as plain text in a shape; the ones that only tables of the later forms have fall back to tabs.
func (o *Old) As(s Shape) string {
	var b strings.Builder
	b.WriteString(o.Title + "\n\n")
	for _, p := range o.pieces() {
		if p.table == nil {
			b.WriteString(p.text + "\n")
			continue
		}
		p.table.write(&b, s, 1)
	}
	if s == OneLine {
		return strings.Join(strings.Fields(b.String()), " ")
	}
	return b.String()
}

// HTML is the body of the report as a fragment.
func (o *Old) HTML(s Style) string { return fragment(o.pieces(), s) }

// Document is the report as a document whose table is a grid.
func (o *Old) Document() *document.Document {
	d := &document.Document{MediaType: "application/pdf", Engine: "compose"}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 1, Text: o.Title})
	for _, p := range o.pieces() {
		if p.table == nil {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: p.text})
			continue
		}
		for _, t := range p.table.cut(Whole) {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.TableKind, Table: t})
		}
	}
	return d
}
