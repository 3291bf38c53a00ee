package compose

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/report"
)

// formats are the renderings that go through the front door of extraction.
var formats = map[string]func(*Report) []byte{
	"docx": (*Report).DOCX, "doc": (*Report).DOC, "xlsx": (*Report).XLSX, "xls": (*Report).XLS, "odt": (*Report).ODT, "rtf": (*Report).RTF, "ofd": (*Report).OFD,
	"zip": func(r *Report) []byte {
		return Zip([]Member{{"__MACOSX/._x", []byte("x")}, {"附件/" + r.Title + ".doc", r.DOC()}})
	},
	"zip in zip": func(r *Report) []byte {
		return Zip([]Member{{"inner.zip", Zip([]Member{{r.Title + ".docx", r.DOCX()}})}})
	},
}

func TestEveryFormatReadsToItsNumbers(t *testing.T) {
	ctx := context.Background()
	for name, render := range formats {
		t.Run(name, func(t *testing.T) {
			for i, body := range bodies {
				year := 2019 + i
				r := New(int64(i), body, year, Options{})
				d, err := extract.Read(ctx, extract.Input{Name: "报告", Data: render(r)}, extract.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				if len(d.Parts) > 0 { // a report in a container is one of its parts
					d = d.Parts[0]
				}
				got, err := report.Parse(d)
				if err != nil {
					t.Fatalf("%s %d: %v\n%s", body, year, err, d.Text())
				}
				if got.Year != year || got.Publisher.Name != body || got.Data.Format != r.Format() {
					t.Errorf("%s %d: read as %d %q %s", body, year, got.Year, got.Publisher.Name, got.Data.Format)
				}
				if diff := cmp.Diff(r.Numbers, read(got)); diff != "" {
					t.Errorf("%s %d: numbers (-want +got):\n%s", body, year, diff)
				}
			}
		})
	}
}

// A document under a password is an envelope around a package that cannot be read.
func TestEnvelopesAreEncrypted(t *testing.T) {
	data := Compound([]Member{{"EncryptionInfo", []byte("x")}, {"EncryptedPackage", []byte("x")}})
	if _, err := extract.Read(context.Background(), extract.Input{Name: "x.docx", Data: data}, extract.Limits{}); !errors.Is(err, document.ErrEncrypted) {
		t.Errorf("got %v", err)
	}
}

// Another program's workbook with all of the report on one sheet, prose in merged cells above and between the tables.
func TestEverythingOnOneSheet(t *testing.T) {
	r := New(3, bodies[2], 2023, Options{})
	f := excelize.NewFile()
	var errs []error
	put := func(row, col, rs, cs int, text string) {
		at := column(col) + strconv.Itoa(row+1)
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			errs = append(errs, f.SetCellValue("Sheet1", at, v))
		} else {
			errs = append(errs, f.SetCellValue("Sheet1", at, text))
		}
		if rs > 1 || cs > 1 {
			errs = append(errs, f.MergeCell("Sheet1", at, column(col+cs-1)+strconv.Itoa(row+rs)))
		}
	}
	put(0, 0, 1, 15, r.Title)
	row := 1
	for _, p := range r.pieces() {
		if p.table == nil {
			put(row, 0, 1, 15, p.text)
			row++
			continue
		}
		for _, c := range p.table.cells {
			put(row+c.r, c.c, c.rs, c.cs, c.text)
		}
		row += p.table.height
	}
	var out bytes.Buffer
	if err := errors.Join(append(errs, f.Write(&out))...); err != nil {
		t.Fatal(err)
	}
	d, err := extract.Read(context.Background(), extract.Input{Data: out.Bytes()}, extract.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := report.Parse(d)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Numbers, read(got)); diff != "" || got.Title != r.Title {
		t.Errorf("title %q; numbers (-want +got):\n%s", got.Title, diff)
	}
}
