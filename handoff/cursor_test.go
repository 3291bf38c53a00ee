//go:build unix

package handoff

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive"
)

// renumbered is a store whose events have other numbers than when states were kept: some are gone.
type renumbered struct {
	*archive.Archive
	gone map[string]bool
}

func (r renumbered) all() (out []archive.Event) {
	for e := range r.Archive.Events(0) {
		if !r.gone[e.ID] {
			e.Sequence = uint64(len(out) + 1)
			out = append(out, e)
		}
	}
	return out
}

func (r renumbered) Events(after uint64) iter.Seq2[archive.Event, error] {
	return func(yield func(archive.Event, error) bool) {
		for _, e := range r.all() {
			if e.Sequence > after && !yield(e, nil) {
				return
			}
		}
	}
}

func (r renumbered) Event(seq uint64) (archive.Event, error) {
	if all := r.all(); seq > 0 && seq <= uint64(len(all)) {
		return all[seq-1], nil
	}
	return archive.Event{}, archive.ErrNotFound
}

func (r renumbered) Sequence() uint64 { return uint64(len(r.all())) }

func (r renumbered) EventSequence(id string) (uint64, bool, error) {
	for _, e := range r.all() {
		if e.ID == id {
			return e.Sequence, true, nil
		}
	}
	return 0, false, nil
}

func TestCursorsNameTheirEvent(t *testing.T) {
	a := withReports(t, 6)
	var ids []string
	for e := range a.Events(0) {
		ids = append(ids, e.ID)
	}
	now := func() time.Time { return t0 }
	s := &recorder{answer: func(e archive.Event) error {
		switch e.Sequence {
		case 2:
			return errors.New("later")
		case 3:
			return ErrPermanent
		}
		return nil
	}}
	r, err := NewRelay(a, map[string]Sink{"s": s}, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name               string
		gone               []string
		cursor             uint64
		waiting, dead, new int
	}{
		{"nothing is gone", nil, 6, 1, 1, 0},
		{"an event before the cursor is gone", ids[:1], 5, 1, 1, 0},
		{"one that waits is gone", ids[1:2], 5, 0, 1, 0},
		{"one that is dead is gone", ids[2:3], 5, 1, 0, 0},
		{"the event of the cursor is gone: all come again", ids[5:], 0, 1, 1, 5},
	} {
		gone := map[string]bool{}
		for _, id := range c.gone {
			gone[id] = true
		}
		store := renumbered{a, gone}
		st, err := LoadState(store, "s")
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		for range store.Events(st.Cursor) {
			left++
		}
		if st.Cursor != c.cursor || len(st.Retry) != c.waiting || len(st.Dead) != c.dead || left != c.new {
			t.Errorf("%s: cursor %d, %d wait, %d dead, %d to deliver: want %+v", c.name, st.Cursor, len(st.Retry), len(st.Dead), left, c)
		}
		for _, p := range append(st.Retry, st.Dead...) {
			if e, err := store.Event(p.Sequence); err != nil || e.ID != p.ID {
				t.Errorf("%s: %d is no longer %s", c.name, p.Sequence, p.ID)
			}
		}
	}
	// A state as earlier versions kept it: without ids, with its items in it.
	e3, err := a.Event(3)
	if err != nil {
		t.Fatal(err)
	}
	old := State{Cursor: 4, Delivered: 3, Dead: []Parked{{Sequence: 3, ID: e3.ID, Tries: 1}}}
	if err := a.PutSinkState("old", old); err != nil {
		t.Fatal(err)
	}
	st, err := ChangeState(a, "old", Revive(3, t0))
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadState(a, "old")
	if err != nil {
		t.Fatal(err)
	}
	if st.CursorID != ids[3] || len(again.Retry) != 1 || len(again.Dead) != 0 || again.Retry[0].ID != e3.ID || again.Cursor != 4 {
		t.Errorf("an old state: %+v, then %+v", st, again)
	}
	if err := a.PutSinkState("beyond", State{Cursor: 53}); err != nil {
		t.Fatal(err)
	}
	if st, err := LoadState(a, "beyond"); err != nil || st.Cursor != 0 {
		t.Errorf("a cursor beyond the last event: %+v %v", st, err)
	}
	if st, err := ChangeState(a, "s", Replay(2)); err != nil || st.CursorID != ids[1] || st.Cursor != 2 {
		t.Errorf("replay: %+v %v", st, err)
	}
}

