package report_test

import (
	"fmt"
	"strings"
	"testing"

	"nianbao/internal/compose"
	"nianbao/report"
)

// An opening is a way in which a report names its body and year: what stands above the text, and what below it.
type opening struct {
	name, above, below string
	want               string // body; empty for the report's own
	untitled           bool   // the text names no title
}

func hanYear(y int) string {
	var b strings.Builder
	for _, d := range fmt.Sprint(y) {
		b.WriteString(string([]rune("〇一二三四五六七八九")[d-'0']))
	}
	return b.String()
}

// wideYear is a year in full-width digits.
func wideYear(y int) string {
	var b strings.Builder
	for _, d := range fmt.Sprint(y) {
		b.WriteRune(d - '0' + '０')
	}
	return b.String()
}

// openings are the ways for a body B and a year Y, published in the year N.
func openings(b string, y int) []opening {
	r := strings.NewReplacer("{B}", b, "{Y}", fmt.Sprint(y), "{N}", fmt.Sprint(y+1), "{汉}", hanYear(y), "{汉次}", hanYear(y+1), "{宽}", wideYear(y))
	list := []opening{
		{name: "plain", above: "{B}{Y}年政府信息公开工作年度报告\n"},
		{name: "year first", above: "{Y}年{B}政府信息公开工作年度报告\n"},
		{name: "year of", above: "{B}{Y}年度政府信息公开年度报告\n"},
		{name: "about", above: "{B}关于{Y}年度政府信息公开工作情况的报告\n"},
		{name: "work first", above: "{B}政府信息公开工作{Y}年度报告\n"},
		{name: "short", above: "{B}{Y}年信息公开年报\n"},
		{name: "numerals", above: "{B}{汉}年政府信息公开工作年度报告\n"},
		{name: "numerals with a ring", above: strings.ReplaceAll("{B}{汉}年政府信息公开工作年度报告\n", "〇", "○")},
		{name: "wide digits", above: "{B}{宽}年政府信息公开工作年度报告\n"},
		{name: "year in brackets", above: "{B}政府信息公开工作年度报告（{Y}年）\n"},
		{name: "two years", above: "{B}{Y}年政府信息公开工作年度报告（{N}年1月公布）\n"},
		{name: "two lines", above: "{B}\n{Y}年政府信息公开工作年度报告\n"},
		{name: "three lines", above: "{B}\n{Y}年政府信息公开\n工作年度报告\n"},
		{name: "body twice", above: "{B}\n{B}{Y}年政府信息公开工作年度报告\n"},
		{name: "blanks inside", above: "{B} {Y} 年 政府信息公开 工作 年度报告\n"},
		{name: "under it", above: "{Y}年政府信息公开工作年度报告\n{B}\n"},
		{name: "under it with a day", above: "{Y}年政府信息公开工作年度报告\n{B}\n（{N}年1月20日）\n"},
		{name: "under it, one line", above: "{Y}年政府信息公开工作年度报告\n{B}  {N}年1月20日\n"},
		{name: "notice", above: "{B}关于公布{Y}年政府信息公开工作年度报告的公告\n"},
		{name: "menu above", above: "登录注册\n首页\n无障碍阅读\n政府信息公开年报\n{B}{Y}年政府信息公开工作年度报告\n"},
		{name: "words on the line", above: "登录注册 首页 {B}{Y}年政府信息公开工作年度报告\n"},
		{name: "words join the title", above: "登录注册\n{B}{Y}年政府信息公开\n工作年度报告\n"},
		{name: "position line", above: "当前位置：首页 > 政府信息公开 > 年报 > {B}{Y}年政府信息公开工作年度报告\n"},
		{name: "position line, no title", above: "当前位置：首页 > 政府信息公开 > {Y}年报\n", below: "\n{B}\n{N}年1月18日\n", untitled: true},
		{name: "counter line", above: "{B}{Y}年政府信息公开工作年度报告\n发布时间：{N}-01-20 10:21 浏览次数：128次 字体：大 中 小 打印\n"},
		{name: "counter before", above: "浏览次数：128次 {B}{Y}年政府信息公开工作年度报告\n"},
		{name: "site before", above: "青禾市人民政府门户网站\n{B}{Y}年政府信息公开工作年度报告\n"},
		{name: "source line", above: "{Y}年政府信息公开工作年度报告\n来源：{B} 发布时间：{N}-01-20 浏览次数：5\n"},
		{name: "table of metadata", above: "索引号\t0120/{N}-00012\t发布机构\t{B}\n名称\t{Y}年政府信息公开工作年度报告\t发布日期\t{N}-01-20\n"},
		{name: "metadata in lines", above: "索引号：0120/{N}-00012\n发布机构：{B}\n发布日期：{N}-01-20\n", untitled: true},
		{name: "opening names it", above: "根据《中华人民共和国政府信息公开条例》规定，现公布{B}{Y}年政府信息公开工作年度报告。\n", untitled: true},
		{name: "opening, composed", above: "根据《中华人民共和国政府信息公开条例》要求，{B}编制了本报告。\n", untitled: true},
		{name: "signature", below: "\n{B}\n{N}年1月18日\n", untitled: true},
		{name: "signature, numerals", below: "\n{B}\n{汉次}年一月十八日\n", untitled: true},
		{name: "signature on one line", below: "\n{B} {N}年1月18日\n", untitled: true},
		{name: "signature, page behind", below: "\n{B}\n{N}年1月18日\n打印本页\n关闭窗口\n主办：青禾市人民政府办公室\n备案号：000000000号\n网站地图\n联系我们\n", untitled: true},
		{name: "a long menu", above: strings.Repeat("栏目导航\n政务动态\n通知公告\n", 12) + "{B}{Y}年政府信息公开工作年度报告\n"},
		{name: "other years above", above: "青禾市教育局2017年政府信息公开工作年度报告\n青禾市教育局2016年政府信息公开工作年度报告\n" + strings.Repeat("相关栏目\n", 22) + "{B}{Y}年政府信息公开工作年度报告\n"},
		{name: "short name, long signature", above: "2023年本局政府信息公开\n", below: "\n{B}\n{N}年1月18日\n", untitled: true},
	}
	for i := range list {
		list[i].above, list[i].below = r.Replace(list[i].above), r.Replace(list[i].below)
		if list[i].want == "" {
			list[i].want = b
		}
	}
	return list
}

