package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// counters are the units that writers print behind counts and amounts.
const counters = `人次|件次|项次|万元|亿元|件|项|宗|条|个|元|起|次|份|人|篇|名|例|封|部|批`

var (
	// number is a cell that holds a number: digits with thousands separators, a decimal part, a sign, a unit.
	number = regexp.MustCompile(`^[+\-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?:` + counters + `)?$|^(?:新?增加?|减少?|[+\-−])?\d+(?:\.\d+)?$|^(?:新?增加?|减少?)\d+[项件个]?(?:[/、,;]?(?:增加?|减少?)\d+[项件个]?)?$|^[+\-−]?\d+(?:\.\d+)?(?:` + counters + `)$`)
	// noteMark is what stands beside a number and refers to a note: raised digits, circled ones, stars, short brackets.
	noteMark = `(?:[¹²³⁰⁴-⁹⁺-⁾₀-₉₊-₎①-⓿❶-➓⑴-⒛㈠-㈩㊀-㊉*★☆※▲△●◆◇■□#†‡§^]|[\[〔【](?:注|备注|说明)?\d{0,2}[\]〕】]|\((?:见|详见)?(?:注|备注|注释|说明)\d{0,2}\)|\(\*{1,3}\))`
	noteHead = regexp.MustCompile(`^(?:` + noteMark + `\s*)+`)
	noteTail = regexp.MustCompile(`(?:\s*` + noteMark + `)+$|\s*注\d{0,2}$`)
	// unitInBrackets stands behind a number: 1204(件).
	unitInBrackets = regexp.MustCompile(`\s*\((` + counters + `)\)$`)
	// leadWord stands before a number and changes nothing: 共1204件. 约 and the like do change it.
	leadWord = regexp.MustCompile(`^(?:共计?|计|为)\s*`)
	// gap is a blank inside a number, or between two.
	gap = regexp.MustCompile(`[\d.,]\s+[\d.,]`)
)

// isNumber reports whether a cell without blanks is a number.
func isNumber(s string) bool {
	if s == "" {
		return false
	}
	if c := s[0]; (c < '0' || c > '9') && c != '+' && c != '-' && !strings.HasPrefix(s, "−") && !strings.HasPrefix(s, "新") && !strings.HasPrefix(s, "增") && !strings.HasPrefix(s, "减") {
		return false // no number begins so
	}
	return number.MatchString(s)
}

// strokes are what writers repeat where there is no number, and how often at least and at most.
var strokes = [...]struct {
	r           rune
	least, most int
}{{'/', 1, 3}, {'\\', 1, 1}, {'-', 1, 6}, {'—', 1, 4}, {'–', 1, 4}, {'―', 1, 2}, {'─', 1, 4}, {'_', 1, 4}, {'*', 1, 3}, {'×', 1, 1}, {'…', 1, 2}, {'.', 2, 6}, {'〇', 1, 1}, {'○', 1, 1}, {'o', 1, 1}, {'O', 1, 1}}

// marksNone reports whether a cell holds what writers put where there is no number: a word for none, or strokes.
func marksNone(c string) bool {
	switch c {
	case "无", "暂无", "没有", "不涉及", "不适用", "未产生", "未发生", "未统计", "无此项", "空", "空白", "持平", "不变", "无变化":
		return true
	}
	first, _ := utf8.DecodeRuneInString(c)
	if first == 'N' || first == 'n' {
		return strings.EqualFold(c, "NA") || strings.EqualFold(c, "N/A")
	}
	for _, s := range strokes {
		if s.r != first {
			continue
		}
		n := 0
		for _, r := range c {
			if r != first {
				return false
			}
			n++
		}
		return n >= s.least && n <= s.most
	}
	return false
}

// newToken is a token of running text or of a line laid out by blanks.
func newToken(s string) token {
	t := token{text: fold(s)}
	if n := len(t.text); n > 2 && (t.text[0] == '*' || t.text[0] == '$' || t.text[0] == '"') && t.text[n-1] == t.text[0] {
		t.text = strings.TrimSpace(strings.Trim(t.text, `*$"`)) // bold, a formula, quotation marks
	}
	t.blank = t.text == ""
	t.value = t.blank || isValue(squeeze(t.text)) && !gapped(t.text)
	return t
}

