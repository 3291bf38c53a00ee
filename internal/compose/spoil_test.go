package compose

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/report"
)

// What a page shows and what a file holds are two things: the numbers are those that are shown, in every format, and what
// is not shown is kept apart with the reason.
func TestSpoiledReportsReadToTheirNumbers(t *testing.T) {
	reasons := map[Spoil]string{SpoilStruck: document.WhyStruck, SpoilHidden: document.WhyHidden, SpoilWhite: document.WhyInvisible, SpoilDeleted: document.WhyDeleted, SpoilHiddenRow: document.WhyHidden}
	can := map[string]struct {
		render func(*Report) []byte
		spoils []Spoil
	}{
		"docx": {(*Report).DOCX, Spoils()},
		"doc":  {(*Report).DOC, []Spoil{SpoilStruck, SpoilHidden, SpoilWhite, SpoilDeleted, SpoilRaised, SpoilMarked}},
		"rtf":  {(*Report).RTF, []Spoil{SpoilStruck, SpoilHidden, SpoilWhite, SpoilDeleted, SpoilRaised, SpoilHiddenRow, SpoilChosen, SpoilMarked}},
		"odt":  {(*Report).ODT, []Spoil{SpoilStruck, SpoilHidden, SpoilWhite, SpoilRaised, SpoilHiddenRow, SpoilBoxed, SpoilChosen, SpoilMarked}},
		"xlsx": {(*Report).XLSX, []Spoil{SpoilStruck, SpoilWhite, SpoilRaised, SpoilHiddenRow, SpoilMarked}},
		"html": {func(r *Report) []byte { return []byte("<html><body><h1>" + r.Title + "</h1>" + r.HTML(Plain)) }, []Spoil{SpoilStruck, SpoilHidden, SpoilWhite, SpoilRaised, SpoilHiddenRow, SpoilBoxed, SpoilChosen, SpoilMarked}},
	}
	r := New(4, "永宁县人民政府", 2023, Options{})
	for name, f := range can {
		for _, spoil := range f.spoils {
			t.Run(name+" "+string(spoil), func(t *testing.T) {
				d, err := extract.Read(context.Background(), extract.Input{Data: f.render(r.Spoiled(spoil))}, extract.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				gone := map[string]int{}
				for _, b := range d.Blocks {
					if b.Table == nil {
						continue
					}
					for _, c := range b.Table.Cells {
						for _, u := range c.Unseen {
							gone[u.Why]++
						}
					}
				}
				if name == "doc" && spoil != SpoilDeleted { // it always has drafts that are deleted
					delete(gone, document.WhyDeleted)
				}
				if why := reasons[spoil]; why != "" && gone[why] == 0 || why == "" && len(gone) > 0 {
					t.Errorf("unseen %v, want some %q", gone, why)
				}
				got, err := report.Parse(d)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(r.Numbers, read(got)); diff != "" {
					t.Errorf("numbers (-want +got):\n%.2000s", diff)
				}
				if spoil == SpoilRaised && !strings.Contains(d.Text(), "¹") {
					t.Error("no raised mark is left")
				}
			})
		}
	}
}