// TestVariety reads body and year from every opening, for bodies of many kinds, from the text alone: with tables in two
// shapes, with and without the statistical period, which names the year.
func TestVariety(t *testing.T) {
	t.Parallel()
	wrong, total := 0, 0
	for i, b := range []string{"永宁县人民政府", "永宁县财政局", "青禾市教育局", "青禾市城南区柳河街道办事处", "永宁县白石镇人民政府", "永宁县农业农村局", "青禾高新技术产业开发区管理委员会",
		"国家税务总局永宁县税务局", "永宁县住房和城乡建设局", "云川省生态环境厅", "永宁县人民政府办公室", "青禾市公安局城南分局", "永宁县审计局", "永宁县档案馆", "永宁县搬迁安置中心"} {
		y := 2019 + i%6
		r := compose.New(int64(i), b, y, compose.Options{})
		for k, o := range openings(b, y) {
			text := r.As([]compose.Shape{compose.Tabs, compose.Paragraphs, compose.Layout}[k%3])
			at := strings.Index(text, "一、总体情况")
			period := ""
			if o.untitled || k%2 == 0 {
				period = fmt.Sprintf("本报告所列数据的统计期限自%d年1月1日起至12月31日止。\n", y)
			}
			text = o.above + period + text[at:] + o.below
			total++
			v := report.Classify(report.FromText(text))
			if !v.IsReport || !v.Complete || v.Publisher != o.want || v.Year != y {
				if wrong++; wrong < 40 {
					t.Errorf("%s, %d: %s: %v %q %d, title %q, %s", b, y, o.name, v.IsReport, v.Publisher, v.Year, v.Title, v.Reason)
				}
			}
		}
	}
	t.Logf("%d of %d openings read", total-wrong, total)
}
