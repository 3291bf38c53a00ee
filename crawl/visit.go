package crawl

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"nianbao/archive"
	"nianbao/crawl/decide"
	"nianbao/crawl/discover"
	"nianbao/crawl/frontier"
	"nianbao/crawl/host"
	"nianbao/crawl/portal"
	"nianbao/fetch"
	"nianbao/fetch/exchange"
)

// A visit is one lease and what is known of its address when it begins.
type visit struct {
	lease  frontier.Lease
	task   decide.Task
	host   *host.Host
	portal *portal.Portal // nil for the robots.txt of another host
	at     string         // the address asked for: the lease's, or a twin that stands in for it
	least  time.Duration  // between two requests to the host
}

// visit works one lease from its gates to its acknowledgement. It returns an error only when the crawl cannot go on: the
// archive or the frontier failed. Whatever the network does is an outcome.
func (e *engine) visit(ctx context.Context, l frontier.Lease) error {
	h := e.hosts.Of(l.Host, e.kept)
	h.Lock()
	defer h.Unlock()
	v := e.begin(l, h)

	// 1. The gates say what to ask, or how the lease ends without a request.
	pass, err := e.gates(ctx, v)
	if err != nil {
		return err
	}
	leave := sync.OnceFunc(pass.leave)
	defer leave()
	if pass.end != nil {
		return pass.end(ctx)
	}

	if v.task.Render && pass.question == nil {
		leave() // each of the page's requests passes for itself
		return e.render(ctx, v)
	}

	// 2. One exchange.
	pass.ask.Cookie = h.Cookies.Header(pass.ask.URL, e.now())
	ex := e.fetch.Do(ctx, pass.ask)
	defer ex.Done()
	if ctx.Err() != nil { // stopped in flight: the address stays due
		return e.frontier.Release(context.WithoutCancel(ctx), l, frontier.Return{NotBefore: e.now(), Completed: e.now()})
	}
	leave()
	cookie := h.Cookies.Take(ex.URL, ex.Header, ex.Completed)
	instead := pass.question == nil && v.task.Robots == nil && h.HomeInstead(v.at, ex)

	// 3. It is durable before anything is made of it.
	capture, err := e.archive.Append(ctx, ex, provenance(v))
	if err != nil {
		return fmt.Errorf("crawl: archive %s: %w", ex.URL, err)
	}
	unpackSitemap(v.task, ex)
	e.tally.exchange(ex)
	h.Took(ex)
	switch {
	case v.task.Robots != nil:
		return e.deliver(ctx, v, ex)
	case pass.question != nil:
		return e.rules(ctx, v, pass.question, ex)
	}
	h.Spend(v.cost())

	// 4. It is read.
	c := e.caseOf(v, ex, capture)
	c.HomeInstead, c.NewCookie = instead, cookie
	if err := e.readFor(ctx, &c, h); err != nil {
		return err
	}

	// 5. What it means is decided, and 6. done: the archive first, then the frontier.
	d := decide.Decide(ctx, c)
	if ctx.Err() != nil {
		return ctx.Err() // what was decided may lack what was not read any more: the address stays due
	}
	if err := e.record(ctx, v, d); err != nil {
		return err
	}
	h.Learn(v.cost(), e.led(d))
	done := doneOf(v, d)
	done.Completed, done.Outcome, done.Bytes = ex.Completed, string(ex.Outcome), int64(len(ex.RawResponse))
	done.Host = e.rested(v, h.Rest(ex, l.Attempts, e.jitter()))
	done.Host.Cut = d.Cut
	return e.frontier.Ack(ctx, l, done)
}

// begin puts together what is known of a lease.
func (e *engine) begin(l frontier.Lease, h *host.Host) *visit {
	v := &visit{lease: l, task: decide.DecodeTask(l.Context), host: h, at: l.URL}
	if v.task.At != "" {
		v.at = v.task.At
	}
	v.at = h.Target(v.at)
	if u, err := url.Parse(v.at); err == nil {
		v.portal = e.seeds.Owner(u)
	}
	v.least = e.least(v.portal, v.at)
	return v
}

// kept is what the frontier keeps of a host.
func (e *engine) kept(name string) []byte {
	st, _ := e.frontier.Host(name)
	return st.Data
}

// provenance is why a visit was made, for the archive.
func provenance(v *visit) archive.Provenance {
	p := archive.Provenance{Portal: v.lease.Portal, Via: v.lease.Via, Hops: v.lease.Depth}
	if v.portal != nil {
		p.Portal = v.portal.Name
	}
	return p
}

// caseOf collects what the decision on an exchange needs.
func (e *engine) caseOf(v *visit, ex *exchange.Exchange, capture archive.Capture) decide.Case {
	return decide.Case{Request: requestOf(v.lease.Item), Task: v.task, At: v.at, Portal: v.portal, Scope: e, Years: e.years,
		Exchange: ex, Capture: capture, Delay: v.host.Polite.Delay(v.least), Families: e.families}
}

