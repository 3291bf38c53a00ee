package robots

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/fetch/exchange"
)

func TestDecide(t *testing.T) {
	tests := []struct {
		status  int
		outcome exchange.Outcome
		hops    int
		want    Decision
	}{
		{200, exchange.OK, 0, Parsed},
		{206, exchange.OK, 0, Parsed},
		{200, exchange.TooLarge, 0, Parsed},
		{200, exchange.Soft404, 0, Parsed},
		{200, exchange.BadContent, 0, Parsed},
		{200, exchange.Blocked, 0, Unreachable},
		{304, exchange.NotModified, 0, Unchanged},
		{301, exchange.Redirect, 0, Follow},
		{302, exchange.Redirect, 4, Follow},
		{302, exchange.Redirect, 5, AllowAll},
		{302, exchange.BadContent, 0, AllowAll},
		{404, exchange.NotFound, 0, AllowAll},
		{410, exchange.Gone, 0, AllowAll},
		{401, exchange.Forbidden, 0, AllowAll},
		{403, exchange.Forbidden, 0, AllowAll},
		{412, exchange.Blocked, 0, AllowAll},
		{429, exchange.RateLimited, 0, Unreachable},
		{500, exchange.ServerError, 0, Unreachable},
		{503, exchange.RateLimited, 0, Unreachable},
		{521, exchange.Blocked, 0, Unreachable},
		{600, exchange.BadContent, 0, Unreachable},
		{0, exchange.BadContent, 0, Unreachable},
		{0, exchange.DNS, 0, Unreachable},
		{0, exchange.TLS, 0, Unreachable},
		{0, exchange.Refused, 0, Unreachable},
		{0, exchange.Reset, 0, Unreachable},
		{200, exchange.Reset, 0, Unreachable},
		{200, exchange.Timeout, 0, Unreachable},
		{0, exchange.OutOfScope, 1, Unreachable},
	}
	for _, tt := range tests {
		if got := Decide(tt.status, tt.outcome, tt.hops); got != tt.want {
			t.Errorf("Decide(%d, %s, %d hops) = %s, want %s", tt.status, tt.outcome, tt.hops, got, tt.want)
		}
	}
	if got := Verdict(nil, 0); got != Unreachable {
		t.Errorf("Verdict(nil) = %s", got)
	}
}

func answer(status int, o exchange.Outcome, body string) *exchange.Exchange {
	return &exchange.Exchange{Status: status, Outcome: o, Payload: []byte(body), Header: http.Header{"Etag": {`"1"`}}}
}

