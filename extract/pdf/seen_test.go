package pdf_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/extract/pdf"
	"nianbao/internal/compose"
	"nianbao/report"
)

// unseen collects what a document keeps apart, by reason.
func unseen(d *document.Document) map[string]int {
	out := map[string]int{}
	for _, b := range d.Blocks {
		for _, u := range b.Unseen {
			out[u.Why]++
		}
		if b.Table == nil {
			continue
		}
		for _, c := range b.Table.Cells {
			for _, u := range c.Unseen {
				out[u.Why]++
			}
		}
	}
	return out
}

// What a file holds and the page does not show never reaches a number, and what the page shows is read wherever the file
// keeps it.
func TestSeenAgainstStored(t *testing.T) {
	tests := []struct {
		fault compose.Fault
		why   string // of what is kept apart
	}{
		{compose.OldOnLayer, document.WhyLayer},
		{compose.OldWhite, document.WhyInvisible},
		{compose.OldClear, document.WhyInvisible},
		{compose.OldSilent, document.WhyInvisible},
		{compose.OldClipped, document.WhyOutside},
		{compose.OldOutside, document.WhyOutside},
		{compose.OldCovered, document.WhyInvisible},
		{compose.OldPictured, document.WhyInvisible},
		{compose.OldStruck, document.WhyStruck},
		{compose.Watermarks, document.WhyWatermark},
		{compose.WhiteRules, ""},
		{compose.PaleFills, ""},
		{compose.NoRules, ""},
		{compose.InFields, ""},
		{compose.InValues, ""},
		{compose.InNotes, ""},
		{compose.OldNotes, document.WhyHidden},
	}
	for _, tt := range tests {
		for seed, enc := range []compose.Encoding{compose.IdentityH, compose.UniGB} {
			t.Run(fmt.Sprint(tt.fault, enc), func(t *testing.T) {
				c := compose.New(int64(seed), "清河县人民政府", 2023, compose.Options{})
				d, err := pdf.Read(context.Background(), c.FaultyPDF(enc, tt.fault), pdf.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if n := unseen(d); tt.why != "" && n[tt.why] < 10 || tt.why == "" && len(n) > 0 {
					t.Errorf("kept apart: %v, want %q", n, tt.why)
				}
				r, err := report.Parse(d)
				if err != nil {
					t.Fatal(err)
				}
				wrong, missing := 0, 0
				got := numbersOf(r)
				for path, want := range c.Numbers {
					switch v, ok := got[path]; {
					case !ok:
						missing++
					case v != want:
						wrong++
						t.Logf("%s: %v, composed %v", path, v, want)
					}
				}
				if wrong > 0 || missing > 0 && tt.fault != compose.Raised {
					t.Errorf("%d numbers wrong, %d missing", wrong, missing)
				}
			})
		}
	}
}

// A picture's text that somebody's optical reading laid over or under it is the text of the page.
func TestOpticalReading(t *testing.T) {
	words := "BT /F1 12 Tf 100 700 Td 3 Tr (a page that was scanned) Tj 0 -20 Td (and read by a machine) Tj ET"
	image := "q 595 0 0 842 0 0 cm /Im0 Do Q"
	object := stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", "\xff")
	for name, tt := range map[string]struct {
		content string
		read    bool
	}{
		"over the picture":           {image + " " + words, true},
		"under it":                   {strings.Replace(words, "3 Tr", "0 Tr", 1) + " " + image, true},
		"without a picture":          {words, false},
		"beside a small picture":     {"q 60 0 0 60 0 0 cm /Im0 Do Q BT /F1 12 Tf 100 400 Td (" + strings.Repeat("words that are seen ", 5) + ") Tj ET " + words, false},
		"on a picture with captions": {image + " " + words + " BT /F1 12 Tf 0 Tr 100 300 Td (short) Tj ET", true},
	} {
		t.Run(name, func(t *testing.T) {
			data := build(
				"<< /Type /Catalog /Pages 2 0 R >>",
				"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
				"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> /XObject << /Im0 6 0 R >> >> /Contents 4 0 R >>",
				stream("", tt.content),
				"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
				object,
			)
			d, err := pdf.Read(context.Background(), data, pdf.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(d.Text(), "seen") && !tt.read && !d.HasFlag(document.FlagLowQuality) {
				t.Error("nothing is read and no flag says so")
			}
			if got := strings.Contains(d.Text(), "scanned"); got != tt.read || d.HasFlag(document.FlagOCR) != tt.read {
				t.Errorf("read %v, flags %v:\n%s", got, d.Flags, d.Text())
			}
		})
	}
}

// Raised marks are written as such; without them the text is that of the report without marks.
func TestRaisedMarks(t *testing.T) {
	c := compose.New(1, "清河县人民政府", 2023, compose.Options{})
	text := func(f compose.Fault) string {
		d, err := pdf.Read(context.Background(), c.FaultyPDF(compose.UniGB, f), pdf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return d.Text()
	}
	marked, sound := text(compose.Raised), text(compose.Sound)
	const marks = "¹²³⁴⁵⁶⁷⁸⁹"
	n := 0
	got := strings.Map(func(r rune) rune {
		if strings.ContainsRune(marks, r) {
			n++
			return -1
		}
		return r
	}, marked)
	if n < 30 {
		t.Errorf("%d raised marks", n)
	}
	if got != sound {
		t.Errorf("with marks taken away:\n%s\nwithout marks:\n%s", got, sound)
	}
}
