package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/document"
)

var (
	sectionHead = regexp.MustCompile(`^\s*([一二三四五六七八九]|[1-9])\s*[、.．]\s*\S`)
	counter     = `(?:件|宗|起|例|条|封|份|次|[,，。;；)]|$)`
	received    = regexp.MustCompile(`(?:收到|受理|接收|接到|收悉|新收|办理|申请(?:总)?(?:数量|数)?(?:共计?|为|共有)?)[^，。；、,\d]{0,24}?(\d[\d,]*)` + counter)
	noRequests  = regexp.MustCompile(`(?:未|没有|无|零)(?:收到|接到|接收|受理)[^。；]{0,24}申请|(?:未|没有)[^。；，]{0,10}申请|申请[^。；，\d]{0,8}(?:为零|0件)`)
	proactive   = regexp.MustCompile(`(?:主动公开|发布|公开)(?:各类)?(?:政府|政务)?信息(?:总数|总量|数|共计?|总计)?[^，。；、\d]{0,6}(\d[\d,]*)(?:余)?(?:条|篇|件)`)
	otherYear   = regexp.MustCompile(`上年度?(?:收到|受理|同期|相比)|去年|同比|比上年|较20|全[市县区省](?:各|共)`)
	channel     = regexp.MustCompile(`(当面|现场|传真|电子邮件|邮件|网络|网上|互联网|网站|信函|邮寄|书面|口头|其他(?:形式|方式)?)(?:提交|提出|方式|途径|形式)*(?:的)?申请(?:的)?(?:数)?(?:为)?(\d[\d,]*)` + counter)
	reviews     = regexp.MustCompile(`行政复议(?:案件|申请|数量|数)?(?:为|共|有)?(\d[\d,]*)(?:件|起|宗|例|次)`)
	suits       = regexp.MustCompile(`行政诉讼(?:案件|数量|数)?(?:为|共|有)?(\d[\d,]*)(?:件|起|宗|例|次)`)
	noReviews   = regexp.MustCompile(`(?:未|没有|无)(?:发生|收到|因|出现|被)?[^。；\d]{0,30}行政复议|行政复议[^。；\d]{0,20}(?:为零|均?为?0件)`)
	noSuits     = regexp.MustCompile(`(?:未|没有|无)(?:发生|收到|因|出现|被)?[^。；\d]{0,40}(?:行政)?诉讼|诉讼[^。；\d]{0,20}(?:为零|均?为?0件)`)
	charged     = regexp.MustCompile(`(?:收取|收费)[^，。；\d]{0,16}?(\d[\d,]*(?:\.\d+)?)(万元|元)`)
	noCharge    = regexp.MustCompile(`(?:未|没有|不)(?:发生|产生|存在|出现)[^。；]{0,60}收取[^。；]{0,12}费|(?:未|没有|无|不)(?:发生|产生|存在)?(?:收取|收费|向申请人收|任何收费)|免费提供|收费(?:情况)?[:：]?(?:为)?(?:零|0元)`)
	granted     = regexp.MustCompile(`(?:同意公开|予以公开)[^，。；、\d]{0,8}(\d[\d,]*)(?:件|条|份|起|宗)`)
	rejected    = regexp.MustCompile(`(?:不同意公开|不予公开)[^，。；、\d]{0,8}(\d[\d,]*)(?:件|份|起|宗)`)
)

// sectionWords are words of the titles of sections.
var sectionWords = []string{"总体情况", "概述", "概况", "主动公开", "收到和处理", "依申请公开", "复议", "诉讼", "存在的", "问题", "其他需要", "其它"}

