// Package boltcheck looks at a bbolt file before it is opened, for damage that would end the process.
//
// bbolt maps its file into memory and trusts it: a file shorter than its own pages, or a page that holds something else,
// is a fault in one of its goroutines that no program survives. Whole reads the meta pages and walks the tree of pages
// behind them, as bbolt lays them out, and checks that each is what its parent takes it for. The keys and values are not
// looked at. It reads every page once, in time and number of reads as bbolt itself does when it opens a file.
package boltcheck

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// ErrDamaged is wrapped by what Whole finds wrong.
var ErrDamaged = errors.New("damaged database")

const (
	magic      = 0xED0CDAED
	pageHeader = 16
	metaLength = 64
)

// Whole returns nil for a file that does not exist, is empty, or is a sound tree of pages.
func Whole(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w: not a file", path, ErrDamaged)
	}
	var newest, need, root uint64
	found := false
	pageSize := int64(os.Getpagesize())
	for _, at := range []int64{0, pageSize} {
		m := make([]byte, metaLength)
		if _, err := f.ReadAt(m, at+pageHeader); err != nil {
			if errors.Is(err, io.EOF) {
				continue
			}
			return err
		}
		h := fnv.New64a()
		h.Write(m[:56])
		le := binary.LittleEndian
		if le.Uint32(m) != magic || h.Sum64() != le.Uint64(m[56:]) {
			continue
		}
		if at == 0 { // a file made on a machine with other pages
			pageSize = int64(le.Uint32(m[8:]))
		}
		if txid := le.Uint64(m[48:]); !found || txid > newest {
			found, newest, need, root = true, txid, le.Uint64(m[40:])*uint64(pageSize), le.Uint64(m[16:])
		}
	}
	switch {
	case !found:
		return fmt.Errorf("%s: %w: no readable meta page", path, ErrDamaged)
	case uint64(info.Size()) < need:
		return fmt.Errorf("%s: %w: %d octets where %d are in use: it was cut off", path, ErrDamaged, info.Size(), need)
	}
	w := walker{f: f, size: pageSize, pages: need / uint64(pageSize), seen: map[uint64]bool{}}
	if err := w.page(root, 0); err != nil {
		return fmt.Errorf("%s: %w: %w", path, ErrDamaged, err)
	}
	return nil
}

// Layout of pages: id, flags, count, overflow; then elements of 16 octets with offsets that count from the element.
const (
	flagBranch, flagLeaf = 0x01, 0x02
	elementSize          = 16
	elementBucket        = 0x01 // of a leaf: its value begins with the root page of a bucket
	maxDepth             = 64
)

type walker struct {
	f     io.ReaderAt
	size  int64
	pages uint64
	seen  map[uint64]bool
}

// page checks one page and all below it.
func (w *walker) page(id uint64, depth int) error {
	if id < 2 || id >= w.pages || depth > maxDepth || w.seen[id] {
		return fmt.Errorf("page %d is out of place", id)
	}
	w.seen[id] = true
	data := make([]byte, w.size)
	if _, err := w.f.ReadAt(data, int64(id)*w.size); err != nil {
		return err
	}
	le := binary.LittleEndian
	flags, count, overflow := le.Uint16(data[8:]), int(le.Uint16(data[10:])), uint64(le.Uint32(data[12:]))
	if le.Uint64(data) != id || flags != flagBranch && flags != flagLeaf || id+overflow >= w.pages || flags == flagBranch && count == 0 {
		return fmt.Errorf("page %d holds something else", id)
	}
	if overflow > 0 {
		data = make([]byte, int64(overflow+1)*w.size)
		if _, err := w.f.ReadAt(data, int64(id)*w.size); err != nil {
			return err
		}
	}
	if pageHeader+count*elementSize > len(data) {
		return fmt.Errorf("page %d promises more than it has room for", id)
	}
	for i := range count {
		at := pageHeader + i*elementSize
		e := data[at:]
		var err error
		if flags == flagBranch {
			if end := uint64(at) + uint64(le.Uint32(e)) + uint64(le.Uint32(e[4:])); end > uint64(len(data)) {
				return fmt.Errorf("page %d: a key lies outside", id)
			}
			err = w.page(le.Uint64(e[8:]), depth+1)
		} else {
			value := uint64(at) + uint64(le.Uint32(e[4:])) + uint64(le.Uint32(e[8:]))
			length := uint64(le.Uint32(e[12:]))
			if value+length > uint64(len(data)) {
				return fmt.Errorf("page %d: a value lies outside", id)
			}
			if le.Uint32(e)&elementBucket != 0 {
				if length < 16 {
					return fmt.Errorf("page %d: a bucket without a root", id)
				}
				if root := le.Uint64(data[value:]); root != 0 { // 0: the bucket stands in the value itself
					err = w.page(root, depth+1)
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
