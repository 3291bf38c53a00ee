package odt

import (
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

const maxControls = 10_000

// forms reads the values of the controls of a document's forms, by their names.
func (r *reader) forms() error {
	return r.children(func(s xml.StartElement) error {
		id, value := opc.Attr(s, "id"), opc.Attr(s, "current-value")
		if value == "" {
			value = opc.Attr(s, "value")
		}
		switch s.Name.Local {
		case "form", "properties":
			return r.forms()
		case "hidden", "password", "file", "image-frame", "checkbox", "radio":
			return r.skip()
		case "listbox":
			return r.children(func(o xml.StartElement) error {
				if opc.Attr(o, "current-selected") == "true" || value == "" && opc.Attr(o, "selected") == "true" {
					value = opc.Attr(o, "label")
				}
				r.control(id, value)
				return r.skip()
			}, nil)
		}
		r.control(id, value)
		return r.skip()
	}, nil)
}

func (r *reader) control(id, value string) {
	if id != "" && value != "" && len(r.controls) < maxControls {
		r.controls[id] = value
	}
}

// changes reads the deletions of tracked changes, by their names: the text stands there, and a mark where it was.
func (r *reader) changes() error {
	return r.children(func(s xml.StartElement) error {
		id := opc.Attr(s, "id")
		return r.children(func(s xml.StartElement) error {
			if s.Name.Local != "deletion" || len(r.deleted) >= maxControls {
				return r.skip()
			}
			var lines []string
			err := r.children(func(s xml.StartElement) error {
				if s.Name.Local == "change-info" {
					return r.skip()
				}
				return r.block(s, "", 0, func(b document.Block) { lines = append(lines, b.Text) })
			}, nil)
			r.deleted[id] = strings.Join(lines, " ")
			return err
		}, nil)
	}, nil)
}

const maxEmbedded = 100

// object reads what is embedded at a place of the package: a document of this format in a folder, or a compound file. It
// reports whether there was something to read.
func (r *reader) object(href string, add func(document.Block)) (bool, error) {
	name := path.Clean(strings.TrimPrefix(href, "./"))
	if r.pkg == nil || href == "" || r.embedded >= maxEmbedded {
		return false, nil
	}
	r.embedded++
	if b, err := r.pkg.Read(path.Join(name, "content.xml")); err == nil {
		inner := newReader(r.ctx, r.opt)
		inner.cells, inner.embedded, inner.pkg = r.cells, maxEmbedded, r.pkg
		styles, _ := r.pkg.Read(path.Join(name, "styles.xml")) // it may do without
		d, err := inner.read(styles, b)
		if err != nil {
			return false, err
		}
		r.cells = inner.cells
		found := false
		for _, bl := range d.Blocks {
			if bl.Kind != document.Image {
				add(bl)
				found = true
			}
		}
		return found, nil
	} else if errors.Is(err, document.ErrBomb) {
		return false, fmt.Errorf("odt: %w", err)
	}
	b, err := r.pkg.Read(name)
	if errors.Is(err, document.ErrBomb) {
		return false, fmt.Errorf("odt: %w", err)
	}
	if err != nil || r.opt.Object == nil {
		return false, nil
	}
	d, err := r.opt.Object(r.ctx, b)
	switch {
	case errors.Is(err, document.ErrBomb):
		return false, fmt.Errorf("odt: %w", err)
	case err != nil || d == nil:
		return false, nil
	case d.Name != "": // a file behind an icon
		r.d.Parts = append(r.d.Parts, d)
		return false, nil
	}
	for _, bl := range d.Blocks {
		add(bl)
	}
	return len(d.Blocks) > 0, nil
}

const maxImages = 200

// Images gives the pictures of a packed document, as files: what is to be read when Read flags a document that needs OCR.
func Images(data []byte) [][]byte {
	p, err := opc.Open(data, opc.Options{})
	if err != nil {
		return nil
	}
	var out [][]byte
	for _, n := range p.Names() {
		if !strings.HasPrefix(n, "Pictures/") || len(out) == maxImages {
			continue
		}
		if b, err := p.Read(n); err == nil {
			out = append(out, b)
		}
	}
	return out
}
