package decide

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/discover"
	"nianbao/crawl/expect"
	"nianbao/crawl/portal"
	"nianbao/crawl/schedule"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/fetch/exchange"
	"nianbao/internal/compose"
	"nianbao/report"
)

func TestWhatIsReadBeforeADecision(t *testing.T) {
	const u = site + "/dir/a.html"
	attachment := with(func(t *Task) { t.Role, t.Parent = portal.RoleAttachment, &Parent{} })
	for _, tt := range []struct {
		name, mediaType string
		f               func(*Case)
		read            bool
		page            bool
		as              string
	}{
		{"a page", extract.HTML, nil, true, true, u},
		{"an XHTML page", "application/xhtml+xml", nil, true, true, u},
		{"JSON is looked at as text", extract.JSON, nil, false, true, ""},
		{"so is XML", extract.XML, nil, false, true, ""},
		{"and XML by its other name", "text/xml", nil, false, true, ""},
		{"a script", "text/javascript", nil, false, true, ""},
		{"a script by its other name", "application/javascript", nil, false, true, ""},
		{"a script by its old name", "application/x-javascript", nil, false, true, ""},
		{"a file", "application/pdf", nil, true, false, "a.html"},
		{"a file by the name that came with it", "application/pdf", func(c *Case) { c.Exchange.Filename = "年报.pdf" }, true, false, "年报.pdf"},
		{"an attachment in XML", extract.XML, attachment, true, false, "a.html"},
		{"an attachment that is a page", extract.HTML, attachment, true, true, u},
		{"an attachment that no page announced", extract.XML, with(func(t *Task) { t.Role = portal.RoleAttachment }), false, true, ""},
		{"what failed", extract.HTML, func(c *Case) { c.Exchange.Outcome = exchange.NotFound }, false, false, ""},
		{"settled octets", extract.HTML, func(c *Case) { c.Task.Digest, c.Task.Parsed = c.Capture.SHA256, report.Version }, false, false, ""},
		{"octets that must be looked at again", extract.HTML, func(c *Case) { c.Task.Digest, c.Task.Parsed, c.Task.Heat = c.Capture.SHA256, report.Version, -1 }, true, true, u},
		{"octets that another parser saw", extract.HTML, func(c *Case) { c.Task.Digest, c.Task.Parsed = c.Capture.SHA256, "0" }, true, true, u},
		{"other octets", extract.HTML, func(c *Case) { c.Task.Digest, c.Task.Parsed = "0", report.Version }, true, true, u},
	} {
		c := asked(u, exchange.OK)
		c.Exchange.MediaType, c.Exchange.Payload, c.Capture.SHA256 = tt.mediaType, []byte("x"), archive.Sum([]byte("x"))
		if tt.f != nil {
			tt.f(&c)
		}
		in, ok := Reading(&c)
		if ok != tt.read || ok && (in.Name != tt.as || in.MediaType != tt.mediaType || string(in.Data) != "x") {
			t.Errorf("%s: read %v as %+v", tt.name, ok, in)
		}
		if c.IsPage() != tt.page {
			t.Errorf("%s: a page is %v", tt.name, c.IsPage())
		}
	}
}

