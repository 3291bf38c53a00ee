package extract_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/internal/compose"
)

// The content decides, whatever the name and the sender say.
func TestSniffOfficeFormats(t *testing.T) {
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	zip := func(names ...string) []byte {
		var m []compose.Member
		for _, n := range names {
			m = append(m, compose.Member{Name: n, Data: []byte("<x/>")})
		}
		return compose.Zip(m)
	}
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"doc", r.DOC(), extract.DOC}, {"docx", r.DOCX(), extract.DOCX}, {"xls", r.XLS(), extract.XLS}, {"xlsx", r.XLSX(), extract.XLSX},
		{"odt", r.ODT(), extract.ODT}, {"ofd", r.OFD(), extract.OFD}, {"rtf", r.RTF(), extract.RTF}, {"rtf behind blanks", append([]byte("\xef\xbb\xbf \r\n"), r.RTF()...), extract.RTF},
		{"a folder called word", zip("word/a.txt", "xl/b.txt"), extract.ZIP},
		{"a document without its types", zip("word/document.xml"), extract.DOCX},
		{"a document cut off", r.DOCX()[:len(r.DOCX())-100], extract.DOCX},
		{"slides", zip("[Content_Types].xml", "ppt/presentation.xml"), extract.PPTX},
		{"ods", compose.Zip([]compose.Member{{Name: "mimetype", Data: []byte(extract.ODS)}, {Name: "content.xml"}}), extract.ODS},
		{"rar", compose.RAR([]compose.Member{{Name: "a"}}, false), extract.RAR}, {"7z", compose.Seven([]compose.Member{{Name: "a", Data: []byte("b")}}), extract.SEVEN},
		{"a page called .doc", []byte("<html xmlns:w=\"urn:schemas-microsoft-com:office:word\"><body>x"), extract.HTML},
		{"a saved page", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"), extract.MHTML},
		{"Word 2003", []byte(`<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">`), extract.FlatWord},
		{"a flat package", []byte(`<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">`), extract.FlatWord},
		{"Excel 2003", []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`), extract.FlatSheet},
		{"flat ODF", []byte(`<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">`), extract.FlatODF},
		{"a PDF far into other bytes", append(bytes.Repeat([]byte{0, 0x91, 0xfe, 3, 0x80}, 10_000), "%PDF-1.4\n"...), extract.PDF},
		{"bytes of nothing known", bytes.Repeat([]byte{0, 0x91, 0xfe, 3, 0x80}, 10_000), ""},
		{"other markup", []byte(`<?xml version="1.0"?><feed/>`), extract.XML},
	}
	for _, tt := range tests {
		for _, name := range []string{"x.doc", "x.html", ""} {
			if got := extract.Sniff(tt.data, "application/octet-stream", name); got != tt.want {
				t.Errorf("%s as %q: %s, want %s", tt.name, name, got, tt.want)
			}
		}
	}
}

