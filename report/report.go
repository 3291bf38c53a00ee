// Package report reads a yearly report on government information disclosure (政府信息公开工作年度报告): from a document or
// plain text to the numbers of its statutory tables, with checks and warnings.
//
// In goes a document.Document, or text in any of the shapes that converters leave tables in; out comes an AnnualReport.
// ParseText and Parse are all most callers want, ParseAll reads the reports of a bundle, Classify tells whether a document
// is a report at all, whose, and of which year. The package is pure and needs no other room but document.
//
// How a table is read: tokens (tokens.go) are grouped into runs of words and the numbers behind them (walk.go); a run is
// rated for every label of the form, misprinted ones included, and runs and labels are aligned so that both keep their
// order (align.go); where a row has blank cells, the places of its numbers are learned from rows that are complete
// (columns.go). A row whose cells do not number what the form says is flagged and left out, never shifted.
//
// Nothing is invented. A number stands in the result only if it was read, and Origins says where; a cell that was seen but
// holds no number (blank, "/", 无) is null with its text in Raw; a table or row that is not there is absent. What is wrong in
// the source is read as printed and reported by a failed Check. Use Data.Value for a number by its path, such as
// "t3.refused.state_secret.total"; Fields lists all paths with the printed labels.
//
// The forms are those of 国办公开办函〔2021〕30号 (f2021) and 〔2019〕60号 (f2019), the statistics table of 国办发〔2014〕32号 (s2014),
// and reports of 2008 to 2018 in running text (free), whose figures stand in Prose with their sentences. Paths, codes of
// warnings and names of checks are stable; new ones may be added.
package report

import (
	"fmt"

	"nianbao/document"
)

// Version changes whenever the same input may give other numbers.
const Version = "2026.13"

// Schema names the shape of an AnnualReport in JSON.
const Schema = "nianbao.parsed.v1"

// An AnnualReport is what one report says.
type AnnualReport struct {
	Schema string `json:"schema,omitempty"` // Schema
	Title  string `json:"title,omitempty"`
	// Publisher is the body whose report it is, as named in the title, the metadata or the text, in that order.
	Publisher   Publisher `json:"publisher"`
	Year        int       `json:"year,omitempty"`         // the year reported on, 0 when unknown
	PublishedAt string    `json:"published_at,omitempty"` // YYYY-MM-DD
	Sections    []string  `json:"sections,omitempty"`     // section titles as printed
	Data        Data      `json:"data"`
	Prose       Prose     `json:"prose"`
	Checks      []Check   `json:"checks,omitempty"`
	Warnings    []Warning `json:"warnings,omitempty"`
	// Reading says how much of the report was read, table by table.
	Reading Reading `json:"reading,omitzero"`
	// Origins says for each number, by its path, where it stood.
	Origins map[string]Origin `json:"-"`

	methods map[string]string // of tables not read cell by cell
}

// A Publisher is a body that publishes reports.
type Publisher struct {
	Name string `json:"name,omitempty"`
	// Level is national, province, city, county, town, zone or department; empty when the name does not tell.
	Level string `json:"level,omitempty"`
}

// Row holds the numbers of one row by column; nil is a cell that was seen and holds no number.
type Row map[string]*float64

// Data are the tables. A table or row that was not seen is absent.
type Data struct {
	// Format is f2021 or f2019, from the head of table 2, else from the rows of table 3; s2014 for the statistics table,
	// free for a report without any of these.
	Format string         `json:"format,omitempty"`
	T2     map[string]Row `json:"t2,omitempty"`
	T3     map[string]Row `json:"t3,omitempty"`
	T4     map[string]Row `json:"t4,omitempty"`
	// S2014 is the statistics table of 2014 to 2018, by block and item.
	S2014 map[string]Row `json:"s2014,omitempty"`
	// Raw is the text of cells that hold no plain number, by path ("t3.new.natural": "/").
	Raw map[string]string `json:"raw,omitempty"`
	// Units are printed units of amounts whose form names none, by path.
	Units map[string]string `json:"units,omitempty"`
}

// Count returns how many numbers were read and how many cells were seen.
func (d *Data) Count() (numbers, cells int) {
	for _, t := range []map[string]Row{d.T2, d.T3, d.T4, d.S2014} {
		for _, row := range t {
			for _, v := range row {
				cells++
				if v != nil {
					numbers++
				}
			}
		}
	}
	return numbers, cells
}

// tables counts the statutory tables of which at least three rows, or table 4, hold a number.
func (r *AnnualReport) tables() int {
	n := 0
	for _, t := range []struct {
		rows  map[string]Row
		least int
	}{{r.Data.T2, 3}, {r.Data.T3, 3}, {r.Data.T4, 1}, {r.Data.S2014, 3}} {
		rows := 0
		for _, row := range t.rows {
			for _, v := range row {
				if v != nil {
					rows++
					break
				}
			}
		}
		if rows >= t.least {
			n++
		}
	}
	return n
}