// newCell is a token of a cell, whose borders are known: what stands in it beside a number belongs to that number.
func newCell(s string) token {
	t := newToken(s)
	if t.blank || plain(t.text) && !strings.ContainsAny(t.text, "-/") {
		return t
	}
	if fields := strings.Fields(t.text); len(fields) > 1 && allValues(fields) && (!t.value || strings.ContainsAny(strings.TrimSpace(s), "\n\r")) {
		t.value, t.several = true, true
	} else if !t.value && isCell(t.text) {
		t.value = true
	}
	return t
}

// gapped reports whether blanks stand between digits, once note marks are off: nobody can say whether that is one number.
func gapped(s string) bool {
	return strings.IndexByte(s, ' ') >= 0 && gap.MatchString(undecorated(s))
}

// undecorated is a cell without the note marks at its ends.
func undecorated(s string) string {
	if !noted(s) {
		return s
	}
	t := strings.TrimSpace(noteHead.ReplaceAllString(noteTail.ReplaceAllString(s, ""), ""))
	if t == "" {
		return s
	}
	return t
}

// noted is a cheap look at the ends of a text before note marks are searched for.
func noted(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	plainEnd := last >= '0' && last <= '9' || isHan(last) && last != '注'
	plainStart := first >= '0' && first <= '9' || first == '+' || first == '-' || isHan(first)
	return !plainStart || !plainEnd || strings.Contains(s, "注")
}

// isCell reports whether a cell holds a number among what may stand beside one.
func isCell(s string) bool {
	if len(s) > 60 || !strings.ContainsAny(s, "0123456789") || manyHan(s) || gapped(s) {
		return false
	}
	return isNumber(squeeze(loose(s)))
}

// manyHan reports whether a text has more Chinese characters than may stand beside a number.
func manyHan(s string) bool {
	n := 0
	for _, r := range s {
		if isHan(r) {
			n++
		}
	}
	return n > 6 || n > 2 && s[0] >= '0' && s[0] <= '9' && len(s) > 1 && (s[1] == '.' || s[1] == ')') // a list number and its label
}

// loose takes off what stands beside a number in a cell: notes, a unit's brackets, words that only lead to it, and the stop
// of a sentence.
func loose(s string) string {
	s = undecorated(s)
	s = strings.TrimRight(s, "。；;，, ")
	s = leadWord.ReplaceAllString(s, "")
	return undecorated(unitInBrackets.ReplaceAllString(undecorated(s), "$1"))
}

// isValue reports whether a cell without blanks holds a number, with note marks or without, or a mark.
func isValue(c string) bool {
	if len(c) > 40 || c == "" {
		return false
	}
	digits, others := 0, false
	for i := range len(c) {
		if c[i] >= '0' && c[i] <= '9' {
			digits++
		} else if c[i] != '.' && c[i] != ',' {
			others = true
		}
	}
	switch {
	case digits == len(c):
		return true
	case digits > 0 && c[0] < 0x80 && len(c) > 4 && (c[1] == '.' || c[0] == '(') && (c[2] < '0' || c[2] > '9'):
		return false // a list number and its label
	case digits > 0 && len(c) <= 24 && isNumber(c):
		return true
	case digits > 0:
		return others && isNumber(undecorated(c))
	}
	return c == "零" || len(c) <= 18 && marksNone(c)
}

// isMark reports whether a cell holds nothing, or what writers put where there is no number.
func isMark(text string) bool {
	c := squeeze(text)
	return c == "" || len(c) <= 18 && marksNone(c)
}

var plainSigns = strings.NewReplacer(",", "", "−", "-", "新增加", "", "新增", "", "增加", "", "增", "", "减少", "-", "减", "-")

// most is more than any body counts: what has more digits is no count.
const most = 1e12

// numeral reads a cell: its number if it holds one, its unit if it prints one.
func numeral(t token) (v float64, unit string, ok bool) {
	if n := 0; t.text != "" && len(t.text) < 12 && !t.several {
		for i := range len(t.text) {
			c := t.text[i]
			if c < '0' || c > '9' {
				n = -1
				break
			}
			n = 10*n + int(c-'0')
		}
		if n >= 0 {
			return float64(n), "", true
		}
	}
	if t.blank || t.several || len(t.text) > 60 || gapped(t.text) {
		return 0, "", false
	}
	s := squeeze(t.text)
	if !isNumber(s) {
		if v, ok := hanNumber(s); ok {
			return v, "", true
		}
		if s = squeeze(loose(t.text)); !isNumber(s) {
			return 0, "", false
		}
	}
	s = plainSigns.Replace(s)
	end := len(s)
	for end > 0 && (s[end-1] < '0' || s[end-1] > '9') {
		end--
	}
	s, unit = s[:end], s[end:]
	v, err := strconv.ParseFloat(strings.TrimPrefix(s, "+"), 64)
	return v, unit, err == nil && v < most
}

