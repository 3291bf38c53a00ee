// Package document is the one form every published file takes once it has been read: headings, paragraphs, tables as
// grids, links and metadata, in reading order.
//
// Texts are what a reader of the page sees. What the source holds and does not show is kept apart (Unseen). Digits that
// are raised beside other text, as note marks are, are written as the superscript characters ¹²³ (U+00B9, U+2070 …), so
// that "13¹" is never read as 131; symbols such as ① stay as they are.
//
// Readers in the extract rooms produce it from bytes; the report parser, the classifier and link discovery consume it.
// It holds no bytes of the source, knows no format, and depends on nothing but the standard library, so that the
// parser can be used alone.
package document

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Document is what one file or page says.
type Document struct {
	// MediaType is what the bytes were found to be, e.g. "text/html" or "application/pdf", whatever the sender claimed.
	MediaType string `json:"media_type"`
	// Name is the file or member name when there is one.
	Name string `json:"name,omitempty"`
	// Title is the document's own title: page metadata before <title>, core properties, or empty.
	Title string `json:"title,omitempty"`
	// Meta holds metadata by lower-cased name: HTML meta names (articletitle, pubdate, contentsource, sitename,
	// columnname …), rows of a 公开目录 table (索引号, 发布机构, 发布日期 …), core properties of office files.
	Meta map[string]string `json:"meta,omitzero"`
	// Breadcrumb holds the texts of the page's position line (当前位置), outermost first.
	Breadcrumb []string `json:"breadcrumb,omitzero"`
	Blocks     []Block  `json:"blocks"`
	Links      []Link   `json:"links,omitzero"`
	// Pages counts pages of paged formats; 0 where there are none.
	Pages int `json:"pages,omitempty"`
	// Engine names the reader, e.g. "html", "pdf/ledongthuc", "pdf/pdfcpu", "docx".
	Engine string `json:"engine,omitempty"`
	// Flags say what a user should know before trusting the text; see the Flag constants.
	Flags []string `json:"flags,omitzero"`
	// Parts are the members of a container (ZIP, RAR, 7z, mail archive), each a document of its own.
	Parts []*Document `json:"parts,omitzero"`
}

// Flags a reader may set.
const (
	FlagNeedsOCR   = "needs_ocr"   // pages are pictures and hold no text
	FlagOCR        = "ocr"         // text was read from pictures
	FlagTruncated  = "truncated"   // a bound cut the reading short
	FlagRepaired   = "repaired"    // the file was damaged and rebuilt
	FlagLowQuality = "low_quality" // the text did not pass the quality gate
	FlagTableImage = "table_image" // tables appear to be published as pictures
)

// HasFlag reports whether the reader set f.
func (d *Document) HasFlag(f string) bool {
	for _, g := range d.Flags {
		if g == f {
			return true
		}
	}
	return false
}

// AddFlag sets f once.
func (d *Document) AddFlag(f string) {
	if !d.HasFlag(f) {
		d.Flags = append(d.Flags, f)
	}
}

// Kind is the kind of a block.
type Kind string

// The kinds of block.
const (
	Heading   Kind = "heading"
	Paragraph Kind = "paragraph"
	TableKind Kind = "table"
	Image     Kind = "image"
)

// A Block is one heading, paragraph, table or picture, in reading order.
type Block struct {
	Kind Kind `json:"kind"`
	// Text is the block's text; empty for tables; the address or part name for images.
	Text string `json:"text,omitempty"`
	// Level is the heading's level, 1 outermost; 0 for anything else.
	Level int `json:"level,omitempty"`
	// Page is the page it starts on, from 1; 0 where the format has none.
	Page  int    `json:"page,omitempty"`
	Table *Table `json:"table,omitempty"`
	// Hidden says why the page does not show the block at first, e.g. "display_none"; empty for what is shown. Such a
	// block stands in a container that a script may reveal, a tab for one, so it is kept and read.
	Hidden string `json:"hidden,omitempty"`
	// Unseen is what the source holds at this place and no reader of the page sees; Text leaves it out.
	Unseen []Unseen `json:"unseen,omitzero"`
	// Box is where the block stands on its page; nil where the format has no pages.
	Box *Box `json:"box,omitempty"`
}

// Unseen is text that a source holds and does not show: struck out, hidden, deleted by a tracked change, white on white.
type Unseen struct {
	Text string `json:"text"`
	// Why is one of the Why constants.
	Why string `json:"why"`
}

// Why a text is not seen.
const (
	WhyStruck    = "struck"    // struck out
	WhyHidden    = "hidden"    // by attribute, style, row, column or sheet
	WhyDeleted   = "deleted"   // by a tracked change
	WhyLayer     = "layer"     // on a layer that is off
	WhyInvisible = "invisible" // no ink, the colour of its ground, or fully transparent
	WhyOutside   = "outside"   // outside the page or the clipping path
	WhyWatermark = "watermark" // laid slanted across the page
)

// A Box is a rectangle on a page, in points from the page's upper left corner as it is shown.
type Box struct {
	Page int     `json:"page"` // from 1
	X0   float64 `json:"x0"`
	Y0   float64 `json:"y0"`
	X1   float64 `json:"x1"`
	Y1   float64 `json:"y1"`
}

// A Table is a grid with merged cells.
type Table struct {
	Rows int `json:"rows"`
	Cols int `json:"cols"`
	// Cells are the origin cells, top to bottom and left to right; their spans cover the grid without overlap, but where the
	// spans of a page overlap in a browser, too: there the later cell lies on top.
	Cells []Cell `json:"cells"`
	// Method says how the grid was found: "markup", "lattice", "anchored", "stream", "ocr".
	Method string `json:"method,omitempty"`
	// Page is the page the table starts on, from 1; 0 where the format has none.
	Page int `json:"page,omitempty"`
}

