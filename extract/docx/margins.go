package docx

import (
	"encoding/xml"
	"errors"
	"fmt"

	"nianbao/document"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/opc"
)

// section is what a section's properties say of headers and footers.
type section struct {
	parts []margin
	first bool // its first page has its own
}

type margin struct{ id, kind string }

const maxSections = 500

// section reads a sectPr.
func (r *reader) section() error {
	var s section
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "headerReference", "footerReference":
			s.parts = append(s.parts, margin{opc.Attr(e, "id"), opc.Attr(e, "type")})
		case "titlePg":
			s.first = toggled(opc.Attr(e, "val")) == on
		}
		return r.skip()
	})
	if len(r.sections) < maxSections {
		r.sections = append(r.sections, s)
	}
	return err
}

// margins reads the headers and footers that are shown, and puts the lines that speak of a report and stand nowhere else
// before the text: on some covers the title is there only.
func (r *reader) margins() error {
	body := r.d.Blocks
	defer func() { r.d.Blocks = body }()
	var found []document.Block
	seen := map[string]bool{}
	for _, s := range r.sections {
		for _, m := range s.parts {
			if m.kind == "first" && !s.first || m.kind == "even" || seen[m.id] {
				continue
			}
			seen[m.id] = true
			b, err := r.parts.Read(r.target(m.id))
			if errors.Is(err, document.ErrBomb) {
				return fmt.Errorf("docx: %w", err)
			}
			if err != nil {
				continue
			}
			r.d.Blocks = nil
			for _, root := range []string{"hdr", "ftr"} {
				if err := r.read(b, root); err != nil && !errors.Is(err, document.ErrMalformed) {
					return err
				}
			}
			found = append(found, r.d.Blocks...)
		}
	}
	body = line.Margins(body, found)
	return nil
}
