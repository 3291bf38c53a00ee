package docx_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/docx"
)

// run is a run with properties.
func run(props, s string) string {
	return `<w:r><w:rPr>` + props + `</w:rPr><w:t>` + s + `</w:t></w:r>`
}

func TestWhatIsNotShownIsNotRead(t *testing.T) {
	styles := `<w:styles ` + ns + `>
<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>
<w:style w:type="character" w:styleId="Old"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Older"><w:basedOn w:val="Old"/></w:style>
<w:style w:type="character" w:styleId="Cut"><w:rPr><w:dstrike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Pair"><w:link w:val="PairP"/></w:style>
<w:style w:type="paragraph" w:styleId="PairP"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>
</w:styles>`
	fresh := run("", "13")
	for _, tt := range []struct{ name, runs, why string }{
		{"struck", run("<w:strike/>", "12") + fresh, document.WhyStruck},
		{"struck twice", run(`<w:dstrike w:val="true"/>`, "12") + fresh, document.WhyStruck},
		{"struck by style", run(`<w:rStyle w:val="Cut"/>`, "12") + fresh, document.WhyStruck},
		{"hidden", run("<w:vanish/>", "12") + fresh, document.WhyHidden},
		{"hidden by style", run(`<w:rStyle w:val="Old"/>`, "12") + fresh, document.WhyHidden},
		{"hidden by the base of its style", run(`<w:rStyle w:val="Older"/>`, "12") + fresh, document.WhyHidden},
		{"hidden by a linked style", run(`<w:rStyle w:val="Pair"/>`, "12") + fresh, document.WhyHidden},
		{"deleted", `<w:del><w:r><w:delText>12</w:delText></w:r></w:del>` + fresh, document.WhyDeleted},
		{"moved away", `<w:moveFrom>` + run("", "12") + `</w:moveFrom>` + fresh, document.WhyDeleted},
		{"inserted, then deleted", `<w:ins><w:del><w:r><w:delText>12</w:delText></w:r></w:del></w:ins>` + fresh, document.WhyDeleted},
		{"white", run(`<w:color w:val="FFFFFF"/>`, "12") + fresh, document.WhyInvisible},
		{"of its ground", run(`<w:color w:val="C00000"/><w:shd w:val="clear" w:fill="c00000"/>`, "12") + fresh, document.WhyInvisible},
		{"of a point", run(`<w:sz w:val="2"/>`, "12") + fresh, document.WhyInvisible},
		{"a paragraph", `</w:p><w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr>` + run("", "12") + `</w:p><w:p>` + fresh, document.WhyHidden},
		{"a code of a field", `<w:r><w:fldChar w:fldCharType="begin"/></w:r>` + run("<w:vanish/>", "12") + `<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + fresh + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`, ""},
	} {
		body := `<w:tbl><w:tr>` + cell("甲") + `<w:tc><w:p>` + tt.runs + `</w:p></w:tc></w:tr></w:tbl>`
		d := read(t, pack(body, "styles", "s.xml", styles))
		c := d.Blocks[0].Table.Cells[1]
		var want []document.Unseen
		if tt.why != "" {
			want = []document.Unseen{{Text: "12", Why: tt.why}}
		}
		if diff := cmp.Diff(want, c.Unseen); c.Text != "13" || diff != "" {
			t.Errorf("%s: %q %s", tt.name, c.Text, diff)
		}
	}
}

