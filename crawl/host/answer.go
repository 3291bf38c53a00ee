package host

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"nianbao/archive"
	"nianbao/fetch/exchange"
)

// Took takes an exchange into the host's politeness: how long it took, and whether it ends what went before.
func (h *Host) Took(ex *exchange.Exchange) {
	if ex.Status > 0 || ex.RemoteAddr != "" && ex.Outcome == exchange.Timeout {
		h.Polite.Fetched(ex.Completed.Sub(ex.Started))
	}
	switch ex.Outcome {
	case exchange.OK, exchange.NotModified, exchange.Redirect, exchange.NotFound, exchange.Gone, exchange.Forbidden, exchange.TooLarge, exchange.Bomb, exchange.Trap:
		h.Polite.Answered(ex.Completed)
	}
}

// A Rest is how long a host is left alone, and why; zero when it only keeps its delay.
type Rest struct {
	Until  time.Time
	Reason exchange.Outcome
}

// Rest is what an exchange means for its host. Attempts are those that the address has failed before: one that fails again
// says nothing new of its host. Jitter is in [0,1).
func (h *Host) Rest(ex *exchange.Exchange, attempts int, jitter float64) Rest {
	var d time.Duration
	switch now := ex.Completed; {
	case ex.Outcome == exchange.Blocked:
		d = max(ex.RetryAfter, h.Polite.Walled(now, jitter))
	case ex.Outcome == exchange.RateLimited, ex.Status == http.StatusServiceUnavailable:
		d = h.Polite.PushedBack(now, ex.RetryAfter, jitter)
	case unreached(ex):
		d = h.Polite.NotReached(now, jitter)
	case ex.Outcome == exchange.ServerError, ex.Outcome == exchange.Timeout, ex.Outcome == exchange.Reset, ex.Outcome == exchange.BadContent && ex.Status == 0:
		if d = ex.RetryAfter; attempts == 0 {
			d = max(d, h.Polite.Failed(now, jitter))
		}
	}
	if d <= 0 {
		return Rest{}
	}
	return Rest{ex.Completed.Add(d), ex.Outcome}
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

const (
	// plainPage is how many octets a home page has at least; what is shorter may be the same everywhere by chance.
	plainPage = 1 << 10
	// samePage is how many addresses below one may show its page again before what it leads to is no longer followed.
	samePage  = 3
	mostPages = 2000 // whose digests are remembered of one host
)

// HomeInstead makes a soft 404 of an answer that is the host's home page under another address. Some portals serve that in
// place of an article to whom they want to slow down, so the address is worth another try.
func (h *Host) HomeInstead(at string, ex *exchange.Exchange) bool {
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

// shown is a page by its digest: the directory of the first address that showed it, and how many below it did so too.
type shown struct {
	dir string
	n   int
}

// Repeats counts a payload and reports whether too many addresses, each below the first, have shown it: relative links
// then lead from a page to itself for ever. Pages of one template in different directories are no such thing.
func (h *Host) Repeats(digest, rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil {
		return false
	}
	if len(h.pages) >= mostPages {
		clear(h.pages)
	}
	var key [16]byte
	copy(key[:], digest)
	p, known := h.pages[key]
	switch {
	case !known:
		p.dir = u.Path[:strings.LastIndexByte(u.Path, '/')+1]
	case strings.HasPrefix(u.Path, p.dir):
		p.n++
	}
	h.pages[key] = p
	return p.n >= samePage
}
