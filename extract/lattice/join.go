package lattice

import (
	"math"
	"strings"
)

// joinBelow appends the rows of a table on the next page, when it is the same table: equal column edges. Heads that are
// printed again are dropped, a row or a merged cell that the page's end cut is put together. It reports whether it did.
func (t *table) joinBelow(n *table) bool {
	if n.page != t.lastPage+1 || n.method != t.method || !t.sameColumns(n) {
		return false
	}
	skip := t.repeatedHead(n)
	if skip == n.nrows() {
		t.lastPage = n.page
		return true
	}
	base := t.nrows()
	split := skip == 0 && t.cutRow(n)
	if split {
		base--
	}
	height := t.ys[len(t.ys)-1]
	for r := skip + 1; r < len(n.ys); r++ {
		if split && r == 1 {
			continue
		}
		t.ys = append(t.ys, height+n.ys[r]-n.ys[skip])
	}
	shift := base - skip
	nx := t.ncols()
	moved := make(map[int]int, len(n.cells))
	owner := make([]int, t.nrows()*nx)
	copy(owner, t.owner)
	for i := range n.cells {
		c := n.cells[i]
		if c.row+c.rows <= skip {
			continue
		}
		if c.row < skip {
			c.rows -= skip - c.row
			c.row = skip
		}
		c.row += shift
		if up := t.above(n, &n.cells[i], skip, split); up >= 0 {
			u := &t.cells[up]
			u.text += c.text
			u.confidence = lesser(u.confidence, c.confidence)
			u.rows = max(u.rows, c.row+c.rows-u.row)
			moved[i] = up
			continue
		}
		moved[i] = len(t.cells)
		t.cells = append(t.cells, c)
	}
	for r := skip; r < n.nrows(); r++ {
		for k := range nx {
			owner[(r+shift)*nx+k] = moved[n.owner[r*nx+k]]
		}
	}
	t.owner = owner
	t.lastPage, t.bottomOpen = n.page, n.bottomOpen
	return true
}

// sameColumns reports whether two grids have the same column edges.
func (t *table) sameColumns(n *table) bool {
	if len(t.xs) != len(n.xs) {
		return false
	}
	for i := range t.xs {
		if math.Abs(t.xs[i]-n.xs[i]) > 3 {
			return false
		}
	}
	return true
}

// repeatedHead is how many rows at the top of n repeat the top of t: words only, never numbers.
func (t *table) repeatedHead(n *table) int {
	k, ok := 0, 0
	for k < min(t.nrows(), n.nrows()) {
		words := false
		for c := range t.ncols() {
			a, b := t.at(k, c), n.at(k, c)
			if a.text != b.text || a.row != b.row || a.col != b.col || a.cols != b.cols {
				return ok
			}
			if number(a.text) {
				return ok
			}
			words = words || a.text != ""
		}
		if !words {
			return ok
		}
		k++
		ends := true
		for c := range t.ncols() {
			a, b := t.at(k-1, c), n.at(k-1, c)
			ends = ends && a.row+a.rows <= k && b.row+b.rows <= k
		}
		if ends {
			ok = k
		}
	}
	return ok
}

// above is the cell of t that a cell at the top of n goes on with, or -1: both halves of a cut row, or an empty rest of a
// merged cell below its words.
func (t *table) above(n *table, c *cell, skip int, split bool) int {
	if c.row > skip || c.row+c.rows <= skip {
		return -1
	}
	nx := t.ncols()
	i := t.owner[(len(t.owner)/nx-1)*nx+c.col]
	u := &t.cells[i]
	if u.col != c.col || u.cols != c.cols {
		return -1
	}
	if split {
		return i
	}
	merged := u.rows > 1 || c.rows > 1
	if merged && c.text == "" && u.text != "" && c.cols < nx {
		return i
	}
	if merged && u.text == "" && c.text != "" && u.rows > 1 && c.cols < nx && !number(c.text) {
		return i
	}
	return -1
}

// cutRow reports whether the first row of n is the rest of the last row of t: the same cells, numbers in one half only,
// and in the other nothing that begins anew.
func (t *table) cutRow(n *table) bool {
	last := t.nrows() - 1
	up, down, words := 0, 0, false
	for c := 0; c < t.ncols(); {
		a, b := t.at(last, c), n.at(0, c)
		if a.col != b.col || a.cols != b.cols || a.col != c {
			return false
		}
		c += a.cols
		if b.rows > 1 && a.rows > 1 {
			continue // a merged cell beside the row
		}
		na, nb := number(a.text), number(b.text)
		switch {
		case na && b.text != "", nb && a.text != "":
			return false
		case na:
			up++
		case nb:
			down++
		case b.text != "":
			if enumerated.MatchString(b.text) || a.text == "" {
				return false
			}
			words = true
		}
	}
	if up > 0 && down > 0 {
		return false
	}
	return words && (up > 0 || down > 0) || up > 0 && down == 0 && !words && n.nrows() > 1 && t.bottomOpen && n.topOpen
}

// number reports whether a text is a number and no word.
func number(s string) bool {
	if s == "" {
		return false
	}
	return strings.Trim(s, "0123456789.,-+%/ \n") == ""
}
