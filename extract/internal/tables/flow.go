package tables

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/document"
)

var (
	// folio is a page number at the head or foot of a page.
	folio = regexp.MustCompile(`^[-—–－~·]*\s*\d{1,4}\s*[-—–－~·]*$|^第\s*\d{1,4}\s*页[\s,，/]*(共\s*\d{1,4}\s*页)?$|^\d{1,4}\s*/\s*\d{1,4}$`)
	// enumerated is the beginning of a numbered heading or item.
	enumerated = regexp.MustCompile(`^([一二三四五六七八九十]{1,3}\s*[、.．]|[（(]\s*[一二三四五六七八九十\d]{1,3}\s*[）)]|\d{1,2}\s*[.．、](\D|$)|[①-⑳])`)
	// section is the beginning of a section heading.
	section = regexp.MustCompile(`^[一二三四五六七八九十]{1,3}\s*、`)
	// closed ends a sentence.
	closed = regexp.MustCompile(`[。！？；：:;!?]["”’）)]*$`)
)

// assemble puts the pages in a row: furniture dropped, tables and paragraphs that go on over a page's end joined.
func assemble(pages []Page, items [][]item) []document.Block {
	dropFurniture(pages, items)
	f := &flow{body: bodySize(items)}
	for i, list := range items {
		f.page = &pages[i]
		f.margins = map[*frame][2]float64{}
		f.list = list
		if f.pending != nil {
			f.reveal()
		}
		for _, it := range list {
			switch {
			case it.table != nil:
				f.addTable(it.table)
			case it.line != nil:
				f.addLine(it.line)
			case it.unseen != nil:
				f.hide(*it.unseen)
			default:
				f.endParagraph()
				box := boxOn(pages[i].Number, it.box.X0, it.box.Y0, it.box.X1, it.box.Y1)
				f.blocks = append(f.blocks, document.Block{Kind: document.Image, Text: it.picture, Page: pages[i].Number, Box: &box})
			}
		}
	}
	return f.finish()
}

// bodySize is the font size in which most text is set.
func bodySize(items [][]item) float64 {
	count := map[int]int{}
	best, n := 0, 0
	for _, list := range items {
		for _, it := range list {
			if it.line == nil {
				continue
			}
			k := int(it.line.size*2 + 0.5)
			count[k] += len(it.line.glyphs)
			if count[k] > n || count[k] == n && k < best {
				best, n = k, count[k]
			}
		}
	}
	return float64(best) / 2
}

// margins are where the text of a page begins and ends from left to right.
func margins(list []item, p *Page, in *frame) (left, right float64) {
	var x0, x1 []float64
	for _, it := range list {
		if it.line != nil && !it.line.vertical && it.line.frame == in {
			x0, x1 = append(x0, it.line.x0), append(x1, it.line.x1)
		}
	}
	if len(x0) == 0 {
		return 0, p.Width
	}
	slices.Sort(x0)
	slices.Sort(x1)
	return x0[len(x0)/10], x1[len(x1)-1-len(x1)/10]
}

// dropFurniture removes page numbers, and heads and feet that repeat from page to page.
func dropFurniture(pages []Page, items [][]item) {
	edge := func(p *Page, l *line) bool { return l.y1 < furnitureHead*p.Height || l.y0 > furnitureFoot*p.Height }
	count := map[string]int{}
	for i := range items {
		seen := map[string]bool{}
		for _, it := range items[i] {
			if it.line != nil && edge(&pages[i], it.line) {
				if s := furnitureKey(it.line.text()); !seen[s] {
					seen[s] = true
					count[s]++
				}
			}
		}
	}
	for i := range items {
		list := items[i]
		items[i] = slices.DeleteFunc(list, func(it item) bool {
			if it.line == nil || !edge(&pages[i], it.line) || it.line.vertical {
				return false
			}
			s := it.line.text()
			lone := loneLine(list, it.line)
			return lone && folio.MatchString(s) || len(pages) > 2 && 2*count[furnitureKey(s)] > len(pages)
		})
	}
}

// loneLine reports whether nothing stands beside a line.
func loneLine(list []item, l *line) bool {
	for _, it := range list {
		if it.line != l && it.y0 < l.y1-besideShare*l.size && it.y1 > l.y0+besideShare*l.size {
			return false
		}
	}
	return true
}

var digits = regexp.MustCompile(`\d+`)

func furnitureKey(s string) string { return digits.ReplaceAllString(s, "#") }

// A flow collects blocks.
type flow struct {
	blocks      []document.Block
	page        *Page
	body        float64
	left, right float64 // of the column, or of the page
	margins     map[*frame][2]float64
	list        []item // of the page
	para        *paragraph
	last        *table // the table the last block is, while nothing stands behind it
	tables      []*table
	pending     []document.Unseen // hidden above the first block of a page
	pendingPage int
}

// A paragraph grows line by line.
type paragraph struct {
	text     strings.Builder
	page     int
	size     float64
	last     *line
	full     bool // its last line reaches the right margin
	centred  bool
	lines    int
	first    float64 // where its first line begins
	lastPage int
	tail     rune
	box      document.Box
	unseen   []document.Unseen
}

