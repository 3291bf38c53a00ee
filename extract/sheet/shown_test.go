package sheet_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nianbao/document"
	"nianbao/extract/sheet"
	"nianbao/internal/compose"
)

func grid(t *testing.T, d *document.Document, err error) (rows [][]string, gone string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.Blocks {
		if b.Table == nil {
			continue
		}
		for _, c := range b.Table.Cells {
			for _, u := range c.Unseen {
				gone += u.Why + " " + u.Text + ";"
			}
		}
		return b.Table.Grid(true), gone
	}
	t.Fatalf("no table: %v", d.Blocks)
	return nil, ""
}

// A workbook of two columns and three rows, changed in one way.
func TestWhatAWorkbookDoesNotShow(t *testing.T) {
	style := func(f *excelize.File, s *excelize.Style) error {
		id, err := f.NewStyle(s)
		return errors.Join(err, f.SetCellStyle("Sheet1", "B2", "B2", id))
	}
	third := func(f *excelize.File) error { return f.SetCellValue("Sheet1", "C1", "注") }
	code := ";;;"
	for _, tt := range []struct {
		name   string
		change func(*excelize.File) error
		want   [][]string
		gone   string
	}{
		{"a hidden row", func(f *excelize.File) error { return f.SetRowVisible("Sheet1", 2, false) }, [][]string{{"项", "数"}, {"乙", "2"}}, "hidden 甲;hidden 9;"},
		{"a row without height", func(f *excelize.File) error { return f.SetRowHeight("Sheet1", 2, 0) }, [][]string{{"项", "数"}, {"乙", "2"}}, "hidden 甲;hidden 9;"},
		{"a hidden column", func(f *excelize.File) error {
			return errors.Join(third(f), f.SetColVisible("Sheet1", "A", false))
		}, [][]string{{"数", "注"}, {"9", ""}, {"2", ""}}, "hidden 项;hidden 甲;hidden 乙;"},
		{"a column without width", func(f *excelize.File) error {
			return errors.Join(third(f), f.SetColWidth("Sheet1", "A", "A", 0))
		}, [][]string{{"数", "注"}, {"9", ""}, {"2", ""}}, "hidden 项;hidden 甲;hidden 乙;"},
		{"a hidden row under a merge", func(f *excelize.File) error {
			return errors.Join(f.MergeCell("Sheet1", "A2", "A3"), f.SetRowVisible("Sheet1", 2, false))
		}, [][]string{{"项", "数"}, {"甲", "2"}}, "hidden 9;"},
		{"a struck cell", func(f *excelize.File) error { return style(f, &excelize.Style{Font: &excelize.Font{Strike: true}}) }, [][]string{{"项", "数"}, {"甲", ""}, {"乙", "2"}}, "struck 9;"},
		{"white ink", func(f *excelize.File) error {
			return style(f, &excelize.Style{Font: &excelize.Font{Color: "FFFFFF"}})
		}, [][]string{{"项", "数"}, {"甲", ""}, {"乙", "2"}}, "invisible 9;"},
		{"white ink on a dark ground", func(f *excelize.File) error {
			return style(f, &excelize.Style{Font: &excelize.Font{Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F3864"}}})
		}, [][]string{{"项", "数"}, {"甲", "9"}, {"乙", "2"}}, ""},
		{"a format that shows nothing", func(f *excelize.File) error { return style(f, &excelize.Style{CustomNumFmt: &code}) }, [][]string{{"项", "数"}, {"甲", ""}, {"乙", "2"}}, "hidden 9;"},
		{"a run struck out", func(f *excelize.File) error {
			return f.SetCellRichText("Sheet1", "B2", []excelize.RichTextRun{{Text: "12", Font: &excelize.Font{Strike: true}}, {Text: "13"}})
		}, [][]string{{"项", "数"}, {"甲", "13"}, {"乙", "2"}}, "struck 12;"},
		{"a raised mark", func(f *excelize.File) error {
			return f.SetCellRichText("Sheet1", "B2", []excelize.RichTextRun{{Text: "13"}, {Text: "1", Font: &excelize.Font{VertAlign: "superscript"}}})
		}, [][]string{{"项", "数"}, {"甲", "13¹"}, {"乙", "2"}}, ""},
		{"zeros left blank", func(f *excelize.File) error {
			no := false
			return errors.Join(f.SetCellValue("Sheet1", "B2", 0), f.SetSheetView("Sheet1", 0, &excelize.ViewOptions{ShowZeros: &no}))
		}, [][]string{{"项", "数"}, {"甲", ""}, {"乙", "2"}}, "hidden 0;"},
	} {
		f := excelize.NewFile()
		var errs []error
		for at, v := range map[string]any{"A1": "项", "B1": "数", "A2": "甲", "B2": 9, "A3": "乙", "B3": 2} {
			errs = append(errs, f.SetCellValue("Sheet1", at, v))
		}
		var out bytes.Buffer
		if err := errors.Join(append(errs, tt.change(f), f.Write(&out))...); err != nil {
			t.Fatal(err)
		}
		d, err := sheet.ReadXLSX(context.Background(), out.Bytes(), sheet.Options{})
		got, gone := grid(t, d, err)
		if diff := cmp.Diff(tt.want, got); diff != "" || gone != tt.gone {
			t.Errorf("%s: unseen %q; %s", tt.name, gone, diff)
		}
	}
}

// biff makes the stream of a binary workbook of one sheet.
func biff(globals, cells [][]byte) []byte {
	var out []byte
	put := func(records [][]byte) {
		for _, r := range records {
			out = append(out, r...)
		}
	}
	bof := func(kind uint16) []byte {
		return record(0x809, uint16(0x600), kind, uint16(0), uint16(0), uint32(0), uint32(0))
	}
	put([][]byte{bof(5)})
	at := len(out) + 4
	put([][]byte{record(0x85, uint32(0), uint16(0), uint8(2), uint8(0), []byte("ab"))})
	put(globals)
	put([][]byte{record(0x0A)})
	binary.LittleEndian.PutUint32(out[at:], uint32(len(out)))
	put([][]byte{bof(0x10)})
	put(cells)
	put([][]byte{record(0x0A)})
	return out
}

func record(kind uint16, values ...any) []byte {
	var body bytes.Buffer
	for _, v := range values {
		_ = binary.Write(&body, binary.LittleEndian, v) // to memory
	}
	head := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, kind), uint16(body.Len()))
	return append(head, body.Bytes()...)
}

func TestWhatABinaryWorkbookDoesNotShow(t *testing.T) {
	font := func(flags, color, raised uint16) []byte {
		return record(0x31, uint16(200), flags, color, uint16(400), raised, uint32(0), uint8(1), uint8(0), []byte("x"))
	}
	xf := func(font, format, fill int) []byte {
		return record(0xE0, uint16(font), uint16(format), make([]byte, 10), uint32(fill)<<26, uint16(0x16), uint16(0))
	}
	number := func(row, col, xf uint16, v float64) []byte { return record(0x203, row, col, xf, v) }
	label := func(row, col, xf uint16, s string) []byte {
		return record(0x204, row, col, xf, uint16(len(s)), uint8(0), []byte(s))
	}
	globals := [][]byte{font(0, 0x7FFF, 0), font(8, 0x7FFF, 0), font(0, 9, 0), font(0, 0x7FFF, 1), font(8, 0x7FFF, 0),
		record(0x41E, uint16(164), uint16(3), uint8(0), []byte(";;;")),
		xf(0, 0, 0), xf(1, 0, 0), xf(2, 0, 0), xf(2, 0, 1), xf(0, 164, 0),
		record(0xFC, uint32(1), uint32(1), uint16(4), uint8(8), uint16(2), []byte("1213"), uint16(0), uint16(5), uint16(2), uint16(0))}
	base := func(more ...[]byte) [][]byte {
		return append([][]byte{label(0, 0, 0, "a"), number(0, 1, 0, 1), label(2, 0, 0, "c"), number(2, 1, 0, 2)}, more...)
	}
	for _, tt := range []struct {
		name  string
		cells [][]byte
		want  [][]string
		gone  string
	}{
		{"a hidden row", append([][]byte{record(0x208, uint16(1), uint16(0), uint16(2), uint16(255), uint16(0), uint16(0), uint32(0x20))}, base(label(1, 0, 0, "b"), number(1, 1, 0, 9))...), [][]string{{"a", "1"}, {"c", "2"}}, "hidden b;hidden 9;"},
		{"a hidden column", append([][]byte{record(0x7D, uint16(0), uint16(0), uint16(2048), uint16(0), uint16(1), uint16(0))}, base(label(0, 2, 0, "n"))...), [][]string{{"1", "n"}, {"", ""}, {"2", ""}}, "hidden a;hidden c;"},
		{"a struck cell", base(label(1, 0, 0, "b"), number(1, 1, 1, 9)), [][]string{{"a", "1"}, {"b", ""}, {"c", "2"}}, "struck 9;"},
		{"white ink", base(label(1, 0, 0, "b"), number(1, 1, 2, 9)), [][]string{{"a", "1"}, {"b", ""}, {"c", "2"}}, "invisible 9;"},
		{"white ink on a ground", base(label(1, 0, 0, "b"), number(1, 1, 3, 9)), [][]string{{"a", "1"}, {"b", "9"}, {"c", "2"}}, ""},
		{"a format that shows nothing", base(label(1, 0, 0, "b"), number(1, 1, 4, 9)), [][]string{{"a", "1"}, {"b", ""}, {"c", "2"}}, "hidden 9;"},
		{"a run struck out", base(label(1, 0, 0, "b"), record(0xFD, uint16(1), uint16(1), uint16(0), uint32(0))), [][]string{{"a", "1"}, {"b", "13"}, {"c", "2"}}, "struck 12;"},
		{"zeros left blank", base(label(1, 0, 0, "b"), number(1, 1, 0, 0), record(0x23E, uint16(0x6A6), make([]byte, 16))), [][]string{{"a", "1"}, {"b", ""}, {"c", "2"}}, "hidden 0;"},
	} {
		d, err := sheet.ReadStream(context.Background(), biff(globals, tt.cells), sheet.Options{})
		got, gone := grid(t, d, err)
		if diff := cmp.Diff(tt.want, got); diff != "" || gone != tt.gone {
			t.Errorf("%s: unseen %q; %s", tt.name, gone, diff)
		}
	}
}

func TestWhatASheetInXMLDoesNotShow(t *testing.T) {
	row := func(attrs, style, data string) string {
		return `<Row ` + attrs + `><Cell><Data ss:Type="String">甲</Data></Cell><Cell ss:StyleID="` + style + `">` + data + `</Cell></Row>`
	}
	nine := `<Data ss:Type="Number">9</Data>`
	for _, tt := range []struct{ name, row, want, gone string }{
		{"a hidden row", row(`ss:Hidden="1"`, "", nine), "-", "hidden 甲;hidden 9;"},
		{"a row without height", row(`ss:Height="0"`, "", nine), "-", "hidden 甲;hidden 9;"},
		{"a struck cell", row("", "s1", nine), "", "struck 9;"},
		{"white ink", row("", "s2", nine), "", "invisible 9;"},
		{"a format that shows nothing", row("", "s3", nine), "", "hidden 9;"},
		{"a run struck out", row("", "", `<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><S>12</S><Font>13</Font><Sup>1</Sup></ss:Data>`), "13¹", "struck 12;"},
	} {
		in := `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>
<Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style><Style ss:ID="s2"><Font ss:Color="#FFFFFF"/></Style><Style ss:ID="s3"><NumberFormat ss:Format=";;;"/></Style></Styles>
<Worksheet ss:Name="a"><Table><Row><Cell><Data ss:Type="String">项</Data></Cell><Cell><Data ss:Type="String">数</Data></Cell></Row>` + tt.row + `</Table></Worksheet></Workbook>`
		d, err := sheet.ReadXML(context.Background(), []byte(in), sheet.Options{})
		got, gone := grid(t, d, err)
		want := [][]string{{"项", "数"}}
		if tt.want != "-" {
			want = append(want, []string{"甲", tt.want})
		}
		if diff := cmp.Diff(want, got); diff != "" || gone != tt.gone {
			t.Errorf("%s: unseen %q; %s", tt.name, gone, diff)
		}
	}
}

func TestTitleInTheSheetsHeader(t *testing.T) {
	f := excelize.NewFile()
	const title = "永宁县2023年政府信息公开工作年度报告"
	var out bytes.Buffer
	if err := errors.Join(f.SetSheetRow("Sheet1", "A1", &[]any{"项", 1}), f.SetSheetRow("Sheet1", "A2", &[]any{"目", 2}),
		f.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddHeader: `&L&D&C&"宋体,常规"&14` + title + `&R第&P页`}), f.Write(&out)); err != nil {
		t.Fatal(err)
	}
	d, err := sheet.ReadXLSX(context.Background(), out.Bytes(), sheet.Options{})
	if err != nil || len(d.Blocks) != 2 || d.Blocks[0].Text != title {
		t.Errorf("%v: %v", err, d.Blocks)
	}
}

// Names of streams are the same whatever their case.
func TestStreamsInAnyCase(t *testing.T) {
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	data := r.XLS()
	for _, name := range []string{"WORKBOOK", "workbook", "WorkBook"} {
		var from, to []byte
		for i := range name {
			from, to = append(from, "Workbook"[i], 0), append(to, name[i], 0)
		}
		d, err := sheet.ReadXLS(context.Background(), bytes.Replace(data, from, to, 1), sheet.Options{})
		if err != nil || len(d.Blocks) < 5 {
			t.Errorf("%s: %v", name, fmt.Sprint(err))
		}
	}
}
