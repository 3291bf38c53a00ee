package report

import "strings"

// isT4 reports whether words are the heads of table 4.
func isT4(words string) bool {
	return strings.Contains(words, "维持") && strings.Contains(words, "审结") || strings.Contains(words, "直接起诉") || strings.Contains(words, "复议后起诉")
}

// readT4 finds the fifteen cells behind the heads of table 4, which stands after the run numbered begin: in one row, in
// three rows of five, or each behind a head of its own.
func (x *tableReader) readT4(begin int) {
	seen := -1
	var list []instance
	for i := begin + 1; i < len(x.runs); i++ {
		r := &x.runs[i]
		if len(r.values) == 0 || !isT4(r.words) && !(strings.Contains(r.words, "维持") && strings.Contains(r.words, "纠正")) {
			continue
		}
		if !hasNumber(r.values) && len(r.values) < 15 {
			if i+1 == len(x.runs) || x.runs[i+1].words != "" {
				continue
			}
			i++ // heads with empty cells behind them: the numbers stand in the next row
		}
		cells := x.fifteen(i)
		if cells == nil {
			if seen < 0 {
				seen = len(solid(r.values))
			}
			continue
		}
		in := instance{at: i, cands: []candidate{{run: &x.runs[i], at: i}}}
		in.year = x.yearAbove(i)
		in.ofT4(cells)
		list = append(list, in)
	}
	if len(list) > 0 {
		best := x.pick(list, "t4")
		for _, b := range t4Blocks {
			x.set("t4", &x.r.Data.T4, b, t4Columns, best.rows[b])
		}
		return
	}
	if seen >= 0 {
		x.r.warn(WarnRowCells, "t4", "%d numbers in table 4 where the form has 15: the table is left out", seen)
	}
}

func (x *tableReader) fifteen(i int) []token {
	values, next := x.group(i)
	if s := solid(values); len(s) == 15 {
		return s
	}
	if c := unglue(&x.runs[i], 15, nil); c != nil {
		return c
	}
	first := x.runs[i].first()
	if s := solid(first); len(s) == 15 {
		return s
	}
	if len(first) == 15 {
		return first
	}
	if len(first) > 15 && allBlank(first) {
		return first[:15:15]
	}
	if len(first) > 15 {
		return window(first)
	}
	if first[0].kind == kindLayout {
		if g := (&grid{n: 15}); g.headsOfT4(x.toks, first[0].line) {
			return g.laidOut(solid(first))
		}
	}
	// Three rows of five, two of five and ten, or one number behind each head.
	all := solid(values)
	for ; next < len(x.runs) && len(all) < 15; next++ {
		r := &x.runs[next]
		s := solid(r.values)
		if len(s) == 0 || !t4Words(r.words) {
			break
		}
		all = append(all[:len(all):len(all)], s...)
	}
	if len(all) == 15 {
		return all
	}
	return nil
}

// window finds the fifteen cells among more, some of which are blank: the only place where every number lies inside and
// the printed totals are sums.
func window(cells []token) []token {
	var found []token
	for o := 0; o+15 <= len(cells); o++ {
		if hasNumber(cells[:o]) || hasNumber(cells[o+15:]) {
			continue
		}
		w := cells[o : o+15]
		proved, fits := false, true
		for b := 0; b < 15; b += 5 {
			sum := 0.0
			for _, t := range w[b : b+4] {
				v, _, _ := numeral(t)
				sum += v
			}
			total, _, _ := numeral(w[b+4])
			fits = fits && total == sum
			proved = proved || sum > 0
		}
		if !fits {
			continue
		}
		if found != nil || !proved && hasNumber(w) {
			return nil
		}
		found = w
	}
	return found
}

// t4Words reports whether words end with something of table 4: a head, or the name of a block.
func t4Words(words string) bool {
	for _, w := range [...]string{"维持", "纠正", "其他结果", "结果", "审结", "总计", "起诉", "诉讼", "复议"} {
		if strings.HasSuffix(words, w) {
			return true
		}
	}
	return words == ""
}
