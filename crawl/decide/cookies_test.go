package decide

import (
	"net/http"
	"strings"
	"testing"
)

func TestCookies(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  []string
		want string
	}{
		{"none", nil, ""},
		{"one", []string{"CT6T=1; Path=/; HttpOnly"}, "CT6T=1"},
		{"two", []string{"a=1", "b=2; Max-Age=300"}, "a=1; b=2"},
		{"one that is taken back", []string{"a=1; Max-Age=0", "b=2"}, "b=2"},
		{"rubbish", []string{"=x", ";", "\x00=1", "ok=1"}, "ok=1"},
		{"too much", []string{"a=" + strings.Repeat("x", 5000)}, ""},
	} {
		if got := Cookies(http.Header{"Set-Cookie": tt.set}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// FuzzCookies: whatever a server sets, what is sent back is one short line.
func FuzzCookies(f *testing.F) {
	f.Add("CT6T=1; Max-Age=-9999999999999999999")
	f.Add("a=\"b;c\"; =; a")
	f.Fuzz(func(t *testing.T, set string) {
		if got := Cookies(http.Header{"Set-Cookie": {set, set}}); len(got) > 4096 || strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("%q is answered with %q", set, got)
		}
	})
}
