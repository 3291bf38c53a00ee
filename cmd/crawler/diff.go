package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/diff"
	"nianbao/report"
)

func (a *app) diffCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diff ID [V1 V2]",
		Short: a.say("Show what changed from one version of a report to another", "显示报告两个版本之间的差别"),
		Long: a.say("Show what changed from one version of a report to another: the numbers by their place in the form with the sums\nchecked on both sides, then the text, paragraph by paragraph. Without versions the newest is compared with the\none before it; crawler show lists them. Counters, clocks and other page furniture are left out.",
			"显示报告两个版本之间的差别：先按法定表格的位置列出数字，并核对前后的勾稽关系，再逐段比较正文。\n不写版本时，比较最新版与前一版；crawler show 列出各版本。访问计数、时钟等页面杂项不计。"),
		Example: "  crawler diff 4016966769\n  crawler diff 4016966769 1 3 --format html > change.html",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 && len(args) != 3 {
				return usage(fmt.Errorf("%s takes a report's id, or an id and two versions, not %d argument(s) (crawler ls lists ids, crawler show ID versions)", cmd.CommandPath(), len(args)))
			}
			return nil
		},
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().StringVar(&format, "format", "text", a.say("text, html or json", "text、html 或 json"))
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if format != "text" && format != "html" && format != "json" {
			return usage(fmt.Errorf("--format %q: write text, html or json", format))
		}
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		from, to, err := a.twoVersions(ar, args)
		if err != nil {
			return err
		}
		x, err := sideOf(ar, from)
		if err != nil {
			return err
		}
		y, err := sideOf(ar, to)
		if err != nil {
			return err
		}
		switch d := diff.Compare(x, y); format {
		case "html":
			return d.WriteHTML(a.out, a.chinese)
		case "json":
			return d.WriteJSON(a.out)
		default:
			return d.WriteText(a.out, a.chinese)
		}
	}
	return cmd
}

// twoVersions are the versions that the arguments name, the newest two when they name none.
func (a *app) twoVersions(ar *archive.Archive, args []string) (from, to archive.Version, err error) {
	r, err := ar.Report(args[0], false)
	if err != nil {
		return from, to, err
	}
	all, err := ar.Versions(r.ID)
	if err != nil {
		return from, to, err
	}
	if len(args) == 1 {
		if len(all) < 2 {
			return from, to, fmt.Errorf(a.say("report %s has one version: nothing to compare it with (crawler events --type changed lists reports that have several)",
				"报告 %s 只有一个版本，无可比较（crawler events --type changed 可列出有多个版本的报告）"), r.ID)
		}
		return all[len(all)-2], all[len(all)-1], nil
	}
	pick := func(s string) (archive.Version, error) {
		n, err := strconv.Atoi(strings.TrimPrefix(s, "v"))
		if err == nil {
			for _, v := range all {
				if v.Version == n {
					return v, nil
				}
			}
		}
		return archive.Version{}, usage(fmt.Errorf(a.say("version %q: report %s has 1 to %d (crawler show %[2]s)", "版本 %q：报告 %s 有 1 至 %d（crawler show %[2]s）"), s, r.ID, len(all)))
	}
	if from, err = pick(args[1]); err == nil {
		to, err = pick(args[2])
	}
	return from, to, err
}

// sideOf is a version with its text and numbers. A version that was known by its file alone has no text.
func sideOf(ar *archive.Archive, v archive.Version) (diff.Side, error) {
	s := diff.Side{Name: fmt.Sprintf("v%d %s %s", v.Version, v.At.Format("2006-01-02 15:04"), v.Source)}
	if v.TextSHA256 != "" {
		text, err := ar.Text(v.TextSHA256)
		if err != nil && !errors.Is(err, archive.ErrNotFound) {
			return s, err
		}
		s.Text = text
	}
	if len(v.Data) > 0 {
		s.Data = &report.Data{}
		if err := json.Unmarshal(v.Data, s.Data); err != nil {
			return s, fmt.Errorf("report %s version %d: read its numbers: %w", v.Report, v.Version, err)
		}
	}
	return s, nil
}
