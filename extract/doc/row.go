package doc

import (
	"slices"

	"nianbao/extract/ruler"
)

// maxRowCells is the most cells a row may have; Word itself allows 63.
const maxRowCells = 255

// rowProps is the definition of a table row: the edges of its cells, one more than cells, and their merges.
type rowProps struct {
	edges []int // twips
	cells []cellProps
}

type cellProps struct {
	first, joined bool // of a merge across
	down          ruler.Merge
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
	r.edges, r.cells = make([]int, n+1), make([]cellProps, n)
	for i := range r.edges {
		r.edges[i] = int(int16(u16(b, 1+2*i)))
	}
	for i := range r.cells {
		flags := u16(b, 1+2*(n+1)+20*i)
		r.cells[i].first, r.cells[i].joined = flags&1 != 0, flags&2 != 0
		switch {
		case flags&0x40 != 0:
			r.cells[i].down = ruler.Restart
		case flags&0x20 != 0:
			r.cells[i].down = ruler.Continue
		}
	}
}

func (r *rowProps) merge(from, to int, on bool) {
	for i := max(0, from); i < min(to, len(r.cells)); i++ {
		r.cells[i].first, r.cells[i].joined = on && i == from, on && i > from
	}
}

func (r *rowProps) mergeDown(i int, kind byte) {
	if i >= len(r.cells) {
		return
	}
	r.cells[i].down = map[byte]ruler.Merge{1: ruler.Continue, 3: ruler.Restart}[kind]
}

func (r *rowProps) insert(at, n, width int) {
	if at > len(r.cells) || len(r.cells)+n > maxRowCells || len(r.edges) == 0 {
		return
	}
	for k := range n {
		r.edges = slices.Insert(r.edges, at+k+1, r.edges[at+k]+width)
		r.cells = slices.Insert(r.cells, at+k, cellProps{})
	}
	for k := at + n + 1; k < len(r.edges); k++ {
		r.edges[k] += n * width
	}
}

func (r *rowProps) remove(from, to int) {
	if to = min(to, len(r.cells)); from >= to {
		return
	}
	gap := r.edges[to] - r.edges[from]
	r.edges = slices.Delete(r.edges, from+1, to+1)
	r.cells = slices.Delete(r.cells, from, to)
	for k := from + 1; k < len(r.edges); k++ {
		r.edges[k] -= gap
	}
}

func (r *rowProps) resize(from, to, width int) {
	for i := from; i < min(to, len(r.cells)); i++ {
		d := width - (r.edges[i+1] - r.edges[i])
		for k := i + 1; k < len(r.edges); k++ {
			r.edges[k] += d
		}
	}
}

// cells puts a row's texts into its definition. Texts without a definition are kept, one column each.
func (r *rowProps) place(texts []string) []ruler.Cell {
	var out []ruler.Cell
	for i, t := range texts {
		c := ruler.Cell{Text: t}
		if r != nil && i < len(r.cells) {
			c.Left, c.Right = r.edges[i], r.edges[i+1]
			c.Joined, c.Merge = r.cells[i].joined, r.cells[i].down
		} else if n := len(out); n > 0 {
			c.Left, c.Right = out[n-1].Right, out[n-1].Right+1440
		} else {
			c.Right = 1440
		}
		out = append(out, c)
	}
	return out
}
