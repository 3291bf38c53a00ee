package crawl_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive"
	"nianbao/crawl"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/internal/portaltest"
)

// reprocess derives again from the archive of a rehearsal, stopped after so many hosts when stop is positive.
func (r *rehearsal) reprocess(stop int) (sum crawl.Reprocessed, reports map[string]string, events int) {
	r.t.Helper()
	s, err := crawl.OpenStored(crawl.Config{ArchiveDir: r.dir, Seeds: r.seeds, Portals: r.seeds.Portals, Version: "0",
		Read: func(ctx context.Context, in extract.Input) (*document.Document, error) {
			return extract.Read(ctx, in, extract.Limits{})
		}})
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	hosts := 0
	sum, err = s.Reprocess(ctx, func(crawl.Reprocessed) {
		if hosts++; hosts == stop {
			cancel()
		}
	})
	if err != nil {
		r.t.Fatal(err)
	}
	reports = map[string]string{}
	for rep, err := range s.Archive().Reports(archive.Filter{}) {
		if err != nil {
			r.t.Fatal(err)
		}
		b, err := json.Marshal(rep)
		if err != nil {
			r.t.Fatal(err)
		}
		reports[rep.ID] = string(b)
	}
	return sum, reports, int(s.Archive().Sequence())
}

func TestReprocessWithTheSameParserChangesNothing(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 7, Families: []string{"trs", "gkmlpt", "vsb"}, Noise: 40})
	before := r.crawl(nil)
	requests := len(r.world.Log())
	first, stopped, _ := r.reprocess(2)
	if !first.Left || first.Captures == 0 {
		t.Fatalf("the run was not stopped half way: %+v", first)
	}
	sum, reports, events := r.reprocess(0)
	if len(r.world.Log()) != requests {
		t.Errorf("%d requests were sent", len(r.world.Log())-requests)
	}
	if sum.Captures <= first.Captures || sum.Reports < len(before.reports) || sum.New+sum.Changed+sum.Leads+len(sum.Lost)+len(sum.Missing) > 0 || sum.Left {
		t.Errorf("%+v", sum)
	}
	if events != len(before.events) || len(reports) != len(before.reports) {
		t.Errorf("%d events, %d reports; before %d and %d", events, len(reports), len(before.events), len(before.reports))
	}
	if d := cmp.Diff(stopped, reports); d != "" {
		t.Error(d)
	}
}

// What an older reader did not understand is read from the archive, and is no change of what was published.
func TestReprocessReadsWhatAnOlderReaderLeftOut(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 8, Families: []string{"trs", "jpage"}, Noise: 20})
	before := r.crawl(func(c *crawl.Config) {
		c.Read = func(ctx context.Context, in extract.Input) (*document.Document, error) {
			d, err := extract.Read(ctx, in, extract.Limits{})
			if err == nil {
				kept := d.Blocks[:0]
				for _, b := range d.Blocks {
					if b.Kind != document.TableKind {
						kept = append(kept, b)
					}
				}
				d.Blocks = kept
			}
			return d, err
		}
	})
	requests := len(r.world.Log())
	sum, _, events := r.reprocess(0)
	if sum.Changed == 0 || sum.New != 0 || len(sum.Lost) > 0 {
		t.Errorf("%+v", sum)
	}
	if events != len(before.events) {
		t.Errorf("%d events for %d reports read otherwise", events-len(before.events), sum.Changed)
	}
	if len(r.world.Log()) != requests {
		t.Error("requests were sent")
	}
	r.demand(result{reports: r.live()}, 0)
}

// live are the reports of the archive.
func (r *rehearsal) live() (out []archive.Report) {
	r.t.Helper()
	a, err := archive.OpenExisting(r.dir, archive.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	defer a.Close()
	for rep, err := range a.Reports(archive.Filter{}) {
		if err != nil {
			r.t.Fatal(err)
		}
		out = append(out, rep)
	}
	return out
}
