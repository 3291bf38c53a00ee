package crawl

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"nianbao/archive"
	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/crawl/host"
	"nianbao/crawl/polite"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/fetch"
	"nianbao/fetch/exchange"
)

// Fetcher makes one captured exchange; *fetch.Fetcher is the real one.
type Fetcher interface {
	Do(context.Context, fetch.Request) *exchange.Exchange
	// AddressKey names the address a URL's host resolves to, for politeness across hosts that share a server.
	AddressKey(ctx context.Context, rawURL string) (string, error)
	// LoopbackByConnectTo reports whether connections to a host:port are sent to loopback: it is simulated.
	LoopbackByConnectTo(hostport string) bool
}

// Reader turns a payload into a document, within bounds of its own.
type Reader func(context.Context, extract.Input) (*document.Document, error)

const (
	// patience is how long a pass waits for what a Retry-After or a back-off holds back; what is held back longer is left
	// to the next run, and said so.
	patience = 2 * time.Minute
	// perAddress requests may be in flight at one address, begun addressGap apart, however many hosts share it.
	perAddress = 4
	addressGap = 250 * time.Millisecond
)

// engine runs one crawl. Its fields are set before run and do not change; counters are the tally's.
type engine struct {
	archive  *archive.Archive
	frontier frontier.Frontier
	fetch    Fetcher
	read     Reader
	browser  Opener // nil: there is none
	seeds    *portal.Seeds
	wanted   map[*portal.Portal]bool
	years    decide.Years
	families portal.Selection
	ports    []string // host:port that seeds name beside 80 and 443
	agent    string   // product token that robots.txt is asked for
	delay    time.Duration
	workers  int
	watch    bool
	now      func() time.Time
	gate     *polite.Gate
	hosts    host.Table
	tally    *tally
	books    *books

	takes sync.Map // host → whether it takes part, once somebody has asked
}

// newEngine makes an engine that lacks only its archive and its frontier.
func newEngine(cfg Config, f Fetcher) *engine {
	e := &engine{fetch: f, read: bounded(cfg.Read, 2*runtime.GOMAXPROCS(0)), seeds: cfg.Seeds, ports: seedPorts(cfg.Seeds), wanted: map[*portal.Portal]bool{},
		years: decide.Years{From: cfg.YearFrom, To: cfg.YearTo}, families: cfg.Families, agent: agent, delay: cfg.Delay, workers: cfg.Workers, watch: cfg.Watch, now: cfg.Now,
		gate: polite.NewGate(perAddress, addressGap), tally: newTally(cfg.Now())}
	for _, p := range cfg.Portals {
		e.wanted[p] = true
	}
	return e
}

// bounded lets most documents be read at a time: workers are many, since they mostly wait for hosts, and processors few.
func bounded(read Reader, most int) Reader {
	slots := make(chan struct{}, most)
	return func(ctx context.Context, in extract.Input) (*document.Document, error) {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		defer func() { <-slots }()
		return read(ctx, in)
	}
}

// run visits what is due until nothing is, the context ends, or drain is closed; show is told about four times a second.
func (e *engine) run(ctx context.Context, drain <-chan struct{}, deadline time.Time, show func(Progress)) (Summary, error) {
	var visits sync.WaitGroup
	freed := make(chan error, e.workers)
	busy := 0
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	stopping := false
	var failure error
	end := func(err error) {
		busy--
		if err != nil && failure == nil && ctx.Err() == nil {
			failure = err
		}
	}
	for {
		now := e.now()
		if !deadline.IsZero() && !now.Before(deadline) || ctx.Err() != nil || failure != nil {
			stopping = true
		}
		if !stopping && busy < e.workers {
			leases, err := e.frontier.Lease(ctx, now, e.workers-busy)
			if err != nil && ctx.Err() == nil {
				failure, stopping = err, true
			}
			for _, l := range leases {
				busy++
				e.tally.began(l.Host, now)
				visits.Go(func() {
					err := e.guarded(ctx, l)
					e.tally.ended(l.Host)
					freed <- err
				})
			}
		}
		next := e.frontier.NextDue(now)
		if busy == 0 && (stopping || !e.watch && (next.IsZero() || next.After(now.Add(patience)) && e.frontier.Outlook(now.Add(patience)).Queued == 0)) {
			break
		}
		wait := time.Hour
		if !stopping && busy < e.workers && !next.IsZero() {
			wait = max(0, next.Sub(now))
		}
		timer := time.NewTimer(wait)
		select {
		case err := <-freed:
			end(err)
			for more := true; more; { // take what else has ended, so that one lease serves them all
				select {
				case err := <-freed:
					end(err)
				default:
					more = false
				}
			}
		case <-timer.C:
		case <-tick.C:
			show(e.progress(now, false))
		case <-drain:
			stopping, drain = true, nil
		case <-ctx.Done():
			stopping = true
		}
		timer.Stop()
	}
	visits.Wait()
	sum := e.summary(stopping)
	show(e.progress(e.now(), true))
	return sum, failure
}

