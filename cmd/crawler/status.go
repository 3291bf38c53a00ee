package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nianbao/crawl"
	"nianbao/crawl/status"
)

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	var only string
	cmd := &cobra.Command{
		Use:   "status",
		Short: a.say("Say for every host what was asked, how it went, and why it is idle", "逐主机说明请求、结果、间隔、下次访问与闲置原因"),
		Args:  exactly(0, "flags only"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON Lines")
	cmd.Flags().StringVar(&only, "only", "", a.say("only hosts or portals with this in their name", "只看主机名或网站名相符者"))
	cmd.RunE = func(*cobra.Command, []string) error {
		reports, err := a.statusOf(*dir)
		if err != nil {
			return err
		}
		t := grid{right: map[int]bool{2: true, 4: true, 5: true}, most: 60}
		t.add(a.say("host", "主机"), a.say("portal", "网站"), a.say("requests", "请求"), a.say("outcomes", "结果"), a.say("due", "到期"), a.say("delay", "间隔"), a.say("next", "下次"), a.say("why idle", "闲置原因"))
		owed := grid{most: 60}
		owed.add(a.say("missing body", "缺少的机构"), a.say("years", "年度"), a.say("host", "主机"), a.say("why", "原因"))
		for _, r := range reports {
			if !strings.Contains(r.Host, only) && !strings.Contains(r.Portal, only) {
				continue
			}
			if asJSON {
				if err := jsonLine(a.out, r); err != nil {
					return err
				}
				continue
			}
			next := ""
			if !r.Next.IsZero() {
				next = r.Next.Local().Format("2006-01-02 15:04")
			}
			delay := time.Duration(r.Delay * float64(time.Second)).Round(10 * time.Millisecond)
			t.add(r.Host, r.Portal, fmt.Sprint(r.Requests), counts(r.Outcomes), fmt.Sprint(r.Due), delay.String(), next, r.WhyIdle(a.say("", "zh") == "zh"))
			for _, m := range r.Missing {
				zh, en := status.WhyWords(m.Why)
				owed.add(m.Body, status.Ranges(m.Years), m.Host, a.say(en, zh))
			}
		}
		if asJSON {
			return nil
		}
		if err := t.write(a.out); err != nil || len(owed.rows) < 2 {
			return err
		}
		fmt.Fprintln(a.out)
		return owed.write(a.out)
	}
	return cmd
}

// statusOf is how a crawl stands, running or not.
func (a *app) statusOf(dir string) ([]status.HostReport, error) {
	a.asked = dir
	if a.session != nil {
		return a.session.Status(time.Now())
	}
	return crawl.Status(dir, time.Now())
}

// counts lists counters by name, the largest first.
func counts(m map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(m), func(x, y string) int {
		if m[x] != m[y] {
			return m[y] - m[x]
		}
		return strings.Compare(x, y)
	})
	parts := make([]string, 0, len(keys))
	for _, k := range keys {
		parts = append(parts, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(parts, ", ")
}
