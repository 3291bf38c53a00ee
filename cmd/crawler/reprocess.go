package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"nianbao/crawl"
)

func (a *app) reprocessCommand() *cobra.Command {
	var seeds, only string
	var asJSON bool
	var y yearRange
	cfg := crawl.Config{}
	cmd := &cobra.Command{
		Use:   "reprocess",
		Short: a.say("Derive links, texts and numbers again from the archive with this version, without a request", "用当前版本从存档重新提取链接、正文与数字，不发任何请求"),
		Args:  exactly(0, "flags only"),
	}
	dir := a.archiveFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&seeds, "seeds", "", a.say("seed list (default ./seeds.yaml, else the list built in)", "种子清单（默认 ./seeds.yaml，否则用内置清单）"))
	f.StringVar(&only, "only", "", a.say("only portals with this in their name, this code prefix, or this host", "只处理名称、代码前缀或主机名相符的网站"))
	f.Var(&y, "years", a.say("only reports of these years, such as 2008-2025", "只要这些年度的报告，如 2008-2025"))
	f.BoolVar(&asJSON, "json", false, a.say("summary as one JSON object on standard output", "以 JSON 输出结果"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		list, err := a.loadSeeds(seeds)
		if err != nil {
			return err
		}
		cfg.ArchiveDir, cfg.Seeds, cfg.YearFrom, cfg.YearTo, cfg.Version = *dir, list, y.from, y.to, version()
		if cfg.Portals, err = choose(list, only); err != nil {
			return err
		}
		return a.reprocess(cmd.Context(), cfg, asJSON)
	}
	return cmd
}

func (a *app) reprocess(ctx context.Context, cfg crawl.Config, asJSON bool) (err error) {
	pool, err := newReader()
	if err != nil {
		return err
	}
	defer pool.Close()
	cfg.Read = pool.Read
	s, err := crawl.OpenStored(cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	a.tellRecovered(s.Archive())
	sum, err := s.Reprocess(ctx, func(crawl.Reprocessed) {})
	if err != nil {
		return err
	}
	if asJSON {
		if err := jsonLine(a.out, sum); err != nil {
			return err
		}
	} else {
		a.note("%d captures read again: %d reports, of which %d new and %d read otherwise; %d new addresses to visit; %d unreadable",
			"重新读取 %d 个捕获：%d 份报告，其中新增 %d，读法有变 %d；新地址 %d 个；无法读取 %d 个",
			sum.Captures, sum.Reports, sum.New, sum.Changed, sum.Leads, sum.Unreadable)
		for _, u := range sum.Lost {
			a.note("carries no report by this version, kept as it was: %s", "按当前版本不含报告，原有记录保留：%s", u)
		}
		for _, u := range sum.Missing {
			a.note("its capture cannot be had from the archive: %s", "存档中取不出捕获：%s", u)
		}
	}
	if sum.Left {
		a.note("stopped; run the same command again to go on", "已中断；再次运行同一命令即可继续")
		return &exit{exitInterrupted, errQuiet}
	}
	return nil
}
