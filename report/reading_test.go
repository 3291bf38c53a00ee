package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

func codes(r *report.AnnualReport) string {
	var out []string
	for _, w := range r.Warnings {
		out = append(out, w.Code+" "+w.At)
	}
	return strings.Join(out, ",")
}

// TestReading: what was read is counted table by table, and what is missing is said.
func TestReading(t *testing.T) {
	full := compose.New(31, "江北市人民政府", 2023, compose.Options{})
	old := compose.New(31, "江北市人民政府", 2020, compose.Options{})
	cells := func(n, seen, numbers int) report.TableReading {
		out := report.TableReading{Cells: n, Seen: seen, Numbers: numbers}
		if seen > 0 {
			out.Method = report.MethodCells
		}
		return out
	}
	text := full.As(compose.Tabs)
	upTo := func(s string) string { return text[:strings.Index(text, s)] }
	blank := full.Document(compose.Whole)
	blank.Blocks = append([]document.Block(nil), blank.Blocks...)
	emptied := blankTables(tablesOf(blank))
	for i, k := 0, 0; i < len(blank.Blocks); i++ {
		if blank.Blocks[i].Table != nil {
			if k > 0 { // table 2 keeps its numbers
				blank.Blocks[i] = emptied[k]
			}
			k++
		}
	}
	labels := full.Document(compose.Whole)
	for i := range labels.Blocks {
		if labels.Blocks[i].Table != nil {
			labels.Blocks[i] = document.Block{Kind: document.Paragraph, Text: words(tableRows(labels.Blocks[i].Table))}
		}
	}
	for name, c := range map[string]struct {
		d     *document.Document
		want  report.Reading
		codes []string
	}{
		"whole":              {report.FromText(text), report.Reading{State: "complete", Tables: map[string]report.TableReading{"t2": cells(10, 10, 10), "t3": cells(175, 175, 175), "t4": cells(15, 15, 15)}}, nil},
		"form of 2019":       {report.FromText(old.As(compose.Tabs)), report.Reading{State: "complete", Tables: map[string]report.TableReading{"t2": cells(22, 22, 22), "t3": cells(161, 161, 161), "t4": cells(15, 15, 15)}}, nil},
		"single row":         {report.FromText(full.SingleOther().As(compose.Tabs)), report.Reading{State: "complete", Tables: map[string]report.TableReading{"t2": cells(10, 10, 10), "t3": cells(161, 161, 161), "t4": cells(15, 15, 15)}}, nil},
		"cut behind table 3": {report.FromText(upTo("四、政府信息公开行政复议")), report.Reading{State: "partial", Tables: map[string]report.TableReading{"t2": cells(10, 10, 10), "t3": cells(175, 175, 175), "t4": cells(15, 0, 0)}}, []string{"table_missing t4"}},
		"title only":         {report.FromText(full.Title + "\n附件下载\n"), report.Reading{State: "title_only"}, []string{"body_missing "}},
		"blank cells":        {blank, report.Reading{State: "partial", Tables: map[string]report.TableReading{"t2": cells(10, 10, 10), "t3": cells(175, 175, 0), "t4": cells(15, 15, 0)}}, []string{"mostly_null "}},
		"zeros left blank":   {report.FromText(full.Filled(compose.BlankZeros).As(compose.Tabs)), report.Reading{State: "complete", Tables: map[string]report.TableReading{"t2": cells(10, 10, 10), "t3": cells(175, 175, 48), "t4": cells(15, 15, 4)}}, []string{"mostly_null "}},
		"labels only":        {labels, report.Reading{State: "partial"}, []string{"numbers_missing t2", "numbers_missing t3", "numbers_missing t4"}},
		"before 2019":        {report.FromText(compose.NewOld(31, "江北市人民政府", 2012).As(compose.Tabs)), report.Reading{State: "complete"}, nil},
	} {
		r := parseAs(t, name, c.d)
		if d := cmp.Diff(c.want, r.Reading); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		for _, code := range c.codes {
			if !strings.Contains(codes(r), code) {
				t.Errorf("%s: no warning %q among %s", name, code, codes(r))
			}
		}
		if c.codes == nil && strings.Contains(codes(r), "missing") {
			t.Errorf("%s: %s", name, codes(r))
		}
	}
}
