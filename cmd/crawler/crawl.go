package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nianbao/crawl"
	"nianbao/crawl/portal"
	"nianbao/handoff"
)

func (a *app) crawlCommand() *cobra.Command {
	var cfg crawl.Config
	var seeds, only, sinks, families, explain, base string
	var y yearRange
	var dry, asJSON bool
	cmd := &cobra.Command{
		Use:   "crawl",
		Short: a.say("Visit the portals of a seed list until nothing is due", "按种子清单访问网站，直到没有到期的页面"),
		Example: "  crawler crawl --only 533422 --contact you@example.org\n" +
			"  crawler crawl --only 德钦 --years 2019-2025 --max-time 30m\n" +
			"  crawler crawl --watch --handoff handoff.yaml",
		Args: exactly(0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := a.loadSeeds(seeds)
			if err != nil {
				return err
			}
			cfg.Seeds, cfg.YearFrom, cfg.YearTo, cfg.Version = list, y.from, y.to, version()
			if cfg.Portals, err = choose(list, only); err != nil {
				return err
			}
			if cfg.Families, err = portal.SelectFamilies(families); err != nil {
				return usage(err)
			}
			if explain != "" {
				return a.explainLinks(cmd.Context(), cfg, explain, base, asJSON)
			}
			if dry {
				return a.dryRun(cfg, asJSON)
			}
			return a.crawl(cmd.Context(), cfg, sinks, asJSON)
		},
	}
	cfg.ArchiveDir = "archive"
	f := cmd.Flags()
	f.StringVar(&seeds, "seeds", "", a.say("seed list (default ./seeds.yaml, else the list built in)", "种子清单（默认 ./seeds.yaml，否则用内置清单）"))
	f.StringVar(&cfg.ArchiveDir, "archive", "archive", a.say("directory of the archive", "存档目录"))
	f.StringVar(&only, "only", "", a.say("only portals with this in their name, this code prefix, or this host", "只访问名称、代码前缀或主机名相符的网站"))
	f.Var(&y, "years", a.say("only reports of these years, such as 2008-2025", "只要这些年度的报告，如 2008-2025"))
	f.BoolVar(&cfg.Watch, "watch", false, a.say("stay, and visit again what is due", "持续运行，到期再访"))
	f.BoolVar(&cfg.Recheck, "recheck", false, a.say("everything known is due now", "已知的页面现在全部重查"))
	f.DurationVar(&cfg.Delay, "delay", 0, a.say("least delay between requests to a host, at least 1s (default: as the seed list says)", "同一主机两次请求的最小间隔，不低于 1s（默认依清单）"))
	f.DurationVar(&cfg.MaxTime, "max-time", 0, a.say("stop after this time; the next run goes on", "到时停止，下次继续"))
	f.BoolVar(&dry, "dry-run", false, a.say("say what would be visited, and ask nobody", "只列出将访问什么，不发任何请求"))
	f.StringVar(&explain, "explain", "", a.say("say why the links of a page would be followed: a file, or an address the archive holds; no request is made", "说明某页各链接为何会被访问：给出文件，或存档中已有的地址；不发任何请求"))
	f.StringVar(&base, "base", "", a.say("address of the page in the file that --explain names", "--explain 所给文件对应的网址"))
	f.StringArrayVar(&cfg.ConnectTo, "connect-to", nil, a.say("HOST1:PORT1:HOST2:PORT2, as curl has it; may be repeated", "同 curl：HOST1:PORT1:HOST2:PORT2，可重复"))
	f.StringVar(&cfg.Contact, "contact", "", a.say("your mail address, for the From header", "您的邮箱，写入 From 头"))
	f.StringVar(&families, "families", "all", a.say("content systems whose knowledge is used: all, none, or names with commas", "使用哪些内容管理系统的专门知识：all、none 或以逗号分隔的名称"))
	f.IntVar(&cfg.Workers, "workers", 256, a.say("hosts visited at once", "同时访问的主机数"))
	f.Var((*octets)(&cfg.Memory), "memory", a.say("memory for all answers in flight, such as 512MiB (default: a quarter of the machine's, at most 1GiB)", "所有在途应答可用的内存，如 512MiB（默认为本机内存的四分之一，至多 1GiB）"))
	f.StringVar(&cfg.Browser, "browser", "auto", a.say("last means for pages that only scripts draw: auto, never, or the path of a Chromium", "仅靠脚本生成的页面最后用浏览器打开：auto、never 或 Chromium 的路径"))
	f.StringVar(&sinks, "handoff", "", a.say("file that names the programs which get new reports", "列出接收新报告的程序的文件"))
	f.BoolVar(&asJSON, "json", false, a.say("progress and summary as JSON Lines on standard output", "以 JSON Lines 输出进度与结果"))
	return cmd
}

