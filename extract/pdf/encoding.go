package pdf

import (
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
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
	return out
}()

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
	for _, prefix := range []string{"uni", "u"} {
		if hex, ok := strings.CutPrefix(name, prefix); ok && len(hex) >= 4 && len(hex) <= 6 {
			if v, err := strconv.ParseUint(hex, 16, 32); err == nil && v > 0 && v < 0x110000 {
				return string(rune(v))
			}
		}
	}
	return ""
}
