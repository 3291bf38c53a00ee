// Package rtf reads Rich Text Format (version 1.9): paragraphs, the list numbers that files carry, and tables with
// their merged cells, nested ones too.
//
// In go bytes; out comes a document. Text is decoded by the charset of its font, then by the file's code page, or taken
// from Unicode escapes. What a reader of the printed page sees is what is read: deleted, hidden, struck-out and inkless
// text is kept apart (Unseen), fields and drop-down lists stand with their results, embedded workbooks where they are shown, text boxes follow the paragraph they are anchored in, notes follow the body. Groups, cells
// and table nesting are bounded; the work is linear in the size of the file.
package rtf

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf16"

	"nianbao/document"
	"nianbao/extract/internal/line"
)

// MediaType of what this package reads.
const MediaType = "application/rtf"

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxCells  int // of all tables, 200,000
	MaxDepth  int // of tables in tables, 20
	MaxGroups int // within one another, 1,000
	// Object reads a file that is embedded in the document. Nil: it is left out.
	Object func(ctx context.Context, data []byte) (*document.Document, error)
}

func (o Options) defaults() Options {
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 20
	}
	if o.MaxGroups <= 0 {
		o.MaxGroups = 1000
	}
	return o
}

// destination is where the text of a group goes.
type destination int

const (
	flow      destination = iota // the story being read
	nowhere                      // pictures, headers, lists …
	fontTable                    // sets the charsets of fonts
	styles                       // sets the outline levels of styles
	title
	colors     // sets the colours
	form       // describes a field of a form
	formEntry  // an entry of its list
	objectData // an embedded file, in hex
)

// state is what a group inherits and gives back.
type state struct {
	to                    destination
	font, skip            int // font number; characters that stand for a Unicode escape
	deleted, hidden       bool
	struck, raised        bool
	ink, ground, size     int // colours by number, half points
	inTable               bool
	depth, outline, style int
	alternative           bool // the next word opens a destination that may be passed over: \*
	info                  bool // within the document's properties
	label                 bool // within an automatic number
	note, endStory        bool // the group is a story of its own, and a note
	inNote                bool
}

// reader is a file being read.
type reader struct {
	ctx      context.Context
	opt      Options
	d        *document.Document
	state    state
	groups   []state
	story    *story
	stories  []*story // outer ones
	notes    []document.Block
	page     int // the file's code page
	charsets map[int]int
	outlines map[int]int // of styles
	octets   []byte      // text in a code page, not yet decoded
	skip     int         // characters still to pass over after a Unicode escape
	high     rune        // first half of a surrogate pair
	title    strings.Builder
	colors   []int // 0xRRGGBB, -1 for the reader's own
	color    int   // being read; -1 while nothing is said
	form     formField
	object   []byte // hex of the file being read
	embedded int    // files that were read
	notesRef int    // references to notes
}

// Read reads a file.
func Read(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	r := &reader{ctx: ctx, opt: opt.defaults(), d: &document.Document{MediaType: MediaType, Engine: "rtf"}, charsets: map[int]int{}, outlines: map[int]int{}, page: 1252, color: noColor}
	r.state = state{skip: 1, outline: 9}
	r.story = newStory(r.opt)
	if err := r.parse(data); err != nil {
		return nil, fmt.Errorf("rtf: %w", err)
	}
	for len(r.stories) > 0 {
		if err := r.endStory(); err != nil {
			return nil, fmt.Errorf("rtf: %w", err)
		}
	}
	if err := r.paragraph(r.depth()); err != nil {
		return nil, fmt.Errorf("rtf: %w", err)
	}
	blocks, err := r.story.out.Blocks()
	if err != nil {
		return nil, fmt.Errorf("rtf: %w", err)
	}
	r.d.Blocks = append(blocks, r.notes...)
	r.d.Title = strings.TrimSpace(r.title.String())
	if line.Pictures(r.d) {
		r.d.AddFlag(document.FlagNeedsOCR)
	}
	return r.d, nil
}

