package crawl

import (
	"context"
	"fmt"
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

const (
	// errandTimeout is how long a host waits for a robots.txt that it redirected to another host.
	errandTimeout = 10 * time.Minute
	// errandPause is how long it waits before it looks again.
	errandPause = 2 * time.Second
)

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

// askRobots finds the rules for an address. done says that this visit's request was spent on robots.txt, or that none may
// be made, and that the lease has been given back.
func (e *engine) askRobots(ctx context.Context, l frontier.Lease, h *hostInfo, at string, least time.Duration) (rules *robots.Rules, done bool, err error) {
	authority, now := robots.Authority(at), e.now()
	for asked, r := range h.receive() {
		e.takeReply(h, asked, r)
	}
	entry := h.Robots[authority]
	if entry.Fresh(now) {
		if entry.State == robots.Unreachable {
			return nil, true, e.silent(ctx, l, h, entry.Expires, least)
		}
		rules, known, err := h.rulesOf(e.frontier, authority)
		if known || err != nil {
			return rules, err != nil, err
		}
		entry.ETag, entry.LastModified = "", "" // the copy is lost: no 304 will do
	}
	ask, hops := robots.URL(at), 0
	if hop, ok := h.Hops[authority]; ok {
		ask, hops = hop.URL, hop.Hops
		if other := address.Host(ask); other != l.Host {
			return nil, true, e.errand(ctx, l, h, authority, hop, now, least)
		}
	}
	ex := e.fetch.Do(ctx, fetch.Request{URL: ask, ETag: entry.ETag, LastModified: entry.LastModified, MaxBody: robots.MaxBody})
	if ctx.Err() != nil {
		return nil, true, e.frontier.Release(context.WithoutCancel(ctx), l, frontier.Return{NotBefore: now, Completed: e.now()})
	}
	if err := e.capture(ctx, ex, l); err != nil {
		return nil, true, err
	}
	e.took(h, ex)
	return nil, true, e.answered(ctx, l, h, authority, at, ex, hops, least)
}

// takeReply takes in what was answered for an authority: its rules, or where to ask next.
func (e *engine) takeReply(h *hostInfo, authority string, r reply) {
	if robots.Verdict(r.ex, r.hops) == robots.Follow && r.ex.Location != "" {
		h.Hops[authority] = robotsHop{URL: address.Canonical(r.ex.Location), Hops: r.hops + 1, Since: r.ex.Completed}
		return
	}
	h.setRobots(robots.Update(h.Robots[authority], authority, e.agent, r.ex, r.ex.Completed))
}

// answered takes in what a request for robots.txt came to, and gives the lease back.
func (e *engine) answered(ctx context.Context, l frontier.Lease, h *hostInfo, authority, at string, ex *exchange.Exchange, hops int, least time.Duration) error {
	e.takeReply(h, authority, reply{ex, hops})
	if _, following := h.Hops[authority]; following {
		return e.release(ctx, l, ex, e.rest(h, ex, least), nil)
	}
	entry := h.Robots[authority]
	if entry.State == robots.Unreachable {
		if e.nextTwin(h, authority, at, ex) {
			return e.release(ctx, l, ex, h.update(least), nil)
		}
		up := e.rest(h, ex, least)
		if up.BlockUntil.After(entry.Expires) { // when it is left alone there is nobody to ask either
			entry.Expires = up.BlockUntil
			h.setRobots(entry)
			up.Data = h.update(least).Data
		}
		up.BlockUntil = entry.Expires
		if !unreached(ex) {
			up.BlockReason = string(exchange.RobotsUnreachable)
		}
		return e.release(ctx, l, ex, up, nil)
	}
	var items []frontier.Item
	if entry.State == robots.Parsed && ex.Outcome == exchange.OK {
		for _, s := range robots.Parse(ex.Payload).Sitemaps() {
			if it, ok := e.item(l, portal.Lead{URL: address.Canonical(s), Role: portal.RoleSitemap}, task{Role: portal.RoleSitemap}, 60); ok && len(items) < 20 {
				items = append(items, it)
			}
		}
	}
	return e.release(ctx, l, ex, e.rest(h, ex, least), items)
}

// release gives a lease back after a request for robots.txt: the address is due again once its host has rested.
func (e *engine) release(ctx context.Context, l frontier.Lease, ex *exchange.Exchange, up *frontier.HostUpdate, items []frontier.Item) error {
	if len(items) > 0 {
		if _, err := e.frontier.Put(ctx, items...); err != nil {
			return err
		}
	}
	return e.frontier.Release(ctx, l, frontier.Return{Completed: ex.Completed, Outcome: string(ex.Outcome), Bytes: int64(len(ex.RawResponse)), Host: up})
}

// silent leaves a host alone until a time, because nobody knows what its robots.txt says.
func (e *engine) silent(ctx context.Context, l frontier.Lease, h *hostInfo, until time.Time, least time.Duration) error {
	up := h.update(least)
	up.BlockUntil, up.BlockReason = until, string(exchange.RobotsUnreachable)
	return e.frontier.Release(ctx, l, frontier.Return{Host: up})
}

// nextTwin settles on the next twin of an authority that could not be reached at all: with or without www, or under the
// other scheme. Once a twin has answered there is no need for another.
func (e *engine) nextTwin(h *hostInfo, authority, at string, ex *exchange.Exchange) bool {
	if !unreached(ex) {
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
func (e *engine) errand(ctx context.Context, l frontier.Lease, h *hostInfo, authority string, hop robotsHop, now time.Time, least time.Duration) error {
	if now.Sub(hop.Since) > errandTimeout {
		h.setRobots(robots.Update(h.Robots[authority], authority, e.agent, nil, now))
		if entry := h.Robots[authority]; entry.State == robots.Unreachable {
			return e.silent(ctx, l, h, entry.Expires, least)
		}
		return e.frontier.Release(ctx, l, frontier.Return{Host: h.update(least)})
	}
	t := task{Role: roleRobots, Robots: &robotsErrand{authority, l.Host, hop.Hops}}
	it := frontier.Item{Key: address.Key("GET", hop.URL, fmt.Sprint(l.Host, authority, hop.Hops)), URL: hop.URL, Host: address.Host(hop.URL), Portal: l.Portal, Via: robots.URL(authority), Priority: 1000, Context: t.encode()}
	if it.URL == "" || it.Host == "" { // it leads nowhere
		h.setRobots(robots.Update(h.Robots[authority], authority, e.agent, nil, now))
		return e.frontier.Release(ctx, l, frontier.Return{Host: h.update(least)})
	}
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
	return e.frontier.Release(ctx, l, frontier.Return{NotBefore: now.Add(errandPause), Host: h.update(least)})
}

// roleRobots is the role of a robots.txt that is fetched for another host.
const roleRobots portal.Role = "robots"

// runErrand visits a robots.txt for another host.
func (e *engine) runErrand(ctx context.Context, l frontier.Lease, t task, h *hostInfo, least time.Duration) error {
	ex := e.fetch.Do(ctx, fetch.Request{URL: l.URL, MaxBody: robots.MaxBody})
	if ctx.Err() != nil {
		return e.frontier.Release(context.WithoutCancel(ctx), l, frontier.Return{Completed: e.now()})
	}
	if err := e.capture(ctx, ex, l); err != nil {
		return err
	}
	e.took(h, ex)
	up := e.rest(h, ex, least)
	if err := e.frontier.Ack(ctx, l, frontier.Done{Completed: ex.Completed, Outcome: string(ex.Outcome), Bytes: int64(len(ex.RawResponse)), Host: up}); err != nil {
		return err
	}
	e.hosts.of(e.frontier, t.Robots.Host).send(t.Robots.Authority, reply{ex, t.Robots.Hops})
	return nil
}
