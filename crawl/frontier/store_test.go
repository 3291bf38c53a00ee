package frontier_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawl/frontier"
	"nianbao/crawl/frontier/frontiertest"
)

func open(t testing.TB, path string, now time.Time) *frontier.Store {
	t.Helper()
	s, err := frontier.Open(path, frontier.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func suiteOpen(t *testing.T, path string, now time.Time) frontier.Frontier {
	t.Helper()
	s, err := frontier.Open(path, frontier.Options{Now: now, Wanted: func(host, _ string) bool { return frontiertest.Wanted(host) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	paths := map[frontier.Frontier]string{}
	frontiertest.Run(t, frontiertest.Maker{
		Open: func(t *testing.T) frontier.Frontier {
			path := filepath.Join(t.TempDir(), "f.db")
			f := suiteOpen(t, path, frontiertest.Now)
			paths[f] = path
			return f
		},
		Reopen: func(t *testing.T, f frontier.Frontier, now time.Time) frontier.Frontier {
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			return suiteOpen(t, paths[f], now)
		},
	})
}

func TestMemory(t *testing.T) {
	frontiertest.Run(t, frontiertest.Maker{Open: func(t *testing.T) frontier.Frontier { return &frontiertest.Memory{Wanted: frontiertest.Wanted} }})
}

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.db")
	open(t, path, frontiertest.Now)
	if _, err := frontier.Open(path, frontier.Options{}); !errors.Is(err, frontier.ErrLocked) {
		t.Errorf("got %v", err)
	}
}

// A transaction that fails leaves the store refusing work, and what is on disk as it was: nothing is half done.
func TestFailedWriteStopsTheStore(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "f.db")
	s := open(t, path, frontiertest.Now)
	if _, err := s.Put(ctx, frontiertest.Item("a.test", "/1", 1)); err != nil {
		t.Fatal(err)
	}
	if err := s.SetDelay(ctx, strings.Repeat("x", 40_000), time.Second); err == nil {
		t.Fatal("a host name longer than any key was stored")
	}
	if _, err := s.Put(ctx, frontiertest.Item("a.test", "/3", 1)); err == nil || !strings.Contains(err.Error(), "frontier: write") {
		t.Errorf("after a failed write: %v", err)
	}
	if _, err := s.Lease(ctx, frontiertest.Now, 1); err == nil {
		t.Error("leased after a failed write")
	}
	s.Close()
	s = open(t, path, frontiertest.Now)
	if c := s.Counts(); c != (frontier.Counts{Known: 1, Ready: 1}) {
		t.Errorf("on disk: %+v", c)
	}
	if ls, err := s.Lease(ctx, frontiertest.Now, 9); err != nil || len(ls) != 1 {
		t.Errorf("leased %+v, %v", ls, err)
	}
}

// Closing while others work ends their calls, with success or an error, and never a panic.
func TestCloseWhileBusy(t *testing.T) {
	for range 20 {
		s := open(t, filepath.Join(t.TempDir(), "f.db"), frontiertest.Now)
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 200 {
					if _, err := s.Put(context.Background(), frontiertest.Item("a.test", fmt.Sprintf("/%d/%d", w, i), 1)); err != nil {
						return
					}
				}
			})
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
	}
}

// childEnv makes the test binary the child of TestKill: it puts, leases and acknowledges until it is killed, and says
// what was acknowledged.
const childEnv = "FRONTIER_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		child(path)
		return
	}
	os.Exit(m.Run())
}

func child(path string) {
	ctx := context.Background()
	s, err := frontier.Open(path, frontier.Options{DefaultDelay: time.Nanosecond})
	if err != nil {
		fmt.Println("fail", err)
		return
	}
	for i := 0; ; i++ {
		it := frontiertest.Item(fmt.Sprintf("h%d.test", i%7), fmt.Sprintf("/%d-%d", os.Getpid(), i), i%1000)
		if _, err := s.Put(ctx, it); err != nil {
			return
		}
		fmt.Println("put", it.URL)
		ls, err := s.Lease(ctx, time.Now(), 3)
		if err != nil {
			return
		}
		for _, l := range ls {
			fmt.Println("lease", l.URL)
			if s.Ack(ctx, l, frontier.Done{Completed: time.Now()}) != nil {
				return
			}
			fmt.Println("ack", l.URL)
		}
	}
}

func TestKill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "f.db")
	put, acked := map[string]bool{}, map[string]bool{}
	for round := range 6 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), childEnv+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(out)
		for n := 0; sc.Scan(); n++ {
			verb, url, _ := strings.Cut(sc.Text(), " ")
			switch verb {
			case "fail":
				t.Fatal(url)
			case "put":
				put[url] = true
			case "lease":
				if acked[url] {
					t.Errorf("leased again after its acknowledgement: %s", url)
				}
			case "ack":
				acked[url] = true
			}
			if n == 100+37*round {
				cmd.Process.Kill()
			}
		}
		cmd.Wait()
	}
	s := open(t, path, time.Now())
	known := map[string]frontier.State{}
	for it, st := range s.Items("") {
		known[it.URL] = st
	}
	for u := range put {
		if known[u] == frontier.Unknown {
			t.Errorf("lost: %s", u)
		}
	}
	for u := range acked {
		if known[u] != frontier.Closed {
			t.Errorf("acknowledged but %s: %s", known[u], u)
		}
	}
	if len(acked) == 0 || len(put) < 100 {
		t.Errorf("the child did nothing: %d put, %d acknowledged", len(put), len(acked))
	}
}
