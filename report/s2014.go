package report

import (
	"regexp"
	"slices"
	"strings"
)

// statBreak is where a row of the statistics table begins.
var statBreak = regexp.MustCompile(`\([一二三四]\)|[一二三四五六七八九]、|[1-8][.、]`)

// A statistic is one row of the statistics table that reports of 2014 to 2018 append (国办发〔2014〕32号).
type statistic struct {
	block, item, official, unit string
	keys                        []string // fragments that must all stand in the label
	not                         string   // a fragment that must not
}

// statistics are the rows in printed order. Items of one block may look like those of another (总数 of 复议 and 诉讼): the
// order of the blocks tells them apart.
var statistics = []statistic{
	{"proactive", "total_items", "主动公开政府信息数", "条", []string{"主动公开政府信息数"}, "规范性"},
	{"proactive", "normative_public", "主动公开规范性文件数", "条", []string{"主动公开", "规范性文件"}, "制发"},
	{"proactive", "normative_made", "制发规范性文件总数", "件", []string{"制发", "规范性文件"}, ""},
	{"proactive", "via_gazette", "政府公报公开政府信息数", "条", []string{"政府公报", "公开政府信息"}, "专项"},
	{"proactive", "via_website", "政府网站公开政府信息数", "条", []string{"网站", "公开政府信息"}, "专项"},
	{"proactive", "via_weibo", "政务微博公开政府信息数", "条", []string{"微博", "公开政府信息"}, ""},
	{"proactive", "via_wechat", "政务微信公开政府信息数", "条", []string{"微信", "公开政府信息"}, "微博"},
	{"proactive", "via_other", "其他方式公开政府信息数", "条", []string{"其他", "公开政府信息"}, ""},
	{"response", "hot_topics", "回应公众关注热点或重大舆情数", "次", []string{"回应", "热点"}, "不同渠道和方式回应"},
	{"response", "press_conferences", "参加或举办新闻发布会总次数", "次", []string{"新闻发布会"}, "主要负责"},
	{"response", "press_conferences.by_head", "主要负责同志参加新闻发布会次数", "次", []string{"主要负责", "新闻发布会"}, ""},
	{"response", "online_interviews", "政府网站在线访谈次数", "次", []string{"在线访谈"}, "主要负责"},
	{"response", "online_interviews.by_head", "主要负责同志参加政府网站在线访谈次数", "次", []string{"主要负责", "在线访谈"}, ""},
	{"response", "policy_interpretations", "政策解读稿件发布数", "篇", []string{"政策解读", "稿件"}, ""},
	{"response", "weibo_wechat", "微博微信回应事件数", "次", []string{"微博微信", "回应"}, ""},
	{"response", "other", "其他方式回应事件数", "次", []string{"其他", "回应"}, ""},
	{"requests", "received", "收到申请数", "件", []string{"收到申请数"}, ""},
	{"requests", "received_in_person", "当面申请数", "件", []string{"当面申请"}, ""},
	{"requests", "received_fax", "传真申请数", "件", []string{"传真申请"}, ""},
	{"requests", "received_email", "电子邮件申请数", "件", []string{"邮件申请"}, ""},
	{"requests", "received_online", "网络申请数", "件", []string{"网络申请"}, ""},
	{"requests", "received_letter", "信函申请数", "件", []string{"信函申请"}, ""},
	{"requests", "received_other", "其他形式申请数", "件", []string{"其他", "申请数"}, "办结"},
	{"requests", "closed", "申请办结数", "件", []string{"申请办结数"}, ""},
	{"requests", "closed_on_time", "按时办结数", "件", []string{"按时办结"}, ""},
	{"requests", "closed_extended", "延期办结数", "件", []string{"延期办结"}, ""},
	{"replies", "total", "申请答复数", "件", []string{"申请答复数"}, ""},
	{"replies", "already_public", "属于已主动公开范围数", "件", []string{"已主动公开"}, ""},
	{"replies", "granted", "同意公开答复数", "件", []string{"同意公开答复"}, "不同意"},
	{"replies", "partial", "同意部分公开答复数", "件", []string{"同意部分公开"}, ""},
	{"replies", "refused", "不同意公开答复数", "件", []string{"不同意公开"}, ""},
	{"replies", "refused.state_secret", "涉及国家秘密", "件", []string{"国家秘密"}, ""},
	{"replies", "refused.trade_secret", "涉及商业秘密", "件", []string{"商业秘密"}, ""},
	{"replies", "refused.privacy", "涉及个人隐私", "件", []string{"个人隐私"}, ""},
	{"replies", "refused.security", "危及国家安全、公共安全、经济安全和社会稳定", "件", []string{"危及国家安全"}, ""},
	{"replies", "refused.not_government_information", "不是《条例》所指政府信息", "件", []string{"不是", "所指政府信息"}, ""},
	{"replies", "refused.other_legal", "法律法规规定的其他情形", "件", []string{"法律法规规定"}, ""},
	{"replies", "not_this_body", "不属于本行政机关公开数", "件", []string{"不属于本行政机关"}, ""},
	{"replies", "non_existent", "申请信息不存在数", "件", []string{"信息不存在"}, ""},
	{"replies", "unclear", "告知作出更改补充数", "件", []string{"更改补充"}, ""},
	{"replies", "referred", "告知通过其他途径办理数", "件", []string{"其他途径"}, ""},
	{"reconsideration", "total", "行政复议数量", "件", []string{"行政复议数"}, ""},
	{"reconsideration", "upheld", "维持具体行政行为数", "件", []string{"维持"}, "驳回"},
	{"reconsideration", "corrected", "被依法纠错数", "件", []string{"纠错"}, ""},
	{"reconsideration", "other", "其他情形数", "件", []string{"其他情形"}, "规定"},
	{"litigation", "total", "行政诉讼数量", "件", []string{"行政诉讼数"}, ""},
	{"litigation", "upheld", "维持具体行政行为或者驳回原告诉讼请求数", "件", []string{"维持"}, ""},
	{"litigation", "corrected", "被依法纠错数", "件", []string{"纠错"}, ""},
	{"litigation", "other", "其他情形数", "件", []string{"其他情形"}, "规定"},
	{"complaints", "total", "举报投诉数量", "件", []string{"举报投诉数"}, ""},
	{"fees_charged", "amount_wan", "依申请公开信息收取的费用", "万元", []string{"收取的费用"}, ""},
	{"capacity", "offices", "政府信息公开工作专门机构数", "个", []string{"专门机构"}, ""},
	{"capacity", "reading_points", "设置政府信息公开查阅点数", "个", []string{"查阅点"}, ""},
	{"capacity", "staff", "从事政府信息公开工作人员数", "人", []string{"工作人员数"}, "不包括"},
	{"capacity", "staff_full_time", "专职人员数", "人", []string{"专职人员"}, ""},
	{"capacity", "staff_part_time", "兼职人员数", "人", []string{"兼职人员"}, ""},
	{"capacity", "budget_wan", "政府信息公开专项经费", "万元", []string{"专项经费"}, ""},
	{"training", "meetings", "召开政府信息公开工作会议或专题会议数", "次", []string{"会议"}, "培训情况"},
	{"training", "courses", "举办各类培训班数", "次", []string{"培训班"}, ""},
	{"training", "people", "接受培训人员数", "人次", []string{"接受培训"}, ""},
}

