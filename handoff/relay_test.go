package handoff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/internal/compose"
	"nianbao/report"
)

var t0 = time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)

// withReports is an archive with n found reports, so with the events 1 to n.
func withReports(t *testing.T, n int) *archive.Archive {
	t.Helper()
	a, err := archive.Open(t.TempDir(), archive.Options{GroupDelay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	for i := range n {
		text := fmt.Sprintf("报告 %d", i)
		u := fmt.Sprintf("http://a.test/%d.html", i)
		o := archive.Observation{At: t0, URL: u, Publisher: archive.Publisher{Name: fmt.Sprintf("永宁县第%d局", i), Code: "990101"}, Year: 2023, Title: text,
			Source: archive.Source{URL: u, Role: "page", CapturedAt: t0}, TextSHA256: archive.Sum([]byte(text)), Text: text, Parser: report.Version}
		if _, err := a.PutReport(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// recorder is a sink that notes what it gets and answers as it is told.
type recorder struct {
	mu     sync.Mutex
	got    []uint64
	ids    map[uint64]string
	answer func(archive.Event) error
}

func (r *recorder) Deliver(_ context.Context, e archive.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, e.Sequence)
	if r.ids == nil {
		r.ids = map[uint64]string{}
	}
	if id, ok := r.ids[e.Sequence]; ok && id != e.ID {
		return fmt.Errorf("%w: event %d came under the ids %s and %s", ErrPermanent, e.Sequence, id, e.ID)
	}
	r.ids[e.Sequence] = e.ID
	if r.answer == nil {
		return nil
	}
	return r.answer(e)
}

func relay(t *testing.T, a *archive.Archive, now func() time.Time, sinks map[string]Sink) *Relay {
	t.Helper()
	r, err := NewRelay(a, sinks, now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPoisonBlocksNothing(t *testing.T) {
	a := withReports(t, 5)
	now := t0
	bad := &recorder{answer: func(e archive.Event) error {
		switch e.Sequence {
		case 2:
			return fmt.Errorf("poison: %w", ErrPermanent)
		case 4:
			return errors.New("not now")
		}
		return nil
	}}
	good := &recorder{}
	r := relay(t, a, func() time.Time { return now }, map[string]Sink{"bad": bad, "good": good})
	if err := r.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]uint64{1, 2, 3, 4, 5}, bad.got); d != "" {
		t.Errorf("order: %s", d)
	}
	if d := cmp.Diff(bad.got, good.got); d != "" {
		t.Errorf("the other sink: %s", d)
	}
	st := r.States()["bad"]
	if st.Cursor != 5 || st.Delivered != 3 || len(st.Dead) != 1 || st.Dead[0].Sequence != 2 || len(st.Retry) != 1 || st.Retry[0].Sequence != 4 {
		t.Errorf("state %+v", st)
	}
	if err := r.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(bad.got) != 5 {
		t.Errorf("tried again before it was due: %v", bad.got)
	}
	// Ten tries, each later than the one before, then it is a dead letter; another relay goes on where this one stopped.
	r = relay(t, a, func() time.Time { return now }, map[string]Sink{"bad": bad})
	var waits []time.Duration
	for range mostTries {
		st := r.States()["bad"]
		if len(st.Retry) == 0 {
			break
		}
		waits = append(waits, st.Retry[0].Due.Sub(now))
		now = st.Retry[0].Due
		if err := r.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if retry, dead := r.Waiting(); retry != 0 || dead != 2 || len(waits) != mostTries-1 || waits[0] != firstRetry || waits[1] != 2*firstRetry {
		t.Errorf("retry %d, dead %d, waits %v", retry, dead, waits)
	}
}

func TestReplayReviveSkip(t *testing.T) {
	a := withReports(t, 3)
	fail := true
	s := &recorder{answer: func(e archive.Event) error {
		if fail {
			return ErrPermanent
		}
		return nil
	}}
	now := func() time.Time { return t0 }
	if err := relay(t, a, now, map[string]Sink{"s": s}).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	fail = false
	if _, err := ChangeState(a, "s", Skip(3)); err != nil {
		t.Fatal(err)
	}
	if _, err := ChangeState(a, "s", Revive(0, t0)); err != nil {
		t.Fatal(err)
	}
	s.got = nil
	if err := relay(t, a, now, map[string]Sink{"s": s}).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]uint64{1, 2}, s.got); d != "" {
		t.Errorf("revived: %s", d)
	}
	if _, err := ChangeState(a, "s", Replay(1)); err != nil {
		t.Fatal(err)
	}
	s.got = nil
	if err := relay(t, a, now, map[string]Sink{"s": s}).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]uint64{2, 3}, s.got); d != "" {
		t.Errorf("replayed: %s", d)
	}
}

// script writes an executable shell script.
func script(t *testing.T, body string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("shell scripts")
	}
	name := filepath.Join(t.TempDir(), "tool")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+body), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestExecAndSpool(t *testing.T) {
	a := withReports(t, 2)
	dir := t.TempDir()
	configs := []SinkConfig{
		{Name: "keeps", Type: "exec", Command: []string{script(t, `cat > "$1/$$.json"; echo '{"answer":42}'`), dir}, Inline: "text"},
		{Name: "later", Type: "exec", Command: []string{script(t, "echo busy >&2; exit 75")}},
		{Name: "never", Type: "exec", Command: []string{script(t, "exit 65")}},
		{Name: "hangs", Type: "exec", Command: []string{script(t, "exec sleep 60")}, Timeout: 50 * time.Millisecond},
		{Name: "absent", Type: "exec", Command: []string{filepath.Join(dir, "no such program")}},
		{Name: "box", Type: "spool", Dir: filepath.Join(dir, "box")},
	}
	sinks, err := Sinks(configs, a, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := relay(t, a, func() time.Time { return t0 }, sinks)
	if err := r.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][3]int{"keeps": {2, 0, 0}, "later": {0, 2, 0}, "never": {0, 0, 2}, "hangs": {0, 2, 0}, "absent": {0, 2, 0}, "box": {2, 0, 0}, ParserName: {2, 0, 0}} {
		st := r.States()[name]
		if got := [3]int{st.Delivered, len(st.Retry), len(st.Dead)}; got != want {
			t.Errorf("%s: delivered, retry, dead = %v, want %v: %+v", name, got, want, st.Retry)
		}
	}
	if e := r.States()["later"].Retry[0].Error; !strings.Contains(e, "busy") {
		t.Errorf("what the program said is lost: %s", e)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) != 2 {
		t.Fatalf("events on standard input: %v", files)
	}
	var got struct {
		SpecVersion string `json:"specversion"`
		Record      struct{ Text string }
	}
	data, err := os.ReadFile(files[0])
	if err == nil {
		err = json.Unmarshal(data, &got)
	}
	if err != nil || got.SpecVersion != "1.0" || !strings.HasPrefix(got.Record.Text, "报告 ") {
		t.Errorf("event %s: %v", data, err)
	}
	spooled, _ := filepath.Glob(filepath.Join(dir, "box", "new", "*.json"))
	left, _ := filepath.Glob(filepath.Join(dir, "box", "tmp", "*"))
	if len(spooled) != 2 || len(left) != 0 {
		t.Errorf("spool %v, unfinished %v", spooled, left)
	}
	results, err := a.Results(archive.Sum([]byte("报告 0")))
	if err != nil || len(results) != 1 || string(results[0].Body) != `{"answer":42}` {
		t.Errorf("results %v: %v", results, err)
	}
}

