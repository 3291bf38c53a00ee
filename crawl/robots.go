package crawl

import (
	"context"
	"net/url"
	"strings"
	"time"

	"nianbao/crawl/address"
	"nianbao/crawl/frontier"
	"nianbao/crawl/portal"
	"nianbao/fetch"
	"nianbao/fetch/exchange"
	"nianbao/fetch/robots"
)

// errandTimeout is how long a host waits for a robots.txt that it redirected to another host.
const errandTimeout = 10 * time.Minute

// target is the address that an item is asked for at: its own, the twin that a redirect named, or the twin that stands
// in for an authority that cannot be reached.
func (h *hostInfo) target(l frontier.Lease, t task) string {
	at := l.URL
	if t.At != "" {
		at = t.At
	}
	if twin := h.Instead[robots.Authority(at)]; twin != "" {
		if u, err := url.Parse(at); err == nil {
			if v, err := url.Parse(twin); err == nil {
				u.Scheme, u.Host = v.Scheme, v.Host
				at = u.String()
			}
		}
	}
	return at
}

// askRobots makes sure that the rules for an address are known. done says that this visit's request was spent on
// robots.txt, or that none may be made, and that the lease has been given back.
func (e *engine) askRobots(ctx context.Context, l frontier.Lease, h *hostInfo, at string, least time.Duration) (done bool, err error) {
	authority, now := robots.Authority(at), e.now()
	entry := h.Robots[authority]
	if entry.Fresh(now) {
		if entry.State != robots.Unreachable {
			return false, nil
		}
		return true, e.silent(ctx, l, h, entry.Expires, time.Time{}, nil)
	}
	ask, hops := robots.URL(at), 0
	if hop, ok := h.Hops[authority]; ok {
		ask, hops = hop.URL, hop.Hops
		if other := address.Host(ask); other != l.Host {
			return true, e.errand(ctx, l, h, authority, hop, now)
		}
	}
	ex := e.fetch.Do(ctx, fetch.Request{URL: ask, ETag: entry.ETag, LastModified: entry.LastModified, MaxBody: robots.MaxBody})
	if ctx.Err() != nil {
		return true, e.frontier.Release(context.WithoutCancel(ctx), l, frontier.Return{NotBefore: now, Completed: e.now()})
	}
	if err := e.capture(ctx, ex, l); err != nil {
		return true, err
	}
	e.took(h, ex)
	return true, e.answered(ctx, l, h, authority, at, ex, hops, least)
}

// answered takes in what a request for robots.txt came to, and gives the lease back.
func (e *engine) answered(ctx context.Context, l frontier.Lease, h *hostInfo, authority, at string, ex *exchange.Exchange, hops int, least time.Duration) error {
	now := ex.Completed
	if robots.Verdict(ex, hops) == robots.Follow && ex.Location != "" {
		h.Hops[authority] = robotsHop{URL: address.Canonical(ex.Location), Hops: hops + 1, Since: now}
		return e.release(ctx, l, h, now, ex, least, nil)
	}
	entry := robots.Update(h.Robots[authority], authority, e.agent, ex, now)
	h.setRobots(entry)
	if entry.State == robots.Unreachable {
		if next := e.nextTwin(h, authority, at, ex); next {
			return e.release(ctx, l, h, now, ex, least, nil)
		}
		until := entry.Expires
		if unreached(ex.Outcome) {
			until = now.Add(h.Polite.NotReached(now, e.jitter()))
			entry.Expires = until
			h.setRobots(entry)
		}
		return e.silent(ctx, l, h, until, now, ex)
	}
	h.Polite.CrawlDelay = h.rulesOf(entry).CrawlDelay(e.agent)
	var items []frontier.Item
	if entry.State == robots.Parsed && ex.Outcome == exchange.OK {
		for _, s := range robots.Parse(ex.Payload).Sitemaps() {
			if it, ok := e.item(l, portal.Lead{URL: address.Canonical(s), Role: portal.RoleSitemap}, task{Role: portal.RoleSitemap}, 60); ok && len(items) < 20 {
				items = append(items, it)
			}
		}
	}
	return e.release(ctx, l, h, now, ex, least, items)
}

// release gives a lease back after a request for robots.txt: the address is due again after the host's delay.
func (e *engine) release(ctx context.Context, l frontier.Lease, h *hostInfo, now time.Time, ex *exchange.Exchange, least time.Duration, items []frontier.Item) error {
	if len(items) > 0 {
		if _, err := e.frontier.Put(ctx, items...); err != nil {
			return err
		}
	}
	return e.frontier.Release(ctx, l, frontier.Return{NotBefore: now, Completed: ex.Completed, Outcome: string(ex.Outcome), Bytes: int64(len(ex.RawResponse)),
		Host: &frontier.HostUpdate{Delay: h.Polite.Delay(least), Data: h.encode()}})
}

