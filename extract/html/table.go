package html

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/document"
)

const (
	maxSpan = 1000
	maxCols = 500
	maxRows = 5000
)

// table lays the cells of a table element out on a grid as a browser does: a cell takes the next free place of its row,
// spans are cut at their neighbours, rowspan 0 reaches to the end.
func (p *page) table(t *html.Node) *document.Table {
	var trs []*html.Node
	walk(t, func(n *html.Node) bool {
		if n.DataAtom == atom.Tr {
			trs = append(trs, n)
			return false
		}
		return n == t || n.DataAtom != atom.Table
	})
	if len(trs) > maxRows {
		trs = trs[:maxRows]
		p.d.AddFlag(document.FlagTruncated)
	}
	out := &document.Table{Method: "markup", Rows: len(trs)}
	taken := map[[2]int]bool{}
	for r, tr := range trs {
		col := 0
		for c := tr.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
				continue
			}
			for taken[[2]int{r, col}] {
				col++
			}
			if p.cells++; p.cells > p.opt.MaxCells || col >= maxCols {
				break
			}
			rs, cs := span(c, "rowspan"), span(c, "colspan")
			if rs == 0 {
				rs = len(trs) - r
			}
			rs, cs = min(rs, len(trs)-r), min(max(1, cs), maxCols-col)
			for k := 1; k < cs; k++ {
				if taken[[2]int{r, col + k}] {
					cs = k
				}
			}
			for i := r; i < r+rs; i++ {
				for k := col; k < col+cs; k++ {
					if p.cells++; p.cells > p.opt.MaxCells {
						break
					}
					taken[[2]int{i, k}] = true
				}
			}
			out.Cells = append(out.Cells, document.Cell{Row: r, Col: col, RowSpan: rs, ColSpan: cs, Text: strings.TrimSpace(textOf(c))})
			col += cs
			out.Cols = max(out.Cols, col)
		}
	}
	if len(out.Cells) == 0 {
		return nil
	}
	return out
}

func span(n *html.Node, name string) int {
	s := strings.TrimSpace(attr(n, name))
	if s == "" {
		return 1
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 0 {
		return 1
	}
	return min(v, maxSpan)
}
