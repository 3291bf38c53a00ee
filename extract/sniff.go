package extract

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"nianbao/charset"
	"nianbao/extract/docx"
	"nianbao/extract/internal/cfb"
	"nianbao/extract/internal/opc"
	"nianbao/extract/odt"
	"nianbao/extract/rtf"
	"nianbao/extract/sheet"
)

// The media types that Sniff tells apart.
const (
	HTML = "text/html"
	Text = "text/plain"
	JSON = "application/json"
	XML  = "application/xml"
	PDF  = "application/pdf"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	DOC  = "application/msword"
	XLS  = "application/vnd.ms-excel"
	OLE  = "application/x-ole-storage"
	OFD  = "application/ofd"
	ODT  = "application/vnd.oasis.opendocument.text"
	ODS  = "application/vnd.oasis.opendocument.spreadsheet"
	ODP  = "application/vnd.oasis.opendocument.presentation"
	PPT  = "application/vnd.ms-powerpoint"
	// Formats in one file of markup, which have no media type of their own.
	FlatWord  = "application/vnd.ms-word+xml"  // Word 2003 XML, flat packages
	FlatSheet = "application/vnd.ms-excel+xml" // Excel 2003 XML
	FlatODF   = "application/vnd.oasis.opendocument+xml"
	RTF       = "application/rtf"
	ZIP       = "application/zip"
	RAR       = "application/vnd.rar"
	SEVEN     = "application/x-7z-compressed"
	MHTML     = "multipart/related"
	PNG       = "image/png"
	JPEG      = "image/jpeg"
	GIF       = "image/gif"
	TIFF      = "image/tiff"
	BMP       = "image/bmp"
)

var magic = []struct{ prefix, media string }{
	{"%PDF-", PDF}, {"Rar!\x1a\x07", RAR}, {"7z\xbc\xaf\x27\x1c", SEVEN}, {"\x89PNG\r\n\x1a\n", PNG},
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
	case rtf.IsRTF(head):
		return RTF
	case bytes.Contains(head, []byte("%PDF-")): // octets before the header are common
		return PDF
	case len(bytes.TrimSpace(head)) == 0:
		return ""
	case bytes.HasPrefix(head, []byte("BM")) && len(head) > 30 && bytes.Count(head, []byte{0}) > 8:
		return BMP
	}
	if media := sniffText(data, declared, name); media != "" {
		return media
	}
	if bytes.Contains(data[:min(len(data), 1<<20)], []byte("%PDF-")) { // parts in the wrong order, or a wrapper around it
		return PDF
	}
	return ""
}

func sniffText(data []byte, declared, name string) string {
	head := data[:min(len(data), 4096)]
	t := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(strings.ToValidUTF8(string(head), ""), "\uFEFF")))
	set := ""
	if !utf8.Valid(head) || bytes.IndexByte(head, 0) >= 0 {
		set = charset.Of(head, "")
	}
	utf16 := set == charset.UTF16LE || set == charset.UTF16BE
	if utf16 {
		head = []byte(charset.Text(head[:len(head)&^1], set))
		t = strings.ToLower(strings.TrimSpace(string(head)))
	}
	if !utf16 && bytes.Count(head, []byte{0}) > len(head)/20 {
		return ""
	}
	switch {
	case strings.HasPrefix(t, "mime-version:") || strings.Contains(t, "content-type: multipart/related"):
		return MHTML
	case docx.IsFlat(head):
		return FlatWord
	case sheet.IsXML(head):
		return FlatSheet
	case odt.IsFlat(head):
		return FlatODF
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

// sniffZip tells office packages from other archives: by what a package must hold, not by the names of folders.
func sniffZip(data []byte) string {
	p, err := opc.Open(data, opc.Options{MaxMembers: 100_000, MaxMember: 1 << 20})
	if err != nil {
		return ZIP
	}
	for _, n := range p.Names() {
		if strings.EqualFold(path.Base(n), "OFD.xml") {
			return OFD
		}
	}
	if p.Has("content.xml") && (p.Has("mimetype") || p.Has("META-INF/manifest.xml")) {
		kind, _ := p.Read("mimetype") // without it, a text
		switch k := string(bytes.TrimSpace(kind)); {
		case strings.HasPrefix(k, ODS):
			return ODS
		case strings.HasPrefix(k, ODP):
			return ODP
		}
		return ODT
	}
	kinds := []struct{ word, part, media string }{
		{"wordprocessingml.", "word/document.xml", DOCX}, {"spreadsheetml.", "xl/workbook.xml", XLSX}, {"ms-excel.sheet", "xl/workbook.bin", XLSX}, {"presentationml.", "ppt/presentation.xml", PPTX},
	}
	types, _ := p.Read("[Content_Types].xml") // a damaged package may have lost it
	// What a package is, is what its main part is: it may embed packages of other kinds, and name their types.
	if main := p.Related("", "/officeDocument"); main != "" && p.Has(main) {
		kind := contentType(types, main)
		for _, k := range kinds {
			if strings.Contains(kind, k.word) || kind == "" && strings.EqualFold(main, k.part) {
				return k.media
			}
		}
	}
	for _, k := range kinds {
		if p.Has(k.part) || bytes.Contains(types, []byte(k.word)) && p.Has("_rels/.rels") {
			return k.media
		}
	}
	return ZIP
}

// contentType is what the list of types says of a part by its name; empty when it says nothing.
func contentType(types []byte, part string) string {
	var x struct {
		Override []struct {
			Part string `xml:"PartName,attr"`
			Type string `xml:"ContentType,attr"`
		}
	}
	_ = opc.Unmarshal(types, &x) // as far as it goes
	for _, o := range x.Override {
		if strings.EqualFold(strings.TrimPrefix(o.Part, "/"), part) {
			return o.Type
		}
	}
	return ""
}

// sniffOLE tells Word from Excel by the streams of a compound file's root; of a damaged one, by names anywhere in it.
func sniffOLE(data []byte) string {
	kinds := []struct{ stream, media string }{{"WordDocument", DOC}, {"Workbook", XLS}, {"Book", XLS}, {"PowerPoint Document", PPT}, {"WORKBOOK", XLS}, {"BOOK", XLS}}
	if c, err := cfb.Open(data); err == nil {
		for _, k := range kinds {
			if c.Has(k.stream) {
				return k.media
			}
		}
		return OLE
	}
	for _, k := range kinds {
		var wide []byte
		for _, r := range k.stream {
			wide = append(wide, byte(r), 0)
		}
		if bytes.Contains(data, wide) {
			return k.media
		}
	}
	return OLE
}
