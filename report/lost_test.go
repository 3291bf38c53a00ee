package report_test

import (
	"regexp"
	"strings"
	"testing"

	"nianbao/internal/compose"
	"nianbao/report"
)

// figures are the numbers of table 3 in a text: digits that are no list number.
var figures = regexp.MustCompile(`[0-9]+`)

// TestLostCells takes one number out of table 3, wherever it stands: whatever is still read is what was printed, since a
// row that lacks a number is left out or has a blank cell, and never moves.
func TestLostCells(t *testing.T) {
	t.Parallel()
	for i, shape := range compose.Shapes() {
		if shape == compose.Wide {
			continue // its digits are full-width
		}
		r := compose.New(int64(40+i), "江北市人民政府", 2020+i%5, compose.Options{})
		text := r.As(shape)
		from := strings.Index(text, "一、本年新收")
		if from < 0 {
			from = strings.Index(text, "一、本年新收政府信息公開")
		}
		if from < 0 {
			from = strings.Index(text, "本年新收")
		}
		to := from + len(text[from:])*2/3
		state, wrong := uint64(i+9), 0
		for range 12 {
			state = state*6364136223846793005 + 1442695040888963407
			all := figures.FindAllStringIndex(text[from:to], -1)
			m := all[int(state>>33)%len(all)]
			at, end := from+m[0], from+m[1]
			if next := text[end:]; strings.HasPrefix(next, ".") || strings.HasPrefix(next, "、") {
				continue
			}
			fill := ""
			if shape == compose.Layout {
				fill = strings.Repeat(" ", end-at)
			}
			got, err := report.ParseText(text[:at] + fill + text[end:])
			if err != nil {
				t.Errorf("%s: %v", shape, err)
				continue
			}
			failed := map[string]bool{}
			for _, c := range got.Checks {
				if !c.Holds {
					for _, p := range c.Cells {
						failed[p] = true
					}
				}
			}
			for _, f := range report.Fields() {
				v, read := got.Data.Value(f.Path)
				if read && v != r.Numbers[f.Path] && !failed[f.Path] {
					if wrong++; wrong < 4 {
						t.Errorf("%s: without %q before %.40q: %s is %v, printed %v", shape, text[at:end], text[end:], f.Path, v, r.Numbers[f.Path])
					}
				}
			}
		}
	}
}
