package report

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

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

// A token is one cell of a table or one piece of a line.
type token struct {
	text  string // folded: NFKC, blanks trimmed
	value bool   // a number, or a mark that stands where a number should
	blank bool
	kind  kind
	line  int // of the whole document: rows of tables and lines of text share one count
	col   int // column of the table, or place on the line
	width int // how many cells the line has
	at    int // twice the display column of the middle of a piece of a laid out line
	row   int // row of the table, or line of the text, for the origin
	page  int
	table int // from 1; 0 for lines
	glued bool // digits that stood directly behind a label
}

var (
	// number is a cell that holds a number: digits with thousands separators, a decimal part, a sign, a unit.
	number = regexp.MustCompile(`^[+\-−]?\d{1,3}(,\d{3})+(\.\d+)?(万元|元)?$|^(增加?|减少?|[+\-−])?\d+(\.\d+)?$|^[+\-−]?\d+(\.\d+)?(件|项|宗|条|个|万元|元|起|次|份|人|人次|篇|名|亿元)$`)
	// mark is what writers put where there is no number.
	mark = regexp.MustCompile(`^(/|\\|-{1,4}|—{1,2}|–|―|─|_|无|暂无|没有|不涉及|未产生|空|空白|N/A|\*|〇|○|[oO])$`)
	// pageNumber is a footer between the halves of a table.
	pageNumber = regexp.MustCompile(`^([-—–·]\s*\d{1,3}\s*[-—–·]|第\s*\d{1,3}\s*页(\s*[/,，]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3})$`)
	ruleRow    = regexp.MustCompile(`^[|:\-\s+—─┼├┤│═]+$`)
	artefacts  = regexp.MustCompile(`\[bookmark: [^\]]*\]|<!--.*?-->`)
	markup     = regexp.MustCompile(`(?i)</?(?:td|th|tr|table|tbody|thead|p|span|br|div|b|strong|html|body|center|caption)\b[^>]*>`)
	cellMarkup = regexp.MustCompile(`(?i)</t[dh]>\s*<t[dh]\b[^>]*>`)
	// glued is a label of table 2 with its digits directly behind it, as flattened pages have it.
	glued = regexp.MustCompile(`^(.*[^\d\s.,(第]{2,})(\d{1,40})$`)
)

// maxTokens bounds the work on one document.
const maxTokens = 400_000

// fold makes full-width digits, compatibility forms and odd blanks plain.
func fold(s string) string {
	if plain(s) {
		return s
	}
	s = norm.NFKC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(visible, s)
	if strings.ContainsAny(s, "⺠⻔⻅⻓⻋⻢⻉⻚⻛⻜⻥⻦⻩⻰⺟⻄⻆⻘⻝戶⻮⻳") {
		s = radicals.Replace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// plain reports whether folding would leave a string as it is: the short numbers that most cells hold.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < '+' || c > '9' {
			return false
		}
	}
	return true
}

// visible drops what has no width: zero-width blanks, byte order marks, soft hyphens.
func visible(r rune) rune {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e', '\u200f':
		return -1
	}
	return r
}

// squeeze removes every blank.
func squeeze(s string) string {
	if !strings.ContainsAny(s, " \t\n\r\u00a0\u3000\u2002\u2003\u2009") {
		return s
	}
	return strings.Join(strings.Fields(s), "")
}

// radicals are characters of the CJK Radicals Supplement that PDF producers write for common ones; NFKC leaves them.
var radicals = strings.NewReplacer("⺠", "民", "⻔", "门", "⻅", "见", "⻓", "长", "⻋", "车", "⻢", "马", "⻉", "贝", "⻚", "页", "⻛", "风",
	"⻜", "飞", "⻥", "鱼", "⻦", "鸟", "⻩", "黄", "⻰", "龙", "⺟", "母", "⻄", "西", "⻆", "角", "⻘", "青", "⻝", "食", "戶", "户", "⻮", "齿", "⻳", "龟")

func newToken(s string) token {
	t := token{text: fold(s)}
	t.blank = t.text == ""
	t.value = t.blank || isValue(squeeze(t.text))
	return t
}

// isValue reports whether a cell without blanks holds a number or a mark.
func isValue(c string) bool {
	if len(c) > 24 || c == "" {
		return false
	}
	digits := true
	for i := range len(c) {
		if c[i] < '0' || c[i] > '9' {
			digits = false
			break
		}
	}
	return digits || number.MatchString(c) || mark.MatchString(c)
}

