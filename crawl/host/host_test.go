package host

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/crawl/budget"
	"nianbao/crawl/evidence"
	"nianbao/crawl/polite"
	"nianbao/fetch"
	"nianbao/fetch/robots"
)

var then = time.Date(2024, time.June, 5, 8, 0, 0, 0, time.UTC)

func TestANewHostRemembersNothing(t *testing.T) {
	for _, data := range []string{"", "{", "[]", `{"found":"x"}`, "\x00"} {
		h := New("a.gov.cn", []byte(data))
		if h.Name != "a.gov.cn" || h.HasFound() || h.Found != 0 || h.Renders != 0 {
			t.Errorf("%q: %+v", data, h.State)
		}
		h.Hops["x"], h.Robots["x"], h.Instead["x"], h.Tried["x"] = Hop{}, robots.Entry{}, "y", 1 // all may be written to
	}
}

func TestAHostIsKeptAsItWas(t *testing.T) {
	h := New("a.gov.cn", nil)
	h.Gave("http://a.gov.cn/nb/1.html", []string{"/gk/"})
	h.Spend(budget.Visit{URL: "http://a.gov.cn/nb/1.html", Priority: 900})
	h.Learned("http://a.gov.cn/col/c123/", "http://a.gov.cn/api?c=c123")
	h.Hops["http://a.gov.cn:80"] = Hop{URL: "http://b.gov.cn/robots.txt", Hops: 2, Since: then}
	h.Robots["https://a.gov.cn:443"] = robots.Entry{Authority: "https://a.gov.cn:443", State: robots.Parsed, FetchedAt: then}
	h.Instead["http://a.gov.cn:80"], h.Tried["http://a.gov.cn:80"] = "https://a.gov.cn", 2
	h.Home, h.Cookies.List = "digest", []fetch.Cookie{{Name: "n", Value: "v", Path: "/", Expires: then}}
	h.Polite.Smoothed = time.Second
	if !h.HasFound() {
		t.Error("a report found is forgotten at once")
	}
	up := h.Update(3 * time.Second)
	if up.Delay != 5*time.Second || up.Rules != nil {
		t.Errorf("the frontier is told of %+v", up)
	}
	back := New("a.gov.cn", up.Data)
	if d := cmp.Diff(h.State, back.State); d != "" || !back.HasFound() {
		t.Errorf("found %v: %s", back.HasFound(), d)
	}
}

func TestStatesAreReadAsTheyWereKept(t *testing.T) {
	text := rapid.StringMatching(`[a-z"<]{1,6}`)
	n := rapid.IntRange(0, 99)
	rapid.Check(t, func(t *rapid.T) {
		s := State{Polite: polite.State{Smoothed: time.Duration(n.Draw(t, "smoothed")), PushBacks: n.Draw(t, "push-backs"), Walls: n.Draw(t, "walls")}, Home: text.Draw(t, "home"),
			Instead: rapid.MapOfN(text, text, 1, 3).Draw(t, "instead"), Tried: rapid.MapOfN(text, n, 1, 3).Draw(t, "tried"),
			Templates: []evidence.Template{{Page: text.Draw(t, "page"), Service: text.Draw(t, "service")}}}
		s.Found, s.Weak = n.Draw(t, "found"), n.Draw(t, "weak")
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, Decode(b)); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(State{}, Decode(b[:len(b)-1])); d != "" {
			t.Fatal("half a state is believed: " + d)
		}
	})
}

func TestGuessesForPagesOfTheSameShape(t *testing.T) {
	h := New("a.gov.cn", nil)
	if s, ok := h.Guess("http://a.gov.cn/col/c123/"); ok {
		t.Errorf("a guess from nothing: %s", s)
	}
	h.Learned("http://a.gov.cn/x/", "http://a.gov.cn/api") // they share nothing
	for range 2 {
		h.Learned("http://a.gov.cn/col/c123/", "http://a.gov.cn/api?c=c123")
	}
	if len(h.Templates) != 1 {
		t.Errorf("templates: %+v", h.Templates)
	}
	h.Learned("http://a.gov.cn/dep/d123/", "http://a.gov.cn/dep?c=d123")
	for page, want := range map[string]string{"http://a.gov.cn/col/c777/": "http://a.gov.cn/api?c=c777", "http://a.gov.cn/dep/d777/": "http://a.gov.cn/dep?c=d777", "http://a.gov.cn/other/d777/": ""} {
		if got, ok := h.Guess(page); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v", page, got, ok)
		}
	}
	for i := range 2 * mostTemplates {
		h.Learned(fmt.Sprintf("http://a.gov.cn/%c/c123/", 'a'+i), "http://a.gov.cn/api?c=c123")
	}
	if len(h.Templates) != mostTemplates {
		t.Errorf("%d templates", len(h.Templates))
	}
}

func TestTableLoadsAHostOnce(t *testing.T) {
	var table Table
	loaded := map[string]int{}
	load := func(name string) []byte {
		loaded[name]++
		return []byte(`{"home":"digest of ` + name + `","spent":[0,0,0]}`)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if h := table.Of("a.gov.cn", load); h.Home != "digest of a.gov.cn" || h.Name != "a.gov.cn" {
				t.Errorf("%+v", h.State)
			}
		})
	}
	wg.Wait()
	first := table.Of("a.gov.cn", load)
	if table.Len() != 1 || table.Of("b.gov.cn", load) == first || table.Of("a.gov.cn", load) != first || table.Len() != 2 {
		t.Errorf("%d hosts", table.Len())
	}
	if d := cmp.Diff(map[string]int{"a.gov.cn": 1, "b.gov.cn": 1}, loaded); d != "" {
		t.Error(d)
	}
}
