package crawl_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/crawl"
	"nianbao/crawl/address"
	"nianbao/crawl/frontier"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/internal/portaltest"
)

// tiny is the delay of these crawls: long enough to be seen in the server's log.
const tiny = 4 * time.Millisecond

// A rehearsal is a simulated world with an archive that crawls of it share.
type rehearsal struct {
	t      testing.TB
	world  *portaltest.World
	server *portaltest.Server
	seeds  *portal.Seeds
	dir    string
	// knowsAll says that reports which nothing leads to any more are known from an earlier crawl.
	knowsAll bool
}

func rehearse(t testing.TB, opt portaltest.Options) *rehearsal {
	t.Helper()
	w := portaltest.New(opt)
	s, err := w.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	seeds, err := portal.Load("seeds.yaml", bytes.NewReader(w.SeedsYAML()))
	if err != nil {
		t.Fatal(err)
	}
	return &rehearsal{t: t, world: w, server: s, seeds: seeds, dir: t.TempDir()}
}

// A result is what one crawl came to.
type result struct {
	summary crawl.Summary
	reports []archive.Report
	hosts   []frontier.HostState
	log     []portaltest.Request
	events  []archive.Event
}

// crawl runs one crawl to its end.
func (r *rehearsal) crawl(change func(*crawl.Config)) result {
	r.t.Helper()
	cfg := crawl.Config{ArchiveDir: r.dir, Seeds: r.seeds, Portals: r.seeds.Portals, Delay: tiny, ConnectTo: []string{r.server.ConnectTo()}, Contact: "test@example.org", Version: "0",
		Read: func(ctx context.Context, in extract.Input) (*document.Document, error) {
			return extract.Read(ctx, in, extract.Limits{})
		}}
	if change != nil {
		change(&cfg)
	}
	s, err := crawl.Open(cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			r.t.Error(err)
		}
	}()
	from := len(r.world.Log())
	sum, err := s.Run(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	res := result{summary: sum, hosts: s.Hosts(), log: r.world.Log()[from:]}
	for rep, err := range s.Archive().Reports(archive.Filter{}) {
		if err != nil {
			r.t.Fatal(err)
		}
		res.reports = append(res.reports, rep)
	}
	for ev, err := range s.Archive().Events(0) {
		if err != nil {
			r.t.Fatal(err)
		}
		res.events = append(res.events, ev)
	}
	return res
}

// A score compares the reports of an archive with the truth, for one family.
type score struct {
	truth, found, wrongAddress, false int
	requests                          int
	missing, surplus                  []string
}

func (s score) String() string {
	return fmt.Sprintf("truth %d, found %d, at another address %d, false %d, requests %d (%.1f a report)", s.truth, s.found, s.wrongAddress, s.false, s.requests, float64(s.requests)/float64(max(1, s.found)))
}

// judge compares live reports with the truth by publisher, year and address.
func (r *rehearsal) judge(res result) map[string]*score {
	out := map[string]*score{}
	of := func(family string) *score {
		if out[family] == nil {
			out[family] = &score{}
		}
		return out[family]
	}
	type id struct {
		code, publisher string
		year            int
	}
	truth := map[id]portaltest.Truth{}
	familyOf := map[string]string{}
	for _, tr := range r.world.Truth() {
		if tr.Reach == portaltest.ReachNone && !r.knowsAll {
			continue
		}
		truth[id{tr.Code, tr.Publisher, tr.Year}] = tr
		familyOf[tr.Code] = tr.Family
		of(tr.Family).truth++
	}
	seen := map[id]bool{}
	for _, rep := range res.reports {
		if rep.State != archive.Live {
			continue
		}
		k := id{rep.Publisher.Code, rep.Publisher.Name, rep.Year}
		tr, ok := truth[k]
		f := familyOf[rep.Publisher.Code]
		switch {
		case !ok:
			of(f).false++
			of(f).surplus = append(of(f).surplus, fmt.Sprintf("%s %d %q %s", k.publisher, k.year, rep.Title, rep.URL))
			continue
		case !sameAddress(rep, tr):
			of(f).wrongAddress++
			of(f).surplus = append(of(f).surplus, fmt.Sprintf("%s %d at %s, not %s", k.publisher, k.year, rep.URL, tr.URL))
		}
		seen[k] = true
		of(f).found++
	}
	for k, tr := range truth {
		if !seen[k] {
			s := of(tr.Family)
			s.missing = append(s.missing, fmt.Sprintf("%s %d %s %s [%s] %s", k.publisher, k.year, tr.URL, tr.Attachment, tr.Reach, tr.Title))
		}
	}
	for _, q := range res.log {
		u, err := url.Parse(q.URL)
		if err != nil {
			r.t.Fatal(err)
		}
		if p := r.seeds.Owner(u); p != nil {
			of(familyOf[p.Code]).requests++
		}
	}
	for _, s := range out {
		slices.Sort(s.missing)
		slices.Sort(s.surplus)
	}
	return out
}

func sameAddress(rep archive.Report, tr portaltest.Truth) bool {
	key := func(u string) [16]byte { return address.Key("GET", address.Canonical(u), "") }
	if key(rep.URL) == key(tr.URL) {
		return true
	}
	return slices.ContainsFunc(rep.Sources, func(s archive.Source) bool { return key(s.URL) == key(tr.URL) })
}

// demand fails on anything but a full and clean harvest within a number of requests a report.
func (r *rehearsal) demand(res result, perReport float64) {
	r.t.Helper()
	scores := r.judge(res)
	for _, f := range slices.Sorted(maps.Keys(scores)) {
		s := scores[f]
		r.t.Logf("%-10s %v", f, s)
		if s.found < s.truth || s.false > 0 || s.wrongAddress > 0 {
			r.t.Errorf("%s: %v\nmissing:\n  %s\nsurplus:\n  %s", f, s, strings.Join(s.missing, "\n  "), strings.Join(s.surplus, "\n  "))
		}
		if perReport > 0 && float64(s.requests) > perReport*float64(s.found) {
			r.t.Errorf("%s: %.1f requests a report, want at most %.1f", f, float64(s.requests)/float64(max(1, s.found)), perReport)
		}
	}
	r.polite()
}

// polite fails on any rudeness in the server's log, from the first crawl on.
func (r *rehearsal) polite() {
	r.t.Helper()
	bad := r.world.Judge(r.world.Log(), tiny)
	for i, v := range bad {
		if i < 10 {
			r.t.Errorf("rude: %v", v)
		}
	}
	if len(bad) > 10 {
		r.t.Errorf("and %d more", len(bad)-10)
	}
}

func TestEveryFamilyIsHarvested(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 1, Noise: 200})
	r.demand(r.crawl(nil), 6)
}
