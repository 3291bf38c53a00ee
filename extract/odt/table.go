package odt

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
	"nianbao/extract/internal/opc"
)

const maxSpan = 500

// grid is a table being read.
type grid struct {
	t     *document.Table
	row   int // of the next row; rows of empty cells at the end are not counted
	after []document.Block
	taken map[[2]int]bool
}

// table reads one table. Nested tables become blocks of their own behind it.
func (r *reader) table(add func(document.Block)) error {
	g := &grid{t: &document.Table{Method: "markup"}, taken: map[[2]int]bool{}}
	if err := r.rows(g); err != nil {
		return err
	}
	g.trim()
	if err := gridlines.Fits(g.t); err != nil {
		return fmt.Errorf("odt: %w", err)
	}
	if len(g.t.Cells) > 0 && (len(g.after) == 0 || !gridlines.Blank(g.t)) {
		add(document.Block{Kind: document.TableKind, Table: g.t})
	}
	for _, b := range g.after {
		add(b)
	}
	return nil
}

// trim cuts spans at the last row and, of a sheet, leaves out the empty cells around what is in use.
func (g *grid) trim() {
	g.t.Rows = min(g.t.Rows, g.row)
	kept := g.t.Cells[:0]
	for _, c := range g.t.Cells {
		if c.Row < g.t.Rows && c.Col < g.t.Cols {
			c.RowSpan, c.ColSpan = min(c.RowSpan, g.t.Rows-c.Row), min(c.ColSpan, g.t.Cols-c.Col)
			kept = append(kept, c)
		}
	}
	g.t.Cells = kept
}

func (r *reader) rows(g *grid) error {
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "table-row":
			from := len(g.t.Cells)
			if err := r.row(g); err != nil {
				return err
			}
			if n := count(s, "number-rows-repeated"); n > 1 {
				return r.repeat(g, from, n)
			}
			return nil
		case "table-header-rows", "table-row-group", "table-rows":
			return r.rows(g)
		}
		return r.skip()
	}, nil)
}

// repeat writes the row just read again. A row of empty cells is only counted: a sheet ends in a million of them.
func (r *reader) repeat(g *grid, from, n int) error {
	row := append([]document.Cell(nil), g.t.Cells[from:]...)
	blank := gridlines.Blank(&document.Table{Cells: row})
	for ; n > 1; n-- {
		if blank {
			g.row += n - 1
			return nil
		}
		for _, c := range row {
			c.Row = g.row
			if err := r.put(g, c); err != nil {
				return err
			}
		}
		g.row++
	}
	return nil
}

func count(s xml.StartElement, name string) int {
	n, err := strconv.Atoi(opc.Attr(s, name))
	if err != nil {
		return 1
	}
	return min(max(1, n), 1<<20)
}

func (r *reader) row(g *grid) error {
	col := 0
	err := r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "covered-table-cell":
			col += count(s, "number-columns-repeated")
			return r.skip()
		case "table-cell":
			var lines []string
			err := r.blocks("", 0, func(b document.Block) {
				if b.Kind == document.TableKind || b.Kind == document.Image {
					g.after = append(g.after, b)
					return
				}
				lines = append(lines, b.Text)
			})
			if err != nil {
				return err
			}
			text := strings.TrimSpace(strings.Join(lines, "\n"))
			n := count(s, "number-columns-repeated")
			c := document.Cell{Row: g.row, RowSpan: min(count(s, "number-rows-spanned"), maxSpan), ColSpan: min(count(s, "number-columns-spanned"), maxSpan), Text: text}
			for ; n > 0; n-- {
				if c.Col = col; text == "" && (n > 50 || col > 1000) { // the empty rest of a sheet's row
					col += n
					return nil
				}
				if err := r.put(g, c); err != nil {
					return err
				}
				col++
			}
			return nil
		}
		return r.skip()
	}, nil)
	g.row++
	return err
}

// put adds a cell. Its spans end where another cell begins.
func (r *reader) put(g *grid, c document.Cell) error {
	for g.taken[[2]int{c.Row, c.Col}] {
		c.Col++
	}
	for k := 1; k < c.ColSpan; k++ {
		if g.taken[[2]int{c.Row, c.Col + k}] {
			c.ColSpan = k
		}
	}
	if r.cells += c.RowSpan * c.ColSpan; r.cells > r.opt.MaxCells {
		return fmt.Errorf("odt: more than %d cells: %w", r.opt.MaxCells, document.ErrTooLarge)
	}
	if c.RowSpan > 1 || c.ColSpan > 1 {
		for i := range c.RowSpan {
			for k := range c.ColSpan {
				g.taken[[2]int{c.Row + i, c.Col + k}] = true
			}
		}
	}
	g.t.Cells = append(g.t.Cells, c)
	if c.Text != "" || r.d.MediaType != Sheet {
		g.t.Rows, g.t.Cols = max(g.t.Rows, c.Row+c.RowSpan), max(g.t.Cols, c.Col+c.ColSpan)
	}
	return nil
}
