// Package worker reads foreign files in child processes of our own binary, so that no file can hurt the program.
//
// A Pool keeps a few children and gives each one input at a time over a pipe; what comes back is the document or the
// error that extract.Read gave there, still recognisable with errors.Is. Serve is the child's side.
//
// What it promises to the caller of Read: it returns within the deadline and a short grace, whatever the input does; a
// child that crashes, hangs, outgrows its memory, or answers nonsense or too much is killed with everything it started,
// and that is an error wrapping one of document's; the calling process is untouched. An input that kills a child which
// has read others before is tried once more in a fresh one while half of its time is left, since the fault may be
// in what an earlier input left behind in the child.
//
// A watch inside the child ends it within milliseconds once it comes near its memory bound, and the garbage collector is
// told to stay below; on Linux the kernel holds the bound itself (RLIMIT_DATA).
package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"nianbao/document"
	"nianbao/extract"
)

// Options shape a pool. Zero values mean the defaults.
type Options struct {
	// Command starts a child that calls Serve, e.g. {"/proc/self/exe", "extract-worker"}. It must be given.
	Command []string
	// Env is added to the few variables that a child is given.
	Env []string
	// Size is how many children run at once: the processors, at most 4.
	Size int
	// MemoryBytes bounds the memory of one child: 1 GiB.
	MemoryBytes uint64
	// Deadline bounds the time of one conversion: 60 s. It replaces that of Limits.
	Deadline time.Duration
	// MaxOutput bounds a document as it comes back: 64 MiB.
	MaxOutput int64
	// Conversions is after how many a child is replaced: 200.
	Conversions int
	// Limits bound the readers in the child.
	Limits extract.Limits
}

func (o Options) defaults() Options {
	if o.Size <= 0 {
		o.Size = min(4, runtime.NumCPU())
	}
	if o.MemoryBytes == 0 {
		o.MemoryBytes = 1 << 30
	}
	if o.Deadline <= 0 {
		o.Deadline = 60 * time.Second
	}
	if o.MaxOutput <= 0 {
		o.MaxOutput = 64 << 20
	}
	if o.Conversions <= 0 {
		o.Conversions = 200
	}
	if o.Limits.MaxBytes <= 0 {
		o.Limits.MaxBytes = 256 << 20
	}
	return o
}

// grace is what a child is given past the deadline to say by itself that it ran out of time.
const grace = 2 * time.Second

var (
	// ErrClosed is what Read returns once the pool is closed.
	ErrClosed = errors.New("worker: pool is closed")
	// ErrStart means that no child could be started: nothing is said about the input.
	ErrStart = errors.New("worker: cannot start a child process")
)

// A Pool is safe for concurrent use.
type Pool struct {
	opt   Options
	slots chan *child // one a place; nil where no child runs yet
	done  chan struct{}
	once  sync.Once
}

// NewPool starts no child: the first conversions do.
func NewPool(opt Options) *Pool {
	p := &Pool{opt: opt.defaults(), done: make(chan struct{})}
	p.slots = make(chan *child, p.opt.Size)
	for range p.opt.Size {
		p.slots <- nil
	}
	return p
}

// Read reads one input in a child. Its error wraps one of document's where the input is to blame, ctx.Err where the
// caller is, ErrStart or ErrClosed where the pool is.
func (p *Pool) Read(ctx context.Context, in extract.Input) (*document.Document, error) {
	if int64(len(in.Data)) > p.opt.Limits.MaxBytes {
		return nil, fmt.Errorf("worker: %d bytes: %w", len(in.Data), document.ErrTooLarge)
	}
	var c *child
	select {
	case c = <-p.slots:
	case <-p.done:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("worker: waiting for a free child: %w", ctx.Err())
	}
	defer func() { p.slots <- c }()
	if p.closed() {
		return nil, ErrClosed
	}

	for left := p.opt.Deadline; ; {
		begin := time.Now()
		fresh := c == nil
		if fresh {
			var err error
			if c, err = start(p.opt); err != nil {
				return nil, err
			}
		}
		a, err := p.converse(ctx, c, in, left)
		if err == nil {
			d, err := a.result()
			// After a deadline the reader may be running still.
			if c.served >= p.opt.Conversions || a.Used > p.opt.MemoryBytes/2 || errors.Is(err, document.ErrDeadline) || errors.Is(err, errNonsense) {
				c.retire()
				c = nil
			}
			return d, err
		}
		end := c.retire()
		c = nil
		switch {
		case errors.Is(err, document.ErrDeadline), errors.Is(err, document.ErrTooLarge), ctx.Err() != nil, errors.Is(err, ErrClosed):
			return nil, err
		case fresh && errors.Is(err, errNonsense):
			return nil, err
		}
		if left -= time.Since(begin); fresh || left < p.opt.Deadline/2 {
			return nil, end.verdict(p.opt.MemoryBytes)
		}
	}
}

// converse has one conversation with a child, within a time and a grace. After an error the child must be retired;
// unless the error says more, how the child ended tells the reason.
func (p *Pool) converse(ctx context.Context, c *child, in extract.Input, deadline time.Duration) (answer, error) {
	bounded, cancel := context.WithTimeout(ctx, deadline+grace)
	defer cancel()
	limits := p.opt.Limits
	limits.Deadline = deadline
	answered := make(chan struct{})
	defer close(answered)
	go func() {
		select {
		case <-bounded.Done():
			c.kill()
		case <-p.done:
			c.kill()
		case <-answered:
		}
	}()

	a, err := c.ask(request{Name: in.Name, MediaType: in.MediaType, Charset: in.Charset, Limits: limits}, in.Data)
	switch {
	case err == nil:
		return a, nil
	case ctx.Err() != nil:
		return a, fmt.Errorf("worker: %w", ctx.Err())
	case p.closed():
		return a, ErrClosed
	case bounded.Err() != nil:
		return a, fmt.Errorf("worker: %w of %s: the reader was killed", document.ErrDeadline, p.opt.Deadline)
	}
	return a, fmt.Errorf("worker: %w", err)
}

func (p *Pool) closed() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Close ends every child, also those at work, and waits until they are gone. It may be called twice.
func (p *Pool) Close() error {
	p.once.Do(func() {
		close(p.done)
		for range p.opt.Size {
			if c := <-p.slots; c != nil {
				c.retire()
			}
		}
	})
	return nil
}

// environment is what a child is given: where to find programs, a directory of its own for temporary files, and nothing
// secret.
func environment(dir string, extra []string) []string {
	env := []string{"GOTRACEBACK=single", "GOMAXPROCS=2", "TMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir}
	for _, k := range []string{"PATH", "HOME", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT", "USERPROFILE"} {
		if v, ok := os.LookupEnv(k); ok {
			env = append(env, k+"="+v)
		}
	}
	return append(env, extra...)
}
