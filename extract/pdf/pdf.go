// Package pdf reads PDF files: text as it is read, and tables with their merged cells.
//
// In go bytes; out comes a document. ledongthuc/pdf resolves the objects; the content is interpreted here, where every
// glyph gets a place, a width and a meaning and every thin stroke or fill becomes a rule, and package tables makes
// paragraphs and tables of them. The file's cross-references are read by ourselves first and written anew, so that loops,
// lies and damage in them never reach the library: a file without usable ones is searched for its objects. pdfcpu
// stands in for encrypted files and for what reads badly.
//
// Pages that are pictures are said to be so: a file of nothing else ends in document.ErrNeedsOCR, and Images hands the
// pictures out. What was inflated, drawn and found is bounded; past a bound the document is flagged as truncated or the
// error wraps document.ErrBomb. Text that does not look like Chinese or Latin prose is flagged as of low quality.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/tables"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxBytes    int64 // of the file, 256 MiB
	MaxInflated int64 // of all streams together, 256 MiB
	MaxPages    int   // 2,000
	MaxCells    int   // of all tables, 200,000
	// Part reads a file that is attached to the document; nil leaves them out.
	Part func(ctx context.Context, name string, data []byte) (*document.Document, error)
}

func (o Options) defaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 256 << 20
	}
	if o.MaxInflated <= 0 {
		o.MaxInflated = 256 << 20
	}
	if o.MaxPages <= 0 {
		o.MaxPages = 2000
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	return o
}

// Read reads a document. It never panics; it stops when its context does.
func Read(ctx context.Context, data []byte, opt Options) (d *document.Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, fmt.Errorf("pdf: %w: the reader failed: %v", document.ErrMalformed, p)
		}
	}()
	opt = opt.defaults()
	if int64(len(data)) > opt.MaxBytes {
		return nil, fmt.Errorf("pdf: %d bytes: %w", len(data), document.ErrTooLarge)
	}
	d, err = readFirst(ctx, data, opt)
	if ctx.Err() != nil || errors.Is(err, document.ErrBomb) || errors.Is(err, document.ErrEncrypted) || err == nil && !d.HasFlag(document.FlagLowQuality) {
		return d, err
	}
	if errors.Is(err, document.ErrNeedsOCR) {
		return nil, err
	}
	// The second engine may read what the first could not; its result is taken only if its quality is clearly higher.
	second, err2 := readSecond(ctx, data, opt)
	if err2 == nil && (err != nil || quality(second) > quality(d)+0.05) {
		return second, nil
	}
	return d, err
}

// readFirst reads by the first engine, or by the second where the first cannot: encrypted files.
func readFirst(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	f, repaired, err := open(ctx, data, opt)
	if err != nil {
		return nil, err
	}
	d, err := f.read(ctx, opt)
	if err == nil && repaired {
		d.AddFlag(document.FlagRepaired)
	}
	return d, err
}

// open opens a file by the first engine; an encrypted one by the second.
func open(ctx context.Context, data []byte, opt Options) (f *file, repaired bool, err error) {
	f = newFile(opt)
	t, err := tableOf(ctx, data, &f.meter)
	if err != nil {
		return nil, false, err
	}
	if t.encrypted() {
		// Object streams cannot be opened before they are decrypted; without them a damaged table can be written anew.
		places := t.places
		if t.repaired && t.plain() {
			if clean, at, err := t.normalise(ctx, data, &f.meter); err == nil {
				data, places = clean, at
			}
		}
		data = t.withKeyLength(data)
		f.e, f.meter.damaged, err = openEncrypted(ctx, data, places, opt.MaxInflated)
		return f, t.repaired, err
	}
	clean, places, err := t.normalise(ctx, data, &f.meter)
	if err != nil {
		return nil, false, err
	}
	e, err := openLedongthuc(clean, places)
	if err != nil {
		return nil, false, err
	}
	f.e = e
	return f, t.repaired, nil
}

func readSecond(ctx context.Context, data []byte, opt Options) (d *document.Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, fmt.Errorf("pdf: second engine: %w: %v", document.ErrMalformed, p)
		}
	}()
	f := newFile(opt)
	e, err := openPdfcpu(ctx, data, opt.MaxInflated)
	if err != nil {
		return nil, err
	}
	f.e = e
	return f.read(ctx, opt)
}

