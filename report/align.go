package report

import (
	"slices"
	"strings"
)

// A candidate is a run that may be a row of a table: which labels it names, and its cells when they number what the form
// says.
type candidate struct {
	run   *run
	cells []token
	score []float64 // by label
	at    int       // which run
	set   bool      // its cells were told by other means than its own place
	lost  bool      // its numbers stand apart, in an order that cannot be told
}

// Scores of a run for a label: the label that stands next to the numbers, or one that is only alike; rows whose cells
// cannot be told count little, so that they never push a complete row aside.
const (
	scoreNext  = 100
	scoreAlike = 70
	short      = 0.3
	hollow     = 0.9  // of a row whose cells hold no number, beside one that has numbers
	enough     = 0.72 // least likeness of a misprinted label
)

// scores rates a run for every label. Misprints are considered only where the run has as many numbers as a row, since
// everything resembles something.
func scores(words string, labels []label, rowLike bool) []float64 {
	words = tailOf(words, 480) // a row's label stands next to its numbers
	next, nextAt := -1, -1
	for i := range labels {
		if at := labels[i].end(words); at > nextAt {
			next, nextAt = i, at
		}
	}
	if next >= 0 && !breaks(words[nextAt:]) {
		out := make([]float64, len(labels))
		out[next] = scoreNext
		return out
	}
	// The label is the end of the row above, which its numbers interrupted; the row itself is what begins behind it.
	if !rowLike {
		return nil
	}
	var out []float64
	item := lastItem(words)
	for i := range labels {
		if l := labels[i].likeness(item); l >= enough {
			if out == nil {
				out = make([]float64, len(labels))
			}
			out[i] = scoreAlike * l
		}
	}
	return out
}

// breaks reports whether a list number stands in words.
func breaks(words string) bool {
	return (strings.IndexByte(words, ')') >= 0 || strings.IndexByte(words, '.') >= 0 || strings.Contains(words, "、")) && listBreak.MatchString(words)
}

// weigh lowers the scores of a candidate whose cells cannot be told, or hold no number.
func (c *candidate) weigh() {
	factor := 1.0
	switch {
	case c.cells == nil:
		factor = short
	case !slices.ContainsFunc(c.cells, func(t token) bool { _, _, ok := numeral(t); return ok }):
		factor = hollow
	}
	for j := range c.score {
		c.score[j] *= factor
	}
}

// align assigns candidates to labels, both in their order, so that the sum of the scores is greatest. It returns for each
// label the candidate, -1 for none.
func align(cands []candidate, labels int) []int {
	n := len(cands)
	best, cells := make([][]float64, n+1), make([]float64, (n+1)*(labels+1))
	for i := range best {
		best[i] = cells[i*(labels+1) : (i+1)*(labels+1)]
	}
	for i := n - 1; i >= 0; i-- {
		for j := labels - 1; j >= 0; j-- {
			b := max(best[i+1][j], best[i][j+1])
			if s := cands[i].score[j]; s > 0 {
				b = max(b, s+best[i+1][j+1])
			}
			best[i][j] = b
		}
	}
	out := make([]int, labels)
	for j := range out {
		out[j] = -1
	}
	for i, j := 0, 0; i < n && j < labels; {
		switch s := cands[i].score[j]; {
		case s > 0 && best[i][j] == s+best[i+1][j+1]:
			out[j] = i
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return out
}
