package odt

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
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
		if r.of("table", opc.Attr(s, "style-name")).gone || opc.Attr(s, "display") == "false" {
			return r.skip()
		}
		if name := opc.Attr(s, "name"); r.d.MediaType == Sheet && name != "" {
			add(document.Block{Kind: document.Heading, Level: 1, Text: name})
		}
		return r.table(add)
	case "spreadsheet":
		r.d.MediaType = Sheet
		return r.blocks(list, level, add)
	case "section":
		if opc.Attr(s, "display") == "none" || r.of("section", opc.Attr(s, "style-name")).gone || always(opc.Attr(s, "display"), opc.Attr(s, "condition")) {
			return r.unseen(list, level, add)
		}
		return r.blocks(list, level, add)
	case "tracked-changes":
		return r.changes()
	case "forms":
		return r.forms()
	case "text", "index-body", "index-title", "table-of-content", "presentation", "drawing", "page", "numbered-paragraph":
		return r.blocks(list, level, add)
	case "frame", "custom-shape", "rect", "text-box", "g":
		return r.frame(s, add)
	}
	return r.skip() // sequence-decls, variables …
}

// always reports whether a condition that hides something holds in any case.
func always(display, condition string) bool {
	if display != "condition" {
		return false
	}
	_, value, _ := strings.Cut(condition, ":")
	value = strings.TrimSpace(strings.TrimPrefix(value, "="))
	return value == "1" || strings.EqualFold(value, "true") || value == "1==1"
}

// unseen reads blocks that are not shown, and notes their text.
func (r *reader) unseen(list string, level int, add func(document.Block)) error {
	var gone []document.Unseen
	err := r.blocks(list, level, func(b document.Block) {
		if b.Text != "" {
			gone = line.Hide(gone, b.Text+" ", document.WhyHidden)
		}
		gone = append(gone, b.Unseen...)
		if b.Table != nil {
			gone = append(gone, line.Unseen(b.Table, document.WhyHidden)...)
		}
	})
	if len(gone) > 0 {
		add(document.Block{Kind: document.Paragraph, Unseen: gone})
	}
	return err
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
	line   line.Line
	ground string
	hidden bool // all of it
	after  []document.Block
}

func (r *reader) paragraph(s xml.StartElement, label string, add func(document.Block)) error {
	style := r.of("paragraph", opc.Attr(s, "style-name"))
	p := &para{ground: r.ground}
	if style.ground != "" && style.ground != "transparent" {
		p.ground = style.ground
	}
	if err := r.runs(p, style); err != nil {
		return err
	}
	text, unseen := p.line.Text()
	if p.hidden && text != "" {
		unseen = append(unseen, document.Unseen{Text: text, Why: document.WhyHidden})
		text = ""
	}
	if text != "" || len(unseen) > 0 {
		b := document.Block{Kind: document.Paragraph, Text: text, Unseen: unseen}
		if text != "" {
			b.Text = label + text
		}
		if s.Name.Local == "h" && text != "" {
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

// runs reads the inline content of a paragraph, of some properties. White space is as in HTML: runs of it are one blank.
func (r *reader) runs(p *para, style props) error {
	look := style.look(p.ground)
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "s":
			n, err := strconv.Atoi(opc.Attr(s, "c"))
			if err != nil {
				n = 1
			}
			p.line.Add(strings.Repeat(" ", min(max(0, n), 100)), look)
		case "tab":
			p.line.Add(" ", look)
		case "line-break":
			p.line.Add("\n", look)
		case "span", "a":
			return r.runs(p, r.of("text", opc.Attr(s, "style-name")).over(style))
		case "hidden-text":
			if opc.Attr(s, "is-hidden") == "false" {
				p.line.Add(opc.Attr(s, "string-value"), look)
			} else {
				p.line.Add(opc.Attr(s, "string-value"), line.Look{Why: document.WhyHidden})
			}
		case "hidden-paragraph":
			p.hidden = p.hidden || opc.Attr(s, "is-hidden") != "false"
		case "change":
			p.line.Add(r.deleted[opc.Attr(s, "change-id")], line.Look{Why: document.WhyDeleted})
		case "control":
			p.line.Add(r.controls[opc.Attr(s, "control")], look)
		case "ruby-text", "annotation", "tracked-changes", "bookmark-ref":
			return r.skip()
		case "note":
			return r.children(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "note-citation":
					text, err := r.inline()
					p.line.Add(text, line.Look{Why: look.Why, Raised: true})
					return err
				case "note-body":
					return r.blocks("", 0, func(b document.Block) { r.notes = append(r.notes, b) })
				}
				return r.skip()
			}, nil)
		case "frame", "custom-shape", "rect", "text-box", "g":
			if look.Why != "" {
				return r.skip()
			}
			return r.frame(s, func(b document.Block) { p.after = append(p.after, b) })
		default:
			return r.runs(p, style)
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
		p.line.Add(text, look)
	})
}

func space(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// frame reads a drawing: its text, and its picture.
func (r *reader) frame(s xml.StartElement, add func(document.Block)) error {
	ground := r.ground
	r.ground = "?" // a drawing has a ground of its own
	defer func() { r.ground = ground }()
	if s.Name.Local == "text-box" {
		return r.blocks("", 0, add)
	}
	seen := false // a frame may hold the same thing in several forms: the first is read
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "object", "object-ole":
			if seen {
				return r.skip()
			}
			found, err := r.object(opc.Attr(s, "href"), add)
			seen = found
			if err != nil {
				return err
			}
		case "control":
			if v := r.controls[opc.Attr(s, "control")]; v != "" {
				add(document.Block{Kind: document.Paragraph, Text: v})
			}
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
