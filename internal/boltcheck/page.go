package boltcheck

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Layout of pages: id, flags, count, overflow; then elements of 16 octets with offsets that count from the element.
const (
	flagBranch, flagLeaf = 0x01, 0x02
	elementSize          = 16
	elementBucket        = 0x01 // of a leaf: its value begins with the root page of a bucket
	bucketHeader         = 16   // root page and sequence
	maxDepth             = 64
)

// page is one checked page with its overflow.
type page struct {
	data  []byte
	leaf  bool
	count int
	at    []int // where the key of each element begins
	ksize []int
	vsize []int // of leaves
}

func (p *page) key(i int) []byte { return p.data[p.at[i] : p.at[i]+p.ksize[i] : p.at[i]+p.ksize[i]] }

func (p *page) value(i int) []byte {
	from := p.at[i] + p.ksize[i]
	return p.data[from : from+p.vsize[i] : from+p.vsize[i]]
}

func (p *page) element(i int) []byte { return p.data[pageHeader+i*elementSize:] }

func (p *page) child(i int) uint64 { return binary.LittleEndian.Uint64(p.element(i)[8:]) }

func (p *page) bucket(i int) bool {
	return binary.LittleEndian.Uint32(p.element(i))&elementBucket != 0
}

// parse checks the octets of a page. Elements lie one behind the other, and their data behind them in the same order
// without a gap: so a wrong count, offset or size does not add up.
func parse(id uint64, data []byte) (*page, error) {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%w: page %d: %s", ErrDamaged, id, fmt.Sprintf(format, args...))
	}
	if len(data) < pageHeader {
		return nil, wrong("cut off")
	}
	le := binary.LittleEndian
	flags, n := le.Uint16(data[8:]), int(le.Uint16(data[10:]))
	if le.Uint64(data) != id || flags != flagBranch && flags != flagLeaf || flags == flagBranch && n == 0 {
		return nil, wrong("it holds something else")
	}
	next := pageHeader + n*elementSize
	if next > len(data) {
		return nil, wrong("it promises more than it has room for")
	}
	p := &page{data: data, leaf: flags == flagLeaf, count: n}
	ints := make([]int, 3*n)
	p.at, p.ksize, p.vsize = ints[:n:n], ints[n:2*n:2*n], ints[2*n:]
	for i := range n {
		at := pageHeader + i*elementSize
		e := data[at:]
		var pos, k, v uint64
		if p.leaf {
			if le.Uint32(e) > elementBucket {
				return nil, wrong("element %d of an unknown kind", i)
			}
			pos, k, v = uint64(le.Uint32(e[4:])), uint64(le.Uint32(e[8:])), uint64(le.Uint32(e[12:]))
		} else {
			pos, k = uint64(le.Uint32(e)), uint64(le.Uint32(e[4:]))
		}
		if uint64(at)+pos != uint64(next) || k == 0 || uint64(next)+k+v > uint64(len(data)) {
			return nil, wrong("element %d lies out of place", i)
		}
		p.at[i], p.ksize[i], p.vsize[i] = next, int(k), int(v)
		next += int(k + v)
		if i > 0 && bytes.Compare(p.key(i-1), p.key(i)) >= 0 {
			return nil, wrong("keys are out of order")
		}
	}
	return p, nil
}

// bucketOf reads the value of a bucket's element: its root page, or the page that stands in the value itself.
func bucketOf(v []byte) (root uint64, inline *page, err error) {
	if len(v) < bucketHeader {
		return 0, nil, fmt.Errorf("%w: a bucket without a root", ErrDamaged)
	}
	if root = binary.LittleEndian.Uint64(v); root != 0 {
		return root, nil, nil
	}
	inline, err = parse(0, v[bucketHeader:])
	if err == nil && !inline.leaf {
		err = fmt.Errorf("%w: a bucket's own page is no leaf", ErrDamaged)
	}
	return 0, inline, err
}
