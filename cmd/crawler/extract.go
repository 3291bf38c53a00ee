package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"nianbao/document"
)

func (a *app) extractCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "extract FILE…",
		Short:   a.say("Turn files into text with their tables", "把文件转成带表格的文本"),
		Example: "  crawler extract --format markdown report.pdf\n  cat page.html | crawler extract -",
		Args:    atLeast(1, "at least one file, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "markdown" && format != "json" {
				return usage(fmt.Errorf("--format %q: text, markdown or json", format))
			}
			return a.eachDocument(cmd.Context(), args, func(name string, d *document.Document) error {
				var err error
				switch format {
				case "json":
					err = jsonLine(a.out, struct {
						File string `json:"file"`
						*document.Document
					}{name, d})
				case "markdown":
					_, err = io.WriteString(a.out, d.Markdown())
				default:
					_, err = io.WriteString(a.out, d.Text())
				}
				if err != nil {
					return fmt.Errorf("%w: %w", errOutput, err)
				}
				for _, f := range d.Flags {
					a.note("%s: note: %s", "%s：注意：%s", name, f)
				}
				return nil
			}, func(name string, err error) error {
				a.note("%s: %v", "%s：%v", name, err)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", a.say("text, markdown or json", "text、markdown 或 json"))
	return cmd
}
