package tables

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// A label is a stretch of words before the numbers.
type label struct {
	piece
	line *line
	cy   float64
	leaf bool // it stands next to the numbers
	row  int  // number of its row among the anchors, from 1; 0: above the table
}

// labelLines collects the words before the numbers and tells the column next to the numbers from those of the groups
// before it, by the gap between them. Labels above from belong to the head.
func labelLines(rows []*row, left, from float64, cols int, known *gutters) []*label {
	var out []*label
	for _, r := range rows {
		for _, q := range r.pieces {
			if q.mid() < left {
				out = append(out, &label{piece: q, line: r.line, cy: r.cy()})
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	var beside []*label // those of the rows themselves, not of the head
	for _, l := range out {
		if l.cy > from {
			beside = append(beside, l)
		}
	}
	start := max(leafStart(beside), known.best(cols, left))
	known.add(gutter{cols, left, start})
	for i, n := 0, len(out); i < n && start > 0; i++ {
		if l := out[i]; l.x0 < start-4 && l.x1 > start+4 {
			if rest := l.cutAt(start + before); rest != nil {
				out = append(out, rest)
			}
		}
	}
	for _, l := range out {
		l.leaf = l.x1 > start+4 || l.x0 > start-1
	}
	slices.SortStableFunc(out, func(a, b *label) int { return compare(a.cy, b.cy) })
	return out
}

// cutAt parts a label where the next column begins and another string does, and returns what stands there. Narrow
// columns leave no room between their words.
func (l *label) cutAt(x float64) *label {
	g := l.line.glyphs
	for i := 1; i < len(g); i++ {
		if g[i].X0 < x-cutSlack || g[i].Run == g[i-1].Run || g[i].X0 <= l.x0 {
			continue
		}
		if g[i].X0 > x+cutSlack { // words that happen to part near the column's edge do not part on it
			return nil
		}
		from, to := 0, len(g)
		for from < i && g[from].X0 < l.x0-0.01 {
			from++
		}
		for to > i && g[to-1].X1 > l.x1+0.01 {
			to--
		}
		if manyStrings(g[from:to]) {
			return nil
		}
		rest := &label{piece: piece{x0: g[i].X0, x1: l.x1, text: strings.TrimSpace(joinGlyphs(g[i:to]))}, cy: l.cy, line: l.line}
		l.x1, l.text = g[i-1].X1, strings.TrimSpace(joinGlyphs(g[from:i]))
		return rest
	}
	return nil
}

// manyStrings reports whether glyphs come from so many strings that the end of one tells nothing.
func manyStrings(g []Glyph) bool {
	n := 1
	for i := 1; i < len(g); i++ {
		if g[i].Run != g[i-1].Run {
			n++
		}
	}
	return n > 3
}

func hasLead(labels []*label) bool {
	for _, l := range labels {
		if !l.leaf {
			return true
		}
	}
	return false
}

// before is how far before the words of a column its start is taken to be.
const before = 0.5

// leafStart finds where the last column of labels begins: the rightmost place that few labels cross, with some before it
// and many behind it.
func leafStart(labels []*label) float64 {
	begins, ends := make([]float64, len(labels)), make([]float64, len(labels))
	for i, l := range labels {
		begins[i], ends[i] = l.x0, l.x1
	}
	slices.Sort(begins)
	slices.Sort(ends)
	n := len(labels)
	for i := n - 1; i > 0; i-- {
		x := begins[i] - before
		first, ended := sort.SearchFloat64s(begins, x), sort.SearchFloat64s(ends, x)
		behind := n - first
		if crossing := first - ended; ended < 2 || float64(behind) < leafBehind*float64(n) || float64(crossing) > leafCrossed*float64(n) {
			continue
		}
		if aligned := sort.SearchFloat64s(begins, x+2*before) - first; float64(aligned) >= leafAligned*float64(n) {
			return x
		}
		// Centred words begin anywhere: the column begins where the last word before it has ended.
		return begins[sort.SearchFloat64s(begins, ends[ended-1])] - before
	}
	return 0
}

// gutters remember, from page to page, where the labels next to the numbers begin: a table's rest on a page may be too
// short to show it.
type gutters []gutter

type gutter struct {
	cols        int
	left, start float64
}

func (g *gutters) add(x gutter) {
	if len(*g) < 1000 {
		*g = append(*g, x)
	}
}

// best is the rightmost place in tables like this one, or 0.
func (g gutters) best(cols int, left float64) float64 {
	start := 0.0
	for _, x := range g {
		if x.cols == cols && math.Abs(x.left-left) < 10 {
			start = max(start, x.start)
		}
	}
	return start
}

// outdone reports whether a table was read with less than is known now.
func (g gutters) outdone(used gutters) bool {
	for _, x := range used {
		if g.best(x.cols, x.left) > x.start+4 {
			return true
		}
	}
	return false
}

// assign gives labels to rows. Labels of several lines stand around their numbers in one of three ways: in the middle,
// at the top, at the bottom; the way that fits all rows best is taken.
func assign(labels []*label, rows []*row, b *band) {
	var leaves []*label
	for _, l := range labels {
		if l.leaf {
			leaves = append(leaves, l)
		}
	}
	ys := make([]float64, len(b.rows))
	for i, k := range b.rows {
		ys[i] = rows[k].cy()
	}
	pitch := max(1, rows[b.rows[0]].line.size)
	best, way := math.Inf(1), 0
	for w := range 3 {
		if c := fitLabels(leaves, ys, pitch, w, false); c < best-1e-9 {
			best, way = c, w
		}
	}
	fitLabels(leaves, ys, pitch, way, true)
	// A row without words next to its numbers takes those further left on its height; the rest names groups.
	for _, l := range labels {
		if l.leaf {
			continue
		}
		n, d := 0, math.Inf(1)
		for i, y := range ys {
			if x := math.Abs(y - l.cy); x < d {
				n, d = i+1, x
			}
		}
		if n > 1 || d < groupNear*pitch {
			l.row = n
		}
	}
	keepOwn(labels, len(b.rows))
}

// keepOwn gives each row that has no words next to its numbers, but several further left, the last of those that begins an
// item: beside it stand words of a group over many rows.
func keepOwn(labels []*label, rows int) {
	words := make([]int, rows+1)
	items := make([]*label, rows+1)
	for _, l := range labels {
		words[l.row]++
		switch item := items[l.row]; {
		case l.leaf:
			words[l.row] -= len(labels) + 1
		case enumerated.MatchString(l.text) && (item == nil || l.x0 > item.x0):
			items[l.row] = l
		}
	}
	for r := 1; r <= rows; r++ {
		if words[r] > 1 && items[r] != nil {
			items[r].leaf = true
		}
	}
}

// fitLabels splits the labels, top to bottom, among the rows so that each row's labels stand around its numbers: way 0
// in the middle, 1 from the top, 2 from the bottom. It returns the cost; with set it notes the rows.
func fitLabels(leaves []*label, ys []float64, pitch float64, way int, set bool) float64 {
	const most = 10 // lines of one label
	n, m := len(leaves), len(ys)
	if n == 0 || m == 0 || n > 5000 || m > 2000 {
		return math.Inf(1)
	}
	at := func(i, j int) float64 { // where the numbers of labels i..j-1 should stand
		switch way {
		case 1:
			return leaves[i].cy
		case 2:
			return leaves[j-1].cy
		}
		return (leaves[i].cy + leaves[j-1].cy) / 2
	}
	cuts := make([]bool, n+1) // places between labels of different lines
	for i := range cuts {
		cuts[i] = i == 0 || i == n || leaves[i].cy != leaves[i-1].cy
	}
	begins := make([]float64, n+1) // labels before i that begin an item of a list
	for i, l := range leaves {
		begins[i+1] = begins[i]
		if cuts[i] && enumerated.MatchString(l.text) {
			begins[i+1]++
		}
	}
	// A label on the height of a row's numbers is that row's: in every one of the ways the numbers stand within their row.
	pins := make([]int, n)
	for i, l := range leaves {
		k := sort.SearchFloat64s(ys, l.cy-pinned*pitch)
		if k < m && ys[k] <= l.cy+pinned*pitch {
			pins[i] = k + 1
		}
	}
	// Where most labels begin with a number of their own, a row's label should.
	numbered := begins[n] >= numberedShare*float64(min(m, n))
	cost := make([][]float64, m+1)
	from := make([][]int, m+1)
	for r := range cost {
		cost[r] = make([]float64, n+1)
		from[r] = make([]int, n+1)
		for i := range cost[r] {
			cost[r][i] = math.Inf(1)
		}
	}
	dropped := 0.0
	for i := 0; i <= n; i++ {
		cost[0][i] = dropped // labels above the first row belong to the head
		if i < n && leaves[i].cy > ys[0]-headNear*pitch {
			dropped += 2
		}
		if i < n && pins[i] > 0 {
			dropped += astray
		}
	}
	for r := 1; r <= m; r++ {
		for j := 0; j <= n; j++ {
			if !cuts[j] {
				continue
			}
			cost[r][j], from[r][j] = cost[r-1][j]+1, j // a row without a label
			lost := 0.0
			for i := j - 1; i >= max(0, j-most); i-- {
				if pins[i] > 0 && pins[i] != r {
					lost += astray
				}
				if !cuts[i] {
					continue
				}
				d := (at(i, j) - ys[r-1]) / pitch
				items := begins[j] - begins[i+1] // only the first may
				if numbered && begins[i+1] == begins[i] {
					items += 0.5
				}
				if c := cost[r-1][i] + d*d + 4*items + lost; c < cost[r][j] {
					cost[r][j], from[r][j] = c, i
				}
			}
		}
	}
	if set {
		for r, j := m, n; r > 0; r-- {
			i := from[r][j]
			for k := i; k < j; k++ {
				leaves[k].row = r
			}
			j = i
		}
	}
	return cost[m][n]
}
