package report

import "strings"

// check applies the relations of the form: R1 inflow = outflow per column, R2 total of results = its leaves per column,
// R3 row total = its parts, R4 totals of table 4, R5 non-negative integers. A relation whose cells were not all read is
// not assessed.
func (r *AnnualReport) check() {
	for _, col := range t3Columns {
		r.sum("inflow_eq_outflow", col, "", []string{"t3.new." + col, "t3.carried_in." + col}, []string{"t3.results_total." + col, "t3.carried_out." + col})
	}
	var leaves []string
	for _, l := range t3Rows {
		if _, seen := r.Data.T3[l.id]; seen && isLeaf(l.id) {
			leaves = append(leaves, l.id)
		}
	}
	if len(leaves) >= 19 {
		for _, col := range t3Columns {
			parts := make([]string, len(leaves))
			for i, l := range leaves {
				parts[i] = "t3." + l + "." + col
			}
			r.sum("results_total_eq_leaves", col, "", []string{"t3.results_total." + col}, parts)
		}
	}
	for _, l := range t3Rows {
		if _, seen := r.Data.T3[l.id]; seen {
			var parts []string
			for _, col := range t3Columns[:6] {
				parts = append(parts, "t3."+l.id+"."+col)
			}
			r.sum("row_totals", "", "t3."+l.id, []string{"t3." + l.id + ".total"}, parts)
		}
	}
	for _, b := range t4Blocks {
		r.sum("t4_totals", "", "t4."+b, []string{"t4." + b + ".total"}, []string{"t4." + b + ".upheld", "t4." + b + ".corrected", "t4." + b + ".other", "t4." + b + ".pending"})
	}
	r.plausible()
}

// Value returns the number at a path such as "t3.refused.state_secret.total".
func (d *Data) Value(path string) (float64, bool) {
	table, rest, _ := strings.Cut(path, ".")
	i := strings.LastIndexByte(rest, '.')
	if i < 0 {
		return 0, false
	}
	t := map[string]map[string]Row{"t2": d.T2, "t3": d.T3, "t4": d.T4}[table]
	if v := t[rest[:i]][rest[i+1:]]; v != nil {
		return *v, true
	}
	return 0, false
}

func (r *AnnualReport) sum(rule, column, row string, left, right []string) {
	c := Check{Rule: rule, Column: column, Row: row, Cells: append(append([]string{}, left...), right...)}
	for _, p := range left {
		v, ok := r.Data.Value(p)
		if !ok {
			return
		}
		c.Left += v
	}
	for _, p := range right {
		v, ok := r.Data.Value(p)
		if !ok {
			return
		}
		c.Right += v
	}
	c.Holds = c.Left == c.Right
	r.Checks = append(r.Checks, c)
	if !c.Holds {
		at := row
		if at == "" {
			at = column
		}
		r.warn("sum", rule+":"+at, "%s does not hold as printed: %v against %v", rule, c.Left, c.Right)
	}
}

// plausible looks at single numbers: R5, and 规章 of a body that cannot make any.
func (r *AnnualReport) plausible() {
	for _, t := range []struct {
		name string
		rows map[string]Row
	}{{"t2", r.Data.T2}, {"t3", r.Data.T3}, {"t4", r.Data.T4}} {
		for id, row := range t.rows {
			for col, v := range row {
				if v == nil {
					continue
				}
				if *v < 0 && col != "items_change" {
					r.warn("negative", t.name+"."+id+"."+col, "negative number %v", *v)
				}
				if *v != float64(int64(*v)) && col != "amount_wan" && col != "amount" {
					r.warn("fraction", t.name+"."+id+"."+col, "%v is not a whole number", *v)
				}
			}
		}
	}
	for _, col := range []string{"made", "in_force", "new_made", "total_public"} {
		if v, ok := r.Data.Value("t2.regulations." + col); ok && v > 0 {
			switch r.Publisher.Level {
			case "county", "town", "zone":
				r.warn("regulations_power", "t2.regulations."+col, "规章 %v: a body of level %s has no power to make any (《立法法》)", v, r.Publisher.Level)
			}
		}
	}
}

// remarks are warnings about the document as a whole.
func (s *reading) remarks() {
	r := s.parsed
	if p := s.period(); p > 0 && r.Year > 0 && p != r.Year {
		r.warn(WarnYear, "", "the title names %d, the statistical period begins in %d: the title is believed", r.Year, p)
	}
	if casino.MatchString(s.flat) {
		r.warn(WarnSpam, "", "foreign words stand in the text: %s", casino.FindString(s.flat))
	}
}
