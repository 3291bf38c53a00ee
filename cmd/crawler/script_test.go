package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"nianbao/internal/compose"
	"nianbao/internal/portaltest"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == workerName { // this binary is the program's own file: it starts itself as a reader
		main()
	}
	testscript.Main(m, map[string]func(){"crawler": main})
}

// TestScripts runs the real binary. Beside testscript's own commands there are:
//
//	exits N crawler ARG…      run, and expect the exit code N
//	compose BODY YEAR FILE    write a report whose ending says in which format
//	world [HAZARD…]           simulate portals on loopback until the script ends: seeds.yaml, and $TO for --connect-to
//	epoch N                   let time pass in the world
//	polite                    expect that the world's own log shows no violation
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("LANG", "C")
			env.Values[worldKey{}] = new(*portaltest.World)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "compose": composeFile, "world": startWorld, "epoch": setEpoch, "polite": polite,
		},
	})
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		got = e.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func composeFile(ts *testscript.TestScript, _ bool, args []string) {
	year, err := strconv.Atoi(args[1])
	ts.Check(err)
	r := compose.New(1, args[0], year, compose.Options{})
	var data []byte
	switch name := args[2]; {
	case strings.HasSuffix(name, ".docx"):
		data = r.DOCX()
	case strings.HasSuffix(name, ".html"):
		data = []byte("<html><head><meta charset=utf-8><title>" + r.Title + "</title></head><body>" + r.HTML(compose.Styles()[0]) + "</body></html>")
	case strings.HasSuffix(name, ".pdf"):
		data = r.PDF(compose.IdentityH)
	default:
		data = []byte(r.Text())
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), data, 0o644))
}

// worldDelay is short: the hosts are simulated.
const worldDelay = 10 * time.Millisecond

// worldKey is where a script keeps its world.
type worldKey struct{}

func worldOf(ts *testscript.TestScript) **portaltest.World {
	return ts.Value(worldKey{}).(**portaltest.World)
}

func startWorld(ts *testscript.TestScript, _ bool, args []string) {
	w := portaltest.New(portaltest.Options{Seed: 7, Families: []string{"trs", "hanweb"}, Years: []int{2022, 2023}, Noise: 8, Hazards: args, Delay: worldDelay})
	s, err := w.Start()
	ts.Check(err)
	ts.Defer(s.Close)
	*worldOf(ts) = w
	ts.Check(os.WriteFile(ts.MkAbs("seeds.yaml"), w.SeedsYAML(), 0o644))
	ts.Setenv("TO", s.ConnectTo())
	ts.Setenv("REPORTS", fmt.Sprint(len(w.Truth())))
}

func setEpoch(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	w := *worldOf(ts)
	w.SetEpoch(n)
	ts.Setenv("REPORTS", fmt.Sprint(len(w.Truth())))
}

func polite(ts *testscript.TestScript, _ bool, _ []string) {
	w := *worldOf(ts)
	if log := w.Log(); len(log) == 0 {
		ts.Fatalf("nothing was asked of the world")
	} else if bad := w.Judge(log, worldDelay); len(bad) > 0 {
		ts.Fatalf("%d violations, first: %s", len(bad), bad[0])
	}
}
