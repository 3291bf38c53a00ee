package host

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/fetch/exchange"
)

// ended is an exchange that ended in an outcome, with an answer where a status says so.
func ended(o exchange.Outcome, status int) *exchange.Exchange {
	ex := &exchange.Exchange{Method: http.MethodGet, URL: "http://a.gov.cn/", Started: then.Add(-2 * time.Second), Completed: then, Outcome: o, Status: status, Header: http.Header{}}
	if status > 0 {
		ex.RemoteAddr = "127.0.0.1:80"
	}
	return ex
}

func TestTookCountsAnswers(t *testing.T) {
	silent := ended(exchange.Timeout, 0)
	silent.RemoteAddr = "127.0.0.1:80"
	broken := ended(exchange.Reset, 0)
	broken.RemoteAddr = "127.0.0.1:80"
	for _, tt := range []struct {
		name  string
		ex    *exchange.Exchange
		timed bool
	}{
		{"an answer", ended(exchange.OK, 200), true},
		{"an error", ended(exchange.ServerError, 500), true},
		{"a server that stays silent", silent, true},
		{"one that breaks off", broken, false},
		{"one that is not reached", ended(exchange.Timeout, 0), false},
		{"a name that does not resolve", ended(exchange.DNS, 0), false},
	} {
		h := New("a.gov.cn", nil)
		h.Took(tt.ex)
		if got := h.Polite.Smoothed == 2*time.Second; got != tt.timed || !got && h.Polite.Smoothed != 0 {
			t.Errorf("%s: takes %s", tt.name, h.Polite.Smoothed)
		}
	}
}

func TestAnswersEndWhatWentBefore(t *testing.T) {
	forgiving := []exchange.Outcome{exchange.OK, exchange.NotModified, exchange.Redirect, exchange.NotFound, exchange.Gone, exchange.Forbidden, exchange.TooLarge, exchange.Bomb, exchange.Trap}
	for _, o := range exchange.All {
		h := New("a.gov.cn", nil)
		h.Polite.Unreached, h.Polite.Failures = 2, 2
		h.Took(ended(o, 0))
		if got := h.Polite.Unreached == 0 && h.Polite.Failures == 0; got != slices.Contains(forgiving, o) {
			t.Errorf("%s ends the failures before it: %v", o, got)
		}
	}
}

