package pdf

import (
	"bytes"
	"context"
)

// A place is where an object stands: at an offset of the file, or at an index of an object stream.
type place struct {
	offset int // -1: in a stream
	gen    int
	stream uint32
	index  int
}

// maxObjects bounds object numbers: the first engine keeps a table of all numbers up to the largest.
const maxObjects = 1 << 21

// A table is what a file's cross-references say, or what a search for its objects found.
type table struct {
	places   map[uint32]place
	trailer  map[string]obj
	repaired bool
}

// tableOf reads the cross-references of a file; where they are missing, wrong or loop, it searches the bytes for objects
// instead.
func tableOf(ctx context.Context, data []byte, m *meter) (*table, error) {
	t := &table{places: map[uint32]place{}}
	if t.follow(data, m) && t.verify(data) {
		return t, nil
	}
	return search(ctx, data, m)
}

// follow reads the chain of tables from the last startxref; false when it does not hold together.
func (t *table) follow(data []byte, m *meter) bool {
	at := bytes.LastIndex(data, []byte("startxref"))
	if at < 0 {
		return false
	}
	x := lexer{b: data, i: at + len("startxref")}
	next := []obj{x.object(false)}
	seen := map[int]bool{}
	for len(next) > 0 {
		o := next[0]
		next = next[1:]
		offset := whole(o.f, len(data))
		if o.k != number || offset < 0 || offset >= len(data) || len(seen) > 500 {
			return false
		}
		if seen[offset] {
			continue
		}
		seen[offset] = true
		trailer, ok := t.section(data, offset, m)
		if !ok {
			return false
		}
		if t.trailer == nil {
			t.trailer = trailer
		}
		for _, k := range []string{"XRefStm", "Prev"} {
			if p, ok := trailer[k]; ok {
				next = append(next, p)
			}
		}
	}
	return t.trailer["Root"].k == reference
}

// encrypted reports whether the file says that it is.
func (t *table) encrypted() bool {
	e, ok := t.trailer["Encrypt"]
	return ok && e.k != null
}

// plain reports whether no object stands in an object stream.
func (t *table) plain() bool {
	for _, p := range t.places {
		if p.offset < 0 {
			return false
		}
	}
	return true
}

// section reads one table or cross-reference stream. Entries read earlier are newer and stay.
func (t *table) section(data []byte, offset int, m *meter) (map[string]obj, bool) {
	x := lexer{b: data, i: offset}
	first := x.object(false)
	if first.is("xref") {
		return t.classic(&x)
	}
	if first.k != number || x.object(false).k != number || !x.object(false).is("obj") {
		return nil, false
	}
	header, body, err := t.streamAt(data, &x, m)
	if err != nil || header["Type"].name() != "XRef" {
		return nil, false
	}
	return header, t.packed(header, body)
}

func (t *table) classic(x *lexer) (map[string]obj, bool) {
	for {
		start := x.object(false)
		if start.is("trailer") {
			d := x.object(true)
			return d.d, d.k == dict
		}
		n := x.object(false)
		if start.k != number || n.k != number || start.f < 0 || n.f < 0 || start.f+n.f > maxObjects {
			return nil, false
		}
		for i := range int(n.f) {
			off, gen, use := x.object(false), x.object(false), x.object(false)
			if off.k != number || gen.k != number || use.k != keyword {
				return nil, false
			}
			at := whole(off.f, len(x.b))
			if id := uint32(int(start.f) + i); use.is("n") && at != 0 {
				if at < 0 { // behind the end of the file
					return nil, false
				}
				t.add(id, place{offset: at, gen: max(0, whole(gen.f, 65535))})
			} else {
				t.add(id, place{})
			}
		}
	}
}

func (t *table) add(id uint32, p place) {
	if _, old := t.places[id]; !old {
		t.places[id] = p
	}
}

// packed reads the entries of a cross-reference stream.
func (t *table) packed(d map[string]obj, body []byte) bool {
	w := d["W"].a
	if len(w) < 3 {
		return false
	}
	var width [3]int
	total := 0
	for i := range width {
		if w[i].k != number || w[i].f < 0 || w[i].f > 8 {
			return false
		}
		width[i] = int(w[i].f)
		total += width[i]
	}
	if total == 0 {
		return false
	}
	index := d["Index"].a
	if len(index) == 0 {
		index = []obj{{k: number}, d["Size"]}
	}
	field := func(b []byte) int {
		v := 0
		for _, c := range b {
			v = v<<8 | int(c)
		}
		return v
	}
	for ; len(index) >= 2; index = index[2:] {
		if index[0].f < 0 || index[1].f < 0 || index[0].f+index[1].f > maxObjects {
			return false
		}
		for i := range int(index[1].f) {
			if len(body) < total {
				return true // a table cut short: what is missing may stand in an older one
			}
			kind := 1
			if width[0] > 0 {
				kind = field(body[:width[0]])
			}
			a, b := field(body[width[0]:width[0]+width[1]]), field(body[width[0]+width[1]:total])
			body = body[total:]
			switch id := uint32(int(index[0].f) + i); kind {
			case 0:
				t.add(id, place{})
			case 1:
				if a < 0 {
					return false
				}
				t.add(id, place{offset: a, gen: b})
			case 2:
				if a >= 0 && a < maxObjects && b >= 0 {
					t.add(id, place{offset: -1, stream: uint32(a), index: b})
				}
			}
		}
	}
	return true
}

// verify checks that every object stands where the table says; false when one does not, or the file ends too early.
func (t *table) verify(data []byte) bool {
	for id, p := range t.places {
		switch {
		case p.offset > 0:
			if !isObject(data, p.offset, id) {
				return false
			}
		case p.offset < 0:
			if s, ok := t.places[p.stream]; !ok || s.offset <= 0 {
				return false
			}
		}
	}
	return len(t.places) > 0
}

// isObject reports whether "id gen obj" stands at an offset.
func isObject(data []byte, offset int, id uint32) bool {
	if offset >= len(data) {
		return false
	}
	x := lexer{b: data[:min(len(data), offset+64)], i: offset}
	n, g, word := x.object(false), x.object(false), x.object(false)
	return n.k == number && n.f == float64(id) && g.k == number && word.k == keyword && bytes.HasPrefix(word.s, []byte("obj"))
}
