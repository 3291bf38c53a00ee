package docx

import (
	"errors"
	"fmt"
	"path"

	"nianbao/document"
)

// notes reads what stands at the foot of pages and at the end.
func (r *reader) notes() error {
	for _, kind := range []string{"footnote", "endnote"} {
		name := r.parts.Related(r.main, "/"+kind+"s")
		if name == "" {
			continue
		}
		b, err := r.parts.Read(name)
		if errors.Is(err, document.ErrBomb) {
			return fmt.Errorf("docx: %w", err)
		}
		if err != nil {
			continue
		}
		if err := r.read(b, kind); err != nil && !errors.Is(err, document.ErrMalformed) {
			return err
		}
	}
	return nil
}

// chunk reads a part in another format.
func (r *reader) chunk(id string, add func(document.Block)) error {
	if err := r.skip(); err != nil || r.opt.Part == nil {
		return err
	}
	name := r.target(id)
	b, err := r.parts.Read(name)
	if errors.Is(err, document.ErrBomb) {
		return fmt.Errorf("docx: %w", err)
	}
	if err != nil {
		return nil
	}
	d, err := r.opt.Part(r.ctx, name, b)
	if err != nil {
		r.d.AddFlag(document.FlagTruncated) // the rest of the document stands without it
		return nil
	}
	for _, bl := range d.Blocks {
		add(bl)
	}
	return nil
}

// target is the name of the part a relation of the document part leads to, the relation itself when it leads nowhere.
func (r *reader) target(id string) string {
	if r.targets == nil {
		r.targets = map[string]string{}
		for _, rel := range r.parts.Relations(r.main) {
			if !rel.External {
				r.targets[rel.ID] = rel.Target
			}
		}
	}
	if t := r.targets[id]; t != "" {
		return t
	}
	return id
}

// embedded is a file within the document, shown as what it holds or as an icon.
type embedded struct {
	id   string
	icon bool
}

const maxEmbedded = 100

// object reads a drawing, with the files embedded in it. What is shown of a workbook or a document stands behind the
// paragraph, in place of its picture; a file behind an icon becomes a part.
func (r *reader) object(p *para) error {
	var files []embedded
	before := len(p.after)
	if err := r.drawing(p, &files); err != nil || r.opt.Part == nil {
		return err
	}
	for _, f := range files {
		name := r.target(f.id)
		if !r.parts.Has(name) || r.embedded >= maxEmbedded {
			continue
		}
		r.embedded++
		b, err := r.parts.Read(name)
		if errors.Is(err, document.ErrBomb) {
			return fmt.Errorf("docx: %w", err)
		}
		if err != nil {
			continue
		}
		d, err := r.opt.Part(r.ctx, path.Base(name), b)
		switch {
		case errors.Is(err, document.ErrUnsupported): // a formula, a drawing: its picture stands for it
		case err != nil:
			r.d.AddFlag(document.FlagTruncated)
		case f.icon || d.Engine == "bundle":
			r.d.Parts = append(r.d.Parts, d)
		case len(d.Blocks) > 0:
			p.after = append(p.after[:before:before], d.Blocks...)
			before = len(p.after)
		}
	}
	return nil
}
