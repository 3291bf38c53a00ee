package odt

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

// blocks reads what stands in the body, a section, a cell or a text box. list and level say which list it stands in,
// if any.
func (r *reader) blocks(list string, level int, add func(document.Block)) error {
	return r.children(func(s xml.StartElement) error {
		if r.ctx.Err() != nil {
			return fmt.Errorf("odt: %w", document.ErrDeadline)
		}
		return r.block(s, list, level, add)
	}, nil)
}

func (r *reader) block(s xml.StartElement, list string, level int, add func(document.Block)) error {
	switch s.Name.Local {
	case "p", "h":
		return r.paragraph(s, "", add)
	case "list":
		style := opc.Attr(s, "style-name")
		if list == "" || style != "" && style != r.lists.styleOf(list) {
			list = r.lists.open(style, opc.Attr(s, "id"), opc.Attr(s, "continue-list"), opc.Attr(s, "continue-numbering") == "true")
			return r.list(list, level, add)
		}
		return r.list(list, level, add)
	case "table":
		if r.hidden[opc.Attr(s, "style-name")] {
			return r.skip()
		}
		if name := opc.Attr(s, "name"); r.d.MediaType == Sheet && name != "" {
			add(document.Block{Kind: document.Heading, Level: 1, Text: name})
		}
		return r.table(add)
	case "spreadsheet":
		r.d.MediaType = Sheet
		return r.blocks(list, level, add)
	case "text", "section", "index-body", "index-title", "table-of-content", "presentation", "drawing", "page", "numbered-paragraph":
		return r.blocks(list, level, add)
	case "frame", "custom-shape", "rect", "text-box", "g":
		return r.frame(s, add)
	}
	return r.skip() // tracked-changes, sequence-decls, forms …
}

// list reads the items of a list at a level.
func (r *reader) list(list string, level int, add func(document.Block)) error {
	return r.children(func(s xml.StartElement) error {
		if s.Name.Local != "list-item" && s.Name.Local != "list-header" {
			return r.skip()
		}
		if v, err := strconv.Atoi(opc.Attr(s, "start-value")); err == nil {
			r.lists.restart(list, level, v)
		}
		numbered := s.Name.Local == "list-item"
		return r.children(func(s xml.StartElement) error {
			if name := s.Name.Local; name == "p" || name == "h" {
				label := ""
				if numbered { // the first paragraph of an item carries its number
					label, numbered = r.lists.Next(list, level), false
				}
				return r.paragraph(s, label, add)
			}
			return r.block(s, list, level+1, add)
		}, nil)
	}, nil)
}

// para is one paragraph being read.
type para struct {
	text  strings.Builder
	after []document.Block
}

func (r *reader) paragraph(s xml.StartElement, label string, add func(document.Block)) error {
	p := &para{}
	if err := r.runs(p); err != nil {
		return err
	}
	text := strings.TrimSpace(p.text.String())
	if text != "" && !r.hidden[opc.Attr(s, "style-name")] {
		b := document.Block{Kind: document.Paragraph, Text: label + text}
		if s.Name.Local == "h" {
			n, _ := strconv.Atoi(opc.Attr(s, "outline-level"))
			b.Kind, b.Level = document.Heading, min(max(1, n), 9)
		}
		add(b)
	}
	for _, b := range p.after {
		add(b)
	}
	return nil
}

// runs reads the inline content of a paragraph. White space is as in HTML: runs of it are one blank.
func (r *reader) runs(p *para) error {
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "s":
			n, err := strconv.Atoi(opc.Attr(s, "c"))
			if err != nil {
				n = 1
			}
			p.text.WriteString(strings.Repeat(" ", min(max(0, n), 100)))
		case "tab":
			p.text.WriteByte(' ')
		case "line-break":
			p.text.WriteByte('\n')
		case "span":
			if r.hidden[opc.Attr(s, "style-name")] {
				return r.skip()
			}
			return r.runs(p)
		case "ruby-text", "annotation", "hidden-text", "hidden-paragraph", "tracked-changes", "note-citation", "bookmark-ref":
			return r.skip()
		case "note":
			return r.children(func(s xml.StartElement) error {
				if s.Name.Local != "note-body" {
					return r.skip()
				}
				return r.blocks("", 0, func(b document.Block) { r.notes = append(r.notes, b) })
			}, nil)
		case "frame", "custom-shape", "rect", "text-box", "g":
			return r.frame(s, func(b document.Block) { p.after = append(p.after, b) })
		default:
			return r.runs(p)
		}
		return r.skip()
	}, func(c xml.CharData) {
		text := strings.Join(strings.FieldsFunc(string(c), space), " ")
		if len(c) > 0 && space(rune(c[0])) && text != "" {
			text = " " + text
		}
		if len(c) > 1 && space(rune(c[len(c)-1])) {
			text += " "
		}
		p.text.WriteString(text)
	})
}

func space(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// frame reads a drawing: its text, and its picture.
func (r *reader) frame(s xml.StartElement, add func(document.Block)) error {
	if s.Name.Local == "text-box" {
		return r.blocks("", 0, add)
	}
	seen := false // a frame may hold the same thing in several forms: the first is read
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "image":
			if seen {
				return r.skip()
			}
			seen = true
			add(document.Block{Kind: document.Image, Text: opc.Attr(s, "href")})
		case "text-box", "frame", "custom-shape", "rect", "g":
			seen = true
			return r.frame(s, add)
		case "p", "h", "list", "table":
			return r.block(s, "", 0, add)
		}
		return r.skip()
	}, nil)
}
