package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nianbao/document"
	"nianbao/extract/sheet"
	"nianbao/internal/compose"
)

// written is a workbook as another program writes it: formats, formulas, merges, rich text, a hidden sheet.
func written(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	style := func(code string) int {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	var errs []error
	for at, v := range map[string]any{"B3": "合计", "C3": 12, "D3": 12.0, "E3": 15325.76, "F3": 123456789012.0, "G3": 0.1 + 0.2, "B4": 45000, "C4": 0.256, "D4": 12.6, "E4": -3, "F4": true, "G4": 45000.5} {
		errs = append(errs, f.SetCellValue("Sheet1", at, v))
	}
	for at, code := range map[string]string{"F3": "0.00E+00", "B4": "yyyy-m-d", "C4": "0.0%", "D4": `#,##0_ `, "G4": `yyyy"年"m"月"d"日" h:mm`} {
		errs = append(errs, f.SetCellStyle("Sheet1", at, at, style(code)))
	}
	errs = append(errs, f.SetCellRichText("Sheet1", "B5", []excelize.RichTextRun{{Text: "本年"}, {Text: "新收"}}), f.MergeCell("Sheet1", "B5", "C6"), f.MergeCell("Sheet1", "D5", "G5"))
	_, err := f.NewSheet("隐藏")
	errs = append(errs, err, f.SetCellValue("隐藏", "A1", "x"), f.SetSheetVisible("隐藏", false))
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestForeignWorkbook(t *testing.T) {
	d, err := sheet.ReadXLSX(context.Background(), written(t), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Blocks) != 1 {
		t.Fatalf("blocks %v", d.Blocks)
	}
	want := [][]string{
		{"合计", "12", "12", "15325.76", "123456789012", "0.3"},
		{"2023-03-15", "25.6%", "13", "-3", "TRUE", "2023-03-15 12:00:00"},
		{"本年新收", "本年新收", "", "", "", ""},
	}
	got := d.Blocks[0].Table.Grid(true)
	if diff := cmp.Diff(want, got[:min(3, len(got))]); diff != "" {
		t.Error(diff)
	}
}

// Formulas keep what the file caches; numbers in every record of the binary format are the same numbers.
func TestBothFormatsAgree(t *testing.T) {
	r := compose.New(5, "江北市人民政府", 2022, compose.Options{})
	a, err := sheet.ReadXLSX(context.Background(), r.XLSX(), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := sheet.ReadXLS(context.Background(), r.XLS(), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Blocks, b.Blocks); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(a.Text(), "草稿") {
		t.Error("a hidden sheet is read")
	}
}

func TestXML2003(t *testing.T) {
	const in = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
	<Worksheet ss:Name="一"><Table><Row ss:Index="2"><Cell ss:MergeDown="1"><Data ss:Type="String">甲</Data></Cell><Cell ss:Index="3" ss:MergeAcross="1"><Data ss:Type="Number">12.0</Data></Cell><Cell><Data ss:Type="DateTime">2023-01-18T00:00:00.000</Data><Comment><Data>note</Data></Comment></Cell></Row><Row><Cell ss:Index="3"><Data ss:Type="Number">1E3</Data></Cell></Row></Table></Worksheet>
	<Worksheet ss:Name="二"><Table><Row><Cell><Data>x</Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>`
	if !sheet.IsXML([]byte(in)) {
		t.Error("not taken for a workbook")
	}
	d, err := sheet.ReadXML(context.Background(), []byte(in), sheet.Options{})
	if err != nil || len(d.Blocks) != 2 {
		t.Fatalf("%v %v", d, err)
	}
	if diff := cmp.Diff([][]string{{"甲", "", "12", "12", "2023-01-18"}, {"甲", "", "1000", "", ""}}, d.Blocks[1].Table.Grid(true)); diff != "" {
		t.Error(diff)
	}
}

// book makes a workbook of one sheet's cells.
func book(cells, merges string) []byte {
	const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	return compose.Zip([]compose.Member{
		{Name: "_rels/.rels", Data: []byte(`<Relationships><Relationship Id="a" Type="` + kind + `officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{Name: "xl/workbook.xml", Data: []byte(`<workbook xmlns:r="r"><sheets><sheet name="s" r:id="a"/></sheets></workbook>`)},
		{Name: "xl/_rels/workbook.xml.rels", Data: []byte(`<Relationships><Relationship Id="a" Type="` + kind + `worksheet" Target="s.xml"/></Relationships>`)},
		{Name: "xl/s.xml", Data: []byte(`<worksheet><sheetData>` + cells + `</sheetData><mergeCells>` + merges + `</mergeCells></worksheet>`)},
	})
}

func TestCellsWithoutPlaces(t *testing.T) {
	d, err := sheet.ReadXLSX(context.Background(), book(`<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c t="str"><v>a</v></c></row>`, `<mergeCell ref="A1:A2"/><mergeCell ref="A2:B2"/>`), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []document.Cell{{RowSpan: 2, ColSpan: 1, Text: "1"}, {Col: 1, RowSpan: 1, ColSpan: 1, Text: "2"}, {Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "a"}}
	if diff := cmp.Diff(want, d.Blocks[1].Table.Cells); diff != "" {
		t.Errorf("a merge that overlaps another is left out: %s", diff)
	}
}

func TestHostile(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><v>1</v></c></row>`, i+1, i+1)
		}
		return b.String()
	}
	if d, err := sheet.ReadXLSX(context.Background(), book(`<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c><c r="A1048576"><v>4</v></c></row>`, `<mergeCell ref="A1:XFD1048576"/>`), sheet.Options{}); err != nil {
		t.Errorf("cells at the far corners: %v", err)
	} else if last := d.Blocks[len(d.Blocks)-1].Table; last != nil && last.Rows*last.Cols > 100 {
		t.Errorf("a grid of %d×%d for four cells", last.Rows, last.Cols)
	}
	var stairs strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&stairs, `<row r="%d"><c r="%s%d"><v>1</v></c></row>`, 3*i+1, name(i), 3*i+1)
	}
	tests := []struct {
		name string
		data []byte
		opt  sheet.Options
		want error
	}{
		{"no package", []byte("PK\x03\x04"), sheet.Options{}, document.ErrMalformed},
		{"no workbook", compose.Zip([]compose.Member{{Name: "a", Data: []byte("b")}}), sheet.Options{}, document.ErrMalformed},
		{"inflates", book(strings.Repeat(`<row></row>`, 1_000_000), ""), sheet.Options{}, document.ErrBomb},
		{"cells", book(many(2000), ""), sheet.Options{MaxCells: 1000}, document.ErrTooLarge},
		{"a staircase", book(stairs.String(), ""), sheet.Options{MaxCells: 10_000}, document.ErrTooLarge},
		{"merges", book(many(1), strings.Repeat(`<mergeCell ref="A1:B2"/>`, 2000)), sheet.Options{MaxCells: 1000}, document.ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := sheet.ReadXLSX(context.Background(), tt.data, tt.opt); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	if _, err := sheet.ReadXLS(context.Background(), r.DOC(), sheet.Options{}); !errors.Is(err, document.ErrUnsupported) {
		t.Errorf("a Word file: %v", err)
	}
	locked := r.XLS()
	i := bytes.Index(locked, []byte{0x42, 0, 2, 0}) // CODEPAGE becomes FILEPASS
	locked[i] = 0x2F
	if _, err := sheet.ReadXLS(context.Background(), locked, sheet.Options{}); !errors.Is(err, document.ErrEncrypted) {
		t.Errorf("encrypted: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, read := range []func(context.Context, []byte, sheet.Options) (*document.Document, error){sheet.ReadXLSX, sheet.ReadXLS} {
		for _, data := range [][]byte{r.XLSX(), r.XLS()} {
			if _, err := read(ctx, data, sheet.Options{}); !errors.Is(err, document.ErrDeadline) && !errors.Is(err, document.ErrMalformed) {
				t.Errorf("cancelled: %v", err)
			}
		}
	}
}

// name is the name of a column.
func name(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return name(n/26-1) + string(rune('A'+n%26))
}

func FuzzReadXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c t="inlineStr"><is><t>x</t><rPh><t>y</t></rPh></is></c></row>`, `<mergeCell ref="A1:B2"/>`)
	f.Fuzz(func(t *testing.T, cells, merges string) {
		d, err := sheet.ReadXLSX(context.Background(), book(cells, merges), sheet.Options{MaxCells: 1000})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func FuzzReadXLS(f *testing.F) {
	data := compose.New(1, "永宁县人民政府", 2023, compose.Options{Empty: true}).XLS()
	i := bytes.Index(data, []byte{0x09, 0x08, 0x10, 0})
	f.Add(data[i : i+2000])
	f.Fuzz(func(t *testing.T, stream []byte) {
		whole := append(append(bytes.Clone(data[:i]), stream...), data[min(len(data), i+len(stream)):]...)
		d, err := sheet.ReadXLS(context.Background(), whole, sheet.Options{MaxCells: 1000})
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v with error %v", d, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	for _, x := range []struct {
		name string
		data []byte
		read func(context.Context, []byte, sheet.Options) (*document.Document, error)
	}{{"xlsx", r.XLSX(), sheet.ReadXLSX}, {"xls", r.XLS(), sheet.ReadXLS}} {
		b.Run(x.name, func(b *testing.B) {
			b.SetBytes(int64(len(x.data)))
			for b.Loop() {
				if _, err := x.read(context.Background(), x.data, sheet.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
