package extract

import (
	"context"
	"fmt"

	"nianbao/document"
)

// A format is one kind of file: how it is known and how it is read. Each stands in a file of its own, format_NAME.go.
type format struct {
	media    string                                                      // its media type, a constant of the package
	suffixes []string                                                    // of file names that pages offer for download; nil for what is met as a page
	is       func(*sample) bool                                          // the signature
	read     func(context.Context, *reading) (*document.Document, error) // nil: known, but nothing here reads it
}

// formats are all that are known, one line each. Sniff takes the first whose signature fits, so what is told by less
// comes after what is told by more: a package of one kind before any ZIP, markup of one kind before any text.
func formats() []format {
	return []format{
		rarFormat(),
		sevenFormat(),
		pngFormat(),
		jpegFormat(),
		gifFormat(),
		tiffFormat(),
		ofdFormat(),
		odsFormat(),
		odpFormat(),
		odtFormat(),
		docxFormat(),
		xlsxFormat(),
		pptxFormat(),
		zipFormat(),
		docFormat(),
		xlsFormat(),
		pptFormat(),
		oleFormat(),
		rtfFormat(),
		pdfFormat(),
		bmpFormat(),
		mhtmlFormat(),
		flatWordFormat(),
		flatSheetFormat(),
		flatODFFormat(),
		htmlFormat(),
		xmlFormat(),
		jsonFormat(),
		textFormat(),
		pdfInsideFormat(),
	}
}

// Suffixes are those of the names under which pages offer files of these formats, lower-case and with their dot.
func Suffixes() []string {
	var out []string
	for _, f := range formats() {
		out = append(out, f.suffixes...)
	}
	return out
}

// call is one call of Read: an input and all it contains share what may be inflated.
type call struct {
	lim  Limits
	left int64
}

// A reading is what the reader of a format is given: the input, its media type, the limits, and how many containers are
// around it.
type reading struct {
	*call
	in    Input
	media string
	depth int
}

// read reads an input by the reader of its format. depth counts the containers around it.
func (c *call) read(ctx context.Context, in Input, depth int) (*document.Document, error) {
	r := &reading{call: c, in: in, media: Sniff(in.Data, in.MediaType, in.Name), depth: depth}
	if r.media == "" {
		return nil, fmt.Errorf("extract: empty or unknown content: %w", document.ErrUnsupported)
	}
	for _, f := range formats() {
		if f.media != r.media {
			continue
		}
		if f.read == nil {
			break
		}
		d, err := f.read(ctx, r)
		if d != nil {
			clean(d)
			if d.Name == "" {
				d.Name = in.Name
			}
		}
		return d, err
	}
	return nil, fmt.Errorf("extract: %s: %w", r.media, document.ErrUnsupported)
}

// part reads a file that a document attaches or consists of.
func (r *reading) part(ctx context.Context, name string, data []byte) (*document.Document, error) {
	if r.depth >= r.lim.MaxDepth {
		return nil, fmt.Errorf("extract: documents nested deeper than %d: %w", r.lim.MaxDepth, document.ErrTooLarge)
	}
	return r.within(ctx, name, data, r.depth)
}

// embedded reads an object without a name that stands in the text of a document.
func (r *reading) embedded(ctx context.Context, data []byte) (*document.Document, error) {
	return r.within(ctx, "", data, r.depth)
}

// within reads what a container or a document holds.
func (c *call) within(ctx context.Context, name string, data []byte, depth int) (*document.Document, error) {
	if depth > c.lim.MaxDepth {
		return nil, fmt.Errorf("extract: files nested deeper than %d: %w", c.lim.MaxDepth, document.ErrBomb)
	}
	return c.read(ctx, Input{Name: name, Data: data}, depth+1)
}

// spend takes note of inflated octets and reports whether there may be more.
func (c *call) spend(n int64) bool {
	c.left -= n
	return c.left >= 0
}
