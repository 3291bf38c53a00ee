package ocr

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// minSpecks is the number of specks at one height that is taken for a line and not for chance.
const minSpecks = 5

// seen lays parts and rules out so that the line looked for is level: as they are, or with x and y exchanged.
type seen struct {
	parts  []box
	across []rule // what crosses the line looked for
	em     float64
}

// faint finds lines of which a scan in black and white has left a few specks: they lie at one height, in several of the
// columns that the crossing lines make. It looks for rows, or for columns where upright.
func faint(parts []part, rules []rule, em float64, upright bool) []rule {
	s := seen{em: em}
	for _, c := range parts {
		b := c.box
		if upright {
			b = box{b.y0, b.x0, b.y1, b.x1}
		}
		s.parts = append(s.parts, b)
	}
	for _, r := range rules {
		if r.upright != upright {
			s.across = append(s.across, r)
		}
	}
	slices.SortFunc(s.across, func(a, b rule) int { return cmp.Compare(a.pos, b.pos) })
	if len(s.across) < 2 {
		return nil
	}
	var specks []box
	for _, b := range s.parts {
		if float64(b.h()) <= em/8 && float64(b.w()) <= em/2 {
			specks = append(specks, b)
		}
	}
	slices.SortFunc(specks, func(a, b box) int { return cmp.Or(cmp.Compare(a.y0+a.y1, b.y0+b.y1), cmp.Compare(a.x0, b.x0)) })
	var out []rule
	// A rule's specks lie alone; those of a grainy or dithered page have others above and below.
	alone := func(row []box) bool {
		y, n := row[0].y0+row[0].y1, 0
		from := sort.Search(len(specks), func(i int) bool { return specks[i].y0+specks[i].y1 > y-int(em) })
		for _, b := range specks[from:] {
			d := b.y0 + b.y1 - y
			if d > int(em) {
				break
			}
			if d < -4 || d > 8 {
				n++
			}
		}
		return 2*n <= len(row)
	}
	for i := 0; i < len(specks); {
		j := i + 1
		for j < len(specks) && specks[j].y0+specks[j].y1-specks[j-1].y0-specks[j-1].y1 <= 2 && specks[j].y0-specks[i].y0 <= 3 {
			j++
		}
		row := specks[i:j]
		i = j
		if len(row) < minSpecks || !alone(row) {
			continue
		}
		mid := row[len(row)/2]
		if r, ok := s.line(float64(mid.y0+mid.y1)/2, row); ok {
			r.upright = upright
			out = append(out, r)
		}
	}
	return out
}

// line is the rule that a row of specks is left of.
func (s *seen) line(pos float64, row []box) (rule, bool) {
	var at []float64
	var ends []bool // whether the crossing line ends here
	for _, r := range s.across {
		if pos > float64(r.a)-s.em/4 && pos < float64(r.b)+s.em/4 {
			at = append(at, r.pos)
			ends = append(ends, math.Abs(pos-float64(r.a)) < s.em/4 || math.Abs(pos-float64(r.b)) < s.em/4)
		}
	}
	slices.SortFunc(row, func(a, b box) int { return cmp.Compare(a.x0, b.x0) })
	first, last, n, specks := -1, -1, 0, 0
	for c := 0; c+1 < len(at); c++ {
		here := 0
		for _, b := range row {
			if float64(b.x0) > at[c]+s.em/12 && float64(b.x1) < at[c+1]-s.em/12 {
				here++
			}
		}
		// Fragments of letters are next to letters.
		if here == 0 || !s.free(pos, s.em/6, at[c], at[c+1]) {
			continue
		}
		if first < 0 {
			first = c
		}
		last = c
		n++
		specks += here
	}
	// The points of a numbered list stand at one height, too, but one in each row.
	if n == 0 || specks < minSpecks || specks < 2*n || n == 1 && float64(row[len(row)-1].x1-row[0].x0) < 4*s.em {
		return rule{}, false
	}
	// Lines inside a table end only at others, and rows go on to the right, and to the left into the column that names
	// them, unless words stand in the way.
	for c := range at {
		if ends[c] && n < len(at)-1 {
			first, last = min(first, max(0, c-1)), max(last, min(c, len(at)-2))
		}
	}
	for last+2 < len(at) && s.free(pos, 1, at[last+1], at[last+2]) {
		last++
	}
	if first > 0 && s.free(pos, 1, at[first-1], at[first]) {
		first--
	}
	return rule{pos: pos, a: int(at[first]), b: int(at[last+1]), thickness: 1}, true
}

// free reports whether no letter comes closer to a height than near, between two crossing lines.
func (s *seen) free(pos, near, from, to float64) bool {
	return !slices.ContainsFunc(s.parts, func(b box) bool {
		return float64(max(b.w(), b.h())) > s.em/4 && float64(b.y0) < pos+near && float64(b.y1) > pos-near && float64(b.x1) > from && float64(b.x0) < to
	})
}
