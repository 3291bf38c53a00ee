package tables_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nianbao/document"
	"nianbao/extract/internal/tables"
)

// A sheet is a page being drawn.
type sheet struct {
	tables.Page
	run int
}

func newSheet(number int) *sheet {
	return &sheet{Page: tables.Page{Number: number, Width: 600, Height: 800}}
}

// write sets a string from x on, with its middle at height y, at size 10: ASCII half as wide as Chinese.
func (s *sheet) write(x, y float64, text string) float64 { return s.writeSize(x, y, 10, text) }

func (s *sheet) writeSize(x, y, size float64, text string) float64 {
	s.run++
	for _, c := range text {
		w := size
		if c < utf8.RuneSelf {
			w = size / 2
		}
		s.Glyphs = append(s.Glyphs, tables.Glyph{Text: string(c), X0: x, X1: x + w, Y0: y - size/2, Y1: y + size/2, Run: s.run})
		x += w
	}
	return x
}

func (s *sheet) h(y, x0, x1 float64) {
	s.Rules = append(s.Rules, tables.Rule{X0: x0, Y0: y, X1: x1, Y1: y})
}
func (s *sheet) v(x, y0, y1 float64) {
	s.Rules = append(s.Rules, tables.Rule{X0: x, Y0: y0, X1: x, Y1: y1})
}

