package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"nianbao/archive"
)

func (a *app) eventsCommand() *cobra.Command {
	var asJSON bool
	var after uint64
	cmd := &cobra.Command{Use: "events", Short: a.say("List what happened to reports: found, changed, removed, restored", "列出报告的变化：新增、修改、撤下、恢复"), Args: exactly(0, "flags only")}
	dir := a.archiveFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, a.say("CloudEvents as JSON Lines", "以 JSON Lines 输出 CloudEvents"))
	cmd.Flags().Uint64Var(&after, "after", 0, a.say("only events behind this sequence number", "只要此序号之后的事件"))
	cmd.RunE = func(*cobra.Command, []string) error {
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		t := grid{right: map[int]bool{0: true}, most: 70}
		for e, err := range ar.Events(after) {
			if err != nil {
				return err
			}
			if asJSON {
				if err := jsonLine(a.out, e); err != nil {
					return err
				}
				continue
			}
			t.add(a.eventRow(e)...)
		}
		return t.write(a.out)
	}
	return cmd
}

// eventRow is an event for people.
func (a *app) eventRow(e archive.Event) []string {
	what := map[string]string{archive.TypeFound: a.say("found", "新增"), archive.TypeChanged: a.say("changed", "修改"), archive.TypeRemoved: a.say("removed", "撤下"), archive.TypeRestored: a.say("restored", "恢复"), archive.TypeMoved: a.say("moved", "移动")}[e.Type]
	if what == "" {
		what = e.Type
	}
	detail := e.Data.Reason
	for i, c := range e.Data.Changes {
		if i == 3 {
			detail += fmt.Sprintf(" +%d", len(e.Data.Changes)-i)
			break
		}
		detail += fmt.Sprintf("%s %s→%s; ", c.Path, number(c.Old), number(c.New))
	}
	if e.Type == archive.TypeMoved {
		detail += " → " + e.Data.URL
	}
	if e.Data.Silent {
		detail = a.say("silent: ", "未注明：") + detail
	}
	return []string{fmt.Sprint(e.Sequence), e.Time.Format("2006-01-02 15:04"), what, e.Subject, e.Data.Report, detail}
}

func number(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprint(*v)
}
