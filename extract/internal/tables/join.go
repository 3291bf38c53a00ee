package tables

import (
	"math"
	"slices"
	"strings"
)

// joinBelow appends the rows of a table on the next page, when it is the same table: the same column edges. Heads that are
// printed again are dropped, a row or a merged cell that the page's end cut is put together. It reports whether it did.
func (t *table) joinBelow(n *table) bool {
	if n.page != t.lastPage+1 || n.method != t.method || t.wordsOnly() && n.wordsOnly() && !t.goesOn(n) || !t.shareColumns(n) {
		return false
	}
	skip := t.repeatedHead(n)
	if skip == n.nrows() {
		t.lastPage, t.foot = n.page, n.foot
		return true
	}
	base := t.nrows()
	split := t.cutRow(n, skip)
	if split {
		base--
	}
	height := t.ys[len(t.ys)-1]
	for r := skip + 1; r < len(n.ys); r++ {
		if split && r == skip+1 {
			continue
		}
		t.ys = append(t.ys, height+n.ys[r]-n.ys[skip])
	}
	shift := base - skip
	nx := t.ncols()
	moved := make(map[int]int, len(n.cells))
	owner := append(t.owner, make([]int, t.nrows()*nx-len(t.owner))...)
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
			u.unseen = append(u.unseen, c.unseen...)
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
	t.lastPage, t.bottomOpen, t.foot = n.page, n.bottomOpen, n.foot
	return true
}

// goesOn reports whether a table of words goes on in one on the next page: the page's end cut it, or its head is repeated.
func (t *table) goesOn(n *table) bool {
	if t.ncols() == n.ncols() && t.repeatedHead(n) > 0 {
		return true
	}
	return t.foot > footOfPage && n.head < headOfPage && (t.method == "lattice" || n.nrows() > 1 && t.nrows() > 1)
}

// wordsOnly reports whether no cell holds a number.
func (t *table) wordsOnly() bool {
	return !slices.ContainsFunc(t.cells, func(c cell) bool { return number(c.text) })
}

// shareColumns puts both halves on the same columns. A half may lack edges that only rows of the other have; it must have
// no edge of its own where the other goes on further, and both must be equally wide.
func (t *table) shareColumns(n *table) bool {
	a, b := t.xs, n.xs
	if len(a) < 3 || len(b) < 3 || (t.nrows()+n.nrows())*max(len(a), len(b)) > maxJoined {
		return false
	}
	edge := edgeRuled
	if t.method != "lattice" {
		edge = edgeGuessed
	}
	if math.Abs(a[len(a)-1]-b[len(b)-1]) > edge {
		return false
	}
	// A merged cell at the left that is cut by both ends of a page may have no line there at all.
	if a[0] > b[0]+edge && within(a, b, edge) {
		t.widen(b[:nearest(b, a[0])])
		a = t.xs
	} else if b[0] > a[0]+edge && within(b, a, edge) {
		n.widen(a[:nearest(a, b[0])])
		b = n.xs
	}
	if math.Abs(a[0]-b[0]) > edge {
		return false
	}
	if len(a) >= len(b) && within(b, a, edge) {
		n.regrid(a)
		return true
	}
	if within(a, b, edge) {
		t.regrid(b)
		return true
	}
	return false
}

// maxJoined bounds the places of a table over pages.
const maxJoined = 1_000_000

// within reports whether every edge of a is one of b, at most as far away as edge says.
func within(a, b []float64, edge float64) bool {
	last := -1
	for _, x := range a {
		i := nearest(b, x)
		if i == last || math.Abs(b[i]-x) > edge {
			return false
		}
		last = i
	}
	return true
}

// widen adds columns that begin at xs on the left, all one empty cell.
func (t *table) widen(xs []float64) {
	k := len(xs)
	for i := range t.cells {
		t.cells[i].col += k
	}
	t.cells = append(t.cells, cell{cols: k, rows: t.nrows()})
	t.xs = append(slices.Clone(xs), t.xs...)
	t.own()
}

// own notes which cell covers each place.
func (t *table) own() {
	t.owner = make([]int, t.nrows()*t.ncols())
	for i, c := range t.cells {
		for r := c.row; r < c.row+c.rows; r++ {
			for k := c.col; k < c.col+c.cols; k++ {
				t.owner[r*t.ncols()+k] = i
			}
		}
	}
}

// regrid spreads the cells over the columns of xs, which has all edges of the table and maybe more.
func (t *table) regrid(xs []float64) {
	if len(xs) == len(t.xs) {
		return
	}
	at := make([]int, len(t.xs))
	for i, x := range t.xs {
		at[i] = nearest(xs, x)
	}
	for i := range t.cells {
		c := &t.cells[i]
		c.col, c.cols = at[c.col], at[c.col+c.cols]-at[c.col]
	}
	t.xs = slices.Clone(xs)
	t.own()
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

// cutRow reports whether the row of n behind its repeated head is the rest of the last row of t: the same cells, with numbers in one half
// only. Where both halves hold words, those below must not begin a new item.
func (t *table) cutRow(n *table, skip int) bool {
	last := t.nrows() - 1
	var numbersUp, numbersDown, both int
	loose := false                           // a number in the last row had room for more digits
	below, anew, meet := false, false, false // there are words below; they begin an item; they stand below words of the last row
	for c := 0; c < t.ncols(); {
		a, b := t.at(last, c), n.at(skip, c)
		if a.col != b.col || a.cols != b.cols || a.col != c {
			return false
		}
		c += a.cols
		if b.rows > 1 && a.rows > 1 {
			continue // a merged cell beside the row
		}
		na, nb := number(a.text) && !itemNumber(a.text), number(b.text) && !itemNumber(b.text)
		switch {
		case na && nb:
			both++
			loose = loose || !a.full
		case na && b.text != "" || nb && a.text != "":
			return false
		}
		if na {
			numbersUp++
		}
		if nb {
			numbersDown++
		} else if b.text != "" {
			below = true
			anew = anew || enumerated.MatchString(b.text)
			meet = meet || a.text != ""
		}
	}
	switch {
	case both > 0: // the last digits of numbers too long for their columns, which only some of a row are
		return !below && !loose && numbersDown < numbersUp
	case numbersUp > 0 && numbersDown > 0:
		return !below // a number that had no room left on the page
	case numbersUp == 0 && numbersDown == 0:
		return t.bottomOpen && n.topOpen && !anew
	}
	return !meet || !anew
}

// itemNumber reports whether a text is the number of an item whose words are missing: "7.".
func itemNumber(s string) bool {
	return len(s) <= 3 && strings.HasSuffix(s, ".") && enumerated.MatchString(s)
}

// number reports whether a text is a number and no word.
func number(s string) bool {
	if s == "" {
		return false
	}
	return strings.Trim(s, "0123456789.,-+%/ \n") == ""
}