// choose picks portals; a choice that fits none is a mistake worth explaining.
func choose(list *portal.Seeds, only string) ([]*portal.Portal, error) {
	portals := list.Select(only, "")
	if len(portals) == 0 {
		return nil, usage(fmt.Errorf("--only %q fits none of %d portals: give part of a name, a code prefix or a host (crawler seeds ls TEXT searches)", only, len(list.Portals)))
	}
	return portals, nil
}

// crawl runs one crawl with its hand-off, and says how it ended.
func (a *app) crawl(ctx context.Context, cfg crawl.Config, sinkFile string, asJSON bool) error {
	var configs []handoff.SinkConfig
	var err error
	if sinkFile != "" {
		if configs, err = handoff.LoadConfig(sinkFile); err != nil {
			return usage(err)
		}
	}
	pool, err := newReader()
	if err != nil {
		return err
	}
	defer pool.Close()
	run, drain, stop := a.twoStage(ctx)
	defer stop()
	screen := a.newScreen(asJSON)
	cfg.Read, cfg.Drain, cfg.Progress = pool.Read, drain, screen.show
	s, err := crawl.Open(cfg)
	if err != nil {
		return err
	}
	a.tellRecovered(s.Archive())
	if !asJSON {
		a.note("%d portal(s), archive in %s", "%d 个网站，存档于 %s", len(cfg.Portals), cfg.ArchiveDir)
	}
	quit := a.serveReaders(run, cfg.ArchiveDir, s)
	sum, relay, err := crawlAndRelay(run, s, configs, pool)
	quit()
	screen.end()
	if err = errors.Join(err, s.Close()); err != nil {
		if run.Err() == nil {
			return err
		}
		sum.Interrupted = true
	}
	retry, dead := relay.Waiting()
	return a.ended(cfg, sum, ctx.Err() != nil, retry, dead, asJSON)
}

// crawlAndRelay runs a session while its events are handed off; the last of them go out after the last page came in.
func crawlAndRelay(ctx context.Context, s *crawl.Session, configs []handoff.SinkConfig, pool *reader) (crawl.Summary, *handoff.Relay, error) {
	sinks, err := handoff.Sinks(configs, s.Archive(), pool.Read)
	if err != nil {
		return crawl.Summary{}, &handoff.Relay{}, err
	}
	relay, err := handoff.NewRelay(s.Archive(), sinks, time.Now)
	if err != nil {
		return crawl.Summary{}, &handoff.Relay{}, err
	}
	over, relayed := make(chan struct{}), make(chan error, 1)
	go func() { relayed <- relay.Run(ctx, over) }()
	sum, err := s.Run(ctx)
	close(over)
	return sum, relay, errors.Join(err, <-relayed)
}

// twoStage splits Ctrl-C: the first closes drain, the second cancels the context of the run.
func (a *app) twoStage(ctx context.Context) (run context.Context, drain chan struct{}, stop func()) {
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	drain = make(chan struct{})
	over := make(chan struct{})
	again := make(chan os.Signal, 1)
	go func() {
		select {
		case <-ctx.Done():
		case <-over:
		}
		select {
		case <-over: // the context ends with the command, too
			return
		default:
		}
		a.note("\nfinishing the requests in flight; once more stops at once", "\n正在完成进行中的请求；再按一次立即停止")
		notify(again)
		close(drain)
		select {
		case <-again:
			cancel()
		case <-over:
		}
	}()
	return run, drain, func() { close(over); unnotify(again); cancel() }
}

