package crawl

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"nianbao/archive"
	"nianbao/crawl/decide"
	"nianbao/crawl/frontier"
	"nianbao/crawl/host"
	"nianbao/fetch/exchange"
	"nianbao/report"
)

// Reprocessed is what deriving again from stored captures came to.
type Reprocessed struct {
	Captures   int `json:"captures"`             // read again
	Reports    int `json:"reports"`              // observed in them
	New        int `json:"new"`                  // of those, reports the archive did not have
	Changed    int `json:"changed"`              // of those, reports whose numbers, title or publisher are read otherwise now
	Leads      int `json:"leads"`                // addresses that newer code finds and older code did not
	Unreadable int `json:"unreadable,omitempty"` // captures that could not be read
	// Lost are addresses that carried a report when they were read before and carry none now. The archive keeps what it has.
	Lost []string `json:"lost,omitempty"`
	// Missing are addresses whose capture could not be had from the archive.
	Missing []string `json:"missing,omitempty"`
	// Left says that the run was stopped; the next one goes on where it ended.
	Left bool `json:"left,omitempty"`
}

// reprocessFile remembers, in the archive's directory, how far a run came that was stopped.
const reprocessFile = "reprocess.json"

// reprocessMark is how far a run came.
type reprocessMark struct {
	Parser string      `json:"parser"`
	Host   string      `json:"host"` // all hosts before it, in order, are done
	So     Reprocessed `json:"so_far"`
}

// Reprocess derives links, texts, numbers and events again from the newest capture of every address, with the code as it
// is now. No request is sent. Losses are never derived: what newer code does not find is listed, and kept. A run that is
// stopped by its context goes on at the same host next time; on an unchanged parser nothing changes.
func (s *Session) Reprocess(ctx context.Context, show func(Reprocessed)) (Reprocessed, error) {
	file := filepath.Join(s.cfg.ArchiveDir, reprocessFile)
	mark := readMark(file)
	hosts := s.store.Hosts()
	slices.SortFunc(hosts, func(a, b frontier.HostState) int { return cmp.Compare(a.Host, b.Host) })
	r := &reprocess{engine: s.engine, sum: mark.So}
	for _, h := range hosts {
		if h.Host < mark.Host || !s.engine.wantsHost(h.Host) {
			continue
		}
		before := r.sum
		if err := r.host(ctx, h); err != nil || ctx.Err() != nil {
			before.Left = true
			return before, errors.Join(err, writeMark(file, reprocessMark{report.Version, h.Host, before}))
		}
		show(r.sum)
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return r.sum, fmt.Errorf("crawl: reprocess: %w", err)
	}
	return r.sum, nil
}

// readMark reads how far the last run came; a mark of another parser counts for nothing.
func readMark(file string) reprocessMark {
	var m reprocessMark
	b, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(b, &m) != nil || m.Parser != report.Version {
		return reprocessMark{}
	}
	return m
}

func writeMark(file string, m reprocessMark) error {
	m.So.Left = false
	b, err := json.Marshal(m)
	if err == nil {
		err = os.WriteFile(file, b, 0o600)
	}
	if err != nil {
		return fmt.Errorf("crawl: reprocess: %w", err)
	}
	return nil
}

// reprocess is one run.
type reprocess struct {
	engine *engine
	sum    Reprocessed
}

// stored is an address with its newest capture.
type stored struct {
	item    frontier.Item
	task    decide.Task
	capture archive.Capture
}

// host derives again what the addresses of one host hold, in the order in which they were captured.
func (r *reprocess) host(ctx context.Context, state frontier.HostState) error {
	h := host.New(state.Host, state.Data)
	var all []stored
	for it := range r.engine.frontier.Items(state.Host) {
		t := decide.DecodeTask(it.Context)
		if t.Digest == "" || t.Robots != nil {
			continue // never read
		}
		c, err := r.engine.captureOf(it.URL, t)
		if err != nil {
			r.sum.Missing = append(r.sum.Missing, it.URL)
			continue
		}
		all = append(all, stored{it, t, c})
	}
	slices.SortFunc(all, func(a, b stored) int {
		return cmp.Or(a.capture.Time.Compare(b.capture.Time), cmp.Compare(a.item.URL, b.item.URL), cmp.Compare(a.item.Body, b.item.Body))
	})
	for _, x := range all {
		if ctx.Err() != nil {
			return nil
		}
		if err := r.address(ctx, x, h); err != nil {
			return err
		}
	}
	return nil
}

