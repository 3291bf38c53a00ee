package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A run is what stands between two stretches of numbers: the words before them, and the cells themselves.
type run struct {
	words  string // squeezed, bracketed explanations removed
	first  int    // index of the first word token, for the region's bounds
	values []token
	grid   bool
}

// explanation is bracketed text inside a label; numbers of its own must not count, nor its words.
var explanation = regexp.MustCompile(`\([^()]{3,}\)|（[^（）]{3,}）`)

// runs groups tokens into words and the values that follow them. Blank cells directly behind words and blank cells
// between numbers belong to the values; page numbers between the halves of a table are dropped.
func runs(toks []token) []run {
	var out []run
	cur := run{first: -1}
	flush := func() {
		if cur.words != "" || len(cur.values) > 0 {
			cur.words = explanation.ReplaceAllString(cur.words, "")
			out = append(out, cur)
		}
		cur = run{first: -1}
	}
	for i, t := range toks {
		switch {
		case pageNumber.MatchString(t.text):
		case t.value:
			if t.blank && len(cur.values) == 0 && cur.words == "" {
				continue
			}
			if t.blank && !t.grid && !sameLine(toks, i) {
				continue
			}
			cur.values = append(cur.values, t)
			cur.grid = cur.grid || t.grid
		default:
			if hasNumber(cur.values) {
				flush()
			} else if rowChanged(cur.values, t) && len(cur.values) > 0 {
				// A row of blank cells only: it ends where the next row begins.
				flush()
			} else {
				cur.values = cur.values[:0:0]
			}
			if cur.first < 0 {
				cur.first = i
			}
			cur.words += squeeze(t.text)
		}
	}
	flush()
	return out
}

func hasNumber(vs []token) bool {
	for _, v := range vs {
		if !v.blank {
			return true
		}
	}
	return false
}

func rowChanged(vs []token, next token) bool {
	return len(vs) >= 7 && vs[len(vs)-1].row != next.row
}

// sameLine reports whether a blank token shares its line with another token: a blank line alone is no cell.
func sameLine(toks []token, i int) bool {
	return i > 0 && toks[i-1].row == toks[i].row && toks[i-1].block == toks[i].block ||
		i+1 < len(toks) && toks[i+1].row == toks[i].row && toks[i+1].block == toks[i].block
}

// lastLabels returns the indices into labels of those that words names, from the first index allowed on, in the order of
// the form. It ends with the label that stands last, next to the numbers; labels named further back count only as far
// as they stand in the form's order, which running text before a table rarely does.
func lastLabels(words string, labels []label, from int) []int {
	last, lastAt := -1, -1
	at := make([]int, len(labels))
	for i := from; i < len(labels); i++ {
		at[i] = -1
		if all := labels[i].match.FindAllStringIndex(words, -1); all != nil {
			if at[i] = all[len(all)-1][1]; at[i] > lastAt {
				last, lastAt = i, at[i]
			}
		}
	}
	if last < 0 {
		return nil
	}
	out := []int{last}
	for i := last - 1; i >= from; i-- {
		if at[i] >= 0 && at[i] < lastAt {
			out, lastAt = append(out, i), at[i]
		}
	}
	slices.Reverse(out)
	return out
}

// fit picks the n cells of a row out of the values behind its label: exactly n numbers or marks; or n cells with blanks
// among them once structural blanks at the ends are dropped. cols, when known, are the columns the row's cells must
// stand in.
func fit(values []token, n int, cols []int) []token {
	var solid []token
	for _, v := range values {
		if !v.blank {
			solid = append(solid, v)
		}
	}
	if len(solid) == n {
		return solid
	}
	if len(solid) > n {
		return nil
	}
	if len(cols) == n {
		var out []token
		for _, c := range cols {
			for _, v := range values {
				if v.col == c {
					out = append(out, v)
					break
				}
			}
		}
		if len(out) == n && len(solid) == countSolid(out) {
			return out
		}
	}
	if len(values) == n && values[0].row == values[n-1].row {
		return values // blank cells within one row of cells
	}
	return nil
}

func countSolid(vs []token) int {
	n := 0
	for _, v := range vs {
		if !v.blank {
			n++
		}
	}
	return n
}

// solid drops the blanks.
func solid(vs []token) []token {
	var out []token
	for _, v := range vs {
		if !v.blank {
			out = append(out, v)
		}
	}
	return out
}

// numeral reads a cell: its number if it holds one, its unit if it prints one.
func numeral(t token) (v float64, unit string, ok bool) {
	s := squeeze(t.text)
	if t.blank || !number.MatchString(s) {
		return 0, "", false
	}
	s = strings.NewReplacer(",", "", "−", "-").Replace(s)
	sign := 1.0
	if rest, found := strings.CutPrefix(s, "增"); found {
		s = rest
	} else if rest, found := strings.CutPrefix(s, "减"); found {
		s, sign = rest, -1
	}
	end := len(s)
	for end > 0 && (s[end-1] < '0' || s[end-1] > '9') {
		end--
	}
	s, unit = s[:end], s[end:]
	v, err := strconv.ParseFloat(strings.TrimPrefix(s, "+"), 64)
	return sign * v, unit, err == nil
}
