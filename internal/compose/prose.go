package compose

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A piece of a report in reading order: a title, a head, a paragraph, or a table.
type piece struct {
	head  bool
	text  string
	table *grid
}

var sectionHeads = []string{"一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"}

// choices draws, once and for all renderings, which sentences a report uses.
func choices(rng *rand.Rand) []string {
	one := func(list ...string) string { return list[rng.IntN(len(list))] }
	return []string{
		one("按照条例要求，及时更新公开栏目，突出民生领域。", "围绕群众关心的事项，重点公开了办事流程和收费标准。", "坚持应公开尽公开，对存量信息逐条核对。", "公开栏目由专人维护，每周检查一次。"),
		one("对收到的申请逐件登记，按期答复。", "依申请公开的办理流程由两名工作人员共同把关。", "答复文书统一编号，存档备查。"),
		one("文件在起草时同步确定公开属性。", "历年文件已经整理成册，可在线查阅。", "建立了信息发布前的三级审核。"),
		one("查阅点设在一楼大厅，周末不休。", "栏目页面已适配手机浏览。", "政务服务大厅设有查阅电脑两台。"),
		one("全年组织培训两次，没有发生需要追责的情形。", "把公开工作列入年终评议。", "邀请居民代表评议公开工作，满意度较高。"),
		one("一是解读材料形式单一；二是部分栏目更新偏慢。", "主要问题是基层人员更换较频繁，业务不够熟练。", "公开内容与群众期待还有差距，检索也不够方便。"),
		one("下一步将丰富解读形式，缩短更新间隔。", "今后将固定人员，编写操作手册。", "明年将改造检索功能，并听取使用者的意见。"),
		one("无。", "本年度没有其他需要报告的事项。", "本机关本年度未收取信息处理费。", "无"),
	}
}

// pieces lays the report out without its title.
func (r *Report) pieces() []piece {
	w := r.words
	p := func(format string, args ...any) piece { return piece{text: fmt.Sprintf(format, args...)} }
	h := func(i int) piece { return piece{head: true, text: sectionHeads[i]} }
	items := 120 + int(r.Numbers["t2.licensing.decisions"])
	opening := fmt.Sprintf("根据《中华人民共和国政府信息公开条例》，%s编制了本年度报告。报告所列数据的统计期限自%d年1月1日起至%d年12月31日止。", r.Body, r.Year, r.Year)
	if r.edition > 0 {
		opening += "本报告为更正后的文本。"
	}
	requests := "本年度未收到政府信息公开申请。"
	if n := r.Numbers["t3.new.total"]; n > 0 {
		requests = fmt.Sprintf("本年度收到政府信息公开申请%d件。", int(n))
	}
	return []piece{
		{text: opening}, h(0),
		p("（一）主动公开。全年主动公开政府信息%d条。%s", items, w[0]),
		p("（二）依申请公开。%s%s", requests, w[1]),
		p("（三）政府信息管理。%s", w[2]), p("（四）平台建设。%s", w[3]), p("（五）监督保障。%s", w[4]),
		h(1), {table: r.table2()}, h(2), {table: r.table3()}, h(3), {table: r.table4()}, h(4),
		p("%s", w[5]), p("%s", w[6]), h(5), p("%s", w[7]),
	}
}

// Text is the report as plain text, its title first: one line a paragraph, one line a table row with cells parted by tabs.
func (r *Report) Text() string {
	var b strings.Builder
	b.WriteString(r.Title + "\n\n")
	for _, p := range r.pieces() {
		if p.table == nil {
			b.WriteString(p.text + "\n")
			continue
		}
		b.WriteByte('\n')
		for _, row := range p.table.rows() {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
