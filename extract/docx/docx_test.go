package docx_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/docx"
	"nianbao/internal/compose"
)

const (
	ns   = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`
	kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// pack makes a document of a body and further parts, each given with the relation that leads to it.
func pack(body string, parts ...string) []byte {
	members := []compose.Member{
		{Name: "[Content_Types].xml", Data: []byte("<Types/>")},
		{Name: "_rels/.rels", Data: []byte(`<Relationships><Relationship Id="r0" Type="` + kind + `officeDocument" Target="doc/main.xml"/></Relationships>`)},
		{Name: "doc/main.xml", Data: []byte(`<?xml version="1.0"?><w:document ` + ns + `><w:body>` + body + `</w:body></w:document>`)},
	}
	rels := ""
	for i := 0; i < len(parts); i += 3 {
		rels += fmt.Sprintf(`<Relationship Id="r%d" Type="%s%s" Target="%s"/>`, i/3+1, kind, parts[i], parts[i+1])
		members = append(members, compose.Member{Name: "doc/" + parts[i+1], Data: []byte(parts[i+2])})
	}
	members = append(members, compose.Member{Name: "doc/_rels/main.xml.rels", Data: []byte("<Relationships>" + rels + "</Relationships>")})
	return compose.Zip(members)
}

func p(s string) string    { return `<w:p><w:r><w:t>` + s + `</w:t></w:r></w:p>` }
func cell(s string) string { return `<w:tc>` + p(s) + `</w:tc>` }

func read(t *testing.T, data []byte) *document.Document {
	t.Helper()
	d, err := docx.Read(context.Background(), data, docx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsSeenIsRead(t *testing.T) {
	numbering := `<w:numbering ` + ns + `><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="1"><w:lvl w:ilvl="1"><w:start w:val="5"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="(%1.%2)"/><w:isLgl/></w:lvl></w:lvlOverride></w:num></w:numbering>`
	item := func(level int, s string) string {
		return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, level, s)
	}
	tests := []struct{ name, body, want string }{
		{"revisions", `<w:p><w:r><w:t>受理</w:t></w:r><w:ins><w:r><w:t>24</w:t></w:r></w:ins><w:del><w:r><w:delText>18</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:r><w:t>件</w:t></w:r></w:p>`, "受理24件\n"},
		{"hidden", `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>公开</w:t></w:r></w:p>`, "公开\n"},
		{"fields", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r><w:fldSimple w:instr="X"><w:r><w:t>4</w:t></w:r></w:fldSimple></w:p>`, "34\n"},
		{"text box once, after its paragraph", `<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>` + p("框") + `</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>` + p("框") + `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent><w:t>文</w:t></w:r></w:p>`, "文\n框\n"},
		{"ruby", `<w:p><w:r><w:ruby><w:rt><w:r><w:t>yin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>音</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>`, "音\n"},
		{"controls and links", `<w:sdt><w:sdtContent>` + p("甲") + `</w:sdtContent></w:sdt><w:p><w:hyperlink><w:r><w:t>乙</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>丙</w:t><w:br/><w:t>丁</w:t></w:r></w:p>`, "甲\n乙 丙\n丁\n"},
		{"numbers", item(0, "甲") + item(1, "乙") + item(1, "丙") + item(0, "丁") + item(1, "戊"), "一、甲\n1. 乙\n2. 丙\n二、丁\n1. 戊\n"},
		{"levels of a list's own", strings.ReplaceAll(item(0, "甲")+item(1, "乙"), `numId w:val="1"`, `numId w:val="2"`), "一、甲\n(1.5) 乙\n"},
		{"a deleted row is gone", `<w:tbl><w:tr>` + cell("a") + `</w:tr><w:tr><w:trPr><w:del/></w:trPr>` + cell("b") + `</w:tr><w:tr>` + cell("c") + `</w:tr></w:tbl>`, "\na\nc\n\n"},
		{"a small table in a cell belongs to it", `<w:tbl><w:tr>` + cell("外") + `<w:tc><w:tbl><w:tr>` + cell("内") + `</w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>`, "\n外\t内\n\n"},
		{"a table in a table stands behind it", `<w:tbl><w:tr>` + cell("外") + `<w:tc><w:tbl>` + strings.Repeat(`<w:tr>`+cell("内")+cell("1")+`</w:tr>`, 3) + `</w:tbl><w:p/></w:tc></w:tr></w:tbl>`, "\n外\t\n\n\n内\t1\n内\t1\n内\t1\n\n"},
		{"an empty frame around tables is none", `<w:tbl><w:tr><w:tc><w:tbl><w:tr>` + cell("内") + `</w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>`, "\n内\n\n"},
		{"entities are not expanded", `<!DOCTYPE x [<!ENTITY a "b">]>` + p("&a;&amp;"), "&a;&\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, pack(tt.body, "numbering", "numbering.xml", numbering)).Text()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMergedCells(t *testing.T) {
	tc := func(props, s string) string { return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + p(s) + `</w:tc>` }
	start, on := `<w:vMerge w:val="restart"/>`, `<w:vMerge/>`
	d := read(t, pack(`<w:tbl>
		<w:tr>`+tc(start, "a")+tc(`<w:gridSpan w:val="2"/>`, "b")+`</w:tr>
		<w:tr>`+tc(on, "")+cell("c")+cell("d")+`</w:tr>
		<w:tr>`+tc(`<w:gridSpan w:val="3"/>`, "e")+`</w:tr>
		<w:tr>`+tc(on, "f")+`<w:sdt><w:sdtContent>`+cell("g")+`</w:sdtContent></w:sdt></w:tr>
		<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>`+cell("h")+`</w:tr></w:tbl>`))
	want := &document.Table{Rows: 5, Cols: 3, Method: "markup", Cells: []document.Cell{
		{RowSpan: 2, ColSpan: 1, Text: "a"}, {Col: 1, RowSpan: 1, ColSpan: 2, Text: "b"},
		{Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "c"}, {Row: 1, Col: 2, RowSpan: 1, ColSpan: 1, Text: "d"},
		{Row: 2, RowSpan: 1, ColSpan: 3, Text: "e"},
		{Row: 3, RowSpan: 1, ColSpan: 1, Text: "f"}, {Row: 3, Col: 1, RowSpan: 1, ColSpan: 1, Text: "g"},
		{Row: 4, Col: 1, RowSpan: 1, ColSpan: 1, Text: "h"}}}
	if diff := cmp.Diff(want, d.Blocks[0].Table); diff != "" {
		t.Error(diff)
	}
}