func TestEntryLife(t *testing.T) {
	const who = "http://www.yongning.gov.cn:80"
	now := time.Date(2024, 1, 15, 8, 0, 0, 0, time.UTC)
	ok := answer(200, exchange.OK, "User-agent: nianbao\nDisallow: /a\nUser-agent: x\nDisallow: /b\n")
	down := answer(0, exchange.Timeout, "")

	e := Update(Entry{}, who, "nianbao", ok, now)
	if e.State != Parsed || e.Rules().Allowed("nianbao", "/a") || !e.Rules().Allowed("nianbao", "/b") || e.ETag != `"1"` {
		t.Fatalf("after a good answer: %+v", e)
	}
	if !e.Fresh(now.Add(MaxAge-time.Second)) || e.Fresh(now.Add(MaxAge)) {
		t.Error("a copy lives 24 hours")
	}

	later := now.Add(MaxAge)
	stale := Update(e, who, "nianbao", down, later)
	if stale.State != Parsed || stale.Rules().Allowed("nianbao", "/a") || stale.Failures != 1 || !stale.Expires.Equal(later.Add(firstRetry)) {
		t.Errorf("a host that falls silent keeps its last rules: %+v", stale)
	}
	same := Update(stale, who, "nianbao", &exchange.Exchange{Status: 304, Outcome: exchange.NotModified}, later.Add(time.Hour))
	if same.State != Parsed || same.Failures != 0 || !same.GoodAt.Equal(later.Add(time.Hour)) || same.Rules().Allowed("nianbao", "/a") {
		t.Errorf("304 renews the copy: %+v", same)
	}
	old := Update(e, who, "nianbao", down, now.Add(MaxStale))
	if old.State != Unreachable || old.Body != nil {
		t.Errorf("a copy of 30 days is used no more: %+v", old)
	}
	for at, end := now.Add(MaxStale-time.Hour), now.Add(MaxStale+time.Hour); at.Before(end); at = at.Add(time.Minute) {
		s := Update(e, who, "nianbao", down, at)
		if s.Fresh(now.Add(MaxStale)) && s.State == Parsed {
			t.Fatalf("a stale copy outlives 30 days when the host fails at %s", at)
		}
	}

	if !stale.Since.Equal(now) || !same.Since.Equal(now) || !old.Since.Equal(now.Add(MaxStale)) {
		t.Errorf("since %s, %s, %s", stale.Since, same.Since, old.Since)
	}

	gone := Update(e, who, "nianbao", answer(404, exchange.NotFound, ""), later)
	if gone.State != AllowAll || !gone.Rules().Allowed("nianbao", "/a") {
		t.Errorf("404 lifts the restriction: %+v", gone)
	}

	fail, at := Entry{}, now
	var waits []time.Duration
	for range 12 {
		fail = Update(fail, who, "nianbao", down, at)
		if fail.State != Unreachable || fail.Rules() != nil || !fail.Fresh(at) {
			t.Fatalf("unreachable: %+v", fail)
		}
		waits = append(waits, fail.Expires.Sub(at)/time.Minute)
		at = fail.Expires
	}
	if d := cmp.Diff([]time.Duration{5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440}, waits); d != "" {
		t.Error("minutes between attempts:", d)
	}
	asked := Update(Entry{}, who, "nianbao", &exchange.Exchange{Status: 503, Outcome: exchange.RateLimited, RetryAfter: 3 * time.Hour}, now)
	if !asked.Expires.Equal(now.Add(3 * time.Hour)) {
		t.Errorf("Retry-After is heeded: %s", asked.Expires)
	}
	unasked := Update(Entry{}, who, "nianbao", &exchange.Exchange{Status: 304, Outcome: exchange.NotModified}, now)
	if unasked.State != Unreachable {
		t.Errorf("304 without a copy tells nothing: %+v", unasked)
	}

	b, err := json.Marshal(stale)
	if err != nil {
		t.Fatal(err)
	}
	var back Entry
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(stale, back); d != "" {
		t.Error("through JSON:", d)
	}
}

func TestAuthority(t *testing.T) {
	for in, want := range map[string][2]string{
		"http://WWW.Yongning.gov.cn/a?b": {"http://www.yongning.gov.cn:80", "http://www.yongning.gov.cn/robots.txt"},
		"https://www.yongning.gov.cn":    {"https://www.yongning.gov.cn:443", "https://www.yongning.gov.cn/robots.txt"},
		"http://h:8080/":                 {"http://h:8080", "http://h:8080/robots.txt"},
		"http://u:p@h/":                  {"http://h:80", "http://h/robots.txt"},
		"http://[2001:db8::1]/x":         {"http://[2001:db8::1]:80", "http://[2001:db8::1]/robots.txt"},
		"https://[2001:db8::1]:444?x":    {"https://[2001:db8::1]:444", "https://[2001:db8::1]:444/robots.txt"},
		"https://h:80/":                  {"https://h:80", "https://h:80/robots.txt"},
		"ftp://h/":                       {"", ""},
		"javascript:void(0)":             {"", ""},
		"http:///x":                      {"", ""},
	} {
		if d := cmp.Diff(want, [2]string{Authority(in), URL(in)}); d != "" {
			t.Errorf("%s: %s", in, d)
		}
	}
}
