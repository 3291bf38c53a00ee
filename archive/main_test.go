package archive

import (
	"os"
	"testing"
)

// TestMain has temporary directories in memory where the system offers that: the tests sync thousands of times, and what a
// disk makes of a sync is not theirs to see.
func TestMain(m *testing.M) {
	const shm = "/dev/shm"
	if dir, err := os.MkdirTemp(shm, "nianbao-test-"); err == nil {
		os.Setenv("TMPDIR", dir)
		code := m.Run()
		os.RemoveAll(dir)
		os.Exit(code)
	}
	os.Exit(m.Run())
}
