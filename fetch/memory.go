package fetch

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	mostMemory    = 1 << 30         // octets: the largest default budget
	memoryShare   = 4               // the default budget is at most this part of the machine's memory
	unknownMemory = 2 << 30         // the machine's memory where it cannot be learned
	collectEvery  = 2 * time.Second // while somebody waits for memory
)

// memory hands out a number of octets. Whoever asks for more than is left waits, in order; whoever asks for more than there is
// gets all there is. Nobody holds some while waiting for more, so nobody waits for ever.
type memory struct {
	most int64

	mu    sync.Mutex
	used  int64
	queue []*waiter
}

type waiter struct {
	n     int64
	ready chan struct{}
}

// acquire takes n octets and gives the function that returns them, which may be called more than once.
func (m *memory) acquire(ctx context.Context, n int64) (release func(), err error) {
	n = min(n, m.most)
	w := &waiter{n: n, ready: make(chan struct{})}
	m.mu.Lock()
	m.queue = append(m.queue, w)
	m.serve()
	m.mu.Unlock()
	release = sync.OnceFunc(func() { m.release(n) })
	select {
	case <-w.ready: // also for an exchange whose time is up
		return release, nil
	default:
	}
	tick := time.NewTicker(collectEvery)
	defer tick.Stop()
	for {
		select {
		case <-w.ready:
			return release, nil
		case <-ctx.Done():
			m.leave(w)
			return nil, ctx.Err()
		case <-tick.C:
			runtime.GC() // exchanges that nobody refers to any more return what they hold
		}
	}
}

// serve wakes those at the head of the queue for whom there is enough.
func (m *memory) serve() {
	for len(m.queue) > 0 && m.used+m.queue[0].n <= m.most {
		m.used += m.queue[0].n
		close(m.queue[0].ready)
		m.queue = m.queue[1:]
	}
}

func (m *memory) release(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used -= n
	m.serve()
}

// leave takes w out of the queue, or gives back what it was granted at the last moment.
func (m *memory) leave(w *waiter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, o := range m.queue {
		if o == w {
			m.queue = append(m.queue[:i:i], m.queue[i+1:]...)
			m.serve()
			return
		}
	}
	m.used -= w.n
	m.serve()
}

// defaultMemory is the budget on this machine.
func defaultMemory() int64 {
	return min(mostMemory, machineMemory()/memoryShare)
}

// machineMemory reads how much memory the machine has, or what is assumed.
func machineMemory() int64 {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return unknownMemory
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "MemTotal:" {
			if kib, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				return kib << 10
			}
		}
	}
	return unknownMemory
}
