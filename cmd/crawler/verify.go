package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/archive/evidence"
)

func (a *app) verifyCommand() *cobra.Command {
	var opt archive.VerifyOptions
	var asJSON bool
	var rate int64
	var key string
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: a.say("Check every octet, digest and proof of the archive", "校验存档的每个字节、摘要与证明"),
		Long: a.say("Check every record, digest, index row, segment, event, cursor and checkpoint, and say what is wrong, whose report\nit touches and what mends it. The exit code is 1 when anything is not as it was written.",
			"校验每条记录、摘要、索引行、分段、事件、游标与签名检查点，指出问题所在、涉及哪些报告、如何修复。\n任何内容与写入时不符，退出代码为 1。"),
		Example: "  crawler verify --rate 20\n  crawler verify report.wacz",
		Args:    atMost(1, "no argument for the archive, or a bundle of evidence"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().BoolVar(&opt.Quick, "quick", false, a.say("leave out what was found sound before and has not been touched since", "跳过上次校验无误且未改动的部分"))
	cmd.Flags().BoolVar(&opt.Resume, "resume", false, a.say("go on where an interrupted run stopped", "从上次中断处继续"))
	cmd.Flags().StringVar(&opt.RepairFrom, "repair-from", "", a.say("another copy of the archive: its good segments replace damaged ones", "另一份存档副本：以其完好的分段替换损坏的分段"))
	cmd.Flags().Int64Var(&rate, "rate", 0, a.say("most MB read in a second (default: no bound)", "每秒最多读取的 MB 数（默认不限）"))
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON")
	cmd.Flags().StringVar(&key, "key", "", a.say("verifier key that a bundle must be signed by (default: its own)", "证据包必须由此公钥签名（默认用包内公钥）"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return a.verifyBundle(args[0], key, asJSON)
		}
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

// verifyBundle checks a bundle of evidence, without an archive.
func (a *app) verifyBundle(name, key string, asJSON bool) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	out, err := evidence.CheckBundle(f, info.Size(), key)
	if err != nil {
		return err
	}
	if asJSON {
		return jsonLine(a.out, out)
	}
	a.note("proved: %s: %d record(s) in the log %s of %d, signed %s", "已证明：%s：%d 条记录在日志 %s（共 %d）中，签名时间 %s", out.Title, out.Proved, out.Origin, out.Size, out.Time)
	return nil
}
