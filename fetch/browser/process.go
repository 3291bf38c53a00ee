package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

const (
	startTimeout = 30 * time.Second // from the start of the program to its first answer
	endTimeout   = 5 * time.Second  // for what is killed to be gone
	saidMost     = 4 << 10          // octets kept of what the program prints
)

// process is one running browser with its own empty profile.
type process struct {
	cmd     *exec.Cmd
	profile string
	apart   bool // in a network namespace of its own
	said    *tail
	// root is the context that pages are opened under, and holds the connection.
	root   context.Context
	cancel context.CancelFunc
	conn   *chromedp.Browser
	exited chan struct{}
}

// start runs the program and waits for its first answer. Where a network namespace of its own cannot be had, the browser
// runs without one: its switches alone keep it off the network, too.
func start(ctx context.Context, opt Options) (*process, error) {
	if opt.Path == "" {
		return nil, ErrAbsent
	}
	var err error
	for _, apart := range namespaces(opt.shared) {
		var p *process
		if p, err = startOnce(ctx, opt, apart); err == nil {
			return p, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func startOnce(ctx context.Context, opt Options, apart bool) (*process, error) {
	fail := func(what string, err error) error { return fmt.Errorf("%w: %s: %w", ErrStart, what, err) }
	sweep(os.TempDir())
	profile, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", profilePrefix, os.Getpid()))
	if err != nil {
		return nil, fail("make a profile", err)
	}
	p := &process{profile: profile, apart: apart, said: &tail{}, exited: make(chan struct{})}
	toBrowser, w, err := os.Pipe()
	if err != nil {
		os.RemoveAll(profile)
		return nil, fail("make a pipe", err)
	}
	r, fromBrowser, err := os.Pipe()
	if err != nil {
		toBrowser.Close()
		w.Close()
		os.RemoveAll(profile)
		return nil, fail("make a pipe", err)
	}
	p.cmd = exec.Command(opt.Path, flags(opt, profile, os.Geteuid() == 0)...)
	p.cmd.Env = environment(profile)
	p.cmd.Dir = profile
	p.cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser} // descriptors 3 and 4, as --remote-debugging-pipe expects
	p.cmd.Stderr = p.said
	p.cmd.WaitDelay = endTimeout
	confine(p.cmd, apart)
	started := make(chan error, 1)
	go func() {
		// The kernel ends the browser when the thread that started it ends, so this one must stay until then.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		toBrowser.Close()
		fromBrowser.Close()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		r.Close()
		w.Close()
		os.RemoveAll(profile)
		return nil, fail("run "+opt.Path, err)
	}
	if err := p.connect(ctx, newPipe(r, w)); err != nil {
		err = fail("connect", fmt.Errorf("%w%s", err, p.said.quoted()))
		p.end()
		return nil, err
	}
	return p, nil
}

// profilePrefix begins the name of a profile's folder; the id of the process that made it follows.
const profilePrefix = "nianbao-browser-"

// sweep removes the profiles that processes which were killed have left behind.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, profilePrefix+"*"))
	for _, folder := range left {
		id, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), profilePrefix), "-")
		if pid, err := strconv.Atoi(id); err == nil && pid > 0 && !alive(pid) {
			_ = os.RemoveAll(folder) // another's, of the same name, is not ours to remove
		}
	}
}

// connect makes the chromedp context that pages are opened under, and waits for the browser's version.
func (p *process) connect(ctx context.Context, t *pipe) error {
	var base context.Context
	base, p.cancel = context.WithCancel(context.Background())
	silent := func(string, ...any) {}
	conn, err := chromedp.NewBrowserTransport(base, t, chromedp.WithBrowserLogf(silent), chromedp.WithBrowserErrorf(silent))
	if err != nil {
		return err
	}
	p.conn = conn
	held, _ := chromedp.NewAllocatorContext(base, running{conn})
	p.root, _ = chromedp.NewContext(held)
	chromedp.FromContext(p.root).Browser = conn
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	_, err = cdp.Call(ctx, conn, browser.GetVersion, cdp.Empty{})
	return err
}

// running is a chromedp.Allocator for a browser that runs already.
type running struct{ conn *chromedp.Browser }

func (r running) Allocate(context.Context, ...chromedp.BrowserOption) (*chromedp.Browser, error) {
	return r.conn, nil
}
func (running) Wait()          {}
func (running) Attaches() bool { return true }

// gone reports whether the process has ended or cannot be spoken to.
func (p *process) gone() bool {
	select {
	case <-p.exited:
		return true
	case <-p.conn.LostConnection:
		return true
	default:
		return false
	}
}

// end kills the process and all it has started, and removes its profile.
func (p *process) end() error {
	killAll(p.cmd, p.profile)
	if p.cancel != nil {
		p.cancel()
	}
	select {
	case <-p.exited:
	case <-time.After(endTimeout):
	}
	killAll(p.cmd, p.profile) // what was being started meanwhile
	var err error
	for range 20 {
		if err = os.RemoveAll(p.profile); err == nil {
			return nil
		}
		runtime.Gosched() // a process that was killed a moment ago may still have made a file
	}
	return fmt.Errorf("browser: remove its profile: %w", err)
}

// environment is all that the browser gets of ours: no secret, no bus to speak to, no folder but its profile.
func environment(profile string) []string {
	env := []string{"HOME=" + profile, "TMPDIR=" + profile, "XDG_CONFIG_HOME=" + profile, "XDG_CACHE_HOME=" + profile, "LANG=C.UTF-8",
		"DBUS_SESSION_BUS_ADDRESS=disabled:", "DBUS_SYSTEM_BUS_ADDRESS=disabled:"}
	for _, name := range []string{"PATH", "TZ", "FONTCONFIG_PATH", "FONTCONFIG_FILE"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// tail keeps the last of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, b[max(0, len(b)-saidMost):]...)
	if n := len(t.buf) - saidMost; n > 0 {
		t.buf = append(t.buf[:0], t.buf[n:]...)
	}
	return len(b), nil
}

func (t *tail) quoted() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := strings.TrimSpace(string(t.buf)); s != "" {
		return fmt.Sprintf("; it said %q", strings.ToValidUTF8(s, "?"))
	}
	return ""
}
