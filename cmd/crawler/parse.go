package main

import (
	"encoding/csv"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"nianbao/document"
	"nianbao/report"
)

// parsed is one line of output.
type parsed struct {
	Schema string `json:"schema"`
	File   string `json:"file"`
	*report.AnnualReport
	Origins map[string]report.Origin `json:"origins,omitempty"`
	Error   *parseError              `json:"error,omitempty"`
}

type parseError struct {
	Code string `json:"code"` // not_report, needs_ocr, encrypted, unsupported, too_large, bomb, deadline, malformed, unreadable
	Text string `json:"text"`
}

// errorOf names what kept a file from being read.
func errorOf(err error) *parseError {
	e := &parseError{"unreadable", err.Error()}
	if _, ok := errors.AsType[*report.NotReport](err); ok {
		e.Code = "not_report"
		return e
	}
	for _, k := range []struct {
		err  error
		code string
	}{{document.ErrNeedsOCR, "needs_ocr"}, {document.ErrEncrypted, "encrypted"}, {document.ErrUnsupported, "unsupported"}, {document.ErrTooLarge, "too_large"},
		{document.ErrBomb, "bomb"}, {document.ErrDeadline, "deadline"}, {document.ErrMalformed, "malformed"}} {
		if errors.Is(err, k.err) {
			e.Code = k.code
		}
	}
	return e
}

func (a *app) parseCommand() *cobra.Command {
	var format, dir string
	var explain bool
	cmd := &cobra.Command{
		Use:     "parse FILE…",
		Short:   a.say("Read the statutory numbers out of files", "从文件中读出法定表格的数字"),
		Example: "  crawler parse report.pdf\n  crawler parse --format table report.docx\n  crawler parse --format csv reports/ > reports.csv\n  crawler parse --archive archive",
		Args: func(cmd *cobra.Command, args []string) error {
			if dir != "" {
				return exactly(0, "either files or --archive")(cmd, args)
			}
			return atLeast(1, "at least one file or directory, or - for standard input")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			write, flush, err := a.parsedWriter(format, explain)
			if err != nil {
				return err
			}
			sources, done, err := a.parseSources(dir, args)
			if err != nil {
				return err
			}
			defer done()
			put := func(p parsed) error {
				if err := write(p); err != nil {
					return fmt.Errorf("%w: %w", errOutput, err)
				}
				return nil
			}
			err = a.eachDocument(cmd.Context(), sources, func(name string, d *document.Document) error {
				all, err := report.ParseAll(d)
				if err != nil {
					return err
				}
				for _, r := range all {
					p := parsed{Schema: report.Schema, File: name, AnnualReport: r}
					if explain {
						p.Origins = r.Origins
					}
					if err := put(p); err != nil {
						return err
					}
				}
				return nil
			}, func(name string, err error) error {
				a.note("%s: %v", "%s：%v", name, err)
				return put(parsed{Schema: report.Schema, File: name, Error: errorOf(err)})
			})
			return errors.Join(err, flush())
		},
	}
	cmd.Flags().StringVar(&format, "format", "json", a.say("json, csv or table", "json、csv 或 table"))
	cmd.Flags().StringVar(&dir, "archive", "", a.say("parse again what this archive holds", "重新解析此存档中的报告"))
	cmd.Flags().BoolVar(&explain, "explain", false, a.say("say for each number where it stood: page, box, cell, text, method (json, table)", "给出每个数字的出处：页、位置框、单元格、原文、方法（json、table）"))
	return cmd
}

// parseSources are the files that were named, or what an archive holds; done is to be called at the end.
func (a *app) parseSources(dir string, args []string) (sources []source, done func(), err error) {
	if dir == "" {
		sources, err = a.files(args)
		return sources, func() {}, err
	}
	ar, done, err := a.openArchive(dir)
	if err != nil {
		return nil, nil, err
	}
	if sources, err = archived(ar); err != nil {
		done()
		return nil, nil, err
	}
	return sources, done, nil
}

// parsedWriter writes parsed reports in a format; flush is to be called once at the end.
func (a *app) parsedWriter(format string, explain bool) (write func(parsed) error, flush func() error, err error) {
	none := func() error { return nil }
	switch format {
	case "json":
		return func(p parsed) error { return jsonLine(a.out, p) }, none, nil
	case "table":
		return func(p parsed) error {
			if p.AnnualReport == nil {
				return nil // said on standard error
			}
			if _, err := fmt.Fprintln(a.out, p.File); err != nil {
				return err
			}
			if err := p.WriteTable(a.out); err != nil || !explain {
				return err
			}
			return p.WriteOrigins(a.out)
		}, none, nil
	case "csv":
		w := csv.NewWriter(a.out)
		if err := w.Write(append([]string{"file", "error"}, report.CSVHeader()...)); err != nil {
			return nil, nil, err
		}
		return func(p parsed) error {
			if p.AnnualReport == nil {
				return w.Write(append([]string{p.File, p.Error.Code}, make([]string, len(report.CSVHeader()))...))
			}
			return w.Write(append([]string{p.File, ""}, p.CSVRecord()...))
		}, func() error { w.Flush(); return w.Error() }, nil
	}
	return nil, nil, usage(fmt.Errorf("--format %q: json, csv or table", format))
}
