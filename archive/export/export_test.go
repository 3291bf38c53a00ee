package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/report"
)

// withTwo is an archive with a report that was read and one that was only announced.
func withTwo(t *testing.T) *archive.Archive {
	t.Helper()
	a, err := archive.Open(t.TempDir(), archive.Options{GroupDelay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	at := time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)
	zero, five := 0.0, 5.0
	data, err := json.Marshal(report.Data{Format: "f2021", T3: map[string]report.Row{"new": {"natural": &five, "total": &five, "research": nil}, "granted": {"total": &zero}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range []archive.Observation{
		{Publisher: archive.Publisher{Name: "永宁县财政局", Code: "990101"}, Year: 2023, Title: "甲, \"引号\"", Text: "全文", Data: data, Checks: json.RawMessage(`[{"rule":"row_totals","holds":false}]`)},
		{Publisher: archive.Publisher{Name: "永宁县教育局", Code: "990101"}, Year: 2024, Title: "乙"},
	} {
		u := []string{"http://a.test/1.html", "http://a.test/2.html"}[i]
		o.At, o.URL, o.Source, o.TextSHA256 = at, u, archive.Source{URL: u, Role: "page", CapturedAt: at}, archive.Sum([]byte(u))
		if _, err := a.PutReport(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestJSONL(t *testing.T) {
	a := withTwo(t)
	var b bytes.Buffer
	if err := New(a, archive.Filter{YearTo: 2023}, &b, Options{Text: true}).JSONL(); err != nil {
		t.Fatal(err)
	}
	var r archive.Report
	if err := json.Unmarshal(b.Bytes(), &r); err != nil || strings.Count(b.String(), "\n") != 1 || r.Text != "全文" || r.Schema != archive.ReportSchema {
		t.Errorf("%s: %v", b.String(), err)
	}
}

func TestCSV(t *testing.T) {
	a := withTwo(t)
	var b bytes.Buffer
	if err := New(a, archive.Filter{}, &b, Options{BOM: true}).CSV(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 3 || !strings.HasPrefix(b.String(), "\uFEFF") {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	want := map[string]map[string]string{
		"永宁县财政局": {"year": "2023", "title": "甲, \"引号\"", "t3.new.total": "5", "t3.granted.total": "0", "t3.new.research": "", "t3.new.enterprise": "", "checks": "1", "checks_failed": "row_totals:", "format": "f2021"},
		"永宁县教育局": {"year": "2024", "t3.new.total": "", "t3.granted.total": "", "checks": "0", "format": ""},
	}
	for _, row := range rows[1:] {
		for name, v := range want[row[col["publisher"]]] {
			if got := row[col[name]]; got != v {
				t.Errorf("%s %s: %q, want %q", row[col["publisher"]], name, got, v)
			}
		}
	}
}

// full refuses what is written to it, as a full disk does.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFullDiskIsSaid(t *testing.T) {
	a := withTwo(t)
	e := New(a, archive.Filter{}, full{}, Options{})
	for name, write := range map[string]func() error{"jsonl": e.JSONL, "csv": e.CSV} {
		if err := write(); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
