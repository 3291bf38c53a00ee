package frontier

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// promoteMost bounds how many items one lease moves from later to ready, so that a transaction stays small.
const promoteMost = 5000

// Put adds discovered items.
func (s *Store) Put(ctx context.Context, items ...Item) (added int, err error) {
	if err := valid(items); err != nil {
		return 0, err
	}
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

// valid refuses items that no queue could hold, before they share a transaction with the work of others.
func valid(items []Item) error {
	for _, it := range items {
		if it.Host == "" || it.URL == "" || len(it.Host) > 1000 {
			return fmt.Errorf("frontier: item without host or address: %q", it.URL)
		}
	}
	return nil
}

func (s *Store) put(tx *bbolt.Tx, it Item, now time.Time) (int, error) {
	h, err := s.host(tx, it.Host, it.Portal)
	if err != nil {
		return 0, err
	}
	s.used++
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
			if err := s.place(tx, h, r, due, s.opt.Now); err != nil {
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
		s.settleAll() // what else this transaction has changed
		for len(out) < max && len(s.free) > 0 && !s.free[0].freeAt().After(now) {
			h := s.free[0]
			l, err := s.lease(tx, h, now)
			if err != nil {
				return err
			}
			out = append(out, l)
			s.settle(h)
		}
		return nil
	})
	return out, err
}

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
	if err := valid(d.Outlinks); err != nil {
		return err
	}
	return s.do(ctx, func(tx *bbolt.Tx) error {
		h, r, err := s.end(tx, l)
		if err != nil {
			return err
		}
		if err := s.update(tx, h, d.Host); err != nil {
			return err
		}
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
		if err := s.update(tx, h, back.Host); err != nil {
			return err
		}
		s.completed(h, back.Completed)
		h.count(back.Outcome, back.Bytes)
		if back.Context != nil {
			r.item.Context = back.Context
		}
		h.state.NextAllowed = latest(h.state.NextAllowed, back.NotBefore)
		return s.place(tx, h, r, time.Time{}, l.At)
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

func (s *Store) update(tx *bbolt.Tx, h *host, u *HostUpdate) error {
	if u == nil {
		return nil
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
	for authority, rules := range u.Rules {
		var err error
		if key := rulesKey(h.state.Host, authority); len(rules) == 0 {
			err = tx.Bucket(bRules).Delete(key)
		} else {
			err = tx.Bucket(bRules).Put(key, rules)
		}
		if err != nil {
			return err
		}
	}
	for reason, n := range u.Cut {
		h.cut(reason, n)
	}
	return nil
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

// cutMost bounds how many items one transaction of Cut closes.
const cutMost = 5000

// Cut closes due items below a priority.
func (s *Store) Cut(ctx context.Context, name string, keep int, reason string) (int, error) {
	all := 0
	for {
		n := 0
		err := s.do(ctx, func(tx *bbolt.Tx) (err error) { n, err = s.cutSome(tx, name, keep, reason); return err })
		if all += n; err != nil || n < cutMost {
			return all, err
		}
	}
}

func (s *Store) cutSome(tx *bbolt.Tx, name string, keep int, reason string) (int, error) {
	h := s.hosts[name]
	if h == nil {
		return 0, nil
	}
	// the queue is in order of falling priority: what is to go begins at one place
	from := binary.BigEndian.AppendUint32(nil, h.id)
	from = binary.BigEndian.AppendUint16(from, uint16(0xFFFF-min(0xFFFF, max(0, keep-1))))
	var keys []Key
	c := tx.Bucket(bReady).Cursor()
	for k, v := c.Seek(from); keep > 0 && k != nil && binary.BigEndian.Uint32(k) == h.id && len(keys) < cutMost; k, v = c.Next() {
		keys = append(keys, Key(v))
	}
	for _, k := range keys {
		r, err := get(tx, k)
		if err != nil || r == nil {
			return 0, errCodec
		}
		if err := s.take(tx, h, r); err != nil {
			return 0, err
		}
		r.state, r.item.Due = Dropped, time.Time{}
		if err := put(tx, r); err != nil {
			return 0, err
		}
	}
	if len(keys) > 0 {
		h.cut(reason, len(keys))
		s.dirty[h] = true
	}
	return len(keys), nil
}
