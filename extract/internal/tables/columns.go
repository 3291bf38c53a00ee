package tables

import (
	"slices"
)

// A frame is the part of a page that a column takes.
type frame struct{ x0, x1 float64 }

// A stretch is a run of lines that are read one after the other: those of a column, or of the whole page. Its key sorts it
// among the other sections and tables of the page.
type stretch struct {
	lines []*line
	frame frame
	key   []float64
	inCol bool
}

// sections cuts a page's lines, which stand from top to bottom, into columns where they are prose.
func sections(ls []*line, f frame, key []float64, depth int) []stretch {
	whole := stretch{lines: ls, frame: f, key: key, inCol: len(key) > 0}
	if depth == columnDepth || len(ls) < gutterLines {
		return []stretch{whole}
	}
	for _, x := range gutterPlaces(ls) {
		from, to := prosaic(ls, x)
		if to == 0 {
			continue
		}
		var left, right []*line
		top := ls[from].y0
		for _, l := range ls[from:to] {
			a, b := l.cut(x)
			left, right = appendLine(left, a), appendLine(right, b)
		}
		out := sections(ls[:from], f, key, depth)
		out = append(out, sections(left, frame{f.x0, x}, append(slices.Clone(key), top, 0), depth+1)...)
		out = append(out, sections(right, frame{x, f.x1}, append(slices.Clone(key), top, 1), depth+1)...)
		return append(out, sections(ls[to:], f, key, depth)...)
	}
	return []stretch{whole}
}

func appendLine(list []*line, l *line) []*line {
	if l != nil {
		list = append(list, l)
	}
	return list
}

// gutterPlaces are where many lines leave room, the likeliest first.
func gutterPlaces(ls []*line) []float64 {
	var mids []float64
	for _, l := range ls {
		for i := 1; i < len(l.glyphs); i++ {
			a, b := &l.glyphs[i-1], &l.glyphs[i]
			if b.X0-a.X1 > gutterRoom*l.size && !blank(a.Text) && !blank(b.Text) {
				mids = append(mids, (a.X1+b.X0)/2)
			} else if blank(b.Text) && i+1 < len(l.glyphs) {
				k := i
				for k < len(l.glyphs) && blank(l.glyphs[k].Text) {
					k++
				}
				if k < len(l.glyphs) && l.glyphs[k].X0-a.X1 > gutterRoom*l.size && !blank(a.Text) {
					mids = append(mids, (a.X1+l.glyphs[k].X0)/2)
				}
			}
		}
	}
	slices.Sort(mids)
	type place struct {
		x float64
		n int
	}
	var places []place
	for i := 0; i < len(mids); {
		j, sum := i, 0.0
		for j < len(mids) && mids[j]-mids[i] <= 2*gutterNear {
			sum += mids[j]
			j++
		}
		if j-i >= gutterLines {
			places = append(places, place{sum / float64(j-i), j - i})
		}
		i = j
	}
	slices.SortStableFunc(places, func(a, b place) int { return b.n - a.n })
	var out []float64
	for _, p := range places[:min(len(places), 4)] {
		out = append(out, p.x)
	}
	return out
}

// sides are the pieces of a line next to a place, which nothing crosses; ok is false where something does.
func (l *line) sides(x float64) (left, right *piece, ok bool) {
	edge := 0.2 * l.size
	var p []piece
	if l.parts == nil {
		p = pieces(l)
		l.parts = p
	} else {
		p = l.parts
	}
	for i := range p {
		switch {
		case p[i].x1 <= x+edge:
			left = &p[i]
		case p[i].x0 >= x-edge:
			if right == nil {
				right = &p[i]
			}
		default:
			return nil, nil, false
		}
	}
	return left, right, true
}

// prosaic finds the first run of lines that x parts into two columns of prose; to is 0 when there is none.
func prosaic(ls []*line, x float64) (from, to int) {
	for i := 0; i < len(ls); {
		if _, _, ok := ls[i].sides(x); !ok || ls[i].vertical {
			i++
			continue
		}
		j := i
		for j < len(ls) && !ls[j].vertical {
			if _, _, ok := ls[j].sides(x); !ok {
				break
			}
			j++
		}
		if a, b, ok := twoColumns(ls, i, j, x); ok {
			return a, b
		}
		i = j
	}
	return 0, 0
}

// twoColumns reports whether lines i to j, which nothing crosses at x, are two columns of prose, and which of them are:
// from the first that has words on both sides to the last.
func twoColumns(ls []*line, i, j int, x float64) (from, to int, ok bool) {
	from = -1
	var lefts, rights []*piece
	size := 0.0
	tabular := 0
	for k := i; k < j; k++ {
		l, r, _ := ls[k].sides(x)
		if l != nil && r != nil {
			if from < 0 {
				from = k
			}
			to = k + 1
			lefts, rights = append(lefts, l), append(rights, r)
			size += ls[k].size
			if len(ls[k].parts) > 4 || l.number || r.number {
				tabular++
			}
		}
	}
	n := len(lefts)
	if n < gutterLines || 3*tabular > n {
		return 0, 0, false
	}
	size /= float64(n)
	wl, wr := columnOf(lefts, size), columnOf(rights, size)
	if wl < columnWide*size || wr < columnWide*size || min(wl, wr) < columnAlike*max(wl, wr) {
		return 0, 0, false
	}
	return from, to, true
}

// columnOf is the width of the column that pieces fill as prose does, or 0 when they do not.
func columnOf(p []*piece, size float64) float64 {
	begins, ends := make([]float64, len(p)), make([]float64, len(p))
	for i, q := range p {
		begins[i], ends[i] = q.x0, q.x1
	}
	slices.Sort(begins)
	slices.Sort(ends)
	left, right := begins[len(p)/4], ends[len(p)-1-len(p)/10]
	width := right - left
	aligned, filled := 0, 0.0
	for _, q := range p {
		if q.x0 > left-0.6*size && q.x0 < left+0.6*size {
			aligned++
		}
		filled += min(1, (q.x1-q.x0)/max(width, 1))
	}
	if float64(aligned) < columnEdge*float64(len(p)) || filled < columnFull*float64(len(p)) {
		return 0
	}
	return width
}

// cut parts a line at a place that nothing crosses.
func (l *line) cut(x float64) (left, right *line) {
	at := 0
	for at < len(l.glyphs) && l.glyphs[at].cx() < x {
		at++
	}
	part := func(g []Glyph) *line {
		n := &line{glyphs: g, size: l.size, vertical: l.vertical}
		if !n.measure() {
			return nil
		}
		return n
	}
	return part(l.glyphs[:at:at]), part(l.glyphs[at:])
}

// keyOf sorts a thing that stands at a height, between two edges, among the sections of its page.
func keyOf(list []stretch, x0, x1, y float64) []float64 {
	best := []float64{y}
	for _, s := range list {
		if !s.inCol || len(s.lines) == 0 || len(s.key)+1 <= len(best) {
			continue
		}
		if mid := (x0 + x1) / 2; mid > s.frame.x0 && mid < s.frame.x1 && x1-x0 < 1.1*(s.frame.x1-s.frame.x0) && y > s.lines[0].y0 && y < s.lines[len(s.lines)-1].y1 {
			best = append(slices.Clone(s.key), y)
		}
	}
	return best
}
