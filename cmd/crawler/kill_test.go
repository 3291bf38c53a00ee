package main

import (
	"bytes"
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
	"strings"
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
	world := portaltest.New(portaltest.Options{Seed: 11, Families: []string{"trs", "hanweb", "gkmlpt", "jeecms", "aspx"}, Years: []int{2019, 2021, 2023}, Noise: 12, Delay: delay})
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
		cmd := command(t, "crawl", "--seeds", seeds, "--archive", into, "--connect-to", server.ConnectTo(), "--delay", delay.String())
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

// command is this program with arguments: the test's own binary under the program's name.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Args = append([]string{"crawler"}, args...)
	cmd.Env = append(os.Environ(), "LANG=C")
	return cmd
}

// TestInterrupt stops a crawl with Ctrl-C: it drains, says how to go on, and the next run finishes the work. While it
// runs it answers for its archive, and nobody else writes to it.
func TestInterrupt(t *testing.T) {
	world := portaltest.New(portaltest.Options{Seed: 5, Families: []string{"trs", "vsb"}, Years: []int{2022, 2023}, Noise: 6, Delay: 150 * time.Millisecond})
	server, err := world.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	dir := t.TempDir()
	seeds, into := filepath.Join(dir, "seeds.yaml"), filepath.Join(dir, "an archive")
	if err := os.WriteFile(seeds, world.SeedsYAML(), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"crawl", "--seeds", seeds, "--archive", into, "--connect-to", server.ConnectTo(), "--delay", "150ms"}
	first := command(t, args...)
	var said bytes.Buffer
	first.Stderr = &said
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for n := 0; len(world.Log()) < 6; n++ {
		if n > 1000 {
			t.Fatalf("only %d requests after a while: %s", len(world.Log()), said.String())
		} // it is on its way
		time.Sleep(5 * time.Millisecond)
	}
	for _, other := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"rebuild", "--archive", into}, exitLocked, "in use"},
		{args, exitLocked, "in use"},
		{[]string{"status", "--archive", into}, 0, "yongning-trs.gov.cn"},
		{[]string{"ls", "--archive", into}, 0, "report(s)"},
		{[]string{"export", "--archive", into, "--format", "csv"}, 0, "t3.new.total"},
		{[]string{"show", "nothing", "--archive", into}, exitFailure, "not found"},
		{[]string{"export", "--archive", into, "--format", "xml"}, exitUsage, "jsonl or csv"},
	} {
		second := command(t, other.args...)
		out, _ := second.CombinedOutput() // the exit code is what counts
		if code := second.ProcessState.ExitCode(); code != other.code || !strings.Contains(string(out), other.says) {
			t.Errorf("%s while a crawl runs: exit code %d, want %d: %s", other.args[0], code, other.code, out)
		}
	}
	if err := first.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // it ends with a code of its own
	if code := first.ProcessState.ExitCode(); code != exitInterrupted {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	if s := said.String(); !strings.Contains(s, "go on with:\n  crawler crawl --seeds") || !strings.Contains(s, "'"+into+"'") {
		t.Errorf("how to go on is not said: %s", s)
	}
	for _, r := range world.Log() {
		if r.Ended.IsZero() || r.Status == 0 {
			t.Errorf("%s was broken off", r.URL)
		}
	}
	if out, err := command(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("the next run: %v: %s", err, out)
	}
	want := map[string]bool{}
	for _, r := range world.Truth() {
		want[r.Publisher+"/"+strconv.Itoa(r.Year)] = true
	}
	got := map[string]bool{}
	for name := range reportsIn(t, into) {
		got[name] = true
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("truth (-) against found (+): %s", d)
	}
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
