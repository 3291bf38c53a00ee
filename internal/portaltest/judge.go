package portaltest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Request is one line of the server's own record.
type Request struct {
	Host, Method, URL string
	Began, Ended      time.Time // Ended is zero while the request is in flight
	Status            int       // 0 when the answer was cut off before a status
	UserAgent         string
}

// journal is the record of a server.
type journal struct {
	mu   sync.Mutex
	list []Request
}

func (j *journal) begin(host string, r *http.Request) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, Request{Host: host, Method: r.Method, URL: "http://" + host + r.URL.RequestURI(), Began: time.Now(), UserAgent: r.UserAgent()})
	return len(j.list) - 1
}

func (j *journal) end(i, status int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if i < len(j.list) {
		j.list[i].Ended, j.list[i].Status = time.Now(), status
	}
}

// Log is everything asked of the world's servers so far, in the order of arrival.
func (w *World) Log() []Request {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	return slices.Clone(w.log.list)
}

// A recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	stop   <-chan struct{} // closed when the server stops
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// The kinds of violation.
const (
	TooSoon     = "too_soon"     // a request began before the delay since the end of the last one had passed
	InFlight    = "in_flight"    // two requests to one host at a time
	RobotsFirst = "robots_first" // a host was asked for something before its robots.txt was answered
	Denied      = "denied"       // robots.txt forbids the address
	CanaryHit   = "canary"       // an address no crawler may ask for: a foreign host, a forged copy, an internal address
	NoAgent     = "no_agent"     // the User-Agent names nobody
	TooEager    = "too_eager"    // a host that asked to be left alone by Retry-After was asked again before its time
)

// A Violation is one act of rudeness.
type Violation struct {
	Kind    string
	Request Request
	Detail  string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s: %s %s: %s", v.Kind, v.Request.Method, v.Request.URL, v.Detail)
}

// slack is how much earlier than its delay a request may begin: the server notes the end of an answer a moment after the
// client has read it.
const slack = 3 * time.Millisecond

// Judge reads a record for rudeness. delay is what was promised between the end of a request to a host and the beginning
// of the next one there; 0 looks at no gaps.
func (w *World) Judge(log []Request, delay time.Duration) []Violation {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []Violation
	type seen struct {
		robots bool      // robots.txt was answered
		ended  time.Time // the latest end of a request
		open   bool      // a request has no end
		until  time.Time // Retry-After
	}
	hosts := map[string]*seen{}
	list := slices.Clone(log)
	slices.SortStableFunc(list, func(a, b Request) int { return a.Began.Compare(b.Began) })
	for _, r := range list {
		bad := func(kind, format string, args ...any) {
			out = append(out, Violation{kind, r, fmt.Sprintf(format, args...)})
		}
		h := hosts[r.Host]
		first := h == nil
		if first {
			h = &seen{}
			hosts[r.Host] = h
		}
		uri := strings.TrimPrefix(r.URL, "http://"+r.Host)
		p := w.hosts[r.Host]
		switch {
		case p == nil:
			bad(CanaryHit, "not a host of any portal")
		case p.canaries[uri]:
			bad(CanaryHit, "a canary of %s", p.place)
		}
		if p != nil && uri != "/robots.txt" && p.denied(uri) {
			bad(Denied, "robots.txt of %s", r.Host)
		}
		if uri != "/robots.txt" && !h.robots {
			bad(RobotsFirst, "robots.txt was not answered yet")
		}
		if !first {
			switch gap := r.Began.Sub(h.ended); {
			case h.open || gap < 0:
				bad(InFlight, "another request to %s was in flight", r.Host)
			case delay > 0 && gap+slack < delay:
				bad(TooSoon, "%v after the last answer, the delay is %v", gap.Round(time.Millisecond), delay)
			}
			if r.Began.Add(slack).Before(h.until) {
				bad(TooEager, "%v before Retry-After had passed", h.until.Sub(r.Began).Round(time.Millisecond))
			}
		}
		if a := strings.ToLower(r.UserAgent); a == "" || strings.HasPrefix(a, "go-http-client") || strings.HasPrefix(a, "colly") {
			bad(NoAgent, "User-Agent %q", r.UserAgent)
		}
		if r.Ended.IsZero() {
			h.open = true
		} else if r.Ended.After(h.ended) {
			h.ended = r.Ended
		}
		if uri == "/robots.txt" && !r.Ended.IsZero() {
			h.robots = true
		}
		if p != nil && p.retryAfter > 0 && (r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable) {
			h.until = r.Ended.Add(p.retryAfter)
		}
	}
	return out
}
