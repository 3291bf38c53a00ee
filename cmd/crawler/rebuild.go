package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"nianbao/archive"
)

func (a *app) rebuildCommand() *cobra.Command {
	var force, asJSON bool
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: a.say("Make the index again from the WARC segments", "从 WARC 分段重建索引"),
		Long: a.say("Make the index again from the WARC segments, and compare it with the one there is. Where it would know less,\nor segments are missing or damaged, the old one is kept and the exit code is 1, unless --force accepts the loss.",
			"从 WARC 分段重建索引，并与现有索引比较。若新索引会少于旧索引，或分段缺失、损坏，则保留旧索引并以代码 1 退出；\n--force 表示接受损失。"),
		Args: exactly(0, "flags only"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().BoolVar(&force, "force", false, a.say("accept that something is lost; the old index is kept in quarantine/", "接受损失；旧索引保存在 quarantine/"))
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON")
	cmd.RunE = func(*cobra.Command, []string) error {
		r, err := archive.Rebuild(*dir, archive.Options{Software: software()}, force)
		if r != nil && asJSON {
			if err := jsonLine(a.out, r); err != nil {
				return err
			}
		} else if r != nil {
			a.tellRebuilt(r)
		}
		if err != nil {
			if errors.Is(err, archive.ErrLoss) && a.chinese {
				return errors.New("重建的索引会少于已存档的内容，旧索引已保留：请从副本补回分段（crawler verify --repair-from 目录），或以 --force 接受损失")
			}
			return err
		}
		a.note("index rebuilt: %d report(s), %d event(s)", "索引已重建：%d 份报告，%d 个事件", r.Reports, r.Events)
		return nil
	}
	return cmd
}

// mostNamed bounds a list of what is lost.
const mostNamed = 20

func (a *app) tellRebuilt(r *archive.Rebuilt) {
	for _, n := range r.Notes {
		fmt.Fprintln(a.err, n)
	}
	for _, f := range r.Findings {
		fmt.Fprintln(a.err, f.Text)
	}
	if l := r.Lost; len(l.Reports)+len(l.Versions)+l.Captures+l.Events > 0 {
		a.note("only the old index knows: %d report(s), %d version(s), %d capture(s), %d event(s)", "只有旧索引记有：%d 份报告，%d 个版本，%d 次抓取，%d 个事件",
			len(l.Reports), len(l.Versions), l.Captures, l.Events)
		for i, name := range l.Reports {
			if i == mostNamed {
				a.note("  … and %d more", "  ……另有 %d 份", len(l.Reports)-i)
				break
			}
			fmt.Fprintln(a.err, "  "+name)
		}
	}
	if r.Kept != "" {
		a.note("the old index lies in %s", "旧索引在 %s", r.Kept)
	}
}
