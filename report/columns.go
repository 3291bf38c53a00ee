package report

import (
	"slices"
	"strings"
)

// A shape is what rows of one kind share: where their numbers stand is learned from the rows that are complete.
type shape struct {
	kind         kind
	table        int
	width, label int
}

// sheet is what rows share that have their columns in common: the table, or the width of the line.
func (s shape) sheet() shape {
	if s.kind == kindTable {
		return shape{kind: kindTable, table: s.table}
	}
	return shape{kind: s.kind, width: s.width}
}

func shapeOf(r *run) shape {
	v := r.values[0]
	s := shape{kind: v.kind, table: int(v.table), width: v.width}
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
	columns map[shape][]int // columns of a table, or of lines of one width
	middles []int           // display columns of laid out lines
	gap     int             // the smallest distance between two of those
}

// learn takes the places from complete rows, the ones most rows agree on, and for table 3 from its heads where no row is
// complete.
func learn(list []*run, n int, toks []token) *grid {
	g := &grid{n: n, offsets: map[shape][]int{}, columns: map[shape][]int{}}
	type vote struct {
		places []int
		count  int
	}
	byShape, byTable := map[shape][]vote{}, map[shape][]vote{}
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
		first := r.first()
		s := solid(first)
		if len(s) != n && (len(first) != n || first[0].kind == kindStream || first[0].kind == kindLayout || r.label.line != first[0].line) {
			continue
		}
		offsets, columns := make([]int, 0, n), make([]int, 0, n)
		for i, v := range first {
			if !v.blank || len(s) != n {
				offsets, columns = append(offsets, i), append(columns, v.col)
			}
		}
		k := shapeOf(r)
		byShape[k] = cast(byShape[k], offsets)
		if k.kind != kindStream && k.kind != kindLayout {
			t := k.sheet()
			byTable[t] = cast(byTable[t], columns)
		}
		if k.kind == kindLayout && len(s) == n && s[0].at > 0 {
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
		// Lines of text may begin at different places: only when all of them agree are their columns known.
		if k.kind == kindTable || len(vs) == 1 {
			g.columns[k] = most(vs)
		}
	}
	if laid == 0 && n == 7 {
		g.heads(toks)
	}
	if laid > 0 {
		g.middles = make([]int, n)
		for i := range sums {
			g.middles[i] = sums[i] / laid
		}
		g.gap = narrowest(g.middles)
	}
	return g
}

// heads takes the columns of table 3 from its heads, where no row shows them: the cells of a grid or of lines cut at tabs
// or pipes whose heads stand side by side, or the places of the heads on laid out lines.
func (g *grid) heads(toks []token) {
	at := map[shape]map[string]token{}
	for i := range toks {
		t := &toks[i]
		if t.value || t.kind == kindStream || len(t.text) > 24 {
			continue
		}
		w := squeeze(t.text)
		if !slices.Contains(t3Heads, w) {
			continue
		}
		k := shape{kind: t.kind, table: int(t.table)}
		if t.kind == kindTabs || t.kind == kindPipes {
			k.width = t.width
		}
		if at[k] == nil {
			at[k] = map[string]token{}
		}
		if _, seen := at[k][w]; !seen {
			at[k][w] = *t
		}
	}
	for k, heads := range at {
		if len(heads) != len(t3Heads) {
			continue
		}
		cols, mids := make([]int, 7), make([]int, 7)
		rising, adjacent := true, true
		for i, h := range t3Heads {
			cols[i], mids[i] = heads[h].col, heads[h].at
			if i > 0 {
				rising = rising && (cols[i] > cols[i-1])
				adjacent = adjacent && cols[i] == cols[i-1]+1
			}
		}
		switch {
		case k.kind == kindLayout:
			if slices.IsSorted(mids) && mids[0] > 0 {
				g.middles, g.gap = mids, narrowest(mids)
			}
		case g.columns[k.sheet()] == nil && (adjacent || rising && k.kind == kindTable):
			g.columns[k.sheet()] = cols
		}
	}
}

// headsOfT4 takes the columns of table 4 from the heads on the laid out lines above a line.
func (g *grid) headsOfT4(toks []token, line int) bool {
	for i := range toks {
		t := &toks[i]
		if t.line >= line {
			break
		}
		if t.kind != kindLayout || t.value || t.line < line-12 || t.at == 0 {
			continue
		}
		switch squeeze(t.text) {
		case "结果维持", "结果纠正", "其他结果", "尚未审结", "总计":
			g.middles = append(g.middles, t.at)
		}
	}
	slices.Sort(g.middles)
	g.gap = narrowest(g.middles)
	return len(g.middles) == g.n
}

func narrowest(middles []int) int {
	gap := 1 << 20
	for i := 1; i < len(middles); i++ {
		gap = min(gap, middles[i]-middles[i-1])
	}
	return gap
}

// first are the values on the line of the label, or of the first of them; all where every cell has a line of its own.
func (r *run) first() []token {
	vs := r.values
	if len(vs) == 0 || r.label.line != vs[0].line && (vs[0].kind == kindStream || len(vs) > 1 && vs[1].line != vs[0].line) {
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
	values := r.first()
	s := regular(solid(values), g.n)
	switch {
	case len(s) == g.n && uneven(s) && !(g.n == 7 && addsUp(s)):
		return nil
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
	if len(s) == len(values) || len(s) == 1 {
		if out := g.parted(s); out != nil {
			return out
		}
	}
	if offsets := g.offsets[k]; offsets != nil {
		if out := place(values, s, offsets); out != nil {
			return out
		}
	}
	if len(values) == g.n {
		return values // as many cells as the form has, some of them blank
	}
	if cols := g.columns[k.sheet()]; cols != nil && r.label.line == values[0].line && r.label.col < cols[0] {
		return byColumn(values, s, cols)
	}
	return nil
}

// parted reads a row some of whose cells hold several numbers: one cell with all of them, cells that say how many columns
// they cover, or a row whose parts add up.
func (g *grid) parted(s []token) []token {
	out := expanded(s)
	if len(out) == len(s) || len(out) != g.n {
		return nil
	}
	covered := len(s) > 1
	for i := range s {
		n := 1
		if s[i].several {
			n = strings.Count(s[i].text, " ") + 1
		}
		covered = covered && n == int(max(1, s[i].span))
	}
	if len(s) == 1 || covered || g.n == 7 && addsUp(out) {
		return out
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
