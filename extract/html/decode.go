package html

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_\-]+)|<\?xml[^>]{0,100}encoding\s*=\s*["']([a-z0-9_\-]+)`)

// Decode turns the bytes of a page into text and names the charset that was in force: a byte order mark, else UTF-8 when
// the bytes are valid UTF-8, else what the header or the page declares, else GB18030. gb2312 and gbk always mean gb18030,
// and a declaration that does not fit the bytes loses to one that does.
func Decode(data []byte, declared string) (text, charset string) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return strings.ToValidUTF8(string(data[3:]), "\uFFFD"), "utf-8"
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		s, _, _ := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), data)
		return string(s), "utf-16"
	}
	if validUTF8(data) {
		return strings.ToValidUTF8(string(data), "\uFFFD"), "utf-8"
	}
	best, bestName, bestBad := "", "", len(data)+1
	for _, name := range []string{declared, inMeta(data), "gb18030"} {
		enc, name := lookup(name)
		if enc == nil || name == bestName {
			continue
		}
		out, _, err := transform.Bytes(enc.NewDecoder(), data)
		if err != nil {
			continue
		}
		if bad := bytes.Count(out, []byte("\uFFFD")); bad < bestBad {
			best, bestName, bestBad = string(out), name, bad
		}
	}
	// A UTF-8 page with a few broken octets beats a double-byte reading full of rare characters.
	if u := strings.ToValidUTF8(string(data), "\uFFFD"); strings.Count(u, "\uFFFD")*50 < utf8.RuneCountInString(u) && strings.Count(u, "\uFFFD") <= bestBad {
		return u, "utf-8"
	}
	return best, bestName
}

// validUTF8 allows for a character cut off at the end.
func validUTF8(data []byte) bool {
	for i := 0; i < 4 && i <= len(data); i++ {
		if utf8.Valid(data[:len(data)-i]) {
			return true
		}
	}
	return false
}

func inMeta(data []byte) string {
	m := metaCharset.FindSubmatch(data[:min(len(data), 4096)])
	if m == nil {
		return ""
	}
	return string(m[1]) + string(m[2])
}

func lookup(name string) (encoding.Encoding, string) {
	switch n := strings.ToLower(strings.TrimSpace(name)); n {
	case "":
		return nil, ""
	case "gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "ms936", "hz-gb-2312":
		return simplifiedchinese.GB18030, "gb18030"
	default:
		enc, err := htmlindex.Get(n)
		if err != nil {
			return nil, ""
		}
		return enc, n
	}
}
