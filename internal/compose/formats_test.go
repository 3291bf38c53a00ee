package compose

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

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
