package boltcheck

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
)

// tries is how often View reads again because a writer went on. A commit takes a sync of the disk, a view well under a
// millisecond; a view that fails this often in a row is not one of an ordinary disk.
const tries = 200

// cachedPages bounds the pages that one view keeps.
const cachedPages = 128

// File is a bbolt file open for reading.
type File struct{ f *os.File }

// Open opens a file for reading. It takes no lock and needs no permission to write.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w: not a file", path, ErrDamaged)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f}, nil
}

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }

// View calls use with the newest state. It may call it several times, with what it has read before thrown away, so use
// must begin anew each time. An error of use is returned only when nobody wrote in the meantime.
func (f *File) View(use func(*Snapshot) error) error {
	for range tries {
		m, err := readMeta(f.f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.f.Name(), err)
		}
		s := &Snapshot{f: f.f, meta: m, cache: map[uint64]*page{}}
		err = errors.Join(use(s), s.err)
		if s.err != nil {
			err = fmt.Errorf("%s: %w", f.f.Name(), s.err)
		}
		after, metaErr := readMeta(f.f)
		if metaErr == nil && after.txid != m.txid {
			continue
		}
		return err
	}
	return fmt.Errorf("%s: it is written to faster than it can be read", f.f.Name())
}

// Scan hands out every element of every page that can be read as a leaf of values, whether a tree still reaches it or not:
// what is left of a file whose trees are damaged. Elements may be old, and may come several times.
func (f *File) Scan(each func(k, v []byte)) error {
	info, err := f.f.Stat()
	if err != nil {
		return err
	}
	size := int64(os.Getpagesize())
	if m, err := readMeta(f.f); err == nil {
		size = m.pageSize
	}
	s := &Snapshot{f: f.f, meta: meta{pageSize: size, pages: uint64(info.Size() / size)}}
	for id := uint64(2); id < s.meta.pages; id++ {
		p, err := s.read(id)
		if err != nil || !p.leaf {
			continue
		}
		for i := range p.count {
			if !p.bucket(i) {
				each(p.key(i), p.value(i))
			} else if _, inline, err := bucketOf(p.value(i)); err == nil && inline != nil {
				for j := range inline.count {
					each(inline.key(j), inline.value(j))
				}
			}
		}
	}
	return nil
}

// Snapshot is one state of a file. What its buckets and cursors hand out stays as it is; the first error of any of them is
// kept, and makes the view fail.
type Snapshot struct {
	f     io.ReaderAt
	meta  meta
	cache map[uint64]*page
	err   error
}

// Pages is how many pages are in use, and TxID the number of the transaction that wrote the state.
func (s *Snapshot) Pages() uint64 { return s.meta.pages }

// TxID is the number of the transaction that wrote the state.
func (s *Snapshot) TxID() uint64 { return s.meta.txid }

func (s *Snapshot) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// read reads a page with its overflow.
func (s *Snapshot) read(id uint64) (*page, error) {
	if p := s.cache[id]; p != nil {
		return p, nil
	}
	if id < 2 || id >= s.meta.pages {
		return nil, fmt.Errorf("%w: page %d is out of place", ErrDamaged, id)
	}
	data := make([]byte, s.meta.pageSize)
	at := int64(id) * s.meta.pageSize
	if _, err := s.f.ReadAt(data, at); err != nil {
		return nil, cut(id, err)
	}
	if overflow := int64(binary.LittleEndian.Uint32(data[12:])); overflow > 0 {
		if flags := binary.LittleEndian.Uint16(data[8:]); binary.LittleEndian.Uint64(data) != id || flags != flagLeaf && flags != flagBranch || overflow >= int64(s.meta.pages-id) {
			return nil, fmt.Errorf("%w: page %d: it holds something else", ErrDamaged, id)
		}
		data = make([]byte, (overflow+1)*s.meta.pageSize)
		if _, err := s.f.ReadAt(data, at); err != nil {
			return nil, cut(id, err)
		}
	}
	p, err := parse(id, data)
	if err != nil {
		return nil, err
	}
	if len(s.cache) >= cachedPages {
		clear(s.cache)
	}
	if s.cache != nil {
		s.cache[id] = p
	}
	return p, nil
}

// cut tells a file that ends early from a disk that does not answer.
func cut(id uint64, err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: page %d lies behind the end of the file", ErrDamaged, id)
	}
	return err
}

// page reads a page that its parent names by a key, nil for a root.
func (s *Snapshot) page(id uint64, first []byte) (*page, error) {
	p, err := s.read(id)
	if err == nil && first != nil && (p.count == 0 || !bytes.Equal(p.key(0), first)) {
		return nil, fmt.Errorf("%w: page %d does not begin with the key it is named by", ErrDamaged, id)
	}
	return p, err
}

