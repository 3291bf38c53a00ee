package polite

import "time"

// The delays of politeness, in one place. What a site's own robots.txt or Retry-After asks for is bounded here too.
const (
	// Floor is the least delay between two requests to a real host.
	Floor = time.Second
	// Default is the least delay where nobody says otherwise.
	Default = 3 * time.Second
	// ceiling caps the adaptive part of a delay; a Crawl-delay may ask for more, up to longestCrawlDelay.
	ceiling           = 30 * time.Second
	longestCrawlDelay = 300 * time.Second
	// slowdown is how many times the smoothed duration of a fetch a host rests.
	slowdown = 5
	// smoothing is how many fetches it takes, about, for the smoothed duration to follow a change.
	smoothing = 4
	// quiet is how long a host must answer well for its failures to be forgiven.
	quiet = 30 * time.Minute

	firstPushBack  = time.Minute      // after 429 and 503 without Retry-After, doubling
	firstUnreached = 15 * time.Minute // after a failed connection or name, doubling
	firstWall      = 90 * time.Second // after the first challenge page: some are but a burst limit that passes
	firstBlocked   = 30 * time.Minute // after the second in a row, doubling
	firstRetry     = 20 * time.Second // of one address after a failure that may pass, doubling
	pardoned       = 4                // addresses in a row that failed without the host having said no
	longest        = 24 * time.Hour
	// jitterShare is the part of a back-off by which jitter lengthens it at the most: a quarter.
	jitterShare = 4
)

// Bounds of a Gate.
const (
	// unclaimed is how long after its time a turn is kept for who was given it.
	unclaimed = 30 * time.Second
	// lateTurns is by how many gaps a turn may be late and still be moved, rather than given anew.
	lateTurns = 2
	// manySlots is how many addresses are remembered before idle ones are forgotten.
	manySlots = 10_000
)
