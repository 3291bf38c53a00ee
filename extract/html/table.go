package html

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/document"
)

// Bounds on tables. A browser takes spans up to 1,000 columns and 65,534 rows (HTML Standard §4.9.11).
const (
	maxColSpan = 1000
	maxRowSpan = 65534
	maxCols    = 1000
	maxRows    = 5000
)

// tr is one row to be laid out.
type tr struct {
	n    *html.Node
	gone string // why it is not shown, empty when it is
}

// sections are the row groups of a table in the order a browser shows them: the first head, the bodies, the first foot
// (CSS 2.2 §17.2). Rows beside groups form groups of their own.
func (p *page) sections(t *html.Node) (groups [][]tr) {
	var head, foot []tr
	var bodies [][]tr
	rows := func(g *html.Node, gone string) []tr {
		out := []tr{}
		for c := g.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom == atom.Tr {
				why := gone
				if why == "" {
					why = p.unseen[c]
				}
				out = append(out, tr{n: c, gone: why})
			}
		}
		return out
	}
	var loose []tr
	flush := func() {
		if loose != nil {
			bodies, loose = append(bodies, loose), nil
		}
	}
	for c := t.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Tr:
			loose = append(loose, tr{n: c, gone: p.unseen[c]})
			continue
		case atom.Thead, atom.Tbody, atom.Tfoot:
			flush()
			g := rows(c, p.unseen[c])
			switch {
			case c.DataAtom == atom.Thead && head == nil:
				head = g
			case c.DataAtom == atom.Tfoot && foot == nil:
				foot = g
			default:
				bodies = append(bodies, g)
			}
		}
	}
	flush()
	for _, g := range append(append([][]tr{head}, bodies...), foot) {
		if len(g) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// table lays the cells of a table element out on a grid as a browser does. A cell takes the next free place of its row;
// a span ends with its row group, and may lie over a cell that reaches down from above; rowspan 0 reaches to the end of
// the group; rows and cells that take no place are left out, and noted as unseen. hidden reports a table of which no row
// is shown: it is read all the same.
func (p *page) table(t *html.Node) (out *document.Table, hidden bool) {
	groups := p.sections(t)
	hidden = !slices.ContainsFunc(groups, func(g []tr) bool { return slices.ContainsFunc(g, func(r tr) bool { return r.gone == "" }) })
	out = &document.Table{Method: "markup"}
	var gone []document.Unseen // rows and cells before the first cell that can bear them
	bear := func(list []document.Unseen) {
		if n := len(out.Cells); n > 0 {
			out.Cells[n-1].Unseen = append(out.Cells[n-1].Unseen, list...)
		} else {
			gone = append(gone, list...)
		}
	}
	var collapsed []int
	for _, g := range groups {
		var shown []tr
		for _, r := range g {
			if r.gone == "" || hidden {
				shown = append(shown, r)
			}
		}
		if over := out.Rows + len(shown) - maxRows; over > 0 {
			shown = shown[:len(shown)-over]
			p.d.AddFlag(document.FlagTruncated)
		}
		var until []int // by column: the row before which it is taken
		next := 0
		for _, r := range g {
			if next == len(shown) || shown[next].n != r.n {
				bear(p.wholly(r.n, r.gone))
				continue
			}
			next++
			if p.collapsed[r.n] || r.n.Parent != nil && p.collapsed[r.n.Parent] {
				collapsed = append(collapsed, out.Rows)
			}
			until = p.row(out, r.n, out.Rows+len(shown)-next+1, until, bear)
			out.Rows++
		}
	}
	if len(out.Cells) == 0 {
		return nil, hidden
	}
	out.Cells[0].Unseen = append(gone, out.Cells[0].Unseen...)
	for i, r := range collapsed {
		dropRow(out, r-i)
	}
	if len(out.Cells) == 0 || out.Rows == 0 {
		return nil, hidden
	}
	return out, hidden
}

// row lays out one row. end is the row behind the last of its group; until says what is taken by spans from above.
func (p *page) row(out *document.Table, n *html.Node, end int, until []int, bear func([]document.Unseen)) []int {
	r, col := out.Rows, 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		if why := p.unseen[c]; why != "" {
			bear(p.wholly(c, why))
			continue
		}
		for col < len(until) && until[col] > r {
			col++
		}
		if p.cells++; p.cells > p.opt.MaxCells || col >= maxCols {
			break
		}
		rs, cs := span(c, "rowspan", 0, maxRowSpan), span(c, "colspan", 1, maxColSpan)
		if rs == 0 {
			rs = end - r
		}
		rs, cs = min(rs, end-r), min(cs, maxCols-col)
		if p.cells += rs*cs - 1; p.cells > p.opt.MaxCells {
			break
		}
		for len(until) < col+cs {
			until = append(until, 0)
		}
		for k := col; k < col+cs; k++ {
			until[k] = max(until[k], r+rs)
		}
		cell := document.Cell{Row: r, Col: col, RowSpan: rs, ColSpan: cs}
		cell.Text = p.textOf(c, &cell.Unseen)
		out.Cells = append(out.Cells, cell)
		col += cs
		out.Cols = max(out.Cols, col)
	}
	return until
}

