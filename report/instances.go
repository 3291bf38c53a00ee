package report

import (
	"fmt"
	"slices"
	"strings"
)

// An instance is one of several tables for the same rows: a template or last year's table may stand above the real one, and
// a page may hold one that it does not show.
type instance struct {
	cands  []candidate
	rows   map[string][]token
	at     int // its first run
	hidden bool
	// What speaks for it: how many numbers it has, how many of its sums hold and do not, and the year named above it.
	numbers, good, bad int
	year               int
}

// leastRows is how many rows a table has at least that is set against another.
const leastRows = 4

// instances parts candidates where the rows of a form begin anew: at each candidate for its first row that is followed by
// others. One instance means that the rows stand there once.
func (x *tableReader) instances(cands []candidate, labels []label) []instance {
	var out []instance
	from := 0
	for i := 1; i <= len(cands); i++ {
		if i < len(cands) && !(cands[i].exact() == 0 && followed(cands[i:]) && followed(cands[from:i])) {
			continue
		}
		out = append(out, instance{cands: cands[from:i], at: cands[from].at})
		from = i
	}
	if len(out) < 2 {
		return out
	}
	for k := range out {
		in := &out[k]
		in.rows = map[string][]token{}
		for j, c := range align(in.cands, len(labels)) {
			if c >= 0 && in.cands[c].cells != nil {
				in.rows[labels[j].id] = in.cands[c].cells
			}
		}
		in.year = x.yearAbove(in.at)
		in.weigh()
	}
	return out
}

// exact is the label that stands next to the candidate's numbers, -1 where none does.
func (c *candidate) exact() int {
	if c.score == nil {
		return -1
	}
	if b := bestOf(c.score); c.score[b] > scoreAlike || c.cells == nil && c.score[b] >= scoreNext*short {
		return b
	}
	return -1
}

// followed reports whether rows of a form follow one another among the candidates.
func followed(cands []candidate) bool {
	last, n := -1, 0
	for i := range cands {
		switch j := cands[i].exact(); {
		case j == 0:
			last, n = 0, 1
		case j > last:
			last, n = j, n+1
		}
		if n >= leastRows {
			return true
		}
	}
	return false
}

func (in *instance) weigh() {
	for _, cells := range in.rows {
		for _, t := range cells {
			in.hidden = in.hidden || t.hidden
			if _, _, ok := numeral(t); ok {
				in.numbers++
			}
		}
		if len(cells) == 7 {
			switch state, _ := rowSum(cells); state {
			case 1:
				in.good++
			case -1:
				in.bad++
			}
		}
	}
	if holds, complete := tableAddsUp(in.rows); complete && len(in.rows) > leastRows {
		if holds {
			in.good += 7
		} else {
			in.bad++
		}
	}
}

// better says why an instance is to be taken and not another that stands above it; empty when it is not.
func (in *instance) better(than *instance, year int) string {
	switch {
	case in.hidden != than.hidden:
		if than.hidden {
			return "the other is not shown"
		}
		return ""
	case 2*than.numbers < in.numbers:
		return "the other holds hardly a number"
	case 2*in.numbers < than.numbers:
		return ""
	case year > 0 && in.year != than.year && (in.year == year || than.year == year):
		if in.year == year {
			return fmt.Sprintf("%d is named above it", year)
		}
		return ""
	case in.carries(than):
		return "it carries in what the other carries out"
	case than.carries(in):
		return ""
	case in.bad != than.bad:
		if in.bad < than.bad {
			return "more of its sums hold"
		}
		return ""
	case in.numbers*10 < than.numbers*9:
		return ""
	}
	return "it stands behind the other"
}

// carries reports whether the table takes over what another carries out to the next year, and not the other way round.
func (in *instance) carries(from *instance) bool {
	over := func(a, b *instance) bool {
		out, into := a.rows["carried_out"], b.rows["carried_in"]
		if len(out) != 7 || len(into) != 7 {
			return false
		}
		some := false
		for c := range 7 {
			v, _, ok := numeral(out[c])
			w, _, ok2 := numeral(into[c])
			if ok != ok2 || v != w {
				return false
			}
			some = some || v > 0
		}
		return some
	}
	return over(from, in) && !over(in, from)
}

// same reports whether two instances hold the same numbers.
func (in *instance) same(as *instance) bool {
	if len(in.rows) != len(as.rows) {
		return false
	}
	for id, cells := range in.rows {
		if !slices.EqualFunc(cells, as.rows[id], func(a, b token) bool { return a.text == b.text }) {
			return false
		}
	}
	return true
}

// pick chooses one of several tables for the same rows and names the others in a warning.
func (x *tableReader) pick(list []instance, table string) *instance {
	best := 0
	for k := 1; k < len(list); k++ {
		if list[k].same(&list[best]) {
			continue
		}
		a, b := best, k
		if why := list[k].better(&list[best], x.year); why != "" {
			best = k
			x.other(table, &list[a], why)
			continue
		}
		x.other(table, &list[b], "the one above it is better")
	}
	return &list[best]
}

// other warns about a table that was not taken.
func (x *tableReader) other(table string, in *instance, why string) {
	var first token
	for _, c := range in.cands {
		if len(c.run.values) > 0 {
			first = c.run.values[0]
			break
		}
	}
	where := fmt.Sprintf("line %d", first.row+1)
	if first.table > 0 {
		where = fmt.Sprintf("table %d of the document", first.table)
	}
	year := ""
	if in.year > 0 {
		year = fmt.Sprintf(" for %d", in.year)
	}
	x.r.warn(WarnOtherTable, table, "there is another %s%s with %d numbers, at %s, that was not taken: %s", table, year, in.numbers, where, why)
}

// yearAbove is the year that the words above a table name, within what stands between it and the numbers before.
func (x *tableReader) yearAbove(at int) int {
	words := plainYears(tailOf(x.runs[at].words, 400))
	if !mayHoldYear(words) {
		return 0
	}
	all := yearForm.FindAllStringSubmatch(undated(words), 8)
	if len(all) == 0 {
		return 0
	}
	return plausibleYear(all[len(all)-1][1])
}

// ofT4 fills an instance with the cells of table 4.
func (in *instance) ofT4(cells []token) {
	in.rows = map[string][]token{}
	for k, b := range t4Blocks {
		part := cells[5*k : 5*k+5]
		in.rows[b] = part
		sum, parts := 0.0, false
		for i, t := range part {
			in.hidden = in.hidden || t.hidden
			v, _, ok := numeral(t)
			if ok {
				in.numbers++
			}
			if i < 4 {
				sum, parts = sum+v, parts || ok
			} else if parts && ok {
				if equal(sum, v) {
					in.good++
				} else {
					in.bad++
				}
			}
		}
	}
}

// beyondT2 reports whether words belong to a table of another section than table 2.
func beyondT2(words string) bool { return strings.Contains(words, "本年新收") || isT4(words) }
