package docx

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

// table reads one table. Nested tables become blocks of their own behind it; their text stays out of the outer cell.
func (r *reader) table(add func(document.Block)) error {
	t := &document.Table{Method: "markup"}
	open := map[int]int{} // column → index of the cell that a vertical merge may continue
	var after []document.Block
	err := r.rows(func() error {
		row, col, gone := t.Rows, 0, false
		cells := len(t.Cells)
		err := r.row(&col, &gone, func(cell cellProps, text string) error {
			span := min(max(1, cell.span), maxSpan)
			if r.cells += span; r.cells > r.opt.MaxCells {
				return fmt.Errorf("docx: more than %d cells: %w", r.opt.MaxCells, document.ErrTooLarge)
			}
			if n := len(t.Cells); cell.joined && n > cells && t.Cells[n-1].Row == row && t.Cells[n-1].Col+t.Cells[n-1].ColSpan == col {
				t.Cells[n-1].ColSpan += span
				t.Cells[n-1].Text = strings.TrimSpace(t.Cells[n-1].Text + "\n" + text)
				col += span
				t.Cols = max(t.Cols, col)
				return nil
			}
			i, ok := open[col]
			if ok = ok && t.Cells[i].Row+t.Cells[i].RowSpan == row && t.Cells[i].ColSpan == span; ok && cell.merge == "continue" {
				t.Cells[i].RowSpan++
				t.Cells[i].Text = strings.TrimSpace(t.Cells[i].Text + "\n" + text)
			} else {
				for k := col; k < col+span; k++ {
					delete(open, k)
				}
				if cell.merge != "" {
					open[col] = len(t.Cells)
				}
				t.Cells = append(t.Cells, document.Cell{Row: row, Col: col, RowSpan: 1, ColSpan: span, Text: text})
			}
			col += span
			t.Cols = max(t.Cols, col)
			return nil
		}, func(b document.Block) { after = append(after, b) })
		if gone {
			t.Cells = t.Cells[:cells]
			clear(open)
			return err
		}
		t.Rows++
		return err
	})
	if err != nil {
		return err
	}
	if err := gridlines.Fits(t); err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	if len(t.Cells) > 0 && (len(after) == 0 || !gridlines.Blank(t)) {
		add(document.Block{Kind: document.TableKind, Table: t})
	}
	for _, b := range after {
		add(b)
	}
	return nil
}

func (r *reader) rows(each func() error) error {
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; {
		case name == "tr":
			return each()
		case transparent(s):
			return r.rows(each)
		}
		return r.skip()
	})
}

// cellProps are a cell's spans: merge is "", "restart" or "continue".
type cellProps struct {
	span   int
	merge  string
	joined bool // continues the cell to its left
}

// row reads the cells of a row; gone is set when the row is a deletion that was not yet accepted.
func (r *reader) row(col *int, gone *bool, each func(cellProps, string) error, nested func(document.Block)) error {
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; {
		case name == "trPr":
			return r.children(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "gridBefore":
					n, _ := strconv.Atoi(opc.Attr(s, "val"))
					*col += min(max(0, n), maxSpan)
				case "del":
					*gone = true
				}
				return r.skip()
			})
		case name == "tc":
			var p cellProps
			var lines []string
			err := r.cell(&p, func(b document.Block) {
				if b.Kind == document.TableKind || b.Kind == document.Image {
					nested(b)
					return
				}
				lines = append(lines, b.Text)
			})
			if err != nil {
				return err
			}
			return each(p, strings.TrimSpace(strings.Join(lines, "\n")))
		case transparent(s):
			return r.row(col, gone, each, nested)
		}
		return r.skip()
	})
}

func (r *reader) cell(p *cellProps, add func(document.Block)) error {
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; {
		case name == "tcPr":
			return r.children(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "gridSpan":
					p.span, _ = strconv.Atoi(opc.Attr(s, "val"))
				case "hMerge":
					p.joined = opc.Attr(s, "val") != "restart"
				case "vMerge", "vmerge":
					if p.merge = opc.Attr(s, "val"); p.merge == "" {
						p.merge = "continue"
					}
				}
				return r.skip()
			})
		case name == "p":
			return r.paragraph(add)
		case name == "tbl":
			return r.table(add)
		case transparent(s):
			return r.cell(p, add)
		}
		return r.skip()
	})
}
