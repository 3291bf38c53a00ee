package report

import "strings"

// A Reading says how much of a report was read.
type Reading struct {
	// State is complete when every cell of the form was found, partial when some were not or hold next to nothing, and
	// title_only when the document announces a report and holds none of it. A report of a year before 2019 that has no
	// table is complete when its sections are there.
	State string `json:"state"`
	// Tables are t2, t3, t4 and s2014, as far as the form of the report has them.
	Tables map[string]TableReading `json:"tables,omitempty"`
}

// A TableReading counts the cells of one table: what the form has, what was seen, and how many of these hold a number.
type TableReading struct {
	Cells   int    `json:"cells"`
	Seen    int    `json:"seen"`
	Numbers int    `json:"numbers"`
	Method  string `json:"method,omitempty"` // one of the Method constants; empty where nothing was read
}

// Methods by which the numbers of a table were read.
const (
	MethodCells   = "cells"        // each number beside its label
	MethodColumns = "column_order" // numbers column by column, apart from their labels: the only order in which all sums hold
	MethodRows    = "row_order"    // numbers row by row, apart from their labels
	MethodAbove   = "above_labels" // each row's numbers above its label: proved by all sums
)

// States of a reading.
const (
	StateComplete  = "complete"
	StatePartial   = "partial"
	StateTitleOnly = "title_only"
)

func (x *tableReader) method(table, name string) {
	if x.r.methods == nil {
		x.r.methods = map[string]string{}
	}
	x.r.methods[table] = name
}

// Policy of what counts as hardly read.
const (
	leastSeen   = 20 // cells of a report of which one may say that most are null
	leastLabels = 10 // labels of table 3 that say it is there, in the text of a report of which no row was read
)

// formCells is how many cells a table has in the form that the rows read so far belong to.
func (r *AnnualReport) formCells(table string) int {
	n := 0
	switch table {
	case "t2":
		for _, l := range t2Rows {
			n += len(t2Columns(r.Data.Format, l.id))
		}
	case "t3":
		_, single := r.Data.T3["other.all"]
		_, three := r.Data.T3["other.no_correction"]
		if n = len(t3Rows) - 1; single && !three {
			n -= 2 // one row 其他处理 where the form of 2021 has three
		}
		n *= len(t3Columns)
	case "t4":
		n = len(t4Blocks) * len(t4Columns)
	case "s2014":
		n = len(statistics) - len(unofficial)
	}
	return n
}

// summarise counts what was read and warns where it is little: next to no numbers in the cells, labels without numbers.
// flat is the text of the document without blanks.
func (r *AnnualReport) summarise(complete bool, flat string) {
	names := []string{"t2", "t3", "t4"}
	switch r.Data.Format {
	case "s2014":
		names = []string{"s2014"}
	case "free", "":
		names = nil
	}
	r.Reading = Reading{State: StateComplete}
	numbers, seen, whole := 0, 0, true
	for _, name := range names {
		t := TableReading{Cells: r.formCells(name)}
		for _, row := range map[string]map[string]Row{"t2": r.Data.T2, "t3": r.Data.T3, "t4": r.Data.T4, "s2014": r.Data.S2014}[name] {
			for _, v := range row {
				if t.Seen++; v != nil {
					t.Numbers++
				}
			}
		}
		if t.Method = r.methods[name]; t.Method == "" && t.Seen > 0 {
			t.Method = MethodCells
		}
		if r.Reading.Tables == nil {
			r.Reading.Tables = map[string]TableReading{}
		}
		r.Reading.Tables[name] = t
		numbers, seen, whole = numbers+t.Numbers, seen+t.Seen, whole && t.Seen >= t.Cells
	}
	switch {
	case !complete && seen == 0:
		r.Reading.State = StateTitleOnly
	case !complete || !whole || names == nil && r.Year >= 2019 || r.Year == 0 && seen == 0:
		r.Reading.State = StatePartial
	}
	if seen >= leastSeen && 2*numbers < seen {
		blank := 0
		for _, raw := range r.Data.Raw {
			if raw == "" {
				blank++
			}
		}
		r.warn(WarnMostlyNull, "", "%d of %d cells hold no number: %d are blank, the others hold marks or words", seen-numbers, seen, blank)
		if blank > 0 && !r.proved() && r.Reading.State == StateComplete {
			r.Reading.State = StatePartial
		}
	}
	if len(names) == 3 || names == nil && r.Year >= 2019 {
		for _, name := range labelsWithout(r, flat) {
			r.warn(WarnNumbersMissing, name, "the labels of %s stand in the text, its numbers were not found beside them", tableNames[name])
		}
	}
}

// proved reports whether a sum down the columns of table 3 holds that adds up something: its numbers are where they belong.
func (r *AnnualReport) proved() bool {
	some := false
	for _, c := range r.Checks {
		if !c.Holds {
			return false
		}
		some = some || c.Left > 0 && (c.Rule == "inflow_eq_outflow" || c.Rule == "results_total_eq_leaves")
	}
	return some
}

var tableNames = map[string]string{"t2": "table 2 主动公开政府信息情况", "t3": "table 3 收到和处理政府信息公开申请情况", "t4": "table 4 行政复议、行政诉讼情况"}

// labelsWithout are the tables that were not read although their labels stand in the text.
func labelsWithout(r *AnnualReport, flat string) []string {
	var out []string
	if len(r.Data.T2) == 0 && headFormat(flat, "") != "" && strings.Contains(flat, "规范性文件") && strings.Contains(flat, "事业性收费") {
		out = append(out, "t2")
	}
	if len(r.Data.T3) == 0 {
		n := 0
		for i := range t3Rows {
			if t3Rows[i].at == nil && t3Rows[i].end(flat) >= 0 {
				n++
			}
		}
		if n >= leastLabels {
			out = append(out, "t3")
		}
	}
	if len(r.Data.T4) == 0 && strings.Contains(flat, "尚未审结") && strings.Contains(flat, "结果纠正") {
		out = append(out, "t4")
	}
	return out
}