func blocks(t *testing.T, sheets ...*sheet) []document.Block {
	t.Helper()
	var pages []tables.Page
	for _, s := range sheets {
		pages = append(pages, s.Page)
	}
	b, err := tables.Blocks(context.Background(), pages, tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tablesOf(b []document.Block) []*document.Table {
	var out []*document.Table
	for _, x := range b {
		if x.Table != nil {
			out = append(out, x.Table)
		}
	}
	return out
}

// merged draws a table of three columns whose first row spans two of them and whose first column spans two rows:
//
//	a     | b
//	c | d | e
//	  | f | g
func merged() *sheet {
	s := newSheet(1)
	for _, y := range []float64{100, 120, 160} {
		s.h(y, 50, 350)
	}
	s.h(140, 150, 350)
	s.v(50, 100, 160)
	s.v(150, 120, 160)
	s.v(250, 100, 160)
	s.v(350, 100, 160)
	for _, w := range []struct {
		x, y float64
		s    string
	}{{140, 110, "甲"}, {300, 110, "乙"}, {90, 140, "丙"}, {200, 130, "1"}, {300, 130, "22"}, {200, 150, "333"}, {300, 150, "0"}} {
		s.write(w.x, w.y, w.s)
	}
	return s
}

var mergedWant = &document.Table{Rows: 3, Cols: 3, Method: "lattice", Page: 1, Cells: []document.Cell{
	{Row: 0, Col: 0, RowSpan: 1, ColSpan: 2, Text: "甲"}, {Row: 0, Col: 2, RowSpan: 1, ColSpan: 1, Text: "乙"},
	{Row: 1, Col: 0, RowSpan: 2, ColSpan: 1, Text: "丙"}, {Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "1"}, {Row: 1, Col: 2, RowSpan: 1, ColSpan: 1, Text: "22"},
	{Row: 2, Col: 1, RowSpan: 1, ColSpan: 1, Text: "333"}, {Row: 2, Col: 2, RowSpan: 1, ColSpan: 1, Text: "0"},
}}

func TestSpansComeOutExactly(t *testing.T) {
	tests := []struct {
		name   string
		change func(*sheet)
	}{
		{"as it is", func(*sheet) {}},
		{"lines in pieces", func(s *sheet) {
			rules := s.Rules
			s.Rules = nil
			for _, r := range rules {
				for k := range 5 {
					f, g := float64(k)/5, (float64(k)+0.97)/5
					s.Rules = append(s.Rules, tables.Rule{X0: r.X0 + f*(r.X1-r.X0), X1: r.X0 + g*(r.X1-r.X0), Y0: r.Y0 + f*(r.Y1-r.Y0), Y1: r.Y0 + g*(r.Y1-r.Y0)})
				}
			}
		}},
		{"dots", func(s *sheet) {
			rules := s.Rules
			s.Rules = nil
			for _, r := range rules {
				n := int(r.X1-r.X0+r.Y1-r.Y0) / 2
				for k := range n {
					x, y := r.X0+float64(k)*(r.X1-r.X0)/float64(n), r.Y0+float64(k)*(r.Y1-r.Y0)/float64(n)
					s.Rules = append(s.Rules, tables.Rule{X0: x, Y0: y, X1: x + 1, Y1: y + 1})
				}
			}
		}},
		{"double lines", func(s *sheet) {
			for _, r := range s.Rules {
				d := 2.5
				if r.X0 == r.X1 {
					s.Rules = append(s.Rules, tables.Rule{X0: r.X0 + d, X1: r.X1 + d, Y0: r.Y0, Y1: r.Y1})
				} else {
					s.Rules = append(s.Rules, tables.Rule{X0: r.X0, X1: r.X1, Y0: r.Y0 + d, Y1: r.Y1 + d})
				}
			}
		}},
		{"thick boxes", func(s *sheet) {
			for i := range s.Rules {
				r := &s.Rules[i]
				r.X0, r.X1, r.Y0, r.Y1 = r.X0-1, r.X1+1, r.Y0-1, r.Y1+1
			}
		}},
		{"no line below", func(s *sheet) { s.Rules[2] = tables.Rule{} }},
		{"no lines at the sides", func(s *sheet) {
			s.Rules[4], s.Rules[7] = tables.Rule{}, tables.Rule{}
		}},
		{"every glyph twice", func(s *sheet) {
			for _, g := range s.Glyphs {
				g.X0, g.X1 = g.X0+0.3, g.X1+0.3
				s.Glyphs = append(s.Glyphs, g)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := merged()
			tt.change(s)
			got := tablesOf(blocks(t, s))
			if len(got) != 1 {
				t.Fatalf("%d tables", len(got))
			}
			if d := cmp.Diff(mergedWant, got[0], cmpopts.IgnoreFields(document.Cell{}, "Box")); d != "" {
				t.Errorf("want (-) got (+):\n%s", d)
			}
		})
	}
}

// plain draws rows of a table of a word and two numbers.
func plain(s *sheet, top float64, bottomRule bool, rows ...[3]string) {
	end := top + 20*float64(len(rows))
	for i := range len(rows) {
		s.h(top+20*float64(i), 50, 350)
	}
	if bottomRule {
		s.h(end, 50, 350)
	}
	for _, x := range []float64{50, 200, 275, 350} {
		s.v(x, top, end)
	}
	for i, r := range rows {
		y := top + 20*float64(i) + 10
		s.write(60, y, r[0])
		s.write(230, y, r[1])
		s.write(300, y, r[2])
	}
}

func gridText(t *document.Table) string {
	var b strings.Builder
	for _, row := range t.Grid(false) {
		b.WriteString(strings.Join(row, "|") + "\n")
	}
	return b.String()
}

func TestTablesGoOnOverPages(t *testing.T) {
	tests := []struct {
		name string
		draw func(a, b *sheet)
		want []string
	}{
		{"page number between", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"甲项", "1", "2"})
			a.write(290, 780, "- 1 -")
			b.write(290, 780, "- 2 -")
			plain(b, 50, true, [3]string{"乙项", "3", "4"})
		}, []string{"名称|数量|金额\n甲项|1|2\n乙项|3|4\n"}},
		{"repeated head", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"甲项", "1", "2"})
			plain(b, 50, true, [3]string{"名称", "数量", "金额"}, [3]string{"乙项", "3", "4"})
		}, []string{"名称|数量|金额\n甲项|1|2\n乙项|3|4\n"}},
		{"a row in two", func(a, b *sheet) {
			plain(a, 600, false, [3]string{"名称", "数量", "金额"}, [3]string{"很长的", "", ""})
			plain(b, 50, true, [3]string{"名字", "5", "6"}, [3]string{"乙项", "3", "4"})
		}, []string{"名称|数量|金额\n很长的名字|5|6\n乙项|3|4\n"}},
		{"numbers above, their label below", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"", "5", "6"})
			plain(b, 50, true, [3]string{"1.甲项", "", ""}, [3]string{"2.乙项", "3", "4"})
		}, []string{"名称|数量|金额\n1.甲项|5|6\n2.乙项|3|4\n"}},
		{"the number of an item above, its words below", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"7.", "5", "6"})
			plain(b, 50, true, [3]string{"甲项", "", ""}, [3]string{"8.乙项", "3", "4"})
		}, []string{"名称|数量|金额\n7.甲项|5|6\n8.乙项|3|4\n"}},
		{"the last digit of a number below", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"甲项", "5", ""})
			a.write(280, 630, "1234567890.5") // as many as the cell holds
			plain(b, 50, true, [3]string{"", "", "1"}, [3]string{"乙项", "3", "4"})
		}, []string{"名称|数量|金额\n甲项|5|1234567890.51\n乙项|3|4\n"}},
		{"a number that had room is whole", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"甲项", "5", "317"})
			plain(b, 50, true, [3]string{"", "", "26"}, [3]string{"乙项", "3", "4"})
		}, []string{"名称|数量|金额\n甲项|5|317\n||26\n乙项|3|4\n"}},
		{"rows without a label stay rows", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"甲项", "5", "2"})
			plain(b, 50, true, [3]string{"", "7", "1"}, [3]string{"乙项", "3", "4"})
		}, []string{"名称|数量|金额\n甲项|5|2\n|7|1\n乙项|3|4\n"}},
		{"equal rows of numbers are no head", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"甲项", "0", "0"}, [3]string{"乙项", "0", "0"})
			plain(b, 50, true, [3]string{"甲项", "0", "0"}, [3]string{"丙项", "0", "0"})
		}, []string{"甲项|0|0\n乙项|0|0\n甲项|0|0\n丙项|0|0\n"}},
		{"tables of words, the first in the middle of its page", func(a, b *sheet) {
			plain(a, 200, true, [3]string{"名称", "地址", "时间"}, [3]string{"甲项", "东", "上午"})
			plain(b, 50, true, [3]string{"姓名", "职务", "分工"}, [3]string{"乙某", "主任", "全面"})
		}, []string{"名称|地址|时间\n甲项|东|上午\n", "姓名|职务|分工\n乙某|主任|全面\n"}},
		{"a table of words over the page's end", func(a, b *sheet) {
			plain(a, 660, true, [3]string{"名称", "地址", "时间"}, [3]string{"甲项", "东", "上午"})
			plain(b, 50, true, [3]string{"乙项", "西", "下午"})
		}, []string{"名称|地址|时间\n甲项|东|上午\n乙项|西|下午\n"}},
		{"text between", func(a, b *sheet) {
			plain(a, 600, true, [3]string{"名称", "数量", "金额"}, [3]string{"甲项", "1", "2"})
			b.write(60, 30, "另一张表的说明。")
			plain(b, 50, true, [3]string{"乙项", "3", "4"})
		}, []string{"名称|数量|金额\n甲项|1|2\n", "乙项|3|4\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := newSheet(1), newSheet(2)
			tt.draw(a, b)
			var got []string
			for _, x := range tablesOf(blocks(t, a, b)) {
				got = append(got, gridText(x))
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("want (-) got (+):\n%s", d)
			}
		})
	}
}

