package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/report"
)

type truth struct {
	Title     string                `json:"title"`
	Body      string                `json:"issuing_body"`
	Level     string                `json:"level"`
	Year      int                   `json:"report_year"`
	Format    string                `json:"format_version"`
	Sections  []string              `json:"sections"`
	T2        map[string]report.Row `json:"t2"`
	T3        map[string]report.Row `json:"t3"`
	T4        map[string]report.Row `json:"t4"`
	Prose     map[string]any        `json:"prose"`
	Relations map[string]bool       `json:"reconciliation"`
	Anomalies []string              `json:"anomalies"`
}

// levels are the words of the labelled files for ours.
var levels = map[string]string{"township_street": "town", "county_department": "department"}

func TestSampleReports(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/seeds/*.txt")
	if len(files) == 0 {
		t.Skip("no sample reports beside the checkout")
	}
	numbers := 0
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(filepath.Join("../../shared/data/seeds-truth", strings.TrimSuffix(filepath.Base(f), ".txt")+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want truth
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			r, err := report.ParseText(string(text))
			if err != nil {
				t.Fatal(err)
			}
			got := truth{Title: r.Title, Body: r.Publisher.Name, Level: r.Publisher.Level, Year: r.Year, Format: r.Data.Format, Sections: r.Sections, T2: r.Data.T2, T3: r.Data.T3, T4: r.Data.T4}
			plain := want
			plain.Prose, plain.Relations, plain.Anomalies = nil, nil, nil
			plain.Level = levels[want.Level]
			if d := cmp.Diff(plain, got); d != "" {
				t.Errorf("truth (-) against parsed (+):\n%s", d)
			}
			n, _ := r.Data.Count()
			numbers += n
			relations := map[string]bool{}
			for _, c := range r.Checks {
				if holds, seen := relations[c.Rule]; !seen || holds {
					relations[c.Rule] = c.Holds
				}
				if len(c.Cells) < 2 {
					t.Errorf("check %s names %d cells", c.Rule, len(c.Cells))
				}
			}
			if d := cmp.Diff(want.Relations, relations); d != "" {
				t.Errorf("relations:\n%s", d)
			}
			compareFigures(t, want.Prose, r.Prose)
			for _, a := range want.Anomalies {
				switch {
				case strings.Contains(a, "header typo"):
					wantWarning(t, r, report.WarnSourceHead)
				case strings.Contains(a, "no power to make"):
					wantWarning(t, r, report.WarnRegulations)
				}
			}
			for path := range r.Origins {
				if o := r.Origins[path]; o.Row < 1 || o.Col < 1 {
					t.Errorf("%s stood nowhere: %+v", path, o)
				}
			}
			if len(r.Origins) != n {
				t.Errorf("%d numbers, %d origins", n, len(r.Origins))
			}
		})
	}
	t.Logf("%d numbers in %d reports", numbers, len(files))
}

func wantWarning(t *testing.T, r *report.AnnualReport, code string) {
	t.Helper()
	for _, w := range r.Warnings {
		if w.Code == code {
			return
		}
	}
	t.Errorf("no warning %q among %+v", code, r.Warnings)
}

func compareFigures(t *testing.T, want map[string]any, got report.Prose) {
	t.Helper()
	for name, f := range map[string]*report.Figure{"proactive_items": got.ProactiveItems, "requests_received": got.RequestsReceived, "fee_collected": got.FeesCharged} {
		v, labelled := want[name].(float64)
		if name == "requests_received" && !labelled {
			v, labelled = want["requests_received_and_handled"].(float64)
		}
		if labelled && (f == nil || f.Value != v) {
			t.Errorf("%s in running text: %+v, want %v", name, f, v)
		}
	}
}

func TestLabelledDocumentText(t *testing.T) {
	text, err := os.ReadFile("../../shared/data/docs/A.truth.txt")
	if err != nil {
		t.Skip("no labelled documents beside the checkout")
	}
	raw, _ := os.ReadFile("../../shared/data/docs/made/A.json")
	var want truth
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	r, err := report.ParseText(string(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]map[string]report.Row{"t2": {want.T2, r.Data.T2}, "t3": {want.T3, r.Data.T3}, "t4": {want.T4, r.Data.T4}} {
		if d := cmp.Diff(pair[0], pair[1]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
