package extract_test

import (
	"context"
	"testing"

	"nianbao/extract"
	"nianbao/internal/compose"
)

// BenchmarkFormats reads one report in each format: its size is that of a published one.
func BenchmarkFormats(b *testing.B) {
	r := compose.New(1, "永宁县人民政府", 2023, compose.Options{})
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"html", []byte("<html><body><h1>" + r.Title + "</h1>" + r.HTML(compose.Plain))}, {"html/word", []byte("<html><body><h1>" + r.Title + "</h1>" + r.HTML(compose.Word))},
		{"docx", r.DOCX()}, {"doc", r.DOC()}, {"rtf", r.RTF()}, {"odt", r.ODT()}, {"xlsx", r.XLSX()}, {"xls", r.XLS()}, {"text", []byte(r.Text())},
	} {
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(int64(len(f.data)))
			for b.Loop() {
				if _, err := extract.Read(context.Background(), extract.Input{Data: f.data}, extract.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
