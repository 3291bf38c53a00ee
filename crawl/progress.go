package crawl

import (
	"time"

	"nianbao/fetch/exchange"
)

// Progress is a running crawl at one moment. Counts are of this run; times in JSON are nanoseconds unless they name a date.
type Progress struct {
	At          time.Time     `json:"at"`
	Requests    int           `json:"requests"`
	Reports     int           `json:"reports"` // reports seen, new or known
	New         int           `json:"new"`
	Changed     int           `json:"changed"`
	Removed     int           `json:"removed"`
	Busy        int           `json:"hosts_busy"`
	Waiting     int           `json:"hosts_waiting"` // hosts with something due that their delay or a block holds back
	FailedHosts int           `json:"failed_hosts"`
	Queued      int           `json:"queued"` // addresses due in this pass
	ETA         time.Duration `json:"eta_ns"` // by the host with the longest queue; 0 when unknown
	Busiest     []string      `json:"busiest,omitempty"`
	Final       bool          `json:"final,omitempty"`
}

// Summary is what one run did.
type Summary struct {
	Started  time.Time                `json:"started"`
	Ended    time.Time                `json:"ended"`
	Requests int                      `json:"requests"`
	Bytes    int64                    `json:"bytes"` // received
	Outcomes map[exchange.Outcome]int `json:"outcomes"`
	Reports  int                      `json:"reports"`
	New      int                      `json:"new"`
	Changed  int                      `json:"changed"`
	Removed  int                      `json:"removed"`
	Moved    int                      `json:"moved"`
	Restored int                      `json:"restored"`
	// FailedHosts are the hosts that could not be crawled to their end, by reason.
	FailedHosts map[string]string `json:"failed_hosts,omitempty"`
	// Interrupted says that the run was stopped before nothing was due; Left counts the addresses still due.
	Interrupted bool `json:"interrupted,omitempty"`
	Left        int  `json:"left,omitempty"`
	// NextDue is when the earliest address is due again, zero when none is.
	NextDue time.Time `json:"next_due,omitzero"`
}