func TestAPageThatIsAReport(t *testing.T) {
	r := finance(2023)
	c := page(t, site+"/czj/nb/2024.html", r.Title, r.HTML(compose.Plain), with(func(t *Task) { t.Trail, t.Text = []string{"/nb/"}, "年报" }))
	d := decided(t, c)
	if len(d.Observations) != 1 || d.IfKnown != nil {
		t.Fatalf("%+v, cut %v", d.Observations, d.Cut)
	}
	o := d.Observations[0]
	want := archive.Source{URL: c.Request.URL, Role: "page", MediaType: extract.HTML, Bytes: len(c.Exchange.Payload), SHA256: c.Capture.SHA256, CapturedAt: then}
	if o.URL != c.Request.URL || o.Source != want || o.Page != nil || !o.At.Equal(then) || o.Parser != report.Version {
		t.Errorf("%+v", o)
	}
	if o.Title != r.Title || o.Year != 2023 || o.Publisher.Name != "永宁县财政局" || o.Publisher.Portal != home.Name || o.Publisher.Code != home.Code || o.Publisher.Level != "department" {
		t.Errorf("%q %d %+v", o.Title, o.Year, o.Publisher)
	}
	if o.Text == "" || o.TextSHA256 != archive.Sum([]byte(report.NormalText(o.Text))) || o.Cells < 100 || !json.Valid(o.Checks) {
		t.Errorf("%d cells of %d octets", o.Cells, len(o.Text))
	}
	if o.Warnings != nil {
		t.Errorf("warnings %s", o.Warnings)
	}
	var data struct {
		T3 struct {
			New struct{ Natural float64 }
		}
	}
	if err := json.Unmarshal(o.Data, &data); err != nil || data.T3.New.Natural != r.Numbers["t3.new.natural"] {
		t.Errorf("%v: new from natural persons %v, want %v", err, data.T3.New.Natural, r.Numbers["t3.new.natural"])
	}
	if diff := cmp.Diff([]Credit{{c.Request.URL, []string{"/nb/"}}}, d.Credits); diff != "" {
		t.Error(diff)
	}
	a := d.Again
	if !a.Task.Report || a.Task.Heat != 0 || a.Task.Digest != c.Capture.SHA256 || a.Task.Parsed != report.Version || a.ETag != `"new"` || a.LastMod != "now" || a.Priority != discover.Sure || a.Retry ||
		!a.Due.Equal(then.Add(schedule.After(schedule.History{Kind: schedule.Report, Seen: 1}, then))) {
		t.Errorf("%+v, task %+v", a, a.Task)
	}
	again := page(t, c.Request.URL, r.Title, r.Edited(1).HTML(compose.Plain), func(c *Case) { c.Task, c.Request.Priority = *a.Task, 960 })
	d = decided(t, again)
	if len(d.Observations) != 1 || len(d.Credits) > 0 || d.Again.Task.Changed != 1 || d.Again.Task.Seen != 2 || d.Again.Priority != 960 {
		t.Errorf("changed: %d observations, %d credits, %+v", len(d.Observations), len(d.Credits), d.Again.Task)
	}
}

func TestReportsThatAreNotRecorded(t *testing.T) {
	r := finance(2023)
	const u = site + "/czj/nb/2024.html"
	for _, tt := range []struct {
		name string
		c    Case
		cut  string
	}{
		{"of a year that is not wanted", page(t, u, r.Title, r.HTML(compose.Plain), func(c *Case) { c.Years = Years{To: 2022} }), ""},
		{"of many bodies", page(t, u, "永宁县各部门2023年政府信息公开工作年度报告", strings.ReplaceAll(r.HTML(compose.Plain), "财政局", "各部门")), CutUnidentified},
	} {
		d := decided(t, tt.c)
		if len(d.Observations) > 0 || len(d.Credits) > 0 || d.IfKnown != nil || d.Again.Task.Report || tt.cut != "" && d.Cut[tt.cut] != 1 {
			t.Errorf("%s: %+v, cut %v", tt.name, d.Observations, d.Cut)
		}
	}
}

func TestAPageThatHoldsItsReportNoLonger(t *testing.T) {
	const u = site + "/czj/nb/2024.html"
	c := page(t, u, "页面维护中", "<p>请稍后再访问。</p>", with(func(t *Task) { t.Report, t.Seen = true, 3 }))
	d := decided(t, c)
	if len(d.Observations) != 1 || d.Observations[0].Missing != exchange.Soft404 || d.Again.Task.Lost != 1 || !d.Again.Task.Report {
		t.Fatalf("%+v", d)
	}
	task := *d.Again.Task
	d = decided(t, page(t, u, "页面维护中", "<p>请稍后再访问。</p>", func(c *Case) { c.Task = task }))
	if len(d.Observations) != 1 || d.Observations[0].Missing != exchange.Soft404 || d.Again.Task.Lost != Confirmations {
		t.Errorf("the same octets confirm the loss: %+v", d)
	}
	r := finance(2023)
	d = decided(t, page(t, u, r.Title, r.HTML(compose.Plain), func(c *Case) { c.Task = *d.Again.Task }))
	if len(d.Observations) != 1 || d.Observations[0].Missing != "" || d.Again.Task.Lost != 0 || len(d.Credits) > 0 {
		t.Errorf("it is back: %+v", d)
	}
}

