// Package exchange is what one HTTP exchange leaves behind: the bytes as they were on the wire, what was decoded from
// them, and how it ended.
//
// The fetch room makes exchanges, the archive keeps them, the crawl decides by them. An exchange exists for failures
// too: that a host could not be reached is evidence like any other.
package exchange

import (
	"net/http"
	"time"
)

// An Outcome is how a fetch ended. The list is closed; names are stable and used alike in logs, reports and the API.
type Outcome string

// The outcomes.
const (
	OK                Outcome = "ok"                 // a 2xx with a body that may be what it claims
	NotModified       Outcome = "not_modified"       // 304 to a conditional request
	Redirect          Outcome = "redirect"           // 3xx with a usable Location, or hardly more than a Refresh header
	RobotsDenied      Outcome = "robots_denied"      // robots.txt forbids the address
	RobotsUnreachable Outcome = "robots_unreachable" // robots.txt could not be had: complete disallow (RFC 9309 §2.3.1.4)
	NotFound          Outcome = "not_found"          // 404
	Gone              Outcome = "gone"               // 410
	Soft404           Outcome = "soft_404"           // 200 with a page that says there is none, or the home page instead
	Blocked           Outcome = "blocked"            // a challenge or firewall page, whatever its status
	Forbidden         Outcome = "forbidden"          // 401, 403 and other refusals
	RateLimited       Outcome = "rate_limited"       // 429, or 503 with Retry-After
	ServerError       Outcome = "server_error"       // 5xx
	Timeout           Outcome = "timeout"
	DNS               Outcome = "dns"
	TLS               Outcome = "tls"
	Refused           Outcome = "refused"
	Reset             Outcome = "reset"
	TooLarge          Outcome = "too_large"    // the body passed its bound; what was read is kept and marked
	Bomb              Outcome = "bomb"         // the body inflates beyond its bound
	Trap              Outcome = "trap"         // endless: the crawl cut it off, or it redirects to itself whatever cookie it gets
	OutOfScope        Outcome = "out_of_scope" // outside the portal's hosts, or a forbidden address
	BadContent        Outcome = "bad_content"  // the answer cannot be read as HTTP or as what it claims
)

// All lists every outcome, in the order above.
var All = []Outcome{OK, NotModified, Redirect, RobotsDenied, RobotsUnreachable, NotFound, Gone, Soft404, Blocked, Forbidden,
	RateLimited, ServerError, Timeout, DNS, TLS, Refused, Reset, TooLarge, Bomb, Trap, OutOfScope, BadContent}

// An Exchange is one request and what came of it.
type Exchange struct {
	Method string
	URL    string // as requested, absolute, no fragment
	// Started is when the request was about to be sent, Completed when the last byte was read or the failure was
	// known; politeness counts from Completed. Both UTC.
	Started, Completed time.Time
	RemoteAddr         string // ip:port of the peer, empty when none was reached
	TLSVersion         string // e.g. "TLS 1.2", empty for plain HTTP
	TLSNote            string // what had to be relaxed for this host, e.g. "rsa key exchange; chain not verified"

	// RawRequest is the request as sent. RawResponse is the response as received: the status line and header block,
	// HeaderLen octets with the empty line, and the body behind it with its transfer and content coding intact.
	RawRequest  []byte
	RawResponse []byte
	HeaderLen   int
	// Framing is how the end of the body was known; empty where nobody noted it.
	Framing Framing
	// Truncated is empty, or WARC's word for why the body was cut: "length", "time", "disconnect".
	Truncated string

	Status int
	Header http.Header
	// Payload is the body with transfer and content coding removed, at most the bound.
	Payload []byte
	// MediaType is sniffed from the payload where the declared one is wrong, without parameters; Charset is the one
	// in force for text ("utf-8", "gb18030"), empty for binaries.
	MediaType string
	Charset   string
	Location  string // absolute target of a redirect, or of a Refresh header that came with a page
	// Filename is what Content-Disposition names the body, decoded, without directories.
	Filename   string
	RetryAfter time.Duration // from Retry-After, 0 when absent; at most 24 h

	Outcome Outcome
	// Err explains any outcome but ok; it wraps the cause.
	Err error
	// Evidence says what a blocked or soft_404 verdict rests on.
	Evidence string

	held *hold
}
