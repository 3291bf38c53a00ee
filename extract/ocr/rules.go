package ocr

import (
	"math"
	"slices"
)

// A rule is one straight line of the page. Along its length from a to b it lies at pos, thick pixels wide.
type rule struct {
	upright   bool
	pos       float64
	a, b      int
	from, to  int // between which rows it runs, where it is not quite straight
	thickness float64
	clear     float64 // along how much of it nothing stands close by
}

const maxRules = 2000

// rules finds the lines of at least length pixels and at most thick wide, and the pixels they are made of. A short one
// must reach from one line to another, or stand clear of everything: strokes of letters in a row do not.
func (k *ink) rules(length, thick int) ([]rule, *ink) {
	found := append(k.runs(false, length, thick), k.runs(true, length, thick)...)
	if len(found) > maxRules { // no page has so many
		slices.SortFunc(found, func(a, b rule) int { return (b.b - b.a) - (a.b - a.a) })
		found = found[:maxRules]
	}
	whole := joined(found, length/2, thick)
	var out []rule
	mask := &ink{k.w, k.h, make([]bool, len(k.p))}
	for i, r := range found {
		w := &whole[i]
		meets := w.meets(w.a, found, thick/2) && w.meets(w.b, found, thick/2)
		if n := w.b - w.a; n < 4*length && (r.clear < 0.8 || !meets && (n < 2*length || r.clear < 0.9)) {
			continue
		}
		out = append(out, r)
		k.mark(mask, r)
	}
	return out, mask
}

// joined gives for each line the longer one that it is a piece of, where gaps in it are at most gap wide.
func joined(lines []rule, gap, thick int) []rule {
	out := slices.Clone(lines)
	for range 4 {
		for i := range out {
			r := &out[i]
			for j := range lines {
				if o := &lines[j]; o.upright == r.upright && math.Abs(o.pos-r.pos) <= float64(thick)/2 && o.a-r.b <= gap && r.a-o.b <= gap {
					r.a, r.b = min(r.a, o.a), max(r.b, o.b)
				}
			}
		}
	}
	return out
}

// meets reports whether one of the lines crosses r where it ends.
func (r *rule) meets(end int, all []rule, reach int) bool {
	for i := range all {
		o := &all[i]
		if o.upright == r.upright || math.Abs(o.pos-float64(end)) > float64(reach)+o.thickness/2 {
			continue
		}
		if r.pos > float64(o.a-reach) && r.pos < float64(o.b+reach) {
			return true
		}
	}
	return false
}

// mark marks the pixels of a line, but not those of strokes that cross it.
func (k *ink) mark(mask *ink, r rule) {
	w, h, dx, dy := k.along(r.upright)
	dark := func(x, y int) bool { return y >= 0 && y < h && k.p[x*dx+y*dy] }
	thick := int(r.thickness)
	for x := r.a; x < min(w, r.b); x++ {
		for y := max(0, r.from-1); y <= min(h-1, r.to+1); y++ {
			if dark(x, y) && (!dark(x, y-thick-2) || !dark(x, y+thick+2)) {
				mask.p[x*dx+y*dy] = true
			}
		}
	}
}

// along is the size of the page and the steps in its pixels, as seen along rows or columns.
func (k *ink) along(upright bool) (w, h, dx, dy int) {
	if upright {
		return k.h, k.w, k.w, 1
	}
	return k.w, k.h, 1, k.w
}

// run is a dark stretch of one row.
type run struct{ y, a, b int }

// runs looks along rows, or along columns where upright. A stretch may step to the next row, since no scan is quite
// straight, and have short gaps, since none is quite clean.
func (k *ink) runs(upright bool, length, thick int) []rule {
	w, h, dx, dy := k.along(upright)
	dark := func(x, y int) bool { return y >= 0 && y < h && k.p[x*dx+y*dy] }
	gap := max(2, length/12)
	var runs []run
	for y := range h {
		start, last, n := -1, -1, 0
		flush := func() {
			if start >= 0 && last+1-start >= length && n*10 >= (last+1-start)*8 {
				runs = append(runs, run{y, start, last + 1})
			}
			start = -1
		}
		for x := range w {
			if !dark(x, y) && !dark(x, y-1) && !dark(x, y+1) {
				if start >= 0 && x-last > gap {
					flush()
				}
				continue
			}
			if start < 0 {
				start, n = x, 0
			}
			last = x
			n++
		}
		flush()
	}
	// Runs of neighbouring rows that overlap are one line.
	var lines [][]run
	open := [][]run{}
	for i := 0; i < len(runs); {
		y := runs[i].y
		j := i
		for j < len(runs) && runs[j].y == y {
			j++
		}
		next := open[:0:0]
		used := make([]bool, j-i)
		for _, l := range open {
			end := l[len(l)-1]
			if end.y < y-1 {
				lines = append(lines, l)
				continue
			}
			for n, r := range runs[i:j] {
				if !used[n] && r.a < end.b && end.a < r.b {
					l = append(l, r)
					used[n] = true
				}
			}
			next = append(next, l)
		}
		for n, r := range runs[i:j] {
			if !used[n] {
				next = append(next, []run{r})
			}
		}
		open = next
		i = j
	}
	lines = append(lines, open...)

	var out []rule
	for _, l := range lines {
		a, b := l[0].a, l[0].b
		for _, r := range l {
			a, b = min(a, r.a), max(b, r.b)
		}
		if r, ok := measure(dark, l, a, b, thick); ok {
			r.upright = upright
			out = append(out, r)
		}
	}
	return out
}

// measure tells a line from a row of letters and a black area: it is thin, dark throughout, and stands alone.
func measure(dark func(x, y int) bool, l []run, a, b, thick int) (rule, bool) {
	y0, y1 := l[0].y, l[len(l)-1].y
	if y1-y0 > 4*thick {
		return rule{}, false
	}
	var widths, middles []int
	full, clear := 0, 0
	for x := a; x < b; x++ {
		top, bottom := -1, -1
		for y := y0; y <= y1; y++ {
			if dark(x, y) {
				if top < 0 {
					top = y
				}
				bottom = y
			}
		}
		if top < 0 {
			continue
		}
		full++
		// A stroke that crosses the line goes on beyond it.
		if !dark(x, top-2) && !dark(x, bottom+2) {
			widths = append(widths, bottom-top+1)
			middles = append(middles, top+bottom)
			if !dark(x, top-3) && !dark(x, bottom+3) && !dark(x, top-4) && !dark(x, bottom+4) && !dark(x, top-6) && !dark(x, bottom+6) {
				clear++
			}
		}
	}
	if full*10 < (b-a)*8 || len(widths)*2 < b-a {
		return rule{}, false
	}
	slices.Sort(widths)
	slices.Sort(middles)
	w := widths[len(widths)/2]
	if w > thick {
		return rule{}, false
	}
	return rule{pos: float64(middles[len(middles)/2])/2 + 0.5, a: a, b: b, from: y0, to: y1, thickness: float64(w), clear: float64(clear) / float64(b-a)}, true
}
