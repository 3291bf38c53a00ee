package report

import (
	"strings"
)

// A tableReader fills a report's data from runs of words and values.
type tableReader struct {
	r    *AnnualReport
	runs []run
	toks []token
}

// set stores the cells of one row under its columns.
func (x *tableReader) set(table string, dst *map[string]Row, row string, cols []string, cells []token) {
	if *dst == nil {
		*dst = map[string]Row{}
	}
	out := Row{}
	for i, col := range cols {
		path := table + "." + row + "." + col
		c := cells[i]
		v, unit, ok := numeral(c)
		if ok {
			out[col] = &v
			if unit != "" && table == "t2" {
				x.unit(path, unit)
			}
		} else {
			out[col] = nil
			if x.r.Data.Raw == nil {
				x.r.Data.Raw = map[string]string{}
			}
			x.r.Data.Raw[path] = c.text
		}
		x.r.Origins[path] = Origin{Page: c.page, Table: c.table, Row: c.row + 1, Col: c.col + 1, Text: c.text}
	}
	(*dst)[row] = out
}

func (x *tableReader) unit(path, unit string) {
	if x.r.Data.Units == nil {
		x.r.Data.Units = map[string]string{}
	}
	x.r.Data.Units[path] = unit
}

// readT3 walks the rows of table 3. It returns the index of the run behind the table, or -1 when there is none.
func (x *tableReader) readT3() (begin, end int) {
	begin, end = -1, -1
	last := -1
	cols := x.columns()
	for ri, r := range x.runs {
		if len(r.values) == 0 || last == len(t3Rows)-1 {
			continue
		}
		found := lastLabels(r.words, t3Rows, last+1)
		if len(found) == 0 {
			continue
		}
		at := found[len(found)-1]
		if n := len(found); n > 1 && len(solid(r.values)) == 7*n { // labels and numbers apart
			s := solid(r.values)
			for i, f := range found {
				x.set("t3", &x.r.Data.T3, t3Rows[f].id, t3Columns, s[7*i:7*i+7])
			}
		} else if cells := fit(tail(r, last, at), 7, cols); cells != nil {
			x.set("t3", &x.r.Data.T3, t3Rows[at].id, t3Columns, cells)
		} else {
			if last < 0 && at > 1 {
				continue // words of running text, and numbers of another table behind them
			}
			if last < 0 && len(solid(r.values)) < 3 {
				continue // a figure in running text before the table
			}
			x.r.warn("row_cells", "t3."+t3Rows[at].id, "%d numbers behind %s where the form has 7: the row is left out", len(solid(r.values)), t3Rows[at].official)
		}
		if begin < 0 {
			begin = ri
		}
		last, end = at, ri
	}
	x.t3Format()
	return begin, end
}

// tail are the values of a run; the last row of the table may be followed by values of the next table's blank head.
func tail(r run, _, at int) []token {
	if at == len(t3Rows)-1 {
		if s := solid(r.values); len(s) == 7 {
			return s
		}
	}
	return r.values
}

// columns finds the grid columns that hold the seven numbers: those of the rows that are complete.
func (x *tableReader) columns() []int {
	votes := map[[7]int]int{}
	best, bestKey := 0, [7]int{}
	for _, r := range x.runs {
		if !r.grid {
			continue
		}
		s := solid(r.values)
		if len(s) != 7 || s[0].row != s[6].row || len(lastLabels(r.words, t3Rows, 0)) == 0 {
			continue
		}
		var k [7]int
		for i, v := range s {
			k[i] = v.col
		}
		votes[k]++
		if votes[k] > best {
			best, bestKey = votes[k], k
		}
	}
	if best > 0 {
		return bestKey[:]
	}
	return x.headColumns()
}

// headColumns finds the columns by their heads when no row is complete.
func (x *tableReader) headColumns() []int {
	at := map[string]int{}
	for _, t := range x.toks {
		if !t.grid || t.value {
			continue
		}
		if w := squeeze(t.text); len(at) < 7 {
			for _, h := range t3Heads {
				if _, seen := at[h]; w == h && !seen {
					at[h] = t.col
				}
			}
		}
	}
	var cols []int
	for i, h := range t3Heads {
		c, ok := at[h]
		if !ok || i > 0 && c <= cols[i-1] {
			return nil
		}
		cols = append(cols, c)
	}
	return cols
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

// readT2 walks table 2, which stands before the run numbered end.
func (x *tableReader) readT2(end int) {
	limit := len(x.runs)
	if end >= 0 {
		limit = end
	}
	format := ""
	last := -1
	for ri := 0; ri <= limit && ri < len(x.runs); ri++ {
		r := x.runs[ri]
		switch {
		case strings.Contains(r.words, "制发件数") || strings.Contains(r.words, "现行有效件数") || strings.Contains(r.words, "止件数"):
			format = "f2021"
		case strings.Contains(r.words, "新制作") || strings.Contains(r.words, "对外公开总数量") || strings.Contains(r.words, "上一年项目数量"):
			format = "f2019"
		case strings.Contains(r.words, "本年处理决定数量") && format == "":
			format = "f2021"
		}
		if format == "" || len(r.values) == 0 || ri == limit {
			continue
		}
		found := lastLabels(r.words, t2Rows, last+1)
		if len(found) == 0 {
			continue
		}
		at := found[len(found)-1]
		id := t2Rows[at].id
		cols := t2Columns(format, id)
		if cols == nil {
			continue
		}
		want := 0
		for _, f := range found {
			want += len(t2Columns(format, t2Rows[f].id))
		}
		if s := solid(r.values); len(found) > 1 && len(s) == want { // labels and numbers apart
			for _, f := range found {
				c := t2Columns(format, t2Rows[f].id)
				if len(c) > 0 {
					x.set("t2", &x.r.Data.T2, t2Rows[f].id, c, s[:len(c)])
					s = s[len(c):]
				}
			}
		} else if cells := fit(trimBlank(r.values, len(cols)), len(cols), nil); cells != nil {
			x.set("t2", &x.r.Data.T2, id, cols, cells)
		} else {
			x.r.warn("row_cells", "t2."+id, "%d numbers behind %s where the form has %d: the row is left out", len(s), t2Rows[at].official, len(cols))
		}
		last = at
	}
	if len(x.r.Data.T2) > 0 {
		x.r.Data.Format = format
	}
}

// trimBlank drops structural blanks behind the n cells of a row.
func trimBlank(vs []token, n int) []token {
	for len(vs) > n && vs[len(vs)-1].blank {
		vs = vs[:len(vs)-1]
	}
	return vs
}

// readT4 finds the fifteen cells behind the heads of table 4, which stands after the run numbered begin.
func (x *tableReader) readT4(begin int) {
	for _, r := range x.runs[begin+1:] {
		if len(r.values) == 0 || !strings.Contains(r.words, "维持") || !strings.Contains(r.words, "审结") {
			continue
		}
		cells := fit(r.values, 15, nil)
		if cells == nil && r.grid {
			cells = fit(lastRow(r.values), 15, nil)
		}
		if cells == nil {
			x.r.warn("row_cells", "t4", "%d numbers in table 4 where the form has 15: the table is left out", len(solid(r.values)))
			return
		}
		for i, b := range t4Blocks {
			x.set("t4", &x.r.Data.T4, b, t4Columns, cells[5*i:5*i+5])
		}
		return
	}
}

func lastRow(vs []token) []token {
	i := len(vs)
	for i > 0 && vs[i-1].row == vs[len(vs)-1].row {
		i--
	}
	return vs[i:]
}
