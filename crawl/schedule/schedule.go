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
	interval := intervals[h.Kind].offSeason
	if inSeason(now) {
		interval = intervals[h.Kind].inSeason
	}
	if h.Changed == 0 {
		if h.Seen >= quietLong {
			interval *= 4
		} else if h.Seen >= quiet {
			interval *= 2
		}
	} else if h.Seen >= leastSeen {
		if often*h.Changed >= h.Seen {
			interval /= 4
		} else if atTimes*h.Changed >= h.Seen {
			interval /= 2
		}
	}
	return min(interval, Longest)
}

// Confirm is how long to wait before a removal is confirmed by a second answer of a host that rests for delay.
func Confirm(delay time.Duration) time.Duration { return min(longestConfirm, confirmDelays*delay) }

// Retry is how long to wait before an address that has failed attempts times before is tried again.
func Retry(attempts int) time.Duration { return polite.RetryAfterFailure(attempts) }
