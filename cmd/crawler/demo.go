package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/archive/export"
	"nianbao/crawl"
	"nianbao/crawl/portal"
	"nianbao/extract"
	"nianbao/internal/portaltest"
	"nianbao/report"
)

// demoDelay is the delay towards the demo's portals, which are on loopback and all its own.
const demoDelay = 20 * time.Millisecond

func (a *app) demoCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: a.say("Crawl simulated portals on this machine: no network needed", "在本机抓取模拟网站：无需联网"),
		Args:  exactly(0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				var err error
				if dir, err = os.MkdirTemp("", "nianbao-demo-"); err != nil {
					return err
				}
			}
			return a.demo(cmd.Context(), dir)
		},
	}
	cmd.Flags().StringVar(&dir, "archive", "", a.say("directory of the archive (default: a new temporary one)", "存档目录（默认新建临时目录）"))
	return cmd
}

// demo crawls a simulated world twice with the real engine: as it is, and after something has happened in it.
func (a *app) demo(ctx context.Context, dir string) error {
	world := portaltest.New(portaltest.Options{Seed: 2026, Families: []string{"trs", "hanweb", "gkmlpt", "vsb", "jeecms", "aspx"}, Years: []int{2020, 2024}, Noise: 40, Delay: demoDelay})
	server, err := world.Start()
	if err != nil {
		return err
	}
	defer server.Close()
	seeds, err := portal.Load("the demo's seed list", bytes.NewReader(world.SeedsYAML()))
	if err != nil {
		return err
	}
	cfg := crawl.Config{ArchiveDir: dir, Seeds: seeds, Portals: seeds.Portals, Delay: demoDelay, ConnectTo: []string{server.ConnectTo()}, Version: version(), Contact: "demo@example.org"}
	a.note("%d simulated portals on %s, %d reports hidden in them; archive in %s", "%d 个模拟网站在 %s，其中藏有 %d 份报告；存档于 %s",
		len(seeds.Portals), server.Addr(), len(world.Truth()), dir)
	if err := a.crawl(ctx, cfg, "", false); err != nil {
		return err
	}
	if err := a.demoReports(dir, world); err != nil {
		return err
	}
	fmt.Fprintln(a.out)
	a.note("\nsome time later: each portal publishes, corrects, moves and removes a report …", "\n一段时间以后：每个网站新发布、修改、移动、撤下一份报告……")
	after, err := a.sequenceOf(dir)
	if err != nil {
		return err
	}
	world.SetEpoch(2)
	cfg.Recheck = true
	if err := a.crawl(ctx, cfg, "", false); err != nil {
		return err
	}
	if err := a.demoEvents(dir, after); err != nil {
		return err
	}
	log := world.Log()
	bad := world.Judge(log, demoDelay)
	a.note("\nthe servers' own log: %d requests, %d violations of politeness", "\n服务器自己的日志：%d 次请求，%d 次失礼", len(log), len(bad))
	for _, v := range bad {
		fmt.Fprintln(a.err, "  "+v.String())
	}
	a.note("\ntry next:\n  crawler ls --archive %[1]s\n  crawler show ID --text --archive %[1]s\n  crawler export --format csv --archive %[1]s > reports.csv\n  crawler status --archive %[1]s\n  crawler seeds ls 德钦 && crawler crawl --only 533422 --contact you@example.org   # a real county",
		"\n接着试试：\n  crawler ls --archive %[1]s\n  crawler show 编号 --text --archive %[1]s\n  crawler export --format csv --archive %[1]s > reports.csv\n  crawler status --archive %[1]s\n  crawler seeds ls 德钦 && crawler crawl --only 533422 --contact you@example.org   # 真实的一个县", dir)
	return nil
}

func (a *app) sequenceOf(dir string) (uint64, error) {
	ar, done, err := a.openArchive(dir)
	if err != nil {
		return 0, err
	}
	defer done()
	return ar.Sequence(), nil
}

// demoReports prints what was found, with a few of the numbers and the checks.
func (a *app) demoReports(dir string, world *portaltest.World) error {
	ar, done, err := a.openArchive(dir)
	if err != nil {
		return err
	}
	defer done()
	t := grid{right: map[int]bool{4: true, 5: true, 6: true, 7: true, 8: true}, most: 44}
	t.add(a.say("publisher", "发布机构"), a.say("year", "年度"), a.say("form", "格式"), a.say("from", "来源"), a.say("numbers", "数字"), a.say("new requests", "新收申请"), a.say("granted", "予以公开"), a.say("results", "办理总计"), a.say("reviews", "行政复议"), a.say("checks", "勾稽"))
	var all []archive.Report
	for r, err := range ar.Reports(archive.Filter{}) {
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(x, y archive.Report) int {
		return byPublisher(archive.Head{Publisher: x.Publisher, Year: x.Year}, archive.Head{Publisher: y.Publisher, Year: y.Year})
	})
	formats := map[string]string{extract.HTML: "HTML", extract.PDF: "PDF", extract.DOCX: "DOCX"}
	for _, r := range all {
		p, err := export.Parsed(&r)
		if err != nil {
			return err
		}
		n, _ := p.Data.Count()
		cell := func(path string) string {
			if v, ok := p.Data.Value(path); ok {
				return fmt.Sprint(v)
			}
			return "-"
		}
		media := ""
		if k := len(r.Sources); k > 0 {
			media = r.Sources[k-1].MediaType
		}
		if short := formats[media]; short != "" {
			media = short
		}
		t.add(r.Publisher.Name, fmt.Sprint(r.Year), p.Data.Format, media, fmt.Sprint(n), cell("t3.new.total"), cell("t3.granted.total"), cell("t3.results_total.total"), cell("t4.reconsideration.total"), checkMark(checked(p.Checks)))
	}
	if err := t.write(a.out); err != nil {
		return err
	}
	a.note("%d of %d reports found", "找到 %d / %d 份报告", len(all), len(world.Truth()))
	return nil
}

// checked counts checks, and those of them that fail.
func checked(checks []report.Check) (n, failed int) {
	for _, c := range checks {
		if !c.Holds {
			failed++
		}
	}
	return len(checks), failed
}

func (a *app) demoEvents(dir string, after uint64) error {
	ar, done, err := a.openArchive(dir)
	if err != nil {
		return err
	}
	defer done()
	t := grid{most: 72}
	for e, err := range ar.Events(after) {
		if err != nil {
			return err
		}
		t.add(a.eventRow(e)...)
	}
	return t.write(a.out)
}