// units of the table's second column stand between a label and its number.
var statUnits = []string{"条", "件", "次", "篇", "个", "人次", "人", "万元", "元"}

func (s *statistic) matches(words string) bool {
	if s.not != "" && strings.Contains(words, s.not) {
		return false
	}
	for _, k := range s.keys {
		if !strings.Contains(words, k) {
			return false
		}
	}
	return true
}

// readS2014 walks the statistics table: a label, perhaps its unit, one number. Rows may be missing; their order may not
// change, since names repeat from block to block.
func (x *tableReader) readS2014() {
	if !x.hasStatistics() {
		return
	}
	type found struct {
		stat  int
		value token
	}
	var list []found
	next := 0
	for i := range x.runs {
		r := &x.runs[i]
		if len(r.values) == 0 || r.words == "" {
			continue
		}
		values := r.first()
		if i+1 < len(x.runs) && !hasNumber(r.values) && !endsWithUnit(r.words) && slices.Contains(statUnits, x.runs[i+1].words) {
			values = x.runs[i+1].first() // a label of several lines, whose middle one has the cells
		}
		words := lastWords(r.words)
		for j := next; j < len(statistics); j++ {
			if !statistics[j].matches(words) {
				continue
			}
			// A label far ahead would skip the rows between: running text names such things too.
			if next == 0 && j > 3 {
				break
			}
			if s := solid(values); len(s) == 1 {
				list = append(list, found{j, s[0]})
				next = j + 1
			} else if len(s) > 1 {
				x.r.warn(WarnRowCells, "s2014."+statistics[j].block+"."+statistics[j].item, "%d numbers behind %s where the table has 1: the row is left out", len(s), statistics[j].official)
				next = j + 1
			}
			break
		}
	}
	if len(list) < 8 {
		return
	}
	for _, f := range list {
		st := statistics[f.stat]
		x.set("s2014", &x.r.Data.S2014, st.block, []string{st.item}, []token{f.value})
	}
	if x.r.Data.Format == "" {
		x.r.Data.Format = "s2014"
	}
	x.missingStatistics()
}

