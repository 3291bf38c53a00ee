package discover_test

import (
	"strings"
	"testing"

	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// What a column lists is judged with the column: its link gives the year and the body that the document leaves out.
func TestJudgedWithTheColumn(t *testing.T) {
	home := &portal.Portal{Name: "永宁县", Level: "county", URL: "http://www.yongning.example/"}
	short := func(title, text string) *document.Document {
		return &document.Document{Title: title, Blocks: []document.Block{{Kind: document.Paragraph, Text: text}}}
	}
	// A whole report without its title, its body's name and its year.
	r := compose.New(7, "永宁县财政局", 2023, compose.Options{})
	anonymous := strings.TrimPrefix(r.As(compose.Tabs), r.Title)
	anonymous = strings.NewReplacer("永宁县财政局", "我局", "财政局", "我局", "2023", "本", "2024", "次").Replace(anonymous)

	for _, c := range []struct {
		name      string
		doc       *document.Document
		trail     discover.Trail
		report    bool
		complete  bool
		alone     bool
		title     string
		year      int
		publisher string
	}{
		{"the entry names the year, the column the body", report.FromText(anonymous), discover.Trail{Text: "2023年度报告", Column: "县财政局信息公开年报", Listed: true}, true, true, true, "2023年度报告", 2023, "永宁县财政局"},
		{"the entry names both", report.FromText(anonymous), discover.Trail{Text: "县财政局2023年年报.docx", Column: "部门年报", Listed: true}, true, true, true, "县财政局2023年年报", 2023, "永宁县财政局"},
		{"nobody names the body", report.FromText(anonymous), discover.Trail{Text: "2023年度报告", Column: "部门年报", Listed: true}, true, true, true, "2023年度报告", 2023, "永宁县人民政府"},
		{"a page for a file, listed", short("2023年度报告", "附件下载"), discover.Trail{Text: "2023年度报告", Listed: true}, true, false, false, "2023年度报告", 2023, "永宁县人民政府"},
		{"a page for a file, listed by its year", short("", "附件下载"), discover.Trail{Text: "2022年", Listed: true}, true, false, false, "2022年", 2022, "永宁县人民政府"},
		{"a page for a file, by a whole title", short("", "附件下载"), discover.Trail{Text: "永宁县财政局2022年政府信息公开工作年度报告"}, true, false, false, "永宁县财政局2022年政府信息公开工作年度报告", 2022, "永宁县财政局"},
		{"the same words elsewhere say nothing", short("2023年度报告", "附件下载"), discover.Trail{Text: "2023年度报告"}, false, false, false, "", 0, ""},
		{"a year elsewhere says nothing", short("", "附件下载"), discover.Trail{Text: "2022年"}, false, false, false, "", 0, ""},
		{"no year", short("", "附件下载"), discover.Trail{Text: "年度报告", Listed: true}, false, false, false, "", 0, ""},
		{"a title of something else", short("永宁县召开春耕现场会", "附件下载"), discover.Trail{Text: "2023年度报告", Listed: true}, false, false, false, "", 0, ""},
		{"a title of another year", short("2021年度报告", "附件下载"), discover.Trail{Text: "2023年度报告", Listed: true}, false, false, false, "", 0, ""},
		{"a false friend", short("2023年法治政府建设年度报告", "附件下载"), discover.Trail{Text: "2023年度报告", Listed: true}, false, false, false, "", 0, ""},
		{"a long text of something else", short("2023年度报告", strings.Repeat("全县经济运行总体平稳。", 60)), discover.Trail{Text: "2023年度报告", Listed: true}, false, false, false, "", 0, ""},
	} {
		c.trail.Portal = home
		v := discover.Judge(c.doc, c.trail)
		if v.IsReport != c.report || v.Complete != c.complete || discover.StandsAlone(v) != c.alone {
			t.Errorf("%s: report %t, complete %t, alone %t (%s, %.1f)", c.name, v.IsReport, v.Complete, discover.StandsAlone(v), v.Reason, v.Score)
			continue
		}
		if c.report && (v.Title != c.title || v.Year != c.year || v.Publisher != c.publisher) {
			t.Errorf("%s: %q of %q, %d; want %q of %q, %d", c.name, v.Title, v.Publisher, v.Year, c.title, c.publisher, c.year)
		}
	}
}

// A page that only its link called a report announces one when it has a file that may be it, and is no list.
func TestNamedPagesNeedAFile(t *testing.T) {
	v := report.Verdict{IsReport: true, Title: "2023年度报告", Year: 2023, Score: 0.3}
	file := func(text, ref string) portal.Lead {
		return portal.Lead{Method: "GET", URL: "http://www.yongning.example/" + ref, Text: text, Role: portal.RoleAttachment, InBody: true}
	}
	entries := make([]portal.Lead, 5)
	for i := range entries {
		entries[i] = portal.Lead{Method: "GET", URL: "http://www.yongning.example/e.html", Text: "永宁县供电所走访困难群众", Role: portal.RolePage, InBody: true}
	}
	for name, c := range map[string]struct {
		leads []portal.Lead
		want  bool
	}{
		"no file":                {nil, false},
		"a file":                 {[]portal.Lead{file("附件1", "a.docx")}, true},
		"a picture":              {[]portal.Lead{file("", "a.jpg")}, false},
		"a file of another kind": {[]portal.Lead{file("2023年部门决算.docx", "a.docx")}, false},
		"a file in a list":       {append([]portal.Lead{file("附件1", "a.docx")}, entries...), false},
		"a file and few links":   {append([]portal.Lead{file("附件1", "a.docx")}, entries[1:]...), true},
	} {
		if got := discover.Announces(&document.Document{}, nil, v, c.leads); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
