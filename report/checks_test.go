package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

func parse(t *testing.T, text string) *report.AnnualReport {
	t.Helper()
	r, err := report.ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// failing lists the checks that fail, as rule, row and column.
func failing(r *report.AnnualReport) []string {
	var out []string
	for _, c := range r.Checks {
		if !c.Holds {
			out = append(out, c.Rule+" "+c.Row+c.Column)
		}
	}
	return out
}

func rules(r *report.AnnualReport) map[string]int {
	out := map[string]int{}
	for _, c := range r.Checks {
		out[c.Rule]++
	}
	return out
}

func TestEveryRelationIsChecked(t *testing.T) {
	r := parse(t, compose.New(2, "永宁县人民政府", 2023, compose.Options{}).As(compose.Tabs))
	want := map[string]int{"inflow_eq_outflow": 7, "results_total_eq_leaves": 7, "row_totals": 25, "t4_totals": 3, "prose_vs_table": 1}
	if d := cmp.Diff(want, rules(r)); d != "" {
		t.Error(d)
	}
	if f := failing(r); f != nil {
		t.Error(f)
	}
}

// TestWrongInTheSource changes one printed number: it is read as printed, and the checks that use it fail.
func TestWrongInTheSource(t *testing.T) {
	c := compose.New(2, "永宁县人民政府", 2023, compose.Options{})
	c.Numbers["t3.granted.total"] += 3
	c.Numbers["t4.reconsideration.total"]++
	r := parse(t, c.As(compose.Pipes))
	if v, _ := r.Data.Value("t3.granted.total"); v != c.Numbers["t3.granted.total"] {
		t.Errorf("granted.total %v, printed %v", v, c.Numbers["t3.granted.total"])
	}
	want := []string{"results_total_eq_leaves total", "row_totals t3.granted", "t4_totals t4.reconsideration"}
	if d := cmp.Diff(want, failing(r)); d != "" {
		t.Error(d)
	}
	n := 0
	for _, w := range r.Warnings {
		if w.Code == report.WarnSum {
			n++
		}
	}
	if n != len(want) {
		t.Errorf("%d warnings for %d failures", n, len(want))
	}
}

func TestBlankCellsInChecks(t *testing.T) {
	r := parse(t, compose.New(2, "永宁县人民政府", 2023, compose.Options{}).Filled(compose.BlankZeros).As(compose.Tabs))
	if f := failing(r); f != nil {
		t.Errorf("blank zeros: %v", f)
	}
	if n := rules(r)["inflow_eq_outflow"]; n == 0 {
		t.Error("blank zeros: inflow and outflow are not compared at all")
	}
	r = parse(t, compose.New(2, "永宁县人民政府", 2023, compose.Options{}).Filled(compose.Slashes).As(compose.Tabs))
	if len(r.Checks) != 0 {
		t.Errorf("strokes only: %v", r.Checks)
	}
	r = parse(t, compose.New(2, "永宁县人民政府", 2023, compose.Options{}).Filled(compose.TotalsOnly).As(compose.Tabs))
	if n := rules(r); n["row_totals"] != 0 || n["inflow_eq_outflow"] != 1 || n["results_total_eq_leaves"] != 1 {
		t.Errorf("totals only: %v", n)
	}
}

// TestMissingRows: a row without its numbers is left out with a warning, and no check pretends to know it.
func TestMissingRows(t *testing.T) {
	text := compose.New(2, "永宁县人民政府", 2023, compose.Options{}).As(compose.Paragraphs)
	i := strings.Index(text, "5.属于三类内部事务信息")
	j := strings.Index(text[i:], "\n\n") + i + 2
	k := strings.Index(text[j:], "\n\n") + j + 2 // one number of the row
	r := parse(t, text[:j]+text[k:])
	if _, seen := r.Data.T3["refused.internal_affairs"]; seen {
		t.Error("a row of six numbers was read")
	}
	wantWarning(t, r, report.WarnRowCells)
	wantWarning(t, r, report.WarnRowsMissing)
	if n := rules(r); n["results_total_eq_leaves"] != 0 || n["row_totals"] != 24 {
		t.Errorf("checks: %v", n)
	}
}

func TestCompareYears(t *testing.T) {
	before, after := compose.New(4, "永宁县人民政府", 2022, compose.Options{}), compose.New(4, "永宁县人民政府", 2023, compose.Options{})
	a, b := parse(t, before.As(compose.Tabs)), parse(t, after.As(compose.Tabs))
	list := report.CompareYears(a, b)
	if len(list) != 9 {
		t.Errorf("%d checks, want 7 columns and 2 kinds of rules", len(list))
	}
	for _, c := range list {
		if !c.Holds {
			t.Errorf("%+v", c)
		}
	}
	if report.CompareYears(b, a) != nil || report.CompareYears(a, a) != nil || report.CompareYears(nil, a) != nil {
		t.Error("years that do not follow one another were compared")
	}
	after.Numbers["t3.carried_in.natural"]++
	bad := 0
	for _, c := range report.CompareYears(a, parse(t, after.As(compose.Tabs))) {
		if !c.Holds {
			bad++
		}
	}
	if bad != 1 {
		t.Errorf("%d checks fail, want 1", bad)
	}
}

func TestWarnings(t *testing.T) {
	office := compose.New(1, "永宁县人民政府办公室", 2023, compose.Options{Level: "county"})
	wantWarning(t, parse(t, office.As(compose.Tabs)), report.WarnPower)
	wantWarning(t, parse(t, compose.New(1, "永宁县人民政府", 2023, compose.Options{}).SingleOther().As(compose.Tabs)), report.WarnMixedForms)
	wantWarning(t, parse(t, compose.New(1, "永宁县人民政府", 2023, compose.Options{}).As(compose.Misprinted)), report.WarnSourceHead)
	text := compose.New(1, "永宁县人民政府", 2023, compose.Options{}).As(compose.Tabs)
	wantWarning(t, parse(t, strings.Replace(text, "自2023年1月1日起至2023年", "自2022年1月1日起至2022年", 1)), report.WarnYear)
	wantWarning(t, parse(t, strings.Replace(text, "收到和处理政府信息公开申请情况", "收到和处理老虎机申请情况", 1)), report.WarnSpam)
	wantWarning(t, parse(t, text[:strings.Index(text, "四、政府信息公开行政复议")]), report.WarnTableMissing)
	wantWarning(t, parse(t, text[:strings.Index(text, "二、主动公开政府信息情况")]), report.WarnBodyMissing)
	wantWarning(t, parse(t, text+"\n"+compose.New(1, "永宁县财政局", 2023, compose.Options{}).As(compose.Tabs)), report.WarnMoreReports)
	if r := parse(t, text); len(r.Warnings) != 0 {
		t.Errorf("a faultless report: %+v", r.Warnings)
	}
}

// TestNumbersFromPictures: what was read from a picture keeps its confidence, and is flagged where that is low.
func TestNumbersFromPictures(t *testing.T) {
	d := compose.New(1, "永宁县财政局", 2023, compose.Options{}).Document(compose.Whole)
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Table != nil {
			for k := range b.Table.Cells {
				if b.Table.Cells[k].Confidence = 0.97; k > 0 && b.Table.Cells[k-1].Text == "（七）总计" {
					b.Table.Cells[k].Confidence = 0.4
				}
			}
		}
	}
	r, err := report.Parse(d)
	if err != nil {
		t.Fatal(err)
	}
	if o := r.Origins["t3.new.natural"]; o.Confidence != 0.97 {
		t.Errorf("%+v", o)
	}
	var at []string
	for _, w := range r.Warnings {
		if w.Code == report.WarnConfidence {
			at = append(at, w.At)
		}
	}
	if d := cmp.Diff([]string{"t3.results_total.natural"}, at); d != "" {
		t.Error(d)
	}
}

