package crawl

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"nianbao/archive"
	"nianbao/crawl/frontier"
	"nianbao/fetch/exchange"
)

// took takes an exchange into the host's politeness: how long it took, and whether it ends what went before.
func (e *engine) took(h *hostInfo, ex *exchange.Exchange) {
	if ex.Status > 0 || ex.RemoteAddr != "" && ex.Outcome == exchange.Timeout {
		h.Polite.Fetched(ex.Completed.Sub(ex.Started))
	}
	switch ex.Outcome {
	case exchange.OK, exchange.NotModified, exchange.Redirect, exchange.NotFound, exchange.Gone, exchange.Forbidden, exchange.TooLarge, exchange.Bomb:
		h.Polite.Answered(ex.Completed)
	}
}

// rest is what an exchange means for its host: its delay, and how long it is left alone. Attempts are those that the address
// has failed before: one that fails again says nothing new of its host.
func (e *engine) rest(h *hostInfo, ex *exchange.Exchange, least time.Duration, attempts int) *frontier.HostUpdate {
	var d time.Duration
	switch now := ex.Completed; {
	case ex.Outcome == exchange.Blocked:
		d = max(ex.RetryAfter, h.Polite.Walled(now, e.jitter()))
	case ex.Outcome == exchange.RateLimited, ex.Status == http.StatusServiceUnavailable:
		d = h.Polite.PushedBack(now, ex.RetryAfter, e.jitter())
	case unreached(ex):
		d = h.Polite.NotReached(now, e.jitter())
	case ex.Outcome == exchange.ServerError, ex.Outcome == exchange.Timeout, ex.Outcome == exchange.Reset, ex.Outcome == exchange.BadContent && ex.Status == 0:
		if d = ex.RetryAfter; attempts == 0 {
			d = max(d, h.Polite.Failed(now, e.jitter()))
		}
	}
	up := h.update(least)
	if d > 0 {
		up.BlockUntil, up.BlockReason = ex.Completed.Add(d), string(ex.Outcome)
	}
	return up
}

// unreached reports whether no connection to the server came about.
func unreached(ex *exchange.Exchange) bool {
	if ex.Status != 0 {
		return false
	}
	switch ex.Outcome {
	case exchange.DNS, exchange.Refused, exchange.TLS:
		return true
	case exchange.Timeout, exchange.Reset:
		return ex.RemoteAddr == ""
	}
	return false
}

var errHomeInstead = errors.New("crawl: the home page was served instead")

// plainPage is how many octets a home page has at least; what is shorter may be the same everywhere by chance.
const plainPage = 1 << 10

// homeInstead makes a soft 404 of an answer that is the host's home page under another address. Some portals serve that in
// place of an article to whom they want to slow down, so the address is worth another try.
func (h *hostInfo) homeInstead(at string, ex *exchange.Exchange) bool {
	if ex.Outcome != exchange.OK || len(ex.Payload) < plainPage || ex.MediaType != "text/html" || ex.Method != http.MethodGet {
		return false
	}
	sum := archive.Sum(ex.Payload)
	if isHome(at) {
		h.Home = sum
		return false
	}
	if sum != h.Home {
		return false
	}
	ex.Outcome, ex.Evidence = exchange.Soft404, "the home page in place of "+at
	ex.Err = errHomeInstead
	return true
}

// isHome reports whether an address is a host's home page by its form.
func isHome(at string) bool {
	u, err := url.Parse(at)
	if err != nil || u.RawQuery != "" {
		return false
	}
	dir, file := path.Split(u.Path)
	name, _, _ := strings.Cut(strings.ToLower(file), ".")
	return strings.Count(dir, "/") <= 1 && (name == "" || name == "index" || name == "default" || name == "home" || name == "main")
}
