package crawl

import (
	"maps"
	"slices"
	"sync"
	"time"

	"nianbao/archive"
	"nianbao/crawl/portal"
	"nianbao/fetch/exchange"
)

// A tally counts what a run does. It is safe for concurrent use.
type tally struct {
	mu      sync.Mutex
	sum     Summary
	busy    map[string]time.Time // host → when its visit began
	reports map[*portal.Portal]int
}

func newTally(started time.Time) *tally {
	return &tally{busy: map[string]time.Time{}, reports: map[*portal.Portal]int{}, sum: Summary{Started: started, Outcomes: map[exchange.Outcome]int{}}}
}

func (t *tally) began(host string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy[host] = now
}

func (t *tally) ended(host string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.busy, host)
}

// exchange counts a request that was made, outcome an address that none was made for.
func (t *tally) exchange(ex *exchange.Exchange) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Requests++
	t.sum.Bytes += int64(len(ex.RawResponse))
	t.sum.Outcomes[ex.Outcome]++
}

func (t *tally) outcome(o exchange.Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Outcomes[o]++
}

func (t *tally) events(events []archive.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, ev := range events {
		switch ev.Type {
		case archive.TypeFound:
			t.sum.New++
		case archive.TypeChanged, archive.TypeAmended:
			t.sum.Changed++
		case archive.TypeRemoved:
			t.sum.Removed++
		case archive.TypeMoved:
			t.sum.Moved++
		case archive.TypeRestored, archive.TypeRepublished:
			t.sum.Restored++
		}
	}
}

// report counts a report for a portal; reportsOf is how many it has shown, in this run and before; before adds those.
func (t *tally) report(p *portal.Portal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports[p]++
	t.sum.Reports++
}

func (t *tally) before(p *portal.Portal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports[p]++
}

func (t *tally) reportsOf(p *portal.Portal) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reports[p]
}

// progress is what the run has done so far.
func (t *tally) progress(now time.Time, final bool) Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := Progress{At: now, Requests: t.sum.Requests, Reports: t.sum.Reports, New: t.sum.New, Changed: t.sum.Changed, Removed: t.sum.Removed, Busy: len(t.busy), Final: final}
	oldest := slices.SortedFunc(maps.Keys(t.busy), func(a, b string) int { return t.busy[a].Compare(t.busy[b]) })
	p.Busiest = oldest[:min(3, len(oldest))]
	return p
}

// summary is a copy of what was counted.
func (t *tally) summary() Summary {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.sum
	s.Outcomes = maps.Clone(s.Outcomes)
	return s
}
