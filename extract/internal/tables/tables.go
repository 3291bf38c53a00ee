// Package tables turns glyphs and rules at places on a page into headings, paragraphs and tables.
//
// It serves every format that says where ink lies and nothing more: PDF, OFD, pages read by OCR. In go pages with their
// glyphs and their ruling lines; out come the blocks of a document in reading order. A table is first looked for in the
// rules: lines are clustered and joined, what touches is one table, the positions of its lines make an elementary grid,
// and neighbours with too little rule between them are one cell, so that spans come out exactly (Method "lattice").
// What has no rules, or too few, is read by the alignment of its numbers instead (Method "stream"). A table that goes on
// over a page's end becomes one table again; page numbers and running heads between its halves are dropped.
//
// The package is pure. Work grows with the number of glyphs and rules times a logarithm; past the bounds of Options
// rules and cells are left out rather than waited for.
package tables

import (
	"context"
	"fmt"
	"slices"

	"nianbao/document"
)

// A Glyph is one mark of text. Its box is in points from the page's upper left corner, y down: X0 to X1 the advance,
// Y0 to Y1 about one font size around the baseline.
type Glyph struct {
	Text           string // usually one character; a ligature holds several
	X0, Y0, X1, Y1 float64
	// Run numbers the drawing operation: glyphs of one string share it. 0 means unknown.
	Run int
	// Confidence is that of OCR, in (0,1]; 0 for text that was read as text.
	Confidence float64
	// Vertical glyphs are written from top to bottom, in columns from right to left.
	Vertical bool
}

// A Hidden glyph is one that nobody sees. Why is one of the Why constants of package document.
type Hidden struct {
	Glyph
	Why string
}

func (g *Glyph) cx() float64   { return (g.X0 + g.X1) / 2 }
func (g *Glyph) cy() float64   { return (g.Y0 + g.Y1) / 2 }
func (g *Glyph) size() float64 { return g.Y1 - g.Y0 }

// A Rule is an axis-parallel stroke or a thin filled box. Boxes that are thick both ways are ignored: give their four
// sides instead.
type Rule struct{ X0, Y0, X1, Y1 float64 }

// A Page is what one page shows. Number counts from 1.
type Page struct {
	Number        int
	Width, Height float64
	Glyphs        []Glyph
	// Unseen are the glyphs that the source holds and the page does not show. They are kept beside the text in whose cell
	// or at whose height they stand.
	Unseen []Hidden
	Rules  []Rule
	// Fills are the edges of coloured areas that have no stroke of their own: weaker evidence of a grid, used only
	// where rules find none.
	Fills []Rule
	// Images are the boxes of pictures, in the order in which they are drawn. Those that cover a good part of the page
	// become blocks, named after the page and their number on it: "page-3-image-1".
	Images []Rule
}

// Options bound the work and name the method. Zero values mean the defaults.
type Options struct {
	MaxCells  int // of all tables together, 200,000
	MaxGlyphs int // of one page, 200,000
	MaxRules  int // of one page, 50,000
}

func (o Options) defaults() Options {
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxGlyphs <= 0 {
		o.MaxGlyphs = 200_000
	}
	if o.MaxRules <= 0 {
		o.MaxRules = 50_000
	}
	return o
}

// Blocks reads the pages. The error is the context's, wrapped.
func Blocks(ctx context.Context, pages []Page, opt Options) ([]document.Block, error) {
	opt = opt.defaults()
	cells := opt.MaxCells
	items := make([][]item, len(pages))
	var known gutters
	used := make([]gutters, len(pages))
	for i := range pages {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("tables: page %d: %w", pages[i].Number, err)
		}
		before := len(known)
		items[i] = layOut(&pages[i], opt, &cells, &known)
		used[i] = known[before:]
	}
	for i := range pages { // a later page may have told more of a table's columns
		if known.outdone(used[i]) {
			items[i] = layOut(&pages[i], opt, &cells, &known)
		}
	}
	return assemble(pages, items), nil
}

// An item is something that stands on a page at a height: a line of text, a table, or the name of a picture.
type item struct {
	key     []float64 // its place in the reading order
	y0, y1  float64
	line    *line
	table   *table
	picture string
	box     Rule             // of a picture
	unseen  *document.Unseen // what the page does not show at this height
}

// layOut finds the tables and the remaining lines of one page, from top to bottom.
func layOut(p *Page, opt Options, cells *int, known *gutters) []item {
	glyphs := distinct(p.Glyphs[:min(len(p.Glyphs), opt.MaxGlyphs)])
	forgetStrings(glyphs)
	glyphs, dead, rules := struck(p, glyphs)
	raise(glyphs)
	tables, rest := ruled(p, glyphs, rules, opt, cells)
	rest = overflow(p, tables, rest)
	var out []item
	if len(p.Unseen)+len(dead) > 0 {
		out = hide(append(dead, p.Unseen...), tables)
	}
	flat, upright := byWriting(rest)
	list := sections(flatLines(flat), frame{0, p.Width}, nil, 0)
	place := func(t *table) { t.head, t.foot = t.y0/max(1, p.Height), t.y1/max(1, p.Height) }
	for _, t := range tables {
		place(t)
		out = append(out, item{y0: t.y0, y1: t.y1, table: t, key: keyOf(list, t.x0, t.x1, t.y0)})
	}
	for i := range list {
		s := &list[i]
		ls, aligned := alignedTables(s.frame, p.Number, s.lines, tables, cells, known)
		for _, t := range aligned {
			place(t)
			out = append(out, item{y0: t.y0, y1: t.y1, table: t, key: s.at(t.y0)})
		}
		for _, l := range ls {
			if s.inCol {
				l.frame = &s.frame
			}
			out = append(out, item{y0: l.y0, y1: l.y1, line: l, key: s.at(l.y0)})
		}
	}
	if len(upright) > 0 {
		for _, l := range columns(upright) {
			out = append(out, item{y0: l.y0, y1: l.y1, line: l, key: []float64{l.y0}})
		}
	}
	for i, b := range p.Images[:min(len(p.Images), 1000)] {
		if area := (b.X1 - b.X0) * (b.Y1 - b.Y0); area > pictureShare*p.Width*p.Height {
			out = append(out, item{y0: b.Y0, y1: b.Y1, picture: fmt.Sprintf("page-%d-image-%d", p.Number, i+1), box: b})
		}
	}
	for i := range out {
		if out[i].key == nil {
			out[i].key = []float64{out[i].y0}
		}
	}
	slices.SortStableFunc(out, func(a, b item) int { return slices.Compare(a.key, b.key) })
	return out
}

// at is the key of something at a height in a stretch.
func (s *stretch) at(y float64) []float64 { return append(s.key[:len(s.key):len(s.key)], y) }

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
