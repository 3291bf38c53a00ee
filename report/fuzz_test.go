package report_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// sound is what holds for every input: an end, an answer that JSON can carry, and every number somewhere in the input.
func sound(t *testing.T, d *document.Document) {
	t.Helper()
	begin := time.Now()
	all, err := report.ParseAll(d)
	if took := time.Since(begin); took > 20*time.Second {
		t.Fatalf("took %v", took)
	}
	if err != nil {
		return
	}
	for _, r := range all {
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
		if err := r.WriteTable(&strings.Builder{}); err != nil {
			t.Fatal(err)
		}
		if len(r.CSVRecord()) != len(report.CSVHeader()) {
			t.Fatal("record and header differ in length")
		}
		for _, f := range report.Fields() {
			v, ok := r.Data.Value(f.Path)
			if ok && (math.IsNaN(v) || math.IsInf(v, 0)) {
				t.Fatalf("%s is %v", f.Path, v)
			}
			if o, seen := r.Origins[f.Path]; ok && (!seen || o.Text == "") {
				t.Fatalf("%s = %v was read nowhere", f.Path, v)
			}
		}
	}
}

func FuzzParseText(f *testing.F) {
	r := compose.New(1, "永宁县财政局", 2023, compose.Options{})
	for _, s := range compose.Shapes() {
		f.Add(r.As(s))
	}
	f.Add(compose.NewOld(1, "永宁县财政局", 2016).As(compose.Tabs))
	files, _ := filepath.Glob("../../shared/data/seeds/*.txt")
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(string(b))
		}
	}
	f.Add("|||||\n\t\t\t\n一、本年新收|0")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<20 {
			return
		}
		sound(t, report.FromText(s))
	})
}

// FuzzParseTables parses arbitrary grids: cells with any place and span, in any order.
func FuzzParseTables(f *testing.F) {
	for _, c := range compose.Cuts() {
		b, err := json.Marshal(compose.New(1, "永宁县财政局", 2023, compose.Options{}).Document(c))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"blocks":[{"kind":"table","table":{"rows":-1,"cols":1000000000,"cells":[{"row":-5,"col":99999999,"rowspan":-3,"text":"一、本年新收政府信息公开申请数量"}]}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var d document.Document
		if len(b) > 1<<20 || json.Unmarshal(b, &d) != nil {
			return
		}
		sound(t, &d)
	})
}

// TestMutants changes composed reports at random places: nothing may break, and a number that is read must stand in the
// text.
func TestMutants(t *testing.T) {
	t.Parallel()
	for i, s := range compose.Shapes() {
		text := []byte(compose.New(int64(i), "永宁县财政局", 2023, compose.Options{}).As(s))
		state := uint64(i + 1)
		next := func(n int) int {
			state = state*6364136223846793005 + 1442695040888963407
			return int(state>>33) % n
		}
		for range 12 {
			m := append([]byte(nil), text...)
			for range 1 + next(30) {
				switch at := next(len(m)); next(3) {
				case 0:
					m[at] = byte(next(256))
				case 1:
					m = append(m[:at], m[min(len(m), at+next(40)):]...)
				case 2:
					m = append(m[:at:at], append([]byte("7\t|"), m[at:]...)...)
				}
				if len(m) == 0 {
					m = []byte("x")
				}
			}
			sound(t, report.FromText(string(m)))
		}
	}
}

// TestHugeInputs are documents that would cost much if their size were not bounded.
func TestHugeInputs(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"labels":   strings.Repeat("一、本年新收政府信息公开申请数量 1 2 3 4 5 6 7\n", 8_000),
		"one line": strings.Repeat("1.属于国家秘密 0 ", 12_000),
		"bars":     strings.Repeat("|", 1<<18),
		"tabs":     strings.Repeat("\t1", 1<<17),
		"digits":   "永宁县2023年政府信息公开年度报告\n规章" + strings.Repeat("1", 1<<18),
		"title":    strings.Repeat("信息公开", 1<<15) + "2023年年度报告",
		"markup":   strings.Repeat("<table><tr><td colspan=60 rowspan=60>", 8_000) + "</table>",
		"brackets": strings.Repeat("（", 1<<16),
	} {
		begin := time.Now()
		sound(t, report.FromText(s))
		t.Logf("%s: %d octets in %v", name, len(s), time.Since(begin).Round(time.Millisecond))
	}
}
