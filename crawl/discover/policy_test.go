package discover

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"nianbao/crawl/portal"
	"nianbao/document"
)

// The policy is a table that can be read: names are unique, every row gives its reason in both languages, scores lie in
// their range, and the last row takes what no other does.
func TestRulesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if r.Name == "" || seen[r.Name] {
			t.Errorf("the name %q is missing or given twice", r.Name)
		}
		seen[r.Name] = true
		if r.Score < 0 || r.Score > 1000 {
			t.Errorf("%s scores %d", r.Name, r.Score)
		}
		if r.English == "" || strings.ContainsFunc(r.Chinese, func(c rune) bool { return unicode.Is(unicode.Han, c) }) == false {
			t.Errorf("%s gives no reason in one of the languages", r.Name)
		}
	}
	last := rules[len(rules)-1]
	if last.roles|last.words|last.path|last.heat != 0 || last.with|last.without != 0 {
		t.Errorf("the last rule %s does not take everything", last.name)
	}
}

// No rule stands in the shadow of those before it: each is the first to match for some link.
func TestEveryRuleDecidesSomething(t *testing.T) {
	decided := map[string]bool{}
	var combinations []facts
	for m := range facts(1 << 6) { // the facts that rules of the first table ask about pages and places
		combinations = append(combinations, m)
	}
	special := []facts{0, amongTitles, picture, fullName, noisy, entry, library, telling, barren, telling | barren, front, listing, listing | front, ownHost, long, general, general | barren, speaks}
	for r := toPage; r <= toSearch; r++ {
		for w := silent; w <= article; w++ {
			for p := silent; p <= article; p++ {
				for heat := range 3 {
					for _, m := range combinations {
						for _, s := range special {
							f := features{role: r, words: w, path: p, heat: heat, facts: m | s, looked: lazy}
							decided[rate(&f).name] = true
						}
					}
				}
			}
		}
	}
	for i := range rules {
		if !decided[rules[i].name] {
			t.Errorf("%s never decides", rules[i].name)
		}
	}
}

func TestTiers(t *testing.T) {
	for score, want := range map[int]Tier{1000: TierSure, Sure: TierSure, Sure - 1: TierLikely, Likely: TierLikely, Likely - 1: TierPossible, Possible: TierPossible, 0: TierNever} {
		if got := TierOf(score); got != want {
			t.Errorf("%d is %s, want %s", score, got, want)
		}
	}
}

// values are the values of an explanation's steps of one name.
func values(steps []Step, name string) []string {
	var out []string
	for _, s := range steps {
		if s.Name == name {
			out = append(out, s.Value)
		}
	}
	return out
}

func TestExplain(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/index.html"}
	link := func(ref, text string) portal.Lead {
		return portal.Lead{Method: "GET", URL: "http://www.yongning.example" + ref, Text: text, Role: portal.RolePage, Kind: document.LinkAnchor, InBody: true}
	}
	service := func(ref string) portal.Lead {
		l := link(ref, "")
		l.Role = portal.RoleAPI
		return l
	}
	leads := []portal.Lead{link("/zwgk/1/", "县财政局"), link("/2.html", "法治政府建设年度报告"), link("/login.jsp", ""), service("/s?page=1"), service("/s?page=2"), link("/3.html", "投资指引服务")}
	got := Explain(leads, page, 1, Place{Home: true})
	for i, want := range []struct {
		words, rule string
		amendments  []string
		tier        Tier
		facts       []string
	}{
		{"body", "hub-organ-body", nil, TierLikely, []string{"in-body", "below", "home", "barren"}},
		{"false-friend", "false-friend", nil, TierNever, []string{"in-body", "home", "barren"}},
		{"", "trap", nil, TierNever, nil},
		{"silent", "service-hub-body", nil, TierLikely, []string{"in-body", "home", "barren", "doubtful"}},
		{"silent", "service-hub-body", []string{"service-repeated"}, TierPossible, []string{"in-body", "home", "repeated"}},
		{"other", "hub-noise", nil, TierPossible, []string{"noise"}},
	} {
		e := got[i]
		if e.Tier != want.tier || TierOf(e.Score) != want.tier {
			t.Errorf("%s: tier %s, want %s", e.URL, e.Tier, want.tier)
		}
		if w := values(e.Steps, "words"); want.words != "" && !slices.Equal(w, []string{want.words}) {
			t.Errorf("%s: words %v, want %s", e.URL, w, want.words)
		}
		if r := values(e.Steps, "rule"); !slices.Equal(r, []string{want.rule}) {
			t.Errorf("%s: rule %v, want %s", e.URL, r, want.rule)
		}
		if a := values(e.Steps, "amendment"); !slices.Equal(a, want.amendments) {
			t.Errorf("%s: amendments %v, want %v", e.URL, a, want.amendments)
		}
		for _, f := range want.facts {
			if !slices.Contains(values(e.Steps, "fact"), f) {
				t.Errorf("%s: facts %v lack %s", e.URL, values(e.Steps, "fact"), f)
			}
		}
		if last := e.Steps[len(e.Steps)-1]; last.Name != "tier" || last.Value != string(want.tier) || last.English == "" || last.Chinese == "" {
			t.Errorf("%s ends with %+v", e.URL, last)
		}
	}
	ranked := Rank(leads, page, 1, Place{Home: true})
	for i := range got {
		if got[i].Score != ranked[i].Score || got[i].Rule != ranked[i].Rule {
			t.Errorf("%s is explained with %d by %s and ranked with %d by %s", got[i].URL, got[i].Score, got[i].Rule, ranked[i].Score, ranked[i].Rule)
		}
	}
	if ranked[4].Rule != "service-repeated" || ranked[2].Rule != "trap" || ranked[2].Cut != "form" {
		t.Errorf("rules %s and %s (%s)", ranked[4].Rule, ranked[2].Rule, ranked[2].Cut)
	}
}

