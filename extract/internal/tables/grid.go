package tables

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/document"
)

// A table is a grid at its place on a page, before the halves of a table are put together.
type table struct {
	page           int
	x0, y0, x1, y1 float64
	xs, ys         []float64 // edges of columns and rows
	cells          []cell    // by row, then column
	owner          []int     // cell index of each elementary place, row by row
	bottomOpen     bool      // no rule closes the last row
	topOpen        bool
	head, foot     float64 // where it begins and ends, in shares of the page's height
	method         string
	lastPage       int // where its last rows stand
	block          int // number of its block, from 1
}

type cell struct {
	row, col, rows, cols int
	glyphs               []Glyph
	stack                stack // of the glyphs, while the table is made
	text                 string
	confidence           float64 // the least of its glyphs that have one
	full                 bool    // its last line leaves no room for one more digit
	unseen               []document.Unseen
	box                  *document.Box
}

func (t *table) nrows() int { return len(t.ys) - 1 }
func (t *table) ncols() int { return len(t.xs) - 1 }

func (t *table) width(c *cell) float64 { return t.xs[c.col+c.cols] - t.xs[c.col] }

// at is the cell that covers a place.
func (t *table) at(row, col int) *cell { return &t.cells[t.owner[row*t.ncols()+col]] }

// ruled finds the tables that lines make and returns them with the glyphs that stand in none.
func ruled(p *Page, glyphs []Glyph, rules []Rule, opt Options, budget *int) ([]*table, []Glyph) {
	h, v := segments(rules[:min(len(rules), opt.MaxRules)])
	var tables []*table
	for _, n := range nets(h, v, 20*opt.MaxCells) {
		if t := gridOf(n, budget); t != nil {
			t.page, t.lastPage = p.Number, p.Number
			tables = append(tables, t)
		}
	}
	if len(tables) == 0 {
		return nil, glyphs
	}
	// Innermost first, so that a table in a cell gets its own glyphs.
	slices.SortStableFunc(tables, func(a, b *table) int {
		return compare((a.x1-a.x0)*(a.y1-a.y0), (b.x1-b.x0)*(b.y1-b.y0))
	})
	kept := tables[:0]
	for _, t := range tables {
		var rest []Glyph
		if rest = t.fill(glyphs); t.useful() {
			glyphs = rest
			t.place()
			kept = append(kept, t)
		}
	}
	return kept, glyphs
}

// overflow gives the last row of a table at a page's foot the text that hangs out of it: words of a merged cell that goes
// on on the next page.
func overflow(p *Page, tables []*table, glyphs []Glyph) []Glyph {
	for _, t := range tables {
		if t.y1 < overhangFoot*p.Height {
			continue
		}
		var out, rest []Glyph
		for _, g := range glyphs {
			c := interval(t.xs, g.cx())
			if c >= 0 && g.cy() >= t.y1 && g.cy() < t.y1+overhangFar*g.size() && t.at(t.nrows()-1, c).rows > 1 {
				out = append(out, g)
			} else {
				rest = append(rest, g)
			}
		}
		if len(out) == 0 || !t.holds(out) {
			continue
		}
		c := t.at(t.nrows()-1, interval(t.xs, out[0].cx()))
		c.text += cellText(out, t.width(c))
		glyphs = rest
	}
	return glyphs
}

// holds reports whether all glyphs stand below one cell of the last row.
func (t *table) holds(glyphs []Glyph) bool {
	c := t.at(t.nrows()-1, interval(t.xs, glyphs[0].cx()))
	for i := range glyphs {
		if t.at(t.nrows()-1, interval(t.xs, glyphs[i].cx())) != c {
			return false
		}
	}
	return true
}

// useful reports whether a grid is a table: two cells with text at least. A frame around text is none.
func (t *table) useful() bool {
	n := 0
	for i := range t.cells {
		if len(t.cells[i].glyphs) > 0 {
			n++
		}
	}
	if n < 2 {
		return false
	}
	for i := range t.cells {
		t.cells[i].stack = stackOf(t.cells[i].glyphs)
	}
	if t.crowded() {
		return false
	}
	t.separate()
	for i := range t.cells {
		c := &t.cells[i]
		c.text = c.stack.text(t.width(c))
		if n := len(c.stack.lines); n > 0 && c.stack.numbers > 0 {
			c.full = full(c.stack.lines[n-1], utf8.RuneCountInString(c.stack.texts[n-1]), t.width(c))
		}
		c.stack = stack{}
		for _, g := range c.glyphs {
			c.confidence = lesser(c.confidence, g.Confidence)
		}
		c.glyphs = nil
	}
	return true
}