// A Cell is one cell at the place of its top left corner.
type Cell struct {
	Row     int    `json:"row"`
	Col     int    `json:"col"`
	RowSpan int    `json:"rowspan,omitempty"` // 0 and 1 both mean one row
	ColSpan int    `json:"colspan,omitempty"`
	Text    string `json:"text"`
	// Confidence is 0 for text that was read as text, else the OCR confidence in (0,1].
	Confidence float64 `json:"confidence,omitempty"`
	// Unseen is what the source holds in this cell and does not show; Text leaves it out.
	Unseen []Unseen `json:"unseen,omitzero"`
	// Box is where the cell stands on its page; nil where the format has no pages.
	Box *Box `json:"box,omitempty"`
}

// Grid returns the table as Rows×Cols strings. With fill, a merged cell's text stands in every place it covers;
// without, only in its top left place.
func (t *Table) Grid(fill bool) [][]string {
	g := make([][]string, t.Rows)
	for i := range g {
		g[i] = make([]string, t.Cols)
	}
	for _, c := range t.Cells {
		rs, cs := max(1, c.RowSpan), max(1, c.ColSpan)
		if !fill {
			rs, cs = 1, 1
		}
		for r := c.Row; r < c.Row+rs && r < t.Rows; r++ {
			for k := c.Col; k < c.Col+cs && k < t.Cols; k++ {
				if r >= 0 && k >= 0 {
					g[r][k] = c.Text
				}
			}
		}
	}
	return g
}

// LinkKind is where in the markup a link was found.
type LinkKind string

// The kinds of link.
const (
	LinkAnchor  LinkKind = "a"
	LinkFrame   LinkKind = "frame"
	LinkImage   LinkKind = "img"
	LinkScript  LinkKind = "script"  // <script src>
	LinkRefresh LinkKind = "refresh" // meta refresh or location assignment
	LinkOnclick LinkKind = "onclick"
	LinkInline  LinkKind = "inline" // written by a page script: document.write and the like
)

// A Link is a reference to another address, as written: it is not resolved.
type Link struct {
	URL  string   `json:"url"`
	Kind LinkKind `json:"kind"`
	// Text is what the reader sees; Title the title attribute, which often holds what Text cuts off.
	Text  string `json:"text,omitempty"`
	Title string `json:"title,omitempty"`
	// Near is the text of the smallest row, list item or table row around the link: a date often stands there.
	Near string `json:"near,omitempty"`
	// InBody reports whether the link stands in the main content.
	InBody bool `json:"in_body,omitempty"`
	// Place is where the link stands in the template of its page: the tag path down to it, with ids and classes, digits
	// left out, e.g. "div.main>ul.list>li>a". Links that a template repeats share it. Empty where a format has no tags.
	Place string `json:"place,omitempty"`
}

// Errors every reader wraps, so that callers can tell the cases apart with errors.Is.
var (
	ErrUnsupported = errors.New("format not supported")
	ErrEncrypted   = errors.New("a password is needed")
	ErrNeedsOCR    = errors.New("holds pictures of text only: needs OCR")
	ErrMalformed   = errors.New("damaged beyond reading")
	ErrTooLarge    = errors.New("larger than the limit")
	ErrBomb        = errors.New("inflates beyond the limit")
	ErrDeadline    = errors.New("took longer than the limit")
)

// Text renders the document as plain text: one line a paragraph, one line a table row with cells parted by tabs,
// an empty line around tables. A merged cell's text stands once, in its top left place, and a cell's own lines are
// joined, so that every row keeps its columns.
func (d *Document) Text() string {
	var b strings.Builder
	d.writeText(&b)
	return b.String()
}

func (d *Document) writeText(b *strings.Builder) {
	for _, bl := range d.Blocks {
		switch bl.Kind {
		case TableKind:
			if bl.Table == nil {
				continue
			}
			b.WriteByte('\n')
			for _, row := range bl.Table.Grid(false) {
				for i, c := range row {
					if i > 0 {
						b.WriteByte('\t')
					}
					b.WriteString(oneLine(c))
				}
				b.WriteByte('\n')
			}
			b.WriteByte('\n')
		case Image:
		default:
			if bl.Text == "" && len(bl.Unseen) > 0 {
				continue
			}
			b.WriteString(bl.Text)
			b.WriteByte('\n')
		}
	}
	for _, p := range d.Parts {
		b.WriteByte('\n')
		p.writeText(b)
	}
}

// oneLine joins the lines of a cell. Chinese is written without spaces, so that a break between two of its characters,
// where a narrow cell was wrapped, leaves nothing behind; any other white space becomes one space.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\r") {
		return strings.Join(strings.Fields(s), " ")
	}
	var b strings.Builder
	for l := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if l = strings.Join(strings.Fields(l), " "); l == "" {
			continue
		}
		if b.Len() > 0 {
			before, _ := utf8.DecodeLastRuneInString(b.String())
			after, _ := utf8.DecodeRuneInString(l)
			if !chinese(before) || !chinese(after) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(l)
	}
	return b.String()
}

func chinese(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}

// Raised writes the digits of s, and the brackets around them, as superscript characters; other characters stay. Readers
// use it for raised text that stands beside text on the line; what is raised alone is ordinary text.
func Raised(s string) string {
	return strings.Map(func(r rune) rune {
		if up, ok := raised[r]; ok {
			return up
		}
		return r
	}, s)
}

var raised = map[rune]rune{'0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹',
	'(': '⁽', ')': '⁾', '[': '⁽', ']': '⁾', '（': '⁽', '）': '⁾'}
