package odt_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/odt"
	"nianbao/internal/compose"
)

const head = `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="t" xmlns:table="tb" xmlns:style="s" xmlns:draw="d">`

func pack(styles, kind, body string) []byte {
	return compose.Zip([]compose.Member{{Name: "mimetype", Data: []byte(odt.MediaType)},
		{Name: "content.xml", Data: []byte(head + `<office:automatic-styles>` + styles + `</office:automatic-styles><office:body><office:` + kind + `>` + body + `</office:` + kind + `></office:body></office:document-content>`)}})
}

func read(t *testing.T, data []byte) *document.Document {
	t.Helper()
	d, err := odt.Read(context.Background(), data, odt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestText(t *testing.T) {
	const list = `<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/><text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2" style:num-prefix="(" style:num-suffix=")"/><text:list-level-style-bullet text:level="3"/></text:list-style>`
	const hidden = `<style:style style:name="H"><style:text-properties text:display="none"/></style:style>`
	item := func(s string) string { return `<text:list-item><text:p>` + s + `</text:p></text:list-item>` }
	tests := []struct{ name, body, want string }{
		{"blanks", "<text:p>a  \n b<text:s text:c=\"2\"/>c<text:tab/>d<text:line-break/>e</text:p>", "a b  c d\ne\n"},
		{"deleted text is kept apart", `<text:tracked-changes><text:p>18</text:p></text:tracked-changes><text:p>24<text:change/>件</text:p>`, "24件\n"},
		{"hidden", `<text:p>a<text:span text:style-name="H">b</text:span><text:span>c</text:span></text:p>`, "ac\n"},
		{"notes stand at the end", `<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>n</text:p></text:note-body></text:note>b</text:p><text:p>c</text:p>`, "a¹b\nc\nn\n"},
		{"text boxes", `<text:p>a<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>b</text:p>`, "ab\nbox\n"},
		{"lists", `<text:list text:style-name="L">` + item("a") + `<text:list-item><text:p>b</text:p><text:list>` + item("c") + item("d") + `</text:list></text:list-item></text:list><text:p>x</text:p><text:list text:style-name="L" text:continue-numbering="true">` + item("e") + `</text:list><text:list text:style-name="L">` + item("f") + `</text:list>`,
			"一、a\n二、b\n(二.1) c\n(二.2) d\nx\n三、e\n一、f\n"},
		{"sections and headings", `<text:section><text:h text:outline-level="2">a</text:h></text:section>`, "a\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, pack(list+hidden, "text", tt.body)).Text()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTables(t *testing.T) {
	const body = `<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-spanned="2"><text:p>b</text:p><text:p>c</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>
		<table:table-row><table:covered-table-cell/><table:table-cell table:number-columns-repeated="2"><text:p>d</text:p></table:table-cell></table:table-row></table:table>`
	want := []document.Cell{{RowSpan: 2, ColSpan: 1, Text: "a"}, {Col: 1, RowSpan: 1, ColSpan: 2, Text: "b\nc"}, {Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "d"}, {Row: 1, Col: 2, RowSpan: 1, ColSpan: 1, Text: "d"}}
	if diff := cmp.Diff(want, read(t, pack("", "text", body)).Blocks[0].Table.Cells); diff != "" {
		t.Error(diff)
	}
	flat, err := odt.ReadFlat(context.Background(), []byte(strings.ReplaceAll(head, "document-content", "document")+`<office:body><office:text>`+body+`</office:text></office:body></office:document>`), odt.Options{})
	if err != nil || len(flat.Blocks) != 1 {
		t.Errorf("flat: %v, %v", flat, err)
	}
}

// A sheet ends in a million empty rows of a thousand empty cells.
func TestSheets(t *testing.T) {
	row := func(attr, cells string) string {
		return `<table:table-row ` + attr + `>` + cells + `</table:table-row>`
	}
	cell := func(attr, s string) string {
		return `<table:table-cell ` + attr + `><text:p>` + s + `</text:p></table:table-cell>`
	}
	empty := `<table:table-cell table:number-columns-repeated="16384"/>`
	body := `<table:table table:name="表一">` + row("", cell("", "甲")+cell("", "12")+empty) + row(`table:number-rows-repeated="2"`, empty) + row(`table:number-rows-repeated="2"`, cell("", "乙")) + row(`table:number-rows-repeated="1048000"`, empty) + `</table:table>`
	body += `<table:table table:name="隐" table:style-name="H">` + row("", cell("", "x")) + `</table:table>`
	d := read(t, pack(`<style:style style:name="H"><style:table-properties table:display="false"/></style:style>`, "spreadsheet", body))
	if len(d.Blocks) != 2 || d.MediaType != odt.Sheet || d.Blocks[0].Text != "表一" {
		t.Fatalf("%v", d.Blocks)
	}
	if diff := cmp.Diff([][]string{{"甲", "12"}, {"", ""}, {"", ""}, {"乙", ""}, {"乙", ""}}, d.Blocks[1].Table.Grid(false)); diff != "" {
		t.Error(diff)
	}
}

func TestHostile(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"no package", []byte("PK\x03\x04"), document.ErrMalformed},
		{"no content", compose.Zip([]compose.Member{{Name: "a", Data: []byte("b")}}), document.ErrMalformed},
		{"encrypted", compose.Zip([]compose.Member{{Name: "META-INF/manifest.xml", Data: []byte("<manifest:encryption-data/>")}, {Name: "content.xml", Data: []byte("\x01")}}), document.ErrEncrypted},
		{"nested", pack("", "text", strings.Repeat("<text:section>", 5000)), document.ErrBomb},
		{"inflates", pack("", "text", strings.Repeat("<text:p/>", 2_000_000)), document.ErrBomb},
		{"repeated cells", pack("", "text", `<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>`), document.ErrTooLarge},
		{"spans", pack("", "text", `<table:table>`+strings.Repeat(`<table:table-row><table:table-cell table:number-rows-spanned="99999" table:number-columns-spanned="99999"><text:p>x</text:p></table:table-cell></table:table-row>`, 1000)+`</table:table>`), document.ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := odt.Read(context.Background(), tt.data, odt.Options{}); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := odt.Read(ctx, pack("", "text", "<text:p>x</text:p>"), odt.Options{}); !errors.Is(err, document.ErrDeadline) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`<text:list><text:list-item text:start-value="3"><text:p>x<text:s text:c="9"/></text:p></text:list-item></text:list>`)
	f.Add(`<table:table><table:table-row table:number-rows-repeated="3"><table:table-cell table:number-rows-spanned="2"/></table:table-row></table:table>`)
	f.Fuzz(func(t *testing.T, body string) {
		d, err := odt.ReadFlat(context.Background(), []byte(head+`<office:body><office:text>`+body), odt.Options{MaxCells: 1000})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{}).ODT()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := odt.Read(context.Background(), data, odt.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
