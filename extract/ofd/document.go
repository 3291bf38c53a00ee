package ofd

import (
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
	"nianbao/extract/internal/tables"
)

type location struct {
	ID   string `xml:"ID,attr"`
	Base string `xml:"BaseLoc,attr"`
}

// source is where a document's pages get what they share.
type source struct {
	root      string // the document's member
	box       string // of pages that have none of their own
	templates map[string]string
	units     map[string][]byte // composite graphic units
	media     map[string]string // pictures' members
	notes     map[string]string // annotation files by page
	params    map[string]param  // drawing parameters
}

// document reads the pages of one document.
func (r *reader) document(from, loc string) error {
	var x struct {
		Common struct {
			Box       string     `xml:"PageArea>PhysicalBox"`
			Templates []location `xml:"TemplatePage"`
			Resources []string   `xml:"DocumentRes"`
			Public    []string   `xml:"PublicRes"`
		} `xml:"CommonData"`
		Pages       []location `xml:"Pages>Page"`
		Annotations string     `xml:"Annotations"`
		Attachments string     `xml:"Attachments"`
	}
	root, err := r.part(from, loc, &x)
	if err != nil && len(x.Pages) == 0 {
		return err
	}
	s := &source{root: root, box: x.Common.Box, templates: map[string]string{}, units: map[string][]byte{}, media: map[string]string{}, notes: map[string]string{}, params: map[string]param{}}
	for _, t := range x.Common.Templates {
		s.templates[t.ID] = t.Base
	}
	for _, res := range append(x.Common.Resources, x.Common.Public...) {
		if err := r.resources(s, res); err != nil {
			return err
		}
	}
	if x.Annotations != "" {
		r.annotations(s, x.Annotations)
	}
	if x.Attachments != "" && r.opt.Part != nil {
		if err := r.attachments(root, x.Attachments); err != nil {
			return err
		}
	}
	for _, p := range x.Pages {
		if len(r.pages) == r.opt.MaxPages {
			r.d.AddFlag(document.FlagTruncated)
			return nil
		}
		if r.ctx.Err() != nil {
			return fmt.Errorf("ofd: %w", document.ErrDeadline)
		}
		if err := r.page(s, p); err != nil {
			return err
		}
	}
	return nil
}

// resources finds the composite graphic units and the pictures of a resource file. Without them a document lacks some
// drawings and is still a document.
func (r *reader) resources(s *source, res string) error {
	name, b, err := r.raw(s.root, res)
	if errors.Is(err, document.ErrBomb) {
		return err
	}
	dec := opc.Decoder(b)
	base := path.Dir(name) // of the files it names
	for {
		from := dec.InputOffset()
		t, err := dec.Token()
		if err != nil {
			return nil
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "Res":
			if loc := attr(e, "BaseLoc"); strings.HasPrefix(loc, "/") {
				base = loc
			} else {
				base = path.Join(base, loc)
			}
		case "DrawParam":
			if s.drawParam(dec, e) != nil {
				return nil
			}
		case "MultiMedia":
			var m struct {
				File string `xml:"MediaFile"`
			}
			if dec.DecodeElement(&m, &e) != nil {
				return nil
			}
			file := strings.TrimSpace(m.File)
			s.media[attr(e, "ID")] = path.Join(base, file)
			for _, at := range []string{file, path.Join(path.Dir(name), file)} { // as producers bend it
				if !r.pkg.Has(s.media[attr(e, "ID")]) && r.pkg.Has(at) {
					s.media[attr(e, "ID")] = at
				}
			}
		case "CompositeGraphicUnit":
			if dec.Skip() != nil {
				return nil
			}
			if to := dec.InputOffset(); from <= to && to <= int64(len(b)) {
				s.units[attr(e, "ID")] = b[from:to]
			}
		}
	}
}

// maxAttached bounds the files attached to a document.
const maxAttached = 200

// attachments reads the files that a document carries (GB/T 33190 §20).
func (r *reader) attachments(from, list string) error {
	var x struct {
		Files []struct {
			Name string `xml:"Name,attr"`
			Kind string `xml:"Format,attr"`
			Loc  string `xml:"FileLoc"`
		} `xml:"Attachment"`
	}
	name, _ := r.part(from, list, &x) // what can be read of it
	for _, f := range x.Files[:min(len(x.Files), maxAttached)] {
		_, b, err := r.raw(name, f.Loc)
		if errors.Is(err, document.ErrBomb) {
			return err
		}
		if err != nil {
			r.d.AddFlag(document.FlagTruncated)
			continue
		}
		if path.Ext(f.Name) == "" && f.Kind != "" {
			f.Name += "." + strings.ToLower(f.Kind)
		}
		p, err := r.opt.Part(r.ctx, f.Name, b)
		switch {
		case errors.Is(err, document.ErrBomb):
			return err
		case err == nil && p != nil:
			if p.Name == "" {
				p.Name = f.Name
			}
			r.d.Parts = append(r.d.Parts, p)
		}
	}
	return nil
}

// annotations finds the annotation file of each page.
func (r *reader) annotations(s *source, list string) {
	var x struct {
		Pages []struct {
			ID  string `xml:"PageID,attr"`
			Loc string `xml:"FileLoc"`
		} `xml:"Page"`
	}
	name, _ := r.part(s.root, list, &x) // without it, pages have no notes
	for _, p := range x.Pages {
		loc := strings.TrimSpace(p.Loc)
		if !strings.HasPrefix(loc, "/") {
			loc = "/" + path.Join(path.Dir(name), loc)
		}
		s.notes[p.ID] = loc
	}
}

// page reads one page: its own content, its templates, and what is annotated on it.
func (r *reader) page(s *source, p location) error {
	_, b, err := r.raw(s.root, p.Base)
	if errors.Is(err, document.ErrBomb) || errors.Is(err, document.ErrEncrypted) {
		return err
	}
	if err != nil { // a page that is not there
		r.d.AddFlag(document.FlagTruncated)
		return nil
	}
	r.pages = append(r.pages, tables.Page{Number: len(r.pages) + 1})
	c := &canvas{r: r, s: s, page: &r.pages[len(r.pages)-1]}
	at := func(z int) scene { return scene{m: identity, fade: 1, z: z} }
	if err := c.draw(b, at(body), 0); err != nil {
		return err
	}
	c.size(s.box)
	for _, t := range c.templates {
		if base := s.templates[t.id]; base != "" {
			z := below
			if t.above {
				z = above
			}
			if err := c.member(s.root, base, at(z)); err != nil {
				return err
			}
		}
	}
	if loc := s.notes[p.ID]; loc != "" {
		if err := c.member("", loc, at(above)); err != nil {
			return err
		}
	}
	c.settle()
	return nil
}

// member draws the content of a member; one that is not there draws nothing.
func (c *canvas) member(from, loc string, s scene) error {
	_, b, err := c.r.raw(from, loc)
	if errors.Is(err, document.ErrBomb) {
		return err
	}
	return c.draw(b, s, 0)
}
