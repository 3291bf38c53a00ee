package report

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A tableReader fills a report's data from runs of words and values.
type tableReader struct {
	r    *AnnualReport
	runs []run
	toks []token
	// order is how the numbers of table 3 follow one another where they stand apart from their labels; whole says that no
	// row of digits without blanks has fewer digits than cells.
	order order
	whole bool
}

// set stores the cells of one row under its columns.
func (x *tableReader) set(table string, dst *map[string]Row, row string, cols []string, cells []token) {
	if *dst == nil {
		*dst = map[string]Row{}
	}
	out := (*dst)[row]
	if out == nil {
		out = make(Row, len(cols))
	}
	numbers := make([]float64, len(cols))
	for i, col := range cols {
		path := table + "." + row + "." + col
		c := cells[i]
		v, unit, ok := numeral(c)
		if ok && (col != "amount_wan" || unit == "" || unit == "万元") {
			numbers[i] = v
			out[col] = &numbers[i]
			if unit != "" && (table == "t2" || table == "s2014") {
				x.unit(path, unit)
			}
		} else {
			out[col] = nil
			if x.r.Data.Raw == nil {
				x.r.Data.Raw = map[string]string{}
			}
			x.r.Data.Raw[path] = c.text
			switch {
			case c.several || gapped(c.text):
				x.r.warn(WarnSeveral, path, "the cell holds %q: whether that is one number or several cannot be told", c.text)
			case !isMark(c.text):
				x.r.warn(WarnOddCell, path, "the cell holds %q, which is no plain number", c.text)
			}
		}
		x.r.Origins[path] = Origin{Page: c.page, Table: c.table, Row: c.row + 1, Col: c.col + 1, Text: c.text, Confidence: math.Round(float64(c.conf)*1000) / 1000}
		if c.conf > 0 && c.conf < doubtful {
			x.r.warn(WarnConfidence, path, "%q was read from a picture with a confidence of %.2f", c.text, c.conf)
		}
	}
	(*dst)[row] = out
}

// doubtful is the confidence below which a number read from a picture is flagged.
const doubtful = 0.8

func (x *tableReader) unit(path, unit string) {
	if x.r.Data.Units == nil {
		x.r.Data.Units = map[string]string{}
	}
	x.r.Data.Units[path] = unit
}

// group is a run together with the runs without words behind it: the values of labels that stand apart from them.
func (x *tableReader) group(i int) (values []token, next int) {
	next = i + 1
	for next < len(x.runs) && x.runs[next].words == "" {
		next++
	}
	if next == i+1 {
		return x.runs[i].values, next
	}
	for _, r := range x.runs[i:next] {
		values = append(values, r.values...)
	}
	return values, next
}

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

// apart handles labels of table 2 that stand together with their numbers behind all of them: only when the numbers are
// exactly as many as the labels ask for, and in the order of the rows: each row on a line of its own, or table 3, whose sums
// prove it, in that order.
func (x *tableReader) apart(i int, want func([]int) int) ([]candidate, int) {
	list := named(x.runs[i].words, t2Rows)
	if len(list) < 2 {
		return nil, 0
	}
	values, next := x.group(i)
	s := solid(values)
	if len(s) != want(list) || want(list) == 0 || len(s) == 7 {
		return nil, 0
	}
	out := make([]candidate, len(list))
	wide := 0 // rows of several numbers
	for k, l := range list {
		sc := make([]float64, len(t2Rows))
		sc[l] = scoreNext
		n := want(list[k : k+1])
		if n > 1 {
			wide++
		}
		out[k] = candidate{run: &x.runs[i], cells: s[:n:n], score: sc, at: i, set: true}
		s = s[n:]
	}
	if x.order != byRow && !ownLines(out) && (wide > 1 || wide > 0 && x.order == byCol) {
		for k := range out {
			out[k].cells, out[k].lost = nil, true // column by column, or row by row
		}
	}
	return out, next
}

