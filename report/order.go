package report

import "strings"

// An order is how numbers that stand apart from their labels follow one another.
type order uint8

const (
	unordered order = iota // cannot be told
	byRow                  // a row's seven numbers, then those of the next row
	byCol                  // all numbers of a column, then those of the next column
	above                  // each row's numbers stand above its label
)

// A block is a stretch of numbers with the labels of table 3 before it or behind it, seven numbers for each of them.
type block struct {
	at, next int // runs
	labels   []int
	cells    []token
}

// rows are the cells of each label in an order.
func (b *block) row(k int, o order) []token {
	if o == byRow {
		return b.cells[7*k : 7*k+7 : 7*k+7]
	}
	out := make([]token, 7)
	for c := range out {
		out[c] = b.cells[c*len(b.labels)+k]
	}
	return out
}

// leastBlock is the fewest numbers that can stand apart from more than one label.
const leastBlock = 14

// blocks are the stretches of numbers that stand apart from the labels of table 3. Cells of tables and lines cut at tabs or
// bars keep their rows and are no part of them.
func (x *tableReader) blocks() []block {
	var out []block
	behind := false // the labels stand behind their numbers
	for i := 0; i < len(x.runs) && len(out) < maxCandidates; {
		r := &x.runs[i]
		if r.words == "" || len(r.values) == 0 {
			i++
			continue
		}
		values, next := x.group(i)
		if len(values) < leastBlock {
			i = next
			continue
		}
		s := solid(values)
		if len(s) >= leastBlock && len(s)%7 == 0 && loosely(s) {
			b := block{at: i, next: next, cells: s}
			if !behind {
				b.labels = named(beforeT4(r.words), t3Rows)
			}
			if len(b.labels)*7 != len(s) && next < len(x.runs) && (behind || len(out) == 0) {
				if b.labels = named(beforeT4(x.runs[next].words), t3Rows); len(b.labels)*7 == len(s) {
					behind = true
				}
			}
			if len(b.labels)*7 == len(s) {
				out = append(out, b)
			}
		}
		i = next
	}
	return out
}

func loosely(s []token) bool {
	for i := range s {
		if s[i].kind != kindStream && s[i].kind != kindLayout || s[i].glued {
			return false
		}
	}
	return true
}

// rowSum says of seven cells whether the last is the sum of the others: 1, or -1 when it is not, 0 where there is nothing
// to add. Marks count as none; a row that prints its total only proves nothing.
func rowSum(s []token) (state int, nonzero bool) {
	sum, parts := 0.0, 0
	for i := range 6 {
		if v, _, ok := numeral(s[i]); ok {
			sum, parts = sum+v, parts+1
		}
	}
	total, _, ok := numeral(s[6])
	switch {
	case parts == 0 || !ok && sum == 0:
		return 0, false
	case equal(sum, total):
		return 1, sum != 0
	}
	return -1, false
}

// What a decision on the order of numbers asks for.
const (
	enoughRows  = 20 // rows that add up, beside which
	fewFaults   = 2  // rows may not, since sources have errors
	leastProof  = 3  // rows with numbers other than 0 that add up column by column
	betterProof = 6  // the same where not all rows are there, so that the columns cannot be added up
)

// orderOf decides in which order the numbers of the blocks follow one another: the one in which the rows add up, and the
// columns where all rows are there, and no other does so with another result.
func orderOf(list []block) order {
	type tally struct{ good, bad, proofs int }
	var t [3]tally
	for i := range list {
		for _, o := range []order{byRow, byCol} {
			for k := range list[i].labels {
				switch state, nonzero := rowSum(list[i].row(k, o)); {
				case state < 0:
					t[o].bad++
				case state > 0:
					t[o].good++
					if nonzero {
						t[o].proofs++
					}
				}
			}
		}
	}
	rows := t[byRow].bad == 0 || t[byRow].good >= enoughRows && t[byRow].bad <= fewFaults
	cols := t[byCol].bad == 0
	sums, complete := columnsAddUp(list, byCol)
	cols = cols && (!complete || sums)
	if rows && cols && !sameRows(list) {
		if rowSums, complete := columnsAddUp(list, byRow); complete && sums != rowSums {
			rows, cols = rowSums, sums
		}
	}
	switch {
	case rows && cols:
		if sameRows(list) {
			return byRow
		}
	case rows && t[byRow].proofs > 0:
		return byRow
	case cols && t[byCol].proofs >= leastProof && (complete || t[byCol].proofs >= betterProof):
		return byCol
	}
	return unordered
}

// sameRows reports whether both orders give the same cells.
func sameRows(list []block) bool {
	for i := range list {
		for k := range list[i].labels {
			a, b := list[i].row(k, byRow), list[i].row(k, byCol)
			for c := range a {
				if a[c].text != b[c].text {
					return false
				}
			}
		}
	}
	return true
}

// columnsAddUp reports whether the columns of table 3 add up in an order: inflow and outflow, and the total of the
// results. It is assessed only where the blocks hold all rows of a form, which complete says.
func columnsAddUp(list []block, o order) (holds, complete bool) {
	rows := map[string][]token{}
	for i := range list {
		for k, l := range list[i].labels {
			rows[t3Rows[l].id] = list[i].row(k, o)
		}
	}
	return tableAddsUp(rows)
}

