// Package docx reads Word documents (Office Open XML): paragraphs with their automatic numbers, and tables with their
// merged cells.
//
// In go the bytes of a package; out comes a document. What a reader of the printed page sees is what is read: inserted
// text is kept and deleted text dropped, a text box is read once, hidden text is left out. The package's members, their
// inflated size and the ratio to their packed size are bounded; past a bound the error wraps document.ErrBomb.
package docx

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"nianbao/document"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxMembers  int   // of the package, 5,000
	MaxInflated int64 // of one member, 64 MiB
	MaxRatio    int64 // inflated to packed, 200 above 1 MiB
	MaxCells    int   // of all tables, 200,000
	MaxDepth    int   // of nested elements, 200
}

func (o Options) defaults() Options {
	if o.MaxMembers <= 0 {
		o.MaxMembers = 5000
	}
	if o.MaxInflated <= 0 {
		o.MaxInflated = 64 << 20
	}
	if o.MaxRatio <= 0 {
		o.MaxRatio = 200
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 200
	}
	return o
}

// container is an opened package.
type container struct {
	files map[string]*zip.File
	opt   Options
}

// Read reads a document.
func Read(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("docx: open package: %w: %w", document.ErrMalformed, err)
	}
	if len(z.File) > opt.MaxMembers {
		return nil, fmt.Errorf("docx: %d members: %w", len(z.File), document.ErrBomb)
	}
	c := &container{map[string]*zip.File{}, opt}
	for _, f := range z.File {
		c.files[strings.TrimPrefix(path.Clean(strings.ReplaceAll(f.Name, `\`, "/")), "/")] = f
	}
	main, err := c.mainPart()
	if err != nil {
		return nil, err
	}
	body, err := c.member(main)
	if err != nil {
		return nil, err
	}
	dir := path.Dir(main)
	d := &document.Document{MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Engine: "docx", Meta: map[string]string{}}
	c.core(d)
	r := &reader{ctx: ctx, d: d, opt: opt, numbering: c.numbering(dir), styles: c.styles(dir)}
	if err := r.read(body); err != nil {
		return nil, err
	}
	if d.Title == "" {
		for _, b := range d.Blocks {
			if b.Kind == document.Heading && b.Level == 1 {
				d.Title = b.Text
				break
			}
		}
	}
	if len(d.Blocks) == 0 || onlyImages(d) {
		d.AddFlag(document.FlagNeedsOCR)
	}
	return d, nil
}

func onlyImages(d *document.Document) bool {
	for _, b := range d.Blocks {
		if b.Kind != document.Image {
			return false
		}
	}
	return true
}

// member inflates one part within the bounds.
func (c *container) member(name string) ([]byte, error) {
	f := c.files[name]
	if f == nil {
		return nil, fmt.Errorf("docx: %s: %w: no such part", name, document.ErrMalformed)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("docx: %s: %w: %w", name, document.ErrMalformed, err)
	}
	defer r.Close()
	limit := c.opt.MaxInflated
	if packed := int64(f.CompressedSize64); packed*c.opt.MaxRatio < limit {
		limit = max(1<<20, packed*c.opt.MaxRatio)
	}
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("docx: %s inflates beyond %d bytes: %w", name, limit, document.ErrBomb)
	}
	if err != nil {
		return nil, fmt.Errorf("docx: %s: %w: %w", name, document.ErrMalformed, err)
	}
	return b, nil
}

type relationships struct {
	Rel []struct {
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// mainPart follows the package's relationships to the document, wherever it is called.
func (c *container) mainPart() (string, error) {
	if b, err := c.member("_rels/.rels"); err == nil {
		var rels relationships
		if xml.Unmarshal(b, &rels) == nil {
			for _, r := range rels.Rel {
				if strings.HasSuffix(r.Type, "/officeDocument") {
					return strings.TrimPrefix(path.Clean("/"+r.Target), "/"), nil
				}
			}
		}
	} else if errors.Is(err, document.ErrBomb) {
		return "", err
	}
	if c.files["word/document.xml"] != nil {
		return "word/document.xml", nil
	}
	return "", fmt.Errorf("docx: %w: the package has no document part", document.ErrMalformed)
}

func (c *container) core(d *document.Document) {
	b, err := c.member("docProps/core.xml")
	if err != nil {
		return
	}
	var p struct {
		Title   string `xml:"title"`
		Creator string `xml:"creator"`
	}
	if xml.Unmarshal(b, &p) == nil {
		d.Title = strings.TrimSpace(p.Title)
		if p.Creator != "" {
			d.Meta["creator"] = p.Creator
		}
	}
}
