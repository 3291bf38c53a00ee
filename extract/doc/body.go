package doc

import (
	"fmt"
	"strings"

	"nianbao/document"
	"nianbao/extract/ruler"
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

// builder collects blocks from paragraphs; open holds the tables being read, outermost first.
type builder struct {
	f      *file
	d      *document.Document
	hidden []bool // by character position
	boxes  map[int][][2]int
	open   []*openTable
	cells  int
	inBox  bool // reading a text box: none is anchored in another
}

// openTable is a table being read.
type openTable struct {
	rows  [][]ruler.Cell
	row   []string // finished cells of the row being read
	lines []string // finished paragraphs of the cell being read
	after []document.Block
}

// readBody reads the body, then the notes and the text boxes that are anchored nowhere.
func (f *file) readBody(d *document.Document) error {
	b := &builder{f: f, d: d, hidden: f.hiddenChars()}
	var loose [][2]int
	b.boxes, loose = f.textBoxes()
	total := len(f.text.chars)
	if err := b.story(0, min(f.fib.body, total)); err != nil {
		return err
	}
	from := min(total, f.fib.body)
	if err := b.story(from, min(total, from+f.fib.notes)); err != nil {
		return err
	}
	from = min(total, from+f.fib.notes+f.fib.headers+f.fib.comments)
	if err := b.story(from, min(total, from+f.fib.endnotes)); err != nil {
		return err
	}
	for _, r := range loose {
		if err := b.story(r[0], r[1]); err != nil {
			return err
		}
	}
	return nil
}

// story reads paragraphs from one position to another and closes the tables it opened.
func (b *builder) story(from, to int) error {
	outer := b.open
	b.open = nil
	defer func() { b.open = outer }()
	start := from
	for cp := from; cp < to; cp++ {
		if cp&0xFFF == 0 && b.f.ctx.Err() != nil {
			return fmt.Errorf("doc: %w", document.ErrDeadline)
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
		if err := b.paragraph(start, to-1); err != nil {
			return err
		}
	}
	return b.close(0)
}

// add puts a block where reading is: into the document, or behind the table being read.
func (b *builder) add(bl document.Block) {
	if n := len(b.open); n > 0 {
		b.open[n-1].after = append(b.open[n-1].after, bl)
		return
	}
	b.d.Blocks = append(b.d.Blocks, bl)
}

// close ends open tables down to a depth.
func (b *builder) close(depth int) error {
	for len(b.open) > depth {
		t := b.open[len(b.open)-1]
		if err := b.endRow(t, nil); err != nil {
			return err
		}
		b.open = b.open[:len(b.open)-1]
		g, err := ruler.Table(t.rows, ruler.Tolerance)
		if err != nil {
			return fmt.Errorf("doc: %w", err)
		}
		if g != nil && (len(t.after) == 0 || !ruler.Blank(g)) {
			b.add(document.Block{Kind: document.TableKind, Table: g})
		}
		for _, bl := range t.after {
			b.add(bl)
		}
	}
	return nil
}

// endCell ends the cell being read.
func (t *openTable) endCell() {
	t.row = append(t.row, strings.TrimSpace(strings.Join(t.lines, "\n")))
	t.lines = nil
}

// endRow ends the row being read, if there is one.
func (b *builder) endRow(t *openTable, r *rowProps) error {
	if len(t.lines) > 0 {
		t.endCell()
	}
	if len(t.row) == 0 {
		return nil
	}
	if b.cells += len(t.row); b.cells > b.f.opt.MaxCells {
		return fmt.Errorf("doc: more than %d cells: %w", b.f.opt.MaxCells, document.ErrTooLarge)
	}
	t.rows = append(t.rows, r.place(t.row))
	t.row = nil
	return nil
}

// paragraph reads the text from start to the mark at end, which says where it belongs.
func (b *builder) paragraph(start, end int) error {
	p := b.f.paragraph(end)
	mark := b.f.text.chars[end]
	if mark == charCell && p.depth == 0 { // properties lost, but only cells end so
		p.depth = 1
	}
	if p.depth < 0 || p.depth > b.f.opt.MaxDepth {
		return fmt.Errorf("doc: tables nested %d deep: %w", p.depth, document.ErrBomb)
	}
	if err := b.close(p.depth); err != nil {
		return err
	}
	for len(b.open) < p.depth {
		b.open = append(b.open, &openTable{})
	}
	if p.rowEnd && mark == charCell || p.inner {
		if n := len(b.open); n > 0 {
			return b.endRow(b.open[n-1], p.row)
		}
		return nil
	}
	text, pictures := b.textOf(start, end)
	if text != "" {
		text = b.f.lists.label(p.list, p.level) + text
	}
	if n := len(b.open); n > 0 {
		t := b.open[n-1]
		if text != "" {
			t.lines = append(t.lines, text)
		}
		if n == 1 && mark == charCell || n > 1 && p.innerCell {
			t.endCell()
		}
	} else if text != "" {
		bl := document.Block{Kind: document.Paragraph, Text: text}
		if p.outline < 9 {
			bl.Kind, bl.Level = document.Heading, p.outline+1
		}
		b.add(bl)
	}
	for range pictures {
		b.add(document.Block{Kind: document.Image})
	}
	return b.anchored(start, end)
}

// anchored reads the text boxes anchored between two positions.
func (b *builder) anchored(start, end int) error {
	if len(b.boxes) == 0 || b.inBox {
		return nil
	}
	for cp := start; cp <= end; cp++ {
		for _, r := range b.boxes[cp] {
			b.inBox = true
			err := b.box(r[0], r[1])
			b.inBox = false
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// box reads a text box; its blocks stand where it is anchored.
func (b *builder) box(from, to int) error {
	at := b.d.Blocks
	b.d.Blocks = nil
	err := b.story(from, to)
	got := b.d.Blocks
	b.d.Blocks = at
	for _, bl := range got {
		b.add(bl)
	}
	return err
}

// textOf is what is shown between two positions, and how many pictures stand there.
func (b *builder) textOf(start, end int) (string, int) {
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
