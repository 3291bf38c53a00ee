package polite

import (
	"sync"
	"time"
)

// A Gate bounds what goes on at one address, which many hosts may share: how many requests are in flight, and the gap
// between the beginning of one and of the next. Who must wait is given a turn of its own, so that of a thousand hosts at
// one address each asks again once, and none is passed by. It is safe for use by many goroutines.
type Gate struct {
	most int
	gap  time.Duration

	mu    sync.Mutex
	slots map[string]*slot
}

type slot struct {
	inFlight int
	next     time.Time            // no request begins earlier
	last     time.Time            // the latest turn given
	turns    map[string]time.Time // by who waits
}

// NewGate makes a gate that lets most requests be in flight at an address, begun gap apart.
func NewGate(most int, gap time.Duration) *Gate {
	return &Gate{most: most, gap: gap, slots: map[string]*slot{}}
}

// Enter asks to begin a request at an address in the name of who. When it may not begin, retry is when to ask again. An
// empty address always may.
func (g *Gate) Enter(addr, who string, now time.Time) (ok bool, retry time.Time) {
	if addr == "" {
		return true, time.Time{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.slots[addr]
	if s == nil {
		g.sweep(now)
		s = &slot{turns: map[string]time.Time{}}
		g.slots[addr] = s
	}
	turn, waited := s.turns[who]
	if waited && now.Before(turn) {
		return false, turn
	}
	if s.inFlight < g.most {
		if waited && now.Before(s.next) && now.Sub(turn) <= lateTurns*g.gap { // the one before came a little late
			s.turns[who] = s.next
			return false, s.next
		}
		if !now.Before(s.next) && (waited || !s.expected(now)) {
			delete(s.turns, who)
			s.inFlight++
			s.next = now.Add(g.gap)
			return true, time.Time{}
		}
	}
	for _, t := range []time.Time{now, s.last} { // behind all who wait
		if t = t.Add(g.gap); t.After(retry) {
			retry = t
		}
	}
	s.turns[who], s.last = retry, retry
	return false, retry
}

// expected forgets turns that nobody claimed, and reports whether one is left.
func (s *slot) expected(now time.Time) bool {
	for who, turn := range s.turns {
		if now.Sub(turn) <= unclaimed {
			return true
		}
		delete(s.turns, who)
	}
	return false
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
	if len(g.slots) < manySlots {
		return
	}
	for a, s := range g.slots {
		if s.inFlight == 0 && now.After(s.next) && !s.expected(now) {
			delete(g.slots, a)
		}
	}
}
