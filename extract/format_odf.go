package extract

import (
	"bytes"
	"context"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
	"nianbao/extract/odt"
)

// OpenDocument (ISO/IEC 26300). FlatODF, the same in one file of markup, has no media type of its own.
const (
	ODT     = "application/vnd.oasis.opendocument.text"
	ODS     = "application/vnd.oasis.opendocument.spreadsheet"
	ODP     = "application/vnd.oasis.opendocument.presentation"
	FlatODF = "application/vnd.oasis.opendocument+xml"
)

func odsFormat() format {
	return format{
		media: ODS,
		is:    func(s *sample) bool { return strings.HasPrefix(s.openDocument(), ODS) },
		read:  readODF,
	}
}

func odpFormat() format {
	return format{
		media: ODP,
		is:    func(s *sample) bool { return strings.HasPrefix(s.openDocument(), ODP) },
		read:  readSlides,
	}
}

// odtFormat comes after the other kinds: a package that does not say its kind is a text.
func odtFormat() format {
	return format{
		media:    ODT,
		suffixes: []string{".odt"},
		is:       func(s *sample) bool { return s.openDocument() != "" },
		read:     readODF,
	}
}

func flatODFFormat() format {
	return format{
		media: FlatODF,
		is:    func(s *sample) bool { return odt.IsFlat(s.text().raw) },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return odt.ReadFlat(ctx, r.in.Data, odt.Options{MaxCells: r.lim.MaxCells, Object: r.embedded})
		},
	}
}

func readODF(ctx context.Context, r *reading) (*document.Document, error) {
	return odt.Read(ctx, r.in.Data, odt.Options{Package: opc.Options{MaxTotal: r.lim.MaxInflated}, MaxCells: r.lim.MaxCells, Object: r.embedded})
}

// openDocument is the media type that a package of OpenDocument states, ODT where it states none; "" for other files.
func (s *sample) openDocument() string {
	p := s.zip()
	if p == nil || !p.Has("content.xml") || !p.Has("mimetype") && !p.Has("META-INF/manifest.xml") {
		return ""
	}
	stated, _ := p.Read("mimetype") // without it, a text
	if kind := string(bytes.TrimSpace(stated)); kind != "" {
		return kind
	}
	return ODT
}
