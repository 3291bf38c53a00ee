package frontier

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterr "go.etcd.io/bbolt/errors"

	"nianbao/internal/boltcheck"
)

// Options settle a store.
type Options struct {
	// DefaultDelay is the delay of a host that was given none, 3 s.
	DefaultDelay time.Duration
	// Now is when the store is opened; hosts left with a lease rest from here.
	Now time.Time
	// Wanted says whether a host takes part in this run; nil means that all do.
	Wanted func(host, portal string) bool
}

// buckets
var (
	bItems = []byte("items") // key → record
	bReady = []byte("ready") // host, priority, seq → key
	bLater = []byte("later") // due, host, key → nothing
	bLease = []byte("lease") // key → nothing
	bHosts = []byte("hosts") // name → id and state
	bRules = []byte("rules") // name, NUL, authority → robots.txt
	bNotes = []byte("notes") // name → the engine's own state of a portal
)

// Store is a frontier in one bbolt file. What is in memory of a host is written by the transaction that changed it; when
// one fails, memory and disk no longer agree, and the store refuses all further work: opened again it is as it was last on disk.
type Store struct {
	db      *bbolt.DB
	opt     Options
	ops     chan *op
	quit    chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer has ended

	mu     sync.Mutex
	hosts  map[string]*host
	byID   map[uint32]*host
	dirty  map[*host]bool // to be written by the transaction under way
	free   freeHosts
	counts Counts
	later  time.Time // due time of the earliest item in later; zero: none
	closed bool
	failed error // the first transaction that failed
	used   int   // items that transactions have come by since trim
}

// trimAfter is how many items transactions come by before the mapped file is trimmed. Each may have mapped some pages.
const trimAfter = 4000

// groupMost is how many operations share a transaction: enough to share a sync, few enough for the map to be trimmed between.
const groupMost = 128

// host is a HostState with what only the store needs.
type host struct {
	id    uint32
	state HostState
	rests bool // it takes no part in this run
	at    int  // its place in Store.free, -1 when it has none
}

func (s *Store) unwanted(h *host) bool {
	return s.opt.Wanted != nil && !s.opt.Wanted(h.state.Host, h.state.Portal)
}

type op struct {
	fn   func(*bbolt.Tx) error
	done chan error
}

var _ Frontier = (*Store)(nil)

// Open opens or makes the store at path.
func Open(path string, opt Options) (*Store, error) {
	if opt.DefaultDelay <= 0 {
		opt.DefaultDelay = 3 * time.Second
	}
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	if err := boltcheck.Whole(path); err != nil {
		return nil, fmt.Errorf("frontier: %w (delete the file and crawl again: that costs requests, never a capture)", err)
	}
	db, err := bbolt.Open(path, 0o644, &bbolt.Options{Timeout: 200 * time.Millisecond, FreelistType: bbolt.FreelistMapType, NoFreelistSync: true, InitialMmapSize: 64 << 20})
	if errors.Is(err, bolterr.ErrTimeout) {
		return nil, fmt.Errorf("%w: %s", ErrLocked, path)
	}
	if err != nil {
		return nil, fmt.Errorf("frontier: open %s: %w (delete the file and crawl again: that costs requests, never a capture)", path, err)
	}
	s := &Store{db: db, opt: opt, ops: make(chan *op, 1024), quit: make(chan struct{}), stopped: make(chan struct{}), hosts: map[string]*host{},
		byID: map[uint32]*host{}, dirty: map[*host]bool{}}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.trim() // opening has read every page
	go s.writer()
	return s, nil
}

// load reads the hosts, and gives back what was leased when the last process ended.
func (s *Store) load() error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{bItems, bReady, bLater, bLease, bHosts, bRules, bNotes} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		if err := tx.Bucket(bHosts).ForEach(func(k, v []byte) error {
			if len(v) < 4 {
				return errCodec
			}
			h := &host{id: binary.BigEndian.Uint32(v), at: -1}
			if err := json.Unmarshal(v[4:], &h.state); err != nil {
				return fmt.Errorf("%w: host %s: %w", errCodec, k, err)
			}
			h.rests = s.unwanted(h)
			s.hosts[string(k)], s.byID[h.id] = h, h
			s.settle(h)
			s.counts.Ready += h.state.Ready
			s.counts.Later += h.state.Later
			return nil
		}); err != nil {
			return err
		}
		s.counts.Known = int(tx.Bucket(bItems).Sequence())
		var left []Key
		if err := tx.Bucket(bLease).ForEach(func(k, _ []byte) error { left = append(left, Key(k)); return nil }); err != nil {
			return err
		}
		for _, k := range left {
			r, err := get(tx, k)
			if err != nil || r == nil {
				return errors.Join(errCodec, err)
			}
			h, err := s.host(tx, r.item.Host, r.item.Portal)
			if err != nil {
				return err
			}
			h.state.NextAllowed = latest(h.state.NextAllowed, s.opt.Now.Add(s.delay(h)))
			h.state.Leased, s.dirty[h] = false, true
			if err := tx.Bucket(bLease).Delete(k[:]); err != nil {
				return err
			}
			if err := s.place(tx, h, r, time.Time{}, s.opt.Now); err != nil {
				return err
			}
		}
		s.peekLater(tx)
		return s.flush(tx)
	})
	if err != nil {
		return fmt.Errorf("frontier: load: %w", err)
	}
	return nil
}

