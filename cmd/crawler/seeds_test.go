package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/report"
)

// TestParseSamples reads the sample reports as a user does, and compares every number with their labels.
func TestParseSamples(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/seeds/*.txt")
	if len(files) == 0 {
		t.Skip("no sample reports beside the checkout")
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			var out, said bytes.Buffer
			if code := run([]string{"parse", f}, strings.NewReader(""), &out, &said); code != 0 {
				t.Fatalf("exit code %d: %s", code, said.String())
			}
			var got report.AnnualReport
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(filepath.Join("../../../shared/data/seeds-truth", strings.TrimSuffix(filepath.Base(f), ".txt")+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want struct {
				Title      string `json:"title"`
				Body       string `json:"issuing_body"`
				Year       int    `json:"report_year"`
				T2, T3, T4 map[string]report.Row
			}
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			for name, pair := range map[string][2]any{"t2": {want.T2, got.Data.T2}, "t3": {want.T3, got.Data.T3}, "t4": {want.T4, got.Data.T4},
				"title": {want.Title, got.Title}, "publisher": {want.Body, got.Publisher.Name}, "year": {want.Year, got.Year}} {
				if d := cmp.Diff(pair[0], pair[1]); d != "" {
					t.Errorf("%s: truth (-) against parsed (+): %s", name, d)
				}
			}
		})
	}
}
