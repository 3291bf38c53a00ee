package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	devlog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

const (
	mostDialogs = 20                     // that a page may open
	memoryCheck = 500 * time.Millisecond // between two looks at the memory in use
	reserve     = 5                      // part of the time that is kept for serialising: one fifth
	// loadPatience is how long a page may want nothing before it counts as loaded without having said so: one that tried to
	// lead elsewhere never does.
	loadPatience  = 2 * time.Second
	clickPatience = 300 * time.Millisecond // for the first request after a click
)

// visit is one page on its way. What is behind mu is shared with the goroutines that read events and answer requests.
type visit struct {
	opt   Options
	asker Ask
	words []string
	tab   *chromedp.Target
	main  cdp.FrameID
	end   context.CancelCauseFunc

	mu      sync.Mutex
	res     Result
	tally   tally
	bodies  map[int][]byte // of answers to scripts, by index in res.Asked
	kept    int            // octets of bodies
	served  strings.Builder
	held    bool   // a page has been had: what leads on and is refused leaves it as it is
	refused string // why the page itself was not had
	clicked string
	// pending are paused requests nobody has judged, queue those to be asked for.
	pending []*fetch.EventRequestPaused
	queue   []job
	busy    bool // a request is being asked for
	loaded  bool
	active  time.Time // of the last request that was asked for or answered
	dialogs int
	limit   error // a bound that the page came to; it goes on without

	wake, work, more chan struct{} // something changed; something is pending; something is queued
}

type job struct {
	id fetch.RequestID
	w  wish
	at int // in res.Asked
}

// visit shows a page in a browser context of its own. A process that the page left broken is ended before the tab is closed, so
// that nothing waits for a renderer that hangs.
func (b *Browser) visit(parent context.Context, url string, asker Ask, words []string) (Result, error) {
	ctx, cancel := context.WithTimeout(parent, b.opt.Timeout)
	defer cancel()
	ctx, end := context.WithCancelCause(ctx)
	v := &visit{opt: b.opt, asker: asker, words: words, end: end, bodies: map[int][]byte{}, active: time.Now(),
		wake: make(chan struct{}, 1), work: make(chan struct{}, 1), more: make(chan struct{}, 1),
		tally: tally{paths: map[string]int{}, same: map[string]int{}}}
	tab, closeTab := chromedp.NewContext(b.proc.root, chromedp.WithNewBrowserContext(), chromedp.WithListener(v.event))
	tab, cancelTab := context.WithCancel(tab)
	stop := context.AfterFunc(ctx, cancelTab)
	var helpers sync.WaitGroup
	proc := b.proc // stop takes it from the browser while the watch still looks at it
	helpers.Go(func() { watch(ctx, proc, b.opt.MaxMemory, end) })
	err := v.open(ctx, tab)
	if err == nil {
		helpers.Go(func() { v.answer(ctx) })
		helpers.Go(func() { v.ask(ctx) })
		err = v.show(ctx, url)
	}
	err = v.verdict(ctx, err)
	end(nil)
	stop()
	if broken(err) || parent.Err() != nil {
		b.stop()
	}
	cancelTab()
	closeTab()
	helpers.Wait()
	return v.result(), err
}

// open makes the tab and readies it: requests pause, nothing is downloaded, no event but those of use is sent.
func (v *visit) open(ctx context.Context, tab context.Context) error {
	if err := chromedp.Do(tab); err != nil {
		return fmt.Errorf("%w: open a tab: %w", ErrStart, err)
	}
	c := chromedp.FromContext(tab)
	v.tab, v.main = c.Target, cdp.FrameID(c.Target.TargetID)
	steps := []func() error{
		func() error { return call(ctx, v.tab, network.Disable, cdp.Empty{}) },
		func() error { return call(ctx, v.tab, devlog.Disable, cdp.Empty{}) },
		func() error { return call(ctx, v.tab, css.Disable, cdp.Empty{}) },
		func() error { return call(ctx, v.tab, dom.Disable, cdp.Empty{}) },
		func() error { return call(ctx, v.tab, runtime.Disable, cdp.Empty{}) },
		func() error {
			return call(ctx, v.tab, target.SetAutoAttach, target.SetAutoAttachParams{AutoAttach: false})
		},
		func() error {
			return call(ctx, v.tab, page.SetLifecycleEventsEnabled, page.SetLifecycleEventsEnabledParams{Enabled: false})
		},
		func() error {
			return call(ctx, c.Browser, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: c.BrowserContextID})
		},
		func() error {
			if v.opt.bare {
				return nil
			}
			return call(ctx, v.tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: guard})
		},
		func() error {
			return call(ctx, v.tab, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*"}}})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("%w: ready a tab: %w", ErrStart, err)
		}
	}
	return nil
}

