package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// textString reads a string of the document's description: UTF-16 or UTF-8 with a mark, PDFDocEncoding, or, against the
// standard but common here, GBK.
func textString(s string) string {
	switch {
	case strings.HasPrefix(s, "\xfe\xff"):
		return string(utf16.Decode(units([]byte(s[2:]))))
	case strings.HasPrefix(s, "\xff\xfe"):
		b := []byte(s[2:])
		for i := 0; i+1 < len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
		return string(utf16.Decode(units(b)))
	case strings.HasPrefix(s, "\xef\xbb\xbf"):
		return strings.ToValidUTF8(s[3:], "")
	case utf8.ValidString(s):
		return s
	}
	if g, err := simplifiedchinese.GBK.NewDecoder().String(s); err == nil {
		return strings.ToValidUTF8(g, "")
	}
	return ""
}
