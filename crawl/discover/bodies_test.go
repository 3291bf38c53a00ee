package discover

import (
	"net/url"
	"slices"
	"testing"

	"nianbao/crawl/portal"
	"nianbao/document"
)

func TestDirectories(t *testing.T) {
	meta := func(title string) *document.Document {
		return &document.Document{Meta: map[string]string{"title": title}}
	}
	for _, c := range []struct {
		name string
		doc  *document.Document
		text string
		want bool
	}{
		{"by its link", meta(""), "部门导航", true},
		{"by its position", &document.Document{Breadcrumb: []string{"首页", "乡镇街道"}}, "", true},
		{"only the end of the position counts", &document.Document{Breadcrumb: []string{"乡镇街道", "通知公告"}}, "", false},
		{"by its title", meta("县政府部门-永宁县人民政府"), "", true},
		{"the name of the site is none", meta("通知公告-部门导航"), "", false},
		{"a body is none", meta("永宁县财政局"), "县财政局", false},
	} {
		if got := IsDirectory(c.doc, c.text); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// Which bodies a page makes known: those with a front page everywhere, others where a directory or a column lists them.
func TestBodiesOfAPage(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/bm/"}
	link := func(text, ref string, inBody bool) portal.Lead {
		return portal.Lead{URL: ref, Text: text, Role: portal.RolePage, InBody: inBody}
	}
	leads := []portal.Lead{
		link("县财政局", "http://czj.yongning.example/", true),
		link("县教育局", "http://www.yongning.example/jyj/", true),
		link("县民政局", "http://www.yongning.example/mzj/", false),
		link("县审计局", "http://m.yongning.example/", false),
		link("县水务局", "http://swj.yongning.example/a/1.html", false),
		link("县 财政局", "http://czj2.yongning.example/", true), // twice
		link("各乡镇", "http://xz.yongning.example/", true),
		link("县城投公司", "http://ct.yongning.example/", true),
		link("通知公告", "http://tz.yongning.example/", true),
		link("县卫健局", "http://%zz/", true),
		{URL: "http://gaj.yongning.example/", Text: "县公安局", Role: portal.RoleAttachment, InBody: true},
		{URL: "http://sfj.yongning.example/", Text: "县司法局", InBody: true},
	}
	for _, c := range []struct {
		name string
		heat int
		at   Place
		want []Named
	}{
		{"any page", 0, Place{}, []Named{{"县财政局", "czj.yongning.example"}, {"县司法局", "sfj.yongning.example"}}},
		{"a page about disclosure", 1, Place{}, []Named{{"县财政局", "czj.yongning.example"}, {"县司法局", "sfj.yongning.example"}}},
		{"a directory", 0, Place{Directory: true}, []Named{{"县财政局", "czj.yongning.example"}, {"县教育局", ""}, {"县司法局", "sfj.yongning.example"}}},
		{"a column", 2, Place{}, []Named{{"县财政局", "czj.yongning.example"}, {"县教育局", ""}, {"县司法局", "sfj.yongning.example"}}},
	} {
		if got := Bodies(leads, page, c.heat, c.at); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestEntriesOfAColumn(t *testing.T) {
	for _, c := range []struct {
		l    portal.Lead
		want bool
	}{
		{portal.Lead{Role: portal.RoleAttachment, Text: "通知公告"}, true},
		{portal.Lead{Role: portal.RolePage, Text: "2023年"}, true},
		{portal.Lead{Role: portal.RolePage, Text: "2023年度报告"}, true},
		{portal.Lead{Role: portal.RolePage, Text: "永宁县2023年政府信息公开工作年度报告"}, true},
		{portal.Lead{Role: portal.RolePage, Text: "详情"}, true},
		{portal.Lead{Role: portal.RolePage, Text: "通知公告"}, false},
		{portal.Lead{Role: portal.RolePage, Text: "通知公告", Year: 2023}, true},
		{portal.Lead{Role: portal.RoleList, Text: "2023年"}, false},
		{portal.Lead{Role: portal.RoleAPI, Text: "2023年"}, false},
		{portal.Lead{Role: portal.RoleScript, Text: "2023年"}, false},
		{portal.Lead{Role: portal.RoleSitemap, Text: "2023年"}, false},
	} {
		if got := IsEntry(c.l); got != c.want {
			t.Errorf("%s %q: %t", c.l.Role, c.l.Text, got)
		}
	}
}
