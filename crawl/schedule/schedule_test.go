package schedule

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	march = time.Date(2024, time.March, 31, 23, 59, 0, 0, time.UTC)
	april = time.Date(2024, time.April, 1, 0, 0, 0, 0, time.UTC)
)

func TestAfter(t *testing.T) {
	for _, tt := range []struct {
		name string
		h    History
		now  time.Time
		want time.Duration
	}{
		{"a report in the season", History{Kind: Report}, march, ReportInSeason},
		{"a report", History{Kind: Report}, april, reportOffSeason},
		{"a list in the season", History{Kind: List}, march, listInSeason},
		{"a list in January", History{Kind: List}, time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC), listInSeason},
		{"a list", History{Kind: List}, april, ListOffSeason},
		{"a list in December", History{Kind: List}, time.Date(2024, time.December, 31, 0, 0, 0, 0, time.UTC), ListOffSeason},
		{"neither", History{}, march, Other},
		{"neither, off season", History{}, april, Other},
		{"not worth another visit", History{Kind: Once, Seen: 9, Changed: 9}, march, 0},

		{"changed at the only visit", History{Kind: List, Seen: 1, Changed: 1}, april, ListOffSeason},
		{"changed at every other visit", History{Kind: List, Seen: 2, Changed: 1}, april, ListOffSeason / 4},
		{"changed at a little less", History{Kind: List, Seen: 5, Changed: 2}, april, ListOffSeason / 2},
		{"changed at every fourth visit", History{Kind: List, Seen: 4, Changed: 1}, april, ListOffSeason / 2},
		{"changed at a little less than that", History{Kind: List, Seen: 5, Changed: 1}, april, ListOffSeason},
		{"changed hardly ever", History{Kind: List, Seen: 9, Changed: 1}, april, ListOffSeason},
		{"seen thrice, never changed", History{Kind: List, Seen: 3}, april, ListOffSeason},
		{"seen four times, never changed", History{Kind: List, Seen: 4}, april, 2 * ListOffSeason},
		{"seen seven times, never changed", History{Kind: List, Seen: 7}, april, 2 * ListOffSeason},
		{"seen eight times, never changed", History{Kind: List, Seen: 8}, april, 4 * ListOffSeason},
		{"a report that never changes", History{Kind: Report, Seen: 8}, april, Longest},
	} {
		if got := After(tt.h, tt.now); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestIntervals: what changes more often is visited no less often, what has been quiet for longer no more often, nothing
// later than the longest interval, and in the season nothing later than outside.
func TestIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen := rapid.IntRange(0, 40).Draw(t, "seen")
		h := History{Kind: rapid.SampledFrom([]Kind{Plain, Report, List}).Draw(t, "kind"), Seen: seen, Changed: rapid.IntRange(0, seen).Draw(t, "changed")}
		now := time.Unix(rapid.Int64Range(0, 2e9).Draw(t, "now"), 0).UTC()
		d := After(h, now)
		if d < listInSeason/4 || d > Longest {
			t.Fatalf("%+v is due after %s", h, d)
		}
		if h.Changed < h.Seen {
			if more := After(History{h.Kind, h.Seen, h.Changed + 1}, now); more > d {
				t.Fatalf("%+v is due after %s, with one change more after %s", h, d, more)
			}
		}
		if h.Changed == 0 {
			if quiet := After(History{h.Kind, h.Seen + 1, 0}, now); quiet < d {
				t.Fatalf("%+v is due after %s, a visit later after %s", h, d, quiet)
			}
		}
		if After(h, march) > After(h, april) {
			t.Fatalf("%+v waits longer in the season", h)
		}
	})
}

func TestConfirmAndRetry(t *testing.T) {
	for delay, want := range map[time.Duration]time.Duration{0: 0, time.Second: confirmDelays * time.Second, longestConfirm / confirmDelays: longestConfirm, time.Minute: longestConfirm} {
		if got := Confirm(delay); got != want {
			t.Errorf("a removal on a host that rests for %s is confirmed after %s", delay, got)
		}
	}
	last := time.Duration(0)
	for n := range 60 {
		d := Retry(n)
		if d <= 0 || d < last || d > Longest {
			t.Fatalf("after %d failures %s, before %s", n, d, last)
		}
		last = d
	}
}