func TestHowLongAHostIsLeftAlone(t *testing.T) {
	reached := func(ex *exchange.Exchange) *exchange.Exchange { ex.RemoteAddr = "127.0.0.1:80"; return ex }
	asks := func(ex *exchange.Exchange, d time.Duration) *exchange.Exchange { ex.RetryAfter = d; return ex }
	for _, tt := range []struct {
		name     string
		ex       *exchange.Exchange
		attempts int
		least    time.Duration // 0: not at all
		counts   func(*Host) int
	}{
		{"an answer", ended(exchange.OK, 200), 0, 0, nil},
		{"not found", ended(exchange.NotFound, 404), 0, 0, nil},
		{"a wall", ended(exchange.Blocked, 403), 0, time.Minute, func(h *Host) int { return h.Polite.Walls }},
		{"a wall that says how long", asks(ended(exchange.Blocked, 403), 5*time.Hour), 0, 5 * time.Hour, func(h *Host) int { return h.Polite.Walls }},
		{"a wall that says too little", asks(ended(exchange.Blocked, 403), time.Second), 0, time.Minute, func(h *Host) int { return h.Polite.Walls }},
		{"too many requests", ended(exchange.RateLimited, 429), 0, time.Minute, func(h *Host) int { return h.Polite.PushBacks }},
		{"too many requests, and until when", asks(ended(exchange.RateLimited, 429), 2*time.Hour), 0, 2 * time.Hour, func(h *Host) int { return h.Polite.PushBacks }},
		{"unavailable", ended(exchange.ServerError, 503), 0, time.Minute, func(h *Host) int { return h.Polite.PushBacks }},
		{"a name that does not resolve", ended(exchange.DNS, 0), 0, 10 * time.Minute, func(h *Host) int { return h.Polite.Unreached }},
		{"refused", ended(exchange.Refused, 0), 0, 10 * time.Minute, func(h *Host) int { return h.Polite.Unreached }},
		{"no TLS", reached(ended(exchange.TLS, 0)), 0, 10 * time.Minute, func(h *Host) int { return h.Polite.Unreached }},
		{"no connection", ended(exchange.Timeout, 0), 0, 10 * time.Minute, func(h *Host) int { return h.Polite.Unreached }},
		{"a connection reset at once", ended(exchange.Reset, 0), 0, 10 * time.Minute, func(h *Host) int { return h.Polite.Unreached }},
		{"silence", reached(ended(exchange.Timeout, 0)), 0, 0, func(h *Host) int { return h.Polite.Failures }},
		{"an answer broken off", ended(exchange.Reset, 200), 0, 0, func(h *Host) int { return h.Polite.Failures }},
		{"an answer that does not end", ended(exchange.Timeout, 200), 0, 0, func(h *Host) int { return h.Polite.Failures }},
		{"an error", ended(exchange.ServerError, 500), 0, 0, func(h *Host) int { return h.Polite.Failures }},
		{"an error that says how long", asks(ended(exchange.ServerError, 500), time.Hour), 0, time.Hour, func(h *Host) int { return h.Polite.Failures }},
		{"what is no HTTP", reached(ended(exchange.BadContent, 0)), 0, 0, func(h *Host) int { return h.Polite.Failures }},
	} {
		h := New("a.gov.cn", nil)
		r := h.Rest(tt.ex, tt.attempts, 0)
		if d := r.Until.Sub(then); tt.least == 0 && r != (Rest{}) || tt.least > 0 && (d < tt.least || d > 3*tt.least || r.Reason != tt.ex.Outcome) {
			t.Errorf("%s: %+v", tt.name, r)
		}
		if tt.counts != nil && tt.counts(h) != 1 || tt.counts == nil && h.Polite.Walls+h.Polite.PushBacks+h.Polite.Unreached+h.Polite.Failures != 0 {
			t.Errorf("%s: %+v", tt.name, h.Polite)
		}
	}
}

func TestErrorsOneAfterTheOther(t *testing.T) {
	for _, attempts := range []int{0, 1} {
		h, rested := New("a.gov.cn", nil), false
		for range 20 {
			rested = rested || h.Rest(ended(exchange.ServerError, 500), attempts, 0) != Rest{}
		}
		if rested != (attempts == 0) {
			t.Errorf("an address that failed %d times before: the host is left alone %v", attempts, rested)
		}
	}
	h := New("a.gov.cn", nil)
	ex := ended(exchange.ServerError, 500)
	ex.RetryAfter = time.Hour
	if r := h.Rest(ex, 1, 0); !r.Until.Equal(then.Add(time.Hour)) || h.Polite.Failures != 0 {
		t.Errorf("an address that failed before and says how long: %+v", r)
	}
	broken := ended(exchange.BadContent, 200)
	if r := h.Rest(broken, 0, 0); r != (Rest{}) || h.Polite.Failures != 0 {
		t.Errorf("an answer in a wrong format says nothing of the host: %+v", h.Polite)
	}
}

