package handoff

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"nianbao/archive"
)

// execSink runs a program for each event: the event on standard input, its result as JSON on standard output. Exit code 0
// settles the event, 75 (EX_TEMPFAIL) asks for another try, 65 (EX_DATAERR) makes it a dead letter; any other is tried
// again. A program that writes more than mostOutput is ended, and its event a dead letter. It runs in a process group of its
// own, which ends with it, with its time, and with this process; what it leaves running is ended.
type execSink struct {
	body
	name    string
	command []string
	env     []string
	timeout time.Duration
}

// plainEnv are the variables that every program is given; what else it needs is listed in the hand-off file, so that
// secrets of the crawler's own environment go to nobody.
var plainEnv = []string{"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SystemRoot"}

func execKind() kind {
	return kind{
		name: "exec",
		lacks: func(c SinkConfig) string {
			if len(c.Command) == 0 {
				return "an exec sink needs command: [program, argument, …]"
			}
			return ""
		},
		open: func(c SinkConfig, b body, _ Reader) (Sink, error) {
			s, err := newExec(c, b)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
	}
}

// newExec makes a sink. Its environment is settled here, so that a variable that is listed and not set is an error at once.
func newExec(c SinkConfig, b body) (*execSink, error) {
	if c.Timeout <= 0 {
		c.Timeout = time.Minute
	}
	s := &execSink{body: b, name: c.Name, command: c.Command, timeout: c.Timeout, env: []string{}}
	for _, name := range plainEnv {
		if v, ok := os.LookupEnv(name); ok {
			s.env = append(s.env, name+"="+v)
		}
	}
	for _, e := range c.Env {
		if strings.Contains(e, "=") {
			s.env = append(s.env, e)
			continue
		}
		v, ok := os.LookupEnv(e)
		if !ok {
			return nil, fmt.Errorf("handoff: sink %s: env lists %s, which is not set: set it, or write %s=VALUE", c.Name, e, e)
		}
		s.env = append(s.env, e+"="+v)
	}
	return s, nil
}

const (
	exitData     = 65
	mostOutput   = 4 << 20         // octets of a program's result
	mostMessages = 4 << 10         // octets kept of what it says on standard error
	lastWords    = 2 * time.Second // for its output to end once it has: what it left running may hold it open
)

var errOutput = fmt.Errorf("its output passes %d octets", mostOutput)

// Deliver runs the program.
func (s *execSink) Deliver(ctx context.Context, e archive.Event) error {
	in, err := s.of(e)
	if err != nil {
		return fmt.Errorf("handoff: %s: %w", s.name, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("it took longer than %s", s.timeout))
	defer cancel()
	out, messages := &limited{most: mostOutput, full: errOutput, over: cancel}, &limited{most: mostMessages}
	if err := s.run(ctx, in, out, messages); err != nil {
		if out.cut() {
			err = errors.Join(errOutput, ErrPermanent)
		} else if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
			err = fmt.Errorf("%w: %w", cause, err)
		}
		err = fmt.Errorf("handoff: %s: %w: %s", s.name, err, strings.TrimSpace(string(messages.bytes())))
		if x, ok := errors.AsType[*exec.ExitError](err); ok && x.ExitCode() == exitData {
			return fmt.Errorf("%w: %w", ErrPermanent, err)
		}
		return err
	}
	if answer := bytes.TrimSpace(out.bytes()); len(answer) > 0 && json.Valid(answer) && e.Data.TextSHA256 != "" {
		if err := s.archive.PutResult(archive.Result{TextSHA256: e.Data.TextSHA256, Parser: s.name, Body: answer}); err != nil {
			return fmt.Errorf("handoff: %s: %w", s.name, err)
		}
	}
	return nil
}

// run runs the program to its end, and ends what it leaves running.
func (s *execSink) run(ctx context.Context, in []byte, out, messages io.Writer) error {
	runtime.LockOSThread() // the program ends with the thread that began it
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	cmd.WaitDelay = lastWords
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.env, bytes.NewReader(in), out, messages
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	endGroup(cmd)
	if errors.Is(err, exec.ErrWaitDelay) && cmd.ProcessState.Success() {
		err = nil // it ended well; what held its output open has been ended
	}
	return err
}

// limited keeps the beginning of what is written to it. It offers nothing but Write: a buffer's other methods would go round
// the bound.
type limited struct {
	most int
	full error  // what a write beyond the bound returns; nil takes it and drops it
	over func() // called at the first such write
	mu   sync.Mutex
	kept []byte
	past bool
}

func (l *limited) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	room := l.most - len(l.kept)
	l.kept = append(l.kept, p[:min(len(p), room)]...)
	if len(p) <= room {
		return len(p), nil
	}
	if !l.past && l.over != nil {
		l.over()
	}
	l.past = true
	if l.full != nil {
		return room, l.full
	}
	return len(p), nil
}

func (l *limited) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept
}

func (l *limited) cut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.past
}
