// Package odt reads OpenDocument texts and spreadsheets (ODF 1.3), packed or in one flat file.
//
// In go bytes; out comes a document: paragraphs with their automatic numbers, and tables with their merged cells. What
// a reader of the printed page sees is what is read: deleted, hidden, struck-out and inkless text is kept apart (Unseen),
// form controls show their values, embedded workbooks and text boxes follow the paragraph they are anchored in, notes
// follow the body, hidden sheets, rows and columns are left out. The package, cells, repetitions and nesting are
// bounded; an encrypted document ends in an error that says so.
package odt

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/numbering"
	"nianbao/extract/internal/opc"
)

// MediaType of a text; Sheet of a spreadsheet.
const (
	MediaType = "application/vnd.oasis.opendocument.text"
	Sheet     = "application/vnd.oasis.opendocument.spreadsheet"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	Package  opc.Options
	MaxCells int // of all tables, 200,000
	MaxDepth int // of nested elements, 200
	// Object reads an embedded file that is not of this format. Nil: it is left out.
	Object func(ctx context.Context, data []byte) (*document.Document, error)
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

// reader walks markup once, as a stream.
type reader struct {
	ctx    context.Context
	opt    Options
	d      *document.Document
	dec    *xml.Decoder
	walk   opc.Walk
	cells  int
	styles map[styleKey]props
	ground string // of the cell being read
	lists  *lists
	notes  []document.Block
	// margins are what stands in headers and footers.
	margins  []document.Block
	controls map[string]string // values of form controls
	deleted  map[string]string // texts of tracked deletions
	pkg      *opc.Package
	embedded int // objects that were read
}

// Read reads a packed document.
func Read(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	r := newReader(ctx, opt)
	p, err := opc.Open(data, opt.Package)
	if err != nil {
		return nil, fmt.Errorf("odt: %w", err)
	}
	r.pkg = p
	if b, err := p.Read("META-INF/manifest.xml"); err == nil && bytes.Contains(b, []byte("encryption-data")) {
		return nil, fmt.Errorf("odt: %w", document.ErrEncrypted)
	}
	var parts [][]byte
	for _, name := range []string{"meta.xml", "styles.xml", "content.xml"} {
		b, err := p.Read(name)
		if err != nil && (name == "content.xml" || errors.Is(err, document.ErrBomb)) {
			return nil, fmt.Errorf("odt: %w", err)
		}
		parts = append(parts, b)
	}
	if p.Repaired {
		r.d.AddFlag(document.FlagRepaired)
	}
	return r.read(parts...)
}

// ReadFlat reads a document in one file.
func ReadFlat(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	return newReader(ctx, opt).read(data)
}

// IsFlat reports whether markup is an OpenDocument in one file.
func IsFlat(head []byte) bool {
	return !bytes.HasPrefix(head, []byte("PK")) && bytes.Contains(head, []byte("urn:oasis:names:tc:opendocument")) && bytes.Contains(head, []byte("office:document"))
}

func newReader(ctx context.Context, opt Options) *reader {
	d := &document.Document{MediaType: MediaType, Engine: "odt", Meta: map[string]string{}}
	opt = opt.defaults()
	return &reader{ctx: ctx, opt: opt, d: d, walk: opc.Walk{Room: "odt", MaxDepth: opt.MaxDepth, Doc: d}, styles: map[styleKey]props{}, controls: map[string]string{}, deleted: map[string]string{}, lists: &lists{Counter: numbering.New(), last: map[string]string{}, levels: map[string]map[int]numbering.Level{}}}
}

// read reads parts in their order: styles stand before what uses them.
func (r *reader) read(parts ...[]byte) (*document.Document, error) {
	for _, b := range parts {
		if err := r.part(b); err != nil {
			return nil, err
		}
	}
	r.d.Blocks = line.Margins(append(r.d.Blocks, r.notes...), r.margins)
	if line.Pictures(r.d) {
		r.d.AddFlag(document.FlagNeedsOCR)
	}
	return r.d, nil
}

func (r *reader) part(b []byte) error {
	r.dec = opc.Decoder(b)
	for n := 0; ; n++ {
		if n&0x3FF == 0 && r.ctx.Err() != nil {
			return fmt.Errorf("odt: %w", document.ErrDeadline)
		}
		t, err := r.dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if len(r.d.Blocks) == 0 {
				return fmt.Errorf("odt: %w: %w", document.ErrMalformed, err)
			}
			r.d.AddFlag(document.FlagTruncated)
			return nil
		}
		s, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch s.Name.Local {
		case "title", "creator":
			if s.Name.Space != "dc" && !strings.Contains(s.Name.Space, "purl.org/dc") {
				continue
			}
			text, err := r.inline()
			if err != nil {
				return err
			}
			if s.Name.Local == "title" && r.d.Title == "" {
				r.d.Title = text
			} else if text != "" {
				r.d.Meta["creator"] = text
			}
		case "style", "default-style":
			err = r.style(s)
		case "header", "footer", "header-first", "footer-first":
			if opc.Attr(s, "display") != "false" {
				err = r.blocks("", 0, func(b document.Block) { r.margins = append(r.margins, b) })
			}
		case "list-style":
			err = r.listStyle(opc.Attr(s, "name"))
		case "body":
			err = r.blocks("", 0, func(b document.Block) { r.d.Blocks = append(r.d.Blocks, b) })
		}
		if err != nil {
			return err
		}
	}
}

// children calls f for each child element of the element just opened, and text for what stands between; f must consume
// the child to its end. An element cut off keeps what was read.
func (r *reader) children(f func(xml.StartElement) error, text func(xml.CharData)) error {
	return r.walk.Children(r.dec, f, text)
}

func (r *reader) skip() error {
	if err := r.dec.Skip(); err != nil {
		r.d.AddFlag(document.FlagTruncated)
	}
	return nil
}

// inline is the text of the element just opened and of all below it.
func (r *reader) inline() (string, error) {
	var b strings.Builder
	var walk func(xml.StartElement) error
	write := func(c xml.CharData) { b.Write(c) }
	walk = func(xml.StartElement) error { return r.children(walk, write) }
	err := r.children(walk, write)
	return strings.TrimSpace(b.String()), err
}
