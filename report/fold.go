package report

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold makes full-width digits, compatibility forms and odd blanks plain. Symbols that hold a digit (①, ¹, ⑴, ㈠) stay as
// they are: beside a number they are note marks, and their digit is never part of it.
func fold(s string) string {
	if plain(s) {
		return s
	}
	if f, ok := quickFold(s); ok {
		return f
	}
	s = strings.Map(visible, strings.ToValidUTF8(s, ""))
	if strings.ContainsAny(s, "\u2009\u202f\u2008") {
		s = grouped(s)
	}
	s = compatible(s)
	if strings.ContainsAny(s, "⺠⻔⻅⻓⻋⻢⻉⻚⻛⻜⻥⻦⻩⻰⺟⻄⻆⻘⻝戶⻮⻳") {
		s = radicals.Replace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// compatible is NFKC of everything but the symbols.
func compatible(s string) string {
	if strings.IndexFunc(s, isSymbol) < 0 {
		return norm.NFKC.String(s)
	}
	var b strings.Builder
	from := 0
	for i, r := range s {
		if isSymbol(r) {
			b.WriteString(norm.NFKC.String(s[from:i]))
			b.WriteRune(r)
			from = i + utf8.RuneLen(r)
		}
	}
	b.WriteString(norm.NFKC.String(s[from:]))
	return b.String()
}

// symbols are the ranges of characters whose compatibility form holds a digit or a Chinese numeral (Unicode 15: Latin-1
// Supplement, Superscripts and Subscripts, Number Forms, Enclosed Alphanumerics, Dingbats, Enclosed CJK Letters and
// Months, CJK Compatibility, Enclosed Alphanumeric Supplement).
var symbols = [...][2]rune{{0xb2, 0xb3}, {0xb9, 0xb9}, {0xbc, 0xbe}, {0x2070, 0x208e}, {0x2150, 0x215f}, {0x2189, 0x2189}, {0x2460, 0x24ff},
	{0x2776, 0x2793}, {0x3220, 0x3247}, {0x3250, 0x325f}, {0x3280, 0x32cb}, {0x3358, 0x3370}, {0x33e0, 0x33fe}, {0x1f100, 0x1f10c}}

func isSymbol(r rune) bool {
	if r < 0xb2 || r >= 0x3400 && r < 0x1f100 {
		return false
	}
	for _, s := range symbols {
		if r >= s[0] && r <= s[1] {
			return true
		}
	}
	return false
}

// thin are thousands parted by the narrow blanks that typesetters use for it; any other blank may part two numbers.
var thin = regexp.MustCompile(`(\d)[\x{2009}\x{202f}\x{2008}](\d{3})`)

// grouped joins such thousands.
func grouped(s string) string {
	for range 4 {
		t := thin.ReplaceAllString(s, "$1$2")
		if t == s {
			break
		}
		s = t
	}
	return s
}

// listed writes list numbers that are one character as the form has them, where a label follows: ⒈属于 as 1.属于, ㈠予以
// as (一)予以. A circled number is no list number of the form and stays.
func listed(s string) string {
	if strings.IndexFunc(s, isSymbol) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if isHan(next) && (r >= 0x2474 && r <= 0x249b || r >= 0x3220 && r <= 0x3229) {
			b.WriteString(norm.NFKC.String(string(r)))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isHan(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

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

// visible drops what has no width and no ink: zero-width blanks, marks of direction, byte order marks, soft hyphens,
// variation selectors, placeholders of objects, controls.
func visible(r rune) rune {
	switch {
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f, r >= 0xfff9 && r <= 0xfffc,
		r >= 0xe0000 && r <= 0xe01ef, r == 0xfeff, r == 0xad, r == 0x34f, r == 0x61c, r == 0x180e:
		return -1
	case r < ' ' && !(r >= '\t' && r <= '\r'), r >= 0x7f && r < 0xa0 && r != 0x85:
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
