// Package ocr reads pictures of text with tesseract, when there is one: scanned PDFs, photographed pages, tables
// published as PNG.
//
// In go pictures of pages; out comes a document whose flag says that it was read from pictures, whose tables have the
// method "ocr" and whose cells carry a confidence. A page is straightened; its rules are found in the pixels and taken
// away; what is left falls into lines of text, and each is read by itself. What looks like a number is read several
// times with only digits allowed, and every digit is compared with the other digits of the document: those that look
// alike must have been read alike. Where the readings disagree the confidence is low; no sum is ever used to choose.
// Rules and characters then go through package tables, as those of a PDF do.
//
// The room is not pure: it starts processes and writes their input to a private directory that it removes. Pixels and
// pages are bounded, and the context ends everything at once.
package ocr

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"nianbao/document"
	"nianbao/extract/internal/tables"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxPages  int // 40; later ones are left out, and the document says so
	MaxPixels int // of one page, 50 million
	MaxCells  int // of all tables, 200,000
}

func (o Options) defaults() Options {
	if o.MaxPages <= 0 {
		o.MaxPages = 40
	}
	if o.MaxPixels <= 0 {
		o.MaxPixels = 50_000_000
	}
	return o
}

// A Picture is a page, or a part of one, that has no text of its own.
type Picture struct {
	Page int // from 1
	// Width and Height are those of the picture on its page in points; 0 where nothing is known but the pixels.
	Width, Height float64
	// Decode makes the picture. It is asked for no more pixels than it is told.
	Decode func(maxPixels int) (image.Image, error)
}

// Read reads pictures in the order of their pages. When the context's time runs short it gives back what it has read,
// flagged as truncated.
func (e *Engine) Read(ctx context.Context, pictures []Picture) (*document.Document, error) {
	d := &document.Document{Engine: "ocr/tesseract", Pages: len(pictures)}
	d.AddFlag(document.FlagOCR)
	if len(pictures) > e.opt.MaxPages {
		pictures = pictures[:e.opt.MaxPages]
		d.AddFlag(document.FlagTruncated)
	}
	begin := time.Now()
	var pages []*page
	var failed error
	for i, p := range pictures {
		if until, ok := ctx.Deadline(); ok && i > 0 && time.Until(until) < 2*time.Since(begin)/time.Duration(i)+time.Second {
			d.AddFlag(document.FlagTruncated)
			break
		}
		one, err := e.page(ctx, p)
		switch {
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return nil, fmt.Errorf("ocr: page %d: %w: %w", p.Page, document.ErrDeadline, ctx.Err())
		case ctx.Err() != nil:
			return nil, fmt.Errorf("ocr: page %d: %w", p.Page, ctx.Err())
		case err != nil:
			failed = errors.Join(failed, fmt.Errorf("ocr: page %d: %w", p.Page, err))
		default:
			pages = append(pages, one)
		}
	}
	if len(pages) == 0 {
		if failed == nil {
			failed = fmt.Errorf("ocr: no picture: %w", document.ErrNeedsOCR)
		}
		return nil, failed
	}
	if failed != nil {
		d.AddFlag(document.FlagTruncated)
	}
	compareDigits(pages)
	laid := make([]tables.Page, len(pages))
	for i, p := range pages {
		laid[i] = p.layout()
	}
	var err error
	if d.Blocks, err = tables.Blocks(ctx, laid, tables.Options{MaxCells: e.opt.MaxCells}); err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	for i := range d.Blocks {
		if t := d.Blocks[i].Table; t != nil {
			t.Method = "ocr"
		}
	}
	return d, nil
}
