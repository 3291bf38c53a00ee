// Package schedule says when an address is due again.
//
// In go what an address is and how often it has changed; out come intervals. Lists are where new reports appear, so they
// are visited often in the months in which reports are due; a settled report hardly ever changes, but a silent edit is
// worth finding. The room reads no clock.
package schedule

import (
	"time"

	"nianbao/crawl/polite"
)

// Intervals between two visits of an address, before its own history is taken into account.
const (
	listInSeason    = 24 * time.Hour
	ListOffSeason   = 14 * 24 * time.Hour
	ReportInSeason  = 7 * 24 * time.Hour
	reportOffSeason = 45 * 24 * time.Hour
	Other           = 30 * 24 * time.Hour  // of whatever is neither
	Longest         = 180 * 24 * time.Hour // of anything
	// longestConfirm is the longest wait between two answers that confirm a removal in one pass, which is else ten of the
	// host's delays.
	longestConfirm = 30 * time.Second
	confirmDelays  = 10
)

// A Kind is what an address is.
type Kind int

// The kinds of address.
const (
	Plain  Kind = iota
	Report      // it has carried a report
	List        // new reports appear on it
	Once        // it is not worth another visit
)

// A History is what the visits of an address have shown.
type History struct {
	Kind    Kind
	Seen    int // visits
	Changed int // of those, how many found other content
}

// inSeason reports whether t falls into January to March, when the reports of the year before are due: departments by
// 31 January, governments by 31 March (《政府信息公开条例》 art. 49).
func inSeason(t time.Time) bool { return t.Month() <= time.March }

// After says how long after a visit at now an address is due again. One that changes at most visits is visited up to four
// times as often as the rule for its kind says, one that never does up to four times less often. It is 0 for what is not
// worth another visit.
func After(h History, now time.Time) time.Duration {
	var base time.Duration
	switch {
	case h.Kind == Report && inSeason(now):
		base = ReportInSeason
	case h.Kind == Report:
		base = reportOffSeason
	case h.Kind == List && inSeason(now):
		base = listInSeason
	case h.Kind == List:
		base = ListOffSeason
	case h.Kind == Once:
		return 0
	default:
		base = Other
	}
	switch {
	case h.Seen >= 2 && h.Changed*2 >= h.Seen:
		base /= 4
	case h.Seen >= 2 && h.Changed*4 >= h.Seen:
		base /= 2
	case h.Seen >= 8 && h.Changed == 0:
		base *= 4
	case h.Seen >= 4 && h.Changed == 0:
		base *= 2
	}
	return min(base, Longest)
}

// Confirm is how long to wait before a removal is confirmed by a second answer of a host that rests for delay.
func Confirm(delay time.Duration) time.Duration { return min(longestConfirm, confirmDelays*delay) }

// Retry is how long to wait before an address that has failed attempts times before is tried again.
func Retry(attempts int) time.Duration { return polite.RetryAfterFailure(attempts) }
