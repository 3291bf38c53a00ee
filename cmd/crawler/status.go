package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
		hosts, err := a.hosts(*dir)
		if err != nil {
			return err
		}
		t := grid{right: map[int]bool{2: true, 4: true, 5: true}, most: 60}
		t.add(a.say("host", "主机"), a.say("portal", "网站"), a.say("requests", "请求"), a.say("outcomes", "结果"), a.say("due", "到期"), a.say("delay", "间隔"), a.say("next", "下次"), a.say("why idle", "闲置原因"))
		now := time.Now()
		for _, h := range hosts {
			if !strings.Contains(h.Host, only) && !strings.Contains(h.Portal, only) {
				continue
			}
			r := status.Of(h, now)
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
			t.add(h.Host, h.Portal, fmt.Sprint(h.Requests), counts(h.Outcomes), fmt.Sprint(h.Ready), h.Delay.Round(10*time.Millisecond).String(), next, r.WhyIdle(a.say("", "zh") == "zh"))
		}
		if asJSON {
			return nil
		}
		return t.write(a.out)
	}
	return cmd
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
