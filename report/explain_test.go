package report_test

import (
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// TestWriteOrigins: every number names its page, box, cell, text and method.
func TestWriteOrigins(t *testing.T) {
	r := compose.New(41, "江北市人民政府", 2023, compose.Options{})
	d := r.Document(compose.Whole)
	for i := range d.Blocks {
		if tab := d.Blocks[i].Table; tab != nil {
			tab.Method = "lattice"
			for k := range tab.Cells {
				c := &tab.Cells[k]
				c.Box = &document.Box{Page: 1, X0: float64(10 * c.Col), Y0: float64(20 * c.Row), X1: float64(10*c.Col + 9), Y1: float64(20*c.Row + 19)}
			}
		}
	}
	cell := cellOf(t, d, "本年新收", 1)
	cell.Text, cell.Confidence = "见附件", 0.75
	got := parseAs(t, "boxes", d)
	o := got.Origins["t3.new.enterprise"]
	if o.Method != "lattice" || o.Box == nil || o.Box.Y0 != 60 || o.Box.X0 != 40 || o.Table != 2 || o.Row != 4 || o.Col != 5 || o.Page == 0 {
		t.Errorf("%+v %+v", o, o.Box)
	}
	var b strings.Builder
	if err := got.WriteOrigins(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 201 {
		t.Errorf("%d lines for 200 cells", len(lines))
	}
	for _, l := range lines {
		if strings.HasPrefix(l, "t3.new.natural") {
			for _, want := range []string{"–", "30,60–39,79", "table 2, row 4, col 4", `"见附件"`, "lattice, confidence 0.75"} {
				if !strings.Contains(l, want) {
					t.Errorf("%q lacks %q", l, want)
				}
			}
		}
	}

	text := parse(t, r.As(compose.Glued))
	how := map[string]int{}
	for _, o := range text.Origins {
		how[o.Method]++
	}
	if how["text, glued_digits"] == 0 {
		t.Errorf("glued: %v", how)
	}
	if err := new(report.AnnualReport).WriteOrigins(&b); err != nil {
		t.Error(err)
	}
}
