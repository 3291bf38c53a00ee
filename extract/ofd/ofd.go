// Package ofd reads fixed-layout documents of the Chinese national standard GB/T 33190.
//
// In go the bytes of a package; out comes a document. Text objects become glyphs and paths become rules at their places
// on each page, with the page's templates beneath, and package tables makes headings, paragraphs and tables of them.
// Producers bend the standard in names, paths and order; what can be found is read. The package's members, pages,
// glyphs, rules and nesting are bounded. An encrypted document ends in document.ErrEncrypted, one of pictures only in
// document.ErrNeedsOCR; Images gives the pictures.
package ofd

import (
	"context"
	"fmt"
	"path"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
	"nianbao/extract/internal/tables"
)

// MediaType of what this package reads.
const MediaType = "application/ofd"

// Options bound the work. Zero values mean the defaults.
type Options struct {
	Package    opc.Options
	MaxPages   int // 2,000
	MaxCells   int // of all tables, 200,000
	MaxObjects int // glyphs, rules and objects of a page, 200,000
	// Part reads a file that is attached to the document; nil leaves them out.
	Part func(ctx context.Context, name string, data []byte) (*document.Document, error)
}

func (o Options) defaults() Options {
	if o.MaxPages <= 0 {
		o.MaxPages = 2000
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxObjects <= 0 {
		o.MaxObjects = 200_000
	}
	return o
}

// reader is a package being read.
type reader struct {
	ctx    context.Context
	opt    Options
	pkg    *opc.Package
	d      *document.Document
	pages  []tables.Page
	images int
	shown  []string // members of pictures, in the order they are drawn
}

// Read reads a document.
func Read(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	p, err := opc.Open(data, opt.Package)
	if err != nil {
		return nil, fmt.Errorf("ofd: %w", err)
	}
	r := &reader{ctx: ctx, opt: opt, pkg: p, d: &document.Document{MediaType: MediaType, Engine: "ofd", Meta: map[string]string{}}}
	err = r.bodies()
	if err == nil {
		r.d.Blocks, err = tables.Blocks(ctx, r.pages, tables.Options{MaxCells: opt.MaxCells})
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("ofd: %w", document.ErrDeadline)
	}
	if p.Repaired {
		r.d.AddFlag(document.FlagRepaired)
	}
	switch {
	case r.encrypted() && (err != nil || len(r.d.Blocks) == 0):
		return nil, fmt.Errorf("ofd: %w", document.ErrEncrypted)
	case err != nil:
		return nil, err
	case len(r.d.Blocks) == 0 && r.images > 0 && len(r.d.Parts) == 0:
		return nil, fmt.Errorf("ofd: %d pictures and no text: %w", r.images, document.ErrNeedsOCR)
	}
	r.d.Pages = len(r.pages)
	return r.d, nil
}

// encrypted reports whether the package says its members are enciphered (GM/T 0099).
func (r *reader) encrypted() bool {
	for _, n := range r.pkg.Names() {
		if base := strings.ToLower(path.Base(n)); base == "encryptions.xml" || base == "decryptseed.dat" {
			return true
		}
	}
	return false
}

// raw reads a member named by a location in another: beside that one, or from the root of the package.
func (r *reader) raw(from, location string) (name string, b []byte, err error) {
	location = strings.ReplaceAll(strings.TrimSpace(location), `\`, "/")
	name = path.Join(path.Dir(from), location)
	if strings.HasPrefix(location, "/") || !r.pkg.Has(name) && r.pkg.Has(location) {
		name = location
	}
	b, err = r.pkg.Read(name)
	if err != nil {
		return name, nil, fmt.Errorf("ofd: %w", err)
	}
	return name, b, nil
}

// part reads the markup of a member into x, as far as it goes.
func (r *reader) part(from, location string, x any) (name string, err error) {
	name, b, err := r.raw(from, location)
	if err != nil {
		return name, err
	}
	if err := opc.Unmarshal(b, x); err != nil {
		return name, fmt.Errorf("ofd: %s: %w: %w", name, document.ErrMalformed, err)
	}
	return name, nil
}

// bodies reads the documents that the package's entry lists.
func (r *reader) bodies() error {
	entry := "OFD.xml"
	for _, n := range r.pkg.Names() { // packed with a folder around it
		if !r.pkg.Has(entry) && strings.EqualFold(path.Base(n), "OFD.xml") {
			entry = n
		}
	}
	var x struct {
		Bodies []struct {
			Info struct {
				Title   string `xml:"Title"`
				Author  string `xml:"Author"`
				Created string `xml:"CreationDate"`
			} `xml:"DocInfo"`
			Root string `xml:"DocRoot"`
		} `xml:"DocBody"`
	}
	if _, err := r.part("", entry, &x); err != nil && len(x.Bodies) == 0 {
		return err
	}
	if len(x.Bodies) == 0 {
		return fmt.Errorf("ofd: no document in the package: %w", document.ErrMalformed)
	}
	r.d.Title = strings.TrimSpace(x.Bodies[0].Info.Title)
	for k, v := range map[string]string{"creator": x.Bodies[0].Info.Author, "created": x.Bodies[0].Info.Created} {
		if v = strings.TrimSpace(v); v != "" {
			r.d.Meta[k] = v
		}
	}
	for _, b := range x.Bodies {
		if err := r.document(entry, b.Root); err != nil {
			return err
		}
	}
	return nil
}
