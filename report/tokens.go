package report

import (
	"encoding/csv"
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
	table int     // from 1; 0 for lines
	glued bool    // digits that stood directly behind a label
	conf  float32 // of text read from a picture; 0 for text read as text
}

var (
	// number is a cell that holds a number: digits with thousands separators, a decimal part, a sign, a unit.
	number = regexp.MustCompile(`^[+\-−]?\d{1,3}(,\d{3})+(\.\d+)?(万元|元)?$|^(新?增加?|减少?|[+\-−])?\d+(\.\d+)?$|^(新?增加?|减少?)\d+[项件个]?([/、,;]?(增加?|减少?)\d+[项件个]?)?$|^[+\-−]?\d+(\.\d+)?(件|项|宗|条|个|万元|元|起|次|份|人|人次|篇|名|亿元)$`)
	// mark is what writers put where there is no number.
	mark = regexp.MustCompile(`^(/|\\|-{1,4}|—{1,2}|–|―|─|_|无|暂无|没有|不涉及|未产生|空|空白|持平|不变|无变化|N/A|\*|〇|○|[oO])$`)
	// pageNumber is a footer between the halves of a table.
	pageNumber = regexp.MustCompile(`^([-—–·]\s*\d{1,3}\s*[-—–·]|第\s*\d{1,3}\s*页(\s*[/,，]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3})$`)
	ruleRow    = regexp.MustCompile(`^[|:\-\s+—─┼├┤│═┌┬┐└┴┘╔╗╚╝║]+$`)
	artefacts  = regexp.MustCompile(`\[bookmark: [^\]]*\]|<!--.*?-->`)
	markup     = regexp.MustCompile(`(?i)</?(?:td|th|tr|table|tbody|thead|p|span|br|div|b|strong|html|body|center|caption)\b[^>]*>`)
	// glued is a label of table 2 with its digits directly behind it, as flattened pages have it.
	glued = regexp.MustCompile(`^(.*[^\d\s.,(第]{2,})(\d{1,40})$`)
)

