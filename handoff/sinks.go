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
	"path/filepath"
	"strings"
	"time"

	"nianbao/archive"
)

// body renders an event for a consumer, with the report beside the references where that was asked for.
type body struct {
	archive *archive.Archive
	inline  string
}

func (b body) of(e archive.Event) ([]byte, error) {
	out := struct {
		archive.Event
		Record *archive.Report `json:"record,omitempty"`
	}{Event: e}
	if b.inline != "" {
		r, err := b.archive.Report(e.Data.Report, b.inline == "text")
		if err != nil {
			return nil, err
		}
		out.Record = &r
	}
	return json.Marshal(out)
}

// execSink runs a program for each event: the event on standard input, its result as JSON on standard output. Exit code 0
// settles the event, 75 (EX_TEMPFAIL) asks for another try, 65 (EX_DATAERR) makes it a dead letter; any other is tried
// again.
type execSink struct {
	body
	name    string
	command []string
	timeout time.Duration
}

func newExec(c SinkConfig, b body) *execSink {
	if c.Timeout <= 0 {
		c.Timeout = time.Minute
	}
	return &execSink{body: b, name: c.Name, command: c.Command, timeout: c.Timeout}
}

const (
	exitData     = 65
	mostOutput   = 4 << 20
	mostMessages = 4 << 10
)

// Deliver runs the program.
func (s *execSink) Deliver(ctx context.Context, e archive.Event) error {
	in, err := s.of(e)
	if err != nil {
		return fmt.Errorf("handoff: %s: %w", s.name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	cmd.WaitDelay = 5 * time.Second
	cmd.Stdin = bytes.NewReader(in)
	out, messages := &bounded{most: mostOutput}, &bounded{most: mostMessages}
	cmd.Stdout, cmd.Stderr = out, messages
	if err := cmd.Run(); err != nil {
		err = fmt.Errorf("handoff: %s: %w: %s", s.name, err, strings.TrimSpace(messages.String()))
		if x, ok := errors.AsType[*exec.ExitError](err); ok && x.ExitCode() == exitData {
			return fmt.Errorf("%w: %w", ErrPermanent, err)
		}
		return err
	}
	if answer := bytes.TrimSpace(out.Bytes()); len(answer) > 0 && !out.cut && json.Valid(answer) && e.Data.TextSHA256 != "" {
		if err := s.archive.PutResult(archive.Result{TextSHA256: e.Data.TextSHA256, Parser: s.name, Body: answer}); err != nil {
			return fmt.Errorf("handoff: %s: %w", s.name, err)
		}
	}
	return nil
}

// bounded keeps the beginning of what is written to it.
type bounded struct {
	bytes.Buffer
	most int
	cut  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.most - b.Len(); len(p) > room {
		b.cut = true
		b.Buffer.Write(p[:room])
	} else {
		b.Buffer.Write(p)
	}
	return len(p), nil
}

// spool writes each event into a file of its own in Maildir layout: tmp while it is written, new once it is whole.
type spool struct {
	body
	root *os.Root
}

func newSpool(dir string, b body) (*spool, error) {
	for _, sub := range []string{"tmp", "new"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, fmt.Errorf("handoff: spool: %w", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("handoff: spool: %w", err)
	}
	return &spool{body: b, root: root}, nil
}

// Deliver writes the file and makes it durable before it appears in new. The name follows from the event, so that a
// repeat replaces what it repeats.
func (s *spool) Deliver(_ context.Context, e archive.Event) error {
	data, err := s.of(e)
	if err != nil {
		return fmt.Errorf("handoff: spool: %w", err)
	}
	name := fmt.Sprintf("%012d.%s.json", e.Sequence, e.ID)
	f, err := s.root.Create("tmp/" + name)
	if err != nil {
		return fmt.Errorf("handoff: spool: %w", err)
	}
	_, err = io.Copy(f, bytes.NewReader(append(data, '\n')))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = s.root.Rename("tmp/"+name, "new/"+name)
	}
	if err != nil {
		return fmt.Errorf("handoff: spool: %w", err)
	}
	return nil
}
