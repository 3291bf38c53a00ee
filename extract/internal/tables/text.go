package tables

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// distinct drops glyphs drawn twice at nearly the same place, as printers of fake bold and shadows do, and those that
// hold nothing.
func distinct(glyphs []Glyph) []Glyph {
	type place struct {
		text string
		x, y int32
	}
	const grid = 3.0
	seen := make(map[place]int32, len(glyphs))
	out := make([]Glyph, 0, len(glyphs))
	for _, g := range glyphs {
		if !sound(&g) {
			continue
		}
		fx, fy := g.cx()/grid, g.cy()/grid
		x, y := int32(math.Floor(fx)), int32(math.Floor(fy))
		dx, dy := int32(1), int32(1)
		if fx-float64(x) < 0.5 {
			dx = -1
		}
		if fy-float64(y) < 0.5 {
			dy = -1
		}
		again := false
		for _, p := range [4]place{{g.Text, x, y}, {g.Text, x + dx, y}, {g.Text, x, y + dy}, {g.Text, x + dx, y + dy}} {
			if i, ok := seen[p]; ok {
				o := &out[i]
				tol := min(twiceMost, twiceShare*g.size())
				aside := min(tol, max(twiceLeast, twiceWidth*(g.X1-g.X0))) // narrow glyphs stand near each other in their own right
				if math.Abs(o.cx()-g.cx()) < aside && math.Abs(o.cy()-g.cy()) < tol {
					again = true
					break
				}
			}
		}
		if again {
			continue
		}
		seen[place{g.Text, x, y}] = int32(len(out))
		out = append(out, g)
	}
	return out
}

// sound reports whether a glyph has text and a place.
func sound(g *Glyph) bool {
	const far = 1e6
	return g.Text != "" && !math.IsNaN(g.X0+g.X1+g.Y0+g.Y1) && math.Abs(g.X0) <= far && math.Abs(g.Y0) <= far && math.Abs(g.X1) <= far && math.Abs(g.Y1) <= far
}

// forgetStrings drops the strings that glyphs come from when every digit is a string of its own, as some printers write
// them: then the end of one says nothing.
func forgetStrings(glyphs []Glyph) {
	together, apart := 0, 0
	for i := 1; i < len(glyphs); i++ {
		a, b := &glyphs[i-1], &glyphs[i]
		if numeric(a.Text) && numeric(b.Text) && b.X0-a.X1 < digitsApart*a.size() && b.X0 > a.X0 && math.Abs(a.cy()-b.cy()) < digitLevel*a.size() {
			if a.Run == b.Run {
				together++
			} else {
				apart++
			}
		}
	}
	if apart > together {
		for i := range glyphs {
			glyphs[i].Run = 0
		}
	}
}

// A line is glyphs on one base line, from left to right.
type line struct {
	glyphs         []Glyph
	x0, x1, y0, y1 float64
	size           float64
	vertical       bool
	parts          []piece // once they were asked for
	frame          *frame  // the column it stands in; nil: the page
}

func (l *line) text() string { return joinGlyphs(l.glyphs) }

// lines sorts glyphs into lines from top to bottom; vertical writing becomes lines from right to left.
func lines(glyphs []Glyph) []*line {
	flat, upright := byWriting(glyphs)
	out := flatLines(flat)
	if len(upright) > 0 {
		out = append(out, columns(upright)...)
	}
	return out
}

// byWriting parts level from vertical writing.
func byWriting(glyphs []Glyph) (flat, upright []Glyph) {
	for i := range glyphs {
		if glyphs[i].Vertical {
			for _, g := range glyphs {
				if g.Vertical {
					upright = append(upright, g)
				} else {
					flat = append(flat, g)
				}
			}
			return flat, upright
		}
	}
	return glyphs, nil
}

