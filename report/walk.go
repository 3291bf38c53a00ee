package report

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A run is what stands between two stretches of numbers: the words before them, and the cells themselves.
type run struct {
	words  string // squeezed, bracketed explanations removed
	label  token  // the last word token, nearest to the values
	values []token
}

// unexplained takes out bracketed text of three characters and more: explanations inside labels, whose numbers and words
// must not count.
func unexplained(s string) string {
	open := strings.IndexByte(s, '(')
	if open < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	from := 0
	for open >= 0 {
		end := strings.IndexAny(s[open+1:], "()")
		if end < 0 {
			break
		}
		end += open + 1
		switch {
		case s[end] == '(':
			open = end
			continue
		case utf8.RuneCountInString(s[open+1:end]) >= 3:
			out = append(out, s[from:open]...)
			from = end + 1
		}
		next := strings.IndexByte(s[end+1:], '(')
		if next < 0 {
			break
		}
		open = end + 1 + next
	}
	if from == 0 {
		return s
	}
	return string(append(out, s[from:]...))
}

// runs groups tokens into words and the values that follow them. Blank cells directly behind words and blank cells
// between numbers belong to the values; page numbers between the halves of a table are dropped. Where lines have several
// cells, a line's numbers are a run of their own: a row without a label never lends its numbers to the row above.
func runs(toks []token) []run {
	var out []run
	var cur run
	var words strings.Builder
	first := 0 // where the values begin
	flush := func() {
		if words.Len() > 0 || hasNumber(cur.values) {
			cur.words = words.String()
			cur.words = unexplained(cur.words)
			out = append(out, cur)
		}
		cur = run{}
		words.Reset()
	}
	for i := range toks {
		t := &toks[i]
		n := len(cur.values)
		switch {
		case !t.value && len(t.text) < 40 && isPageNumber(t.text):
		case t.value:
			if t.blank && n == 0 && words.Len() == 0 && t.width < 2 {
				continue
			}
			if n > 0 && cur.values[n-1].line != t.line && cur.values[n-1].width > 1 {
				switch {
				case ended(cur.values), !hasNumber(cur.values) && cur.label.line == cur.values[0].line && words.Len() > 0:
					flush()
				case !hasNumber(cur.values):
					cur.values = nil // a line of empty cells
				}
			}
			if n = len(cur.values); n == 0 {
				first = i
			}
			if first+n == i { // one stretch of the tokens: no copy
				cur.values = toks[first : i+1 : i+1]
			} else {
				cur.values = append(cur.values, *t)
			}
		default:
			switch {
			case n == 0:
			case hasNumber(cur.values):
				if v := cur.values; len(solid(v)) == 1 && t.kind != kindStream && v[n-1].line == t.line && v[0].line == t.line && words.Len() == 0 {
					cur.values = nil // a list number in a cell of its own
				} else {
					flush()
				}
			case cur.values[n-1].line != t.line && (n >= 7 || t.kind != kindStream && cur.values[0].line == cur.label.line):
				flush() // a row of blank cells: it ends where the next row begins
			default:
				cur.values = nil
			}
			words.WriteString(labelText(t.text))
			cur.label = *t
		}
	}
	flush()
	return bridged(out)
}

// bridged puts rows back together that a cell without a number has cut in two: a label of table 3 with some of its seven
// numbers, each on a line of its own, a short text that is no label, and the rest of them.
func bridged(rs []run) []run {
	for i := 0; i+1 < len(rs); i++ {
		a, b := &rs[i], &rs[i+1]
		if len(a.values) == 0 || len(a.values)+1+len(b.values) != len(t3Columns) || a.values[0].kind != kindStream || a.values[0].glued ||
			len(b.values) == 0 || b.values[0].kind != kindStream || b.label.kind != kindStream || b.words == "" || labelText(b.label.text) != b.words || utf8.RuneCountInString(b.words) > oddest {
			continue
		}
		if sc := scores(a.words, t3Rows, false); !positive(sc) || labelled(b.words) || isT4(b.words) || sectionHead.MatchString(b.label.text) {
			continue
		}
		odd := b.label
		odd.value, odd.odd = true, true
		row := append(append(append(make([]token, 0, len(t3Columns)), a.values...), odd), b.values...)
		a.values = row
		rs = slices.Delete(rs, i+1, i+2)
	}
	return rs
}

// ended reports whether the values so far are the row of a line that has several cells.
func ended(vs []token) bool {
	last := vs[len(vs)-1]
	if last.kind == kindStream || !hasNumber(vs) {
		return false
	}
	if last.kind == kindTable {
		return true
	}
	return len(vs) > 1 && vs[len(vs)-2].line == last.line
}

func hasNumber(vs []token) bool {
	for i := range vs {
		if !vs[i].blank {
			return true
		}
	}
	return false
}

// solid drops the blanks.
func solid(vs []token) []token {
	n := 0
	for i := range vs {
		if !vs[i].blank {
			n++
		}
	}
	if n == len(vs) {
		return vs
	}
	out := make([]token, 0, n)
	for _, v := range vs {
		if !v.blank {
			out = append(out, v)
		}
	}
	return out
}

// named returns the indices into labels of those that words names in the order of the form, ending with the label that
// stands last, next to the numbers. Labels named further back count only as far as they stand in the form's order, which
// running text before a table rarely does.
func named(words string, labels []label) []int {
	last, lastAt := -1, -1
	at := make([]int, len(labels))
	for i := range labels {
		if at[i] = labels[i].end(words); at[i] > lastAt {
			last, lastAt = i, at[i]
		}
	}
	if last < 0 {
		return nil
	}
	out := []int{last}
	for i := last - 1; i >= 0; i-- {
		if at[i] >= 0 && at[i] < lastAt {
			out, lastAt = append(out, i), at[i]
		}
	}
	slices.Reverse(out)
	return out
}
