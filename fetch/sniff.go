package fetch

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"mime"
	"strings"
	"unicode/utf8"
)

// Media types that are told apart by their bytes.
const (
	typeHTML  = "text/html"
	typeText  = "text/plain"
	typeXML   = "application/xml"
	typeJSON  = "application/json"
	typePDF   = "application/pdf"
	typeZIP   = "application/zip"
	typeOFD   = "application/ofd"
	typeDOCX  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXLSX  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typePPTX  = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	typeDOC   = "application/msword"
	typeXLS   = "application/vnd.ms-excel"
	typePPT   = "application/vnd.ms-powerpoint"
	typeOLE   = "application/x-ole-storage"
	typeBytes = "application/octet-stream"
)

// sniff finds what a body is from its bytes; the declared type decides only between kinds of text. It serves as well for
// the beginning of a body that is still arriving.
func sniff(data []byte, declared string) string {
	declared, _, _ = mime.ParseMediaType(declared)
	declared = strings.ToLower(declared)
	if len(data) == 0 {
		return declared
	}
	if t := sniffMagic(data); t != "" {
		return t
	}
	head := data[:min(len(data), 1024)]
	if !looksText(head) {
		if declared == "" || strings.HasPrefix(declared, "text/") || declared == typeJSON || declared == typeXML || declared == typePDF {
			return typeBytes
		}
		return declared
	}
	return sniffText(data, head, declared)
}

// sniffMagic knows binary formats by their first octets.
func sniffMagic(data []byte) string {
	if i := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); i == 0 || i > 0 && !looksMarkup(data[:i]) {
		return typePDF
	}
	for _, m := range []struct{ magic, kind string }{
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ""}, {"PK\x03\x04", ""}, {"PK\x05\x06", typeZIP},
		{"Rar!\x1a\x07", "application/vnd.rar"}, {"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"}, {"\x1f\x8b\x08", "application/gzip"},
		{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"GIF87a", "image/gif"}, {"GIF89a", "image/gif"},
		{"II*\x00", "image/tiff"}, {"MM\x00*", "image/tiff"}, {"{\\rtf", "application/rtf"}, {"\x00\x00\x01\x00", "image/x-icon"},
		{"ID3", "audio/mpeg"}, {"FLV\x01", "video/x-flv"}, {"FWS", "application/x-shockwave-flash"}, {"CWS", "application/x-shockwave-flash"},
	} {
		if !bytes.HasPrefix(data, []byte(m.magic)) {
			continue
		}
		switch m.magic[0] {
		case 0xd0:
			return sniffOLE(data)
		case 'P':
			if m.kind == "" {
				return sniffZIP(data)
			}
		}
		return m.kind
	}
	switch {
	case len(data) > 14 && data[0] == 'B' && data[1] == 'M' && binary.LittleEndian.Uint32(data[6:]) == 0:
		return "image/bmp"
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "image/webp"
	case len(data) > 12 && string(data[4:8]) == "ftyp":
		return "video/mp4"
	}
	return ""
}

// sniffOLE tells the compound files of Office 97 apart by their stream names, which stand in UTF-16 in the directory.
func sniffOLE(data []byte) string {
	for _, s := range []struct{ name, kind string }{{"WordDocument", typeDOC}, {"Workbook", typeXLS}, {"PowerPoint Document", typePPT}, {"Book", typeXLS}} {
		wide := make([]byte, 0, 2*len(s.name)+2)
		for _, c := range []byte(s.name) {
			wide = append(wide, c, 0)
		}
		if bytes.Contains(data, append(wide, 0, 0)) {
			return s.kind
		}
	}
	return typeOLE
}

// sniffZIP tells the formats that are ZIP files apart by the names of their members.
func sniffZIP(data []byte) string {
	kind := ""
	names := func(name string) bool {
		switch {
		case name == "OFD.xml":
			kind = typeOFD
		case strings.HasPrefix(name, "word/"):
			kind = typeDOCX
		case strings.HasPrefix(name, "xl/"):
			kind = typeXLSX
		case strings.HasPrefix(name, "ppt/"):
			kind = typePPTX
		}
		return kind != ""
	}
	if !zipDirectory(data, names) {
		zipMembers(data, names) // still arriving, or damaged
	}
	if kind == "" {
		return typeZIP
	}
	return kind
}

const zipMost = 2000 // members looked at

