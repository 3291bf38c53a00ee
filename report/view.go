package report

import "io"

// WriteTable is provisional.
func (r *AnnualReport) WriteTable(w io.Writer) error { return nil }
