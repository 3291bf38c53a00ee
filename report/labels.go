package report

import (
	"regexp"
	"strings"
)

// Columns of table 3 in the order of the official form; the total stands last.
var t3Columns = []string{"natural", "enterprise", "research", "nonprofit", "legal_service", "other_org", "total"}

// t3Heads are the heads of those columns.
var t3Heads = []string{"自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"}

// A label is one row of the form and the fragments by which it is known, whatever stands around them.
type label struct {
	id, official string
	keys         []string
	notBehind    string                 // a character before a key that makes it another label
	at           func(words string) int // decides instead of the keys
	plain        []rune                 // the official label without number and bracket, for misprints
}

func rows(list []label) []label {
	for i := range list {
		list[i].plain = []rune(bare(fold(list[i].official)))
	}
	return list
}

// bare is a label without its list number and without bracketed explanations.
func bare(s string) string {
	s = unexplained(squeeze(s))
	return listNumber.ReplaceAllString(s, "")
}

var (
	listNumber = regexp.MustCompile(`^(?:\(?[一二三四五六七八]\)|[一二三四五六七八]、|\(?\d[.、)]|\d)+`)
	listBreak  = regexp.MustCompile(`\([一二三四五六七]\)|[一二三四]、|\d[.、]`)
)

// end is where in words the label last ends, -1 when it is not named. The words hold no blanks and no explanations.
func (l *label) end(words string) int {
	if l.at != nil {
		return l.at(words)
	}
	best := -1
	for _, k := range l.keys {
		if !strings.Contains(words, k) { // much faster than a search from the end
			continue
		}
		for i := strings.LastIndex(words, k); i >= 0; i = strings.LastIndex(words[:i], k) {
			if l.notBehind == "" || !strings.HasSuffix(words[:i], l.notBehind) {
				best = max(best, i+len(k))
				break
			}
		}
	}
	return best
}

// t3Rows are the rows of table 3 in both forms; other.all is the single row of the 2019 form.
var t3Rows = rows([]label{
	{id: "new", official: "一、本年新收政府信息公开申请数量", keys: []string{"本年新收", "本年度新收", "年新收政府信息"}},
	{id: "carried_in", official: "二、上年结转政府信息公开申请数量", keys: []string{"上年结转", "上一年结转", "上年度结转", "上一年度结转"}},
	{id: "granted", official: "（一）予以公开", keys: []string{"予以公开"}, notBehind: "不"},
	{id: "partial", official: "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", keys: []string{"部分公开"}},
	{id: "refused.state_secret", official: "1.属于国家秘密", keys: []string{"国家秘密"}},
	{id: "refused.law_prohibited", official: "2.其他法律行政法规禁止公开", keys: []string{"禁止公开", "法律行政止公开", "法规禁止"}},
	{id: "refused.security_stability", official: "3.危及“三安全一稳定”", keys: []string{"三安全"}},
	{id: "refused.third_party", official: "4.保护第三方合法权益", keys: []string{"第三方"}},
	{id: "refused.internal_affairs", official: "5.属于三类内部事务信息", keys: []string{"内部事务", "三类内部"}},
	{id: "refused.process_info", official: "6.属于四类过程性信息", keys: []string{"过程性信息", "四类过程"}},
	{id: "refused.enforcement_file", official: "7.属于行政执法案卷", keys: []string{"执法案卷"}},
	{id: "refused.admin_query", official: "8.属于行政查询事项", keys: []string{"行政查询", "查询事项"}},
	{id: "unavailable.not_held", official: "1.本机关不掌握相关政府信息", keys: []string{"不掌握"}},
	{id: "unavailable.needs_creation", official: "2.没有现成信息需要另行制作", keys: []string{"另行制作", "没有现成信息"}},
	{id: "unavailable.unclear", official: "3.补正后申请内容仍不明确", keys: []string{"仍不明确"}},
	{id: "unprocessed.petition", official: "1.信访举报投诉类申请", keys: []string{"信访举报投诉", "信访、举报、投诉", "举报投诉类"}},
	{id: "unprocessed.repeat", official: "2.重复申请", keys: []string{"重复申请"}},
	{id: "unprocessed.publication", official: "3.要求提供公开出版物", keys: []string{"公开出版物"}},
	{id: "unprocessed.excessive", official: "4.无正当理由大量反复申请", keys: []string{"大量反复"}},
	{id: "unprocessed.confirm", official: "5.要求行政机关确认或重新出具已获取信息", keys: []string{"确认或重新出具", "重新出具已", "已获取信息"}},
	{id: "other.all", official: "（六）其他处理", at: otherAll},
	{id: "other.no_correction", official: "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", keys: []string{"逾期不补正"}},
	{id: "other.no_payment", official: "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", keys: []string{"收费通知", "缴纳费用", "逾期不缴费"}},
	{id: "other.other", official: "3.其他", at: otherOther},
	{id: "results_total", official: "（七）总计", at: resultsTotal},
	{id: "carried_out", official: "四、结转下年度继续办理", keys: []string{"结转下", "转下年度继续"}},
})

// otherAll knows （六）其他处理: as a row of its own it ends the words, or stands before （七）总计 where labels stand together.
func otherAll(words string) int {
	if !strings.Contains(words, "其他") && !strings.Contains(words, "其它") {
		return -1
	}
	w := strings.ReplaceAll(words, "它", "他")
	for _, k := range [...]string{"其他处理", "六)其他", "六、其他", "六其他", "(六其他"} {
		for _, next := range [...]string{"", "情况", "(七", "七)"} {
			if i := strings.LastIndex(w, k+next); i >= 0 && !third(w[:i]) && (next == "(七" || next == "七)" || i+len(k+next) == len(w)) {
				return i + len(k)
			}
		}
	}
	return -1
}