// guarded visits, and gives an address up whose page breaks the program, rather than the crawl.
func (e *engine) guarded(ctx context.Context, l frontier.Lease) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = e.frontier.Ack(context.WithoutCancel(ctx), l, frontier.Done{Completed: e.now(), Cut: fmt.Sprintf("broken: %.80v", p)})
		}
	}()
	return e.visit(ctx, l)
}

// least is the least delay towards the host of an address of a portal: what the user says, else the seed list, never below
// the floor but for simulated hosts.
func (e *engine) least(p *portal.Portal, at string) time.Duration {
	d := polite.Default
	if p != nil && p.Delay > 0 {
		d = p.Delay
	}
	if e.delay > 0 {
		d = e.delay
	}
	if u, err := url.Parse(at); err == nil && e.simulated(u) {
		return d
	}
	return max(d, polite.Floor)
}

// simulated reports whether an address is served from loopback by a connect-to rule.
func (e *engine) simulated(u *url.URL) bool {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return e.fetch.LoopbackByConnectTo(net.JoinHostPort(u.Hostname(), port))
}

// Portal is the portal of this run that an address belongs to, nil when there is none or its port may not be asked.
func (e *engine) Portal(u *url.URL) *portal.Portal {
	if p := e.seeds.Owner(u); p != nil && e.wanted[p] && e.asksPort(u) {
		return p
	}
	return nil
}

// asksPort reports whether the port of an address is one that is asked: 80, 443, one that a seed names for its host, or any
// of a simulated host.
func (e *engine) asksPort(u *url.URL) bool {
	switch u.Port() {
	case "", "80", "443":
		return true
	}
	return slices.Contains(e.ports, strings.ToLower(u.Host)) || e.fetch == nil || e.simulated(u)
}

// wantsHost reports whether a host takes part in this run.
func (e *engine) wantsHost(host string) bool {
	if takes, asked := e.takes.Load(host); asked {
		return takes.(bool)
	}
	owner := e.seeds.Owner(&url.URL{Scheme: "http", Host: host, Path: "/"})
	takes := owner == nil || e.wanted[owner]
	for p := range e.wanted { // portals that share a host are told apart by their paths
		takes = takes || p.Host() == host || p.Host() == "www."+host
	}
	e.takes.Store(host, takes)
	return takes
}

func (e *engine) jitter() float64 { return rand.Float64() }

// progress is the crawl as it stands.
func (e *engine) progress(now time.Time, final bool) Progress {
	p := e.tally.progress(now, final)
	o := e.frontier.Outlook(now.Add(patience))
	p.Queued, p.Waiting, p.FailedHosts, p.ETA = o.Queued, o.Waiting, o.Blocked, o.Longest
	return p
}

// summary is what the run did.
func (e *engine) summary(stopped bool) Summary {
	now := e.now()
	s := e.tally.summary()
	s.Ended, s.Interrupted = now, stopped
	s.FailedHosts = map[string]string{}
	for _, h := range e.frontier.Hosts() {
		if !e.wantsHost(h.Host) {
			continue
		}
		if h.BlockedUntil.After(now) {
			s.FailedHosts[h.Host] = h.BlockReason
			continue
		}
		s.Left += h.Ready
	}
	s.NextDue = e.frontier.NextDue(now)
	if s.Left == 0 && len(s.FailedHosts) == 0 {
		s.Interrupted = false
	}
	return s
}
