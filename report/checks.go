package report

import (
	"math"
	"regexp"
	"strings"
)

// check applies the relations of the form: R1 inflow = outflow per column, R2 total of results = its leaves per column,
// R3 row total = its parts, R4 totals of table 4, R5 non-negative integers. A blank cell counts as none, since writers
// leave zeros out, but a relation one side of which holds no number at all, or a row that was not found, is not assessed.
func (r *AnnualReport) check() {
	for _, col := range t3Columns {
		r.sum("inflow_eq_outflow", col, "", []string{"t3.new." + col, "t3.carried_in." + col}, []string{"t3.results_total." + col, "t3.carried_out." + col})
	}
	if leaves := r.leaves(); leaves != nil {
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
	r.checkS2014()
	r.plausible()
	r.complete()
}

// leaves are the rows that add up to results_total; nil when one of the form's was not found. Where the group 其他处理 has
// numbers beside its three rows, it is their sum and no leaf.
func (r *AnnualReport) leaves() []string {
	var out []string
	others := 0
	for _, l := range t3Rows {
		_, seen := r.Data.T3[l.id]
		switch {
		case !isLeaf(l.id):
		case strings.HasPrefix(l.id, "other."):
			if seen && l.id != "other.all" {
				others++
				out = append(out, l.id)
			}
		case !seen:
			return nil
		default:
			out = append(out, l.id)
		}
	}
	_, all := r.Data.T3["other.all"]
	switch {
	case others == 3:
		return out
	case others == 0 && all:
		return append(out, "other.all")
	}
	return nil
}

// Value returns the number at a path such as "t3.refused.state_secret.total" or "s2014.replies.refused.privacy".
func (d *Data) Value(path string) (float64, bool) {
	row, col := d.at(path)
	if v := row[col]; v != nil {
		return *v, true
	}
	return 0, false
}

// Seen reports whether the cell at a path was seen, with a number or without.
func (d *Data) Seen(path string) bool {
	row, col := d.at(path)
	_, seen := row[col]
	return seen
}

func (d *Data) at(path string) (Row, string) {
	table, rest, _ := strings.Cut(path, ".")
	i := strings.LastIndexByte(rest, '.')
	if table == "s2014" {
		i = strings.IndexByte(rest, '.')
	}
	if i < 0 {
		return nil, ""
	}
	switch table {
	case "t2":
		return d.T2[rest[:i]], rest[i+1:]
	case "t3":
		return d.T3[rest[:i]], rest[i+1:]
	case "t4":
		return d.T4[rest[:i]], rest[i+1:]
	case "s2014":
		return d.S2014[rest[:i]], rest[i+1:]
	}
	return nil, ""
}

// total adds the numbers at some paths: ok when all cells were seen and one of them holds a number.
func (r *AnnualReport) total(paths []string) (sum float64, ok bool) {
	for _, p := range paths {
		row, col := r.Data.at(p)
		v, seen := row[col]
		if !seen {
			return 0, false
		}
		if v != nil {
			sum += *v
			ok = true
		}
	}
	return sum, ok
}

func (r *AnnualReport) sum(rule, column, row string, left, right []string) {
	l, ok := r.total(left)
	if !ok {
		return
	}
	rt, ok := r.total(right)
	if !ok {
		return
	}
	c := Check{Rule: rule, Column: column, Row: row, Left: l, Right: rt, Holds: equal(l, rt)}
	c.Cells = append(append(make([]string, 0, len(left)+len(right)), left...), right...)
	r.Checks = append(r.Checks, c)
	if !c.Holds {
		at := row
		if at == "" {
			at = "t3.results_total." + column
		}
		r.warn(WarnSum, at, "%s does not hold as printed: %v against %v", rule, l, rt)
	}
}

// equal allows for what adding decimals loses.
func equal(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

// entitled are the levels whose bodies may make 规章 (《立法法》): the State Council's departments, provinces, cities with
// districts and autonomous prefectures. Departments of local governments may not.
var entitled = map[string]bool{"national": true, "province": true, "city": true, "": true}

// offices are bodies without powers over citizens.
var offices = regexp.MustCompile(`(?:政府办公室|政府办公厅|政府办|研究室|信访局|档案局|机关事务(?:管理|服务)?(?:局|中心)|史志办公室)$`)

// plausible looks at single numbers: R5, and powers that a body does not have.
func (r *AnnualReport) plausible() {
	for _, f := range dictionary {
		if f.Path[:2] == "s2" && r.Data.S2014 == nil {
			break // the statistics table stands last
		}
		v, ok := r.Data.Value(f.Path)
		if !ok {
			continue
		}
		if v < 0 && f.name != "items_change" {
			r.warn(WarnNegative, f.Path, "negative number %v", v)
		}
		if v != math.Trunc(v) && f.name != "amount_wan" && f.name != "amount" && f.name != "budget_wan" {
			r.warn(WarnFraction, f.Path, "%v is not a whole number", v)
		}
	}
	if !entitled[r.Publisher.Level] {
		for _, col := range []string{"made", "in_force", "new_made", "total_public"} {
			if v, ok := r.Data.Value("t2.regulations." + col); ok && v > 0 {
				r.warn(WarnRegulations, "t2.regulations."+col, "规章 %v: a body of level %s has no power to make any (《立法法》)", v, r.Publisher.Level)
			}
		}
	}
	if offices.MatchString(r.Publisher.Name) {
		for _, row := range []string{"licensing", "penalty", "coercion"} {
			if v, ok := r.Data.Value("t2." + row + ".decisions"); ok && v > 0 {
				r.warn(WarnPower, "t2."+row+".decisions", "%v decisions of an office that usually has no such power", v)
			}
		}
	}
}

// complete says which parts of the form were not found, and whether its parts are of different forms.
func (r *AnnualReport) complete() {
	d := &r.Data
	if len(d.T2)+len(d.T3)+len(d.T4) > 0 {
		for _, t := range []struct {
			name, what string
			n          int
		}{{"t2", "table 2 主动公开政府信息情况", len(d.T2)}, {"t3", "table 3 收到和处理政府信息公开申请情况", len(d.T3)}, {"t4", "table 4 行政复议、行政诉讼情况", len(d.T4)}} {
			if t.n == 0 {
				r.warn(WarnTableMissing, t.name, "%s was not found", t.what)
			}
		}
	}
	_, single := d.T3["other.all"]
	_, three := d.T3["other.no_correction"]
	if len(d.T3) > 0 {
		var missing []string
		for _, l := range t3Rows {
			if _, seen := d.T3[l.id]; !seen && (!strings.HasPrefix(l.id, "other.") || !single && l.id != "other.all") {
				missing = append(missing, l.id)
			}
		}
		if len(missing) > 0 {
			r.warn(WarnRowsMissing, "t3", "rows not found: %s", strings.Join(missing, ", "))
		}
	}
	if d.Format == "f2021" && single && !three || d.Format == "f2019" && (three || r.Year > 2020) {
		r.warn(WarnMixedForms, "", "a report for %d has parts of the forms of 2019 and 2021", r.Year)
	}
}

// CompareYears applies the relations between a body's reports of two successive years: what was carried out is carried in
// (7 columns), and the rules in force follow from those of the year before. The cells of the earlier year are named with
// the prefix "prev.". Reports whose years are known and do not follow one another are not compared.
func CompareYears(prev, cur *AnnualReport) []Check {
	if prev == nil || cur == nil || prev.Year > 0 && cur.Year > 0 && cur.Year != prev.Year+1 {
		return nil
	}
	var out []Check
	for _, col := range t3Columns {
		then, ok1 := prev.Data.Value("t3.carried_out." + col)
		now, ok2 := cur.Data.Value("t3.carried_in." + col)
		if ok1 && ok2 {
			out = append(out, Check{Rule: "carried_over", Column: col, Holds: then == now, Left: then, Right: now, Cells: []string{"prev.t3.carried_out." + col, "t3.carried_in." + col}})
		}
	}
	for _, row := range []string{"regulations", "normative_documents"} {
		p := "t2." + row + "."
		then, ok1 := prev.Data.Value(p + "in_force")
		made, ok2 := cur.Data.Value(p + "made")
		repealed, ok3 := cur.Data.Value(p + "repealed")
		now, ok4 := cur.Data.Value(p + "in_force")
		if ok1 && ok2 && ok3 && ok4 {
			out = append(out, Check{Rule: "in_force", Row: "t2." + row, Holds: then+made-repealed == now, Left: then + made - repealed, Right: now,
				Cells: []string{"prev." + p + "in_force", p + "made", p + "repealed", p + "in_force"}})
		}
	}
	return out
}

// remarks are warnings about the document as a whole.
func (s *reading) remarks(complete bool) {
	r := s.parsed
	if p := s.period(); p > 0 && r.Year > 0 && p != r.Year {
		r.warn(WarnYear, "", "the title names %d, the statistical period begins in %d: the title is believed", r.Year, p)
	}
	if complete && r.Data.Format == "" && r.Year >= 2019 {
		r.warn(WarnTableMissing, "", "none of the three tables was found")
	}
	if s.spam > 0 {
		r.warn(WarnSpam, "", "words of betting sites stand in the text")
	}
}

// Checks are the relations of the form over numbers that stand without their document, as a version in an archive does.
func Checks(d Data) []Check {
	r := &AnnualReport{Data: d}
	r.check()
	return r.Checks
}
