package discover

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/report"
)

// The bounds of announcements: how sure the verdict is, how long a title and a label are, how many entries make a list.
func TestEdgesOfAnnouncements(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/nb/1.html"}
	entries := func(n, length int) []portal.Lead {
		out := []portal.Lead{{Method: "GET", URL: "http://www.yongning.example/a.pdf", Text: "附件", Role: portal.RoleAttachment, InBody: true}}
		for i := range n {
			out = append(out, portal.Lead{Method: "GET", URL: fmt.Sprintf("http://www.yongning.example/%d.html", i), Text: strings.Repeat("甲", length), Role: portal.RolePage, InBody: true})
		}
		return out
	}
	titled := func(length int) string {
		const rest = "2023年政府信息公开工作年度报告"
		return strings.Repeat("甲", length-len([]rune(rest))) + rest
	}
	for _, c := range []struct {
		name  string
		score float64
		title string
		leads []portal.Lead
		want  bool
	}{
		{"the longest title", 0.6, titled(longestTitle), entries(0, 0), true},
		{"a longer one", 0.6, titled(longestTitle + 1), entries(0, 0), false},
		{"fewer entries than a list", 0.6, titled(30), entries(listed-1, longestLabel+1), true},
		{"as many as a list", 0.6, titled(30), entries(listed, longestLabel+1), false},
		{"as many labels", 0.6, titled(30), entries(listed, longestLabel), true},
		{"named by its link, labels", namedScore, "2023年", entries(listed, longestLabel), true},
		{"named by its link, a list", namedScore, "2023年", entries(listed, longestLabel+1), false},
		{"just sure enough, without the title of a report", leastAlone, "2023年", entries(0, 0), false},
	} {
		v := report.Verdict{IsReport: true, Title: c.title, Score: c.score}
		if got := Announces(&document.Document{}, page, v, c.leads); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	if !StandsAlone(report.Verdict{IsReport: true, Score: leastAlone}) || StandsAlone(report.Verdict{Complete: true, Score: 1}) || StandsAlone(report.Verdict{IsReport: true, Score: namedScore}) {
		t.Error("what stands alone")
	}
}
