package extract

import (
	"bytes"
	"context"

	"nianbao/document"
	"nianbao/extract/pdf"
)

const PDF = "application/pdf"

const pdfHeader = "%PDF-"

// pdfFormat is PDF by its header in the first KiB: octets before the header are common.
func pdfFormat() format {
	return format{
		media:    PDF,
		suffixes: []string{".pdf"},
		is:       func(s *sample) bool { return bytes.Contains(s.head, []byte(pdfHeader)) },
		read:     readPDF,
	}
}

// pdfInsideFormat is PDF in bytes that are nothing else: with its parts in the wrong order, or wrapped in something.
func pdfInsideFormat() format {
	const most = 1 << 20 // octets before the header
	return format{
		media: PDF,
		is:    func(s *sample) bool { return bytes.Contains(s.data[:min(len(s.data), most)], []byte(pdfHeader)) },
		read:  readPDF,
	}
}

func readPDF(ctx context.Context, r *reading) (*document.Document, error) {
	return pdf.Read(ctx, r.in.Data, pdf.Options{MaxBytes: r.lim.MaxBytes, MaxInflated: r.lim.MaxInflated, MaxPages: r.lim.MaxPages, MaxCells: r.lim.MaxCells, Part: r.part})
}
