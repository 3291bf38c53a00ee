package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"nianbao/fetch/exchange"
)

// mostRetryAfter is the longest Retry-After that is believed.
const mostRetryAfter = 24 * time.Hour

// failure maps an error that left no answer to its outcome.
func failure(err error) exchange.Outcome {
	var guard *guardError
	var port *portError
	var dns *net.DNSError
	var gm *gmError
	var t *tlsError
	var h *handshakeError
	switch {
	case errors.As(err, &guard), errors.As(err, &port), errors.Is(err, errScheme):
		return exchange.OutOfScope
	case errors.As(err, &gm), errors.As(err, &t), errors.As(err, &h):
		return exchange.TLS
	case errors.As(err, &dns):
		return exchange.DNS
	case errors.Is(err, errNotHTTP), errors.Is(err, errHeader):
		return exchange.BadContent
	case timedOut(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return exchange.Timeout
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errCut), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return exchange.Reset
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return exchange.Refused
	}
	var op *net.OpError
	if errors.As(err, &op) {
		if op.Op == "dial" {
			return exchange.Refused
		}
		return exchange.Reset
	}
	return exchange.BadContent
}

// judge decides the outcome of an answer that arrived, as far as status, headers and bytes tell it. The rest, soft 404,
// needs the page to be read.
func judge(ex *exchange.Exchange, c *call) {
	switch s := ex.Status; {
	case s == http.StatusNotModified:
		if c.conditional {
			ex.Outcome = exchange.NotModified
		} else {
			fail(ex, exchange.BadContent, errors.New("304 although nothing was asked conditionally"))
		}
		return
	case s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable && ex.Header.Get("Retry-After") != "":
		fail(ex, exchange.RateLimited, fmt.Errorf("status %d, retry after %s", s, ex.RetryAfter))
		return
	case s >= 300 && s < 400:
		redirect(ex, c)
		return
	}
	if e, blocked := Wall(ex.Status, ex.Header, ex.Payload); blocked {
		ex.Evidence = e
		fail(ex, exchange.Blocked, errors.New(e))
		return
	}
	switch s := ex.Status; {
	case s >= 200 && s < 300:
		judgeBody(ex, c)
	case s == http.StatusNotFound:
		fail(ex, exchange.NotFound, statusError(s))
	case s == http.StatusGone:
		fail(ex, exchange.Gone, statusError(s))
	case s == http.StatusRequestTimeout:
		fail(ex, exchange.Timeout, statusError(s))
	case s >= 400 && s < 500:
		fail(ex, exchange.Forbidden, statusError(s))
	case s >= 500 && s < 600:
		fail(ex, exchange.ServerError, statusError(s))
	default:
		fail(ex, exchange.BadContent, statusError(s))
	}
}

// judgeBody decides about a success by what happened to its body.
func judgeBody(ex *exchange.Exchange, c *call) {
	switch err := c.bodyErr; {
	case errors.Is(err, errBomb):
		fail(ex, exchange.Bomb, err)
	case errors.Is(err, errTooLarge):
		fail(ex, exchange.TooLarge, err)
	case err != nil && complete(ex):
		ex.Outcome = exchange.OK // cut behind the end of the page: a wrong length, not a loss
	case errors.Is(err, errCorrupt), errors.Is(err, errNoCoding), errors.Is(err, errChunk):
		fail(ex, exchange.BadContent, err)
	case err != nil:
		fail(ex, failure(err), fmt.Errorf("the body was cut off after %d octets: %w", len(ex.Payload), err))
	case refresh(ex, c):
	case len(ex.Payload) == 0 && c.method != http.MethodHead:
		fail(ex, exchange.BadContent, fmt.Errorf("status %d without a body", ex.Status))
	default:
		ex.Outcome = exchange.OK
	}
}

// complete reports whether a page that was cut off had been sent whole.
func complete(ex *exchange.Exchange) bool {
	if ex.MediaType != typeHTML {
		return false
	}
	tail := ex.Payload[max(0, len(ex.Payload)-256):]
	return bytes.Contains(bytes.ToLower(tail), []byte("</html>"))
}

// redirect takes the target from the Location header; it is never followed here.
func redirect(ex *exchange.Exchange, c *call) {
	loc, err := resolveLocation(c.target.url, ex.Header.Get("Location"))
	if err != nil {
		fail(ex, exchange.BadContent, fmt.Errorf("redirect %d: %w", ex.Status, err))
		return
	}
	ex.Location = loc
	if c.cookie != "" && loc == ex.URL && onlySent(ex.Header, c.cookie) {
		ex.Evidence = "redirects to itself although its cookie was sent"
		fail(ex, exchange.Trap, errors.New(ex.Evidence)) // of this address: it says nothing of its host
		return
	}
	ex.Outcome = exchange.Redirect
}

// refreshRunes is how many characters a page that only sends its reader on may have.
const refreshRunes = 200

// refresh takes the target from a Refresh header, which browsers follow like a redirect once the page is shown. A page with
// something to read stays what it is, with the target as a link; one that reloads itself leads nowhere.
func refresh(ex *exchange.Exchange, c *call) bool {
	to := refreshTarget(ex.Header.Get("Refresh"))
	if to == "" {
		return false
	}
	loc, err := resolveLocation(c.target.url, to)
	if err != nil || loc == ex.URL {
		return false
	}
	ex.Location = loc
	if len(ex.Payload) > 0 {
		if ex.MediaType != typeHTML {
			return false
		}
		if text, _ := visible(ex.Payload); utf8.RuneCountInString(text) > refreshRunes {
			return false
		}
	}
	ex.Outcome = exchange.Redirect
	return true
}

// refreshTarget is the address in a Refresh header: a time, a separator, "url=" or not, quotes or not (HTML §4.2.5.3).
func refreshTarget(v string) string {
	v = strings.TrimLeft(strings.TrimSpace(v), "0123456789. ")
	v = strings.TrimLeft(v, ";, \t")
	if len(v) > 3 && strings.EqualFold(v[:3], "url") {
		if rest := strings.TrimLeft(v[3:], " \t"); strings.HasPrefix(rest, "=") {
			v = strings.TrimLeft(rest[1:], " \t")
		}
	}
	if v != "" && (v[0] == '"' || v[0] == '\'') {
		v, _, _ = strings.Cut(v[1:], v[:1])
	}
	return strings.TrimSpace(v)
}

func fail(ex *exchange.Exchange, o exchange.Outcome, cause error) {
	ex.Outcome = o
	ex.Err = fmt.Errorf("fetch: %s %s: %w", ex.Method, ex.URL, cause)
}

func statusError(s int) error { return fmt.Errorf("status %d %s", s, http.StatusText(s)) }

// retryAfter reads Retry-After (RFC 9110 §10.2.3), seconds or a date, relative to now. What cannot be read is 0.
func retryAfter(v string, now time.Time) time.Duration {
	v = strings.TrimSpace(v)
	if v == "" {
		return 0
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil {
		if !(n > 0) { // NaN is a number to ParseFloat
			return 0
		}
		if n >= mostRetryAfter.Seconds() {
			return mostRetryAfter
		}
		return time.Duration(n * float64(time.Second))
	}
	t, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	return min(max(0, t.Sub(now)), mostRetryAfter)
}
