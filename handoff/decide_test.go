package handoff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nianbao/archive"
)

// memory is a store without a disk. What is in fail makes the method of that name fail.
type memory struct {
	events int
	state  []byte
	items  map[string][]byte
	wrote  []string // each change in order: the cursor, then the items put (+) and removed (-)
	fail   map[string]bool
}

var errDisk = errors.New("no disk")

func (m *memory) err(method string) error {
	if m.fail[method] {
		return errDisk
	}
	return nil
}

func (m *memory) event(n uint64) archive.Event {
	return archive.Event{Sequence: n, ID: fmt.Sprintf("e%d", n)}
}

func (m *memory) Events(after uint64) iter.Seq2[archive.Event, error] {
	return func(yield func(archive.Event, error) bool) {
		if err := m.err("Events"); err != nil {
			yield(archive.Event{}, err)
			return
		}
		for n := after + 1; n <= uint64(m.events) && yield(m.event(n), nil); n++ {
		}
	}
}

func (m *memory) Event(n uint64) (archive.Event, error) { return m.event(n), m.err("Event") }
func (m *memory) Sequence() uint64                      { return uint64(m.events) }

func (m *memory) EventSequence(id string) (n uint64, ok bool, err error) {
	_, _ = fmt.Sscanf(id, "e%d", &n)
	return n, n > 0 && n <= uint64(m.events), m.err("EventSequence")
}

func (m *memory) SinkState(_ string, v any) error {
	if m.state != nil {
		if err := json.Unmarshal(m.state, v); err != nil {
			return err
		}
	}
	return m.err("SinkState")
}

func (m *memory) SinkItems(string) (out [][]byte, err error) {
	for _, b := range m.items {
		out = append(out, b)
	}
	return out, m.err("SinkItems")
}

func (m *memory) ChangeSink(_ string, state any, items map[string]any) error {
	if err := m.err("ChangeSink"); err != nil {
		return err
	}
	m.state, _ = json.Marshal(state)
	note := fmt.Sprint(state.(State).Cursor)
	for id, v := range items {
		if m.items == nil {
			m.items = map[string][]byte{}
		}
		if v == nil {
			note += " -" + id
			delete(m.items, id)
			continue
		}
		note += " +" + id
		m.items[id], _ = json.Marshal(v)
	}
	m.wrote = append(m.wrote, note)
	return nil
}

type sinkFunc func(context.Context, archive.Event) error

func (f sinkFunc) Deliver(ctx context.Context, e archive.Event) error { return f(ctx, e) }

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// TestEachDeliveryIsWritten states what is on disk after each delivery, and in which order.
func TestEachDeliveryIsWritten(t *testing.T) {
	m := &memory{events: 4}
	now := t0
	ok := false
	s := sinkFunc(func(_ context.Context, e archive.Event) error {
		switch {
		case e.Sequence == 2:
			return fmt.Errorf("bad: %w", ErrPermanent)
		case e.Sequence == 3 && !ok:
			return errors.New(strings.Repeat("x", 2001))
		}
		return nil
	})
	r, err := NewRelay(m, map[string]Sink{"s": s}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	now, ok = t0.Add(firstRetry-1), true
	if err := r.Pass(t.Context()); err != nil { // nothing is due
		t.Fatal(err)
	}
	want := State{Cursor: 4, CursorID: "e4", Delivered: 2, Last: t0,
		Retry: []Parked{{Sequence: 3, ID: "e3", Tries: 1, At: t0, Due: t0.Add(30 * time.Second), Error: strings.Repeat("x", 2000) + "…"}},
		Dead:  []Parked{{Sequence: 2, ID: "e2", Tries: 1, At: t0, Error: "bad: not to be tried again", Dead: true}}}
	if d := cmp.Diff(want, r.States()["s"], cmpopts.IgnoreUnexported(State{})); d != "" {
		t.Error(d)
	}
	if again, err := LoadState(m, "s"); err != nil || !cmp.Equal(want, again, cmpopts.IgnoreUnexported(State{})) {
		t.Errorf("read back: %+v, error %v", again, err)
	}
	now = t0.Add(firstRetry)
	if err := r.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"1", "2 +e2", "3 +e3", "4", "4 -e3"}, m.wrote); d != "" {
		t.Error(d)
	}
	if c := clip(strings.Repeat("x", 2000)); len(c) != 2000 {
		t.Errorf("a message at the bound has %d octets", len(c))
	}
}

