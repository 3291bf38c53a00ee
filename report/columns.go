package report

import "slices"

// A shape is what rows of one kind share: where their numbers stand is learned from the rows that are complete.
type shape struct {
	kind         kind
	table        int
	width, label int
}

func shapeOf(r *run) shape {
	v := r.values[0]
	s := shape{kind: v.kind, table: v.table, width: v.width}
	if v.kind == kindStream || v.kind == kindLayout {
		return shape{kind: v.kind}
	}
	if r.label.line == v.line {
		s.label = r.label.col
	} else {
		s.label = -1
	}
	return s
}

// grid knows where the n numbers of a row stand, from rows that have all of them.
type grid struct {
	n       int
	offsets map[shape][]int // places within a run's values
	columns map[int][]int   // columns of a table, by table
	middles []int           // display columns of laid out lines
	gap     int             // the smallest distance between two of those
}

// learn takes the places from complete rows: the ones most rows agree on.
func learn(list []*run, n int) *grid {
	g := &grid{n: n, offsets: map[shape][]int{}, columns: map[int][]int{}}
	type vote struct {
		places []int
		count  int
	}
	byShape, byTable := map[shape][]vote{}, map[int][]vote{}
	cast := func(vs []vote, places []int) []vote {
		for i := range vs {
			if slices.Equal(vs[i].places, places) {
				vs[i].count++
				return vs
			}
		}
		return append(vs, vote{places, 1})
	}
	sums, laid := make([]int, n), 0
	for _, r := range list {
		first := firstLine(r.values)
		s := solid(first)
		if len(s) != n {
			continue
		}
		offsets, columns := make([]int, 0, n), make([]int, 0, n)
		for i, v := range first {
			if !v.blank {
				offsets, columns = append(offsets, i), append(columns, v.col)
			}
		}
		k := shapeOf(r)
		byShape[k] = cast(byShape[k], offsets)
		if k.kind == kindTable {
			byTable[k.table] = cast(byTable[k.table], columns)
		}
		if k.kind == kindLayout && s[0].at > 0 {
			laid++
			for i, v := range s {
				sums[i] += v.at
			}
		}
	}
	most := func(vs []vote) []int {
		return slices.MaxFunc(vs, func(a, b vote) int { return a.count - b.count }).places
	}
	for k, vs := range byShape {
		g.offsets[k] = most(vs)
	}
	for k, vs := range byTable {
		g.columns[k] = most(vs)
	}
	if laid > 0 {
		g.middles = make([]int, n)
		for i := range sums {
			g.middles[i] = sums[i] / laid
		}
		g.gap = 1 << 20
		for i := 1; i < n; i++ {
			g.gap = min(g.gap, g.middles[i]-g.middles[i-1])
		}
	}
	return g
}

// firstLine are the values that stand on the line of the first; all of them where every cell has a line of its own.
func firstLine(vs []token) []token {
	if len(vs) == 0 || vs[0].kind == kindStream || len(vs) > 1 && vs[1].line != vs[0].line {
		return vs
	}
	for i := range vs {
		if vs[i].line != vs[0].line {
			return vs[:i]
		}
	}
	return vs
}

// row picks the n cells of a row out of the values behind its label, nil when they cannot be told. It never shifts: a row
// with fewer numbers is read only where the places of its blanks are known.
func (g *grid) row(r *run) []token {
	values := firstLine(r.values)
	s := solid(values)
	switch {
	case len(s) == g.n:
		return s
	case len(s) == g.n+1 && g.n == 7:
		return strayEnd(s)
	case len(s) > g.n || len(values) == 0:
		return nil
	}
	k := shapeOf(r)
	if k.kind == kindLayout {
		return g.laidOut(s)
	}
	if offsets := g.offsets[k]; offsets != nil {
		if out := place(values, s, offsets); out != nil {
			return out
		}
	}
	if len(values) == g.n {
		return values // as many cells as the form has, some of them blank
	}
	if k.kind == kindTable && r.label.line == values[0].line {
		if cols := g.columns[k.table]; cols != nil && r.label.col < cols[0] {
			return byColumn(values, s, cols)
		}
	}
	if k.kind != kindStream && k.label >= 0 && len(values) > g.n && allBlank(values[g.n:]) && g.offsets[k] == nil {
		for other, offsets := range g.offsets { // rows of this kind with another label cell begin right behind it
			if other.kind == k.kind && other.table == k.table && offsets[0] == 0 {
				return place(values, s, offsets)
			}
		}
	}
	return nil
}

func allBlank(vs []token) bool { return !hasNumber(vs) }

// place takes the values at the offsets, when these hold every number of the row.
func place(values, solids []token, offsets []int) []token {
	out, n := make([]token, 0, len(offsets)), 0
	for _, o := range offsets {
		if o >= len(values) {
			return nil
		}
		if !values[o].blank {
			n++
		}
		out = append(out, values[o])
	}
	if n != len(solids) {
		return nil
	}
	return out
}

func byColumn(values, solids []token, cols []int) []token {
	out, n := make([]token, 0, len(cols)), 0
	for _, c := range cols {
		for _, v := range values {
			if v.col == c {
				out = append(out, v)
				if !v.blank {
					n++
				}
				break
			}
		}
	}
	if len(out) != len(cols) || n != len(solids) {
		return nil
	}
	return out
}

// laidOut gives each number of a line the column whose middle is nearest, when that leaves no doubt.
func (g *grid) laidOut(s []token) []token {
	if g.middles == nil || g.gap < 8 || len(s) == 0 {
		return nil
	}
	out := make([]token, g.n)
	for i := range out {
		out[i] = token{value: true, blank: true, kind: kindLayout, line: s[0].line, row: s[0].row, col: s[0].col, page: s[0].page}
	}
	last := -1
	for _, v := range s {
		best, dist := -1, 1<<20
		for i, m := range g.middles {
			if d := max(m-v.at, v.at-m); d < dist {
				best, dist = i, d
			}
		}
		if best <= last || dist > g.gap*2/5 || v.at == 0 {
			return nil
		}
		out[best], last = v, best
	}
	return out
}

// strayEnd drops a page number that follows the seven cells of a row: only where the seven add up and the other seven do
// not.
func strayEnd(s []token) []token {
	if addsUp(s[:7]) && !addsUp(s[1:]) {
		return s[:7]
	}
	return nil
}

// addsUp reports whether the last of seven cells is the sum of the others, as the form has it.
func addsUp(s []token) bool {
	sum := 0.0
	for i, t := range s {
		v, _, ok := numeral(t)
		if !ok {
			return false
		}
		if i == len(s)-1 {
			return v == sum
		}
		sum += v
	}
	return false
}