func TestSettledOctetsLeadNowhereNew(t *testing.T) {
	c := page(t, site+"/nb/", "政府信息公开年报", listing("/nb/1.html", "永宁县财政局2023年政府信息公开工作年度报告"))
	d := decided(t, c)
	if len(d.Leads) == 0 {
		t.Fatal("a column leads nowhere")
	}
	c.Task = *d.Again.Task
	again := decided(t, c)
	if len(again.Leads) > 0 || len(again.Bodies) > 0 || again.Again.Task.Seen != 2 || again.Again.Task.Changed != 0 || again.Again.Task.Heat != d.Again.Task.Heat || again.Again.ETag != `"new"` {
		t.Errorf("%+v", again)
	}
	c.Task.Parsed = "0"
	if other := decided(t, c); len(other.Leads) != len(d.Leads) || other.Again.Task.Changed != 0 || other.Again.Task.Parsed != report.Version {
		t.Errorf("another parser looks again: %+v", other)
	}
}

func TestPagesThatCannotBeUsed(t *testing.T) {
	c := page(t, site+"/a.html", "政府信息公开年报", listing("/nb/1.html", "永宁县财政局2023年政府信息公开工作年度报告"))
	broken := c
	broken.Document, broken.ReadErr = nil, document.ErrMalformed
	d := decided(t, broken)
	if d.Cut[CutUnreadable] != 1 || len(d.Leads) > 0 || !d.Again.Due.Equal(then.Add(schedule.Other)) || d.Again.Retry {
		t.Errorf("unreadable: %+v", d)
	}
	repeated := c
	repeated.Repeats = true
	if d = decided(t, repeated); d.Cut[CutSamePage] != 1 || len(d.Leads) > 0 {
		t.Errorf("the same page again: %+v", d)
	}
	r := finance(2023)
	c = page(t, site+"/b.html", r.Title, r.HTML(compose.Plain), func(c *Case) { c.Repeats, c.Task.Report = true, true })
	if d = decided(t, c); d.Cut[CutSamePage] > 0 || len(d.Observations) != 1 {
		t.Errorf("a page that has carried a report: %+v", d.Cut)
	}
}

func TestAColumnOfReports(t *testing.T) {
	c := page(t, site+"/nb/index.html", "政府信息公开年报", listing(
		"/czj/1.html", "永宁县财政局2023年政府信息公开工作年度报告",
		"/czj/2.html", "永宁县财政局2022年政府信息公开工作年度报告",
		"/czj/", "县财政局", "/swj/", "县水务局", "/swj/", "县水务局",
		"http://other.example/3.html", "其他县2023年政府信息公开工作年度报告",
		"/login.jsp", "登录"), func(c *Case) {
		c.Task.Text, c.Task.Trail = "政府信息公开年报", []string{"/0/", "/1/", "/2/", "/3/"}
	})
	d := decided(t, c)
	if !d.Column || d.Again.Task.Heat != 2 || d.Again.Priority != discover.Sure || len(d.Observations) > 0 {
		t.Errorf("not a column: %+v", d)
	}
	if !d.Again.Due.Equal(then.Add(schedule.ListOffSeason)) {
		t.Errorf("due %s", d.Again.Due)
	}
	got := leads(d)
	for _, u := range []string{site + "/czj/1.html", site + "/czj/2.html"} {
		l := got[u]
		if l.Priority < discover.Sure || l.Depth != c.Request.Depth+1 || !l.Due.IsZero() || l.Portal != home.Name || !l.Task.Below || l.Task.Column != c.Task.Text || l.Task.Role != portal.RolePage || l.Task.Origin != c.Request.URL || l.Task.Parent != nil || l.Task.Group == "" {
			t.Errorf("%s: %+v", u, l)
		}
		if diff := cmp.Diff([]string{"/1/", "/2/", "/3/", address.Sections(c.Request.URL)[1]}, l.Task.Trail); diff != "" {
			t.Error(diff)
		}
	}
	if l := got[site+"/czj/1.html"]; l.Task.Text != "永宁县财政局2023年政府信息公开工作年度报告" {
		t.Errorf("its words are %q", l.Task.Text)
	}
	if d.Cut[string(exchange.OutOfScope)] != 1 || got["http://other.example/3.html"].URL != "" {
		t.Errorf("outside the portal: cut %v, leads %v", d.Cut, addresses(d))
	}
	if d.Cut[address.Trap(site+"/login.jsp")] != 1 {
		t.Errorf("traps are counted by name: %v", d.Cut)
	}
	want := []expect.Body{{Name: "县财政局", Ground: expect.GroundColumn, Via: c.Request.URL}, {Name: "县水务局", Ground: expect.GroundColumn, Via: c.Request.URL}}
	if diff := cmp.Diff(want, d.Bodies); diff != "" {
		t.Error(diff)
	}
}

