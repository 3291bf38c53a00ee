// Package handoff relays the archive's events to other tools.
//
// In go the events of the archive's outbox; out go deliveries to sinks. Every sink has a cursor of its own into the
// sequence, a retry box for what failed and may pass, and a dead-letter box for what will not, so that one poison item
// blocks nothing and one slow sink delays no other. Delivery is at least once and may be out of order after a retry; the
// id of an event is the same each time, so that a consumer can drop repeats. A replay is a cursor set back.
//
// The state of a sink is on disk after each delivery: a crash repeats at most the delivery in flight. A cursor names the
// event it stands on by its id, and so do the items that wait: when an archive's events are numbered anew, as a rebuild that
// lost some may do, each is found again by its id, and none is passed over. A cursor whose event is gone goes back to the
// beginning: events may be delivered twice, but none is skipped.
package handoff

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"nianbao/archive"
)

// A Sink delivers one event. A nil error settles it; one that wraps ErrPermanent goes to the dead letters; any other is
// tried again.
type Sink interface {
	Deliver(ctx context.Context, e archive.Event) error
}

// ErrPermanent marks an error that another try would only repeat.
var ErrPermanent = errors.New("not to be tried again")

// Store is what a relay needs of the archive.
type Store interface {
	Events(after uint64) iter.Seq2[archive.Event, error]
	Event(seq uint64) (archive.Event, error)
	Sequence() uint64
	EventSequence(id string) (seq uint64, ok bool, err error)
	SinkState(name string, v any) error
	SinkItems(name string) ([][]byte, error)
	ChangeSink(name string, state any, items map[string]any) error
}

const (
	firstRetry = 30 * time.Second // doubling with each try
	lastRetry  = 12 * time.Hour
	mostTries  = 10
	mostParked = 10_000 // items of one retry box; beyond it the cursor waits
)

// A Parked item is an event that could not be delivered.
type Parked struct {
	Sequence uint64    `json:"sequence"`
	ID       string    `json:"id"`
	Tries    int       `json:"tries"`
	Due      time.Time `json:"due,omitzero"` // of the next try; zero for dead letters
	Error    string    `json:"error"`
	At       time.Time `json:"at"`
	Dead     bool      `json:"dead,omitempty"` // it is not tried again
}

// State is where a sink stands.
type State struct {
	Cursor    uint64    `json:"cursor"`              // every event up to here is settled, parked or dead
	CursorID  string    `json:"cursor_id,omitempty"` // of the event the cursor stands on
	Delivered int       `json:"delivered"`
	Retry     []Parked  `json:"retry,omitempty"`
	Dead      []Parked  `json:"dead,omitempty"`
	Last      time.Time `json:"last,omitzero"` // of the last delivery
	inline    bool      // its items stand in its own row, as earlier versions had them
}

// Relay delivers events to sinks.
type Relay struct {
	store Store
	sinks map[string]Sink
	now   func() time.Time

	mu     sync.Mutex
	states map[string]*State
}

// NewRelay makes a relay over a store's events to sinks by name.
func NewRelay(store Store, sinks map[string]Sink, now func() time.Time) (*Relay, error) {
	r := &Relay{store: store, sinks: sinks, now: now, states: map[string]*State{}}
	for name := range sinks {
		st, err := LoadState(store, name)
		if err != nil {
			return nil, err
		}
		r.states[name] = &st
	}
	return r, nil
}

// Pass delivers what is due to every sink, each in a goroutine of its own, and returns when nothing more is due now. It
// fails when the archive does, or the context ends.
func (r *Relay) Pass(ctx context.Context) error {
	errs := make(chan error, len(r.sinks))
	for name, sink := range r.sinks {
		go func() { errs <- r.drain(ctx, name, sink) }()
	}
	var all error
	for range r.sinks {
		all = errors.Join(all, <-errs)
	}
	return all
}

