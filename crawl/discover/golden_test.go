package discover

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawl/portal"
	"nianbao/document"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file under testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// The words and the addresses of the cross product: one of every kind that the policy tells apart.
var (
	goldenTexts = []string{"", "更多", "招商引资", "永宁之窗", "永宁县召开春季农业生产现场推进大会", "政府工作报告", "2023年", "县财政局", "政务公开", "政府信息公开目录", "政府信息公开年报", "年报", "历年年度报告", "永宁县2023年政府信息公开工作年度报告"}
	goldenPaths = []string{"/a/1.html", "/zwgk/x/2.html", "/zfxxgknb/", "/zwgk/zfxxgknb/", "/zfxxgkml/", "/nb/", "/zwgk/x/2023nb/", "/zfgzbg/", "/202401/t20240115_1.html", "/a/b.jpg", "/s.jsp?nbYear=2019"}
)

// TestScores records what every kind of link is worth in every place: a change of the policy shows here as the scores
// that it changes. Settings that share all scores share a block.
func TestScores(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/x/index.html"}
	places := []struct {
		name string
		at   Place
	}{{"plain", Place{}}, {"home", Place{Home: true}}, {"below a column", Place{Column: true}}, {"report", Place{IsReport: true}}, {"announcement", Place{Announces: true}}}
	blocks, order := map[string][]string{}, []string{}
	for _, role := range []portal.Role{"", portal.RolePage, portal.RoleArticle, portal.RoleList, portal.RoleAttachment, portal.RoleAPI, portal.RoleSitemap} {
		for heat := range 3 {
			for _, place := range places {
				for _, inBody := range []bool{false, true} {
					for _, year := range []int{0, 2019} {
						var b strings.Builder
						for _, text := range goldenTexts {
							fmt.Fprintf(&b, "  %s:", text)
							for _, p := range goldenPaths {
								l := portal.Lead{Method: "GET", URL: "http://www.yongning.example" + p, Role: role, Text: text, Near: text + " 2024-01-18", Year: year, InBody: inBody, Kind: document.LinkAnchor}
								fmt.Fprintf(&b, " %d", Rank([]portal.Lead{l}, page, heat, place.at)[0].Score)
							}
							b.WriteByte('\n')
						}
						setting := fmt.Sprintf("%q heat %d, %s", role, heat, place.name)
						if inBody {
							setting += ", in the body"
						}
						if year > 0 {
							setting += ", year in the address"
						}
						if blocks[b.String()] == nil {
							order = append(order, b.String())
						}
						blocks[b.String()] = append(blocks[b.String()], setting)
					}
				}
			}
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "columns: %s\n", strings.Join(goldenPaths, " "))
	for _, rows := range order {
		fmt.Fprintf(&out, "\n%s\n%s", strings.Join(blocks[rows], "\n"), rows)
	}
	golden(t, "scores.golden", out.String())
}

// TestScoresOfPages records what depends on all links of a page: scripts, frames, pages that only send on, further pages
// of a service, hosts for telephones.
func TestScoresOfPages(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/index.html"}
	lead := func(role portal.Role, kind document.LinkKind, at, text string) portal.Lead {
		if !strings.Contains(at, "://") {
			at = "http://www.yongning.example" + at
		}
		return portal.Lead{Method: "GET", URL: at, Role: role, Text: text, Kind: kind, InBody: true}
	}
	script := func(name string) portal.Lead {
		return lead(portal.RoleScript, document.LinkScript, "/js/"+name, "")
	}
	rest := []portal.Lead{
		script("jquery.js"), script("nav.js"), script("x7.js"), script("common.js"),
		lead(portal.RolePage, document.LinkFrame, "/f.html", ""), lead(portal.RolePage, document.LinkFrame, "/g.html", "政府工作报告"),
		lead(portal.RolePage, document.LinkRefresh, "/r.html", ""),
		lead(portal.RoleAPI, document.LinkInline, "/api?page=1", ""), lead(portal.RoleAPI, document.LinkInline, "/api?page=2", ""), lead(portal.RoleAPI, document.LinkInline, "/zfxxgknb/api", ""),
		lead(portal.RolePage, document.LinkAnchor, "http://m.yongning.example/zfxxgknb/", "政府信息公开年报"), lead(portal.RolePage, document.LinkAnchor, "/login.jsp", "政府信息公开年报"),
	}
	var hubs []portal.Lead
	for i := range 8 {
		hubs = append(hubs, lead(portal.RolePage, document.LinkAnchor, fmt.Sprintf("/zwgk/%d/", i), "永宁之窗"))
	}
	for _, c := range []struct {
		name  string
		leads []portal.Lead
	}{
		{"nothing else", nil},
		{"a way on", []portal.Lead{lead(portal.RolePage, document.LinkAnchor, "/nb/", "政府信息公开年报")}},
		{"hubs everywhere", hubs},
		{"hubs almost everywhere", hubs[:5]},
	} {
		var out strings.Builder
		for _, few := range []bool{true, false} {
			for heat := range 3 {
				for _, home := range []bool{false, true} {
					leads := slices.Concat(c.leads, rest)
					if few {
						leads = slices.Concat(c.leads[:min(len(c.leads), 1)], rest[4:9])
					}
					fmt.Fprintf(&out, "%d links, heat %d, home %t\n", len(leads), heat, home)
					for _, s := range Rank(leads, page, heat, Place{Home: home}) {
						fmt.Fprintf(&out, "  %d %s%s\n", s.Score, s.Cut, strings.TrimPrefix(s.URL, "http://www.yongning.example"))
					}
				}
			}
		}
		golden(t, "page_"+strings.ReplaceAll(c.name, " ", "_")+".golden", out.String())
	}
}