// beforeT4 are words up to the title of table 4, whose heads look like labels of table 3.
func beforeT4(words string) string {
	if i := strings.Index(words, "行政复议"); i >= 0 {
		return words[:i]
	}
	return words
}

// tableAddsUp is the same for rows by their identifiers.
func tableAddsUp(rows map[string][]token) (holds, complete bool) {
	leaves := make([]string, 0, len(t3Rows))
	for _, l := range t3Rows {
		if l.id == "other.all" && rows["other.no_correction"] != nil || strings.HasPrefix(l.id, "other.") && l.id != "other.all" && rows["other.no_correction"] == nil {
			continue
		}
		if rows[l.id] == nil {
			return false, false
		}
		if isLeaf(l.id) {
			leaves = append(leaves, l.id)
		}
	}
	at := func(id string, c int) float64 {
		v, _, _ := numeral(rows[id][c])
		return v
	}
	for c := range 7 {
		sum := 0.0
		for _, id := range leaves {
			sum += at(id, c)
		}
		if !equal(sum, at("results_total", c)) || !equal(at("new", c)+at("carried_in", c), at("results_total", c)+at("carried_out", c)) {
			return false, true
		}
	}
	return true, true
}

// apartRows are candidates for the rows of table 3 whose numbers stand apart from their labels, and which runs they take.
// Where the order cannot be told the runs are taken all the same, so that no number goes to a label by chance.
func (x *tableReader) apartRows() (cands []candidate, taken map[int]bool) {
	list := x.blocks()
	if len(list) == 0 {
		return nil, nil
	}
	o := orderOf(list)
	taken = map[int]bool{}
	x.order = o
	for i := range list {
		b := &list[i]
		for r := b.at; r < b.next; r++ {
			taken[r] = true
		}
		if o == unordered {
			x.r.warn(WarnRowCells, "t3", "%d numbers stand apart from their %d labels, in an order that cannot be told: they are left out", len(b.cells), len(b.labels))
			continue
		}
		for k, l := range b.labels {
			sc := make([]float64, len(t3Rows))
			sc[l] = scoreNext
			cands = append(cands, candidate{run: &x.runs[b.at], cells: b.row(k, o), score: sc, at: b.at, set: true})
		}
	}
	switch o {
	case byCol:
		x.method("t3", MethodColumns)
	case byRow:
		x.method("t3", MethodRows)
	}
	return cands, taken
}

// rowsAbove reads a table 3 each of whose rows stands above its label: the heads have seven numbers behind them, and the
// last label none. found says that the table has this form; the candidates are nil where its columns do not prove it.
func (x *tableReader) rowsAbove() (cands []candidate, head int, found bool) {
	head = -1
	for i := 0; i+1 < len(x.runs); i++ {
		r := &x.runs[i]
		if s := solid(r.values); len(s) == 7 && loosely(s) && strings.Contains(r.words, "商业企业") && strings.Contains(r.words, "科研机构") && t3Rows[0].end(r.words) < 0 {
			if list := named(beforeT4(x.runs[i+1].words), t3Rows); len(list) > 0 && list[0] == 0 {
				head = i
				break
			}
		}
	}
	if head < 0 {
		return nil, -1, false
	}
	rows := map[string][]token{}
	for i, last := head, -1; i+1 < len(x.runs); i++ {
		list := named(beforeT4(x.runs[i+1].words), t3Rows)
		if len(list) == 0 || list[0] <= last {
			break
		}
		s := solid(x.runs[i].values)
		if len(s) != 7 {
			continue
		}
		last = list[0]
		sc := make([]float64, len(t3Rows))
		sc[last] = scoreNext
		cands = append(cands, candidate{run: &x.runs[i], cells: s, score: sc, at: i, set: true})
		rows[t3Rows[last].id] = s
	}
	if holds, complete := tableAddsUp(rows); !holds || !complete {
		return nil, head, true
	}
	return cands, head, true
}

// twoLabels reports whether a run's numbers may be those of another label than the last: they stand on a line of their own,
// and before them stand labels that have no numbers anywhere else.
func twoLabels(c *candidate, j int, labels []label, chosen []int, cands []candidate) bool {
	r := c.run
	if c.set || len(r.values) == 0 || r.label.line == r.values[0].line || !loosely(r.values) {
		return false
	}
	for _, l := range named(r.words, labels) {
		if l != j && labels[l].id != "other.all" && (chosen[l] < 0 || cands[chosen[l]].cells == nil) {
			return true
		}
	}
	return false
}

// uneven reports whether the numbers of a row stand on several lines that hold different numbers of them: blanks inside
// numbers look like that.
func uneven(s []token) bool {
	if !loosely(s) {
		return false
	}
	longest, lines := 0, 0
	for i := 0; i < len(s); lines++ {
		k := i
		for k < len(s) && s[k].line == s[i].line {
			k++
		}
		longest, i = max(longest, k-i), k
	}
	return lines > 1 && longest > 1 && lines*longest != len(s)
}
