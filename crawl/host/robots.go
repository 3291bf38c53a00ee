package host

import (
	"net/url"
	"strings"
	"time"

	"nianbao/crawl/address"
	"nianbao/fetch/exchange"
	"nianbao/fetch/robots"
)

const (
	// errandTimeout is how long a host waits for its robots.txt when that was redirected to another host.
	errandTimeout = 10 * time.Minute
	// ErrandPause is how long it waits before it looks again.
	ErrandPause = 2 * time.Second
	// mostSitemaps is how many sitemaps one robots.txt may name.
	mostSitemaps = 20
)

// Target is the address at which an address is requested: itself, or its twin (address.Twins) when its authority cannot
// be reached.
func (h *Host) Target(at string) string {
	twin := h.Instead[robots.Authority(at)]
	if twin == "" {
		return at
	}
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	v, err := url.Parse(twin)
	if err != nil {
		return at
	}
	u.Scheme, u.Host = v.Scheme, v.Host
	return u.String()
}

// An Access is what robots.txt says of an address, or what must be done to know. One of its parts is set; when none is,
// the rules in force are Rules, nil for none.
type Access struct {
	Rules  *robots.Rules
	Silent time.Time // until when nothing may be asked, because nobody knows the rules
	Ask    *Question // a request for robots.txt, to be made of this host now
	Errand *Hop      // a request for robots.txt that another host is to make
	Lost   bool      // the errand took too long or led nowhere: see again
}

// A Question is a request for a robots.txt.
type Question struct {
	Authority    string
	URL          string
	Hops         int
	ETag         string
	LastModified string
}

// Access says what is known of the rules for an address at a time. Stored reads the rules that the frontier keeps.
func (h *Host) Access(agent, at string, now time.Time, stored func(authority string) ([]byte, error)) (Access, error) {
	authority := robots.Authority(at)
	for asked, r := range h.receive() {
		h.take(agent, asked, r)
	}
	entry := h.Robots[authority]
	if entry.Fresh(now) {
		if entry.State == robots.Unreachable {
			return Access{Silent: entry.Expires}, nil
		}
		rules, known, err := h.rulesOf(authority, stored)
		if known || err != nil {
			return Access{Rules: rules}, err
		}
		entry.ETag, entry.LastModified = "", "" // the copy is lost: no 304 will do
	}
	q := &Question{Authority: authority, URL: robots.URL(at), ETag: entry.ETag, LastModified: entry.LastModified}
	if hop, ok := h.Hops[authority]; ok {
		q.URL, q.Hops = hop.URL, hop.Hops
		if address.Host(q.URL) != h.Name {
			return h.errand(agent, authority, hop, now), nil
		}
	}
	return Access{Ask: q}, nil
}

// errand says that a robots.txt was redirected to another host and is to be asked for there, at most errandTimeout long;
// after that the rules count as not to be had.
func (h *Host) errand(agent, authority string, hop Hop, now time.Time) Access {
	if now.Sub(hop.Since) <= errandTimeout && hop.URL != "" && address.Host(hop.URL) != "" {
		return Access{Errand: &hop}
	}
	h.setRobots(robots.Update(h.Robots[authority], authority, agent, nil, now))
	if entry := h.Robots[authority]; entry.State == robots.Unreachable {
		return Access{Silent: entry.Expires}
	}
	return Access{Lost: true}
}

// A Reply is what was answered to a request for robots.txt, after a number of redirects.
type Reply struct {
	Exchange *exchange.Exchange
	Hops     int
}

// Send leaves a reply for the host's next visit, which may be under way on another worker.
func (h *Host) Send(authority string, r Reply) {
	h.inboxMu.Lock()
	defer h.inboxMu.Unlock()
	if h.inbox == nil {
		h.inbox = map[string]Reply{}
	}
	if len(h.inbox) < authorities {
		h.inbox[authority] = r
	}
}

func (h *Host) receive() map[string]Reply {
	h.inboxMu.Lock()
	defer h.inboxMu.Unlock()
	in := h.inbox
	h.inbox = nil
	return in
}

