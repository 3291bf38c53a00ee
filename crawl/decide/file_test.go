package decide

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"nianbao/archive"
	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/fetch/exchange"
	"nianbao/internal/compose"
	"nianbao/report"
)

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

// TestWhoseReportIsRecorded: one file is its page's, of several each is its own, of a page for many bodies too.
func TestWhoseReportIsRecorded(t *testing.T) {
	water := compose.New(3, "永宁县水务局", 2022, compose.Options{})
	for _, tt := range []struct {
		name string
		f    func(*Parent)
		body string
		year int
	}{
		{"the only file", func(p *Parent) {}, "永宁县财政局", 2023},
		{"one of two", func(p *Parent) { p.Files = 2 }, "永宁县水务局", 2022},
		{"of many bodies", func(p *Parent) { p.Verdict.Publisher = "永宁县各部门" }, "永宁县水务局", 2022},
	} {
		d := decided(t, attached(t, site+"/f/1.docx", docx, water.DOCX(), func(c *Case) { tt.f(c.Task.Parent) }))
		if len(d.Observations) != 1 || d.Observations[0].Publisher.Name != tt.body || d.Observations[0].Year != tt.year {
			t.Errorf("%s: %+v, cut %v", tt.name, d.Observations, d.Cut)
		}
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
