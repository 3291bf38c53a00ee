// Package boltcheck reads bbolt files without trusting them, without a lock and without write access.
//
// bbolt maps its file into memory and believes what it says: a page that holds something else, or lies behind the end of
// the file, is a fault in one of its goroutines that no program survives. Here every page is checked when it is read: that
// it is the page its parent takes it for, that its elements lie one behind the other without a gap as bbolt writes them,
// that keys ascend, and that the key a parent names is the first of the child. What is damaged is an error that wraps
// ErrDamaged, never a panic and never a short answer.
//
// Whole walks all pages of a file before bbolt opens it for writing. Open reads a file as it is, also while another
// process writes to it: bbolt never writes over a page that its newest meta page still reaches, so what was read is right
// when the newest meta page is the same before and after; View reads again when it is not. Keys and values are handed out
// as they stand; whoever wants to know of a flipped bit in a value keeps a checksum in it.
package boltcheck

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// ErrDamaged is wrapped by what is found wrong.
var ErrDamaged = errors.New("damaged database")

const (
	magic      = 0xED0CDAED
	pageHeader = 16
	metaLength = 64
)

// meta is what a meta page says of the newest state.
type meta struct {
	pageSize int64
	root     uint64 // page of the bucket of buckets
	pages    uint64 // pages in use, counted from the beginning of the file
	txid     uint64
}

// readMeta reads the newer one of the two meta pages that are sound. One torn meta page is what a power cut leaves behind.
func readMeta(f io.ReaderAt) (m meta, err error) {
	found := false
	pageSize := int64(os.Getpagesize())
	for _, at := range []func() int64{func() int64 { return 0 }, func() int64 { return pageSize }} {
		b := make([]byte, metaLength)
		if _, err := f.ReadAt(b, at()+pageHeader); err != nil {
			if errors.Is(err, io.EOF) {
				continue
			}
			return m, err
		}
		h := fnv.New64a()
		h.Write(b[:56])
		le := binary.LittleEndian
		if le.Uint32(b) != magic || h.Sum64() != le.Uint64(b[56:]) {
			continue
		}
		if at() == 0 { // a file made on a machine with other pages
			pageSize = int64(le.Uint32(b[8:]))
		}
		if txid := le.Uint64(b[48:]); !found || txid > m.txid {
			found = true
			m = meta{pageSize: pageSize, root: le.Uint64(b[16:]), pages: le.Uint64(b[40:]), txid: txid}
		}
	}
	switch {
	case !found:
		return m, fmt.Errorf("%w: no readable meta page", ErrDamaged)
	case m.pageSize < 1024 || m.pageSize > 64<<10:
		return m, fmt.Errorf("%w: pages of %d octets", ErrDamaged, m.pageSize)
	case m.pages > 1<<40:
		return m, fmt.Errorf("%w: %d pages", ErrDamaged, m.pages)
	}
	return m, nil
}

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
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w: not a file", path, ErrDamaged)
	}
	if info.Size() == 0 {
		return nil
	}
	m, err := readMeta(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if need := int64(m.pages) * m.pageSize; info.Size() < need {
		return fmt.Errorf("%s: %w: %d octets where %d are in use: it was cut off", path, ErrDamaged, info.Size(), need)
	}
	w := walker{s: &Snapshot{f: f, meta: m}, seen: map[uint64]bool{}}
	if err := w.tree(m.root, nil, true, 0); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// walker visits every page once.
type walker struct {
	s    *Snapshot
	seen map[uint64]bool
}

// tree checks a page and all below it. first is the key under which its parent names it, nil for a root; top says that the
// elements of its leaves are buckets.
func (w *walker) tree(id uint64, first []byte, top bool, depth int) error {
	if w.seen[id] || depth > maxDepth {
		return fmt.Errorf("%w: page %d is out of place", ErrDamaged, id)
	}
	w.seen[id] = true
	p, err := w.s.page(id, first)
	if err != nil {
		return err
	}
	for i := range p.count {
		if !p.leaf {
			if err := w.tree(p.child(i), p.key(i), top, depth+1); err != nil {
				return err
			}
			continue
		}
		if p.bucket(i) != top {
			return fmt.Errorf("%w: page %d mixes buckets and values", ErrDamaged, id)
		}
		if !top {
			continue
		}
		root, inline, err := bucketOf(p.value(i))
		if err != nil {
			return fmt.Errorf("page %d: %w", id, err)
		}
		if inline != nil { // the bucket stands in the value itself
			if err := noBuckets(inline); err != nil {
				return err
			}
		} else if err := w.tree(root, nil, false, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func noBuckets(p *page) error {
	for i := range p.count {
		if p.bucket(i) {
			return fmt.Errorf("%w: a bucket in a bucket", ErrDamaged)
		}
	}
	return nil
}