// ended prints the summary and settles the exit code.
func (a *app) ended(cfg crawl.Config, sum crawl.Summary, signalled bool, retry, dead int, asJSON bool) error {
	if asJSON {
		if err := jsonLine(a.out, struct {
			Type string `json:"type"`
			crawl.Summary
			Waiting int `json:"handoffs_waiting,omitempty"`
			Dead    int `json:"handoffs_dead,omitempty"`
		}{"summary", sum, retry, dead}); err != nil {
			return err
		}
	} else {
		a.note("%d requests; reports: %d new, %d changed, %d moved, %d removed, %d restored; %s received in %s",
			"%d 次请求；报告：新增 %d，修改 %d，移动 %d，撤下 %d，恢复 %d；收到 %s，用时 %s",
			sum.Requests, sum.New, sum.Changed, sum.Moved, sum.Removed, sum.Restored, size(sum.Bytes), sum.Ended.Sub(sum.Started).Round(100*time.Millisecond))
	}
	again := "crawler crawl" + resume(os.Args[1:])
	switch {
	case signalled:
		a.note("interrupted with %d address(es) still due; go on with:\n  %s", "已中断，尚有 %d 个地址待访；继续请运行：\n  %s", sum.Left, again)
		return &exit{exitInterrupted, errQuiet}
	case sum.Interrupted:
		a.note("time is up with %d address(es) still due; go on with:\n  %s", "时间已到，尚有 %d 个地址待访；继续请运行：\n  %s", sum.Left, again)
	}
	if retry > 0 {
		a.note("%d hand-off(s) wait for another try (crawler handoff run --archive %s)", "%d 个交付等待重试（crawler handoff run --archive %s）", retry, cfg.ArchiveDir)
	}
	switch {
	case len(sum.FailedHosts) > 0:
		hosts := make([]string, 0, len(sum.FailedHosts))
		for h, why := range sum.FailedHosts {
			hosts = append(hosts, h+" ("+why+")")
		}
		slices.Sort(hosts)
		more := ""
		if len(hosts) > 5 {
			more = fmt.Sprintf(" +%d", len(hosts)-5)
		}
		a.note("%d host(s) failed: %s%s; crawler status --archive %s says why", "%d 个主机失败：%s%s；原因见 crawler status --archive %s",
			len(sum.FailedHosts), strings.Join(hosts[:min(5, len(hosts))], ", "), more, cfg.ArchiveDir)
		return &exit{exitHostsFailed, errQuiet}
	case dead > 0:
		a.note("%d hand-off(s) in the dead-letter box (crawler handoff ls --archive %s)", "%d 个交付进入死信箱（crawler handoff ls --archive %s）", dead, cfg.ArchiveDir)
		return &exit{exitDeadLetters, errQuiet}
	}
	return nil
}

// resume are the arguments of this run, quoted for a shell.
func resume(args []string) string {
	var b strings.Builder
	for _, x := range args[min(1, len(args)):] {
		b.WriteByte(' ')
		if strings.ContainsAny(x, " \t'\"$`\\*?;&|<>(){}") || x == "" {
			x = "'" + strings.ReplaceAll(x, "'", `'\''`) + "'"
		}
		b.WriteString(x)
	}
	return b.String()
}

// dryRun lists the portals that a crawl would visit and what is known of them, without a request.
func (a *app) dryRun(cfg crawl.Config, asJSON bool) error {
	plan, err := crawl.Plan(cfg)
	if err != nil {
		return err
	}
	t := grid{right: map[int]bool{3: true, 4: true}, most: 50}
	t.add(a.say("portal", "网站"), a.say("code", "代码"), a.say("host", "主机"), a.say("due", "到期"), a.say("later", "待后"), a.say("state", "状态"))
	due := 0
	for _, p := range plan {
		due += p.Due
		if asJSON {
			if err := jsonLine(a.out, p); err != nil {
				return err
			}
			continue
		}
		state := p.Blocked
		if p.New {
			state = a.say("new", "新")
		}
		t.add(p.Portal, p.Code, p.Host, fmt.Sprint(p.Due), fmt.Sprint(p.Later), state)
	}
	if !asJSON {
		if err := t.write(a.out); err != nil {
			return err
		}
	}
	a.note("dry run: %d portal(s), %d address(es) due; nothing was asked", "演练：%d 个网站，%d 个地址到期；未发任何请求", len(plan), due)
	return nil
}

// size is a count of octets for people.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
}