// A number that is wider than its cell stays whole, and two numbers that touch stay two.
func TestNumbersStayWhole(t *testing.T) {
	s := newSheet(1)
	plain(s, 100, true, [3]string{"甲", "", ""}, [3]string{"乙", "", "7"})
	s.write(202, 110, "12345678901234567") // reaches into the next column
	got := tablesOf(blocks(t, s))
	if len(got) != 1 {
		t.Fatalf("%d tables", len(got))
	}
	if d := cmp.Diff("甲|12345678901234567|\n乙||7\n", gridText(got[0])); d != "" {
		t.Error(d)
	}

	s = newSheet(1)
	plain(s, 100, true, [3]string{"甲", "", ""}, [3]string{"乙", "", "7"})
	s.write(245, 110, "123456")
	s.write(276, 110, "98")
	if d := cmp.Diff("甲|123456|98\n乙||7\n", gridText(tablesOf(blocks(t, s))[0])); d != "" {
		t.Error(d)
	}
}

// Where nothing is ruled, the numbers make the columns, and labels of several lines find their row.
func TestTablesWithoutRules(t *testing.T) {
	s := newSheet(1)
	s.write(60, 60, "三、收到和处理政府信息公开申请情况")
	for i, w := range []string{"甲类", "乙类", "丙类", "丁类", "戊类"} {
		s.write(300+50*float64(i), 90, w)
	}
	labels := [][]string{{"一、第一行"}, {"二、第二行的说明", "分成两行"}, {"（一）第三行"}}
	y := 110.0
	var want strings.Builder
	want.WriteString("|甲类|乙类|丙类|丁类|戊类\n")
	for i, l := range labels {
		h := 15 * float64(len(l))
		for k, part := range l {
			s.write(60, y+15*float64(k)+7, part)
		}
		for c := range 5 {
			s.write(305+50*float64(c), y+h/2, fmt.Sprint(10*i+c))
		}
		y += h + 4
		fmt.Fprintf(&want, "%s|%d|%d|%d|%d|%d\n", strings.Join(l, ""), 10*i, 10*i+1, 10*i+2, 10*i+3, 10*i+4)
	}
	s.write(60, y+40, "表格之后的一句话。")
	b := blocks(t, s)
	got := tablesOf(b)
	if len(got) != 1 || got[0].Method != "anchored" {
		t.Fatalf("tables %+v", got)
	}
	if d := cmp.Diff(want.String(), gridText(got[0])); d != "" {
		t.Errorf("want (-) got (+):\n%s", d)
	}
	if b[0].Kind != document.Heading || b[len(b)-1].Text != "表格之后的一句话。" {
		t.Errorf("around the table: %+v, %+v", b[0], b[len(b)-1])
	}
}

