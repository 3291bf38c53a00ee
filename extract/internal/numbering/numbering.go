// Package numbering counts the automatic numbers of lists in word processors' files, which hold the rule but not the
// number: "一、" before a heading is in no file's text.
//
// In go the levels of the lists and, in reading order, which list and level each paragraph belongs to; out come the
// labels a printed page shows. Levels below begin again when a level above counts.
package numbering

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Level says how one level of a list is numbered.
type Level struct {
	Start int
	// Format is a name of ECMA-376 §17.18.59: decimal, chineseCounting, upperRoman, bullet …
	Format string
	// Text is the label with %1 … %9 for the numbers of the levels.
	Text string
	// Bare says that nothing stands between the label and the text; else a tab or a blank does.
	Bare bool
	// Legal writes the numbers of all levels in decimal: "1.1" below "一、".
	Legal bool
}

// Counter holds the lists of a document and how far they have counted. Several lists may share the levels and the
// count of one definition. The zero value is not ready; see New.
type Counter struct {
	definition map[string]string         // list → definition
	levels     map[string]map[int]*Level // definition → level
	start      map[string]map[int]int    // list → starts of its own
	count      map[string]map[int]int    // definition → level → last number given
	begun      map[string]bool           // lists whose own starts have been applied
}

// New returns a counter without lists.
func New() *Counter {
	return &Counter{map[string]string{}, map[string]map[int]*Level{}, map[string]map[int]int{}, map[string]map[int]int{}, map[string]bool{}}
}

// maxText bounds a label, which is repeated in every paragraph of its list.
const maxText = 200

// Define sets a level of a definition.
func (c *Counter) Define(definition string, level int, l Level) {
	if len(l.Text) > maxText {
		l.Text = strings.ToValidUTF8(l.Text[:maxText], "")
	}
	if c.levels[definition] == nil {
		c.levels[definition] = map[int]*Level{}
	}
	c.levels[definition][level] = &l
}

// Use makes a list follow a definition.
func (c *Counter) Use(list, definition string) { c.definition[list] = definition }

// StartAt gives a list a start of its own at a level.
func (c *Counter) StartAt(list string, level, n int) {
	if c.start[list] == nil {
		c.start[list] = map[int]int{}
	}
	c.start[list][level] = n
}

// Next counts a paragraph of a list at a level and gives its label, "" when the list shows none.
func (c *Counter) Next(list string, level int) string {
	def, ok := c.definition[list]
	l := c.levels[def][level]
	if !ok || l == nil {
		return ""
	}
	if c.count[def] == nil {
		c.count[def] = map[int]int{}
	}
	n := c.count[def]
	if o := c.start[list]; o != nil && !c.begun[list] {
		for lv, s := range o {
			n[lv] = s - 1
		}
	}
	c.begun[list] = true
	if _, seen := n[level]; !seen {
		n[level] = l.Start - 1
	}
	n[level]++
	for lv := range n {
		if lv > level {
			delete(n, lv)
		}
	}
	if l.Format == "bullet" || l.Format == "none" {
		return ""
	}
	out := l.Text
	for lv := 0; lv <= level && lv < 9; lv++ {
		v, f := n[lv], "decimal"
		if x := c.levels[def][lv]; x != nil {
			if !l.Legal {
				f = x.Format
			}
			if _, seen := n[lv]; !seen {
				v = x.Start
			}
		}
		out = strings.ReplaceAll(out, "%"+strconv.Itoa(lv+1), Numeral(v, f))
	}
	if !l.Bare {
		out += Follow(out)
	}
	return out
}

// Follow is what a reader sees between a list number and the text: a blank for a tab or a space, but nothing behind
// Chinese punctuation, which has its own.
func Follow(label string) string {
	last, _ := utf8.DecodeLastRuneInString(label)
	if label == "" || last == ' ' || last >= 0x3000 && last <= 0x303f || last >= 0xff00 && last <= 0xffef || last == '）' {
		return ""
	}
	return " "
}

// Numeral writes n in a numbering format of ECMA-376 §17.18.59; a format that is not known here is decimal.
func Numeral(n int, format string) string {
	switch format {
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseDigitalTenThousand":
		return chinese(n)
	case "upperLetter", "lowerLetter":
		if n < 1 || n > 26 {
			return strconv.Itoa(n)
		}
		if format == "upperLetter" {
			return string(rune('A' + n - 1))
		}
		return string(rune('a' + n - 1))
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if n >= 1 && n <= 20 {
			return string(rune('①' + n - 1))
		}
	case "decimalEnclosedParen":
		if n >= 1 && n <= 20 {
			return string(rune('⑴' + n - 1))
		}
	case "decimalEnclosedFullstop":
		if n >= 1 && n <= 20 {
			return string(rune('⒈' + n - 1))
		}
	case "ideographEnclosedCircle":
		if n >= 1 && n <= 10 {
			return string(rune('㈠' + n - 1))
		}
	case "decimalZero":
		if n >= 0 && n < 10 {
			return "0" + strconv.Itoa(n)
		}
	case "decimalFullWidth":
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r - '0' + '０'
			}
			return r
		}, strconv.Itoa(n))
	case "upperRoman", "lowerRoman":
		s := roman(n)
		if format == "lowerRoman" {
			s = strings.ToLower(s)
		}
		return s
	}
	return strconv.Itoa(n)
}

func chinese(n int) string {
	digits := []rune("零一二三四五六七八九")
	switch {
	case n < 0 || n >= 1000:
		return strconv.Itoa(n)
	case n < 10:
		return string(digits[n])
	case n < 20:
		if n == 10 {
			return "十"
		}
		return "十" + string(digits[n%10])
	case n < 100:
		s := string(digits[n/10]) + "十"
		if n%10 > 0 {
			s += string(digits[n%10])
		}
		return s
	}
	s := string(digits[n/100]) + "百"
	switch rest := n % 100; {
	case rest == 0:
	case rest < 10:
		s += "零" + string(digits[rest])
	case rest < 20:
		s += "一" + chinese(rest)
	default:
		s += chinese(rest)
	}
	return s
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, x := range []struct {
		v int
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= x.v {
			b.WriteString(x.s)
			n -= x.v
		}
	}
	return b.String()
}
