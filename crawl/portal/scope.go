package portal

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// scope says whose an address is. A portal claims its own host and those it lists, its www or bare twin, and the
// sub-domains of its registered name; the most exact claim wins, so that a county's host on its city's domain is the
// county's. Of portals on one host the one whose path is the longest beginning of the address's wins.
type scope struct {
	exact   map[string][]*Portal // hosts that stand in the seed list
	twins   map[string][]*Portal // www or bare twins of those
	domains map[string][]*Portal // domains claimed with all below them
}

func newScope(portals []*Portal) scope {
	s := scope{exact: map[string][]*Portal{}, twins: map[string][]*Portal{}, domains: map[string][]*Portal{}}
	registered := map[string]int{}
	for _, p := range portals {
		registered[registeredName(p.host)]++
	}
	for _, p := range portals {
		hosts := append([]string{p.host}, p.Hosts...)
		for _, e := range p.Entry {
			if u, err := url.Parse(e); err == nil {
				hosts = append(hosts, hostOf(u))
			}
		}
		for _, h := range hosts {
			if h = strings.ToLower(h); h == "" || contains(s.exact[h], p) {
				continue
			}
			s.exact[h] = append(s.exact[h], p)
			if isAddress(h) {
				continue
			}
			if b := bare(h); b != h {
				s.twins[b] = append(s.twins[b], p)
			} else {
				s.twins["www."+h] = append(s.twins["www."+h], p)
			}
			s.domains[bare(h)] = append(s.domains[bare(h)], p)
		}
		// A portal that alone stands on a registered name, or stands at its root, has all of it.
		if r := registeredName(p.host); r != "" && !contains(s.domains[r], p) && registered[r] == 1 {
			s.domains[r] = append(s.domains[r], p)
		}
	}
	return s
}

func (s scope) owner(u *url.URL) *Portal {
	h := hostOf(u)
	if p := s.best(s.exact[h], u); p != nil {
		return p
	}
	if p := s.best(s.twins[h], u); p != nil {
		return p
	}
	if isAddress(h) {
		return nil
	}
	for d := h; d != ""; {
		if p := s.best(s.domains[d], u); p != nil {
			return p
		}
		_, rest, ok := strings.Cut(d, ".")
		if !ok {
			return nil
		}
		d = rest
	}
	return nil
}

// best chooses among portals of one host by path.
func (s scope) best(ps []*Portal, u *url.URL) *Portal {
	if len(ps) <= 1 {
		if len(ps) == 1 {
			return ps[0]
		}
		return nil
	}
	best, length := ps[0], -1
	for _, p := range ps {
		v, err := url.Parse(p.URL)
		if err != nil {
			continue
		}
		dir := v.Path[:strings.LastIndexByte(v.Path, '/')+1]
		if strings.HasPrefix(u.Path, dir) && len(dir) > length {
			best, length = p, len(dir)
		}
	}
	return best
}

func contains(ps []*Portal, p *Portal) bool {
	for _, q := range ps {
		if q == p {
			return true
		}
	}
	return false
}

// hostOf is the host of an address as scope compares it: lower case, ASCII, without port and final dot.
func hostOf(u *url.URL) string {
	h := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if a, err := idna.Lookup.ToASCII(h); err == nil {
		return a
	}
	return h
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func bare(host string) string { return strings.TrimPrefix(host, "www.") }

// registeredName is the name below the public suffix: example.gov.cn of zfxxgk.example.gov.cn; empty for addresses and
// for suffixes themselves.
func registeredName(host string) string {
	if host == "" || isAddress(host) {
		return ""
	}
	r, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return r
}
