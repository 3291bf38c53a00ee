package pdf

import (
	"testing"
	"unicode/utf8"
)

func TestGlyphNames(t *testing.T) {
	for name, want := range map[string]string{
		"A": "A", "zero": "0", "uni4E2D": "中", "u20BB7": "𠮷", "A.alt": "A", "eacute": "é", "Ccaron": "Č", "Uhungarumlaut": "Ű", "alpha": "α", "Omicron": "Ο",
		"sigma1": "ς", "omega": "ω", "Omega": "Ω", "oslash": "ø", "a": "a", "acute": "´", "g123": "", "": "", "xring": "",
	} {
		if got := glyphText(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// A check mark is no digit 4, though it has the code of one.
func TestFontsOfSigns(t *testing.T) {
	if n := utf8.RuneCountInString(symbolLow); n != 0x7f-0x20 {
		t.Errorf("%d signs from code 32 to 126", n)
	}
	if n := utf8.RuneCountInString(symbolHigh); n != 0xff-0xa0 {
		t.Errorf("%d signs from code 160 to 254", n)
	}
	dingbats := dingbatTable()
	for code, want := range map[byte]string{'4': "✔", '8': "✘", 'l': "●", 'n': "■", 'u': "◆", 0xac: "①", 0xd5: "→"} {
		if got := dingbats[code]; got != want {
			t.Errorf("dingbat %#x is %q, want %q", code, got, want)
		}
	}
	symbols := symbolTable()
	for code, want := range map[byte]string{'a': "α", 'W': "Ω", 0xb7: "•", 0xb4: "×", 0xfe: "⎭", '7': "7", 0xa3: "≤"} {
		if got := symbols[code]; got != want {
			t.Errorf("symbol %#x is %q, want %q", code, got, want)
		}
	}
}

func TestStandardWidths(t *testing.T) {
	for face, n := range standardWidths() {
		if len(n) != 224 {
			t.Errorf("%s has %d widths", face, len(n))
		}
	}
	for _, tt := range []struct {
		name, face string
		code       byte
		width      float64
	}{
		{"Helvetica", "Helvetica", 'i', 222}, {"Arial,Bold", "Helvetica-Bold", 'i', 278}, {"ABCDEF+TimesNewRomanPS-BoldItalicMT", "Times-BoldItalic", 'W', 889},
		{"Times New Roman", "Times-Roman", 'm', 778}, {"CourierNew", "Courier", 'i', 600}, {"ZapfDingbats", "ZapfDingbats", '4', 846}, {"Symbol", "Symbol", 'a', 631},
		{"SimSun", "", 0, 0},
	} {
		face := standardFace(tt.name)
		if face != tt.face {
			t.Errorf("%s is %q, want %q", tt.name, face, tt.face)
			continue
		}
		if face != "" && standardWidths()[face][tt.code-0x20] != tt.width {
			t.Errorf("%s: %q is %v wide, want %v", face, tt.code, standardWidths()[face][tt.code-0x20], tt.width)
		}
	}
}
