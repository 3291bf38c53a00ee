package crawl

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"nianbao/crawl/address"
	"nianbao/crawl/budget"
	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/crawl/host"
	"nianbao/crawl/portal"
	"nianbao/fetch"
	"nianbao/fetch/exchange"
	"nianbao/fetch/robots"
)

// A pass is what the gates say of a lease: what to ask now, or how the lease ends without a request.
type pass struct {
	ask      fetch.Request
	question *host.Question              // ask is for the robots.txt of the host
	end      func(context.Context) error // set: nothing is asked
	leave    func()                      // must be called once the request is over
}

// gates asks, in this order: does the address belong to a portal; is its server free of others' requests; is it worth a
// request; does robots.txt allow it, or what must be asked first to know.
func (e *engine) gates(ctx context.Context, v *visit) (pass, error) {
	l, h := v.lease, v.host
	p := pass{leave: func() {}}
	switch _, err := url.Parse(v.at); {
	case err != nil:
		p.end = e.closing(l, frontier.Done{Cut: "malformed"})
		return p, nil
	case v.portal == nil && v.task.Robots == nil:
		p.end = e.closing(l, frontier.Done{Cut: string(exchange.OutOfScope)})
		return p, nil
	}
	addr, retry, ok := e.enter(ctx, l.Host, v.at)
	if !ok {
		p.end = e.returning(l, frontier.Return{NotBefore: retry})
		return p, nil
	}
	p.leave = func() { e.gate.Leave(addr) }
	if v.task.Robots != nil {
		p.ask = fetch.Request{URL: l.URL, MaxBody: robots.MaxBody}
		return p, nil
	}
	switch e.opening(v) {
	case openLater:
		p.end = e.returning(l, frontier.Return{NotBefore: e.now().Add(decide.TwinWait * max(v.least, h.Polite.Delay(v.least)))})
		return p, nil
	case openNever:
		p.end = func(ctx context.Context) error { return e.giveUp(ctx, l, budget.Hosts) }
		return p, nil
	}
	if e.waits(v) {
		p.end = e.returning(l, frontier.Return{NotBefore: e.now().Add(decide.TwinWait * max(v.least, h.Polite.Delay(v.least)))})
		return p, nil
	}
	name := e.overBudget(v)
	if name != "" && v.host.Retry(name, v.cost()) {
		p.end = e.closing(l, frontier.Done{NextDue: e.now(), Priority: budget.Last, Context: v.task.Encode()})
		return p, nil
	}
	if name != "" {
		p.end = func(ctx context.Context) error { return e.giveUp(ctx, l, name) }
		return p, nil
	}
	return p, e.robotsGate(v, &p)
}

// robotsGate asks what robots.txt says of the address.
func (e *engine) robotsGate(v *visit, p *pass) error {
	l, h, now := v.lease, v.host, e.now()
	access, err := h.Access(e.agent, v.at, now, func(authority string) ([]byte, error) { return e.frontier.Rules(h.Name, authority) })
	switch q := access.Ask; {
	case err != nil:
		return err
	case q != nil:
		p.question = q
		p.ask = fetch.Request{URL: q.URL, ETag: q.ETag, LastModified: q.LastModified, MaxBody: robots.MaxBody}
	case !access.Silent.IsZero():
		p.end = e.returning(l, frontier.Return{Host: e.rested(v, host.Rest{Until: access.Silent, Reason: exchange.RobotsUnreachable})})
	case access.Lost:
		p.end = e.returning(l, frontier.Return{Host: h.Update(v.least)})
	case access.Errand != nil:
		p.end = func(ctx context.Context) error { return e.errand(ctx, v, robots.Authority(v.at), *access.Errand) }
	case !access.Rules.Allowed(e.agent, v.at):
		e.tally.outcome(exchange.RobotsDenied)
		p.end = e.closing(l, frontier.Done{Outcome: string(exchange.RobotsDenied), NextDue: now.Add(deniedAgain), Context: v.task.Encode()})
	default:
		p.ask = fetch.Request{Method: l.Method, URL: v.at, Body: l.Body, ContentType: l.ContentType, Referer: referer(l.Via),
			ETag: l.ETag, LastModified: l.LastMod}
	}
	return nil
}

// deniedAgain is when the rules are looked at again for an address that they forbid.
const deniedAgain = 30 * 24 * time.Hour

func (e *engine) closing(l frontier.Lease, d frontier.Done) func(context.Context) error {
	return func(ctx context.Context) error { return e.frontier.Ack(ctx, l, d) }
}

func (e *engine) returning(l frontier.Lease, r frontier.Return) func(context.Context) error {
	return func(ctx context.Context) error { return e.frontier.Release(ctx, l, r) }
}

// enter asks to begin a request at the resolved address. Simulated hosts all share loopback and need no such bound.
func (e *engine) enter(ctx context.Context, host, at string) (addr string, retry time.Time, ok bool) {
	u, err := url.Parse(at)
	if err != nil || e.simulated(u) {
		return "", time.Time{}, true
	}
	addr, err = e.fetch.AddressKey(ctx, at)
	if err != nil {
		return "", time.Time{}, true // the fetch itself will say why
	}
	ok, retry = e.gate.Enter(addr, host, e.now())
	return addr, retry, ok
}