// parse walks groups, words and text.
func (r *reader) parse(data []byte) error {
	for i, n := 0, 0; i < len(data); n++ {
		if n&0xFFF == 0 && r.ctx.Err() != nil {
			return document.ErrDeadline
		}
		switch c := data[i]; c {
		case '{':
			r.flush()
			r.skip = 0
			if len(r.groups) >= r.opt.MaxGroups {
				return fmt.Errorf("groups nested deeper than %d: %w", r.opt.MaxGroups, document.ErrBomb)
			}
			r.groups = append(r.groups, r.state)
			r.state.endStory = false
			i++
		case '}':
			r.flush()
			r.skip = 0
			i++
			if len(r.groups) == 0 {
				continue
			}
			if r.state.endStory {
				if err := r.endStory(); err != nil {
					return err
				}
			}
			before := r.groups[len(r.groups)-1]
			if err := r.endGroup(before.to); err != nil {
				return err
			}
			r.state = r.groups[len(r.groups)-1]
			r.groups = r.groups[:len(r.groups)-1]
		case '\\':
			size, err := r.control(data[i:])
			if err != nil {
				return err
			}
			i += size
		case '\r', '\n':
			i++
		default:
			r.octet(c)
			i++
		}
	}
	r.flush()
	if len(r.groups) > 0 {
		r.d.AddFlag(document.FlagTruncated)
	}
	return nil
}

// octet takes one octet of text.
func (r *reader) octet(c byte) {
	if r.skip > 0 {
		r.skip--
		return
	}
	switch r.state.to {
	case colors:
		if c == ';' {
			r.colors, r.color = append(r.colors, r.color), noColor
			if len(r.colors) > maxColors {
				r.state.to = nowhere
			}
		}
	case objectData:
		if len(r.object) < maxObject {
			r.object = append(r.object, c)
		}
	}
	if r.takes() {
		r.octets = append(r.octets, c)
	}
}

const (
	noColor   = -1
	maxColors = 10_000
	maxObject = 64 << 20
)

// takes reports whether text goes anywhere.
func (r *reader) takes() bool {
	return r.state.to == title || r.state.to == flow || r.state.to == formEntry
}

// write takes decoded text.
func (r *reader) write(s string) {
	r.flush()
	switch r.state.to {
	case title:
		r.title.WriteString(s)
	case formEntry:
		r.form.entry += s
	case flow:
		r.story.line.Add(s, r.look())
	}
}

// tiny is a size, in half points, that nobody reads.
const tiny = 2

// look is how text is seen in the state at hand.
func (r *reader) look() line.Look {
	s := &r.state
	l := line.Look{Raised: s.raised}
	switch {
	case s.deleted:
		l.Why = document.WhyDeleted
	case s.hidden:
		l.Why = document.WhyHidden
	case s.struck:
		l.Why = document.WhyStruck
	case s.size > 0 && s.size <= tiny, r.inkless():
		l.Why = document.WhyInvisible
	}
	return l
}

// nearly is the least difference of a channel, of 255, at which an eye tells a colour from its ground.
const nearly = 12

// inkless reports whether text has the colour of its ground. That of a cell is said before the row, for all its cells.
func (r *reader) inkless() bool {
	s := &r.state
	if s.ink <= 0 || s.ink >= len(r.colors) || r.colors[s.ink] < 0 {
		return false
	}
	ink, ground := r.colors[s.ink], 0xFFFFFF
	switch {
	case s.ground > 0 && s.ground < len(r.colors) && r.colors[s.ground] >= 0:
		ground = r.colors[s.ground]
	case len(r.stories) > 0:
		return false // a box has a ground of its own
	case s.inTable || s.depth > 0:
		if def := r.story.row[max(1, r.depth())]; def != nil && def.shaded {
			return false
		}
	}
	for shift := 0; shift < 24; shift += 8 {
		if d := ink>>shift&255 - ground>>shift&255; d <= -nearly || d >= nearly {
			return false
		}
	}
	return true
}

// flush decodes the text at hand.
func (r *reader) flush() {
	if len(r.octets) == 0 {
		return
	}
	s := decode(r.octets, r.charsets[r.state.font], r.page)
	r.octets = r.octets[:0]
	r.write(s)
}

// unicode takes one UTF-16 unit, which Unicode escapes write as a signed number.
func (r *reader) unicode(n int) {
	r.flush()
	c := rune(uint16(n))
	r.skip = r.state.skip
	switch {
	case c >= 0xD800 && c < 0xDC00:
		r.high = c
		return
	case c >= 0xDC00 && c < 0xE000:
		c = utf16.DecodeRune(r.high, c)
	case c >= 0xF000 && c < 0xF100: // a symbol font
		c = -1
	}
	r.high = 0
	if c >= 0x20 {
		r.write(string(c))
	}
}
