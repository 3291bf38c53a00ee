package budget

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/crawl/discover"
)

// Priorities in the middle of what they stand for.
const (
	aSure     = discover.Sure + 50
	aLikely   = discover.Likely + 50
	aPossible = weak + 50
)

func TestTiers(t *testing.T) {
	for _, tt := range []struct {
		priority int
		tier     Tier
	}{
		{discover.Sure + 1, TierSure}, {discover.Sure, TierSure}, {discover.Sure - 1, TierLikely},
		{discover.Likely, TierLikely}, {discover.Likely - 1, TierPossible}, {1, TierPossible}, {0, TierPossible}, {-1, TierPossible},
	} {
		if got := TierOf(tt.priority); got != tt.tier {
			t.Errorf("priority %d is %s, want %s", tt.priority, TierNames[got], TierNames[tt.tier])
		}
	}
}

func TestSpendCountsByTierAndSection(t *testing.T) {
	var s Spending
	s.Spend(Visit{URL: "http://a.gov.cn/zwgk/nb/2023.html", Priority: aSure})
	s.Spend(Visit{URL: "http://a.gov.cn/zwgk/nb/2022.html", Priority: aLikely})
	s.Spend(Visit{URL: "http://a.gov.cn/zwgk/nb/2021.html", Priority: aSure, Known: true})
	s.Spend(Visit{URL: "http://a.gov.cn/news/1.html", Priority: weak})
	s.Spend(Visit{URL: "http://a.gov.cn/news/2.html", Priority: weak - 1})
	want := Spending{Spent: [tiers]int{2, 1, 2}, Weak: 1, Sections: map[string]Section{"/zwgk/": {Visits: 2}, "/zwgk/nb/": {Visits: 2}}}
	if d := cmp.Diff(want, s); d != "" {
		t.Errorf("what promises nothing and what is known searches no section: %s", d)
	}
}

func TestReportsCountForTheSectionsThatLedToThem(t *testing.T) {
	var s Spending
	s.Gave("http://a.gov.cn/art/2024/1.html", []string{"/col/#/", "/gk/"})
	want := Spending{Found: 1, Sections: map[string]Section{"/art/": {Found: 1}, "/art/#/": {Found: 1}, "/col/#/": {Found: 1}, "/gk/": {Found: 1}}}
	if d := cmp.Diff(want, s); d != "" {
		t.Error(d)
	}
}

