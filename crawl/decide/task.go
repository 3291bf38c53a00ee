package decide

import (
	"encoding/json"
	"fmt"

	"nianbao/archive"
	"nianbao/crawl/portal"
	"nianbao/crawl/schedule"
	"nianbao/report"
)

// A Task is what is known of an address beside what the frontier needs: how it was found and what it is expected to be.
// It travels with the frontier item, so that a crawl killed between two visits forgets nothing.
type Task struct {
	Role   portal.Role `json:"role,omitempty"`
	Text   string      `json:"text,omitempty"`   // of the link that led here
	Column string      `json:"column,omitempty"` // of the page it stood on
	Below  bool        `json:"below,omitempty"`  // a page that led here was a column of reports
	Year   int         `json:"year,omitempty"`   // that the address selects
	Group  string      `json:"group,omitempty"`  // place of the link in the template of its page
	Origin string      `json:"origin,omitempty"` // the column of reports that led here, over its further pages and services
	Guess  bool        `json:"guess,omitempty"`  // no page named the address: it was made from the likes of it
	Hops   int         `json:"hops,omitempty"`   // redirects followed to get here
	At     string      `json:"at,omitempty"`     // the twin address to ask instead, after a redirect to it
	// Trail are the sections of the pages that led here: they are worth more visits when it turns out to be a report.
	Trail []string `json:"trail,omitempty"`
	// List is what is known of the list of which this is a further page.
	List *List `json:"list,omitempty"`
	// Parent is the page that announced a report of which this is an attachment.
	Parent *Parent `json:"parent,omitempty"`
	// Render says that the address is to be opened in a browser, since reading its page showed nothing of what it promises.
	Render bool `json:"render,omitempty"`
	// Robots is set for a robots.txt that another host's redirects to.
	Robots *Errand `json:"robots,omitempty"`

	Heat    int    `json:"heat,omitempty"`    // 2: a column of reports, 1: leads to columns
	Article bool   `json:"article,omitempty"` // it says something itself and is no report: nothing new appears on it
	Report  bool   `json:"report,omitempty"`  // it has carried a report: its loss is news
	Lost    int    `json:"lost,omitempty"`    // times in a row that a report's address was gone
	Seen    int    `json:"seen,omitempty"`    // visits
	Changed int    `json:"changed,omitempty"` // of those, how many found other content
	Digest  string `json:"digest,omitempty"`  // of the last payload
	Parsed  string `json:"parsed,omitempty"`  // version of the parser that saw it
}

// A List is a list of several pages, as its next page needs it.
type List struct {
	Entries string `json:"entries"`          // digest of the entries of the page before
	Turns   int    `json:"turns"`            // pages turned to get here
	Barren  int    `json:"barren,omitempty"` // pages in a row that named no report
}

// A Parent is an announcing page, as its attachments need it.
type Parent struct {
	Verdict report.Verdict `json:"verdict"`
	Page    archive.Source `json:"page"`
	Files   int            `json:"files"` // attachments it announces
}

// An Errand asks for the robots.txt of another host, to which the first one redirected.
type Errand struct {
	Authority string `json:"authority"` // whose rules they are
	Host      string `json:"host"`
	Hops      int    `json:"hops"`
}

// Encode is the task as the frontier keeps it.
func (t Task) Encode() []byte {
	b, err := json.Marshal(t)
	if err != nil { // plain fields only: cannot happen
		panic(fmt.Sprintf("decide: encode task: %v", err))
	}
	return b
}

// DecodeTask reads a task; bytes it cannot read are an older or newer program's and count as empty.
func DecodeTask(b []byte) Task {
	var t Task
	if len(b) > 0 && json.Unmarshal(b, &t) != nil {
		return Task{}
	}
	return t
}

// fresh is the task without what is known of one address: another address takes its place.
func (t Task) fresh() Task {
	t.At, t.Report, t.Seen, t.Changed, t.Digest, t.Lost = "", false, 0, 0, "", 0
	return t
}

// IsList reports whether new reports appear on an address.
func (t Task) IsList() bool {
	return !t.Article && (t.Heat == 2 || t.Heat > 0 && (t.Role == portal.RoleList || t.Role == portal.RoleAPI))
}

// history is what the schedule of visits goes by.
func (t Task) history(priority int) schedule.History {
	h := schedule.History{Seen: t.Seen, Changed: t.Changed}
	once := t.Role == portal.RoleAttachment || t.Heat == 0 && priority < lastPriority
	switch {
	case t.Report:
		h.Kind = schedule.Report
	case t.IsList():
		h.Kind = schedule.List
	case once:
		h.Kind = schedule.Once
	}
	return h
}

// Years is a closed interval of report years; zero ends are open.
type Years struct{ From, To int }

// Has reports whether a report of year y is wanted; one whose year is unknown (0) is.
func (r Years) Has(y int) bool {
	return y == 0 || (r.From == 0 || y >= r.From) && (r.To == 0 || y <= r.To)
}
