package odt

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/opc"
)

const maxSpan = 500

// grid is a table being read.
type grid struct {
	t     *document.Table
	row   int // of the next row; rows of empty cells at the end are not counted
	inner []line.Inner
	taken map[[2]int]bool
	// rows and cols are those that are not shown; col is the next column to be described.
	rows, cols []stretch
	col        int
}

// stretch are rows or columns that follow one another, to not within.
type stretch struct{ from, to int }

func within(list []stretch) func(int) bool {
	return func(n int) bool {
		return slices.ContainsFunc(list, func(s stretch) bool { return n >= s.from && n < s.to })
	}
}

const maxStretches = 10_000

// hides reports whether an element takes itself out of view: by its visibility, or by a style without size.
func (r *reader) hides(s xml.StartElement, family string) bool {
	v := opc.Attr(s, "visibility")
	return v == "collapse" || v == "filter" || r.of(family, opc.Attr(s, "style-name")).flat == on
}

// table reads one table. Small tables within its cells belong to these; others become blocks of their own behind it.
func (r *reader) table(add func(document.Block)) error {
	g := &grid{t: &document.Table{Method: "markup"}, taken: map[[2]int]bool{}}
	if err := r.rows(g); err != nil {
		return err
	}
	behind := line.Settle(g.t, g.inner)
	g.trim()
	if err := gridlines.Fits(g.t); err != nil {
		return fmt.Errorf("odt: %w", err)
	}
	gridlines.Drop(g.t, within(g.rows), within(g.cols))
	if len(g.t.Cells) > 0 && (len(behind) == 0 || !gridlines.Blank(g.t)) {
		add(document.Block{Kind: document.TableKind, Table: g.t})
	}
	for _, b := range behind {
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

func (r *reader) rows(g *grid) error { return r.rowsOf(g, false) }

// rowsOf reads columns and rows; hidden says that the group they stand in is folded.
func (r *reader) rowsOf(g *grid, hidden bool) error {
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "table-column":
			n := count(s, "number-columns-repeated")
			if (hidden || r.hides(s, "table-column")) && len(g.cols) < maxStretches {
				g.cols = append(g.cols, stretch{g.col, g.col + n})
			}
			g.col += n
			return r.skip()
		case "table-row":
			from, first := len(g.t.Cells), g.row
			if (hidden || r.hides(s, "table-row")) && len(g.rows) < maxStretches {
				defer func() { g.rows = append(g.rows, stretch{first, max(g.row, first+1)}) }()
			}
			if err := r.row(g); err != nil {
				return err
			}
			if n := count(s, "number-rows-repeated"); n > 1 {
				return r.repeat(g, from, n)
			}
			return nil
		case "table-header-rows", "table-row-group", "table-rows", "table-header-columns", "table-column-group", "table-columns":
			return r.rowsOf(g, hidden || opc.Attr(s, "display") == "false")
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
	v := opc.Attr(s, name)
	if v == "" {
		return 1
	}
	n, err := strconv.Atoi(v)
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
			var unseen []document.Unseen
			ground := r.ground
			cell := r.of("table-cell", opc.Attr(s, "style-name"))
			if cell.ground != "" {
				r.ground = cell.ground
			} else if r.d.MediaType != Sheet {
				r.ground = "" // of the table, its row or its column: not told here
			}
			err := r.blocks("", 0, func(b document.Block) {
				if b.Kind == document.TableKind || b.Kind == document.Image {
					g.inner = append(g.inner, line.Inner{Cell: len(g.t.Cells), Block: b})
					return
				}
				if look := cell.look(r.ground); r.d.MediaType == Sheet && look.Why != "" && b.Text != "" { // a sheet's text has its cell's style
					b.Unseen, b.Text = append(b.Unseen, document.Unseen{Text: b.Text, Why: look.Why}), ""
				}
				unseen = append(unseen, b.Unseen...)
				if b.Text != "" {
					lines = append(lines, b.Text)
				}
			})
			r.ground = ground
			if err != nil {
				return err
			}
			text := strings.TrimSpace(strings.Join(lines, "\n"))
			n := count(s, "number-columns-repeated")
			c := document.Cell{Row: g.row, RowSpan: min(count(s, "number-rows-spanned"), maxSpan), ColSpan: min(count(s, "number-columns-spanned"), maxSpan), Text: text, Unseen: unseen}
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
	if c.Text != "" || len(c.Unseen) > 0 || r.d.MediaType != Sheet {
		g.t.Rows, g.t.Cols = max(g.t.Rows, c.Row+c.RowSpan), max(g.t.Cols, c.Col+c.ColSpan)
	}
	return nil
}
