package main

import (
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive"
	"nianbao/archive/warc"
	"nianbao/internal/portaltest"
)

var kills = flag.Int("kills", 4, "how often TestKillLoop kills the crawl")

// TestKillLoop kills a crawl with signal 9 again and again, lets it go on each time, and compares what it has at the end
// with an undisturbed crawl: the same reports with the same numbers, no event under two ids, every WARC record whole, and
// no rudeness in the servers' log.
func TestKillLoop(t *testing.T) {
	const delay = 8 * time.Millisecond
	world := portaltest.New(portaltest.Options{Seed: 11, Years: []int{2019, 2021, 2023}, Noise: 12, Delay: delay})
	server, err := world.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	dir := t.TempDir()
	seeds := filepath.Join(dir, "seeds.yaml")
	if err := os.WriteFile(seeds, world.SeedsYAML(), 0o644); err != nil {
		t.Fatal(err)
	}
	start := func(into string) *exec.Cmd {
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(exe)
		cmd.Args = []string{"crawler", "crawl", "--seeds", seeds, "--archive", into, "--connect-to", server.ConnectTo(), "--delay", delay.String()}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	quiet, torn := filepath.Join(dir, "quiet"), filepath.Join(dir, "torn")
	began := time.Now()
	if err := start(quiet).Wait(); err != nil {
		t.Fatalf("undisturbed crawl: %v", err)
	}
	whole := time.Since(began)
	for n := range *kills {
		cmd := start(torn)
		time.AfterFunc(whole/time.Duration(*kills)/2+time.Duration(rand.Int64N(int64(whole)/4)), func() { _ = cmd.Process.Kill() }) // it may have ended
		if err := cmd.Wait(); err == nil {
			t.Logf("ended by itself after %d kills", n)
			break
		}
	}
	if err := start(torn).Wait(); err != nil {
		t.Fatalf("last crawl: %v", err)
	}
	want, got := reportsIn(t, quiet), reportsIn(t, torn)
	if len(want) == 0 {
		t.Fatal("the undisturbed crawl found nothing")
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("undisturbed (-) against killed (+): %s", d)
	}
	if bad := world.Judge(world.Log(), 0); len(bad) > 0 {
		t.Errorf("%d violations, first: %s", len(bad), bad[0])
	}
	readSegments(t, torn)
}

// reportsIn are the reports of an archive with their data; it fails when an event stands there twice.
func reportsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	a, err := archive.OpenExisting(dir, archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	out := map[string]string{}
	for r, err := range a.Reports(archive.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out[r.Publisher.Name+"/"+strconv.Itoa(r.Year)] = string(r.Data)
	}
	found := map[string]string{}
	for e, err := range a.Events(0) {
		if err != nil {
			t.Fatal(err)
		}
		key, err := json.Marshal([]any{e.Type, e.Data.Report, e.Data.Version, e.Data.TextSHA256})
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := found[string(key)]; twice {
			t.Errorf("one event under two ids: %s and %s", other, e.ID)
		}
		found[string(key)] = e.ID
	}
	return out
}

// readSegments reads every record of every segment to its end.
func readSegments(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.warc.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("segments: %v %v", files, err)
	}
	slices.Sort(files)
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		r := warc.NewReader(f, 0)
		for {
			_, off, _, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s at %d: %v", filepath.Base(name), off, err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
