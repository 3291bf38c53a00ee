package line_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/internal/line"
)

func TestText(t *testing.T) {
	type add struct {
		text string
		look line.Look
	}
	raised, struck := line.Look{Raised: true}, line.Look{Why: document.WhyStruck}
	for _, tt := range []struct {
		name   string
		in     []add
		want   string
		unseen []document.Unseen
	}{
		{"raised beside text", []add{{"13", line.Look{}}, {"1", raised}}, "13¹", nil},
		{"raised alone", []add{{" ", line.Look{}}, {"13", raised}}, "13", nil},
		{"raised beside what is not shown", []add{{"12", struck}, {"13", raised}}, "13", []document.Unseen{{Text: "12", Why: document.WhyStruck}}},
		{"one text in several runs", []add{{"1", struck}, {"2 ", struck}, {"13", line.Look{}}}, "13", []document.Unseen{{Text: "12", Why: document.WhyStruck}}},
		{"blanks are nothing to note", []add{{" ", struck}, {"13", line.Look{}}}, "13", nil},
	} {
		var l line.Line
		for _, a := range tt.in {
			l.Add(a.text, a.look)
		}
		text, unseen := l.Text()
		if text != tt.want || cmp.Diff(tt.unseen, unseen) != "" || l.Shown() != (tt.want != "") {
			t.Errorf("%s: %q, %v", tt.name, text, unseen)
		}
	}
}

func TestSettle(t *testing.T) {
	grid := func(rows, cols int, text string) *document.Table {
		g := &document.Table{Rows: rows, Cols: cols}
		for r := range rows {
			for c := range cols {
				g.Cells = append(g.Cells, document.Cell{Row: r, Col: c, Text: text})
			}
		}
		return g
	}
	in := func(g *document.Table) []line.Inner {
		return []line.Inner{{Cell: 0, Block: document.Block{Kind: document.TableKind, Table: g}}}
	}
	outer := grid(2, 2, "")
	if left := line.Settle(outer, in(grid(2, 2, "13"))); len(left) != 0 || outer.Cells[0].Text != "13 13\n13 13" {
		t.Errorf("a small table: %d left, cell %q", len(left), outer.Cells[0].Text)
	}
	if left := line.Settle(grid(2, 2, "x"), in(grid(3, 2, "13"))); len(left) != 1 {
		t.Error("a table of six cells is lost in its cell")
	}
	frame := grid(1, 1, "")
	if left := line.Settle(frame, in(grid(1, 2, "13"))); len(left) != 1 || frame.Cells[0].Text != "" {
		t.Error("a table is lost in its frame")
	}
}
