package discover_test

import (
	"testing"

	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/internal/compose"
	"nianbao/report"
)

func BenchmarkJudge(b *testing.B) {
	d := report.FromText(compose.New(1, "永宁县财政局", 2023, compose.Options{}).As(compose.Tabs))
	trail := discover.Trail{Portal: &portal.Portal{Name: "永宁县", Level: "county"}}
	b.ReportAllocs()
	for b.Loop() {
		if v := discover.Judge(d, trail); !v.IsReport {
			b.Fatal(v.Reason)
		}
	}
}
