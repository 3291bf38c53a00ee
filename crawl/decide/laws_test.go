package decide

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/crawl/discover"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/fetch/exchange"
	"nianbao/internal/compose"
	"nianbao/report"
)

// specimens are cases of every kind.
func specimens(t testing.TB) map[string]Case {
	r := finance(2023)
	column := with(func(t *Task) { t.Text = "政府信息公开年报" })
	return map[string]Case{
		"report":         page(t, site+"/czj/1.html", r.Title, r.HTML(compose.Nested)),
		"column":         page(t, site+"/nb/", "政府信息公开年报", listing("/czj/1.html", r.Title, "/czj/", "县财政局", "/nb/2.html", "下一页", "http://other.example/", "其他"), column),
		"announces":      announcing(t, r.Title, []string{"/f/1.pdf", "附件1.pdf", "/f/2.pdf", "附件2.pdf"}),
		"file":           attached(t, site+"/f/1.docx", docx, r.DOCX()),
		"unread":         attached(t, site+"/f/1.pdf", "application/pdf", nil, func(c *Case) { c.ReadErr = document.ErrEncrypted }),
		"redirect":       redirected(site+"/a.html", site+"/b.html"),
		"missing":        asked(site+"/a.html", exchange.NotFound),
		"data":           answered(t, site+"/api/list", extract.JSON, []byte(`{"rows":[{"title":"永宁县财政局2023年政府信息公开工作年度报告","url":"/czj/1.html"},{"title":"永宁县水务局2023年政府信息公开工作年度报告","url":"/swj/1.html"}]}`), column),
		"data in a page": page(t, site+"/nb/b.html", "政府信息公开年报", `<script>var list = [{"title":"永宁县财政局2023年政府信息公开工作年度报告","url":"/czj/1.html"},{"title":"永宁县水务局2023年政府信息公开工作年度报告","url":"/swj/1.html"}];</script>`, column),
		"text in a page": page(t, site+"/czj/2.html", r.Title, `<script>var article = `+quoted(r.HTML(compose.Plain))+`;</script>`),
	}
}

func quoted(s string) string {
	b, err := json.Marshal(map[string]string{"content": s})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestDecidingTwiceIsDecidingOnce(t *testing.T) {
	for name, c := range specimens(t) {
		before := snapshot(t, c)
		first := decided(t, c)
		if d := cmp.Diff(before, snapshot(t, c)); d != "" {
			t.Errorf("%s: the case has changed: %s", name, d)
		}
		if d := cmp.Diff(first, decided(t, c)); d != "" {
			t.Errorf("%s: the second decision differs: %s", name, d)
		}
	}
}

// snapshot is all of a case that a decision could change.
func snapshot(t testing.TB, c Case) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"task": c.Task, "request": c.Request, "document": c.Document, "capture": c.Capture, "outcome": c.Exchange.Outcome,
		"payload": c.Exchange.Payload, "header": c.Exchange.Header, "portal": c.Portal.Name, "years": c.Years, "beside": c.Beside})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEveryVisitIsCounted: whatever comes of a visit, unless it is tried again the task knows of it, and what is put into
// the frontier belongs to the portal.
func TestEveryVisitIsCounted(t *testing.T) {
	all := specimens(t)
	names := slices.Sorted(maps.Keys(all))
	rapid.Check(t, func(t *rapid.T) {
		c := all[rapid.SampledFrom(names).Draw(t, "case")]
		c.Request.Attempts, c.Request.Depth, c.Request.Priority = rapid.IntRange(0, 4).Draw(t, "attempts"), rapid.IntRange(0, maxDepth).Draw(t, "depth"), rapid.IntRange(0, 960).Draw(t, "priority")
		c.Task.Seen, c.Task.Report, c.Task.Lost = rapid.IntRange(0, 9).Draw(t, "seen"), rapid.Bool().Draw(t, "report"), rapid.IntRange(0, 3).Draw(t, "lost")
		c.Task.Hops, c.Years = rapid.IntRange(0, MaxHops).Draw(t, "hops"), Years{From: rapid.IntRange(0, 1).Draw(t, "from") * 2024}
		ex := *c.Exchange
		if ex.Outcome != exchange.OK {
			ex.Outcome = rapid.SampledFrom(exchange.All).Filter(func(o exchange.Outcome) bool { return o != exchange.OK }).Draw(t, "outcome")
		}
		c.Exchange = &ex
		d := Decide(t.Context(), c)
		a := d.Again
		switch {
		case a.Task == nil && !a.Retry:
			t.Fatal("the task is neither kept for another try nor replaced")
		case a.Task != nil && a.Task.Seen != c.Task.Seen+1 && ex.Outcome != exchange.Redirect:
			t.Fatalf("seen %d times, before %d", a.Task.Seen, c.Task.Seen)
		case !a.Due.IsZero() && a.Due.Before(then):
			t.Fatalf("due %s, before the answer came", a.Due)
		case len(d.Credits) > len(d.Observations):
			t.Fatal("more credits than observations")
		}
		for _, l := range d.Leads {
			if l.Portal != home.Name || l.Host == "" || l.Depth < 1 || l.Depth > maxDepth && ex.Outcome == exchange.OK || l.Priority < 0 || l.Task.Seen != 0 || l.Task.Report || l.Task.Digest != "" {
				t.Fatalf("%+v", l)
			}
		}
		for _, o := range d.Observations {
			if o.Missing == "" && (o.Year == 0 || o.Publisher.Name == "" || !c.Years.Has(o.Year)) {
				t.Fatalf("%+v", o)
			}
		}
	})
}

