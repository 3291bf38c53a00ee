package decide

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/crawl/schedule"
	"nianbao/fetch/exchange"
	"nianbao/report"
)

// passing are the outcomes for reasons that may pass: the address is tried again.
var passing = []exchange.Outcome{exchange.RateLimited, exchange.ServerError, exchange.Timeout, exchange.DNS, exchange.Refused, exchange.Reset, exchange.Blocked}

func TestEveryOutcomeSaysWhenTheAddressIsDue(t *testing.T) {
	gone := []exchange.Outcome{exchange.NotFound, exchange.Gone, exchange.Soft404}
	for _, o := range exchange.All {
		if o == exchange.OK || o == exchange.NotModified || o == exchange.Redirect {
			continue
		}
		for attempts := range MaxRetries + 1 {
			c := asked(site+"/a.html", o)
			c.Request.Attempts = attempts
			a := decided(t, c).Again
			switch {
			case slices.Contains(passing, o) && attempts+1 < MaxRetries:
				if !a.Retry || !a.Due.Equal(then.Add(schedule.Retry(attempts))) || a.Task != nil || a.ETag != c.Request.ETag || a.LastMod != c.Request.LastMod {
					t.Errorf("%s, failed %d times before: %+v", o, attempts, a)
				}
			case slices.Contains(passing, o):
				if a.Retry || !a.Due.Equal(then.Add(days(1))) || a.Task == nil || a.Task.Seen != 1 {
					t.Errorf("%s, failed %d times before: %+v", o, attempts, a)
				}
			case slices.Contains(gone, o):
				if a.Retry || !a.Due.Equal(then.Add(schedule.Longest)) || a.Task == nil {
					t.Errorf("%s: %+v", o, a)
				}
			default:
				if a.Retry || !a.Due.Equal(then.Add(days(7))) || a.Task == nil {
					t.Errorf("%s: %+v", o, a)
				}
			}
		}
	}
}

func TestAnswersWithoutEndAreNotTriedAgain(t *testing.T) {
	c := asked(site+"/a.html", exchange.Timeout)
	c.Exchange.Status = http.StatusOK
	if a := decided(t, c).Again; a.Retry || !a.Due.Equal(then.Add(days(1))) {
		t.Errorf("an answer that began and did not end: %+v", a)
	}
	c.Exchange.Outcome = exchange.Reset
	if a := decided(t, c).Again; !a.Retry {
		t.Errorf("one that broke off may pass: %+v", a)
	}
}

func TestTheHomePageInPlaceOfAnother(t *testing.T) {
	for attempts := range MaxRetries {
		c := asked(site+"/a.html", exchange.Soft404)
		c.HomeInstead, c.Request.Attempts = true, attempts
		if a := decided(t, c).Again; a.Retry != (attempts+1 < MaxRetries) {
			t.Errorf("failed %d times before: %+v", attempts, a)
		}
	}
}

func TestTheLossOfAReportIsConfirmed(t *testing.T) {
	for _, o := range []exchange.Outcome{exchange.NotFound, exchange.Gone, exchange.Soft404} {
		task := Task{Report: true}
		for n := range Confirmations + 1 {
			c := asked(site+"/a.html", o)
			c.Task = task
			d := decided(t, c)
			if len(d.Observations) != 1 || d.Observations[0].Missing != o || d.Observations[0].URL != c.Request.URL || !d.Observations[0].At.Equal(then) {
				t.Fatalf("%s: %+v", o, d.Observations)
			}
			if len(d.Credits) > 0 {
				t.Errorf("%s: a loss counts as a report", o)
			}
			task = *d.Again.Task
			if task.Lost != n+1 || !task.Report {
				t.Errorf("%s: lost %d times", o, task.Lost)
			}
			due, priority := then.Add(schedule.ReportInSeason), 0
			if n+1 < Confirmations {
				due, priority = then.Add(schedule.Confirm(rest)), discover.Sure
			}
			if !d.Again.Due.Equal(due) || d.Again.Priority != priority {
				t.Errorf("%s, answer %d: due %s at %d", o, n+1, d.Again.Due, d.Again.Priority)
			}
		}
	}
}

func TestNotModified(t *testing.T) {
	c := asked(site+"/a.html", exchange.NotModified)
	c.Task = Task{Heat: 2, Seen: 3}
	d := decided(t, c)
	if a := d.Again; !a.Due.Equal(then.Add(2*schedule.ListOffSeason)) || a.ETag != `"old"` || a.LastMod != "before" || a.Task.Seen != 4 || len(d.Observations) > 0 {
		t.Errorf("a list that has never changed, seen for the fourth time: %+v", a)
	}
	c.Task = Task{Report: true, Lost: 1}
	if d := decided(t, c); len(d.Observations) != 1 || d.Observations[0].Missing != exchange.Soft404 || d.Again.Task.Lost != 2 {
		t.Errorf("the same page as when it no longer held the report: %+v", d)
	}
}