// captureOf finds the capture that an address was last decided by. An address that forms are posted to has captures of
// several bodies: the digest tells them apart.
func (e *engine) captureOf(u string, t decide.Task) (archive.Capture, error) {
	at := u
	if t.At != "" {
		at = t.At
	}
	for _, address := range []string{at, u} {
		all, err := e.archive.Captures(address)
		if err != nil {
			return archive.Capture{}, err
		}
		for _, c := range slices.Backward(all) {
			if c.SHA256 == t.Digest && c.Outcome == exchange.OK {
				return c, nil
			}
		}
	}
	return archive.Capture{}, archive.ErrNotFound
}

// address derives again what one address holds.
func (r *reprocess) address(ctx context.Context, x stored, h *host.Host) error {
	e := r.engine
	payload, err := e.archive.Payload(x.capture.SHA256)
	if err != nil {
		r.sum.Missing = append(r.sum.Missing, x.item.URL)
		return nil
	}
	u, err := url.Parse(x.capture.URL)
	if err != nil {
		r.sum.Missing = append(r.sum.Missing, x.item.URL)
		return nil
	}
	owner := e.Portal(u)
	if owner == nil {
		return nil
	}
	c := decide.Case{Request: requestOf(x.item), Task: x.task, At: x.capture.URL, Portal: owner, Scope: e, Years: e.years, Exchange: again(x, payload), Capture: x.capture,
		Delay: time.Second, Families: e.families}
	c.Task.Digest, c.Task.Lost = "", 0 // as if it had never been read
	unpackSitemap(c.Task, c.Exchange)
	if err := e.readFor(ctx, &c, h); err != nil {
		return nil // stopped
	}
	d := decide.Decide(ctx, c)
	if ctx.Err() != nil {
		return nil
	}
	r.sum.Captures++
	r.sum.Unreadable += d.Cut[decide.CutUnreadable]
	return r.apply(ctx, x, d)
}

// again is the exchange of a capture, as far as a decision needs it.
func again(x stored, payload []byte) *exchange.Exchange {
	c := x.capture
	method := x.item.Method
	if method == "" {
		method = "GET"
	}
	return &exchange.Exchange{Method: method, URL: c.URL, Started: c.Time, Completed: c.Time, Status: c.Status, Payload: payload, MediaType: c.MediaType,
		Charset: c.Charset, Filename: c.Filename, Outcome: c.Outcome}
}

// apply records what was derived, but for losses.
func (r *reprocess) apply(ctx context.Context, x stored, d decide.Decision) error {
	e := r.engine
	observations := d.Observations
	if k := d.IfKnown; k != nil && e.known(k.Files) {
		observations = append(observations, k.Observation)
	}
	for _, o := range observations {
		if o.Missing != "" {
			r.sum.Lost = append(r.sum.Lost, o.URL)
			continue
		}
		if err := r.observe(ctx, o); err != nil {
			return err
		}
	}
	var items []frontier.Item
	for _, l := range d.Leads {
		items = append(items, itemOf(l, x.item.URL))
	}
	if len(items) == 0 {
		return nil
	}
	added, err := e.frontier.Put(ctx, items...)
	r.sum.Leads += added
	return err
}

func (r *reprocess) observe(ctx context.Context, o archive.Observation) error {
	id := archive.ReportID(o.Publisher, o.Year, cmp.Or(o.Kind, "annual"))
	before, err := r.engine.archive.Report(id, false)
	isNew := errors.Is(err, archive.ErrNotFound)
	if err != nil && !isNew {
		return err
	}
	if err := r.engine.observe(ctx, o); err != nil {
		return err
	}
	after, err := r.engine.archive.Report(id, false)
	if err != nil {
		return err
	}
	r.sum.Reports++
	switch {
	case isNew:
		r.sum.New++
	case string(before.Data) != string(after.Data), before.Title != after.Title, before.Publisher != after.Publisher:
		r.sum.Changed++
	}
	return nil
}