// TestTheOrderOfLinksDoesNotMatter: what is put into the frontier is the same however the links of a page are ordered.
func TestTheOrderOfLinksDoesNotMatter(t *testing.T) {
	links := []string{}
	for i := range 6 {
		links = append(links, fmt.Sprintf("/czj/%d.html", i), fmt.Sprintf("永宁县财政局%d年政府信息公开工作年度报告", 2018+i))
	}
	links = append(links, "/swj/", "县水务局", "/zn/", "政府信息公开指南", "/tq/", "天气预报", "/login.jsp", "登录", "http://other.example/", "其他", "index_2.html", "下一页")
	pairs := slices.Collect(slices.Chunk(links, 2))
	ask := func(pairs [][]string) Decision {
		return decided(t, page(t, site+"/nb/", "政府信息公开年报", listing(slices.Concat(pairs...)...), func(c *Case) {
			c.Task = Task{Text: "政府信息公开年报", List: &List{Entries: "x", Turns: 1}}
		}))
	}
	sorted := func(d Decision) map[string]Lead {
		out := leads(d)
		for u, l := range out {
			l.Task.Group = "" // names the place, which may tell one entry from another
			out[u] = l
		}
		return out
	}
	first := ask(pairs)
	rapid.Check(t, func(rt *rapid.T) {
		other := ask(rapid.Permutation(pairs).Draw(rt, "order"))
		if d := cmp.Diff(sorted(first), sorted(other)); d != "" {
			rt.Fatal(d)
		}
		if d := cmp.Diff(first.Cut, other.Cut); d != "" {
			rt.Fatal(d)
		}
		if len(first.Bodies) != len(other.Bodies) || first.Column != other.Column {
			rt.Fatal("bodies or the column differ")
		}
	})
}

// TestTurningAListEnds: a list without end is left, whatever its pages show.
func TestTurningAListEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		score := rapid.SampledFrom([]int{1, discover.Likely}).Draw(t, "score")
		var before *List
		for n := range maxTurns + 2 {
			got := turn(before, entriesOf(score, fmt.Sprint(n)))
			if got.cut != "" {
				if score == 1 && n != barrenPages+1 || score > 1 && n != maxTurns {
					t.Fatalf("left at page %d for %s", n, got.cut)
				}
				return
			}
			before = &got.next
		}
		t.Fatal("the list has no end")
	})
}

// TestAgreeingTwiceIsAgreeingOnce: what was settled about a file stays settled.
func TestAgreeingTwiceIsAgreeingOnce(t *testing.T) {
	verdict := rapid.Custom(func(t *rapid.T) report.Verdict {
		return report.Verdict{IsReport: true, Complete: rapid.Bool().Draw(t, "complete"), Title: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "title"),
			Publisher: rapid.SampledFrom([]string{"", "永宁县财政局", "财政局", "永宁县水务局"}).Draw(t, "publisher"), Year: rapid.SampledFrom([]int{0, 2022, 2023}).Draw(t, "year"),
			Assumed: rapid.Bool().Draw(t, "assumed"), Score: rapid.Float64Range(0, 1).Draw(t, "score")}
	})
	rapid.Check(t, func(t *rapid.T) {
		p := &Parent{Verdict: verdict.Draw(t, "page"), Files: 1}
		several := rapid.Bool().Draw(t, "several")
		once := agree(verdict.Draw(t, "file"), p, several)
		if d := cmp.Diff(once, agree(once, p, several)); d != "" {
			t.Fatal(d)
		}
	})
}