// Run makes passes until stop is closed, then a last one.
func (r *Relay) Run(ctx context.Context, stop <-chan struct{}) error {
	for {
		if err := r.Pass(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-stop:
			return r.Pass(ctx)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func (r *Relay) drain(ctx context.Context, name string, sink Sink) error {
	for _, p := range r.due(name) {
		e, err := r.store.Event(p.Sequence)
		if err != nil {
			return fmt.Errorf("handoff: %s: %w", name, err)
		}
		if err := r.deliver(ctx, name, sink, e, p.Tries); err != nil {
			return err
		}
	}
	for {
		n := 0
		for e, err := range r.store.Events(r.cursor(name)) {
			if err != nil {
				return fmt.Errorf("handoff: %s: %w", name, err)
			}
			if r.parked(name) >= mostParked {
				return nil // its consumer is down: what follows waits in the outbox
			}
			if err := r.deliver(ctx, name, sink, e, 0); err != nil {
				return err
			}
			if n++; n == 100 {
				break // read on from a fresh view
			}
		}
		if n < 100 {
			return nil
		}
	}
}

// deliver tries one event and records how it ended.
func (r *Relay) deliver(ctx context.Context, name string, sink Sink, e archive.Event, tries int) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	err := sink.Deliver(ctx, e)
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // stopped on the way: it is delivered again
	}
	return r.change(name, func(st *State) {
		now := r.now()
		remove := func(p Parked) bool { return p.Sequence == e.Sequence }
		st.Retry = slices.DeleteFunc(st.Retry, remove)
		st.Dead = slices.DeleteFunc(st.Dead, remove)
		if e.Sequence > st.Cursor {
			st.Cursor, st.CursorID = e.Sequence, e.ID
		}
		switch p := (Parked{Sequence: e.Sequence, ID: e.ID, Tries: tries + 1, At: now}); {
		case err == nil:
			st.Delivered++
			st.Last = now
		case errors.Is(err, ErrPermanent) || p.Tries >= mostTries:
			p.Error, p.Dead = clip(err.Error()), true
			st.Dead = append(st.Dead, p)
		default:
			p.Error, p.Due = clip(err.Error()), now.Add(min(firstRetry<<min(tries, 20), lastRetry))
			st.Retry = append(st.Retry, p)
		}
	})
}

func clip(s string) string {
	if len(s) > 2000 {
		return s[:2000] + "…"
	}
	return s
}

func (r *Relay) cursor(name string) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.states[name].Cursor
}

func (r *Relay) parked(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.states[name].Retry)
}

func (r *Relay) due(name string) (due []Parked) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	for _, p := range r.states[name].Retry {
		if !p.Due.After(now) {
			due = append(due, p)
		}
	}
	return due
}

// change alters the state of a sink and has it on disk before it returns.
func (r *Relay) change(name string, f func(*State)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return store(r.store, name, r.states[name], f)
}

// LoadState reads where a sink stands. Sequence numbers are made to agree with the archive's events by their ids.
func LoadState(s Store, name string) (State, error) {
	var st State
	err := s.SinkState(name, &st)
	var items [][]byte
	if err == nil {
		items, err = s.SinkItems(name)
	}
	if err != nil {
		return st, fmt.Errorf("handoff: %w", err)
	}
	st.inline = len(st.Retry)+len(st.Dead) > 0
	for i := range st.Dead {
		st.Dead[i].Dead = true
	}
	for _, raw := range items {
		var p Parked
		if err := json.Unmarshal(raw, &p); err != nil {
			return st, fmt.Errorf("handoff: %s: an item that waits: %w", name, err)
		}
		if p.Dead {
			st.Dead = append(st.Dead, p)
		} else {
			st.Retry = append(st.Retry, p)
		}
	}
	if err := settle(s, &st); err != nil {
		return st, fmt.Errorf("handoff: %s: %w", name, err)
	}
	return st, nil
}

