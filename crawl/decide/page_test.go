package decide

import (
	"context"
	"encoding/json"
	"fmt"
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

// attached is a case of a file that the page of a report announced.
func attached(t testing.TB, rawURL, mediaType string, payload []byte, f ...func(*Case)) Case {
	r := finance(2023)
	parent := &Parent{Verdict: report.Verdict{IsReport: true, Score: 0.9, Title: r.Title, Publisher: r.Body, Level: "department", Year: 2023, PublishedAt: "2024-01-20"},
		Page: archive.Source{URL: site + "/czj/nb/2024.html", Role: "page", SHA256: "p"}, Files: 1}
	first := func(c *Case) {
		c.Task = Task{Role: portal.RoleAttachment, Text: r.Title + ".docx", Parent: parent, Trail: []string{"/nb/"}}
		c.Request.Priority = discover.Sure + 100
	}
	return answered(t, rawURL, mediaType, payload, append([]func(*Case){first}, f...)...)
}

const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

func TestAFileThatCarriesTheReport(t *testing.T) {
	r := finance(2023)
	c := attached(t, site+"/f/1.docx", docx, r.DOCX())
	d := decided(t, c)
	if len(d.Observations) != 1 {
		t.Fatalf("%+v, cut %v, read %v", d, d.Cut, c.ReadErr)
	}
	o := d.Observations[0]
	if o.URL != site+"/czj/nb/2024.html" || o.Page == nil || *o.Page != c.Task.Parent.Page || o.Source.URL != c.Request.URL || o.Source.Role != "attachment" || o.Source.MediaType != docx || o.Cells < 100 ||
		o.Title != r.Title || o.Year != 2023 || o.Publisher.Name != r.Body || o.PublishedAt != "2024-01-20" {
		t.Errorf("%+v", o)
	}
	if len(d.Credits) != 1 || d.Credits[0].URL != o.URL || !d.Again.Task.Report || d.Again.Priority != discover.Sure+100 {
		t.Errorf("%+v, %+v", d.Credits, d.Again)
	}
	c = attached(t, site+"/f/1.docx", docx, r.DOCX(), func(c *Case) { c.Years = Years{From: 2024} })
	if d = decided(t, c); len(d.Observations) > 0 {
		t.Errorf("of a year that is not wanted: %+v", d.Observations)
	}
}

func TestAFileThatCarriesNoReport(t *testing.T) {
	title, body := compose.FalseFriend(compose.Kinds()[0], "永宁县", 2023, 1)
	text := []byte(title + "\n" + body)
	c := attached(t, site+"/f/1.txt", "text/plain", text)
	d := decided(t, c)
	if len(d.Observations) != 1 || d.Observations[0].URL != c.Task.Parent.Page.URL || !strings.Contains(string(d.Observations[0].Warnings), "attachment_missing") || !strings.Contains(string(d.Observations[0].Warnings), "no report: ") {
		t.Errorf("the page is recorded without it: %+v %s", d.Observations, d.Observations[0].Warnings)
	}
	c = attached(t, site+"/f/1.txt", "text/plain", text, with(func(t *Task) { t.Report = true }))
	if d = decided(t, c); len(d.Observations) != 1 || d.Observations[0].Missing != exchange.Soft404 {
		t.Errorf("it carried one: %+v", d.Observations)
	}
	c = answered(t, site+"/f/1.txt", "text/plain", text, with(func(t *Task) { t.Role = portal.RoleAttachment }))
	if d = decided(t, c); len(d.Observations) > 0 || !d.Again.Due.IsZero() {
		t.Errorf("a file that nobody announced is looked at once: %+v", d.Again)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct {
		err  error
		code string
	}{
		{document.ErrNeedsOCR, "needs_ocr"}, {document.ErrEncrypted, "encrypted"}, {document.ErrUnsupported, "unsupported"}, {document.ErrTooLarge, "too_large"},
		{document.ErrBomb, "bomb"}, {document.ErrDeadline, "deadline"}, {document.ErrMalformed, CutUnreadable},
	} {
		unread := func(c *Case) { c.ReadErr = fmt.Errorf("pdf: read: %w", tt.err) }
		c := attached(t, site+"/f/1.pdf", "application/pdf", []byte("%PDF-"), unread)
		d := decided(t, c)
		if d.Cut[tt.code] != 1 || len(d.Observations) != 1 || d.Observations[0].URL != c.Task.Parent.Page.URL || d.Observations[0].Source != c.Task.Parent.Page {
			t.Errorf("%s: %+v, cut %v", tt.code, d.Observations, d.Cut)
			continue
		}
		var w []report.Warning
		if err := json.Unmarshal(d.Observations[0].Warnings, &w); err != nil || len(w) != 1 || w[0].Code != tt.code || w[0].At != c.Request.URL || w[0].Text != c.ReadErr.Error() {
			t.Errorf("%s: %+v", tt.code, w)
		}
		c = answered(t, site+"/f/1.pdf", "application/pdf", []byte("%PDF-"), unread, with(func(t *Task) { t.Text, t.Below = finance(2023).Title, true }))
		d = decided(t, c)
		if d.Cut[tt.code] != 1 || len(d.Observations) != 1 {
			t.Errorf("%s: a file that a column lists by the name of a report: %+v", tt.code, d)
			continue
		}
		if o := d.Observations[0]; o.URL != c.Request.URL || o.Source.Role != "attachment" || o.Year != 2023 || o.Publisher.Name != "永宁县财政局" || o.Text != "" || o.TextSHA256 != c.Capture.SHA256 || !strings.Contains(string(o.Warnings), tt.code) {
			t.Errorf("%s: %+v", tt.code, o)
		}
	}
	unread := func(c *Case) { c.ReadErr = document.ErrMalformed }
	for name, c := range map[string]Case{
		"a file of no report":                 answered(t, site+"/f/1.pdf", "application/pdf", nil, unread, with(func(t *Task) { t.Text = "办事指南" })),
		"of another year":                     answered(t, site+"/f/1.pdf", "application/pdf", nil, unread, func(c *Case) { c.Task.Text, c.Years = finance(2023).Title, Years{To: 2022} }),
		"a complete page":                     attached(t, site+"/f/1.pdf", "application/pdf", nil, unread, func(c *Case) { c.Task.Parent.Verdict.Complete = true }),
		"a page of a year that is not wanted": attached(t, site+"/f/1.pdf", "application/pdf", nil, unread, func(c *Case) { c.Years = Years{To: 2022} }),
	} {
		if d := decided(t, c); len(d.Observations) > 0 || d.Cut[CutUnreadable] != 1 || d.Again.Task == nil || d.Again.Retry {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestContainersSpeakForEachMember(t *testing.T) {
	a, b := finance(2023), compose.New(3, "永宁县水务局", 2022, compose.Options{})
	member := func(r *compose.Report) *document.Document {
		d := report.FromText(r.As(compose.Tabs))
		d.Name = r.Body + ".docx"
		return d
	}
	c := attached(t, site+"/f/1.zip", "application/zip", []byte("PK"), func(c *Case) { c.ReadErr = document.ErrMalformed })
	c.ReadErr = nil
	note := text("目录")
	note.Name = "目录.txt"
	c.Document = &document.Document{Parts: []*document.Document{{Parts: []*document.Document{member(a)}}, note, member(b)}}
	d := decided(t, c)
	if len(d.Observations) != 2 || len(d.Credits) != 2 {
		t.Fatalf("%d observations, %d credits", len(d.Observations), len(d.Credits))
	}
	for i, r := range []*compose.Report{a, b} {
		if o := d.Observations[i]; o.Source.URL != c.Request.URL+"#"+r.Body+".docx" || o.Publisher.Name != r.Body || o.Year != r.Year {
			t.Errorf("%s: %s of %d from %s", r.Body, o.Publisher.Name, o.Year, o.Source.URL)
		}
	}
}

// TestWhoseReportAFileIs: the page is believed of one file, each of several files speaks for itself.
func TestWhoseReportAFileIs(t *testing.T) {
	file := report.Verdict{IsReport: true, Complete: true, Title: "财政局年报", Publisher: "永宁县水务局", Level: "department", Year: 2022, PublishedAt: "2023-01-01", Score: 0.8}
	page := report.Verdict{IsReport: true, Title: "县财政局2023年报告", Publisher: "永宁县财政局", Level: "county", Year: 2023, PublishedAt: "2024-01-20", Score: 0.9}
	anonymous, undated, guessed, assumed, bare := file, file, page, page, page
	anonymous.Publisher = ""
	undated.Year = 0
	guessed.Score = 0.1
	assumed.Assumed = true
	bare.Title, bare.PublishedAt = "", ""
	alike := file
	alike.Publisher, alike.Year = page.Publisher, page.Year
	for _, tt := range []struct {
		name    string
		file    report.Verdict
		page    report.Verdict
		several bool
		want    report.Verdict
	}{
		{"one file", file, page, false, report.Verdict{Title: page.Title, Publisher: page.Publisher, Level: page.Level, Year: 2023, PublishedAt: page.PublishedAt}},
		{"of several", file, page, true, file},
		{"of several, one without a name", anonymous, page, true, report.Verdict{Title: page.Title, Publisher: page.Publisher, Level: page.Level, Year: 2023, PublishedAt: page.PublishedAt}},
		{"of several, one without a year", undated, page, true, report.Verdict{Title: page.Title, Publisher: page.Publisher, Level: page.Level, Year: 2023, PublishedAt: page.PublishedAt}},
		{"of several, one of the page's own", alike, page, true, report.Verdict{Title: page.Title, Publisher: page.Publisher, Level: page.Level, Year: 2023, PublishedAt: page.PublishedAt}},
		{"a page that only its link called a report", file, guessed, false, file},
		{"such a page, and a file without a name", anonymous, guessed, false, report.Verdict{Title: page.Title, Publisher: page.Publisher, Level: page.Level, Year: 2023, PublishedAt: page.PublishedAt}},
		{"a page whose body was assumed", file, assumed, false, report.Verdict{Title: page.Title, Publisher: file.Publisher, Level: file.Level, Year: 2023, PublishedAt: page.PublishedAt}},
		{"such a page, and a file without a name", anonymous, assumed, false, report.Verdict{Title: page.Title, Publisher: page.Publisher, Level: page.Level, Year: 2023, PublishedAt: page.PublishedAt}},
		{"a page without a title and a date", file, bare, false, report.Verdict{Title: file.Title, Publisher: page.Publisher, Level: page.Level, Year: 2023, PublishedAt: file.PublishedAt}},
	} {
		got := agree(tt.file, &Parent{Verdict: tt.page}, tt.several)
		if got.Title != tt.want.Title || got.Publisher != tt.want.Publisher || got.Level != tt.want.Level || got.Year != tt.want.Year || got.PublishedAt != tt.want.PublishedAt {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	for _, p := range []report.Verdict{{Publisher: page.Publisher, Score: 0.9, IsReport: true}, {Year: 2023, Score: 0.9, IsReport: true}} {
		if got := agree(file, &Parent{Verdict: p}, false); got != file {
			t.Errorf("a page that does not know says nothing: %+v", got)
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
