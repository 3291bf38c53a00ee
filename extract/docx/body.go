package docx

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/numbering"
	"nianbao/extract/internal/opc"
)

// reader walks the body part once, as a stream.
type reader struct {
	ctx       context.Context
	d         *document.Document
	opt       Options
	parts     *opc.Package
	main      string            // name of the document part
	targets   map[string]string // parts the document part leads to, by relation
	numbering *numbering.Counter
	styles    map[string]style
	normal    string   // the default paragraph style
	defaults  runProps // of all text
	ground    string   // of the cell or the drawing being read
	fields    []field  // open ones
	notesSeen int      // references to notes
	embedded  int      // files that were read
	sections  []section
	dec       *xml.Decoder
	walk      opc.Walk
	cells     int
}

// read reads the blocks below every element of a name: the body of the document part, the notes of theirs.
func (r *reader) read(part []byte, root string) error {
	r.dec = opc.Decoder(part)
	for {
		t, err := r.dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			if len(r.d.Blocks) > 0 {
				r.d.AddFlag(document.FlagTruncated)
				return nil
			}
			return fmt.Errorf("docx: body: %w: %w", document.ErrMalformed, err)
		}
		if s, ok := t.(xml.StartElement); ok && s.Name.Local == root {
			if kind := opc.Attr(s, "type"); kind == "separator" || kind == "continuationSeparator" {
				continue
			}
			if err := r.blocks(func(b document.Block) { r.d.Blocks = append(r.d.Blocks, b) }); err != nil {
				return err
			}
		}
	}
}

// children calls f for each child element of the element just opened; f must consume the child to its end.
// An element cut off keeps what was read.
func (r *reader) children(f func(xml.StartElement) error) error {
	return r.walk.Children(r.dec, f, nil)
}

func (r *reader) skip() error {
	if err := r.dec.Skip(); err != nil {
		r.d.AddFlag(document.FlagTruncated)
	}
	return nil
}

// transparent elements hold blocks or runs of their parent; of all others that are not known, nothing is read. The
// names are those of ECMA-376, and of Word 2003 XML, where revisions are annotations.
func transparent(s xml.StartElement) bool {
	switch s.Name.Local {
	case "sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "AlternateContent", "Choice", "dir", "bdo", "rubyBase",
		"oMath", "oMathPara", "e", "f", "d", "num", "den", "sect", "sub-section", "pBdrGroup", "hlink", "content":
		return true
	case "annotation":
		return opc.Attr(s, "type") == "Word.Insertion"
	}
	return false
}

func (r *reader) blocks(add func(document.Block)) error {
	return r.children(func(s xml.StartElement) error {
		if r.ctx.Err() != nil {
			return fmt.Errorf("docx: %w", document.ErrDeadline)
		}
		switch name := s.Name.Local; {
		case name == "p":
			return r.paragraph(add)
		case name == "tbl":
			return r.table(add)
		case name == "altChunk":
			return r.chunk(opc.Attr(s, "id"), add)
		case name == "sectPr":
			return r.section()
		case transparent(s):
			return r.blocks(add)
		}
		return r.skip()
	})
}

// para is one paragraph being read.
type para struct {
	line    line.Line
	style   string
	fill    string // its own ground
	num     string
	level   int
	hasNum  bool
	label   string // the automatic number, where the file holds it
	outline int
	deleted int              // tracked deletions around the run being read
	after   []document.Block // text boxes, embedded files and pictures anchored in it
}

func (r *reader) paragraph(add func(document.Block)) error {
	p := &para{outline: -1}
	if err := r.runs(p); err != nil {
		return err
	}
	r.endCodes()
	st := r.styleOf(p.style)
	if !p.hasNum && st.num != "" {
		p.num, p.level, p.hasNum = st.num, st.level, true
	}
	text, unseen := p.line.Text()
	if p.hasNum && p.num != "0" && text != "" {
		text = p.label + r.numbering.Next(p.num, p.level) + text
	}
	if text != "" || len(unseen) > 0 {
		b := document.Block{Kind: document.Paragraph, Text: text, Unseen: unseen}
		if p.outline < 0 {
			p.outline = st.outline
		}
		if p.outline >= 0 && p.outline < 9 && text != "" {
			b.Kind, b.Level = document.Heading, p.outline+1
		}
		add(b)
	}
	for _, b := range p.after {
		add(b)
	}
	return nil
}

