// Package status says how a crawl stands with each host, in JSON with stable names and in words of both languages: what
// was asked, how it went, what may still be spent, and why a host is not being visited.
//
// In goes what the frontier keeps of a host; out comes a HostReport. The room is pure.
package status

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"nianbao/crawl/budget"
	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/crawl/host"
	"nianbao/fetch/exchange"
	"nianbao/fetch/robots"
)

// A HostReport says all there is to say of a host: what was asked of it and how that went, how it is treated, and why it is
// not being visited. The names in JSON are stable.
type HostReport struct {
	Host     string         `json:"host"`
	Portal   string         `json:"portal,omitempty"`
	Requests int            `json:"requests"`
	Bytes    int64          `json:"bytes"` // received
	Outcomes map[string]int `json:"outcomes,omitempty"`
	Reports  int            `json:"reports"` // found in this archive's lifetime
	Last     time.Time      `json:"last_request,omitzero"`

	Due      int            `json:"due"`   // addresses
	Later    int            `json:"later"` // addresses due at a time to come
	Next     time.Time      `json:"next_visit,omitzero"`
	Idle     Idle           `json:"idle"`
	Cut      map[string]int `json:"cut,omitempty"` // addresses never visited, by the budget or bound that cut them
	Budgets  []Budget       `json:"budgets"`
	Failures *Failures      `json:"failures,omitempty"`

	Delay      float64       `json:"delay_s"`           // between requests, as in use
	FetchTime  float64       `json:"fetch_s,omitempty"` // smoothed
	CrawlDelay float64       `json:"crawl_delay_s,omitempty"`
	Robots     []RobotsState `json:"robots,omitempty"`
	// Missing are the reports that are expected of the portal and were not found. Set for the portal's own host only.
	Missing []Missing `json:"missing,omitempty"`
	// Instead names the addresses that are asked in place of ones that could not be reached.
	Instead map[string]string `json:"instead,omitempty"`
}

// An Idle is why a host is not being visited.
type Idle struct {
	// Code is one of visiting, due, delay, later, finished, unvisited, or the outcome for which the host is left alone.
	Code  string    `json:"code"`
	Until time.Time `json:"until,omitzero"`
}

// A Budget is what may be spent on one kind of address, in requests.
type Budget struct {
	Name  string `json:"name"` // sure, likely, possible
	Spent int    `json:"spent"`
	Most  int    `json:"most"`
}

// Failures are what the back-off counts, each in a row.
type Failures struct {
	PushBacks int       `json:"push_backs,omitempty"`
	Unreached int       `json:"unreached,omitempty"`
	Walls     int       `json:"walls,omitempty"`
	Errors    int       `json:"errors,omitempty"`
	Last      time.Time `json:"last,omitzero"`
}

// A RobotsState is what is known of one robots.txt.
type RobotsState struct {
	Authority string `json:"authority"`
	// Verdict is rules, none (everything is allowed), or unreachable (nothing is).
	Verdict    string    `json:"verdict"`
	Since      time.Time `json:"since,omitzero"`
	Asked      time.Time `json:"asked"`
	AskAgain   time.Time `json:"ask_again"`
	Attempts   int       `json:"failed_attempts,omitempty"`
	CrawlDelay float64   `json:"crawl_delay_s,omitempty"`
}

// Of makes the report of a host's state at a time.
func Of(h frontier.HostState, now time.Time) HostReport {
	own := host.Decode(h.Data)
	r := HostReport{Host: h.Host, Portal: h.Portal, Requests: h.Requests, Bytes: h.Bytes, Outcomes: h.Outcomes, Reports: own.Found, Last: h.Last,
		Due: h.Ready, Later: h.Later, Cut: h.Cut, Delay: h.Delay.Seconds(), FetchTime: own.Polite.Smoothed.Seconds(), CrawlDelay: own.Polite.CrawlDelay.Seconds(),
		Instead: own.Instead}
	most := own.Most()
	for i, name := range budget.TierNames {
		r.Budgets = append(r.Budgets, Budget{name, own.Spent[i], most[i]})
	}
	if p := own.Polite; p.PushBacks+p.Unreached+p.Walls+p.Failures > 0 {
		r.Failures = &Failures{p.PushBacks, p.Unreached, p.Walls, p.Failures, p.LastFailure}
	}
	for _, a := range slices.Sorted(maps.Keys(own.Robots)) {
		e := own.Robots[a]
		verdict := map[robots.Decision]string{robots.Parsed: "rules", robots.AllowAll: "none"}[e.State]
		r.Robots = append(r.Robots, RobotsState{a, cmp.Or(verdict, "unreachable"), e.Since, e.FetchedAt, e.Expires, e.Failures, e.CrawlDelay.Seconds()})
	}
	r.Idle, r.Next = idle(h, now)
	return r
}

