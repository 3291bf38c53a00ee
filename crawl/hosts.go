package crawl

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"nianbao/crawl/frontier"
	"nianbao/crawl/polite"
	"nianbao/fetch/exchange"
	"nianbao/fetch/robots"
)

// A hostInfo is what the engine must remember of a host: politeness, robots.txt, and how much of its budgets is spent.
// The frontier keeps it with the host's queue. Only the visit that holds the host's lease touches it, but for the inbox.
type hostInfo struct {
	mu   sync.Mutex
	name string
	hostState
	rules   map[string]*robots.Rules // parsed, by authority; small ones only
	pending map[string][]byte        // robots.txt that the frontier does not have yet
	pages   map[[16]byte]shown       // addresses of this run that showed a page, by the beginning of its digest

	inboxMu sync.Mutex
	inbox   map[string]reply
}

// A reply is what another host answered when it was asked for the robots.txt of an authority of this one.
type reply struct {
	ex   *exchange.Exchange
	hops int
}

type hostState struct {
	Polite  polite.State            `json:"polite"`
	Robots  map[string]robots.Entry `json:"robots,omitempty"`  // by authority; the rules lie apart
	Hops    map[string]robotsHop    `json:"hops,omitempty"`    // robots.txt being followed through redirects
	Instead map[string]string       `json:"instead,omitempty"` // authority that cannot be reached → twin to ask
	Tried   map[string]int          `json:"tried,omitempty"`   // twins tried
	Home    string                  `json:"home,omitempty"`    // digest of the home page
	Spent   [3]int                  `json:"spent"`             // requests by tier: sure, likely, possible
	Found   int                     `json:"found,omitempty"`   // reports
	// Sections are the parts of the host by address.Sections.
	Sections map[string]spent `json:"sections,omitempty"`
}

// robotsHop is where the robots.txt of an authority has been redirected to.
type robotsHop struct {
	URL   string    `json:"url"`
	Hops  int       `json:"hops"`
	Since time.Time `json:"since"`
}

const (
	// authorities is how many schemes, names and ports of one host are remembered.
	authorities = 32
	// smallRules is how many octets of robots.txt are kept parsed; longer ones are read again for each visit, so that
	// memory stays in proportion to the number of hosts whatever they serve.
	smallRules = 32 << 10
)

// update is what the frontier must keep of the host: its delay, and all that changed.
func (h *hostInfo) update(least time.Duration) *frontier.HostUpdate {
	b, err := json.Marshal(&h.hostState)
	if err != nil { // plain fields only: cannot happen
		panic(fmt.Sprintf("crawl: encode host: %v", err))
	}
	u := &frontier.HostUpdate{Delay: h.Polite.Delay(least), Data: b, Rules: h.pending}
	h.pending = nil
	return u
}

// rulesOf are the rules of an authority whose robots.txt is known. They are missing when the frontier has lost them.
func (h *hostInfo) rulesOf(f frontier.Frontier, authority string) (r *robots.Rules, known bool, err error) {
	if h.Robots[authority].State == robots.AllowAll {
		return nil, true, nil
	}
	if r := h.rules[authority]; r != nil {
		return r, true, nil
	}
	body, ok := h.pending[authority]
	if !ok {
		if body, err = f.Rules(h.name, authority); err != nil || len(body) == 0 {
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
func (h *hostInfo) setRobots(e robots.Entry) {
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

func (h *hostInfo) keep(authority string, body []byte) {
	if h.pending == nil {
		h.pending = map[string][]byte{}
	}
	h.pending[authority] = body
}

func (h *hostInfo) forgetOldest() {
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

// send leaves a reply for the host's next visit, which may be under way on another worker.
func (h *hostInfo) send(authority string, r reply) {
	h.inboxMu.Lock()
	defer h.inboxMu.Unlock()
	if h.inbox == nil {
		h.inbox = map[string]reply{}
	}
	if len(h.inbox) < authorities {
		h.inbox[authority] = r
	}
}

// receive takes the replies that have come.
func (h *hostInfo) receive() map[string]reply {
	h.inboxMu.Lock()
	defer h.inboxMu.Unlock()
	in := h.inbox
	h.inbox = nil
	return in
}

// hostTable holds the hosts of this run; its memory grows with them.
type hostTable struct {
	mu    sync.Mutex
	hosts map[string]*hostInfo
}

// of returns a host's information, read from the frontier the first time.
func (t *hostTable) of(f frontier.Frontier, name string) *hostInfo {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h := t.hosts[name]; h != nil {
		return h
	}
	h := &hostInfo{name: name, rules: map[string]*robots.Rules{}, pages: map[[16]byte]shown{}}
	if st, ok := f.Host(name); ok {
		h.hostState = decodeHost(st.Data)
	}
	if h.Hops == nil {
		h.Hops = map[string]robotsHop{}
	}
	if h.Robots == nil {
		h.Robots = map[string]robots.Entry{}
	}
	if h.Instead == nil {
		h.Instead = map[string]string{}
	}
	if h.Tried == nil {
		h.Tried = map[string]int{}
	}
	if h.Sections == nil {
		h.Sections = map[string]spent{}
	}
	t.hosts[name] = h
	return h
}

// decodeHost reads what the frontier kept; bytes it cannot read are an older or newer program's, and all is asked again.
func decodeHost(data []byte) hostState {
	var s hostState
	if len(data) > 0 && json.Unmarshal(data, &s) != nil {
		return hostState{}
	}
	return s
}
