package crawl

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawl/status"
)

// After a crawl the report holds what happened, and its JSON the names that others rely on.
func TestHostReportAfterACrawl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string][]string{"甲县": pages("a.gov.cn", 4), "乙县": pages("b.gov.cn", 2)}, func(rw http.ResponseWriter, r *http.Request) {
			switch {
			case r.Host == "b.gov.cn":
				rw.WriteHeader(http.StatusBadGateway)
			case r.URL.Path == "/robots.txt":
				fmt.Fprint(rw, "User-agent: *\nDisallow: /zwgk/1\nCrawl-delay: 8\n")
			default:
				page(rw, r)
			}
		})
		w.crawl()
		states, err := Hosts(w.dir)
		if err != nil {
			t.Fatal(err)
		}
		reports := map[string]status.HostReport{}
		for _, h := range states {
			reports[h.Host] = status.Of(h, time.Now())
		}
		a, b := reports["a.gov.cn"], reports["b.gov.cn"]
		if d := cmp.Diff(map[string]int{"ok": 4, "robots_denied": 1}, a.Outcomes); d != "" {
			t.Error(d)
		}
		if a.Portal != "甲县" || a.Requests != 4 || a.Bytes == 0 || a.Delay != 8 || a.CrawlDelay != 8 || a.Due != 0 || a.Later == 0 || a.Idle.Code != "later" || !a.Next.After(time.Now().Add(time.Hour)) {
			t.Errorf("%+v", a)
		}
		if len(a.Robots) != 1 || a.Robots[0].Verdict != "rules" || a.Robots[0].Authority != "http://a.gov.cn:80" || a.Robots[0].CrawlDelay != 8 {
			t.Errorf("%+v", a.Robots)
		}
		if b.Idle.Code != "robots_unreachable" || len(b.Robots) != 1 || b.Robots[0].Verdict != "unreachable" || b.Robots[0].Since.IsZero() || b.Robots[0].Attempts != 2 || b.Failures == nil || b.Failures.Errors != 2 {
			t.Errorf("%+v", b)
		}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"host", "portal", "requests", "bytes", "outcomes", "reports", "last_request", "due", "later", "next_visit", "idle", "budgets", "delay_s", "crawl_delay_s", "robots"} {
			if !strings.Contains(string(text), `"`+name+`":`) {
				t.Errorf("no %s in %s", name, text)
			}
		}
	})
}
