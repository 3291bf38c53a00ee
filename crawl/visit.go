package crawl

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/frontier"
	"nianbao/crawl/polite"
	"nianbao/crawl/portal"
	"nianbao/fetch"
	"nianbao/fetch/exchange"
)

const (
	maxHops    = 10 // redirects followed from one link
	maxRetries = 3  // visits of one address that fail for reasons that may pass
	// lastPriority is the lowest of what no budget cuts.
	lastPriority = discover.Sure
)

// visited is one visit while its meaning is being worked out.
type visited struct {
	lease   frontier.Lease
	task    task
	portal  *portal.Portal
	host    *hostInfo
	at      string // the address asked for
	ex      *exchange.Exchange
	capture archive.Capture
	cut     map[string]int // leads that were not followed, by reason
	instead bool           // the home page came instead
}

// visit works one lease from robots.txt to acknowledgement. It returns an error only when the crawl cannot go on: the
// archive or the frontier failed. Whatever the network does is an outcome.
func (e *engine) visit(ctx context.Context, l frontier.Lease) error {
	t := decodeTask(l.Context)
	h := e.hosts.of(e.frontier, l.Host)
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.target(l, t)
	u, err := url.Parse(at)
	if err != nil {
		return e.frontier.Ack(ctx, l, frontier.Done{Cut: "malformed"})
	}
	p := e.seeds.Owner(u)
	if p == nil && t.Robots == nil {
		return e.frontier.Ack(ctx, l, frontier.Done{Cut: string(exchange.OutOfScope)})
	}
	least := e.least(p, at)
	addr, retry, ok := e.passGate(ctx, l.Host, at)
	if !ok {
		return e.frontier.Release(ctx, l, frontier.Return{NotBefore: retry})
	}
	leave := sync.OnceFunc(func() { e.gate.Leave(addr) })
	defer leave()
	if t.Robots != nil {
		return e.runErrand(ctx, l, t, h, least)
	}
	if e.waits(p, l) {
		return e.frontier.Release(ctx, l, frontier.Return{NotBefore: e.now().Add(twinWait * max(least, h.Polite.Delay(least)))})
	}
	if reason := e.overBudget(p, h, l, t); reason != "" {
		return e.giveUp(ctx, l, reason)
	}
	rules, done, err := e.askRobots(ctx, l, h, at, least)
	if done || err != nil {
		return err
	}
	if !rules.Allowed(e.agent, at) {
		e.countOutcome(exchange.RobotsDenied)
		return e.frontier.Ack(ctx, l, frontier.Done{Outcome: string(exchange.RobotsDenied), NextDue: e.now().Add(otherInterval), Context: t.encode()})
	}

	ex := e.fetch.Do(ctx, fetch.Request{Method: l.Method, URL: at, Body: l.Body, ContentType: l.ContentType, Referer: referer(l.Via),
		ETag: l.ETag, LastModified: l.LastMod, Cookie: t.Cookie})
	if ctx.Err() != nil { // stopped in flight: the address stays due
		return e.frontier.Release(context.WithoutCancel(ctx), l, frontier.Return{NotBefore: e.now(), Completed: e.now()})
	}
	leave()
	v := &visited{lease: l, task: t, portal: p, host: h, at: at, ex: ex, cut: map[string]int{}}
	v.instead = h.homeInstead(at, ex)
	if v.capture, err = e.archive.Append(ctx, ex, archive.Provenance{Portal: p.Name, Via: l.Via, Hops: l.Depth}); err != nil {
		return fmt.Errorf("crawl: archive %s: %w", at, err)
	}
	unpackSitemap(t, ex)
	e.count(ex)
	e.took(h, ex)
	h.spend(l, t)
	d, err := e.interpret(ctx, v)
	if err != nil {
		return err
	}
	d.Completed, d.Outcome, d.Bytes = ex.Completed, string(ex.Outcome), int64(len(ex.RawResponse))
	d.Host = e.rest(h, ex, least, l.Attempts)
	d.Host.Cut = v.cut
	return e.frontier.Ack(ctx, l, d)
}

// referer is the address that led here when it is one.
func referer(via string) string {
	if strings.HasPrefix(via, "http") {
		return via
	}
	return ""
}

// capture archives an exchange that is not a page of a portal's own.
func (e *engine) capture(ctx context.Context, ex *exchange.Exchange, l frontier.Lease) error {
	if _, err := e.archive.Append(ctx, ex, archive.Provenance{Portal: l.Portal, Via: l.Via, Hops: l.Depth}); err != nil {
		return fmt.Errorf("crawl: archive %s: %w", ex.URL, err)
	}
	e.count(ex)
	return nil
}

// interpret decides what an exchange means for the address: what it leads to and when it is due again.
func (e *engine) interpret(ctx context.Context, v *visited) (frontier.Done, error) {
	now := v.ex.Completed
	v.task.Seen++
	switch v.ex.Outcome {
	case exchange.OK:
		return e.readPage(ctx, v)
	case exchange.NotModified:
		if v.task.Lost > 0 {
			return e.missing(ctx, v, exchange.Soft404) // the same page as when it no longer held the report
		}
		return v.again(now), nil
	case exchange.Redirect:
		return e.followRedirect(ctx, v)
	case exchange.NotFound, exchange.Gone, exchange.Soft404:
		if v.instead && v.lease.Attempts+1 < maxRetries {
			return v.retry(now), nil
		}
		return e.missing(ctx, v, v.ex.Outcome)
	case exchange.RateLimited, exchange.ServerError, exchange.Timeout, exchange.DNS, exchange.Refused, exchange.Reset, exchange.Blocked:
		endless := v.ex.Outcome == exchange.Timeout && v.ex.Status > 0 // it began to answer and did not come to an end
		if v.lease.Attempts+1 < maxRetries && !endless {               // it may pass: again after the host has rested
			return v.retry(now), nil
		}
		return e.failed(ctx, v, 24*time.Hour)
	}
	return e.failed(ctx, v, 7*24*time.Hour)
}

