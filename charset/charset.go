// Package charset decides in which charset octets are written and turns them into text. It is the one place of that
// decision: what a fetch says of a page and what a reader makes of a file cannot differ.
//
// In go octets and what their sender says of them; out come text and the name of the charset in force. The order is: a
// byte order mark; UTF-16 without a mark, told by where its zeros or its Chinese characters stand; UTF-8 when the octets
// are that; a page in UTF-8 that holds a block in GBK, or the reverse, each stretch by its own; what the sender or the
// page declares, if the octets bear it out; GB18030. gb2312 and gbk always mean gb18030, their superset. A charset of
// single octets (Latin, Cyrillic) that is declared over Chinese text is an error of a template and is not believed.
//
// The package is pure, and linear in the size of its input. Octets without meaning become U+FFFD.
package charset

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Names of the charsets that need no declaration.
const (
	UTF8    = "utf-8"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
	GB18030 = "gb18030"
)

// Decode turns octets into text and names the charset in force. declared is a charset's label or a Content-Type, or
// empty; what the octets say of themselves (meta, XML declaration) comes after it.
func Decode(data []byte, declared string) (text, name string) {
	if len(data) > 0 && data[0] < 0xef && bytes.IndexByte(data[:min(len(data), lookAt)], 0) < 0 && utf8.Valid(data) {
		return string(data), UTF8
	}
	name = Of(data, declared)
	return Text(data, name), name
}

// Of names the charset in force without decoding.
func Of(data []byte, declared string) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return UTF8
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return UTF16BE
	}
	if name := wideByZeros(data); name != "" {
		return name
	}
	if validUTF8(data) {
		return UTF8
	}
	if name := wideByHan(data); name != "" {
		return name
	}
	u, g := weigh(data)
	if u > g {
		return UTF8
	}
	labels := []string{label(declared), InMarkup(data)}
	for _, l := range labels {
		if enc, name := lookup(l); enc != nil && name != GB18030 && borneOut(data, enc, name) {
			return name
		}
	}
	if u == 0 && g == 0 && brokenUTF8(data) {
		return UTF8
	}
	return GB18030
}

// Text decodes octets in a charset that Of has named. A label that is not known means UTF-8.
func Text(data []byte, name string) string {
	switch name {
	case "", UTF8, GB18030:
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		if utf8.Valid(data) {
			return string(data)
		}
		return mixed(data, name == GB18030)
	case UTF16LE, UTF16BE:
		end := unicode.LittleEndian
		if name == UTF16BE {
			end = unicode.BigEndian
		}
		out, _ := unicode.UTF16(end, unicode.IgnoreBOM).NewDecoder().Bytes(data)
		return strings.TrimPrefix(string(out), "\ufeff")
	}
	enc, _ := lookup(name)
	if enc == nil {
		return strings.ToValidUTF8(string(data), "\ufffd")
	}
	out, _ := enc.NewDecoder().Bytes(data)
	return strings.TrimPrefix(string(out), "\ufeff")
}

// Reader decodes a charset by its label, for package mime and for XML.
func Reader(label string, in io.Reader) (io.Reader, error) {
	enc, _ := lookup(label)
	if enc == nil {
		return nil, fmt.Errorf("charset: %q is not known", label)
	}
	return enc.NewDecoder().Reader(in), nil
}

// Name decodes a short text that names something: a member of an archive, a file in a header. A name that was
// made of UTF-8 or GBK by way of a charset of single octets, as archivers and servers do, is set right.
func Name(octets string) string {
	if !utf8.ValidString(octets) {
		return Text([]byte(octets), GB18030)
	}
	if raw, err := charmap.ISO8859_1.NewEncoder().String(octets); err == nil && raw != octets && utf8.ValidString(raw) {
		return raw
	}
	for _, c := range []*charmap.Charmap{charmap.ISO8859_1, charmap.Windows1252, charmap.CodePage437, charmap.CodePage850} {
		raw, err := c.NewEncoder().String(octets)
		if err != nil || raw == octets {
			continue
		}
		if pairs, usual := chinese([]byte(raw)); pairs >= 2 && usual == pairs {
			return Text([]byte(raw), GB18030)
		}
	}
	return octets
}

var inMarkup = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*["']([a-z0-9_:-]+)`)

// declarationWithin is how far into a page its declaration may stand, in octets. Browsers look at 1,024; pages of content
// systems put scripts before it.
const declarationWithin = 4096

// InMarkup is the label that a page declares for itself, or empty.
func InMarkup(data []byte) string {
	m := inMarkup.FindSubmatch(data[:min(len(data), declarationWithin)])
	if m == nil {
		return ""
	}
	return string(m[1]) + string(m[2])
}

// label takes the charset out of a Content-Type.
func label(declared string) string {
	if strings.ContainsAny(declared, "/;") {
		_, params, _ := mime.ParseMediaType(declared)
		declared = params["charset"]
	}
	return strings.Trim(declared, ` "'`)
}

// lookup finds the charset of a label, and its name.
func lookup(label string) (encoding.Encoding, string) {
	switch n := strings.ToLower(strings.TrimSpace(label)); n {
	case "":
		return nil, ""
	case "gb2312", "gbk", "gb18030", "gb_2312-80", "gb_2312", "x-gbk", "cp936", "ms936", "936":
		return simplifiedchinese.GB18030, GB18030
	default:
		enc, err := htmlindex.Get(n)
		if err != nil {
			return nil, ""
		}
		name, err := htmlindex.Name(enc)
		if err != nil {
			return nil, ""
		}
		switch name {
		case "gbk":
			return simplifiedchinese.GB18030, GB18030
		case "utf-16le", "utf-16be", "utf-8", "replacement", "x-user-defined": // the octets would have said so
			return nil, ""
		}
		return enc, name
	}
}

// borneOut reports whether octets that are no UTF-8 may be in a charset that is declared.
func borneOut(data []byte, enc encoding.Encoding, name string) bool {
	if _, single := enc.(*charmap.Charmap); single {
		return !LooksGBK(data)
	}
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return false
	}
	gb, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return bytes.Count(out, []byte("\ufffd")) <= bytes.Count(gb, []byte("\ufffd"))
}
