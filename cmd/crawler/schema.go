package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"nianbao/report"
	"nianbao/schema"
)

func (a *app) schemaCommand() *cobra.Command {
	var fields bool
	cmd := &cobra.Command{
		Use:   "schema [NAME]",
		Short: a.say("Print the JSON Schema of what leaves the program, or list them", "打印输出数据的 JSON Schema，或列出名称"),
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case fields:
				for _, f := range report.Fields() {
					if err := jsonLine(a.out, f); err != nil {
						return err
					}
				}
				return nil
			case len(args) == 0:
				for _, n := range schema.Names() {
					fmt.Fprintln(a.out, n)
				}
				return nil
			}
			b, err := schema.Get(args[0])
			if err != nil {
				return usage(err)
			}
			_, err = a.out.Write(b)
			return err
		},
	}
	cmd.Flags().BoolVar(&fields, "fields", false, a.say("the data dictionary: every number's path, row, column and unit", "数据字典：每个数字的路径、行、列与单位"))
	return cmd
}
