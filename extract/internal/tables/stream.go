package tables

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// alignedTables reads what has no rules by the alignment of its numbers. Lines with five numbers or more are anchors:
// those whose columns agree make a table, with the words above each column as its head and the words before the numbers,
// which may take several lines, as labels. Shorter rows of words and numbers become tables of their own.
func alignedTables(p frame, page int, ls []*line, ruled []*table, budget *int, known *gutters) ([]*line, []*table) {
	var rows []*row
	anchors := 0
	for _, l := range ls {
		r := &row{line: l, pieces: l.parts}
		if r.pieces == nil {
			r.pieces = pieces(l)
		}
		r.values = tail(r.pieces)
		rows = append(rows, r)
		if r.values >= 1 && len(r.pieces) >= 2 {
			anchors++
		}
	}
	if anchors == 0 {
		return ls, nil
	}
	var out []*table
	for i := 0; i < len(rows); i++ {
		if rows[i].used || rows[i].values < 5 {
			continue
		}
		t, top, bottom := anchored(p, page, rows, i, ruled, known)
		if t == nil || t.nrows()*t.ncols() > *budget {
			continue
		}
		*budget -= t.nrows() * t.ncols()
		out = append(out, t)
		for k := top; k <= bottom; k++ {
			rows[k].used = true
		}
	}
	pairUp(rows)
	out = append(out, shortRows(p, page, rows, ruled, budget)...)
	if len(out) == 0 {
		return ls, nil
	}
	taken := map[*line]bool{}
	for _, r := range rows {
		if r.used {
			taken[r.line] = true
		}
	}
	for _, r := range rows { // what lent its words to a line of numbers is free again where that made no table
		for _, w := range r.with {
			taken[w.line] = r.used
		}
	}
	return slices.DeleteFunc(slices.Clone(ls), func(l *line) bool { return taken[l] }), out
}

// A band is the anchors of one table and the columns of their numbers.
type band struct {
	rows  []int
	cols  []piece // extent of each column
	edges []float64
}

// bandFrom collects the lines from i on whose numbers stand in the columns of line i, as far as no line of running text
// parts them.
func bandFrom(p frame, rows []*row, i int) *band {
	b := &band{rows: []int{i}}
	vs := rows[i].pieces[len(rows[i].pieces)-rows[i].values:]
	b.cols = slices.Clone(vs)
	for k := i + 1; k < len(rows); k++ {
		r := rows[k]
		if r.used || prose(p, r) || r.line.y0-rows[b.rows[len(b.rows)-1]].line.y1 > bandGap*r.line.size {
			break
		}
		if r.values < 2 || r.values*2 < len(b.cols) || r.values > len(b.cols) {
			if r.values > len(b.cols) {
				break
			}
			continue
		}
		if b.accepts(r) {
			b.rows = append(b.rows, k)
		} else {
			break
		}
	}
	for c := 0; c+1 < len(b.cols); c++ {
		b.edges = append(b.edges, (b.cols[c].x1+b.cols[c+1].x0)/2)
	}
	return b
}

// accepts widens the columns by a row's numbers if each falls into a column of its own.
func (b *band) accepts(r *row) bool {
	vs := r.pieces[len(r.pieces)-r.values:]
	at := make([]int, len(vs))
	last := -1
	for i := range vs {
		best, d := -1, math.Inf(1)
		for c := last + 1; c < len(b.cols); c++ {
			if x := math.Abs(b.cols[c].mid() - vs[i].mid()); x < d {
				best, d = c, x
			}
		}
		if best < 0 {
			return false
		}
		c := &b.cols[best]
		overlap := min(c.x1, vs[i].x1) - max(c.x0, vs[i].x0)
		if overlap <= 0 && d > columnShift*r.line.size {
			return false
		}
		at[i], last = best, best
	}
	for i := range vs {
		c := &b.cols[at[i]]
		c.x0, c.x1 = min(c.x0, vs[i].x0), max(c.x1, vs[i].x1)
	}
	for c := 0; c+1 < len(b.cols); c++ {
		if b.cols[c].x1 > b.cols[c+1].x0 {
			return false
		}
	}
	return true
}

// column is the column of numbers in whose range x falls.
func (b *band) column(x float64) int {
	c := 0
	for c < len(b.edges) && x > b.edges[c] {
		c++
	}
	return c
}

