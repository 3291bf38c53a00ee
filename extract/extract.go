// Package extract turns the bytes of a published file, whatever its format, into a document.
//
// In go bytes with hints (a name, the declared media type and charset); out comes a document.Document, or an error that
// wraps one of document's. The content decides the format, never the name. The room is pure: no network, no clock, no
// disk. Each format is one file here, format_NAME.go, and one line of the table in formats.go; the readers of most stand in
// rooms of their own below. All of them are bounded in size, nesting, inflation and time, and a reader that panics on
// hostile bytes ends as an error here. Package worker calls Read in a child process.
package extract

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"nianbao/document"
)

// An Input is what is to be read. Name is a file name or an address; all but Data are hints.
type Input struct {
	Name      string `json:"name,omitempty"`
	MediaType string `json:"media_type,omitempty"`
	Charset   string `json:"charset,omitempty"`
	Data      []byte `json:"data"`
}

// Limits bound the work on one input. Zero values mean the defaults.
type Limits struct {
	MaxBytes    int64         // of the input, 256 MiB
	MaxInflated int64         // of anything packed, 256 MiB
	MaxPages    int           // of paged formats, 2,000
	MaxCells    int           // of all tables, 200,000
	MaxDepth    int           // of containers in containers, 3
	MaxParts    int           // members of a container, 500
	Deadline    time.Duration // 60 s
}

func (l Limits) defaults() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = 256 << 20
	}
	if l.MaxInflated <= 0 {
		l.MaxInflated = 256 << 20
	}
	if l.MaxPages <= 0 {
		l.MaxPages = 2000
	}
	if l.MaxCells <= 0 {
		l.MaxCells = 200_000
	}
	if l.MaxDepth <= 0 {
		l.MaxDepth = 3
	}
	if l.MaxParts <= 0 {
		l.MaxParts = 500
	}
	if l.Deadline <= 0 {
		l.Deadline = 60 * time.Second
	}
	return l
}

// Read reads one input. It never panics; on ErrDeadline a reader that ignores its context may still be running, which is
// why hostile bytes belong into package worker.
func Read(ctx context.Context, in Input, lim Limits) (*document.Document, error) {
	lim = lim.defaults()
	if int64(len(in.Data)) > lim.MaxBytes {
		return nil, fmt.Errorf("extract: %d bytes: %w", len(in.Data), document.ErrTooLarge)
	}
	bounded, cancel := context.WithTimeout(ctx, lim.Deadline)
	defer cancel()
	type result struct {
		d   *document.Document
		err error
	}
	done := make(chan result, 1)
	go func() {
		d, err := dispatch(bounded, in, lim)
		done <- result{d, err}
	}()
	select {
	case r := <-done:
		if ctx.Err() == nil && errors.Is(r.err, context.DeadlineExceeded) && !errors.Is(r.err, document.ErrDeadline) {
			r.err = fmt.Errorf("%w: %w", document.ErrDeadline, r.err)
		}
		return r.d, r.err
	case <-bounded.Done():
		if ctx.Err() != nil {
			return nil, fmt.Errorf("extract: %w", ctx.Err())
		}
		return nil, fmt.Errorf("extract: %w after %s", document.ErrDeadline, lim.Deadline)
	}
}

// where names the function of this module nearest to a panic that is being recovered, for the error message.
func where() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "nianbao/") {
			return fmt.Sprintf(" in %s, line %d", strings.TrimPrefix(f.Function, "nianbao/"), f.Line)
		}
		if !more {
			return ""
		}
	}
}

func dispatch(ctx context.Context, in Input, lim Limits) (d *document.Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, fmt.Errorf("extract: %w: the reader failed%s: %v", document.ErrMalformed, where(), p)
		}
	}()
	c := &call{lim: lim, left: lim.MaxInflated}
	return c.read(ctx, in, 0)
}