func TestADirectoryNamesBodies(t *testing.T) {
	c := page(t, site+"/bm/", "部门导航", listing("http://czj.yn.example/", "县财政局", "/swj/", "县水务局"), with(func(t *Task) { t.Text = "部门导航" }))
	d := decided(t, c)
	want := []expect.Body{{Name: "县财政局", Ground: expect.GroundDirectory, Via: c.Request.URL, Host: "czj.yn.example"}, {Name: "县水务局", Ground: expect.GroundDirectory, Via: c.Request.URL}}
	if diff := cmp.Diff(want, d.Bodies); diff != "" {
		t.Error(diff)
	}
	if d.Column {
		t.Error("a directory is no column")
	}
}

func TestYearsAndDepthAreCut(t *testing.T) {
	make := func(f func(*Case)) Decision {
		return decided(t, page(t, site+"/nb/", "政府信息公开年报", listing("/nb/?a=1", "2023年", "/czj/1.html", "永宁县财政局2023年政府信息公开工作年度报告"), f))
	}
	if d := make(func(c *Case) { c.Request.Depth = maxDepth - 1 }); len(d.Leads) == 0 || d.Cut[CutDepth] > 0 {
		t.Errorf("one step before the last: %v", d.Cut)
	}
	if d := make(func(c *Case) { c.Request.Depth = maxDepth }); d.Cut[CutDepth] == 0 || slices.ContainsFunc(d.Leads, func(l Lead) bool { return l.Method != RenderMethod }) {
		t.Errorf("the last step: %v, leads %v", d.Cut, addresses(d))
	}
	for _, tt := range []struct {
		years  Years
		y      int
		wanted bool
	}{
		{Years{}, 1999, true}, {Years{2020, 2022}, 0, true}, {Years{2020, 2022}, 2020, true}, {Years{2020, 2022}, 2022, true}, {Years{2020, 2022}, 2019, false}, {Years{2020, 2022}, 2023, false},
		{Years{From: 2020}, 2030, true}, {Years{From: 2020}, 2019, false}, {Years{To: 2020}, 2000, true}, {Years{To: 2020}, 2021, false},
	} {
		if got := tt.years.Has(tt.y); got != tt.wanted {
			t.Errorf("%d in %+v is %v", tt.y, tt.years, got)
		}
	}
}

// announcing is a page that carries the title of a report, a word, and links to files.
func announcing(t testing.TB, title string, links []string, f ...func(*Case)) Case {
	return page(t, site+"/czj/nb/2024.html", title, "<p>现将报告予以公开。</p>"+listing(links...), f...)
}

