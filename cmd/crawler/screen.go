package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"time"

	"golang.org/x/term"

	"nianbao/crawl"
)

func notify(c chan os.Signal) { signal.Notify(c, os.Interrupt) }

func unnotify(c chan os.Signal) { signal.Stop(c) }

// logEvery is how often a line is logged where there is no terminal.
const logEvery = 30 * time.Second

// A screen shows progress: one live line on a terminal, a log line every 30 s elsewhere, or JSON Lines on standard output.
type screen struct {
	a     *app
	json  bool
	live  bool
	plain bool // NO_COLOR
	log   *slog.Logger
	last  time.Time
	begun time.Time
}

func (a *app) newScreen(asJSON bool) *screen {
	s := &screen{a: a, json: asJSON, log: slog.New(slog.NewTextHandler(a.err, nil))}
	if f, ok := a.err.(*os.File); ok && !asJSON {
		s.live = term.IsTerminal(int(f.Fd()))
	}
	s.plain = os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
	return s
}

// show takes the state of the crawl, about four times a second.
func (s *screen) show(p crawl.Progress) {
	if s.begun.IsZero() {
		s.begun, s.last = p.At, p.At
	}
	switch {
	case s.live:
		s.line(p)
	case p.Final, p.At.Sub(s.last) < logEvery:
	case s.json:
		s.last = p.At
		_ = jsonLine(s.a.out, struct { // a reader that went away is noticed at the end
			Type string `json:"type"`
			crawl.Progress
		}{"progress", p})
	default:
		s.last = p.At
		s.log.Info("progress", "requests", p.Requests, "reports", p.Reports, "new", p.New, "changed", p.Changed, "removed", p.Removed,
			"hosts_busy", p.Busy, "hosts_waiting", p.Waiting, "failed_hosts", p.FailedHosts, "queued", p.Queued, "eta", p.ETA.Round(time.Second).String())
	}
}

// line draws the live line over the one before.
func (s *screen) line(p crawl.Progress) {
	text := fmt.Sprintf(s.a.say("%d pages · %d reports (%d new) · %d hosts busy, %d waiting · %d queued · ETA %s", "%d 页 · %d 份报告（新 %d）· %d 主机忙，%d 等待 · 待访 %d · 约需 %s"),
		p.Requests, p.Reports, p.New, p.Busy, p.Waiting, p.Queued, p.ETA.Round(time.Second))
	if len(p.Busiest) > 0 {
		text += " · " + strings.Join(p.Busiest, " ")
	}
	width := 80
	if f, ok := s.a.err.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 10 {
			width = w
		}
	}
	if s.plain {
		io.WriteString(s.a.err, "\r"+fit(text, width-1))
		return
	}
	io.WriteString(s.a.err, "\r\x1b[2K\x1b[36m"+strings.TrimRight(fit(text, width-1), " ")+"\x1b[0m")
}

// end leaves the live line behind.
func (s *screen) end() {
	if s.live {
		io.WriteString(s.a.err, "\n")
	}
}
