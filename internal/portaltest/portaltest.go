// Package portaltest simulates government portals on loopback: for the tests of the crawl, for rehearsals, and for
// `crawler demo`.
//
// A World is a set of invented portals, one of each family of content systems met in practice, with the reports they
// publish, the documents that only look like reports, columns full of other news, and the hazards of the real web where
// they are asked for. Its Server answers for all of them by Host header on one loopback address, so that a crawler sent
// there with --connect-to sees the addresses it would see outside. Truth lists every report with its numbers and how it
// can be reached; SetEpoch lets time pass, Changes says what happened; Log is the server's own record, and Judge reads
// it for rudeness.
//
// Everything is composed here and in package compose from a seed: the same options give the same world. Clocks are used
// only for the log and by hazards whose nature is time.
package portaltest

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options shape a world. The zero value is one portal of every family, four years, and a few pages of other news.
type Options struct {
	Seed     int64
	Families []string // names from Families(); empty: all
	Noise    int      // pages of other news on each portal; 0: 24, negative: none
	Years    []int    // years reported on; empty: 2021 to 2024
	// Hazards are names from Hazards(); each puts what it is named for on one or several portals. "all" means all.
	Hazards []string
	// Delay is what the seeds file asks for between requests; 0: 1 s.
	Delay time.Duration
}

// A World is a set of simulated portals.
type World struct {
	opt     Options
	log     journal
	mu      sync.RWMutex
	epoch   int
	portals []*portal
	hosts   map[string]*portal
	mirrors map[string]*portal // forged copies on foreign hosts
	truth   []Truth
	changes []Change
}

// New builds a world in its first epoch.
func New(opt Options) *World {
	if len(opt.Families) == 0 {
		opt.Families = Families()
	}
	if len(opt.Years) == 0 {
		opt.Years = []int{2021, 2022, 2023, 2024}
	}
	if opt.Noise == 0 {
		opt.Noise = 24
	}
	if slices.Contains(opt.Hazards, "all") {
		opt.Hazards = Hazards()
	}
	w := &World{opt: opt}
	w.SetEpoch(1)
	return w
}

// SetEpoch lets the world move to a state: 1 is the first, 2 has a new report, a corrected one, a removed one and a moved
// one on each portal, and every later one corrects a report again.
func (w *World) SetEpoch(n int) {
	next := &World{opt: w.opt, epoch: n, hosts: map[string]*portal{}, mirrors: map[string]*portal{}}
	for i, name := range w.opt.Families {
		if f, ok := familyByName(name); ok {
			next.add(newPortal(w.opt, i, f, n))
		}
	}
	next.hazards()
	next.register()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.epoch, w.portals, w.hosts, w.mirrors, w.truth, w.changes = n, next.portals, next.hosts, next.mirrors, next.truth, next.changes
}

// add takes a portal into the world.
func (w *World) add(p *portal) { w.portals = append(w.portals, p) }

// register notes under which hosts the portals answer, and what is true of them.
func (w *World) register() {
	for _, p := range w.portals {
		for _, h := range p.hosts() {
			w.hosts[h] = p
		}
		w.mirrors[p.mirror()] = p
		w.truth = append(w.truth, p.truth...)
		w.changes = append(w.changes, p.changes...)
	}
}

// SeedsYAML is the seed list of the world, in the shape of the shipped one.
func (w *World) SeedsYAML() []byte {
	w.mu.RLock()
	defer w.mu.RUnlock()
	delay := w.opt.Delay
	if delay == 0 {
		delay = time.Second
	}
	var b strings.Builder
	fmt.Fprintf(&b, "defaults: {delay: %s}\nportals:\n", delay)
	for _, p := range w.portals {
		extra := ""
		if len(p.extra) > 0 {
			extra = fmt.Sprintf(", hosts: [%s]", strings.Join(p.extra, ", "))
		}
		if p.entry != "" {
			extra += fmt.Sprintf(", entry: [%q]", p.entry)
		}
		fmt.Fprintf(&b, "  - {name: %s, code: %q, level: %s, url: %q%s}\n", p.place, p.code, p.level, p.url("/"), extra)
	}
	return []byte(b.String())
}

// Truth lists the reports the world holds in its present epoch, in a stable order.
func (w *World) Truth() []Truth {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Clone(w.truth)
}

// Changes lists what the present epoch changed against the one before.
func (w *World) Changes() []Change {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Clone(w.changes)
}

// A Server answers for a world.
type Server struct {
	listener net.Listener
	http     *http.Server
	stop     chan struct{}
	once     sync.Once
	done     chan struct{}
}

// Start listens on a free port of 127.0.0.1 until Close.
func (w *World) Start() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("portaltest: listening: %w", err)
	}
	s := &Server{listener: l, stop: make(chan struct{}), done: make(chan struct{})}
	s.http = &http.Server{Handler: w.handler(s.stop), ReadHeaderTimeout: 30 * time.Second}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // ends with ErrServerClosed
	}()
	return s, nil
}

// Handler answers for the world on a listener of the caller's own. Hazards that wait end with their request.
func (w *World) Handler() http.Handler { return w.handler(nil) }

func (w *World) handler(stop <-chan struct{}) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: rw, stop: stop}
		host := hostOf(r.Host)
		entry := w.log.begin(host, r)
		defer func() { w.log.end(entry, rec.status) }()
		w.mu.RLock()
		p, mirror := w.hosts[host], w.mirrors[host]
		w.mu.RUnlock()
		switch {
		case p != nil:
			p.serve(rec, r, host)
		case mirror != nil:
			mirror.serveForged(rec, r)
		default:
			http.Error(rec, "no such host in this world", http.StatusMisdirectedRequest)
		}
	})
}

// Addr is the server's address, 127.0.0.1:PORT.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// ConnectTo is the value for --connect-to that sends every connection to the server.
func (s *Server) ConnectTo() string { return "::" + s.Addr() }

// Close stops the server and every request in flight. It may be called twice.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.stop)
		_ = s.http.Close()
		<-s.done
	})
}

// hostOf is a Host header without its port, in lower case.
func hostOf(h string) string {
	if host, _, err := net.SplitHostPort(h); err == nil {
		h = host
	}
	return strings.ToLower(h)
}
