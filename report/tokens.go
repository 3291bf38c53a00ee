package report

import (
	"regexp"
	"strings"

	"nianbao/document"
)

// A kind says what a token was cut from, which decides how far its place can be trusted.
type kind uint8

const (
	kindStream kind = iota // a line of its own: no columns
	kindTable              // a cell of a table whose grid is known
	kindTabs               // a field of a line cut at tabs
	kindPipes              // a field of a line cut at pipes
	kindLayout             // a piece of a line laid out by blanks
)

// A token is one cell of a table or one piece of a line. There may be several hundred thousand: its fields are kept small.
type token struct {
	text  string // folded: NFKC, blanks trimmed
	box   *document.Box
	line  int // of the whole document: rows of tables and lines of text share one count
	col   int // column of the table, or place on the line
	width int // how many cells the line has
	at    int // twice the display column of the middle of a piece of a laid out line
	row   int // row of the table, or line of the text, for the origin
	page  int32
	table int32   // from 1; 0 for lines
	conf  float32 // of text read from a picture; 0 for text read as text
	span  uint16  // columns the cell covers, 0 and 1 both one
	kind  kind
	value bool // a number, or a mark that stands where a number should
	blank bool
	glued bool // digits that stood directly behind a label
	// several says that the cell holds several numbers; odd that it stands where a number should and holds none.
	several, odd bool
	hidden       bool // of a block that the page does not show at first
}

var (
	// pageNumber is a footer between the halves of a table.
	pageNumber = regexp.MustCompile(`^([-—–·]\s*\d{1,3}\s*[-—–·]|第\s*\d{1,3}\s*页(\s*[/,，]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3})$`)
	ruleRow    = regexp.MustCompile(`^[|:\-\s+—─┼├┤│═┌┬┐└┴┘╔╗╚╝║]+$`)
	artefacts  = regexp.MustCompile(`\[bookmark: [^\]]*\]|<!--.*?-->`)
	markup     = regexp.MustCompile(`(?i)</?(?:td|th|tr|table|tbody|thead|p|span|br|div|b|strong|html|body|center|caption)\b[^>]*>`)
	// glued is a label of table 2 with its digits directly behind it, as flattened pages have it.
	glued = regexp.MustCompile(`^(.*[^\d\s.,(第]{2,})(\d{1,40})$`)
)

// isPageNumber reports whether a line is a page's footer.
func isPageNumber(s string) bool {
	return len(s) < 40 && (s[0] >= '0' && s[0] <= '9' || strings.HasPrefix(s, "-") || strings.HasPrefix(s, "第") || strings.HasPrefix(s, "—") || strings.HasPrefix(s, "–") || strings.HasPrefix(s, "·")) &&
		pageNumber.MatchString(s)
}

// A tokeniser turns a document into one stream of cells and pieces of lines in reading order.
type tokeniser struct {
	out          []token
	line, tables int
	textLine     int
	methods      []string // of the tables
}

// tokens are the cells and pieces of a document, and by which methods its tables were found.
func tokens(d *document.Document) ([]token, []string) {
	t := tokeniser{out: make([]token, 0, 1024)}
	t.document(d)
	return t.out, t.methods
}

func (t *tokeniser) document(d *document.Document) {
	for i := 0; i < len(d.Blocks) && len(t.out) <= maxTokens; i++ {
		b := &d.Blocks[i]
		switch b.Kind {
		case document.TableKind:
			if b.Table != nil && b.Table.Rows >= 0 && b.Table.Cols >= 0 && len(b.Table.Cells) <= maxTokens {
				t.tableBlock(b)
			}
		case document.Image:
		default:
			for l := range strings.SplitSeq(b.Text, "\n") {
				if len(t.out) > maxTokens {
					return
				}
				t.textLine++
				t.add(lineTokens(l), b)
			}
		}
	}
}

// add numbers the tokens of one line of text.
func (t *tokeniser) add(toks []token, b *document.Block) {
	t.line++
	for i := range toks {
		toks[i].line, toks[i].row, toks[i].page, toks[i].hidden, toks[i].box = t.line, t.textLine-1, int32(b.Page), b.Hidden != "", b.Box
		toks[i].width = len(toks)
	}
	t.out = append(t.out, toks...)
}

func (t *tokeniser) tableBlock(b *document.Block) {
	t.tables++
	t.methods = append(t.methods, b.Table.Method)
	row := -1
	base := t.line
	t.line++
	begin := len(t.out)
	flush := func() {
		settleCells(t.out[begin:])
		for i := begin; i < len(t.out); i++ {
			t.out[i].width = len(t.out) - begin
		}
		begin = len(t.out)
	}
	for i := range b.Table.Cells {
		c := &b.Table.Cells[i]
		if len(t.out) > maxTokens {
			break
		}
		if c.Row != row {
			flush()
			row = c.Row
			t.line++
		}
		k := newCell(cut(c.Text, maxBlock))
		k.kind, k.line, k.row, k.col, k.page, k.table, k.span = kindTable, t.line, c.Row, c.Col, int32(max(b.Page, b.Table.Page)), int32(t.tables), uint16(min(max(c.ColSpan, 0), 1<<15))
		k.conf, k.hidden, k.box = float32(c.Confidence), b.Hidden != "", c.Box
		t.out = append(t.out, k)
	}
	flush()
	t.line = max(t.line, base) + 1
}
