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
	weakBudget     = 24     // of those, what speaks against itself: entries of news, noise, and what is left at last
	weak           = 20     // the priority below which it does
	// A portal that has shown reports is searched with one request for so many of them.
	foundPerSearch = 2
	// A section of a host that has shown no report is left after so many visits of what was always followed: a directory,
	// and all that lies below the first segment of a path.
	directoryBudget = 16
	branchBudget    = 80
	mostSections    = 256 // kept for one host; groups likewise
	// A group of links is left after so many visits that led nowhere.
	groupPossible = 3
	groupBarren   = 5 // on a host that has shown no report yet
	groupLikely   = 8
)

// Names of the budgets, as status and the frontier count them.
const (
	Sure      = "budget"
	Likely    = "section_budget"
	Possible  = "search_budget"
	Barren    = "barren_section"
	Satisfied = "satisfied"
	Group     = "barren_group"
	Hosts     = "hosts"
)

// A Tier is a class of addresses by how likely they lead to a report.
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
	if priority >= discover.Sure {
		return TierSure
	}
	if priority >= discover.Likely {
		return TierLikely
	}
	return TierPossible
}

// Spending is what a host has cost and given.
type Spending struct {
	Spent [tiers]int `json:"spent"`           // requests by tier
	Weak  int        `json:"weak,omitempty"`  // of the last tier, requests below weak
	Found int        `json:"found,omitempty"` // reports
	// Sections are the parts of the host by address.Sections.
	Sections map[string]Section `json:"sections,omitempty"`
	// Groups are the places of the host's templates from which links were followed without being sure.
	Groups map[string]Section `json:"groups,omitempty"`
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
	// Group is the place of the template that the link stood at; empty when it is not known.
	Group string
	// Known says that the address has been visited before, or is announced as the file of a report: such visits are no search.
	Known bool
}

// Spend counts a visit.
func (s *Spending) Spend(v Visit) {
	s.Spent[TierOf(v.Priority)]++
	if v.Priority < weak {
		s.Weak++
	}
	if TierOf(v.Priority) == TierPossible || v.Known {
		return
	}
	for _, name := range address.Sections(v.URL) {
		change(&s.Sections, name, func(c *Section) { c.Visits++ })
	}
}

// Learn takes in what the visit of a link that was not sure came to: led says that it led to a report, to a column of
// some, or to new addresses that are sure to. Links at the same place of a template are one group, and a group earns its
// keep by what it leads to.
func (s *Spending) Learn(v Visit, led bool) {
	if v.Group == "" || v.Known || TierOf(v.Priority) == TierSure {
		return
	}
	change(&s.Groups, v.Group, func(c *Section) {
		c.Visits++
		if led {
			c.Found++
		}
	})
}

// Gave counts a report for the sections of its address and for those of the pages that led there.
func (s *Spending) Gave(rawURL string, trail []string) {
	s.Found++
	own := address.Sections(rawURL)
	for _, name := range append(own[:], trail...) {
		change(&s.Sections, name, func(c *Section) { c.Found++ })
	}
}

func change(m *map[string]Section, name string, f func(*Section)) {
	c, known := (*m)[name]
	if !known && len(*m) >= mostSections {
		return
	}
	if *m == nil {
		*m = map[string]Section{}
	}
	f(&c)
	(*m)[name] = c
}

// Most is what may be spent on each tier.
func (s *Spending) Most() [tiers]int {
	return [...]int{sureBudget + likelyFound*s.Found, likelyBudget + likelyFound*s.Found, possibleBudget}
}

// A Portal is what the budgets must know of the portal that an address belongs to.
type Portal struct {
	Found   int  // reports it has shown, on all its hosts
	Wanting bool // something is expected of it, and not found, that the address's host may lead to
}

// Over names the budget that forbids a visit, empty when none does.
func (s *Spending) Over(v Visit, p Portal) string {
	tier := TierOf(v.Priority)
	spent := s.Spent[tier] >= s.Most()[tier]
	if tier == TierSure && spent {
		return Sure
	}
	if tier != TierPossible && s.barren(v.URL) {
		return Barren
	}
	if tier == TierLikely && spent {
		return Likely
	}
	if tier != TierSure && v.Priority > Last && s.idle(v) {
		return Group
	}
	if tier != TierPossible {
		return ""
	}
	if p.Found > 0 && (address.Small(v.Host) || !p.Wanting && s.Spent[tier] >= p.Found/foundPerSearch) {
		return Satisfied
	}
	if spent || v.Priority < weak && (s.Found > 0 || s.Weak >= weakBudget) {
		return Possible
	}
	return ""
}

// Last is the priority of what is asked for when nothing better is left: links of a group that has led nowhere, on a host
// that has shown no report yet.
const Last = 1

// Retry reports whether an address that a budget forbids is worth keeping for the last.
func (s *Spending) Retry(name string, v Visit) bool {
	return name == Group && s.Found == 0 && TierOf(v.Priority) == TierPossible && v.Priority >= weak
}

// idle reports whether the group of a link has been followed often enough to know that it leads nowhere.
func (s *Spending) idle(v Visit) bool {
	g := s.Groups[v.Group]
	patience := groupPossible
	switch {
	case TierOf(v.Priority) == TierLikely:
		patience = groupLikely
	case s.Found == 0:
		patience = groupBarren
	}
	return v.Group != "" && g.Found == 0 && g.Visits >= patience
}

// barren reports whether an address is in a section that has been visited often without finding a report.
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
	tier := TierOf(priority)
	if name == Barren || name == Group || name == Hosts || tier == TierSure {
		return 0, false
	}
	if tier == TierLikely {
		return discover.Sure, true
	}
	return discover.Likely, true
}
