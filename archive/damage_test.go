package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answers are what an archive says when all of it is asked for.
func answers(a *Archive) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	for h, err := range a.Heads(Filter{}) {
		if err != nil {
			return "", err
		}
		if err := enc.Encode(h); err != nil {
			return "", err
		}
	}
	for r, err := range a.Reports(Filter{}) {
		if err != nil {
			return "", err
		}
		one, err := a.Report(r.ID, true)
		if err != nil {
			return "", err
		}
		versions, err := a.Versions(r.ID)
		if err != nil {
			return "", err
		}
		if err := enc.Encode([]any{r, one, versions}); err != nil {
			return "", err
		}
	}
	for e, err := range a.Events(0) {
		if err != nil {
			return "", err
		}
		if err := enc.Encode(e); err != nil {
			return "", err
		}
	}
	for i := range 7 {
		cs, err := a.Captures(fmt.Sprintf("http://a.test/%d", i))
		if err != nil {
			return "", err
		}
		for _, c := range cs {
			p, err := a.Payload(c.SHA256)
			if err != nil {
				return "", err
			}
			if err := enc.Encode([]any{c, string(p)}); err != nil {
				return "", err
			}
		}
	}
	var st map[string]any
	if err := a.SinkState("s", &st); err != nil {
		return "", err
	}
	return b.String() + fmt.Sprint(st), nil
}

func ask(dir string) (string, error) {
	a, err := OpenReader(dir, quick)
	if err != nil {
		return "", err
	}
	defer a.Close()
	return answers(a)
}

// TestIndexFlipsAreNeverSilent flips a bit of the index: what is read is right, or it is an error that says what to do; a
// rebuild mends it, with the hand-off state that was in it.
func TestIndexFlipsAreNeverSilent(t *testing.T) {
	dir := filled(t, quick)
	want := must[string](t)(ask(dir))
	index := filepath.Join(dir, indexFile)
	sound := must[[]byte](t)(os.ReadFile(index))
	used := sound[:min(len(sound), 200<<10)]
	rng := rand.New(rand.NewPCG(7, 8))
	noticed := 0
	for n := range 200 {
		at := rng.IntN(len(used))
		if n%2 == 0 {
			at = at&^4095 + rng.IntN(400)
		}
		bad := slices.Clone(sound)
		bad[at] ^= 1 << rng.IntN(8)
		putFile(t, index, bad)
		got, err := ask(dir)
		switch {
		case err != nil:
			noticed++
			if !errors.Is(err, ErrIndex) && !errors.Is(err, ErrOldIndex) {
				t.Errorf("octet %d: %v", at, err)
			}
			if n%10 == 0 {
				r, err := Rebuild(dir, quick, false)
				if err != nil || !r.Done {
					t.Errorf("octet %d: rebuild: %v %+v", at, err, r)
				}
				if got, err := ask(dir); err != nil || got != want {
					t.Errorf("octet %d: after the rebuild: %v\n%s", at, err, cmp.Diff(want, got))
				}
			}
		case got != want:
			t.Errorf("octet %d: another answer in silence:\n%s", at, cmp.Diff(want, got))
		}
	}
	if noticed < 8 {
		t.Errorf("%d of 200 flips noticed", noticed)
	}
}

func TestRebuildWithoutWhatTheIndexSays(t *testing.T) {
	dir := filled(t, quick)
	want := must[string](t)(ask(dir))
	files := contents(t, dir)
	garbage := bytes.Repeat([]byte("no database "), 5000)
	noRoot := slices.Clone(files[indexFile])
	clear(noRoot[:2*4096])
	for _, c := range []struct {
		name  string
		spoil func()
		sinks bool // hand-off state survives
	}{
		{"an index of garbage", func() { putFile(t, filepath.Join(dir, indexFile), garbage) }, false},
		{"an empty index", func() { putFile(t, filepath.Join(dir, indexFile), nil) }, false},
		{"no index", func() { os.Remove(filepath.Join(dir, indexFile)) }, false},
		{"an index without its meta pages", func() { putFile(t, filepath.Join(dir, indexFile), noRoot) }, true},
		{"an empty mark", func() { putFile(t, filepath.Join(dir, markFile), nil) }, true},
		{"half a mark", func() { putFile(t, filepath.Join(dir, markFile), []byte(format[:7])) }, true},
		{"no mark", func() { os.Remove(filepath.Join(dir, markFile)) }, true},
		{"no manifest", func() { os.Remove(filepath.Join(dir, manifestFile)) }, true},
	} {
		restore(t, dir, files)
		c.spoil()
		if r, err := Rebuild(dir, quick, false); err != nil || !r.Done {
			t.Errorf("%s: %v %+v", c.name, err, r)
			continue
		}
		got, err := ask(dir)
		expect := want
		if !c.sinks {
			expect = want[:strings.LastIndex(want, "map[")] + "map[]"
		}
		if err != nil || got != expect {
			t.Errorf("%s: %v\n%s", c.name, err, cmp.Diff(expect, got))
		}
		if out, err := Verify(t.Context(), dir, quick, VerifyOptions{}); err != nil {
			t.Errorf("%s: verify: %v %+v", c.name, err, out.Findings)
		}
	}
	restore(t, dir, files)
	putFile(t, filepath.Join(dir, markFile), []byte("something else"))
	if _, err := Rebuild(dir, quick, true); !errors.Is(err, ErrNotArchive) {
		t.Errorf("a foreign mark: %v", err)
	}
}

