package extract

import (
	"context"

	"nianbao/document"
	"nianbao/extract/docx"
	"nianbao/extract/internal/opc"
)

// Word documents in XML. FlatWord has no media type of its own: Word 2003 XML and packages in one file of markup.
const (
	DOCX     = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	FlatWord = "application/vnd.ms-word+xml"
)

func docxFormat() format {
	return format{
		media:    DOCX,
		suffixes: []string{".docx", ".docm"},
		is:       func(s *sample) bool { return s.openXML() == DOCX },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return docx.Read(ctx, r.in.Data, r.word())
		},
	}
}

func flatWordFormat() format {
	return format{
		media: FlatWord,
		is:    func(s *sample) bool { return docx.IsFlat(s.text().raw) },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return docx.ReadFlat(ctx, r.in.Data, r.word())
		},
	}
}

func (r *reading) word() docx.Options {
	return docx.Options{Package: opc.Options{MaxTotal: r.lim.MaxInflated}, MaxCells: r.lim.MaxCells, Part: r.part}
}
