// Package sheet reads workbooks: XLSX (ECMA-376) and the binary XLS of Excel 5 to 2003 ([MS-XLS]).
//
// In go bytes; out comes a document in which each visible sheet is a heading with its name and a table with merged
// cells, and before them what stands above the table in rows of its own. Numbers stand as they are meant: 12 and never
// 12.0 or 1.2E+01, percentages and dates by their format, results of formulas as the file caches them. Hidden rows and
// columns, struck-out and inkless text and what a number format does not show are kept apart (Unseen). Workbooks that are
// encrypted with the password all programs know are opened. Empty rows and columns around a table are left out. Cells are bounded, and so is
// the grid they span; an encrypted workbook ends in an error that says so.
package sheet

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
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

// sheet is one sheet: its cells that hold something, what is merged, and what is not shown.
type sheet struct {
	name       string
	cells      []cell
	merges     []area
	rows, cols spans // hidden ones
	noZeros    bool  // cells that hold 0 are shown blank
	margins    []string
}

type cell struct {
	row, col int
	shown
}

// shown is what a cell shows, and what it holds besides.
type shown struct {
	text   string
	unseen []document.Unseen
}

// hide makes a text one that is not shown.
func hide(text, why string) shown {
	return shown{unseen: line.Hide(nil, text, why)}
}

// area is a rectangle of places, its last row and column within.
type area struct{ top, left, bottom, right int }

// put adds a cell to a sheet. A cell without anything is not kept.
func (b *book) put(s *sheet, row, col int, v shown) error {
	if v.text = strings.TrimSpace(v.text); v.text == "" && len(v.unseen) == 0 || row < 0 || col < 0 || row >= maxRows || col >= maxCols {
		return nil
	}
	if b.cells++; b.cells > b.opt.MaxCells {
		return fmt.Errorf("sheet: more than %d cells: %w", b.opt.MaxCells, document.ErrTooLarge)
	}
	s.cells = append(s.cells, cell{row, col, v})
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
		for _, text := range s.margins {
			if line.Titled(text) && !s.says(text) {
				d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: text})
			}
		}
		d.Blocks = append(d.Blocks, above(t)...)
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
func above(t *document.Table) []document.Block {
	var lines []document.Block
	i, row := 0, 0
	for i < len(t.Cells) {
		first, end, alone := t.Cells[i], i+1, t.Cells[i].RowSpan == 1
		for ; end < len(t.Cells) && t.Cells[end].Row == row; end++ {
			alone = alone && t.Cells[end].Text == "" && t.Cells[end].RowSpan == 1
		}
		if !alone || first.Row != row {
			break
		}
		var unseen []document.Unseen
		for _, c := range t.Cells[i:end] {
			unseen = append(unseen, c.Unseen...)
		}
		if first.Text != "" || len(unseen) > 0 {
			lines = append(lines, document.Block{Kind: document.Paragraph, Text: first.Text, Unseen: unseen})
		}
		i, row = end, row+1
	}
	t.Cells, t.Rows = t.Cells[i:], t.Rows-row
	for k := range t.Cells {
		t.Cells[k].Row -= row
	}
	return lines
}

// table is the part of a sheet that is in use and shown, nil when nothing is. In a sheet whose cells are strewn over more
// than so many places, rows and columns without a cell are left out. A merged cell of which some is shown shows its text.
func (s *sheet) table(most int) *document.Table {
	s.rows.settle()
	s.cols.settle()
	var origins map[[2]int]bool // merged cells of which some is shown, where something is hidden
	if len(s.rows.list)+len(s.cols.list) > 0 {
		origins = map[[2]int]bool{}
	}
	for _, m := range s.merges {
		if origins == nil {
			break
		}
		if s.rows.before(m.bottom+1)-s.rows.before(m.top) <= m.bottom-m.top && s.cols.before(m.right+1)-s.cols.before(m.left) <= m.right-m.left {
			origins[[2]int{m.top, m.left}] = true
		}
	}
	var gone []cell
	cells := s.cells
	if origins != nil || s.noZeros {
		cells = make([]cell, 0, len(s.cells))
	}
	for _, c := range s.cells {
		if origins == nil && !s.noZeros {
			break
		}
		if s.noZeros && c.text == "0" {
			c.shown = hide(c.text, document.WhyHidden)
		}
		if (s.rows.has(c.row) || s.cols.has(c.col)) && !origins[[2]int{c.row, c.col}] {
			if c.text != "" {
				c.unseen = append(c.unseen, document.Unseen{Text: c.text, Why: document.WhyHidden})
			}
			gone = append(gone, c)
		} else {
			cells = append(cells, c)
		}
	}
	if len(cells) == 0 {
		return nil
	}
	slices.SortStableFunc(cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	rows, cols := newAxis(cells, s.rows, func(c cell) int { return c.row }), newAxis(cells, s.cols, func(c cell) int { return c.col })
	if rows.span()*cols.span() > most {
		rows.dense, cols.dense = true, true
	}
	t := &document.Table{Method: "markup", Rows: rows.span(), Cols: cols.span()}
	if t.Rows*t.Cols > 4*most {
		return t // refused by the caller
	}
	at := make([]shown, t.Rows*t.Cols)
	for _, c := range cells {
		p := &at[rows.index(c.row)*t.Cols+cols.index(c.col)]
		if p.text != "" {
			p.unseen = append(p.unseen, c.unseen...)
			continue
		}
		p.text, p.unseen = c.text, append(p.unseen, c.unseen...)
	}
	for _, c := range gone { // beside what stands before it
		p := &at[max(0, min(rows.last(c.row), t.Rows-1))*t.Cols+max(0, min(cols.last(c.col), t.Cols-1))]
		p.unseen = append(p.unseen, c.unseen...)
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
	var lost []document.Unseen
	for r := range t.Rows {
		for c := range t.Cols {
			a, merged := origin[[2]int{r, c}]
			v := at[r*t.Cols+c]
			if !merged && covered[r*t.Cols+c] {
				lost = append(lost, v.unseen...)
				continue
			}
			cell := document.Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: v.text, Unseen: v.unseen}
			if merged {
				cell.RowSpan, cell.ColSpan = a.bottom-a.top+1, a.right-a.left+1
			}
			t.Cells = append(t.Cells, cell)
		}
	}
	if len(t.Cells) > 0 {
		t.Cells[0].Unseen = append(t.Cells[0].Unseen, lost...)
	}
	return t
}

// says reports whether a text stands in a cell.
func (s *sheet) says(text string) bool {
	return slices.ContainsFunc(s.cells, func(c cell) bool { return strings.Contains(c.text, text) })
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
