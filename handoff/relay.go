// Package handoff relays the archive's events to other tools.
//
// In go the events of the archive's outbox; out go deliveries to sinks. Every sink has a cursor of its own into the
// sequence, a retry box for what failed and may pass, and a dead-letter box for what will not, so that one poison item
// blocks nothing and one slow sink delays no other. Delivery is at least once and may be out of order after a retry; the
// id of an event is the same each time, so that a consumer can drop repeats. A replay is a cursor set back.
//
// The state of a sink is on disk after each delivery: a crash repeats at most the delivery in flight.
package handoff

import (
	"context"
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
	SinkState(name string, v any) error
	PutSinkState(name string, v any) error
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
}

// State is where a sink stands.
type State struct {
	Cursor    uint64    `json:"cursor"` // every event up to here is settled, parked or dead
	Delivered int       `json:"delivered"`
	Retry     []Parked  `json:"retry,omitempty"`
	Dead      []Parked  `json:"dead,omitempty"`
	Last      time.Time `json:"last,omitzero"` // of the last delivery
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
		st := &State{}
		if err := store.SinkState(name, st); err != nil {
			return nil, fmt.Errorf("handoff: %w", err)
		}
		r.states[name] = st
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
		st.Cursor = max(st.Cursor, e.Sequence)
		switch p := (Parked{Sequence: e.Sequence, ID: e.ID, Tries: tries + 1, At: now}); {
		case err == nil:
			st.Delivered++
			st.Last = now
		case errors.Is(err, ErrPermanent) || p.Tries >= mostTries:
			p.Error = clip(err.Error())
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
	f(r.states[name])
	if err := r.store.PutSinkState(name, r.states[name]); err != nil {
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
func ChangeState(store Store, name string, f func(*State)) (State, error) {
	var st State
	if err := store.SinkState(name, &st); err != nil {
		return st, fmt.Errorf("handoff: %w", err)
	}
	f(&st)
	if err := store.PutSinkState(name, &st); err != nil {
		return st, fmt.Errorf("handoff: %w", err)
	}
	return st, nil
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
				p.Tries, p.Due = 0, now
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
