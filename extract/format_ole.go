package extract

import (
	"context"

	"nianbao/document"
)

// OLE is any other compound file.
const OLE = "application/x-ole-storage"

// oleFormat comes after all formats that are compound files.
func oleFormat() format {
	return format{
		media: OLE,
		is:    (*sample).isCompound,
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return r.envelope(ctx, r.in, r.depth)
		},
	}
}
