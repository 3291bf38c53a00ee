// Package polite is the arithmetic of politeness: how long a host rests after a request, and how long it is left alone
// after it has said no, or nothing.
//
// In go how requests ended and how long they took; out come delays and times. A State is what must be remembered of a
// host; it is plain data that the frontier keeps on disk, so that a restart forgets nothing. The room reads no clock.
// Gate keeps hosts that share one address from being visited all at once.
package polite

import "time"

// State is what is remembered of one host.
type State struct {
	Smoothed    time.Duration `json:"smoothed,omitempty"`    // duration of a fetch
	CrawlDelay  time.Duration `json:"crawl_delay,omitempty"` // as robots.txt asks
	PushBacks   int           `json:"push_backs,omitempty"`  // 429 and 503 in a row
	Unreached   int           `json:"unreached,omitempty"`   // failed connections in a row
	Walls       int           `json:"walls,omitempty"`       // challenge pages in a row
	Failures    int           `json:"failures,omitempty"`    // addresses in a row with a 5xx, silence or a broken answer
	LastFailure time.Time     `json:"last_failure,omitzero"`
}

// Fetched takes in how long an exchange with an answer took. One that took so long that the delay is at its ceiling counts
// no more than that, so that a single endless answer does not slow the host for the rest of the day.
func (s *State) Fetched(took time.Duration) {
	took = min(took, ceiling/slowdown)
	if s.Smoothed == 0 {
		s.Smoothed = took
		return
	}
	s.Smoothed += (took - s.Smoothed) / smoothing
}

// Delay is how long the host rests after the end of a request: the largest of the least delay, the Crawl-delay and five
// times the smoothed fetch time, the last capped at 30 s.
func (s *State) Delay(least time.Duration) time.Duration {
	return max(least, min(s.CrawlDelay, longestCrawlDelay), min(slowdown*s.Smoothed, ceiling))
}

// Answered resets failure counts: those of the connection and of single answers at once, push-backs and walls after half an hour without one.
func (s *State) Answered(now time.Time) {
	s.Unreached, s.Failures = 0, 0
	if now.Sub(s.LastFailure) >= quiet {
		s.PushBacks, s.Walls = 0, 0
	}
}

// PushedBack is how long to leave the host alone after a 429 or 503: what Retry-After asks for up to a day, else a minute
// doubling up to a day. Jitter, in [0,1), lengthens what was not asked for by up to a quarter.
func (s *State) PushedBack(now time.Time, retryAfter time.Duration, jitter float64) time.Duration {
	s.LastFailure = now
	s.PushBacks++
	if retryAfter > 0 {
		return min(retryAfter, longest)
	}
	return stretch(doubled(firstPushBack, s.PushBacks), jitter)
}

// NotReached is how long to leave the host alone after a failed connection or name lookup.
func (s *State) NotReached(now time.Time, jitter float64) time.Duration {
	s.LastFailure = now
	s.Unreached++
	return stretch(doubled(firstUnreached, s.Unreached), jitter)
}

// Walled is how long to leave the host alone after a challenge page.
func (s *State) Walled(now time.Time, jitter float64) time.Duration {
	s.LastFailure = now
	s.Walls++
	if s.Walls == 1 {
		return stretch(firstWall, jitter)
	}
	return stretch(doubled(firstBlocked, s.Walls-1), jitter)
}

// Failed is how long to leave the host alone after an error of its own or an answer that did not come or broke off:
// nothing for the first ones, then as after a 429.
func (s *State) Failed(now time.Time, jitter float64) time.Duration {
	if s.Failures++; s.Failures <= pardoned {
		return 0
	}
	s.LastFailure = now
	return stretch(doubled(firstPushBack, s.Failures-pardoned), jitter)
}

// RetryAfterFailure is how long one address waits after its n-th failure (from 0) that may pass.
func RetryAfterFailure(n int) time.Duration { return doubled(firstRetry, n+1) }

func doubled(first time.Duration, n int) time.Duration {
	d := first
	for ; n > 1 && d < longest; n-- {
		d *= 2
	}
	return min(d, longest)
}

func stretch(d time.Duration, jitter float64) time.Duration {
	return min(d+time.Duration(float64(d)*jitter/jitterShare), longest)
}
