// Package decide works out what an answer means.
//
// In goes a Case: what was asked, what came, what it says once it has been read, and what is known of its host and its
// portal. Out comes one Decision: when the address is asked again, the requests it leads to with their reasons, the
// observations of reports, what was not followed and why. Nothing else happens: no disk, no clock, no network, no
// counter, so that a page can be judged in a table test, and again years later from its capture (crawler reprocess).
//
// Deciding the same case twice gives the same decision. The caller reads the document first where Reading asks for it,
// and applies the decision in the order its fields document.
package decide

import (
	"context"
	"net/url"
	"time"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/expect"
	"nianbao/crawl/portal"
	"nianbao/crawl/schedule"
	"nianbao/document"
	"nianbao/fetch/exchange"
)

// A Request is the address that was asked for, as the frontier keeps it.
type Request struct {
	Key      [16]byte
	Method   string
	URL      string
	Body     string // of a POST
	Host     string // whose queue it stands in
	Priority int
	Depth    int // steps from where the portal begins
	Attempts int // visits in a row that failed for reasons that may pass
	ETag     string
	LastMod  string
}

// Scope says which portal an address belongs to.
type Scope interface {
	// Portal is the portal of this run that an address belongs to, nil when there is none.
	Portal(*url.URL) *portal.Portal
}

// A Case is everything that is known when an answer has come.
type Case struct {
	Request  Request
	Task     Task
	At       string // the address asked for: the request's own, or a twin that stands in for it
	Portal   *portal.Portal
	Scope    Scope
	Years    Years
	Exchange *exchange.Exchange
	Capture  archive.Capture // of the exchange
	// Document is what Reading asked for; ReadErr why it could not be had.
	Document *document.Document
	ReadErr  error
	// HomeInstead says that the host served its home page in place of what was asked for.
	HomeInstead bool
	// NewCookie says that the answer set a cookie which the host's jar did not hold.
	NewCookie bool
	// Repeats says that too many addresses of the host have shown this very page already.
	Repeats bool
	// Delay is how long the host rests between two requests.
	Delay time.Duration
	// Families are those whose knowledge of content systems is used.
	Families portal.Selection
	// Beside are the scripts and the page for whose sake a script or an answer for one was asked for.
	Beside []portal.Source
}

// A Decision is what an answer means. Its fields are applied in their order.
type Decision struct {
	// Observations of reports and of losses, in the order in which the archive is to take them in.
	Observations []archive.Observation
	// Credits are the reports among the observations that count for the budgets of the sections that led to them.
	Credits []Credit
	// IfKnown is recorded too when every file that the page announces is known from another page already: their visits
	// will not tell of this one.
	IfKnown *Announced
	// Again is the next visit of the address itself.
	Again Again
	// Leads are the requests that the answer leads to.
	Leads []Lead
	// Bodies are those that the page names: they are expected to report.
	Bodies []expect.Body
	// Column says that the page is a column of reports.
	Column bool
	// Cut counts what was not followed, and what could not be used, by reason.
	Cut map[string]int
}

// Announced is a page that is recorded under its title, and what counts for it.
type Announced struct {
	Observation archive.Observation
	Credit      *Credit
	Files       [][16]byte // keys of the files that must all be known
}

// A Credit is a report found: the address it counts for and the sections of the pages that led there.
type Credit struct {
	URL   string
	Trail []string
}

// Again is when and how an address is visited next.
type Again struct {
	Due      time.Time // zero: never
	Retry    bool      // the visit failed for a reason that may pass
	Priority int       // 0 keeps the old one
	Task     *Task     // replaces what was known of the address; nil keeps it
	ETag     string
	LastMod  string
}

// A Lead is a request to put into the frontier.
type Lead struct {
	Key         [16]byte
	Method      string
	URL         string
	Body        string
	ContentType string
	Host        string
	Portal      string
	Priority    int
	Depth       int
	Due         time.Time // zero: now
	Task        Task
}

// Reasons for what was not followed that are no outcome of an exchange.
const (
	CutTrap         = "trap"
	CutDepth        = "depth"
	CutYear         = "year"
	CutUnreadable   = "unreadable"
	CutSamePage     = "same_page"
	CutUnidentified = "unidentified"
)

const (
	MaxHops = 10 // redirects followed from one link
	// MaxRetries is how many visits of one address may fail for reasons that may pass.
	MaxRetries = 3
	// Confirmations is how many answers in a row must say that a report's address is gone.
	Confirmations = 2
	// lastPriority is the lowest of what no budget cuts.
	lastPriority = discover.Sure
)

// Decide works out what an answer means. The context bounds the reading of markup inside scripts and JSON; when it has
// ended, the decision is of no use.
func Decide(ctx context.Context, c Case) Decision {
	d := &decision{c: &c, task: c.Task}
	d.task.Seen++
	switch ex := c.Exchange; ex.Outcome {
	case exchange.OK:
		d.answer(ctx)
	case exchange.NotModified:
		if d.task.Lost > 0 {
			d.missing(exchange.Soft404) // the same page as when it no longer held the report
		} else {
			d.again()
		}
	case exchange.Redirect:
		d.redirect()
	case exchange.NotFound, exchange.Gone, exchange.Soft404:
		if c.HomeInstead && c.Request.Attempts+1 < MaxRetries {
			d.retry()
		} else {
			d.missing(ex.Outcome)
		}
	case exchange.RateLimited, exchange.ServerError, exchange.Timeout, exchange.DNS, exchange.Refused, exchange.Reset, exchange.Blocked:
		endless := ex.Outcome == exchange.Timeout && ex.Status > 0 // it began to answer and did not come to an end
		if c.Request.Attempts+1 < MaxRetries && !endless {
			d.retry()
		} else {
			d.failed(24 * time.Hour)
		}
	default:
		d.failed(7 * 24 * time.Hour)
	}
	return d.out
}

