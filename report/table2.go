package report

import "strings"

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
		if beyondT2(r.words) {
			if limit == len(x.runs) {
				break
			}
			continue // of a table that was not taken
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
	if list := x.instances(cands, t2Rows); len(list) > 1 {
		cands = x.pick(list, "t2").cands
		first = formats[cands[0].at]
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
		if s := solid(r.values); len(s) == 0 || !loosely(s) || !endsInHead(r.words) || headFormat(tailOf(r.words, 90), "") == "" {
			continue
		}
		if i+1 < len(x.runs) && t2Rows[0].end(x.runs[i+1].words) >= 0 && strings.HasPrefix(strings.TrimPrefix(x.runs[i+1].words, "1."), "规章") {
			x.r.warn(WarnRowCells, "t2", "the numbers of table 2 seem to stand above their labels: they are left out")
			return true
		}
	}
	return false
}

// endsInHead reports whether words end with the last head of table 2 above its first row.
func endsInHead(words string) bool {
	for _, h := range [...]string{"有效件数", "总数量", "止件数", "发件数", "制作数量", "公开数量"} {
		if strings.HasSuffix(words, h) {
			return true
		}
	}
	return false
}
