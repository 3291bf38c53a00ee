package report

import "fmt"

// merged reads a cell that a converter repeated in every place it covers: three numbers where the form has one, all
// equal, or two, of which one stands twice.
func merged(r *run, n int, cells []token) []token {
	if cells != nil || n > 2 {
		return cells
	}
	s := regular(solid(r.first()), 3)
	if len(s) != 3 || s[0].kind == kindStream {
		return nil
	}
	switch front, back := s[0].text == s[1].text, s[1].text == s[2].text; {
	case n == 1 && front && back:
		return s[:1]
	case n == 2 && back:
		return s[:2]
	case n == 2 && front:
		return s[1:]
	}
	return nil
}

// unglue parts digits that stand directly behind their label and without blanks between them, as pages that lost their
// cells print them: as many digits as cells, or, for a row of table 3, the only way to part them in which the last number
// is the sum of the others.
func unglue(r *run, n int, cells []token) []token {
	if cells != nil || len(r.values) != 1 || !r.values[0].glued {
		return cells
	}
	t := r.values[0]
	var found [][]int
	if len(t.text) == n {
		cuts := make([]int, n)
		for i := range cuts {
			cuts[i] = i + 1
		}
		found = append(found, cuts)
	} else if n == 7 && len(t.text) > 7 && len(t.text) <= 28 {
		found = partitions(t.text)
	}
	if len(found) != 1 {
		return nil
	}
	out, from := make([]token, n), 0
	for i, to := range found[0] {
		out[i] = t
		out[i].text, out[i].col = t.text[from:to], t.col+i
		from = to
	}
	switch {
	case n == 7 && !addsUp(out):
		return nil
	case n == 15 && !(addsUp(out[:5]) && addsUp(out[5:10]) && addsUp(out[10:])):
		return nil
	}
	return out
}

// partitions are the ways, two at most, to part digits into seven numbers of which the last is the sum of the others.
func partitions(s string) [][]int {
	var out [][]int
	cuts := make([]int, 0, 7)
	var walk func(from, sum int)
	walk = func(from, sum int) {
		if len(out) > 1 {
			return
		}
		if len(cuts) == 6 {
			if rest := s[from:]; rest == fmt.Sprint(sum) {
				out = append(out, append(append([]int{}, cuts...), len(s)))
			}
			return
		}
		v := 0
		for to := from + 1; to < len(s) && to-from <= 6; to++ {
			v = 10*v + int(s[to-1]-'0')
			cuts = append(cuts, to)
			walk(to, sum+v)
			cuts = cuts[:len(cuts)-1]
			if s[from] == '0' {
				break
			}
		}
	}
	walk(0, 0)
	return out
}
