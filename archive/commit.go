package archive

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"nianbao/archive/warc"
)

// pending is a record about to be written, and what its place means for the index. Records with a meaning are leaves.
type pending struct {
	record *warc.Record
	apply  func(*batch, *warc.Record, place) error
}

// A write is one unit of the commit queue: records to append, and what to do to the index once they are durable.
type write struct {
	observation bool                              // for the stream of observations
	records     func(b *batch) ([]pending, error) // decided late, when earlier writes of the group are known
	done        chan error
}

// submit hands a write over and waits until it is durable.
func (a *Archive) submit(ctx context.Context, w *write) error {
	if a.db == nil {
		return fmt.Errorf("%w: it was opened for reading", ErrReadOnly)
	}
	w.done = make(chan error, 1)
	if err := a.enqueue(ctx, w); err != nil {
		return err
	}
	return <-w.done
}

// enqueue puts a write into the queue; Close closes the queue only when nobody is about to.
func (a *Archive) enqueue(ctx context.Context, w *write) error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.closed {
		return errClosed
	}
	select {
	case a.queue <- w:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Limits of one group.
const (
	groupMost  = 100
	groupBytes = 8 << 20 // octets appended between two syncs
)

// committer takes writes in groups: it waits a little for more, appends all, syncs once, and commits once.
func (a *Archive) committer() {
	for first := range a.queue {
		group := []*write{first}
		timer := time.NewTimer(a.opt.GroupDelay)
	gather:
		for len(group) < groupMost {
			select {
			case w, ok := <-a.queue:
				if !ok {
					break gather
				}
				group = append(group, w)
			case <-timer.C:
				break gather
			}
		}
		timer.Stop()
		a.commit(group)
	}
}

// batch is one transaction of the index under way.
type batch struct {
	*Archive
	tx *bbolt.Tx
	n  counts
}

func (b *batch) view() view { return txView{b.tx} }

// counts say how many rows there are, so that a list that ends early is noticed.
type counts struct {
	Reports  uint64
	Events   uint64
	Captures uint64
	Leaves   uint64 // number of the next leaf
}

var countsKey = []byte("counts")

func readCounts(v view) (n counts, err error) {
	b, err := get(v, bMeta, countsKey)
	if err != nil {
		return n, err
	}
	d := &decoder{b: b}
	n = counts{d.uint(), d.uint(), d.uint(), d.uint()}
	return n, d.err
}

func (n counts) put(tx *bbolt.Tx) error {
	e := &encoder{}
	for _, v := range []uint64{n.Reports, n.Events, n.Captures, n.Leaves} {
		e.uint(v)
	}
	return put(tx, bMeta, countsKey, e.b)
}

// update runs a transaction that may add rows.
func (a *Archive) update(use func(*batch) error) error {
	err := a.db.Update(func(tx *bbolt.Tx) error {
		n, err := readCounts(txView{tx})
		if err != nil {
			return err
		}
		b := &batch{a, tx, n}
		for _, sequential := range [][]byte{bLeaves, bEvents} { // only ever added to at the end: pages may be full
			tx.Bucket(sequential).FillPercent = 0.95
		}
		if err := use(b); err != nil {
			return err
		}
		if b.n == n {
			return nil
		}
		return b.n.put(tx)
	})
	if err != nil {
		a.packers.forget() // the transaction may have made one of them, or a segment
		a.namesMu.Lock()
		clear(a.names)
		a.namesMu.Unlock()
	}
	return err
}

// A leaf is what the log says of a capture or an observation: which record it is, and the digest of the record's header,
// which in turn holds the date, the address and the digest of the block.
type leaf struct {
	Kind   byte // streamWARC or streamReports
	ID     string
	Header [32]byte
}

func leafKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func putLeaf(tx *bbolt.Tx, n uint64, l leaf) error {
	e := &encoder{b: []byte{l.Kind}}
	e.b = append(e.b, l.Header[:]...)
	e.id(l.ID)
	return put(tx, bLeaves, leafKey(n), e.b)
}

func decodeLeaf(key, body []byte) (l leaf, err error) {
	if len(body) < 33 {
		return l, damagedRow(bLeaves, key, "it cannot be read")
	}
	l.Kind = body[0]
	copy(l.Header[:], body[1:33])
	d := &decoder{b: body[33:]}
	if l.ID = d.id(); d.err != nil {
		return l, damagedRow(bLeaves, key, "it cannot be read")
	}
	return l, nil
}

// commit writes one group: captures first, then observations, so that the numbers of what a crash leaves behind have no
// gap. A write whose own records cannot be made fails alone; a failure of the disk fails the group.
func (a *Archive) commit(group []*write) {
	slices.SortStableFunc(group, func(x, y *write) int {
		switch {
		case x.observation == y.observation:
			return 0
		case y.observation:
			return -1
		}
		return 1
	})
	errs := make([]error, len(group))
	err := a.update(func(b *batch) error {
		for i, w := range group {
			var recs []pending
			if recs, errs[i] = w.records(b); errs[i] != nil {
				continue
			}
			s := a.warc
			if w.observation {
				if err := a.warc.sync(); err != nil {
					return err
				}
				s = a.report
			}
			lead := int64(0) // octets of the records that belong to the last one
			for _, p := range recs {
				if p.apply != nil && lead > 0 {
					p.record.Add(fieldLead, fmt.Sprint(lead))
				}
				n, err := b.add(s, p)
				if err != nil {
					return err
				}
				lead += n
			}
		}
		if err := errors.Join(a.warc.sync(), a.report.sync()); err != nil {
			return err
		}
		return errors.Join(a.warc.save(b.tx), a.report.save(b.tx))
	})
	if err != nil {
		// What was appended is not committed; the segments are given up, so that nothing is ever written behind
		// octets whose fate is unknown.
		err = errors.Join(fmt.Errorf("archive: write: %w", diskError(err)), a.warc.abandon(), a.report.abandon())
	} else {
		a.warc.committed()
		a.report.committed()
	}
	for i, w := range group {
		w.done <- errors.Join(err, errs[i])
	}
}

// add appends a record to a stream and applies it. It returns the octets that the record takes.
func (b *batch) add(s *stream, p pending) (int64, error) {
	if err := s.ready(b.n.Leaves); err != nil {
		return 0, err
	}
	if !s.open.noted { // what lies in it is found by its number
		if err := putSegment(b.tx, s.id, s.open.n, s.open.row); err != nil {
			return 0, err
		}
		s.open.noted = true
	}
	if p.apply != nil {
		p.record.Add(fieldLeaf, fmt.Sprint(b.n.Leaves))
	}
	if p.record.Get("WARC-Warcinfo-ID") == "" && p.record.Type != warc.Warcinfo {
		p.record.Add("WARC-Warcinfo-ID", "<"+s.info+">")
	}
	at, header, err := s.append(p.record)
	if err != nil || p.apply == nil {
		return at.length, err
	}
	if err := b.leaf(s.id, p.record.ID, header); err != nil {
		return 0, err
	}
	return at.length, p.apply(b, p.record, at)
}

// leaf notes the next leaf.
func (b *batch) leaf(kind byte, id string, header []byte) error {
	if err := putLeaf(b.tx, b.n.Leaves, leaf{kind, id, sha256.Sum256(header)}); err != nil {
		return err
	}
	b.n.Leaves++
	return nil
}
