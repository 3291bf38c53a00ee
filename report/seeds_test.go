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
	Title  string                `json:"title"`
	Body   string                `json:"issuing_body"`
	Year   int                   `json:"report_year"`
	Format string                `json:"format_version"`
	T2     map[string]report.Row `json:"t2"`
	T3     map[string]report.Row `json:"t3"`
	T4     map[string]report.Row `json:"t4"`
}

func TestSampleReports(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/seeds/*.txt")
	if len(files) == 0 {
		t.Skip("no sample reports beside the checkout")
	}
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
			got := truth{r.Title, r.Publisher.Name, r.Year, r.Data.Format, r.Data.T2, r.Data.T3, r.Data.T4}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("truth (-) against parsed (+):\n%s", d)
			}
			for _, c := range r.Checks {
				if !c.Holds {
					t.Errorf("check fails: %+v", c)
				}
			}
			if len(r.Warnings) > 0 {
				t.Logf("warnings: %+v", r.Warnings)
			}
		})
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
