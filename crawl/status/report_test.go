package status

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawl/budget"
	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/crawl/host"
	"nianbao/crawl/polite"
	"nianbao/fetch/exchange"
	"nianbao/fetch/robots"
)

var then = time.Date(2024, time.June, 5, 8, 0, 0, 0, time.UTC)

// kept is a host's state as the frontier keeps it.
func kept(t *testing.T, s host.State) []byte {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAReportSaysAllOfAHost(t *testing.T) {
	var s host.State
	s.Polite = polite.State{Smoothed: 1500 * time.Millisecond, CrawlDelay: 7 * time.Second, PushBacks: 1, Unreached: 2, Walls: 3, Failures: 4, LastFailure: then}
	s.Found, s.Spent = 5, [...]int{10, 20, 30}
	s.Instead = map[string]string{"http://a.gov.cn:80": "https://a.gov.cn"}
	entry := func(d robots.Decision) robots.Entry {
		return robots.Entry{State: d, Since: then, FetchedAt: then.Add(time.Hour), Expires: then.Add(2 * time.Hour), Failures: 6, CrawlDelay: 7 * time.Second}
	}
	s.Robots = map[string]robots.Entry{"c": entry(robots.Unreachable), "a": entry(robots.Parsed), "b": entry(robots.AllowAll)}
	got := Of(frontier.HostState{Host: "a.gov.cn", Portal: "永宁县", Requests: 60, Bytes: 1 << 20, Outcomes: map[string]int{"ok": 59}, Last: then, Ready: 2, Later: 3, Cut: map[string]int{"depth": 1},
		Delay: 7500 * time.Millisecond, Leased: true, Data: kept(t, s)}, then)
	rules := func(a, verdict string) RobotsState {
		return RobotsState{a, verdict, then, then.Add(time.Hour), then.Add(2 * time.Hour), 6, 7}
	}
	most := s.Most()
	want := HostReport{Host: "a.gov.cn", Portal: "永宁县", Requests: 60, Bytes: 1 << 20, Outcomes: map[string]int{"ok": 59}, Reports: 5, Last: then, Due: 2, Later: 3, Next: then, Idle: Idle{Code: "visiting"},
		Cut: map[string]int{"depth": 1}, Budgets: []Budget{{"sure", 10, most[0]}, {"likely", 20, most[1]}, {"possible", 30, most[2]}}, Failures: &Failures{1, 2, 3, 4, then},
		Delay: 7.5, FetchTime: 1.5, CrawlDelay: 7, Robots: []RobotsState{rules("a", "rules"), rules("b", "none"), rules("c", "unreachable")}, Instead: s.Instead}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFailuresOfAnyKindAreTold(t *testing.T) {
	for _, p := range []polite.State{{PushBacks: 1}, {Unreached: 1}, {Walls: 1}, {Failures: 1}} {
		if r := Of(frontier.HostState{Data: kept(t, host.State{Polite: p})}, then); r.Failures == nil {
			t.Errorf("%+v is not told", p)
		}
	}
	if r := Of(frontier.HostState{Data: kept(t, host.State{Polite: polite.State{LastFailure: then}})}, then); r.Failures != nil {
		t.Errorf("failures that are over: %+v", r.Failures)
	}
}

func TestIdleUntil(t *testing.T) {
	soon, later := then.Add(time.Minute), then.Add(time.Hour)
	for _, tt := range []struct {
		name string
		h    frontier.HostState
		idle Idle
		next time.Time
	}{
		{"due, and free long ago", frontier.HostState{Ready: 1}, Idle{Code: "due"}, then},
		{"due, and free right now", frontier.HostState{Ready: 1, NextAllowed: then}, Idle{Code: "due"}, then},
		{"a block that ends right now", frontier.HostState{Ready: 1, BlockedUntil: then, BlockReason: "dns"}, Idle{Code: "due"}, then},
		{"between two requests", frontier.HostState{Ready: 1, NextAllowed: soon}, Idle{"delay", soon}, soon},
		{"blocked, and due later", frontier.HostState{Later: 1, NextDue: later, BlockedUntil: soon, BlockReason: "dns"}, Idle{"dns", soon}, later},
		{"blocked for less than its delay", frontier.HostState{Ready: 1, NextAllowed: later, BlockedUntil: soon, BlockReason: "dns"}, Idle{"dns", soon}, later},
		{"later, and free sooner", frontier.HostState{Later: 1, NextDue: later, NextAllowed: soon}, Idle{"later", later}, later},
		{"later, and free after that", frontier.HostState{Later: 1, NextDue: soon, NextAllowed: later}, Idle{"later", soon}, later},
		{"due now whatever is due later", frontier.HostState{Ready: 1, Later: 1, NextDue: later}, Idle{Code: "due"}, then},
		{"finished, whatever its delay", frontier.HostState{Requests: 1, NextAllowed: later, BlockedUntil: later, BlockReason: "dns"}, Idle{Code: "finished"}, time.Time{}},
		{"never asked, with work", frontier.HostState{Later: 1, NextDue: soon}, Idle{"later", soon}, soon},
		{"visiting", frontier.HostState{Leased: true, BlockedUntil: later, BlockReason: "dns"}, Idle{Code: "visiting"}, then},
	} {
		r := Of(tt.h, then)
		if d := cmp.Diff(tt.idle, r.Idle); d != "" || !r.Next.Equal(tt.next) {
			t.Errorf("%s: next %s, %s", tt.name, r.Next, d)
		}
	}
}

func TestEveryCutHasWords(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{budget.Sure, budget.Likely, budget.Barren, budget.Possible, budget.Satisfied, budget.Group, budget.Hosts, decide.CutDepth, decide.CutTrap, decide.CutYear,
		"no_browser", "not_needed", "render_budget", "render_failed", string(exchange.OutOfScope)} {
		zh, en := cutWords(name)
		if zh == name || en == name || seen[zh] != "" || seen[en] != "" {
			t.Errorf("%s: %q, %q", name, zh, en)
		}
		seen[zh], seen[en] = name, name
	}
	if zh, en := cutWords("unheard_of"); zh != "unheard_of" || en != zh {
		t.Errorf("%q, %q", zh, en)
	}
	if zh, en := idleWords("unheard_of"); zh != "unheard_of" || en != zh {
		t.Errorf("%q, %q", zh, en)
	}
}

func TestWhyIdleNamesTheTime(t *testing.T) {
	r := HostReport{Idle: Idle{"later", then}, Cut: map[string]int{"b": 2, "a": 2, "c": 3}}
	clock := then.Local().Format("2006-01-02 15:04")
	if got, want := r.WhyIdle(false), "nothing is due, until "+clock+"; not visited: 3 c, 2 a, 2 b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := r.WhyIdle(true), "暂无到期页面，至 "+clock+"；未访问：3 c、2 a、2 b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (HostReport{Idle: Idle{Code: "due"}}).WhyIdle(false); got != "has work, waits for a run" || strings.Contains(got, "until") {
		t.Errorf("%q", got)
	}
}
