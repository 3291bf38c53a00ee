// Package line puts the runs of a paragraph together the way a reader of the page sees them.
//
// In go stretches of text, each with what its format says of it; out come the text that is shown and, apart from it, what
// the file holds and does not show. Digits of raised runs are written as superscript characters where other text stands
// beside them in the paragraph; a paragraph that is raised as a whole is ordinary text. It also puts tables within cells
// where a reader sees them. The package is pure.
package line

import (
	"bytes"
	"strings"

	"nianbao/document"
)

// A Look is what a format says of a run.
type Look struct {
	// Why the run is not shown, one of document's constants; empty when it is.
	Why string
	// Raised above the line or lowered below it, in a small size.
	Raised bool
}

// A Line is a paragraph being read. The zero value is ready.
type Line struct {
	text   []byte
	runs   []run // none while nothing is raised
	plain  bool  // there is shown text that is not raised
	unseen []document.Unseen
}

// run is a stretch of the text up to an end.
type run struct {
	end    int
	raised bool
}

// Bounds on what is kept of texts that are not shown.
const (
	maxUnseen = 1000 // octets of one
	maxList   = 100  // in one place
)

// Add adds a run.
func (l *Line) Add(text string, look Look) {
	if text == "" {
		return
	}
	if look.Why != "" {
		l.unseen = Hide(l.unseen, text, look.Why)
		return
	}
	if look.Raised || len(l.runs) > 0 {
		if n := len(l.runs); n == 0 && len(l.text) > 0 {
			l.runs = append(l.runs, run{len(l.text), false})
		}
		if n := len(l.runs); n > 0 && l.runs[n-1].raised == look.Raised {
			l.runs[n-1].end += len(text)
		} else {
			l.runs = append(l.runs, run{len(l.text) + len(text), look.Raised})
		}
	}
	l.plain = l.plain || !look.Raised && strings.TrimSpace(text) != ""
	l.text = append(l.text, text...)
}

// AddBytes adds a run.
func (l *Line) AddBytes(text []byte, look Look) {
	switch {
	case len(text) == 0:
	case look == (Look{}) && len(l.runs) == 0:
		l.plain = l.plain || len(bytes.TrimSpace(text)) > 0
		l.text = append(l.text, text...)
	default:
		l.Add(string(text), look)
	}
}

// Reset makes the line ready for another paragraph.
func (l *Line) Reset() { *l = Line{text: l.text[:0]} }

// Hide adds a text to a list of those that are not shown; what follows a text of the same kind goes on with it.
func Hide(list []document.Unseen, text, why string) []document.Unseen {
	if strings.TrimSpace(text) == "" && (len(list) == 0 || list[len(list)-1].Why != why) {
		return list
	}
	if n := len(list); n > 0 && list[n-1].Why == why && len(list[n-1].Text) < maxUnseen {
		list[n-1].Text += text
		return list
	}
	if len(list) >= maxList {
		return list
	}
	return append(list, document.Unseen{Text: strings.ToValidUTF8(text[:min(len(text), maxUnseen)], ""), Why: why})
}

// Text is the paragraph's shown text and what is not shown of it; both are trimmed.
func (l *Line) Text() (string, []document.Unseen) {
	for i := range l.unseen {
		l.unseen[i].Text = strings.TrimSpace(l.unseen[i].Text)
	}
	if len(l.runs) == 0 || !l.plain {
		return string(bytes.TrimSpace(l.text)), l.unseen
	}
	var b strings.Builder
	from := 0
	for _, r := range l.runs {
		if part := string(l.text[from:r.end]); r.raised {
			b.WriteString(document.Raised(part))
		} else {
			b.WriteString(part)
		}
		from = r.end
	}
	return strings.TrimSpace(b.String()), l.unseen
}

// Shown reports whether there is shown text.
func (l *Line) Shown() bool { return len(bytes.TrimSpace(l.text)) > 0 }

// Unseen is all of a table's text, for one that is not shown.
func Unseen(t *document.Table, why string) []document.Unseen {
	var list []document.Unseen
	for _, c := range t.Cells {
		if c.Text != "" {
			list = Hide(list, " "+c.Text, why)
		}
		list = append(list, c.Unseen...)
	}
	return list
}

// A table within a cell that has fewer cells with text, or a single row, belongs to the text of its cell.
const leastOwn = 6

// Inner is a table that stands in a cell of another.
type Inner struct {
	Cell  int // index into the outer table's cells
	Block document.Block
}

// Settle puts small tables into the text of the cells they stand in and gives back the others, which follow the table. A
// table of a single cell is a frame: nothing is put into it.
func Settle(t *document.Table, inner []Inner) (behind []document.Block) {
	for _, in := range inner {
		if in.Cell < 0 || in.Cell >= len(t.Cells) || len(t.Cells) < 2 || in.Block.Kind != document.TableKind || !small(in.Block.Table) {
			behind = append(behind, in.Block)
			continue
		}
		c := &t.Cells[in.Cell]
		c.Text = strings.TrimSpace(c.Text + "\n" + flat(in.Block.Table))
		for _, x := range in.Block.Table.Cells {
			c.Unseen = append(c.Unseen, x.Unseen...)
		}
	}
	return behind
}

func small(t *document.Table) bool {
	filled, rows := 0, map[int]bool{}
	for _, c := range t.Cells {
		if c.Text != "" {
			filled++
			rows[c.Row] = true
		}
	}
	return filled < leastOwn || len(rows) < 2
}

// flat is a table as lines of cells.
func flat(t *document.Table) string {
	var b strings.Builder
	row := 0
	for _, c := range t.Cells {
		switch {
		case c.Text == "":
			continue
		case c.Row != row && b.Len() > 0:
			b.WriteByte('\n')
		case b.Len() > 0:
			b.WriteByte(' ')
		}
		row = c.Row
		b.WriteString(c.Text)
	}
	return b.String()
}

// Pictures reports whether a document's content is in its pictures: it has nothing else, or it speaks of a report and its
// tables can only be in them.
func Pictures(d *document.Document) bool {
	images, said := 0, false
	for _, b := range d.Blocks {
		switch {
		case b.Kind == document.Image:
			images++
		case b.Kind == document.TableKind:
			return false
		default:
			said = said || strings.Contains(b.Text, "信息公开") && (strings.Contains(b.Text, "报告") || strings.Contains(b.Text, "年报"))
		}
	}
	return images == len(d.Blocks) || images > 0 && said
}

// Margins puts the lines of headers and footers that may be the title of a report before a document's blocks, unless it
// says them itself.
func Margins(blocks, margins []document.Block) []document.Block {
	var found []document.Block
	said, known := "", false // the text of the blocks, told only where a margin asks for it
	for i := range margins {
		b := &margins[i]
		s := squeezed(b.Text)
		if b.Kind == document.TableKind || !Titled(s) {
			continue
		}
		if !known {
			said, known = squeezed((&document.Document{Blocks: blocks}).Text()), true
		}
		if !strings.Contains(said, s) {
			found = append(found, document.Block{Kind: document.Paragraph, Text: b.Text})
			said += s
		}
	}
	return append(found, blocks...)
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// Titled reports whether a line may be the title of a report.
func Titled(s string) bool {
	return strings.Contains(s, "年度报告") || strings.Contains(s, "年报") || strings.Contains(s, "信息公开") && strings.Contains(s, "报告")
}
