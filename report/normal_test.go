package report_test

import (
	"testing"

	"nianbao/report"
)

// TestNormalText: version 2 of the rules stays what it is, since digests of archived texts rest on it.
func TestNormalText(t *testing.T) {
	for text, want := range map[string]string{
		"永宁县 财政局\n２０２３年①，共 13¹件\n浏览次数：12\n\n⼀、总体情况\u200b": "永宁县财政局\n2023年1,共131件\n一、总体情况\n",
		"  \n打印本页\n上一篇：无\n":               "",
		"发布时间：2024-01-18　浏览次数：1204次":      "发布时间:2024-01-18\n",
		"来源：县财政局 | 更新时间：2024-01-19 10:22": "来源:县财政局\n",
		"访问量全年达到1200万次，比上年增加3%。":          "访问量全年达到1200万次,比上年增加3%。\n",
		"今天是2026年11月3日 星期二":               "",
		"您是第100823位访客 主办：永宁县":             "主办:永宁县\n",
		"附件/nb.pdf;jsessionid=9AF31C":     "附件/nb.pdf\n",
		"12\u202c3":                       "12\u202c3\n",
	} {
		if got := report.NormalText(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
