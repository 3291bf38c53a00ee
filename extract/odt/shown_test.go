package odt_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/document"
	"nianbao/extract/odt"
	"nianbao/internal/compose"
)

func TestWhatIsNotShown(t *testing.T) {
	const styles = `<style:style style:name="C" style:family="table-column"><style:table-column-properties style:column-width="0cm"/></style:style>
<style:style style:name="R" style:family="table-row"><style:table-row-properties style:row-height="0cm"/></style:style>
<style:style style:name="P" style:family="paragraph"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Q" style:family="paragraph" style:parent-style-name="P"/>
<style:style style:name="B" style:family="table-cell"><style:table-cell-properties fo:background-color="#1f3864"/></style:style>
<style:style style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>`
	row := func(attrs string, cells ...string) string {
		return `<table:table-row ` + attrs + `>` + strings.Join(cells, "") + `</table:table-row>`
	}
	cell := func(s string) string { return `<table:table-cell><text:p>` + s + `</text:p></table:table-cell>` }
	tall := `<table:table-cell table:number-rows-spanned="3"><text:p>甲</text:p></table:table-cell>`
	for _, tt := range []struct {
		name, table string
		want        [][]string
		gone        string
	}{
		{"a row", row("", cell("项"), cell("数")) + row(`table:visibility="filter"`, cell("甲"), cell("9")) + row("", cell("甲"), cell("1")), [][]string{{"项", "数"}, {"甲", "1"}}, "甲9"},
		{"a row without height", row("", cell("项"), cell("数")) + row(`table:style-name="R"`, cell("甲"), cell("9")) + row("", cell("甲"), cell("1")), [][]string{{"项", "数"}, {"甲", "1"}}, "甲9"},
		{"a row under a span", row("", tall, cell("1")) + row(`table:visibility="collapse"`, `<table:covered-table-cell/>`, cell("9")) + row("", `<table:covered-table-cell/>`, cell("2")), [][]string{{"甲", "1"}, {"甲", "2"}}, "9"},
		{"a folded group", row("", cell("项"), cell("数")) + `<table:table-row-group table:display="false">` + row("", cell("甲"), cell("9")) + `</table:table-row-group>`, [][]string{{"项", "数"}}, "甲9"},
		{"a column", `<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>` + row("", cell("甲"), cell("9"), cell("1")), [][]string{{"甲", "1"}}, "9"},
		{"a column without width", `<table:table-column/><table:table-column table:style-name="C"/><table:table-column/>` + row("", cell("甲"), cell("9"), cell("1")), [][]string{{"甲", "1"}}, "9"},
		{"a paragraph by the parent of its style", row("", cell("甲"), `<table:table-cell><text:p text:style-name="Q">9</text:p><text:p>1</text:p></table:table-cell>`), [][]string{{"甲", "1"}}, "9"},
		{"a hidden paragraph", row("", cell("甲"), `<table:table-cell><text:p><text:hidden-paragraph text:is-hidden="true"/>9</text:p><text:p>1</text:p></table:table-cell>`), [][]string{{"甲", "1"}}, "9"},
		{"hidden text", row("", cell("甲"), cell(`<text:hidden-text text:is-hidden="true" text:string-value="9"/>1`)), [][]string{{"甲", "1"}}, "9"},
		{"white on a dark cell is shown", row("", cell("甲"), `<table:table-cell table:style-name="B"><text:p><text:span text:style-name="W">1</text:span></text:p></table:table-cell>`), [][]string{{"甲", "1"}}, ""},
	} {
		d := read(t, pack(styles, "text", `<table:table>`+tt.table+`</table:table>`))
		if len(d.Blocks) != 1 || d.Blocks[0].Table == nil {
			t.Errorf("%s: %v", tt.name, d.Blocks)
			continue
		}
		gone := ""
		for _, c := range d.Blocks[0].Table.Cells {
			for _, u := range c.Unseen {
				gone += u.Text
			}
		}
		if diff := cmp.Diff(tt.want, d.Blocks[0].Table.Grid(true)); diff != "" || gone != tt.gone {
			t.Errorf("%s: unseen %q; %s", tt.name, gone, diff)
		}
	}
	d := read(t, pack("", "text", `<text:section text:display="none"><text:p>草稿</text:p></text:section><text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>18</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>24<text:change text:change-id="c1"/>件</text:p>`))
	want := []document.Block{{Kind: document.Paragraph, Unseen: []document.Unseen{{Text: "草稿 ", Why: document.WhyHidden}}}, {Kind: document.Paragraph, Text: "24件", Unseen: []document.Unseen{{Text: "18", Why: document.WhyDeleted}}}}
	if diff := cmp.Diff(want, d.Blocks); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsShownElsewhere(t *testing.T) {
	forms := `<office:forms><form:form><form:text form:id="a" form:value="1" form:current-value="13"/><form:listbox form:id="b"><form:option form:label="12"/><form:option form:label="13" form:current-selected="true"/></form:listbox></form:form></office:forms>`
	if got := read(t, pack("", "text", forms+`<text:p>甲<draw:control draw:control="a"/></text:p><text:p>乙<draw:control draw:control="b"/></text:p>`)).Text(); got != "甲13\n乙13\n" {
		t.Errorf("controls: %q", got)
	}
	inner := head + `<office:body><office:spreadsheet><table:table><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell><table:table-cell><text:p>13</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`
	body := head + `<office:body><office:text><text:p>前<draw:frame><draw:object href="./Object 1"/><draw:image href="./ObjectReplacements/Object 1"/></draw:frame></text:p></office:text></office:body></office:document-content>`
	data := compose.Zip([]compose.Member{{Name: "mimetype", Data: []byte(odt.MediaType)}, {Name: "content.xml", Data: []byte(body)}, {Name: "Object 1/content.xml", Data: []byte(inner)}, {Name: "Pictures/1.png", Data: []byte("\x89PNG")}})
	if got := read(t, data).Text(); got != "前\n\n甲\t13\n\n" {
		t.Errorf("an embedded sheet: %q", got)
	}
	if got := odt.Images(data); len(got) != 1 || !bytes.Equal(got[0], []byte("\x89PNG")) {
		t.Errorf("pictures: %q", got)
	}
	const title = "永宁县2023年政府信息公开工作年度报告"
	styles := `<office:document-styles xmlns:office="o" xmlns:style="s" xmlns:text="t"><office:master-styles><style:master-page><style:header><text:p>` + title + `</text:p></style:header><style:footer><text:p>第1页</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>`
	content := head + `<office:body><office:text><text:p>文</text:p></office:text></office:body></office:document-content>`
	if got := read(t, compose.Zip([]compose.Member{{Name: "styles.xml", Data: []byte(styles)}, {Name: "content.xml", Data: []byte(content)}})).Text(); got != title+"\n文\n" {
		t.Errorf("a title in the header: %q", got)
	}
	object := func(_ context.Context, data []byte) (*document.Document, error) {
		return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: string(data)}}}, nil
	}
	ole := compose.Zip([]compose.Member{{Name: "content.xml", Data: []byte(strings.ReplaceAll(body, "draw:object ", "draw:object-ole "))}, {Name: "Object 1", Data: []byte("表")}})
	if d, err := odt.Read(context.Background(), ole, odt.Options{Object: object}); err != nil || d.Text() != "前\n表\n" {
		t.Errorf("an embedded compound file: %v", err)
	}
}
