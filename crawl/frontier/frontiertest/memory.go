package frontiertest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"nianbao/crawl/frontier"
)

// Memory is a frontier that keeps everything in maps and looks through all of it each time: what the interface means,
// without any of what makes a store fast or durable.
type Memory struct {
	Delay  time.Duration // of a host that was given none, 3 s
	Wanted func(host string) bool

	mu     sync.Mutex
	items  map[frontier.Key]*entry
	hosts  map[string]*frontier.HostState
	rules  map[[2]string][]byte
	notes  map[string][]byte
	seq    int
	now    time.Time // the latest time it was told
	closed bool
}

type entry struct {
	frontier.Item
	state frontier.State
	seq   int
}

var _ frontier.Frontier = (*Memory)(nil)

var errMemoryClosed = errors.New("frontiertest: closed")

// enter locks, and makes the maps the first time.
func (m *Memory) enter(ctx context.Context) (leave func(), err error) {
	m.mu.Lock()
	if m.items == nil {
		m.items, m.hosts, m.rules = map[frontier.Key]*entry{}, map[string]*frontier.HostState{}, map[[2]string][]byte{}
		m.Delay = cmp.Or(m.Delay, 3*time.Second)
	}
	if err = ctx.Err(); m.closed {
		err = errMemoryClosed
	}
	return m.mu.Unlock, err
}

func (m *Memory) host(name, portal string) *frontier.HostState {
	h := m.hosts[name]
	if h == nil {
		h = &frontier.HostState{Host: name, Portal: portal, Outcomes: map[string]int{}, Cut: map[string]int{}}
		m.hosts[name] = h
	}
	return h
}

func (m *Memory) delay(h *frontier.HostState) time.Duration { return cmp.Or(h.Delay, m.Delay) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Put adds discovered items.
func (m *Memory) Put(ctx context.Context, items ...frontier.Item) (added int, err error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return 0, err
	}
	return m.put(items)
}

func (m *Memory) put(items []frontier.Item) (added int, err error) {
	for _, it := range items {
		if it.Host == "" || it.URL == "" {
			return 0, fmt.Errorf("frontiertest: item without host or address: %q", it.URL)
		}
	}
	for _, it := range items {
		m.host(it.Host, it.Portal)
		e := m.items[it.Key]
		if e == nil {
			m.seq++
			m.items[it.Key] = &entry{it, frontier.Later, m.seq}
			added++
		} else if it.Priority > e.Priority && (e.state == frontier.Dropped || e.state == frontier.Later && !e.Due.After(m.now)) {
			e.Priority, e.Context, e.Via, e.state = it.Priority, it.Context, it.Via, frontier.Later
		}
	}
	return added, nil
}

// Recall makes known items due.
func (m *Memory) Recall(ctx context.Context, due time.Time, keys ...frontier.Key) error {
	leave, err := m.enter(ctx)
	defer leave()
	for _, k := range keys {
		if e := m.items[k]; e != nil && e.state != frontier.Leased && err == nil {
			e.state, e.Due = frontier.Later, due
		}
	}
	return err
}

// state is where an item stands; whether it is due is a matter of the time, not of the store.
func (m *Memory) state(e *entry) frontier.State {
	if e.state == frontier.Later && !e.Due.After(m.now) {
		return frontier.Ready
	}
	return e.state
}

func (m *Memory) wants(host string) bool { return m.Wanted == nil || m.Wanted(host) }

// Lease takes up to max items.
func (m *Memory) Lease(ctx context.Context, now time.Time, max int) ([]frontier.Lease, error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return nil, err
	}
	m.now = later(m.now, now)
	best := map[string]*entry{}
	for _, e := range m.items {
		h := m.hosts[e.Host]
		if m.state(e) != frontier.Ready || e.Due.After(now) || h.Leased || !m.wants(e.Host) || later(h.NextAllowed, h.BlockedUntil).After(now) {
			continue
		}
		if b := best[e.Host]; b == nil || e.Priority > b.Priority || e.Priority == b.Priority && e.seq < b.seq {
			best[e.Host] = e
		}
	}
	due := slices.SortedFunc(maps.Values(best), func(a, b *entry) int {
		x, y := m.hosts[a.Host], m.hosts[b.Host]
		return cmp.Or(later(x.NextAllowed, x.BlockedUntil).Compare(later(y.NextAllowed, y.BlockedUntil)), cmp.Compare(a.Host, b.Host))
	})
	var out []frontier.Lease
	for _, e := range due[:min(max, len(due))] {
		e.state, m.hosts[e.Host].Leased = frontier.Leased, true
		out = append(out, frontier.Lease{Item: e.Item, At: now})
	}
	return out, nil
}

