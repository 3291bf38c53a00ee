// Package gridlines builds tables whose rows say, each for itself, where the edges of their cells lie: the way of Word's
// binary files and of RTF.
//
// In go rows of cells with a left and a right edge in any unit; out comes a grid. The distinct edges of all rows, those
// closer than a tolerance taken as one, are the grid's lines, so that a cell's column span follows from its edges; row
// spans follow from the marks of vertical merges. A cell is never lost: where the edges make no sense, cells take the
// columns in their order.
package gridlines

import (
	"fmt"
	"slices"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
)

// Merge is a cell's part in a vertical merge.
type Merge int

// The parts a cell may have.
const (
	None     Merge = iota
	Restart        // the first cell of a merge
	Continue       // covered by the cell above
)

// A Cell of one row. Cells of a row come left to right.
type Cell struct {
	Left, Right int
	Content
	// Joined marks a cell that continues the cell to its left.
	Joined bool
	Merge  Merge
}

// Tolerance below which two edges are one line, in twips: 1 pt.
const Tolerance = 20

// maxPlaces bounds rows × columns: few cells can span a grid that no reader could write out.
const maxPlaces = 4 << 20

// Fits returns an error that wraps document.ErrTooLarge when a table's grid is out of all proportion.
func Fits(t *document.Table) error {
	if t.Rows > maxPlaces || t.Cols > maxPlaces || t.Rows*t.Cols > maxPlaces {
		return fmt.Errorf("a table of %d rows and %d columns: %w", t.Rows, t.Cols, document.ErrTooLarge)
	}
	return nil
}

// Table lays rows out on a grid; nil when there is no cell.
func Table(rows [][]Cell, tolerance int) (*document.Table, error) {
	t, _, err := layOut(rows, tolerance)
	return t, err
}

// layOut gives the table, and what stands within its cells.
func layOut(rows [][]Cell, tolerance int) (*document.Table, []line.Inner, error) {
	var inner []line.Inner
	joined := make([][]Cell, len(rows))
	sane := true
	for i, row := range rows {
		joined[i] = join(row)
		for k, c := range joined[i] {
			sane = sane && c.Right-c.Left > tolerance && (k == 0 || c.Left >= joined[i][k-1].Right-tolerance)
		}
	}
	lines := edges(joined, tolerance)
	count := 0
	for _, row := range joined {
		count += len(row)
	}
	if count == 0 {
		return nil, nil, nil
	}
	t := &document.Table{Method: "markup", Rows: len(rows), Cells: make([]document.Cell, 0, count)}
	open := map[int]int{} // column → index of the cell that a merge may continue
	for r, row := range joined {
		at := 0
		for _, c := range row {
			col, end := at, at+1
			if sane {
				col = max(at, place(lines, c.Left))
				end = max(col+1, place(lines, c.Right))
			}
			at = end
			t.Cols = max(t.Cols, end)
			if i, ok := open[col]; ok && c.Merge == Continue {
				if o := &t.Cells[i]; o.Row+o.RowSpan == r && o.ColSpan == end-col {
					o.RowSpan++
					o.Text, o.Unseen = strings.TrimSpace(o.Text+"\n"+c.Text), append(o.Unseen, c.Unseen...)
					for _, bl := range c.Inner {
						inner = append(inner, line.Inner{Cell: i, Block: bl})
					}
					continue
				}
			}
			for k := col; k < end; k++ {
				delete(open, k)
			}
			if c.Merge != None {
				open[col] = len(t.Cells)
			}
			for _, bl := range c.Inner {
				inner = append(inner, line.Inner{Cell: len(t.Cells), Block: bl})
			}
			t.Cells = append(t.Cells, document.Cell{Row: r, Col: col, RowSpan: 1, ColSpan: end - col, Text: c.Text, Unseen: c.Unseen})
		}
	}
	if len(t.Cells) == 0 {
		return nil, nil, nil
	}
	return t, inner, Fits(t)
}

// join puts cells that continue their left neighbour into it.
func join(row []Cell) []Cell {
	if !slices.ContainsFunc(row, func(c Cell) bool { return c.Joined }) {
		return row
	}
	var out []Cell
	for _, c := range row {
		if n := len(out); c.Joined && n > 0 {
			out[n-1].Right = max(out[n-1].Right, c.Right)
			o := &out[n-1]
			o.Text, o.Unseen, o.Inner = strings.TrimSpace(o.Text+"\n"+c.Text), append(o.Unseen, c.Unseen...), append(o.Inner, c.Inner...)
			continue
		}
		out = append(out, c)
	}
	return out
}

// edges are the grid's lines: the first edge of each cluster, ascending.
func edges(rows [][]Cell, tolerance int) []int {
	var all []int
	for _, row := range rows {
		for _, c := range row {
			all = append(all, c.Left, c.Right)
		}
	}
	slices.Sort(all)
	var out []int
	for _, x := range all {
		if len(out) == 0 || x-out[len(out)-1] > tolerance {
			out = append(out, x)
		}
	}
	return out
}

// place is the index of the line an edge lies on.
func place(lines []int, x int) int {
	i, exact := slices.BinarySearch(lines, x)
	if exact || i == 0 {
		return i
	}
	return i - 1
}

// Blank reports whether no cell of a table holds text: a frame around other tables is such.
func Blank(t *document.Table) bool {
	return !slices.ContainsFunc(t.Cells, func(c document.Cell) bool { return c.Text != "" })
}