// crowded reports whether a cell holds three numbers beside each other or five below each other: the rules are too few to
// part the columns or the rows.
func (t *table) crowded() bool {
	for i := range t.cells {
		c := &t.cells[i]
		if len(c.glyphs) < 3 {
			continue
		}
		stack := 0
		for _, l := range c.stack.lines {
			if l.vertical {
				continue
			}
			run := 0
			list := pieces(l)
			if len(list) == 1 && list[0].number {
				stack++
			} else {
				stack = 0
			}
			if stack == 5 {
				return true
			}
			for _, q := range list {
				if !q.number {
					run = 0
				} else if run++; run == 3 {
					return true
				}
			}
		}
	}
	return false
}

// gridOf makes the cells of a set of touching lines; nil when they make fewer than two.
func gridOf(n net, budget *int) *table {
	if len(n.h)+len(n.v) < 3 || len(n.h) == 0 || len(n.v) == 0 {
		return nil
	}
	xs, ys := positions(n.v, n.h), positions(n.h, n.v)
	nx, ny := len(xs)-1, len(ys)-1
	if nx < 1 || ny < 1 || nx*ny < 2 || nx*ny > *budget {
		return nil
	}
	*budget -= nx * ny
	t := &table{xs: xs, ys: ys, x0: xs[0], x1: xs[nx], y0: ys[0], y1: ys[ny], method: "lattice"}
	right := edges(n.v, xs, ys) // right[x*ny+y]: how much of the line at x is ruled beside row y
	below := edges(n.h, ys, xs)
	u := newUnion(nx * ny)
	for y := range ny {
		for x := range nx {
			if x+1 < nx && right[(x+1)*ny+y] < covered*(ys[y+1]-ys[y]) {
				u.join(y*nx+x, y*nx+x+1)
			}
			if y+1 < ny && below[(y+1)*nx+x] < covered*(xs[x+1]-xs[x]) {
				u.join(y*nx+x, (y+1)*nx+x)
			}
		}
	}
	t.topOpen, t.bottomOpen = open(below[:nx], xs), open(below[ny*nx:], xs)
	t.rectangles(u)
	if len(t.cells) < 2 {
		return nil
	}
	return t
}

func open(ruled, xs []float64) bool {
	sum := 0.0
	for _, r := range ruled {
		sum += r
	}
	return sum < covered*(xs[len(xs)-1]-xs[0])
}

// edges sums how much of each interval of across is ruled on each position of along.
func edges(lines []seg, along, across []float64) []float64 {
	n := len(across) - 1
	out := make([]float64, len(along)*n)
	for _, l := range lines {
		p := nearest(along, l.pos)
		from := max(0, interval(across, l.a))
		for i := from; i < n && across[i] < l.b; i++ {
			if d := min(l.b, across[i+1]) - max(l.a, across[i]); d > 0 {
				out[p*n+i] += d
			}
		}
	}
	return out
}

// rectangles turns the sets of places into cells. A set that is no rectangle, because a line is missing or doubtful, is
// cut into rows, and equal pieces below each other are put together again.
func (t *table) rectangles(u union) {
	nx, ny := t.ncols(), t.nrows()
	type box struct{ r0, c0, r1, c1, n int }
	boxes := make(map[int]*box)
	for i := range nx * ny {
		r, c := i/nx, i%nx
		b := boxes[u.find(i)]
		if b == nil {
			b = &box{r, c, r, c, 0}
			boxes[u.find(i)] = b
		}
		b.r1, b.c0, b.c1 = max(b.r1, r), min(b.c0, c), max(b.c1, c)
		b.n++
	}
	t.owner = make([]int, nx*ny)
	for i := range t.owner {
		t.owner[i] = -1
	}
	put := func(r0, c0, r1, c1 int) {
		for r := r0; r <= r1; r++ {
			for c := c0; c <= c1; c++ {
				t.owner[r*nx+c] = len(t.cells)
			}
		}
		t.cells = append(t.cells, cell{row: r0, col: c0, rows: r1 - r0 + 1, cols: c1 - c0 + 1})
	}
	for i := range nx * ny {
		if t.owner[i] >= 0 {
			continue
		}
		root := u.find(i)
		b := boxes[root]
		if b.n == (b.r1-b.r0+1)*(b.c1-b.c0+1) {
			put(b.r0, b.c0, b.r1, b.c1)
			continue
		}
		r, c := i/nx, i%nx
		end := c
		for end+1 < nx && t.owner[r*nx+end+1] < 0 && u.find(r*nx+end+1) == root {
			end++
		}
		last := r
		for last+1 < ny && t.sameRun(u, root, last+1, c, end) {
			last++
		}
		put(r, c, last, end)
	}
}

// sameRun reports whether row r of the set spans exactly the columns from c to end.
func (t *table) sameRun(u union, root, r, c, end int) bool {
	nx := t.ncols()
	in := func(k int) bool { return t.owner[r*nx+k] < 0 && u.find(r*nx+k) == root }
	if c > 0 && in(c-1) || end+1 < nx && in(end+1) {
		return false
	}
	for k := c; k <= end; k++ {
		if !in(k) {
			return false
		}
	}
	return true
}