// writer runs operations in groups: while one transaction is being synced, the next ones gather.
func (s *Store) writer() {
	defer close(s.stopped)
	for {
		select {
		case o := <-s.ops:
			s.commit(s.gather(o))
		case <-s.quit:
			for { // what was handed over before Close is carried out
				select {
				case o := <-s.ops:
					s.commit(s.gather(o))
				default:
					return
				}
			}
		}
	}
}

func (s *Store) gather(first *op) []*op {
	group := []*op{first}
	for len(group) < groupMost {
		select {
		case o := <-s.ops:
			group = append(group, o)
		default:
			return group
		}
	}
	return group
}

// commit carries a group out in one transaction, all of it or nothing.
func (s *Store) commit(group []*op) {
	errs := make([]error, len(group))
	err := s.failed // only the writer sets it
	if err == nil {
		err = s.db.Update(func(tx *bbolt.Tx) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			for i, o := range group {
				if errs[i] = o.fn(tx); errs[i] != nil && !errors.Is(errs[i], ErrNotLeased) {
					return errs[i]
				}
			}
			s.peekLater(tx)
			return s.flush(tx)
		})
		if err != nil {
			err = fmt.Errorf("frontier: write: %w", err)
			s.mu.Lock()
			s.failed = err
			s.mu.Unlock()
		}
	}
	for i, o := range group {
		o.done <- errors.Join(err, errs[i])
	}
	if s.used > trimAfter { // only the writer counts
		s.used = 0
		s.trim()
	}
}

var errClosed = errors.New("frontier: closed")

// do has the writer carry fn out. Once handed over it is carried out whatever becomes of ctx.
func (s *Store) do(ctx context.Context, fn func(*bbolt.Tx) error) error {
	o := &op{fn, make(chan error, 1)}
	select {
	case <-s.quit:
		return errClosed
	default:
	}
	select {
	case s.ops <- o:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return errClosed
	}
	select {
	case err := <-o.done:
		return err
	case <-s.stopped: // the store may have been closed between the two
		select {
		case err := <-o.done:
			return err
		default:
			return errClosed
		}
	}
}

// Close waits for what is under way and closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	close(s.quit)
	<-s.stopped
	return s.db.Close()
}

func get(tx *bbolt.Tx, k Key) (*record, error) {
	b := tx.Bucket(bItems).Get(k[:])
	if b == nil {
		return nil, nil
	}
	return decode(k, b)
}

func put(tx *bbolt.Tx, r *record) error { return tx.Bucket(bItems).Put(r.item.Key[:], r.encode()) }

// host finds or makes a host.
func (s *Store) host(tx *bbolt.Tx, name, portal string) (*host, error) {
	if h := s.hosts[name]; h != nil {
		return h, nil
	}
	id, err := tx.Bucket(bHosts).NextSequence()
	if err != nil {
		return nil, err
	}
	h := &host{id: uint32(id), state: HostState{Host: name, Portal: portal}, at: -1}
	h.rests = s.unwanted(h)
	s.dirty[h] = true
	s.hosts[name], s.byID[h.id] = h, h
	return h, nil
}

// flush writes the hosts that changed.
func (s *Store) flush(tx *bbolt.Tx) error {
	s.settleAll()
	for h := range s.dirty {
		v, err := json.Marshal(h.state)
		if err != nil {
			return err
		}
		if err := tx.Bucket(bHosts).Put([]byte(h.state.Host), append(binary.BigEndian.AppendUint32(nil, h.id), v...)); err != nil {
			return err
		}
	}
	clear(s.dirty)
	return nil
}

func (s *Store) delay(h *host) time.Duration {
	if h.state.Delay > 0 {
		return h.state.Delay
	}
	return s.opt.DefaultDelay
}

// place queues a record for due; it must not be queued already.
func (s *Store) place(tx *bbolt.Tx, h *host, r *record, due, now time.Time) error {
	r.item.Due = due
	s.dirty[h] = true
	s.used++
	if due.IsZero() || !due.After(now) {
		r.state = Ready
		h.state.Ready++
		s.counts.Ready++
		if err := tx.Bucket(bReady).Put(readyKey(h.id, r), r.item.Key[:]); err != nil {
			return err
		}
	} else {
		r.state = Later
		h.state.Later++
		s.counts.Later++
		if err := tx.Bucket(bLater).Put(laterKey(h.id, r), nil); err != nil {
			return err
		}
	}
	return put(tx, r)
}