// prose reports whether a row is running text: a stretch over half the page with next to no room in it, the heading of
// a section, the end of a sentence.
func prose(p frame, r *row) bool {
	if len(r.pieces) == 0 {
		return true
	}
	last := r.pieces[len(r.pieces)-1]
	if section.MatchString(r.pieces[0].text) && r.values == 0 && strings.HasSuffix(last.text, "情况") {
		return true
	}
	room := 0.0
	for i := 1; i < len(r.pieces); i++ {
		room += r.pieces[i].x0 - r.pieces[i-1].x1
	}
	width := last.x1 - r.pieces[0].x0
	return width > proseWide*(p.x1-p.x0) && room < proseRoom*width || len(r.pieces) == 1 && closed.MatchString(last.text)
}

// anchored builds the table whose first row of numbers is row i, and says which rows it takes.
func anchored(p frame, page int, rows []*row, i int, ruled []*table, known *gutters) (t *table, top, bottom int) {
	b := bandFrom(p, rows, i)
	first, last := b.rows[0], b.rows[len(b.rows)-1]
	left := b.cols[0].x0
	size := rows[first].line.size
	if inRuled(rows[first], ruled) {
		return nil, 0, 0
	}
	wrapped := b.complete(rows, left)
	// The head reaches up to the running text before the table, the labels of the last row down to that behind it.
	top = first
	for top > 0 && !rows[top-1].used && !prose(p, rows[top-1]) && rows[top].line.y0-rows[top-1].line.y1 < headGap*size && rows[top-1].values < 2 {
		top--
	}
	bottom = last
	for bottom+1 < len(rows) && !rows[bottom+1].used && !prose(p, rows[bottom+1]) && rows[bottom+1].line.y0-rows[bottom].line.y1 < size &&
		rows[bottom+1].values == 0 && rows[bottom+1].pieces[len(rows[bottom+1].pieces)-1].x1 < left+size {
		bottom++
	}
	labels := labelLines(rows[top:bottom+1], left, rows[first].cy()-headAbove*size, len(b.cols), known)
	assign(labels, rows, b)
	t = &table{page: page, lastPage: page, method: "anchored", x0: p.x0, x1: p.x1, y0: rows[top].line.y0, y1: rows[bottom].line.y1}
	t.xs = []float64{p.x0, left - 0.01}
	if lead := hasLead(labels); lead {
		t.xs = []float64{p.x0, (p.x0 + left) / 2, left - 0.01}
	}
	t.xs = append(append(t.xs, b.edges...), p.x1)
	base := len(t.xs) - 1 - len(b.cols)
	grid := b.head(rows[top:first], base, left)
	for _, l := range labels {
		if l.row == 0 && base > 0 {
			if len(grid) == 0 {
				grid = append(grid, make([]string, len(t.xs)-1))
			}
			grid[0][base-1] += l.text
		}
	}
	above := len(grid)
	heads := above
	if heads == 1 && strings.Join(grid[0][base:], "") == "" {
		heads = 0 // words of a row whose numbers stand at the end of the page before
	}
	for n, k := range b.rows {
		cells := make([]string, len(t.xs)-1)
		r := rows[k]
		for _, v := range r.pieces[len(r.pieces)-r.values:] {
			join(&cells[base+b.column(v.mid())], v.text)
		}
		if base > 0 {
			var lead, leaf strings.Builder
			for _, l := range labels {
				if l.row != n+1 {
					continue
				}
				if l.leaf || base == 1 {
					leaf.WriteString(l.text)
				} else {
					lead.WriteString(l.text)
				}
			}
			if leaf.Len() == 0 && (base == 1 || enumerated.MatchString(lead.String())) {
				cells[base-1] = lead.String()
			} else {
				cells[0] = lead.String()
				cells[base-1] = leaf.String()
			}
		}
		grid = append(grid, cells)
	}
	for _, w := range wrapped {
		n := b.nearestRow(rows, w.cy)
		to := &grid[above+n][base+b.column(w.mid())]
		if w.cy < rows[b.rows[n]].cy() {
			*to, w.text = w.text, *to
		}
		join(to, w.text)
	}
	t.ys = b.heights(rows, t, above, len(grid))
	for r, cells := range grid {
		t.addRow(r, cells, r < heads)
	}
	t.place()
	return t, top, bottom
}

// join appends a text to a cell.
func join(cell *string, s string) {
	switch {
	case *cell == "":
		*cell = s
	case s != "":
		p, _ := utf8.DecodeLastRuneInString(*cell)
		n, _ := utf8.DecodeRuneInString(s)
		if !wide(p) || !wide(n) {
			*cell += " "
		}
		*cell += s
	}
}

