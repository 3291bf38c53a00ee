// Package export writes the reports of an archive in forms that other tools read.
//
// In go an archive and a filter; out come JSON Lines of nianbao.report.v1, or CSV with one row a report and one column a
// number. Reports are written in the order of their ids as they are read, so that memory does not grow with their number.
package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"nianbao/archive"
	"nianbao/report"
)

// Options shape an export.
type Options struct {
	Text bool // with the whole text (JSON Lines)
	BOM  bool // begin with U+FEFF, by which spreadsheet programs know UTF-8 (CSV)
}

// An Exporter writes the reports that a filter chooses.
type Exporter struct {
	archive *archive.Archive
	filter  archive.Filter
	w       io.Writer
	opt     Options
}

// New makes an exporter that writes to w.
func New(a *archive.Archive, f archive.Filter, w io.Writer, opt Options) *Exporter {
	return &Exporter{a, f, w, opt}
}

// JSONL writes a line of JSON a report.
func (e *Exporter) JSONL() error {
	w := bufio.NewWriter(e.w)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for r, err := range e.archive.Reports(e.filter) {
		if err == nil && e.opt.Text && r.TextSHA256 != "" {
			r, err = e.archive.Report(r.ID, true)
		}
		if err == nil {
			err = enc.Encode(r)
		}
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// head are the columns before those of the numbers.
var head = []string{"id", "version", "state", "year", "publisher", "level", "code", "portal", "title", "published_at", "captured_at", "url", "media_type", "sha256",
	"text_sha256", "format", "checks", "failed_checks", "warnings"}

// CSV writes a row a report: what it is, then every number of the forms by its path (report.Fields). A number that was not
// read is an empty cell.
func (e *Exporter) CSV() error {
	if e.opt.BOM {
		if _, err := io.WriteString(e.w, "\uFEFF"); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	w := csv.NewWriter(e.w)
	fields := report.Fields()
	row := append([]string(nil), head...)
	for _, f := range fields {
		row = append(row, f.Path)
	}
	if err := w.Write(row); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for r, err := range e.archive.Reports(e.filter) {
		if err == nil {
			row, err = csvRow(r, fields)
		}
		if err == nil {
			err = w.Write(row)
		}
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func csvRow(r archive.Report, fields []report.Field) ([]string, error) {
	var data report.Data
	var checks []report.Check
	var warnings []report.Warning
	for _, part := range []struct {
		raw  json.RawMessage
		into any
	}{{r.Data, &data}, {r.Checks, &checks}, {r.Warnings, &warnings}} {
		if len(part.raw) > 0 {
			if err := json.Unmarshal(part.raw, part.into); err != nil {
				return nil, fmt.Errorf("report %s: %w", r.ID, err)
			}
		}
	}
	failed := 0
	for _, c := range checks {
		if !c.Holds {
			failed++
		}
	}
	var src archive.Source
	if n := len(r.Sources); n > 0 {
		src = r.Sources[n-1] // an attachment carries the numbers where there is one
	}
	row := []string{r.ID, strconv.Itoa(r.Version), r.State, strconv.Itoa(r.Year), r.Publisher.Name, r.Publisher.Level, r.Publisher.Code, r.Publisher.Portal, r.Title, r.PublishedAt,
		r.CapturedAt.Format("2006-01-02T15:04:05Z"), r.URL, src.MediaType, src.SHA256, r.TextSHA256, data.Format, strconv.Itoa(len(checks)), strconv.Itoa(failed), strconv.Itoa(len(warnings))}
	for _, f := range fields {
		cell := ""
		if v, ok := data.Value(f.Path); ok {
			cell = strconv.FormatFloat(v, 'f', -1, 64)
		}
		row = append(row, cell)
	}
	return row, nil
}