// take removes a waiting record from its queue.
func (s *Store) take(tx *bbolt.Tx, h *host, r *record) error {
	s.dirty[h] = true
	switch r.state {
	case Ready:
		h.state.Ready--
		s.counts.Ready--
		return tx.Bucket(bReady).Delete(readyKey(h.id, r))
	case Later:
		h.state.Later--
		s.counts.Later--
		return tx.Bucket(bLater).Delete(laterKey(h.id, r))
	}
	return nil
}

func (s *Store) peekLater(tx *bbolt.Tx) {
	s.later = time.Time{}
	if k, _ := tx.Bucket(bLater).Cursor().First(); k != nil {
		s.later = fromMillis(int64(binary.BigEndian.Uint64(k)))
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Items yields every known item. It reads a snapshot in slices, so that no long transaction holds the file.
func (s *Store) Items(host string) iter.Seq2[Item, State] {
	return func(yield func(Item, State) bool) {
		var from []byte
		for {
			var page []*record
			err := s.db.View(func(tx *bbolt.Tx) error {
				c := tx.Bucket(bItems).Cursor()
				k, v := c.Seek(from)
				for ; k != nil && len(page) < 1000; k, v = c.Next() {
					if r, err := decode(Key(k), v); err == nil {
						page = append(page, r)
					}
				}
				from = append([]byte(nil), k...)
				return nil
			})
			for _, r := range page {
				if (host == "" || r.item.Host == host) && !yield(r.item, r.state) {
					return
				}
			}
			if err != nil || len(from) == 0 {
				return
			}
		}
	}
}

// Lookup returns an item and its state.
func (s *Store) Lookup(k Key) (it Item, st State, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		r, err := get(tx, k)
		if r != nil {
			it, st = r.item, r.state
		}
		return err
	})
	return it, st, err
}

// Rules returns the robots.txt kept of an authority.
func (s *Store) Rules(name, authority string) (rules []byte, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		rules = bytes.Clone(tx.Bucket(bRules).Get(rulesKey(name, authority)))
		return nil
	})
	return rules, err
}

func rulesKey(host, authority string) []byte { return []byte(host + "\x00" + authority) }

// Note returns what SetNote keeps.
func (s *Store) Note(name string) (data []byte, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		data = bytes.Clone(tx.Bucket(bNotes).Get([]byte(name)))
		return nil
	})
	return data, err
}

// Notes returns all that SetNote keeps.
func (s *Store) Notes() (map[string][]byte, error) {
	out := map[string][]byte{}
	err := s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bNotes).ForEach(func(k, v []byte) error {
			out[string(k)] = bytes.Clone(v)
			return nil
		})
	})
	return out, err
}

// SetNote keeps the engine's own state of something that is no host.
func (s *Store) SetNote(ctx context.Context, name string, data []byte) error {
	return s.do(ctx, func(tx *bbolt.Tx) error {
		if len(data) == 0 {
			return tx.Bucket(bNotes).Delete([]byte(name))
		}
		return tx.Bucket(bNotes).Put([]byte(name), data)
	})
}

// Host returns one host's state.
func (s *Store) Host(name string) (HostState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hosts[name]
	if h == nil {
		return HostState{}, false
	}
	return s.view(h), true
}

// Hosts returns the state of every host.
func (s *Store) Hosts() []HostState {
	due := s.firstLater()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]HostState, 0, len(s.hosts))
	for _, h := range s.hosts {
		v := s.view(h)
		if v.Later > 0 {
			v.NextDue = due[h.id]
		}
		out = append(out, v)
	}
	return out
}

// firstLater finds when each host's first address is due that is not due yet. Later is in order of time: the search ends with
// the last host that has one.
func (s *Store) firstLater() map[uint32]time.Time {
	s.mu.Lock()
	missing := 0
	for _, h := range s.hosts {
		if h.state.Later > 0 {
			missing++
		}
	}
	s.mu.Unlock()
	due := map[uint32]time.Time{}
	s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bLater).Cursor()
		for k, _ := c.First(); k != nil && len(due) < missing; k, _ = c.Next() {
			if id := binary.BigEndian.Uint32(k[8:]); due[id].IsZero() {
				due[id] = fromMillis(int64(binary.BigEndian.Uint64(k)))
			}
		}
		return nil
	})
	return due
}

// view copies what the writer may change.
func (s *Store) view(h *host) HostState {
	v := h.state
	v.Delay = s.delay(h)
	v.Outcomes, v.Cut = clone(v.Outcomes), clone(v.Cut)
	return v
}

func clone(m map[string]int) map[string]int {
	out := make(map[string]int, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Counts returns totals.
func (s *Store) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}
