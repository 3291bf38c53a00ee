package fetch

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCookiesByHostPathAndTime(t *testing.T) {
	start := time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)
	const at = "http://www.a.gov.cn/zwgk/list.html"
	for _, tt := range []struct {
		name, from string
		set        []string
		to         string
		after      time.Duration
		want       string
	}{
		{"one for the whole host", at, []string{"CT6T=1; Path=/; HttpOnly"}, "http://www.a.gov.cn/robots.txt", 0, "CT6T=1"},
		{"its folder by default", at, []string{"a=1"}, "http://www.a.gov.cn/zwgk/b/c.html", 0, "a=1"},
		{"not beside its folder", at, []string{"a=1"}, "http://www.a.gov.cn/zwgkml/", 0, ""},
		{"a path", at, []string{"a=1; Path=/x"}, "http://www.a.gov.cn/x", 0, "a=1"},
		{"a path that is none", at, []string{"a=1; Path=x"}, at, 0, "a=1"},
		{"longer paths first, then by age", at, []string{"a=1; Path=/", "b=2; Path=/zwgk", "c=3; Path=/"}, at, 0, "b=2; a=1; c=3"},
		{"the last of a name counts", at, []string{"a=1; Path=/", "a=2; Path=/"}, at, 0, "a=2"},
		{"taken back", at, []string{"a=1; Path=/", "a=; Path=/; Max-Age=0"}, at, 0, ""},
		{"taken back by a date", at, []string{"a=1; Path=/", "a=; Path=/; Expires=Thu, 01-Jan-1970 00:00:00 GMT"}, at, 0, ""},
		{"within its age", at, []string{"a=1; Max-Age=300"}, at, 299 * time.Second, "a=1"},
		{"past its age", at, []string{"a=1; Max-Age=300"}, at, 300 * time.Second, ""},
		{"age before date", at, []string{"a=1; Max-Age=300; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, at, 0, "a=1"},
		{"date before age", at, []string{"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=300"}, at, 0, "a=1"},
		{"a date", at, []string{"a=1; Expires=Fri, 01-Mar-2024 09:00:00 GMT"}, at, 59 * time.Minute, "a=1"},
		{"past a date", at, []string{"a=1; Expires=Fri, 01 Mar 2024 09:00:00 GMT"}, at, time.Hour, ""},
		{"a date that is none", at, []string{"a=1; Expires=never"}, at, time.Hour, "a=1"},
		{"a session", at, []string{"a=1"}, at, 25 * time.Hour, ""},
		{"for ever", at, []string{"a=1; Max-Age=9223372036854775807"}, at, 29 * 24 * time.Hour, "a=1"},
		{"for ever, cut", at, []string{"a=1; Max-Age=9223372036854775807"}, at, 31 * 24 * time.Hour, ""},
		{"its own domain", at, []string{"a=1; Domain=.a.gov.cn"}, at, 0, "a=1"},
		{"another's domain", at, []string{"a=1; Domain=b.gov.cn"}, at, 0, ""},
		{"secure, over HTTPS", "https://www.a.gov.cn/", []string{"a=1; Secure"}, "https://www.a.gov.cn/", 0, "a=1"},
		{"secure, then in the clear", "https://www.a.gov.cn/", []string{"a=1; Secure"}, "http://www.a.gov.cn/", 0, ""},
		{"secure, set in the clear", "http://www.a.gov.cn/", []string{"a=1; Secure"}, "https://www.a.gov.cn/", 0, ""},
		{"Chinese, quotes, blanks", at, []string{`a="年 报, x"; Path=/`}, at, 0, `a="年 报, x"`},
		{"rubbish", at, []string{"", ";", "=x", "x", "a\x00=1", "b=1\r\nX: y", "c d=1", "ok=1"}, at, 0, "ok=1"},
		{"an equals sign in a value", at, []string{"a=b=c=="}, at, 0, "a=b=c=="},
	} {
		var c Cookies
		c.Take(tt.from, http.Header{"Set-Cookie": tt.set}, start)
		if got := c.Header(tt.to, start.Add(tt.after)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCookiesAreBoundedAndKept(t *testing.T) {
	now := time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)
	const at = "https://www.a.gov.cn/"
	var c Cookies
	for i := range 200 {
		c.Take(at, http.Header{"Set-Cookie": {fmt.Sprintf("k%d=%s; Path=/", i, strings.Repeat("v", i*3))}}, now)
		if len(c.List) > mostCookies || len(c.Header(at, now)) > mostCookie {
			t.Fatalf("%d cookies, %d octets", len(c.List), len(c.Header(at, now)))
		}
	}
	if got := c.Header(at, now); !strings.Contains(got, "k199=") || strings.Contains(got, "k1=") {
		t.Errorf("the latest are kept: %.60s", got)
	}
	if c.Take(at, http.Header{"Set-Cookie": {"big=" + strings.Repeat("x", mostCookie)}}, now) {
		t.Error("a cookie past the bound was taken")
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back Cookies
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(c, back); d != "" {
		t.Error(d)
	}
	if !c.Take(at, http.Header{}, now.Add(48*time.Hour)) || len(c.List) != 0 {
		t.Errorf("what has expired is kept: %d", len(c.List))
	}
	if b, _ := json.Marshal(Cookies{}); string(b) != "{}" {
		t.Errorf("none: %s", b)
	}
	// plain HTTP does not take back what HTTPS has set
	c = Cookies{}
	c.Take(at, http.Header{"Set-Cookie": {"a=1; Secure; Path=/"}}, now)
	c.Take("http://www.a.gov.cn/", http.Header{"Set-Cookie": {"a=2; Path=/"}}, now)
	if got := c.Header(at, now); got != "a=1" {
		t.Errorf("overwritten in the clear: %q", got)
	}
}

func FuzzCookies(f *testing.F) {
	f.Add("a=1; Path=/; Max-Age=5; Expires=Fri, 01 Mar 2024 09:00:00 GMT; Domain=.a.cn; Secure", "/zwgk/?a=1")
	f.Add("=;=;;;path", "//")
	f.Fuzz(func(t *testing.T, line, path string) {
		now := time.Unix(1_700_000_000, 0)
		var c Cookies
		at := "https://www.a.gov.cn" + path
		c.Take(at, http.Header{"Set-Cookie": {line, line + "x"}}, now)
		if got := c.Header(at, now); !validValue(got) || len(got) > mostCookie {
			t.Errorf("%q", got)
		}
	})
}
