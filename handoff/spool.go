package handoff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"nianbao/archive"
)

// spool writes each event into a file of its own in Maildir layout: tmp while it is written, new once it is whole.
type spool struct {
	body
	root *os.Root
}

func spoolKind() kind {
	return kind{
		name: "spool",
		lacks: func(c SinkConfig) string {
			if c.Dir == "" {
				return "a spool sink needs dir: PATH"
			}
			return ""
		},
		open: func(c SinkConfig, b body, _ Reader) (Sink, error) {
			s, err := newSpool(c.Dir, b)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
	}
}

func newSpool(dir string, b body) (*spool, error) {
	for _, sub := range []string{"tmp", "new"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
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
