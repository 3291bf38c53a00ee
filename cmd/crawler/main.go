// Command crawler finds the yearly reports on government information disclosure (政府信息公开工作年度报告) that Chinese
// government bodies publish, archives what it saw, reads the statutory numbers, and hands new reports to other tools.
//
// Each command has a file of its own here and holds no logic: it reads flags, calls the rooms, and prints. Data goes to
// standard output, everything else to standard error; errors are logged once, here, and turned into exit codes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/crawl"
	"nianbao/crawl/portal"
)

// Exit codes, as README.md lists them.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitHostsFailed = 3
	exitDeadLetters = 4
	exitNoArchive   = 10
	exitLocked      = 11
	exitInterrupted = 130
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// app is what every command shares: the streams, and the language of messages.
type app struct {
	stdin   io.Reader
	out     io.Writer // data
	err     io.Writer // everything else
	chinese bool
	session *crawl.Session // set where a running crawl answers for its own archive
	asked   string         // directory of the archive that was asked for
}

// say is the message in the user's language.
func (a *app) say(en, zh string) string {
	if a.chinese {
		return zh
	}
	return en
}

// note prints one message to standard error.
func (a *app) note(en, zh string, args ...any) {
	fmt.Fprintf(a.err, a.say(en, zh)+"\n", args...)
}

// prefersChinese follows the locale's variables in their order of weight.
func prefersChinese(getenv func(string) string) bool {
	for _, k := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(k); v != "" {
			return strings.HasPrefix(strings.ToLower(v), "zh")
		}
	}
	return false
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, out: stdout, err: stderr, chinese: prefersChinese(os.Getenv)}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return a.execute(ctx, args)
}

// execute runs one command and returns its exit code.
func (a *app) execute(ctx context.Context, args []string) (code int) {
	defer func() { // a database damaged inside its pages is met only when it is read
		if p := recover(); p != nil {
			fmt.Fprintf(a.err, "error: %v\n%s", p, debug.Stack())
			a.note("this is a fault of the program or of a damaged archive; \"crawler rebuild\" makes the index again from the segments",
				"这是程序错误或存档损坏；可用 crawler rebuild 从分段重建索引")
			code = exitFailure
		}
	}()
	debug.SetPanicOnFault(true)
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if errors.Is(err, archive.ErrLocked) && a.session == nil {
		if code, ok := a.askCrawl(a.asked, args); ok {
			return code
		}
	}
	if !errors.Is(err, errQuiet) && !errors.Is(err, syscall.EPIPE) {
		fmt.Fprintln(a.err, a.say("error: ", "错误：")+err.Error())
	}
	return codeOf(err)
}

// root is the command line.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "crawler",
		Short: a.say("Find, archive and read Chinese government disclosure reports", "发现、存档并读取政府信息公开工作年度报告"),
		Long: a.say("crawler walks a seed list of government portals, finds every yearly report on information disclosure\n(政府信息公开工作年度报告), archives what it saw as WARC, reads the statutory numbers and hands them on.\n\nStart with: crawler demo",
			"crawler 按种子清单礼貌地访问政府网站，发现每一份政府信息公开工作年度报告，以 WARC 存档，\n读出法定表格中的数字，并交给其他工具。\n\n先试试：crawler demo"),
		SilenceUsage: true, SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := ""
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = fmt.Sprintf(": did you mean %q?", near[0])
			}
			return usage(fmt.Errorf("unknown command %q%s (crawler --help lists them)", args[0], hint))
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w (%s --help lists the flags)", err, cmd.CommandPath()))
	})
	root.AddCommand(a.crawlCommand(), a.demoCommand(), a.parseCommand(), a.extractCommand(), a.lsCommand(), a.showCommand(), a.getCommand(), a.diffCommand(), a.eventsCommand(),
		a.exportCommand(), a.statusCommand(), a.handoffCommand(), a.rebuildCommand(), a.verifyCommand(), a.compactCommand(), a.importCommand(), a.reprocessCommand(), a.seedsCommand(), a.schemaCommand(), a.versionCommand(), a.workerCommand())
	return root
}

// An exit is an error with an exit code of its own.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

// errQuiet marks an end that has been explained already.
var errQuiet = errors.New("explained above")

// usage marks an error that the user mends on the command line or in a file.
func usage(err error) error { return &exit{exitUsage, err} }

// codeOf is the exit code of an error.
func codeOf(err error) int {
	if e, ok := errors.AsType[*exit](err); ok {
		return e.code
	}
	if _, ok := errors.AsType[*portal.Problems](err); ok {
		return exitUsage
	}
	for _, c := range []struct {
		err  error
		code int
	}{{archive.ErrLocked, exitLocked}, {archive.ErrNotArchive, exitNoArchive}, {crawl.ErrConfig, exitUsage}, {context.Canceled, exitInterrupted}} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return exitFailure
}

// atLeast and exactly check the number of arguments and say what was expected.
func atLeast(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usage(fmt.Errorf("%s needs %s (%s --help)", cmd.CommandPath(), what, cmd.CommandPath()))
		}
		return nil
	}
}

// atMost bounds the number of arguments.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return usage(fmt.Errorf("%s takes %s, not %d arguments (%s --help)", cmd.CommandPath(), what, len(args), cmd.CommandPath()))
		}
		return nil
	}
}

func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usage(fmt.Errorf("%s takes %s, not %d argument(s) (%s --help)", cmd.CommandPath(), what, len(args), cmd.CommandPath()))
		}
		return nil
	}
}