// Labels stay with the numbers on their height, whether they are centred, cross the columns of groups or stand beside
// words of a group.
func TestLabelsOnTheHeightOfTheirNumbers(t *testing.T) {
	centred := func(s *sheet, x, y float64, text string) {
		s.write(x-5*float64(utf8.RuneCountInString(text)), y, text)
	}
	for _, middle := range []bool{false, true} {
		s := newSheet(1)
		rows := []struct{ group, label string }{
			{"", "一、本年新收申请数量"}, {"", "二、上年结转申请数量"}, {"三、本年", "（一）予以公开"}, {"度办", "（二）部分公开"},
			{"理结", "1.属于国家秘密"}, {"果", "2.其他法律禁止公开的"}, {"", "3.危及稳定"}, {"", "4.保护第三方合法权益"}, {"", "5.重复申请"},
			{"", "6.其他"}, {"五", "（七）总计"},
		}
		var want strings.Builder
		for i, r := range rows {
			y := 100 + 15*float64(i)
			if r.group != "" {
				s.write(50, y, r.group)
			}
			x := 160.0
			if i < 4 || i == 10 {
				x = 100
			}
			if middle {
				centred(s, x+60, y, r.label)
			} else {
				s.write(x, y, r.label)
			}
			fmt.Fprintf(&want, "%s ", r.label)
			for c := range 5 {
				s.write(320+40*float64(c), y, fmt.Sprint(i*10+c))
			}
		}
		got := tablesOf(blocks(t, s))
		if len(got) != 1 {
			t.Fatalf("centred %v: %d tables", middle, len(got))
		}
		var labels strings.Builder
		for _, row := range got[0].Grid(false) {
			if row[1] != "" {
				fmt.Fprintf(&labels, "%s ", row[1])
			} else {
				fmt.Fprintf(&labels, "%s ", row[0])
			}
		}
		if d := cmp.Diff(want.String(), labels.String()); d != "" {
			t.Errorf("centred %v: want (-) got (+):\n%s", middle, d)
		}
	}
}

