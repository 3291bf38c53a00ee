package frontier

import (
	"cmp"
	"container/heap"
	"time"
)

// freeHosts are the hosts that have something due, no lease out, and a part in this run: a heap by the time from which they
// may be visited, so that neither a lease nor NextDue looks at hosts that must wait.
type freeHosts []*host

func (f freeHosts) Len() int { return len(f) }
func (f freeHosts) Less(i, j int) bool {
	return cmp.Or(f[i].freeAt().Compare(f[j].freeAt()), cmp.Compare(f[i].id, f[j].id)) < 0
}
func (f freeHosts) Swap(i, j int) {
	f[i], f[j] = f[j], f[i]
	f[i].at, f[j].at = i, j
}

// Push and Pop are for package heap.
func (f *freeHosts) Push(x any) {
	h := x.(*host)
	h.at = len(*f)
	*f = append(*f, h)
}

func (f *freeHosts) Pop() any {
	n := len(*f) - 1
	h := (*f)[n]
	(*f)[n] = nil
	*f = (*f)[:n]
	h.at = -1
	return h
}

// freeAt is when a host may be visited.
func (h *host) freeAt() time.Time { return latest(h.state.NextAllowed, h.state.BlockedUntil) }

// settle puts a host that changed in its place among the free ones.
func (s *Store) settle(h *host) {
	switch due := h.state.Ready > 0 && !h.state.Leased && !h.rests; {
	case due && h.at < 0:
		heap.Push(&s.free, h)
	case due:
		heap.Fix(&s.free, h.at)
	case h.at >= 0:
		heap.Remove(&s.free, h.at)
	}
}

func (s *Store) settleAll() {
	for h := range s.dirty {
		s.settle(h)
	}
}

// NextDue is a time before which Lease returns nothing.
func (s *Store) NextDue(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.later
	if len(s.free) > 0 {
		t := s.free[0].freeAt()
		if t.IsZero() {
			t = now
		}
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	return next
}

// visitTime is what a visit is taken to last beside its host's delay.
const visitTime = 500 * time.Millisecond

// Outlook looks over the hosts of this run.
func (s *Store) Outlook(horizon time.Time) Outlook {
	s.mu.Lock()
	defer s.mu.Unlock()
	var o Outlook
	for _, h := range s.hosts {
		switch {
		case h.state.Ready == 0 || h.rests:
		case h.state.BlockedUntil.After(horizon):
			o.Blocked++
		default:
			o.Queued += h.state.Ready
			if !h.state.Leased {
				o.Waiting++
			}
			o.Longest = max(o.Longest, time.Duration(h.state.Ready)*(s.delay(h)+visitTime))
		}
	}
	return o
}