// runs reads the inline content of a paragraph.
func (r *reader) runs(p *para) error {
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; {
		case name == "pPr":
			return r.properties(p)
		case name == "r":
			return r.run(p, &runProps{})
		case name == "del", name == "moveFrom", name == "annotation" && opc.Attr(s, "type") == "Word.Deletion":
			p.deleted++
			err := r.runs(p)
			p.deleted--
			return err
		case name == "content" || transparent(s):
			return r.runs(p)
		}
		return r.skip()
	})
}

func (r *reader) properties(p *para) error {
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "pStyle":
			p.style = opc.Attr(s, "val")
		case "shd":
			p.fill = fillOf(opc.Attr(s, "val"), opc.Attr(s, "fill"), opc.Attr(s, "color"))
		case "sectPr":
			return r.section()
		case "outlineLvl":
			if n, err := strconv.Atoi(opc.Attr(s, "val")); err == nil {
				p.outline = n
			}
		case "numPr", "listPr":
			p.hasNum = true
			return r.children(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "numId":
					p.num = opc.Attr(s, "val")
				case "ilvl":
					p.level, _ = strconv.Atoi(opc.Attr(s, "val"))
				case "t":
					p.label = opc.Attr(s, "val")
				}
				return r.skip()
			})
		}
		return r.skip()
	})
}

// run reads a run whose properties so far are rp.
func (r *reader) run(p *para, rp *runProps) error {
	var look line.Look
	known := false
	write := func(text string) {
		if !known {
			look, known = r.look(p, rp), true
		}
		if r.shows() {
			p.line.Add(text, look)
		}
	}
	return r.children(func(s xml.StartElement) error {
		switch name := s.Name.Local; name {
		case "rPr":
			return r.children(func(s xml.StartElement) error {
				rp.set(s)
				return r.skip()
			})
		case "t", "delText":
			text, err := r.chars()
			write(text)
			return err
		case "tab", "ptab":
			write(" ")
		case "br", "cr":
			write("\n")
		case "noBreakHyphen":
			write("-")
		case "footnoteReference", "endnoteReference":
			if r.notesSeen++; opc.Attr(s, "customMarkFollows") == "" {
				raised := *rp
				raised.raised = on
				if look := r.look(p, &raised); r.shows() {
					p.line.Add(strconv.Itoa(r.notesSeen), look)
				}
			}
		case "fldChar":
			return r.fieldChar(opc.Attr(s, "fldCharType"), write)
		case "drawing", "pict", "object":
			if look := r.look(p, rp); look.Why != "" {
				return r.skip()
			}
			return r.object(p)
		case "AlternateContent", "Choice":
			return r.run(p, rp)
		case "ruby":
			return r.runs(p)
		}
		return r.skip()
	})
}

func (r *reader) chars() (string, error) {
	var b strings.Builder
	for {
		t, err := r.dec.Token()
		if err != nil {
			r.d.AddFlag(document.FlagTruncated)
			return b.String(), nil
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := r.skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return b.String(), nil
		}
	}
}

// drawing reads text boxes, whose text follows the paragraph they are anchored in, and notes pictures and embedded files.
func (r *reader) drawing(p *para, files *[]embedded) error {
	return r.children(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "txbxContent":
			ground := r.ground
			r.ground = "?" // of the box
			err := r.blocks(func(b document.Block) { p.after = append(p.after, b) })
			r.ground = ground
			return err
		case "blip", "imagedata":
			id := opc.Attr(s, "embed")
			if id == "" {
				id = opc.Attr(s, "id")
			}
			p.after = append(p.after, document.Block{Kind: document.Image, Text: r.target(id)})
			return r.skip()
		case "OLEObject":
			*files = append(*files, embedded{id: opc.Attr(s, "id"), icon: opc.Attr(s, "DrawAspect") == "Icon"})
			return r.skip()
		case "Fallback":
			return r.skip()
		}
		return r.drawing(p, files)
	})
}
