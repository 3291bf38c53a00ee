package discover

import (
	"net/url"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"nianbao/crawl/portal"
	"nianbao/document"
)

// aLead draws a link as pages have them.
func aLead(t *rapid.T, roles ...portal.Role) portal.Lead {
	texts := slices.Concat(goldenTexts, []string{"2023年度报告", "永宁县财政局2023年政府信息公…", "部门导航", "2023年.docx", "永寧縣2023年政府信息公開工作年度報告"})
	l := portal.Lead{
		Method: "GET", URL: "http://www.yongning.example" + rapid.SampledFrom(goldenPaths).Draw(t, "path"), Text: rapid.SampledFrom(texts).Draw(t, "text"),
		Role: rapid.SampledFrom(roles).Draw(t, "role"), InBody: rapid.Bool().Draw(t, "in the body"),
		Kind:  rapid.SampledFrom([]document.LinkKind{document.LinkAnchor, document.LinkAnchor, document.LinkFrame, document.LinkRefresh}).Draw(t, "kind"),
		Place: rapid.SampledFrom([]string{"", "div>ul>li>a", "div>div>a"}).Draw(t, "place"),
	}
	if l.Role == portal.RoleScript {
		l.URL, l.Kind = "http://www.yongning.example/js/"+rapid.SampledFrom([]string{"nav.js", "jquery.js", "x.js"}).Draw(t, "script"), document.LinkScript
	}
	l.Near = l.Text + rapid.SampledFrom([]string{"", " 2024-01-18"}).Draw(t, "date")
	return l
}

func aPlace(t *rapid.T) Place {
	p := Place{Home: rapid.Bool().Draw(t, "home"), Column: rapid.Bool().Draw(t, "below a column"), Directory: rapid.Bool().Draw(t, "directory")}
	switch rapid.IntRange(0, 2).Draw(t, "what the page is") {
	case 1:
		p.Announces = true
	case 2:
		p.IsReport = true
	}
	return p
}

var allRoles = []portal.Role{portal.RolePage, portal.RolePage, portal.RolePage, portal.RoleList, portal.RoleArticle, portal.RoleAttachment, portal.RoleScript, portal.RoleSitemap}

// The order of links on a page does not matter for what they are worth. Of several requests to one service the first is
// asked first, so that services are left out here.
func TestOrderDoesNotMatter(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/x/index.html"}
	rapid.Check(t, func(t *rapid.T) {
		leads := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) portal.Lead { return aLead(t, allRoles...) }), 1, 12).Draw(t, "leads")
		heat, at := rapid.IntRange(0, 2).Draw(t, "heat"), aPlace(t)
		order := rapid.Permutation(indexes(len(leads))).Draw(t, "order")
		shuffled := make([]portal.Lead, len(leads))
		for i, j := range order {
			shuffled[i] = leads[j]
		}
		a, b := Rank(leads, page, heat, at), Rank(shuffled, page, heat, at)
		for i, j := range order {
			if a[j].Score != b[i].Score || a[j].Rule != b[i].Rule || a[j].Cut != b[i].Cut {
				t.Fatalf("%d by %s, elsewhere on the page %d by %s: %+v", a[j].Score, a[j].Rule, b[i].Score, b[i].Rule, leads[j])
			}
		}
	})
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// Whatever stands on a page: scores lie in their range and name their rule, explanations agree with them, ranking twice
// gives the same, and what is cut or a false friend by its whole address and words is never asked for.
func TestRankLaws(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/x/index.html"}
	scores := map[string]RuleInfo{}
	for _, r := range Rules() {
		scores[r.Name] = r
	}
	rapid.Check(t, func(t *rapid.T) {
		leads := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) portal.Lead {
			return aLead(t, append(allRoles, portal.RoleAPI, portal.RoleAPI)...)
		}), 0, 12).Draw(t, "leads")
		heat, at := rapid.IntRange(0, 2).Draw(t, "heat"), aPlace(t)
		ranked, explained, again := Rank(leads, page, heat, at), Explain(leads, page, heat, at), Rank(leads, page, heat, at)
		for i, s := range ranked {
			if s.Score < 0 || s.Score > 1000 || s.Rule == "" || s.Cut != "" && s.Score != 0 {
				t.Fatalf("%d by %q (%s)", s.Score, s.Rule, s.Cut)
			}
			if r, ok := scores[s.Rule]; s.Rule != ruleTrap && (!ok || r.Score != s.Score) {
				t.Fatalf("%d by %s, which gives %d", s.Score, s.Rule, r.Score)
			}
			if e := explained[i]; e.Score != s.Score || e.Rule != s.Rule || e.Tier != TierOf(s.Score) {
				t.Fatalf("%d by %s is explained as %d by %s", s.Score, s.Rule, e.Score, e.Rule)
			}
			if again[i] != s {
				t.Fatalf("%+v, then %+v", s, again[i])
			}
		}
	})
}

