package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/crawl/host"
	"nianbao/crawl/portal"
	"nianbao/crawl/schedule"
	"nianbao/fetch"
	"nianbao/fetch/browser"
	"nianbao/fetch/exchange"
)

// Opener shows a page in a browser, all requests of which go through ask; *browser.Browser is the real one.
type Opener interface {
	Open(ctx context.Context, url string, ask browser.Ask) (browser.Result, error)
	Close() error
}

const (
	// mostRenders is how many pages of one host may be opened in a browser in one run.
	mostRenders = 24
	// stillFresh is how old a capture may be to serve a page that is being rendered, in place of a request.
	stillFresh = 30 * time.Minute
)

// Reasons why a page was not opened in a browser.
const (
	cutNoBrowser = "no_browser"    // none is installed, or it is switched off
	cutNotNeeded = "not_needed"    // other means have led to reports of the column since
	cutRenders   = "render_budget" // enough pages of the host have been opened
	cutRender    = "render_failed" // the browser ended in an error
	viaBrowser   = "browser: "     // before the page for which a request was made
	viaGuess     = "guess: "       // before the page whose likes led to an address
	refusedStop  = "the host said no, or the crawl stops"
)

// render opens a page in a browser, as the last means. Every request the page wants is made by this visit, one after the
// other with the host's delay between, under the same rules as any other, and archived. What the page shows in the end is
// decided like a page that was read.
func (e *engine) render(ctx context.Context, v *visit) error {
	l, h := v.lease, v.host
	if reason := e.spared(v); reason != "" {
		return e.frontier.Ack(ctx, l, frontier.Done{Cut: reason})
	}
	if lead, ok := e.guess(v); ok { // first what the likes of the page have needed
		v.task.Guess = true
		return e.frontier.Ack(ctx, l, frontier.Done{NextDue: e.now(), Context: v.task.Encode(), Priority: l.Priority, Outlinks: []frontier.Item{itemOf(lead, viaGuess+l.URL)}})
	}
	h.Renders++
	r := &rendering{engine: e, visit: v}
	result, err := e.browser.Open(ctx, v.at, r.ask)
	if ctx.Err() != nil {
		return e.frontier.Release(context.WithoutCancel(ctx), l, frontier.Return{NotBefore: e.now(), Completed: r.completed})
	}
	if r.failed != nil {
		return r.failed
	}
	d, derr := e.seen(ctx, v, result)
	if derr != nil {
		return derr
	}
	if err != nil && len(result.Views) == 0 {
		d.Again = decide.Again{Due: e.now().Add(schedule.Other)}
		d.Cut = map[string]int{cutRender: 1}
	}
	if err := e.record(ctx, v, d); err != nil {
		return err
	}
	done := doneOf(v, d)
	done.Completed = r.completed
	done.Host = e.rested(v, r.rest)
	done.Host.Cut = d.Cut
	return e.frontier.Ack(ctx, l, done)
}

// spared says why a page need not be opened, or cannot be.
func (e *engine) spared(v *visit) string {
	switch {
	case e.browser == nil:
		return cutNoBrowser
	case v.task.Seen > 0 || v.task.Report:
		return ""
	case e.books.hasBorne(v.portal, v.lease.URL):
		return cutNotNeeded
	case v.host.Renders >= mostRenders:
		return cutRenders
	case v.lease.Priority < renderedText && v.task.Heat < 2 && !e.books.wanting(v):
		return cutNotNeeded
	}
	return ""
}

// guess is the service that a page of this shape was filled by, once for each page.
func (e *engine) guess(v *visit) (decide.Lead, bool) {
	service, ok := v.host.Guess(v.lease.URL)
	if !ok || v.task.Guess {
		return decide.Lead{}, false
	}
	return decide.NewLead(e, portal.Lead{URL: address.Canonical(service), Role: portal.RoleAPI},
		decide.Task{Role: portal.RoleAPI, Text: v.task.Text, Column: v.task.Column, Below: true, Heat: v.task.Heat, Origin: v.lease.URL, Guess: true}, guessPriority, v.lease.Depth+1)
}

// guessPriority is that of a guessed service: a page is known that needs it.
const guessPriority = 790

// renderedText is the priority from which a page is opened for its own text, whatever its host has shown.
const renderedText = 700

