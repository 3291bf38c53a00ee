package crawl_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive"
	"nianbao/crawl"
	"nianbao/document"
	"nianbao/extract"
	"nianbao/internal/portaltest"
)

// What a crawl has archived is taken into another archive as the WARC files of another program: the same reports with the
// same numbers come out of it, marked as imported, and a second import changes nothing.
func TestImportGivesTheReportsOfACrawl(t *testing.T) {
	t.Parallel()
	r := rehearse(t, portaltest.Options{Seed: 9, Families: []string{"trs", "gkmlpt", "vsb"}, Noise: 20})
	was := r.crawl(nil)
	a, err := archive.Open(filepath.Join(t.TempDir(), "imported"), archive.Options{GroupDelay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	read := func(ctx context.Context, in extract.Input) (*document.Document, error) {
		return extract.Read(ctx, in, extract.Limits{})
	}
	files, err := filepath.Glob(filepath.Join(r.dir, "warc", "*.warc.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v %v", files, err)
	}
	for round := range 2 {
		for _, f := range files {
			out, err := a.Import(t.Context(), f)
			if err != nil || len(out.Problems) > 0 {
				t.Fatalf("%s: %v %v", f, err, out.Problems)
			}
			sum, err := crawl.ReadCaptures(t.Context(), a, read, r.seeds, out.Captures)
			if err != nil {
				t.Fatal(err)
			}
			if round == 1 && (out.Count > 0 || len(sum.Events) > 0) {
				t.Errorf("the second import took in %d captures, with %d events", out.Count, len(sum.Events))
			}
		}
	}
	numbers := func(rep archive.Report) string {
		var d struct {
			T2, T3, T4, S2014 json.RawMessage
		}
		if len(rep.Data) > 0 {
			if err := json.Unmarshal(rep.Data, &d); err != nil {
				t.Fatal(err)
			}
		}
		return string(d.T2) + string(d.T3) + string(d.T4) + string(d.S2014)
	}
	want, got := map[string]string{}, map[string]string{}
	for _, rep := range was.reports {
		want[rep.Publisher.Name+rep.ID] = numbers(rep)
	}
	for rep, err := range a.Reports(archive.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		got[rep.Publisher.Name+rep.ID] = numbers(rep)
		if !strings.Contains(string(rep.Warnings), `"imported"`) {
			t.Errorf("%s is not marked as imported", rep.ID)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("crawled (-) against imported (+):\n%.3000s", d)
	}
}
