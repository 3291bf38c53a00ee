package docx

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/opc"
)

const (
	maxSpan = 500
	// flatRow is the exact height of a row, in twips, below which nothing of it is seen: 1 pt.
	flatRow = 20
)

// tableReader is a table being read.
type tableReader struct {
	t     *document.Table
	open  map[int]int // column → index of the cell that a vertical merge may continue
	inner []line.Inner
	gone  []document.Unseen // of rows and cells that are not shown, until there is a cell to bear it
	fill  string            // the ground that cells without their own have
}

// table reads one table. Small tables within its cells belong to these; others become blocks of their own behind it.
func (r *reader) table(add func(document.Block)) error {
	g := &tableReader{t: &document.Table{Method: "markup"}, open: map[int]int{}}
	ground := r.ground
	defer func() { r.ground = ground }()
	if err := r.rows(g); err != nil {
		return err
	}
	if err := gridlines.Fits(g.t); err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	behind := line.Settle(g.t, g.inner)
	if n := len(g.t.Cells); n > 0 {
		g.t.Cells[n-1].Unseen = append(g.t.Cells[n-1].Unseen, g.gone...)
		if len(behind) == 0 || !gridlines.Blank(g.t) {
			add(document.Block{Kind: document.TableKind, Table: g.t})
		}
	}
	for _, b := range behind {
		add(b)
	}
	return nil
}

func (r *reader) rows(g *tableReader) error {
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; {
		case name == "tblPr":
			return r.children(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "tblStyle":
					if r.styles[opc.Attr(s, "val")].shaded {
						g.fill = "?"
					}
				case "shd":
					g.fill = fillOf(opc.Attr(s, "val"), opc.Attr(s, "fill"), opc.Attr(s, "color"))
				}
				return r.skip()
			})
		case name == "tr":
			return r.tr(g)
		case transparent(s):
			return r.rows(g)
		}
		return r.skip()
	})
}

// rowReader is a row being read: the next column, the first of its cells, and why it is not shown.
type rowReader struct {
	col, first int
	why        string
}

func (r *reader) tr(g *tableReader) error {
	row := &rowReader{first: len(g.t.Cells)}
	inner := len(g.inner)
	err := r.row(g, row)
	if row.why == "" {
		g.t.Rows++
		g.bear()
		return err
	}
	for _, c := range g.t.Cells[row.first:] {
		g.gone = line.Hide(g.gone, " "+c.Text, row.why)
		g.gone = append(g.gone, c.Unseen...)
	}
	for _, in := range g.inner[inner:] {
		if in.Block.Table != nil {
			g.gone = append(g.gone, line.Unseen(in.Block.Table, row.why)...)
		}
	}
	g.inner, g.t.Cells = g.inner[:inner], g.t.Cells[:row.first]
	for col, i := range g.open {
		if i >= row.first {
			delete(g.open, col)
		} else if c := &g.t.Cells[i]; c.Row+c.RowSpan > g.t.Rows { // a merge goes on below the row
			c.RowSpan = g.t.Rows - c.Row
		}
	}
	return err
}

// bear gives what is not shown to the last cell.
func (g *tableReader) bear() {
	if n := len(g.t.Cells); n > 0 && len(g.gone) > 0 {
		for i := range g.gone {
			g.gone[i].Text = strings.TrimSpace(g.gone[i].Text)
		}
		g.t.Cells[n-1].Unseen = append(g.t.Cells[n-1].Unseen, g.gone...)
		g.gone = nil
	}
}

// row reads the properties and the cells of a row.
func (r *reader) row(g *tableReader, row *rowReader) error {
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; {
		case name == "trPr":
			return r.children(func(s xml.StartElement) error {
				val := opc.Attr(s, "val")
				switch s.Name.Local {
				case "gridBefore":
					n, _ := strconv.Atoi(val)
					row.col += min(max(0, n), maxSpan)
				case "del":
					row.why = document.WhyDeleted
				case "hidden":
					if toggled(val) == on && row.why == "" {
						row.why = document.WhyHidden
					}
				case "trHeight":
					if n, err := strconv.Atoi(val); err == nil && n <= flatRow && (opc.Attr(s, "hRule") == "exact" || opc.Attr(s, "h-rule") == "exact") {
						row.why = document.WhyHidden
					}
				}
				return r.skip()
			})
		case name == "tc":
			return r.tc(g, row)
		case transparent(s):
			return r.row(g, row)
		}
		return r.skip()
	})
}