// hanDigits and hanPowers are the Chinese numerals.
const hanDigits = "零一二三四五六七八九"

// hanNumber reads a Chinese numeral: digit by digit (二〇) or by powers of ten (一百二十三); 两 counts as two.
func hanNumber(s string) (float64, bool) {
	if s == "" || len(s) > 36 {
		return 0, false
	}
	total, part, digit, places, powers := 0, 0, -1, 0, false
	for _, r := range s {
		if r == '〇' {
			r = '零'
		} else if r == '两' {
			r = '二'
		}
		if i := strings.IndexRune(hanDigits, r); i >= 0 {
			if n := i / 3; digit > 0 && powers {
				return 0, false
			} else if digit >= 0 && !powers {
				digit = 10*digit + n
			} else {
				digit = n
			}
			places++
			continue
		}
		n := map[rune]int{'十': 10, '百': 100, '千': 1000, '万': 10_000}[r]
		if n == 0 || places > 1 && !powers {
			return 0, false
		}
		powers = true
		if digit < 0 && n == 10 {
			digit = 1
		}
		if n == 10_000 {
			total, part = (total+part+max(digit, 0))*n, 0
		} else {
			part += max(digit, 0) * n
		}
		digit, places = -1, 0
	}
	if places > 6 {
		return 0, false
	}
	return float64(total + part + max(digit, 0)), true
}

// oddest is how long a text may be, in characters, that stands in the place of a number.
const oddest = 24

// settleCells finds among the cells of one line those that stand where a number should and hold none: behind a label, or
// among numbers. Such a cell is a value, so that its row keeps its places; what it says is kept as its raw text.
func settleCells(toks []token) {
	first, values := -1, 0
	for i := range toks {
		if t := &toks[i]; t.value && !t.blank {
			if values++; first < 0 {
				first = i
			}
		}
	}
	for i := range toks {
		t := &toks[i]
		if t.value || utf8.RuneCountInString(t.text) > oddest || slices.Contains(statUnits, t.text) {
			continue
		}
		switch {
		case first >= 0 && i > first && values >= 2: // among numbers, or behind them
		case i == 0 || toks[i-1].value && !toks[i-1].odd:
			continue
		case values >= 2 || strings.ContainsAny(t.text, "0123456789") || isHanNumber(t.text) || i == len(toks)-1 && !headWord.MatchString(t.text):
			if !toks[i-1].odd && !labelled(toks[i-1].text) {
				continue // not behind a label
			}
		default:
			continue
		}
		if !labelled(t.text) && !isT4(t.text) {
			t.value, t.odd = true, true
		}
	}
}

// headWord is a word of the heads of tables, which may stand behind a label too.
var headWord = regexp.MustCompile(`数|额|内容|项目|单位|备注|情况|增/`)

func isHanNumber(s string) bool {
	_, ok := hanNumber(squeeze(s))
	return ok
}

// expanded parts the cells that hold several numbers.
func expanded(vs []token) []token {
	if !slices.ContainsFunc(vs, func(t token) bool { return t.several }) {
		return vs
	}
	var out []token
	for _, t := range vs {
		if !t.several {
			out = append(out, t)
			continue
		}
		for f := range strings.FieldsSeq(t.text) {
			p := t
			p.text, p.several = f, false
			out = append(out, p)
		}
	}
	return out
}

// regular drops cells that hold no plain number where the others are as many as the form asks for: a remark behind a row.
func regular(s []token, n int) []token {
	if len(s) <= n {
		return s
	}
	k := 0
	for i := range s {
		if !s[i].odd {
			k++
		}
	}
	if k != n {
		return s
	}
	return slices.DeleteFunc(slices.Clone(s), func(t token) bool { return t.odd })
}

// labelText is the text of a label without blanks, its list number as the form prints it, a note mark behind it left out.
func labelText(s string) string {
	s = squeeze(s)
	if strings.IndexFunc(s, isSymbol) < 0 && !strings.HasSuffix(s, "*") {
		return s
	}
	return listed(noteTail.ReplaceAllString(s, ""))
}