// idle says why a host is not being visited at now, and when it will be.
func idle(h frontier.HostState, now time.Time) (Idle, time.Time) {
	if h.Leased {
		return Idle{Code: "visiting"}, now
	}
	free := h.NextAllowed
	if h.BlockedUntil.After(free) {
		free = h.BlockedUntil
	}
	next := free
	if h.Ready == 0 && h.NextDue.After(next) {
		next = h.NextDue
	}
	if h.Ready+h.Later == 0 {
		if h.Requests == 0 {
			return Idle{Code: "unvisited"}, time.Time{}
		}
		return Idle{Code: "finished"}, time.Time{}
	}
	if h.BlockedUntil.After(now) {
		return Idle{Code: h.BlockReason, Until: h.BlockedUntil}, next
	}
	if h.Ready == 0 {
		return Idle{Code: "later", Until: h.NextDue}, next
	}
	if free.After(now) {
		return Idle{Code: "delay", Until: free}, next
	}
	return Idle{Code: "due"}, now
}

// idleWords are the reasons in words, Chinese and English.
func idleWords(code string) (zh, en string) {
	switch exchange.Outcome(code) {
	case "visiting":
		return "正在访问", "being visited"
	case "due":
		return "有到期页面，等待运行", "has work, waits for a run"
	case "delay":
		return "两次请求之间的间隔", "rests between two requests"
	case "later":
		return "暂无到期页面", "nothing is due"
	case "finished":
		return "已完成", "finished"
	case "unvisited":
		return "尚未访问", "not visited yet"
	case exchange.RateLimited:
		return "对方要求减速（429/503）", "it asked for fewer requests (429 or 503)"
	case exchange.Blocked:
		return "被验证页或防火墙拦住", "behind a challenge or a firewall"
	case exchange.RobotsUnreachable:
		return "robots.txt 取不到，按规定不得访问", "its robots.txt cannot be had, so nothing may be asked"
	case exchange.DNS:
		return "域名无法解析", "its name does not resolve"
	case exchange.Refused:
		return "拒绝连接", "it refuses connections"
	case exchange.Timeout:
		return "连接超时", "it does not answer"
	case exchange.TLS:
		return "TLS 握手失败", "TLS with it fails"
	case exchange.Reset:
		return "连接屡被中断", "it breaks connections off"
	case exchange.ServerError:
		return "连续出错（5xx）", "it fails one request after the other (5xx)"
	}
	return code, code
}

// cutWords are what cut addresses off, in words.
func cutWords(reason string) (zh, en string) {
	switch reason {
	case budget.Sure:
		return "主机请求预算用尽", "the host's budget is spent"
	case budget.Likely:
		return "栏目请求预算用尽", "the budget for likely pages is spent"
	case budget.Barren:
		return "栏目无年报，不再深入", "in a section without reports"
	case budget.Possible:
		return "搜寻预算用尽", "the budget for the search is spent"
	case budget.Satisfied:
		return "已找到年报，不再搜寻", "reports were found, no need to search"
	case decide.CutDepth:
		return "层级过深", "too deep"
	case decide.CutTrap:
		return "疑为无限页面", "looks endless"
	case budget.Group:
		return "同类链接无收获", "alike others that led nowhere"
	case budget.Hosts:
		return "主机数达到上限", "on more hosts than the portal has earned"
	case "no_browser":
		return "需要浏览器而未安装或已关闭", "only a browser would show, and there is none"
	case "not_needed":
		return "已由其他途径得到，无需浏览器", "found by other means, without a browser"
	case "render_budget":
		return "浏览器打开页数达到上限", "more pages for the browser than a host may have"
	case "render_failed":
		return "浏览器打开失败", "the browser failed on"
	case decide.CutYear:
		return "年份不在范围内", "of other years"
	case string(exchange.OutOfScope):
		return "不属本站", "outside the portal"
	}
	return reason, reason
}

// WhyIdle says in words why the host is not being visited, until when, and what was cut.
func (r HostReport) WhyIdle(chinese bool) string {
	pick := func(zh, en string) string {
		if chinese {
			return zh
		}
		return en
	}
	var b strings.Builder
	b.WriteString(pick(idleWords(r.Idle.Code)))
	if !r.Idle.Until.IsZero() {
		fmt.Fprintf(&b, pick("，至 %s", ", until %s"), r.Idle.Until.Local().Format("2006-01-02 15:04"))
	}
	reasons := slices.SortedFunc(maps.Keys(r.Cut), func(x, y string) int { return cmp.Or(r.Cut[y]-r.Cut[x], cmp.Compare(x, y)) })
	for i, reason := range reasons {
		b.WriteString(map[bool]string{true: pick("；未访问：", "; not visited: "), false: pick("、", ", ")}[i == 0])
		fmt.Fprintf(&b, "%d %s", r.Cut[reason], pick(cutWords(reason)))
	}
	return b.String()
}