// fold makes full-width digits, compatibility forms and odd blanks plain.
func fold(s string) string {
	if plain(s) {
		return s
	}
	if f, ok := quickFold(s); ok {
		return f
	}
	s = norm.NFKC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(visible, s)
	if strings.ContainsAny(s, "⺠⻔⻅⻓⻋⻢⻉⻚⻛⻜⻥⻦⻩⻰⺟⻄⻆⻘⻝戶⻮⻳") {
		s = radicals.Replace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// quickFold folds what nearly all texts consist of: ASCII, unified ideographs, full-width forms and the punctuation that
// NFKC leaves alone. ok is false where anything else stands.
func quickFold(s string) (folded string, ok bool) {
	out := make([]byte, 0, len(s))
	blank := false // a blank is due before the next character
	for _, r := range s {
		switch {
		case r == ' ' || r >= '\t' && r <= '\r' || r == 0x3000 || r == 0xa0:
			blank = len(out) > 0
			continue
		case r > ' ' && r < 0x7f:
		case r >= 0x4e00 && r <= 0x9fff && r != '戶':
		case r >= 0xff01 && r <= 0xff5e:
			r -= 0xfee0
		case r == '、' || r == '。' || r == '《' || r == '》' || r == '“' || r == '”' || r == '—' || r == '〔' || r == '〕' || r == '·' || r == '‘' || r == '’':
		default:
			return "", false
		}
		if blank {
			out, blank = append(out, ' '), false
		}
		if r < 0x80 {
			out = append(out, byte(r))
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out), true
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
	for i := range len(s) {
		// ASCII blanks, and the first octets of the no-break, the typographic and the ideographic blank.
		if c := s[i]; c <= ' ' || c == 0xc2 || c == 0xe2 || c == 0xe3 && strings.HasPrefix(s[i:], "\u3000") {
			return strings.Join(strings.Fields(s), "")
		}
	}
	return s
}

// radicals are characters of the CJK Radicals Supplement that PDF producers write for common ones; NFKC leaves them.
var radicals = strings.NewReplacer("⺠", "民", "⻔", "门", "⻅", "见", "⻓", "长", "⻋", "车", "⻢", "马", "⻉", "贝", "⻚", "页", "⻛", "风",
	"⻜", "飞", "⻥", "鱼", "⻦", "鸟", "⻩", "黄", "⻰", "龙", "⺟", "母", "⻄", "西", "⻆", "角", "⻘", "青", "⻝", "食", "戶", "户", "⻮", "齿", "⻳", "龟")

func newToken(s string) token {
	t := token{text: fold(s)}
	if n := len(t.text); n > 2 && (t.text[0] == '*' || t.text[0] == '$' || t.text[0] == '"') && t.text[n-1] == t.text[0] {
		t.text = strings.TrimSpace(strings.Trim(t.text, `*$"`)) // bold, a formula, quotation marks
	}
	t.blank = t.text == ""
	t.value = t.blank || isValue(squeeze(t.text))
	return t
}

// isPageNumber reports whether a line is a page's footer.
func isPageNumber(s string) bool {
	return len(s) < 40 && (s[0] >= '0' && s[0] <= '9' || strings.HasPrefix(s, "-") || strings.HasPrefix(s, "第") || strings.HasPrefix(s, "—") || strings.HasPrefix(s, "–") || strings.HasPrefix(s, "·")) &&
		pageNumber.MatchString(s)
}

// isValue reports whether a cell without blanks holds a number or a mark.
func isValue(c string) bool {
	if len(c) > 24 || c == "" {
		return false
	}
	digits := 0
	for i := range len(c) {
		if c[i] >= '0' && c[i] <= '9' {
			digits++
		}
	}
	switch {
	case digits == len(c):
		return true
	case digits > 0:
		return number.MatchString(c)
	}
	return len(c) <= 12 && mark.MatchString(c)
}

// A tokeniser turns a document into one stream of cells and pieces of lines in reading order.
type tokeniser struct {
	out          []token
	line, tables int
	textLine     int
}

func tokens(d *document.Document) []token {
	t := tokeniser{out: make([]token, 0, 1024)}
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
			for l := range strings.SplitSeq(b.Text, "\n") {
				if len(t.out) > maxTokens {
					return
				}
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
		if len(t.out) > maxTokens {
			break
		}
		if c.Row != row {
			flush()
			row = c.Row
			t.line++
		}
		for _, k := range split(c.Text) {
			k.kind, k.line, k.row, k.col, k.page, k.table = kindTable, t.line, c.Row, c.Col, max(b.Page, b.Table.Page), t.tables
			k.conf = float32(c.Confidence)
			t.out = append(t.out, k)
		}
	}
	flush()
	t.line = max(t.line, base) + 1
}

// split makes one token of a cell, or one of each number of a cell that holds several.
func split(s string) []token {
	f := newToken(cut(s, maxBlock))
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
			l = markup.ReplaceAllString(l, " ")
		}
	}
	l = strings.TrimRight(l, "\r")
	if strings.Contains(l, "\t") {
		return fields(l, "\t", kindTabs)
	}
	if strings.ContainsAny(l, "|｜│║") {
		l = barForms.Replace(l)
		t := strings.TrimSpace(l)
		switch {
		case t == "|":
			return []token{{kind: kindPipes, value: true, blank: true}} // an empty cell on a line of its own
		case ruleRow.MatchString(t) && strings.ContainsAny(t, "-—─"):
			return nil
		}
		if strings.HasPrefix(t, "|") && !strings.HasPrefix(l, " |") { // one blank before the first bar is an empty cell
			t = t[1:]
		}
		t = strings.TrimSuffix(t, "|")
		return fields(t, "|", kindPipes)
	}
	f := fold(l)
	if f == "" || isPageNumber(f) {
		return nil
	}
	if len(f) > 240 && flattened(f) {
		return pieces(f)
	}
	if t := commas(l); t != nil {
		return t
	}
	return layout(l, f)
}

var barForms = strings.NewReplacer("｜", "|", "│", "|", "║", "|")

// commas cuts a line of comma-separated values: a label, and behind it values only.
func commas(l string) []token {
	if n := strings.Count(l, ","); n < 1 || n > 60 || len(l) > 600 {
		return nil
	}
	if last := strings.TrimSpace(l[strings.LastIndexByte(l, ',')+1:]); last != "" && !isValue(squeeze(fold(strings.Trim(last, `"`)))) {
		return nil
	}
	r := csv.NewReader(strings.NewReader(l))
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	parts, err := r.Read()
	if err != nil {
		return nil
	}
	if first := strings.TrimSpace(parts[0]); first != "" && first[len(first)-1] <= '9' && first[len(first)-1] >= '0' && len(parts) < 7 {
		return nil // a comma inside a number
	}
	out := make([]token, 0, len(parts))
	values, words, blanks := 0, 0, 0
	for i, p := range parts {
		t := newToken(p)
		t.kind, t.col = kindTabs, i
		switch {
		case t.blank:
			blanks++
		case t.value:
			values++
		case values > 0:
			return nil // words behind values: running text
		default:
			words++
		}
		out = append(out, t)
	}
	if values == 0 && blanks < 2 || words > 3 || words == 0 && values+blanks < 5 {
		return nil
	}
	return out
}

func fields(l, sep string, k kind) []token {
	out := make([]token, 0, min(strings.Count(l, sep)+1, maxCells))
	for i, more := 0, true; more && len(out) < maxCells; i++ {
		var p string
		p, l, more = strings.Cut(l, sep)
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
		if c := folded[len(folded)-1]; c >= '0' && c <= '9' {
			if m := glued.FindStringSubmatch(folded); m != nil && labelled(m[1]) {
				return gluedTokens(m[1], m[2])
			}
		}
		if words := strings.Fields(folded); len(words) > 3 && inner(words) {
			return pieces(folded)
		}
		if strings.Contains(l, "   ") && !strings.ContainsAny(folded, "。") {
			return spread(l)
		}
		return []token{newToken(folded)}
	}
	words := strings.Fields(folded)
	n := len(words)
	for n > 0 && isValue(words[n-1]) {
		n--
	}
	if inner(words[:n]) {
		return pieces(folded)
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

// inner reports whether words hold a row's numbers in their midst: several rows stand on one line.
func inner(words []string) bool {
	in := 0
	for i, w := range words {
		if !isValue(w) {
			in = 0
		} else if in++; in >= 3 || in == 1 && i > 0 && labelled(words[i-1]) {
			return true
		}
	}
	return false
}

// spread cuts a line of heads at its wide gaps, so that each head keeps its place.
func spread(l string) []token {
	var out []token
	for _, p := range wideGap.Split(strings.TrimSpace(l), -1) {
		t := newToken(p)
		t.kind, t.col = kindLayout, len(out)
		if !t.blank {
			out = append(out, t)
		}
	}
	places := middles(l, len(out))
	for i := range out {
		if places != nil {
			out[i].at = places[i]
		}
	}
	return out
}

var wideGap = regexp.MustCompile(`[ \x{3000}\x{a0}]{2,}`)

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
	c := unexplained(squeeze(words))
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
			if m == nil || !labelled(w[:m[3]]) || strings.ContainsAny(w[m[6]:m[7]], "无/-—") {
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

// flattened reports whether a line holds most of a table: labels of many of its rows.
func flattened(f string) bool {
	c := squeeze(f)
	if strings.Contains(c, "信息内容") && strings.Contains(c, "规章") && strings.Contains(c, "事业性收费") {
		return true
	}
	if strings.Contains(c, "主动公开政府信息数") && strings.Contains(c, "当面申请数") {
		return true
	}
	if !strings.Contains(c, "国家秘密") && !strings.Contains(c, "不掌握") && !strings.Contains(c, "重复申请") {
		return false
	}
	n := 0
	for i := range t3Rows {
		if t3Rows[i].end(c) >= 0 {
			n++
		}
	}
	return n >= 6
}
