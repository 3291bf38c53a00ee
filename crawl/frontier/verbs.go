package frontier

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// promoteMost bounds how many items one lease moves from later to ready, so that a transaction stays small.
const promoteMost = 5000

// Put adds discovered items.
func (s *Store) Put(ctx context.Context, items ...Item) (added int, err error) {
	err = s.do(ctx, func(tx *bbolt.Tx) error {
		added = 0
		for _, it := range items {
			n, err := s.put(tx, it, s.opt.Now)
			if err != nil {
				return err
			}
			added += n
		}
		return nil
	})
	return added, err
}

func (s *Store) put(tx *bbolt.Tx, it Item, now time.Time) (int, error) {
	if it.Host == "" || it.URL == "" {
		return 0, fmt.Errorf("frontier: item without host or address: %q", it.URL)
	}
	h, err := s.host(tx, it.Host, it.Portal)
	if err != nil {
		return 0, err
	}
	r, err := get(tx, it.Key)
	if err != nil {
		return 0, err
	}
	if r != nil {
		if r.state != Ready && r.state != Dropped || it.Priority <= r.item.Priority {
			return 0, nil
		}
		if err := s.take(tx, h, r); err != nil {
			return 0, err
		}
		r.item.Priority, r.item.Context, r.item.Via = it.Priority, it.Context, it.Via
		return 0, s.place(tx, h, r, r.item.Due, now)
	}
	seq, err := tx.Bucket(bItems).NextSequence()
	if err != nil {
		return 0, err
	}
	s.counts.Known++
	return 1, s.place(tx, h, &record{seq: seq, item: it}, it.Due, now)
}

