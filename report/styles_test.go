package report_test

import (
	"fmt"
	"testing"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// A tally counts the cells of one kind of rendering.
type tally struct{ total, right, missing, wrong, invented, marks, marksRight int }

// compare sets a parsed report against what was printed.
func (c *tally) compare(t *testing.T, name string, want *compose.Report, got *report.AnnualReport) {
	t.Helper()
	bad := 0
	say := func(format string, args ...any) {
		if bad++; bad <= 6 {
			t.Errorf("%s: %s", name, fmt.Sprintf(format, args...))
		}
	}
	for _, f := range report.Fields() {
		v, printed := want.Numbers[f.Path]
		g, read := got.Data.Value(f.Path)
		raw, seen := got.Data.Raw[f.Path]
		mark, marked := want.Marks[f.Path]
		switch {
		case printed && read && g == v:
			c.total++
			c.right++
		case printed && read:
			c.total++
			c.wrong++
			say("%s: %v printed, %v read", f.Path, v, g)
		case printed:
			c.total++
			c.missing++
		case read:
			c.invented++
			say("%s: nothing printed, %v read", f.Path, g)
		case marked:
			c.marks++
			if seen && raw == mark {
				c.marksRight++
			}
		}
	}
}

func variants(seed int64) map[string]*compose.Report {
	out := map[string]*compose.Report{}
	bodies := []string{"永宁县人民政府", "永宁县财政局", "江北市人民政府"}
	if testing.Short() {
		bodies = bodies[2:]
	}
	for i, body := range bodies {
		out[fmt.Sprintf("f2021/%d", i)] = compose.New(seed, body, 2023, compose.Options{})
		out[fmt.Sprintf("f2019/%d", i)] = compose.New(seed, body, 2020, compose.Options{})
		out[fmt.Sprintf("mixed/%d", i)] = compose.New(seed, body, 2022, compose.Options{}).SingleOther()
	}
	out["empty"] = compose.New(seed, "永宁县柳河镇人民政府", 2024, compose.Options{Empty: true})
	return out
}

func parseAs(t *testing.T, name string, d *document.Document) *report.AnnualReport {
	t.Helper()
	got, err := report.Parse(d)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return &report.AnnualReport{}
	}
	return got
}

// TestShapesOfText reads composed reports in every shape of text and with every way of filling the form in: every number
// that is printed is read, nothing else is, and where a shape loses blank cells their rows are left out, never shifted.
func TestShapesOfText(t *testing.T) {
	t.Parallel()
	for _, shape := range compose.Shapes() {
		for _, fill := range compose.Fills() {
			var c tally
			for name, r := range variants(11) {
				r = r.Filled(fill)
				at := fmt.Sprintf("%s %s %s", shape, fill, name)
				c.compare(t, at, r, parseAs(t, at, report.FromText(r.As(shape))))
			}
			c.settle(t, fmt.Sprintf("%s %s", shape, fill), shape.KeepsBlanks() || shape != compose.Glued && (fill == compose.Numbers || fill == compose.Slashes || fill == compose.Nothing))
		}
	}
}

// settle asks for every number and every mark where the rendering keeps them.
func (c *tally) settle(t *testing.T, name string, complete bool) {
	t.Helper()
	t.Logf("%-28s %5d of %5d numbers, %5d of %5d marks, %d wrong, %d invented", name, c.right, c.total, c.marksRight, c.marks, c.wrong, c.invented)
	if complete && (c.missing > 0 || c.marksRight < c.marks) {
		t.Errorf("%s: %d numbers and %d marks not read", name, c.missing, c.marks-c.marksRight)
	}
}

// TestCutsOfTables reads composed reports as grids, merged and cut in the ways that readers of files deliver them.
func TestCutsOfTables(t *testing.T) {
	t.Parallel()
	for _, cut := range compose.Cuts() {
		for _, fill := range compose.Fills() {
			var c tally
			for name, r := range variants(12) {
				r = r.Filled(fill)
				at := fmt.Sprintf("%s %s %s", cut, fill, name)
				c.compare(t, at, r, parseAs(t, at, r.Document(cut)))
			}
			c.settle(t, fmt.Sprintf("%s %s", cut, fill), true)
		}
	}
}
