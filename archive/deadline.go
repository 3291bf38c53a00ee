package archive

import (
	"fmt"
	"time"
)

// Deadlines of a year's report, as month and day of the next: 政府信息公开条例 (2019), article 49, for departments, and for
// governments; the 条例 of 2007, article 31, has the end of March for all.
const (
	dueDepartment = "01-31"
	dueGovernment = "03-31"
	revisedSince  = 2019 // the first year reported on under the 条例 of 2019
	// mostLate bounds the days that are told: a date further off is that of a site that moved, not of a report.
	mostLate = 366
)

// Late tells when a report was due and how many days later its page says it was published; 0 when it was in time or the
// date says nothing.
func Late(level string, year int, publishedAt string) (due string, days int) {
	day := dueGovernment
	if level == "department" && year >= revisedSince {
		day = dueDepartment
	}
	due = fmt.Sprintf("%04d-%s", year+1, day)
	was, err := time.Parse(time.DateOnly, publishedAt)
	limit, err2 := time.Parse(time.DateOnly, due)
	if err != nil || err2 != nil || level == "" {
		return "", 0
	}
	if days = int(was.Sub(limit).Hours() / 24); days < 1 || days > mostLate {
		return "", 0
	}
	return due, days
}