func TestMergedAcross(t *testing.T) {
	tc := func(v, s string) string {
		return `<w:tc><w:tcPr><w:hMerge w:val="` + v + `"/></w:tcPr>` + p(s) + `</w:tc>`
	}
	d := read(t, pack(`<w:tbl><w:tr>`+tc("restart", "a")+tc("continue", "")+cell("b")+`</w:tr></w:tbl>`))
	want := []document.Cell{{RowSpan: 1, ColSpan: 2, Text: "a"}, {Col: 2, RowSpan: 1, ColSpan: 1, Text: "b"}}
	if diff := cmp.Diff(want, d.Blocks[0].Table.Cells); diff != "" {
		t.Error(diff)
	}
}

func TestParts(t *testing.T) {
	styles := `<w:styles ` + ns + `><w:style w:styleId="a"><w:name w:val="heading 2"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>`
	notes := `<w:footnotes ` + ns + `><w:footnote w:type="separator">` + p("-") + `</w:footnote><w:footnote>` + p("注") + `</w:footnote></w:footnotes>`
	d := read(t, pack(`<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr><w:r><w:t>头</w:t></w:r></w:p>`+p("文"), "styles", "s.xml", styles, "footnotes", "n.xml", notes))
	want := []document.Block{{Kind: document.Heading, Level: 2, Text: "头"}, {Kind: document.Paragraph, Text: "文"}, {Kind: document.Paragraph, Text: "注"}}
	if diff := cmp.Diff(want, d.Blocks); diff != "" || d.Title != "头" {
		t.Errorf("title %q; %s", d.Title, diff)
	}
	part := func(_ context.Context, name string, data []byte) (*document.Document, error) {
		return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: name + " " + string(data)}}}, nil
	}
	d, err := docx.Read(context.Background(), pack(p("前")+`<w:altChunk r:id="r1"/>`+p("后"), "aFChunk", "part.html", "<p>中</p>"), docx.Options{Part: part})
	if err != nil || d.Text() != "前\ndoc/part.html <p>中</p>\n后\n" {
		t.Errorf("%q, %v", d.Text(), err)
	}
}

