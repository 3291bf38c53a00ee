package discover

import (
	"strings"
	"testing"

	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// A name that leaves its place out is completed by the portal's, and no other.
func TestCompletedNames(t *testing.T) {
	county := &portal.Portal{Name: "永宁县", Level: "county"}
	for _, c := range []struct {
		p          *portal.Portal
		name, want string
	}{
		{county, "", "永宁县人民政府"},
		{county, "县政府", "永宁县人民政府"},
		{county, "本机关", "永宁县人民政府"},
		{county, "县财政局", "永宁县财政局"},
		{county, "市财政局", "市财政局"}, // of the city above
		{county, "财政局", "永宁县财政局"},
		{county, "柳河镇人民政府", "永宁县柳河镇人民政府"},
		{county, "城关街道", "永宁县城关街道"},
		{county, "永宁县财政局", "永宁县财政局"},
		{county, "永宁财政局", "永宁财政局"},
		{county, "江北市财政局", "江北市财政局"},
		{county, "国家税务局", "国家税务局"},
		{county, "中国气象局", "中国气象局"},
		{county, "中共党史研究院", "中共党史研究院"},
		{county, "农业综合开发领导小组工作办公室", "农业综合开发领导小组工作办公室"}, // 15 characters
		{county, "农业综合开发领导小组的办公室", "永宁县农业综合开发领导小组的办公室"},
		{county, "第一中学", "第一中学"},
		{&portal.Portal{Name: "永宁县财政局", Level: "department"}, "", "永宁县财政局"},
		{&portal.Portal{Name: "永宁县财政局", Level: "department"}, "局办公室", "局办公室"},
		{&portal.Portal{Name: "永宁开发区", Level: "zone"}, "", "永宁开发区"},
		{&portal.Portal{Name: "水利部", Level: "national"}, "", "水利部"},
		{&portal.Portal{Name: "水利部", Level: "national"}, "监督司办公室", "监督司办公室"},
		{&portal.Portal{Name: "永宁县人民政府", Level: "county"}, "", "永宁县人民政府"},
		{&portal.Portal{Level: "county"}, "", ""},
		{&portal.Portal{Level: "county"}, "财政局", "财政局"},
	} {
		if got := complete(c.name, c.p); got != c.want {
			t.Errorf("%q on the portal of %q: %q, want %q", c.name, c.p.Name, got, c.want)
		}
	}
}

func TestLevelOnThePortal(t *testing.T) {
	city := &portal.Portal{Name: "永宁市", Level: "county"} // a city of a county's level, which its name does not tell
	for name, want := range map[string]string{"永宁市人民政府": "county", "永宁市": "county", "永宁市财政局": "department", "永宁市柳河镇人民政府": "town", "某某联合体": "known"} {
		if got := levelOf(name, city, "known"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// What a document leaves out is taken from where it was found: first from the page that announced it, then from the
// address, the link, the position line, the column, and last from the portal.
func TestWhatADocumentLeavesOut(t *testing.T) {
	home := &portal.Portal{Name: "永宁县", Level: "county"}
	r := compose.New(11, "永宁县财政局", 2023, compose.Options{})
	anonymous := strings.NewReplacer("永宁县财政局", "我局", "财政局", "我局", "2023", "本", "2024", "次").Replace(strings.TrimPrefix(r.As(compose.Tabs), r.Title))
	parent := &report.Verdict{IsReport: true, Title: "永宁县审计局2021年政府信息公开工作年度报告", Year: 2021, Publisher: "永宁县审计局", PublishedAt: "2022-01-20", Score: 0.6}
	assumed := &report.Verdict{IsReport: true, Title: "2021年度报告", Year: 2021, Publisher: "永宁县人民政府", Assumed: true, Score: 0.6}
	const title = "永宁县教育局2022年政府信息公开工作年度报告"
	for _, c := range []struct {
		name        string
		text        string
		trail       Trail
		crumbs      []string
		title, body string
		year        int
		at          string
		assumed     bool
	}{
		{"its own words", r.As(compose.Tabs), Trail{Text: title, Year: 2019, Parent: parent}, nil, r.Title, "永宁县财政局", 2023, "2022-01-20", false},
		{"the page that announced it", anonymous, Trail{Text: title, Year: 2019, Parent: parent}, nil, parent.Title, "永宁县审计局", 2021, "2022-01-20", false},
		{"a page that does not know", anonymous, Trail{Parent: assumed}, nil, assumed.Title, "永宁县人民政府", 2021, "", true},
		{"the address", anonymous, Trail{Text: title, Year: 2019}, nil, title, "永宁县教育局", 2019, "", false},
		{"the link", anonymous, Trail{Text: title + ".docx"}, nil, title, "永宁县教育局", 2022, "", false},
		{"the position line", anonymous, Trail{Year: 2019}, []string{"部门", "县民政局", "年度报告"}, "", "永宁县民政局", 2019, "", false},
		{"not a group of bodies", anonymous, Trail{Year: 2019}, []string{"县民政局", "县直部门", "年度报告"}, "", "永宁县民政局", 2019, "", false},
		{"the column", anonymous, Trail{Year: 2019, Listed: true, Column: "县水务局年报"}, nil, "", "永宁县水务局", 2019, "", false},
		{"a column elsewhere says nothing", anonymous, Trail{Year: 2019, Column: "县水务局年报"}, nil, "", "永宁县人民政府", 2019, "", true},
		{"nothing", anonymous, Trail{}, nil, "", "永宁县人民政府", 0, "", true},
		{"words elsewhere that are no title", anonymous, Trail{Text: "2022年度报告"}, nil, "", "永宁县人民政府", 0, "", true},
	} {
		d := report.FromText(c.text)
		d.Breadcrumb = c.crumbs
		c.trail.Portal = home
		v := Judge(d, c.trail)
		if !v.IsReport || v.Title != c.title || v.Publisher != c.body || v.Year != c.year || v.PublishedAt != c.at && c.at != "" || v.Assumed != c.assumed {
			t.Errorf("%s: report %t, %q of %q, %d, %s, assumed %t", c.name, v.IsReport, v.Title, v.Publisher, v.Year, v.PublishedAt, v.Assumed)
		}
	}
	if v := Judge(&document.Document{}, Trail{Parent: parent}); v.IsReport || v.Reason == "" {
		t.Errorf("an empty file: %+v", v)
	}
}

// Who gives notice of a report gives way to the body that the link names.
func TestNoticesGiveWayToLinks(t *testing.T) {
	home := &portal.Portal{Name: "永宁县", Level: "county"}
	page := func() *document.Document {
		return &document.Document{Title: "永宁县人民政府办公室关于公布2023年政府信息公开工作年度报告的公告", Blocks: []document.Block{{Kind: document.Paragraph, Text: "现予公布。"}}}
	}
	for text, want := range map[string]string{
		"永宁县2023年政府信息公开工作年度报告":               "永宁县",
		"关于2023年政府信息公开工作年度报告的公告":             "永宁县人民政府办公室",
		"永宁县人民政府办公室关于公布2023年政府信息公开工作年度报告的公告": "永宁县人民政府办公室",
	} {
		if v := Judge(page(), Trail{Portal: home, Text: text}); !v.IsReport || v.Publisher != want {
			t.Errorf("%s: %q, want %q", text, v.Publisher, want)
		}
	}
}

// How much a page says, and how much of it are links, makes an article.
func TestEdgesOfArticles(t *testing.T) {
	page := func(n int) *document.Document {
		return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: strings.Repeat("a", n)}}}
	}
	links := func(n int) []portal.Lead {
		return []portal.Lead{{Role: portal.RolePage, InBody: true, Text: strings.Repeat("a", n)}, {Role: portal.RolePage, Text: strings.Repeat("a", 9999)}, {Role: portal.RoleList, InBody: true, Text: strings.Repeat("a", 9999)}}
	}
	for _, c := range []struct {
		words, linked int
		want          bool
	}{{400, 0, false}, {401, 0, true}, {900, 299, true}, {900, 300, false}} {
		if got := Article(page(c.words), links(c.linked)); got != c.want {
			t.Errorf("%d octets, %d of them linked: %t", c.words, c.linked, got)
		}
	}
}
