package fetch

import (
	"bytes"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// charsetOf finds the charset in force for a text: byte order mark, then UTF-8 if the bytes are that, then what the
// header or the page declares, then gb18030. gb2312 and gbk mean gb18030, their superset. A Latin charset declared over
// octets that are not ASCII is an error of the template: no official page is written in it.
func charsetOf(data []byte, contentType string) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return "utf-16be"
	case mostlyUTF8(data):
		return "utf-8"
	}
	_, params, _ := mime.ParseMediaType(contentType)
	for _, label := range []string{params["charset"], metaCharset(data)} {
		enc, err := htmlindex.Get(strings.Trim(label, ` "'`))
		if err != nil {
			continue
		}
		switch name, _ := htmlindex.Name(enc); {
		case name == "utf-8", strings.HasPrefix(name, "windows-125"), strings.HasPrefix(name, "iso-8859-"), name == "macintosh", name == "replacement",
			strings.HasPrefix(name, "utf-16"), name == "x-user-defined":
		case name == "gbk":
			return "gb18030"
		default:
			return name
		}
	}
	return "gb18030"
}

// mostlyUTF8 reports whether data is UTF-8, allowing for what happens to UTF-8 in the field: a character cut in half at
// the end or by a fixed-width field. Octets in another encoding hardly ever form valid sequences by chance.
func mostlyUTF8(data []byte) bool {
	if utf8.Valid(data) {
		return true
	}
	good, bad := 0, 0
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			if n >= 3 {
				good++
			}
		case !utf8.FullRune(data[i:]):
			return good > 0 && bad*100 <= good // cut at the end
		default:
			bad++
		}
		i += n
	}
	return bad*100 <= good
}

var metaTag = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*["']([a-z0-9_:-]+)`)

// metaCharset is what the page itself declares in its first 4 KiB, or empty.
func metaCharset(data []byte) string {
	m := metaTag.FindSubmatch(data[:min(len(data), 4096)])
	if m == nil {
		return ""
	}
	if len(m[1]) > 0 {
		return string(m[1])
	}
	return string(m[2])
}

// toUTF8 decodes text by a name that charsetOf gave. Octets without meaning become U+FFFD.
func toUTF8(data []byte, charset string) string {
	if charset == "" || charset == "utf-8" {
		return strings.ToValidUTF8(strings.TrimPrefix(string(data), "\ufeff"), "\ufffd")
	}
	var enc encoding.Encoding = simplifiedchinese.GB18030
	if charset != "gb18030" {
		e, err := htmlindex.Get(charset)
		if err != nil {
			return strings.ToValidUTF8(string(data), "\ufffd")
		}
		enc = e
	}
	out, _ := enc.NewDecoder().Bytes(data)
	return strings.TrimPrefix(string(out), "\ufeff")
}

// charsetReader decodes a charset for mime.WordDecoder.
func charsetReader(charset string, in io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return enc.NewDecoder().Reader(in), nil
}
