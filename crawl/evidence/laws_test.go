package evidence

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTemplatesInDetail(t *testing.T) {
	for _, tt := range []struct{ name, page, service, wantPage, wantService string }{
		{"the longest variable first", "http://a/x/123/?id=12345", "http://a/s?c=12345&d=123", "/x/*/?id=*", "http://a/s?c={1}&d={0}"},
		{"of two that are equal the first", "http://a/777/777", "http://a/777/777", "/*/*", "http://a/{0}/{0}"},
		{"the origin is no variable", "http://a777/777", "http://a777/777", "/*", "http://a777/{0}"},
		{"every place of a value", "http://a/c123/", "http://a/c123/x/c123", "/*/", "http://a/{0}/x/{0}"},
		{"beside dots and equal signs", "http://a/c123.html", "http://a/s?x=c123.json", "/*.html", "http://a/s?x={0}.json"},
		{"dashes belong to a variable", "http://a/c-12_3/", "http://a/c-12_3", "/*/", "http://a/{0}"},
		{"not within a word", "http://a/c123/", "http://a/xc123/c123x/c123-/_c123/c123", "/*/", "http://a/xc123/c123x/c123-/_c123/{0}"},
		{"addresses without an origin", "/c123/", "/s/c123", "/*/", "/s/{0}"},
		{"a value at the very beginning", "http://a/c123/", "c123/x", "/*/", "{0}/x"},
		{"origins without a scheme", "://a777/c123/", "://a777/s/c123", "/*/", "://a777/s/{0}"},
		{"origins without a host", "http:///c123/", "http:///s/c123", "/*/", "http:///s/{0}"},
	} {
		tpl, ok := Learn(tt.page, tt.service)
		if !ok || tpl.Page != tt.wantPage || tpl.Service != tt.wantService {
			t.Errorf("%s: %v %+v", tt.name, ok, tpl)
		}
		if got, ok := tpl.Apply(tt.page); !ok || got != tt.service {
			t.Errorf("%s: its own page gives %q", tt.name, got)
		}
	}
	for page, service := range map[string]string{
		"http://a/c1/":     "http://a/c1",    // too short to be no chance
		"http://a/abc/":    "http://a/abc",   // no digit
		"http://a777":      "http://a777/x",  // no path
		"http://a/c123/":   "http://c123/",   // only the origin
		"http://a/c123/d/": "http://a/c1234", // part of a longer one
	} {
		if tpl, ok := Learn(page, service); ok {
			t.Errorf("%s and %s share %+v", page, service, tpl)
		}
	}
	if tpl, ok := Learn("http://a/c12/", "http://a/c12"); !ok || len("c12") != leastVariable {
		t.Errorf("the shortest variable: %v %+v", ok, tpl)
	}
}

func TestLettersThatBelongToAValue(t *testing.T) {
	for _, c := range "09azAZ_-{}" {
		if !part(byte(c)) {
			t.Errorf("%q ends a value", c)
		}
	}
	for _, c := range "/:@[`|~.?&=" + string(rune(0)) {
		if part(byte(c)) {
			t.Errorf("%q belongs to a value", c)
		}
	}
}

// TestPagesOfTheSameShape: the template of one page gives the service of every page of its shape.
func TestPagesOfTheSameShape(t *testing.T) {
	id := rapid.StringMatching(`[a-z]{1,3}[0-9]{2,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := id.Draw(t, "a"), id.Filter(func(s string) bool { return len(s) > 2 }).Draw(t, "b")
		c, d := id.Draw(t, "c"), id.Draw(t, "d")
		if strings.Contains(a, b) || strings.Contains(b, a) {
			return
		}
		page := func(x, y string) string { return fmt.Sprintf("http://h.gov.cn/col/%s/list.html?k=%s", x, y) }
		service := func(x, y string) string { return fmt.Sprintf("http://h.gov.cn/api?unit=%s&column=%s", y, x) }
		tpl, ok := Learn(page(a, b), service(a, b))
		if !ok {
			t.Fatal("nothing learned")
		}
		if got, ok := tpl.Apply(page(c, d)); !ok || got != service(c, d) {
			t.Fatalf("%q %v by %+v", got, ok, tpl)
		}
		if _, ok := tpl.Apply(page(c, d) + "&more=1"); ok {
			t.Fatal("a page of another shape fits")
		}
	})
}
