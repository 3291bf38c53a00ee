package report

import (
	"slices"
	"strings"
)

// stacked reads rows that share a row of cells, because the rule between them is missing or the writer broke lines instead
// of adding rows: two labels in one cell, and in each cell beside it a number for each of them. It returns a candidate for
// each label, nil when the run is no such row. Where the cells do not hold as many numbers as there are labels, nobody can
// say whose they are: the candidates then hold the cells as printed, which are no numbers.
func stacked(r *run, at int, labels []label, cells func(label int) int) []candidate {
	if r.label.kind != kindTable && r.label.kind != kindTabs && r.label.kind != kindPipes {
		return nil
	}
	values := r.first()
	if !strings.Contains(r.label.text, " ") && !slices.ContainsFunc(values, func(t token) bool { return t.several }) {
		return nil // neither the label's cell nor one of the others has two lines
	}
	if len(values) == 0 || values[0].line != r.label.line {
		return nil
	}
	list := named(unexplained(labelText(r.label.text)), labels)
	if len(list) < 2 {
		return nil
	}
	n := cells(list[0])
	for _, l := range list {
		if cells(l) != n || n == 0 {
			return nil
		}
	}
	row := regular(solid(values), n)
	if len(values) == n {
		row = values
	}
	if len(row) != n {
		return nil // as many numbers as all of them ask for, one behind the other, or none of this kind
	}
	aligned := true
	for i := range row {
		aligned = aligned && (row[i].blank || parts(row[i]) == len(list))
	}
	out := make([]candidate, len(list))
	for k, l := range list {
		score := make([]float64, len(labels))
		score[l] = scoreNext
		own := make([]token, n)
		for i, t := range row {
			switch {
			case t.blank:
			case aligned:
				t.text, t.several = strings.Fields(t.text)[k], false
			default:
				t.several = true
			}
			own[i] = t
		}
		out[k] = candidate{run: r, cells: own, score: score, at: at, set: true}
	}
	return out
}

// parts is how many numbers a cell holds.
func parts(t token) int {
	if !t.several {
		return 1
	}
	return strings.Count(t.text, " ") + 1
}
