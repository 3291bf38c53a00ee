package extract_test

import (
	"context"
	"testing"

	"nianbao/document"
	"nianbao/extract"
)

// What shows nothing is no part of a number.
func TestMarksAreNoText(t *testing.T) {
	for _, tt := range []struct{ name, in, want, struck string }{
		{"embedding marks", "\u200e13\u202c", "13", ""},
		{"zero width", "1\u200b2\u200d0\u20604\ufeff", "1204", ""},
		{"a soft hyphen", "12\u00ad04", "1204", ""},
		{"an override", "共\u202e31\u202c件", "共13件", ""},
		{"an override to the end", "\u202e4021", "1204", ""},
		{"a variation selector", "5\ufe0f", "5", ""},
		{"a combining stroke", "1\u03362\u033613", "13", "12"},
		{"control characters", "1\x02\x1f3", "13", ""},
		{"symbols stay", "13① ㎡ ²", "13① ㎡ ²", ""},
		{"accents stay", "e\u0301", "e\u0301", ""},
	} {
		page := "<body><table><tr><td>甲<td>" + tt.in + "<tr><td>乙<td>1</table>"
		d, err := extract.Read(context.Background(), extract.Input{Data: []byte(page)}, extract.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		cell := d.Blocks[0].Table.Cells[1]
		struck := ""
		for _, u := range cell.Unseen {
			if u.Why == document.WhyStruck {
				struck += u.Text
			}
		}
		if cell.Text != tt.want || struck != tt.struck {
			t.Errorf("%s: %q with %q struck, want %q with %q", tt.name, cell.Text, struck, tt.want, tt.struck)
		}
	}
}
