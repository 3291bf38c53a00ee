package crawl

import (
	"context"
	"fmt"
	"sync"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/decide"
	"nianbao/crawl/expect"
	"nianbao/crawl/frontier"
	"nianbao/crawl/portal"
)

// books holds the table of each portal of this run, and keeps them in the frontier's notes. It is safe for concurrent use.
type books struct {
	store frontier.Frontier
	mu    sync.Mutex
	open  map[*portal.Portal]*book
}

// A book is one portal's table, and the hosts it has opened in this run.
type book struct {
	mu       sync.Mutex
	table    *expect.Table
	kept     bool // the frontier has it
	opened   map[string]bool
	named    int               // of the hosts opened, those of bodies that the table names
	fruitful map[string]bool   // columns that have led to reports in this run
	cameFrom map[string]string // column → the page that led to it
}

func newBooks(store frontier.Frontier) *books {
	return &books{store: store, open: map[*portal.Portal]*book{}}
}

// noteOf is the name under which the frontier keeps the table of a portal.
func noteOf(p *portal.Portal) string { return "portal\x00" + p.Name + "\x00" + p.Code }

// of is a portal's book, read from the frontier the first time.
func (b *books) of(p *portal.Portal) *book {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.open[p]
	if k == nil {
		data, err := b.store.Note(noteOf(p))
		if err != nil {
			data = nil // the plan is lost, not what was found: it is drawn up again
		}
		k = &book{table: expect.Decode(data), kept: len(data) > 0, opened: map[string]bool{}, fruitful: map[string]bool{}, cameFrom: map[string]string{}}
		k.table.Place, k.table.Host = p.Place(), address.Host("http://"+p.Host()+"/")
		k.table.Expect(expect.Body{Name: governmentOf(p), Ground: expect.GroundSeed, Host: ""})
		b.open[p] = k
	}
	return k
}

// begin draws up the tables of the portals of a run, so that what they owe is known of those that show nothing, too.
func (b *books) begin(ctx context.Context, portals []*portal.Portal) error {
	for _, p := range portals {
		k := b.of(p)
		if k.kept {
			continue
		}
		if err := b.store.SetNote(ctx, noteOf(p), k.table.Encode()); err != nil {
			return fmt.Errorf("crawl: keep the table of %s: %w", p.Name, err)
		}
	}
	return nil
}

// governmentOf is the body whose portal it is.
func governmentOf(p *portal.Portal) string {
	switch p.Level {
	case "province", "city", "county", "town":
		return p.Place() + "人民政府"
	}
	return p.Place()
}

// bore notes that the column which led to a visit has led to a report; hasBorne reports whether one has.
func (b *books) bore(v *visit) {
	if v.task.Origin == "" {
		return
	}
	k := b.of(v.portal)
	k.mu.Lock()
	defer k.mu.Unlock()
	if from := k.cameFrom[v.task.Origin]; !k.fruitful[v.task.Origin] && address.Host(from) == v.host.Name {
		v.host.Learned(from, v.task.Origin) // pages like the one that led there will lead to the likes of it
	}
	k.fruitful[v.task.Origin] = true
}

func (b *books) hasBorne(p *portal.Portal, column string) bool {
	k := b.of(p)
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.fruitful[column]
}

// wanting reports whether a visit's host may lead to something expected and unfound.
func (b *books) wanting(v *visit) bool {
	if !ownHost(v.portal, v.lease.Host) && v.host.Found == 0 && !address.Small(v.lease.Host) {
		return true
	}
	k := b.of(v.portal)
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.table.Wanting(v.lease.Host, ownHost(v.portal, v.lease.Host))
}

// ownHost reports whether a host is one that the seed list names for a portal.
func ownHost(p *portal.Portal, host string) bool {
	if address.Host("http://"+p.Host()+"/") == host {
		return true
	}
	for _, h := range p.Hosts {
		if address.Host("http://"+h+"/") == host {
			return true
		}
	}
	return false
}

// take takes in what a decision says of the bodies of a portal, and has it kept when that is news.
func (b *books) take(ctx context.Context, v *visit, d decide.Decision) error {
	if len(d.Bodies)+len(d.Observations) == 0 && d.IfKnown == nil && !d.Column {
		return nil
	}
	k := b.of(v.portal)
	k.mu.Lock()
	defer k.mu.Unlock()
	if d.Column && len(k.cameFrom) < mostColumns {
		k.cameFrom[v.lease.URL] = v.lease.Via
	}
	changed := false
	for _, x := range d.Bodies {
		changed = k.table.Expect(x) || changed
	}
	for _, o := range d.Observations {
		changed = k.observe(o, v.lease.Via) || changed
	}
	if d.IfKnown != nil {
		changed = k.observe(d.IfKnown.Observation, v.lease.Via) || changed
	}
	if !changed {
		return nil
	}
	if err := b.store.SetNote(ctx, noteOf(v.portal), k.table.Encode()); err != nil {
		return fmt.Errorf("crawl: keep the table of %s: %w", v.portal.Name, err)
	}
	return nil
}

// mostColumns bounds the columns of a portal whose way is remembered.
const mostColumns = 4000

func (k *book) observe(o archive.Observation, list string) bool {
	return o.Missing == "" && k.table.Found(o.Publisher.Name, o.Year, list)
}

// Whether a host that is not the portal's own may be opened now.
type opening int

const (
	openNow opening = iota
	openLater
	openNever
)

// Hosts that a portal may open: so many at first, and so many more for each that has shown a report. What the rest of them
// would cost nobody has earned: one page of ten thousand sub-domains would else be ten thousand hosts.
const (
	firstHosts = 24
	moreHosts  = 4
	// firstNamed is how many hosts may be opened besides because a directory or a column names the body whose they are.
	firstNamed = 60
)

// opening reports whether the host of a visit may be opened. A host that must wait is opened once others have earned it,
// or never when none of them is being visited any more.
func (e *engine) opening(v *visit) opening {
	p, host := v.portal, v.lease.Host
	if ownHost(p, host) {
		return openNow
	}
	k := e.books.of(p)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.opened[host] {
		return openNow
	}
	named := k.table.Names(host)
	open := func() opening {
		k.opened[host] = true
		if named {
			k.named++
		}
		return openNow
	}
	if st, known := e.frontier.Host(host); known && st.Requests > 0 || v.lease.Depth == 0 {
		return open()
	}
	earned, active := 0, false
	for h := range k.opened {
		st, _ := e.frontier.Host(h)
		active = active || st.Leased || st.Ready > 0 && !st.BlockedUntil.After(e.now())
		if e.hosts.Of(h, e.kept).HasFound() {
			earned += moreHosts
		}
	}
	switch {
	case named && k.named < firstNamed+earned, !named && len(k.opened)-k.named < firstHosts+earned:
		return open()
	case active:
		return openLater
	}
	return openNever
}
