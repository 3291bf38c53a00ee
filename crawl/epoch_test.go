package crawl_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"nianbao/archive"
	"nianbao/crawl"
	"nianbao/internal/portaltest"
)

// addresses are the distinct requests of a log that were answered with a page, robots.txt left out.
func addresses(log []portaltest.Request) map[string]bool {
	out := map[string]bool{}
	for _, q := range log {
		if q.Status == http.StatusOK && !isRobots(q.URL) {
			out[q.Method+" "+q.URL] = true
		}
	}
	return out
}

func isRobots(u string) bool { return len(u) > 11 && u[len(u)-11:] == "/robots.txt" }

func recheck(c *crawl.Config) { c.Recheck = true }

func TestRecheckOfAnUnchangedPortal(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 5, Noise: 60, Families: []string{"trs", "hanweb", "epoint", "yearpages"}})
	first := r.crawl(nil)
	known := addresses(first.log)
	second := r.crawl(recheck)
	r.polite()
	if n := len(second.events) - len(first.events); n != 0 {
		t.Errorf("%d events although nothing has changed: %v", n, second.events[len(first.events):])
	}
	conditional := 0
	seen := map[string]int{}
	for _, q := range second.log {
		if isRobots(q.URL) {
			continue
		}
		if !known[q.Method+" "+q.URL] {
			t.Errorf("asked for the first time: %s %s", q.Method, q.URL)
		}
		if seen[q.Method+" "+q.URL]++; seen[q.Method+" "+q.URL] == 2 && q.Method == http.MethodGet {
			t.Errorf("asked twice: %s %s", q.Method, q.URL)
		}
		if q.Status == http.StatusNotModified {
			conditional++
		}
	}
	if conditional == 0 {
		t.Error("no conditional request")
	}
	t.Logf("first %d requests, recheck %d, of those %d not modified", len(first.log), len(second.log), conditional)
}

func TestSecondEpoch(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 6, Noise: 20,
		Families: []string{"trs", "hanweb", "gkmlpt", "annualjsp", "longxun", "epoint", "eportal", "aspx", "county", "yearpages", "subhosts"}})
	first := r.crawl(nil)
	r.demand(first, 0)
	r.world.SetEpoch(2)
	r.knowsAll = true
	second := r.crawl(recheck)
	r.demand(second, 0)
	added := second.events[len(first.events):]
	has := func(typ string, ch portaltest.Change) bool {
		return slices.ContainsFunc(added, func(e archive.Event) bool {
			return e.Type == typ && e.Data.Publisher.Name == ch.Publisher && e.Data.Year == ch.Year && e.Data.Publisher.Code == ch.Code
		})
	}
	want := map[string]bool{}
	for _, ch := range r.world.Changes() {
		name := fmt.Sprintf("%s %s: %s %d %s", ch.Family, ch.Kind, ch.Publisher, ch.Year, ch.URL)
		typ := map[string]string{portaltest.NewReport: archive.TypeFound, portaltest.Edited: archive.TypeChanged, portaltest.Removed: archive.TypeRemoved, portaltest.Moved: archive.TypeMoved}[ch.Kind]
		if typ != "" {
			want[fmt.Sprint(typ, ch.Code, ch.Publisher, ch.Year)] = true
			if !has(typ, ch) {
				t.Errorf("not told: %s", name)
			}
			continue
		}
		for _, other := range []string{archive.TypeFound, archive.TypeChanged, archive.TypeRemoved} {
			if has(other, ch) {
				t.Errorf("told as %s: %s", other, name)
			}
		}
	}
	for _, e := range added {
		if !want[fmt.Sprint(e.Type, e.Data.Publisher.Code, e.Data.Publisher.Name, e.Data.Year)] {
			t.Errorf("an event of nothing: %s %s %d %s", e.Type, e.Data.Publisher.Name, e.Data.Year, e.Data.URL)
		}
	}
	t.Logf("first %d requests, second %d", len(first.log), len(second.log))
}
