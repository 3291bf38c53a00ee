// Package budget says how many requests a host is worth.
//
// In go what has been spent on a host, by kind of address and by section, and the reports that came of it; out comes
// whether an address may still be asked for, or the name of the budget that is spent. The room is arithmetic on plain
// values that the frontier keeps with the host.
package budget

import (
	"nianbao/crawl/address"
	"nianbao/crawl/discover"
)

// Budgets of a host, in requests.
const (
	sureBudget     = 20_000 // all that is always followed
	likelyBudget   = 60     // what is likely
	likelyFound    = 2      // and so many more for each report found, of either kind
	possibleBudget = 60     // what promises nothing
	// A portal that has shown reports is searched with one request for so many of them.
	foundPerSearch = 2
	// A section of a host that has shown no report is left after so many visits of what was always followed: a directory,
	// and all that lies below the first segment of a path.
	directoryBudget = 16
	branchBudget    = 80
	mostSections    = 256 // kept for one host
)

// Names of the budgets, as status and the frontier count them.
const (
	Sure      = "budget"
	Likely    = "section_budget"
	Possible  = "search_budget"
	Barren    = "barren_section"
	Satisfied = "satisfied"
)

// A Tier is a kind of address by its promise.
type Tier int

// The tiers: always followed; followed within a budget; followed only where a portal has shown nothing yet.
const (
	TierSure Tier = iota
	TierLikely
	TierPossible
	tiers
)

// TierNames are the tiers' names in reports, in their order.
var TierNames = [tiers]string{"sure", "likely", "possible"}

// TierOf is the tier of a priority.
func TierOf(priority int) Tier {
	switch {
	case priority >= discover.Sure:
		return TierSure
	case priority >= discover.Likely:
		return TierLikely
	}
	return TierPossible
}

// Spending is what a host has cost and given.
type Spending struct {
	Spent [tiers]int `json:"spent"`           // requests by tier
	Found int        `json:"found,omitempty"` // reports
	// Sections are the parts of the host by address.Sections.
	Sections map[string]Section `json:"sections,omitempty"`
}

// A Section is what a part of a host has cost and given.
type Section struct {
	Visits int `json:"v,omitempty"`
	Found  int `json:"f,omitempty"`
}

// A Visit is what the budgets must know of an address.
type Visit struct {
	URL      string
	Host     string
	Priority int
	// Known says that the address has been visited before, or is announced as the file of a report: such visits are no search.
	Known bool
}

// Spend counts a visit.
func (s *Spending) Spend(v Visit) {
	s.Spent[TierOf(v.Priority)]++
	if TierOf(v.Priority) == TierPossible || v.Known {
		return
	}
	for _, name := range address.Sections(v.URL) {
		s.change(name, func(c *Section) { c.Visits++ })
	}
}

// Gave counts a report for the sections of its address and for those of the pages that led there.
func (s *Spending) Gave(rawURL string, trail []string) {
	s.Found++
	own := address.Sections(rawURL)
	for _, name := range append(own[:], trail...) {
		s.change(name, func(c *Section) { c.Found++ })
	}
}

func (s *Spending) change(name string, f func(*Section)) {
	c, known := s.Sections[name]
	if !known && len(s.Sections) >= mostSections {
		return
	}
	if s.Sections == nil {
		s.Sections = map[string]Section{}
	}
	f(&c)
	s.Sections[name] = c
}

// Most is what may be spent on each tier.
func (s *Spending) Most() [tiers]int {
	return [...]int{sureBudget + likelyFound*s.Found, likelyBudget + likelyFound*s.Found, possibleBudget}
}

// Over names the budget that forbids a visit, empty when none does. Found is how many reports the portal has shown, on all
// its hosts.
func (s *Spending) Over(v Visit, found int) string {
	most := s.Most()
	switch tier := TierOf(v.Priority); {
	case tier == TierSure && s.Spent[tier] >= most[tier]:
		return Sure
	case tier != TierPossible && s.barren(v.URL):
		return Barren
	case tier == TierLikely && s.Spent[tier] >= most[tier]:
		return Likely
	case tier == TierPossible && found > 0 && (s.Spent[tier] >= found/foundPerSearch || address.Small(v.Host)):
		return Satisfied
	case tier == TierPossible && s.Spent[tier] >= most[tier]:
		return Possible
	}
	return ""
}

// barren reports whether an address lies in a section that has been visited often and has shown no report.
func (s *Spending) barren(rawURL string) bool {
	for i, name := range address.Sections(rawURL) {
		most := branchBudget
		if i > 0 {
			most = directoryBudget
		}
		if c := s.Sections[name]; c.Found == 0 && c.Visits >= most {
			return true
		}
	}
	return false
}

// Keep is the least priority that is still worth a visit on a host whose budget of a name is spent on an address of a
// priority; all below is given up with it. ok is false when others of the host may be worth a visit whatever theirs is.
func Keep(name string, priority int) (keep int, ok bool) {
	switch tier := TierOf(priority); {
	case name == Barren || tier == TierSure:
		return 0, false
	case tier == TierLikely:
		return discover.Sure, true
	}
	return discover.Likely, true
}
