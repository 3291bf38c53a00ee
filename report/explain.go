package report

import (
	"fmt"
	"io"
	"strings"
)

// WriteOrigins writes for every cell that was read, in the order of the form, its path, its value, and where it stood: page,
// box, table or line, row and column, the text of the cell and the method.
func (r *AnnualReport) WriteOrigins(w io.Writer) error {
	v := &view{r: r}
	rows := [][]string{{"path", "value", "page", "box (pt)", "cell", "text", "method"}}
	for _, f := range dictionary {
		o, seen := r.Origins[f.Path]
		if !seen {
			continue
		}
		value, page, box := "–", "–", "–"
		if n, ok := r.Data.Value(f.Path); ok {
			value = plainNumber(n)
		}
		if o.Page > 0 {
			page = fmt.Sprint(o.Page)
		}
		if o.Box != nil {
			box = fmt.Sprintf("%.0f,%.0f–%.0f,%.0f", o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1)
		}
		cell := fmt.Sprintf("line %d, place %d", o.Row, o.Col)
		if o.Table > 0 {
			cell = fmt.Sprintf("table %d, row %d, col %d", o.Table, o.Row, o.Col)
		}
		method := o.Method
		if o.Confidence > 0 {
			method += fmt.Sprintf(", confidence %.2f", o.Confidence)
		}
		rows = append(rows, []string{f.Path, value, page, box, cell, fmt.Sprintf("%q", o.Text), method})
	}
	if len(rows) > 1 {
		v.grid(rows)
	}
	if _, err := io.WriteString(w, strings.TrimPrefix(v.b.String(), "\n")); err != nil {
		return fmt.Errorf("report: write origins: %w", err)
	}
	return nil
}
