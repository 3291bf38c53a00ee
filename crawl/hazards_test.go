package crawl_test

import (
	"slices"
	"testing"

	"nianbao/archive"
	"nianbao/internal/portaltest"
)

// patient are hazards whose nature is time: they have tests of their own, or take a crawl longer than a test may.
var patient = []string{"slow", "walls", "pushback", "throttled", "big", "bundle"}

func sudden() []string {
	return slices.DeleteFunc(portaltest.Hazards(), func(h string) bool { return slices.Contains(patient, h) })
}

// With all hazards switched on at once (traps, twin hosts, forged pages) every report is still found.
func TestHazardsCostNoReport(t *testing.T) {
	t.Parallel()
	for _, families := range [][]string{{"trs", "hanweb", "gkmlpt", "annualjsp"}, {"longxun", "epoint", "county", "yearpages", "subhosts"}} {
		r := rehearse(t, portaltest.Options{Seed: 3, Noise: 60, Families: families, Hazards: sudden()})
		res := r.crawl(nil)
		r.demand(res, 6)
		cuts := map[string]int{}
		for _, h := range res.hosts {
			for reason, n := range h.Cut {
				cuts[reason] += n
			}
		}
		for _, reason := range []string{"out_of_scope", "calendar", "barren_section", "same_page", "list_repeats", "repeated_segments", "satisfied"} {
			if cuts[reason] == 0 {
				t.Errorf("no host says that something was cut for %q: %v", reason, cuts)
			}
		}
	}
}

// Portals of few reports among much else are not searched at length.
func TestFewReportsAmongHundredsOfPages(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 8, Noise: 400, Years: []int{2023, 2024}, Families: []string{"trs", "hex", "aspx", "blog", "inspur", "jpaas"}})
	r.demand(r.crawl(nil), 6)
}

// A city's reports in one archive file are reports of their own, each of its body.
func TestReportsInAnArchiveFile(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 14, Noise: 10, Families: []string{"county", "gkmlpt"}, Hazards: []string{"bundle"}})
	r.demand(r.crawl(nil), 6)
}

// What is told of a report says where it was found and when it was published.
func TestReportsCarryTheirSources(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 9, Noise: -1, Families: []string{"vsb"}})
	res := r.crawl(nil)
	files := 0
	for _, rep := range res.reports {
		if rep.PublishedAt == "" || rep.Title == "" || len(rep.Sources) == 0 || rep.Publisher.Portal == "" {
			t.Errorf("incomplete: %+v", rep)
		}
		files += len(slices.DeleteFunc(slices.Clone(rep.Sources), func(s archive.Source) bool { return s.Role != "attachment" }))
	}
	if files == 0 {
		t.Error("no report names the file it was read from")
	}
}
