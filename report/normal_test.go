package report_test

import (
	"testing"

	"nianbao/report"
)

// TestNormalText: version 1 of the rules stays what it is, since digests of archived texts rest on it.
func TestNormalText(t *testing.T) {
	for text, want := range map[string]string{
		"永宁县 财政局\n２０２３年①，共 13¹件\n浏览次数：12\n\n⼀、总体情况\u200b": "永宁县财政局\n2023年1,共131件\n一、总体情况\n",
		"  \n打印本页\n上一篇：无\n": "",
		"12\u202c3":         "12\u202c3\n",
	} {
		if got := report.NormalText(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
