package extract

import (
	"context"

	"nianbao/document"
	"nianbao/extract/doc"
)

const DOC = "application/msword"

// docFormat is Word 97 to 2003; what WPS writes under its own suffix is mostly that.
func docFormat() format {
	return format{
		media:    DOC,
		suffixes: []string{".doc", ".dot", ".wps"},
		is:       func(s *sample) bool { return s.hasStream("WordDocument") },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return doc.Read(ctx, r.in.Data, doc.Options{MaxCells: r.lim.MaxCells, Object: func(ctx context.Context, stream func(string) []byte) (*document.Document, error) {
				return r.object(ctx, stream, r.depth)
			}})
		},
	}
}