// cost is what the budgets must know of a visit.
func (v *visit) cost() budget.Visit {
	return budget.Visit{URL: v.lease.URL, Host: v.lease.Host, Priority: v.lease.Priority, Group: v.task.Group, Known: v.task.Seen > 0 || v.task.Parent != nil || v.task.Render}
}

// waits reports whether a host for telephones should wait for what its portal shows elsewhere.
func (e *engine) waits(v *visit) bool {
	l := v.lease
	if budget.TierOf(l.Priority) != budget.TierPossible || !address.Small(l.Host) || e.tally.reportsOf(v.portal) > 0 {
		return false
	}
	st, ok := e.frontier.Host(address.Host(v.portal.URL))
	return ok && st.Host != l.Host && (st.Ready > 0 || st.Leased) && st.BlockedUntil.Before(e.now())
}

// overBudget names the budget that is spent, if one is. What is known to be a report, a list of some or an announced file
// is visited whatever was spent.
func (e *engine) overBudget(v *visit) string {
	cost := v.cost()
	if v.task.Report || cost.Known || v.lease.Depth == 0 {
		return ""
	}
	return v.host.Over(cost, budget.Portal{Found: e.tally.reportsOf(v.portal), Wanting: e.books.wanting(v)})
}

// giveUp closes an address without a visit, and with it all that its host has waiting below the same bound.
func (e *engine) giveUp(ctx context.Context, l frontier.Lease, name string) error {
	if err := e.frontier.Ack(ctx, l, frontier.Done{Cut: name}); err != nil {
		return err
	}
	keep, ok := budget.Keep(name, l.Priority)
	if !ok {
		return nil
	}
	_, err := e.frontier.Cut(ctx, l.Host, keep, name)
	return err
}

// rules takes in the answer to a question for robots.txt, and gives the lease back: the address is due again once its
// host has rested.
func (e *engine) rules(ctx context.Context, v *visit, q *host.Question, ex *exchange.Exchange) error {
	rest, sitemaps := v.host.Answered(e.agent, q, v.at, ex, e.jitter(), func(u *url.URL) bool { return e.seeds.Owner(u) != nil })
	var items []frontier.Item
	for _, s := range sitemaps {
		l, ok := decide.NewLead(e, portal.Lead{URL: address.Canonical(s), Role: portal.RoleSitemap}, decide.Task{Role: portal.RoleSitemap}, sitemapPriority, v.lease.Depth+1)
		if ok {
			items = append(items, itemOf(l, v.lease.URL))
		}
	}
	if len(items) > 0 {
		if _, err := e.frontier.Put(ctx, items...); err != nil {
			return err
		}
	}
	return e.frontier.Release(ctx, v.lease, frontier.Return{Completed: ex.Completed, Outcome: string(ex.Outcome), Bytes: int64(len(ex.RawResponse)), Host: e.rested(v, rest)})
}

const (
	sitemapPriority = 60   // a sitemap is a last means
	errandPriority  = 1000 // a whole host waits for it
	// roleRobots is the role of a robots.txt that is fetched for another host.
	roleRobots portal.Role = "robots"
)

// errand puts a request for a robots.txt that was redirected to another host into that host's queue, and gives the lease
// back for a while: the reply is used by a later visit.
func (e *engine) errand(ctx context.Context, v *visit, authority string, hop host.Hop) error {
	l, now := v.lease, e.now()
	t := decide.Task{Role: roleRobots, Robots: &decide.Errand{Authority: authority, Host: l.Host, Hops: hop.Hops}}
	it := frontier.Item{Key: address.Key("GET", hop.URL, fmt.Sprint(l.Host, authority, hop.Hops)), URL: hop.URL, Host: address.Host(hop.URL), Portal: l.Portal,
		Via: robots.URL(authority), Priority: errandPriority, Context: t.Encode()}
	if _, err := e.frontier.Put(ctx, it); err != nil {
		return err
	}
	if _, st, err := e.frontier.Lookup(it.Key); err != nil {
		return err
	} else if st == frontier.Closed { // asked for before, when an older copy expired, or the reply was lost in a crash
		if err := e.frontier.Recall(ctx, now, it.Key); err != nil {
			return err
		}
	}
	return e.frontier.Release(ctx, l, frontier.Return{NotBefore: now.Add(host.ErrandPause), Host: v.host.Update(v.least)})
}

// deliver ends the visit of a robots.txt for another host, and leaves it what was answered.
func (e *engine) deliver(ctx context.Context, v *visit, ex *exchange.Exchange) error {
	up := e.rested(v, v.host.Rest(ex, 0, e.jitter()))
	if err := e.frontier.Ack(ctx, v.lease, frontier.Done{Completed: ex.Completed, Outcome: string(ex.Outcome), Bytes: int64(len(ex.RawResponse)), Host: up}); err != nil {
		return err
	}
	r := v.task.Robots
	e.hosts.Of(r.Host, e.kept).Send(r.Authority, host.Reply{Exchange: ex, Hops: r.Hops})
	return nil
}
