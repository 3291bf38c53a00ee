package report_test

import (
	"strings"
	"testing"

	"nianbao/internal/compose"
	"nianbao/report"
)

func BenchmarkParseText(b *testing.B) {
	r := compose.New(3, "永宁县人民政府", 2023, compose.Options{})
	for _, shape := range []compose.Shape{compose.Tabs, compose.Paragraphs, compose.Layout, compose.OneLine} {
		text := r.As(shape)
		b.Run(string(shape), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := report.ParseText(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseTables(b *testing.B) {
	d := compose.New(3, "永宁县人民政府", 2023, compose.Options{}).Document(compose.Whole)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := report.Parse(d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkClassifyOther is what a page costs that is no report: most pages of a crawl.
func BenchmarkClassifyOther(b *testing.B) {
	d := report.FromText("永宁县2023年政府工作报告\n" + strings.Repeat("全年完成固定资产投资12.5亿元，主动公开民生信息320条，城镇新增就业4100人。\n", 60))
	b.ReportAllocs()
	for b.Loop() {
		if v := report.Classify(d); v.IsReport {
			b.Fatal(v.Reason)
		}
	}
}
