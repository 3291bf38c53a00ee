package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"nianbao/archive/export"
)

func (a *app) exportCommand() *cobra.Command {
	var format string
	var opt export.Options
	cmd := &cobra.Command{
		Use:     "export",
		Short:   a.say("Write reports for other tools: JSON Lines or CSV", "导出报告：JSON Lines 或 CSV"),
		Example: "  crawler export --years 2023 > 2023.jsonl\n  crawler export --format csv --code 42 > hubei.csv",
		Args:    exactly(0, "flags only"),
	}
	dir, filter := a.archiveFlag(cmd), a.filterFlags(cmd)
	cmd.Flags().StringVar(&format, "format", "jsonl", a.say("jsonl or csv", "jsonl 或 csv"))
	cmd.Flags().BoolVar(&opt.Text, "text", false, a.say("with the whole text of each report (jsonl)", "包括报告全文（jsonl）"))
	cmd.Flags().BoolVar(&opt.BOM, "bom", false, a.say("begin with a byte order mark, for spreadsheet programs (csv)", "文件以 BOM 开头，便于电子表格打开（csv）"))
	cmd.RunE = func(*cobra.Command, []string) error {
		write := map[string]func(*export.Exporter) error{"jsonl": (*export.Exporter).JSONL, "csv": (*export.Exporter).CSV}[format]
		if write == nil {
			return usage(fmt.Errorf("--format %q: jsonl or csv", format))
		}
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		return write(export.New(ar, filter(), a.out, opt))
	}
	return cmd
}
