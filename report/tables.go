package report

import (
	"math"
	"unicode/utf8"
)

// A tableReader fills a report's data from runs of words and values.
type tableReader struct {
	r    *AnnualReport
	runs []run
	toks []token
	// order is how the numbers of table 3 follow one another where they stand apart from their labels; whole says that no
	// row of digits without blanks has fewer digits than cells.
	order order
	whole bool
	// byPlace says that the row being stored has a label that cannot be read.
	byPlace bool
	// methods say how the document's tables were found.
	methods []string
	year    int // that the report is about, as far as its period or title tells
}

// set stores the cells of one row under its columns.
func (x *tableReader) set(table string, dst *map[string]Row, row string, cols []string, cells []token) {
	if *dst == nil {
		*dst = map[string]Row{}
	}
	out := (*dst)[row]
	if out == nil {
		out = make(Row, len(cols))
	}
	if len(x.r.Origins) == 0 {
		x.r.Origins = make(map[string]Origin, len(dictionary))
	}
	numbers := make([]float64, len(cols))
	for i, col := range cols {
		path := table + "." + row + "." + col
		c := cells[i]
		v, unit, ok := numeral(c)
		if ok && (col != "amount_wan" || unit == "" || unit == "万元") {
			numbers[i] = v
			out[col] = &numbers[i]
			if unit != "" && (table == "t2" || table == "s2014") {
				x.unit(path, unit)
			}
		} else {
			out[col] = nil
			if x.r.Data.Raw == nil {
				x.r.Data.Raw = map[string]string{}
			}
			x.r.Data.Raw[path] = c.text
			switch {
			case c.several || gapped(c.text):
				x.r.warn(WarnSeveral, path, "the cell holds %q: whether that is one number or several cannot be told", c.text)
			case !isMark(c.text):
				x.r.warn(WarnOddCell, path, "the cell holds %q, which is no plain number", c.text)
			}
		}
		x.r.Origins[path] = Origin{Page: int(c.page), Table: int(c.table), Row: c.row + 1, Col: c.col + 1, Text: c.text, Confidence: math.Round(float64(c.conf)*1000) / 1000,
			Method: x.how(table, c), Box: c.box}
		if c.conf > 0 && c.conf < doubtful {
			x.r.warn(WarnConfidence, path, "%q was read from a picture with a confidence of %.2f", c.text, c.conf)
		}
	}
	(*dst)[row] = out
}

// how is the method by which a number came to its place: that of the table it stands in, or text, and behind it what put it
// beside its label where that was not its own place.
func (x *tableReader) how(table string, c token) string {
	m := "text"
	if c.table > 0 && int(c.table) <= len(x.methods) && x.methods[c.table-1] != "" {
		m = x.methods[c.table-1]
	} else if c.table > 0 {
		m = "table"
	}
	switch {
	case c.glued:
		m += ", glued_digits"
	case x.byPlace:
		m += ", label_by_order"
	case x.r.methods[table] != "":
		m += ", " + x.r.methods[table]
	}
	return m
}

// doubtful is the confidence below which a number read from a picture is flagged.
const doubtful = 0.8

func (x *tableReader) unit(path, unit string) {
	if x.r.Data.Units == nil {
		x.r.Data.Units = map[string]string{}
	}
	x.r.Data.Units[path] = unit
}

// group is a run together with the runs without words behind it: the values of labels that stand apart from them.
func (x *tableReader) group(i int) (values []token, next int) {
	next = i + 1
	for next < len(x.runs) && x.runs[next].words == "" {
		next++
	}
	if next == i+1 {
		return x.runs[i].values, next
	}
	for _, r := range x.runs[i:next] {
		values = append(values, r.values...)
	}
	return values, next
}

// tailOf is the end of words, at most about n octets.
func tailOf(words string, n int) string {
	if len(words) <= n {
		return words
	}
	words = words[len(words)-n:]
	for words != "" && !utf8.RuneStart(words[0]) {
		words = words[1:]
	}
	return words
}

func bestOf(sc []float64) int {
	best := 0
	for j := range sc {
		if sc[j] > sc[best] {
			best = j
		}
	}
	return best
}
