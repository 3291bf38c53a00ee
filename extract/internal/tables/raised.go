package tables

import (
	"math"
	"slices"
	"strings"

	"nianbao/document"
)

// raise writes the digits that stand raised beside other text as superscript characters and puts them on its line, so that a
// note mark never joins a number. Lowered digits beside a number are written the same way: they are no part of it either.
func raise(glyphs []Glyph) {
	if !mixedDigits(glyphs) {
		return
	}
	p := newPlaces(glyphs)
	for i := 0; i < len(glyphs); {
		j := i + 1
		if !markSign(&glyphs[i]) {
			i = j
			continue
		}
		for j < len(glyphs) && goesOn(&glyphs[j-1], &glyphs[j]) {
			j++
		}
		if b := p.base(i, j); b >= 0 {
			mid := glyphs[b].cy()
			for k := i; k < j; k++ {
				g, half := &glyphs[k], glyphs[k].size()/2
				g.Text = document.Raised(g.Text)
				g.Y0, g.Y1 = mid-half, mid+half
			}
		}
		i = j
	}
}

// markSign reports whether a glyph may be one of a mark.
func markSign(g *Glyph) bool {
	if g.X1-g.X0 > turnedWide*(g.Y1-g.Y0) {
		return false // turned by a quarter, as no digit is wider than high
	}
	return !g.Vertical && (len(g.Text) == 1 && strings.Contains("0123456789()[]", g.Text) || g.Text == "（" || g.Text == "）")
}

// goesOn reports whether b is the next sign of the mark that a is one of.
func goesOn(a, b *Glyph) bool {
	s := a.size()
	return markSign(b) && math.Abs(b.X0-a.X1) < 0.5*s && math.Abs(b.Y1-a.Y1) < 0.1*s && math.Abs(s-b.size()) < 0.1*s
}

// places finds glyphs by where they stand: a grid of buckets over all of them.
type places struct {
	glyphs []Glyph
	x0, y0 float64
	w, h   int
	start  []int32 // where each bucket begins in order
	order  []int32
}

const (
	bucketSize = 24.0 // points
	maxBuckets = 200  // on each side; what lies beyond shares the last
)

func newPlaces(glyphs []Glyph) *places {
	p := &places{glyphs: glyphs, x0: math.Inf(1), y0: math.Inf(1)}
	x1, y1 := math.Inf(-1), math.Inf(-1)
	for i := range glyphs {
		x, y := glyphs[i].cx(), glyphs[i].cy()
		p.x0, p.y0, x1, y1 = min(p.x0, x), min(p.y0, y), max(x1, x), max(y1, y)
	}
	p.w, p.h = min(maxBuckets, int((x1-p.x0)/bucketSize)+1), min(maxBuckets, int((y1-p.y0)/bucketSize)+1)
	p.start = make([]int32, p.w*p.h+1)
	for i := range glyphs {
		x, y := p.at(&glyphs[i])
		p.start[y*p.w+x+1]++
	}
	for i := 1; i < len(p.start); i++ {
		p.start[i] += p.start[i-1]
	}
	fill := slices.Clone(p.start)
	p.order = make([]int32, len(glyphs))
	for i := range glyphs {
		x, y := p.at(&glyphs[i])
		k := y*p.w + x
		p.order[fill[k]] = int32(i)
		fill[k]++
	}
	return p
}

func (p *places) at(g *Glyph) (x, y int) {
	return min(p.w-1, int((g.cx()-p.x0)/bucketSize)), min(p.h-1, int((g.cy()-p.y0)/bucketSize))
}

// base is the glyph beside which the signs from i to j stand as a mark, or -1.
func (p *places) base(i, j int) int {
	const most = 4000 // glyphs that are looked at
	g := p.glyphs[i]
	g.X1 = p.glyphs[j-1].X1
	cx, cy := p.at(&p.glyphs[i])
	dx, _ := p.at(&p.glyphs[j-1])
	best, d, looked := -1, math.Inf(1), 0
	for y := max(0, cy-1); y <= min(p.h-1, cy+1); y++ {
		for x := max(0, cx-1); x <= min(p.w-1, max(cx, dx)+1); x++ {
			k := y*p.w + x
			for _, n := range p.order[p.start[k]:p.start[k+1]] {
				if looked++; looked > most {
					return best
				}
				m := int(n)
				b := &p.glyphs[m]
				if m >= i && m < j || blank(b.Text) || b.Vertical || len(b.Text) > 1 && strings.Contains(raisedSigns, b.Text) {
					continue
				}
				gap := g.X0 - b.X1
				if b.cx() > g.cx() {
					gap = b.X0 - g.X1
				}
				if beside(b, &g, gap) && math.Abs(gap) < d {
					best, d = m, math.Abs(gap)
				}
			}
		}
	}
	return best
}

// raisedSigns are what marks are written with.
const raisedSigns = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾"

// beside reports whether g is a mark at the text b.
func beside(b, g *Glyph, gap float64) bool {
	s := b.size()
	if gap > raisedFar*s || gap < -raisedOver*s {
		return false
	}
	foot := func(g *Glyph) float64 { return g.Y1 - 0.12*g.size() }
	lift := (foot(b) - foot(g)) / s
	small := g.size() <= raisedSmall*s
	switch {
	case lift > raisedMost || lift < -raisedSame-0.1:
		return false
	case small && lift >= raisedLift:
		return true
	case small && numeric(b.Text) && lift < -0.05 && g.X0 > b.cx():
		return true // lowered
	}
	return !small && g.size() < 1.05*s && lift >= raisedSame && numeric(b.Text) && g.X0 > b.cx() && gap < 0.2*s
}

// mixedDigits reports whether digits differ in size, or stand off the line of their neighbours, so that some may be marks.
func mixedDigits(glyphs []Glyph) bool {
	large, last := 0.0, -1
	for i := range glyphs {
		g := &glyphs[i]
		if blank(g.Text) || g.Vertical {
			continue
		}
		large = max(large, g.size())
		if last >= 0 && numeric(g.Text) {
			b := &glyphs[last]
			if d := math.Abs(b.Y1-g.Y1) / max(b.size(), 0.1); d > raisedLift/2 && d < 1 && math.Abs(g.X0-b.X1) < b.size() {
				return true
			}
		}
		last = i
	}
	for i := range glyphs {
		if g := &glyphs[i]; numeric(g.Text) && !g.Vertical && g.size() <= raisedSmall*large {
			return true
		}
	}
	return false
}

// unraised is a text without its raised marks.
func unraised(s string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		if strings.ContainsRune(raisedSigns, r) {
			return -1
		}
		return r
	}, s), " ")
}