func TestAPageThatAnnouncesAReport(t *testing.T) {
	r := finance(2023)
	c := announcing(t, r.Title, []string{"/f/2024.pdf", "附件：" + r.Title + ".pdf"}, with(func(t *Task) { t.Trail = []string{"/nb/"} }))
	d := decided(t, c)
	if len(d.Observations) > 0 || len(d.Credits) > 0 {
		t.Fatalf("recorded before its file was read: %+v", d.Observations)
	}
	file := leads(d)[site+"/f/2024.pdf"]
	p := file.Task.Parent
	if file.Priority < discover.Sure || p == nil || p.Files != 1 || p.Page.URL != c.Request.URL || p.Page.Role != "page" || p.Verdict.Year != 2023 || p.Verdict.Publisher != "永宁县财政局" || file.Task.Role != portal.RoleAttachment {
		t.Fatalf("%+v, parent %+v", file, p)
	}
	k := d.IfKnown
	if k == nil || !slices.Equal(k.Files, [][16]byte{file.Key}) || k.Observation.URL != c.Request.URL || k.Observation.Text != k.Observation.Title || k.Credit == nil || k.Credit.URL != c.Request.URL || !slices.Equal(k.Credit.Trail, []string{"/nb/"}) {
		t.Errorf("%+v", k)
	}
	if !d.Again.Task.Report {
		t.Error("the loss of the page would be no news")
	}
	c.Task = *d.Again.Task
	c.Task.Parsed = "0"
	if d = decided(t, c); d.IfKnown == nil || d.IfKnown.Credit != nil {
		t.Errorf("it counts once: %+v", d.IfKnown)
	}
	if d = decided(t, announcing(t, r.Title, nil)); len(d.Observations) != 1 || d.Observations[0].Year != 2023 || !strings.Contains(string(d.Observations[0].Warnings), "body_missing") {
		t.Errorf("without files it is recorded at once: %+v", d.Observations)
	}
}

func TestWhatMayBeAReport(t *testing.T) {
	table := func(s string) *document.Document {
		return &document.Document{Blocks: []document.Block{{Kind: document.TableKind, Table: &document.Table{Rows: 1, Cols: 2, Cells: []document.Cell{{Text: "a"}, {Text: s}}}}}}
	}
	for _, tt := range []struct {
		name string
		d    *document.Document
		may  bool
	}{
		{"a title", &document.Document{Title: "政府信息公开年报"}, true}, {"a paragraph", text("主动公开情况"), true}, {"a cell", table("公开"), true},
		{"another title", &document.Document{Title: "天气"}, false}, {"another paragraph", text("晴"), false}, {"another cell", table("晴"), false}, {"nothing", &document.Document{}, false},
	} {
		if got := carries(tt.d); got != tt.may {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	// Under a short name only what a column of reports lists is one.
	for _, below := range []bool{true, false} {
		c := page(t, site+"/czj/1.html", "2023年度报告", listing("/f/1.pdf", "附件1.pdf"), with(func(t *Task) {
			t.Text, t.Below, t.Column = "永宁县财政局2023年度报告", below, "政府信息公开年报"
		}))
		if p := leads(decided(t, c))[site+"/f/1.pdf"].Task.Parent; (p != nil) != below {
			t.Errorf("below a column %v: %+v", below, p)
		}
	}
}

func TestWhatProvedItsWorthIsNotCut(t *testing.T) {
	for _, tt := range []struct {
		name     string
		task     Task
		before   int
		priority int
	}{
		{"a page of no interest", Task{}, 100, 0}, {"a column", Task{Heat: 2}, 100, discover.Sure}, {"a page that leads to columns", Task{Heat: 1}, 100, discover.Sure},
		{"a report", Task{Report: true}, 100, discover.Sure}, {"a report found by its title", Task{Report: true}, 960, 960},
	} {
		c := asked(site+"/a.html", exchange.NotModified)
		c.Task, c.Request.Priority = tt.task, tt.before
		if got := decided(t, c).Again.Priority; got != tt.priority {
			t.Errorf("%s: priority %d", tt.name, got)
		}
	}
}

func TestExplainSeesWhatDecideSees(t *testing.T) {
	c := page(t, site+"/nb/", "政府信息公开年报", listing("/czj/1.html", "永宁县财政局2023年政府信息公开工作年度报告", "/x/", "天气预报"))
	e, err := Explain(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	d := decided(t, c)
	if e.Heat != d.Again.Task.Heat || len(e.Signs) == 0 {
		t.Errorf("heat %d, decided %d", e.Heat, d.Again.Task.Heat)
	}
	got := leads(d)
	for _, x := range e.Leads {
		if l, ok := got[x.URL]; ok != (x.Score > 0) || ok && l.Priority != x.Score {
			t.Errorf("%s: explained %d, decided %d", x.URL, x.Score, l.Priority)
		}
	}
	c.At = "http://[broken"
	if _, err := Explain(context.Background(), c); err == nil {
		t.Error("no error for a broken address")
	}
}
