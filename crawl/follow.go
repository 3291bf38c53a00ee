package crawl

import (
	"slices"
	"strings"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/frontier"
	"nianbao/crawl/portal"
	"nianbao/fetch/exchange"
	"nianbao/report"
)

// twinWait is for how many delays a host for telephones waits, so that its portal may show its reports elsewhere first.
const twinWait = 40

// maxTrail bounds how far back the credit for a report goes.
const maxTrail = 4

// follow turns ranked leads into frontier items. files counts those that are files of the report which the page carries
// or announces.
func (e *engine) follow(v *visited, page *portal.Page, ranked []discover.Scored, heat int, verdict report.Verdict) (items []frontier.Item, files int) {
	column := page.Doc.Meta["columnname"]
	if n := len(page.Doc.Breadcrumb); column == "" && n > 0 {
		column = page.Doc.Breadcrumb[n-1]
	}
	if column == "" {
		column = v.task.Text
	}
	trail := append(slices.Clone(v.task.Trail), address.Sections(v.lease.URL)[1])
	trail = trail[max(0, len(trail)-maxTrail):]
	announced := e.announcement(v, ranked, verdict)
	turn := v.turn(ranked)
	for _, l := range ranked {
		switch {
		case l.Cut != "":
			v.cut[l.Cut]++
			continue
		case l.Score <= 0:
			continue
		case v.lease.Depth >= maxDepth:
			v.cut["depth"]++
			continue
		case !e.years.has(l.Year):
			v.cut["year"]++
			continue
		}
		t := task{Role: l.Role, Text: l.Text, Column: column, Below: heat == 2 || v.task.Below && heat > 0, Year: l.Year}
		if l.Score >= discover.Likely {
			t.Trail = trail
		}
		if l.Role == portal.RoleAPI && t.Text == "" {
			t.Text = v.task.Text
		}
		if l.Role == portal.RoleList {
			t.Text = v.task.Text // a further page of what this one is
		}
		from := v.lease
		if l.Role == portal.RoleList || l.Role == portal.RoleAPI && v.task.Role == portal.RoleAPI {
			if turn.cut != "" {
				v.cut[turn.cut]++
				continue
			}
			t.List = &turn.next
			from.Depth = max(0, from.Depth-1) // a further page is no step away
		}
		if announced != nil && carriesFor(l, announced) {
			t.Parent = announced
			files++
		}
		if it, ok := e.item(from, l.Lead, t, l.Score); ok {
			if address.Small(it.Host) && l.Score < discover.Likely {
				it.Due = v.ex.Completed.Add(twinWait * v.host.Polite.Delay(e.least(v.portal, v.at)))
			}
			items = append(items, it)
		} else {
			v.cut[string(exchange.OutOfScope)]++
		}
	}
	return items, files
}

// announcement is what the files of a page need to know of it: the page itself, when it is a report or announces one, or
// the page for which this answer names the files. It is nil when there is nothing to announce.
func (e *engine) announcement(v *visited, ranked []discover.Scored, verdict report.Verdict) *parent {
	if !verdict.IsReport {
		if v.task.Role == portal.RoleAPI {
			return v.task.Parent
		}
		return nil
	}
	p := &parent{Verdict: verdict, Page: v.source("page")}
	for _, l := range ranked {
		if l.Role == portal.RoleAttachment && l.Score > 0 {
			p.Files++
		}
	}
	return p
}

// carriesFor reports whether a lead is a file of an announced report, or an answer that will name one.
func carriesFor(l discover.Scored, p *parent) bool {
	return l.Role == portal.RoleAttachment || l.Role == portal.RoleAPI && p.Files == 0 && !p.Verdict.Complete && l.Score >= discover.Sure
}

// turned says what a list page means for the pages after it.
type turned struct {
	next list
	cut  string // why they are not asked for
}

const (
	maxTurns    = 300 // pages of one list
	barrenPages = 6   // in a row that name no report
)

// turn compares a page of a list with the one before it. A list that shows the same entries again has come to its end,
// whatever number it is asked for.
func (v *visited) turn(ranked []discover.Scored) turned {
	var entries []string
	promising := false
	for _, l := range ranked {
		if l.Role == portal.RoleList || l.Role == portal.RoleScript || l.Role == portal.RoleAPI || !l.InBody {
			continue
		}
		entries = append(entries, l.URL)
		promising = promising || l.Score >= discover.Likely
	}
	slices.Sort(entries)
	t := turned{next: list{Entries: archive.Sum([]byte(strings.Join(entries, "\n")))[:16], Turns: 1}}
	before := v.task.List
	if before == nil {
		return t
	}
	t.next.Turns = before.Turns + 1
	if !promising {
		t.next.Barren = before.Barren + 1
	}
	switch {
	case len(entries) == 0 || before.Entries == t.next.Entries:
		t.cut = "list_repeats"
	case t.next.Turns > maxTurns:
		t.cut = "list_too_long"
	case t.next.Barren > barrenPages:
		t.cut = "list_barren"
	}
	return t
}
