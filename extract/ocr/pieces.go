package ocr

import (
	"cmp"
	"slices"
)

// A part is one connected spot of ink.
type part struct {
	box
	area int
}

// A piece is what is read at once: a line of text in a cell, or of a paragraph.
type piece struct {
	box
	parts []part // from left to right
}

const (
	maxParts  = 60_000
	maxPieces = 3000
)

// parts finds the connected spots. pixels holds the number of its part, from 1, for each dark pixel.
func (k *ink) parts(most int) []part {
	seen := make([]bool, len(k.p))
	var out []part
	var stack []int
	for i, dark := range k.p {
		if !dark || seen[i] {
			continue
		}
		if len(out) >= most {
			break
		}
		c := part{box: box{k.w, k.h, 0, 0}}
		seen[i] = true
		stack = append(stack[:0], i)
		for len(stack) > 0 {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := j%k.w, j/k.w
			c.area++
			c.box = c.box.with(box{x, y, x + 1, y + 1})
			for ny := max(0, y-1); ny <= min(k.h-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(k.w-1, x+1); nx++ {
					if n := ny*k.w + nx; k.p[n] && !seen[n] {
						seen[n] = true
						stack = append(stack, n)
					}
				}
			}
		}
		out = append(out, c)
	}
	return out
}

// pieces groups the spots into lines of text that no rule crosses. em is the size of a character.
func pieces(parts []part, rules []rule, em float64) []piece {
	var ps []piece
	for _, c := range parts {
		// Specks, stains, and pictures are no text.
		if float64(c.area) < em*em/150 || float64(max(c.w(), c.h())) < em/12 || float64(c.h()) > 3*em || float64(c.w()) > 6*em {
			continue
		}
		if !remnant(c.box, rules) {
			ps = append(ps, piece{c.box, []part{c}})
		}
	}
	// Strokes of one character that lie above each other, then characters of one line.
	ps = merge(ps, rules, em, func(a, b box) bool {
		overlap := min(a.x1, b.x1) - max(a.x0, b.x0)
		both := a.with(b)
		return 10*overlap >= 5*min(a.w(), b.w()) && float64(both.h()) <= 1.15*em && float64(both.w()) <= 1.3*em
	})
	ps = merge(ps, rules, em, func(a, b box) bool {
		overlap := min(a.y1, b.y1) - max(a.y0, b.y0)
		gap := max(a.x0, b.x0) - min(a.x1, b.x1)
		if float64(gap) > 0.75*em {
			return false
		}
		// A low comma beside a high stroke shares no row with it, but the line they stand on.
		near := 10*overlap >= 5*min(a.h(), b.h()) || float64(max(a.y1, b.y1)-min(a.y0, b.y0)) <= 1.1*em
		return near && float64(a.with(b).h()) <= 1.7*float64(max(int(em), min(a.h(), b.h())))
	})
	ps = slices.DeleteFunc(ps, func(p piece) bool { return float64(p.h()) < 0.3*em && float64(p.w()) < 0.3*em })
	for i := range ps {
		slices.SortFunc(ps[i].parts, func(a, b part) int { return cmp.Compare(a.x0, b.x0) })
	}
	slices.SortFunc(ps, func(a, b piece) int { return cmp.Or(cmp.Compare(a.y0, b.y0), cmp.Compare(a.x0, b.x0)) })
	return ps[:min(len(ps), maxPieces)]
}

// remnant reports whether a spot is what was left of a rule: thin, along it, and next to it. It would read as a 1 or a 一.
func remnant(b box, rules []rule) bool {
	for _, r := range rules {
		x0, x1, y0, y1 := b.x0, b.x1, b.y0, b.y1
		if r.upright {
			x0, x1, y0, y1 = y0, y1, x0, x1
		}
		reach := r.thickness + 3
		if float64(y1-y0) <= reach && float64(y0) <= r.pos+reach && float64(y1) >= r.pos-reach && x0 < r.b+x1-x0 && x1 > r.a-(x1-x0) {
			return true
		}
	}
	return false
}

