package crawl

import (
	"time"

	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
)

// Bounds of the revisit interval. Lists are where new reports appear; a settled report hardly ever changes, but a silent
// edit is worth finding.
const (
	listInSeason    = 24 * time.Hour
	listOffSeason   = 14 * 24 * time.Hour
	reportInSeason  = 7 * 24 * time.Hour
	reportOffSeason = 45 * 24 * time.Hour
	otherInterval   = 30 * 24 * time.Hour
	longestInterval = 180 * 24 * time.Hour
	// confirmAfter is the longest wait between two answers that confirm a removal in one pass.
	confirmAfter = 30 * time.Second
)

// inSeason reports whether t falls into January to March, when the reports of the year before are due: departments by
// 31 January, governments by 31 March (《政府信息公开条例》 art. 49).
func inSeason(t time.Time) bool { return t.Month() <= time.March }

// isList reports whether new reports appear on an address.
func (t task) isList() bool {
	return !t.Article && (t.Heat == 2 || t.Heat > 0 && (t.Role == portal.RoleList || t.Role == portal.RoleAPI))
}

// revisitAfter says how long after a visit at now an address is due again, from what it is and its own history. An
// address that changes at most visits is visited up to four times as often as the rule for its kind says, one that never
// does up to four times less often. It is 0 for what is not worth another visit.
func revisitAfter(t task, priority int, now time.Time) time.Duration {
	var base time.Duration
	switch {
	case t.Report && inSeason(now):
		base = reportInSeason
	case t.Report:
		base = reportOffSeason
	case t.isList() && inSeason(now):
		base = listInSeason
	case t.isList():
		base = listOffSeason
	case t.Role == portal.RoleAttachment || t.Heat == 0 && priority < discover.Sure:
		return 0
	default:
		base = otherInterval
	}
	switch {
	case t.Seen >= 2 && t.Changed*2 >= t.Seen:
		base /= 4
	case t.Seen >= 2 && t.Changed*4 >= t.Seen:
		base /= 2
	case t.Seen >= 8 && t.Changed == 0:
		base *= 4
	case t.Seen >= 4 && t.Changed == 0:
		base *= 2
	}
	return min(base, longestInterval)
}
