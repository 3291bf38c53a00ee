package decide

import (
	"slices"
	"strings"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/fetch/exchange"
	"nianbao/report"
)

const (
	// maxDepth bounds the steps from where a portal begins.
	maxDepth = 16
	// TwinWait is for how many delays a host for telephones waits, so that its portal may show its reports elsewhere first.
	TwinWait = 40
	// maxTrail bounds how far back the credit for a report goes.
	maxTrail = 4
)

// follow turns ranked leads into requests. It returns how many are files of the report that the page carries or announces.
func (d *decision) follow(page *portal.Page, ranked []discover.Scored, heat int, verdict report.Verdict) (files int) {
	c := d.c
	column := d.column(page)
	trail := append(slices.Clone(d.task.Trail), address.Sections(c.Request.URL)[1])
	trail = trail[max(0, len(trail)-maxTrail):]
	announced := d.announcement(ranked, verdict)
	turn := turn(d.task.List, ranked)
	origin := d.task.Origin
	if heat == 2 && !verdict.IsReport && d.task.Role != portal.RoleList && d.task.Role != portal.RoleAPI {
		origin = c.Request.URL
	}
	for _, l := range ranked {
		switch {
		case l.Cut != "":
			d.cut(l.Cut)
			continue
		case l.Score <= 0:
			continue
		case c.Request.Depth >= maxDepth:
			d.cut(CutDepth)
			continue
		case !c.Years.Has(l.Year):
			d.cut(CutYear)
			continue
		}
		t := Task{Role: l.Role, Text: l.Text, Column: column, Below: heat == 2 || d.task.Below && heat > 0, Year: l.Year, Group: l.Place, Origin: origin}
		if l.Score >= discover.Likely {
			t.Trail = trail
		}
		if l.Role == portal.RoleList || l.Role == portal.RoleAPI && t.Text == "" {
			t.Text = d.task.Text // a further page of what this one is
		}
		depth := c.Request.Depth + 1
		if l.Role == portal.RoleList || l.Role == portal.RoleAPI && d.task.Role == portal.RoleAPI {
			if turn.cut != "" {
				d.cut(turn.cut)
				continue
			}
			t.List = &turn.next
			depth = max(1, c.Request.Depth) // a further page is no step away
		}
		if announced != nil && carriesFor(l, announced) {
			t.Parent = announced
			files++
		}
		lead, ok := d.lead(l.Lead, t, l.Score, depth)
		if !ok {
			d.cut(string(exchange.OutOfScope))
			continue
		}
		if address.Small(lead.Host) && l.Score < discover.Likely {
			lead.Due = d.now().Add(TwinWait * c.Delay)
		}
		d.out.Leads = append(d.out.Leads, lead)
	}
	return files
}

// column is what a page says of the column it belongs to, else the text of the link that led to it.
func (d *decision) column(page *portal.Page) string {
	if name := page.Doc.Meta["columnname"]; name != "" {
		return name
	}
	if n := len(page.Doc.Breadcrumb); n > 0 && page.Doc.Breadcrumb[n-1] != "" {
		return page.Doc.Breadcrumb[n-1]
	}
	return d.task.Text
}

// announcement is what the files of a page need to know of it: the page itself, when it is a report or announces one, or
// the page for which this answer names the files. It is nil when there is nothing to announce.
func (d *decision) announcement(ranked []discover.Scored, verdict report.Verdict) *Parent {
	if !verdict.IsReport {
		if d.task.Role == portal.RoleAPI {
			return d.task.Parent
		}
		return nil
	}
	p := &Parent{Verdict: verdict, Page: d.source("page")}
	for _, l := range ranked {
		if l.Role == portal.RoleAttachment && l.Score > 0 {
			p.Files++
		}
	}
	return p
}

// carriesFor reports whether a lead is a file of an announced report, or an answer that will name one.
func carriesFor(l discover.Scored, p *Parent) bool {
	return l.Role == portal.RoleAttachment || l.Role == portal.RoleAPI && p.Files == 0 && !p.Verdict.Complete && l.Score >= discover.Sure
}

// turned says what a list page means for the pages after it.
type turned struct {
	next List
	cut  string // why they are not asked for
}

// Bounds of a list of several pages, and the reasons that name them.
const (
	maxTurns    = 300 // pages of one list
	barrenPages = 6   // in a row that name no report

	CutListRepeats = "list_repeats"
	CutListTooLong = "list_too_long"
	CutListBarren  = "list_barren"
)

// turn compares a page of a list with the one before it. A list that shows the same entries again has come to its end,
// whatever number it is asked for.
func turn(before *List, ranked []discover.Scored) turned {
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
	t := turned{next: List{Entries: archive.Sum([]byte(strings.Join(entries, "\n")))[:16], Turns: 1}}
	if before == nil {
		return t
	}
	t.next.Turns = before.Turns + 1
	if !promising {
		t.next.Barren = before.Barren + 1
	}
	if len(entries) == 0 || before.Entries == t.next.Entries {
		t.cut = CutListRepeats
	} else if t.next.Turns > maxTurns {
		t.cut = CutListTooLong
	} else if t.next.Barren > barrenPages {
		t.cut = CutListBarren
	}
	return t
}
