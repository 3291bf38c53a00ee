package browser

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
)

// mostBodies bounds what is kept of XHR answers to find their texts again.
const mostBodies = 16 << 20

// answer judges paused requests and dismisses dialogs until the visit ends. What is to be asked for goes to ask; all else is
// settled here, so that a request which waits for its host does not hold up the others.
func (v *visit) answer(ctx context.Context) {
	dismissed := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-v.work:
		}
		for {
			v.mu.Lock()
			var ev *fetch.EventRequestPaused
			dialog := v.dialogs > dismissed
			if len(v.pending) > 0 {
				ev = v.pending[0]
			}
			v.mu.Unlock()
			if dialog {
				dismissed++
				// a beforeunload dialog holds a navigation up; refusing it keeps the page
				_ = call(ctx, v.tab, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
			}
			if ev != nil {
				v.decide(ctx, ev)
				v.mu.Lock()
				v.pending = v.pending[1:]
				v.mu.Unlock()
				nudge(v.wake)
			}
			if ev == nil && !dialog || ctx.Err() != nil {
				break
			}
		}
	}
}

// decide judges one paused request and acts on it, unless it is to be asked for.
func (v *visit) decide(ctx context.Context, ev *fetch.EventRequestPaused) {
	w := wishOf(ev, v.main, v.opt.Styles)
	v.mu.Lock()
	does, why := judge(w, &v.tally, v.opt)
	at := len(v.res.Asked)
	switch does {
	case ask:
		v.tally.count(w)
		v.active = time.Now()
		v.queue = append(v.queue, job{ev.RequestID, w, at})
		nudge(v.more)
	case stay:
		v.lead(Lead{URL: w.URL, Method: w.Method, Clicked: v.clicked})
	case refuse:
		if w.main {
			does = v.turnedAway(w, why)
		}
		for reason, e := range map[string]error{reasonRequests: ErrRequests, reasonBytes: ErrBytes, reasonNavigations: ErrNavigations} {
			if why == reason && v.limit == nil {
				v.limit = e
			}
		}
		if w.Kind == KindDocument && w.Method != "GET" && !w.main {
			v.lead(Lead{URL: w.URL, Method: w.Method, Clicked: v.clicked})
		}
	}
	if does != pass && at < mostAsked {
		w.URL, w.Body = w.URL[:min(len(w.URL), mostURL)], w.Body[:min(len(w.Body), mostURL)]
		v.res.Asked = append(v.res.Asked, Asked{Request: w.Request, Refused: why, View: len(v.res.Views)})
	}
	v.mu.Unlock()
	switch does {
	case pass:
		_ = call(ctx, v.tab, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: ev.RequestID})
	case stay:
		v.stay(ctx, ev.RequestID)
	case refuse:
		v.fail(ctx, ev.RequestID)
	}
}

// turnedAway takes in that the page cannot lead where it wants. Once there is one to look at, it stays.
func (v *visit) turnedAway(w wish, why string) verdict {
	v.refused = why
	if !v.held {
		return refuse
	}
	v.lead(Lead{URL: w.URL, Method: w.Method, Clicked: v.clicked})
	return stay
}

// stay answers without content, which leaves the page as it is.
func (v *visit) stay(ctx context.Context, id fetch.RequestID) {
	_ = call(ctx, v.tab, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: id, ResponseCode: http.StatusNoContent, Body: []byte{}})
}

func (v *visit) fail(ctx context.Context, id fetch.RequestID) {
	_ = call(ctx, v.tab, fetch.FailRequest, fetch.FailRequestParams{RequestID: id, ErrorReason: network.ErrorReasonBlockedByClient})
}

// ask asks for one request after the other and hands the answers to the browser.
func (v *visit) ask(ctx context.Context) {
	for {
		v.mu.Lock()
		var j job
		if v.busy = len(v.queue) > 0; v.busy {
			j = v.queue[0]
			v.queue = v.queue[1:]
		}
		v.mu.Unlock()
		if j.id == "" {
			select {
			case <-ctx.Done():
				return
			case <-v.more:
				continue
			}
		}
		v.serve(ctx, j)
		nudge(v.wake)
		if ctx.Err() != nil {
			return
		}
	}
}

// serve asks for one request and answers the browser.
func (v *visit) serve(ctx context.Context, j job) {
	a := v.asker(ctx, j.w.Request)
	if a.Refused == "" && (a.Status < 200 || a.Status > 599) {
		a.Refused = fmt.Sprintf("status %d", a.Status)
	}
	if a.Refused == "" && j.w.Kind == KindDocument && a.Status < 300 && !isPage(mediaType(a.Header)) {
		a.Refused = reasonNoPage + mediaType(a.Header)
	}
	does := ask
	v.mu.Lock()
	if a.Refused == "" && v.tally.bytes+int64(len(a.Body)) > v.opt.MaxBytes {
		a.Refused, v.limit = reasonBytes, ErrBytes
	}
	if j.at < len(v.res.Asked) {
		r := &v.res.Asked[j.at]
		r.Refused, r.Status, r.ContentType, r.Bytes, r.View = a.Refused, a.Status, a.Header.Get("Content-Type"), len(a.Body), len(v.res.Views)
	}
	switch {
	case a.Refused == "":
		v.keep(j, a)
	case j.w.main:
		does = v.turnedAway(j.w, a.Refused)
	default:
		does = refuse
	}
	v.active = time.Now()
	v.mu.Unlock()
	switch does {
	case ask:
		if err := call(ctx, v.tab, fetch.FulfillRequest, fulfil(j.id, a)); err != nil && ctx.Err() == nil {
			v.fail(ctx, j.id) // it holds a header that the browser does not take
		}
	case stay:
		v.stay(ctx, j.id)
	case refuse:
		v.fail(ctx, j.id)
	}
}

// keep takes in an answer that the browser will be given.
func (v *visit) keep(j job, a Answer) {
	v.tally.bytes += int64(len(a.Body))
	switch {
	case j.w.main && (a.Status < 300 || a.Status >= 400):
		v.held, v.loaded = true, false
		if v.served.Len() < mostAnswer {
			v.served.Write(a.Body[:min(len(a.Body), mostAnswer)])
		}
	case (j.w.Kind == KindXHR || j.w.Kind == KindScript) && v.kept+len(a.Body) <= mostBodies && j.at < len(v.res.Asked):
		v.kept += len(a.Body)
		v.bodies[j.at] = a.Body
	}
}
