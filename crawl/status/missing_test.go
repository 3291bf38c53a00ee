package status

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawl/budget"
	"nianbao/crawl/expect"
	"nianbao/fetch/exchange"
)

// whys is the closed list of reasons.
var whys = []Why{WhyBlocked, WhyRobots, WhyNoAnswer, WhyTroubled, WhyScript, WhyBudget, WhyListEnded, WhyNoLink, WhyWaiting}

func TestEveryReasonHasWords(t *testing.T) {
	seen := map[string]Why{}
	for _, w := range whys {
		zh, en := WhyWords(w)
		if zh == "" || en == "" || seen[zh] != "" || seen[en] != "" {
			t.Errorf("%s: %q, %q", w, zh, en)
		}
		seen[zh], seen[en] = w, w
	}
}

func TestLastDue(t *testing.T) {
	for _, tt := range []struct {
		month time.Month
		want  int
	}{{time.January, 2022}, {time.March, 2022}, {time.April, 2023}, {time.December, 2023}} {
		if got := LastDue(time.Date(2024, tt.month, 28, 0, 0, 0, 0, time.UTC)); got != tt.want {
			t.Errorf("in %s the newest year due is %d", tt.month, got)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, tt := range []struct {
		years []int
		want  string
	}{
		{nil, ""}, {[]int{2015}, "2015"}, {[]int{2008, 2009}, "2008–2009"}, {[]int{2008, 2009, 2010, 2012, 2015, 2016}, "2008–2010, 2012, 2015–2016"}, {[]int{2008, 2010}, "2008, 2010"},
	} {
		if got := Ranges(tt.years); got != tt.want {
			t.Errorf("%v: %q", tt.years, got)
		}
	}
}

func TestWhyAHostHasNotLedThere(t *testing.T) {
	idle := func(o exchange.Outcome) HostReport { return HostReport{Idle: Idle{Code: string(o)}} }
	outcomes := func(n map[exchange.Outcome]int, h HostReport) HostReport {
		h.Outcomes = map[string]int{}
		for o, k := range n {
			h.Outcomes[string(o)] = k
		}
		return h
	}
	cut := func(names ...string) HostReport {
		h := HostReport{Cut: map[string]int{}}
		for _, n := range names {
			h.Cut[n] = 1
		}
		return h
	}
	for _, tt := range []struct {
		name   string
		h      HostReport
		why    Why
		detail string
	}{
		{"nothing is known", HostReport{}, WhyNoLink, ""},
		{"a wall", idle(exchange.Blocked), WhyBlocked, "blocked"},
		{"a refusal", idle(exchange.Forbidden), WhyBlocked, "forbidden"},
		{"no robots.txt", idle(exchange.RobotsUnreachable), WhyRobots, "robots_unreachable"},
		{"no name", idle(exchange.DNS), WhyNoAnswer, "dns"},
		{"refused connections", idle(exchange.Refused), WhyNoAnswer, "refused"},
		{"silence", idle(exchange.Timeout), WhyNoAnswer, "timeout"},
		{"no TLS", idle(exchange.TLS), WhyNoAnswer, "tls"},
		{"connections broken off", idle(exchange.Reset), WhyNoAnswer, "reset"},
		{"too many requests", idle(exchange.RateLimited), WhyTroubled, "rate_limited"},
		{"errors", idle(exchange.ServerError), WhyTroubled, "server_error"},
		{"robots.txt forbids", outcomes(map[exchange.Outcome]int{exchange.RobotsDenied: 1, exchange.OK: 9}, HostReport{}), WhyRobots, "robots_denied"},
		{"more walls than answers", outcomes(map[exchange.Outcome]int{exchange.Blocked: 1, exchange.Forbidden: 2, exchange.OK: 1, exchange.NotModified: 1}, HostReport{}), WhyBlocked, "blocked"},
		{"as many walls as answers", outcomes(map[exchange.Outcome]int{exchange.Blocked: 1, exchange.Forbidden: 1, exchange.OK: 1, exchange.NotModified: 1}, HostReport{}), WhyNoLink, ""},
		{"addresses are due", outcomes(map[exchange.Outcome]int{exchange.OK: 1}, HostReport{Due: 1, Cut: map[string]int{budget.Sure: 1}}), WhyWaiting, ""},
		{"no browser", cut("no_browser", budget.Sure), WhyScript, "no_browser"},
		{"a browser that failed", cut("render_failed"), WhyScript, "render_failed"},
		{"the budget", cut(budget.Sure), WhyBudget, budget.Sure},
		{"the budget of likely pages", cut(budget.Likely), WhyBudget, budget.Likely},
		{"the budget of the search", cut(budget.Possible), WhyBudget, budget.Possible},
		{"the hosts", cut(budget.Hosts), WhyBudget, budget.Hosts},
		{"the budget of the browser", cut("render_budget"), WhyBudget, "render_budget"},
		{"what was cut for other reasons", cut("depth", budget.Satisfied), WhyNoLink, ""},
	} {
		if why, detail := reason(tt.h, true); why != tt.why || detail != tt.detail {
			t.Errorf("%s: %s %q", tt.name, why, detail)
		}
		if why, detail := reason(tt.h, false); why != WhyNoLink || detail != "" {
			t.Errorf("%s, but never opened: %s %q", tt.name, why, detail)
		}
	}
}

func TestGaps(t *testing.T) {
	now := time.Date(2024, time.June, 5, 0, 0, 0, 0, time.UTC)
	tab := &expect.Table{Place: "永宁县"}
	if got := Gaps(tab, "yn.gov.cn", nil, now); len(got) > 0 {
		t.Errorf("a portal that owes nothing lacks %+v", got)
	}
	tab.Expect(expect.Body{Name: "教育局", Ground: expect.GroundDirectory, Via: "http://yn.gov.cn/bm/", Host: "jyj.gov.cn"})
	tab.Expect(expect.Body{Name: "水务局", Ground: expect.GroundColumn})
	want := []Missing{
		{Body: "教育局", Ground: "directory", Via: "http://yn.gov.cn/bm/", Host: "jyj.gov.cn", Years: []int{2021, 2022, 2023}, Why: WhyNoAnswer, Detail: "dns"},
		{Body: "水务局", Ground: "column", Host: "yn.gov.cn", Years: []int{2021, 2022, 2023}, Why: WhyNoLink},
	}
	hosts := map[string]HostReport{"jyj.gov.cn": {Idle: Idle{Code: "dns"}}, "yn.gov.cn": {}}
	if d := cmp.Diff(want, Gaps(tab, "yn.gov.cn", hosts, now)); d != "" {
		t.Error(d)
	}
	// The years of the portal's reports say from when on and to when they are looked for.
	tab.Found("财政局", 2019, "")
	tab.Found("财政局", 2024, "")
	tab.Found("水务局", 2023, "")
	years := map[string][]int{}
	for _, m := range Gaps(tab, "yn.gov.cn", hosts, now) {
		years[m.Body] = m.Years
		if m.Body == "财政局" && (m.Why != WhyListEnded || m.Ground != "report") {
			t.Errorf("of a body that has reported: %+v", m)
		}
	}
	if d := cmp.Diff(map[string][]int{"教育局": {2019, 2020, 2021, 2022, 2023, 2024}, "财政局": {2020, 2021, 2022, 2023}, "水务局": {2019, 2020, 2021, 2022, 2024}}, years); d != "" {
		t.Error(d)
	}
	for why, h := range map[Why]HostReport{WhyListEnded: {Cut: map[string]int{budget.Sure: 1}}, WhyBlocked: {Idle: Idle{Code: "blocked"}}} {
		for _, m := range Gaps(tab, "yn.gov.cn", map[string]HostReport{"yn.gov.cn": h}, now) {
			if m.Body == "财政局" && (m.Why != why || (m.Detail == "") != (why == WhyListEnded)) {
				t.Errorf("%s: %+v", why, m)
			}
		}
	}
	if !slices.ContainsFunc(Gaps(tab, "yn.gov.cn", nil, now), func(m Missing) bool { return m.Body == "教育局" && m.Why == WhyNoLink }) {
		t.Error("a host that was never opened")
	}
}