// settle finds the events of a state again by their ids.
func settle(s Store, st *State) error {
	switch {
	case st.CursorID != "":
		seq, _, err := s.EventSequence(st.CursorID) // 0 where the event is gone
		if err != nil {
			return err
		}
		st.Cursor = seq
		if seq == 0 {
			st.CursorID = ""
		}
	case st.Cursor > s.Sequence(): // noted before cursors named their event, and not of these events
		st.Cursor = 0
	case st.Cursor > 0:
		e, err := s.Event(st.Cursor)
		if err != nil {
			return err
		}
		st.CursorID = e.ID
	}
	for _, box := range []*[]Parked{&st.Retry, &st.Dead} {
		var still []Parked
		for _, p := range *box {
			seq, ok, err := s.EventSequence(p.ID)
			if err != nil {
				return err
			}
			if p.Sequence = seq; ok { // an event that is gone cannot be delivered
				still = append(still, p)
			}
		}
		slices.SortStableFunc(still, func(x, y Parked) int { return cmp.Compare(x.Sequence, y.Sequence) })
		*box = still
	}
	return nil
}

// store alters a state and has on disk what is new in it: the cursor, and the items that were added, changed or settled.
func store(s Store, name string, st *State, f func(*State)) error {
	before := map[string]Parked{}
	for _, p := range append(slices.Clone(st.Retry), st.Dead...) {
		if !st.inline {
			before[p.ID] = p
		}
	}
	f(st)
	st.inline = false
	items := map[string]any{}
	for _, p := range append(slices.Clone(st.Retry), st.Dead...) {
		if before[p.ID] != p {
			items[p.ID] = p
		}
		delete(before, p.ID)
	}
	for id := range before {
		items[id] = nil
	}
	row := *st
	row.Retry, row.Dead = nil, nil // they are rows of their own
	if err := s.ChangeSink(name, row, items); err != nil {
		return fmt.Errorf("handoff: %s: %w", name, err)
	}
	return nil
}

// States are copies of where the sinks stand.
func (r *Relay) States() map[string]State {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string]State{}
	for name, st := range r.states {
		s := *st
		s.Retry, s.Dead = slices.Clone(s.Retry), slices.Clone(s.Dead)
		out[name] = s
	}
	return out
}

// Waiting are how many items wait for another try, and how many are dead letters.
func (r *Relay) Waiting() (retry, dead int) {
	for _, s := range r.States() {
		retry += len(s.Retry)
		dead += len(s.Dead)
	}
	return retry, dead
}

// ChangeState alters what is kept of a sink while no relay runs, and returns the new state.
func ChangeState(s Store, name string, f func(*State)) (State, error) {
	st, err := LoadState(s, name)
	if err != nil {
		return st, err
	}
	cursor := st.Cursor
	alter := func(st *State) {
		f(st)
		if st.Cursor != cursor { // a cursor that was set names its event, too
			st.CursorID = ""
			if e, err := s.Event(st.Cursor); err == nil {
				st.CursorID = e.ID
			}
		}
	}
	return st, store(s, name, &st, alter)
}

// Replay sets a cursor back, so that every event behind it is delivered again.
func Replay(to uint64) func(*State) {
	return func(st *State) {
		st.Cursor = min(st.Cursor, to)
		after := func(p Parked) bool { return p.Sequence > to }
		st.Retry, st.Dead = slices.DeleteFunc(st.Retry, after), slices.DeleteFunc(st.Dead, after)
	}
}

// Revive puts dead letters back into the retry box, due at once; those of one sequence number, or all when it is 0.
func Revive(seq uint64, now time.Time) func(*State) {
	return func(st *State) {
		var rest []Parked
		for _, p := range st.Dead {
			if seq == 0 || p.Sequence == seq {
				p.Tries, p.Due, p.Dead = 0, now, false
				st.Retry = append(st.Retry, p)
			} else {
				rest = append(rest, p)
			}
		}
		st.Dead = rest
		for i := range st.Retry {
			if seq == 0 || st.Retry[i].Sequence == seq {
				st.Retry[i].Due = now
			}
		}
	}
}

// Skip settles a parked item without delivering it.
func Skip(seq uint64) func(*State) {
	return func(st *State) {
		is := func(p Parked) bool { return p.Sequence == seq }
		st.Retry, st.Dead = slices.DeleteFunc(st.Retry, is), slices.DeleteFunc(st.Dead, is)
	}
}
