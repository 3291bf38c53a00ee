package gridlines

import (
	"nianbao/document"
)

// Drop takes rows and columns that are not shown out of a table. A cell that reaches beyond them keeps its text and loses
// what is hidden of its span; the texts of the others are noted as unseen in the cell before them.
func Drop(t *document.Table, rows, cols func(int) bool) {
	place := func(n int, hidden func(int) bool) []int { // how many are shown before each
		at := make([]int, n+1)
		for i := range n {
			at[i+1] = at[i]
			if !hidden(i) {
				at[i+1]++
			}
		}
		return at
	}
	r, c := place(t.Rows, rows), place(t.Cols, cols)
	if r[t.Rows] == t.Rows && c[t.Cols] == t.Cols {
		return
	}
	var gone []document.Unseen
	kept := t.Cells[:0]
	for _, x := range t.Cells {
		bottom, right := min(t.Rows, x.Row+max(1, x.RowSpan)), min(t.Cols, x.Col+max(1, x.ColSpan))
		rs, cs := r[bottom]-r[x.Row], c[right]-c[x.Col]
		if rs == 0 || cs == 0 {
			if x.Text != "" {
				gone = append(gone, document.Unseen{Text: x.Text, Why: document.WhyHidden})
			}
			gone = append(gone, x.Unseen...)
			continue
		}
		if n := len(kept); n > 0 && len(gone) > 0 {
			kept[n-1].Unseen = append(kept[n-1].Unseen, gone...)
			gone = nil
		}
		x.Row, x.Col, x.RowSpan, x.ColSpan = r[x.Row], c[x.Col], rs, cs
		x.Unseen = append(gone, x.Unseen...)
		gone = nil
		kept = append(kept, x)
	}
	if n := len(kept); n > 0 {
		kept[n-1].Unseen = append(kept[n-1].Unseen, gone...)
	}
	t.Cells, t.Rows, t.Cols = kept, r[t.Rows], c[t.Cols]
}
