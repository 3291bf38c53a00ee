package report_test

import (
	"fmt"
	"testing"

	"nianbao/internal/compose"
	"nianbao/report"
)

// TestReportsBefore2019 reads reports in running text, with and without the statistics table.
func TestReportsBefore2019(t *testing.T) {
	shapes := []compose.Shape{compose.Tabs, compose.CellLines, compose.Paragraphs, compose.Pipes, compose.PipeEnds, compose.PipeAlone, compose.Layout, compose.Raw, compose.Markdown, compose.MarkupText, compose.OneLine}
	for _, body := range []string{"永宁县人民政府", "永宁县财政局"} {
		for _, year := range []int{2008, 2012, 2014, 2016, 2018} {
			o := compose.NewOld(5, body, year)
			docs := map[string]*report.AnnualReport{"grid": parseAs(t, "grid", o.Document())}
			for _, s := range shapes {
				docs[string(s)] = parseAs(t, string(s), report.FromText(o.As(s)))
			}
			for name, got := range docs {
				at := fmt.Sprintf("%s %d %s", body, year, name)
				if got.Year != year || got.Publisher.Name != body {
					t.Errorf("%s: read as %d %q", at, got.Year, got.Publisher.Name)
				}
				wantFormat := "free"
				if year >= 2014 {
					wantFormat = "s2014"
				}
				if got.Data.Format != wantFormat {
					t.Errorf("%s: format %q, want %q", at, got.Data.Format, wantFormat)
				}
				n := 0
				for _, f := range report.Fields() {
					v, printed := o.Numbers[f.Path]
					g, read := got.Data.Value(f.Path)
					if printed != read || v != g {
						t.Errorf("%s: %s: %v %v printed, %v %v read", at, f.Path, v, printed, g, read)
						if n++; n > 5 {
							break
						}
					}
				}
				for _, c := range got.Checks {
					if !c.Holds {
						t.Errorf("%s: %+v", at, c)
					}
				}
				if year >= 2014 && len(got.Checks) < 7 {
					t.Errorf("%s: %d checks", at, len(got.Checks))
				}
				p := got.Prose
				for _, f := range []struct {
					name string
					got  *report.Figure
					want int
				}{{"proactive", p.ProactiveItems, o.Proactive}, {"received", p.RequestsReceived, o.Received}, {"reviews", p.Reconsiderations, o.Reviews}, {"suits", p.Litigations, o.Suits}, {"fees", p.FeesCharged, 0}} {
					if f.got == nil || f.got.Value != float64(f.want) || f.got.Sentence == "" {
						t.Errorf("%s: %s in the text: %+v, want %d", at, f.name, f.got, f.want)
					}
				}
				if o.Received > 0 {
					for k, v := range map[string]int{"in_person": o.InPerson, "online": o.Online, "letter": o.Letter} {
						if f := p.RequestsByChannel[k]; f == nil || f.Value != float64(v) {
							t.Errorf("%s: %s: %+v, want %d", at, k, f, v)
						}
					}
				}
			}
		}
	}
}
