package sheet

import (
	"cmp"
	"slices"
)

// axis maps the rows or the columns of a sheet to those of its table: from the first to the last in use, without those
// that are hidden.
type axis struct {
	used   []int // ascending
	dense  bool  // only what is used counts
	hidden spans
}

func newAxis(cells []cell, hidden spans, of func(cell) int) *axis {
	a := &axis{hidden: hidden}
	a.used = make([]int, 0, len(cells))
	for _, c := range cells {
		n := of(c)
		for len(hidden.list) > 0 && hidden.has(n) { // a merged cell that begins in what is hidden
			n++
		}
		a.used = append(a.used, n)
	}
	slices.Sort(a.used)
	a.used = slices.Compact(a.used)
	return a
}

func (a *axis) span() int {
	if a.dense {
		return len(a.used)
	}
	return a.rank(a.used[len(a.used)-1]) + 1
}

// rank is how many rows or columns are shown from the first in use to before n.
func (a *axis) rank(n int) int {
	first := a.used[0]
	return n - first - (a.hidden.before(n) - a.hidden.before(first))
}

// index is the place of the first row or column that is shown at n or after it.
func (a *axis) index(n int) int {
	if a.dense {
		i, _ := slices.BinarySearch(a.used, n)
		return i
	}
	return max(0, a.rank(n))
}

// last is the place of the last row or column that is shown at n or before it.
func (a *axis) last(n int) int {
	if a.dense {
		i, ok := slices.BinarySearch(a.used, n)
		if !ok {
			i--
		}
		return i
	}
	r := a.rank(n)
	if a.hidden.has(n) {
		r--
	}
	return min(r, a.span()-1)
}

// spans are stretches of rows or columns.
type spans struct {
	list []stretch
	sum  []int // how many are in the stretches before each
}

type stretch struct{ from, to int } // to within

const maxStretches = 1 << 20

func (s *spans) add(from, to int) {
	if from <= to && from >= 0 && len(s.list) < maxStretches {
		s.list = append(s.list, stretch{from, to})
	}
}

// settle sorts and joins the stretches; it comes before they are asked.
func (s *spans) settle() {
	slices.SortFunc(s.list, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	var out []stretch
	for _, x := range s.list {
		if n := len(out); n > 0 && x.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, x.to)
		} else {
			out = append(out, x)
		}
	}
	s.list, s.sum = out, nil
	total := 0
	for _, x := range out {
		s.sum = append(s.sum, total)
		total += x.to - x.from + 1
	}
}

// before counts what is in the stretches below n.
func (s *spans) before(n int) int {
	i, _ := slices.BinarySearchFunc(s.list, n, func(x stretch, n int) int { return cmp.Compare(x.to, n) })
	switch {
	case i == len(s.list):
		if i == 0 {
			return 0
		}
		return s.sum[i-1] + s.list[i-1].to - s.list[i-1].from + 1
	case s.list[i].from < n:
		return s.sum[i] + n - s.list[i].from
	}
	return s.sum[i]
}

func (s *spans) has(n int) bool {
	i, _ := slices.BinarySearchFunc(s.list, n, func(x stretch, n int) int { return cmp.Compare(x.to, n) })
	return i < len(s.list) && s.list[i].from <= n
}
