package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nianbao/archive"
)

func (a *app) eventsCommand() *cobra.Command {
	var asJSON bool
	var after uint64
	var since string
	var types []string
	cmd := &cobra.Command{
		Use:     "events",
		Short:   a.say("List what happened to reports: found, changed, amended, moved, removed, restored", "列出报告的变化：新增、修改、更正、移动、撤下、恢复"),
		Example: "  crawler events --since 7d\n  crawler events --since 2024-03-01 --type silent,amended --json",
		Args:    exactly(0, "flags only"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, a.say("CloudEvents as JSON Lines", "以 JSON Lines 输出 CloudEvents"))
	cmd.Flags().Uint64Var(&after, "after", 0, a.say("only events behind this sequence number", "只要此序号之后的事件"))
	cmd.Flags().StringVar(&since, "since", "", a.say("only events since: 7d, 12h, 2024-03-01, or behind a sequence number", "只要此后的事件：7d、12h、2024-03-01，或某序号之后"))
	cmd.Flags().StringSliceVar(&types, "type", nil, a.say("only these: ", "只要这些：")+strings.Join(eventTypes(), ", "))
	cmd.RunE = func(*cobra.Command, []string) error {
		from, seq, err := sinceWhen(since, time.Now())
		if err != nil {
			return usage(err)
		}
		for _, t := range types {
			if eventKinds[t] == nil {
				return usage(fmt.Errorf("--type %q: there are %s", t, strings.Join(eventTypes(), ", ")))
			}
		}
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		t := grid{right: map[int]bool{0: true}, most: 70}
		for e, err := range ar.Events(max(after, seq)) {
			if err != nil {
				return err
			}
			if e.Time.Before(from) || len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return eventKinds[t](&e) }) {
				continue
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

// eventKinds are what --type chooses: the types of events, and two kinds that a field of an event tells.
var eventKinds = map[string]func(*archive.Event) bool{
	"found":       isType(archive.TypeFound),
	"changed":     isType(archive.TypeChanged),
	"amended":     isType(archive.TypeAmended),
	"moved":       isType(archive.TypeMoved),
	"removed":     isType(archive.TypeRemoved),
	"restored":    isType(archive.TypeRestored),
	"republished": isType(archive.TypeRepublished),
	"silent":      func(e *archive.Event) bool { return e.Data.Silent },
	"late":        func(e *archive.Event) bool { return e.Data.LateDays > 0 },
}

func isType(t string) func(*archive.Event) bool {
	return func(e *archive.Event) bool { return e.Type == t }
}

func eventTypes() []string { return slices.Sorted(maps.Keys(eventKinds)) }

// sinceWhen reads --since: a time ago, a day, a time, or a sequence number.
func sinceWhen(s string, now time.Time) (from time.Time, seq uint64, err error) {
	if s == "" {
		return from, 0, nil
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return from, n, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(n)), 0, nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.Add(-d), 0, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, 0, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, time.Local); err == nil {
		return t, 0, nil
	}
	return from, 0, fmt.Errorf("--since %q: write 7d, 12h, 2024-03-01, 2024-03-01T08:00:00Z or a sequence number", s)
}

// eventRow is an event for people.
func (a *app) eventRow(e archive.Event) []string {
	what := map[string]string{archive.TypeFound: a.say("found", "新增"), archive.TypeChanged: a.say("changed", "修改"), archive.TypeAmended: a.say("amended", "更正"), archive.TypeRemoved: a.say("removed", "撤下"),
		archive.TypeRestored: a.say("restored", "恢复"), archive.TypeRepublished: a.say("republished", "重新发布"), archive.TypeMoved: a.say("moved", "移动")}[e.Type]
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
	switch e.Type {
	case archive.TypeMoved, archive.TypeAmended, archive.TypeRepublished:
		detail += " → " + e.Data.URL
	}
	if e.Data.LateDays > 0 {
		detail += fmt.Sprintf(a.say("late: due %s, %d day(s); ", "逾期：应于 %s 前公布，晚 %d 天；"), e.Data.Due, e.Data.LateDays)
	}
	if word := a.readingWord(e.Data.Reading); e.Type == archive.TypeFound && word != "" {
		detail += word
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