// Recall makes known items due.
func (s *Store) Recall(ctx context.Context, due time.Time, keys ...Key) error {
	return s.do(ctx, func(tx *bbolt.Tx) error {
		for _, k := range keys {
			r, err := get(tx, k)
			if err != nil {
				return err
			}
			if r == nil || r.state == Leased {
				continue
			}
			h, err := s.host(tx, r.item.Host, r.item.Portal)
			if err != nil {
				return err
			}
			if err := s.take(tx, h, r); err != nil {
				return err
			}
			if err := s.place(tx, h, r, due, due); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lease takes up to max items.
func (s *Store) Lease(ctx context.Context, now time.Time, max int) (out []Lease, err error) {
	if max <= 0 || !s.anything(now) {
		return nil, nil
	}
	err = s.do(ctx, func(tx *bbolt.Tx) error {
		out = nil
		if err := s.promote(tx, now); err != nil {
			return err
		}
		var free []*host
		for _, h := range s.hosts {
			if h.state.Ready > 0 && !h.state.Leased && !h.rests && !s.freeAt(h).After(now) {
				free = append(free, h)
			}
		}
		slices.SortFunc(free, func(a, b *host) int {
			return cmp.Or(s.freeAt(a).Compare(s.freeAt(b)), cmp.Compare(a.state.Host, b.state.Host))
		})
		for _, h := range free[:min(max, len(free))] {
			l, err := s.lease(tx, h, now)
			if err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

func (s *Store) freeAt(h *host) time.Time { return latest(h.state.NextAllowed, h.state.BlockedUntil) }

// anything spares a transaction when no host can be leased.
func (s *Store) anything(now time.Time) bool {
	t := s.NextDue(now)
	return !t.IsZero() && !t.After(now)
}

func (s *Store) promote(tx *bbolt.Tx, now time.Time) error {
	for range promoteMost {
		k, _ := tx.Bucket(bLater).Cursor().First()
		if k == nil || fromMillis(int64(binary.BigEndian.Uint64(k))).After(now) {
			return nil
		}
		r, err := get(tx, Key(k[12:]))
		if err != nil {
			return err
		}
		h := s.byID[binary.BigEndian.Uint32(k[8:])]
		if r == nil || h == nil {
			return errCodec
		}
		if err := s.take(tx, h, r); err != nil {
			return err
		}
		if err := s.place(tx, h, r, r.item.Due, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) lease(tx *bbolt.Tx, h *host, now time.Time) (Lease, error) {
	prefix := binary.BigEndian.AppendUint32(nil, h.id)
	k, v := tx.Bucket(bReady).Cursor().Seek(prefix)
	if k == nil || binary.BigEndian.Uint32(k) != h.id {
		return Lease{}, fmt.Errorf("%w: host %s has no ready item", errCodec, h.state.Host)
	}
	r, err := get(tx, Key(v))
	if err != nil || r == nil {
		return Lease{}, fmt.Errorf("%w: queue of %s", errCodec, h.state.Host)
	}
	if err := s.take(tx, h, r); err != nil {
		return Lease{}, err
	}
	r.state = Leased
	h.state.Leased = true
	s.counts.Leased++
	if err := put(tx, r); err != nil {
		return Lease{}, err
	}
	return Lease{r.item, now}, tx.Bucket(bLease).Put(r.item.Key[:], nil)
}

// end takes a lease back.
func (s *Store) end(tx *bbolt.Tx, l Lease) (*host, *record, error) {
	r, err := get(tx, l.Key)
	if err != nil {
		return nil, nil, err
	}
	if r == nil || r.state != Leased {
		return nil, nil, fmt.Errorf("%w: %s", ErrNotLeased, l.URL)
	}
	h, err := s.host(tx, r.item.Host, r.item.Portal)
	if err != nil {
		return nil, nil, err
	}
	h.state.Leased, s.dirty[h] = false, true
	s.counts.Leased--
	return h, r, tx.Bucket(bLease).Delete(l.Key[:])
}

// Ack ends a visit.
func (s *Store) Ack(ctx context.Context, l Lease, d Done) error {
	return s.do(ctx, func(tx *bbolt.Tx) error {
		h, r, err := s.end(tx, l)
		if err != nil {
			return err
		}
		h.update(d.Host)
		s.completed(h, d.Completed)
		h.count(d.Outcome, d.Bytes)
		r.item.ETag, r.item.LastMod = d.ETag, d.LastMod
		if d.Context != nil {
			r.item.Context = d.Context
		}
		if d.Priority > 0 {
			r.item.Priority = d.Priority
		}
		if r.item.Attempts++; !d.Retry {
			r.item.Attempts = 0
		}
		if d.Cut != "" {
			h.cut(d.Cut, 1)
		}
		if d.NextDue.IsZero() {
			r.state, r.item.Due = Closed, time.Time{}
			if d.Cut != "" {
				r.state = Dropped
			}
			if err := put(tx, r); err != nil {
				return err
			}
		} else if err := s.place(tx, h, r, d.NextDue, d.Completed); err != nil {
			return err
		}
		for _, it := range d.Outlinks {
			if _, err := s.put(tx, it, d.Completed); err != nil {
				return err
			}
		}
		return nil
	})
}

// completed lets a host rest from the end of a request.
func (s *Store) completed(h *host, at time.Time) {
	if at.IsZero() {
		return
	}
	h.state.Requests++
	h.state.Last = at
	h.state.NextAllowed = latest(h.state.NextAllowed, at.Add(s.delay(h)))
}

// Release gives a lease back.
func (s *Store) Release(ctx context.Context, l Lease, back Return) error {
	return s.do(ctx, func(tx *bbolt.Tx) error {
		h, r, err := s.end(tx, l)
		if err != nil {
			return err
		}
		h.update(back.Host)
		s.completed(h, back.Completed)
		h.count(back.Outcome, back.Bytes)
		if back.Context != nil {
			r.item.Context = back.Context
		}
		return s.place(tx, h, r, back.NotBefore, latest(l.At, back.Completed))
	})
}

func (h *host) count(outcome string, octets int64) {
	if outcome != "" {
		if h.state.Outcomes == nil {
			h.state.Outcomes = map[string]int{}
		}
		h.state.Outcomes[outcome]++
	}
	h.state.Bytes += octets
}

func (h *host) update(u *HostUpdate) {
	if u == nil {
		return
	}
	if u.Delay > 0 {
		h.state.Delay = u.Delay
	}
	if !u.BlockUntil.IsZero() {
		h.state.BlockedUntil, h.state.BlockReason = u.BlockUntil, u.BlockReason
	}
	if u.Data != nil {
		h.state.Data = u.Data
	}
	for reason, n := range u.Cut {
		h.cut(reason, n)
	}
}

// SetDelay sets a host's delay.
func (s *Store) SetDelay(ctx context.Context, name string, d time.Duration) error {
	return s.change(ctx, name, func(h *host) {
		if !h.state.Last.IsZero() {
			h.state.NextAllowed = latest(h.state.NextAllowed, h.state.Last.Add(d))
		}
		h.state.Delay = d
	})
}

// BlockUntil keeps a host from being leased.
func (s *Store) BlockUntil(ctx context.Context, name string, until time.Time, reason string) error {
	return s.change(ctx, name, func(h *host) { h.state.BlockedUntil, h.state.BlockReason = until, reason })
}

// SetData keeps the engine's own state of a host.
func (s *Store) SetData(ctx context.Context, name string, data []byte) error {
	return s.change(ctx, name, func(h *host) { h.state.Data = data })
}

// CountCut counts addresses that were never put.
func (s *Store) CountCut(ctx context.Context, name, reason string, n int) error {
	return s.change(ctx, name, func(h *host) { h.cut(reason, n) })
}

func (h *host) cut(reason string, n int) {
	if h.state.Cut == nil {
		h.state.Cut = map[string]int{}
	}
	h.state.Cut[reason] += n
}

func (s *Store) change(ctx context.Context, name string, f func(*host)) error {
	return s.do(ctx, func(tx *bbolt.Tx) error {
		h, err := s.host(tx, name, "")
		if err != nil {
			return err
		}
		f(h)
		s.dirty[h] = true
		return nil
	})
}

// Cut closes waiting items below a priority.
func (s *Store) Cut(ctx context.Context, name string, keep int, reason string) (n int, err error) {
	err = s.do(ctx, func(tx *bbolt.Tx) error {
		n = 0
		h := s.hosts[name]
		if h == nil {
			return nil
		}
		var keys []Key
		c := tx.Bucket(bReady).Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint32(nil, h.id)); k != nil && binary.BigEndian.Uint32(k) == h.id; k, v = c.Next() {
			if int(0xFFFF-binary.BigEndian.Uint16(k[4:])) < keep {
				keys = append(keys, Key(v))
			}
		}
		for _, k := range keys {
			r, err := get(tx, k)
			if err != nil || r == nil {
				return errCodec
			}
			if err := s.take(tx, h, r); err != nil {
				return err
			}
			r.state, r.item.Due = Dropped, time.Time{}
			if err := put(tx, r); err != nil {
				return err
			}
		}
		n = len(keys)
		h.cut(reason, n)
		s.dirty[h] = true
		return nil
	})
	return n, err
}

// NextDue is the earliest time at which Lease would return anything.
func (s *Store) NextDue(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.later
	for _, h := range s.hosts {
		if h.state.Ready == 0 || h.state.Leased || h.rests {
			continue
		}
		if t := s.freeAt(h); next.IsZero() || t.Before(next) {
			if t.IsZero() {
				t = now
			}
			next = t
		}
	}
	return next
}
