package tables

import (
	"math"
	"slices"
	"strings"
)

// A stack is what a cell holds, line by line.
type stack struct {
	lines   []*line
	texts   []string
	numbers int // lines that are values
}

func stackOf(glyphs []Glyph) stack {
	s := stack{lines: lines(glyphs)}
	for _, l := range s.lines {
		text := strings.TrimSpace(l.text())
		s.texts = append(s.texts, text)
		if value(text) {
			s.numbers++
		}
	}
	return s
}

// stacked reports whether a cell holds numbers below each other and nothing else.
func (s *stack) stacked() bool { return len(s.lines) > 1 && s.numbers == len(s.lines) }

// wrapped reports whether the lines are one number that was too long for its cell: digits only, every line but the last of
// the same length, at the pitch of a paragraph, with no room for one more digit beside the cell's usual margins.
func (s *stack) wrapped(width float64) bool {
	if len(s.lines) < 2 || len(s.lines) > wrapLines {
		return false
	}
	k := len(s.texts[0])
	for i, t := range s.texts {
		if strings.Trim(t, "0123456789.") != "" || i < len(s.texts)-1 && len(t) != k || len(t) > k || k < 2 {
			return false
		}
		if i > 0 && middle(s.lines[i])-middle(s.lines[i-1]) > wrapPitch*s.lines[i].size {
			return false
		}
	}
	return full(s.lines[0], k, width)
}

// full reports whether a line of k digits leaves no room in its cell for one more.
func full(l *line, k int, width float64) bool {
	w := l.x1 - l.x0
	return k > 0 && width-w-cellMargins < w/float64(k)
}

func middle(l *line) float64 { return (l.y0 + l.y1) / 2 }

// separate parts the rows that share cells because a rule between them is missing, by the heights of their numbers. It
// returns the cells of rows in which numbers below each other are rows of their own, so that they are never joined.
func (t *table) separate() {
	for r := 0; r < t.nrows(); r++ {
		r += t.part(r)
	}
}

// part parts one row; it returns how many rows it became beyond the one.
func (t *table) part(r int) int {
	var at map[int]stack
	var levels []float64
	size, apart := 0.0, false
	for i := range t.cells {
		c := &t.cells[i]
		if c.row != r || c.rows != 1 || len(c.glyphs) < 2 || vertical(c.glyphs) {
			continue
		}
		s := c.stack
		if len(s.lines) < 2 {
			continue
		}
		if at == nil {
			at = map[int]stack{}
		}
		at[i] = s
		if s.stacked() {
			for _, l := range s.lines {
				levels = append(levels, middle(l))
				size = max(size, l.size)
			}
			apart = apart || !s.wrapped(t.width(c))
		}
	}
	if len(levels) == 0 {
		return 0
	}
	if !apart && !t.listed(at) {
		return 0
	}
	levels = clusters(levels, levelNear*size)
	if len(levels) < 2 || t.nrows()*t.ncols() > maxJoined/2 {
		return 0
	}
	t.insert(r, levels, at)
	return len(levels) - 1
}

// listed reports whether words in the row of the cells stand line by line: a line that is not the last leaves room for more.
func (t *table) listed(at map[int]stack) bool {
	for i, s := range at {
		if s.numbers > 0 || len(s.lines) < 2 {
			continue
		}
		c := &t.cells[i]
		left, right := t.xs[c.col], t.xs[c.col+c.cols]
		for _, l := range s.lines[:len(s.lines)-1] {
			room := right - left - cellMargins - (l.x1 - l.x0)
			if room > wrapRoom*l.size {
				return true
			}
		}
	}
	return false
}

// clusters are the middles of groups of heights that lie near each other, from top to bottom.
func clusters(ys []float64, near float64) []float64 {
	slices.Sort(ys)
	var out []float64
	for i := 0; i < len(ys); {
		j, sum := i, 0.0
		for j < len(ys) && ys[j]-ys[i] <= near {
			sum += ys[j]
			j++
		}
		out = append(out, sum/float64(j-i))
		i = j
	}
	return out
}

// insert makes a row of each level. What stands in the row's cells goes to the level nearest to it; a cell of one line that
// stands between levels covers them all.
func (t *table) insert(r int, levels []float64, at map[int]stack) {
	more := len(levels) - 1
	var ys []float64
	for k := 1; k < len(levels); k++ {
		ys = append(ys, (levels[k-1]+levels[k])/2)
	}
	t.ys = slices.Insert(t.ys, r+1, ys...)
	nearest := func(y float64) (int, float64) {
		best, d := 0, math.Inf(1)
		for k, l := range levels {
			if x := math.Abs(l - y); x < d {
				best, d = k, x
			}
		}
		return best, d
	}
	n := len(t.cells)
	for i := range n {
		c := &t.cells[i]
		switch {
		case c.row > r:
			c.row += more
			continue
		case c.row+c.rows <= r:
			continue
		case c.row < r || c.rows > 1 || len(c.glyphs) == 0:
			c.rows += more
			continue
		}
		s, ok := at[i]
		if !ok {
			s = c.stack
		}
		if len(s.lines) == 1 && s.numbers == 0 || vertical(c.glyphs) {
			if _, d := nearest(middle(s.lines[0])); vertical(c.glyphs) || d > 0.35*s.lines[0].size {
				c.rows += more
				continue
			}
		}
		split := make([]cell, len(levels))
		for k := range split {
			split[k] = cell{row: r + k, col: c.col, rows: 1, cols: c.cols}
		}
		for _, l := range s.lines {
			k, _ := nearest(middle(l))
			split[k].glyphs = append(split[k].glyphs, l.glyphs...)
		}
		for k := range split {
			split[k].stack = stackOf(split[k].glyphs)
		}
		*c = split[0]
		t.cells = append(t.cells, split[1:]...)
	}
	slices.SortStableFunc(t.cells, func(a, b cell) int {
		if a.row != b.row {
			return a.row - b.row
		}
		return a.col - b.col
	})
	t.own()
}

func vertical(glyphs []Glyph) bool {
	return slices.ContainsFunc(glyphs, func(g Glyph) bool { return g.Vertical })
}
