package archive

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/fetch/exchange"
)

// step is one observation and what it must tell.
type step struct {
	name string
	o    Observation
	want []string
}

func walk(t *testing.T, steps []step) *Archive {
	t.Helper()
	a := must[*Archive](t)(Open(t.TempDir(), Options{RemovalConfirmations: 1}))
	t.Cleanup(func() { a.Close() })
	for _, s := range steps {
		var got []string
		for _, e := range must[[]Event](t)(a.PutReport(context.Background(), s.o)) {
			got = append(got, e.Type)
		}
		if d := cmp.Diff(s.want, got); d != "" {
			t.Errorf("%s: %s", s.name, d)
		}
	}
	return a
}

func with(o Observation, change func(*Observation)) Observation { change(&o); return o }

func total(t *testing.T, r Report) float64 {
	t.Helper()
	var d struct {
		T3 map[string]map[string]float64 `json:"t3"`
	}
	if err := json.Unmarshal(r.Data, &d); err != nil {
		t.Fatal(err)
	}
	return d.T3["new"]["total"]
}

func TestAmendedBesideTheOldOne(t *testing.T) {
	old, amended := seen("http://a.test/nb/1.html", "一", 1, t0), seen("http://a.test/nb/9.html", "二", 2, t0.Add(time.Hour))
	amended.Title += "（修订版）"
	later := with(seen("http://a.test/nb/9.html", "二", 2, t0.Add(time.Hour)), func(o *Observation) { o.PublishedAt = "2024-11-05" })
	for name, second := range map[string]Observation{"told by its title": amended, "told by a later date": later} {
		t.Run(name, func(t *testing.T) {
			a := walk(t, []step{
				{"found", old, []string{TypeFound}},
				{"amended", second, []string{TypeAmended}},
				{"the old one is read again", with(old, func(o *Observation) { o.Source.SHA256, o.At = Sum([]byte("x")), t0.Add(2*time.Hour) }), nil},
				{"the old one with more numbers", with(old, func(o *Observation) { o.Cells, o.At, o.Parser = 9, t0.Add(3*time.Hour), "2" }), nil},
				{"the amended one again", second, nil},
			})
			r := must[Report](t)(a.Report(ReportID(old.Publisher, 2023, "annual"), false))
			if total(t, r) != 2 || r.URL != second.URL || r.Version != 2 || len(r.Sources) != 2 {
				t.Errorf("%v %+v", total(t, r), r)
			}
		})
	}
}

// TestNotAmended: a copy elsewhere, another title, an earlier date, the same numbers.
func TestNotAmended(t *testing.T) {
	old := seen("http://a.test/nb/1.html", "一", 1, t0)
	for name, change := range map[string]func(*Observation){
		"other column": func(o *Observation) { o.URL, o.Source.URL = "http://a.test/copy/9.html", "http://a.test/copy/9.html" },
		"other title":  func(o *Observation) { o.Title = "永宁县财政局2023年度政府信息公开年报" },
		"earlier":      func(o *Observation) { o.PublishedAt = "2023-12-01" },
		"same numbers": func(o *Observation) { o.Data = old.Data },
		"without any":  func(o *Observation) { o.Data, o.Cells, o.Title = nil, 0, o.Title+"（修订版）" },
		"a city's body": func(o *Observation) {
			o.Title, o.PublishedAt = "永宁市城市更新局2023年政府信息公开工作年度报告", "2024-01-18"
		},
	} {
		second := with(seen("http://a.test/nb/9.html", "二", 2, t0.Add(time.Hour)), func(o *Observation) { o.PublishedAt = "2024-11-05"; change(o) })
		a := walk(t, []step{{"found", old, []string{TypeFound}}, {name, second, nil}})
		if r := must[Report](t)(a.Report(ReportID(old.Publisher, 2023, "annual"), false)); total(t, r) != 1 {
			t.Errorf("%s: %v", name, total(t, r))
		}
	}
}

// TestReadingWithoutNumbers: a page whose frame was missed by one reading has not lost its numbers.
func TestReadingWithoutNumbers(t *testing.T) {
	u := "http://a.test/nb.html"
	empty := with(seen(u, "题目", 0, t0.Add(time.Hour)), func(o *Observation) { o.Data, o.Cells = nil, 0 })
	a := walk(t, []step{{"found", seen(u, "一", 1, t0), []string{TypeFound}}, {"empty", empty, nil}, {"edited", seen(u, "二", 2, t0.Add(2*time.Hour)), []string{TypeChanged}}})
	if r := must[Report](t)(a.Report(ReportID(empty.Publisher, 2023, "annual"), false)); total(t, r) != 2 || r.Version != 2 {
		t.Errorf("%+v", r)
	}
}

