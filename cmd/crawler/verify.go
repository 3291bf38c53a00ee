package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/archive"
)

func (a *app) verifyCommand() *cobra.Command {
	var opt archive.VerifyOptions
	var asJSON bool
	var rate int64
	cmd := &cobra.Command{
		Use:   "verify",
		Short: a.say("Check every octet, digest and proof of the archive", "校验存档的每个字节、摘要与证明"),
		Long: a.say("Check every record, digest, index row, segment, event, cursor and checkpoint, and say what is wrong, whose report\nit touches and what mends it. The exit code is 1 when anything is not as it was written.",
			"校验每条记录、摘要、索引行、分段、事件、游标与签名检查点，指出问题所在、涉及哪些报告、如何修复。\n任何内容与写入时不符，退出代码为 1。"),
		Args: exactly(0, "flags only"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().BoolVar(&opt.Quick, "quick", false, a.say("leave out what was found sound before and has not been touched since", "跳过上次校验无误且未改动的部分"))
	cmd.Flags().BoolVar(&opt.Resume, "resume", false, a.say("go on where an interrupted run stopped", "从上次中断处继续"))
	cmd.Flags().StringVar(&opt.RepairFrom, "repair-from", "", a.say("another copy of the archive: its good segments replace damaged ones", "另一份存档副本：以其完好的分段替换损坏的分段"))
	cmd.Flags().Int64Var(&rate, "rate", 0, a.say("most MB read in a second (default: no bound)", "每秒最多读取的 MB 数（默认不限）"))
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if rate < 0 {
			return usage(fmt.Errorf("--rate %d: a number of MB, 0 for no bound", rate))
		}
		opt.Rate = rate << 20
		out, err := archive.Verify(cmd.Context(), *dir, archive.Options{Software: software()}, opt)
		if out == nil {
			return err
		}
		if asJSON {
			return errors.Join(jsonLine(a.out, out), err)
		}
		for _, n := range out.Notes {
			fmt.Fprintln(a.err, n)
		}
		for _, f := range out.Repaired {
			a.note("mended: %s", "已修复：%s", f)
		}
		for _, f := range out.Findings {
			line := f.Text
			if len(f.Reports) > 0 {
				line += a.say("; reports: ", "；涉及报告：") + strings.Join(f.Reports[:min(len(f.Reports), mostNamed)], " ")
				if more := len(f.Reports) - mostNamed; more > 0 {
					line += fmt.Sprintf(" +%d", more)
				}
			}
			if f.Mend != "" {
				line += a.say("; what helps: ", "；修复办法：") + f.Mend
			}
			fmt.Fprintln(a.out, line)
		}
		if err != nil {
			if errors.Is(err, archive.ErrUnsound) && a.chinese {
				return fmt.Errorf("存档与写入时不符：%d 处", len(out.Findings))
			}
			return err
		}
		a.note("sound: %d segment(s) read, %d skipped, %d record(s); %d report(s), %d capture(s), %d event(s); %d of %d leaves signed",
			"完好：读取 %d 个分段，跳过 %d 个，%d 条记录；%d 份报告，%d 次抓取，%d 个事件；已签名 %d / %d",
			out.Segments, out.Skipped, out.Records, out.Reports, out.Captures, out.Events, out.Signed, out.Leaves)
		return nil
	}
	return cmd
}
