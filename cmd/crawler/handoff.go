package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/handoff"
)

func (a *app) handoffCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "handoff", Short: a.say("Look after the outbox: what waits, what failed, again", "管理发件箱：查看、重试、跳过、重放"), Args: exactly(0, "a subcommand"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	dir := cmd.PersistentFlags().String("archive", "archive", a.say("directory of the archive", "存档目录"))
	opening := func(open func(string) (*archive.Archive, func(), error), use func(ctx context.Context, ar *archive.Archive, args []string) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			ar, done, err := open(*dir)
			if err != nil {
				return err
			}
			defer done()
			return use(cmd.Context(), ar, args)
		}
	}
	with := func(use func(ctx context.Context, ar *archive.Archive, args []string) error) func(*cobra.Command, []string) error {
		return opening(a.openToWrite, use)
	}
	var asJSON bool
	ls := &cobra.Command{Use: "ls", Short: a.say("Where every sink stands", "各接收方的进度"), Args: exactly(0, "flags only"),
		RunE: opening(a.openArchive, func(_ context.Context, ar *archive.Archive, _ []string) error { return a.listSinks(ar, asJSON) })}
	ls.Flags().BoolVar(&asJSON, "json", false, "JSON Lines")

	var file string
	run := &cobra.Command{Use: "run", Short: a.say("Deliver what is due now", "立即交付到期的事件"), Args: exactly(0, "flags only"),
		RunE: with(func(ctx context.Context, ar *archive.Archive, _ []string) error { return a.deliver(ctx, ar, file) })}
	run.Flags().StringVar(&file, "handoff", "", a.say("file that names the sinks", "列出接收方的文件"))

	change := func(use, short string, what string, f func(args []string) (func(*handoff.State), error)) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: exactly(2, what), RunE: with(func(_ context.Context, ar *archive.Archive, args []string) error {
			alter, err := f(args)
			if err != nil {
				return usage(err)
			}
			if err := knownSink(ar, args[0]); err != nil {
				return usage(err)
			}
			st, err := handoff.ChangeState(ar, args[0], alter)
			if err != nil {
				return err
			}
			a.note("%s: at %d of %d, %d waiting, %d dead", "%s：进度 %d / %d，待重试 %d，死信 %d", args[0], st.Cursor, ar.Sequence(), len(st.Retry), len(st.Dead))
			return nil
		})}
	}
	retry := change("retry SINK SEQ|all", a.say("Put dead letters back, due at once", "把死信放回，立即重试"), "a sink and a sequence number, or all", func(args []string) (func(*handoff.State), error) {
		if args[1] == "all" {
			return handoff.Revive(0, time.Now()), nil
		}
		seq, err := sequence(args[1])
		return handoff.Revive(seq, time.Now()), err
	})
	skip := change("skip SINK SEQ", a.say("Settle an item without delivering it", "不再交付某一事件"), "a sink and a sequence number", func(args []string) (func(*handoff.State), error) {
		seq, err := sequence(args[1])
		return handoff.Skip(seq), err
	})
	replay := change("replay SINK SEQ", a.say("Set a cursor back: every event behind SEQ is delivered again", "游标退回：SEQ 之后的事件全部重新交付"), "a sink and a sequence number (0: all)", func(args []string) (func(*handoff.State), error) {
		n, err := strconv.ParseUint(args[1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no sequence number", args[1])
		}
		return handoff.Replay(n), nil
	})
	cmd.AddCommand(ls, run, retry, skip, replay)
	return cmd
}

func sequence(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no sequence number: crawler handoff ls shows them", s)
	}
	return n, nil
}

func knownSink(ar *archive.Archive, name string) error {
	names, err := ar.Sinks()
	if err != nil {
		return err
	}
	for _, n := range names {
		if n == name {
			return nil
		}
	}
	return fmt.Errorf("no sink named %q: there are %q", name, names)
}

func (a *app) listSinks(ar *archive.Archive, asJSON bool) error {
	names, err := ar.Sinks()
	if err != nil {
		return err
	}
	t := grid{right: map[int]bool{1: true, 2: true, 3: true, 4: true}, most: 100}
	t.add(a.say("sink", "接收方"), a.say("at", "进度"), a.say("delivered", "已交付"), a.say("waiting", "待重试"), a.say("dead", "死信"), a.say("last", "最近"))
	dead := 0
	for _, name := range names {
		st, err := handoff.LoadState(ar, name)
		if err != nil {
			return err
		}
		dead += len(st.Dead)
		if asJSON {
			if err := jsonLine(a.out, struct {
				Sink string `json:"sink"`
				handoff.State
			}{name, st}); err != nil {
				return err
			}
			continue
		}
		t.add(name, fmt.Sprintf("%d/%d", st.Cursor, ar.Sequence()), fmt.Sprint(st.Delivered), fmt.Sprint(len(st.Retry)), fmt.Sprint(len(st.Dead)), st.Last.Local().Format("2006-01-02 15:04:05"))
		for _, p := range append(st.Dead, st.Retry...) {
			t.add("", fmt.Sprint(p.Sequence), "", fmt.Sprint(p.Tries), "", p.Error)
		}
	}
	if !asJSON {
		if err := t.write(a.out); err != nil {
			return err
		}
	}
	if dead > 0 {
		return &exit{exitDeadLetters, errQuiet}
	}
	return nil
}

// deliver makes one pass over the sinks of a file.
func (a *app) deliver(ctx context.Context, ar *archive.Archive, file string) error {
	var configs []handoff.SinkConfig
	var err error
	if file != "" {
		if configs, err = handoff.LoadConfig(file); err != nil {
			return usage(err)
		}
	}
	pool, err := newReader()
	if err != nil {
		return err
	}
	defer pool.Close()
	sinks, err := handoff.Sinks(configs, ar, pool.Read)
	if err != nil {
		return err
	}
	relay, err := handoff.NewRelay(ar, sinks, time.Now)
	if err != nil {
		return err
	}
	if err := relay.Pass(ctx); err != nil {
		return err
	}
	retry, dead := relay.Waiting()
	a.note("%d sink(s) served; %d waiting, %d dead", "已处理 %d 个接收方；待重试 %d，死信 %d", len(sinks), retry, dead)
	if dead > 0 {
		return &exit{exitDeadLetters, errQuiet}
	}
	return nil
}