// take takes in what was answered for an authority: its rules, or where to ask next.
func (h *Host) take(agent, authority string, r Reply) {
	if robots.Verdict(r.Exchange, r.Hops) == robots.Follow && r.Exchange.Location != "" {
		h.Hops[authority] = Hop{URL: address.Canonical(r.Exchange.Location), Hops: r.Hops + 1, Since: r.Exchange.Completed}
		return
	}
	h.setRobots(robots.Update(h.Robots[authority], authority, agent, r.Exchange, r.Exchange.Completed))
}

// Answered takes in what a question came to, asked for the sake of an address, and says how long the host is left alone.
// Within reports whether a twin of an unreachable authority may be asked in its stead. Sitemaps are those that the rules
// name.
func (h *Host) Answered(agent string, q *Question, at string, ex *exchange.Exchange, jitter float64, within func(*url.URL) bool) (r Rest, sitemaps []string) {
	h.take(agent, q.Authority, Reply{ex, q.Hops})
	if _, following := h.Hops[q.Authority]; following {
		return h.Rest(ex, 0, jitter), nil
	}
	entry := h.Robots[q.Authority]
	if entry.State != robots.Unreachable {
		if entry.State == robots.Parsed && ex.Outcome == exchange.OK {
			sitemaps = robots.Parse(ex.Payload).Sitemaps()
			sitemaps = sitemaps[:min(len(sitemaps), mostSitemaps)]
		}
		return h.Rest(ex, 0, jitter), sitemaps
	}
	if h.nextTwin(q.Authority, at, ex, within) {
		return Rest{}, nil
	}
	r = h.Rest(ex, 0, jitter)
	if r.Until.After(entry.Expires) { // when it is left alone there is nobody to ask either
		entry.Expires = r.Until
		h.setRobots(entry)
	}
	r.Until = entry.Expires
	if r.Reason == "" || !unreached(ex) {
		r.Reason = exchange.RobotsUnreachable
	}
	return r, nil
}

// rulesOf are the rules of an authority whose robots.txt is known. They are missing when the frontier has lost them.
func (h *Host) rulesOf(authority string, stored func(string) ([]byte, error)) (r *robots.Rules, known bool, err error) {
	if h.Robots[authority].State == robots.AllowAll {
		return nil, true, nil
	}
	if r := h.rules[authority]; r != nil {
		return r, true, nil
	}
	body, ok := h.pending[authority]
	if !ok {
		if body, err = stored(authority); err != nil || len(body) == 0 {
			return nil, false, err
		}
	}
	r = robots.Parse(body)
	if len(body) <= smallRules {
		h.rules[authority] = r
	}
	return r, true, nil
}

// setRobots takes in what is now known of an authority's robots.txt.
func (h *Host) setRobots(e robots.Entry) {
	if _, known := h.Robots[e.Authority]; !known && len(h.Robots) >= authorities {
		h.forgetOldest()
	}
	delete(h.Hops, e.Authority)
	if e.Body != nil {
		delete(h.rules, e.Authority)
		h.keep(e.Authority, e.Body)
		e.Body = nil
	}
	h.Robots[e.Authority] = e
	h.Polite.CrawlDelay = 0
	for _, e := range h.Robots {
		h.Polite.CrawlDelay = max(h.Polite.CrawlDelay, e.CrawlDelay)
	}
}

func (h *Host) keep(authority string, body []byte) {
	if h.pending == nil {
		h.pending = map[string][]byte{}
	}
	h.pending[authority] = body
}

func (h *Host) forgetOldest() {
	oldest := ""
	for a, e := range h.Robots {
		if oldest == "" || e.FetchedAt.Before(h.Robots[oldest].FetchedAt) {
			oldest = a
		}
	}
	delete(h.Robots, oldest)
	delete(h.rules, oldest)
	delete(h.Hops, oldest)
	delete(h.Instead, oldest)
	delete(h.Tried, oldest)
	h.keep(oldest, nil)
}

// nextTwin settles on the next twin of an authority that could not be reached at all: with or without www, or under the
// other scheme. Once a twin has answered there is no need for another.
func (h *Host) nextTwin(authority, at string, ex *exchange.Exchange, within func(*url.URL) bool) bool {
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
		if v, err := url.Parse(twin); err == nil && within(v) {
			h.Instead[first] = v.Scheme + "://" + v.Host
			return true
		}
	}
	delete(h.Instead, first)
	delete(h.Tried, first)
	return false
}
