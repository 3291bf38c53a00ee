package worker

import (
	"os"
	"syscall"
)

// confineSystem has the kernel refuse private writable memory past the bound: RLIMIT_DATA counts that since Linux 4.7,
// and unlike RLIMIT_AS not what the Go runtime merely reserves. What the child starts inherits it. Each is set as far as
// the system lets us.
func confineSystem(memory uint64) {
	lower := func(resource int, n uint64) {
		var l syscall.Rlimit
		if syscall.Getrlimit(resource, &l) == nil {
			l.Max = min(l.Max, n)
			l.Cur = min(l.Cur, l.Max)
			_ = syscall.Setrlimit(resource, &l)
		}
	}
	lower(syscall.RLIMIT_DATA, memory)
	lower(syscall.RLIMIT_CORE, 0)
	lower(syscall.RLIMIT_FSIZE, 1<<30)
	// Where memory is short for all, this process is the one to go.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
}
