package report

import (
	"slices"
	"strconv"
	"strings"
)

// lead are the columns of the CSV before the numbers.
var lead = []string{"title", "publisher", "level", "year", "published_at", "format"}

// CSVHeader names the columns of CSVRecord: what identifies the report, every path of Fields in their order, the number of
// checks made and the rules that fail, and the codes of the warnings. The order is stable; new columns are only ever added
// before the last three by a new form.
func CSVHeader() []string {
	out := append([]string(nil), lead...)
	for _, f := range dictionary {
		out = append(out, f.Path)
	}
	return append(out, "checks", "checks_failed", "warnings")
}

// CSVRecord is the report as one row of a table. A cell is empty where no number was read, whatever was printed there.
func (r *AnnualReport) CSVRecord() []string {
	out := make([]string, 0, len(lead)+len(dictionary)+3)
	year := ""
	if r.Year > 0 {
		year = strconv.Itoa(r.Year)
	}
	out = append(out, r.Title, r.Publisher.Name, r.Publisher.Level, year, r.PublishedAt, r.Data.Format)
	for _, f := range dictionary {
		if v, ok := r.Data.Value(f.Path); ok {
			out = append(out, strconv.FormatFloat(v, 'f', -1, 64))
		} else {
			out = append(out, "")
		}
	}
	var failed, codes []string
	for _, c := range r.Checks {
		if !c.Holds {
			failed = append(failed, c.Rule+":"+c.Row+c.Column)
		}
	}
	for _, w := range r.Warnings {
		if !slices.Contains(codes, w.Code) {
			codes = append(codes, w.Code)
		}
	}
	return append(out, strconv.Itoa(len(r.Checks)), strings.Join(failed, " "), strings.Join(codes, " "))
}
