package report

import (
	"slices"
	"strings"
)

// maxCandidates bounds the alignment of one table.
const maxCandidates = 4000

// readT3 walks the rows of table 3. It returns the first and the last run of the table, -1 when there is none.
func (x *tableReader) readT3() (begin, end int) {
	if cands, head, found := x.rowsAbove(); found {
		x.order = above
		if cands == nil {
			x.r.warn(WarnRowCells, "t3", "the numbers of table 3 seem to stand above their labels, which its sums do not prove: they are left out")
			return head, head
		}
		x.method("t3", MethodAbove)
		return x.settleT3(cands, nil)
	}
	cands, taken := x.apartRows()
	var complete []*run
	for i := 0; i < len(x.runs) && len(cands) < maxCandidates; i++ {
		r := &x.runs[i]
		if len(r.values) == 0 || r.words == "" || isT4(r.words) || taken[i] {
			continue
		}
		first := r.first()
		sc := scores(r.words, t3Rows, len(first) >= 7 && len(first) <= 12 && (len(first) == 7 || hasNumber(first)))
		if !positive(sc) {
			continue
		}
		if parts := stacked(r, i, t3Rows, func(int) int { return 7 }); parts != nil {
			cands = append(cands, parts...)
			continue
		}
		if next := i + 1; next < len(x.runs) && x.runs[next].words == "" && hasNumber(x.runs[next].values) && len(named(r.words, t3Rows)) > 2 {
			continue // labels that stand apart from their numbers, which are not as many as they should be
		}
		cands = append(cands, candidate{run: r, score: sc, at: i})
		complete = append(complete, r)
	}
	slices.SortStableFunc(cands, func(a, b candidate) int { return a.at - b.at })
	g := learn(complete, 7, x.toks)
	whole := true // no row of digits without blanks has fewer digits than cells, as one with blank cells would
	for i := range cands {
		if v := cands[i].run.values; v[0].glued && len(v[0].text) < 7 {
			whole = false
		}
	}
	x.whole = whole
	for i := range cands {
		c := &cands[i]
		if c.cells == nil {
			if c.cells = g.row(c.run); whole {
				c.cells = unglue(c.run, 7, c.cells)
			}
		}
		c.weigh()
	}
	if list := x.instances(cands, t3Rows); len(list) > 1 {
		cands = x.pick(list, "t3").cands
	}
	return x.settleT3(cands, g)
}

// settleT3 aligns the candidates for the rows of table 3 with its labels and stores them. g, where there is one, tells the
// cells of rows whose labels cannot be read.
func (x *tableReader) settleT3(cands []candidate, g *grid) (begin, end int) {
	chosen := align(cands, len(t3Rows))
	begin, end = -1, -1
	for _, c := range chosen {
		if c >= 0 && cands[c].cells != nil {
			if begin < 0 {
				begin = cands[c].at
			}
			end = cands[c].at
		}
	}
	if begin < 0 {
		return -1, -1
	}
	need := len(t3Rows) - 3 // rows of the form of 2019
	if chosen[t3Index("other.no_correction")] >= 0 {
		need = len(t3Rows) - 1 // of 2021: all but the single row 其他处理
	}
	full := x.rowsBetween(begin, end) >= need // a row of numbers for every label
	for j, c := range chosen {
		if c < 0 {
			continue
		}
		row := t3Rows[j]
		switch cd := cands[c]; {
		case cd.cells != nil && !full && twoLabels(&cd, j, t3Rows, chosen, cands):
			x.r.warn(WarnRowCells, "t3."+row.id, "the numbers below %s may be those of a label above it: they are left out", row.official)
		case cd.cells != nil:
			x.set("t3", &x.r.Data.T3, row.id, t3Columns, cd.cells)
			if cd.score[j] <= scoreAlike {
				x.r.warn(WarnSourceHead, "t3."+row.id, "%s stands where the form has %s", tailOf(cd.run.words, 60), row.official)
			}
			if cd.cells[0].glued {
				x.r.warn(WarnGlued, "t3."+row.id, "the numbers behind %s stand without blanks between them: %s", row.official, cd.run.values[0].text)
			}
		case cd.at > begin-3 && cd.at <= end+2:
			x.r.warn(WarnRowCells, "t3."+row.id, "%d numbers behind %s where the form has 7: the row is left out", len(solid(cd.run.values)), row.official)
		}
	}
	if g != nil {
		x.byOrder(chosen, cands, g)
	}
	return begin, end
}

// t3Index is the place of a row of table 3 in the list of both forms.
func t3Index(id string) int {
	return slices.IndexFunc(t3Rows, func(l label) bool { return l.id == id })
}

// rowsBetween counts the runs of seven numbers from one run to another.
func (x *tableReader) rowsBetween(begin, end int) int {
	n := 0
	for i := begin; i <= end; i++ {
		if len(solid(x.runs[i].first())) == 7 {
			n++
		}
	}
	return n
}

func positive(sc []float64) bool {
	for _, s := range sc {
		if s > 0 {
			return true
		}
	}
	return false
}

// byOrder gives complete rows whose labels cannot be read the labels that are missing between their neighbours: only
// where they are as many.
func (x *tableReader) byOrder(chosen []int, cands []candidate, g *grid) {
	prev := -1
	for j := 0; j < len(chosen); j++ {
		if chosen[j] < 0 || cands[chosen[j]].cells == nil {
			continue
		}
		if prev >= 0 {
			_, single := x.r.Data.T3["other.all"]
			var missing []int
			for k := prev + 1; k < j; k++ {
				if t3Rows[k].id != "other.all" && !(single && strings.HasPrefix(t3Rows[k].id, "other.")) {
					missing = append(missing, k)
				}
			}
			if len(missing) > 0 {
				x.fill(missing, cands[chosen[prev]].at, cands[chosen[j]].at, g)
			}
		}
		prev = j
	}
}

func (x *tableReader) fill(missing []int, from, to int, g *grid) {
	var found [][]token
	for i := from + 1; i < to; i++ {
		if !hasNumber(x.runs[i].values) {
			continue
		}
		c := g.row(&x.runs[i])
		if c == nil {
			return
		}
		found = append(found, c)
	}
	if len(found) != len(missing) {
		return
	}
	for i, k := range missing {
		l := t3Rows[k]
		x.byPlace = true
		x.set("t3", &x.r.Data.T3, l.id, t3Columns, found[i])
		x.byPlace = false
		x.r.warn(WarnByOrder, "t3."+l.id, "the label of a row cannot be read: taken as %s by its place", l.official)
	}
}

// t3Format says which form the rows belong to when table 2 does not.
func (x *tableReader) t3Format() {
	if x.r.Data.Format != "" || len(x.r.Data.T3) == 0 {
		return
	}
	x.r.Data.Format = "f2021"
	if _, single := x.r.Data.T3["other.all"]; single {
		x.r.Data.Format = "f2019"
	}
}
