package report_test

import (
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
