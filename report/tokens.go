package report

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nianbao/document"
)

// A token is one cell of a table or one piece of a line.
type token struct {
	text  string // folded: NFKC, blanks trimmed
	value bool   // a number, or a mark that stands where a number should
	blank bool
	block int // which table or line run it comes from
	row   int // row of the table, or line number
	col   int
	grid  bool // from a table whose columns are known
	page  int
	table int // from 1; 0 for lines
}

var (
	// number is a cell that holds a number: digits with thousands separators, a decimal part, a sign, a unit.
	number = regexp.MustCompile(`^[+\-−]?\d{1,3}(,\d{3})+(\.\d+)?$|^(增|减|[+\-−])?\d+(\.\d+)?$|^[+\-−]?\d+(\.\d+)?(件|项|宗|条|个|万元|元|起|次)$`)
	// mark is what writers put where there is no number.
	mark = regexp.MustCompile(`^(/|\\|-{1,3}|—{1,2}|–|_|无|N/A|\*)$`)
	// pageNumber is a footer between the halves of a table.
	pageNumber = regexp.MustCompile(`^([-—–]\s*\d{1,3}\s*[-—–]|第\s*\d{1,3}\s*页(\s*共\s*\d{1,3}\s*页)?)$`)
	// trailing finds numbers at the end of a line that holds a label before them.
	trailing  = regexp.MustCompile(`^(.*?\S)((?:\s+(?:[+\-−]?\d[\d,]*(?:\.\d+)?|/|—|无))+)$`)
	ruleRow   = regexp.MustCompile(`^[|:\-\s+]+$`)
	artefacts = regexp.MustCompile(`\[bookmark: [^\]]*\]|<!--.*?-->`)
)

// maxTokens bounds the work on one document.
const maxTokens = 400_000

// fold makes full-width digits, compatibility forms and odd blanks plain.
func fold(s string) string {
	s = norm.NFKC.String(strings.ToValidUTF8(s, ""))
	s = radicals.Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// squeeze removes every blank.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// radicals are characters of the CJK Radicals Supplement that PDF producers write for common ones; NFKC leaves them.
var radicals = strings.NewReplacer("⺠", "民", "⻔", "门", "⻅", "见", "⻓", "长", "⻋", "车", "⻢", "马", "⻉", "贝", "⻚", "页", "⻛", "风",
	"⻜", "飞", "⻥", "鱼", "⻦", "鸟", "⻩", "黄", "⻰", "龙", "⺟", "母", "⻄", "西", "⻆", "角", "⻘", "青", "⻝", "食", "戶", "户", "⻮", "齿", "⻳", "龟")

func newToken(s string) token {
	t := token{text: fold(s)}
	t.blank = t.text == ""
	c := squeeze(t.text)
	t.value = t.blank || number.MatchString(c) || mark.MatchString(c)
	return t
}

// tokens turns a document into one stream of cells and pieces of lines in reading order.
func tokens(d *document.Document) []token {
	var out []token
	line, tables := 0, 0
	for bi, b := range d.Blocks {
		if len(out) > maxTokens {
			break
		}
		switch b.Kind {
		case document.TableKind:
			if b.Table == nil || b.Table.Rows*b.Table.Cols > maxTokens {
				continue
			}
			tables++
			for _, c := range b.Table.Cells {
				t := newToken(c.Text)
				t.block, t.row, t.col, t.grid, t.page, t.table = bi, c.Row, c.Col, true, max(b.Page, b.Table.Page), tables
				out = append(out, t)
			}
		case document.Image:
		default:
			for _, l := range strings.Split(b.Text, "\n") {
				line++
				for i, t := range lineTokens(l) {
					t.block, t.row, t.col, t.page = bi, line, i, b.Page
					out = append(out, t)
				}
			}
		}
	}
	for _, p := range d.Parts {
		out = append(out, tokens(p)...)
	}
	return out
}

// lineTokens cuts one line of text into cells: at tabs and pipes where it has any, else trailing numbers from what
// stands before them.
func lineTokens(l string) []token {
	l = artefacts.ReplaceAllString(l, "")
	if strings.ContainsAny(l, "\t") {
		return cells(strings.Split(strings.TrimRight(l, "\r"), "\t"))
	}
	if strings.Contains(l, "|") {
		t := strings.TrimSpace(l)
		if ruleRow.MatchString(t) {
			return nil
		}
		t = strings.TrimSuffix(strings.TrimPrefix(t, "|"), "|")
		return cells(strings.Split(t, "|"))
	}
	f := fold(l)
	if f == "" || pageNumber.MatchString(f) {
		return nil
	}
	if utf8.RuneCountInString(f) > 400 && countLabels(f) >= 6 {
		return pieces(f)
	}
	if fields := strings.Fields(f); len(fields) > 1 && allValues(fields) {
		return cells(fields)
	}
	if m := trailing.FindStringSubmatch(f); m != nil && !strings.HasSuffix(m[1], "。") {
		return append([]token{newToken(m[1])}, cells(strings.Fields(m[2]))...)
	}
	return []token{newToken(f)}
}

func cells(parts []string) []token {
	out := make([]token, 0, len(parts))
	for _, p := range parts {
		f := fold(p)
		if fields := strings.Fields(f); len(fields) > 1 && allValues(fields) {
			for _, x := range fields {
				out = append(out, newToken(x))
			}
			continue
		}
		out = append(out, newToken(f))
	}
	return out
}

// pieces cuts a report that lost its line ends at every blank.
func pieces(f string) []token {
	var out []token
	for _, w := range strings.Fields(f) {
		out = append(out, newToken(w))
	}
	return out
}

func allValues(fields []string) bool {
	for _, f := range fields {
		if !number.MatchString(f) && !mark.MatchString(f) {
			return false
		}
	}
	return true
}

func countLabels(f string) int {
	n := 0
	c := squeeze(f)
	for _, l := range t3Rows {
		if l.match.MatchString(c) {
			n++
		}
	}
	return n
}

// FromText makes a document of plain text: one paragraph a line. The shapes that converters leave tables in are
// understood later, by the parser.
func FromText(s string) *document.Document {
	d := &document.Document{MediaType: "text/plain", Engine: "text"}
	for _, l := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if strings.TrimSpace(l) != "" || strings.Contains(l, "\t") {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: l})
		}
	}
	return d
}