// A wrappedPiece is a piece of a cell that has no line of numbers of its own.
type wrappedPiece struct {
	piece
	cy float64
}

// complete makes rows of the lines between the anchors that have something in the columns of the numbers: one with a
// number, or with a label of its own, is a row; words alone are part of a cell above or below, and returned.
func (b *band) complete(rows []*row, left float64) (wrapped []wrappedPiece) {
	in := make(map[int]bool, len(b.rows))
	for _, k := range b.rows {
		in[k] = true
	}
	for k := b.rows[0]; k <= b.rows[len(b.rows)-1]; k++ {
		r := rows[k]
		if r.used {
			continue
		}
		right, numbers := 0, 0
		for i := len(r.pieces) - 1; i >= 0 && r.pieces[i].mid() >= left; i-- {
			right++
			if r.pieces[i].number {
				numbers++
			}
		}
		switch {
		case in[k]:
			r.values = right
		case right == 0:
		case numbers > 0 || right < len(r.pieces):
			r.values = right
			in[k] = true
		default:
			for _, q := range r.pieces {
				wrapped = append(wrapped, wrappedPiece{q, r.cy()})
			}
		}
	}
	b.rows = slices.Sorted(maps.Keys(in))
	return wrapped
}

// nearestRow is the row of numbers nearest to a height.
func (b *band) nearestRow(rows []*row, y float64) int {
	best, d := 0, math.Inf(1)
	for n, k := range b.rows {
		if x := math.Abs(rows[k].cy() - y); x < d {
			best, d = n, x
		}
	}
	return best
}

// heights are the edges of a table's rows: those of the head share what lies above the first numbers, all others part in
// the middle between theirs.
func (b *band) heights(rows []*row, t *table, heads, n int) []float64 {
	ys := make([]float64, n+1)
	begin := t.y0
	if heads > 0 {
		begin = max(t.y0, rows[b.rows[0]].line.y0)
	}
	for k := range heads {
		ys[k] = t.y0 + float64(k)*(begin-t.y0)/float64(heads)
	}
	ys[heads] = begin
	for k := heads + 1; k < n; k++ {
		ys[k] = (rows[b.rows[k-heads-1]].cy() + rows[b.rows[k-heads]].cy()) / 2
	}
	ys[n] = t.y1
	return ys
}

// addRow appends a row. In those of heads each word reaches to the next.
func (t *table) addRow(r int, cells []string, head bool) {
	for c, s := range cells {
		if head && c > 0 && s == "" {
			t.cells[len(t.cells)-1].cols++
		} else {
			t.cells = append(t.cells, cell{row: r, col: c, rows: 1, cols: 1, text: s})
		}
		t.owner = append(t.owner, len(t.cells)-1)
	}
}

// head puts the words above the numbers together again, line under line, and places them over the columns: one row for
// each level of heads.
func (b *band) head(rows []*row, base int, left float64) [][]string {
	type block struct {
		piece
		y1    float64
		level int
	}
	var blocks []*block
	levels := 0
	for _, r := range rows {
		for _, q := range r.pieces {
			if q.mid() < left {
				continue // of the labels
			}
			var on *block
			level := 0
			for _, above := range blocks {
				if above.x0 > q.x1 || above.x1 < q.x0 {
					continue
				}
				level = max(level, above.level+1)
				if on == nil || above.y1 > on.y1 {
					on = above
				}
			}
			if on != nil && r.line.y0-on.y1 < headLines*r.line.size && on.y1 < r.line.y1 {
				on.text += q.text
				on.x0, on.x1, on.y1 = min(on.x0, q.x0), max(on.x1, q.x1), r.line.y1
				continue
			}
			if len(blocks) < 500 {
				blocks = append(blocks, &block{q, r.line.y1, level})
				levels = max(levels, level+1)
			}
		}
	}
	grid := make([][]string, levels)
	for i := range grid {
		grid[i] = make([]string, base+len(b.cols))
	}
	for _, k := range blocks {
		grid[k.level][base+b.column(k.mid())] += k.text
	}
	return grid
}

func inRuled(r *row, ruled []*table) bool {
	for _, t := range ruled {
		if r.cy() > t.y0 && r.cy() < t.y1 && r.line.x0 < t.x1 && r.line.x1 > t.x0 {
			return true
		}
	}
	return false
}
