package frontier

import (
	"syscall"

	"go.etcd.io/bbolt"
)

// trim gives back the pages of the file that reading it has mapped. They stay in the system's cache for as long as it has room,
// and come back at the cost of a fault; but the process does not grow to the size of the file.
func (s *Store) trim() {
	s.db.View(func(tx *bbolt.Tx) error { // which keeps the map where it is
		syscall.Syscall(syscall.SYS_MADVISE, s.db.Info().Data, uintptr(tx.Size()), syscall.MADV_DONTNEED)
		return nil
	})
}
