package report_test

import (
	"fmt"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// A line of a table is its words and its numbers, in the order of the cells.
type tableRow struct{ words, numbers []string }

// tableRows are the rows of a composed table, the cells of values told by what they hold.
func tableRows(t *document.Table) []tableRow {
	rows := make([]tableRow, t.Rows)
	for _, c := range t.Cells {
		if strings.Trim(c.Text, "0123456789.,-/") == "" && c.Col > 0 || t.Cols == 15 && c.Row == t.Rows-1 {
			rows[c.Row].numbers = append(rows[c.Row].numbers, c.Text)
		} else if c.Text != "" {
			rows[c.Row].words = append(rows[c.Row].words, c.Text)
		}
	}
	return rows
}

// spoilers are ways in which tools put the cells of a table one after the other; complete says that table 3 can be told from
// it by its sums.
var spoilers = []struct {
	name     string
	write    func(rows []tableRow) string
	complete bool
	method   string
}{
	{"labels, then rows", func(rows []tableRow) string { return words(rows) + numbersOf(rows, " ", "\n") }, true, report.MethodRows},
	{"labels, then a number a line", func(rows []tableRow) string { return words(rows) + numbersOf(rows, "\n", "\n") }, true, report.MethodRows},
	{"labels, then columns", func(rows []tableRow) string { return words(rows) + columns(rows, "\n", "\n") }, true, report.MethodColumns},
	{"labels, then columns on lines", func(rows []tableRow) string { return words(rows) + columns(rows, " ", "\n") }, true, report.MethodColumns},
	{"columns, then labels", func(rows []tableRow) string { return columns(rows, "\n", "\n") + words(rows) }, true, report.MethodColumns},
	{"rows, then labels", func(rows []tableRow) string { return numbersOf(rows, " ", "\n") + words(rows) }, true, report.MethodRows},
	{"columns of two pages", func(rows []tableRow) string {
		if len(rows) < 20 {
			return words(rows) + columns(rows, "\n", "\n")
		}
		return words(rows[:17]) + columns(rows[:17], "\n", "\n") + "- 3 -\n" + words(rows[17:]) + columns(rows[17:], "\n", "\n")
	}, true, report.MethodColumns},
	{"numbers above their labels", func(rows []tableRow) string {
		var b strings.Builder
		for _, r := range rows {
			if len(r.numbers) > 0 {
				b.WriteString(strings.Join(r.numbers, " ") + "\n")
			}
			b.WriteString(strings.Join(r.words, "") + "\n")
		}
		return b.String()
	}, true, report.MethodAbove},
	{"two rows' numbers by turns", func(rows []tableRow) string { return pairwise(rows, true) }, true, report.MethodColumns},
	{"two labels, two rows", func(rows []tableRow) string { return pairwise(rows, false) }, true, report.MethodRows},
	{"a row behind the next", func(rows []tableRow) string {
		rows = append([]tableRow(nil), rows...)
		if len(rows) > 20 {
			rows[14], rows[15] = rows[15], rows[14]
		}
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(strings.Join(append(append([]string{}, r.words...), r.numbers...), " ") + "\n")
		}
		return b.String()
	}, false, ""},
	{"no blanks", func(rows []tableRow) string {
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(strings.Join(r.words, "") + strings.Join(r.numbers, "") + "\n")
		}
		return b.String()
	}, false, ""},
}

func words(rows []tableRow) string {
	var b strings.Builder
	for _, r := range rows {
		for _, w := range r.words {
			b.WriteString(w + "\n")
		}
	}
	return b.String()
}

func numbersOf(rows []tableRow, sep, end string) string {
	var b strings.Builder
	for _, r := range rows {
		if len(r.numbers) > 0 {
			b.WriteString(strings.Join(r.numbers, sep) + end)
		}
	}
	return b.String()
}

func columns(rows []tableRow, sep, end string) string {
	var b strings.Builder
	for c := range 15 {
		var col []string
		for _, r := range rows {
			if c < len(r.numbers) {
				col = append(col, r.numbers[c])
			}
		}
		if len(col) > 0 {
			b.WriteString(strings.Join(col, sep) + end)
		}
	}
	return b.String()
}