// TestItemsAreRows keeps an item that waits once, however many deliveries follow.
func TestItemsAreRows(t *testing.T) {
	a := withReports(t, 4)
	s := &recorder{answer: func(e archive.Event) error {
		if e.Sequence == 1 {
			return errors.New(strings.Repeat("long ", 100))
		}
		return nil
	}}
	r := relay(t, a, func() time.Time { return t0 }, map[string]Sink{"s": s})
	if err := r.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	var row map[string]any
	if err := a.SinkState("s", &row); err != nil {
		t.Fatal(err)
	}
	items, err := a.SinkItems("s")
	if err != nil || len(items) != 1 || row["retry"] != nil || row["cursor"] != 4.0 {
		t.Errorf("%d items, row %v: %v", len(items), row, err)
	}
	if _, err := ChangeState(a, "s", Skip(1)); err != nil {
		t.Fatal(err)
	}
	if items, err = a.SinkItems("s"); err != nil || len(items) != 0 {
		t.Errorf("%d items after skip: %v", len(items), err)
	}
}

func oneExec(t *testing.T, a *archive.Archive, c SinkConfig) error {
	t.Helper()
	sinks, err := Sinks([]SinkConfig{c}, a, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Event(1)
	if err != nil {
		t.Fatal(err)
	}
	return sinks[c.Name].Deliver(context.Background(), e)
}

func TestExecIsBounded(t *testing.T) {
	a := withReports(t, 1)
	dir := t.TempDir()
	began := time.Now()
	err := oneExec(t, a, SinkConfig{Name: "yes", Type: "exec", Command: []string{script(t, "exec yes")}, Timeout: 30 * time.Second})
	if !errors.Is(err, errOutput) || !errors.Is(err, ErrPermanent) {
		t.Errorf("endless output: %v", err)
	}
	err = oneExec(t, a, SinkConfig{Name: "chatty", Type: "exec", Command: []string{script(t, "yes | head -c 300000 >&2; exit 75")}, Timeout: 30 * time.Second})
	if err == nil || errors.Is(err, ErrPermanent) || len(err.Error()) > mostMessages+200 {
		t.Errorf("long messages: %d octets: %.80v", len(fmt.Sprint(err)), err)
	}
	// One that ignores signals, has a child that holds its output, and takes too long.
	pids := filepath.Join(dir, "pids")
	err = oneExec(t, a, SinkConfig{Name: "stays", Type: "exec", Command: []string{script(t, `trap "" TERM INT; sleep 600 & echo $! $$ > `+pids+`; wait`)}, Timeout: 300 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("too slow: %v", err)
	}
	allGone(t, pids)
	// One that ends well and leaves a child behind, which holds its output open.
	err = oneExec(t, a, SinkConfig{Name: "leaves", Type: "exec", Command: []string{script(t, `sleep 600 & echo $! > `+pids+`; exit 0`)}, Timeout: 30 * time.Second})
	if err != nil {
		t.Errorf("a child left behind: %v", err)
	}
	allGone(t, pids)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("all that took %s", took)
	}
}

// allGone fails when a process whose id stands in a file still runs.
func allGone(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range strings.Fields(string(data)) {
		pid, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		runs := func() bool {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			return !strings.Contains(string(stat), ") Z ") && (err == nil || !os.IsNotExist(err)) && syscall.Kill(pid, 0) == nil
		}
		for n := 0; runs(); n++ { // it was told to end, and takes a moment
			if n == 400 {
				t.Errorf("process %d still runs", pid)
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func TestExecEnvironment(t *testing.T) {
	a := withReports(t, 1)
	t.Setenv("NIANBAO_SECRET", "s3cret")
	t.Setenv("NIANBAO_LISTED", "listed")
	out := filepath.Join(t.TempDir(), "env")
	if err := oneExec(t, a, SinkConfig{Name: "env", Type: "exec", Command: []string{script(t, "env > "+out)}, Env: []string{"NIANBAO_LISTED", "OWN=value"}}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{"secret": strings.Contains(string(data), "s3cret"), "listed": strings.Contains(string(data), "NIANBAO_LISTED=listed"),
		"own": strings.Contains(string(data), "OWN=value"), "path": strings.Contains(string(data), "PATH=")}
	if d := cmp.Diff(map[string]bool{"secret": false, "listed": true, "own": true, "path": true}, got); d != "" {
		t.Error(d)
	}
	if _, err := Sinks([]SinkConfig{{Name: "x", Type: "exec", Command: []string{"true"}, Env: []string{"NIANBAO_NOT_SET"}}}, a, nil); err == nil || !strings.Contains(err.Error(), "NIANBAO_NOT_SET") {
		t.Errorf("a variable that is not set: %v", err)
	}
}
