package decide

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/extract"
	"nianbao/internal/compose"
	"nianbao/report"
)

// entries are ranked links in the main content, with one score.
func entriesOf(score int, addresses ...string) []discover.Scored {
	var out []discover.Scored
	for _, u := range addresses {
		out = append(out, discover.Scored{Lead: portal.Lead{URL: u, Role: portal.RolePage, InBody: true}, Score: score})
	}
	return out
}

func TestListsComeToTheirEnd(t *testing.T) {
	first := turn(nil, entriesOf(discover.Likely, "a", "b"))
	if first.cut != "" || first.next.Turns != 1 || first.next.Barren != 0 || first.next.Entries == "" {
		t.Fatalf("%+v", first)
	}
	other := entriesOf(discover.Likely, "c")
	for _, tt := range []struct {
		name   string
		before List
		ranked []discover.Scored
		cut    string
		barren int
	}{
		{"other entries", first.next, other, "", 0},
		{"the same entries", first.next, entriesOf(discover.Likely, "a", "b"), CutListRepeats, 0},
		{"the same entries in another order", first.next, entriesOf(discover.Likely, "b", "a"), CutListRepeats, 0},
		{"no entries", first.next, nil, CutListRepeats, 1},
		{"one more entry", first.next, entriesOf(discover.Likely, "a", "b", "c"), "", 0},
		{"the last of the longest", List{Turns: maxTurns - 1}, other, "", 0},
		{"too long", List{Turns: maxTurns}, other, CutListTooLong, 0},
		{"entries that promise nothing", List{Turns: 1}, entriesOf(discover.Likely-1, "c"), "", 1},
		{"the last of them", List{Turns: 9, Barren: barrenPages - 1}, entriesOf(discover.Likely-1, "c"), "", barrenPages},
		{"too many pages of them", List{Turns: 9, Barren: barrenPages}, entriesOf(discover.Likely-1, "c"), CutListBarren, barrenPages + 1},
		{"one that promises something", List{Turns: 9, Barren: barrenPages}, other, "", 0},
	} {
		got := turn(&tt.before, tt.ranked)
		if got.cut != tt.cut || got.next.Turns != tt.before.Turns+1 || got.next.Barren != tt.barren {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestWhatIsNoEntryOfAList(t *testing.T) {
	ranked := entriesOf(discover.Likely, "a")
	plain := turn(nil, ranked)
	for _, role := range []portal.Role{portal.RoleList, portal.RoleScript, portal.RoleAPI} {
		if got := turn(nil, append(entriesOf(0, "a"), discover.Scored{Lead: portal.Lead{URL: "b", Role: role, InBody: true}, Score: 900})); got.next.Entries != plain.next.Entries {
			t.Errorf("%s counts", role)
		}
	}
	beside := discover.Scored{Lead: portal.Lead{URL: "b", Role: portal.RolePage}, Score: 900}
	if got := turn(&List{Turns: 1}, append(entriesOf(0, "a"), beside)); got.next.Entries != plain.next.Entries || got.next.Barren != 1 {
		t.Errorf("what stands beside the list counts: %+v", got)
	}
}

// paged is a column of reports with a link to its next page.
func paged(t *testing.T, n int, f ...func(*Case)) Case {
	own := "index.html"
	if n > 2 {
		own = fmt.Sprintf("index_%d.html", n-1)
	}
	return page(t, site+"/nb/"+own, "政府信息公开年报", listing(
		fmt.Sprintf("/czj/%d1.html", n), "永宁县财政局2023年政府信息公开工作年度报告", fmt.Sprintf("/czj/%d2.html", n), "永宁县财政局2022年政府信息公开工作年度报告",
		fmt.Sprintf("index_%d.html", n), "下一页"), append([]func(*Case){with(func(t *Task) { t.Text = "政府信息公开年报" })}, f...)...)
}

func TestFurtherPagesOfAList(t *testing.T) {
	const next = site + "/nb/index_2.html"
	c := paged(t, 2)
	d := decided(t, c)
	l, ok := leads(d)[next]
	if !ok || l.Task.Role != portal.RoleList || l.Task.List == nil || l.Task.List.Turns != 1 || l.Depth != c.Request.Depth || l.Task.Text != c.Task.Text || !l.Task.Below {
		t.Fatalf("%+v of %v", l, addresses(d))
	}
	if l.Task.Origin != c.Request.URL {
		t.Errorf("it comes from %q", l.Task.Origin)
	}
	first := paged(t, 2, func(c *Case) { c.Request.Depth = 0 })
	if l := leads(decided(t, first))[next]; l.Depth != 1 {
		t.Errorf("a further page of the first is at depth %d", l.Depth)
	}
	list := with(func(t *Task) { *t = l.Task })
	if data := leads(decided(t, answered(t, site+"/nb/list.json", extract.JSON, []byte(`[{"title":"永宁县财政局2023年政府信息公开工作年度报告","url":"/czj/1.html"},{"title":"永宁县水务局2023年政府信息公开工作年度报告","url":"/swj/1.html"}]`),
		with(func(t *Task) { *t = l.Task; t.Role = portal.RoleAPI })))); data[site+"/czj/1.html"].Task.Origin != c.Request.URL {
		t.Errorf("entries of a service come from %+v", data)
	}
	same := paged(t, 2, list)
	d = decided(t, same)
	if d.Cut[CutListRepeats] != 1 || leads(d)[next].URL != "" {
		t.Errorf("the list repeats itself: %v, leads %v", d.Cut, addresses(d))
	}
	other := paged(t, 3, list)
	d = decided(t, other)
	l2 := leads(d)[site+"/nb/index_3.html"]
	if l2.Task.List == nil || l2.Task.List.Turns != 2 || l2.Depth != c.Request.Depth || len(d.Cut) > 0 {
		t.Errorf("%+v, cut %v", l2, d.Cut)
	}
	if l2.Task.Origin != c.Request.URL {
		t.Errorf("the origin of the third page is %q", l2.Task.Origin)
	}
	if l := leads(d)[site+"/czj/31.html"]; l.Task.List != nil || l.Task.Origin != c.Request.URL {
		t.Errorf("an entry of the second page: %+v", l.Task)
	}
}

// TestFurtherPagesOfAService: what a service answers with leads on as its column does; its next page is no step away.
func TestFurtherPagesOfAService(t *testing.T) {
	const text, first, next = "政府信息公开年报", site + "/api/nb/list?page=1&rows=2", site + "/api/nb/list?page=2&rows=2"
	answer := []byte(`{"total":100,"page":1,"rows":[{"title":"永宁县财政局2023年政府信息公开工作年度报告","url":"/czj/1.html"},{"title":"永宁县水务局2023年政府信息公开工作年度报告","url":"/swj/1.html"}]}`)
	d := decided(t, answered(t, first, extract.JSON, answer, with(func(t *Task) { t.Role, t.Text = portal.RoleAPI, text })))
	if l := leads(d)[next]; l.Task.Role != portal.RoleAPI || l.Depth != 3 || l.Task.Text != text || l.Task.List == nil || l.Task.List.Turns != 1 {
		t.Errorf("the next page: %+v", l)
	}
	if l := leads(d)[site+"/czj/1.html"]; l.Depth != 4 || l.Task.Text == text || l.Task.List != nil {
		t.Errorf("an entry: %+v", l)
	}
	d = decided(t, page(t, site+"/nb/", text, `<script>$.ajax({url:"/api/nb/list?page=1",type:"get",dataType:"json"});</script>`, with(func(t *Task) { t.Text = text })))
	if l := leads(d)[site+"/api/nb/list?page=1"]; l.Task.Role != portal.RoleAPI || l.Depth != 4 || l.Task.Text != text || l.Task.List != nil {
		t.Errorf("the service of a page: %+v", l)
	}
	friend := page(t, site+"/nb/", text, listing("/zn/", "政府信息公开指南", "/tj/", "政府网站工作年度报表", "/czj/1.html", "永宁县财政局2023年政府信息公开工作年度报告"), with(func(t *Task) { t.Text = text }))
	for u, l := range leads(decided(t, friend)) {
		if l.Priority <= 0 {
			t.Errorf("%s is put with priority %d", u, l.Priority)
		}
	}
}

func TestTheColumnOfLeads(t *testing.T) {
	links := listing("/czj/1.html", "永宁县财政局2023年政府信息公开工作年度报告")
	frame := func(head, crumbs string) []byte {
		return []byte(`<html><head><meta charset="utf-8"><title>年报</title>` + head + `</head><body>` + crumbs + `<div class="article">` + links + `</div></body></html>`)
	}
	const crumbs = `<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/xxgk/">政府信息公开年报</a></div>`
	for _, tt := range []struct{ name, head, crumbs, want string }{
		{"metadata", `<meta name="ColumnName" content="县年报">`, crumbs, "县年报"},
		{"position line", "", crumbs, "政府信息公开年报"},
		{"link", "", "", "信息公开年报"},
	} {
		d := decided(t, answered(t, site+"/nb/", extract.HTML, frame(tt.head, tt.crumbs), with(func(t *Task) { t.Text = "信息公开年报" })))
		if got := leads(d)[site+"/czj/1.html"].Task.Column; got != tt.want {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}

func TestLeadsOfOtherPages(t *testing.T) {
	// A front page without a column: what promises little waits on hosts for telephones and bears no trail.
	c := page(t, site+"/", "永宁县人民政府", listing("/xxgk/", "政府信息公开", "http://m.yn.example/xxgk/", "政府信息公开", "/jd/", "景点介绍"), func(c *Case) { c.Request.Depth, c.Task = 0, Task{Origin: "o"} })
	d := decided(t, c)
	got := leads(d)
	if l := got[site+"/xxgk/"]; l.Priority < discover.Sure || !l.Due.IsZero() || len(l.Task.Trail) != 1 || l.Task.Below || l.Depth != 1 || l.Task.Origin != "o" {
		t.Errorf("%+v", l)
	}
	if l := got["http://m.yn.example/xxgk/"]; l.Priority >= discover.Likely || !l.Due.Equal(then.Add(TwinWait*rest)) || l.Host != "m.yn.example" || l.Task.Trail != nil {
		t.Errorf("a host for telephones: %+v", l)
	}
	if l := got[site+"/jd/"]; l.URL == "" || l.Priority >= discover.Likely || !l.Due.IsZero() || l.Task.Trail != nil {
		t.Errorf("what promises nothing: %+v", l)
	}
	if d.Column || d.Again.Task.Heat == 2 {
		t.Errorf("a front page is no column: %+v", d.Again.Task)
	}
	// Below a column a page that leads to columns stays below; elsewhere it does not.
	for _, below := range []bool{true, false} {
		d = decided(t, page(t, site+"/xx/", "政府信息公开", listing("/zn/", "政府信息公开制度", "/a/", "其他"), with(func(t *Task) { t.Below, t.Text = below, "政府信息公开" })))
		if d.Column || len(d.Leads) == 0 {
			t.Fatalf("below a column %v: column %v, leads %v", below, d.Column, addresses(d))
		}
		for _, l := range d.Leads {
			if l.Task.Below != below {
				t.Errorf("below a column %v: %+v", below, l.Task)
			}
		}
	}
}

func TestFilesOfAReport(t *testing.T) {
	r := finance(2023)
	complete := page(t, site+"/czj/1.html", r.Title, r.HTML(compose.Plain)+listing("/f/1.pdf", r.Title+".pdf", "/f/2.pdf", "附件2.pdf"))
	d := decided(t, complete)
	if len(d.Observations) != 1 || d.IfKnown != nil {
		t.Errorf("a page that carries the report is recorded whatever its files are: %+v", d.IfKnown)
	}
	for _, u := range []string{site + "/f/1.pdf", site + "/f/2.pdf"} {
		if p := leads(d)[u].Task.Parent; p == nil || !p.Verdict.Complete || p.Files != 2 {
			t.Errorf("%s: %+v", u, p)
		}
	}
	two := announcing(t, r.Title, []string{"/f/1.pdf", "附件1.pdf", "/f/2.doc", "附件2.doc", "/czj/", "财政局"})
	d = decided(t, two)
	if d.IfKnown == nil || len(d.IfKnown.Files) != 2 || leads(d)[site+"/f/2.doc"].Task.Parent.Files != 2 {
		t.Fatalf("%+v", d.IfKnown)
	}
	if p := leads(d)[site+"/czj/"].Task.Parent; p != nil {
		t.Errorf("a page is no file: %+v", p)
	}
	picture := announcing(t, r.Title, []string{"/f/1.pdf", "附件1.pdf", "/f/mark.png", ""})
	if p := leads(decided(t, picture))[site+"/f/1.pdf"].Task.Parent; p == nil || p.Files != 1 {
		t.Errorf("a picture is no file: %+v", p)
	}
	outside := announcing(t, r.Title, []string{"http://other.example/1.pdf", "附件1.pdf"})
	if d = decided(t, outside); d.IfKnown != nil || len(d.Observations) != 1 {
		t.Errorf("no visit of a file outside is to come: %+v", d)
	}
}

func TestWhatCarriesForAPage(t *testing.T) {
	lead := func(role portal.Role, score int) discover.Scored {
		return discover.Scored{Lead: portal.Lead{Role: role}, Score: score}
	}
	open := Parent{Verdict: report.Verdict{IsReport: true}}
	complete := Parent{Verdict: report.Verdict{IsReport: true, Complete: true}}
	files := Parent{Verdict: report.Verdict{IsReport: true}, Files: 1}
	for _, tt := range []struct {
		name string
		l    discover.Scored
		p    Parent
		want bool
	}{
		{"a file", lead(portal.RoleAttachment, 1), open, true},
		{"a file of a complete page", lead(portal.RoleAttachment, 1), complete, true},
		{"a service", lead(portal.RoleAPI, discover.Sure), open, true},
		{"an unlikely service", lead(portal.RoleAPI, discover.Sure-1), open, false},
		{"a service of a page with files", lead(portal.RoleAPI, discover.Sure), files, false},
		{"a service of a complete page", lead(portal.RoleAPI, discover.Sure), complete, false},
		{"a page", lead(portal.RolePage, discover.Sure), open, false},
	} {
		if got := carriesFor(tt.l, &tt.p); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestServicesNameTheFilesOfTheirPage(t *testing.T) {
	parent := &Parent{Verdict: report.Verdict{IsReport: true, Score: 0.9, Title: finance(2023).Title, Publisher: "永宁县财政局", Year: 2023}}
	parent.Page.URL = site + "/czj/nb/2024.html"
	service := func(role portal.Role) Decision {
		return decided(t, answered(t, site+"/api/files", extract.JSON, []byte(`{"files":[{"name":"永宁县财政局2023年政府信息公开工作年度报告.pdf","url":"/f/1.pdf"}]}`),
			with(func(t *Task) { t.Role, t.Parent, t.Text = role, parent, "政府信息公开年报" })))
	}
	d := service(portal.RoleAPI)
	l := leads(d)[site+"/f/1.pdf"]
	if l.Task.Parent != parent || len(d.Observations) > 0 {
		t.Errorf("%+v, observations %+v", l.Task, d.Observations)
	}
	if l := leads(service(portal.RolePage))[site+"/f/1.pdf"]; l.Task.Parent != nil {
		t.Errorf("a page does not hand its parent down: %+v", l.Task)
	}
	empty := answered(t, site+"/api/files", extract.JSON, []byte(`{"files":[]}`), with(func(t *Task) { t.Role, t.Parent = portal.RoleAPI, parent }))
	if d = decided(t, empty); len(d.Observations) != 1 || d.Observations[0].URL != parent.Page.URL || !strings.Contains(string(d.Observations[0].Warnings), "attachment_missing") {
		t.Errorf("a service that names no file leaves the page alone: %+v", d.Observations)
	}
}

const scripted = `<script src="/js/list.js"></script>`

func TestWhatIsOpenedInABrowser(t *testing.T) {
	r := finance(2023)
	column := with(func(t *Task) { t.Text = "政府信息公开年报" })
	front := func(c *Case) { c.Request.Depth = 0 }
	prose := "<p>" + strings.Repeat("本县地处山间，气候温和，物产丰富。", 60) + "</p>"
	for _, tt := range []struct {
		name     string
		c        Case
		priority int
	}{
		{"a column without entries", page(t, site+"/nb/", "政府信息公开年报", scripted, column), renderList},
		{"a column without entries and without scripts", page(t, site+"/nb/", "政府信息公开年报", "", column), 0},
		{"a column with entries", page(t, site+"/nb/", "政府信息公开年报", scripted+listing("/czj/1.html", r.Title), column), renderLast},
		{"a column with bodies alone", page(t, site+"/nb/", "政府信息公开年报", scripted+listing("/czj/", "县财政局"), column), renderList},
		{"a front page without a way on", page(t, site+"/", "永宁县人民政府", scripted, front), renderFront},
		{"a front page with a hub of disclosure", page(t, site+"/", "永宁县人民政府", scripted+listing("/a/", "政务公开"), front), renderLast},
		{"a front page with one", page(t, site+"/", "永宁县人民政府", scripted+listing("/xxgk/", "政府信息公开"), front), renderLast},
		{"a page that leads to columns", page(t, site+"/xxgk/a.html", "政府信息公开", scripted, with(func(t *Task) { t.Text = "政府信息公开" })), renderLast},
		{"a page of something else", page(t, site+"/x/a.html", "景点", scripted), 0},
		{"a report without its text", page(t, site+"/czj/1.html", r.Title, scripted), renderReport},
		{"a page that its link calls a report, below a column", page(t, site+"/x/9.html", "详情", scripted, with(func(t *Task) { t.Below, t.Text = true, r.Title })), renderReport},
		{"such a page elsewhere", page(t, site+"/x/9.html", "详情", scripted, with(func(t *Task) { t.Text = r.Title })), renderList},
		{"a further page of such a name", page(t, site+"/x/9.html", "详情", scripted, with(func(t *Task) { t.Below, t.Text, t.Role = true, r.Title, portal.RoleList })), renderList},
		{"a service of such a name", page(t, site+"/x/9.html", "详情", scripted, with(func(t *Task) { t.Below, t.Text, t.Role = true, r.Title, portal.RoleAPI })), renderList},
		{"a report with a file", page(t, site+"/czj/1.html", r.Title, scripted+listing("/f/1.pdf", "附件1.pdf")), 0},
		{"a report", page(t, site+"/czj/1.html", r.Title, scripted+r.HTML(compose.Plain)), 0},
		{"an article on a front page", page(t, site+"/", "永宁县人民政府", scripted+prose, front), 0},
		{"what a browser has opened", page(t, site+"/nb/", "政府信息公开年报", scripted, column, with(func(t *Task) { t.Render = true })), 0},
		{"the answer to a form", page(t, site+"/nb/", "政府信息公开年报", scripted, column, func(c *Case) { c.Request.Method = "POST" }), 0},
		{"data", answered(t, site+"/nb/list", extract.JSON, []byte(`{"html":"<script></script>"}`), column), 0},
	} {
		d := decided(t, tt.c)
		i := slices.IndexFunc(d.Leads, func(l Lead) bool { return l.Method == RenderMethod })
		if tt.priority == 0 {
			if i >= 0 {
				t.Errorf("%s: opened in a browser at %d", tt.name, d.Leads[i].Priority)
			}
			continue
		}
		if i < 0 {
			t.Errorf("%s: not opened in a browser", tt.name)
			continue
		}
		l := d.Leads[i]
		if l.Priority != tt.priority || l.URL != tt.c.Request.URL || l.Host != tt.c.Request.Host || l.Portal != home.Name || l.Depth != max(1, tt.c.Request.Depth) || l.Key != address.Key(RenderMethod, l.URL, "") {
			t.Errorf("%s: %+v", tt.name, l)
		}
		if l.Key == tt.c.Request.Key || !l.Task.Render || l.Task.Digest != "" || l.Task.Seen != 0 || l.Task.Article || l.Task.List != nil || l.Task.Origin != "" || l.Task.Text != tt.c.Task.Text {
			t.Errorf("%s: task %+v", tt.name, l.Task)
		}
	}
}