// Prose are figures from running text, each with the sentence it stands in. For reports of 2008 to 2018 without a
// statistics table they are all there is.
type Prose struct {
	ProactiveItems   *Figure `json:"proactive_items,omitempty"`
	RequestsReceived *Figure `json:"requests_received,omitempty"`
	// RequestsByChannel has in_person, fax, email, online, letter and other.
	RequestsByChannel map[string]*Figure `json:"requests_by_channel,omitempty"`
	Granted           *Figure            `json:"granted,omitempty"`
	Refused           *Figure            `json:"refused,omitempty"`
	Reconsiderations  *Figure            `json:"reconsiderations,omitempty"`
	Litigations       *Figure            `json:"litigations,omitempty"`
	FeesCharged       *Figure            `json:"fees_charged,omitempty"`
}

// A Figure is a number from a sentence.
type Figure struct {
	Value    float64 `json:"value"`
	Unit     string  `json:"unit,omitempty"`
	Sentence string  `json:"sentence"`
}

// A Check is one relation of the form (勾稽关系) and whether it holds. Cells name the numbers it used, by path. Rules are
//
//	inflow_eq_outflow        new + carried_in = results_total + carried_out, per column of table 3
//	results_total_eq_leaves  results_total = the sum of all results, per column of table 3
//	row_totals               total = natural persons and the five kinds of organisations, per row of table 3
//	t4_totals                total = upheld + corrected + other + pending, per block of table 4
//	prose_vs_table           requests named in running text = new, or new + carried_in
//	s2014_…                  the relations of the statistics table
//	carried_over, in_force   those between two years, from CompareYears
//
// A relation is assessed only when all its cells were seen and each side holds a number; blank cells count as none.
type Check struct {
	Rule   string   `json:"rule"`
	Column string   `json:"column,omitempty"`
	Row    string   `json:"row,omitempty"`
	Holds  bool     `json:"holds"`
	Left   float64  `json:"left"`
	Right  float64  `json:"right"`
	Cells  []string `json:"cells,omitempty"`
}

// A Warning says what a reader should know before trusting a number.
type Warning struct {
	Code string `json:"code"`
	At   string `json:"at,omitempty"`
	Text string `json:"text"`
}

// An Origin is where a number stood: in which block or line of the document, and for tables at which row and column.
type Origin struct {
	Page  int    `json:"page,omitempty"`
	Table int    `json:"table,omitempty"` // from 1; 0 for numbers read from lines
	Row   int    `json:"row"`             // row of the table, or line, from 1
	Col   int    `json:"col"`             // column of the table, or place on the line, from 1
	Text  string `json:"text"`
	// Confidence is 0 for text that was read as text, else how sure the reading of the picture is, up to 1.
	Confidence float64 `json:"confidence,omitempty"`
	// Method says how the number came to its place: how its table was found (lattice, markup, stream, ocr …) or text, and
	// behind it what put it beside its label where that was not its own place.
	Method string `json:"method,omitempty"`
	// Box is where the cell or the line stands on its page; nil where the format has no pages.
	Box *document.Box `json:"box,omitempty"`
}

// NotReport is why a document is no annual report.
type NotReport struct{ Reason string }

func (e *NotReport) Error() string { return fmt.Sprintf("report: not an annual report: %s", e.Reason) }

func (r *AnnualReport) warn(code, at, format string, args ...any) {
	r.Warnings = append(r.Warnings, Warning{code, at, fmt.Sprintf(format, args...)})
}

// Codes of warnings: stable names, added to and never changed.
const (
	WarnSum            = "sum"               // a relation of the form does not hold as printed
	WarnRowCells       = "row_cells"         // a row has not as many numbers as the form: it is left out
	WarnByOrder        = "label_by_order"    // a row's label cannot be read and was taken by its place
	WarnGlued          = "glued_digits"      // numbers without blanks between them were parted
	WarnBodyMissing    = "body_missing"      // the document announces a report and holds none of its tables
	WarnTableMissing   = "table_missing"     // one of the three tables is not there
	WarnRowsMissing    = "rows_missing"      // rows of a table that is there were not found
	WarnTruncated      = "truncated"         // a bound cut the reading short
	WarnNegative       = "negative"          // a count below zero
	WarnFraction       = "fraction"          // a count that is no whole number
	WarnRegulations    = "regulations_power" // 规章 of a body that may not make any
	WarnPower          = "power"             // 行政许可, 处罚 or 强制 of a body that rarely has the power
	WarnProse          = "prose_vs_table"    // running text and table differ
	WarnSourceHead     = "head_misprinted"   // a printed head or label differs from the form
	WarnMixedForms     = "mixed_forms"       // parts of both forms in one report
	WarnMoreReports    = "more_reports"      // the document holds further reports
	WarnConfidence     = "low_confidence"    // a number read from a picture that is not sure
	WarnSpam           = "spam_words"        // foreign words were injected
	WarnOddCell        = "odd_cell"          // a cell holds text that is no plain number: null, the text in Raw
	WarnSeveral        = "several_numbers"   // a cell holds digits parted by blanks: null, the text in Raw
	WarnOtherTable     = "other_table"       // another table for the same rows stands in the document and was not taken
	WarnMostlyNull     = "mostly_null"       // most cells hold no number
	WarnNumbersMissing = "numbers_missing"   // the labels of a table stand in the text, its numbers were not found
	WarnYear           = "year_conflict"     // title and statistical period name different years
)
