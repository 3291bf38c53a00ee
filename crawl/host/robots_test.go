package host

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/fetch/exchange"
	"nianbao/fetch/robots"
)

const (
	agent = "nianbao"
	at    = "http://www.a.gov.cn/nb/1.html"
	own   = "http://www.a.gov.cn:80"
)

// nothing is a frontier that keeps no rules.
func nothing(string) ([]byte, error) { return nil, nil }

func everything(*url.URL) bool { return true }
func none(*url.URL) bool       { return false }

// ask asks a host and expects a question.
func ask(t *testing.T, h *Host, now time.Time) *Question {
	t.Helper()
	a, err := h.Access(agent, at, now, nothing)
	if err != nil || a.Ask == nil {
		t.Fatalf("no question but %+v, %v", a, err)
	}
	return a.Ask
}

func rules(body string) *exchange.Exchange {
	ex := ended(exchange.OK, 200)
	ex.Payload = []byte(body)
	ex.Header.Set("ETag", `"1"`)
	ex.Header.Set("Last-Modified", "then")
	return ex
}

func TestRulesAreAskedForFirst(t *testing.T) {
	h := New("a.gov.cn", nil)
	q := ask(t, h, then)
	if d := cmp.Diff(&Question{Authority: own, URL: "http://www.a.gov.cn/robots.txt"}, q); d != "" {
		t.Fatal(d)
	}
	rest, maps := h.Answered(agent, q, at, rules("User-agent: *\nDisallow: /x\nCrawl-delay: 7\nSitemap: http://www.a.gov.cn/map.xml\n"), 0, everything)
	if rest != (Rest{}) || len(maps) != 1 || maps[0] != "http://www.a.gov.cn/map.xml" || h.Polite.CrawlDelay != 7*time.Second {
		t.Errorf("%+v, site maps %v, delay %s", rest, maps, h.Polite.CrawlDelay)
	}
	check := func(h *Host, stored func(string) ([]byte, error)) {
		t.Helper()
		a, err := h.Access(agent, at, then.Add(time.Hour), stored)
		if err != nil || a.Ask != nil || a.Rules == nil || !a.Rules.Allowed(agent, at) || a.Rules.Allowed(agent, "http://www.a.gov.cn/x") {
			t.Errorf("%+v, %v", a, err)
		}
	}
	check(h, nothing)
	up := h.Update(time.Second)
	if len(up.Rules) != 1 || len(up.Rules[own]) == 0 {
		t.Fatalf("the frontier is given %v", up.Rules)
	}
	if again := h.Update(time.Second); again.Rules != nil {
		t.Error("the rules are given twice")
	}
	check(h, nothing)
	asked := 0
	stored := func(authority string) ([]byte, error) { asked++; return up.Rules[authority], nil }
	back := New("a.gov.cn", up.Data)
	check(back, stored)
	check(back, stored)
	if asked != 1 {
		t.Errorf("the frontier was asked %d times", asked)
	}
}

