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

func TestStore(t *testing.T) {
	frontiertest.Run(t, func(t *testing.T) frontier.Frontier {
		return open(t, filepath.Join(t.TempDir(), "f.db"), frontiertest.Now)
	})
}

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.db")
	open(t, path, frontiertest.Now)
	if _, err := frontier.Open(path, frontier.Options{}); !errors.Is(err, frontier.ErrLocked) {
		t.Errorf("got %v", err)
	}
}

func TestDelaysAndBlocksSurviveARestart(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "f.db")
	s := open(t, path, frontiertest.Now)
	if _, err := s.Put(ctx, frontiertest.Item("a.test", "/1", 1), frontiertest.Item("b.test", "/1", 1)); err != nil {
		t.Fatal(err)
	}
	if ls, err := s.Lease(ctx, frontiertest.Now, 1); err != nil || len(ls) != 1 || ls[0].Host != "a.test" {
		t.Fatal(ls, err)
	}
	if err := s.BlockUntil(ctx, "b.test", frontiertest.Now.Add(time.Hour), "Retry-After"); err != nil {
		t.Fatal(err)
	}
	s.Close() // with a lease out: as after a kill

	later := frontiertest.Now.Add(time.Second)
	s = open(t, path, later)
	if ls, _ := s.Lease(ctx, later.Add(2*time.Second), 9); len(ls) != 0 {
		t.Errorf("leased before the host had rested: %+v", ls)
	}
	ls, _ := s.Lease(ctx, later.Add(3*time.Second), 9)
	if len(ls) != 1 || ls[0].URL != "http://a.test/1" {
		t.Errorf("the interrupted visit is not due again: %+v", ls)
	}
	if h, _ := s.Host("b.test"); h.BlockReason != "Retry-After" || !h.BlockedUntil.Equal(frontiertest.Now.Add(time.Hour)) {
		t.Errorf("block lost: %+v", h)
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

// BenchmarkMillion puts a million addresses of 3,000 hosts, then leases and acknowledges.
func BenchmarkMillion(b *testing.B) {
	ctx := context.Background()
	const hosts, each = 3000, 334
	s := open(b, filepath.Join(b.TempDir(), "f.db"), frontiertest.Now)
	b.Run("put", func(b *testing.B) {
		n := 0
		for b.Loop() {
			items := make([]frontier.Item, 0, each)
			for i := range each {
				items = append(items, frontiertest.Item(fmt.Sprintf("h%d.test", n%hosts), fmt.Sprintf("/zwgk/%d/%d.html", n, i), i))
			}
			if _, err := s.Put(ctx, items...); err != nil {
				b.Fatal(err)
			}
			n++
		}
		b.ReportMetric(float64(each*n)/b.Elapsed().Seconds(), "put/s")
	})
	for n := s.Counts().Known / each; n < hosts; n++ {
		items := make([]frontier.Item, 0, each)
		for i := range each {
			items = append(items, frontiertest.Item(fmt.Sprintf("h%d.test", n%hosts), fmt.Sprintf("/zwgk/%d/%d.html", n, i), i))
		}
		if _, err := s.Put(ctx, items...); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("lease+ack", func(b *testing.B) {
		now, n := frontiertest.Now, 0
		for b.Loop() {
			now = now.Add(4 * time.Second)
			ls, err := s.Lease(ctx, now, 256)
			if err != nil {
				b.Fatal(err)
			}
			errs := make(chan error, len(ls))
			for _, l := range ls {
				go func() { errs <- s.Ack(ctx, l, frontier.Done{Completed: now}) }()
			}
			for range ls {
				if err := <-errs; err != nil {
					b.Fatal(err)
				}
			}
			n += len(ls)
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "visit/s")
	})
}
