package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var quick = Options{fast: true, GroupDelay: time.Millisecond, SegmentSize: 4000}

// filled is a closed archive with captures, reports, events and a sink.
func filled(t testing.TB, opt Options) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	a := must[*Archive](t)(Open(dir, opt))
	for i := range 12 {
		must[Capture](t)(a.Append(context.Background(), made(fmt.Sprintf("http://a.test/%d", i%7), fmt.Sprintf("页 %d", i%5), t0.Add(time.Duration(i)*time.Minute)), Provenance{Portal: "永宁县"}))
		o := seen(fmt.Sprintf("http://a.test/%d", i%4), fmt.Sprintf("文 %d", i), float64(i), t0.Add(time.Duration(i)*time.Minute))
		o.Publisher.Name = fmt.Sprintf("永宁县第%d局", i%4)
		must[[]Event](t)(a.PutReport(context.Background(), o))
	}
	e := must[Event](t)(a.Event(3))
	if err := a.PutSinkState("s", map[string]any{"cursor": 3, "cursor_id": e.ID, "delivered": 3}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// files of an archive that hold something.
func contents(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		data, err := os.ReadFile(path)
		if len(data) > 0 && name != verifyFile {
			out[name] = data
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func restore(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		putFile(t, filepath.Join(dir, name), data)
	}
}

func putFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); err == nil {
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVerifySound(t *testing.T) {
	dir := filled(t, quick)
	out, err := Verify(t.Context(), dir, quick, VerifyOptions{})
	if err != nil || out.Segments < 4 || out.Records < 24 || out.Captures != 12 || out.Leaves != 24 || out.Signed != 24 || out.Reports != 4 || len(out.Findings) != 0 {
		t.Fatalf("%v: %+v", err, out)
	}
	again, err := Verify(t.Context(), dir, quick, VerifyOptions{Quick: true})
	if err != nil || again.Segments != 0 || again.Skipped != out.Segments {
		t.Errorf("quick: %v: %+v", err, again)
	}
}

// TestVerifyFindsEveryOctet changes one octet of any file, and removes files: nothing of it passes.
func TestVerifyFindsEveryOctet(t *testing.T) {
	dir := filled(t, quick)
	files := contents(t, dir)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	rng := rand.New(rand.NewPCG(5, 6))
	tries := 120
	if testing.Short() {
		tries = 40
	}
	for n := range tries {
		name := names[n%len(names)]
		bad := slices.Clone(files[name])
		at := rng.IntN(len(bad))
		bad[at] ^= 1 << rng.IntN(8)
		putFile(t, filepath.Join(dir, name), bad)
		if out, err := Verify(t.Context(), dir, quick, VerifyOptions{}); err == nil {
			t.Errorf("%s: octet %d of %d passes: %+v", name, at, len(bad), out.Notes)
		}
		putFile(t, filepath.Join(dir, name), files[name])
	}
	for _, name := range names {
		if name == sumFile || name == "log/key" { // without the first there is less to compare with; the second may lie elsewhere
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(t.Context(), dir, quick, VerifyOptions{}); err == nil {
			t.Errorf("%s is missing and nothing is said", name)
		}
		putFile(t, filepath.Join(dir, name), files[name])
	}
	if out, err := Verify(t.Context(), dir, quick, VerifyOptions{}); err != nil {
		t.Errorf("as it was: %v %+v", err, out)
	}
}

func TestVerifyRepairs(t *testing.T) {
	dir := filled(t, quick)
	files := contents(t, dir)
	copied := filepath.Join(t.TempDir(), "copy")
	restore(t, copied, files)
	var segs []string
	for name := range files {
		if strings.HasSuffix(name, ".warc.gz") {
			segs = append(segs, name)
		}
	}
	slices.Sort(segs)
	if err := os.Remove(filepath.Join(dir, segs[0])); err != nil {
		t.Fatal(err)
	}
	bad := slices.Clone(files[segs[2]])
	bad[len(bad)/2] ^= 4
	putFile(t, filepath.Join(dir, segs[2]), bad)
	out, err := Verify(t.Context(), dir, quick, VerifyOptions{})
	if !errors.Is(err, ErrUnsound) || !slices.ContainsFunc(out.Findings, func(f Finding) bool { return f.Key == "segment "+segs[0] && f.Loss && len(f.Reports) > 0 }) {
		t.Fatalf("%v: %+v", err, out.Findings)
	}
	if _, err := Verify(t.Context(), dir, quick, VerifyOptions{RepairFrom: t.TempDir()}); !errors.Is(err, ErrUnsound) {
		t.Errorf("an empty copy mends: %v", err)
	}
	out, err = Verify(t.Context(), dir, quick, VerifyOptions{RepairFrom: copied})
	if err != nil || len(out.Repaired) != 2 {
		t.Fatalf("%v: %+v", err, out)
	}
	for _, name := range []string{segs[0], segs[2]} {
		if got := must[[]byte](t)(os.ReadFile(filepath.Join(dir, name))); string(got) != string(files[name]) {
			t.Errorf("%s is not as it was", name)
		}
	}
	if _, err := Verify(t.Context(), dir, quick, VerifyOptions{}); err != nil {
		t.Error(err)
	}
}

func TestVerifyStopsAndGoesOn(t *testing.T) {
	dir := filled(t, quick)
	ctx, stop := context.WithCancel(t.Context())
	_, err := Verify(ctx, dir, quick, VerifyOptions{Progress: func(_ string, done, _ int) {
		if done == 2 {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped: %v", err)
	}
	out, err := Verify(t.Context(), dir, quick, VerifyOptions{Resume: true})
	if err != nil || out.Skipped != 2 {
		t.Errorf("resumed: %v %+v", err, out)
	}
	out, err = Verify(t.Context(), dir, quick, VerifyOptions{Resume: true, Rate: 1 << 30})
	if err != nil || out.Skipped != 0 {
		t.Errorf("a finished run is not resumed: %v %+v", err, out)
	}
	a := must[*Archive](t)(Open(dir, quick))
	if _, err := Verify(t.Context(), dir, quick, VerifyOptions{}); !errors.Is(err, ErrLocked) {
		t.Errorf("beside a writer: %v", err)
	}
	a.Close()
}