// third reports whether a list number three ends the words: 3.其他处理 is the third row of the group, not the group.
func third(words string) bool {
	return strings.HasSuffix(words, "3.") || strings.HasSuffix(words, "3、") || strings.HasSuffix(words, "3") || strings.HasSuffix(words, "(3)")
}

// otherOther knows 3.其他, which is not （六）其他, and no head of a column since values follow it or （七）总计.
func otherOther(words string) int {
	if !strings.Contains(words, "其他") && !strings.Contains(words, "其它") {
		return -1
	}
	w := strings.ReplaceAll(words, "它", "他")
	for end := len(w); ; {
		i := strings.LastIndex(w[:end], "其他")
		if i < 0 {
			return -1
		}
		end = i
		rest := w[i+len("其他"):]
		for _, more := range [...]string{"情形", "情况", "处理"} {
			if more != "处理" || third(w[:i]) {
				rest = strings.TrimPrefix(rest, more)
			}
		}
		if rest != "" && !strings.HasPrefix(rest, "(七") && !strings.HasPrefix(rest, "七") && !strings.HasPrefix(rest, "总计") {
			continue
		}
		if head := w[:i]; !strings.HasSuffix(head, "六)") && !strings.HasSuffix(head, "六") && !strings.HasSuffix(head, "六、") {
			return i + len("其他")
		}
	}
}

// resultsTotal knows （七）总计, which is no head of a column: it ends the words, or the next row follows.
func resultsTotal(words string) int {
	switch {
	case strings.HasSuffix(words, "总计"), strings.HasSuffix(words, "合计"), strings.HasSuffix(words, "(七)计"):
		return len(words)
	}
	for _, k := range [...]string{"(七)总计", "(七)合计", "总计四、", "合计四、"} {
		if i := strings.LastIndex(words, k); i >= 0 {
			return i + len("(七)总计")
		}
	}
	return -1
}

// t2Rows are the rows of table 2 in both forms.
var t2Rows = rows([]label{
	{id: "regulations", official: "规章", keys: []string{"规章"}},
	{id: "normative_documents", official: "行政规范性文件", keys: []string{"规范性文件", "规范性档案"}},
	{id: "licensing", official: "行政许可", keys: []string{"行政许可"}},
	{id: "other_services", official: "其他对外管理服务事项", keys: []string{"对外管理服务"}},
	{id: "penalty", official: "行政处罚", keys: []string{"行政处罚"}},
	{id: "coercion", official: "行政强制", keys: []string{"行政强制"}},
	{id: "fees", official: "行政事业性收费", keys: []string{"事业性收费"}},
	{id: "procurement", official: "政府集中采购", keys: []string{"集中采购"}},
})

// t2Columns are the columns of a row of table 2 by format; nil means the row is not in that form.
func t2Columns(format, row string) []string {
	if format == "f2019" {
		switch row {
		case "regulations", "normative_documents":
			return []string{"new_made", "new_public", "total_public"}
		case "fees":
			return []string{"prev_items", "items_change"}
		case "procurement":
			return []string{"projects", "amount"}
		}
		return []string{"prev_items", "items_change", "decisions"}
	}
	switch row {
	case "regulations", "normative_documents":
		return []string{"made", "repealed", "in_force"}
	case "licensing", "penalty", "coercion":
		return []string{"decisions"}
	case "fees":
		return []string{"amount_wan"}
	}
	return nil
}

// t4Blocks and t4Columns are the fifteen cells of table 4 in order.
var (
	t4Blocks  = []string{"reconsideration", "litigation_direct", "litigation_after_reconsideration"}
	t4Columns = []string{"upheld", "corrected", "other", "pending", "total"}
)

// isLeaf reports whether a row of table 3 is one of those that add up to results_total.
func isLeaf(id string) bool {
	switch id {
	case "new", "carried_in", "results_total", "carried_out":
		return false
	}
	return true
}

// lastItem are the characters of words behind their last list number.
func lastItem(words string) []rune {
	if all := listBreak.FindAllStringIndex(words, -1); all != nil {
		words = words[all[len(all)-1][1]:]
	}
	return []rune(words)
}

// likeness says how well the last list item p fits a label that is misprinted or cut short: the share of its characters that stand in the label in the same order, 0 when too few do.
func (l *label) likeness(p []rune) float64 {
	if len(p) < 3 || len(p) > 2*len(l.plain)+4 || len(p) > 60 {
		return 0
	}
	n := common(p, l.plain)
	switch {
	case n < 4 && n < len(l.plain):
		return 0
	case 2*n < len(l.plain) && n < len(p): // neither half of the label nor its beginning
		return 0
	}
	return float64(n) / float64(len(p))
}

// common is the length of the longest common subsequence.
func common(a, b []rune) int {
	prev, cur := make([]int, len(b)+1), make([]int, len(b)+1)
	for _, x := range a {
		for j, y := range b {
			if x == y {
				cur[j+1] = prev[j] + 1
			} else {
				cur[j+1] = max(prev[j+1], cur[j])
			}
		}
		prev, cur = cur, prev
	}
	return prev[len(b)]
}
