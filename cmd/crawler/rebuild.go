package main

import (
	"github.com/spf13/cobra"

	"nianbao/archive"
)

func (a *app) rebuildCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: a.say("Make the index again from the WARC segments", "从 WARC 分段重建索引"),
		Args:  exactly(0, "flags only"),
	}
	dir := a.archiveFlag(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		ar, err := archive.Rebuild(*dir, archive.Options{Software: software()})
		if err != nil {
			return err
		}
		defer ar.Close()
		a.tellRecovered(ar)
		reports := 0
		for _, err := range ar.Reports(archive.Filter{}) {
			if err != nil {
				return err
			}
			reports++
		}
		a.note("index rebuilt: %d report(s), %d event(s)", "索引已重建：%d 份报告，%d 个事件", reports, ar.Sequence())
		return nil
	}
	return cmd
}
