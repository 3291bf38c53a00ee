package status

import (
	"strings"
	"testing"
	"time"

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
		r := Of(tt.h, now)
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