func TestParagraphs(t *testing.T) {
	s := newSheet(1)
	s.writeSize(180, 60, 20, "某局政府信息公开工作")
	s.writeSize(200, 90, 20, "二〇二三年年度报告")
	s.write(50, 130, "一、总体情况")
	s.write(70, 150, strings.Repeat("这是一段写满整行的正文文字", 4)[:48*3])
	s.write(50, 165, strings.Repeat("接着上一行继续写下去的正文", 4)[:50*3])
	s.write(50, 180, "到这里结束。")
	s.write(70, 195, "新的一段另起一行，用了 ABC words 和 12 个数字。")
	got := blocks(t, s)
	var kinds, texts []string
	for _, b := range got {
		kinds = append(kinds, fmt.Sprint(b.Kind, b.Level))
		texts = append(texts, b.Text)
	}
	if d := cmp.Diff([]string{"heading1", "heading2", "paragraph0", "paragraph0"}, kinds); d != "" {
		t.Errorf("%s\n%q", d, texts)
	}
	if texts[0] != "某局政府信息公开工作二〇二三年年度报告" {
		t.Errorf("title %q", texts[0])
	}
	if !strings.HasSuffix(texts[2], "到这里结束。") || strings.Contains(texts[2], " ") {
		t.Errorf("paragraph %q", texts[2])
	}
	if texts[3] != "新的一段另起一行，用了ABC words和12个数字。" && texts[3] != "新的一段另起一行，用了 ABC words 和 12 个数字。" {
		t.Errorf("paragraph %q", texts[3])
	}
}

// Columns of vertical writing are read from right to left.
func TestVerticalWriting(t *testing.T) {
	s := newSheet(1)
	for i, col := range []string{"第一列", "第二列"} {
		x := 500 - 20*float64(i)
		y := 100.0
		for _, c := range col {
			s.Glyphs = append(s.Glyphs, tables.Glyph{Text: string(c), X0: x, X1: x + 10, Y0: y, Y1: y + 10, Vertical: true})
			y += 10
		}
	}
	var all strings.Builder
	for _, b := range blocks(t, s) {
		all.WriteString(b.Text)
	}
	if all.String() != "第一列第二列" {
		t.Errorf("read %q", all.String())
	}
}

