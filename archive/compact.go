package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Compacted is what compacting an archive did.
type Compacted struct {
	Before int64 `json:"before"` // octets of the index
	After  int64 `json:"after"`
}

// compactTx bounds a transaction of the copy, in octets.
const (
	compactTx    = 8 << 20
	compactAlloc = 64 << 10 // octets by which the copy grows
)

// Compact writes the index anew without the pages that nothing reaches any more. It touches no segment: what was published
// is never given up to save room.
func Compact(dir string, opt Options) (out Compacted, err error) {
	l, err := prepare(dir, false)
	if err != nil {
		return out, err
	}
	defer l.Close()
	a, err := openLocked(dir, opt, l)
	if err != nil {
		return out, err
	}
	index, fresh := filepath.Join(dir, indexFile), filepath.Join(dir, newIndex)
	err = errors.Join(a.stop(), func() error {
		if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		dst, err := bbolt.Open(fresh, fileMode, &bbolt.Options{NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
		if err != nil {
			return err
		}
		dst.AllocSize = compactAlloc
		return errors.Join(bbolt.Compact(dst, a.db, compactTx), dst.Sync(), dst.Close())
	}(), a.db.Close())
	if err == nil {
		out.Before, out.After, err = sizes(index, fresh)
	}
	if err != nil {
		return out, errors.Join(fmt.Errorf("archive: compact: %w", diskError(err)), removed(fresh))
	}
	if err := soundIndex(fresh); err != nil {
		return out, errors.Join(err, removed(fresh))
	}
	if err := os.Rename(fresh, index); err != nil {
		return out, diskError(err)
	}
	return out, errors.Join(syncDir(dir), writeIndexSum(dir))
}

func sizes(before, after string) (b, a int64, err error) {
	x, err := os.Stat(before)
	if err != nil {
		return 0, 0, err
	}
	y, err := os.Stat(after)
	if err != nil {
		return 0, 0, err
	}
	return x.Size(), y.Size(), nil
}

func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return diskError(err)
	}
	return nil
}
