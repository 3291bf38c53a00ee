package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"nianbao/document"
)

const (
	maxAttached = 200 // files attached to a document
	maxNames    = 20  // nesting of a name tree
)

// attached reads the files that a document carries: those of its name tree, and those pinned to its pages.
func (f *file) attached(ctx context.Context, d *document.Document, leaves []leaf, part func(context.Context, string, []byte) (*document.Document, error)) error {
	if part == nil {
		return nil
	}
	seen := map[string]bool{}
	take := func(spec value) error {
		ef := spec.key("EF")
		body := ef.key("UF")
		if body.kind() != dict {
			body = ef.key("F")
		}
		if body.kind() != dict || seen[body.id()] || len(seen) >= maxAttached {
			return nil
		}
		seen[body.id()] = true
		b, rest, _, err := decoded(body, &f.meter)
		if errors.Is(err, document.ErrBomb) {
			return err
		}
		if err != nil || rest != "" {
			d.AddFlag(document.FlagTruncated)
			return nil
		}
		name := textString(spec.key("UF").str())
		if name == "" {
			name = textString(spec.key("F").str())
		}
		name = strings.TrimSpace(name)
		name = name[strings.LastIndexAny(name, `/\`)+1:]
		p, err := part(ctx, name, b)
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("pdf: attached files: %w", ctx.Err())
		case errors.Is(err, document.ErrBomb):
			return err
		case err == nil && p != nil:
			if p.Name == "" {
				p.Name = name
			}
			d.Parts = append(d.Parts, p)
		case errors.Is(err, document.ErrNeedsOCR):
			d.AddFlag(document.FlagTruncated)
		}
		return nil
	}
	root := f.e.trailer().key("Root")
	if err := walkNames(root.key("Names").key("EmbeddedFiles"), 0, take); err != nil {
		return err
	}
	for _, l := range leaves {
		list := l.v.key("Annots")
		for i := range min(list.len(), maxAnnots) {
			if a := list.index(i); a.key("Subtype").str() == "FileAttachment" {
				if err := take(a.key("FS")); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// walkNames calls take for every value of a name tree.
func walkNames(v value, depth int, take func(value) error) error {
	if depth > maxNames {
		return nil
	}
	list := v.key("Names")
	for i := 1; i < min(list.len(), 2*maxAttached); i += 2 {
		if err := take(list.index(i)); err != nil {
			return err
		}
	}
	kids := v.key("Kids")
	for i := range min(kids.len(), maxAttached) {
		if err := walkNames(kids.index(i), depth+1, take); err != nil {
			return err
		}
	}
	return nil
}
