package discover

import (
	"fmt"
	"net/url"
	"testing"

	"nianbao/crawl/portal"
	"nianbao/document"
)

// The edges of what is decided for a whole page: one link more or less, one point more or less.
func TestEdgesOfPages(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/index.html"}
	link := func(ref, text string) portal.Lead {
		return portal.Lead{Method: "GET", URL: "http://www.yongning.example" + ref, Text: text, Role: portal.RolePage, Kind: document.LinkAnchor}
	}
	of := func(l portal.Lead, role portal.Role, kind document.LinkKind) portal.Lead {
		l.Role, l.Kind = role, kind
		return l
	}
	nav := of(link("/js/nav.js", ""), portal.RoleScript, document.LinkScript)
	rule := func(at Place, leads ...portal.Lead) string { return Rank(leads, page, 0, at)[0].Rule }
	home := Place{Home: true}

	if got := rule(home, nav, link("/a/1.html", "永宁之窗")); got != "script-telling-home" {
		t.Errorf("a script of a page without a way on: %s", got)
	}
	if got := rule(home, nav, link("/a/1.html", "政务公开")); got != "script-navigation" { // 700: just sure
		t.Errorf("a script of a page whose best link is just sure: %s", got)
	}
	frameOf := func(text string) portal.Lead { return of(link("/f.html", text), portal.RolePage, document.LinkFrame) }
	for text, want := range map[string]string{"": "frame-home", "政务公开": "hub", "政府工作报告": "false-friend"} {
		if got := rule(home, frameOf(text)); got != want {
			t.Errorf("a frame called %q: %s, want %s", text, got, want)
		}
	}
	refresh := of(link("/r.html", ""), portal.RolePage, document.LinkRefresh)
	for n, want := range map[int]string{few - 1: "sends-on-home", few: "silent"} {
		leads := []portal.Lead{refresh}
		for i := range n {
			leads = append(leads, link(fmt.Sprintf("/a/%d.html", i), "永宁之窗"))
		}
		if got := rule(home, leads...); got != want {
			t.Errorf("a refresh beside %d links: %s, want %s", n, got, want)
		}
	}
	for text, want := range map[string]string{"年度报告": "column-short-name", "年工作报告": "column-full-name", "公开年报": "column-full-name"} {
		if got := rule(Place{}, link("/a/1.html", text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// A file without words is what its name says, when that is a report, part of one, a year or a false friend.
func TestFilesWithoutWords(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/nb/"}
	for name, want := range map[string]string{
		"永宁县2023年政府信息公开工作年度报告.pdf": "file-title",
		"2023年度报告.pdf":   "file-partial-title",
		"2023年.pdf":      "file-in-column",
		"2023年部门决算.pdf":  "file-false-friend",
		"县财政局.pdf":       "file-in-column",
		"P020240115.pdf": "file-in-column",
	} {
		l := portal.Lead{Method: "GET", URL: "http://www.yongning.example/d.jsp?filename=" + url.QueryEscape(name), Role: portal.RoleAttachment, Kind: document.LinkAnchor}
		if got := Rank([]portal.Lead{l}, page, 2, Place{})[0]; got.Rule != want {
			t.Errorf("%s: %d by %s, want %s", name, got.Score, got.Rule, want)
		}
	}
}

// A page of pictures: they are asked for when the page has the title of a report and no other file that counts.
func TestPicturesOfReports(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/nb/1.html"}
	file := func(ref, text string, kind document.LinkKind, inBody bool) portal.Lead {
		return portal.Lead{Method: "GET", URL: "http://www.yongning.example" + ref, Text: text, Role: portal.RoleAttachment, Kind: kind, InBody: inBody}
	}
	picture := file("/1.jpg", "", document.LinkImage, true)
	for _, c := range []struct {
		name string
		at   Place
		more []portal.Lead
		want bool
	}{
		{"alone", Place{Announces: true}, nil, true},
		{"another picture", Place{Announces: true}, []portal.Lead{file("/2.png", "", document.LinkImage, true)}, true},
		{"a file", Place{Announces: true}, []portal.Lead{file("/a.pdf", "附件", document.LinkAnchor, true)}, false},
		{"a page that is no report", Place{}, nil, false},
		{"a page that has the text", Place{IsReport: true}, nil, false},
	} {
		got := Rank(append([]portal.Lead{picture}, c.more...), page, 1, c.at)[0]
		if (got.Rule == "picture-of-report") != c.want {
			t.Errorf("%s: %d by %s", c.name, got.Score, got.Rule)
		}
	}
}
