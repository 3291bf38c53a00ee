package ocr

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"nianbao/document"
	"nianbao/extract"
)

// A Reader reads one input within limits, as extract.Read does.
type Reader = func(context.Context, extract.Input, extract.Limits) (*document.Document, error)

// Behind gives a reader that asks read first, and where that finds pictures only, reads the pictures. A document of
// which some pages are pictures gets what these say in their place. Tesseract is looked for when it is first needed;
// where there is none, the error still wraps document.ErrNeedsOCR and says what to install. All of it ends within the
// deadline of the limits.
func Behind(read Reader, opt Options) Reader {
	var mu sync.Mutex
	var found *Engine
	return behind(read, func(ctx context.Context) (*Engine, error) {
		mu.Lock()
		defer mu.Unlock()
		var err error
		if found == nil {
			found, err = Find(ctx, opt)
		}
		return found, err
	})
}

func behind(read Reader, find func(context.Context) (*Engine, error)) Reader {
	return func(ctx context.Context, in extract.Input, lim extract.Limits) (*document.Document, error) {
		outer := ctx
		if lim.Deadline > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, lim.Deadline)
			defer cancel()
		}
		d, err := read(ctx, in, lim)
		if needs := errors.Is(err, document.ErrNeedsOCR) || err == nil && d.HasFlag(document.FlagNeedsOCR); !needs {
			return d, err
		}
		e, findErr := find(ctx)
		if findErr != nil {
			if err != nil {
				err = fmt.Errorf("%w; %w", err, findErr)
			}
			return d, err
		}
		seen, ocrErr := e.pictures(ctx, in, d)
		switch {
		case ocrErr == nil && d == nil:
			seen.Name = in.Name
			return seen, nil
		case ocrErr == nil:
			return merged(d, seen), nil
		case outer.Err() == nil && ctx.Err() != nil:
			ocrErr = fmt.Errorf("ocr: %w of %s", document.ErrDeadline, lim.Deadline)
		}
		if d != nil && outer.Err() == nil {
			return d, nil // its own text is there, and its flag says what is not
		}
		return nil, ocrErr
	}
}

// pictures reads the pages that have no text in d.
func (e *Engine) pictures(ctx context.Context, in extract.Input, d *document.Document) (*document.Document, error) {
	list, err := Pictures(ctx, in)
	if err != nil {
		return nil, err
	}
	if d != nil && d.Pages > 0 {
		has := map[int]bool{}
		for _, b := range d.Blocks {
			has[b.Page] = has[b.Page] || b.Kind != document.Image
		}
		list = slices.DeleteFunc(list, func(p Picture) bool { return has[p.Page] })
	}
	seen, err := e.Read(ctx, list)
	if err != nil {
		return nil, err
	}
	seen.MediaType = extract.Sniff(in.Data, in.MediaType, in.Name)
	return seen, nil
}

// merged puts what was read from pictures into the document that they belong to.
func merged(d, seen *document.Document) *document.Document {
	d.Flags = slices.DeleteFunc(d.Flags, func(f string) bool { return f == document.FlagNeedsOCR })
	for _, f := range seen.Flags {
		d.AddFlag(f)
	}
	d.Engine += "+" + seen.Engine
	if d.Pages == 0 { // a format without pages: the pictures follow the words
		for i := range seen.Blocks {
			seen.Blocks[i].Page = 0
			if t := seen.Blocks[i].Table; t != nil {
				t.Page = 0
			}
		}
		d.Blocks = append(d.Blocks, seen.Blocks...)
		return d
	}
	d.Blocks = append(d.Blocks, seen.Blocks...)
	slices.SortStableFunc(d.Blocks, func(a, b document.Block) int { return cmp.Compare(a.Page, b.Page) })
	return d
}