// A tokeniser turns a document into one stream of cells and pieces of lines in reading order.
type tokeniser struct {
	out          []token
	line, tables int
	textLine     int
}

func tokens(d *document.Document) []token {
	var t tokeniser
	t.document(d)
	return t.out
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
			for _, l := range strings.Split(b.Text, "\n") {
				t.textLine++
				t.add(lineTokens(l), b.Page)
			}
		}
	}
}

// add numbers the tokens of one line of text.
func (t *tokeniser) add(toks []token, page int) {
	t.line++
	for i := range toks {
		toks[i].line, toks[i].row, toks[i].page = t.line, t.textLine-1, page
		toks[i].width = len(toks)
	}
	t.out = append(t.out, toks...)
}

func (t *tokeniser) tableBlock(b *document.Block) {
	t.tables++
	row := -1
	base := t.line
	t.line++
	begin := len(t.out)
	flush := func() {
		for i := begin; i < len(t.out); i++ {
			t.out[i].width = len(t.out) - begin
		}
		begin = len(t.out)
	}
	for _, c := range b.Table.Cells {
		if c.Row != row {
			flush()
			row = c.Row
			t.line++
		}
		for _, k := range split(c.Text) {
			k.kind, k.line, k.row, k.col, k.page, k.table = kindTable, t.line, c.Row, c.Col, max(b.Page, b.Table.Page), t.tables
			t.out = append(t.out, k)
		}
	}
	flush()
	t.line = max(t.line, base) + 1
}

// split makes one token of a cell, or one of each number of a cell that holds several.
func split(s string) []token {
	f := newToken(s)
	if !f.value && strings.Contains(f.text, " ") {
		if fields := strings.Fields(f.text); len(fields) > 1 && allValues(fields) {
			out := make([]token, len(fields))
			for i, x := range fields {
				out[i] = newToken(x)
			}
			return out
		}
	}
	return []token{f}
}

// lineTokens cuts one line of text into cells: at tabs and pipes where it has any, else trailing numbers from what
// stands before them.
func lineTokens(l string) []token {
	if strings.ContainsAny(l, "[<") {
		l = artefacts.ReplaceAllString(l, "")
		if strings.Contains(l, "<") {
			l = cellMarkup.ReplaceAllString(l, "\t")
			l = markup.ReplaceAllString(l, " ")
		}
	}
	l = strings.TrimRight(l, "\r")
	if strings.Contains(l, "\t") {
		return fields(l, "\t", kindTabs)
	}
	if strings.ContainsAny(l, "|｜│") {
		l = strings.NewReplacer("｜", "|", "│", "|").Replace(l)
		t := strings.TrimSpace(l)
		switch {
		case t == "|":
			return []token{{kind: kindPipes, text: "|"}} // a bar on a line of its own: settled by bars
		case ruleRow.MatchString(t) && !strings.Contains(t, "||"):
			return nil
		}
		if strings.HasPrefix(t, "|") {
			t = t[1:]
		}
		t = strings.TrimSuffix(t, "|")
		return fields(t, "|", kindPipes)
	}
	f := fold(l)
	if f == "" || pageNumber.MatchString(f) {
		return nil
	}
	if len(f) > 1200 && countLabels(f) >= 6 {
		return pieces(f)
	}
	return layout(l, f)
}

func fields(l, sep string, k kind) []token {
	parts := strings.Split(l, sep)
	out := make([]token, 0, len(parts))
	for i, p := range parts {
		for _, t := range split(p) {
			t.kind, t.col = k, i
			out = append(out, t)
		}
	}
	return out
}

// layout peels the numbers off the end of a line, each with its place. A line without any is one token.
func layout(l, folded string) []token {
	last := folded[strings.LastIndexByte(folded, ' ')+1:]
	if !isValue(last) {
		if m := glued.FindStringSubmatch(folded); m != nil && labelled(m[1]) {
			return gluedTokens(m[1], m[2])
		}
		return []token{newToken(folded)}
	}
	words := strings.Fields(folded)
	n := len(words)
	for n > 0 && isValue(words[n-1]) {
		n--
	}
	if n == 0 && len(words) == 1 {
		return []token{newToken(folded)}
	}
	if n > 0 && strings.HasSuffix(words[n-1], "。") {
		return []token{newToken(folded)}
	}
	places := middles(l, len(words))
	var out []token
	if n > 0 {
		head := newToken(strings.Join(words[:n], " "))
		head.kind = kindLayout
		out = append(out, head)
	}
	for i, w := range words[n:] {
		t := newToken(w)
		t.kind, t.col = kindLayout, n+i
		if places != nil {
			t.at = places[n+i]
		}
		out = append(out, t)
	}
	return out
}

