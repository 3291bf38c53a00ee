package worker

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"nianbao/document"
)

// child is one running child process. One conversation at a time; kill may come from anywhere.
type child struct {
	cmd      *exec.Cmd
	in       *os.File // its standard input
	out      *os.File // its standard output
	messages head     // its standard error
	dir      string   // for its temporary files
	opt      Options
	served   int

	mu     sync.Mutex
	killed bool
	reaped bool
}

// dirPrefix begins the names of the children's temporary directories.
const dirPrefix = "nianbao-read-"

func start(opt Options) (*child, error) {
	if len(opt.Command) == 0 {
		return nil, fmt.Errorf("%w: no command given", ErrStart)
	}
	c := &child{cmd: exec.Command(opt.Command[0], opt.Command[1:]...), opt: opt}
	var err error
	if c.dir, err = os.MkdirTemp("", dirPrefix); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	if err := c.spawn(); err != nil {
		_ = os.RemoveAll(c.dir)
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	// A child that is dead already shows it at the first question.
	_ = writeFrame(c.in, hello{Memory: opt.MemoryBytes, MaxOutput: opt.MaxOutput, Dir: c.dir}, nil)
	return c, nil
}

func (c *child) spawn() error {
	stdin, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer stdin.Close()
	out, stdout, err := os.Pipe()
	if err != nil {
		return errors.Join(err, in.Close())
	}
	defer stdout.Close()
	c.in, c.out = in, out
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = stdin, stdout, &c.messages
	c.cmd.Env = environment(c.dir, c.opt.Env)
	c.cmd.WaitDelay = 2 * time.Second // for one that left the group and holds the standard error open
	ownGroup(c.cmd)
	if err := c.cmd.Start(); err != nil {
		return errors.Join(err, in.Close(), out.Close())
	}
	return nil
}

// ask sends one input and waits for the answer. It ends when the child is killed.
func (c *child) ask(q request, data []byte) (answer, error) {
	c.messages.reset()
	c.served++
	// The input is sent beside the reading, for a child that answers or dies before it has read everything.
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_ = writeFrame(c.in, q, data) // a failure shows as a missing answer
	}()
	var a answer
	body, err := readFrame(c.out, &a, c.opt.MaxOutput)
	if err != nil {
		c.kill()
	} else {
		a.document = body
	}
	<-sent
	return a, err
}

// kill ends the child and all it started, without waiting.
func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reaped || c.killed {
		return
	}
	// A child that has died by itself is not reaped yet, so that its number is still its own.
	c.killed = true
	killGroup(c.cmd)
	_ = c.in.Close()
	_ = c.out.Close()
}

// ending is how a child ended: what the system said and what the child did.
type ending struct {
	err      error
	messages string
}

// retire kills the child if it lives and waits for its end.
func (c *child) retire() ending {
	c.kill()
	err := c.cmd.Wait()
	c.mu.Lock()
	c.reaped = true
	c.mu.Unlock()
	_ = os.RemoveAll(c.dir)
	return ending{err, c.messages.String()}
}

// verdict says what the unasked end of a child means for the input that it was reading.
func (e ending) verdict(memory uint64) error {
	x, _ := errors.AsType[*exec.ExitError](e.err)
	first, _, _ := strings.Cut(strings.TrimSpace(e.messages), "\n")
	has := func(s string) bool { return strings.Contains(e.messages, s) }
	switch {
	// The runtime itself, refused memory in the middle of a collection or for a thread's stack, faults.
	case x != nil && x.ExitCode() == exitMemory, has("out of memory"), has("cannot allocate memory"), strings.HasPrefix(first, "SIGSEGV"),
		has("pthread_create failed"), has("failed to create new OS thread"):
		return fmt.Errorf("worker: %w: reading it takes more than %d MiB of memory", document.ErrTooLarge, memory>>20)
	case has("stack overflow"), has("stack exceeds"):
		return fmt.Errorf("worker: %w: nested too deeply, the reader's stack overflowed", document.ErrMalformed)
	case first != "":
		return fmt.Errorf("worker: %w: the reader crashed: %s", document.ErrMalformed, clip(first, 300))
	case x != nil && x.ExitCode() < 0: // by a signal, and not by one of ours: it had closed its output before
		return fmt.Errorf("worker: %w: the system killed the reader (%w), as it does where memory is short", document.ErrTooLarge, x)
	case e.err != nil:
		return fmt.Errorf("worker: %w: the reader ended without an answer (%w)", document.ErrMalformed, e.err)
	}
	return fmt.Errorf("worker: %w: the reader ended without an answer", document.ErrMalformed)
}

func clip(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + " …"
	}
	return s
}

// head keeps the beginning of what is written to it.
type head struct {
	mu sync.Mutex
	b  bytes.Buffer
}

const mostMessages = 8 << 10

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.b.Write(p[:min(len(p), mostMessages-h.b.Len())])
	return len(p), nil
}

func (h *head) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.b.Reset()
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}
