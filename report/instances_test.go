package report_test

import (
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// tablesOf are the tables of a document.
func tablesOf(d *document.Document) []document.Block {
	var out []document.Block
	for _, b := range d.Blocks {
		if b.Table != nil {
			out = append(out, b)
		}
	}
	return out
}

// blankTables are tables whose numbers were taken out, as a template has them.
func blankTables(list []document.Block) []document.Block {
	out := make([]document.Block, len(list))
	for i, b := range list {
		t := *b.Table
		t.Cells = append([]document.Cell(nil), t.Cells...)
		for k := range t.Cells {
			if strings.Trim(t.Cells[k].Text, "0123456789.,-/") == "" {
				t.Cells[k].Text = ""
			}
		}
		out[i] = document.Block{Kind: document.TableKind, Table: &t}
	}
	return out
}

// TestTwoTablesForOneForm: of two tables for the same rows the right one is taken, whole, and the other named.
func TestTwoTablesForOneForm(t *testing.T) {
	t.Parallel()
	const body = "江北市人民政府"
	now, before := compose.New(21, body, 2023, compose.Options{}), compose.New(21, body, 2022, compose.Options{})
	wrong := compose.New(77, body, 2023, compose.Options{})
	for _, p := range []string{"t3.granted.total", "t3.new.natural", "t4.reconsideration.total"} {
		wrong.Numbers[p] += 5
	}
	caption := func(s string) document.Block { return document.Block{Kind: document.Paragraph, Text: s} }
	type arranged struct {
		name   string
		tables func(own []document.Block, i int) []document.Block // what stands in the place of the i-th table
		taken  string
	}
	for _, c := range []arranged{
		{"template above", func(own []document.Block, i int) []document.Block {
			return []document.Block{blankTables(own)[i], own[i]}
		}, "t2 t3 t4"},
		{"template below", func(own []document.Block, i int) []document.Block {
			return []document.Block{own[i], blankTables(own)[i]}
		}, "t2 t3 t4"},
		{"last year above, named", func(own []document.Block, i int) []document.Block {
			return []document.Block{caption("2022年数据如下："), tablesOf(before.Document(compose.Whole))[i], caption("2023年数据如下："), own[i]}
		}, "t2 t3 t4"},
		{"last year below, named", func(own []document.Block, i int) []document.Block {
			return []document.Block{caption("2023年数据如下："), own[i], caption("附：2022年数据"), tablesOf(before.Document(compose.Whole))[i]}
		}, "t3"},
		{"last year above", func(own []document.Block, i int) []document.Block {
			return []document.Block{tablesOf(before.Document(compose.Whole))[i], own[i]}
		}, "t2 t3 t4"},
		{"last year below", func(own []document.Block, i int) []document.Block {
			return []document.Block{own[i], tablesOf(before.Document(compose.Whole))[i]}
		}, "t3"},
		{"sums do not hold below", func(own []document.Block, i int) []document.Block {
			return []document.Block{own[i], tablesOf(wrong.Document(compose.Whole))[i]}
		}, "t3 t4"},
		{"another hidden below", func(own []document.Block, i int) []document.Block {
			b := tablesOf(before.Document(compose.Whole))[i]
			b.Hidden = "display_none"
			return []document.Block{own[i], b}
		}, "t2 t3 t4"},
		{"hidden twin above", func(own []document.Block, i int) []document.Block {
			b := tablesOf(wrong.Document(compose.Whole))[i]
			b.Hidden = "display_none"
			return []document.Block{b, own[i]}
		}, "t2 t3 t4"},
		{"the same twice", func(own []document.Block, i int) []document.Block { return []document.Block{own[i], own[i]} }, "t2 t3 t4"},
	} {
		for _, asText := range []bool{false, true} {
			d := now.Document(compose.Whole)
			own, n := tablesOf(d), 0
			var blocks []document.Block
			for _, b := range d.Blocks {
				if b.Table == nil {
					blocks = append(blocks, b)
					continue
				}
				blocks = append(blocks, c.tables(own, n)...)
				n++
			}
			d.Blocks = blocks
			if asText {
				if strings.Contains(c.name, "hidden") {
					continue
				}
				d = report.FromText(d.Text())
			}
			got := parseAs(t, c.name, d)
			for _, f := range report.Fields() {
				if !strings.Contains(c.taken, f.Path[:2]) {
					continue
				}
				printed, has := now.Numbers[f.Path]
				if v, read := got.Data.Value(f.Path); has != read || v != printed {
					t.Errorf("%s, text %v: %s is %v %v, printed %v", c.name, asText, f.Path, v, read, printed)
				}
			}
			named := false
			for _, w := range got.Warnings {
				named = named || w.Code == report.WarnOtherTable && w.At == "t3"
			}
			if named == (c.name == "the same twice") {
				t.Errorf("%s, text %v: the other table is named: %v: %+v", c.name, asText, named, got.Warnings)
			}
		}
	}
}

// TestHiddenTablesThatNothingShownRepeats: tables that a page hides at first are read when no visible table has the numbers.
func TestHiddenTablesThatNothingShownRepeats(t *testing.T) {
	r := compose.New(22, "永宁县财政局", 2023, compose.Options{})
	d := r.Document(compose.Whole)
	for i := range d.Blocks {
		if d.Blocks[i].Table != nil {
			d.Blocks[i].Hidden = "display_none"
		}
	}
	var c tally
	c.compare(t, "hidden", r, parseAs(t, "hidden", d))
	if c.right != c.total {
		t.Errorf("%d of %d numbers", c.right, c.total)
	}
}
