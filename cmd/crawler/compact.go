package main

import (
	"github.com/spf13/cobra"

	"nianbao/archive"
)

func (a *app) compactCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compact",
		Short: a.say("Give back room that the index no longer needs", "收回索引不再需要的空间"),
		Long: a.say("Write the index anew without what nothing reaches any more. Segments, and with them everything that was published,\nare never touched.",
			"重写索引，去掉不再引用的部分。分段（即所有已发布内容）从不改动。"),
		Args: exactly(0, "flags only"),
	}
	dir := a.archiveFlag(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		out, err := archive.Compact(*dir, archive.Options{Software: software()})
		if err != nil {
			return err
		}
		a.note("index: %.1f MB, was %.1f MB", "索引：%.1f MB，原为 %.1f MB", float64(out.After)/1e6, float64(out.Before)/1e6)
		return nil
	}
	return cmd
}
