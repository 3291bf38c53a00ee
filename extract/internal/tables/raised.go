package tables

import (
	"math"
	"slices"
	"strings"

	"nianbao/document"
)

// Raised marks: smaller than the text they follow, or standing above its base line. All in sizes of that text but the
// first, which is a ratio of sizes.
const (
	raisedSmall = 0.80 // a mark is at most so large
	raisedLift  = 0.10 // its foot stands at least so much above the text's, when it is smaller
	raisedSame  = 0.25 // the same for a mark as large as its text
	raisedMost  = 0.90 // more above is another line
	raisedFar   = 0.50 // room between the text and its mark
	raisedOver  = 0.35 // how far they may overlap
)

// raise writes the digits that stand raised beside other text as superscript characters and puts them on its line, so that a
// note mark never joins a number. Lowered digits beside a number are written the same way: they are no part of it either.
func raise(glyphs []Glyph) {
	if !mixedDigits(glyphs) {
		return
	}
	const bucket = 24.0 // points
	type key struct{ x, y int32 }
	at := func(x, y float64) key { return key{int32(math.Floor(x / bucket)), int32(math.Floor(y / bucket))} }
	grid := map[key][]int32{}
	var marks []int
	for i := range glyphs {
		g := &glyphs[i]
		if blank(g.Text) || g.Vertical {
			continue
		}
		if k := at(g.cx(), g.cy()); len(grid[k]) < 2000 {
			grid[k] = append(grid[k], int32(i))
		}
		if len(g.Text) == 1 && strings.Contains("0123456789()[]", g.Text) || g.Text == "（" || g.Text == "）" {
			marks = append(marks, i)
		}
	}
	slices.SortStableFunc(marks, func(a, b int) int { return compare(glyphs[a].X0, glyphs[b].X0) })
	base := map[int]int{} // raised glyphs and the text they stand beside
	near := func(i int) int {
		g := &glyphs[i]
		k := at(g.cx(), g.cy())
		best, d := -1, math.Inf(1)
		for y := k.y - 1; y <= k.y+1; y++ {
			for x := k.x - 1; x <= k.x+1; x++ {
				for _, n := range grid[key{x, y}] {
					j := int(n)
					b, gap := &glyphs[j], 0.0
					switch {
					case j == i:
						continue
					case b.cx() < g.cx():
						gap = g.X0 - b.X1
					default:
						gap = b.X0 - g.X1
					}
					if up, ok := base[j]; ok && b.cx() < g.cx() { // the mark goes on
						if s := b.size(); gap < 0.5*s && gap > -0.5*s && math.Abs(b.Y1-g.Y1) < 0.2*s && math.Abs(s-g.size()) < 0.2*s {
							return up
						}
						continue
					}
					if beside(b, g, gap) && math.Abs(gap) < d {
						best, d = j, math.Abs(gap)
					}
				}
			}
		}
		return best
	}
	for _, i := range marks {
		if b := near(i); b >= 0 {
			base[i] = b
		}
	}
	for i, b := range base {
		g, half := &glyphs[i], glyphs[i].size()/2
		g.Text = document.Raised(g.Text)
		mid := glyphs[b].cy()
		g.Y0, g.Y1 = mid-half, mid+half
	}
}

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
		if strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", r) {
			return -1
		}
		return r
	}, s), " ")
}
