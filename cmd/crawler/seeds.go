package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"nianbao"
	"nianbao/crawl/portal"
)

// loadSeeds reads a seed list: the named one, else ./seeds.yaml, else the one built into the program.
func (a *app) loadSeeds(file string) (*portal.Seeds, error) {
	name := file
	if name == "" {
		name = "seeds.yaml"
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && file == "" {
		return portal.Load("the seed list built in", bytes.NewReader(nianbao.SeedsYAML))
	}
	if err != nil {
		return nil, usage(fmt.Errorf("seed list: %w", err))
	}
	defer f.Close()
	return portal.Load(name, f)
}

func (a *app) seedsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "seeds", Short: a.say("Check or search the seed list", "检查或查询种子清单"), Args: exactly(0, "a subcommand: check or ls"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	file := cmd.PersistentFlags().String("seeds", "", a.say("seed list (default ./seeds.yaml, else the list built in)", "种子清单（默认 ./seeds.yaml，否则用内置清单）"))
	check := &cobra.Command{
		Use:   "check [FILE]",
		Short: a.say("Show everything that is wrong with a seed list", "列出种子清单的全部问题"),
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				*file = args[0]
			}
			list, err := a.loadSeeds(*file)
			if err != nil {
				return err
			}
			byLevel, odd := map[string]int{}, 0
			for _, p := range list.Portals {
				byLevel[p.Level]++
				if p.Mark() != "" {
					odd++
				}
			}
			t := grid{right: map[int]bool{1: true}}
			for _, l := range portal.Levels {
				if byLevel[l] > 0 {
					t.add(l, fmt.Sprint(byLevel[l]))
				}
			}
			t.add(a.say("all", "合计"), fmt.Sprint(len(list.Portals)))
			if err := t.write(a.out); err != nil {
				return err
			}
			a.note("no problems; %d portal(s) on a bare address or outside gov.cn", "没有问题；%d 个网站使用裸 IP 或不在 gov.cn 下", odd)
			return nil
		},
	}
	var level string
	var asJSON bool
	ls := &cobra.Command{
		Use:   "ls [TEXT]",
		Short: a.say("List portals by part of a name, code prefix, host or level", "按名称、代码前缀、主机或层级列出网站"),
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := a.loadSeeds(*file)
			if err != nil {
				return err
			}
			text := ""
			if len(args) == 1 {
				text = args[0]
			}
			return a.listPortals(list.Select(text, level), asJSON)
		},
	}
	ls.Flags().StringVar(&level, "level", "", a.say("national, province, city, county, town, zone or department", "层级：national、province、city、county、town、zone 或 department"))
	ls.Flags().BoolVar(&asJSON, "json", false, "JSON Lines")
	cmd.AddCommand(check, ls)
	return cmd
}

func (a *app) listPortals(portals []*portal.Portal, asJSON bool) error {
	t := grid{most: 60}
	for _, p := range portals {
		if asJSON {
			if err := jsonLine(a.out, struct {
				Name  string   `json:"name"`
				Code  string   `json:"code,omitempty"`
				Level string   `json:"level"`
				URL   string   `json:"url"`
				Hosts []string `json:"hosts,omitempty"`
				Entry []string `json:"entry,omitempty"`
				Mark  string   `json:"mark,omitempty"`
			}{p.Name, p.Code, p.Level, p.URL, p.Hosts, p.Entry, p.Mark()}); err != nil {
				return err
			}
			continue
		}
		t.add(p.Code, p.Level, p.Name, p.URL, p.Mark())
	}
	if len(portals) == 0 {
		a.note("no portal fits", "没有相符的网站")
	}
	return t.write(a.out)
}
