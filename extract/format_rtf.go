package extract

import (
	"context"

	"nianbao/document"
	"nianbao/extract/rtf"
)

const RTF = "application/rtf"

func rtfFormat() format {
	return format{
		media:    RTF,
		suffixes: []string{".rtf"},
		is:       func(s *sample) bool { return rtf.IsRTF(s.head) },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return rtf.Read(ctx, r.in.Data, rtf.Options{MaxCells: r.lim.MaxCells, Object: r.embedded})
		},
	}
}
