package ofd_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// What a package holds and the page does not show never reaches a number.
func TestSeenAgainstStored(t *testing.T) {
	tests := []struct {
		fault compose.Fault
		why   string // of what is kept apart
	}{
		{compose.Sound, ""},
		{compose.OldOnLayer, document.WhyLayer},
		{compose.OldWhite, document.WhyInvisible},
		{compose.OldClear, document.WhyInvisible},
		{compose.OldSilent, document.WhyInvisible},
		{compose.OldClipped, document.WhyOutside},
		{compose.OldOutside, document.WhyOutside},
		{compose.OldCovered, document.WhyInvisible},
		{compose.OldStruck, document.WhyStruck},
		{compose.Watermarks, document.WhyWatermark},
	}
	for _, tt := range tests {
		t.Run(string(tt.fault), func(t *testing.T) {
			c := compose.New(1, "清河县人民政府", 2023, compose.Options{})
			d := read(t, c.FaultyOFD(tt.fault))
			n := map[string]int{}
			for _, b := range d.Blocks {
				for _, u := range b.Unseen {
					n[u.Why]++
				}
				if b.Table == nil {
					continue
				}
				for _, c := range b.Table.Cells {
					for _, u := range c.Unseen {
						n[u.Why]++
					}
				}
			}
			if tt.why != "" && n[tt.why] < 10 || tt.why == "" && len(n) > 0 {
				t.Errorf("kept apart: %v, want %q", n, tt.why)
			}
			r, err := report.Parse(d)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]*float64{}
			for table, rows := range map[string]map[string]report.Row{"t2": r.Data.T2, "t3": r.Data.T3, "t4": r.Data.T4} {
				for row, cols := range rows {
					for col, v := range cols {
						got[table+"."+row+"."+col] = v
					}
				}
			}
			for path, want := range c.Numbers {
				if v := got[path]; v == nil || *v != want {
					t.Errorf("%s is not %v", path, want)
				}
			}
		})
	}
}

// Raised marks are written as such; without them the text is that of the report without marks.
func TestRaisedMarks(t *testing.T) {
	c := compose.New(1, "清河县人民政府", 2023, compose.Options{})
	n := 0
	got := strings.Map(func(r rune) rune {
		if strings.ContainsRune("¹²³⁴⁵⁶⁷⁸⁹", r) {
			n++
			return -1
		}
		return r
	}, read(t, c.FaultyOFD(compose.Raised)).Text())
	if n < 30 {
		t.Errorf("%d raised marks", n)
	}
	if diff := cmp.Diff(read(t, c.OFD()).Text(), got); diff != "" {
		t.Errorf("without marks (-), with marks taken away (+):\n%s", diff)
	}
}

// White on a coloured ground is seen, and so is what stands on a layer that is on.
func TestSeenAfterAll(t *testing.T) {
	blue := `<PathObject Boundary="0 0 210 297" Stroke="false" Fill="true"><FillColor Value="0 0 128"/><AbbreviatedData>M 10 30 L 200 30 L 200 60 L 10 60 C</AbbreviatedData></PathObject>`
	white := `<TextObject Boundary="20 40 100 6" Size="4"><FillColor Value="#FF #FF #FF"/><TextCode X="0" Y="4" DeltaX="g 99 4">白字</TextCode></TextObject>`
	if got := read(t, pack(blue+white+text(20, 80, "下文"))).Text(); got != "白字\n下文\n" {
		t.Errorf("white on blue: %q", got)
	}
	if got := read(t, pack(white+blue+text(20, 80, "下文"))).Text(); got != "下文\n" {
		t.Errorf("white below blue: %q", got)
	}
}
