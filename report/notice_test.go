package report

import (
	"strings"
	"testing"

	"nianbao/internal/compose"
)

// A notice that carries a report names who gives notice, and perhaps the body whose report it is.
func TestBodiesOfNotices(t *testing.T) {
	for title, want := range map[string]struct {
		body   string
		issuer bool
	}{
		"永宁县工业和信息化局办公室关于2025年政府信息公开工作年度报告的公告":     {"永宁县工业和信息化局", true},
		"永宁县财政局办公室关于印发2023年度政府信息公开年度报告的通知":        {"永宁县财政局", true},
		"永宁县审计局关于公布《2025年政府信息公开工作年度报告》的公告":        {"永宁县审计局", true},
		"永宁县人民政府办公室关于公布2023年政府信息公开工作年度报告的公告":      {"永宁县人民政府办公室", true},
		"永宁县人民政府办公室关于公布《永宁县2023年政府信息公开工作年度报告》的公告": {"永宁县", false},
		"永宁县人民政府办公室关于公布永宁县2023年政府信息公开工作年度报告的通知":   {"永宁县", false},
		"水利部办公厅关于2017年水利部政府信息公开工作年度报告的公告":         {"水利部", false},
		"永宁县人民政府办公室2023年政府信息公开工作年度报告":             {"永宁县人民政府办公室", false},
		"永宁县人民政府办公室关于2019年度政府信息公开情况的报告":           {"永宁县人民政府办公室", false},
		"永宁县教育局办公室2023年政府信息公开工作年度报告":              {"永宁县教育局办公室", false},
		"永宁县发展和改革委员会办公室关于公布2023年度政府信息公开工作年度报告的公告": {"永宁县发展和改革委员会", true},
		"关于公布2023年政府信息公开工作年度报告的公告":                {"", false},
		"关于报送《永宁县公安局关于2024年度政府信息公开情况的报告》的函":       {"永宁县公安局", false},
		"永宁县机构编制委员会办公室关于公布2023年度政府信息公开工作年度报告的公告":  {"永宁县机构编制委员会办公室", true},
	} {
		if got := BodyOf(title); got != want.body || GivesNotice(title) != want.issuer {
			t.Errorf("%s: %q, gives notice %t; want %q, %t", title, got, GivesNotice(title), want.body, want.issuer)
		}
	}
}

// The report that a notice carries says whose it is; the notice does not, unless nothing else does.
func TestReportsCarriedByNotices(t *testing.T) {
	r := compose.New(3, "永宁县人民政府", 2023, compose.Options{})
	text := strings.TrimPrefix(r.As(compose.Tabs), r.Title)
	silent := strings.ReplaceAll(text, "永宁县", "")
	const notice = "永宁县人民政府办公室关于公布2023年政府信息公开工作年度报告的公告"
	for _, c := range []struct {
		name, text, body string
		assumed          bool
	}{
		{"the title of the report", notice + "\n永宁县2023年政府信息公开工作年度报告\n" + silent, "永宁县", false},
		{"its signature", notice + "\n" + silent + "\n永宁县人民政府\n2024年1月20日\n", "永宁县人民政府", false},
		{"nothing", notice + "\n" + silent, "永宁县人民政府办公室", true},
		{"no notice", "永宁县人民政府办公室2023年政府信息公开工作年度报告\n" + silent, "永宁县人民政府办公室", false},
	} {
		v := Classify(FromText(c.text))
		if !v.IsReport || v.Publisher != c.body || v.Assumed != c.assumed {
			t.Errorf("named by %s: %q, assumed %t (%s); want %q, %t", c.name, v.Publisher, v.Assumed, v.Reason, c.body, c.assumed)
		}
	}
}
