package robots

import (
	"net/http"
	"strings"
	"time"

	"nianbao/fetch/exchange"
)

// A Decision is what the answer to a request for robots.txt means.
type Decision string

// The decisions.
const (
	Parsed      Decision = "parse"       // the body holds the rules
	Follow      Decision = "follow"      // ask where the redirect points; the rules govern the authority first asked
	AllowAll    Decision = "allow_all"   // there is no robots.txt: no restriction
	Unreachable Decision = "unreachable" // nobody knows: nothing may be fetched, and it is asked again later
	Unchanged   Decision = "unchanged"   // the copy at hand still holds
)

// Decide tells what an answer means by its status, 0 when there was none, and its outcome. Hops is how many redirects
// led to it.
func Decide(status int, outcome exchange.Outcome, hops int) Decision {
	switch outcome {
	case exchange.Timeout, exchange.DNS, exchange.TLS, exchange.Refused, exchange.Reset, exchange.OutOfScope, exchange.RateLimited,
		exchange.ServerError, exchange.RobotsDenied, exchange.RobotsUnreachable:
		return Unreachable
	case exchange.NotModified:
		return Unchanged
	case exchange.Redirect:
		if hops < MaxHops {
			return Follow
		}
		return AllowAll // "MAY assume that the robots.txt file is unavailable"
	case exchange.Blocked:
		// a wall served as a success is no robots.txt; one served as 403 or 412 is a refusal like any other
		if status < 400 {
			return Unreachable
		}
	}
	if status == http.StatusTooManyRequests || status < 200 || status >= 500 {
		return Unreachable
	}
	if status < 300 {
		return Parsed
	}
	return AllowAll // 4xx, and a redirect that leads nowhere
}

// Verdict is Decide for a whole exchange.
func Verdict(ex *exchange.Exchange, hops int) Decision {
	if ex == nil {
		return Unreachable
	}
	return Decide(ex.Status, ex.Outcome, hops)
}

// Entry is what is known of one authority's robots.txt; it is meant to be kept as JSON beside the host's queue.
type Entry struct {
	Authority string    `json:"authority"` // scheme://host:port, see Authority
	FetchedAt time.Time `json:"fetched_at"`
	// GoodAt is when State was last known to be true; it lags behind FetchedAt while the host gives no answer.
	GoodAt  time.Time `json:"good_at,omitzero"`
	Expires time.Time `json:"expires"`
	// State is Parsed, AllowAll or Unreachable, and has been so since Since.
	State Decision  `json:"state"`
	Since time.Time `json:"since,omitzero"`
	// Body is a robots.txt with the rules for the agent it was made for.
	Body         []byte `json:"body,omitempty"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	// CrawlDelay is what the rules ask of the agent they were made for.
	CrawlDelay time.Duration `json:"crawl_delay,omitempty"`
	// Failures counts answers in a row that left the state unknown.
	Failures int `json:"failures,omitempty"`
}

// Update makes the entry that follows old, which may be the zero Entry, once ex has ended the asking: any exchange but
// one whose Verdict is Follow. The rules are kept for agent alone. Now is when ex completed.
func Update(old Entry, authority, agent string, ex *exchange.Exchange, now time.Time) Entry {
	e := update(old, authority, agent, ex, now)
	if e.Since = now; e.State == old.State && !old.Since.IsZero() {
		e.Since = old.Since
	}
	return e
}

func update(old Entry, authority, agent string, ex *exchange.Exchange, now time.Time) Entry {
	e := Entry{Authority: authority, FetchedAt: now, GoodAt: now, Expires: now.Add(MaxAge)}
	switch v := Verdict(ex, MaxHops); v {
	case Parsed:
		rules := Parse(ex.Payload)
		e.State, e.Body, e.CrawlDelay = Parsed, rules.Compact(agent), rules.CrawlDelay(agent)
		e.ETag, e.LastModified = ex.Header.Get("ETag"), ex.Header.Get("Last-Modified")
		return e
	case AllowAll:
		e.State = AllowAll
		return e
	case Unchanged:
		if old.State == Parsed || old.State == AllowAll {
			e.State, e.Body, e.CrawlDelay, e.ETag, e.LastModified = old.State, old.Body, old.CrawlDelay, old.ETag, old.LastModified
			return e
		}
	}
	e.Failures = old.Failures + 1
	e.Expires = now.Add(retryAfter(e.Failures, ex))
	if (old.State == Parsed || old.State == AllowAll) && now.Before(old.GoodAt.Add(MaxStale)) {
		e.State, e.Body, e.CrawlDelay, e.GoodAt, e.ETag, e.LastModified = old.State, old.Body, old.CrawlDelay, old.GoodAt, old.ETag, old.LastModified
		return e
	}
	e.State, e.GoodAt = Unreachable, time.Time{}
	return e
}

// retryAfter doubles with each failure and heeds the host's own Retry-After when that is longer.
func retryAfter(failures int, ex *exchange.Exchange) time.Duration {
	d := maxRetry
	switch {
	case failures <= 1 && ex != nil && ex.Status > 0:
		d = quickRetry
	case failures < 10:
		d = min(maxRetry, firstRetry<<(failures-1))
	}
	if ex != nil {
		d = min(maxRetry, max(d, ex.RetryAfter))
	}
	return d
}

// Fresh reports whether the entry may be used at now without asking again.
func (e Entry) Fresh(now time.Time) bool {
	if e.State == "" || !now.Before(e.Expires) {
		return false
	}
	return e.State == Unreachable || now.Before(e.GoodAt.Add(MaxStale))
}

// Rules reads the entry's rules. It is nil, which allows everything, unless State is Parsed; callers ask State first.
func (e Entry) Rules() *Rules {
	if e.State != Parsed {
		return nil
	}
	return Parse(e.Body)
}

// Authority is the scheme, host and port that one robots.txt governs, e.g. "http://www.example.gov.cn:80", or empty
// for an address that is not HTTP.
func Authority(rawURL string) string {
	scheme, rest, ok := strings.Cut(rawURL, "://")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "http" && scheme != "https" {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#\\"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	host, port := rest, ""
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.Contains(rest[i:], "]") {
		host, port = rest[:i], rest[i+1:]
	}
	if host == "" {
		return ""
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + strings.ToLower(strings.TrimSuffix(host, ".")) + ":" + port
}

// URL is the address of the robots.txt that governs rawURL, or empty.
func URL(rawURL string) string {
	a := Authority(rawURL)
	if a == "" {
		return ""
	}
	a = strings.TrimSuffix(a, map[bool]string{true: ":443", false: ":80"}[strings.HasPrefix(a, "https:")])
	return a + "/robots.txt"
}