func TestWhatIsShownIsRead(t *testing.T) {
	styles := `<w:styles ` + ns + `><w:style w:type="character" w:styleId="Old"><w:rPr><w:vanish/><w:strike/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="table" w:styleId="Dark"><w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:fill="4472C4"/></w:tcPr></w:tblStylePr></w:style></w:styles>`
	for _, tt := range []struct{ name, table, props, runs string }{
		{"an override of the style", "", "", run(`<w:rStyle w:val="Old"/><w:vanish w:val="0"/><w:strike w:val="false"/>`, "13")},
		{"two styles that hide undo each other", "", "", `</w:p><w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr>` + run(`<w:rStyle w:val="Old"/><w:strike w:val="0"/>`, "13")},
		{"white on a dark cell", "", `<w:shd w:val="clear" w:fill="1F3864"/>`, run(`<w:color w:val="FFFFFF"/>`, "13")},
		{"white on a table style's ground", `<w:tblPr><w:tblStyle w:val="Dark"/></w:tblPr>`, "", run(`<w:color w:val="FFFFFF"/>`, "13")},
		{"hidden on the web", "", "", run(`<w:webHidden/>`, "13")},
		{"a field that is never ended", "", "", `<w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p><w:p>` + run("", "13")},
	} {
		body := `<w:tbl>` + tt.table + `<w:tr>` + cell("甲") + `<w:tc><w:tcPr>` + tt.props + `</w:tcPr><w:p>` + tt.runs + `</w:p></w:tc></w:tr></w:tbl>`
		c := read(t, pack(body, "styles", "s.xml", styles)).Blocks[0].Table.Cells[1]
		if c.Text != "13" || len(c.Unseen) > 0 {
			t.Errorf("%s: %q, unseen %v", tt.name, c.Text, c.Unseen)
		}
	}
}

func TestRaisedText(t *testing.T) {
	up := `<w:vertAlign w:val="superscript"/>`
	for runs, want := range map[string]string{
		run("", "13") + run(up, "1"): "13¹", run(up, "13"): "13", run("", "13") + run(`<w:position w:val="8"/>`, "2"): "13²",
		run("", "13") + run(`<w:vertAlign w:val="subscript"/>`, "[1]"):    "13⁽¹⁾",
		run("", "13") + `<w:r><w:footnoteReference w:id="2"/></w:r>`:      "13¹",
		run("", "13") + `<w:r><w:endnoteReference w:id="2"/></w:r>`:       "13¹",
		run("", "13") + run(`<w:vertAlign w:val="baseline"/>`, "1") + "①": "131",
	} {
		if got := read(t, pack(`<w:p>`+runs+`</w:p>`)).Blocks[0].Text; got != want {
			t.Errorf("%s: %q, want %q", runs, got, want)
		}
	}
}