// redirected is a case of an address that redirects to another.
func redirected(from, to string) Case {
	c := asked(from, exchange.Redirect)
	c.Exchange.Status, c.Exchange.Location = http.StatusFound, to
	return c
}

func TestRedirects(t *testing.T) {
	const from = site + "/a.html"
	for _, tt := range []struct {
		name string
		to   string
		f    func(*Case)
		due  time.Duration
		cut  string
		lead string
	}{
		{"elsewhere on the portal", site + "/b.html", nil, schedule.Other, "", site + "/b.html"},
		{"to another host of it", "http://czj.yn.example/b.html", nil, schedule.Other, "", "http://czj.yn.example/b.html"},
		{"to no address", "mailto:a@yn.example", nil, schedule.Other, "", ""},
		{"nowhere", "", nil, schedule.Other, "", ""},
		{"outside the portal", "http://other.example/", nil, schedule.Longest, string(exchange.OutOfScope), ""},
		{"into a trap", site + "/login.jsp", nil, schedule.Other, CutTrap, ""},
		{"the last hop", site + "/b.html", with(func(t *Task) { t.Hops = MaxHops - 1 }), schedule.Other, "", site + "/b.html"},
		{"one hop too many", site + "/b.html", with(func(t *Task) { t.Hops = MaxHops }), schedule.Other, CutTrap, ""},
		{"to itself", from, nil, schedule.Other, "", ""},
	} {
		c := redirected(from, tt.to)
		if tt.f != nil {
			tt.f(&c)
		}
		hops := c.Task.Hops
		d := decided(t, c)
		if a := d.Again; a.Retry || !a.Due.Equal(then.Add(tt.due)) || a.Task == nil || a.Task.Hops != hops {
			t.Errorf("%s: %+v, task %+v", tt.name, a, a.Task)
		}
		if len(d.Cut) > 1 || tt.cut != "" && d.Cut[tt.cut] != 1 || tt.cut == "" && len(d.Cut) > 0 {
			t.Errorf("%s: cut %v", tt.name, d.Cut)
		}
		if tt.lead == "" {
			if len(d.Leads) > 0 {
				t.Errorf("%s: leads to %v", tt.name, addresses(d))
			}
			continue
		}
		if len(d.Leads) != 1 {
			t.Fatalf("%s: leads to %v", tt.name, addresses(d))
		}
		l := d.Leads[0]
		if l.URL != tt.lead || l.Depth != c.Request.Depth+1 || l.Priority != c.Request.Priority || l.Task.Hops != hops+1 || l.Portal != home.Name || l.Host != address.Host(tt.lead) || l.Key != address.Key("", tt.lead, "") {
			t.Errorf("%s: %+v", tt.name, l)
		}
	}
}

func TestRedirectsTakeTheTaskAlong(t *testing.T) {
	c := redirected(site+"/a.html", site+"/b.html")
	c.Task = Task{Role: portal.RoleArticle, Text: "年报", Column: "信息公开", Below: true, Year: 2023, Trail: []string{"/x/"}, Origin: site + "/nb/",
		Parent: &Parent{Files: 2}, Seen: 4, Changed: 2, Digest: "d", Lost: 1, At: site + "/c.html"}
	got := decided(t, c).Leads[0].Task
	if got.Text != "年报" || got.Column != "信息公开" || !got.Below || got.Year != 2023 || len(got.Trail) != 1 || got.Origin == "" || got.Role != portal.RoleArticle || got.Parent == nil {
		t.Errorf("what was known of the link is lost: %+v", got)
	}
	if got.Seen != 0 || got.Changed != 0 || got.Digest != "" || got.Lost != 0 || got.At != "" {
		t.Errorf("what was known of the old address is kept: %+v", got)
	}
}