// rendering answers what a page wants.
type rendering struct {
	engine    *engine
	visit     *visit
	completed time.Time // of the last request
	rest      host.Rest // that the host asked for
	failed    error     // the archive failed: the crawl cannot go on
}

// ask makes one request of a page, or refuses it.
func (r *rendering) ask(ctx context.Context, q browser.Request) browser.Answer {
	e, v := r.engine, r.visit
	at := address.Canonical(q.URL)
	u, err := url.Parse(at)
	switch {
	case err != nil || at == "":
		return browser.Answer{Refused: "malformed"}
	case address.Host(at) != v.lease.Host || e.Portal(u) == nil:
		return browser.Answer{Refused: string(exchange.OutOfScope)}
	case !r.rest.Until.IsZero() || r.failed != nil:
		return browser.Answer{Refused: refusedStop}
	}
	access, err := v.host.Access(e.agent, at, e.now(), func(authority string) ([]byte, error) { return e.frontier.Rules(v.host.Name, authority) })
	if err != nil || access.Ask != nil || access.Errand != nil || access.Lost || !access.Silent.IsZero() {
		return browser.Answer{Refused: string(exchange.RobotsUnreachable)}
	}
	if !access.Rules.Allowed(e.agent, at) {
		return browser.Answer{Refused: string(exchange.RobotsDenied)}
	}
	if a, ok := r.stored(q.Method, at); ok {
		return a
	}
	ex := r.exchange(ctx, q, at)
	if ex == nil {
		return browser.Answer{Refused: refusedStop}
	}
	return answerOf(ex)
}

// stored answers from a capture that is fresh enough: the page itself was read a moment ago.
func (r *rendering) stored(method, at string) (browser.Answer, bool) {
	e := r.engine
	c, ok := e.archive.Latest(at)
	if method != http.MethodGet || !ok || c.Outcome != exchange.OK || e.now().Sub(c.Time) > stillFresh {
		return browser.Answer{}, false
	}
	body, err := e.archive.Payload(c.SHA256)
	if err != nil {
		return browser.Answer{}, false
	}
	return browser.Answer{Status: http.StatusOK, Header: contentType(c.MediaType, c.Charset), Body: body}, true
}

// exchange makes one request, once the host has rested; nil when it could not be made.
func (r *rendering) exchange(ctx context.Context, q browser.Request, at string) *exchange.Exchange {
	e, v := r.engine, r.visit
	if !r.completed.IsZero() && !wait(ctx, r.completed.Add(v.host.Polite.Delay(v.least)).Sub(e.now())) {
		return nil
	}
	for {
		addr, retry, ok := e.enter(ctx, v.lease.Host, at)
		if ok {
			defer e.gate.Leave(addr)
			break
		}
		if !wait(ctx, retry.Sub(e.now())) {
			return nil
		}
	}
	ex := e.fetch.Do(ctx, fetch.Request{Method: q.Method, URL: at, Body: q.Body, ContentType: q.ContentType, Referer: q.Referer, Cookie: v.host.Cookies.Header(at, e.now())})
	r.completed = e.now()
	if ctx.Err() != nil {
		return nil
	}
	p := provenance(v)
	p.Via = viaBrowser + v.lease.URL
	if _, err := e.archive.Append(ctx, ex, p); err != nil {
		r.failed = fmt.Errorf("crawl: archive %s: %w", ex.URL, err)
		return nil
	}
	v.host.Cookies.Take(ex.URL, ex.Header, ex.Completed)
	e.tally.exchange(ex)
	v.host.Took(ex)
	v.host.Spend(v.cost())
	r.rest = v.host.Rest(ex, 0, e.jitter())
	r.completed = ex.Completed
	return ex
}

// wait sleeps, unless the context ends first.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func answerOf(ex *exchange.Exchange) browser.Answer {
	a := browser.Answer{Status: ex.Status, Body: ex.Payload, Header: contentType(ex.MediaType, ex.Charset)}
	switch {
	case ex.Status == 0:
		a.Refused = string(ex.Outcome)
	case ex.Outcome == exchange.Redirect:
		a.Header.Set("Location", ex.Location)
	case ex.Outcome == exchange.Blocked:
		a.Refused = string(ex.Outcome)
	}
	return a
}

func contentType(media, charset string) http.Header {
	if charset != "" {
		media += "; charset=" + charset
	}
	return http.Header{"Content-Type": {media}}
}

