package gridlines_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
)

func TestTable(t *testing.T) {
	tests := []struct {
		name string
		rows [][]gridlines.Cell
		want []document.Cell
		cols int
	}{
		{"spans follow from edges", [][]gridlines.Cell{
			{{Left: 0, Right: 200, Content: gridlines.Content{Text: "a"}}, {Left: 200, Right: 300, Content: gridlines.Content{Text: "b"}}},
			{{Left: 4, Right: 103, Content: gridlines.Content{Text: "c"}}, {Left: 103, Right: 201, Content: gridlines.Content{Text: "d"}}, {Left: 201, Right: 300, Content: gridlines.Content{Text: "e"}}},
		}, []document.Cell{
			{RowSpan: 1, ColSpan: 2, Text: "a"}, {Col: 2, RowSpan: 1, ColSpan: 1, Text: "b"},
			{Row: 1, RowSpan: 1, ColSpan: 1, Text: "c"}, {Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "d"}, {Row: 1, Col: 2, RowSpan: 1, ColSpan: 1, Text: "e"},
		}, 3},
		{"merges down and across", [][]gridlines.Cell{
			{{Left: 0, Right: 100, Content: gridlines.Content{Text: "a"}, Merge: gridlines.Restart}, {Left: 100, Right: 200, Content: gridlines.Content{Text: "b"}}, {Left: 200, Right: 300, Joined: true}},
			{{Left: 0, Right: 100, Merge: gridlines.Continue}, {Left: 100, Right: 200, Content: gridlines.Content{Text: "c"}}, {Left: 200, Right: 300, Content: gridlines.Content{Text: "d"}}},
		}, []document.Cell{
			{RowSpan: 2, ColSpan: 1, Text: "a"}, {Col: 1, RowSpan: 1, ColSpan: 2, Text: "b"},
			{Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "c"}, {Row: 1, Col: 2, RowSpan: 1, ColSpan: 1, Text: "d"},
		}, 3},
		{"edges without sense", [][]gridlines.Cell{
			{{Left: 0, Right: 0, Content: gridlines.Content{Text: "a"}}, {Left: 0, Right: -5, Content: gridlines.Content{Text: "b"}}},
			{{Left: 9, Right: 7, Content: gridlines.Content{Text: "c"}}, {Left: 0, Right: 0, Content: gridlines.Content{Text: "d"}}},
		}, []document.Cell{
			{RowSpan: 1, ColSpan: 1, Text: "a"}, {Col: 1, RowSpan: 1, ColSpan: 1, Text: "b"},
			{Row: 1, RowSpan: 1, ColSpan: 1, Text: "c"}, {Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "d"},
		}, 2},
		{"a merge that was broken off does not go on", [][]gridlines.Cell{
			{{Left: 0, Right: 100, Content: gridlines.Content{Text: "a"}, Merge: gridlines.Restart}, {Left: 100, Right: 200}},
			{{Left: 0, Right: 200, Content: gridlines.Content{Text: "b"}}},
			{{Left: 0, Right: 100, Content: gridlines.Content{Text: "c"}, Merge: gridlines.Continue}, {Left: 100, Right: 200}},
		}, []document.Cell{
			{RowSpan: 1, ColSpan: 1, Text: "a"}, {Col: 1, RowSpan: 1, ColSpan: 1}, {Row: 1, RowSpan: 1, ColSpan: 2, Text: "b"},
			{Row: 2, RowSpan: 1, ColSpan: 1, Text: "c"}, {Row: 2, Col: 1, RowSpan: 1, ColSpan: 1},
		}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := gridlines.Table(tt.rows, gridlines.Tolerance)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&document.Table{Rows: len(tt.rows), Cols: tt.cols, Cells: tt.want, Method: "markup"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got, err := gridlines.Table([][]gridlines.Cell{{}, {}}, 1); got != nil || err != nil {
		t.Errorf("a table without cells: %v, %v", got, err)
	}
	huge := make([][]gridlines.Cell, 5000)
	for i := range huge {
		huge[i] = []gridlines.Cell{{Left: 50 * i, Right: 50*i + 50}}
	}
	if _, err := gridlines.Table(huge, 1); !errors.Is(err, document.ErrTooLarge) {
		t.Errorf("a staircase of cells: %v", err)
	}
}
