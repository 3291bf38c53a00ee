package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"nianbao/document"
)

func (a *app) extractCommand() *cobra.Command {
	var format string
	var explain bool
	cmd := &cobra.Command{
		Use:     "extract FILE…",
		Short:   a.say("Turn files into text with their tables", "把文件转成带表格的文本"),
		Example: "  crawler extract --format markdown report.pdf\n  crawler extract --format html report.pdf > check.html\n  cat page.html | crawler extract -",
		Args:    atLeast(1, "at least one file, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "markdown" && format != "json" && format != "html" {
				return usage(fmt.Errorf("--format %q: text, markdown, json or html", format))
			}
			sources, err := a.files(args)
			if err != nil {
				return err
			}
			return a.eachDocument(cmd.Context(), sources, func(name string, d *document.Document) error {
				var err error
				switch format {
				case "json":
					var notes []document.TableNote
					if explain {
						notes = d.Explain()
					}
					err = jsonLine(a.out, struct {
						File string `json:"file"`
						*document.Document
						Tables []document.TableNote `json:"tables,omitempty"`
					}{name, d, notes})
				case "html":
					err = d.WriteHTML(a.out, a.drawn(cmd.Context(), sources, name, d))
				case "markdown":
					_, err = io.WriteString(a.out, d.Markdown())
				default:
					_, err = io.WriteString(a.out, d.Text())
				}
				if err != nil {
					return fmt.Errorf("%w: %w", errOutput, err)
				}
				if explain && format != "json" {
					a.explain(name, d)
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
	cmd.Flags().BoolVar(&explain, "explain", false, a.say("say for each table which reader and method gave it", "说明每个表格由哪个读取器、用什么方法得到"))
	cmd.Flags().StringVar(&format, "format", "text", a.say("text, markdown, json or html: a page to check the tables with, beside pictures of the pages of a PDF", "text、markdown、json 或 html：供核对表格的网页，PDF 旁附页面图像"))
	return cmd
}

// drawn are the pictures of a document's pages, as far as they can be drawn; standard input cannot be read again.
func (a *app) drawn(ctx context.Context, sources []source, name string, d *document.Document) map[int]document.Picture {
	if d.MediaType != "application/pdf" || name == "-" {
		return nil
	}
	for _, src := range sources {
		if src.name != name {
			continue
		}
		in, err := src.open()
		if err == nil {
			var out map[int]document.Picture
			if out, err = pictures(ctx, in.Data); err == nil {
				return out
			}
		}
		a.note("%s: %v", "%s：%v", name, err)
		break
	}
	return nil
}

// explain says on standard error where each table came from.
func (a *app) explain(name string, d *document.Document) {
	for _, t := range d.Explain() {
		a.note("%s: table %d %s page %d: %d×%d, %d cells, %s, %s, %d doubtful", "%s：表 %d %s 第 %d 页：%d×%d，%d 格，%s，%s，存疑 %d",
			name, t.Number, t.Part, t.Page, t.Rows, t.Cols, t.Cells, t.Engine, t.Method, t.Doubtful)
	}
}