// Whatever the glyphs and rules, none of the text is lost or invented, and nothing takes long.
func TestNothingIsLost(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for round := range 400 {
		s := newSheet(1)
		type place struct {
			text string
			x, y float64
		}
		drawn := map[place]bool{}
		write := func(x, y float64, text string) {
			before := len(s.Glyphs)
			s.write(x, y, text)
			for _, g := range s.Glyphs[before:] {
				drawn[place{g.Text, g.X0, g.Y0}] = true // what is drawn twice at one place stands once
			}
		}
		words := []string{"字", "12", "表格里的字", "3.5", "a", "–", "——", "N/A", "*", "无"}
		switch round % 2 {
		case 0:
			for range rng.IntN(150) {
				write(float64(rng.IntN(56))*10, 100+float64(rng.IntN(50))*11, words[rng.IntN(5)])
			}
		case 1: // rows of numbers, some of which end in a mark or a word
			if rng.IntN(2) == 0 { // words of the row before, on the page before
				write(20, 86, "的申请数量")
			}
			for row := range 1 + rng.IntN(12) {
				y := 100 + float64(row)*14
				write(20, y, []string{"一、本年新收", "二、上年结转", "其他"}[rng.IntN(3)])
				for c := range 7 {
					if rng.IntN(8) > 0 {
						write(200+float64(c)*50, y, words[[]int{1, 3, 5, 6, 7, 8, 9, 1, 1, 1, 0}[rng.IntN(11)]])
					}
				}
			}
		}
		for range rng.IntN(40) * (1 - round%2) {
			if x, y := float64(rng.IntN(12))*50, float64(rng.IntN(16))*50; rng.IntN(2) == 0 {
				s.h(y, x, x+float64(rng.IntN(400)))
			} else {
				s.v(x, y, y+float64(rng.IntN(400)))
			}
		}
		want, got := map[rune]int{}, map[rune]int{}
		count := func(to map[rune]int, text string) {
			for _, r := range text {
				if r != ' ' && r != '\n' {
					to[r]++
				}
			}
		}
		for p := range drawn {
			count(want, p.text)
		}
		hidden := func(list []document.Unseen) {
			for _, u := range list {
				count(got, u.Text)
			}
		}
		for _, b := range blocks(t, s) {
			count(got, b.Text)
			hidden(b.Unseen)
			if b.Table != nil {
				for _, c := range b.Table.Cells {
					count(got, c.Text)
					hidden(c.Unseen)
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("round %d: drawn (-) against read (+), by character:\n%s", round, d)
		}
	}
}

// Rows between which a rule is missing share their cells: the numbers are parted by their heights, the labels by the
// numbers beside them. A number that was too long for its cell stays one.
func TestMissingRules(t *testing.T) {
	draw := func(width float64, cells ...[2]string) *sheet { // two columns, words and numbers, one row, 14 points a line
		s := newSheet(1)
		lines := 0
		for _, c := range cells {
			lines = max(lines, strings.Count(c[0], "|")+1, strings.Count(c[1], "|")+1)
		}
		foot := 100 + 14*float64(lines) + 6
		s.h(100, 50, 200+width)
		s.h(foot, 50, 200+width)
		s.h(foot+20, 50, 200+width)
		s.v(50, 100, foot+20)
		s.v(200, 100, foot+20)
		s.v(200+width, 100, foot+20)
		for _, c := range cells {
			for i, text := range strings.Split(c[0], "|") {
				s.write(56, 110+14*float64(i), text)
			}
			for i, text := range strings.Split(c[1], "|") {
				s.write(206, 110+14*float64(i), text)
			}
		}
		s.write(56, foot+10, "末行")
		s.write(206, foot+10, "9")
		return s
	}
	tests := []struct {
		name string
		s    *sheet
		want string
	}{
		{"two rows in wide cells", draw(100, [2]string{"甲项|乙项", "317|26"}), "甲项|317\n乙项|26\n末行|9\n"},
		{"two rows in cells that are just as wide", draw(27, [2]string{"甲项|乙项", "317|26"}), "甲项|317\n乙项|26\n末行|9\n"},
		{"three rows", draw(100, [2]string{"甲项|乙项|丙项", "3|26|0"}), "甲项|3\n乙项|26\n丙项|0\n末行|9\n"},
		{"a number too long for its cell", draw(27, [2]string{"甲项", "317|26"}), "甲项|31726\n末行|9\n"},
		{"beside words that fill their cell", draw(27, [2]string{"甲项的名称很长要写成两行|才能写完", "317|26"}), "甲项的名称很长要写成两行才能写完|31726\n末行|9\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tablesOf(blocks(t, tt.s))
			if len(got) != 1 || gridText(got[0]) != tt.want {
				t.Errorf("read %q, want %q", got[0].Grid(false), tt.want)
			}
		})
	}
}

// Digits that lie on their side, in a heading turned by a quarter, are no marks of the words beside them.
func TestTurnedDigits(t *testing.T) {
	s := newSheet(1)
	s.write(100, 100, "表头")
	for i, d := range []string{"2", "0", "2", "3"} { // written upwards: as high as their advance, as wide as the font is tall
		y := 110 - 5*float64(i)
		s.Glyphs = append(s.Glyphs, tables.Glyph{Text: d, X0: 121, X1: 131, Y0: y - 5, Y1: y, Run: 99})
	}
	text := ""
	for _, b := range blocks(t, s) {
		text += b.Text
	}
	if strings.ContainsAny(text, "⁰²³") || !strings.Contains(text, "0") {
		t.Errorf("read %q", text)
	}
}

// Running text makes no table, with numbers in it or without, however a writer set its words.
func TestProseIsNoTable(t *testing.T) {
	s := newSheet(1)
	write := func(y float64, text string, gap float64) {
		x := 50.0
		for w := range strings.FieldsSeq(text) {
			x = s.write(x, y, w) + gap
		}
	}
	write(100, "About 23 of the 458 households in the sample gave an answer to", 4)
	write(116, "the question of 2009, while 75.2 percent of them kept all the assets", 5)
	write(132, "and 13.2 percent reported a loss of more than 17.4 in 2008", 4.5)
	s.write(50, 180, "表1 2023年收到申请的数量 单位：件")
	s.write(50, 196, "注：本表数据截至2023年12月31日 来源：各单位")
	for _, b := range blocks(t, s) {
		if b.Table != nil {
			t.Errorf("a table: %q", b.Table.Grid(false))
		}
	}
}

// Two columns of prose are read one after the other, also where they hold numbers; a heading over both comes first.
func TestTwoColumns(t *testing.T) {
	left := newSheet(1)
	var first, second []string
	left.write(250, 60, "两栏的文章")
	for i := range 8 {
		a, b := fmt.Sprintf("左边第%d行有2%d件申请得到办理并且答复", i+1, i), fmt.Sprintf("右边第%d行讲的是另外3%d件事情的经过", i+1, i)
		left.write(50, 100+float64(i)*16, a)
		left.write(320, 100+float64(i)*16, b)
		first, second = append(first, a), append(second, b)
	}
	left.write(50, 260, strings.Repeat("后面的文字横跨整个页面", 4))
	text := ""
	for _, b := range blocks(t, left) {
		if b.Table != nil {
			t.Fatalf("prose became a table: %q", b.Table.Grid(false))
		}
		text += b.Text
	}
	if want := "两栏的文章" + strings.Join(first, "") + strings.Join(second, "") + strings.Repeat("后面的文字横跨整个页面", 4); text != want {
		t.Errorf("read  %s\nwant %s", text, want)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tables.Blocks(ctx, []tables.Page{merged().Page}, tables.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// A page of any size is bounded: grids past the limit are left out, the text stays.
func TestBounds(t *testing.T) {
	s := newSheet(1)
	for i := range 2000 {
		s.h(float64(i)*6, 0, 12000)
		s.v(float64(i)*6, 0, 12000)
	}
	s.write(100, 100, "文字")
	got, err := tables.Blocks(context.Background(), []tables.Page{s.Page}, tables.Options{MaxCells: 1000})
	if err != nil || len(got) != 1 || got[0].Text != "文字" {
		t.Errorf("%+v, error %v", got, err)
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add([]byte("\x10\x20\x30\x40\x50\x60\x70\x80"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newSheet(1)
		for len(data) >= 5 {
			x, y, w, k := float64(data[0])*3, float64(data[1])*3, float64(data[2])*3, data[3]
			switch k % 4 {
			case 0:
				s.h(y, x, x+w)
			case 1:
				s.v(x, y, y+w)
			default:
				s.writeSize(x, y, float64(k%30), string(rune('0'+data[4]%10)))
			}
			data = data[5:]
		}
		b, err := tables.Blocks(context.Background(), []tables.Page{s.Page, s.Page}, tables.Options{MaxCells: 5000})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range b {
			if x.Table == nil {
				continue
			}
			seen := map[[2]int]bool{}
			for _, c := range x.Table.Cells {
				for r := c.Row; r < c.Row+max(1, c.RowSpan); r++ {
					for k := c.Col; k < c.Col+max(1, c.ColSpan); k++ {
						if seen[[2]int{r, k}] || r >= x.Table.Rows || k >= x.Table.Cols {
							t.Fatalf("cells overlap or leave the grid at %d,%d of %dx%d", r, k, x.Table.Rows, x.Table.Cols)
						}
						seen[[2]int{r, k}] = true
					}
				}
			}
		}
	})
}

func BenchmarkBlocks(b *testing.B) {
	s := newSheet(1)
	var rows [][3]string
	for range 30 {
		rows = append(rows, [3]string{"行政规范性文件的数量", "12345", "67890"})
	}
	plain(s, 100, true, rows...)
	pages := []tables.Page{s.Page}
	for b.Loop() {
		if _, err := tables.Blocks(context.Background(), pages, tables.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}

// A row without rules may end in a mark for none or in a word: it keeps its label and its other numbers.
func TestRowsThatEndInAMark(t *testing.T) {
	labels := []string{"一、本年新收申请数量", "二、上年结转申请数量", "三、本年度办理结果", "四、结转下年度"}
	for _, mark := range []string{"–", "——", `\`, "*", "N/A", "备注", "（3）", "12.5%", "$3"} {
		s := newSheet(1)
		for i, l := range labels {
			y := 100 + float64(i)*20
			s.write(20, y, l)
			for c := range 6 {
				s.write(200+float64(c)*50, y, fmt.Sprint(10*i+c))
			}
			if last := "7"; i != 1 {
				s.write(500, y, last)
			} else {
				s.write(500, y, mark)
			}
		}
		got := tablesOf(blocks(t, s))
		if len(got) != 1 {
			t.Errorf("%s: %d tables", mark, len(got))
			continue
		}
		g := got[0].Grid(false)
		if len(g) != 4 || g[1][0] != labels[1] || g[2][0] != labels[2] || g[1][len(g[1])-1] != mark || g[1][len(g[1])-2] != "15" {
			t.Errorf("%s: %q", mark, g)
		}
	}
}