// silent leaves a host alone until a time, because nobody knows what its robots.txt says.
func (e *engine) silent(ctx context.Context, l frontier.Lease, h *hostInfo, until, completed time.Time, ex *exchange.Exchange) error {
	back := frontier.Return{NotBefore: until, Completed: completed, Host: &frontier.HostUpdate{BlockUntil: until, BlockReason: string(exchange.RobotsUnreachable), Data: h.encode()}}
	if ex != nil {
		back.Outcome, back.Bytes = string(ex.Outcome), int64(len(ex.RawResponse))
		if unreached(ex.Outcome) {
			back.Host.BlockReason = string(ex.Outcome)
		}
	}
	return e.frontier.Release(ctx, l, back)
}

// unreached reports whether an outcome means that no connection to the server came about.
func unreached(o exchange.Outcome) bool {
	return o == exchange.DNS || o == exchange.Refused || o == exchange.TLS || o == exchange.Timeout || o == exchange.Reset
}

// nextTwin settles on the next twin of an authority that could not be reached at all: with or without www, or under the
// other scheme. Once a twin has answered there is no need for another.
func (e *engine) nextTwin(h *hostInfo, authority, at string, ex *exchange.Exchange) bool {
	if !unreached(ex.Outcome) || ex.Status != 0 {
		return false
	}
	first := authority
	for from, to := range h.Instead {
		if robots.Authority(to) == authority {
			first = from
		}
	}
	u, err := url.Parse(at)
	if err != nil {
		return false
	}
	own, err := url.Parse(first)
	if err != nil {
		return false
	}
	u.Scheme, u.Host = own.Scheme, strings.TrimSuffix(strings.TrimSuffix(own.Host, ":80"), ":443")
	twins := address.Twins(u.String())
	for h.Tried[first] < len(twins) {
		twin := twins[h.Tried[first]]
		h.Tried[first]++
		if v, err := url.Parse(twin); err == nil && e.seeds.Owner(v) != nil {
			h.Instead[first] = v.Scheme + "://" + v.Host
			return true
		}
	}
	delete(h.Instead, first)
	delete(h.Tried, first)
	return false
}

// errand has the robots.txt of an authority asked for at another host, in that host's own turn, and waits for it.
func (e *engine) errand(ctx context.Context, l frontier.Lease, h *hostInfo, authority string, hop robotsHop, now time.Time) error {
	if now.Sub(hop.Since) > errandTimeout {
		h.setRobots(robots.Update(h.Robots[authority], authority, e.agent, nil, now))
		return e.silent(ctx, l, h, h.Robots[authority].Expires, time.Time{}, nil)
	}
	t := task{Role: roleRobots, Robots: &robotsErrand{authority, l.Host, hop.Hops}}
	it := frontier.Item{Key: address.Key("GET", hop.URL, l.Host+authority), URL: hop.URL, Host: address.Host(hop.URL), Portal: l.Portal, Via: robots.URL(authority), Priority: 1000, Context: t.encode()}
	if _, err := e.frontier.Put(ctx, it); err != nil {
		return err
	}
	if _, st, err := e.frontier.Lookup(it.Key); err != nil {
		return err
	} else if st == frontier.Closed { // asked for before, when an older copy expired
		if err := e.frontier.Recall(ctx, now, it.Key); err != nil {
			return err
		}
	}
	return e.frontier.Release(ctx, l, frontier.Return{NotBefore: now.Add(2 * time.Second), Host: &frontier.HostUpdate{Data: h.encode()}})
}

// roleRobots is the role of a robots.txt that is fetched for another host.
const roleRobots portal.Role = "robots"

// runErrand visits a robots.txt for another host.
func (e *engine) runErrand(ctx context.Context, l frontier.Lease, t task, h *hostInfo, least time.Duration) error {
	ex := e.fetch.Do(ctx, fetch.Request{URL: l.URL, MaxBody: robots.MaxBody})
	if ctx.Err() != nil {
		return e.frontier.Release(context.WithoutCancel(ctx), l, frontier.Return{NotBefore: e.now(), Completed: e.now()})
	}
	if err := e.capture(ctx, ex, l); err != nil {
		return err
	}
	e.took(h, ex)
	first := e.hosts.of(e.frontier, t.Robots.Host)
	first.mu.Lock()
	if robots.Verdict(ex, t.Robots.Hops) == robots.Follow && ex.Location != "" {
		first.Hops[t.Robots.Authority] = robotsHop{URL: address.Canonical(ex.Location), Hops: t.Robots.Hops + 1, Since: ex.Completed}
	} else {
		first.setRobots(robots.Update(first.Robots[t.Robots.Authority], t.Robots.Authority, e.agent, ex, ex.Completed))
	}
	data := first.encode()
	first.mu.Unlock()
	if err := e.frontier.SetData(ctx, t.Robots.Host, data); err != nil {
		return err
	}
	return e.frontier.Ack(ctx, l, frontier.Done{Completed: ex.Completed, Outcome: string(ex.Outcome), Bytes: int64(len(ex.RawResponse)),
		Host: &frontier.HostUpdate{Delay: h.Polite.Delay(least), Data: h.encode()}})
}