func TestRulesThatTheFrontierHasLost(t *testing.T) {
	h := New("a.gov.cn", nil)
	h.Answered(agent, ask(t, h, then), at, rules("User-agent: *\nDisallow: /x\n"), 0, everything)
	up := h.Update(0)
	back := New("a.gov.cn", up.Data)
	if q := ask(t, back, then); q.ETag != "" || q.LastModified != "" {
		t.Errorf("asked for with %+v: an answer without a body would do", q)
	}
	failed := errors.New("disk")
	if _, err := back.Access(agent, at, then, func(string) ([]byte, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
	q := ask(t, h, then.Add(robots.MaxAge))
	if q.ETag != `"1"` || q.LastModified != "then" {
		t.Errorf("rules that are old are asked for with %+v", q)
	}
	same := ended(exchange.NotModified, 304)
	same.Completed = then.Add(robots.MaxAge)
	if r, _ := h.Answered(agent, q, at, same, 0, everything); r != (Rest{}) {
		t.Errorf("%+v", r)
	}
	stored := func(authority string) ([]byte, error) { return up.Rules[authority], nil }
	if a, err := h.Access(agent, at, same.Completed, stored); err != nil || a.Rules == nil || a.Rules.Allowed(agent, "http://www.a.gov.cn/x") {
		t.Errorf("unchanged rules: %+v, %v", a, err)
	}
}

func TestLongRulesAreNotKeptInMemory(t *testing.T) {
	for _, long := range []bool{false, true} {
		body := "User-agent: *\n"
		for i := 0; len(body) < smallRules/2 || long && len(body) < 2*smallRules; i++ {
			body += fmt.Sprintf("Disallow: /%d\n", i)
		}
		h := New("a.gov.cn", nil)
		h.Answered(agent, ask(t, h, then), at, rules(body), 0, everything)
		kept, reads := h.Update(0).Rules[own], 0
		for range 3 {
			a, err := h.Access(agent, at, then, func(string) ([]byte, error) { reads++; return kept, nil })
			if err != nil || a.Rules == nil || a.Rules.Allowed(agent, "http://www.a.gov.cn/7") {
				t.Fatalf("%+v, %v", a, err)
			}
		}
		if want := map[bool]int{false: 1, true: 3}[long]; reads != want {
			t.Errorf("rules of %d octets are read %d times", len(kept), reads)
		}
	}
}

func TestHowLongRulesInMemoryAre(t *testing.T) {
	for more, want := range map[int]int{0: 1, 1: 2} {
		h := New("a.gov.cn", nil)
		h.Robots[own] = robots.Entry{Authority: own, State: robots.Parsed, GoodAt: then, Expires: then.Add(time.Hour)}
		reads, body := 0, []byte("User-agent: *\nDisallow: /x\n#"+strings.Repeat("x", smallRules))
		for range 2 {
			a, err := h.Access(agent, at, then, func(string) ([]byte, error) { reads++; return body[:smallRules+more], nil })
			if err != nil || a.Rules == nil {
				t.Fatalf("%+v, %v", a, err)
			}
		}
		if reads != want {
			t.Errorf("rules of %d octets are read %d times", smallRules+more, reads)
		}
	}
}

func TestNoRules(t *testing.T) {
	h := New("a.gov.cn", nil)
	r, maps := h.Answered(agent, ask(t, h, then), at, ended(exchange.NotFound, 404), 0, everything)
	a, err := h.Access(agent, at, then, func(string) ([]byte, error) { t.Error("the frontier is asked"); return nil, nil })
	if r != (Rest{}) || maps != nil || err != nil || a != (Access{}) {
		t.Errorf("%+v %v, %+v %v", r, maps, a, err)
	}
}

func TestSitemapsAreBounded(t *testing.T) {
	body := ""
	for i := range mostSitemaps + 5 {
		body += fmt.Sprintf("Sitemap: http://www.a.gov.cn/%d.xml\n", i)
	}
	h := New("a.gov.cn", nil)
	if _, maps := h.Answered(agent, ask(t, h, then), at, rules(body), 0, everything); len(maps) != mostSitemaps {
		t.Errorf("%d site maps", len(maps))
	}
}

func TestNothingIsAskedWhileNobodyKnowsTheRules(t *testing.T) {
	h := New("a.gov.cn", nil)
	ex := ended(exchange.ServerError, 500)
	r, _ := h.Answered(agent, ask(t, h, then), at, ex, 0, everything)
	if !r.Until.After(then) || r.Reason != exchange.RobotsUnreachable {
		t.Errorf("%+v", r)
	}
	a, err := h.Access(agent, at, then, nothing)
	if err != nil || !a.Silent.Equal(r.Until) || a.Ask != nil {
		t.Errorf("%+v, %v", a, err)
	}
	if q := ask(t, h, r.Until); q.URL != "http://www.a.gov.cn/robots.txt" {
		t.Errorf("%+v", q)
	}
	h = New("a.gov.cn", nil)
	ex = ended(exchange.RateLimited, 429)
	ex.RetryAfter = 20 * time.Hour
	if r, _ = h.Answered(agent, ask(t, h, then), at, ex, 0, everything); !r.Until.Equal(then.Add(20*time.Hour)) || r.Reason != exchange.RobotsUnreachable {
		t.Errorf("a host that asks for fewer requests: %+v", r)
	}
	if a, _ = h.Access(agent, at, then.Add(19*time.Hour), nothing); !a.Silent.Equal(r.Until) {
		t.Errorf("%+v", a)
	}
}

func TestTwinsOfAHostThatCannotBeReached(t *testing.T) {
	h := New("a.gov.cn", nil)
	var tried []string
	for range 9 {
		target := h.Target(at)
		a, err := h.Access(agent, target, then, nothing)
		if err != nil || a.Ask == nil {
			break
		}
		tried = append(tried, a.Ask.URL)
		r, _ := h.Answered(agent, a.Ask, target, ended(exchange.Refused, 0), 0, everything)
		if r != (Rest{}) {
			if r.Reason != exchange.Refused || !r.Until.After(then) || h.Target(at) != at || len(h.Tried) > 0 {
				t.Errorf("when none is left: %+v, target %s, tried %v", r, h.Target(at), h.Tried)
			}
			break
		}
	}
	want := []string{"http://www.a.gov.cn/robots.txt", "http://a.gov.cn/robots.txt", "https://www.a.gov.cn/robots.txt"}
	if d := cmp.Diff(want, tried); d != "" {
		t.Error(d)
	}
}

func TestATwinThatAnswersStandsIn(t *testing.T) {
	h := New("a.gov.cn", nil)
	h.Answered(agent, ask(t, h, then), at, ended(exchange.Refused, 0), 0, everything)
	target := h.Target(at)
	if target != "http://a.gov.cn/nb/1.html" || h.Target("http://other.gov.cn/") != "http://other.gov.cn/" {
		t.Fatalf("asked at %s", target)
	}
	a, _ := h.Access(agent, target, then, nothing)
	h.Answered(agent, a.Ask, target, ended(exchange.NotFound, 404), 0, everything)
	if got := h.Target(at); got != target {
		t.Errorf("asked at %s", got)
	}
	// Whether it answers later is a matter of rest, not of further twins.
	if r, _ := h.Answered(agent, a.Ask, target, ended(exchange.ServerError, 500), 0, everything); r != (Rest{}) || h.Target(at) != target {
		t.Errorf("%+v, asked at %s", r, h.Target(at))
	}
	outside := New("a.gov.cn", nil)
	if r, _ := outside.Answered(agent, ask(t, outside, then), at, ended(exchange.Refused, 0), 0, none); r == (Rest{}) || outside.Target(at) != at {
		t.Errorf("twins outside the portal: %+v, asked at %s", r, outside.Target(at))
	}
	failing := New("a.gov.cn", nil)
	if failing.Answered(agent, ask(t, failing, then), at, ended(exchange.ServerError, 500), 0, everything); failing.Target(at) != at {
		t.Error("a server that answers with errors has no twin")
	}
	broken := New("a.gov.cn", nil)
	broken.Instead[own] = "http://[x"
	if broken.Target(at) != at || broken.Target("http://[x") != "http://[x" {
		t.Error("broken addresses")
	}
}

// moved is an answer that redirects a robots.txt.
func moved(to string) *exchange.Exchange {
	ex := ended(exchange.Redirect, 302)
	ex.Location = to
	return ex
}

func TestRulesAreFollowedThroughRedirects(t *testing.T) {
	h := New("a.gov.cn", nil)
	q := ask(t, h, then)
	if r, maps := h.Answered(agent, q, at, moved("https://www.a.gov.cn/robots.txt"), 0, everything); r != (Rest{}) || maps != nil {
		t.Errorf("%+v %v", r, maps)
	}
	q = ask(t, h, then)
	if q.URL != "https://www.a.gov.cn/robots.txt" || q.Hops != 1 || q.Authority != own {
		t.Errorf("%+v", q)
	}
	h.Answered(agent, q, at, rules("User-agent: *\nDisallow: /x\n"), 0, everything)
	if a, err := h.Access(agent, at, then, nothing); err != nil || a.Rules == nil || len(h.Hops) != 0 {
		t.Errorf("%+v, %v, hops %v", a, err, h.Hops)
	}
}

func TestRulesOnAnotherHost(t *testing.T) {
	h := New("a.gov.cn", nil)
	h.Answered(agent, ask(t, h, then), at, moved("http://b.gov.cn/robots.txt"), 0, everything)
	want := &Hop{URL: "http://b.gov.cn/robots.txt", Hops: 1, Since: then}
	for _, now := range []time.Time{then, then.Add(errandTimeout)} {
		a, err := h.Access(agent, at, now, nothing)
		if d := cmp.Diff(want, a.Errand); d != "" || err != nil || a.Ask != nil || a.Lost {
			t.Fatalf("%s %v", d, err)
		}
	}
	late := New("a.gov.cn", h.Update(0).Data)
	a, err := late.Access(agent, at, then.Add(errandTimeout+time.Second), nothing)
	if err != nil || a.Errand != nil || !a.Silent.After(then.Add(errandTimeout)) {
		t.Errorf("an errand that took too long: %+v, %v", a, err)
	}
	h.Send(own, Reply{rules("User-agent: *\nDisallow: /x\n"), 1})
	if a, err = h.Access(agent, at, then, nothing); err != nil || a.Rules == nil || a.Rules.Allowed(agent, "http://www.a.gov.cn/x") {
		t.Errorf("the reply of the other host: %+v, %v", a, err)
	}
	if len(h.receive()) != 0 {
		t.Error("a reply is received twice")
	}
	h.Send(own, Reply{moved("http://c.gov.cn/robots.txt"), 1})
	h.Robots = map[string]robots.Entry{}
	if a, err = h.Access(agent, at, then, nothing); err != nil || a.Errand == nil || a.Errand.Hops != 2 || a.Errand.URL != "http://c.gov.cn/robots.txt" {
		t.Errorf("a redirect of the other host: %+v, %v", a.Errand, err)
	}
	h.Send(own, Reply{moved("http://d.gov.cn/robots.txt"), robots.MaxHops})
	if a, err = h.Access(agent, at, then, nothing); err != nil || a != (Access{}) {
		t.Errorf("one redirect too many is no robots.txt: %+v, %v", a, err)
	}
}

func TestRulesThatAreLost(t *testing.T) {
	h := New("a.gov.cn", nil)
	h.Robots[own] = robots.Entry{Authority: own, State: robots.AllowAll, FetchedAt: then, GoodAt: then, Expires: then}
	h.Hops[own] = Hop{URL: "http://b.gov.cn/robots.txt", Since: then.Add(-time.Hour)}
	a, err := h.Access(agent, at, then, nothing)
	if err != nil || !a.Lost || len(h.Hops) != 0 {
		t.Errorf("what was known before still holds: %+v, %v", a, err)
	}
	h = New("a.gov.cn", nil)
	h.Hops[own] = Hop{URL: "", Since: then}
	if a, err = h.Access(agent, at, then, nothing); err != nil || a.Errand != nil || a.Silent.IsZero() {
		t.Errorf("an errand to nowhere: %+v, %v", a, err)
	}
	h.Send(own, Reply{moved(""), 0})
	if a, err = h.Access(agent, at, then, nothing); err != nil || a.Errand != nil || len(h.Hops) != 0 {
		t.Errorf("a redirect to nowhere: %+v, %v", a, err)
	}
}

func TestAuthoritiesAreBounded(t *testing.T) {
	h := New("a.gov.cn", nil)
	authority := func(i int) string { return fmt.Sprintf("http://www.a.gov.cn:%d", 8000+i) }
	for i := range authorities {
		e := robots.Entry{Authority: authority(i), State: robots.Parsed, FetchedAt: then.Add(time.Duration((i+5)%authorities) * time.Minute), Body: []byte("User-agent: *\n"), CrawlDelay: time.Duration(i) * time.Second}
		h.setRobots(e)
	}
	oldest := authority(authorities - 5)
	h.Hops[oldest], h.Instead[oldest], h.Tried[oldest], h.rules[oldest] = Hop{}, "x", 1, nil
	h.Update(0)
	h.setRobots(robots.Entry{Authority: authority(3), State: robots.AllowAll, FetchedAt: then.Add(time.Second)})
	if _, kept := h.Robots[oldest]; !kept || len(h.Robots) != authorities {
		t.Fatal("an authority that is known takes the place of another")
	}
	if h.Polite.CrawlDelay != (authorities-1)*time.Second {
		t.Errorf("the delay is %s", h.Polite.CrawlDelay)
	}
	h.setRobots(robots.Entry{Authority: "http://new.gov.cn:80", State: robots.AllowAll, FetchedAt: then.Add(time.Hour)})
	if _, kept := h.Robots[oldest]; kept || len(h.Robots) != authorities {
		t.Errorf("%d authorities, the oldest kept %v", len(h.Robots), kept)
	}
	if len(h.Hops)+len(h.Instead)+len(h.Tried) > 0 || len(h.rules) != 0 {
		t.Error("what was known of the oldest is kept")
	}
	if up := h.Update(0); up.Rules[oldest] != nil || len(up.Rules) != 1 {
		t.Errorf("the frontier is not told to forget it: %v", up.Rules)
	}
	for i := range 2 * authorities {
		h.Send(authority(i), Reply{})
	}
	if n := len(h.receive()); n != authorities {
		t.Errorf("%d replies wait", n)
	}
}

func TestNewRulesTakeThePlaceOfOldOnes(t *testing.T) {
	h := New("a.gov.cn", nil)
	h.Answered(agent, ask(t, h, then), at, rules("User-agent: *\nDisallow: /old\n"), 0, everything)
	if _, err := h.Access(agent, at, then, nothing); err != nil {
		t.Fatal(err)
	}
	ex := rules("User-agent: *\nDisallow: /new\nCrawl-delay: 9\n")
	ex.Completed = then.Add(robots.MaxAge)
	h.Answered(agent, ask(t, h, ex.Completed), at, ex, 0, everything)
	a, err := h.Access(agent, at, ex.Completed, nothing)
	if err != nil || a.Rules == nil || a.Rules.Allowed(agent, "http://www.a.gov.cn/new") || !a.Rules.Allowed(agent, "http://www.a.gov.cn/old") || h.Polite.CrawlDelay != 9*time.Second {
		t.Errorf("%+v, %v", a, err)
	}
	if s := string(h.Update(0).Rules[own]); !strings.Contains(s, "/new") {
		t.Errorf("the frontier is given %q", s)
	}
}