func TestContainers(t *testing.T) {
	read := func(data []byte, lim extract.Limits) (*document.Document, error) {
		return extract.Read(context.Background(), extract.Input{Name: "x", Data: data}, lim)
	}
	wrap := func(data []byte) []byte { return compose.Zip([]compose.Member{{Name: "a", Data: data}}) }
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	d, err := read(wrap(compose.RAR([]compose.Member{{Name: "年报.ofd", Data: r.OFD()}, {Name: "b.png", Data: []byte("\x89PNG\r\n\x1a\n")}}, false)), extract.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Parts) != 2 || d.Parts[0].Name != "a/年报.ofd" || d.Parts[0].MediaType != extract.OFD || !d.Parts[1].HasFlag(document.FlagNeedsOCR) {
		t.Errorf("parts %v", d.Parts)
	}
	deep := []byte("一、总体情况")
	for range 5 {
		deep = wrap(deep)
	}
	heavy := compose.Seven([]compose.Member{{Name: "a", Data: bytes.Repeat([]byte("公开"), 1<<19)}, {Name: "b", Data: bytes.Repeat([]byte("公开"), 1<<19)}})
	tests := []struct {
		name string
		data []byte
		lim  extract.Limits
		want error
	}{
		{"too deep", deep, extract.Limits{}, document.ErrBomb},
		{"deep enough", deep, extract.Limits{MaxDepth: 6}, nil},
		{"one budget over all levels", wrap(heavy), extract.Limits{MaxInflated: 5 << 20}, document.ErrBomb},
		{"within the budget", heavy, extract.Limits{MaxInflated: 8 << 20}, nil},
		{"too many parts", compose.Seven([]compose.Member{{Name: "a", Data: deep}, {Name: "b", Data: deep}}), extract.Limits{MaxParts: 1}, document.ErrBomb},
		{"slides", compose.Zip([]compose.Member{{Name: "[Content_Types].xml"}, {Name: "ppt/presentation.xml"}}), extract.Limits{}, document.ErrUnsupported},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := read(tt.data, tt.lim); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// A part of a document in another format is read where it stands.
func TestDocumentTakesInAPage(t *testing.T) {
	const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	data := compose.Zip([]compose.Member{
		{Name: "_rels/.rels", Data: []byte(`<Relationships><Relationship Id="a" Type="` + kind + `officeDocument" Target="word/document.xml"/></Relationships>`)},
		{Name: "word/document.xml", Data: []byte(`<w:document><w:body><w:altChunk r:id="c"/></w:body></w:document>`)},
		{Name: "word/_rels/document.xml.rels", Data: []byte(`<Relationships><Relationship Id="c" Type="` + kind + `aFChunk" Target="page.html"/></Relationships>`)},
		{Name: "word/page.html", Data: []byte(`<html><body><table><tr><td>甲</td><td>12</td></tr></table></body></html>`)},
	})
	d, err := extract.Read(context.Background(), extract.Input{Data: data}, extract.Limits{})
	if err != nil || !strings.Contains(d.Text(), "甲\t12") {
		t.Errorf("%v, %v", d, err)
	}
}

func BenchmarkRead(b *testing.B) {
	for name, data := range composed() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := extract.Read(context.Background(), extract.Input{Data: data}, extract.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What a package is, is what its main part is; what it embeds has no say.
func TestSniffByTheMainPart(t *testing.T) {
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	main := func(kind, part string) []byte {
		rels := `<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="` + part + `"/></Relationships>`
		types := `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/` + part + `" ContentType="application/vnd.openxmlformats-officedocument.` + kind + `.main+xml"/></Types>`
		return compose.Zip([]compose.Member{{Name: "[Content_Types].xml", Data: []byte(types)}, {Name: "_rels/.rels", Data: []byte(rels)}, {Name: part, Data: []byte("<x/>")},
			{Name: "xl/embeddings/a.docx", Data: r.DOCX()}, {Name: "word/document.xml", Data: []byte("<x/>")}})
	}
	for _, tt := range []struct {
		data []byte
		want string
	}{
		{main("spreadsheetml.sheet", "xl/workbook.xml"), extract.XLSX}, {main("spreadsheetml.sheet", "book.xml"), extract.XLSX},
		{main("presentationml.presentation", "ppt/p.xml"), extract.PPTX}, {main("wordprocessingml.document", "w.xml"), extract.DOCX},
	} {
		if got := extract.Sniff(tt.data, "", ""); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

// A workbook that another program wrote under the password all programs know is opened; under another it is not.
func TestWorkbookUnderTheKnownPassword(t *testing.T) {
	for pass, want := range map[string]error{"VelvetSweatshop": nil, "other": document.ErrEncrypted} {
		f := excelize.NewFile()
		var out bytes.Buffer
		if err := errors.Join(f.SetSheetRow("Sheet1", "A1", &[]any{"项", 13}), f.SetSheetRow("Sheet1", "A2", &[]any{"目", 2}), f.Write(&out, excelize.Options{Password: pass})); err != nil {
			t.Fatal(err)
		}
		d, err := extract.Read(context.Background(), extract.Input{Data: out.Bytes()}, extract.Limits{})
		if !errors.Is(err, want) || want == nil && d.MediaType != extract.XLSX {
			t.Errorf("%s: %v", pass, err)
		}
	}
}

// A workbook within a document is read whatever it is wrapped in.
func TestEmbeddedWorkbooks(t *testing.T) {
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	native := append(append([]byte{2, 0}, "x\x00C:\\a\\x.xlsx\x00\x00\x00\x03\x00\x04\x00\x00\x00tmp\x00"...), binary.LittleEndian.AppendUint32(nil, uint32(len(r.XLSX())))...)
	native = append(native, r.XLSX()...)
	native = append(binary.LittleEndian.AppendUint32(nil, uint32(len(native))), native...)
	for name, data := range map[string][]byte{
		"a package":      compose.Compound([]compose.Member{{Name: "Package", Data: r.XLSX()}}),
		"a file put in":  compose.Compound([]compose.Member{{Name: "\x01Ole10Native", Data: native}}),
		"another's case": compose.Compound([]compose.Member{{Name: "PACKAGE", Data: r.XLSX()}}),
	} {
		d, err := extract.Read(context.Background(), extract.Input{Data: data}, extract.Limits{})
		if err != nil || d.MediaType != extract.XLSX || (d.Name == "x.xlsx") != (name == "a file put in") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
