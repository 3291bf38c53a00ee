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
	"slices"
	"strconv"
	"time"

	"nianbao/archive"
	"nianbao/report"
)

// Options shape an export.
type Options struct {
	Text bool // with the whole text (JSON Lines)
	BOM  bool // begin with U+FEFF, by which spreadsheet programs know UTF-8 (CSV)
	// Software names the program in packages, Now is when they were made.
	Software string
	Now      time.Time
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

// head are the columns before those of report.CSVHeader.
var head = []string{"id", "version", "state", "code", "portal", "captured_at", "url", "media_type", "sha256", "text_sha256"}

// CSV writes a row a report: where it is from, then what report.CSVRecord says. A number that was not read is an empty
// cell.
func (e *Exporter) CSV() error {
	if e.opt.BOM {
		if _, err := io.WriteString(e.w, "\uFEFF"); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	w := csv.NewWriter(e.w)
	if err := w.Write(append(head[:len(head):len(head)], report.CSVHeader()...)); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for r, err := range e.archive.Reports(e.filter) {
		var p *report.AnnualReport
		if err == nil {
			checks := r.Checks
			if r.ChecksFailed == 0 { // a row says how many there are, and names only those that fail
				r.Checks = nil
			}
			if p, err = Parsed(&r); err == nil && r.ChecksFailed == 0 && len(checks) > 0 {
				p.Checks = slices.Repeat([]report.Check{{Holds: true}}, r.ChecksMade)
			}
		}
		if err == nil {
			err = w.Write(append(origin(&r), p.CSVRecord()...))
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

// origin are the cells under head.
func origin(r *archive.Report) []string {
	var src archive.Source
	if n := len(r.Sources); n > 0 {
		src = r.Sources[n-1] // an attachment carries the numbers where there is one
	}
	return []string{r.ID, strconv.Itoa(r.Version), r.State, r.Publisher.Code, r.Publisher.Portal, r.CapturedAt.Format("2006-01-02T15:04:05Z"), r.URL,
		src.MediaType, src.SHA256, r.TextSHA256}
}

// Parsed is what the parser read of an archived report.
func Parsed(r *archive.Report) (*report.AnnualReport, error) {
	p := &report.AnnualReport{Title: r.Title, Year: r.Year, Publisher: report.Publisher{Name: r.Publisher.Name, Level: r.Publisher.Level}, PublishedAt: r.PublishedAt}
	for _, part := range []struct {
		raw  json.RawMessage
		into any
	}{{r.Data, &p.Data}, {r.Checks, &p.Checks}, {r.Warnings, &p.Warnings}} {
		if len(part.raw) > 0 {
			if err := json.Unmarshal(part.raw, part.into); err != nil {
				return nil, fmt.Errorf("report %s: %w", r.ID, err)
			}
		}
	}
	return p, nil
}