// end takes a lease back.
func (m *Memory) end(l frontier.Lease, completed time.Time, outcome string, octets int64, u *frontier.HostUpdate) (*entry, error) {
	e := m.items[l.Key]
	if e == nil || e.state != frontier.Leased {
		return nil, frontier.ErrNotLeased
	}
	h := m.hosts[e.Host]
	h.Leased = false
	if u != nil {
		h.Delay = cmp.Or(u.Delay, h.Delay)
		if !u.BlockUntil.IsZero() {
			h.BlockedUntil, h.BlockReason = u.BlockUntil, u.BlockReason
		}
		if u.Data != nil {
			h.Data = u.Data
		}
		for authority, rules := range u.Rules {
			m.rules[[2]string{e.Host, authority}] = bytes.Clone(rules)
		}
		for reason, n := range u.Cut {
			h.Cut[reason] += n
		}
	}
	if !completed.IsZero() {
		h.Requests++
		h.Last = completed
		h.NextAllowed = later(h.NextAllowed, completed.Add(m.delay(h)))
	}
	if outcome != "" {
		h.Outcomes[outcome]++
	}
	h.Bytes += octets
	return e, nil
}

// Ack ends a visit.
func (m *Memory) Ack(ctx context.Context, l frontier.Lease, d frontier.Done) error {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return err
	}
	if e := m.items[l.Key]; e == nil || e.state != frontier.Leased {
		return frontier.ErrNotLeased
	}
	if _, err := m.put(d.Outlinks); err != nil {
		return err
	}
	e, err := m.end(l, d.Completed, d.Outcome, d.Bytes, d.Host)
	if err != nil {
		return err
	}
	e.ETag, e.LastMod, e.Priority, e.Due, e.state = d.ETag, d.LastMod, cmp.Or(d.Priority, e.Priority), d.NextDue, frontier.Later
	if d.Context != nil {
		e.Context = d.Context
	}
	if e.Attempts++; !d.Retry {
		e.Attempts = 0
	}
	if d.NextDue.IsZero() {
		e.state = frontier.Closed
	}
	if d.Cut != "" {
		m.hosts[e.Host].Cut[d.Cut]++
		if d.NextDue.IsZero() {
			e.state = frontier.Dropped
		}
	}
	return nil
}

// Release gives a lease back.
func (m *Memory) Release(ctx context.Context, l frontier.Lease, r frontier.Return) error {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return err
	}
	e, err := m.end(l, r.Completed, r.Outcome, r.Bytes, r.Host)
	if err != nil {
		return err
	}
	h := m.hosts[e.Host]
	h.NextAllowed = later(h.NextAllowed, r.NotBefore)
	e.state, e.Due = frontier.Later, time.Time{}
	if r.Context != nil {
		e.Context = r.Context
	}
	return nil
}

func (m *Memory) change(ctx context.Context, name string, f func(*frontier.HostState)) error {
	leave, err := m.enter(ctx)
	defer leave()
	if err == nil {
		f(m.host(name, ""))
	}
	return err
}

// SetDelay sets a host's delay.
func (m *Memory) SetDelay(ctx context.Context, host string, d time.Duration) error {
	return m.change(ctx, host, func(h *frontier.HostState) {
		h.Delay = d
		if !h.Last.IsZero() {
			h.NextAllowed = later(h.NextAllowed, h.Last.Add(d))
		}
	})
}

// BlockUntil keeps a host from being leased.
func (m *Memory) BlockUntil(ctx context.Context, host string, until time.Time, reason string) error {
	return m.change(ctx, host, func(h *frontier.HostState) { h.BlockedUntil, h.BlockReason = until, reason })
}

// SetData keeps the engine's own state of a host.
func (m *Memory) SetData(ctx context.Context, host string, data []byte) error {
	return m.change(ctx, host, func(h *frontier.HostState) { h.Data = data })
}

// CountCut counts addresses that were never put.
func (m *Memory) CountCut(ctx context.Context, host, reason string, n int) error {
	return m.change(ctx, host, func(h *frontier.HostState) { h.Cut[reason] += n })
}

// Cut closes due items below a priority.
func (m *Memory) Cut(ctx context.Context, host string, keep int, reason string) (n int, err error) {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return 0, err
	}
	for _, e := range m.items {
		if e.Host == host && e.Priority < keep && m.state(e) == frontier.Ready {
			e.state = frontier.Dropped
			n++
		}
	}
	if n > 0 {
		m.hosts[host].Cut[reason] += n
	}
	return n, nil
}

// Lookup returns an item and its state.
func (m *Memory) Lookup(k frontier.Key) (frontier.Item, frontier.State, error) {
	leave, err := m.enter(context.Background())
	defer leave()
	if e := m.items[k]; e != nil && err == nil {
		return e.Item, m.state(e), nil
	}
	return frontier.Item{}, frontier.Unknown, err
}