// Missing makes the view fail: a bucket that must be there is not.
func (s *Snapshot) Missing(name []byte) {
	s.fail(fmt.Errorf("%w: no bucket %q", ErrDamaged, name))
}

// Bucket finds a bucket; nil when there is none, or when it cannot be read.
func (s *Snapshot) Bucket(name []byte) *Bucket {
	top := &Bucket{s: s, root: s.meta.root, top: true}
	v := top.Get(name)
	if v == nil {
		return nil
	}
	root, inline, err := bucketOf(v)
	if err != nil {
		s.fail(err)
		return nil
	}
	return &Bucket{s: s, root: root, inline: inline}
}

// Bucket is one ordered map of keys to values.
type Bucket struct {
	s      *Snapshot
	root   uint64
	inline *page
	top    bool
}

// Get returns the value of a key, nil when there is none.
func (b *Bucket) Get(key []byte) []byte {
	k, v := b.Cursor().Seek(key)
	if k == nil || !bytes.Equal(k, key) {
		return nil
	}
	if v == nil {
		v = []byte{}
	}
	return v
}

// Cursor walks the keys of a bucket.
func (b *Bucket) Cursor() *Cursor { return &Cursor{b: b} }

// Cursor is a place in a bucket. Keys are nil at either end, and behind an error.
type Cursor struct {
	b    *Bucket
	path []step
}

type step struct {
	p *page
	i int
}

// descend goes down from a page, at each branch to the child that choose picks.
func (c *Cursor) descend(id uint64, first []byte, choose func(*page) int) bool {
	for len(c.path) <= maxDepth {
		p := c.b.inline
		if p == nil {
			var err error
			if p, err = c.b.s.page(id, first); err != nil {
				c.b.s.fail(err)
				return false
			}
		}
		i := choose(p)
		c.path = append(c.path, step{p, i})
		if p.leaf {
			return true
		}
		id, first = p.child(i), p.key(i)
	}
	c.b.s.fail(fmt.Errorf("%w: pages in a circle", ErrDamaged))
	return false
}

// here is the element the cursor stands on.
func (c *Cursor) here() (k, v []byte) {
	top := c.path[len(c.path)-1]
	if top.p.bucket(top.i) != c.b.top {
		c.b.s.fail(fmt.Errorf("%w: a bucket among values", ErrDamaged))
		return nil, nil
	}
	return top.p.key(top.i), top.p.value(top.i)
}

// First goes to the first key.
func (c *Cursor) First() (k, v []byte) {
	c.path = c.path[:0]
	if !c.descend(c.b.root, nil, func(*page) int { return 0 }) {
		return nil, nil
	}
	if c.path[len(c.path)-1].p.count == 0 {
		return c.Next()
	}
	return c.here()
}

// Last goes to the last key.
func (c *Cursor) Last() (k, v []byte) {
	c.path = c.path[:0]
	if !c.descend(c.b.root, nil, func(p *page) int { return p.count - 1 }) {
		return nil, nil
	}
	if c.path[len(c.path)-1].i < 0 {
		return c.Prev()
	}
	return c.here()
}

// Seek goes to the first key that is not less than a key.
func (c *Cursor) Seek(key []byte) (k, v []byte) {
	c.path = c.path[:0]
	choose := func(p *page) int {
		i := sort.Search(p.count, func(i int) bool { return bytes.Compare(p.key(i), key) >= 0 })
		if p.leaf {
			return i
		}
		if i < p.count && bytes.Equal(p.key(i), key) {
			return i
		}
		return max(i-1, 0)
	}
	if !c.descend(c.b.root, nil, choose) {
		return nil, nil
	}
	if top := c.path[len(c.path)-1]; top.i >= top.p.count {
		return c.Next() // it also checks that the next page begins where its parent says
	}
	return c.here()
}

// Next goes to the next key.
func (c *Cursor) Next() (k, v []byte) { return c.move(1) }

// Prev goes to the key before.
func (c *Cursor) Prev() (k, v []byte) { return c.move(-1) }

func (c *Cursor) move(by int) (k, v []byte) {
	for len(c.path) > 0 {
		top := &c.path[len(c.path)-1]
		top.i += by
		if top.i < 0 || top.i >= top.p.count {
			c.path = c.path[:len(c.path)-1]
			continue
		}
		if top.p.leaf {
			return c.here()
		}
		edge := func(p *page) int { return 0 }
		if by < 0 {
			edge = func(p *page) int { return p.count - 1 }
		}
		if !c.descend(top.p.child(top.i), top.p.key(top.i), edge) {
			c.path = c.path[:0]
			return nil, nil
		}
		if leaf := c.path[len(c.path)-1]; leaf.p.count > 0 {
			return c.here()
		}
	}
	return nil, nil
}