func TestHeatAndItsSigns(t *testing.T) {
	at := func(p string) *url.URL { return &url.URL{Scheme: "http", Host: "www.yongning.example", Path: p} }
	title := func(n int) portal.Lead {
		return portal.Lead{URL: "http://www.yongning.example/a/", Text: "永宁县202" + string(rune('0'+n)) + "年政府信息公开工作年度报告", Role: portal.RolePage}
	}
	var hubs []portal.Lead
	for range 8 {
		hubs = append(hubs, portal.Lead{URL: "http://www.yongning.example/zwgk/1/", Role: portal.RolePage})
	}
	plain := make([]portal.Lead, 0, 8)
	for i := range 8 {
		l := portal.Lead{URL: "http://www.yongning.example/a/", Role: portal.RolePage}
		if i < 4 {
			l.URL = "http://www.yongning.example/zwgk/1/"
		}
		plain = append(plain, l)
	}
	meta := func(k, v string) *document.Document { return &document.Document{Meta: map[string]string{k: v}} }
	for _, c := range []struct {
		name  string
		doc   *document.Document
		path  string
		leads []portal.Lead
		place Place
		want  int
		signs []string
	}{
		{"nothing", nil, "/a/", nil, Place{}, 0, nil},
		{"the link said column", nil, "/a/", nil, Place{Text: "政府信息公开年报"}, 2, []string{"link-words"}},
		{"the link said a report", nil, "/a/", nil, Place{Text: "永宁县2023年政府信息公开工作年度报告"}, 2, []string{"link-words"}},
		{"the link said disclosure", nil, "/a/", nil, Place{Text: "政府信息公开"}, 1, []string{"link-words"}},
		{"the link said hub", nil, "/a/", nil, Place{Text: "政务公开"}, 1, []string{"link-words"}},
		{"the link said a body", nil, "/a/", nil, Place{Text: "县财政局"}, 0, nil},
		{"column name", meta("columnname", "信息公开年报"), "/a/", nil, Place{}, 2, []string{"column-name"}},
		{"position line", &document.Document{Breadcrumb: []string{"政府信息公开", "年度报告"}}, "/a/", nil, Place{}, 2, []string{"position"}},
		{"only the end of the position line counts", &document.Document{Breadcrumb: []string{"年度报告", "通知公告"}}, "/a/", nil, Place{}, 0, nil},
		{"title before the site's name", meta("title", "政府信息公开年报-永宁县人民政府"), "/a/", nil, Place{}, 2, []string{"title"}},
		{"the title of one report makes no column", meta("title", "永宁县2023年政府信息公开工作年度报告"), "/a/", nil, Place{}, 0, nil},
		{"path of reports", nil, "/zfxxgknb/", nil, Place{}, 2, []string{"path"}},
		{"path of disclosure", nil, "/zwgk/", plain, Place{}, 1, []string{"path"}},
		{"path of disclosure, as everywhere", nil, "/zwgk/", hubs, Place{}, 0, nil},
		{"short path", nil, "/nb/", nil, Place{}, 1, []string{"path"}},
		{"one title", nil, "/a/", []portal.Lead{title(1)}, Place{}, 0, nil},
		{"two titles", nil, "/a/", []portal.Lead{title(1), title(2)}, Place{}, 2, []string{"titles"}},
		{"below a column", nil, "/a/", nil, Place{Column: true}, 1, []string{"below"}},
	} {
		if got := Heat(c.doc, at(c.path), c.leads, c.place); got != c.want {
			t.Errorf("%s: heat %d, want %d", c.name, got, c.want)
		}
		var names []string
		steps := ExplainHeat(c.doc, at(c.path), c.leads, c.place)
		for _, s := range steps[:len(steps)-1] {
			names = append(names, s.Name)
		}
		if last := steps[len(steps)-1]; !slices.Equal(names, c.signs) || last.Name != "heat" || last.Value != string(rune('0'+c.want)) {
			t.Errorf("%s: signs %v and %v, want %v", c.name, names, last, c.signs)
		}
	}
}
