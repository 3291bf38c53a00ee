package diff

import (
	"maps"
	"slices"
	"strings"

	"nianbao/report"
)

// A Cell is one number of the form that changed: nil where the cell holds no number, with what stands there instead.
type Cell struct {
	Path    string   `json:"path"`
	Row     string   `json:"row,omitempty"` // the printed labels
	Column  string   `json:"column,omitempty"`
	Old     *float64 `json:"old"`
	New     *float64 `json:"new"`
	OldText string   `json:"old_text,omitempty"`
	NewText string   `json:"new_text,omitempty"`
}

// A Table was read on one side only.
type Table struct {
	Name string `json:"name"` // t2, t3, t4 or s2014
	Side string `json:"side"` // the side without it: from or to
}

// A Sum is a relation of the form that fails on either side, or is told by one side only while the other fails it.
type Sum struct {
	Rule   string    `json:"rule"`
	Row    string    `json:"row,omitempty"`
	Column string    `json:"column,omitempty"`
	Old    *Equation `json:"old"` // nil: not assessed
	New    *Equation `json:"new"`
}

// An Equation is a relation with the numbers of its sides.
type Equation struct {
	Holds bool    `json:"holds"`
	Left  float64 `json:"left"`
	Right float64 `json:"right"`
}

var tableNames = []string{"t2", "t3", "t4", "s2014"}

func rowsOf(d *report.Data, table string) map[string]report.Row {
	if d == nil {
		return nil
	}
	switch table {
	case "t2":
		return d.T2
	case "t3":
		return d.T3
	case "t4":
		return d.T4
	}
	return d.S2014
}

// compareTables compares the numbers place by place, and the sums of both sides.
func (d *Diff) compareTables(a, b *report.Data) {
	both := map[string]bool{}
	for _, t := range tableNames {
		x, y := rowsOf(a, t), rowsOf(b, t)
		switch {
		case len(x) > 0 && len(y) > 0:
			both[t] = true
		case len(x) > 0:
			d.Unread = append(d.Unread, Table{t, "to"})
		case len(y) > 0:
			d.Unread = append(d.Unread, Table{t, "from"})
		}
	}
	for _, f := range placesOf(a, b, both) {
		old, wasSeen, oldText := cell(a, f.Path)
		now, isSeen, newText := cell(b, f.Path)
		same := (old == nil) == (now == nil) && (old == nil || *old == *now)
		if same && (old != nil || oldText == newText && wasSeen == isSeen) {
			continue
		}
		if !wasSeen && now == nil || !isSeen && old == nil {
			continue // a row without numbers is as good as none
		}
		d.Cells = append(d.Cells, Cell{f.Path, f.Row, f.Column, old, now, oldText, newText})
	}
	d.compareSums(a, b)
}

// placesOf are the places of the form in printed order, then those that it does not name.
func placesOf(a, b *report.Data, tables map[string]bool) []report.Field {
	have := map[string]bool{}
	for _, d := range []*report.Data{a, b} {
		for t := range tables {
			for row, cols := range rowsOf(d, t) {
				for c := range cols {
					have[t+"."+row+"."+c] = true
				}
			}
		}
	}
	var out []report.Field
	for _, f := range report.Fields() {
		if have[f.Path] {
			out = append(out, f)
			delete(have, f.Path)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(have)) {
		out = append(out, report.Field{Path: p})
	}
	return out
}

// cell is the number at a path, whether the cell was seen, and what stands in it instead of a number.
func cell(d *report.Data, path string) (v *float64, seen bool, text string) {
	table, rest, _ := strings.Cut(path, ".")
	i := strings.LastIndex(rest, ".")
	if i < 0 {
		return nil, false, ""
	}
	v, seen = rowsOf(d, table)[rest[:i]][rest[i+1:]]
	if d != nil && v == nil {
		text = d.Raw[path]
	}
	return v, seen, text
}

// compareSums tells the sums that fail on either side.
func (d *Diff) compareSums(a, b *report.Data) {
	type key struct{ rule, row, column string }
	var order []key
	sums := map[key]*Sum{}
	for side, data := range []*report.Data{a, b} {
		if data == nil {
			continue
		}
		for _, c := range report.Checks(*data) {
			k := key{c.Rule, c.Row, c.Column}
			s := sums[k]
			if s == nil {
				s = &Sum{Rule: c.Rule, Row: c.Row, Column: c.Column}
				sums[k], order = s, append(order, k)
			}
			e := &Equation{c.Holds, c.Left, c.Right}
			if side == 0 {
				s.Old = e
			} else {
				s.New = e
			}
		}
	}
	for _, k := range order {
		if s := sums[k]; s.Old != nil && !s.Old.Holds || s.New != nil && !s.New.Holds {
			d.Sums = append(d.Sums, *s)
		}
	}
}