// sections lists the section titles as printed.
func sections(d *document.Document) []string {
	var out []string
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Table != nil || len(out) >= 12 {
			continue
		}
		for rest := b.Text; rest != ""; {
			var l string
			l, rest, _ = strings.Cut(rest, "\n")
			if len(l) > 200 {
				continue
			}
			l = strings.TrimSpace(strings.TrimLeft(l, "#* 　"))
			l = strings.TrimSuffix(l, "**")
			if l == "" || len(l) >= 120 || !numbered(l) || !sectionHead.MatchString(l) {
				continue
			}
			if countAny(l, sectionWords) > 0 && !strings.ContainsAny(l, "。\t|") && !tableLabel(l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// numbered reports whether a line begins with a list number.
func numbered(l string) bool {
	r, _ := utf8.DecodeRuneInString(l)
	return strings.ContainsRune("一二三四五六七八九123456789", r)
}

// tableLabel keeps rows of table 3, which are numbered like sections, out of them.
func tableLabel(l string) bool {
	c := squeeze(l)
	for _, k := range []string{"新收政府", "上年结转", "办理结果", "结转下", "其他法律", "重复申请", "三安全", "公开出版物", "补正后", "第三方"} {
		if strings.Contains(c, k) {
			return true
		}
	}
	return false
}

// readProse takes the figures of running text, each with its sentence: the first sentence that gives one counts, since
// later ones compare and detail. Sentences that compare with another year are left aside.
func (r *AnnualReport) readProse(d *document.Document) {
	under := false // the section is the one on requests
	for i := range d.Blocks {
		if d.Blocks[i].Table != nil {
			continue
		}
		for rest := d.Blocks[i].Text; rest != ""; {
			var s string
			n := strings.IndexAny(rest, "。；;\n")
			if n < 0 {
				s, rest = rest, ""
			} else {
				s = rest[:n]
				for n++; n < len(rest) && rest[n]&0xc0 == 0x80; n++ { // the rest of a character of three octets
				}
				rest = rest[n:]
			}
			if len(s) < 120 && numbered(strings.TrimLeft(s, "#* \u3000")) && countAny(s, sectionWords) > 0 && !tableLabel(s) {
				under = strings.Contains(s, "依申请") || strings.Contains(s, "收到和处理")
			}
			if len(s) >= 12 && len(s) <= 1500 && strings.ContainsAny(s, "公收诉复申") && !strings.Contains(s, "\t") && !strings.Contains(s, "|") {
				r.sentence(s, under)
			}
		}
	}
}

// sentence reads one; under says that it stands in the section on requests, where 申请 alone means one for information.
func (r *AnnualReport) sentence(s string, under bool) {
	c := fold(s)
	if tabular(c) {
		return
	}
	c = squeeze(barred(c))
	p := &r.Prose
	take := func(dst **Figure, form *regexp.Regexp) bool {
		if *dst != nil {
			return false
		}
		if m := form.FindStringSubmatch(c); m != nil {
			*dst = figure(m[1], s)
		}
		return *dst != nil
	}
	none := func(dst **Figure, form *regexp.Regexp) {
		if *dst == nil && form.MatchString(c) {
			*dst = figure("0", s)
		}
	}
	digits := strings.ContainsAny(c, "0123456789")
	if digits && strings.Contains(c, "信息") && strings.Contains(c, "公开") {
		take(&p.ProactiveItems, proactive)
	}
	compares := comparesYears(c)
	if strings.Contains(c, "申请") && !compares {
		if p.RequestsReceived == nil && !strings.Contains(c, "条例") && (under || aboutRequests(c)) {
			if n := r.requestsIn(c); n != "" {
				p.RequestsReceived = figure(n, s)
			} else {
				none(&p.RequestsReceived, noRequests)
			}
		}
		for _, m := range channelsIn(c, digits) {
			if p.RequestsByChannel == nil {
				p.RequestsByChannel = map[string]*Figure{}
			}
			if k := channelName(m[1]); p.RequestsByChannel[k] == nil {
				p.RequestsByChannel[k] = figure(m[2], s)
			}
		}
		if digits && (strings.Contains(c, "意公开") || strings.Contains(c, "予以公开") || strings.Contains(c, "不予公开")) {
			take(&p.Granted, granted)
			take(&p.Refused, rejected)
		}
	}
	if strings.Contains(c, "复议") && !compares {
		if !take(&p.Reconsiderations, reviews) {
			none(&p.Reconsiderations, noReviews)
		}
	}
	if strings.Contains(c, "诉讼") && !compares {
		if !take(&p.Litigations, suits) {
			none(&p.Litigations, noSuits)
		}
	}
	if strings.Contains(c, "收") && p.FeesCharged == nil && (strings.Contains(c, "费") || strings.Contains(c, "免费")) {
		if m := charged.FindStringSubmatch(c); m != nil {
			if p.FeesCharged = figure(m[1], s); p.FeesCharged != nil {
				p.FeesCharged.Unit = m[2]
			}
		} else {
			none(&p.FeesCharged, noCharge)
		}
	}
}

// channelsIn are the counts of requests by channel; digits says whether the text holds any.
func channelsIn(c string, digits bool) [][]string {
	if !digits {
		return nil
	}
	return channel.FindAllStringSubmatch(c, 12)
}

// comparesYears reports whether a sentence speaks of another year, or of more than the body.
func comparesYears(c string) bool {
	return (strings.Contains(c, "年") || strings.Contains(c, "同比") || strings.Contains(c, "较20") || strings.Contains(c, "全")) && otherYear.MatchString(c)
}

// tabular reports whether a folded sentence is a row of a table, or several: numbers side by side, or behind a label.
func tabular(c string) bool {
	words := strings.Fields(c)
	n := 0
	for _, w := range words {
		if !isValue(w) {
			n = 0
		} else if n++; n >= 3 {
			return true
		}
	}
	if n > 0 {
		return labelled(strings.Join(words[:len(words)-n], ""))
	}
	if c == "" || c[len(c)-1] < '0' || c[len(c)-1] > '9' {
		return false
	}
	m := glued.FindStringSubmatch(c)
	return m != nil && labelled(m[1])
}

// barred puts a bar between digits that a blank parts: two numbers never become one.
func barred(c string) string {
	if !strings.Contains(c, " ") {
		return c
	}
	out := []byte(c)
	digit := func(i int) bool { return out[i] >= '0' && out[i] <= '9' }
	for i := 1; i+1 < len(out); i++ {
		if out[i] == ' ' && digit(i-1) && digit(i+1) {
			out[i] = '|'
		}
	}
	return string(out)
}

// aboutRequests reports whether a sentence speaks of requests for information.
func aboutRequests(c string) bool {
	return strings.Contains(c, "信息公开") || strings.Contains(c, "公开申请") || strings.Contains(c, "申请公开") || strings.Contains(c, "依申请") || strings.Contains(c, "政府信息") || strings.HasPrefix(c, "申请")
}

// requestsIn is the number of requests a sentence names: not that of other matters dealt with, of another year, or of all
// years together.
func (r *AnnualReport) requestsIn(c string) string {
	if !strings.ContainsAny(c, "0123456789") {
		return ""
	}
	for _, m := range received.FindAllStringSubmatchIndex(c, 8) {
		clause := c[strings.LastIndex(c[:m[0]], ",")+1 : m[2]]
		if otherMatter.MatchString(c[m[0]:m[2]]) || strings.Contains(clause, "累计") && strings.Contains(clause, "以来") {
			continue
		}
		if years := yearForm.FindAllStringSubmatch(c[:m[2]], 9); years != nil && r.Year > 0 && atoi(years[len(years)-1][1]) != r.Year {
			continue
		}
		return c[m[2]:m[3]]
	}
	return ""
}

var otherMatter = regexp.MustCompile(`许可|建议|提案|议案|投诉|信访|咨询|举报|来信|来访|审批|登记|业务|案件|复议|诉讼|邮件`)

func channelName(s string) string {
	switch s {
	case "当面", "现场", "口头":
		return "in_person"
	case "传真":
		return "fax"
	case "电子邮件", "邮件":
		return "email"
	case "网络", "网上", "互联网", "网站":
		return "online"
	case "信函", "邮寄", "书面":
		return "letter"
	}
	return "other"
}

// absurd is more than any body counts in a year.
const absurd = 1e8

func figure(n, sentence string) *Figure {
	v, err := strconv.ParseFloat(strings.ReplaceAll(n, ",", ""), 64)
	if err != nil || v > absurd {
		return nil
	}
	return &Figure{Value: v, Sentence: strings.TrimSpace(sentence)}
}

// compareProse sets the figures of running text against the tables. Requests may be the new ones alone or with those
// carried in, or those answered; a text that says there was no reconsideration or lawsuit is set against table 4.
func (r *AnnualReport) compareProse() {
	if f := r.Prose.RequestsReceived; f != nil {
		if newly, ok := r.Data.Value("t3.new.total"); ok {
			carried, _ := r.Data.Value("t3.carried_in.total")
			cells := []string{"prose.requests_received", "t3.new.total", "t3.carried_in.total"}
			holds := f.Value == newly || f.Value == newly+carried
			r.Checks = append(r.Checks, Check{Rule: "prose_vs_table", Holds: holds, Left: f.Value, Right: newly, Cells: cells})
			if !holds {
				r.warn(WarnProse, "t3.new.total", "the text says %v requests, the table %v new and %v carried in", f.Value, newly, carried)
			}
		}
	}
	for _, c := range []struct {
		f     *Figure
		at    string
		cells []string
	}{
		{r.Prose.Reconsiderations, "reconsiderations", []string{"t4.reconsideration.total"}},
		{r.Prose.Litigations, "litigations", []string{"t4.litigation_direct.total", "t4.litigation_after_reconsideration.total"}},
	} {
		if c.f == nil || c.f.Value != 0 {
			continue
		}
		sum, ok := 0.0, true
		for _, p := range c.cells {
			v, read := r.Data.Value(p)
			sum, ok = sum+v, ok && read
		}
		if ok && sum > 0 {
			r.warn(WarnProse, c.cells[0], "the text says none (%s), the table %v", c.at, sum)
		}
	}
}
