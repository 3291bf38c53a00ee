package report

import "regexp"

// Columns of table 3 in the order of the official form; the total stands last.
var t3Columns = []string{"natural", "enterprise", "research", "nonprofit", "legal_service", "other_org", "total"}

// t3Heads are the heads of those columns.
var t3Heads = []string{"自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"}

// A label is one row of the form and the words by which it is known, whatever stands around them.
type label struct {
	id, official string
	match        *regexp.Regexp // against text without blanks and bracketed explanations
}

func rows(list [][3]string) []label {
	out := make([]label, len(list))
	for i, l := range list {
		out[i] = label{l[0], l[1], regexp.MustCompile(l[2])}
	}
	return out
}

// t3Rows are the rows of table 3 in both forms; other.all is the single row of the 2019 form.
var t3Rows = rows([][3]string{
	{"new", "一、本年新收政府信息公开申请数量", `本年(度)?新收`},
	{"carried_in", "二、上年结转政府信息公开申请数量", `上(一)?年(度)?结转`},
	{"granted", "（一）予以公开", `予以公开`},
	{"partial", "（二）部分公开", `部分公开`},
	{"refused.state_secret", "1.属于国家秘密", `国家秘密`},
	{"refused.law_prohibited", "2.其他法律行政法规禁止公开", `禁止公开|法律行政止公开|法规禁止`},
	{"refused.security_stability", "3.危及“三安全一稳定”", `三安全一稳定|三安全.{0,2}一稳定`},
	{"refused.third_party", "4.保护第三方合法权益", `第三方`},
	{"refused.internal_affairs", "5.属于三类内部事务信息", `内部事务`},
	{"refused.process_info", "6.属于四类过程性信息", `过程性信息`},
	{"refused.enforcement_file", "7.属于行政执法案卷", `执法案卷`},
	{"refused.admin_query", "8.属于行政查询事项", `行政查询`},
	{"unavailable.not_held", "1.本机关不掌握相关政府信息", `不掌握`},
	{"unavailable.needs_creation", "2.没有现成信息需要另行制作", `另行制作|没有现成信息`},
	{"unavailable.unclear", "3.补正后申请内容仍不明确", `仍不明确`},
	{"unprocessed.petition", "1.信访举报投诉类申请", `信访.{0,2}举报.{0,2}投诉|举报投诉类`},
	{"unprocessed.repeat", "2.重复申请", `重复申请`},
	{"unprocessed.publication", "3.要求提供公开出版物", `公开出版物`},
	{"unprocessed.excessive", "4.无正当理由大量反复申请", `大量反复`},
	{"unprocessed.confirm", "5.要求行政机关确认或重新出具已获取信息", `确认或重新出具|重新出具已`},
	{"other.all", "（六）其他处理", `其他处理$|[（(]?六[)）]?其他$`},
	{"other.no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", `逾期不补正`},
	{"other.no_payment", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", `收费通知|缴纳费用|逾期不缴费`},
	{"other.other", "3.其他", `(3[.．、]?|^)其他$`},
	{"results_total", "（七）总计", `总计$|[（(]七[)）](总|合)计`},
	{"carried_out", "四、结转下年度继续办理", `结转下(一)?年(度)?`},
})

// t2Rows are the rows of table 2 in both forms.
var t2Rows = rows([][3]string{
	{"regulations", "规章", `规章`},
	{"normative_documents", "行政规范性文件", `规范性文件`},
	{"licensing", "行政许可", `行政许可`},
	{"other_services", "其他对外管理服务事项", `其他对外管理服务`},
	{"penalty", "行政处罚", `行政处罚`},
	{"coercion", "行政强制", `行政强制`},
	{"fees", "行政事业性收费", `行政事业性收费`},
	{"procurement", "政府集中采购", `集中采购`},
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

// leaves are the rows of table 3 that add up to results_total: all between carried_in and it.
func isLeaf(id string) bool {
	switch id {
	case "new", "carried_in", "results_total", "carried_out":
		return false
	}
	return true
}
