// Package sheet reads workbooks: XLSX (ECMA-376) and the binary XLS of Excel 5 to 2003 ([MS-XLS]).
//
// In go bytes; out comes a document in which each visible sheet is a heading with its name and a table with merged
// cells, and before them what stands above the table in rows of its own. Numbers stand as they are meant: 12 and never 12.0 or 1.2E+01, percentages and dates by their format, results
// of formulas as the file caches them. Empty rows and columns around a table are left out. Cells are bounded, and so is
// the grid they span; an encrypted workbook ends in an error that says so.
package sheet

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	Package  opc.Options
	MaxCells int // of all sheets, 200,000
}

func (o Options) defaults() Options {
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	return o
}

const maxSheets = 200

// The sizes of the largest sheet there can be.
const (
	maxRows = 1 << 20
	maxCols = 1 << 14
)

// book is a workbook being read.
type book struct {
	opt    Options
	sheets []*sheet
	cells  int
}

// sheet is one sheet: its cells that hold something, and what is merged.
type sheet struct {
	name   string
	cells  []cell
	merges []area
}

type cell struct {
	row, col int
	text     string
}

// area is a rectangle of places, its last row and column within.
type area struct{ top, left, bottom, right int }

// put adds a cell to a sheet. A cell without text is not kept.
func (b *book) put(s *sheet, row, col int, text string) error {
	if text = strings.TrimSpace(text); text == "" || row < 0 || col < 0 || row >= maxRows || col >= maxCols {
		return nil
	}
	if b.cells++; b.cells > b.opt.MaxCells {
		return fmt.Errorf("sheet: more than %d cells: %w", b.opt.MaxCells, document.ErrTooLarge)
	}
	s.cells = append(s.cells, cell{row, col, text})
	return nil
}

// merge adds a merged area to a sheet.
func (b *book) merge(s *sheet, a area) error {
	if a.top > a.bottom || a.left > a.right || a.top < 0 || a.left < 0 || a.bottom >= maxRows || a.right >= maxCols {
		return nil
	}
	if len(s.merges) >= b.opt.MaxCells {
		return fmt.Errorf("sheet: more than %d merged areas: %w", b.opt.MaxCells, document.ErrTooLarge)
	}
	s.merges = append(s.merges, a)
	return nil
}

// unnamed are the names that programs give to sheets.
var unnamed = regexp.MustCompile(`^(?i:sheet|工作表|表)\s*\d*$`)

// document lays the sheets out: of each the lines above its table, its name, and the table.
func (b *book) document(media, engine string) (*document.Document, error) {
	d := &document.Document{MediaType: media, Engine: engine}
	places := 0
	for _, s := range b.sheets {
		t := s.table(b.opt.MaxCells)
		if t == nil {
			continue
		}
		if places += t.Rows * t.Cols; places > 4*b.opt.MaxCells {
			return nil, fmt.Errorf("sheet: tables of more than %d places: %w", 4*b.opt.MaxCells, document.ErrTooLarge)
		}
		for _, text := range above(t) {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: text})
		}
		if len(t.Cells) == 0 {
			continue
		}
		if !unnamed.MatchString(s.name) {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 1, Text: s.name})
		}
		d.Blocks = append(d.Blocks, document.Block{Kind: document.TableKind, Table: t})
	}
	return d, nil
}

// above takes the lines off a table that stand above it: first rows in which one cell has the row for itself. Of a
// sheet of lines only, nothing remains.
func above(t *document.Table) []string {
	var lines []string
	i, row := 0, 0
	for i < len(t.Cells) {
		first, end, alone := t.Cells[i], i+1, t.Cells[i].RowSpan == 1
		for ; end < len(t.Cells) && t.Cells[end].Row == row; end++ {
			alone = alone && t.Cells[end].Text == "" && t.Cells[end].RowSpan == 1
		}
		if !alone || first.Row != row {
			break
		}
		if first.Text != "" {
			lines = append(lines, first.Text)
		}
		i, row = end, row+1
	}
	t.Cells, t.Rows = t.Cells[i:], t.Rows-row
	for k := range t.Cells {
		t.Cells[k].Row -= row
	}
	return lines
}

// table is the part of a sheet that is in use, nil when nothing is. In a sheet whose cells are strewn over more than
// so many places, rows and columns without a cell are left out.
func (s *sheet) table(most int) *document.Table {
	if len(s.cells) == 0 {
		return nil
	}
	slices.SortStableFunc(s.cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	rows, cols := newAxis(s.cells, func(c cell) int { return c.row }), newAxis(s.cells, func(c cell) int { return c.col })
	if rows.span()*cols.span() > most {
		rows.dense, cols.dense = true, true
	}
	t := &document.Table{Method: "markup", Rows: rows.span(), Cols: cols.span()}
	if t.Rows*t.Cols > 4*most {
		return t // refused by the caller
	}
	at := make(map[[2]int]string, len(s.cells))
	for _, c := range s.cells {
		at[[2]int{rows.index(c.row), cols.index(c.col)}] = c.text
	}
	origin := make(map[[2]int]area)
	covered := make([]bool, t.Rows*t.Cols)
	for _, m := range s.merges {
		a := area{rows.index(m.top), cols.index(m.left), rows.last(m.bottom), cols.last(m.right)}
		if a.bottom < a.top || a.right < a.left || !free(covered, t.Cols, a) {
			continue
		}
		for r := a.top; r <= a.bottom; r++ {
			for c := a.left; c <= a.right; c++ {
				covered[r*t.Cols+c] = true
			}
		}
		origin[[2]int{a.top, a.left}] = a
	}
	for r := range t.Rows {
		for c := range t.Cols {
			p := [2]int{r, c}
			a, merged := origin[p]
			if !merged && covered[r*t.Cols+c] {
				continue
			}
			cell := document.Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: at[p]}
			if merged {
				cell.RowSpan, cell.ColSpan = a.bottom-a.top+1, a.right-a.left+1
			}
			t.Cells = append(t.Cells, cell)
		}
	}
	return t
}

// free reports whether no place of an area is covered yet. A merge that overlaps another is damage and is left out.
func free(covered []bool, cols int, a area) bool {
	for r := a.top; r <= a.bottom; r++ {
		for c := a.left; c <= a.right; c++ {
			if covered[r*cols+c] {
				return false
			}
		}
	}
	return true
}

// axis maps the rows or the columns of a sheet to those of its table.
type axis struct {
	used  []int // ascending
	dense bool  // only what is used counts
}

func newAxis(cells []cell, of func(cell) int) *axis {
	a := &axis{}
	for _, c := range cells {
		a.used = append(a.used, of(c))
	}
	slices.Sort(a.used)
	a.used = slices.Compact(a.used)
	return a
}

func (a *axis) span() int {
	if a.dense {
		return len(a.used)
	}
	return a.used[len(a.used)-1] - a.used[0] + 1
}

// index is the place of the first row or column in use at n or after it.
func (a *axis) index(n int) int {
	if a.dense {
		i, _ := slices.BinarySearch(a.used, n)
		return i
	}
	return max(0, n-a.used[0])
}

// last is the place of the last row or column in use at n or before it.
func (a *axis) last(n int) int {
	if a.dense {
		i, ok := slices.BinarySearch(a.used, n)
		if !ok {
			i--
		}
		return i
	}
	return min(n-a.used[0], a.span()-1)
}