// TestWaitsDouble states when each try is due, and that the tenth is the last.
func TestWaitsDouble(t *testing.T) {
	for tries, want := range map[int]time.Duration{0: 30 * time.Second, 1: time.Minute, 4: 8 * time.Minute, 8: 128 * time.Minute, 9: 0, 12: 0} {
		m := &memory{events: 1}
		r, err := NewRelay(m, map[string]Sink{"s": nil}, at(t0))
		if err != nil {
			t.Fatal(err)
		}
		fails := sinkFunc(func(context.Context, archive.Event) error { return errors.New("down") })
		if err := r.deliver(t.Context(), "s", fails, m.event(1), tries); err != nil {
			t.Fatal(err)
		}
		st := r.States()["s"]
		if want == 0 {
			if len(st.Retry) != 0 || len(st.Dead) != 1 || st.Dead[0].Tries != tries+1 {
				t.Errorf("after %d tries: %+v", tries, st)
			}
			continue
		}
		if len(st.Dead) != 0 || len(st.Retry) != 1 || st.Retry[0].Due.Sub(t0) != want || st.Retry[0].Tries != tries+1 {
			t.Errorf("after %d tries: %+v, want due after %s", tries, st, want)
		}
	}
}

// TestReadsOnInBatches has more events than are read from one view, and a retry box that is full.
func TestReadsOnInBatches(t *testing.T) {
	for _, n := range []int{0, 99, 100, 101, 250} {
		m, got := &memory{events: n}, 0
		s := sinkFunc(func(context.Context, archive.Event) error { got++; return nil })
		if err := relayOf(t, m, s).Pass(t.Context()); err != nil || got != n {
			t.Errorf("%d of %d events, error %v", got, n, err)
		}
	}
	for parked, want := range map[int]int{mostParked: 0, mostParked - 1: 1} {
		m, got := &memory{events: 3}, 0
		s := sinkFunc(func(context.Context, archive.Event) error { got++; return errors.New("down") })
		r := relayOf(t, m, s)
		for range parked {
			r.states["s"].Retry = append(r.states["s"].Retry, Parked{Due: t0.Add(1)})
		}
		if err := r.Pass(t.Context()); err != nil || got != want || r.cursor("s") != uint64(want) {
			t.Errorf("%d parked: %d tried, cursor %d, error %v", parked, got, r.cursor("s"), err)
		}
	}
}

