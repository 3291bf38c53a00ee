// Package robots is RFC 9309: what a robots.txt says, whether an address may be asked for, and what the answer to the
// request for robots.txt itself means.
//
// In go the bytes of a robots.txt (Parse) or how its fetch ended (Decide, Update); out come Rules that answer for one
// product token, and an Entry that a frontier can keep on disk. The room is pure: it opens no connection and reads no
// clock, so whoever calls it fetches, follows redirects and tells the time.
//
// It promises to use every line that can be read however bad the others are, to take time linear in the path for each
// rule, and to err on the side of asking less: no answer means nothing may be fetched. Sitemap and Crawl-delay, which
// the RFC leaves out, are read by temoto/robotstxt from lines cleaned here.
package robots

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Rules is what one robots.txt says. It is safe for use by many goroutines; a nil *Rules allows everything.
type Rules struct {
	blocks   []block
	sitemaps []string
	last     atomic.Pointer[merged] // the merged view asked for last: a crawler has one name
}

// block is one group as written: its agents, its rules, and the delays found in it.
type block struct {
	agents []string // lower-cased product tokens, or "*"
	rules  []rule
	delays []delay
}

// delay is a Crawl-delay line. It is no record of the RFC and so ends no group: in "User-agent: a, Crawl-delay,
// User-agent: b, Disallow" both agents share the rule, but only the agents named before the line have its delay.
type delay struct {
	agents int // how many of the block's agents stood before the line
	value  time.Duration
}

// merged is all that one agent must heed.
type merged struct {
	agent string
	rules []rule // longest first, Allow before Disallow at equal length: the first match decides
	delay time.Duration
}

// Allowed reports whether agent may fetch rawURL, an absolute address or a path with its query. Agent is a product
// token; of a whole User-Agent header only the leading token counts.
func (r *Rules) Allowed(agent, rawURL string) bool {
	path, ok := matchPath(rawURL)
	if !ok {
		return false
	}
	if r == nil || path == "/robots.txt" || strings.HasPrefix(path, "/robots.txt?") {
		return true
	}
	for _, rule := range r.of(agent).rules {
		if rule.matches(path) {
			return rule.allow
		}
	}
	return true
}

// CrawlDelay is the delay between requests asked of agent, 0 when none is. Where several are given the longest holds.
func (r *Rules) CrawlDelay(agent string) time.Duration {
	if r == nil {
		return 0
	}
	return r.of(agent).delay
}

// Sitemaps are the sitemap addresses as written, in order, each once.
func (r *Rules) Sitemaps() []string {
	if r == nil {
		return nil
	}
	return slices.Clone(r.sitemaps)
}

// of merges every group that names agent or, when none does, every group for "*" (RFC 9309 §2.2.1).
func (r *Rules) of(agent string) *merged {
	token := productToken(agent)
	if m := r.last.Load(); m != nil && m.agent == token {
		return m
	}
	m, named := r.merge(token)
	if !named && token != "*" {
		m, _ = r.merge("*")
		m.agent = token
	}
	r.last.Store(m)
	return m
}

func (r *Rules) merge(token string) (*merged, bool) {
	m, named := &merged{agent: token}, false
	for _, b := range r.blocks {
		at := slices.Index(b.agents, token)
		if at < 0 {
			continue
		}
		named = true
		m.rules = append(m.rules, b.rules...)
		for _, d := range b.delays {
			if at < d.agents {
				m.delay = max(m.delay, d.value)
			}
		}
	}
	slices.SortStableFunc(m.rules, func(a, b rule) int {
		if a.length != b.length {
			return b.length - a.length
		}
		if a.allow == b.allow {
			return 0
		}
		if a.allow {
			return -1
		}
		return 1
	})
	return m, named
}

// Compact renders what agent must heed as a small robots.txt that means the same, for keeping beside a queue.
func (r *Rules) Compact(agent string) []byte {
	if r == nil {
		return nil
	}
	var b strings.Builder
	m := r.of(agent)
	b.WriteString("User-agent: *\n")
	if m.delay > 0 {
		b.WriteString("Crawl-delay: " + seconds(m.delay) + "\n")
	}
	for _, rule := range m.rules {
		if rule.allow {
			b.WriteString("Allow: ")
		} else {
			b.WriteString("Disallow: ")
		}
		b.WriteString(rule.String() + "\n")
	}
	for _, s := range r.sitemaps {
		b.WriteString("Sitemap: " + s + "\n")
	}
	return []byte(b.String())
}