func TestPictures(t *testing.T) {
	draw := `<w:p><w:r><w:drawing><a:blip xmlns:a="x" r:embed="r1"/></w:drawing></w:r></w:p>`
	data := pack(draw+draw, "image", "media/1.png", "\x89PNG")
	if d := read(t, data); !d.HasFlag(document.FlagNeedsOCR) {
		t.Error("a document of pictures is not flagged")
	}
	got, err := docx.Images(data)
	if diff := cmp.Diff([][]byte{[]byte("\x89PNG")}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if d := read(t, pack(draw+p("文"), "image", "media/1.png", "x")); d.HasFlag(document.FlagNeedsOCR) || d.Blocks[0].Text != "doc/media/1.png" {
		t.Errorf("a picture beside text: %v", d)
	}
}

func TestFlatFiles(t *testing.T) {
	body := `<w:body><wx:sect xmlns:wx="x"><w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><wx:t wx:val="一、"/></w:listPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>甲</w:t></w:r><aml:annotation xmlns:aml="y" w:type="Word.Deletion"><aml:content><w:r><w:delText>乙</w:delText></w:r></aml:content></aml:annotation><aml:annotation xmlns:aml="y" w:type="Word.Insertion"><aml:content><w:r><w:t>丙</w:t></w:r></aml:content></aml:annotation></w:p></wx:sect></w:body>`
	word2003 := `<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:styles><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>` + body + `</w:wordDocument>`
	flat := `<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/_rels/.rels"><pkg:xmlData><Relationships><Relationship Id="r" Type="` + kind + `officeDocument" Target="word/d.xml"/></Relationships></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/d.xml"><pkg:xmlData><w:document ` + ns + `>` + body + `</w:document></pkg:xmlData></pkg:part></pkg:package>`
	for _, s := range []string{word2003, flat} {
		if !docx.IsFlat([]byte(s)) {
			t.Errorf("not taken for a flat file: %.60s", s)
		}
		d, err := docx.ReadFlat(context.Background(), []byte(s), docx.Options{})
		if err != nil || d.Text() != "一、甲丙\n" {
			t.Errorf("%v %v", d, err)
		}
	}
}

func TestHostile(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"no package", []byte("PK\x03\x04"), document.ErrMalformed},
		{"no document in it", compose.Zip([]compose.Member{{Name: "a", Data: []byte("b")}}), document.ErrMalformed},
		{"inflates", pack(strings.Repeat(p(""), 1_000_000)), document.ErrBomb},
		{"nested elements", pack(strings.Repeat("<w:sdt>", 1000)), document.ErrBomb},
		{"nested tables", pack(strings.Repeat("<w:tbl><w:tr><w:tc>", 500)), document.ErrBomb},
		{"a million cells", pack("<w:tbl>" + strings.Repeat("<w:tr>"+strings.Repeat(`<w:tc><w:tcPr><w:gridSpan w:val="500"/></w:tcPr></w:tc>`, 20)+"</w:tr>", 100) + "</w:tbl>"), document.ErrTooLarge},
		{"a wide row above many", pack("<w:tbl><w:tr>" + strings.Repeat(`<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr></w:tc>`, 300) + "</w:tr>" + strings.Repeat("<w:tr><w:tc/></w:tr>", 30_000) + "</w:tbl>"), document.ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := docx.Read(context.Background(), tt.data, docx.Options{}); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := docx.Read(ctx, pack(p("x")), docx.Options{}); !errors.Is(err, document.ErrDeadline) {
		t.Errorf("cancelled: %v", err)
	}
	whole := pack(p("一") + p("二"))
	if d := read(t, whole[:len(whole)-60]); !d.HasFlag(document.FlagRepaired) || d.Text() != "一\n二\n" {
		t.Errorf("without its directory: %v", d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge/><w:gridSpan w:val="3"/></w:tcPr></w:tc></w:tr></w:tbl>`), false)
	f.Add([]byte(`<w:document><w:body>`+p("x")+`</w:body></w:document>`), true)
	f.Fuzz(func(t *testing.T, body []byte, flat bool) {
		read := docx.Read
		if flat {
			read = docx.ReadFlat
		} else {
			body = pack(string(body))
		}
		d, err := read(context.Background(), body, docx.Options{MaxCells: 10_000})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{}).DOCX()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := docx.Read(context.Background(), data, docx.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
