package extract

import (
	"archive/zip"
	"bytes"
	"path"
	"strings"
	"unicode/utf8"
)

// The media types that Sniff tells apart.
const (
	HTML  = "text/html"
	Text  = "text/plain"
	JSON  = "application/json"
	XML   = "application/xml"
	PDF   = "application/pdf"
	DOCX  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPTX  = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	DOC   = "application/msword"
	XLS   = "application/vnd.ms-excel"
	OLE   = "application/x-ole-storage"
	OFD   = "application/ofd"
	ODT   = "application/vnd.oasis.opendocument.text"
	RTF   = "application/rtf"
	ZIP   = "application/zip"
	RAR   = "application/vnd.rar"
	SEVEN = "application/x-7z-compressed"
	MHTML = "multipart/related"
	PNG   = "image/png"
	JPEG  = "image/jpeg"
	GIF   = "image/gif"
	TIFF  = "image/tiff"
	BMP   = "image/bmp"
)

var magic = []struct{ prefix, media string }{
	{"%PDF-", PDF}, {"{\\rtf", RTF}, {"Rar!\x1a\x07", RAR}, {"7z\xbc\xaf\x27\x1c", SEVEN}, {"\x89PNG\r\n\x1a\n", PNG},
	{"\xff\xd8\xff", JPEG}, {"GIF8", GIF}, {"II*\x00", TIFF}, {"MM\x00*", TIFF},
}

// Sniff names the media type of data by its content; what the sender declared and the name decide only where the
// content cannot. It returns "" for empty or unknown bytes.
func Sniff(data []byte, declared, name string) string {
	head := data[:min(len(data), 1024)]
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.media
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return sniffZip(data)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return sniffOLE(data)
	case bytes.Contains(head, []byte("%PDF-")): // octets before the header are common
		return PDF
	case len(bytes.TrimSpace(head)) == 0:
		return ""
	case bytes.HasPrefix(head, []byte("BM")) && len(head) > 30 && bytes.Count(head, []byte{0}) > 8:
		return BMP
	}
	return sniffText(data, declared, name)
}

func sniffText(data []byte, declared, name string) string {
	head := data[:min(len(data), 4096)]
	t := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(strings.ToValidUTF8(string(head), ""), "\uFEFF")))
	utf16 := bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff})
	if !utf16 && bytes.Count(head, []byte{0}) > len(head)/20 {
		return ""
	}
	switch {
	case strings.HasPrefix(t, "mime-version:") || strings.Contains(t, "content-type: multipart/related"):
		return MHTML
	case strings.HasPrefix(t, "<!doctype html"), strings.HasPrefix(t, "<html"), strings.Contains(t, "<html"), strings.Contains(t, "<body"), strings.Contains(t, "<table"), strings.Contains(t, "<head"):
		return HTML
	case strings.HasPrefix(t, "<?xml"):
		if strings.Contains(t, "xhtml") {
			return HTML
		}
		return XML
	case strings.HasPrefix(t, "{") || strings.HasPrefix(t, "["):
		if strings.Contains(declared, "html") {
			return HTML
		}
		return JSON
	case strings.HasPrefix(t, "<") && strings.Contains(t, ">"):
		return HTML
	}
	if strings.Contains(declared, "html") && !strings.HasSuffix(strings.ToLower(name), ".txt") {
		return HTML
	}
	if utf16 || utf8.Valid(head) || printable(head) {
		return Text
	}
	return ""
}

// printable accepts double-byte Chinese text: few control octets.
func printable(head []byte) bool {
	bad := 0
	for _, b := range head {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' || b == 0x7f {
			bad++
		}
	}
	return bad*50 < len(head)
}

func sniffZip(data []byte) string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		// A cut or damaged archive: its first local names still tell.
		for prefix, media := range map[string]string{"word/": DOCX, "xl/": XLSX, "OFD.xml": OFD} {
			if bytes.Contains(data[:min(len(data), 8192)], []byte(prefix)) {
				return media
			}
		}
		return ZIP
	}
	for i, f := range z.File {
		if i > 2000 {
			break
		}
		n := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")
		switch {
		case strings.HasPrefix(n, "word/"):
			return DOCX
		case strings.HasPrefix(n, "xl/"):
			return XLSX
		case strings.HasPrefix(n, "ppt/"):
			return PPTX
		case strings.EqualFold(path.Base(n), "OFD.xml"):
			return OFD
		case n == "content.xml" || n == "mimetype":
			return ODT
		case n == "_rels/.rels" && i == 0 && len(z.File) > 2:
			continue
		}
	}
	return ZIP
}

// sniffOLE tells Word from Excel by the names of the streams in the directory, written in UTF-16.
func sniffOLE(data []byte) string {
	wide := func(s string) []byte {
		var b []byte
		for _, r := range s {
			b = append(b, byte(r), 0)
		}
		return b
	}
	switch {
	case bytes.Contains(data, wide("WordDocument")):
		return DOC
	case bytes.Contains(data, wide("Workbook")), bytes.Contains(data, wide("Book")):
		return XLS
	}
	return OLE
}