// TestMissingSegmentsAreNoticed takes segments away, one by one: every way in says so, a rebuild refuses, the old index
// stays, and a forced rebuild keeps it.
func TestMissingSegmentsAreNoticed(t *testing.T) {
	dir := filled(t, quick)
	want := must[string](t)(ask(dir))
	files := contents(t, dir)
	for name := range files {
		if !strings.HasSuffix(name, ".warc.gz") {
			continue
		}
		restore(t, dir, files)
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenExisting(dir, quick); !errors.Is(err, ErrSegments) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: open: %v", name, err)
		}
		a := must[*Archive](t)(OpenReader(dir, quick))
		if !slices.ContainsFunc(a.Recovered, func(s string) bool { return strings.Contains(s, name) }) {
			t.Errorf("%s: a reader says nothing: %v", name, a.Recovered)
		}
		a.Close()
		r, err := Rebuild(dir, quick, false)
		if !errors.Is(err, ErrLoss) || r.Done || !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Loss }) {
			t.Errorf("%s: rebuild: %v %+v", name, err, r)
		}
		if got := must[[]byte](t)(os.ReadFile(filepath.Join(dir, indexFile))); !bytes.Equal(got, files[indexFile]) {
			t.Errorf("%s: the old index was touched", name)
		}
		if _, err := os.Stat(filepath.Join(dir, newIndex)); err == nil {
			t.Errorf("%s: a half-made index is left", name)
		}
		os.Remove(filepath.Join(dir, indexFile))
		if _, err := OpenExisting(dir, quick); !errors.Is(err, ErrSegments) && strings.Contains(name, "00000001") {
			t.Errorf("%s: open without an index: %v", name, err)
		}
		os.RemoveAll(filepath.Join(dir, indexFile))
		putFile(t, filepath.Join(dir, indexFile), files[indexFile])
		if r, err = Rebuild(dir, quick, true); err != nil || !r.Done || r.Kept == "" {
			t.Errorf("%s: forced: %v %+v", name, err, r)
			continue
		}
		if kept := must[[]byte](t)(os.ReadFile(r.Kept)); !bytes.Equal(kept, files[indexFile]) {
			t.Errorf("%s: the old index is not kept as it was", name)
		}
		a = must[*Archive](t)(OpenExisting(dir, quick))
		c := must[Capture](t)(a.Append(context.Background(), made("http://b.test/new", "新", t0), Provenance{}))
		a.Close()
		if r, err = Rebuild(dir, quick, false); err != nil {
			t.Errorf("%s: a loss that was accepted is asked for again: %v %+v", name, err, r.Findings)
		}
		a = must[*Archive](t)(OpenExisting(dir, quick))
		if _, err := a.Capture(c.ID); err != nil {
			t.Errorf("%s: what was archived since: %v", name, err)
		}
		a.Close()
	}
	restore(t, dir, files)
	if got := must[string](t)(ask(dir)); got != want {
		t.Error("the copy is not as it was")
	}
}