// fill gives each glyph inside the table to its cell and returns the others. Digits that belong to one number stay
// together, wherever the number's ends reach.
func (t *table) fill(glyphs []Glyph) []Glyph {
	var rest []Glyph
	for i := 0; i < len(glyphs); {
		j := t.numberEnd(glyphs, i)
		x := (glyphs[i].X0 + glyphs[j-1].X1) / 2
		c, r := interval(t.xs, x), interval(t.ys, glyphs[i].cy())
		if c < 0 || r < 0 {
			rest = append(rest, glyphs[i:j]...)
		} else {
			to := t.at(r, c)
			to.glyphs = append(to.glyphs, glyphs[i:j]...)
		}
		i = j
	}
	return rest
}

// numberEnd is the end of the number that begins at glyph i, in drawing order; i+1 when there is none. Digits of one
// string may reach over a line; where one string ends and another begins at a line, so do two numbers.
func (t *table) numberEnd(g []Glyph, i int) int {
	j := i + 1
	if !numeric(g[i].Text) || g[i].Vertical {
		return j
	}
	for ; j < len(g) && numeric(g[j].Text) && !g[j].Vertical; j++ {
		a, b := &g[j-1], &g[j]
		d := b.X0 - a.X1
		size := a.size()
		if dy := a.cy() - b.cy(); dy > digitLevel*size || dy < -digitLevel*size {
			break
		}
		limit := digitTouch * size
		if a.Run == b.Run && a.Run != 0 {
			limit = digitString * size
		} else {
			near := digitRule * size
			if a.Run == 0 && b.Run == 0 { // where strings tell nothing the line must stand just between the digits
				near = digitTouch * size
			}
			if x := t.xs[nearest(t.xs, (a.X1+b.X0)/2)]; x > a.X1-near && x < b.X0+near {
				break
			}
		}
		if d > limit || d < -digitOver*size {
			break
		}
	}
	return j
}

func numeric(s string) bool {
	return len(s) == 1 && (s[0] >= '0' && s[0] <= '9' || s[0] == '.' || s[0] == ',')
}

// lesser is the smaller of two confidences, where 0 means none.
func lesser(a, b float64) float64 {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// place notes where each cell stands on the table's page.
func (t *table) place() {
	boxes := make([]document.Box, len(t.cells))
	for i := range t.cells {
		c := &t.cells[i]
		boxes[i] = boxOn(t.page, t.xs[c.col], t.ys[c.row], t.xs[c.col+c.cols], t.ys[c.row+c.rows])
		c.box = &boxes[i]
	}
}

// boxOn is a place on a page, to a hundredth of a point.
func boxOn(page int, x0, y0, x1, y1 float64) document.Box {
	round := func(v float64) float64 { return math.Round(v*100) / 100 }
	return document.Box{Page: page, X0: round(x0), Y0: round(y0), X1: round(x1), Y1: round(y1)}
}

// closeUp takes out rows in which nothing stands beside the words of a merged cell: printers that cut a row at a page's
// end draw its empty parts as rows of their own.
func (t *table) closeUp() {
	words, merged := make([]bool, t.nrows()), make([]bool, t.nrows())
	for i := range t.cells {
		c := &t.cells[i]
		for r := c.row; r < c.row+c.rows; r++ {
			merged[r] = merged[r] || c.rows > 1 && c.text != ""
			words[r] = words[r] || c.rows == 1 && c.text != ""
		}
	}
	keep := make([]bool, t.nrows())
	for r := range keep {
		keep[r] = words[r] || !merged[r]
	}
	for i := range t.cells { // no word is given up
		if c := &t.cells[i]; c.text != "" && !slices.Contains(keep[c.row:c.row+c.rows], true) {
			keep[c.row] = true
		}
	}
	at := make([]int, t.nrows()+1) // new number of each row
	ys := []float64{t.ys[0]}
	for r, k := range keep {
		at[r+1] = at[r]
		if k {
			at[r+1]++
			ys = append(ys, t.ys[r+1])
		}
	}
	cells := t.cells[:0]
	for _, c := range t.cells {
		if c.row, c.rows = at[c.row], at[c.row+c.rows]-at[c.row]; c.rows > 0 {
			cells = append(cells, c)
		}
	}
	t.cells, t.ys = cells, ys
}

// document is the table as others read it.
func (t *table) document() *document.Table {
	t.closeUp()
	d := &document.Table{Rows: t.nrows(), Cols: t.ncols(), Method: t.method, Page: t.page}
	for _, c := range t.cells {
		d.Cells = append(d.Cells, document.Cell{Row: c.row, Col: c.col, RowSpan: c.rows, ColSpan: c.cols, Text: strings.TrimSpace(c.text), Confidence: c.confidence,
			Unseen: c.unseen, Box: c.box})
	}
	slices.SortFunc(d.Cells, func(a, b document.Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
	return d
}