func requestOf(it frontier.Item) decide.Request {
	return decide.Request{Key: it.Key, Method: it.Method, URL: it.URL, Body: it.Body, Host: it.Host, Priority: it.Priority, Depth: it.Depth,
		Attempts: it.Attempts, ETag: it.ETag, LastMod: it.LastMod}
}

// readFor reads what a case needs before it can be decided. It returns an error only when the crawl was stopped.
func (e *engine) readFor(ctx context.Context, c *decide.Case, h *host.Host) error {
	if in, ok := decide.Reading(c); ok {
		c.Document, c.ReadErr = e.read(ctx, in)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	c.Beside = e.beside(c)
	if c.IsPage() && c.ReadErr == nil && c.Request.Depth > 0 {
		c.Repeats = h.Repeats(c.Capture.SHA256, c.Request.URL)
	}
	return nil
}

// mostSitemap is how many octets a sitemap may inflate to.
const mostSitemap = 16 << 20

// unpackSitemap inflates a sitemap that is served as a gzip file. In the archive its octets stay as they came.
func unpackSitemap(t decide.Task, ex *exchange.Exchange) {
	if t.Role != portal.RoleSitemap || ex.Outcome != exchange.OK || ex.MediaType != "application/gzip" {
		return
	}
	text, err := fetch.Gunzip(ex.Payload, mostSitemap)
	if err != nil {
		ex.Outcome, ex.Err = exchange.Bomb, err
		return
	}
	ex.Payload, ex.MediaType, ex.Charset = text, "application/xml", "utf-8"
}

// record gives the archive what was decided, in its order, and counts it.
func (e *engine) record(ctx context.Context, v *visit, d decide.Decision) error {
	for _, o := range d.Observations {
		if err := e.observe(ctx, o); err != nil {
			return err
		}
	}
	credits := d.Credits
	if k := d.IfKnown; k != nil && e.known(k.Files) {
		if err := e.observe(ctx, k.Observation); err != nil {
			return err
		}
		if k.Credit != nil {
			credits = append(credits, *k.Credit)
		}
	}
	if len(credits) > 0 || v.task.Report {
		e.books.bore(v)
	}
	for _, c := range credits {
		v.host.Gave(c.URL, c.Trail)
		e.tally.report(v.portal)
	}
	return e.books.take(ctx, v, d)
}

// led reports whether an answer led to a report, to a column of some, or to an address that is sure to and was not known.
func (e *engine) led(d decide.Decision) bool {
	if len(d.Observations) > 0 || d.Column {
		return true
	}
	for _, l := range d.Leads {
		if l.Priority < discover.Sure {
			continue
		}
		if _, state, err := e.frontier.Lookup(l.Key); err == nil && state == frontier.Unknown {
			return true
		}
	}
	return false
}

// observe has the archive take in one observation.
func (e *engine) observe(ctx context.Context, o archive.Observation) (err error) {
	var events []archive.Event
	if o.Missing != "" {
		events, err = e.archive.PutMissing(ctx, o.URL, o.Missing, o.At)
	} else {
		events, err = e.archive.PutReport(ctx, o)
	}
	if err != nil {
		return fmt.Errorf("crawl: record %s: %w", o.URL, err)
	}
	e.tally.events(events)
	return nil
}

// known reports whether all files are known from another page already.
func (e *engine) known(files [][16]byte) bool {
	for _, key := range files {
		if _, state, err := e.frontier.Lookup(key); err != nil || state == frontier.Unknown {
			return false
		}
	}
	return true
}

// doneOf is the end of a visit as the frontier takes it in.
func doneOf(v *visit, d decide.Decision) frontier.Done {
	a := d.Again
	done := frontier.Done{NextDue: a.Due, Retry: a.Retry, Priority: a.Priority, ETag: a.ETag, LastMod: a.LastMod}
	if a.Task != nil {
		done.Context = a.Task.Encode()
	}
	for _, l := range d.Leads {
		done.Outlinks = append(done.Outlinks, itemOf(l, v.lease.URL))
	}
	return done
}

// itemOf is a lead as the frontier keeps it.
func itemOf(l decide.Lead, via string) frontier.Item {
	return frontier.Item{Key: l.Key, URL: l.URL, Method: l.Method, Body: l.Body, ContentType: l.ContentType, Host: l.Host, Portal: l.Portal, Via: via,
		Priority: l.Priority, Depth: l.Depth, Due: l.Due, Context: l.Task.Encode()}
}

// rested is what the frontier must keep of the host after an exchange.
func (e *engine) rested(v *visit, r host.Rest) *frontier.HostUpdate {
	up := v.host.Update(v.least)
	up.BlockUntil, up.BlockReason = r.Until, string(r.Reason)
	return up
}

// referer is the address that led here when it is one.
func referer(via string) string {
	if strings.HasPrefix(via, "http") {
		return via
	}
	return ""
}