// TestForeignFilesAreLeftAlone puts copies, strangers and folders beside the segments.
func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := filled(t, quick)
	want := must[string](t)(ask(dir))
	files := contents(t, dir)
	var seg string
	for name := range files {
		if strings.HasPrefix(name, "reports/") && strings.Contains(name, "00000001") {
			seg = name
		}
	}
	strange := map[string][]byte{
		"warc/copy of a segment.warc.gz":                          files[seg],
		"reports/copy.warc.gz":                                    files[seg],
		"reports/nianbao-reports-00000001-20200101000000.warc.gz": files[seg],
		"reports/nianbao-reports-00000099-20200101000000.warc.gz": files[seg],
		"warc/notes.txt":                                          []byte("mine"),
		"warc/foreign.warc.gz":                                    []byte("not even gzip"),
		"warc/folder.warc.gz/x":                                   []byte("in a folder"),
	}
	for name, data := range strange {
		putFile(t, filepath.Join(dir, name), data)
	}
	if err := os.Symlink(filepath.Join(dir, seg), filepath.Join(dir, "warc", "nianbao-warc-00000050-20200101000000.warc.gz")); err != nil {
		t.Fatal(err)
	}
	a := must[*Archive](t)(OpenExisting(dir, quick))
	must[Capture](t)(a.Append(context.Background(), made("http://b.test/new", "新", t0), Provenance{}))
	a.Close()
	if r, err := Rebuild(dir, quick, false); err != nil || r.Events != 12 {
		t.Errorf("rebuild: %v %+v", err, r)
	}
	if got := must[string](t)(ask(dir)); got != want {
		t.Errorf("another answer:\n%s", cmp.Diff(want, got))
	}
	for name, data := range strange {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s was touched: %v", name, err)
		}
	}
}

// TestOrderDoesNotDependOnTheClock sets the clock back between two runs: the newest version stays the newest.
func TestOrderDoesNotDependOnTheClock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for i := range 4 {
		opt := quick
		opt.Now = func() time.Time { return now.AddDate(0, -i, 0) }
		a := must[*Archive](t)(Open(dir, opt))
		must[[]Event](t)(a.PutReport(context.Background(), seen("http://a.test/nb.html", fmt.Sprintf("文 %d", i), float64(i), now.AddDate(0, -i, 0))))
		a.Close()
	}
	want := must[string](t)(ask(dir))
	if !strings.Contains(want, `"text":"文 3"`) {
		t.Fatal("the newest text is not the last one")
	}
	os.Remove(filepath.Join(dir, indexFile))
	must[*Rebuilt](t)(Rebuild(dir, quick, false))
	if got := must[string](t)(ask(dir)); got != want {
		t.Errorf("another order:\n%s", cmp.Diff(want, got))
	}
}

