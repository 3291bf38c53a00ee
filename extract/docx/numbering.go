package docx

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"
)

// numbering counts automatic list numbers as a printed page shows them.
type numbering struct {
	abstract map[string]string         // numId → abstractNumId
	levels   map[string]map[int]*level // abstractNumId → level
	start    map[string]map[int]int    // numId → overridden start
	count    map[string]map[int]int    // abstractNumId → level → last number given
	begun    map[string]bool           // numIds whose overrides have been applied
}

type level struct {
	start  int
	format string
	text   string
}

func (c *container) numbering(dir string) *numbering {
	n := &numbering{map[string]string{}, map[string]map[int]*level{}, map[string]map[int]int{}, map[string]map[int]int{}, map[string]bool{}}
	b, err := c.member(path.Join(dir, "numbering.xml"))
	if err != nil {
		return n
	}
	type attr struct {
		Val string `xml:"val,attr"`
	}
	var x struct {
		Abstract []struct {
			ID  string `xml:"abstractNumId,attr"`
			Lvl []struct {
				Ilvl   int  `xml:"ilvl,attr"`
				Start  attr `xml:"start"`
				Format attr `xml:"numFmt"`
				Text   attr `xml:"lvlText"`
			} `xml:"lvl"`
		} `xml:"abstractNum"`
		Num []struct {
			ID       string `xml:"numId,attr"`
			Abstract attr   `xml:"abstractNumId"`
			Override []struct {
				Ilvl  int   `xml:"ilvl,attr"`
				Start *attr `xml:"startOverride"`
			} `xml:"lvlOverride"`
		} `xml:"num"`
	}
	if xml.Unmarshal(b, &x) != nil {
		return n
	}
	for _, a := range x.Abstract {
		n.levels[a.ID] = map[int]*level{}
		for _, l := range a.Lvl {
			start := 1
			if v, err := strconv.Atoi(l.Start.Val); err == nil {
				start = v
			}
			n.levels[a.ID][l.Ilvl] = &level{start, l.Format.Val, l.Text.Val}
		}
	}
	for _, m := range x.Num {
		n.abstract[m.ID] = m.Abstract.Val
		for _, o := range m.Override {
			if o.Start != nil {
				if n.start[m.ID] == nil {
					n.start[m.ID] = map[int]int{}
				}
				n.start[m.ID][o.Ilvl], _ = strconv.Atoi(o.Start.Val)
			}
		}
	}
	return n
}

// next gives the label of the next paragraph of a list at a level, "" when the list shows none.
func (n *numbering) next(id string, ilvl int) string {
	abs, ok := n.abstract[id]
	l := n.levels[abs][ilvl]
	if !ok || l == nil {
		return ""
	}
	if n.count[abs] == nil {
		n.count[abs] = map[int]int{}
	}
	c := n.count[abs]
	if o := n.start[id]; o != nil && !n.begun[id] {
		for lv, s := range o {
			c[lv] = s - 1
		}
	}
	n.begun[id] = true
	if _, seen := c[ilvl]; !seen {
		c[ilvl] = l.start - 1
	}
	c[ilvl]++
	for lv := range c { // deeper levels begin again
		if lv > ilvl {
			delete(c, lv)
		}
	}
	if l.format == "bullet" || l.format == "none" {
		return ""
	}
	out := l.text
	for lv := 0; lv <= ilvl && lv < 9; lv++ {
		v, f := c[lv], "decimal"
		if x := n.levels[abs][lv]; x != nil {
			f = x.format
			if _, seen := c[lv]; !seen {
				v = x.start
			}
		}
		out = strings.ReplaceAll(out, "%"+strconv.Itoa(lv+1), numeral(v, f))
	}
	return out
}

// numeral writes n in a numbering format of ECMA-376 §17.18.59.
func numeral(n int, format string) string {
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
