package doc

import (
	"slices"

	"nianbao/extract/internal/gridlines"
)

// maxRowCells is the most cells a row may have; Word itself allows 63.
const maxRowCells = 255

// rowProps is the definition of a table row: the edges of its cells, one more than cells, and their merges.
type rowProps struct {
	edges  []int // twips
	merged []cellProps
}

type cellProps struct {
	first, joined bool // of a merge across
	down          gridlines.Merge
}

// define reads a TDefTableOperand without its count, [MS-DOC] §2.9.315.
func (r *rowProps) define(b []byte) {
	if len(b) == 0 {
		return
	}
	n := int(b[0])
	if 1+2*(n+1) > len(b) {
		return
	}
	r.edges, r.merged = make([]int, n+1), make([]cellProps, n)
	for i := range r.edges {
		r.edges[i] = int(int16(u16(b, 1+2*i)))
	}
	for i := range r.merged {
		flags := u16(b, 1+2*(n+1)+20*i)
		r.merged[i].first, r.merged[i].joined = flags&1 != 0, flags&2 != 0
		switch {
		case flags&0x40 != 0:
			r.merged[i].down = gridlines.Restart
		case flags&0x20 != 0:
			r.merged[i].down = gridlines.Continue
		}
	}
}

func (r *rowProps) merge(from, to int, on bool) {
	for i := max(0, from); i < min(to, len(r.merged)); i++ {
		r.merged[i].first, r.merged[i].joined = on && i == from, on && i > from
	}
}

func (r *rowProps) mergeDown(i int, kind byte) {
	if i >= len(r.merged) {
		return
	}
	r.merged[i].down = map[byte]gridlines.Merge{1: gridlines.Continue, 3: gridlines.Restart}[kind]
}

func (r *rowProps) insert(at, n, width int) {
	if at > len(r.merged) || len(r.merged)+n > maxRowCells || len(r.edges) == 0 {
		return
	}
	for k := range n {
		r.edges = slices.Insert(r.edges, at+k+1, r.edges[at+k]+width)
		r.merged = slices.Insert(r.merged, at+k, cellProps{})
	}
	for k := at + n + 1; k < len(r.edges); k++ {
		r.edges[k] += n * width
	}
}

func (r *rowProps) remove(from, to int) {
	if to = min(to, len(r.merged)); from >= to {
		return
	}
	gap := r.edges[to] - r.edges[from]
	r.edges = slices.Delete(r.edges, from+1, to+1)
	r.merged = slices.Delete(r.merged, from, to)
	for k := from + 1; k < len(r.edges); k++ {
		r.edges[k] -= gap
	}
}

func (r *rowProps) resize(from, to, width int) {
	for i := from; i < min(to, len(r.merged)); i++ {
		d := width - (r.edges[i+1] - r.edges[i])
		for k := i + 1; k < len(r.edges); k++ {
			r.edges[k] += d
		}
	}
}

// cells is the definition as cells without text; none without a definition.
func (r *rowProps) cells() []gridlines.Cell {
	if r == nil {
		return nil
	}
	var out []gridlines.Cell
	for i, c := range r.merged {
		out = append(out, gridlines.Cell{Left: r.edges[i], Right: r.edges[i+1], Joined: c.joined, Merge: c.down})
	}
	return out
}
