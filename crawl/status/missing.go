package status

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"nianbao/crawl/budget"
	"nianbao/crawl/expect"
	"nianbao/fetch/exchange"
)

// A Missing is a body with the years of it that are expected and were not found, and why.
type Missing struct {
	Body   string `json:"body"`
	Ground string `json:"ground"`         // why it is expected to report: seed, directory, column, report
	Via    string `json:"via,omitempty"`  // the page that names it
	Host   string `json:"host,omitempty"` // of its own, or the portal's
	Years  []int  `json:"years"`
	Why    Why    `json:"why"`
	Detail string `json:"detail,omitempty"` // the outcome or the budget behind it
}

// Why is the reason for which something expected was not found. The list is closed.
type Why string

// The reasons.
const (
	WhyBlocked   Why = "blocked"          // a challenge or a firewall stands before the host
	WhyRobots    Why = "robots"           // robots.txt forbids, or cannot be had
	WhyNoAnswer  Why = "host_unreachable" // the host never answered
	WhyTroubled  Why = "host_failing"     // it answers with errors, or asks for fewer requests
	WhyScript    Why = "script_unread"    // only a browser would show it, and there is none
	WhyBudget    Why = "budget"           // what may be spent on the host is spent
	WhyListEnded Why = "list_ended"       // its list was read to the end
	WhyNoLink    Why = "no_link_found"    // nothing that was read leads there
	WhyWaiting   Why = "not_visited_yet"  // addresses of the host are still due
)

// WhyWords say a reason in words.
func WhyWords(w Why) (zh, en string) {
	switch w {
	case WhyBlocked:
		return "被验证页或防火墙拦住", "a challenge or a firewall stands before its host"
	case WhyRobots:
		return "robots.txt 不允许或取不到", "robots.txt forbids it, or cannot be had"
	case WhyNoAnswer:
		return "主机没有应答", "its host never answered"
	case WhyTroubled:
		return "主机出错或要求减速", "its host fails, or asks for fewer requests"
	case WhyScript:
		return "页面仅由脚本生成，未能读取", "only a script shows it, and it could not be run"
	case WhyBudget:
		return "请求预算用尽", "the budget of its host is spent"
	case WhyListEnded:
		return "列表已读完", "its list was read to the end"
	case WhyWaiting:
		return "尚未访问完", "its host has not been visited to the end"
	}
	return "没有找到链接", "no link to it was found"
}

// LastDue is the newest year whose reports are due at a time: governments publish by 31 March of the next one
// (《政府信息公开条例》 art. 49).
func LastDue(now time.Time) int {
	if now.Month() <= time.March {
		return now.Year() - 2
	}
	return now.Year() - 1
}

// silentYears is how many years are said to be missing of a portal that has shown nothing.
const silentYears = 3

// Gaps says what a portal's table lacks and why, by the reports of the portal's hosts. Own is the portal's own host.
func Gaps(t *expect.Table, own string, hosts map[string]HostReport, now time.Time) []Missing {
	to := LastDue(now)
	from := to - silentYears + 1
	for _, b := range t.Bodies {
		if len(b.Years) > 0 {
			from, to = min(from, b.Years[0]), max(to, b.Years[len(b.Years)-1])
		}
	}
	var out []Missing
	for _, g := range t.Gaps(from, to) {
		m := Missing{Body: g.Body.Name, Ground: string(g.Body.Ground), Via: g.Body.Via, Host: g.Body.Host, Years: g.Years}
		if m.Host == "" {
			m.Host = own
		}
		h, opened := hosts[m.Host]
		if m.Why, m.Detail = reason(h, opened); len(g.Body.Years) > 0 && (m.Why == WhyNoLink || m.Why == WhyBudget) {
			m.Why, m.Detail = WhyListEnded, ""
		}
		out = append(out, m)
	}
	return out
}

// spent are the reasons in HostReport.Cut that name a budget, scripts those that name a page only a browser shows.
var (
	spent   = []string{budget.Hosts, budget.Sure, budget.Likely, budget.Possible, "render_budget"}
	scripts = []string{"no_browser", "render_failed"}
)

// reason is why a host has not led to what is expected of it.
func reason(h HostReport, opened bool) (Why, string) {
	if !opened {
		return WhyNoLink, ""
	}
	switch o := exchange.Outcome(h.Idle.Code); o {
	case exchange.Blocked, exchange.Forbidden:
		return WhyBlocked, h.Idle.Code
	case exchange.RobotsUnreachable:
		return WhyRobots, h.Idle.Code
	case exchange.DNS, exchange.Refused, exchange.Timeout, exchange.TLS, exchange.Reset:
		return WhyNoAnswer, h.Idle.Code
	case exchange.RateLimited, exchange.ServerError:
		return WhyTroubled, h.Idle.Code
	}
	answered := h.Outcomes[string(exchange.OK)] + h.Outcomes[string(exchange.NotModified)]
	if h.Outcomes[string(exchange.RobotsDenied)] > 0 {
		return WhyRobots, string(exchange.RobotsDenied)
	}
	if h.Outcomes[string(exchange.Blocked)]+h.Outcomes[string(exchange.Forbidden)] > answered {
		return WhyBlocked, string(exchange.Blocked)
	}
	if h.Due > 0 {
		return WhyWaiting, ""
	}
	for _, name := range scripts {
		if h.Cut[name] > 0 {
			return WhyScript, name
		}
	}
	if i := slices.IndexFunc(spent, func(name string) bool { return h.Cut[name] > 0 }); i >= 0 {
		return WhyBudget, spent[i]
	}
	return WhyNoLink, ""
}

// Ranges writes years as people do: 2008–2012, 2015.
func Ranges(years []int) string {
	var b strings.Builder
	for i := 0; i < len(years); {
		j := i
		for j+1 < len(years) && years[j+1] == years[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(years[i]))
		if j > i {
			b.WriteString("–" + strconv.Itoa(years[j]))
		}
		i = j + 1
	}
	return b.String()
}
