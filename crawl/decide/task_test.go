package decide

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/archive"
	"nianbao/crawl/address"
	"nianbao/crawl/portal"
	"nianbao/crawl/schedule"
	"nianbao/report"
)

// aTask draws a task as a frontier may keep it.
var aTask = rapid.Custom(func(t *rapid.T) Task {
	text := rapid.StringMatching(`[a-z年报"<]{0,8}`)
	n := rapid.IntRange(0, 9)
	task := Task{Role: portal.Role(text.Draw(t, "role")), Text: text.Draw(t, "text"), Column: text.Draw(t, "column"), Below: rapid.Bool().Draw(t, "below"), Year: n.Draw(t, "year"),
		Group: text.Draw(t, "group"), Origin: text.Draw(t, "origin"), Guess: rapid.Bool().Draw(t, "guess"), Hops: n.Draw(t, "hops"), At: text.Draw(t, "at"),
		Trail: rapid.SliceOfN(text, 1, 4).Draw(t, "trail"), Render: rapid.Bool().Draw(t, "render"), Heat: n.Draw(t, "heat"), Article: rapid.Bool().Draw(t, "article"),
		Report: rapid.Bool().Draw(t, "report"), Lost: n.Draw(t, "lost"), Seen: n.Draw(t, "seen"), Changed: n.Draw(t, "changed"), Digest: text.Draw(t, "digest"), Parsed: text.Draw(t, "parsed")}
	if rapid.Bool().Draw(t, "list") {
		task.List = &List{Entries: text.Draw(t, "entries"), Turns: n.Draw(t, "turns"), Barren: n.Draw(t, "barren")}
	}
	if rapid.Bool().Draw(t, "parent") {
		task.Parent = &Parent{Verdict: report.Verdict{IsReport: true, Title: text.Draw(t, "title"), Year: n.Draw(t, "of"), Score: 0.5}, Page: archive.Source{URL: text.Draw(t, "page"), CapturedAt: then}, Files: n.Draw(t, "files")}
	}
	if rapid.Bool().Draw(t, "robots") {
		task.Robots = &Errand{Authority: text.Draw(t, "authority"), Host: text.Draw(t, "host"), Hops: n.Draw(t, "errand")}
	}
	return task
})

func TestTasksAreReadAsTheyWereKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		task := aTask.Draw(t, "task")
		b := task.Encode()
		if d := cmp.Diff(task, DecodeTask(b)); d != "" {
			t.Fatal(d)
		}
		if !bytes.Equal(b, DecodeTask(b).Encode()) {
			t.Fatal("kept otherwise the second time")
		}
		fresh := task.fresh()
		if d := cmp.Diff(fresh, fresh.fresh()); d != "" {
			t.Fatal(d)
		}
	})
}

func TestTasksOfOtherPrograms(t *testing.T) {
	for _, s := range []string{"", "{", "null", "[]", `{"year":"x","text":"a"}`, "\x00"} {
		if got := DecodeTask([]byte(s)); cmp.Diff(Task{}, got) != "" {
			t.Errorf("%q reads as %+v", s, got)
		}
	}
	if got := DecodeTask([]byte(`{"text":"a","unheard_of":[1]}`)); got.Text != "a" {
		t.Errorf("a field of a newer program spoils the others: %+v", got)
	}
}

func TestWhatTheScheduleGoesBy(t *testing.T) {
	for _, tt := range []struct {
		name     string
		task     Task
		priority int
		kind     schedule.Kind
		list     bool
	}{
		{"a report", Task{Report: true, Heat: 2, Role: portal.RoleAttachment}, 0, schedule.Report, true},
		{"a column", Task{Heat: 2}, 0, schedule.List, true},
		{"a column that is an article", Task{Heat: 2, Article: true}, 0, schedule.Plain, false},
		{"a further page of a list that leads to columns", Task{Heat: 1, Role: portal.RoleList}, 0, schedule.List, true},
		{"a service of one", Task{Heat: 1, Role: portal.RoleAPI}, 0, schedule.List, true},
		{"a further page of a list that does not", Task{Role: portal.RoleList}, 0, schedule.Once, false},
		{"a page that leads to columns", Task{Heat: 1}, 0, schedule.Plain, false},
		{"a sure page", Task{}, lastPriority, schedule.Plain, false},
		{"an unlikely page", Task{}, lastPriority - 1, schedule.Once, false},
		{"a file", Task{Role: portal.RoleAttachment}, lastPriority, schedule.Once, false},
	} {
		tt.task.Seen, tt.task.Changed = 5, 2
		want := schedule.History{Kind: tt.kind, Seen: 5, Changed: 2}
		if got := tt.task.history(tt.priority); got != want || tt.task.IsList() != tt.list {
			t.Errorf("%s: %+v, a list is %v", tt.name, got, tt.task.IsList())
		}
	}
}

func TestRequestsOfLeads(t *testing.T) {
	l, ok := NewLead(finder, portal.Lead{Method: "POST", URL: "http://www.czj.yn.example/api", Body: "page=2", ContentType: "application/x-www-form-urlencoded", Text: "x"}, Task{Text: "y"}, 7, 2)
	want := Lead{Key: address.Key("POST", "http://www.czj.yn.example/api", "page=2"), Method: "POST", URL: "http://www.czj.yn.example/api", Body: "page=2", ContentType: "application/x-www-form-urlencoded",
		Host: "czj.yn.example", Portal: home.Name, Priority: 7, Depth: 2, Task: Task{Text: "y"}}
	if d := cmp.Diff(want, l); d != "" || !ok {
		t.Errorf("%v %s", ok, d)
	}
	for _, u := range []string{"", "http://other.example/", "http://[broken", "mailto:a@yn.example"} {
		if l, ok := NewLead(finder, portal.Lead{URL: u}, Task{}, 1, 1); ok || l.URL != "" {
			t.Errorf("%q is asked for: %+v", u, l)
		}
	}
}
