package doc

import (
	"fmt"
	"strings"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
)

// Characters with a meaning of their own in the text, [MS-DOC] §2.4.1.
const (
	charPicture    = 0x01
	charCell       = 0x07
	charLine       = 0x0B
	charPage       = 0x0C
	charParagraph  = 0x0D
	charFieldBegin = 0x13
	charFieldSep   = 0x14
	charFieldEnd   = 0x15
	charHyphen     = 0x1E
)

// body reads the stories of a document.
type body struct {
	f      *file
	hidden []bool // by character position
	boxes  map[int][][2]int
	out    *gridlines.Builder
	inBox  bool // reading a text box: none is anchored in another
}

// readBody reads the body, then the notes and the text boxes that are anchored nowhere.
func (f *file) readBody(d *document.Document) (err error) {
	b := &body{f: f, hidden: f.hiddenChars(), out: gridlines.NewBuilder(f.opt.MaxCells, f.opt.MaxDepth)}
	anchored, loose := f.textBoxes()
	b.boxes = anchored
	total := len(f.text.chars)
	notes := min(total, f.fib.body)
	ends := min(total, notes+f.fib.notes+f.fib.headers+f.fib.comments)
	stories := append([][2]int{{0, notes}, {notes, min(total, notes+f.fib.notes)}, {ends, min(total, ends+f.fib.endnotes)}}, loose...)
	for _, s := range stories {
		if err := b.story(s[0], s[1]); err != nil {
			return fmt.Errorf("doc: %w", err)
		}
		if err := b.out.Enter(0); err != nil {
			return fmt.Errorf("doc: %w", err)
		}
	}
	if d.Blocks, err = b.out.Blocks(); err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	return nil
}

// story reads paragraphs from one position to another.
func (b *body) story(from, to int) error {
	start := from
	for cp := from; cp < to; cp++ {
		if cp&0xFFF == 0 && b.f.ctx.Err() != nil {
			return document.ErrDeadline
		}
		switch b.f.text.chars[cp] {
		case charParagraph, charCell, charPage:
			if err := b.paragraph(start, cp); err != nil {
				return err
			}
			start = cp + 1
		}
	}
	if start < to {
		return b.paragraph(start, to-1)
	}
	return nil
}

// paragraph reads the text from start to the mark at end, which says where it belongs.
func (b *body) paragraph(start, end int) error {
	p := b.f.paragraph(end)
	mark := b.f.text.chars[end]
	if mark == charCell && p.depth == 0 { // properties lost, but only cells end so
		p.depth = 1
	}
	if err := b.out.Enter(p.depth); err != nil {
		return err
	}
	if p.rowEnd && mark == charCell || p.inner {
		if b.hidden[end] { // a row that was deleted, with the deletion still to be accepted
			b.out.DropRow()
			return nil
		}
		return b.out.EndRow(func(texts []string) []gridlines.Cell { return gridlines.Place(texts, p.row.cells()) })
	}
	text, pictures := b.textOf(start, end)
	if text != "" {
		bl := document.Block{Kind: document.Paragraph, Text: b.f.lists.label(p.list, p.level) + text}
		if p.outline < 9 && p.depth == 0 {
			bl.Kind, bl.Level = document.Heading, p.outline+1
		}
		b.out.Add(bl)
	}
	for range pictures {
		b.out.Add(document.Block{Kind: document.Image})
	}
	if err := b.anchored(start, end); err != nil {
		return err
	}
	if p.depth == 1 && mark == charCell || p.depth > 1 && p.innerCell {
		b.out.EndCell()
	}
	return nil
}

// anchored reads the text boxes anchored between two positions; their text follows what is there.
func (b *body) anchored(start, end int) error {
	if len(b.boxes) == 0 || b.inBox {
		return nil
	}
	for cp := start; cp <= end; cp++ {
		for _, r := range b.boxes[cp] {
			inner := &body{f: b.f, hidden: b.hidden, out: gridlines.NewBuilder(b.f.opt.MaxCells, b.f.opt.MaxDepth), inBox: true}
			if err := inner.story(r[0], r[1]); err != nil {
				return err
			}
			blocks, err := inner.out.Blocks()
			if err != nil {
				return err
			}
			for _, bl := range blocks {
				b.out.Add(bl)
			}
		}
	}
	return nil
}

// textOf is what is shown between two positions, and how many pictures stand there.
func (b *body) textOf(start, end int) (string, int) {
	var s strings.Builder
	pictures := 0
	for cp := start; cp < end; cp++ {
		c := b.f.text.chars[cp]
		if b.hidden[cp] {
			continue
		}
		switch {
		case c == charPicture:
			pictures++
		case c == charLine:
			s.WriteByte('\n')
		case c == '\t':
			s.WriteByte(' ')
		case c == charHyphen:
			s.WriteByte('-')
		case c >= 0x20 && (c < 0xF000 || c > 0xF0FF): // symbol fonts live in F0xx
			s.WriteRune(c)
		}
	}
	return strings.TrimSpace(s.String()), pictures
}
