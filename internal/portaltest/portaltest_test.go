package portaltest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/docx"
	"nianbao/extract/html"
	"nianbao/report"
)

// client reaches a server whatever the host of an address is, and follows no redirect.
func client(t *testing.T, s *Server) *http.Client {
	t.Helper()
	tr := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", s.Addr())
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func start(t *testing.T, opt Options) (*World, *http.Client) {
	t.Helper()
	w := New(opt)
	s, err := w.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return w, client(t, s)
}

// get asks for an address and gives status, header and body.
func get(t *testing.T, c *http.Client, addr string) (int, http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "walker/1 (+test)")
	res, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", addr, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", addr, err)
	}
	return res.StatusCode, res.Header, body
}

var config = regexp.MustCompile(`(?s)window\._CONFIG = (\{.*?\});</script>`)

// read parses what a truth's address serves.
func read(t *testing.T, tr Truth, body []byte) (*report.AnnualReport, error) {
	t.Helper()
	ctx := context.Background()
	if tr.MediaType == typeDOCX {
		d, err := docx.Read(ctx, body, docx.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return report.Parse(d)
	}
	if m := config.FindSubmatch(body); m != nil {
		var c struct {
			DETAIL struct{ Title, Content, Publisher string }
		}
		if err := json.Unmarshal(m[1], &c); err != nil {
			t.Fatal(err)
		}
		body = []byte("<meta charset=utf-8><title>" + c.DETAIL.Title + "</title><div>" + c.DETAIL.Content + "</div>")
	}
	d, err := html.Read(ctx, body, "", html.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.Parse(d)
}

func numbersOf(r *report.AnnualReport) map[string]float64 {
	out := map[string]float64{}
	for _, f := range report.Fields() {
		if v, ok := r.Data.Value(f.Path); ok {
			out[f.Path] = v
		}
	}
	return out
}

func TestEveryTruthIsServedAndParses(t *testing.T) {
	w, c := start(t, Options{Seed: 1})
	for _, epoch := range []int{1, 2, 3} {
		w.SetEpoch(epoch)
		seen := map[string]bool{}
		for _, tr := range w.Truth() {
			addr := tr.URL
			if seen[addr+tr.Publisher] {
				t.Errorf("%s stands twice", addr)
			}
			seen[addr+tr.Publisher] = true
			if tr.Attachment != "" {
				if status, _, _ := get(t, c, addr); status != 200 {
					t.Errorf("%s: status %d", addr, status)
				}
				addr = tr.Attachment
			}
			status, _, body := get(t, c, addr)
			if status != 200 {
				t.Errorf("%s: status %d", addr, status)
				continue
			}
			if tr.MediaType == typePDF {
				if !strings.HasPrefix(string(body), "%PDF-") || len(tr.Numbers) < 190 {
					t.Errorf("%s: no PDF", addr)
				}
				continue
			}
			got, err := read(t, tr, body)
			if err != nil {
				t.Errorf("%s: %v", addr, err)
				continue
			}
			if got.Publisher.Name != tr.Publisher || got.Year != tr.Year {
				t.Errorf("%s: read as %s %d, truth is %s %d", addr, got.Publisher.Name, got.Year, tr.Publisher, tr.Year)
			}
			if diff := cmp.Diff(tr.Numbers, numbersOf(got)); diff != "" {
				t.Errorf("%s: numbers (-truth +read):\n%s", addr, diff)
			}
		}
	}
}

var script = regexp.MustCompile(`(?is)<script.*?</script>`)

var anchor = regexp.MustCompile(`(?is)<a\s[^>]*?href="([^"]*)"`)

// walk follows every anchor breadth first from a portal's home page, on its own hosts, as far as robots.txt allows.
func walk(t *testing.T, p *portal, c *http.Client, limit int) map[string]bool {
	t.Helper()
	hosts := p.hosts()
	for _, h := range hosts {
		get(t, c, "http://"+h+"/robots.txt")
	}
	queue := []string{p.url("/")}
	seen := map[string]bool{queue[0]: true}
	for len(queue) > 0 && len(seen) < limit {
		at, err := url.Parse(queue[0])
		if err != nil {
			t.Fatal(err)
		}
		queue = queue[1:]
		status, header, body := get(t, c, at.String())
		links := anchor.FindAllStringSubmatch(script.ReplaceAllString(string(body), ""), -1)
		if loc := header.Get("Location"); status >= 300 && loc != "" {
			links = append(links, []string{"", loc})
		}
		for _, m := range links {
			u, err := at.Parse(strings.ReplaceAll(strings.TrimSpace(m[1]), "&amp;", "&"))
			if err != nil || u.Scheme != "http" || !slices.Contains(hosts, u.Hostname()) || p.denied(u.RequestURI()) {
				continue
			}
			u.Fragment = ""
			if s := u.String(); !seen[s] {
				seen[s] = true
				queue = append(queue, s)
			}
		}
	}
	return seen
}

func TestPlainReportsAreReachedByAnchors(t *testing.T) {
	w, c := start(t, Options{Seed: 2, Noise: 40})
	for _, p := range w.portals {
		t.Run(p.family.name, func(t *testing.T) {
			seen := walk(t, p, c, 3000)
			plain := 0
			for _, tr := range p.truth {
				ok := seen[tr.URL] && (tr.Attachment == "" || seen[tr.Attachment])
				if tr.Reach == ReachPlain {
					plain++
					if !ok {
						t.Errorf("said to be plain and not reached: %s %s", tr.URL, tr.Attachment)
					}
				} else if seen[tr.URL] {
					t.Errorf("said to be behind %s and reached by anchors: %s", tr.Reach, tr.URL)
				}
			}
			t.Logf("%d addresses, %d of %d reports plain", len(seen), plain, len(p.truth))
		})
	}
	if v := w.Judge(w.Log(), 0); len(v) > 0 {
		t.Errorf("a walk that keeps the rules is judged: %v", v[:min(len(v), 5)])
	}
}

func TestListsBehindScriptsHoldTheRest(t *testing.T) {
	w, c := start(t, Options{Seed: 3, Families: slices.Sorted(maps.Keys(listed))})
	for _, p := range w.portals {
		for _, tr := range p.truth {
			if tr.Reach == ReachPlain {
				continue
			}
			path := strings.TrimPrefix(tr.URL, p.url(""))
			if f := listed[p.family.name]; !f(t, p, c, path) {
				t.Errorf("%s: %s stands in no list", p.family.name, path)
			}
		}
	}
}

// listed says, by family, whether a path stands in what the family's scripts would fetch.
var listed = map[string]func(t *testing.T, p *portal, c *http.Client, path string) bool{
	"trs": func(t *testing.T, p *portal, c *http.Client, path string) bool {
		name := path[strings.LastIndexByte(path, '/')+1:]
		for i := 1; ; i++ {
			status, _, body := get(t, c, p.url(fmt.Sprintf("/zwgk/zfxxgk/zfxxgknb/index_%d.html", i)))
			if status != 200 {
				return false
			}
			if strings.Contains(string(body), name) {
				return true
			}
		}
	},
	"hanweb": func(t *testing.T, p *portal, c *http.Client, path string) bool {
		for uri := range p.pages {
			if !strings.HasPrefix(uri, "/col/") {
				continue
			}
			_, _, body := get(t, c, p.url(uri))
			for range 20 {
				if strings.Contains(string(body), path) {
					return true
				}
				m := regexp.MustCompile(`nextgroup><!\[CDATA\[<a href="([^"]+)"`).FindSubmatch(body)
				if m == nil {
					break
				}
				_, _, body = get(t, c, p.url(string(m[1])))
			}
		}
		return false
	},
	"gkmlpt": func(t *testing.T, p *portal, c *http.Client, path string) bool {
		for uri := range p.pages {
			for n := 1; strings.HasPrefix(uri, "/gkmlpt/api/all/") && n < 9; n++ {
				if _, _, body := get(t, c, p.url(fmt.Sprintf("%s?page=%d&sid=755042", uri, n))); strings.Contains(string(body), path) {
					return true
				}
			}
		}
		return false
	},
}

func TestEpochsChangeWhatTheySay(t *testing.T) {
	w, c := start(t, Options{Seed: 1})
	before := map[string]Truth{}
	for _, tr := range w.Truth() {
		before[tr.URL] = tr
	}
	w.SetEpoch(2)
	after := map[string]Truth{}
	for _, tr := range w.Truth() {
		after[tr.URL] = tr
	}
	kinds := map[string]int{}
	for _, ch := range w.Changes() {
		kinds[ch.Kind]++
		old, had := before[ch.URL]
		now, has := after[ch.URL]
		status, _, _ := get(t, c, ch.URL)
		switch ch.Kind {
		case NewReport:
			if had || !has || status != 200 {
				t.Errorf("new: %s was there: %t, is there: %t, status %d", ch.URL, had, has, status)
			}
		case Edited:
			if !had || !has || cmp.Equal(old.Numbers, now.Numbers) {
				t.Errorf("edited: %s holds the same numbers", ch.URL)
			}
		case Removed:
			if !had || has || status != 404 {
				t.Errorf("removed: %s was there: %t, is there: %t, status %d", ch.URL, had, has, status)
			}
		case Delisted:
			if !had || !has || status != 200 || ch.Reach != ReachNone {
				t.Errorf("delisted: %s was there: %t, is there: %t, status %d, reach %s", ch.URL, had, has, status, ch.Reach)
			}
		case Moved:
			_, hadWas := before[ch.Was]
			if status, _, _ := get(t, c, ch.Was); !hadWas || !has || had || status == 200 {
				t.Errorf("moved: from %s to %s: status %d at the old address", ch.Was, ch.URL, status)
			}
		}
	}
	n := len(Families())
	// annualjsp names a report by body and year alone: nothing there can move.
	if diff := cmp.Diff(map[string]int{NewReport: n, Edited: n, Removed: n, Moved: n - 1, Delisted: n}, kinds); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if len(after) != len(before) {
		t.Errorf("%d reports, then %d", len(before), len(after))
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	a, b := New(Options{Seed: 9}), New(Options{Seed: 9})
	if diff := cmp.Diff(a.Truth(), b.Truth()); diff != "" {
		t.Error(diff)
	}
	for i, p := range a.portals {
		for uri, g := range p.pages {
			if g.body != nil && string(g.body()) != string(b.portals[i].pages[uri].body()) {
				t.Errorf("%s differs", p.url(uri))
			}
		}
	}
}

func TestConditionalRequests(t *testing.T) {
	w, c := start(t, Options{Seed: 1, Families: []string{"trs", "vsb"}})
	for _, p := range w.portals {
		n := 0
		for uri := range p.pages {
			_, h, _ := get(t, c, p.url(uri))
			if h.Get("Etag") == "" && h.Get("Last-Modified") == "" {
				continue
			}
			n++
			req, err := http.NewRequest(http.MethodGet, p.url(uri), nil)
			if err != nil {
				t.Fatal(err)
			}
			if e := h.Get("Etag"); e != "" {
				req.Header.Set("If-None-Match", e)
			} else {
				req.Header.Set("If-Modified-Since", h.Get("Last-Modified"))
			}
			res, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusNotModified {
				t.Errorf("%s: status %d, want 304", uri, res.StatusCode)
			}
		}
		if n == 0 {
			t.Errorf("%s: no page carries a validator", p.family.name)
		}
	}
}

func TestJudge(t *testing.T) {
	w := New(Options{Seed: 1, Families: []string{"trs"}})
	p := w.portals[0]
	t0 := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return t0.Add(time.Duration(ms) * time.Millisecond) }
	req := func(uri string, from, to int) Request {
		return Request{Host: p.host(), Method: "GET", URL: p.url(uri), Began: at(from), Ended: at(to), Status: 200, UserAgent: "nianbao/1 (+contact)"}
	}
	robots := req("/robots.txt", 0, 10)
	anonymous := req("/", 2000, 2010)
	anonymous.UserAgent = "Go-http-client/1.1"
	foreign := req("/", 0, 10)
	foreign.Host, foreign.URL = "169.254.169.254", "http://169.254.169.254/"
	open := req("/", 2000, 2010)
	open.Ended = time.Time{}
	for _, tt := range []struct {
		name string
		log  []Request
		want []string
	}{
		{"polite", []Request{robots, req("/", 1010, 1020), req("/zwgk/", 2020, 2030)}, nil},
		{"too soon", []Request{robots, req("/", 1000, 1020)}, []string{TooSoon}},
		{"two at a time", []Request{robots, req("/", 1010, 4000), req("/zwgk/", 3000, 3010)}, []string{InFlight}},
		{"one that never ended", []Request{robots, open, req("/zwgk/", 9000, 9010)}, []string{InFlight}},
		{"robots.txt not first", []Request{req("/", 0, 10), req("/robots.txt", 1010, 1020)}, []string{RobotsFirst}},
		{"denied", []Request{robots, req("/manage/other.html", 1010, 1020)}, []string{Denied}},
		{"denied, percent-encoded", []Request{robots, req("/%E5%86%85%E9%83%A8/x", 1010, 1020)}, []string{Denied}},
		{"the bait itself", []Request{robots, req("/manage/nb0.html", 1010, 1020)}, []string{CanaryHit, Denied}},
		{"no name", []Request{robots, anonymous}, []string{NoAgent}},
		{"a foreign host", []Request{foreign}, []string{CanaryHit, RobotsFirst}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, v := range w.Judge(tt.log, time.Second) {
				got = append(got, v.Kind)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeedsNameEveryPortalOnce(t *testing.T) {
	w := New(Options{Seed: 1})
	y := string(w.SeedsYAML())
	for _, p := range w.portals {
		if strings.Count(y, p.url("/")) != 1 || strings.Count(y, `"`+p.code+`"`) != 1 {
			t.Errorf("%s stands not once in\n%s", p.host(), y)
		}
	}
	if !strings.HasPrefix(y, "defaults: {delay: 1s}\nportals:\n") {
		t.Errorf("head of the seeds: %.60q", y)
	}
}

// TestFalseFriendsStandBesideReports makes sure that precision is put to the test at all.
func TestFalseFriendsStandBesideReports(t *testing.T) {
	w := New(Options{Seed: 1})
	for _, p := range w.portals {
		n := 0
		for _, g := range p.pages {
			if g.body == nil || !strings.HasPrefix(g.mediaType, "text/html") || p.family.gbk {
				continue
			}
			d, err := html.Read(context.Background(), g.body(), "", html.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(d.Title, "政府工作报告") || strings.Contains(d.Title, "解读") {
				n++
			}
		}
		if n < 2 && !p.family.gbk {
			t.Errorf("%s: %d false friends found", p.family.name, n)
		}
	}
}