// TestSeveralReports reads texts and containers that hold several reports.
func TestSeveralReports(t *testing.T) {
	a, b := compose.New(1, "永宁县财政局", 2023, compose.Options{}), compose.New(2, "永宁县柳河镇人民政府", 2022, compose.Options{})
	for _, shape := range []compose.Shape{compose.Tabs, compose.TabsRagged, compose.Paragraphs, compose.CellLines, compose.Pipes, compose.Layout, compose.Markdown, compose.MarkupText, compose.Apart} {
		all, err := report.ParseAll(report.FromText(a.As(shape) + "\n\n" + b.As(shape)))
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 2 {
			t.Errorf("%s: %d reports", shape, len(all))
			continue
		}
		for i, want := range []*compose.Report{a, b} {
			if all[i].Publisher.Name != want.Body || all[i].Year != want.Year {
				t.Errorf("%s: report %d is of %s, %d", shape, i, all[i].Publisher.Name, all[i].Year)
			}
			var c tally
			c.compare(t, string(shape), want, all[i])
			if c.right != c.total {
				t.Errorf("%s: report %d: %d of %d numbers", shape, i, c.right, c.total)
			}
		}
	}
	twice, err := report.ParseAll(report.FromText(a.As(compose.Tabs) + "\n\n" + a.As(compose.Tabs)))
	if err != nil || len(twice) != 1 {
		t.Errorf("a report printed twice: %d reports, %v", len(twice), err)
	}
	bundle := &document.Document{MediaType: "application/zip", Parts: []*document.Document{a.Document(compose.Whole), report.FromText("目录"), b.Document(compose.Halves)}}
	all, err := report.ParseAll(bundle)
	if err != nil || len(all) != 2 {
		t.Fatalf("bundle: %d reports, %v", len(all), err)
	}
	if one, err := report.Parse(bundle); err != nil || one.Publisher.Name != a.Body {
		t.Errorf("bundle: %v, %v", one, err)
	}
}

// TestRequestsInRunningText: the number of requests is that of this year and of requests for information.
func TestRequestsInRunningText(t *testing.T) {
	for sentence, want := range map[string]float64{
		"本机关共收到政府信息公开申请3件。":                       3,
		"全年办理行政许可申请35件，收到政府信息公开申请2件。":             2,
		"2022年收到信息公开申请9件，2023年收到信息公开申请4件。":        4,
		"2023年度，我街道未收到申请公开政府信息。":                  0,
		"共接收到1封群众主动要求公开政府信息的申请。":                  1,
		"自2008年以来累计收到信息公开申请120件，2023年受理信息公开申请5件。": 5,
		"政府信息公开申请96,均按期答复。":                       96,
		"收到依申请公开事项1,204件。":                        1204,
	} {
		r := parse(t, "永宁县财政局2023年政府信息公开工作年度报告\n"+sentence+"\n")
		if f := r.Prose.RequestsReceived; f == nil || f.Value != want {
			t.Errorf("%s: %+v, want %v", sentence, f, want)
		}
	}
	if r := parse(t, "永宁县财政局2023年政府信息公开工作年度报告\n全年受理行政许可申请35件，办理人大建议4件。\n"); r.Prose.RequestsReceived != nil {
		t.Errorf("%+v", r.Prose.RequestsReceived)
	}
}
