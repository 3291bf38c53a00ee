package pdf_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"nianbao/extract/pdf"
)

// textOf reads a page with Helvetica for F1 and another font for F2.
func textOf(t *testing.T, content, font string, more ...string) string {
	t.Helper()
	objects := append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
		stream("", content),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		font,
	}, more...)
	d, err := pdf.Read(context.Background(), build(objects...), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(d.Text())
}

// Standard fonts come without widths. Strings that a writer placed by the font's own metrics do not overlap.
func TestStandardFontWithoutWidths(t *testing.T) {
	// "illicit " is 22.2+22.2+22.2+22.2+50+22.2+27.8+27.8 tenths wide at size 10: what follows begins right there.
	got := textOf(t, "BT /F1 10 Tf 100 700 Td (illicit) Tj 18.9 0 Td (WWW) Tj 28.3 0 Td (iii) Tj ET", "<< >>")
	if got != "illicitWWWiii" {
		t.Errorf("read %q", got)
	}
}

// A Type 3 font may be drawn in the space of the text itself: its matrix is one, its glyphs are as tall as the text.
func TestType3WithUnitMatrix(t *testing.T) {
	for name, box := range map[string]string{"with a box": "[0 0 6 10]", "without": "[0 0 0 0]"} {
		font := "<< /Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /FontBBox " + box + " /FirstChar 65 /LastChar 67 /Widths [6 6 6] " +
			"/Encoding << /Differences [65 /A /B /C] >> /CharProcs << /A 7 0 R /B 7 0 R /C 7 0 R >> >>"
		proc := stream("", "6 0 0 0 5 8 d1 0 0 5 8 re f")
		got := textOf(t, "BT /F2 1 Tf 100 700 Td (ABC) Tj 0 -20 Td (CBA) Tj ET", font, proc)
		if got != "ABC\nCBA" && got != "ABC CBA" {
			t.Errorf("%s: read %q", name, got)
		}
	}
}

// Narrow digits that repeat are digits; what fake bold draws twice is one.
func TestRepeatedDigits(t *testing.T) {
	narrow := "<< /Type /Font /Subtype /Type1 /BaseFont /Narrow /FirstChar 48 /LastChar 57 /Widths [" + strings.Repeat("180 ", 10) + "] >>"
	for _, tt := range []struct{ name, content, want string }{
		{"one string", "BT /F2 8 Tf 100 700 Td (1110022) Tj ET", "1110022"},
		{"condensed", "BT /F1 8 Tf 35 Tz 100 700 Td (1110022) Tj ET", "1110022"},
		{"a string each", "BT /F2 8 Tf 100 700 Td (1) Tj (1) Tj (1) Tj (0) Tj (0) Tj ET", "11100"},
		{"fake bold", "BT /F1 10 Tf 100 700 Td (1102) Tj 0.3 0 Td (1102) Tj ET", "1102"},
		{"a shadow", "BT /F1 20 Tf 100 700 Td (TOTAL) Tj 1 -1 Td (TOTAL) Tj ET", "TOTAL"},
	} {
		if got := strings.ReplaceAll(textOf(t, tt.content, narrow), " ", ""); got != tt.want {
			t.Errorf("%s: read %q, want %q", tt.name, got, tt.want)
		}
	}
}

// CIDs of a character collection need no map to Unicode; codes of a CMap nobody knows are not guessed.
func TestCIDsWithoutToUnicode(t *testing.T) {
	font := func(encoding, ordering string) []string {
		return []string{
			fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /%s /DescendantFonts [7 0 R] >>", encoding),
			fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (%s) /Supplement 2 >> /DW 1000 >>", ordering),
		}
	}
	for _, tt := range []struct{ encoding, ordering, codes, want string }{
		{"Identity-H", "GB1", "03AC1257", "啊亍"}, // CIDs 940 and 4695
		{"Identity-H", "Japan1", "0465", "亜"},   // CID 1125
		{"Identity-H", "Korea1", "043E", "가"},   // CID 1086
		{"Identity-H", "CNS1", "0253", "一"},     // CID 595
		{"GB-H", "GB1", "30215821", "啊亍"},
		{"H", "Japan1", "3021", "亜"},
		{"GBK-EUC-H", "GB1", "B0A1D8A1", "啊亍"},
		{"Unheard-Of-H", "GB1", "03AC", "\uFFFD"},
	} {
		f := font(tt.encoding, tt.ordering)
		if got := textOf(t, "BT /F2 10 Tf 100 700 Td <"+tt.codes+"> Tj ET", f[0], f[1]); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.codes, tt.encoding, got, tt.want)
		}
	}
}
