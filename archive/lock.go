package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockFile is the file that whoever changes an archive holds a lock on. It is a file of its own, since the index is
// replaced by a rebuild and a lock stays with the file that was replaced.
const lockFile = "LOCK"

// lockWait is how long an opener waits for another that is about to close, as a command does right behind another.
const lockWait = 200 * time.Millisecond

// lock takes the archive for this process alone.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, fileMode)
	if err != nil {
		return nil, diskError(err)
	}
	for waited := time.Duration(0); ; waited += lockWait / 20 {
		ok, err := flock(f, true)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("archive: lock %s: %w", f.Name(), err), f.Close())
		}
		if ok {
			return f, nil
		}
		if waited >= lockWait {
			return nil, errors.Join(fmt.Errorf("%s: %w", dir, ErrLocked), f.Close())
		}
		time.Sleep(lockWait / 20)
	}
}

// isWritten reports whether a process holds the lock now.
func isWritten(dir string) bool {
	f, err := os.Open(filepath.Join(dir, lockFile))
	if err != nil {
		return false
	}
	defer f.Close()
	ok, err := flock(f, false)
	return err == nil && !ok
}

// diskError tells what the user can mend on a disk from damage: no right to write, a read-only file system, no room.
func diskError(err error) error {
	for _, known := range []struct{ is, as error }{{syscall.EROFS, ErrReadOnly}, {os.ErrPermission, ErrReadOnly}, {syscall.ENOSPC, ErrNoSpace}, {syscall.EDQUOT, ErrNoSpace}} {
		if errors.Is(err, known.is) && !errors.Is(err, known.as) {
			return fmt.Errorf("%w: %w", known.as, err)
		}
	}
	return fmt.Errorf("archive: %w", err)
}