// TestOtherRulesAreNoEdit: a digest made by newer rules, over octets that moved, is news only with other numbers.
func TestOtherRulesAreNoEdit(t *testing.T) {
	u := "http://a.test/nb.html"
	newer := func(text string, n float64) Observation {
		return with(seen(u, text, n, t0.Add(time.Hour)), func(o *Observation) { o.Rules, o.Parser = 2, "2" })
	}
	walk(t, []step{{"found", seen(u, "一", 1, t0), []string{TypeFound}}, {"other rules", newer("二", 1), nil}})
	walk(t, []step{{"found", seen(u, "一", 1, t0), []string{TypeFound}}, {"other numbers", newer("二", 5), []string{TypeChanged}}})
}

func TestFurtherPages(t *testing.T) {
	first := with(seen("http://a.test/nb.html", "一", 1, t0), func(o *Observation) { o.Data, o.Cells = json.RawMessage(`{"t2":{"penalty":{"decisions":7}}}`), 1 })
	second := seen("http://a.test/nb_1.html", "二", 3, t0.Add(time.Hour))
	second.Cells = 40
	changed := with(seen("http://a.test/nb_1.html", "三", 4, t0.Add(3*time.Hour)), func(o *Observation) { o.Cells = 40 })
	again := with(first, func(o *Observation) { o.Source.SHA256, o.At = Sum([]byte("counter")), t0.Add(2*time.Hour) })
	for name, steps := range map[string][]step{
		"in order":    {{"found", first, []string{TypeFound}}, {"further", second, nil}, {"first again", again, nil}, {"edited", changed, []string{TypeChanged}}},
		"in reverse":  {{"found", second, []string{TypeFound}}, {"first", first, nil}, {"first again", again, nil}, {"edited", changed, []string{TypeChanged}}},
		"seen thrice": {{"found", first, []string{TypeFound}}, {"further", second, nil}, {"further again", second, nil}, {"edited", changed, []string{TypeChanged}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := walk(t, steps)
			r := must[Report](t)(a.Report(ReportID(first.Publisher, 2023, "annual"), false))
			if total(t, r) != 4 || r.URL != first.URL || len(numberChanges(r.Data, first.Data)) != 1 {
				t.Errorf("%s %s", r.URL, r.Data)
			}
		})
	}
	for u, want := range map[string]bool{"http://a.test/nb_1.html": true, "http://a.test/nb_0.html": false, "http://a.test/nb_99.html": false, "http://a.test/nb_x.html": false, "http://a.test/nb_01.html": false,
		"http://a.test/nb_1.pdf": false, "http://b.test/nb_1.html": false, "http://a.test/nb.html": false} {
		if got := continues(u, "http://a.test/nb.html"); got != want {
			t.Errorf("%s: %v", u, got)
		}
	}
}

func TestRepublished(t *testing.T) {
	a := walk(t, []step{{"found", seen("http://a.test/1.html", "一", 1, t0), []string{TypeFound}}})
	must[[]Event](t)(a.PutMissing(context.Background(), "http://a.test/1.html", exchange.NotFound, t0.Add(time.Hour)))
	events := must[[]Event](t)(a.PutReport(context.Background(), seen("http://a.test/new/7.html", "一", 1, t0.Add(2*time.Hour))))
	if len(events) != 1 || events[0].Type != TypeRepublished {
		t.Errorf("%+v", events)
	}
}

func TestLate(t *testing.T) {
	for _, c := range []struct {
		level     string
		year      int
		published string
		due       string
		days      int
	}{
		{"department", 2023, "2024-02-03", "2024-01-31", 3}, {"department", 2023, "2024-01-31", "", 0}, {"county", 2023, "2024-03-31", "", 0}, {"county", 2023, "2024-04-01", "2024-03-31", 1},
		{"department", 2016, "2017-03-02", "", 0}, {"department", 2016, "2017-04-02", "2017-03-31", 2}, {"county", 2012, "2020-06-01", "", 0}, {"county", 2023, "", "", 0}, {"", 2023, "2024-12-01", "", 0},
	} {
		if due, days := Late(c.level, c.year, c.published); due != c.due || days != c.days {
			t.Errorf("%+v: %s %d", c, due, days)
		}
	}
	o := with(seen("http://a.test/1.html", "一", 1, t0), func(o *Observation) {
		o.Publisher.Level, o.PublishedAt, o.Reading = "department", "2024-02-10", json.RawMessage(`{"state":"title_only"}`)
	})
	a := walk(t, []step{{"found", o, []string{TypeFound}}})
	for e := range a.Events(0) {
		if e.Data.LateDays != 10 || e.Data.Due != "2024-01-31" || e.Data.Reading != "title_only" {
			t.Errorf("%+v", e.Data)
		}
	}
	for h := range a.Heads(Filter{}) {
		if h.Reading != "title_only" {
			t.Errorf("%+v", h)
		}
	}
}
