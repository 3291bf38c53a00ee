package report_test

import (
	"regexp"
	"strings"
	"testing"

	"nianbao/internal/compose"
	"nianbao/report"
)

// TestStatisticsRows: a complete table gives no warning; a row that is taken out, whichever it is, is named by one and moves
// no other; a label on three lines, with the cells beside the middle one, is read.
func TestStatisticsRows(t *testing.T) {
	o := compose.NewOld(6, "永宁县财政局", 2016)
	text := o.As(compose.Tabs)
	for _, w := range parseAs(t, "complete", report.FromText(text)).Warnings {
		if w.Code == report.WarnRowsMissing {
			t.Errorf("complete: %s", w.Text)
		}
	}
	for path, label := range map[string]string{"response.hot_topics": "热点或重大舆情数", "replies.refused.privacy": "个人隐私", "capacity.budget_wan": "专项经费", "complaints.total": "举报投诉数", "litigation.corrected": "诉讼"} {
		row := regexp.MustCompile(`(?m)^.*` + label + `.*\t\d.*\n`)
		if path == "litigation.corrected" {
			row = regexp.MustCompile(`(?ms)(行政诉讼数.*?)^[^\n]*纠错[^\n]*\n`)
		}
		less := row.ReplaceAllString(text, "$1")
		if less == text {
			t.Fatalf("%s: no such row", path)
		}
		got := parseAs(t, path, report.FromText(less))
		said := ""
		for _, w := range got.Warnings {
			if w.Code == report.WarnRowsMissing && w.At == "s2014" {
				said = w.Text
			}
		}
		if !strings.Contains(said, path) || strings.Contains(said, ",") {
			t.Errorf("without %s: warned %q", path, said)
		}
		for p, v := range o.Numbers {
			if g, ok := got.Data.Value(p); p != "s2014."+path && (!ok || g != v) {
				t.Errorf("without %s: %s is %v %v, printed %v", path, p, g, ok, v)
			}
		}
	}
	label := regexp.MustCompile(`(?m)^(.*热点或重大舆情数[^\t]*)\t(次)\t(\d+)(.*)$`)
	if !label.MatchString(text) {
		t.Fatal("no row to break")
	}
	broken := label.ReplaceAllString(text, "$1（不同方式回应同一热点或舆情计\t\t\n\t$2\t$3$4\n1次）\t\t")
	if v, ok := parseAs(t, "broken", report.FromText(broken)).Data.Value("s2014.response.hot_topics"); !ok || v != o.Numbers["s2014.response.hot_topics"] {
		t.Errorf("a label on three lines: %v %v", v, ok)
	}
}
