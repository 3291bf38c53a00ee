package tables

import (
	"slices"
	"strings"

	"nianbao/document"
)

// maxUnseen bounds the glyphs of a page that are kept though nobody sees them.
const maxUnseen = 20_000

// hide gives what the page does not show to the cells in which it stands, and returns the rest as items at its height.
func hide(glyphs []Hidden, ruled []*table) []item {
	type place struct {
		cell *cell
		why  string
	}
	groups := map[place][]Glyph{}
	var order []place
	for _, g := range glyphs[:min(len(glyphs), maxUnseen)] {
		if !sound(&g.Glyph) {
			continue
		}
		at := place{nil, g.Why}
		for _, t := range ruled {
			if c, r := interval(t.xs, g.cx()), interval(t.ys, g.cy()); c >= 0 && r >= 0 {
				at.cell = t.at(r, c)
				break
			}
		}
		if groups[at] == nil {
			order = append(order, at)
		}
		groups[at] = append(groups[at], g.Glyph)
	}
	var out []item
	for _, at := range order {
		list := lines(distinct(groups[at]))
		if at.cell != nil {
			var texts []string
			for _, l := range list {
				texts = append(texts, strings.TrimSpace(l.text()))
			}
			at.cell.unseen = append(at.cell.unseen, document.Unseen{Text: strings.Join(texts, "\n"), Why: at.why})
			continue
		}
		for _, l := range list {
			out = append(out, item{y0: l.y0, y1: l.y1, unseen: &document.Unseen{Text: strings.TrimSpace(l.text()), Why: at.why}})
		}
	}
	return out
}

// struck parts the glyphs that a rule strikes out from the others, and the rules that do so from those of tables.
func struck(p *Page, glyphs []Glyph) (kept []Glyph, out []Hidden, rules []Rule) {
	var flat []Rule
	rules = p.Rules
	for _, r := range p.Rules {
		if r.X1-r.X0 > 3 && r.Y1-r.Y0 <= strikeThick && r.X1-r.X0 > 2*(r.Y1-r.Y0) {
			flat = append(flat, r)
		}
	}
	if len(flat) == 0 || len(glyphs) == 0 {
		return glyphs, nil, rules
	}
	order := make([]int, len(glyphs))
	tall := 0.0
	for i := range glyphs {
		order[i] = i
		tall = max(tall, glyphs[i].size())
	}
	slices.SortFunc(order, func(a, b int) int { return compare(glyphs[a].cy(), glyphs[b].cy()) })
	dead := map[int]bool{}
	gone := map[Rule]bool{}
	budget := maxStrikes
	for _, r := range flat {
		y := (r.Y0 + r.Y1) / 2
		from, _ := slices.BinarySearchFunc(order, y-tall/2, func(i int, v float64) int { return compare(glyphs[i].cy(), v) })
		var hit []int
		cover, size := 0.0, 0.0
		left, right := r.X1, r.X0
		for _, i := range order[from:] {
			g := &glyphs[i]
			if g.cy() > y+tall/2 {
				break
			}
			if budget--; budget < 0 {
				return glyphs, nil, p.Rules
			}
			s := g.size()
			if up := (g.Y1 - y) / max(s, 0.1); g.Vertical || blank(g.Text) || up > strikeHigh || up < strikeLow || g.cx() < r.X0 || g.cx() > r.X1 {
				continue
			}
			hit = append(hit, i)
			cover += g.X1 - g.X0
			left, right, size = min(left, g.X0), max(right, g.X1), max(size, s)
		}
		if len(hit) == 0 || cover < strikeCover*(r.X1-r.X0) || r.X0 < left-strikeReach*size || r.X1 > right+strikeReach*size || meets(p.Rules, r) {
			continue
		}
		gone[r] = true
		for _, i := range hit {
			dead[i] = true
		}
	}
	if len(dead) == 0 {
		return glyphs, nil, rules
	}
	for i, g := range glyphs {
		if dead[i] {
			out = append(out, Hidden{g, document.WhyStruck})
		} else {
			kept = append(kept, g)
		}
	}
	rules = slices.DeleteFunc(slices.Clone(p.Rules), func(r Rule) bool { return gone[r] })
	return kept, out, rules
}

// meets reports whether a level rule ends at an upright one.
func meets(rules []Rule, r Rule) bool {
	y := (r.Y0 + r.Y1) / 2
	for _, v := range rules {
		if v.X1-v.X0 > thin || v.Y1-v.Y0 < 2*thin || v.Y0 > y+strikeMeets || v.Y1 < y-strikeMeets {
			continue
		}
		if x := (v.X0 + v.X1) / 2; x > r.X0-strikeMeets && x < r.X0+strikeMeets || x > r.X1-strikeMeets && x < r.X1+strikeMeets {
			return true
		}
	}
	return false
}