// columns reads vertical writing by turning the page a quarter.
func columns(glyphs []Glyph) []*line {
	right := math.Inf(-1)
	for _, g := range glyphs {
		right = max(right, g.X1)
	}
	turned := make([]Glyph, len(glyphs))
	for i, g := range glyphs {
		turned[i] = Glyph{Text: g.Text, X0: g.Y0, X1: g.Y1, Y0: right - g.X1, Y1: right - g.X0, Run: g.Run}
	}
	out := flatLines(turned)
	for _, l := range out {
		x0, x1 := right-l.y1, right-l.y0
		l.y0, l.y1, l.x0, l.x1 = l.x0, l.x1, x0, x1
		l.vertical = true
	}
	return out
}

func flatLines(glyphs []Glyph) []*line {
	order := make([]int, 0, len(glyphs))
	for i := range glyphs {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(glyphs[a].cy(), glyphs[b].cy()) })
	var out []*line
	var cur *line
	var mid float64
	for _, i := range order {
		g := glyphs[i]
		if cur == nil || g.cy()-mid > lineLevel*max(min(cur.size, g.size()), lineLevel*max(cur.size, g.size())) {
			cur = &line{x0: g.X0, x1: g.X1, y0: g.Y0, y1: g.Y1, size: g.size()}
			out = append(out, cur)
			mid = g.cy()
		}
		cur.glyphs = append(cur.glyphs, g)
		if g.size() > cur.size {
			cur.size, mid = g.size(), g.cy()
		}
	}
	kept := out[:0]
	for _, l := range out {
		slices.SortStableFunc(l.glyphs, func(a, b Glyph) int { return compare(a.X0, b.X0) })
		if l.measure() {
			kept = append(kept, l)
		}
	}
	return kept
}

// measure sets the line's box from what is visible; false when nothing is.
func (l *line) measure() bool {
	first := true
	for i := range l.glyphs {
		g := &l.glyphs[i]
		if blank(g.Text) {
			continue
		}
		if first {
			l.x0, l.x1, l.y0, l.y1 = g.X0, g.X1, g.Y0, g.Y1
			first = false
			continue
		}
		l.x0, l.x1, l.y0, l.y1 = min(l.x0, g.X0), max(l.x1, g.X1), min(l.y0, g.Y0), max(l.y1, g.Y1)
	}
	return !first
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// joinGlyphs is the text of glyphs in order. Blanks stand where the page leaves room between words, not between Chinese
// characters that are merely spaced out.
func joinGlyphs(glyphs []Glyph) string {
	var b strings.Builder
	var last *Glyph
	spaced := false
	for i := range glyphs {
		g := &glyphs[i]
		if blank(g.Text) {
			spaced = true
			continue
		}
		if last != nil {
			p, _ := utf8.DecodeLastRuneInString(last.Text)
			n, _ := utf8.DecodeRuneInString(g.Text)
			d := (g.X0 - last.X1) / max(1, min(g.size(), last.size()))
			han := wide(p) || wide(n)
			switch {
			case wide(p) && wide(n) && d > blankSquare, han && d > blankMixed, !han && spaced && d > blankDrawn:
				b.WriteByte(' ')
			case numeric(last.Text) && numeric(g.Text):
				if d > digitsApart || d > digitsTouch && last.Run != g.Run {
					b.WriteByte(' ')
				}
			case !han && d > blankWord:
				b.WriteByte(' ')
			}
		}
		b.WriteString(g.Text)
		last, spaced = g, false
	}
	return b.String()
}

// wide reports whether a character is set in a square: Chinese and its punctuation.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || r == '“' || r == '”' || r == '‘' || r == '’' || r == '…' || r == '—'
}

// cellText is the text of a cell: its lines joined as the writer would have written them without the cell's width. Numbers
// below each other stay on lines of their own unless they are one that was too long.
func cellText(glyphs []Glyph, width float64) string {
	s := stackOf(glyphs)
	return s.text(width)
}

func (s *stack) text(width float64) string {
	whole := s.wrapped(width)
	var b strings.Builder
	for i, text := range s.texts {
		if i > 0 && !whole {
			p, _ := utf8.DecodeLastRuneInString(s.texts[i-1])
			n, _ := utf8.DecodeRuneInString(text)
			if !wide(p) && !wide(n) {
				b.WriteByte('\n')
			}
		}
		b.WriteString(text)
	}
	return b.String()
}
