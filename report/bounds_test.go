package report_test

import (
	"runtime"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// monsters are texts without an end in one respect.
func monsters(n int) map[string]string {
	return map[string]string{
		"bars": strings.Repeat("|", n), "tabs": strings.Repeat("\t", n), "bars and lines": strings.Repeat("|\n", n/4), "lines": strings.Repeat("\n", n),
		"numbers": strings.Repeat("7 ", n/2), "words": strings.Repeat("信息公开年度报告2023年", n/32), "commas": strings.Repeat("1,", n/2),
		"labels": strings.Repeat("重复申请 0 国家秘密 1 ", n/32), "tables": strings.Repeat("<table><tr><td>1", n/16) + "</table>",
		"traditional": strings.Repeat("開請數關報", n/15),
	}
}

// TestTextWithoutEnd puts text without an end behind a report: the report is read, what is beyond the bounds is not, and what
// reading allocates stays a small multiple of the text.
func TestTextWithoutEnd(t *testing.T) {
	r := compose.New(7, "永宁县财政局", 2023, compose.Options{})
	head := r.As(compose.Tabs) + "\n"
	for name, tail := range monsters(2 << 20) {
		d := &document.Document{MediaType: "text/plain", Engine: "text"}
		for l := range strings.SplitSeq(head+tail, "\n") {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: l})
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := report.Parse(d)
		runtime.ReadMemStats(&after)
		if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 600 {
			t.Errorf("%s: %d MB allocated", name, n)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if v, ok := got.Data.Value("t3.new.total"); !ok || v != r.Numbers["t3.new.total"] {
			t.Errorf("%s: %v %v read", name, v, ok)
		}
		if said := warned(got, report.WarnTruncated); !said && strings.Count(tail, "\n") < 100 {
			t.Errorf("%s: no word about what was cut off", name)
		}
	}
}

func warned(r *report.AnnualReport, code string) bool {
	for _, w := range r.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

func BenchmarkTextWithoutEnd(b *testing.B) {
	for name, text := range monsters(2 << 20) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := report.ParseText(text); err == nil {
					b.Fatal("read as a report")
				}
			}
		})
	}
}