func call[P, R any](ctx context.Context, s cdp.Session, c cdp.Command[P, R], params P) error {
	_, err := cdp.Call(ctx, s, c, params)
	return err
}

// show loads the page, waits for rest, and clicks what may be clicked.
func (v *visit) show(ctx context.Context, url string) error {
	soft, cancel := context.WithTimeout(ctx, v.opt.Timeout-v.opt.Timeout/reserve)
	defer cancel()
	nav, err := cdp.Call(soft, v.tab, page.Navigate, page.NavigateParams{URL: url})
	if err != nil {
		return fmt.Errorf("navigate: %w", err)
	}
	if nav.ErrorText != "" || nav.IsDownload {
		switch why := v.refusedPage(); {
		case strings.HasPrefix(why, reasonNoPage):
			return fmt.Errorf("%w: %s", ErrNoPage, why)
		case why != "":
			return fmt.Errorf("%w: %s", ErrRefused, why)
		}
		return fmt.Errorf("%w: %s", ErrNoPage, nav.ErrorText)
	}
	rest := v.rest(soft, time.Now(), 0)
	if err := v.settle(ctx, ""); err != nil || rest != nil {
		return errors.Join(rest, err)
	}
	return v.clicks(soft, ctx)
}

// settle takes a view of the page as it is. It reports whether that differs from the last by adding it.
func (v *visit) settle(ctx context.Context, clicked string) error {
	v.mu.Lock()
	v.tally.settled = true
	v.mu.Unlock()
	view, err := v.look(ctx)
	view.Clicked = clicked
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(view.Frames) > 0 && (len(v.res.Views) == 0 || differs(view, v.res.Views[len(v.res.Views)-1])) {
		v.res.Views = append(v.res.Views, view)
		if view.Frames[0].Cut {
			v.limit = errors.Join(v.limit, ErrBytes)
		}
	}
	return err
}

func differs(a, b View) bool {
	if len(a.Frames) != len(b.Frames) {
		return true
	}
	for i := range a.Frames {
		if a.Frames[i].Text != b.Frames[i].Text || len(a.Frames[i].Links) != len(b.Frames[i].Links) {
			return true
		}
		for j := range a.Frames[i].Links {
			if a.Frames[i].Links[j] != b.Frames[i].Links[j] {
				return true
			}
		}
	}
	return false
}

// clicks presses what plan chooses, one element at a time, until nothing is left, or time or clicks run out.
func (v *visit) clicks(soft, ctx context.Context) error {
	done, dead := map[string]int{}, map[string]bool{}
	for range max(0, v.opt.MaxClicks) {
		if soft.Err() != nil || v.bound() != nil {
			return nil
		}
		frame, text, kind, err := v.choose(ctx, done, dead)
		if err != nil || text == "" {
			return err
		}
		done[kind]++
		done[fold(text)]++
		v.mu.Lock()
		v.clicked = text
		v.res.Clicks++
		before := len(v.res.Views)
		v.mu.Unlock()
		began := time.Now()
		ok, err := v.press(ctx, frame, text)
		if err != nil {
			return err
		}
		if ok && v.rest(soft, began, clickPatience) != nil {
			return nil
		}
		if err := v.settle(ctx, text); err != nil {
			return err
		}
		v.mu.Lock()
		dead[fold(text)] = len(v.res.Views) == before
		v.mu.Unlock()
	}
	return nil
}