// Items yields every known item.
func (m *Memory) Items(host string) iter.Seq2[frontier.Item, frontier.State] {
	return func(yield func(frontier.Item, frontier.State) bool) {
		leave, _ := m.enter(context.Background())
		var all []entry
		for _, e := range m.items {
			if host == "" || e.Host == host {
				all = append(all, entry{e.Item, m.state(e), e.seq})
			}
		}
		leave()
		for _, e := range all {
			if !yield(e.Item, e.state) {
				return
			}
		}
	}
}

// view is a host's state as it is handed out.
func (m *Memory) view(h *frontier.HostState) frontier.HostState {
	v := *h
	v.Delay, v.Outcomes, v.Cut = m.delay(h), maps.Clone(h.Outcomes), maps.Clone(h.Cut)
	for _, e := range m.items {
		switch {
		case e.Host != h.Host:
		case m.state(e) == frontier.Ready:
			v.Ready++
		case e.state == frontier.Later:
			v.Later++
		}
	}
	return v
}

// Host returns one host's state.
func (m *Memory) Host(name string) (frontier.HostState, bool) {
	leave, _ := m.enter(context.Background())
	defer leave()
	if h := m.hosts[name]; h != nil {
		return m.view(h), true
	}
	return frontier.HostState{}, false
}

// Hosts returns the state of every host.
func (m *Memory) Hosts() []frontier.HostState {
	leave, _ := m.enter(context.Background())
	defer leave()
	var out []frontier.HostState
	for _, h := range m.hosts {
		v := m.view(h)
		for _, e := range m.items {
			if e.Host == h.Host && m.state(e) == frontier.Later && (v.NextDue.IsZero() || e.Due.Before(v.NextDue)) {
				v.NextDue = e.Due
			}
		}
		out = append(out, v)
	}
	return out
}

// Rules returns the robots.txt kept of an authority.
func (m *Memory) Rules(host, authority string) ([]byte, error) {
	leave, err := m.enter(context.Background())
	defer leave()
	return bytes.Clone(m.rules[[2]string{host, authority}]), err
}

// Note returns what SetNote keeps.
func (m *Memory) Note(name string) ([]byte, error) {
	leave, err := m.enter(context.Background())
	defer leave()
	return bytes.Clone(m.notes[name]), err
}

// Notes returns all that SetNote keeps.
func (m *Memory) Notes() (map[string][]byte, error) {
	leave, err := m.enter(context.Background())
	defer leave()
	return maps.Clone(m.notes), err
}

// SetNote keeps the engine's own state of something that is no host.
func (m *Memory) SetNote(ctx context.Context, name string, data []byte) error {
	leave, err := m.enter(ctx)
	defer leave()
	if err != nil {
		return err
	}
	if m.notes == nil {
		m.notes = map[string][]byte{}
	}
	if m.notes[name] = bytes.Clone(data); len(data) == 0 {
		delete(m.notes, name)
	}
	return nil
}

// NextDue is a time before which Lease returns nothing.
func (m *Memory) NextDue(now time.Time) time.Time {
	leave, _ := m.enter(context.Background())
	defer leave()
	m.now = later(m.now, now)
	var next time.Time
	for _, e := range m.items {
		h := m.hosts[e.Host]
		if e.state != frontier.Later || h.Leased || !m.wants(e.Host) {
			continue
		}
		if t := later(later(e.Due, now), later(h.NextAllowed, h.BlockedUntil)); next.IsZero() || t.Before(next) {
			next = t
		}
	}
	return next
}

// Outlook looks over the hosts of this run.
func (m *Memory) Outlook(horizon time.Time) frontier.Outlook {
	leave, _ := m.enter(context.Background())
	defer leave()
	var o frontier.Outlook
	for _, h := range m.hosts {
		switch v := m.view(h); {
		case v.Ready == 0 || !m.wants(h.Host):
		case h.BlockedUntil.After(horizon):
			o.Blocked++
		default:
			o.Queued += v.Ready
			if !h.Leased {
				o.Waiting++
			}
			o.Longest = max(o.Longest, time.Duration(v.Ready)*v.Delay)
		}
	}
	return o
}

// Counts returns totals.
func (m *Memory) Counts() frontier.Counts {
	leave, _ := m.enter(context.Background())
	defer leave()
	c := frontier.Counts{Known: len(m.items)}
	for _, e := range m.items {
		switch m.state(e) {
		case frontier.Ready:
			c.Ready++
		case frontier.Later:
			c.Later++
		case frontier.Leased:
			c.Leased++
		}
	}
	return c
}

// Close ends it; what it held is gone.
func (m *Memory) Close() error {
	leave, _ := m.enter(context.Background())
	defer leave()
	m.closed = true
	return nil
}