func TestRowsAndCellsThatAreNotShown(t *testing.T) {
	row := func(props string, cells ...string) string {
		return `<w:tr><w:trPr>` + props + `</w:trPr>` + strings.Join(cells, "") + `</w:tr>`
	}
	gone := func(props, s string) string { return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + p(s) + `</w:tc>` }
	for name, old := range map[string]string{
		"deleted": row("<w:del/>", cell("甲"), cell("9")), "hidden": row("<w:hidden/>", cell("甲"), cell("9")),
		"without height": row(`<w:trHeight w:val="1" w:hRule="exact"/>`, cell("甲"), cell("9")),
	} {
		d := read(t, pack(`<w:tbl>`+row("", cell("项"), cell("数"))+old+row("", cell("甲"), cell("1"))+`</w:tbl>`))
		if diff := cmp.Diff([][]string{{"项", "数"}, {"甲", "1"}}, d.Blocks[0].Table.Grid(true)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		found := false
		for _, c := range d.Blocks[0].Table.Cells {
			for _, u := range c.Unseen {
				found = found || strings.Contains(u.Text, "9")
			}
		}
		if !found {
			t.Errorf("%s: not noted", name)
		}
	}
	d := read(t, pack(`<w:tbl>`+row("", cell("甲"), gone("<w:cellDel/>", "9"), cell("1"))+row("", cell("乙"), cell("2"))+`</w:tbl>`))
	if diff := cmp.Diff([][]string{{"甲", "1"}, {"乙", "2"}}, d.Blocks[0].Table.Grid(true)); diff != "" {
		t.Errorf("a deleted cell: %s", diff)
	}
}

func TestFormFields(t *testing.T) {
	begin := func(data string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"><w:ffData>` + data + `</w:ffData></w:fldChar></w:r><w:r><w:instrText>FORM</w:instrText></w:r>`
	}
	end := `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	for name, runs := range map[string]string{
		"text":        begin("<w:textInput/>") + `<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("", "13") + end,
		"drop-down":   begin(`<w:ddList><w:result w:val="1"/><w:listEntry w:val="12"/><w:listEntry w:val="13"/></w:ddList>`) + end,
		"first entry": begin(`<w:ddList><w:listEntry w:val="13"/><w:listEntry w:val="14"/></w:ddList>`) + end,
		"control":     `<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:value="12"/></w:dropDownList></w:sdtPr><w:sdtContent>` + run("", "13") + `</w:sdtContent></w:sdt>`,
	} {
		if got := read(t, pack(`<w:p>`+runs+`</w:p>`)).Text(); got != "13\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Files within a document: a workbook stands where it is shown, a file behind an icon is a part.
func TestEmbeddedFiles(t *testing.T) {
	part := func(_ context.Context, name string, data []byte) (*document.Document, error) {
		if string(data) == "formula" {
			return nil, document.ErrUnsupported
		}
		return &document.Document{Name: name, Blocks: []document.Block{{Kind: document.Paragraph, Text: string(data)}}}, nil
	}
	object := func(aspect, id string) string {
		return `<w:p><w:r><w:object><v:shape xmlns:v="v"><v:imagedata r:id="r9"/></v:shape><o:OLEObject xmlns:o="o" Type="Embed" DrawAspect="` + aspect + `" r:id="` + id + `"/></w:object></w:r></w:p>`
	}
	data := pack(p("前")+object("Content", "r1")+object("Icon", "r2")+object("Content", "r3")+p("后"),
		"package", "e/a.xlsx", "表", "package", "e/b.docx", "附件", "oleObject", "e/c.bin", "formula")
	d, err := docx.Read(context.Background(), data, docx.Options{Part: part})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Text(); got != "前\n表\n后\n\n附件\n" || len(d.Parts) != 1 || d.Parts[0].Name != "b.docx" {
		t.Errorf("%q", got)
	}
	failing := func(context.Context, string, []byte) (*document.Document, error) {
		return nil, errors.New("damaged")
	}
	if d, err := docx.Read(context.Background(), data, docx.Options{Part: failing}); err != nil || !d.HasFlag(document.FlagTruncated) {
		t.Errorf("a part that cannot be read is not said: %v", err)
	}
}

func TestTitleInTheHeader(t *testing.T) {
	const title = "永宁县2023年政府信息公开工作年度报告"
	header := `<w:hdr ` + ns + `>` + p(title) + p("第1页") + `</w:hdr>`
	for _, tt := range []struct {
		name, sect, body string
		want             string
	}{
		{"there only", `<w:headerReference w:type="default" r:id="r1"/>`, p("文"), title + "\n文\n"},
		{"on the first page", `<w:headerReference w:type="first" r:id="r1"/><w:titlePg/>`, p("文"), title + "\n文\n"},
		{"of a first page that has none", `<w:headerReference w:type="first" r:id="r1"/>`, p("文"), "文\n"},
		{"in the text as well", `<w:headerReference w:type="default" r:id="r1"/>`, p(title) + p("文"), title + "\n文\n"},
		{"not referred to", "", p("文"), "文\n"},
	} {
		if got := read(t, pack(tt.body+`<w:sectPr>`+tt.sect+`</w:sectPr>`, "header", "h.xml", header)).Text(); got != tt.want {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}

func TestSuffixOfListNumbers(t *testing.T) {
	for suffix, want := range map[string]string{"": "1 8次会议", "tab": "1 8次会议", "space": "1 8次会议", "nothing": "18次会议"} {
		suff := ""
		if suffix != "" {
			suff = `<w:suff w:val="` + suffix + `"/>`
		}
		numbering := `<w:numbering ` + ns + `><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>` + suff + `<w:lvlText w:val="%1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>`
		body := `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>8次会议</w:t></w:r></w:p>`
		if got := read(t, pack(body, "numbering", "numbering.xml", numbering)).Blocks[0].Text; got != want {
			t.Errorf("%q: %q", suffix, got)
		}
	}
}
