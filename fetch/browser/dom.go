package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

const (
	world       = "nianbao" // the isolated world that our scripts run in: pages cannot change what they see or call
	evalTimeout = 20 * time.Second
	mostFrames  = 30   // of one page that are looked at
	mostLinks   = 4000 // of one frame
	mostWalk    = 20_000
	mostText    = 80 // characters of an element that may be clicked
)

// guard runs in every document before its own scripts, as far as they might speak otherwise than by requests that are paused.
// The switches and the namespace hold without it; it only spares attempts that would fail.
const guard = `(() => {
	for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport', 'SharedWorker', 'WebSocket', 'EventSource'])
		try { delete globalThis[name]; } catch {}
	try { delete Navigator.prototype.serviceWorker; } catch {}
	try { delete Navigator.prototype.sendBeacon; } catch {}
	try { Object.defineProperty(Navigator.prototype, 'onLine', {get: () => true, configurable: true}); } catch {}
})()`

// snapshot serialises a document: at most most characters of markup and of text.
const snapshot = `((most, links) => {
	const whole = s => (s && s.toWellFormed) ? s.toWellFormed() : (s || '');
	const root = document.documentElement;
	let html = root ? root.outerHTML : '';
	let text = document.body ? (document.body.innerText || document.body.textContent || '') : (root ? root.textContent || '' : '');
	const cut = html.length > most || text.length > most;
	const out = [];
	for (const a of document.querySelectorAll('a, area')) {
		if (out.length >= links) break;
		const url = a.href && a.href.baseVal !== undefined ? a.href.baseVal : (a.href || '');
		const click = a.getAttribute('onclick') || '';
		if (!url && !click) continue;
		out.push({URL: whole(url.slice(0, 4096)), Text: whole((a.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 300)),
			Title: whole((a.getAttribute('title') || '').slice(0, 300)), OnClick: whole(click.slice(0, 500))});
	}
	return JSON.stringify({URL: whole(document.URL), HTML: whole(html.slice(0, most)), Text: whole(text.slice(0, most)), Links: out, Cut: cut});
})(%d, %d)`

// clickable defines the elements that may be clicked: shown, with a short text of their own, no submit of a form, no disabled
// one, and no link that leads to another page, which the caller can follow by itself.
const clickable = `
	const base = document.URL.split('#')[0];
	const label = e => {
		let t = e.tagName === 'INPUT' ? e.value : (e.children.length === 0 || (e.children.length <= 2 && (e.textContent || '').length <= 12)) ? e.textContent : '';
		t = (t || '').trim();
		if (!t && e.children.length <= 1) t = (e.getAttribute('title') || e.getAttribute('aria-label') || '').trim();
		return t.length <= most ? t : '';
	};
	const may = e => {
		const tag = e.tagName;
		if (/^(SCRIPT|STYLE|HEAD|TITLE|OPTION|SELECT|FORM|HTML|BODY|META|LINK|NOSCRIPT|TEXTAREA|IFRAME|IMG)$/.test(tag)) return false;
		if (tag === 'INPUT' && e.type !== 'button') return false;
		if (tag === 'BUTTON' && e.type !== 'button' && e.form) return false;
		if (e.disabled || e.getAttribute('aria-disabled') === 'true') return false;
		const a = e.closest('a[href]');
		if (a) {
			if (a.hasAttribute('download')) return false;
			const u = a.href && a.href.baseVal === undefined ? a.href : '';
			if (!/^javascript:/i.test(u) && u.split('#')[0] !== base) return false;
		}
		for (const b of e.children) if (label(b) === label(e)) return false;
		return e.getClientRects().length > 0;
	};
	const find = function* () {
		let n = 0;
		for (const e of document.querySelectorAll('a, button, input, li, span, div, td, em, i, b, strong, label, p, dd, h3, h4')) {
			if (++n > walk) return;
			const t = label(e);
			if (t && may(e)) yield [t, e];
		}
	};`

const listClickable = `((most, walk) => {` + clickable + `
	const seen = new Set();
	for (const [t] of find()) { seen.add(t.toWellFormed ? t.toWellFormed() : t); if (seen.size >= 500) break; }
	return JSON.stringify([...seen]);
})(%d, %d)`

const click = `((most, walk, want) => {` + clickable + `
	for (const [t, e] of find()) {
		if (t !== want) continue;
		for (const type of ['mouseover', 'mousedown', 'mouseup'])
			e.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true, view: window}));
		e.click();
		return JSON.stringify(true);
	}
	return JSON.stringify(false);
})(%d, %d, %s)`

var errScript = errors.New("a script of ours failed in the page")

// frames lists the frames of the page, the page itself first.
func (p *visit) frames(ctx context.Context) ([]cdp.FrameID, error) {
	tree, err := cdp.Call(ctx, p.tab, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	var out []cdp.FrameID
	queue := []*page.FrameTree{tree.FrameTree}
	for len(queue) > 0 && len(out) < mostFrames {
		f := queue[0]
		queue = append(queue[1:], f.ChildFrames...)
		if f.Frame != nil {
			out = append(out, f.Frame.ID)
		}
	}
	return out, nil
}

// run evaluates a script of ours in a frame's isolated world and decodes the JSON text it returns.
func (p *visit) run(ctx context.Context, frame cdp.FrameID, script string, gesture bool, out any) error {
	w, err := cdp.Call(ctx, p.tab, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: frame, WorldName: world})
	if err != nil {
		return err
	}
	yes := true
	res, err := cdp.Call(ctx, p.tab, runtime.Evaluate, runtime.EvaluateParams{Expression: script, ContextID: w.ExecutionContextID,
		ReturnByValue: &yes, Silent: &yes, UserGesture: &gesture, Timeout: runtime.TimeDelta(evalTimeout.Milliseconds())})
	switch {
	case err != nil:
		return err
	case res.ExceptionDetails != nil || res.Result == nil:
		return errScript
	}
	var text string
	if err := json.Unmarshal(res.Result.Value, &text); err != nil {
		return fmt.Errorf("%w: %w", errScript, err)
	}
	return json.Unmarshal([]byte(text), out)
}

// look serialises the page with its frames, within the bound for one view.
func (p *visit) look(ctx context.Context) (View, error) {
	ids, err := p.frames(ctx)
	if err != nil {
		return View{}, err
	}
	var v View
	left := p.opt.MaxPage / 2 // markup and text each
	for i, id := range ids {
		var f Frame
		if err := p.run(ctx, id, fmt.Sprintf(snapshot, max(left, 0), mostLinks), false, &f); err != nil {
			if i == 0 {
				return v, err
			}
			continue // a frame may be gone or broken
		}
		left -= max(len(f.HTML), len(f.Text))
		v.Frames = append(v.Frames, f)
	}
	return v, nil
}

// texts lists what may be clicked in a frame.
func (p *visit) texts(ctx context.Context, frame cdp.FrameID) ([]string, error) {
	var out []string
	err := p.run(ctx, frame, fmt.Sprintf(listClickable, mostText, mostWalk), false, &out)
	return out, err
}

// press clicks the first element of a frame with this text.
func (p *visit) press(ctx context.Context, frame cdp.FrameID, text string) (bool, error) {
	quoted, err := json.Marshal(text)
	if err != nil {
		return false, err
	}
	var done bool
	err = p.run(ctx, frame, fmt.Sprintf(click, mostText, mostWalk, quoted), true, &done)
	return done, err
}
