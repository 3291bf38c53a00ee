package tables

import (
	"math"
	"slices"
)

// shortRows makes tables of neighbouring lines of words and few numbers.
func shortRows(p frame, page int, rows []*row, ruled []*table, budget *int) []*table {
	var out []*table
	for i := 0; i < len(rows); i++ {
		if !tabular(rows[i]) || inRuled(rows[i], ruled) {
			continue
		}
		j, last := i+1, i
		for j < len(rows) && !rows[j].used && !prose(p, rows[j]) && rows[j].line.y0-rows[j-1].line.y1 < shortGap*rows[j].line.size && !inRuled(rows[j], ruled) {
			if tabular(rows[j]) {
				last = j
			}
			j++
		}
		values := 0
		for _, r := range rows[i : last+1] {
			values += r.values
		}
		if last > i && values > 0 {
			if t := aligned(p, page, rows[i:last+1]); t.dense() && t.nrows()*t.ncols() <= *budget {
				*budget -= t.nrows() * t.ncols()
				out = append(out, t)
				for _, r := range rows[i : last+1] {
					r.used = true
				}
			}
		}
		i = last
	}
	return out
}

// pairUp gives numbers that stand alone on their line, because the words of their row take several or stand a little
// higher or lower, those words.
func pairUp(rows []*row) {
	for i, r := range rows {
		if r.used || r.values == 0 || r.values < len(r.pieces) {
			continue
		}
		var words []piece
		for k := max(0, i-1); k <= i+1 && k < len(rows); k++ {
			o := rows[k]
			if k == i || o.used || len(o.pieces) != 1 || o.values > 0 || o.pieces[0].x1 > r.pieces[0].x0 || math.Abs(o.cy()-r.cy()) > pairNear*r.line.size {
				continue
			}
			if len(words) > 0 {
				words[0].text += o.pieces[0].text
			} else {
				words = append(words, o.pieces[0])
			}
			o.used = true
			r.with = append(r.with, o)
		}
		r.pieces = append(words, r.pieces...)
	}
}

func tabular(r *row) bool { return !r.used && len(r.pieces) >= 2 }

// valleys are the edges between the columns of lines: the middles of the rooms that hardly any line crosses.
func valleys(rows []*row, size float64) []float64 {
	type event struct {
		x float64
		d int
	}
	var events []event
	n := 0
	for _, r := range rows {
		if len(r.pieces) < 2 {
			continue
		}
		n++
		for _, q := range r.pieces {
			events = append(events, event{q.x0, 1}, event{q.x1, -1})
		}
	}
	slices.SortFunc(events, func(a, b event) int {
		if c := compare(a.x, b.x); c != 0 {
			return c
		}
		return b.d - a.d
	})
	var out []float64
	limit := int(crossShare * float64(n))
	open, from, seen := 0, math.NaN(), false
	for _, e := range events {
		was := open
		open += e.d
		switch {
		case was > limit && open <= limit:
			from, seen = e.x, true
		case was <= limit && open > limit:
			if seen && e.x-from >= crossRoom*size {
				out = append(out, (from+e.x)/2)
			}
		}
	}
	return out
}

// aligned places the pieces of lines in the columns that they leave room between.
func aligned(p frame, page int, rows []*row) *table {
	size := rows[0].line.size
	t := &table{page: page, lastPage: page, method: "stream", x0: p.x0, x1: p.x1, y0: rows[0].line.y0, y1: rows[len(rows)-1].line.y1}
	t.xs = append(append([]float64{p.x0}, valleys(rows, size)...), p.x1)
	nx := t.ncols()
	for i, r := range rows {
		t.ys = append(t.ys, r.line.y0)
		cells, spans := make([]string, nx), make([]int, nx)
		for _, q := range r.pieces {
			from := max(0, interval(t.xs, q.x0+0.1*size))
			to := from
			for to+1 < nx && q.x1-0.1*size > t.xs[to+1] {
				to++
			}
			c := from
			if mid := interval(t.xs, q.mid()); to > from && (cells[from] != "" || overlapped(cells, spans, from, to)) && mid >= 0 {
				c, to = mid, mid
			}
			join(&cells[c], q.text)
			spans[c] = max(spans[c], to-c+1)
		}
		for c := 0; c < nx; {
			n := max(1, spans[c])
			for k := c + 1; k < c+n; k++ { // a piece that came later stands there
				if cells[k] != "" {
					n = k - c
				}
			}
			t.cells = append(t.cells, cell{row: i, col: c, rows: 1, cols: n, text: cells[c]})
			for range n {
				t.owner = append(t.owner, len(t.cells)-1)
			}
			c += n
		}
	}
	t.ys = append(t.ys, t.y1)
	t.place()
	return t
}

// dense reports whether lines fill a grid of two columns or more.
func (t *table) dense() bool {
	filled, rows := 0, 0
	for r := range t.nrows() {
		n := 0
		for c := 0; c < t.ncols(); {
			x := t.at(r, c)
			if x.text != "" {
				n++
				filled += x.cols
			}
			c = x.col + x.cols
		}
		if n >= 2 {
			rows++
		}
	}
	return t.ncols() >= 2 && float64(filled) >= denseCells*float64(t.nrows()*t.ncols()) && float64(rows) >= denseRows*float64(t.nrows())
}

// overlapped reports whether something stands in the columns already.
func overlapped(cells []string, spans []int, from, to int) bool {
	for c := range to + 1 {
		if cells[c] != "" && c+max(1, spans[c]) > from {
			return true
		}
	}
	return false
}