// ownLines reports whether the numbers of each candidate stand on one line that no other shares.
func ownLines(list []candidate) bool {
	seen := map[int]bool{}
	for i := range list {
		line := list[i].cells[0].line
		for _, t := range list[i].cells {
			if t.line != line {
				return false
			}
		}
		if seen[line] {
			return false
		}
		seen[line] = true
	}
	return true
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
		x.set("t3", &x.r.Data.T3, l.id, t3Columns, found[i])
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

// headFormat is the form whose heads of table 2 words contain.
func headFormat(words, known string) string {
	has := func(list ...string) bool {
		for _, s := range list {
			if strings.Contains(words, s) {
				return true
			}
		}
		return false
	}
	switch {
	case has("制发件数", "制发数", "现行有效", "止件数", "废止数"):
		return "f2021"
	case has("新制作", "对外公开总数量", "上一年项目数量", "本年增/", "采购项目数量"):
		return "f2019"
	case known == "" && has("年处理决定数量", "本年收费金额"):
		return "f2021"
	}
	return known
}

// readT2 walks table 2, which stands before the run numbered limit; -1 means that there is no other table to end it.
func (x *tableReader) readT2(limit int) {
	if limit < 0 {
		limit = len(x.runs)
	}
	if x.numbersAbove(limit) {
		return
	}
	var cands []candidate
	formats := map[int]string{}
	byWidth := map[int][]*run{}
	format, first := "", ""
	for i := 0; i < limit && len(cands) < maxCandidates; i++ {
		r := &x.runs[i]
		format = headFormat(r.words, format)
		if first == "" {
			first = format
		}
		if format == "" || len(r.values) == 0 || r.words == "" {
			continue
		}
		if strings.Contains(r.words, "本年新收") || isT4(r.words) {
			break
		}
		f := format
		want := func(list []int) int {
			n := 0
			for _, l := range list {
				n += len(t2Columns(f, t2Rows[l].id))
			}
			return n
		}
		sc := scores(r.words, t2Rows, len(r.words) < 200 && hasNumber(r.values))
		if !positive(sc) {
			continue
		}
		if parts := stacked(r, i, t2Rows, func(l int) int { return len(t2Columns(f, t2Rows[l].id)) }); parts != nil {
			cands = append(cands, parts...)
			formats[i] = f
			continue
		}
		if parts, next := x.apart(i, want); parts != nil && next <= limit {
			cands = append(cands, parts...)
			formats[i] = f
			i = next - 1
			continue
		}
		for j := range sc {
			if t2Columns(f, t2Rows[j].id) == nil {
				sc[j] = 0
			}
		}
		if !positive(sc) {
			continue
		}
		formats[i] = f
		cands = append(cands, candidate{run: r, score: sc, at: i})
		n := len(t2Columns(f, t2Rows[bestOf(sc)].id))
		byWidth[n] = append(byWidth[n], r)
	}
	grids := map[int]*grid{}
	for n, list := range byWidth {
		grids[n] = learn(list, n, nil)
	}
	for i := range cands {
		c := &cands[i]
		if c.cells == nil && !c.lost {
			n := len(t2Columns(formats[c.at], t2Rows[bestOf(c.score)].id))
			if c.cells = merged(c.run, n, grids[n].row(c.run)); n == 1 || x.whole {
				c.cells = unglue(c.run, n, c.cells)
			}
		}
		c.weigh()
	}
	chosen := align(cands, len(t2Rows))
	for j, c := range chosen {
		if c < 0 {
			continue
		}
		cd, row := cands[c], t2Rows[j]
		if twoLabels(&cd, j, t2Rows, chosen, cands) {
			x.r.warn(WarnRowCells, "t2."+row.id, "the numbers below %s may be those of a label above it: they are left out", row.official)
			continue
		}
		cols := t2Columns(formats[cd.at], row.id)
		if len(cd.cells) != len(cols) {
			x.r.warn(WarnRowCells, "t2."+row.id, "%d numbers behind %s where the form has %d: the row is left out", len(solid(cd.run.values)), row.official, len(cols))
			continue
		}
		x.set("t2", &x.r.Data.T2, row.id, cols, cd.cells)
		if cd.cells[0].glued && len(cols) > 1 {
			x.r.warn(WarnGlued, "t2."+row.id, "the numbers behind %s stand without blanks between them: %s", row.official, cd.run.values[0].text)
		}
	}
	if len(x.r.Data.T2) > 0 {
		x.r.Data.Format = first
	}
	for i := 0; i < limit && i < maxCandidates; i++ {
		if w := x.runs[i].words; strings.Contains(w, "止件数") && !strings.Contains(w, "废止件数") {
			x.r.warn(WarnSourceHead, "t2", "a head of table 2 is misprinted: the form has 本年废止件数")
			break
		}
	}
}

// numbersAbove reports whether the numbers of table 2 stand above their labels: its heads have them behind them. Nothing in
// table 2 proves to which label they belong, so it is left out.
func (x *tableReader) numbersAbove(limit int) bool {
	for i := 0; i < limit; i++ {
		r := &x.runs[i]
		if s := solid(r.values); len(s) == 0 || !loosely(s) || !headEnd.MatchString(r.words) || headFormat(tailOf(r.words, 90), "") == "" {
			continue
		}
		if i+1 < len(x.runs) && t2Rows[0].end(x.runs[i+1].words) >= 0 && strings.HasPrefix(strings.TrimPrefix(x.runs[i+1].words, "1."), "规章") {
			x.r.warn(WarnRowCells, "t2", "the numbers of table 2 seem to stand above their labels: they are left out")
			return true
		}
	}
	return false
}

// headEnd is the last head of table 2 above its first row.
var headEnd = regexp.MustCompile(`(?:有效件数|总数量|止件数|发件数|制作数量|公开数量)$`)

// tailOf is the end of words, at most about n octets.
func tailOf(words string, n int) string {
	if len(words) <= n {
		return words
	}
	words = words[len(words)-n:]
	for words != "" && !utf8.RuneStart(words[0]) {
		words = words[1:]
	}
	return words
}

func bestOf(sc []float64) int {
	best := 0
	for j := range sc {
		if sc[j] > sc[best] {
			best = j
		}
	}
	return best
}

// merged reads a cell that a converter repeated in every place it covers: three numbers where the form has one, all
// equal, or two, of which one stands twice.
func merged(r *run, n int, cells []token) []token {
	if cells != nil || n > 2 {
		return cells
	}
	s := regular(solid(r.first()), 3)
	if len(s) != 3 || s[0].kind == kindStream {
		return nil
	}
	switch front, back := s[0].text == s[1].text, s[1].text == s[2].text; {
	case n == 1 && front && back:
		return s[:1]
	case n == 2 && back:
		return s[:2]
	case n == 2 && front:
		return s[1:]
	}
	return nil
}

// unglue parts digits that stand directly behind their label and without blanks between them, as pages that lost their
// cells print them: as many digits as cells, or, for a row of table 3, the only way to part them in which the last number
// is the sum of the others.
func unglue(r *run, n int, cells []token) []token {
	if cells != nil || len(r.values) != 1 || !r.values[0].glued {
		return cells
	}
	t := r.values[0]
	var found [][]int
	if len(t.text) == n {
		cuts := make([]int, n)
		for i := range cuts {
			cuts[i] = i + 1
		}
		found = append(found, cuts)
	} else if n == 7 && len(t.text) > 7 && len(t.text) <= 28 {
		found = partitions(t.text)
	}
	if len(found) != 1 {
		return nil
	}
	out, from := make([]token, n), 0
	for i, to := range found[0] {
		out[i] = t
		out[i].text, out[i].col = t.text[from:to], t.col+i
		from = to
	}
	switch {
	case n == 7 && !addsUp(out):
		return nil
	case n == 15 && !(addsUp(out[:5]) && addsUp(out[5:10]) && addsUp(out[10:])):
		return nil
	}
	return out
}

// partitions are the ways, two at most, to part digits into seven numbers of which the last is the sum of the others.
func partitions(s string) [][]int {
	var out [][]int
	cuts := make([]int, 0, 7)
	var walk func(from, sum int)
	walk = func(from, sum int) {
		if len(out) > 1 {
			return
		}
		if len(cuts) == 6 {
			if rest := s[from:]; rest == fmt.Sprint(sum) {
				out = append(out, append(append([]int{}, cuts...), len(s)))
			}
			return
		}
		v := 0
		for to := from + 1; to < len(s) && to-from <= 6; to++ {
			v = 10*v + int(s[to-1]-'0')
			cuts = append(cuts, to)
			walk(to, sum+v)
			cuts = cuts[:len(cuts)-1]
			if s[from] == '0' {
				break
			}
		}
	}
	walk(0, 0)
	return out
}
