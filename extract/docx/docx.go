// Package docx reads Word documents (Office Open XML): paragraphs with their automatic numbers, and tables with their
// merged cells. It also reads the same markup in one flat file: Word 2003 XML and flat packages.
//
// In go the bytes of a package; out comes a document. What a reader of the printed page sees is what is read: inserted
// text is kept; deleted, hidden, struck-out and inkless text is kept apart (Unseen); a text box is read once, embedded
// workbooks and documents stand where they are shown, notes follow the body, and a header is read where it alone holds
// the title. The
// package's members, their inflated size and the ratio to their packed size are bounded; past a bound the error wraps
// document.ErrBomb. A document that holds pictures only is flagged as one that needs OCR; Images gives the pictures.
package docx

import (
	"context"
	"errors"
	"fmt"
	"path"

	"nianbao/document"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/opc"
)

// MediaType of what this package reads.
const MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// Options bound the work. Zero values mean the defaults.
type Options struct {
	Package  opc.Options
	MaxCells int // of all tables, 200,000
	MaxDepth int // of nested elements, 200
	// Part reads a part in another format: one that the document takes in whole (w:altChunk), an embedded workbook or
	// document, an attached file. Nil: such parts are left out.
	Part func(ctx context.Context, name string, data []byte) (*document.Document, error)
}

func (o Options) defaults() Options {
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 200
	}
	return o
}

// Read reads a document.
func Read(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	p, err := opc.Open(data, opt.Package)
	if err != nil {
		return nil, fmt.Errorf("docx: %w", err)
	}
	main := p.Related("", "/officeDocument")
	if main == "" && p.Has("word/document.xml") {
		main = "word/document.xml"
	}
	if main == "" {
		return nil, fmt.Errorf("docx: the package has no document part: %w", document.ErrMalformed)
	}
	return readParts(ctx, p, main, opt)
}

// readParts reads a document from its parts.
func readParts(ctx context.Context, p *opc.Package, main string, opt Options) (*document.Document, error) {
	body, err := p.Read(main)
	if err != nil {
		return nil, fmt.Errorf("docx: %w", err)
	}
	d := &document.Document{MediaType: MediaType, Engine: "docx", Meta: map[string]string{}}
	r := &reader{ctx: ctx, d: d, opt: opt, parts: p, main: main, walk: opc.Walk{Room: "docx", MaxDepth: opt.MaxDepth, Doc: d}}
	for _, read := range []func() error{r.core, r.numberings, r.stylesheet, func() error { return r.read(body, "body") }, r.notes, r.margins} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	if d.Title == "" && len(d.Blocks) > 0 && d.Blocks[0].Kind == document.Heading {
		d.Title = d.Blocks[0].Text
	}
	if p.Repaired {
		d.AddFlag(document.FlagRepaired)
	}
	if line.Pictures(d) {
		d.AddFlag(document.FlagNeedsOCR)
	}
	return d, nil
}

// unmarshal reads a part the main part leads to into x. A part that is missing or damaged leaves x as it is: a document
// without its styles is still one. Past a bound it is an error.
func (r *reader) unmarshal(from, kind string, x any) error {
	name := r.parts.Related(from, kind)
	if name == "" {
		name = path.Join(path.Dir(r.main), kind+".xml")
	}
	b, err := r.parts.Read(name)
	if errors.Is(err, document.ErrBomb) {
		return fmt.Errorf("docx: %w", err)
	}
	if err == nil {
		_ = opc.Unmarshal(b, x) // as far as it goes
	}
	return nil
}