// cellProps are a cell's spans: merge is "", "restart" or "continue".
type cellProps struct {
	span    int
	merge   string
	joined  bool // continues the cell to its left
	deleted bool
	fill    string
}

// tc reads a cell and gives it its place.
func (r *reader) tc(g *tableReader, row *rowReader) error {
	p := cellProps{fill: g.fill}
	var lines []string
	var unseen []document.Unseen
	var inner []document.Block
	r.ground = g.fill
	err := r.cell(&p, func(b document.Block) {
		unseen = append(unseen, b.Unseen...)
		switch {
		case b.Kind == document.TableKind || b.Kind == document.Image:
			b.Unseen = nil
			inner = append(inner, b)
		case b.Text != "":
			lines = append(lines, b.Text)
		}
	})
	if err != nil {
		return err
	}
	text := strings.TrimSpace(strings.Join(lines, "\n"))
	if p.deleted {
		g.gone = append(line.Hide(g.gone, text, document.WhyDeleted), unseen...)
		return nil
	}
	t, span := g.t, min(max(1, p.span), maxSpan)
	if r.cells += span; r.cells > r.opt.MaxCells {
		return fmt.Errorf("docx: more than %d cells: %w", r.opt.MaxCells, document.ErrTooLarge)
	}
	last, rowNo, at := len(t.Cells)-1, t.Rows, -1
	i, ok := g.open[row.col]
	switch {
	case p.joined && last >= row.first && t.Cells[last].Col+t.Cells[last].ColSpan == row.col:
		at = last
		t.Cells[at].ColSpan += span
	case ok && p.merge == "continue" && t.Cells[i].Row+t.Cells[i].RowSpan == rowNo && t.Cells[i].ColSpan == span:
		at = i
		t.Cells[at].RowSpan++
	}
	if at >= 0 {
		c := &t.Cells[at]
		c.Text, c.Unseen = strings.TrimSpace(c.Text+"\n"+text), append(c.Unseen, unseen...)
	} else {
		for k := row.col; k < row.col+span; k++ {
			delete(g.open, k)
		}
		at = len(t.Cells)
		if p.merge != "" {
			g.open[row.col] = at
		}
		t.Cells = append(t.Cells, document.Cell{Row: rowNo, Col: row.col, RowSpan: 1, ColSpan: span, Text: text, Unseen: unseen})
	}
	for _, b := range inner {
		g.inner = append(g.inner, line.Inner{Cell: at, Block: b})
	}
	row.col += span
	t.Cols = max(t.Cols, row.col)
	return nil
}

func (r *reader) cell(p *cellProps, add func(document.Block)) error {
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; {
		case name == "tcPr":
			err := r.children(func(s xml.StartElement) error {
				switch val := opc.Attr(s, "val"); s.Name.Local {
				case "gridSpan":
					p.span, _ = strconv.Atoi(val)
				case "hMerge":
					p.joined = val != "restart"
				case "vMerge", "vmerge":
					if p.merge = val; p.merge == "" {
						p.merge = "continue"
					}
				case "cellMerge": // a merge that is still to be accepted
					p.merge = map[string]string{"rest": "restart", "cont": "continue"}[opc.Attr(s, "vMerge")]
				case "cellDel":
					p.deleted = true
				case "shd":
					if f := fillOf(val, opc.Attr(s, "fill"), opc.Attr(s, "color")); f != "" {
						p.fill = f
					} else if p.fill == "?" && opc.Attr(s, "fill") == "auto" {
						p.fill = ""
					}
				}
				return r.skip()
			})
			r.ground = p.fill
			return err
		case name == "p":
			return r.paragraph(add)
		case name == "tbl":
			ground := r.ground
			err := r.table(add)
			r.ground = ground
			return err
		case transparent(s):
			return r.cell(p, add)
		}
		return r.skip()
	})
}
