package rtf

import (
	"errors"
	"fmt"

	"nianbao/document"
	"nianbao/extract/internal/gridlines"
	"nianbao/extract/internal/line"
	"nianbao/extract/internal/numbering"
)

// story is a flow of text: the body, a text box, a note.
type story struct {
	out   *gridlines.Builder
	line  line.Line
	after []document.Block // of text boxes anchored in the paragraph being read
	row   map[int]*rowDef  // row definitions by depth
	// object: a file embedded in the paragraph has just been read, and what stands for it may be passed over.
	object bool
}

// follow is what stands between a list number and the text where the file has a tab.
func (s *story) follow() string {
	label, _ := s.line.Text()
	return numbering.Follow(label)
}

func newStory(opt Options) *story {
	return &story{out: gridlines.NewBuilder(opt.MaxCells, opt.MaxDepth), row: map[int]*rowDef{}}
}

// rowDef is the definition of a row being read.
type rowDef struct {
	left  int
	cells []gridlines.Cell
	next  gridlines.Cell // flags of the cell whose edge follows
	// shaded: some of its cells have a ground; flat: it has no height.
	shaded, flat bool
}

// depth is how deep in tables the paragraph being read stands.
func (r *reader) depth() int {
	if r.state.depth == 0 && r.state.inTable {
		return 1
	}
	return r.state.depth
}

// paragraph ends the paragraph being read, which stands at a depth in tables.
func (r *reader) paragraph(depth int) error {
	r.flush()
	s := r.story
	text, unseen := s.line.Text()
	s.line.Reset()
	if err := s.out.Enter(depth); err != nil {
		return err
	}
	if text != "" || len(unseen) > 0 {
		b := document.Block{Kind: document.Paragraph, Text: text, Unseen: unseen}
		level := r.state.outline
		if o, ok := r.outlines[r.state.style]; ok && level == 9 {
			level = o
		}
		if level < 9 && s.out.Depth() == 0 && text != "" {
			b.Kind, b.Level = document.Heading, level+1
		}
		s.out.Add(b)
	}
	for _, b := range s.after {
		s.out.Add(b)
	}
	s.after = nil
	return nil
}

// cell ends a cell at a depth, and the paragraph in it.
func (r *reader) cell(depth int) error {
	if err := r.paragraph(depth); err != nil {
		return err
	}
	r.story.out.EndCell()
	return nil
}

// row ends a row at a depth. A definition serves until the next one: rows alike need not repeat it.
func (r *reader) row(depth int) error {
	if err := r.paragraph(depth); err != nil {
		return err
	}
	var cells []gridlines.Cell
	flat := false
	if def := r.story.row[depth]; def != nil {
		cells, flat = def.cells, def.flat
	}
	switch { // the row's mark is hidden or deleted with it
	case r.state.deleted:
		r.story.out.DropRow(document.WhyDeleted)
		return nil
	case r.state.hidden, flat:
		r.story.out.DropRow(document.WhyHidden)
		return nil
	}
	return r.story.out.EndRow(func(list []gridlines.Content) []gridlines.Cell { return gridlines.Place(list, cells) })
}

const maxStories = 50 // within one another

// beginStory begins a text box or a note.
func (r *reader) beginStory(note bool) error {
	if len(r.stories) == maxStories {
		return errors.Join(document.ErrBomb, fmt.Errorf("text boxes nested deeper than %d", maxStories))
	}
	r.stories = append(r.stories, r.story)
	r.story = newStory(r.opt)
	r.state = state{font: r.state.font, skip: r.state.skip, outline: 9, endStory: true, note: note, inNote: note || r.state.inNote}
	return nil
}

// endStory ends it: a note goes to the end of the document, a box behind the paragraph it is anchored in.
func (r *reader) endStory() error {
	if err := r.paragraph(r.depth()); err != nil {
		return err
	}
	blocks, err := r.story.out.Blocks()
	if err != nil {
		return err
	}
	r.story = r.stories[len(r.stories)-1]
	r.stories = r.stories[:len(r.stories)-1]
	if r.state.note {
		r.notes = append(r.notes, blocks...)
	} else {
		r.story.after = append(r.story.after, blocks...)
	}
	r.state.endStory = false
	return nil
}
