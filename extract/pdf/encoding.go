package pdf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// The base encodings of simple fonts. The standard encoding differs from WinAnsi outside ASCII in signs that Chinese
// papers hardly use; the quotes and dashes it needs come through Differences.
var (
	winAnsi          = byteTable(charmap.Windows1252)
	macRoman         = byteTable(charmap.Macintosh)
	standardEncoding = byteTable(charmap.Windows1252)
)

func byteTable(m *charmap.Charmap) (t [256]string) {
	for i := 0x20; i < 256; i++ {
		if r := m.DecodeByte(byte(i)); r != 0xfffd && r != 0x7f {
			t[i] = string(r)
		}
	}
	return t
}

// glyphNames are the names of ASCII and of common signs in the Adobe Glyph List, in the order of glyphRunes.
const (
	glyphNames = "space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash " +
		"zero one two three four five six seven eight nine colon semicolon less equal greater question at " +
		"bracketleft backslash bracketright asciicircum underscore grave braceleft bar braceright asciitilde " +
		"quoteleft quoteright quotedblleft quotedblright endash emdash bullet ellipsis periodcentered middot minus multiply divide degree " +
		"fi fl ff ffi ffl nbspace section paragraph plusminus copyright registered guillemotleft guillemotright sterling yen Euro"
	glyphRunes = " !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~‘’“”–—•…··−×÷°\ufb01\ufb02\ufb00\ufb03\ufb04\u00a0§¶±©®«»£¥€"
)

var namedGlyphs = func() map[string]string {
	out := map[string]string{}
	runes := []rune(glyphRunes)
	for i, n := range strings.Fields(glyphNames) {
		out[n] = string(runes[i])
	}
	other := strings.Fields(otherNames)
	for i := 0; i+1 < len(other); i += 2 {
		out[other[i]] = other[i+1]
	}
	for i, n := range strings.Fields(greekNames) {
		if _, ok := out[n]; !ok {
			out[n] = string(rune('α' + i))
		}
		if n != "sigma1" {
			out[strings.ToUpper(n[:1])+n[1:]] = string(rune('Α' + i))
		}
	}
	return out
}()

// symbolSigns and dingbats are the built-in encodings of the two standard fonts of signs (PDF 32000-1 annex D.5, D.6),
// from code 32 to 126 and from 160 on. A blank stands for a code without a sign.
const (
	symbolLow  = " !∀#∃%&∍()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
	symbolHigh = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)

func symbolTable() (t [256]string) {
	for i, r := range []rune(symbolLow) {
		t[0x20+i] = string(r)
	}
	for i, r := range []rune(symbolHigh) {
		t[0xa0+i] = string(r)
	}
	return t
}

// dingbatTable follows the block of dingbats, which has holes where Unicode had the sign before.
func dingbatTable() (t [256]string) {
	for c := 0x21; c <= 0x7e; c++ {
		t[c] = string(rune(0x2700 + c - 0x20))
	}
	for c := 0xa1; c <= 0xa7; c++ {
		t[c] = string(rune(0x2761 + c - 0xa1))
	}
	for c := 0xac; c <= 0xb5; c++ {
		t[c] = string(rune(0x2460 + c - 0xac))
	}
	for c := 0xb6; c <= 0xd4; c++ {
		t[c] = string(rune(0x2776 + c - 0xb6))
	}
	for c := 0xd8; c <= 0xfe; c++ {
		t[c] = string(rune(0x2798 + c - 0xd8))
	}
	for c, r := range map[int]rune{0x20: ' ', 0x25: '☎', 0x2a: '☛', 0x2b: '☞', 0x48: '★', 0x6c: '●', 0x6e: '■', 0x73: '▲', 0x74: '▼', 0x75: '◆', 0x77: '◗',
		0xa8: '♣', 0xa9: '♦', 0xaa: '♥', 0xab: '♠', 0xd5: '→', 0xd6: '↔', 0xd7: '↕'} {
		t[c] = string(r)
	}
	return t
}

// accents are the endings of glyph names and the combining marks they stand for; greek and others are further names of the
// Adobe Glyph List.
var accents = map[string]string{
	"grave": "\u0300", "acute": "\u0301", "circumflex": "\u0302", "tilde": "\u0303", "macron": "\u0304", "breve": "\u0306", "dotaccent": "\u0307",
	"dieresis": "\u0308", "ring": "\u030a", "hungarumlaut": "\u030b", "caron": "\u030c", "commaaccent": "\u0327", "cedilla": "\u0327", "ogonek": "\u0328",
}

const (
	greekNames = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma1 sigma tau upsilon phi chi psi omega"
	otherNames = "germandbls ß AE Æ ae æ OE Œ oe œ Oslash Ø oslash ø Lslash Ł lslash ł dotlessi ı Eth Ð eth ð Thorn Þ thorn þ Dcroat Đ dcroat đ cent ¢ currency ¤ " +
		"brokenbar ¦ dieresis ¨ ordfeminine ª logicalnot ¬ macron ¯ acute ´ mu µ cedilla ¸ onesuperior ¹ twosuperior ² threesuperior ³ ordmasculine º " +
		"onequarter ¼ onehalf ½ threequarters ¾ exclamdown ¡ questiondown ¿ dagger † daggerdbl ‡ perthousand ‰ trademark ™ florin ƒ quotesinglbase ‚ " +
		"quotedblbase „ guilsinglleft ‹ guilsinglright › fraction ⁄ circumflex ˆ tilde ˜ caron ˇ breve ˘ dotaccent ˙ ring ˚ hungarumlaut ˝ ogonek ˛ " +
		"infinity ∞ lessequal ≤ greaterequal ≥ notequal ≠ approxequal ≈ summation ∑ product ∏ integral ∫ radical √ partialdiff ∂ lozenge ◊ " +
		"arrowleft ← arrowup ↑ arrowright → arrowdown ↓ element ∈ check ✓ checkmark ✓ Omega Ω sfthyphen \u00ad hyphenminus - apostrophe ' figuredash ‒"
)

// glyphText is what a glyph name means: "A", "zero", "uni4E2D", "u20BB7", "A.alt"; "" when it says nothing.
func glyphText(name string) string {
	if i := strings.IndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if s, ok := namedGlyphs[name]; ok {
		return s
	}
	if len(name) == 1 {
		return name
	}
	if mark, ok := accents[name[min(1, len(name)):]]; ok {
		if s := norm.NFC.String(name[:1] + mark); utf8.RuneCountInString(s) == 1 {
			return s
		}
	}
	for _, prefix := range []string{"uni", "u"} {
		if hex, ok := strings.CutPrefix(name, prefix); ok && len(hex) >= 4 && len(hex) <= 6 {
			if v, err := strconv.ParseUint(hex, 16, 32); err == nil && v > 0 && v < 0x110000 {
				return string(rune(v))
			}
		}
	}
	return ""
}