// middles are twice the display columns of the middles of a line's pieces, a Chinese character being two columns wide;
// nil when the pieces do not number n.
func middles(l string, n int) []int {
	var out []int
	col, start := 0, -1
	for _, r := range l + " " {
		wide := 1
		if r > 0x2e7f {
			wide = 2
		}
		if r == ' ' || r == 0x3000 || r == 0xa0 || r == '\f' {
			if start >= 0 {
				out = append(out, start+col)
				start = -1
			}
		} else if start < 0 {
			start = col
		}
		col += wide
	}
	if len(out) != n {
		return nil
	}
	return out
}

// labelled reports whether the words before glued digits end with a label of a row.
func labelled(words string) bool {
	c := explanation.ReplaceAllString(squeeze(words), "")
	for _, list := range [][]label{t2Rows, t3Rows} {
		for i := range list {
			at := list[i].end(c)
			if at == len(c) || at > 0 && strings.HasSuffix(string(list[i].plain), c[at:]) {
				return true
			}
		}
	}
	return false
}

// gluedTokens parts a label and its digits. Of several digits nobody can say yet how many numbers they are.
func gluedTokens(words, digits string) []token {
	n := newToken(digits)
	n.glued = true
	return []token{newToken(words), n}
}

// seam is where a flattened table goes from a label to its digits and on to the next label, whose list number follows the
// digits at once.
var seam = regexp.MustCompile(`([^\d\s.,(第]{2,})(\d+?)([1-9][.、]\D|[^\d\s.,]|$)`)

// pieces cuts a report that lost its line ends at every blank, and where digits stand directly behind a label.
func pieces(f string) []token {
	var out []token
	for _, w := range strings.Fields(f) {
		if isValue(w) {
			out = append(out, newToken(w))
			continue
		}
		for {
			m := seam.FindStringSubmatchIndex(w)
			if m == nil || !labelled(w[:m[3]]) {
				break
			}
			out = append(out, gluedTokens(w[:m[3]], w[m[4]:m[5]])...)
			w = w[m[5]:]
		}
		if w != "" {
			out = append(out, newToken(w))
		}
	}
	return out
}

func allValues(fields []string) bool {
	for _, f := range fields {
		if !isValue(f) {
			return false
		}
	}
	return true
}

func countLabels(f string) int {
	n := 0
	c := squeeze(f)
	for i := range t3Rows {
		if t3Rows[i].end(c) >= 0 {
			n++
		}
	}
	return n
}

// FromText makes a document of plain text: one paragraph a line. The shapes that converters leave tables in are
// understood later, by the parser; only cells on lines of their own are put back into rows here, since the empty lines
// between rows are lost afterwards.
func FromText(s string) *document.Document {
	d := &document.Document{MediaType: "text/plain", Engine: "text"}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(s, "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if n, row := cellLines(lines[i:]); n > 0 {
			l, i = row, i+n-1
		}
		if strings.TrimSpace(l) != "" || strings.Contains(l, "\t") {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: l})
		}
	}
	return d
}

// cellLines recognises a row of cells that stand on lines of their own, each behind one tab, rows parted by empty lines:
// how many lines the row has, and the row with its cells parted by tabs. A line without a tab inside a row goes on with
// the cell before it.
func cellLines(lines []string) (int, string) {
	lone := func(l string) bool { return strings.HasPrefix(l, "\t") && strings.Count(l, "\t") == 1 }
	if !lone(lines[0]) {
		return 0, ""
	}
	n, cells := 0, []string{}
	for ; n < len(lines); n++ {
		switch l := lines[n]; {
		case lone(l):
			cells = append(cells, l[1:])
		case strings.TrimSpace(l) == "" || strings.Contains(l, "\t"):
			if len(cells) < 2 {
				return 0, ""
			}
			return n, strings.Join(cells, "\t")
		case utf8.RuneCountInString(l) > 24:
			return 0, ""
		default:
			cells[len(cells)-1] += l
		}
	}
	if len(cells) < 2 {
		return 0, ""
	}
	return n, strings.Join(cells, "\t")
}
