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

	"nianbao/crawl/frontier"
	"nianbao/fetch/exchange"
)

func TestIdle(t *testing.T) {
	now := time.Date(2026, 1, 15, 8, 0, 0, 0, time.UTC)
	later := now.Add(time.Hour)
	for _, tt := range []struct {
		name string
		h    frontier.HostState
		code string
		next time.Time
		zh   string
		en   string
	}{
		{"new", frontier.HostState{}, "unvisited", time.Time{}, "尚未访问", "not visited yet"},
		{"finished", frontier.HostState{Requests: 3}, "finished", time.Time{}, "已完成", "finished"},
		{"visiting", frontier.HostState{Leased: true, Ready: 1}, "visiting", now, "正在访问", "being visited"},
		{"due", frontier.HostState{Ready: 1, NextAllowed: now.Add(-time.Second)}, "due", now, "等待运行", "waits for a run"},
		{"delay", frontier.HostState{Ready: 1, NextAllowed: now.Add(time.Second)}, "delay", now.Add(time.Second), "间隔", "rests"},
		{"later", frontier.HostState{Later: 2, NextDue: later}, "later", later, "暂无到期", "nothing is due, until"},
		{"blocked", frontier.HostState{Ready: 1, BlockedUntil: later, BlockReason: "blocked"}, "blocked", later, "防火墙", "firewall"},
		{"blocked until after its next address is due", frontier.HostState{Later: 1, NextDue: now.Add(time.Minute), BlockedUntil: later, BlockReason: "dns"}, "dns", later, "域名", "resolve"},
		{"a block that is over", frontier.HostState{Ready: 1, BlockedUntil: now.Add(-time.Hour), BlockReason: "dns"}, "due", now, "等待", "work"},
		{"cut", frontier.HostState{Requests: 1, Cut: map[string]int{"depth": 3, "section_budget": 70, "satisfied": 70}}, "finished", time.Time{},
			"已完成；未访问：70 已找到年报，不再搜寻、70 栏目请求预算用尽、3 层级过深", "finished; not visited: 70 reports were found, no need to search, 70 the budget for likely pages is spent, 3 too deep"},
	} {
		r := ReportHost(tt.h, now)
		if r.Idle.Code != tt.code || !r.Next.Equal(tt.next) {
			t.Errorf("%s: %q, next %s", tt.name, r.Idle.Code, r.Next)
		}
		if zh, en := r.WhyIdle(true), r.WhyIdle(false); !strings.Contains(zh, tt.zh) || !strings.Contains(en, tt.en) {
			t.Errorf("%s: %q, %q", tt.name, zh, en)
		}
	}
	for _, o := range []exchange.Outcome{exchange.RateLimited, exchange.Blocked, exchange.RobotsUnreachable, exchange.DNS, exchange.Refused, exchange.Timeout, exchange.TLS, exchange.Reset, exchange.ServerError} {
		if zh, en := idleWords(string(o)); zh == string(o) || en == string(o) {
			t.Errorf("no words for a host left alone for %s", o)
		}
	}
}

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
		reports := map[string]HostReport{}
		for _, h := range states {
			reports[h.Host] = ReportHost(h, time.Now())
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
		if b.Idle.Code != "robots_unreachable" || len(b.Robots) != 1 || b.Robots[0].Verdict != "unreachable" || b.Robots[0].Since.IsZero() || b.Robots[0].Attempts != 1 || b.Failures == nil || b.Failures.Errors != 1 {
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