func TestLearnCountsOnlyLinksThatWereNotSure(t *testing.T) {
	for _, tt := range []struct {
		name string
		v    Visit
		led  bool
		want map[string]Section
	}{
		{"led nowhere", Visit{Priority: aPossible, Group: "g"}, false, map[string]Section{"g": {Visits: 1}}},
		{"led on", Visit{Priority: aLikely, Group: "g"}, true, map[string]Section{"g": {Visits: 1, Found: 1}}},
		{"of no group", Visit{Priority: aPossible}, true, nil},
		{"known", Visit{Priority: aPossible, Group: "g", Known: true}, true, nil},
		{"sure", Visit{Priority: aSure, Group: "g"}, true, nil},
	} {
		var s Spending
		s.Learn(tt.v, tt.led)
		if d := cmp.Diff(tt.want, s.Groups); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

func TestSectionsAreBounded(t *testing.T) {
	var s Spending
	for i := range mostSections + 5 {
		s.Learn(Visit{Priority: aPossible, Group: fmt.Sprint(i)}, false)
	}
	if len(s.Groups) != mostSections {
		t.Errorf("%d groups are kept", len(s.Groups))
	}
	s.Learn(Visit{Priority: aPossible, Group: "0"}, true)
	if d := cmp.Diff(Section{Visits: 2, Found: 1}, s.Groups["0"]); d != "" {
		t.Errorf("a known group still learns: %s", d)
	}
}

// over is a case of Over; what it does not name is out of the way.
type over struct {
	name   string
	s      Spending
	v      Visit
	p      Portal
	budget string
}

func TestOver(t *testing.T) {
	const url = "http://a.gov.cn/zwgk/nb/1.html"
	spent := func(tier Tier, n int) Spending {
		var s Spending
		s.Spent[tier] = n
		return s
	}
	section := func(name string, c Section) Spending { return Spending{Sections: map[string]Section{name: c}} }
	group := func(c Section) Spending { return Spending{Groups: map[string]Section{"g": c}} }
	wanting := Portal{Wanting: true}
	found := spent(TierLikely, likelyBudget)
	found.Found = 1
	weakSpent := Spending{Weak: weakBudget}
	rich := Spending{Found: 1}
	for _, tt := range []over{
		{"a new host", Spending{}, Visit{URL: url, Priority: aPossible}, wanting, ""},

		{"sure, the last of its budget", spent(TierSure, sureBudget-1), Visit{URL: url, Priority: aSure}, wanting, ""},
		{"sure, spent", spent(TierSure, sureBudget), Visit{URL: url, Priority: aSure}, wanting, Sure},
		{"sure does not spend likely", spent(TierSure, sureBudget), Visit{URL: url, Priority: aLikely}, wanting, ""},
		{"likely, the last of its budget", spent(TierLikely, likelyBudget-1), Visit{URL: url, Priority: aLikely}, wanting, ""},
		{"likely, spent", spent(TierLikely, likelyBudget), Visit{URL: url, Priority: aLikely}, wanting, Likely},
		{"likely does not spend sure", spent(TierLikely, likelyBudget), Visit{URL: url, Priority: aSure}, wanting, ""},
		{"a report found allows more", found, Visit{URL: url, Priority: aLikely}, wanting, ""},
		{"possible, the last of its budget", spent(TierPossible, possibleBudget-1), Visit{URL: url, Priority: aPossible}, wanting, ""},
		{"possible, spent", spent(TierPossible, possibleBudget), Visit{URL: url, Priority: aPossible}, wanting, Possible},

		{"weak, spent", weakSpent, Visit{URL: url, Priority: weak - 1}, wanting, Possible},
		{"weak, the last of its budget", Spending{Weak: weakBudget - 1}, Visit{URL: url, Priority: weak - 1}, wanting, ""},
		{"not weak", weakSpent, Visit{URL: url, Priority: weak}, wanting, ""},
		{"weak on a host that has shown a report", rich, Visit{URL: url, Priority: weak - 1}, wanting, Possible},
		{"possible on a host that has shown a report", rich, Visit{URL: url, Priority: weak}, wanting, ""},

		{"a barren directory", section("/zwgk/nb/", Section{Visits: directoryBudget}), Visit{URL: url, Priority: aLikely}, wanting, Barren},
		{"sure in a barren directory", section("/zwgk/nb/", Section{Visits: directoryBudget}), Visit{URL: url, Priority: aSure}, wanting, Barren},
		{"a directory not yet barren", section("/zwgk/nb/", Section{Visits: directoryBudget - 1}), Visit{URL: url, Priority: aLikely}, wanting, ""},
		{"a directory that gave", section("/zwgk/nb/", Section{Visits: directoryBudget, Found: 1}), Visit{URL: url, Priority: aLikely}, wanting, ""},
		{"a barren branch", section("/zwgk/", Section{Visits: branchBudget}), Visit{URL: url, Priority: aSure}, wanting, Barren},
		{"a branch not yet barren", section("/zwgk/", Section{Visits: branchBudget - 1}), Visit{URL: url, Priority: aSure}, wanting, ""},
		{"possible is no matter of sections", section("/zwgk/", Section{Visits: branchBudget}), Visit{URL: url, Priority: aPossible}, wanting, ""},

		{"an idle group", group(Section{Visits: groupBarren}), Visit{URL: url, Priority: aPossible, Group: "g"}, wanting, Group},
		{"a group not yet idle", group(Section{Visits: groupBarren - 1}), Visit{URL: url, Priority: aPossible, Group: "g"}, wanting, ""},
		{"a group that led on", group(Section{Visits: groupBarren, Found: 1}), Visit{URL: url, Priority: aPossible, Group: "g"}, wanting, ""},
		{"another group", group(Section{Visits: groupBarren}), Visit{URL: url, Priority: aPossible, Group: "h"}, wanting, ""},
		{"of no group", Spending{Groups: map[string]Section{"": {Visits: groupLikely}}}, Visit{URL: url, Priority: aPossible}, wanting, ""},
		{"more patience for likely links", group(Section{Visits: groupLikely - 1}), Visit{URL: url, Priority: aLikely, Group: "g"}, wanting, ""},
		{"an idle group of likely links", group(Section{Visits: groupLikely}), Visit{URL: url, Priority: aLikely, Group: "g"}, wanting, Group},
		{"sure in an idle group", group(Section{Visits: groupLikely}), Visit{URL: url, Priority: aSure, Group: "g"}, wanting, ""},
		{"the last of an idle group", group(Section{Visits: groupBarren}), Visit{URL: url, Priority: Last, Group: "g"}, wanting, ""},
		{"the next to last of an idle group", group(Section{Visits: groupBarren}), Visit{URL: url, Priority: Last + 1, Group: "g"}, wanting, Group},

		{"a satisfied portal", Spending{}, Visit{URL: url, Priority: aPossible}, Portal{Found: 1}, Satisfied},
		{"one that wants nothing and has shown nothing", Spending{}, Visit{URL: url, Priority: aPossible}, Portal{}, ""},
		{"one request for so many reports", spent(TierPossible, 1), Visit{URL: url, Priority: aPossible}, Portal{Found: 2 * foundPerSearch}, ""},
		{"no more than that", spent(TierPossible, 2), Visit{URL: url, Priority: aPossible}, Portal{Found: 2 * foundPerSearch}, Satisfied},
		{"a satisfied portal that still wants", Spending{}, Visit{URL: url, Priority: aPossible}, Portal{Found: 1, Wanting: true}, ""},
		{"a host for telephones of a portal that has shown reports", Spending{}, Visit{URL: url, Host: "m.a.gov.cn", Priority: aPossible}, Portal{Found: 1, Wanting: true}, Satisfied},
		{"a host for telephones of one that has not", Spending{}, Visit{URL: url, Host: "m.a.gov.cn", Priority: aPossible}, wanting, ""},
		{"likely on a satisfied portal", Spending{}, Visit{URL: url, Priority: aLikely}, Portal{Found: 1}, ""},
	} {
		if got := tt.s.Over(tt.v, tt.p); got != tt.budget {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.budget)
		}
	}
}

func TestRetryAndKeep(t *testing.T) {
	for _, tt := range []struct {
		name  string
		found int
		v     Visit
		retry bool
	}{
		{Group, 0, Visit{Priority: weak}, true},
		{Group, 0, Visit{Priority: discover.Likely - 1}, true},
		{Group, 0, Visit{Priority: weak - 1}, false},
		{Group, 0, Visit{Priority: discover.Likely}, false},
		{Group, 0, Visit{Priority: Last}, false},
		{Group, 1, Visit{Priority: weak}, false},
		{Possible, 0, Visit{Priority: weak}, false},
	} {
		s := Spending{Found: tt.found}
		if got := s.Retry(tt.name, tt.v); got != tt.retry {
			t.Errorf("%s, %d found, priority %d: kept for the last is %v", tt.name, tt.found, tt.v.Priority, got)
		}
	}
	for _, tt := range []struct {
		name     string
		priority int
		keep     int
		ok       bool
	}{
		{Barren, aLikely, 0, false}, {Group, aPossible, 0, false}, {Hosts, aPossible, 0, false}, {Sure, aSure, 0, false},
		{Likely, aLikely, discover.Sure, true}, {Possible, aPossible, discover.Likely, true}, {Satisfied, aPossible, discover.Likely, true},
	} {
		if keep, ok := Keep(tt.name, tt.priority); keep != tt.keep || ok != tt.ok {
			t.Errorf("%s at %d keeps from %d, %v", tt.name, tt.priority, keep, ok)
		}
	}
}

// TestNeverMoreThanMost: whoever asks before each visit never spends more than the most of any tier.
func TestNeverMoreThanMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Spending
		found := rapid.IntRange(0, 3).Draw(t, "found")
		for range found {
			s.Gave("http://a.gov.cn/x/1.html", nil)
		}
		start := rapid.IntRange(0, sureBudget).Draw(t, "sure spent before")
		s.Spent[TierSure] = max(start, sureBudget-20)
		visits := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Visit {
			return Visit{URL: fmt.Sprintf("http://a.gov.cn/%s/%d/%d.html", rapid.SampledFrom([]string{"a", "b"}).Draw(t, "branch"), rapid.IntRange(1, 3).Draw(t, "dir"), rapid.Int().Draw(t, "page")),
				Priority: rapid.IntRange(0, 900).Draw(t, "priority"), Group: rapid.SampledFrom([]string{"", "g", "h"}).Draw(t, "group")}
		}), 0, 300).Draw(t, "visits")
		p := Portal{Found: found, Wanting: rapid.Bool().Draw(t, "wanting")}
		for _, v := range visits {
			before := s.Spent[TierOf(v.Priority)]
			name := s.Over(v, p)
			if name != s.Over(v, p) {
				t.Fatal("asking twice gives two answers")
			}
			if name != "" {
				continue
			}
			s.Spend(v)
			s.Learn(v, false)
			if s.Spent[TierOf(v.Priority)] != before+1 {
				t.Fatal("a visit is not counted")
			}
		}
		for tier, most := range s.Most() {
			if s.Spent[tier] > most {
				t.Fatalf("%d of %d spent on %s", s.Spent[tier], most, TierNames[tier])
			}
		}
		if s.Weak > weakBudget {
			t.Fatalf("%d requests for what speaks against itself", s.Weak)
		}
		var back Spending
		b, err := json.Marshal(s)
		if err != nil || json.Unmarshal(b, &back) != nil || cmp.Diff(s, back) != "" {
			t.Fatalf("kept as %s, which reads as %+v", b, back)
		}
	})
}
