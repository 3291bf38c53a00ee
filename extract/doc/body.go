package doc

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
	"nianbao/extract/internal/line"
)

// Characters with a meaning of their own in the text, [MS-DOC] §2.4.1.
const (
	charPicture    = 0x01
	charNote       = 0x02
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
	codes  []bool // of fields, by character position
	boxes  map[int][][2]int
	out    *gridlines.Builder
	inBox  bool // reading a text box: none is anchored in another
	inNote bool
	notes  int // references to notes
	files  int // embedded ones that were read
	parts  []*document.Document
	line   line.Line
	run    []byte
}

// readBody reads the body, then the notes and the text boxes that are anchored nowhere.
func (f *file) readBody(d *document.Document) (err error) {
	b := &body{f: f, codes: f.fieldCodes(), out: gridlines.NewBuilder(f.opt.MaxCells, f.opt.MaxDepth)}
	anchored, loose := f.textBoxes()
	b.boxes = anchored
	total := len(f.text.chars)
	notes := min(total, f.fib.body)
	ends := min(total, notes+f.fib.notes+f.fib.headers+f.fib.comments)
	stories := append([][2]int{{0, notes}, {notes, min(total, notes+f.fib.notes)}, {ends, min(total, ends+f.fib.endnotes)}}, loose...)
	for i, s := range stories {
		b.inNote = i == 1 || i == 2
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
	d.Parts = b.parts
	head := min(total, notes+f.fib.notes)
	return f.margins(d, b.codes, head, min(total, head+f.fib.headers))
}

// margins puts the lines of headers and footers that speak of a report, and stand nowhere else, before the text: on some
// covers the title is there only.
func (f *file) margins(d *document.Document, codes []bool, from, to int) error {
	if from >= to {
		return nil
	}
	b := &body{f: f, codes: codes, out: gridlines.NewBuilder(f.opt.MaxCells, f.opt.MaxDepth), inBox: true, inNote: true}
	if err := b.story(from, to); err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	blocks, err := b.out.Blocks()
	if err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	d.Blocks = line.Margins(d.Blocks, blocks)
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
		look, _ := b.f.chars(end, p.style)
		switch why := look.look(noColor).Why; { // the row's mark is deleted or hidden with it
		case why == document.WhyDeleted || why == document.WhyHidden:
			b.out.DropRow(why)
			return nil
		case p.flat:
			b.out.DropRow(document.WhyHidden)
			return nil
		}
		return b.out.EndRow(func(list []gridlines.Content) []gridlines.Cell { return gridlines.Place(list, p.row.cells()) })
	}
	text, unseen, after := b.textOf(start, end, p)
	if text != "" || len(unseen) > 0 {
		bl := document.Block{Kind: document.Paragraph, Text: text, Unseen: unseen}
		if text != "" {
			bl.Text = b.f.lists.label(p.list, p.level) + text
		}
		if p.outline < 9 && p.depth == 0 && text != "" {
			bl.Kind, bl.Level = document.Heading, p.outline+1
		}
		b.out.Add(bl)
	}
	for _, bl := range after {
		b.out.Add(bl)
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
			inner := &body{f: b.f, codes: b.codes, out: gridlines.NewBuilder(b.f.opt.MaxCells, b.f.opt.MaxDepth), inBox: true}
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

// textOf is what is shown between two positions and what is not, and the pictures and embedded files that stand there.
func (b *body) textOf(start, end int, p paragraphProps) (string, []document.Unseen, []document.Block) {
	l := &b.line
	l.Reset()
	var after []document.Block
	run := b.run[:0]
	for cp := start; cp < end; {
		props, next := b.f.chars(cp, p.style)
		ground := p.ground
		if props.ink >= 0 && props.ink == whiteColor && ground == noColor && (b.inBox || p.depth > 0 && b.shaded(end)) {
			ground = otherColor
		}
		look := props.look(ground)
		run = run[:0]
		for ; cp < min(next, end); cp++ {
			c := b.f.text.chars[cp]
			if c == charPicture && look.Why == "" {
				after = b.anchoredFile(props, after)
				if props.formData {
					run = append(run, b.f.chosen(props.picture)...)
				} else if !b.codes[cp] && !props.object {
					after = append(after, document.Block{Kind: document.Image})
				}
			}
			if b.codes[cp] {
				continue
			}
			switch {
			case c == charNote && !b.inNote:
				b.notes++
				l.AddBytes(run, look)
				run = run[:0]
				l.Add(strconv.Itoa(b.notes), line.Look{Why: look.Why, Raised: true})
			case c == charLine:
				run = append(run, '\n')
			case c == '\t':
				run = append(run, ' ')
			case c == charHyphen:
				run = append(run, '-')
			case c >= 0x20 && (c < 0xF000 || c > 0xF0FF): // symbol fonts live in F0xx
				run = utf8.AppendRune(run, c)
			}
		}
		l.AddBytes(run, look)
	}
	b.run = run
	text, unseen := l.Text()
	return text, unseen, after
}

const maxFiles = 100

// anchoredFile reads a file that is embedded where a picture stands for it.
func (b *body) anchoredFile(p charProps, after []document.Block) []document.Block {
	if !p.object || b.f.opt.Object == nil || b.files >= maxFiles {
		return after
	}
	b.files++
	storage := "_" + strconv.Itoa(p.picture)
	d, err := b.f.opt.Object(b.f.ctx, func(name string) []byte { return b.f.cfb.Within("ObjectPool", storage, name) })
	if err != nil || d == nil {
		return append(after, document.Block{Kind: document.Image})
	}
	if d.Name != "" { // a file behind an icon
		b.parts = append(b.parts, d)
		return after
	}
	return append(after, d.Blocks...)
}

// maxAhead bounds the search for the end of a row, in characters.
const maxAhead = 20_000

// shaded reports whether the row that the cell mark at cp belongs to has cells with a ground.
func (b *body) shaded(cp int) bool {
	for k := cp; k < min(len(b.f.text.chars), cp+maxAhead); k++ {
		if b.f.text.chars[k] != charCell {
			continue
		}
		if p := b.f.paragraph(k); p.rowEnd || p.inner {
			return p.shaded
		}
	}
	return false
}
