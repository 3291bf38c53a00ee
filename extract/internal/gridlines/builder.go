package gridlines

import (
	"fmt"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
)

// A Builder collects blocks from a flow of paragraphs each of which says how deep in tables it stands, and of marks that
// end cells and rows: small tables in tables belong to the cells they
// stand in, larger ones come out behind their table. The zero value is not ready; see
// NewBuilder.
type Builder struct {
	maxCells, maxDepth int
	blocks             []document.Block
	open               []*openTable // outermost first
	cells              int
}

// Content is what a cell holds: its text, what of it is not shown, and the tables and pictures within it.
type Content struct {
	Text   string
	Unseen []document.Unseen
	Inner  []document.Block
}

// openTable is a table being read.
type openTable struct {
	rows [][]Cell
	row  []Content // finished cells of the row being read
	cell Content   // the cell being read
	gone []document.Unseen
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
	g, inner, err := layOut(t.rows, Tolerance)
	if err != nil {
		return err
	}
	if g == nil {
		return nil
	}
	g.Cells[len(g.Cells)-1].Unseen = append(g.Cells[len(g.Cells)-1].Unseen, t.gone...)
	behind := line.Settle(g, inner)
	if len(behind) == 0 || !Blank(g) { // a frame around other tables is none
		b.Add(document.Block{Kind: document.TableKind, Table: g})
	}
	for _, bl := range behind {
		b.Add(bl)
	}
	return nil
}

// Add puts a block where the flow is: text into the cell being read; a table or a picture into it, or behind its table.
func (b *Builder) Add(bl document.Block) {
	n := len(b.open)
	if n == 0 {
		b.blocks = append(b.blocks, bl)
		return
	}
	c := &b.open[n-1].cell
	switch {
	case bl.Kind == document.TableKind || bl.Kind == document.Image:
		c.Inner = append(c.Inner, bl)
		return
	case bl.Text != "":
		c.Text = strings.TrimSpace(c.Text + "\n" + bl.Text)
	}
	c.Unseen = append(c.Unseen, bl.Unseen...)
}

// EndCell ends the cell being read.
func (b *Builder) EndCell() {
	if n := len(b.open); n > 0 {
		t := b.open[n-1]
		t.row = append(t.row, t.cell)
		t.cell = Content{}
	}
}

// EndRow ends the row being read, if there is one; place gives its contents their cells. Nil: one column each.
func (b *Builder) EndRow(place func([]Content) []Cell) error {
	n := len(b.open)
	if n == 0 {
		return nil
	}
	t := b.open[n-1]
	if t.cell.Text != "" || len(t.cell.Unseen)+len(t.cell.Inner) > 0 {
		b.EndCell()
	}
	if len(t.row) == 0 {
		return nil
	}
	if b.cells += len(t.row); b.cells > b.maxCells {
		return fmt.Errorf("more than %d cells: %w", b.maxCells, document.ErrTooLarge)
	}
	if place == nil {
		place = func(list []Content) []Cell { return Place(list, nil) }
	}
	t.rows = append(t.rows, place(t.row))
	t.row = t.row[:0]
	return nil
}

// DropRow takes the row being read out of its table: it is not shown, and why.
func (b *Builder) DropRow(why string) {
	n := len(b.open)
	if n == 0 {
		return
	}
	t := b.open[n-1]
	for _, c := range append(t.row, t.cell) {
		if c.Text != "" {
			t.gone = append(t.gone, document.Unseen{Text: c.Text, Why: why})
		}
		t.gone = append(t.gone, c.Unseen...)
		for _, bl := range c.Inner {
			if bl.Table != nil {
				t.gone = append(t.gone, line.Unseen(bl.Table, why)...)
			}
		}
	}
	t.row, t.cell = t.row[:0], Content{}
	if len(t.gone) > maxGone {
		t.gone = t.gone[:maxGone]
	}
}

// maxGone bounds the texts of dropped rows that are kept of a table.
const maxGone = 200

// Blocks ends all tables and gives what was collected.
func (b *Builder) Blocks() ([]document.Block, error) {
	if err := b.Enter(0); err != nil {
		return nil, err
	}
	return b.blocks, nil
}

const inch = 1440 // twips

// Place puts contents into the cells of a row's definition. What is beyond it gets columns of its own.
func Place(list []Content, row []Cell) []Cell {
	out := make([]Cell, 0, len(list))
	for i, t := range list {
		c := Cell{Right: inch}
		if n := len(out); i < len(row) {
			c = row[i]
		} else if n > 0 {
			c = Cell{Left: out[n-1].Right, Right: out[n-1].Right + inch}
		}
		c.Content = t
		out = append(out, c)
	}
	return out
}
