package tables

import (
	"math"
	"slices"
	"sort"
)

// A seg is a piece of a line at pos on one axis, from a to b on the other.
type seg struct{ pos, a, b float64 }

// segments sorts rules into horizontal and vertical lines, joined. A dot belongs to both until it is joined.
func segments(rules []Rule) (h, v []seg) {
	for _, r := range rules {
		x0, x1 := min(r.X0, r.X1), max(r.X0, r.X1)
		y0, y1 := min(r.Y0, r.Y1), max(r.Y0, r.Y1)
		if math.IsNaN(x0+x1+y0+y1) || math.IsInf(x0+x1+y0+y1, 0) {
			continue
		}
		w, d := x1-x0, y1-y0
		if d <= thin && (w >= d || w <= thin) {
			h = append(h, seg{(y0 + y1) / 2, x0, x1})
		}
		if w <= thin && (d > w || d <= thin) {
			v = append(v, seg{(x0 + x1) / 2, y0, y1})
		}
	}
	return joined(h), joined(v)
}

// joined clusters lines by position and joins the pieces of each.
func joined(s []seg) []seg {
	slices.SortFunc(s, func(a, b seg) int { return compare(a.pos, b.pos) })
	var out []seg
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j].pos-s[i].pos <= cluster {
			j++
		}
		band := s[i:j]
		slices.SortFunc(band, func(a, b seg) int { return compare(a.a, b.a) })
		cur, sum, weight := band[0], 0.0, 0.0
		flush := func() {
			if cur.b-cur.a >= short {
				if weight > 0 {
					cur.pos = sum / weight
				}
				out = append(out, cur)
			}
		}
		for _, t := range band {
			room := gap
			if l := t.b - t.a; l < dashLong {
				room = max(gap, min(dashRoom, dashTimes*l))
			}
			if t.a > cur.b+room {
				flush()
				cur, sum, weight = t, 0, 0
			}
			cur.b = max(cur.b, t.b)
			sum, weight = sum+t.pos*(t.b-t.a), weight+(t.b-t.a)
		}
		flush()
		i = j
	}
	return out
}

// A net is a set of lines that touch.
type net struct{ h, v []seg }

// nets finds the connected sets of lines; budget bounds the number of comparisons.
func nets(h, v []seg, budget int) []net {
	slices.SortFunc(v, func(a, b seg) int { return compare(a.pos, b.pos) })
	u := newUnion(len(h) + len(v))
	for i, l := range h {
		from := sort.Search(len(v), func(k int) bool { return v[k].pos >= l.a-gap })
		for k := from; k < len(v) && v[k].pos <= l.b+gap; k++ {
			if budget--; budget < 0 {
				return nil
			}
			if l.pos >= v[k].a-gap && l.pos <= v[k].b+gap {
				u.join(i, len(h)+k)
			}
		}
	}
	at := map[int]int{}
	var out []net
	place := func(i int) *net {
		r := u.find(i)
		n, ok := at[r]
		if !ok {
			n = len(out)
			at[r] = n
			out = append(out, net{})
		}
		return &out[n]
	}
	for i, l := range h {
		n := place(i)
		n.h = append(n.h, l)
	}
	for i, l := range v {
		n := place(len(h) + i)
		n.v = append(n.v, l)
	}
	return out
}

// positions are the distinct places of lines, those of double lines merged, with the open ends that other lines reach
// beyond them added: a row cut by a page's end has no line below, many tables have none at their sides.
func positions(lines, across []seg) []float64 {
	p := make([]float64, 0, len(lines)+2)
	for _, l := range lines {
		p = append(p, l.pos)
	}
	slices.Sort(p)
	out := p[:0]
	for _, x := range p {
		if len(out) == 0 || x-out[len(out)-1] >= narrow {
			out = append(out, x)
		}
	}
	if len(across) < 2 || len(out) == 0 {
		return out
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, l := range across {
		lo, hi = min(lo, l.a), max(hi, l.b)
	}
	nlo, nhi := 0, 0
	for _, l := range across {
		if l.a <= lo+narrow {
			nlo++
		}
		if l.b >= hi-narrow {
			nhi++
		}
	}
	if nlo >= 2 && lo < out[0]-2*narrow {
		out = slices.Insert(out, 0, lo)
	}
	if nhi >= 2 && hi > out[len(out)-1]+2*narrow {
		out = append(out, hi)
	}
	return out
}

// nearest is the index of the position nearest to x.
func nearest(p []float64, x float64) int {
	i := sort.SearchFloat64s(p, x)
	if i == len(p) || i > 0 && x-p[i-1] < p[i]-x {
		i--
	}
	return i
}

// interval is the index of the interval between positions that holds x, or -1.
func interval(p []float64, x float64) int {
	i := sort.SearchFloat64s(p, x)
	if i == 0 || i == len(p) {
		return -1
	}
	return i - 1
}

// union is a disjoint-set forest.
type union []int

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = i
	}
	return u
}

func (u union) find(i int) int {
	for u[i] != i {
		u[i] = u[u[i]]
		i = u[i]
	}
	return i
}

func (u union) join(i, j int) {
	if a, b := u.find(i), u.find(j); a != b {
		u[max(a, b)] = min(a, b)
	}
}
