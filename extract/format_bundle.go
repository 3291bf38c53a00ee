package extract

import (
	"context"
	"fmt"

	"nianbao/document"
	"nianbao/extract/bundle"
)

// Containers of files.
const (
	ZIP   = "application/zip"
	RAR   = "application/vnd.rar"
	SEVEN = "application/x-7z-compressed"
)

// zipFormat comes after all formats that are ZIP packages.
func zipFormat() format {
	return format{media: ZIP, suffixes: []string{".zip"}, is: (*sample).isZIP, read: readBundle}
}

func rarFormat() format {
	return format{media: RAR, suffixes: []string{".rar"}, is: begins("Rar!\x1a\x07"), read: readBundle}
}

func sevenFormat() format {
	return format{media: SEVEN, suffixes: []string{".7z"}, is: begins("7z\xbc\xaf\x27\x1c"), read: readBundle}
}

func readBundle(ctx context.Context, r *reading) (*document.Document, error) {
	if r.depth >= r.lim.MaxDepth {
		return nil, fmt.Errorf("extract: containers nested deeper than %d: %w", r.lim.MaxDepth, document.ErrBomb)
	}
	return bundle.Read(ctx, r.in.Data, r.media, bundle.Options{MaxParts: r.lim.MaxParts, MaxMember: r.lim.MaxBytes, Spend: r.spend}, r.part)
}
