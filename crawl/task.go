package crawl

import (
	"encoding/json"
	"fmt"

	"nianbao/archive"
	"nianbao/crawl/portal"
	"nianbao/report"
)

// A task is what the engine knows of an address beside what the frontier needs: how it was found and what it is
// expected to be. It travels with the frontier item, so that a crawl killed between two visits forgets nothing.
type task struct {
	Role   portal.Role `json:"role,omitempty"`
	Text   string      `json:"text,omitempty"`   // of the link that led here
	Column string      `json:"column,omitempty"` // of the page it stood on
	Below  bool        `json:"below,omitempty"`  // a page that led here was a column of reports
	Year   int         `json:"year,omitempty"`   // that the address selects
	Hops   int         `json:"hops,omitempty"`   // redirects followed to get here
	At     string      `json:"at,omitempty"`     // the twin address to ask instead, after a redirect to it
	Cookie string      `json:"cookie,omitempty"` // set by a redirect to the same address; sent once
	// Trail are the sections of the pages that led here: they are worth more visits when it turns out to be a report.
	Trail []string `json:"trail,omitempty"`
	// List is what is known of the list of which this is a further page.
	List *list `json:"list,omitempty"`
	// Parent is the page that announced a report of which this is an attachment.
	Parent *parent `json:"parent,omitempty"`
	// Robots is set for a robots.txt that another host's redirects to.
	Robots *robotsErrand `json:"robots,omitempty"`

	Heat    int    `json:"heat,omitempty"`    // 2: a column of reports, 1: leads to columns
	Article bool   `json:"article,omitempty"` // it says something itself and is no report: nothing new appears on it
	Report  bool   `json:"report,omitempty"`  // it has carried a report: its loss is news
	Lost    int    `json:"lost,omitempty"`    // times in a row that a report's address was gone
	Seen    int    `json:"seen,omitempty"`    // visits
	Changed int    `json:"changed,omitempty"` // of those, how many found other content
	Digest  string `json:"digest,omitempty"`  // of the last payload
	Parsed  string `json:"parsed,omitempty"`  // version of the parser that saw it
}

// A list is a list of several pages, as its next page needs it.
type list struct {
	Entries string `json:"entries"`          // digest of the entries of the page before
	Turns   int    `json:"turns"`            // pages turned to get here
	Barren  int    `json:"barren,omitempty"` // pages in a row that named no report
}

// A parent is an announcing page, as its attachments need it.
type parent struct {
	Verdict report.Verdict `json:"verdict"`
	Page    archive.Source `json:"page"`
	Files   int            `json:"files"` // attachments it announces
}

// A robotsErrand asks for the robots.txt of another host, to which the first one redirected.
type robotsErrand struct {
	Authority string `json:"authority"` // whose rules they are
	Host      string `json:"host"`
	Hops      int    `json:"hops"`
}

func (t task) encode() []byte {
	b, err := json.Marshal(t)
	if err != nil { // plain fields only: cannot happen
		panic(fmt.Sprintf("crawl: encode task: %v", err))
	}
	return b
}

// decodeTask reads a task; bytes it cannot read are an older or newer program's and count as empty.
func decodeTask(b []byte) task {
	var t task
	if len(b) > 0 && json.Unmarshal(b, &t) != nil {
		return task{}
	}
	return t
}