// choose finds the next text to click in the page or its frames.
func (v *visit) choose(ctx context.Context, done map[string]int, dead map[string]bool) (cdp.FrameID, string, string, error) {
	ids, err := v.frames(ctx)
	if err != nil {
		return "", "", "", err
	}
	for i, id := range ids {
		texts, err := v.texts(ctx, id)
		if err != nil && i == 0 && !errors.Is(err, errScript) {
			return "", "", "", err
		}
		if text, kind := plan(texts, v.words, done, dead); text != "" {
			return id, text, kind, nil
		}
	}
	return "", "", "", nil
}

// rest waits until the page has loaded and wants nothing more. It waits for a first request until patience after began, when
// something was clicked.
func (v *visit) rest(ctx context.Context, began time.Time, patience time.Duration) error {
	for {
		v.mu.Lock()
		since := v.active
		idle := len(v.pending) == 0 && len(v.queue) == 0 && !v.busy
		quiet := v.opt.Quiet
		if !v.loaded {
			quiet = max(quiet, loadPatience)
		}
		v.mu.Unlock()
		if patience > 0 && since.Before(began) {
			since, quiet = began, patience
		}
		left := quiet - time.Since(since)
		if idle && left <= 0 {
			return nil
		}
		if !idle {
			left = time.Minute // the next change wakes us
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-v.wake:
		case <-ctx.Done():
			timer.Stop()
			return ErrDeadline
		}
		timer.Stop()
	}
}

func (v *visit) bound() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.limit
}

// refusedPage says why the page itself was not had, empty when it was.
func (v *visit) refusedPage() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held {
		return ""
	}
	return v.refused
}

// result finishes what was seen: which answers can be read in the views.
func (v *visit) result() Result {
	v.mu.Lock()
	defer v.mu.Unlock()
	served := v.served.String()
	for i, body := range v.bodies {
		a := &v.res.Asked[i]
		a.View = min(a.View, max(0, len(v.res.Views)-1))
		if a.View >= len(v.res.Views) {
			continue
		}
		var text strings.Builder
		for _, f := range v.res.Views[a.View].Frames {
			text.WriteString(f.Text)
			text.WriteByte('\n')
		}
		a.Shown, a.Texts = shown(body, text.String(), served)
	}
	if len(v.res.Views) > 0 {
		v.res.URL = v.res.Views[0].Frames[0].URL
	}
	return v.res
}

// verdict is the error of a visit: why its context ended comes before what failed because of that.
func (v *visit) verdict(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, context.DeadlineExceeded):
		return ErrDeadline
	case cause != nil:
		return cause
	case err != nil:
		for _, e := range []error{ErrStart, ErrRefused, ErrNoPage, ErrDeadline} {
			if errors.Is(err, e) {
				return err
			}
		}
		return fmt.Errorf("%w: %w", ErrCrashed, err)
	}
	return v.bound()
}

// event takes in what the browser tells. It runs on the goroutine that reads the connection and must not wait.
func (v *visit) event(ev any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch ev := ev.(type) {
	case *fetch.EventRequestPaused:
		if len(v.pending) >= mostPending {
			v.end(ErrRequests)
			return
		}
		v.pending = append(v.pending, ev)
		nudge(v.work)
	case *page.EventJavascriptDialogOpening:
		if v.dialogs++; v.dialogs > mostDialogs {
			v.end(ErrDialogs)
			return
		}
		nudge(v.work)
	case *page.EventLoadEventFired:
		v.loaded = true
		v.active = time.Now()
	case *page.EventWindowOpen:
		v.lead(Lead{URL: ev.URL, Method: "GET", Clicked: v.clicked})
	case *inspector.EventTargetCrashed, *target.EventTargetCrashed:
		v.end(ErrCrashed)
	}
	nudge(v.wake)
}

func (v *visit) lead(l Lead) {
	if len(v.res.Leads) < mostLeads && len(l.URL) <= mostURL {
		v.res.Leads = append(v.res.Leads, l)
	}
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// watch ends a visit whose browser takes too much memory or is gone.
func watch(ctx context.Context, p *process, most int64, end context.CancelCauseFunc) {
	tick := time.NewTicker(memoryCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.conn.LostConnection:
			end(ErrCrashed)
			return
		case <-tick.C:
			if n := memory(p.cmd.Process.Pid, p.profile); n > most {
				end(fmt.Errorf("%w: %d MiB of %d", ErrMemory, n>>20, most>>20))
				return
			}
		}
	}
}