// merge joins pieces that belong together until none do. They are looked up by bands of the page, so that the work grows
// with their number and not with its square.
func merge(ps []piece, rules []rule, em float64, together func(a, b box) bool) []piece {
	band := max(8, int(2*em))
	for range 8 {
		slices.SortFunc(ps, func(a, b piece) int { return cmp.Or(cmp.Compare(a.x0, b.x0), cmp.Compare(a.y0, b.y0)) })
		index := map[int][]int{}
		joined := false
		out := ps[:0:0]
		for _, p := range ps {
			done := false
		search:
			for b := p.y0/band - 1; b <= p.y1/band+1; b++ {
				list := index[b]
				for n := len(list) - 1; n >= max(0, len(list)-40); n-- {
					o := &out[list[n]]
					if together(o.box, p.box) && !ruled(rules, o.box, p.box) {
						o.box = o.box.with(p.box)
						o.parts = append(o.parts, p.parts...)
						done, joined = true, true
						break search
					}
				}
			}
			if !done {
				for b := p.y0 / band; b <= p.y1/band; b++ {
					index[b] = append(index[b], len(out))
				}
				out = append(out, p)
			}
		}
		ps = out
		if !joined {
			break
		}
	}
	return ps
}

// ruled reports whether a rule runs between the middles of two boxes.
func ruled(rules []rule, a, b box) bool {
	ax, ay, bx, by := float64(a.x0+a.x1)/2, float64(a.y0+a.y1)/2, float64(b.x0+b.x1)/2, float64(b.y0+b.y1)/2
	for _, r := range rules {
		lo, hi, along := ax, bx, (ay+by)/2
		if !r.upright {
			lo, hi, along = ay, by, (ax+bx)/2
		}
		if lo > hi {
			lo, hi = hi, lo
		}
		if r.pos > lo && r.pos < hi && along > float64(r.a)-4 && along < float64(r.b)+4 {
			return true
		}
	}
	return false
}

// marks are the characters of a piece that may be a number: spots above each other are one, and so are spots too close
// for two digits, since a bad print breaks the thin strokes of a 0: two 1 stand farther apart.
func (p *piece) marks() []box {
	var out []box
	for _, c := range p.parts {
		if n := len(out); n > 0 {
			last := &out[n-1]
			both := last.with(c.box)
			overlap := last.x1 - c.x0
			point := 2*c.h() < p.h() && 2*c.y0 > p.y0+p.y1 || 2*last.h() < p.h() && 2*last.y0 > p.y0+p.y1
			if 2*overlap > min(last.w(), c.w()) || !point && 100*both.w() <= 72*p.h() && max(last.w(), c.w())*3 <= p.h() {
				*last = both
				continue
			}
		}
		out = append(out, c.box)
	}
	return out
}

// digits reports whether a piece has the look of a number: few upright marks of one height side by side.
func (p *piece) digits(em float64) bool {
	if float64(p.h()) > 1.2*em || float64(p.h()) < 0.35*em {
		return false
	}
	marks := p.marks()
	tall := 0
	for i, c := range marks {
		if i > 0 && c.x0 < marks[i-1].x1-2 {
			return false
		}
		switch {
		case 10*c.h() >= 8*p.h() && 20*c.w() <= 19*c.h():
			tall++
		case 10*c.h() > 4*p.h():
			return false
		}
	}
	return tall > 0 && len(marks) <= 12
}

// emOf is the size of most characters, for a page of so many pixels an inch.
func emOf(parts []part, dpi float64) float64 {
	var sizes []int
	for _, c := range parts {
		if s := max(c.w(), c.h()); float64(s) > dpi/20 && float64(s) < dpi/3 {
			sizes = append(sizes, s)
		}
	}
	if len(sizes) < 5 {
		return dpi / 6
	}
	slices.Sort(sizes)
	return 1.08 * float64(sizes[len(sizes)*4/5])
}