// retry asks for an address again once its trouble may have passed.
func (v *visited) retry(now time.Time) frontier.Done {
	return frontier.Done{NextDue: now.Add(polite.RetryAfterFailure(v.lease.Attempts)), Retry: true, ETag: v.lease.ETag, LastMod: v.lease.LastMod}
}

// failed gives an address up for a while; a page that waited for it as its attachment is recorded without it.
func (e *engine) failed(ctx context.Context, v *visited, rest time.Duration) (frontier.Done, error) {
	if err := e.parentAlone(ctx, v, string(v.ex.Outcome)); err != nil {
		return frontier.Done{}, err
	}
	return frontier.Done{NextDue: v.ex.Completed.Add(rest), Context: v.task.encode()}, nil
}

// again schedules the next visit of an address that is worth one.
func (v *visited) again(now time.Time) frontier.Done {
	d := frontier.Done{Context: v.task.encode()}
	if after := revisitAfter(v.task, v.lease.Priority, now); after > 0 {
		d.NextDue = now.Add(after)
	}
	if v.task.Report || v.task.Heat > 0 {
		d.Priority = max(v.lease.Priority, discover.Sure) // what has proved its worth is not cut with what only promised it
	}
	d.ETag, d.LastMod = v.ex.Header.Get("ETag"), v.ex.Header.Get("Last-Modified")
	if v.ex.Outcome == exchange.NotModified {
		d.ETag, d.LastMod = v.lease.ETag, v.lease.LastMod
	}
	return d
}

// followRedirect treats the target as an address of its own: scope, robots.txt and delays apply to it. A redirect to a
// twin of the same address is followed in its stead, one to the very same address once with the cookie it sets, as any
// browser would.
func (e *engine) followRedirect(ctx context.Context, v *visited) (frontier.Done, error) {
	t, now := v.task, v.ex.Completed
	to := address.Canonical(v.ex.Location)
	target, err := url.Parse(to)
	switch {
	case err != nil || to == "":
		return e.failed(ctx, v, otherInterval)
	case t.Hops >= maxHops || address.Trap(to) != "":
		v.cut["trap"]++
		return e.failed(ctx, v, otherInterval)
	}
	owner := e.seeds.Owner(target)
	if owner == nil || !e.wanted[owner] {
		v.cut[string(exchange.OutOfScope)]++
		return e.missing(ctx, v, v.ex.Outcome)
	}
	t.Hops++
	if address.Key(v.lease.Method, to, v.lease.Body) == v.lease.Key && address.Host(to) == v.lease.Host {
		cookie := cookies(v.ex.Header)
		if to == v.at && (cookie == "" || cookie == t.Cookie) {
			return e.failed(ctx, v, otherInterval)
		}
		t.At, t.Cookie = to, cookie
		return frontier.Done{NextDue: now, Context: t.encode(), Retry: true}, nil
	}
	next := t
	next.At, next.Cookie, next.Report, next.Seen, next.Changed, next.Digest, next.Lost = "", "", false, 0, 0, "", 0
	it, ok := e.item(v.lease, portal.Lead{URL: to, Role: t.Role}, next, v.lease.Priority)
	if !ok {
		return e.missing(ctx, v, v.ex.Outcome)
	}
	if v.task.Report { // a report's address that leads elsewhere now is no longer its address
		done, err := e.missing(ctx, v, v.ex.Outcome)
		done.Outlinks = append(done.Outlinks, it)
		return done, err
	}
	return frontier.Done{NextDue: now.Add(otherInterval), Context: v.task.encode(), Outlinks: []frontier.Item{it}}, nil
}

// cookies are the cookies an answer sets, as a browser would send them back.
func cookies(h http.Header) string {
	var parts []string
	for _, c := range (&http.Response{Header: h}).Cookies() {
		if c.MaxAge >= 0 && len(parts) < 20 {
			parts = append(parts, c.Name+"="+c.Value)
		}
	}
	s := strings.Join(parts, "; ")
	if len(s) > 4096 {
		return ""
	}
	return s
}

// missing records that what an address held is no longer there. A report's is asked for again, after all else that its host has
// due, so that a new address of the same report is known by then: two answers settle it.
func (e *engine) missing(ctx context.Context, v *visited, why exchange.Outcome) (frontier.Done, error) {
	now := v.ex.Completed
	if err := e.parentAlone(ctx, v, string(why)); err != nil {
		return frontier.Done{}, err
	}
	if !v.task.Report {
		return frontier.Done{NextDue: now.Add(longestInterval), Context: v.task.encode()}, nil
	}
	events, err := e.archive.PutMissing(ctx, v.lease.URL, why, now)
	if err != nil {
		return frontier.Done{}, fmt.Errorf("crawl: record the loss of %s: %w", v.lease.URL, err)
	}
	e.tell(events)
	v.task.Lost++
	done := frontier.Done{NextDue: now.Add(reportInSeason), Context: v.task.encode()}
	if v.task.Lost < removalConfirmations {
		done.NextDue, done.Priority = now.Add(min(confirmAfter, 10*v.host.Polite.Delay(e.least(v.portal, v.at)))), lastPriority
	}
	return done, nil
}

// passGate asks to begin a request at the resolved address. Simulated hosts all share loopback and need no such bound.
func (e *engine) passGate(ctx context.Context, host, at string) (addr string, retry time.Time, ok bool) {
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