// wholly is what an element holds that is not shown at all.
func (p *page) wholly(n *html.Node, why string) []document.Unseen {
	text := textOf(n)
	if text == "" {
		return nil
	}
	return []document.Unseen{{Text: short(text), Why: why}}
}

// dropRow takes a row without height out of a grid. Its cells are unseen; those that reach further lose a row.
func dropRow(t *document.Table, row int) {
	var gone []document.Unseen
	t.Rows--
	t.Cells = slices.DeleteFunc(t.Cells, func(c document.Cell) bool {
		if c.Row != row || c.RowSpan > 1 {
			return false
		}
		gone = append(gone, c.Unseen...)
		if c.Text != "" {
			gone = append(gone, document.Unseen{Text: c.Text, Why: document.WhyHidden})
		}
		return true
	})
	for i := range t.Cells {
		c := &t.Cells[i]
		switch {
		case c.Row > row:
			c.Row--
		case c.Row+c.RowSpan > row:
			c.RowSpan--
		}
	}
	if len(t.Cells) > 0 {
		t.Cells[0].Unseen = append(t.Cells[0].Unseen, gone...)
	}
}

// span reads a span as a browser does (HTML Standard §2.3.4.2): the leading digits, bounded; 1 without any.
func span(n *html.Node, name string, least, most int) int {
	s := strings.TrimLeft(attr(n, name), " \t\n\f\r")
	s = strings.TrimPrefix(s, "+")
	v, digits := 0, 0
	for ; digits < len(s) && s[digits] >= '0' && s[digits] <= '9'; digits++ {
		v = min(v*10+int(s[digits]-'0'), most)
	}
	if digits == 0 || v < least {
		return 1
	}
	return v
}

// own calls f for each cell of a table, without those of tables within it.
func own(t *html.Node, f func(*html.Node)) {
	walk(t, func(n *html.Node) bool {
		if n != t && n.DataAtom == atom.Table {
			return false
		}
		if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
			f(n)
			return false
		}
		return true
	})
}

// What a table must be like to hold data, and not to lay out its page.
const (
	leastCells = 6   // with text, of a table that counts
	longCell   = 400 // characters of a cell with prose
	shortCell  = 100 // characters of a cell with a figure or a label
	leastBrief = 4   // cells with text that are enough when all are brief
	briefCell  = 20  // characters
)

// layout reports whether a table only lays out its page: it has a single cell, or cells with several paragraphs of prose,
// or nests tables that hold data while its own cells hold little else.
func (p *page) layout(t *html.Node) bool {
	if known, ok := p.layouts[t]; ok {
		return known
	}
	n, filled, long, wide, brief, data, rows := 0, 0, 0, 0, 0, 0, map[*html.Node]bool{}
	nests := nestsTable(t)
	own(t, func(c *html.Node) {
		n++
		rows[c.Parent] = true
		l := textLen(c)
		if l > longCell {
			long++
		}
		if l > shortCell {
			wide++
		}
		if l > 0 {
			filled++
		}
		if l <= briefCell {
			brief++
		}
		if nests && p.holdsData(c) {
			data++
			filled--
		}
	})
	is := n <= 1 || long > 0 && n < 10
	if nests && !is {
		least := leastCells
		if brief == n {
			least = leastBrief
		}
		is = filled < least || len(rows) < 2 || wide*4 > n || data*2 > filled
	}
	p.layouts[t] = is
	return is
}

// holdsData reports whether a table that holds data stands in a cell.
func (p *page) holdsData(cell *html.Node) bool {
	found := false
	walk(cell, func(c *html.Node) bool {
		found = found || c.DataAtom == atom.Table && p.filled(c)
		return !found
	})
	return found
}

// filled reports whether a table has several rows with text, and cells enough.
func (p *page) filled(t *html.Node) bool {
	known, ok := p.filledTables[t]
	if ok {
		return known
	}
	n, rows := 0, map[*html.Node]bool{}
	own(t, func(x *html.Node) {
		if n < leastCells && hasText(x) || len(rows) < 2 && hasText(x) {
			n++
			rows[x.Parent] = true
		}
	})
	known = n >= leastCells && len(rows) > 1
	p.filledTables[t] = known
	return known
}

// hasText reports whether there is text below n.
func hasText(n *html.Node) bool {
	found := false
	walk(n, func(c *html.Node) bool {
		if found || silent(c) {
			return false
		}
		found = c.Type == html.TextNode && strings.TrimSpace(c.Data) != ""
		return !found
	})
	return found
}