func newFile(opt Options) *file {
	return &file{meter: meter{left: opt.MaxInflated}, fonts: map[string]*font{}, resources: map[string]*names{}}
}

// read draws the pages and puts them together.
func (f *file) read(ctx context.Context, opt Options) (*document.Document, error) {
	leaves, err := f.pages(ctx, opt.MaxPages)
	if err != nil {
		return nil, err
	}
	if len(leaves) == 0 {
		return nil, fmt.Errorf("pdf: %w: no pages", document.ErrMalformed)
	}
	d := &document.Document{MediaType: "application/pdf", Engine: f.e.name(), Pages: len(leaves), Meta: map[string]string{}}
	f.information(d)
	var pages []tables.Page
	pictures, glyphs, hidden := 0, 0, 0
	optical, large := false, false
	for i, l := range leaves {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("pdf: page %d: %w", i+1, err)
		}
		k, err := f.ink(ctx, l)
		if errors.Is(err, document.ErrBomb) || ctx.Err() != nil {
			return nil, err
		}
		if k == nil { // its content cannot be read at all
			f.meter.damaged = true
			continue
		}
		p := k.page(l.area(), i+1)
		glyphs += len(p.Glyphs)
		hidden += len(p.Unseen)
		if optical = optical || k.optical > 0; share(&p) > 0.1 {
			large = true
		}
		if isPicture(&p) || len(p.Glyphs) == 0 && k.curves > 100 {
			pictures++
		}
		pages = append(pages, p)
	}
	if e, ok := f.e.(*ledongthuc); ok && e.broken {
		f.meter.damaged = true
	}
	if err := f.attached(ctx, d, leaves, opt.Part); err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, fmt.Errorf("pdf: %w: no page can be read", document.ErrMalformed)
	}
	if pictures == len(pages) && len(d.Parts) == 0 {
		return nil, fmt.Errorf("pdf: %d pages of pictures: %w", pictures, document.ErrNeedsOCR)
	}
	if glyphs == 0 && f.meter.damaged && len(d.Parts) == 0 {
		return nil, fmt.Errorf("pdf: %w: no text is left on %d pages", document.ErrMalformed, len(pages))
	}
	if pictures > 0 {
		d.AddFlag(document.FlagNeedsOCR)
	}
	if d.Blocks, err = tables.Blocks(ctx, pages, tables.Options{MaxCells: opt.MaxCells}); err != nil {
		return nil, err
	}
	if optical {
		d.AddFlag(document.FlagOCR)
	}
	if large && !hasTable(d) {
		d.AddFlag(document.FlagTableImage)
	}
	if f.meter.damaged {
		d.AddFlag(document.FlagRepaired)
	}
	if f.truncated {
		d.AddFlag(document.FlagTruncated)
	}
	if quality(d) < goodQuality || glyphs == 0 && hidden > 0 { // all that the file holds is hidden, or taken for it
		d.AddFlag(document.FlagLowQuality)
	}
	return d, nil
}

// isPicture reports whether a page shows pictures and next to no text.
func isPicture(p *tables.Page) bool {
	n := 0
	for i := range p.Glyphs {
		if strings.TrimSpace(p.Glyphs[i].Text) != "" {
			n++
		}
	}
	area := 0.0
	for _, b := range p.Images {
		area += (b.X1 - b.X0) * (b.Y1 - b.Y0)
	}
	return n == 0 && len(p.Images) > 0 || n < 20 && area > 0.4*p.Width*p.Height
}

// share is how much of a page its largest picture covers; one that covers all of a page with text is its background.
func share(p *tables.Page) float64 {
	largest := 0.0
	for _, b := range p.Images {
		if s := (b.X1 - b.X0) * (b.Y1 - b.Y0) / (p.Width * p.Height); s < 0.9 {
			largest = max(largest, s)
		}
	}
	return largest
}

func hasTable(d *document.Document) bool {
	for _, b := range d.Blocks {
		if b.Table != nil {
			return true
		}
	}
	return false
}

// information takes the title and the author from the document's own description.
func (f *file) information(d *document.Document) {
	info := f.e.trailer().key("Info")
	for key, meta := range map[string]string{"Title": "title", "Author": "author", "Producer": "producer", "Creator": "creator", "CreationDate": "created"} {
		if s := strings.TrimSpace(textString(info.key(key).str())); s != "" && len(s) < 1000 {
			d.Meta[meta] = s
		}
	}
}