// decision is a Decision in the making, with the task as it changes.
type decision struct {
	c    *Case
	task Task
	out  Decision
}

func (d *decision) now() time.Time { return d.c.Exchange.Completed }

func (d *decision) cut(reason string) {
	if d.out.Cut == nil {
		d.out.Cut = map[string]int{}
	}
	d.out.Cut[reason]++
}

// retry asks for the address again once its trouble may have passed.
func (d *decision) retry() {
	r := d.c.Request
	d.out.Again = Again{Due: d.now().Add(schedule.Retry(r.Attempts)), Retry: true, ETag: r.ETag, LastMod: r.LastMod}
}

// failed gives the address up for a while; a page that waited for it as its attachment is recorded without it.
func (d *decision) failed(rest time.Duration) {
	d.parentAlone(string(d.c.Exchange.Outcome))
	d.rest(rest)
}

func (d *decision) rest(rest time.Duration) {
	d.out.Again = Again{Due: d.now().Add(rest), Task: &d.task}
}

// again schedules the next visit of an address that is worth one.
func (d *decision) again() {
	r, ex := d.c.Request, d.c.Exchange
	a := Again{Task: &d.task, ETag: ex.Header.Get("ETag"), LastMod: ex.Header.Get("Last-Modified")}
	if after := schedule.After(d.task.history(r.Priority), d.now()); after > 0 {
		a.Due = d.now().Add(after)
	}
	if d.task.Report || d.task.Heat > 0 {
		a.Priority = max(r.Priority, discover.Sure) // what has proved its worth is not cut with what only promised it
	}
	if ex.Outcome == exchange.NotModified {
		a.ETag, a.LastMod = r.ETag, r.LastMod
	}
	d.out.Again = a
}

// missing records that what an address held is no longer there. A report's is asked for again, after all else that its
// host has due, so that a new address of the same report is known by then: two answers settle it.
func (d *decision) missing(why exchange.Outcome) {
	d.parentAlone(string(why))
	if !d.task.Report {
		d.rest(schedule.Longest)
		return
	}
	d.out.Observations = append(d.out.Observations, archive.Observation{At: d.now(), URL: d.c.Request.URL, Missing: why})
	d.task.Lost++
	d.rest(schedule.ReportInSeason)
	if d.task.Lost < Confirmations {
		d.out.Again.Due, d.out.Again.Priority = d.now().Add(schedule.Confirm(d.c.Delay)), lastPriority
	}
}

// redirect treats the target as an address of its own: scope, robots.txt and delays apply to it. A redirect to a twin of
// the same address is followed in its stead, one to the very same address when it set a cookie, as any browser would.
func (d *decision) redirect() {
	c, t := d.c, d.task
	to := address.Canonical(c.Exchange.Location)
	target, err := url.Parse(to)
	if err != nil || to == "" {
		d.failed(schedule.Other)
		return
	}
	if t.Hops >= MaxHops || address.Trap(to) != "" {
		d.cut(CutTrap)
		d.failed(schedule.Other)
		return
	}
	if c.Scope.Portal(target) == nil {
		d.cut(string(exchange.OutOfScope))
		d.missing(c.Exchange.Outcome)
		return
	}
	t.Hops++
	if address.Key(c.Request.Method, to, c.Request.Body) == c.Request.Key && address.Host(to) == c.Request.Host {
		if to == c.At && !c.NewCookie {
			d.failed(schedule.Other)
			return
		}
		t.At = to
		d.out.Again = Again{Due: d.now(), Task: &t, Retry: true}
		return
	}
	lead, ok := d.lead(portal.Lead{URL: to, Role: t.Role}, t.fresh(), c.Request.Priority, c.Request.Depth+1)
	if !ok || d.task.Report { // a report's address that leads elsewhere now is no longer its address
		d.missing(c.Exchange.Outcome)
	} else {
		d.rest(schedule.Other)
	}
	if ok {
		d.out.Leads = append(d.out.Leads, lead)
	}
}

// lead makes a request of a lead; not ok when it lies outside the portals of this run.
func (d *decision) lead(l portal.Lead, t Task, priority, depth int) (Lead, bool) {
	return NewLead(d.c.Scope, l, t, priority, depth)
}

// NewLead makes a request of a lead; not ok when its address is none or belongs to no portal of this run.
func NewLead(scope Scope, l portal.Lead, t Task, priority, depth int) (Lead, bool) {
	u, err := url.Parse(l.URL)
	if err != nil || l.URL == "" {
		return Lead{}, false
	}
	owner := scope.Portal(u)
	if owner == nil {
		return Lead{}, false
	}
	return Lead{Key: address.Key(l.Method, l.URL, l.Body), Method: l.Method, URL: l.URL, Body: l.Body, ContentType: l.ContentType, Host: address.Host(l.URL),
		Portal: owner.Name, Priority: priority, Depth: depth, Task: t}, true
}