// missingStatistics names the rows of the form that were not found.
func (x *tableReader) missingStatistics() {
	var missing []string
	for _, s := range statistics {
		if path := s.block + "." + s.item; !unofficial[path] && !x.r.Data.Seen("s2014."+path) {
			missing = append(missing, path)
		}
	}
	if len(missing) > 0 {
		x.r.warn(WarnRowsMissing, "s2014", "rows not found: %s", strings.Join(missing, ", "))
	}
}

// unofficial are rows that some writers add to the form.
var unofficial = map[string]bool{"requests.received_email": true, "requests.received_other": true}

func endsWithUnit(words string) bool {
	for _, u := range statUnits {
		if strings.HasSuffix(words, u) {
			return true
		}
	}
	return false
}

// hasStatistics reports whether the document holds the table: two of its labels that nothing else has.
func (x *tableReader) hasStatistics() bool {
	n := 0
	for i := range x.runs {
		for _, k := range [...]string{"制发规范性文件", "当面申请数", "属于已主动公开范围", "微博微信回应事件", "延期办结数", "告知作出更改补充"} {
			if strings.Contains(x.runs[i].words, k) {
				if n++; n > 1 {
					return true
				}
			}
		}
	}
	return false
}

// lastWords are the words of the row itself: without the unit behind them and without what stood above.
func lastWords(w string) string {
	for _, u := range statUnits {
		if strings.HasSuffix(w, u) && len(w) > len(u)+6 {
			w = strings.TrimSuffix(w, u)
			break
		}
	}
	for _, u := range []string{"单位统计数", "统计数", "数量单位"} {
		if i := strings.LastIndex(w, u); i >= 0 && i+len(u) < len(w) {
			w = w[i+len(u):]
		}
	}
	if i := strings.LastIndex(w, "其中:"); i > 0 {
		w = w[i:]
	}
	if all := statBreak.FindAllStringIndex(w, -1); all != nil {
		w = w[all[len(all)-1][0]:]
	}
	return w
}

// checkS2014 applies the relations of the table: received = its channels, closed = on time and extended, replies = their
// kinds. A part that is not there counts as none, the relation is skipped where any of the printed parts is blank.
func (r *AnnualReport) checkS2014() {
	for _, c := range []struct {
		rule, block, total string
		parts              []string
	}{
		{"s2014_received_eq_channels", "requests", "received", []string{"received_in_person", "received_fax", "received_email", "received_online", "received_letter", "received_other"}},
		{"s2014_closed", "requests", "closed", []string{"closed_on_time", "closed_extended"}},
		{"s2014_replies", "replies", "total", []string{"already_public", "granted", "partial", "refused", "not_this_body", "non_existent", "unclear", "referred"}},
		{"s2014_refused", "replies", "refused", []string{"refused.state_secret", "refused.trade_secret", "refused.privacy", "refused.security", "refused.not_government_information", "refused.other_legal"}},
		{"s2014_reconsideration", "reconsideration", "total", []string{"upheld", "corrected", "other"}},
		{"s2014_litigation", "litigation", "total", []string{"upheld", "corrected", "other"}},
		{"s2014_staff", "capacity", "staff", []string{"staff_full_time", "staff_part_time"}},
	} {
		row := r.Data.S2014[c.block]
		if row == nil || row[c.total] == nil {
			continue
		}
		var parts []string
		for _, p := range c.parts {
			if v, seen := row[p]; seen && v != nil {
				parts = append(parts, "s2014."+c.block+"."+p)
			} else if seen {
				parts = nil
				break
			}
		}
		if len(parts) > 1 {
			r.sum(c.rule, "", "s2014."+c.block+"."+c.total, []string{"s2014." + c.block + "." + c.total}, parts)
		}
	}
}
