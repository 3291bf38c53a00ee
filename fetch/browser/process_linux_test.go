package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// asParent names the variable that has this test binary open a page and wait to be killed.
const asParent = "NIANBAO_TEST_PARENT"

func TestMain(m *testing.M) {
	if path := os.Getenv(asParent); path != "" {
		b := New(Options{Path: path})
		s := &site{pages: map[string]string{"/": "<p>永宁县"}}
		_, err := b.Open(context.Background(), host+"/", s.ask)
		fmt.Println("ready", b.proc.cmd.Process.Pid, b.proc.profile, err)
		select {}
	}
	os.Exit(m.Run())
}

// gone waits until no process of a browser is left.
func gone(t *testing.T, pid int, profile string) {
	t.Helper()
	for range 200 {
		if len(family(pid, profile)) == 0 {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Errorf("processes %v of the browser outlived it", family(pid, profile))
}

func TestCloseLeavesNothing(t *testing.T) {
	b := launch(t)
	s := &site{pages: map[string]string{"/": "<p>永宁县"}}
	if _, err := open(t, b, s, "/"); err != nil {
		t.Fatal(err)
	}
	pid, profile := b.proc.cmd.Process.Pid, b.proc.profile
	if n := len(family(pid, profile)); n < 2 {
		t.Fatalf("only %d processes found", n)
	}
	if memory(pid, profile) < 1<<20 {
		t.Error("the memory in use is not seen")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	gone(t, pid, profile)
	if _, err := os.Stat(profile); !os.IsNotExist(err) {
		t.Errorf("the profile is still there: %v", err)
	}
	if _, err := open(t, b, s, "/"); !errors.Is(err, ErrStart) {
		t.Errorf("opened after it was closed: %v", err)
	}
}

func TestProcessIsReplacedWhenItDies(t *testing.T) {
	b := launch(t)
	s := &site{pages: map[string]string{"/": "<p>永宁县"}}
	if _, err := open(t, b, s, "/"); err != nil {
		t.Fatal(err)
	}
	first := b.proc
	_, err := b.Open(t.Context(), host+"/", func(ctx context.Context, r Request) Answer {
		killAll(first.cmd, first.profile)
		return s.ask(ctx, r)
	})
	if !errors.Is(err, ErrCrashed) {
		t.Errorf("killed in the middle: %v", err)
	}
	if res, err := open(t, b, s, "/"); err != nil || !strings.Contains(res.HTML(), "永宁县") {
		t.Errorf("afterwards: %v", err)
	}
}

func TestCancelEndsAnAsk(t *testing.T) {
	b := launch(t)
	ctx, cancel := context.WithCancel(t.Context())
	began := time.Now()
	_, err := b.Open(ctx, host+"/", func(ctx context.Context, r Request) Answer {
		cancel()
		<-ctx.Done()
		return Answer{Refused: "cancelled"}
	})
	if !errors.Is(err, context.Canceled) || time.Since(began) > 30*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

// The kernel ends the browser with its parent, even when that is killed.
func TestBrowserEndsWithItsParent(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asParent+"="+chromium(t))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	var pid int
	var profile string
	if n, err := fmt.Sscanf(line, "ready %d %s", &pid, &profile); n != 2 {
		cmd.Process.Kill()
		t.Fatalf("%q: %v", line, err)
	}
	defer os.RemoveAll(profile)
	if len(family(pid, profile)) < 2 {
		t.Errorf("only %d processes found", len(family(pid, profile)))
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	gone(t, pid, profile)
}

func TestStartFailuresAreNamed(t *testing.T) {
	if _, err := New(Options{}).Open(t.Context(), host, nil); !errors.Is(err, ErrAbsent) {
		t.Errorf("no program: %v", err)
	}
	script := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho it is broken >&2\nexit 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Path: script}).Open(t.Context(), host, nil); !errors.Is(err, ErrStart) || !strings.Contains(err.Error(), "it is broken") {
		t.Errorf("a broken program: %v", err)
	}
	if _, err := New(Options{Path: filepath.Join(t.TempDir(), "none")}).Open(t.Context(), host, nil); !errors.Is(err, ErrStart) {
		t.Errorf("no such program: %v", err)
	}
}

func TestNamespaceOfItsOwnWhereAllowed(t *testing.T) {
	b := launch(t)
	probe := exec.Command(os.Args[0], "-test.run=^$")
	confine(probe, true)
	if err := probe.Run(); err != nil {
		t.Skipf("TestNamespaceOfItsOwnWhereAllowed may not make a network namespace: %v", err)
	}
	s := &site{pages: map[string]string{"/": "<p>永宁县"}}
	if b.Isolated() {
		t.Error("isolated before it runs")
	}
	if _, err := open(t, b, s, "/"); err != nil || !b.Isolated() {
		t.Errorf("it has no namespace of its own: %v", err)
	}
}

func TestSweepRemovesWhatTheDeadLeft(t *testing.T) {
	dead := exec.Command(os.Args[0], "-test.run=^$")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	gone, mine, other := filepath.Join(dir, fmt.Sprintf("%s%d-1", profilePrefix, dead.Process.Pid)), filepath.Join(dir, fmt.Sprintf("%s%d-1", profilePrefix, os.Getpid())), filepath.Join(dir, profilePrefix+"x")
	for _, d := range []string{gone, mine, other} {
		if err := os.MkdirAll(filepath.Join(d, "Default"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sweep(dir)
	for d, stays := range map[string]bool{gone: false, mine: true, other: true} {
		if _, err := os.Stat(d); (err == nil) != stays {
			t.Errorf("%s: %v", filepath.Base(d), err)
		}
	}
}
