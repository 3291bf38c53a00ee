package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/report"
)

func (a *app) lsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "ls", Short: a.say("List the reports in the archive", "列出存档中的报告"), Args: exactly(0, "flags only")}
	dir, filter := a.archiveFlag(cmd), a.filterFlags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON Lines")
	cmd.RunE = func(*cobra.Command, []string) error {
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		if asJSON {
			for r, err := range ar.Reports(filter()) {
				if err == nil {
					err = jsonLine(a.out, r)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}
		var all []archive.Head
		for h, err := range ar.Heads(filter()) {
			if err != nil {
				return err
			}
			all = append(all, h)
		}
		slices.SortFunc(all, byPublisher)
		t := grid{most: 60, right: map[int]bool{3: true}}
		t.add(a.say("id", "编号"), a.say("year", "年度"), a.say("publisher", "发布机构"), a.say("version", "版本"), a.say("state", "状态"), a.say("checks", "勾稽"), a.say("title", "标题"))
		for _, r := range all {
			t.add(r.ID, fmt.Sprint(r.Year), r.Publisher.Name, fmt.Sprint(r.Version), r.State, a.checkMark(r), r.Title)
		}
		if err := t.write(a.out); err != nil {
			return err
		}
		a.note("%d report(s)", "共 %d 份报告", len(all))
		return nil
	}
	return cmd
}

// byPublisher puts reports in the order of their portals' codes, then by publisher, the newest first.
func byPublisher(x, y archive.Head) int {
	return cmp.Or(strings.Compare(x.Publisher.Code, y.Publisher.Code), strings.Compare(x.Publisher.Name, y.Publisher.Name), y.Year-x.Year)
}

// checkMark says in a word how the checks of a report came out, or that its numbers are not known.
func (a *app) checkMark(h archive.Head) string {
	if word := a.readingWord(h.Reading); h.Checks == 0 && word != "" {
		return word
	}
	return checkMark(h.Checks, h.Failed)
}

// checkMark says in a word how checks came out.
func checkMark(checks, failed int) string {
	switch {
	case checks == 0:
		return "-"
	case failed > 0:
		return fmt.Sprintf("✗%d/%d", failed, checks)
	}
	return fmt.Sprintf("✓%d", checks)
}

// readingWord is a state of a reading for people; empty for a report that was read as a whole.
func (a *app) readingWord(state string) string {
	switch state {
	case report.StateTitleOnly:
		return a.say("title only", "仅标题")
	case report.StatePartial:
		return a.say("partial", "部分")
	}
	return ""
}
