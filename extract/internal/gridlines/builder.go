package gridlines

import (
	"fmt"
	"strings"

	"nianbao/document"
)

// A Builder collects blocks from a flow of paragraphs each of which says how deep in tables it stands, and of marks that
// end cells and rows: tables in tables come out behind the table they stand in. The zero value is not ready; see
// NewBuilder.
type Builder struct {
	maxCells, maxDepth int
	blocks             []document.Block
	open               []*openTable // outermost first
	cells              int
}

// openTable is a table being read.
type openTable struct {
	rows  [][]Cell
	row   []string // finished cells of the row being read
	lines []string // finished paragraphs of the cell being read
	after []document.Block
}

// NewBuilder returns a builder that refuses more cells and deeper nesting than said.
func NewBuilder(maxCells, maxDepth int) *Builder {
	return &Builder{maxCells: maxCells, maxDepth: maxDepth}
}

// Enter goes to a depth: 0 is outside of tables. Deeper tables end.
func (b *Builder) Enter(depth int) error {
	if depth < 0 || depth > b.maxDepth {
		return fmt.Errorf("tables nested %d deep: %w", depth, document.ErrBomb)
	}
	for len(b.open) > depth {
		if err := b.close(); err != nil {
			return err
		}
	}
	for len(b.open) < depth {
		b.open = append(b.open, &openTable{})
	}
	return nil
}

// Depth is how deep in tables the builder is.
func (b *Builder) Depth() int { return len(b.open) }

// close ends the innermost table.
func (b *Builder) close() error {
	if err := b.EndRow(nil); err != nil {
		return err
	}
	n := len(b.open) - 1
	t := b.open[n]
	b.open = b.open[:n]
	g, err := Table(t.rows, Tolerance)
	if err != nil {
		return err
	}
	if g != nil && (len(t.after) == 0 || !Blank(g)) { // a frame around other tables is none
		b.Add(document.Block{Kind: document.TableKind, Table: g})
	}
	for _, bl := range t.after {
		b.Add(bl)
	}
	return nil
}

// Add puts a block where the flow is: text into the cell being read, a table or a picture behind the table.
func (b *Builder) Add(bl document.Block) {
	n := len(b.open)
	switch {
	case n == 0:
		b.blocks = append(b.blocks, bl)
	case bl.Kind == document.TableKind || bl.Kind == document.Image:
		b.open[n-1].after = append(b.open[n-1].after, bl)
	default:
		b.open[n-1].lines = append(b.open[n-1].lines, bl.Text)
	}
}

// EndCell ends the cell being read.
func (b *Builder) EndCell() {
	if n := len(b.open); n > 0 {
		t := b.open[n-1]
		t.row = append(t.row, strings.TrimSpace(strings.Join(t.lines, "\n")))
		t.lines = nil
	}
}

// EndRow ends the row being read, if there is one; place gives its texts their cells. Nil: one column each.
func (b *Builder) EndRow(place func(texts []string) []Cell) error {
	n := len(b.open)
	if n == 0 {
		return nil
	}
	t := b.open[n-1]
	if len(t.lines) > 0 {
		b.EndCell()
	}
	if len(t.row) == 0 {
		return nil
	}
	if b.cells += len(t.row); b.cells > b.maxCells {
		return fmt.Errorf("more than %d cells: %w", b.maxCells, document.ErrTooLarge)
	}
	if place == nil {
		place = func(texts []string) []Cell { return Place(texts, nil) }
	}
	t.rows = append(t.rows, place(t.row))
	t.row = nil
	return nil
}

// DropRow forgets the row being read.
func (b *Builder) DropRow() {
	if n := len(b.open); n > 0 {
		b.open[n-1].row, b.open[n-1].lines = nil, nil
	}
}

// Blocks ends all tables and gives what was collected.
func (b *Builder) Blocks() ([]document.Block, error) {
	if err := b.Enter(0); err != nil {
		return nil, err
	}
	return b.blocks, nil
}

const inch = 1440 // twips

// Place puts texts into the cells of a row's definition. A text beyond it gets a column of its own.
func Place(texts []string, row []Cell) []Cell {
	out := make([]Cell, 0, len(texts))
	for i, t := range texts {
		c := Cell{Right: inch}
		if n := len(out); i < len(row) {
			c = row[i]
		} else if n > 0 {
			c = Cell{Left: out[n-1].Right, Right: out[n-1].Right + inch}
		}
		c.Text = t
		out = append(out, c)
	}
	return out
}