func TestHomeInstead(t *testing.T) {
	front := []byte(strings.Repeat("h", plainPage))
	short := front[:plainPage-1]
	answer := func(payload []byte) *exchange.Exchange {
		ex := ended(exchange.OK, 200)
		ex.MediaType, ex.Payload = "text/html", payload
		return ex
	}
	for _, tt := range []struct {
		name    string
		home    string // address under which the home page was seen
		page    []byte
		f       func(*exchange.Exchange)
		at      string
		instead bool
	}{
		{"the home page under another address", "http://a.gov.cn/", front, nil, "http://a.gov.cn/art/1.html", true},
		{"seen as index.html", "http://a.gov.cn/index.html", front, nil, "http://a.gov.cn/art/1.html", true},
		{"seen as a default page", "http://a.gov.cn/Default.aspx", front, nil, "http://a.gov.cn/art/1.html", true},
		{"seen as a main page", "http://a.gov.cn/main.jsp", front, nil, "http://a.gov.cn/art/1.html", true},
		{"seen as a home page", "http://a.gov.cn/home", front, nil, "http://a.gov.cn/art/1.html", true},
		{"under the address of a home page", "http://a.gov.cn/", front, nil, "http://a.gov.cn/index.html", false},
		{"a page of some directory", "http://a.gov.cn/nb/index.html", front, nil, "http://a.gov.cn/art/1.html", false},
		{"a page with a query", "http://a.gov.cn/?id=1", front, nil, "http://a.gov.cn/art/1.html", false},
		{"some page of the root", "http://a.gov.cn/about.html", front, nil, "http://a.gov.cn/art/1.html", false},
		{"a broken address", "http://[a", front, nil, "http://a.gov.cn/art/1.html", false},
		{"a short page", "http://a.gov.cn/", short, nil, "http://a.gov.cn/art/1.html", false},
		{"a file", "http://a.gov.cn/", front, func(ex *exchange.Exchange) { ex.MediaType = "application/pdf" }, "http://a.gov.cn/art/1.html", false},
		{"the answer to a form", "http://a.gov.cn/", front, func(ex *exchange.Exchange) { ex.Method = http.MethodPost }, "http://a.gov.cn/art/1.html", false},
		{"what failed", "http://a.gov.cn/", front, func(ex *exchange.Exchange) { ex.Outcome = exchange.Forbidden }, "http://a.gov.cn/art/1.html", false},
		{"another page", "http://a.gov.cn/", append([]byte("x"), front...), func(ex *exchange.Exchange) { ex.Payload = front }, "http://a.gov.cn/art/1.html", false},
	} {
		h := New("a.gov.cn", nil)
		first := answer(tt.page)
		if h.HomeInstead(tt.home, first) || first.Outcome != exchange.OK {
			t.Errorf("%s: at first sight", tt.name)
		}
		ex := answer(tt.page)
		if tt.f != nil {
			tt.f(ex)
		}
		before := ex.Outcome
		got := h.HomeInstead(tt.at, ex)
		if got != tt.instead {
			t.Errorf("%s: %v", tt.name, got)
		}
		if got && (ex.Outcome != exchange.Soft404 || !errors.Is(ex.Err, errHomeInstead) || !strings.Contains(ex.Evidence, tt.at)) || !got && (ex.Outcome != before || ex.Err != nil) {
			t.Errorf("%s: %s, %v, %q", tt.name, ex.Outcome, ex.Err, ex.Evidence)
		}
	}
}

func TestPagesThatRepeat(t *testing.T) {
	sum := func(s string) string { return archive.Sum([]byte(s)) }
	h := New("a.gov.cn", nil)
	path := "http://a.gov.cn/gk/"
	for n := range samePage + 2 {
		if got := h.Repeats(sum("page"), path+"index.html"); got != (n >= samePage) {
			t.Errorf("address %d: %v", n, got)
		}
		path += "gk/"
	}
	if h.Repeats(sum("other"), path) {
		t.Error("another page repeats at first sight")
	}
	h = New("a.gov.cn", nil)
	for n := range 3 * samePage {
		if h.Repeats(sum("page"), fmt.Sprintf("http://a.gov.cn/%d/index.html", n)) {
			t.Fatal("pages of one template in different directories repeat")
		}
	}
	if h.Repeats(sum("page"), "http://[a") {
		t.Error("a broken address")
	}
	if h.Repeats(sum("bare"), "http://a.gov.cn") {
		t.Error("an address without a path")
	}
}

func TestPagesRememberedAreBounded(t *testing.T) {
	h := New("a.gov.cn", nil)
	for n := range mostPages {
		h.Repeats(fmt.Sprintf("%016d", n), "http://a.gov.cn/a/1.html")
	}
	if len(h.pages) != mostPages {
		t.Fatalf("%d of %d", len(h.pages), mostPages)
	}
	h.Repeats("one more than that", "http://a.gov.cn/a/1.html")
	if len(h.pages) != 1 {
		t.Errorf("%d pages are remembered", len(h.pages))
	}
}