// TestNothingChangesWithoutTheLock tries everything beside a writer.
func TestNothingChangesWithoutTheLock(t *testing.T) {
	dir := filled(t, quick)
	want := must[string](t)(ask(dir))
	w := must[*Archive](t)(Open(dir, quick))
	before := contents(t, dir)
	for name, try := range map[string]func() error{
		"open":    func() error { _, err := Open(dir, quick); return err },
		"rebuild": func() error { _, err := Rebuild(dir, quick, true); return err },
		"compact": func() error { _, err := Compact(dir, quick); return err },
		"repair":  func() error { _, err := Verify(t.Context(), dir, quick, VerifyOptions{RepairFrom: dir}); return err },
	} {
		if err := try(); !errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 3 {
		a := must[*Archive](t)(OpenReading(dir, quick))
		if got, err := answers(a); err != nil || got != want {
			t.Errorf("a reader beside a writer: %v", err)
		}
		if _, err := a.Append(context.Background(), made("http://a.test/", "x", t0), Provenance{}); !errors.Is(err, ErrReadOnly) {
			t.Errorf("a reader writes: %v", err)
		}
		if err := errors.Join(a.PutSinkState("s", 1), a.PutResult(Result{Body: []byte("1")})); !errors.Is(err, ErrReadOnly) {
			t.Errorf("a reader writes: %v", err)
		}
		a.Close()
	}
	if d := cmp.Diff(before, contents(t, dir)); d != "" {
		t.Errorf("something was changed: %s", d)
	}
	w.Close()
}

// TestReadersBesideAWriter reads while captures and reports are added.
func TestReadersBesideAWriter(t *testing.T) {
	dir := filled(t, quick)
	w := must[*Archive](t)(Open(dir, quick))
	done := make(chan error, 1)
	go func() {
		for i := range 60 {
			_, err := w.Append(context.Background(), made(fmt.Sprintf("http://c.test/%d", i), "x", t0), Provenance{})
			if err == nil {
				o := seen("http://c.test/nb", fmt.Sprintf("文 c%d", i), float64(i), t0)
				o.Publisher.Name = fmt.Sprintf("丙县第%d局", i)
				_, err = w.PutReport(context.Background(), o)
			}
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	last, rounds := 0, 0
	for running := true; running; rounds++ {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
		a := must[*Archive](t)(OpenReading(dir, quick))
		n := 0
		for _, err := range a.Reports(Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		for _, err := range a.Events(0) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if n < last {
			t.Errorf("%d reports, then %d", last, n)
		}
		last = n
		a.Close()
	}
	if last != 64 || rounds < 2 {
		t.Errorf("%d reports in %d rounds", last, rounds)
	}
	w.Close()
}

// TestTornGroups cuts both streams behind the committed lengths at every pair of some places: what was acknowledged is
// there, what lies whole and without a gap comes back, and a rebuild says the same as the recovered index.
func TestTornGroups(t *testing.T) {
	ctx := context.Background()
	opt := Options{fast: true, GroupDelay: time.Millisecond}
	dir := filepath.Join(t.TempDir(), "a")
	a := must[*Archive](t)(Open(dir, opt))
	must[Capture](t)(a.Append(ctx, made("http://a.test/0", "acked", t0), Provenance{}))
	must[[]Event](t)(a.PutReport(ctx, seen("http://a.test/0", "文 0", 0, t0)))
	index := must[[]byte](t)(os.ReadFile(filepath.Join(dir, indexFile)))
	w0, r0 := a.warc.open.length, a.report.open.length
	for i := 1; i < 4; i++ {
		must[Capture](t)(a.Append(ctx, made(fmt.Sprintf("http://a.test/%d", i), fmt.Sprint("later ", i), t0), Provenance{}))
		must[[]Event](t)(a.PutReport(ctx, seen("http://a.test/0", fmt.Sprintf("文 %d", i), float64(i), t0)))
	}
	warcName, reportName := filepath.Join(dir, "warc", a.warc.open.row.Name), filepath.Join(dir, "reports", a.report.open.row.Name)
	a.Close()
	warcs, reports := must[[]byte](t)(os.ReadFile(warcName)), must[[]byte](t)(os.ReadFile(reportName))
	cuts := func(from, to int64, n int) (out []int64) {
		for i := range n {
			out = append(out, from+(to-from)*int64(i)/int64(n-1))
		}
		return out
	}
	for _, w := range cuts(w0, int64(len(warcs)), 9) {
		for _, r := range cuts(r0, int64(len(reports)), 9) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			putFile(t, filepath.Join(dir, indexFile), index)
			putFile(t, warcName, warcs[:w])
			putFile(t, reportName, reports[:r])
			a, err := Open(dir, opt) // the mark is missing, too
			if err != nil {
				t.Fatalf("%d/%d: %v", w, r, err)
			}
			if got := must[[]byte](t)(a.Payload(Sum([]byte("acked")))); string(got) != "acked" {
				t.Errorf("%d/%d: %q", w, r, got)
			}
			if w == int64(len(warcs)) && r == int64(len(reports)) && a.Sequence() != 4 {
				t.Errorf("%d events of 4 rolled forward", a.Sequence())
			}
			must[Capture](t)(a.Append(ctx, made("http://a.test/new", "new", t0), Provenance{}))
			a.Close()
			if out, err := Verify(ctx, dir, opt, VerifyOptions{}); err != nil {
				t.Fatalf("%d/%d: %v %+v", w, r, err, out.Findings)
			}
		}
	}
}

func TestDiskErrorsAreNoDamage(t *testing.T) {
	for _, c := range []struct{ err, is error }{{os.ErrPermission, ErrReadOnly}, {errors.New("x"), nil}} {
		got := diskError(fmt.Errorf("open: %w", c.err))
		if c.is != nil && !errors.Is(got, c.is) || errors.Is(got, ErrIndex) {
			t.Errorf("%v became %v", c.err, got)
		}
	}
	dir := filled(t, quick)
	if os.Geteuid() == 0 {
		t.Skip("the superuser may do everything")
	}
	want := must[string](t)(ask(dir))
	for _, sub := range []string{"", "warc", "reports", "quarantine", "log"} {
		if err := os.Chmod(filepath.Join(dir, sub), 0o500); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(filepath.Join(dir, sub), 0o700)
	}
	a := must[*Archive](t)(OpenReading(dir, quick))
	if got, err := answers(a); err != nil || got != want {
		t.Errorf("a read-only archive: %v", err)
	}
	a.Close()
}
