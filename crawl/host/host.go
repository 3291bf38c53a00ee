// Package host is what a crawl remembers of a host, and what it may ask of it next.
//
// A Host holds its politeness, its robots.txt and what is spent of its budgets; the frontier keeps the State with the
// host's queue, so that a restart forgets nothing. In go answers and times; out come the rules in force, the next
// request for robots.txt, and how long the host is left alone. Only the visit that holds the host's lease touches a
// Host, but for its inbox: another host's visit leaves a robots.txt there that this one was redirected to.
package host

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"nianbao/crawl/budget"
	"nianbao/crawl/evidence"
	"nianbao/crawl/frontier"
	"nianbao/crawl/polite"
	"nianbao/fetch"
	"nianbao/fetch/robots"
)

// A Host is one host of this run.
type Host struct {
	sync.Mutex // held by the visit of the host
	Name       string
	State
	Renders int // pages opened in a browser in this run

	found   atomic.Bool              // it has shown a report
	rules   map[string]*robots.Rules // parsed, by authority; small ones only
	pending map[string][]byte        // robots.txt that the frontier does not have yet
	pages   map[[16]byte]shown       // addresses of this run that showed a page, by the beginning of its digest

	inboxMu sync.Mutex
	inbox   map[string]Reply
}

// A State is what the frontier keeps of a host.
type State struct {
	Polite  polite.State            `json:"polite"`
	Robots  map[string]robots.Entry `json:"robots,omitempty"`  // by authority; the rules lie apart
	Hops    map[string]Hop          `json:"hops,omitempty"`    // robots.txt being followed through redirects
	Instead map[string]string       `json:"instead,omitempty"` // authority that cannot be reached → twin to ask
	Tried   map[string]int          `json:"tried,omitempty"`   // twins tried
	Home    string                  `json:"home,omitempty"`    // digest of the home page
	Cookies fetch.Cookies           `json:"cookies,omitzero"`  // for every request to the host, robots.txt too
	// Templates say which service fills pages of a shape, as a browser showed it.
	Templates []evidence.Template `json:"templates,omitempty"`
	budget.Spending
}

// A Hop is where the robots.txt of an authority has been redirected to.
type Hop struct {
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

// New is a host with what the frontier kept of it; data may be empty.
func New(name string, data []byte) *Host {
	h := &Host{Name: name, State: Decode(data), rules: map[string]*robots.Rules{}, pages: map[[16]byte]shown{}}
	h.found.Store(h.Found > 0)
	if h.Hops == nil {
		h.Hops = map[string]Hop{}
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
	return h
}

// Decode reads what the frontier kept; bytes it cannot read are an older or newer program's, and all is asked again.
func Decode(data []byte) State {
	var s State
	if len(data) > 0 && json.Unmarshal(data, &s) != nil {
		return State{}
	}
	return s
}

// HasFound reports whether the host has shown a report. Unlike the State it may be asked by anybody.
func (h *Host) HasFound() bool { return h.found.Load() }

// Gave counts a report for the budgets of the host.
func (h *Host) Gave(rawURL string, trail []string) {
	h.Spending.Gave(rawURL, trail)
	h.found.Store(true)
}

// mostTemplates bounds what is learned of one host.
const mostTemplates = 8

// Learned takes in the address of the service that fills a page.
func (h *Host) Learned(page, service string) {
	t, ok := evidence.Learn(page, service)
	if ok && !slices.Contains(h.Templates, t) && len(h.Templates) < mostTemplates {
		h.Templates = append(h.Templates, t)
	}
}

// Guess is the address of the service that probably fills a page, from what was learned of pages of the same shape.
func (h *Host) Guess(page string) (service string, ok bool) {
	for _, t := range h.Templates {
		if service, ok := t.Apply(page); ok {
			return service, true
		}
	}
	return "", false
}

// Update is what the frontier must keep of the host: its delay, and all that changed.
func (h *Host) Update(least time.Duration) *frontier.HostUpdate {
	b, err := json.Marshal(&h.State)
	if err != nil { // plain fields only: cannot happen
		panic(fmt.Sprintf("host: encode state: %v", err))
	}
	u := &frontier.HostUpdate{Delay: h.Polite.Delay(least), Data: b, Rules: h.pending}
	h.pending = nil
	return u
}

// A Table holds the hosts of a run; its memory grows with them. It is safe for concurrent use.
type Table struct {
	mu    sync.Mutex
	hosts map[string]*Host
}

// Of returns a host; load gives what the frontier kept of it and is called the first time only.
func (t *Table) Of(name string, load func(string) []byte) *Host {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.hosts[name]
	if h == nil {
		if t.hosts == nil {
			t.hosts = map[string]*Host{}
		}
		h = New(name, load(name))
		t.hosts[name] = h
	}
	return h
}

// Len is how many hosts there are.
func (t *Table) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.hosts)
}