// zipDirectory walks the names in the central directory until found returns true. It is false when there is none.
func zipDirectory(data []byte, found func(string) bool) bool {
	tail := data[max(0, len(data)-(64<<10)-22):]
	end := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if end < 0 || end+22 > len(tail) {
		return false
	}
	at := int64(binary.LittleEndian.Uint32(tail[end+16:]))
	for range zipMost {
		if at < 0 || at+46 > int64(len(data)) || string(data[at:at+4]) != "PK\x01\x02" {
			break
		}
		h := data[at:]
		n, x, c := int64(binary.LittleEndian.Uint16(h[28:])), int64(binary.LittleEndian.Uint16(h[30:])), int64(binary.LittleEndian.Uint16(h[32:]))
		if 46+n > int64(len(h)) || found(string(h[46:46+n])) {
			break
		}
		at += 46 + n + x + c
	}
	return true
}

// zipMembers walks the local headers from the front for as long as their lengths are given.
func zipMembers(data []byte, found func(string) bool) {
	at := int64(0)
	for range zipMost {
		if at+30 > int64(len(data)) || string(data[at:at+4]) != "PK\x03\x04" {
			return
		}
		h := data[at:]
		size, n, x := int64(binary.LittleEndian.Uint32(h[18:])), int64(binary.LittleEndian.Uint16(h[26:])), int64(binary.LittleEndian.Uint16(h[28:]))
		if 30+n > int64(len(h)) || found(string(h[30:30+n])) || h[6]&8 != 0 {
			return
		}
		at += 30 + n + x + size
	}
}

// looksText reports whether b, the beginning of a body, is text in some encoding rather than binary data.
func looksText(b []byte) bool {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return true
	}
	bad := 0
	for _, c := range b {
		switch {
		case c == 0:
			return false
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b, c == 0x7f:
			bad++
		}
	}
	return bad*50 <= len(b)
}

// looksMarkup reports whether b begins like HTML or XML.
func looksMarkup(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n\f\x00")
	return bytes.HasPrefix(b, []byte("<"))
}

func sniffText(data, head []byte, declared string) string {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(narrow(head), []byte("\xef\xbb\xbf")), " \t\r\n\f")
	lower := bytes.ToLower(trimmed)
	switch {
	case bytes.HasPrefix(lower, []byte("<?xml")):
		if bytes.Contains(lower, []byte("<!doctype html")) || bytes.Contains(lower, []byte("<html")) {
			return typeHTML
		}
		if strings.HasSuffix(declared, "+xml") || declared == "text/xml" {
			return declared
		}
		return typeXML
	case bytes.HasPrefix(lower, []byte("<")):
		if declared != "" && declared != typeHTML && declared != typeText && declared != typeBytes && !startsHTML(lower) {
			return textual(declared, typeHTML)
		}
		if startsHTML(lower) || declared == typeHTML || declared == "" || declared == typeText || declared == typeBytes {
			return typeHTML
		}
		return textual(declared, typeHTML)
	case bytes.HasPrefix(lower, []byte("{")), bytes.HasPrefix(lower, []byte("[")):
		if declared == typeJSON || strings.HasSuffix(declared, "+json") || len(data) <= 1<<20 && json.Valid(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
			return typeJSON
		}
	case bytes.HasPrefix(lower, []byte("mime-version:")):
		return "multipart/related"
	}
	return textual(declared, typeText)
}

// textual keeps a declared type when text may bear it.
func textual(declared, otherwise string) string {
	switch {
	case strings.HasPrefix(declared, "text/"), declared == typeJSON, declared == typeXML, strings.HasSuffix(declared, "+xml"),
		strings.HasSuffix(declared, "+json"), strings.HasSuffix(declared, "javascript"):
		return declared
	}
	return otherwise
}

// startsHTML reports whether lower-cased markup begins with a tag of HTML; comments before it are passed over.
func startsHTML(lower []byte) bool {
	for bytes.HasPrefix(lower, []byte("<!--")) {
		i := bytes.Index(lower, []byte("-->"))
		if i < 0 {
			return true
		}
		lower = bytes.TrimLeft(lower[i+3:], " \t\r\n\f")
	}
	for _, tag := range []string{"!doctype html", "html", "head", "body", "script", "iframe", "meta", "title", "table", "div", "style", "link", "a ", "p>",
		"p ", "br", "font", "h1", "h2", "h3", "ul", "li", "span", "center", "form", "img", "input", "td", "tr"} {
		if bytes.HasPrefix(lower, []byte("<"+tag)) {
			return true
		}
	}
	return false
}

// narrow makes the ASCII part of UTF-16 text readable, which is all that sniffing needs.
func narrow(b []byte) []byte {
	if !bytes.HasPrefix(b, []byte("\xff\xfe")) && !bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return b
	}
	out := make([]byte, 0, len(b)/2)
	for _, c := range b[2:] {
		if c != 0 && c < utf8.RuneSelf {
			out = append(out, c)
		}
	}
	return out
}

// isText reports whether a media type has a charset.
func isText(mediaType string) bool {
	return mediaType != "" && textual(mediaType, "") != ""
}
