package report

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
)

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
		t := newCell(p)
		t.kind, t.col = k, i
		out = append(out, t)
	}
	settleCells(out)
	return out
}

// layout peels the numbers off the end of a line, each with its place. A line without any is one token.
func layout(l, folded string) []token {
	last := folded[strings.LastIndexByte(folded, ' ')+1:]
	if at := oddRow(folded); at > 0 {
		return laidCells(l, folded, at)
	}
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

// oddRow finds a row one of whose cells holds no plain number: behind a label as many fields as the row has cells, most of
// them values, and none of them of more than a few characters. It returns how many fields the label has, 0 where the line
// is no such row.
func oddRow(folded string) int {
	if len(folded) > 400 || !strings.ContainsAny(folded, "0123456789") || strings.Contains(folded, "。") && len(folded) > 120 {
		return 0
	}
	if strings.IndexByte(folded, ' ') < 0 {
		return 0
	}
	words := strings.Fields(folded)
	// Rows of seven, three and one number, and how many of their cells must hold one.
	for _, row := range [...]struct{ cells, values int }{{7, 4}, {3, 1}, {1, 0}} {
		n := row.cells
		k := len(words) - n
		if k < 1 {
			continue
		}
		if isValue(words[k-1]) {
			continue
		}
		values, short := 0, true
		for _, w := range words[k:] {
			if !short {
				break
			}
			switch {
			case isValue(w):
				values++
			case len(w) > 3*oddest || n == 1 && !isCell(w) || slices.Contains(statUnits, w), labelled(w):
				short = false
			}
		}
		if values == n || !short || values < row.values {
			continue
		}
		label := strings.Join(words[:k], "")
		if labelled(label) && (n == 1 || !labelled(label+words[k])) && (n == 7) == rowOfT3(label) {
			return k
		}
	}
	return 0
}

// rowOfT3 reports whether a label belongs to table 3.
func rowOfT3(words string) bool {
	c := unexplained(squeeze(words))
	for i := range t3Rows {
		if t3Rows[i].end(c) > 0 {
			return true
		}
	}
	return false
}

// laidCells cuts a line into a label of some fields and a cell for each field behind it.
func laidCells(l, folded string, label int) []token {
	words := strings.Fields(folded)
	places := middles(l, len(words))
	head := newToken(strings.Join(words[:label], " "))
	head.kind = kindLayout
	out := []token{head}
	for i, w := range words[label:] {
		t := newCell(w)
		t.kind, t.col = kindLayout, label+i
		if !t.value {
			t.value, t.odd = true, true
		}
		if places != nil {
			t.at = places[label+i]
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

// shortestLabel is the length of what the shortest label is known by: two Chinese characters.
const shortestLabel = 6

// labelled reports whether the words before glued digits end with a label of a row.
func labelled(words string) bool {
	c := unexplained(squeeze(words))
	if len(c) < shortestLabel {
		return false
	}
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
			if !strings.ContainsAny(w, "0123456789") {
				break
			}
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
