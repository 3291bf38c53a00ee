package diff

// work is what one comparison may still cost, in steps of alignment.
type work struct{ left int }

// match is a place in both sequences; -1 where a pair has no counterpart.
type match struct{ a, b int }

// align finds what two sequences have in common, in order: a longest common subsequence (E. W. Myers, An O(ND) Difference
// Algorithm and Its Variations, 1986). Beyond the bounds it is what they begin and end with alone.
func (w *work) align(a, b []string) []match {
	var head, tail []match
	lo := 0
	for lo < len(a) && lo < len(b) && a[lo] == b[lo] {
		head = append(head, match{lo, lo})
		lo++
	}
	ea, eb := len(a), len(b)
	for ea > lo && eb > lo && a[ea-1] == b[eb-1] {
		ea, eb = ea-1, eb-1
		tail = append(tail, match{ea, eb})
	}
	if ea > lo && eb > lo {
		number := map[string]int32{}
		numbered := func(s []string) []int32 {
			out := make([]int32, len(s))
			for i, x := range s {
				n, ok := number[x]
				if !ok {
					n = int32(len(number))
					number[x] = n
				}
				out[i] = n
			}
			return out
		}
		for _, m := range w.myers(numbered(a[lo:ea]), numbered(b[lo:eb])) {
			head = append(head, match{m.a + lo, m.b + lo})
		}
	}
	for i := len(tail) - 1; i >= 0; i-- {
		head = append(head, tail[i])
	}
	return head
}

// myers walks the edit graph by the number of edits and keeps the furthest places of each, so that the way back is known.
func (w *work) myers(a, b []int32) []match {
	n, m := len(a), len(b)
	most := min(n+m, maxDistance)
	v := make([]int32, 2*most+3)
	at := func(k int) int { return k + most + 1 }
	var trace [][]int32
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			x := 0
			switch {
			case d == 0:
			case k == -d || k != d && v[at(k-1)] < v[at(k+1)]:
				x = int(v[at(k+1)])
			default:
				x = int(v[at(k-1)]) + 1
			}
			y, from := x-k, x
			for x < n && y >= 0 && y < m && a[x] == b[y] {
				x, y = x+1, y+1
			}
			v[at(k)] = int32(x)
			if w.left -= 1 + x - from; w.left < 0 {
				return nil
			}
			if x >= n && y >= m {
				return back(trace, n, m, d)
			}
		}
		trace = append(trace, append([]int32(nil), v[at(-d):at(d)+1]...))
	}
	return nil
}

// back follows the trace from the end.
func back(trace [][]int32, x, y, d int) []match {
	var out []match
	for ; d > 0; d-- {
		v := trace[d-1] // of the diagonals -(d-1) … d-1
		at := func(k int) int { return int(v[k+d-1]) }
		k := x - y
		prev := k - 1
		if k == -d || k != d && at2(v, k-1, d) < at2(v, k+1, d) {
			prev = k + 1
		}
		px := at(prev)
		py := px - prev
		for x > px && y > py && (prev == k+1 && x > px || prev == k-1 && x > px+1) {
			x, y = x-1, y-1
			out = append(out, match{x, y})
		}
		x, y = px, py
	}
	for x > 0 && y > 0 {
		x, y = x-1, y-1
		out = append(out, match{x, y})
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// at2 is the furthest place on a diagonal after d-1 edits, before the first where none reaches it.
func at2(v []int32, k, d int) int32 {
	if k < -(d-1) || k > d-1 {
		return -1
	}
	return v[k+d-1]
}

// pairs puts paragraphs that were taken out beside those that were put in at the same place: in order, and so that what
// the pairs have in common is most.
func (w *work) pairs(a, b []string) []match {
	out := make([]match, 0, len(a)+len(b))
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxPairs {
		return alone(out, len(a), len(b))
	}
	ta, tb := bags(a), bags(b)
	// best[i][j] is the most that a[i:] and b[j:] have in common.
	best := make([][]float64, len(a)+1)
	like := make([][]float64, len(a))
	for i := range best {
		best[i] = make([]float64, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		like[i] = make([]float64, len(b))
		for j := len(b) - 1; j >= 0; j-- {
			like[i][j] = w.likeness(ta[i], tb[j])
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if like[i][j] >= least {
				best[i][j] = max(best[i][j], best[i+1][j+1]+like[i][j])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case like[i][j] >= least && best[i][j] == best[i+1][j+1]+like[i][j]:
			out = append(out, match{i, j})
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			out = append(out, match{i, -1})
			i++
		default:
			out = append(out, match{-1, j})
			j++
		}
	}
	return alone(out, len(a)-i, len(b)-j)
}

// alone adds paragraphs without a counterpart.
func alone(out []match, a, b int) []match {
	for range a {
		out = append(out, match{0, -1})
	}
	for range b {
		out = append(out, match{-1, 0})
	}
	return out
}

// bag counts tokens.
type bag struct {
	n     map[string]int
	total int
}

func bags(p []string) []bag {
	out := make([]bag, len(p))
	for i, s := range p {
		t := tokens(s)
		out[i] = bag{make(map[string]int, len(t)), len(t)}
		for _, x := range t {
			out[i].n[x]++
		}
	}
	return out
}

// likeness is the share of tokens that two paragraphs have in common, 0 when the work is used up.
func (w *work) likeness(x, y bag) float64 {
	if len(x.n) > len(y.n) {
		x, y = y, x
	}
	if w.left -= len(x.n); w.left < 0 {
		return 0
	}
	common := 0
	for t, n := range x.n {
		common += min(n, y.n[t])
	}
	return 2 * float64(common) / float64(max(x.total+y.total, 1))
}
