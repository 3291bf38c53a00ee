package polite

import (
	"sync"
	"time"
)

// A Gate bounds what goes on at one address, which many hosts may share: how many requests are in flight, and the gap
// between the beginning of one and of the next. It is safe for use by many goroutines.
type Gate struct {
	most int
	gap  time.Duration

	mu    sync.Mutex
	slots map[string]*slot
}

type slot struct {
	inFlight int
	next     time.Time // no request begins earlier
}

// NewGate makes a gate that lets most requests be in flight at an address, begun gap apart.
func NewGate(most int, gap time.Duration) *Gate {
	return &Gate{most: most, gap: gap, slots: map[string]*slot{}}
}

// Enter asks to begin a request at an address. When it may not begin, retry is when to ask again. An empty address always
// may.
func (g *Gate) Enter(addr string, now time.Time) (ok bool, retry time.Time) {
	if addr == "" {
		return true, time.Time{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.slots[addr]
	if s == nil {
		g.sweep(now)
		s = &slot{}
		g.slots[addr] = s
	}
	switch {
	case now.Before(s.next):
		return false, s.next
	case s.inFlight >= g.most:
		return false, now.Add(g.gap)
	}
	s.inFlight++
	s.next = now.Add(g.gap)
	return true, time.Time{}
}

// Leave ends a request that Enter let begin.
func (g *Gate) Leave(addr string) {
	if addr == "" {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if s := g.slots[addr]; s != nil && s.inFlight > 0 {
		s.inFlight--
	}
}

// sweep forgets idle addresses once there are many, so that memory follows what is in use.
func (g *Gate) sweep(now time.Time) {
	if len(g.slots) < 10_000 {
		return
	}
	for a, s := range g.slots {
		if s.inFlight == 0 && now.After(s.next) {
			delete(g.slots, a)
		}
	}
}
