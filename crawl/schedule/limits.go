package schedule

import "time"

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

// intervals are those of each kind; 0 is never.
var intervals = map[Kind]struct{ inSeason, offSeason time.Duration }{
	Plain:  {Other, Other},
	Report: {ReportInSeason, reportOffSeason},
	List:   {listInSeason, ListOffSeason},
	Once:   {0, 0},
}

// How an address's own history changes its interval.
const (
	leastSeen = 2 // visits that tell how often it changes
	often     = 2 // it changes at one of so many visits at the least: four times as often
	atTimes   = 4 // it changes at one of so many: twice as often
	quiet     = 4 // visits without any change: half as often
	quietLong = 8 // visits without any change: a quarter as often
)