// seen decides what a page showed: each of its views is read like a page.
func (e *engine) seen(ctx context.Context, v *visit, result browser.Result) (decide.Decision, error) {
	capture, ok := e.archive.Latest(v.at)
	if !ok {
		capture = archive.Capture{URL: v.at, Time: e.now()}
	}
	var all decide.Decision
	known := map[[16]byte]bool{}
	add := func(l decide.Lead) {
		if !known[l.Key] {
			known[l.Key] = true
			all.Leads = append(all.Leads, l)
		}
	}
	task := v.task
	for i, view := range result.Views {
		for _, frame := range view.Frames {
			c := e.caseOf(v, &exchange.Exchange{Method: http.MethodGet, URL: v.at, Started: e.now(), Completed: e.now(), Status: http.StatusOK, Outcome: exchange.OK,
				MediaType: "text/html", Charset: "utf-8", Payload: []byte(frame.HTML)}, capture)
			if i > 0 && strings.HasPrefix(frame.URL, v.lease.URL+"#") {
				c.Request.URL = frame.URL // the script gives each of its views an address
			}
			c.Task = task
			c.Task.Digest = ""
			c.Capture.SHA256 = archive.Sum([]byte(frame.HTML))
			if in, ok := decide.Reading(&c); ok {
				c.Document, c.ReadErr = e.read(ctx, in)
			}
			c.Capture.SHA256 = capture.SHA256
			if ctx.Err() != nil {
				return all, ctx.Err()
			}
			d := decide.Decide(ctx, c)
			for _, l := range d.Leads {
				add(l)
			}
			all.Bodies = append(all.Bodies, d.Bodies...)
			for _, o := range d.Observations {
				if o.Missing == "" {
					all.Observations = append(all.Observations, o)
				}
			}
			all.Credits = append(all.Credits, d.Credits...)
			all.Column = all.Column || d.Column
			if i == 0 && all.Again.Task == nil {
				all.Again = d.Again
			}
		}
	}
	for _, l := range result.Leads {
		if lead, ok := decide.NewLead(e, portal.Lead{Method: l.Method, URL: address.Canonical(l.URL)}, decide.Task{Role: portal.RolePage, Text: l.Clicked, Column: task.Column, Below: task.Heat == 2},
			v.lease.Priority, v.lease.Depth+1); ok && l.Method != http.MethodPost {
			add(lead)
		}
	}
	if learned := e.learned(v, result); len(learned) > 0 {
		for _, l := range learned {
			add(l)
		}
		all.Again.Due = e.now().Add(schedule.Longest) // what was learned is asked for instead
	}
	return all, nil
}

// learned are the requests by which a page got what it shows: from the next visit on they are asked for themselves, and no
// browser is needed.
func (e *engine) learned(v *visit, result browser.Result) []decide.Lead {
	var out []decide.Lead
	for _, a := range result.Asked {
		if a.Shown == 0 || a.Refused != "" || a.Kind != browser.KindXHR {
			continue
		}
		lead, ok := decide.NewLead(e, portal.Lead{Method: a.Method, URL: address.Canonical(a.URL), Body: a.Body, ContentType: a.ContentType, Role: portal.RoleAPI},
			decide.Task{Role: portal.RoleAPI, Text: v.task.Text, Column: v.task.Column, Below: true, Heat: v.task.Heat, Origin: v.lease.URL}, v.lease.Priority, v.lease.Depth+1)
		if ok && a.Method == http.MethodGet {
			v.host.Learned(v.lease.URL, a.URL)
		}
		if ok {
			lead.Due = e.now().Add(schedule.ListOffSeason)
			out = append(out, lead)
		}
	}
	return out
}

// openBrowser finds the browser that a configuration asks for. Without one the crawl goes on; why there is none is said.
func openBrowser(choice, userAgent string) (Opener, error) {
	path, err := browser.Find(choice)
	if err != nil {
		if choice == "" || choice == "auto" || errors.Is(err, browser.ErrNever) {
			return nil, nil
		}
		return nil, fmt.Errorf("%w: --browser %s: %w", ErrConfig, choice, err)
	}
	return browser.New(browser.Options{Path: path, UserAgent: userAgent, Timeout: renderTime, MaxRequests: renderRequests, MaxClicks: renderClicks}), nil
}

// Bounds of one page in the browser: its requests wait for the host's delay.
const (
	renderTime     = 8 * time.Minute
	renderRequests = 80
	renderClicks   = 60
)
