package worker_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/extract/sandbox/worker"
)

// What a child has started dies with it, and neither is left as a zombie.
func TestGroupIsKilledAndReaped(t *testing.T) {
	p := pool(t, "reader", worker.Options{Size: 1, Deadline: 300 * time.Millisecond})
	child := ask(t, p, "who")
	note := filepath.Join(t.TempDir(), "pid")
	if _, err := read(p, "spawn "+note); !errors.Is(err, document.ErrDeadline) {
		t.Fatal(err)
	}
	pid, err := os.ReadFile(note)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + child); err == nil {
		t.Errorf("child %s is still there", child)
	}
	// The grandchild is not ours to reap; it must be dead or gone.
	stat, err := os.ReadFile("/proc/" + string(pid) + "/stat")
	if err == nil && !strings.Contains(string(stat), ") Z ") && !strings.Contains(string(stat), ") X ") {
		t.Errorf("what the child had started still runs: %s", stat)
	}
}

// The child's peak stays below the bound, whatever it tries.
func TestMemoryBoundHolds(t *testing.T) {
	const bound = 192 << 20
	p := pool(t, "reader", worker.Options{Size: 1, MemoryBytes: bound, Deadline: 20 * time.Second})
	child := ask(t, p, "who")
	done := make(chan error)
	go func() {
		_, err := p.Read(context.Background(), extract.Input{Data: []byte("eat")})
		done <- err
	}()
	var peak string
	for {
		select {
		case err := <-done:
			if !errors.Is(err, document.ErrTooLarge) {
				t.Errorf("got %v", err)
			}
			t.Logf("last seen: %s", peak)
			return
		default:
			status, err := os.ReadFile("/proc/" + child + "/status")
			if err != nil {
				continue
			}
			for l := range strings.Lines(string(status)) {
				if rest, ok := strings.CutPrefix(l, "RssAnon:"); ok {
					peak = strings.TrimSpace(rest)
				}
			}
			if kb := strings.TrimSuffix(peak, " kB"); len(kb) > 6 || len(kb) == 6 && kb > "196608" {
				t.Fatalf("the child holds %s", peak)
			}
		}
	}
}