func relayOf(t *testing.T, m *memory, s Sink) *Relay {
	t.Helper()
	r, err := NewRelay(m, map[string]Sink{"s": s}, at(t0))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestStoreErrors states what a failing store is told as, at the start and on the way.
func TestStoreErrors(t *testing.T) {
	named := []byte(`{"cursor":1,"cursor_id":"e1"}`)
	unnamed := []byte(`{"cursor":1}`)
	item := map[string][]byte{"e1": []byte(`{"sequence":1,"id":"e1"}`)}
	for _, c := range []struct {
		fail  string
		state []byte
		items map[string][]byte
		want  string
	}{
		{"SinkState", nil, nil, "handoff: no disk"},
		{"SinkItems", nil, nil, "handoff: no disk"},
		{"EventSequence", named, nil, "handoff: s: no disk"},
		{"EventSequence", nil, item, "handoff: s: no disk"},
		{"Event", unnamed, nil, "handoff: s: no disk"},
		{"", nil, map[string][]byte{"e1": []byte("{")}, "handoff: s: an item that waits: unexpected end of JSON input"},
	} {
		m := &memory{events: 2, state: c.state, items: c.items, fail: map[string]bool{c.fail: true}}
		if _, err := NewRelay(m, map[string]Sink{"s": nil}, at(t0)); err == nil || err.Error() != c.want {
			t.Errorf("load, %s: error %v, want %s", c.fail, err, c.want)
		}
		if _, err := ChangeState(m, "s", Skip(1)); err == nil || err.Error() != c.want {
			t.Errorf("change, %s: error %v, want %s", c.fail, err, c.want)
		}
	}
	for _, fail := range []string{"Events", "Event", "ChangeSink"} {
		m := &memory{events: 2, items: map[string][]byte{"e1": []byte(`{"sequence":1,"id":"e1"}`)}}
		r := relayOf(t, m, sinkFunc(func(context.Context, archive.Event) error { return nil }))
		m.fail = map[string]bool{fail: true}
		if err := r.Pass(t.Context()); !errors.Is(err, errDisk) || err.Error() != "handoff: s: no disk" {
			t.Errorf("%s: error %v", fail, err)
		}
	}
}

// TestStopOnTheWay ends the context in a delivery: the event is not settled, and comes again.
func TestStopOnTheWay(t *testing.T) {
	m := &memory{events: 2}
	ctx, cancel := context.WithCancel(t.Context())
	r := relayOf(t, m, sinkFunc(func(context.Context, archive.Event) error { cancel(); return errors.New("stopped") }))
	if err := r.Pass(ctx); !errors.Is(err, context.Canceled) || m.wrote != nil || r.cursor("s") != 0 {
		t.Errorf("error %v, written %v", err, m.wrote)
	}
	stop := make(chan struct{})
	close(stop)
	got := 0
	r = relayOf(t, m, sinkFunc(func(context.Context, archive.Event) error { got++; return nil }))
	if err := r.Run(ctx, stop); !errors.Is(err, context.Canceled) || got != 0 {
		t.Errorf("an ended context: %d delivered, error %v", got, err)
	}
	if err := r.Run(t.Context(), stop); err != nil || got != 2 {
		t.Errorf("stopped: %d delivered, error %v", got, err)
	}
}

// TestStateChanges states what replay, revive and skip make of a state.
func TestStateChanges(t *testing.T) {
	before := func() *State {
		return &State{Cursor: 5, Retry: []Parked{{Sequence: 2, Due: t0.Add(time.Hour)}, {Sequence: 4, Due: t0.Add(time.Hour)}}, Dead: []Parked{{Sequence: 1, Tries: 3, Dead: true}, {Sequence: 3, Tries: 9, Dead: true}}}
	}
	now := t0.Add(time.Minute)
	for name, c := range map[string]struct {
		change func(*State)
		want   State
	}{
		"replay to 2":   {Replay(2), State{Cursor: 2, Retry: before().Retry[:1], Dead: before().Dead[:1]}},
		"replay ahead":  {Replay(9), *before()},
		"skip one":      {Skip(4), State{Cursor: 5, Retry: before().Retry[:1], Dead: before().Dead}},
		"skip a dead":   {Skip(3), State{Cursor: 5, Retry: before().Retry, Dead: before().Dead[:1]}},
		"revive one":    {Revive(3, now), State{Cursor: 5, Retry: append(before().Retry, Parked{Sequence: 3, Due: now}), Dead: before().Dead[:1]}},
		"due at once":   {Revive(4, now), State{Cursor: 5, Retry: []Parked{before().Retry[0], {Sequence: 4, Due: now}}, Dead: before().Dead}},
		"revive all":    {Revive(0, now), State{Cursor: 5, Retry: []Parked{{Sequence: 2, Due: now}, {Sequence: 4, Due: now}, {Sequence: 1, Due: now}, {Sequence: 3, Due: now}}}},
		"skip no event": {Skip(9), *before()},
	} {
		st := before()
		c.change(st)
		c.change(st) // twice is once
		if d := cmp.Diff(c.want, *st, cmpopts.IgnoreUnexported(State{}), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestLimitedKeepsTheBeginning(t *testing.T) {
	over := 0
	full := &limited{most: 4, full: errOutput, over: func() { over++ }}
	drops := &limited{most: 4}
	for _, c := range []struct {
		write string
		n     int
		err   error
		cut   bool
	}{{"abc", 3, nil, false}, {"d", 1, nil, false}, {"e", 0, errOutput, true}, {"f", 0, errOutput, true}} {
		if n, err := full.Write([]byte(c.write)); n != c.n || err != c.err || full.cut() != c.cut {
			t.Errorf("%s: %d octets, cut %v, error %v", c.write, n, full.cut(), err)
		}
		if n, err := drops.Write([]byte(c.write)); n != len(c.write) || err != nil {
			t.Errorf("%s: dropped: %d octets, error %v", c.write, n, err)
		}
	}
	if string(full.bytes()) != "abcd" || string(drops.bytes()) != "abcd" || over != 1 {
		t.Errorf("kept %q and %q, told %d times", full.bytes(), drops.bytes(), over)
	}
}

// TestConfigForms states what a hand-off file may say, and what each mistake is told as.
func TestConfigForms(t *testing.T) {
	file := filepath.Join(t.TempDir(), "handoff.yaml")
	for text, want := range map[string]string{
		"sinks: [{name: a, type: parser}]":                                            "",
		"sinks: [{name: 年报, type: spool, dir: d, inline: text}]":                      "",
		"sinks: [{name: a, type: exec, command: [x], env: [A, B=c], inline: report}]": "",
		"sinks: []":                          ":1:1: no sinks: ",
		"sinks: [{name: a b, type: parser}]": `name "a b": letters`,
		"sinks: [{name: a, type: parser}, {name: a, type: parser}]":    `a second sink named "a"`,
		"sinks: [{name: a, type: parser, env: [A]}]":                   `env "A": a list of`,
		"sinks: [{name: a, type: exec, command: [x], env: [=b]}]":      `env "=b": a list of`,
		`sinks: [{name: a, type: exec, command: [x], env: ["A B=c"]}]`: `env "A B=c": a list of`,
		"sinks: [{name: a, type: parser, port: 1}]":                    "port",
		"other: 1": "other",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		sinks, err := LoadConfig(file)
		if want == "" && (err != nil || len(sinks) != 1) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, error %v, want %q", text, sinks, err, want)
		}
	}
	if _, err := LoadConfig(file + ".none"); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "handoff: ") {
		t.Errorf("no file: %v", err)
	}
}
