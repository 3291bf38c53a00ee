package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"nianbao/archive/export"
)

func (a *app) exportCommand() *cobra.Command {
	var format string
	var opt export.Options
	var evidence, output string
	cmd := &cobra.Command{
		Use:     "export",
		Short:   a.say("Write reports for other tools: JSON Lines or CSV", "导出报告：JSON Lines 或 CSV"),
		Example: "  crawler export --years 2023 > 2023.jsonl\n  crawler export --format csv --code 42 > hubei.csv",
		Args:    exactly(0, "flags only"),
	}
	dir, filter := a.archiveFlag(cmd), a.filterFlags(cmd)
	cmd.Flags().StringVar(&format, "format", "jsonl", a.say("jsonl, csv, cdxj (index for replay tools) or wacz (web archive package)", "jsonl、csv、cdxj（回放索引）或 wacz（网页存档包）"))
	cmd.Flags().StringVar(&evidence, "evidence", "", a.say("id of a report: one WACZ that anyone can check (crawler verify FILE)", "报告编号：导出一个任何人都能验证的 WACZ（crawler verify 文件）"))
	cmd.Flags().StringVarP(&output, "output", "o", "", a.say("file to write (default: standard output)", "输出文件（默认标准输出）"))
	cmd.Flags().BoolVar(&opt.Text, "text", false, a.say("with the whole text of each report (jsonl)", "包括报告全文（jsonl）"))
	cmd.Flags().BoolVar(&opt.BOM, "bom", false, a.say("begin with a byte order mark, for spreadsheet programs (csv)", "文件以 BOM 开头，便于电子表格打开（csv）"))
	cmd.RunE = func(*cobra.Command, []string) error {
		write := map[string]func(*export.Exporter) error{"jsonl": (*export.Exporter).JSONL, "csv": (*export.Exporter).CSV, "cdxj": (*export.Exporter).CDXJ,
			"wacz": func(e *export.Exporter) error { return e.WACZ(*dir) }}[format]
		if write == nil {
			return usage(fmt.Errorf("--format %q: jsonl or csv, cdxj, wacz", format))
		}
		if evidence != "" {
			write = func(e *export.Exporter) error { return e.Evidence(evidence) }
		}
		opt.Software, opt.Now = software(), time.Now()
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		if output == "" {
			return write(export.New(ar, filter(), a.out, opt))
		}
		f, err := os.OpenFile(output, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%s exists: name another with -o", output)
		}
		if err != nil {
			return err
		}
		if err := errors.Join(write(export.New(ar, filter(), f, opt)), f.Close()); err != nil {
			return errors.Join(err, os.Remove(output)) // half a file is none
		}
		return nil
	}
	return cmd
}
