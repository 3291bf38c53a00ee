package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"nianbao/fetch/exchange"
)

var t0 = time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)

func made(url, body string, at time.Time) *exchange.Exchange {
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
	return &exchange.Exchange{Method: "GET", URL: url, Started: at, Completed: at.Add(time.Second), RemoteAddr: "192.0.2.7:80",
		RawRequest: []byte("GET / HTTP/1.1\r\n\r\n"), RawResponse: []byte(head + body), HeaderLen: len(head), Status: 200, Header: http.Header{},
		Payload: []byte(body), MediaType: "text/html", Outcome: exchange.OK}
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func seen(url, text string, n float64, at time.Time) Observation {
	data, _ := json.Marshal(map[string]any{"t3": map[string]any{"new": map[string]float64{"total": n}}})
	return Observation{At: at, URL: url, Publisher: Publisher{Name: "永宁县财政局", Code: "990101"}, Year: 2023, Title: "永宁县财政局2023年政府信息公开工作年度报告",
		PublishedAt: "2024-01-18", Source: Source{URL: url, Role: "page", SHA256: Sum([]byte(text)), CapturedAt: at}, TextSHA256: Sum([]byte(text)), Text: text, Cells: 1, Data: data, Parser: "1"}
}

func TestCapturesAndPayloads(t *testing.T) {
	ctx := context.Background()
	a := must[*Archive](t)(Open(t.TempDir(), Options{}))
	defer a.Close()
	c1 := must[Capture](t)(a.Append(ctx, made("http://a.test/1", "年报一", t0), Provenance{Portal: "永宁县"}))
	c2 := must[Capture](t)(a.Append(ctx, made("http://a.test/1", "年报一", t0.Add(time.Hour)), Provenance{}))
	c3 := must[Capture](t)(a.Append(ctx, &exchange.Exchange{Method: "GET", URL: "http://b.test/", Started: t0, Outcome: exchange.DNS, Err: errors.New("no such host")}, Provenance{}))
	if c1.Revisit || !c2.Revisit || c1.SHA256 != c2.SHA256 || c3.Outcome != exchange.DNS {
		t.Errorf("captures %+v %+v %+v", c1, c2, c3)
	}
	if got := must[[]byte](t)(a.Payload(c2.SHA256)); string(got) != "年报一" {
		t.Errorf("payload %q", got)
	}
	if got, ok := a.Latest("http://a.test/1"); !ok || got.ID != c2.ID {
		t.Errorf("latest %+v", got)
	}
	if got := must[[]Capture](t)(a.Captures("http://a.test/1")); len(got) != 2 || got[0].ID != c1.ID {
		t.Errorf("captures %+v", got)
	}
}

func TestReportsVersionsEvents(t *testing.T) {
	ctx := context.Background()
	a := must[*Archive](t)(Open(t.TempDir(), Options{RemovalConfirmations: 2}))
	defer a.Close()
	put := func(o Observation) []string {
		t.Helper()
		var types []string
		for _, e := range must[[]Event](t)(a.PutReport(ctx, o)) {
			types = append(types, e.Type)
		}
		return types
	}
	u := "http://a.test/nb.html"
	steps := []struct {
		name string
		got  []string
		want []string
	}{
		{"found", put(seen(u, "一", 1, t0)), []string{TypeFound}},
		{"again", put(seen(u, "一", 1, t0.Add(time.Hour))), nil},
		{"edited", put(seen(u, "二", 2, t0.Add(2*time.Hour))), []string{TypeChanged}},
	}
	for _, s := range steps {
		if d := cmp.Diff(s.want, s.got); d != "" {
			t.Errorf("%s: %s", s.name, d)
		}
	}
	file := seen("http://a.test/nb.pdf", "二 的附件", 2, t0.Add(3*time.Hour))
	file.URL, file.Source.Role = u, "attachment"
	if got := put(file); got != nil {
		t.Errorf("a second source is no event: %v", got)
	}
	id := ReportID(file.Publisher, 2023, "annual")
	r := must[Report](t)(a.Report(id, true))
	if r.Version != 2 || len(r.Sources) != 2 || r.Text != "二" || r.Sources[0].Role != "page" {
		t.Errorf("report %+v", r)
	}
	var changed Event
	for e := range a.Events(1) {
		changed = e
	}
	if !changed.Data.Silent || len(changed.Data.Changes) != 1 || *changed.Data.Changes[0].New != 2 {
		t.Errorf("change %+v", changed.Data)
	}
	for i, want := range []int{0, 1, 0} {
		if got := must[[]Event](t)(a.PutMissing(ctx, u, exchange.NotFound, t0.Add(time.Duration(4+i)*time.Hour))); len(got) != want {
			t.Errorf("missing %d: %d events, want %d", i, len(got), want)
		}
	}
	if got := must[[]Event](t)(a.PutMissing(ctx, "http://a.test/nb.pdf", exchange.Blocked, t0)); len(got) != 0 {
		t.Errorf("blocked is not removed: %v", got)
	}
	if got := put(seen(u, "二", 2, t0.Add(9*time.Hour))); !cmp.Equal(got, []string{TypeRestored}) {
		t.Errorf("restored: %v", got)
	}
	if v := must[[]Version](t)(a.Versions(id)); len(v) != 2 {
		t.Errorf("versions %+v", v)
	}
}

// dump is the whole index but for what only the committer keeps.
func dump(t *testing.T, a *Archive) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	err := a.db.View(func(tx *bbolt.Tx) error {
		for _, b := range derived {
			m := map[string]string{}
			if err := tx.Bucket(b).ForEach(func(k, v []byte) error { m[string(k)] = string(v); return nil }); err != nil {
				return err
			}
			out[string(b)] = m
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func fill(t *testing.T, a *Archive) {
	t.Helper()
	ctx := context.Background()
	for i := range 20 {
		must[Capture](t)(a.Append(ctx, made(fmt.Sprintf("http://a.test/%d", i%7), fmt.Sprintf("页 %d", i%5), t0.Add(time.Duration(i)*time.Minute)), Provenance{Portal: "永宁县"}))
		must[[]Event](t)(a.PutReport(ctx, seen(fmt.Sprintf("http://a.test/%d", i%3), fmt.Sprintf("文 %d", i), float64(i), t0.Add(time.Duration(i)*time.Minute))))
	}
	must[[]Event](t)(a.PutMissing(ctx, "http://a.test/1", exchange.Gone, t0.Add(time.Hour)))
}

func TestRebuildIsEqual(t *testing.T) {
	dir := t.TempDir()
	a := must[*Archive](t)(Open(dir, Options{SegmentSize: 4000}))
	fill(t, a)
	if err := a.Close(); err != nil { // which ends the segments
		t.Fatal(err)
	}
	a = must[*Archive](t)(Open(dir, Options{}))
	want := dump(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	must[*Rebuilt](t)(Rebuild(dir, Options{}, false))
	a = must[*Archive](t)(Open(dir, Options{}))
	if d := cmp.Diff(want, dump(t, a)); d != "" {
		t.Errorf("rebuilt index differs: %s", d)
	}
	a.Close()
	if err := os.Remove(filepath.Join(dir, "index.db")); err != nil {
		t.Fatal(err)
	}
	a = must[*Archive](t)(OpenExisting(dir, Options{}))
	defer a.Close()
	if d := cmp.Diff(want, dump(t, a)); d != "" {
		t.Errorf("index made from nothing differs: %s", d)
	}
}

// After a crash the segments may be longer than the index knows: whole records come back, a torn one is set aside.
func TestRecoveryAtEveryTruncation(t *testing.T) {
	dir := t.TempDir()
	fast := Options{fast: true, GroupDelay: time.Millisecond}
	a := must[*Archive](t)(Open(dir, fast))
	ctx := context.Background()
	must[Capture](t)(a.Append(ctx, made("http://a.test/1", "一", t0), Provenance{}))
	index := must[[]byte](t)(readClosed(a, dir))
	a = must[*Archive](t)(Open(dir, fast))
	must[Capture](t)(a.Append(ctx, made("http://a.test/2", "二", t0.Add(time.Minute)), Provenance{}))
	a.Close()
	files := must[[]string](t)(filepath.Glob(filepath.Join(dir, "warc", "*.gz")))
	last := files[len(files)-1]
	data := must[[]byte](t)(os.ReadFile(last))
	for cut := 1; cut <= len(data); cut += 7 {
		if err := os.WriteFile(filepath.Join(dir, "index.db"), index, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(last, data[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := OpenExisting(dir, fast)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if _, ok := a.Latest("http://a.test/1"); !ok {
			t.Fatalf("cut at %d: an acknowledged capture is lost", cut)
		}
		must[Capture](t)(a.Append(ctx, made("http://a.test/3", "三", t0), Provenance{}))
		a.Close()
		for _, f := range must[[]string](t)(filepath.Glob(filepath.Join(dir, "warc", "*.gz"))) {
			if f > last {
				os.Remove(f)
			}
		}
	}
}

func readClosed(a *Archive, dir string) ([]byte, error) {
	if err := a.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "index.db"))
}

type failing struct {
	segmentFile
	left *int
}

func (f failing) Write(p []byte) (int, error) {
	if *f.left--; *f.left < 0 {
		return len(p) / 2, errors.New("no space left on device")
	}
	return f.segmentFile.Write(p)
}

func (f failing) Sync() error {
	if *f.left--; *f.left < 0 {
		return errors.New("input/output error")
	}
	return f.segmentFile.Sync()
}

// Whatever step the disk fails at, what was acknowledged is there, and nothing else is needed to go on.
func TestWriteErrorsAtEveryStep(t *testing.T) {
	ctx := context.Background()
	for step := range 40 {
		dir, left := t.TempDir(), step
		a := must[*Archive](t)(Open(dir, Options{fast: true, GroupDelay: time.Millisecond, wrap: func(f segmentFile) segmentFile { return failing{f, &left} }}))
		var acked []string
		for i := range 4 {
			u := fmt.Sprintf("http://a.test/%d", i)
			if _, err := a.Append(ctx, made(u, u, t0.Add(time.Duration(i)*time.Second)), Provenance{}); err == nil {
				acked = append(acked, u)
			}
		}
		a.Close()
		b := must[*Archive](t)(OpenExisting(dir, Options{fast: true, GroupDelay: time.Millisecond}))
		for _, u := range acked {
			c, ok := b.Latest(u)
			if !ok {
				t.Fatalf("step %d: acknowledged %s is lost", step, u)
			}
			must[[]byte](t)(b.Payload(c.SHA256))
		}
		must[Capture](t)(b.Append(ctx, made("http://a.test/after", "x", t0), Provenance{}))
		b.Close()
	}
}

func TestForeignDirectoriesAndLocks(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "photo.jpg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrNotArchive) {
		t.Errorf("foreign directory: %v", err)
	}
	if _, err := OpenExisting(filepath.Join(dir, "none"), Options{}); !errors.Is(err, ErrNotArchive) {
		t.Errorf("no directory: %v", err)
	}
	dir = t.TempDir()
	a := must[*Archive](t)(Open(dir, Options{}))
	defer a.Close()
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("second opener: %v", err)
	}
}

func BenchmarkAppend50KB(b *testing.B) {
	a := must[*Archive](b)(Open(b.TempDir(), Options{}))
	defer a.Close()
	body := make([]byte, 50<<10)
	for i := range body {
		body[i] = byte('a' + i*7%23)
	}
	b.SetBytes(int64(len(body)))
	b.SetParallelism(64)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			ex := made(fmt.Sprintf("http://a.test/%d", i), string(body)+fmt.Sprint(time.Now().UnixNano()), time.Now())
			if _, err := a.Append(context.Background(), ex, Provenance{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestWhichSourceLeads(t *testing.T) {
	ctx := context.Background()
	page, file, second := "http://a.test/nb.html", "http://a.test/P1.pdf", "http://a.test/P2.pdf"
	// at makes an observation of a source, announced by the page when that has a digest.
	at := func(source, text string, n float64, cells int, pageSum string, h int) Observation {
		o := seen(source, text, n, t0.Add(time.Duration(h)*time.Hour))
		o.Cells = cells
		if cells == 0 {
			o.Data = nil
		}
		if pageSum != "" {
			o.URL, o.Source.Role = page, "attachment"
			o.Page = &Source{URL: page, Role: "page", SHA256: pageSum, CapturedAt: o.At}
		}
		return o
	}
	for _, c := range []struct {
		name    string
		steps   []Observation
		want    []string // types of all events
		version int
		total   float64
	}{
		{"a file completes what its page announced", []Observation{at(page, "见附件", 0, 0, "", 0), at(file, "一", 1, 1, "p", 1)}, []string{TypeFound}, 1, 1},
		{"an announcing page that changes its furniture is no edit", []Observation{at(file, "一", 1, 1, "p", 0), at(page, "见附件", 0, 0, "", 1), at(page, "请见附件", 0, 0, "", 2)}, []string{TypeFound}, 1, 1},
		{"a second file of an unchanged page says nothing new", []Observation{at(file, "一", 1, 1, "p", 0), at(second, "二", 2, 1, "p", 1)}, []string{TypeFound}, 1, 1},
		{"a file that a changed page names takes over", []Observation{at(file, "一", 1, 1, "p", 0), at(second, "二", 2, 1, "q", 1)}, []string{TypeFound, TypeChanged}, 2, 2},
		{"a changed page that names the same numbers is no edit", []Observation{at(file, "一", 1, 1, "p", 0), at(second, "一", 1, 1, "q", 1)}, []string{TypeFound}, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := must[*Archive](t)(Open(t.TempDir(), Options{}))
			defer a.Close()
			for _, o := range c.steps {
				must[[]Event](t)(a.PutReport(ctx, o))
			}
			var types []string
			for e, err := range a.Events(0) {
				if err != nil {
					t.Fatal(err)
				}
				types = append(types, e.Type)
			}
			if d := cmp.Diff(c.want, types); d != "" {
				t.Errorf("events: %s", d)
			}
			r := must[Report](t)(a.Report(ReportID(c.steps[0].Publisher, 2023, "annual"), false))
			var data struct{ T3 map[string]map[string]float64 }
			if err := json.Unmarshal(r.Data, &data); err != nil {
				t.Fatal(err)
			}
			if r.Version != c.version || data.T3["new"]["total"] != c.total {
				t.Errorf("version %d with %v, want %d with %v", r.Version, data.T3["new"]["total"], c.version, c.total)
			}
		})
	}
}

func TestMoved(t *testing.T) {
	ctx := context.Background()
	a := must[*Archive](t)(Open(t.TempDir(), Options{RemovalConfirmations: 2}))
	defer a.Close()
	was, is := "http://a.test/old.html", "http://a.test/new.html"
	must[[]Event](t)(a.PutReport(ctx, seen(was, "一", 1, t0)))
	must[[]Event](t)(a.PutReport(ctx, seen(is, "一", 1, t0.Add(time.Hour))))
	must[[]Event](t)(a.PutMissing(ctx, was, exchange.NotFound, t0.Add(2*time.Hour)))
	got := must[[]Event](t)(a.PutMissing(ctx, was, exchange.NotFound, t0.Add(3*time.Hour)))
	if len(got) != 1 || got[0].Type != TypeMoved || got[0].Source != was || got[0].Data.URL != is {
		t.Errorf("events %+v", got)
	}
	if r := must[Report](t)(a.Report(got[0].Data.Report, false)); r.URL != is || r.State != Live {
		t.Errorf("report %s %s", r.State, r.URL)
	}
}

// TestDamageInTheMiddle flips an octet of one record: a rebuild passes over that record and keeps all others.
func TestDamageInTheMiddle(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	a := must[*Archive](t)(Open(dir, Options{}))
	var hit Capture
	for i := range 9 {
		c := must[Capture](t)(a.Append(ctx, made(fmt.Sprintf("http://a.test/%d", i), fmt.Sprintf("页 %d", i), t0.Add(time.Duration(i)*time.Minute)), Provenance{}))
		if i == 4 {
			hit = c
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, filepath.FromSlash(hit.WARC.File))
	data := must[[]byte](t)(os.ReadFile(file))
	data[hit.WARC.Offset+hit.WARC.Length/2] ^= 0xff
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if r, err := Rebuild(dir, Options{}, false); !errors.Is(err, ErrLoss) || r.Lost.Captures != 1 || len(r.Findings) == 0 {
		t.Errorf("a rebuild that loses a capture: %v, %+v", err, r)
	}
	a = must[*Archive](t)(Open(dir, Options{}))
	for i := range 9 {
		if _, ok := a.Latest(fmt.Sprintf("http://a.test/%d", i)); !ok {
			t.Errorf("the old index no longer knows capture %d", i)
		}
	}
	a.Close()
	r := must[*Rebuilt](t)(Rebuild(dir, Options{}, true))
	if r.Kept == "" || !r.Done {
		t.Errorf("forced: %+v", r)
	}
	must[*Rebuilt](t)(Rebuild(dir, Options{}, false)) // the loss was accepted
	a = must[*Archive](t)(Open(dir, Options{}))
	defer a.Close()
	for i := range 9 {
		if _, ok := a.Latest(fmt.Sprintf("http://a.test/%d", i)); ok != (i != 4) {
			t.Errorf("capture %d known: %v", i, ok)
		}
	}
}

// TestUnreadableIndex gives errors that say what helps, and a rebuild that does.
func TestUnreadableIndex(t *testing.T) {
	for _, spoil := range []struct {
		name string
		with func(index string) error
	}{
		{"cut off", func(index string) error { return os.Truncate(index, 5000) }},
		{"overwritten", func(index string) error { return os.WriteFile(index, []byte("no database at all"), 0o644) }},
	} {
		dir := t.TempDir()
		a := must[*Archive](t)(Open(dir, Options{}))
		must[[]Event](t)(a.PutReport(context.Background(), seen("http://a.test/nb.html", "一", 1, t0)))
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if err := spoil.with(filepath.Join(dir, indexFile)); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenExisting(dir, Options{}); !errors.Is(err, ErrIndex) {
			t.Errorf("%s: %v", spoil.name, err)
		}
		if r, err := Rebuild(dir, Options{}, false); err != nil || r.Kept == "" {
			t.Errorf("%s: rebuild: %v %+v", spoil.name, err, r)
		}
		a = must[*Archive](t)(Open(dir, Options{}))
		if a.Sequence() != 1 {
			t.Errorf("%s: %d events after the rebuild", spoil.name, a.Sequence())
		}
		a.Close()
	}
}
