package compose

import (
	"math/rand/v2"
)

// A row of table 3: its identifier, its printed label and the group it stands in. A group's own line carries no numbers.
type row struct {
	id, label, group string
}

// t3Columns are the columns of table 3 in printed order; the last is the sum of the others.
var t3Columns = []string{"natural", "enterprise", "research", "nonprofit", "legal_service", "other_org", "total"}

// results are the rows under 三、本年度办理结果 but the last; group "" means that the label covers both label columns.
var results = []row{
	{"granted", "（一）予以公开", ""},
	{"partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ""},
	{"refused.state_secret", "1.属于国家秘密", "（三）不予公开"},
	{"refused.law_prohibited", "2.其他法律行政法规禁止公开", "（三）不予公开"},
	{"refused.security_stability", "3.危及“三安全一稳定”", "（三）不予公开"},
	{"refused.third_party", "4.保护第三方合法权益", "（三）不予公开"},
	{"refused.internal_affairs", "5.属于三类内部事务信息", "（三）不予公开"},
	{"refused.process_info", "6.属于四类过程性信息", "（三）不予公开"},
	{"refused.enforcement_file", "7.属于行政执法案卷", "（三）不予公开"},
	{"refused.admin_query", "8.属于行政查询事项", "（三）不予公开"},
	{"unavailable.not_held", "1.本机关不掌握相关政府信息", "（四）无法提供"},
	{"unavailable.needs_creation", "2.没有现成信息需要另行制作", "（四）无法提供"},
	{"unavailable.unclear", "3.补正后申请内容仍不明确", "（四）无法提供"},
	{"unprocessed.petition", "1.信访举报投诉类申请", "（五）不予处理"},
	{"unprocessed.repeat", "2.重复申请", "（五）不予处理"},
	{"unprocessed.publication", "3.要求提供公开出版物", "（五）不予处理"},
	{"unprocessed.excessive", "4.无正当理由大量反复申请", "（五）不予处理"},
	{"unprocessed.confirm", "5.要求行政机关确认或重新出具已获取信息", "（五）不予处理"},
}

// others are the rows of （六）其他处理, which the form of 2019 had as a single one.
func others(format string) []row {
	if format == "f2019" {
		return []row{{"other.all", "（六）其他处理", ""}}
	}
	return []row{
		{"other.no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "（六）其他处理"},
		{"other.no_payment", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "（六）其他处理"},
		{"other.other", "3.其他", "（六）其他处理"},
	}
}

// leaves are the rows of the report's own table.
func (r *Report) leaves() []row {
	if r.single {
		return leaves("f2019")
	}
	return leaves(r.Format())
}

// leaves are all rows that add up to 总计.
func leaves(format string) []row {
	return append(append([]row{}, results...), others(format)...)
}

var (
	t4Blocks  = []string{"reconsideration", "litigation_direct", "litigation_after_reconsideration"}
	t4Columns = []string{"upheld", "corrected", "other", "pending", "total"}
)

// A line of table 2: identifier, label and columns.
type line struct {
	id, label string
	columns   []string
}

// A block of table 2: its caption, the heads of its columns, and its lines.
type block struct {
	caption string
	heads   []string
	lines   []line
}

// t2 is table 2 of a form.
func t2(format string) []block {
	if format == "f2019" {
		made := []string{"new_made", "new_public", "total_public"}
		items := []string{"prev_items", "items_change", "decisions"}
		return []block{
			{"第二十条第（一）项", []string{"本年新制作数量", "本年新公开数量", "对外公开总数量"}, []line{{"regulations", "规章", made}, {"normative_documents", "规范性文件", made}}},
			{"第二十条第（五）项", []string{"上一年项目数量", "本年增/减", "处理决定数量"}, []line{{"licensing", "行政许可", items}, {"other_services", "其他对外管理服务事项", items}}},
			{"第二十条第（六）项", []string{"上一年项目数量", "本年增/减", "处理决定数量"}, []line{{"penalty", "行政处罚", items}, {"coercion", "行政强制", items}}},
			{"第二十条第（八）项", []string{"上一年项目数量", "本年增/减"}, []line{{"fees", "行政事业性收费", items[:2]}}},
			{"第二十条第（九）项", []string{"采购项目数量", "采购总金额"}, []line{{"procurement", "政府集中采购", []string{"projects", "amount"}}}},
		}
	}
	files := []string{"made", "repealed", "in_force"}
	one := []string{"decisions"}
	return []block{
		{"第二十条第（一）项", []string{"本年制发件数", "本年废止件数", "现行有效件数"}, []line{{"regulations", "规章", files}, {"normative_documents", "行政规范性文件", files}}},
		{"第二十条第（五）项", []string{"本年处理决定数量"}, []line{{"licensing", "行政许可", one}}},
		{"第二十条第（六）项", []string{"本年处理决定数量"}, []line{{"penalty", "行政处罚", one}, {"coercion", "行政强制", one}}},
		{"第二十条第（八）项", []string{"本年收费金额（单位：万元）"}, []line{{"fees", "行政事业性收费", []string{"amount_wan"}}}},
	}
}

// scale is how many requests and decisions a body of a level has.
func scale(level string) int {
	switch level {
	case "national", "province":
		return 40
	case "city":
		return 16
	case "county":
		return 8
	case "zone":
		return 3
	case "department":
		return 2
	}
	return 1
}

// numbers fills in the form. What is carried into a year is what the year before carried out, and the rules in force
// follow from those made and repealed since 2021, so that a row of years is consistent too.
func numbers(seed int64, body string, year int, opt Options) map[string]float64 {
	n := map[string]float64{}
	format := "f2021"
	if year <= 2020 {
		format = "f2019"
	}
	s := scale(opt.Level)
	lawful := opt.Level == "province" || opt.Level == "city" || opt.Level == "national"
	if opt.Empty {
		s, lawful = 0, false
	}
	fillT2(n, seed, body, year, format, s, lawful)
	fillT3(n, seed, body, year, format, s)
	rng := source(seed, body, year, "t4")
	for _, b := range t4Blocks {
		sum := 0
		for _, c := range t4Columns[:4] {
			v := few(rng, s, 70)
			n["t4."+b+"."+c] = float64(v)
			sum += v
		}
		n["t4."+b+".total"] = float64(sum)
	}
	return n
}

func fillT2(n map[string]float64, seed int64, body string, year int, format string, s int, lawful bool) {
	rng := source(seed, body, year, "t2")
	for _, b := range t2(format) {
		for _, l := range b.lines {
			for _, c := range l.columns {
				path := "t2." + l.id + "." + c
				switch c {
				case "made", "repealed", "in_force":
					if l.id == "regulations" && !lawful {
						n[path] = 0
						continue
					}
					n[path] = float64(rules(seed, body, year, l.id, c, s))
				case "items_change":
					n[path] = float64(rng.IntN(2*s+1) - s)
				case "amount_wan":
					n[path] = float64(rng.IntN(90_000*s+1)) / 100
					if s < 3 {
						n[path] = 0
					}
				case "amount":
					n[path] = float64(rng.IntN(400*s+1) * 1000)
				default:
					if l.id == "regulations" && !lawful {
						n[path] = 0
						continue
					}
					n[path] = float64(rng.IntN(140*s + 1))
				}
			}
		}
	}
}

// rules is one of the numbers made, repealed and in force of a kind of rule. In force is what stood before 2021 and
// everything made and repealed since.
func rules(seed int64, body string, year int, id, column string, s int) int {
	if s == 0 {
		return 0
	}
	change := func(y int) (made, repealed int) {
		rng := source(seed, body, y, "rules."+id)
		return rng.IntN(2*s + 2), rng.IntN(s + 1)
	}
	made, repealed := change(year)
	switch column {
	case "made":
		return made
	case "repealed":
		return repealed
	}
	sum := 20*s + source(seed, body, 0, "rules."+id).IntN(40*s)
	for y := 2021; y <= year; y++ {
		m, r := change(y)
		sum += m - r
	}
	return max(sum, 0)
}

// carried is what a body carries from a year into the next, by column without the total.
func carried(seed int64, body string, year, s int) [6]int {
	rng := source(seed, body, year, "carried")
	var out [6]int
	for i := range out {
		if i < 2 {
			out[i] = few(rng, s, 60)
		} else {
			out[i] = few(rng, s, 95)
		}
	}
	return out
}

func fillT3(n map[string]float64, seed int64, body string, year int, format string, s int) {
	rng := source(seed, body, year, "t3")
	var in, out [6]int
	out = carried(seed, body, year, s)
	in = carried(seed, body, year-1, s)
	table := map[string]*[6]int{"carried_in": &in, "carried_out": &out, "new": {}, "results_total": {}}
	for _, l := range leaves(format) {
		table[l.id] = &[6]int{}
	}
	for c := range 6 {
		zero := 62
		if c >= 2 {
			zero = 97
		}
		total := 0
		for _, l := range leaves(format) {
			v := few(rng, s, zero)
			if l.id == "granted" {
				v += few(rng, 3*s, zero/2)
			}
			table[l.id][c] = v
			total += v
		}
		if short := in[c] - total - out[c]; short > 0 { // everything carried in was answered or carried on
			table["granted"][c] += short
			total += short
		}
		table["results_total"][c] = total
		table["new"][c] = total + out[c] - in[c]
	}
	for id, v := range table {
		sum := 0
		for c := range 6 {
			n["t3."+id+"."+t3Columns[c]] = float64(v[c])
			sum += v[c]
		}
		n["t3."+id+".total"] = float64(sum)
	}
}

// few is zero in so many of a hundred cases, else a small number that grows with the scale.
func few(rng *rand.Rand, s, zero int) int {
	hit := rng.IntN(100) >= zero
	v := 1 + rng.IntN(3*s+1)
	if !hit || s == 0 {
		return 0
	}
	return v
}
