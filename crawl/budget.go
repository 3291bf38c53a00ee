package crawl

import (
	"context"
	"net/url"
	"strings"

	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/frontier"
	"nianbao/crawl/portal"
)

// Budgets of a host, in requests: sureBudget in all; likelyBudget and a few for each report found; possibleBudget for
// what promises nothing, once its portal has shown reports no more than one for each of them.
const (
	sureBudget     = 20_000
	likelyBudget   = 60
	likelyFound    = 2
	possibleBudget = 60
	// A section of a host that has shown no report is left after so many visits of what was always followed: a directory,
	// and all that lies below the first segment of a path.
	directoryBudget = 16
	branchBudget    = 80
	mostSections    = 256 // kept for one host
	// samePage is how many addresses below one may show its page again before what it leads to is no longer followed.
	samePage  = 3
	mostPages = 2000 // whose digests are remembered of one host
)

// spent is what a section of a host has cost and given.
type spent struct {
	Visits int `json:"v,omitempty"`
	Found  int `json:"f,omitempty"`
}

// spend counts a visit.
func (h *hostInfo) spend(l frontier.Lease, t task) {
	h.Spent[tier(l.Priority)]++
	if tier(l.Priority) > 1 || t.Seen > 0 || t.Parent != nil {
		return
	}
	for _, s := range address.Sections(l.URL) {
		if c, ok := h.Sections[s]; ok || len(h.Sections) < mostSections {
			c.Visits++
			h.Sections[s] = c
		}
	}
}

// gave counts a report for the sections of its address and for those of the pages that led there.
func (h *hostInfo) gave(rawURL string, trail []string) {
	h.Found++
	own := address.Sections(rawURL)
	for _, s := range append(own[:], trail...) {
		if c, ok := h.Sections[s]; ok || len(h.Sections) < mostSections {
			c.Found++
			h.Sections[s] = c
		}
	}
}

// barren reports whether an address lies in a section that has been visited often and has shown no report.
func (h *hostInfo) barren(rawURL string) bool {
	for i, s := range address.Sections(rawURL) {
		most := branchBudget
		if i > 0 {
			most = directoryBudget
		}
		if c := h.Sections[s]; c.Found == 0 && c.Visits >= most {
			return true
		}
	}
	return false
}

// shown is a page by its digest: the directory of the first address that showed it, and how many below it did so too.
type shown struct {
	dir string
	n   int
}

// again counts a payload and reports whether too many addresses, each below the first, have shown it: relative links then
// lead from a page to itself for ever. Pages of one template in different directories are no such thing.
func (h *hostInfo) again(digest, rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil {
		return false
	}
	if len(h.pages) >= mostPages {
		clear(h.pages)
	}
	var key [16]byte
	copy(key[:], digest)
	p, known := h.pages[key]
	switch {
	case !known:
		p.dir = u.Path[:strings.LastIndexByte(u.Path, '/')+1]
	case strings.HasPrefix(u.Path, p.dir):
		p.n++
	}
	h.pages[key] = p
	return p.n >= samePage
}

// budgets are what may be spent on each tier of a host that has shown found reports.
func budgets(found int) [3]int {
	return [...]int{sureBudget + likelyFound*found, likelyBudget + likelyFound*found, possibleBudget}
}

// waits reports whether a host for telephones should wait for what its portal shows elsewhere.
func (e *engine) waits(p *portal.Portal, l frontier.Lease) bool {
	if tier(l.Priority) < 2 || !address.Small(l.Host) || e.foundOn(p) > 0 {
		return false
	}
	st, ok := e.frontier.Host(address.Host(p.URL))
	return ok && st.Host != l.Host && (st.Ready > 0 || st.Leased) && st.BlockedUntil.Before(e.now())
}

// overBudget names the budget that is spent, if one is. What is known to be a report, a list of some or an announced file
// is visited whatever was spent.
func (e *engine) overBudget(p *portal.Portal, h *hostInfo, l frontier.Lease, t task) string {
	if t.Report || t.Parent != nil || t.Seen > 0 || l.Depth == 0 {
		return ""
	}
	found, most := e.foundOn(p), budgets(h.Found)
	switch tier := tier(l.Priority); {
	case tier == 0 && h.Spent[0] >= most[0]:
		return "budget"
	case tier < 2 && h.barren(l.URL):
		return "barren_section"
	case tier == 1 && h.Spent[1] >= most[1]:
		return "section_budget"
	case tier == 2 && found > 0 && (h.Spent[2] >= found/2 || address.Small(l.Host)):
		return "satisfied"
	case tier == 2 && h.Spent[2] >= most[2]:
		return "search_budget"
	}
	return ""
}

// giveUp closes an address without a visit, and with it all that its host has waiting below the same bound.
func (e *engine) giveUp(ctx context.Context, l frontier.Lease, reason string) error {
	if err := e.frontier.Ack(ctx, l, frontier.Done{Cut: reason}); err != nil {
		return err
	}
	keep := discover.Likely
	switch {
	case reason == "barren_section" || tier(l.Priority) == 0:
		return nil // others of the host may be worth a visit
	case tier(l.Priority) == 1:
		keep = discover.Sure
	}
	_, err := e.frontier.Cut(ctx, l.Host, keep, reason)
	return err
}

// tier is 0 for what is always followed, 1 for what is followed within a budget, 2 for what only a portal that has shown
// nothing yet is searched for.
func tier(priority int) int {
	switch {
	case priority >= discover.Sure:
		return 0
	case priority >= discover.Likely:
		return 1
	}
	return 2
}
