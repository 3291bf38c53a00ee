// Package portal knows what government portals look like: the seed list that names them, which hosts are theirs, and how
// their content systems page through lists, write links and attach files.
//
// In goes a seed list (Load) or a page with the request that fetched it (Leads); out come portals with their scope, or
// the requests that the page leads to, each with the words that stood beside it. Each content system has a file of its
// own; what belongs to none is read by general means. Scripts are read as text and never run. The room is pure: it asks
// no server, and the same page always leads to the same requests.
package portal

import (
	"net/url"
	"strings"
	"time"
)

// Levels are the administrative levels of portals, from the state down.
var Levels = []string{"national", "province", "city", "county", "town", "zone", "department"}

// A Portal is one entry of the seed list.
type Portal struct {
	Name   string
	Code   string // administrative code (GB/T 2260), at least two digits; empty when there is none
	Level  string
	URL    string
	Hosts  []string // further hosts of its own
	Entry  []string // addresses to begin at beside URL
	Family string   // content system, empty: found out from its pages
	Delay  time.Duration
	Line   int // where it stands in the seed list

	host string
}

// Host is the portal's host, lower-cased, without port.
func (p *Portal) Host() string { return p.host }

// Mark names what is odd about the portal's address: "bare address", "not on gov.cn", or nothing.
func (p *Portal) Mark() string {
	switch {
	case isAddress(p.host):
		return "bare address"
	case p.host != "gov.cn" && !strings.HasSuffix(p.host, ".gov.cn"):
		return "not on gov.cn"
	}
	return ""
}

// Place is the portal's name without brackets and blanks, as it stands before the names of its departments.
func (p *Portal) Place() string {
	name, _, _ := strings.Cut(p.Name, "(")
	name, _, _ = strings.Cut(name, "（")
	return strings.TrimSuffix(strings.Join(strings.Fields(name), ""), "人民政府")
}

// Seeds is a seed list.
type Seeds struct {
	Portals []*Portal
	scope   scope
}

// newSeeds makes a list of portals that are known to be right, as Load does of a file.
func newSeeds(portals []*Portal) *Seeds {
	for _, p := range portals {
		if u, err := url.Parse(p.URL); err == nil {
			p.host = hostOf(u)
		}
	}
	return &Seeds{Portals: portals, scope: newScope(portals)}
}

// Select returns the portals whose name contains only, whose code begins with it, or whose host is it or lies below it;
// of one level when level is not empty.
func (s *Seeds) Select(only, level string) []*Portal {
	var out []*Portal
	only = strings.TrimSpace(only)
	for _, p := range s.Portals {
		if (level == "" || p.Level == level) && p.matches(only) {
			out = append(out, p)
		}
	}
	return out
}

func (p *Portal) matches(only string) bool {
	if only == "" {
		return true
	}
	if strings.Trim(only, "0123456789") == "" {
		return strings.HasPrefix(p.Code, only)
	}
	if strings.Contains(only, ".") {
		h := strings.ToLower(only)
		if u, err := url.Parse(h); err == nil && u.Host != "" {
			h = hostOf(u)
		}
		return p.host == h || bare(p.host) == bare(h) || strings.HasSuffix(p.host, "."+bare(h))
	}
	return strings.Contains(p.Name, only)
}

// Owner is the portal that an address belongs to, or nil when it lies outside every portal.
func (s *Seeds) Owner(u *url.URL) *Portal {
	if u == nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return s.scope.owner(u)
}