func (f *flow) addLine(l *line) {
	s := strings.TrimSpace(l.text())
	if s == "" {
		return
	}
	f.within(l.frame)
	if f.para != nil && !f.continues(l, s) {
		f.endParagraph()
	}
	if f.para == nil {
		f.para = &paragraph{page: f.page.Number, size: l.size, first: l.x0, centred: f.centred(l)}
	}
	p := f.para
	switch b := boxOn(f.page.Number, l.x0, l.y0, l.x1, l.y1); {
	case p.lines == 0:
		p.box = b
	case p.box.Page == b.Page:
		p.box.X0, p.box.Y0, p.box.X1, p.box.Y1 = min(p.box.X0, b.X0), min(p.box.Y0, b.Y0), max(p.box.X1, b.X1), max(p.box.Y1, b.Y1)
	}
	n, _ := utf8.DecodeRuneInString(s)
	if p.lines > 0 && !wide(p.tail) && !wide(n) {
		p.text.WriteByte(' ')
	}
	p.text.WriteString(s)
	p.tail, _ = utf8.DecodeLastRuneInString(s)
	p.lines++
	p.last, p.lastPage = l, f.page.Number
	p.full = l.x1 > f.right-lineFull*l.size
	if l.vertical {
		p.full = true
	}
	f.last = nil
}

// continues reports whether a line goes on with the open paragraph.
func (f *flow) continues(l *line, s string) bool {
	p := f.para
	if next := l.frame != p.last.frame; next && (l.frame == nil || p.last.frame == nil) {
		return false
	}
	if l.size > (1+sizeAlike)*p.size || l.size < (1-sizeAlike)*p.size || p.last.vertical != l.vertical {
		return false
	}
	same := p.lastPage == f.page.Number && l.frame == p.last.frame
	if !same && p.lastPage != f.page.Number-1 && p.lastPage != f.page.Number {
		return false
	}
	if l.vertical {
		return same && l.y0 < f.page.Height/4
	}
	if same && l.y0-p.last.y1 > paragraphGap*l.size {
		return false
	}
	if same && l.y0-p.last.y0 < besideStep*l.size { // beside it, not below
		return false
	}
	if p.centred && f.centred(l) && l.size >= (1+sizeAlike)*f.body {
		return same // a title of several lines
	}
	if !p.full || section.MatchString(s) {
		return false
	}
	indent := l.x0 - f.left
	if indent > indentLeast*l.size {
		// A new paragraph, unless all of this one is set in as far.
		return p.lines > 1 && l.x0 < p.last.x0+indentLoose*l.size
	}
	return true
}

// centred reports whether a short line stands in the middle of the page.
func (f *flow) centred(l *line) bool {
	mid, centre := (l.x0+l.x1)/2, f.page.Width/2
	if l.frame != nil {
		centre = (f.left + f.right) / 2
	}
	near := mid > centre-centreNear*l.size && mid < centre+centreNear*l.size
	return near && (l.size > titleSize*f.body || l.x0 > f.left+centreNear*l.size && l.x1 < f.right-centreNear*l.size)
}

func (f *flow) endParagraph() {
	p := f.para
	f.para = nil
	if p == nil {
		return
	}
	b := document.Block{Kind: document.Paragraph, Text: p.text.String(), Page: p.page, Unseen: p.unseen, Box: &p.box}
	n := utf8.RuneCountInString(b.Text)
	switch {
	case n > 80 || closed.MatchString(b.Text):
	case p.size >= headingSize*f.body && p.centred && f.body > 0:
		b.Kind, b.Level = document.Heading, 1
	case section.MatchString(b.Text) && n <= 40:
		b.Kind, b.Level = document.Heading, 2
	}
	f.blocks = append(f.blocks, b)
	f.reveal()
}

// within sets the margins to those of a column, or of the page outside all columns.
func (f *flow) within(in *frame) {
	m, ok := f.margins[in]
	if !ok {
		m[0], m[1] = margins(f.list, f.page, in)
		f.margins[in] = m
	}
	f.left, f.right = m[0], m[1]
}

// hide keeps what the page does not show with the paragraph or the block before it, or as a block without text.
func (f *flow) hide(u document.Unseen) {
	n := len(f.blocks)
	switch {
	case f.para != nil:
		f.para.unseen = append(f.para.unseen, u)
	case n > 0 && f.blocks[n-1].Page == f.page.Number && f.pending == nil:
		f.blocks[n-1].Unseen = append(f.blocks[n-1].Unseen, u)
	default:
		f.pending = append(f.pending, u)
		f.pendingPage = f.page.Number
	}
}

// reveal gives what was hidden above the first block of a page to that block; a page that shows nothing gets a block
// without text.
func (f *flow) reveal() {
	if len(f.pending) == 0 {
		return
	}
	if n := len(f.blocks); n > 0 && f.blocks[n-1].Page == f.pendingPage {
		f.blocks[n-1].Unseen = append(f.pending, f.blocks[n-1].Unseen...)
	} else {
		f.blocks = append(f.blocks, document.Block{Kind: document.Paragraph, Page: f.pendingPage, Unseen: f.pending})
	}
	f.pending = nil
}

func (f *flow) addTable(t *table) {
	f.endParagraph()
	if f.last != nil && f.last.joinBelow(t) {
		return
	}
	box := boxOn(t.page, t.x0, t.y0, t.x1, t.y1)
	f.blocks = append(f.blocks, document.Block{Kind: document.TableKind, Page: t.page, Box: &box})
	f.last = t
	t.block = len(f.blocks)
	f.reveal()
	f.tables = append(f.tables, t)
}

func (f *flow) finish() []document.Block {
	f.endParagraph()
	f.reveal()
	for _, t := range f.tables {
		f.blocks[t.block-1].Table = t.document()
	}
	return f.blocks
}
