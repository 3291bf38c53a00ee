package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"time"

	"nianbao/document"
	"nianbao/extract"
)

// A Reader reads one input within limits; extract.Read is one.
type Reader func(context.Context, extract.Input, extract.Limits) (*document.Document, error)

// Serve is the child's side: it reads inputs from r and writes answers to w until r ends, which also ends a conversion at
// work. The first frame may tell it to confine the process it runs in, so it must be given a process of its own: nothing
// else may write to w, and the process should exit when Serve returns.
func Serve(r io.Reader, w io.Writer, read Reader) error {
	var h hello
	if _, err := readFrame(r, &h, 0); err != nil {
		return fmt.Errorf("worker: hello: %w", err)
	}
	if strings.HasPrefix(filepath.Base(h.Dir), dirPrefix) {
		defer os.RemoveAll(h.Dir) // the parent does so, unless it was killed
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if h.Memory > 0 {
		confine(h.Memory)
	}

	type work struct {
		q    request
		data []byte
	}
	inputs := make(chan work)
	ended := make(chan error, 1)
	go func() {
		for {
			var q request
			data, err := readFrame(r, &q, mostInput)
			if err != nil {
				ended <- err
				cancel()
				return
			}
			select {
			case inputs <- work{q, data}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			if err := <-ended; err != io.EOF {
				return fmt.Errorf("worker: request: %w", err)
			}
			return nil
		case in := <-inputs:
			stop := watchMemory(h.Memory)
			d, err := guarded(ctx, read, extract.Input{Name: in.q.Name, MediaType: in.q.MediaType, Charset: in.q.Charset, Data: in.data}, in.q.Limits)
			a := answerOf(d, err, h.MaxOutput)
			stop()
			a.Used = used()
			if err := writeFrame(w, a, a.document); err != nil {
				return fmt.Errorf("worker: answer: %w", err)
			}
		}
	}
}

// guarded calls the reader and leaves it behind when the parent is gone and it does not notice.
func guarded(ctx context.Context, read Reader, in extract.Input, lim extract.Limits) (*document.Document, error) {
	type result struct {
		d   *document.Document
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{nil, fmt.Errorf("worker: reader failed: %w: %v", document.ErrMalformed, p)}
			}
		}()
		d, err := read(ctx, in, lim)
		if d == nil && err == nil {
			err = errors.New("worker: the reader returned nothing")
		}
		done <- result{d, err}
	}()
	select {
	case r := <-done:
		return r.d, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r.d, r.err
	case <-time.After(grace):
		return nil, ctx.Err()
	}
}

// exitMemory is how a child ends that found itself past its memory bound.
const exitMemory = 86

// confine bounds this process: the collector works harder near the bound, a stack is far below it, no core is written.
func confine(memory uint64) {
	debug.SetMemoryLimit(int64(memory / 4 * 3))
	debug.SetMaxStack(int(min(memory/4, 256<<20)))
	confineSystem(memory)
}

// watchMemory ends the process when it comes near its bound; stop ends the watch. The Go runtime takes memory in large
// steps and does not always survive the kernel's refusal long enough to say why it ends.
func watchMemory(memory uint64) (stop func()) {
	if memory == 0 {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		t := time.NewTicker(10 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				if used() > memory/8*7 {
					os.Exit(exitMemory)
				}
			}
		}
	}()
	return func() { close(done) }
}

// used is the memory that the runtime holds now.
func used() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}