// A hotter page never makes the title of a report, or part of one, worth less.
func TestTitlesGainByTheirColumn(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/x/index.html"}
	for _, text := range []string{"永宁县2023年政府信息公开工作年度报告", "2023年度报告", "永宁县财政局2023年政府信息公…", "2023年", "县财政局", "政府信息公开年报", "年度报告"} {
		for _, role := range []portal.Role{portal.RolePage, portal.RoleAttachment} {
			last := -1
			for heat := range 3 {
				l := portal.Lead{Method: "GET", URL: "http://www.yongning.example/a/1.html", Role: role, Text: text, InBody: true}
				s := Rank([]portal.Lead{l}, page, heat, Place{})[0]
				if s.Score < last {
					t.Errorf("%s %s: %d on a page of heat %d, %d on the one before", role, text, s.Score, heat, last)
				}
				last = s.Score
			}
		}
	}
}

// What squeezing leaves cannot be squeezed further, and blanks between words never change what they promise.
func TestWordLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(goldenTexts).Draw(t, "text") + rapid.SampledFrom([]string{"", "公开", "年报", "2023年", "局", "…"}).Draw(t, "tail")
		if s := squeeze(text); squeeze(s) != s {
			t.Fatalf("%q is squeezed to %q and further", text, s)
		}
		var spaced []rune
		for _, r := range text {
			spaced = append(spaced, r)
			if r > 0x2fff && rapid.Bool().Draw(t, "blank") {
				spaced = append(spaced, ' ', '\u3000')
			}
		}
		if a, b := classify(text), classify(string(spaced)); a != b {
			t.Fatalf("%q is %s, %q is %s", text, a, string(spaced), b)
		}
	})
}

// The bounds of names stand where they are said to.
func TestLengthsOfNames(t *testing.T) {
	han := func(n int) string {
		var s []rune
		for i := range n {
			s = append(s, []rune("甲乙丙丁戊己庚辛壬癸")[i%10])
		}
		return string(s)
	}
	for _, c := range []struct {
		text string
		want kind
	}{
		{han(10) + "信息公开", disclosure}, {han(11) + "信息公开", other},
		{han(10) + "政务公开", hub}, {han(11) + "政务公开", other},
		{han(24) + "局", body}, {han(25) + "局", other},
		{han(9) + "应急局", body}, {han(10) + "应急局", other},
	} {
		if got := classify(c.text); got != c.want {
			t.Errorf("%q of %d is %s, want %s", c.text, len([]rune(c.text)), got, c.want)
		}
	}
	entry := func(n int) string { return han(n-len([]rune("局2023年度报告"))) + "局2023年度报告" }
	if kindOf(entry(longestEntry), 2) != partial || kindOf(entry(longestEntry+1), 2) == partial {
		t.Error("the longest entry")
	}
	u := &url.URL{Path: "/202401/t20240115_1.html"}
	for n, want := range map[int]bool{longEntry: false, longEntry + 1: true} {
		if got := looksLikeEntry(&portal.Lead{Text: han(n)}, u); got != want {
			t.Errorf("%d characters beside a date: %t", n, got)
		}
	}
}