// TestParserBringsUpToDate replays a report that an older parser saw: its payload is read again.
func TestParserBringsUpToDate(t *testing.T) {
	a := withReports(t, 0)
	made := compose.New(3, "永宁县财政局", 2023, compose.Options{})
	text := []byte(made.Text())
	c, err := a.Append(t.Context(), exchangeOf("http://a.test/nb.txt", text), archive.Provenance{})
	if err != nil {
		t.Fatal(err)
	}
	o := archive.Observation{At: t0, URL: "http://a.test/nb.txt", Publisher: archive.Publisher{Name: made.Body, Code: "990101"}, Year: 2023, Title: made.Title,
		Source: archive.Source{URL: "http://a.test/nb.txt", Role: "page", MediaType: "text/plain", SHA256: c.SHA256, CapturedAt: t0}, TextSHA256: archive.Sum(text), Text: string(text), Parser: "older"}
	events, err := a.PutReport(t.Context(), o)
	if err != nil || len(events) != 1 {
		t.Fatalf("%v %v", events, err)
	}
	read := func(ctx context.Context, in extract.Input) (*document.Document, error) {
		return extract.Read(ctx, in, extract.Limits{})
	}
	p := &Parser{Archive: a, Read: read}
	for range 2 { // the second time there is nothing left to do
		if err := p.Deliver(t.Context(), events[0]); err != nil {
			t.Fatal(err)
		}
	}
	r, err := a.Report(events[0].Data.Report, false)
	if err != nil {
		t.Fatal(err)
	}
	var d report.Data
	if err := json.Unmarshal(r.Data, &d); err != nil {
		t.Fatal(err)
	}
	if v, ok := d.Value("t3.new.total"); !ok || v != made.Numbers["t3.new.total"] || r.Parser != report.Version {
		t.Errorf("parser %s read %v, want %v", r.Parser, v, made.Numbers["t3.new.total"])
	}
}

func TestConfigErrorsAllAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "handoff.yaml")
	if err := os.WriteFile(file, []byte("sinks:\n  - {name: a, type: exec}\n  - {name: a, type: mail}\n  - {name: b, type: spool}\n  - {name: c, type: spool, dir: x, inline: all}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := LoadConfig(file)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{":2:5: an exec sink needs command", ":3:5: unknown type \"mail\": exec, spool or parser", ":4:5: a spool sink needs dir", ":5:5: inline \"all\""} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
	}
}