func TestRedirectsToATwinAreFollowedInItsStead(t *testing.T) {
	const from = "http://www.yn.example/a.html"
	for _, to := range []string{"https://www.yn.example/a.html", "http://yn.example/a.html", "https://yn.example/a.html"} {
		d := decided(t, redirected(from, to))
		if a := d.Again; !a.Due.Equal(then) || !a.Retry || a.Task.At != to || a.Task.Hops != 1 || len(d.Leads) > 0 {
			t.Errorf("%s: %+v", to, d)
		}
	}
	// From the twin on, what counts is the address that was asked.
	c := redirected(from, from)
	c.At = "https://www.yn.example/a.html"
	if a := decided(t, c).Again; !a.Due.Equal(then) || a.Task.At != from {
		t.Errorf("back from the twin: %+v", a)
	}
	c = redirected(from, "https://www.yn.example/a.html")
	c.At = "https://www.yn.example/a.html"
	if a := decided(t, c).Again; a.Retry || !a.Due.Equal(then.Add(schedule.Other)) {
		t.Errorf("the twin to itself: %+v", a)
	}
	c.NewCookie = true
	if a := decided(t, c).Again; !a.Retry || !a.Due.Equal(then) {
		t.Errorf("to itself with a new cookie: %+v", a)
	}
}

func TestARedirectedReportIsLostAtItsAddress(t *testing.T) {
	c := redirected(site+"/a.html", site+"/b.html")
	c.Task.Report = true
	d := decided(t, c)
	if len(d.Observations) != 1 || d.Observations[0].Missing != exchange.Redirect || len(d.Leads) != 1 || d.Leads[0].Task.Report || d.Again.Task.Lost != 1 {
		t.Errorf("%+v", d)
	}
	c = redirected(site+"/a.html", "http://other.example/")
	c.Task.Report = true
	if d := decided(t, c); len(d.Observations) != 1 || len(d.Leads) > 0 || d.Cut[string(exchange.OutOfScope)] != 1 {
		t.Errorf("outside the portal: %+v", d)
	}
}

// TestAttachmentsThatCannotBeHad: the page that announced a report is recorded without its file.
func TestAttachmentsThatCannotBeHad(t *testing.T) {
	parent := func() *Parent {
		p := &Parent{Verdict: report.Verdict{IsReport: true, Score: 0.9, Title: "永宁县财政局2023年政府信息公开工作年度报告", Publisher: "永宁县财政局", Level: "department", Year: 2023, PublishedAt: "2024-01-20"}, Files: 1}
		p.Page.URL = site + "/page.html"
		p.Page.Role = "page"
		return p
	}
	for _, tt := range []struct {
		name     string
		o        exchange.Outcome
		f        func(*Case)
		recorded bool
	}{
		{"not found", exchange.NotFound, nil, true},
		{"forbidden", exchange.Forbidden, nil, true},
		{"too large", exchange.TooLarge, nil, true},
		{"a failure that may pass", exchange.ServerError, nil, false},
		{"the last of them", exchange.ServerError, func(c *Case) { c.Request.Attempts = MaxRetries - 1 }, true},
		{"a page that is complete", exchange.NotFound, func(c *Case) { c.Task.Parent.Verdict.Complete = true }, false},
		{"a file that has told of the report", exchange.Forbidden, func(c *Case) { c.Task.Report = true }, false},
		{"a page that only its link called a report", exchange.NotFound, func(c *Case) { c.Task.Parent.Verdict.Score = 0.1 }, false},
		{"a year that is not wanted", exchange.NotFound, func(c *Case) { c.Years = Years{From: 2024} }, false},
		{"no parent", exchange.NotFound, func(c *Case) { c.Task.Parent = nil }, false},
	} {
		c := asked(site+"/file.pdf", tt.o)
		c.Task = Task{Role: portal.RoleAttachment, Parent: parent(), Trail: []string{"/nb/"}}
		if tt.f != nil {
			tt.f(&c)
		}
		d := decided(t, c)
		if !tt.recorded {
			if len(d.Observations) > 0 || len(d.Credits) > 0 {
				t.Errorf("%s: %+v", tt.name, d.Observations)
			}
			continue
		}
		if len(d.Observations) == 0 {
			t.Fatalf("%s: %+v", tt.name, d)
		}
		o := d.Observations[0]
		warning := fmt.Sprintf(`[{"code":"attachment_missing","at":%q,"text":%q}]`, c.Request.URL, tt.o)
		if o.URL != site+"/page.html" || o.Source != c.Task.Parent.Page || o.Missing != "" || o.Title != c.Task.Parent.Verdict.Title || o.Text != o.Title || o.Year != 2023 || o.PublishedAt != "2024-01-20" ||
			o.Publisher.Name != "永宁县财政局" || o.Publisher.Level != "department" || o.Publisher.Code != home.Code || o.Publisher.Portal != home.Name || string(o.Warnings) != warning || o.Data != nil {
			t.Errorf("%s: %+v %s", tt.name, o, o.Warnings)
		}
		if len(d.Credits) != 1 || d.Credits[0].URL != o.URL || !slices.Equal(d.Credits[0].Trail, []string{"/nb/"}) || !d.Again.Task.Report {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
}
