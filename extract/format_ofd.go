package extract

import (
	"context"
	"path"
	"slices"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
	"nianbao/extract/ofd"
)

const OFD = "application/ofd"

// ofdFormat is OFD (GB/T 33190), known by its entry OFD.xml.
func ofdFormat() format {
	return format{
		media:    OFD,
		suffixes: []string{".ofd"},
		is: func(s *sample) bool {
			p := s.zip()
			return p != nil && slices.ContainsFunc(p.Names(), func(n string) bool { return strings.EqualFold(path.Base(n), "OFD.xml") })
		},
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return ofd.Read(ctx, r.in.Data, ofd.Options{Package: opc.Options{MaxTotal: r.lim.MaxInflated}, MaxPages: r.lim.MaxPages, MaxCells: r.lim.MaxCells, Part: r.part})
		},
	}
}