// pairwise writes two rows at a time: both labels, then both rows of numbers, number by number where they take turns.
func pairwise(rows []tableRow, turns bool) string {
	var b strings.Builder
	for i := 0; i < len(rows); i++ {
		r := rows[i]
		if i+1 < len(rows) && len(r.numbers) > 0 && len(r.numbers) == len(rows[i+1].numbers) {
			next := rows[i+1]
			b.WriteString(strings.Join(r.words, "") + "\n" + strings.Join(next.words, "") + "\n")
			if turns {
				b.WriteString(columns([]tableRow{r, next}, " ", " ") + "\n")
			} else {
				b.WriteString(numbersOf([]tableRow{r, next}, " ", "\n"))
			}
			i++
			continue
		}
		b.WriteString(strings.Join(append(append([]string{}, r.words...), r.numbers...), " ") + "\n")
	}
	return b.String()
}

// TestSpoiledOrder reads reports whose tables a tool has taken apart: table 3 is read where its sums admit one order, by the
// method that is said; whatever is read is what was printed, and nothing is read where the order cannot be told.
func TestSpoiledOrder(t *testing.T) {
	t.Parallel()
	for _, s := range spoilers {
		for _, fill := range []compose.Fill{compose.Numbers, compose.Slashes, compose.BlankZeros} {
			right, of := 0, 0
			for i := range 4 {
				r := compose.New(int64(80+i), []string{"江北市人民政府", "永宁县财政局"}[i%2], []int{2023, 2020}[i/2], compose.Options{}).Filled(fill)
				d := r.Document(compose.Whole)
				var b strings.Builder
				for _, block := range d.Blocks {
					if block.Table == nil {
						b.WriteString(block.Text + "\n")
					} else {
						b.WriteString(s.write(tableRows(block.Table)))
					}
				}
				got, err := report.ParseText(b.String())
				if err != nil {
					t.Errorf("%s, %s: %v", s.name, fill, err)
					continue
				}
				at := fmt.Sprintf("%s, %s, %d", s.name, fill, i)
				doubted := map[string]bool{}
				for _, w := range got.Warnings {
					doubted[w.At] = true
				}
				for _, f := range report.Fields() {
					v, read := got.Data.Value(f.Path)
					printed, has := r.Numbers[f.Path]
					if table3 := strings.HasPrefix(f.Path, "t3."); table3 && has {
						if of++; read {
							right++
						}
					}
					if read && (!has || v != printed) && !doubted[f.Path[:strings.LastIndexByte(f.Path, '.')]] {
						t.Errorf("%s: %s is %v, printed %v %v", at, f.Path, v, has, printed)
					}
				}
				if fill == compose.Numbers && s.complete && got.Reading.Tables["t3"].Method != s.method {
					t.Errorf("%s: method %q, want %q: %+v", at, got.Reading.Tables["t3"].Method, s.method, got.Warnings)
				}
			}
			if fill == compose.Numbers && s.complete && right != of {
				t.Errorf("%s: %d of %d numbers of table 3", s.name, right, of)
			}
			t.Logf("%s, %s: %d of %d", s.name, fill, right, of)
		}
	}
}

// TestColumnOrderNeedsMatchingSums: one number changed, and the sums no longer prove the order of the columns: nothing is read.
func TestColumnOrderNeedsMatchingSums(t *testing.T) {
	r := compose.New(80, "江北市人民政府", 2023, compose.Options{})
	r.Numbers["t3.granted.enterprise"]++
	var b strings.Builder
	for _, block := range r.Document(compose.Whole).Blocks {
		if block.Table == nil {
			b.WriteString(block.Text + "\n")
		} else {
			rows := tableRows(block.Table)
			b.WriteString(words(rows) + columns(rows, "\n", "\n"))
		}
	}
	got := parse(t, b.String())
	if len(got.Data.T3) > 0 || got.Reading.Tables["t3"].Method != "" {
		t.Errorf("%d rows were read", len(got.Data.T3))
	}
	wantWarning(t, got, report.WarnRowCells)
}
