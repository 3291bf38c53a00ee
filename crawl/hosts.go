package crawl

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"nianbao/crawl/frontier"
	"nianbao/crawl/polite"
	"nianbao/fetch/robots"
)

// A hostInfo is what the engine must remember of a host: politeness, robots.txt, and how much of its budgets is spent.
// The frontier keeps it with the host's queue. Only the worker that holds the host's lease changes it, but for the
// robots.txt that another host answered; hence the lock.
type hostInfo struct {
	mu sync.Mutex
	hostState
	rules map[string]*robots.Rules
}

type hostState struct {
	Polite  polite.State            `json:"polite"`
	Robots  map[string]robots.Entry `json:"robots,omitempty"`  // by authority
	Hops    map[string]robotsHop    `json:"hops,omitempty"`    // robots.txt being followed through redirects
	Instead map[string]string       `json:"instead,omitempty"` // authority that cannot be reached → twin to ask
	Tried   map[string]int          `json:"tried,omitempty"`   // twins tried
	Spent   [3]int                  `json:"spent"`             // requests by tier: sure, likely, possible
	Found   int                     `json:"found,omitempty"`   // reports
}

// robotsHop is where the robots.txt of an authority has been redirected to.
type robotsHop struct {
	URL   string    `json:"url"`
	Hops  int       `json:"hops"`
	Since time.Time `json:"since"`
}

func (h *hostInfo) encode() []byte {
	b, err := json.Marshal(&h.hostState)
	if err != nil { // plain fields only: cannot happen
		panic(fmt.Sprintf("crawl: encode host: %v", err))
	}
	return b
}

// rulesOf are the parsed rules of an entry, parsed once.
func (h *hostInfo) rulesOf(e robots.Entry) *robots.Rules {
	if r, ok := h.rules[e.Authority]; ok {
		return r
	}
	r := e.Rules()
	h.rules[e.Authority] = r
	return r
}

func (h *hostInfo) setRobots(e robots.Entry) {
	h.Robots[e.Authority] = e
	delete(h.rules, e.Authority)
	delete(h.Hops, e.Authority)
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
	h := &hostInfo{rules: map[string]*robots.Rules{}}
	if st, ok := f.Host(name); ok && len(st.Data) > 0 {
		if json.Unmarshal(st.Data, &h.hostState) != nil {
			h.hostState = hostState{} // an older or newer program's: asked again
		}
	}
	if h.Robots == nil {
		h.Robots = map[string]robots.Entry{}
	}
	if h.Hops == nil {
		h.Hops = map[string]robotsHop{}
	}
	if h.Instead == nil {
		h.Instead, h.Tried = map[string]string{}, map[string]int{}
	}
	if h.Tried == nil {
		h.Tried = map[string]int{}
	}
	t.hosts[name] = h
	return h
}
