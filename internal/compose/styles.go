package compose

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"nianbao/document"
)

// A Shape is a way in which converters leave a report as plain text.
type Shape string

// The shapes of text met in extracted reports.
const (
	Tabs        Shape = "tabs"        // one line a row, cells parted by tabs
	TabsRagged  Shape = "tabs_ragged" // the same with tails of tabs, and rows that lost their leading cells at a page break
	CellLines   Shape = "cell_lines"  // one cell a line behind a tab, an empty line between rows, no-break blanks around numbers
	Paragraphs  Shape = "paragraphs"  // one cell a paragraph, empty cells lost, cells broken inside
	Pipes       Shape = "pipes"       // | a | b |, merged places empty
	PipesBare   Shape = "pipes_bare"  // a | b, merged places lost
	PipesFused  Shape = "pipes_fused" // a||||b, merged places as runs of bars
	PipeEnds    Shape = "pipe_ends"   // one cell a line, each ended by a bar
	PipeAlone   Shape = "pipe_alone"  // cells and bars on lines of their own
	Layout      Shape = "layout"      // columns by blanks, long labels over several lines, page numbers between
	Raw         Shape = "raw"         // label and numbers on lines of their own, row by row
	Apart       Shape = "apart"       // all labels of a table, then all its numbers
	Markdown    Shape = "markdown"    // as a language model writes: invented heads, bold, rules
	MarkupText  Shape = "markup_text" // Markdown with tables as HTML
	OneLine     Shape = "one_line"    // the whole report in one line
	Flat        Shape = "flat"        // cells parted by single blanks, heads with 总计 before the five organisations
	Glued       Shape = "glued"       // labels and digits without anything between them
	Vertical    Shape = "vertical"    // group labels one character a line
	Traditional Shape = "traditional" // in the script and some words of encyclopaedia copies
	Wide        Shape = "wide"        // full-width digits and letters, blanks between characters
	Misprinted  Shape = "misprinted"  // labels with the errors that writers and converters make
	Pairs       Shape = "pairs"       // two rows on a line
	Wrapped     Shape = "wrapped"     // labels in short lines, the numbers on a line in their midst
	Commas      Shape = "commas"      // values parted by commas, labels in quotation marks
	Bold        Shape = "bold"        // Markdown with every cell in bold, breaks inside
	Boxes       Shape = "boxes"       // rows in box-drawing characters
	Explained   Shape = "explained"   // explanations with numbers and other rows' names inside labels
)

// Shapes are all shapes.
func Shapes() []Shape {
	return []Shape{Tabs, TabsRagged, CellLines, Paragraphs, Pipes, PipesBare, PipesFused, PipeEnds, PipeAlone, Layout, Raw, Apart, Markdown, MarkupText,
		OneLine, Flat, Glued, Vertical, Traditional, Wide, Misprinted, Explained, Pairs, Wrapped, Commas, Bold, Boxes}
}

// KeepsBlanks reports whether a shape still shows where a blank cell was.
func (s Shape) KeepsBlanks() bool {
	return !slices.Contains([]Shape{TabsRagged, Paragraphs, Raw, Apart, Pairs, Wrapped, OneLine, Flat, Glued, Layout}, s)
}

// As is the report as plain text in a shape, its title first.
func (r *Report) As(s Shape) string {
	var b strings.Builder
	switch s {
	case Markdown, MarkupText:
		b.WriteString("# " + r.Title + "\n\n")
	case TabsRagged: // a long title broken over two lines
		t := []rune(r.Title)
		b.WriteString("\n" + string(t[:len(t)-8]) + "\n\n" + string(t[len(t)-8:]) + "\n\n")
	default:
		b.WriteString(r.Title + "\n\n")
	}
	n := 0
	for _, p := range r.pieces() {
		if p.table == nil {
			switch {
			case p.head && (s == Markdown || s == MarkupText):
				b.WriteString("## " + p.text + "\n\n")
			case s == Paragraphs || s == CellLines:
				b.WriteString(p.text + "\n\n")
			default:
				b.WriteString(p.text + "\n")
			}
			continue
		}
		n++
		b.WriteByte('\n')
		p.table.write(&b, s, n)
		b.WriteByte('\n')
	}
	out := b.String()
	switch s {
	case OneLine:
		return strings.Join(strings.Fields(out), " ")
	case Traditional:
		return traditional.Replace(out)
	case Wide:
		return wide.Replace(out)
	}
	return out
}

// write writes a table, the n-th of its report.
func (g *grid) write(b *strings.Builder, s Shape, n int) {
	rows, at := g.rows(), g.at()
	for y := range rows {
		for x := range rows[y] {
			rows[y][x] = strings.TrimSpace(rows[y][x])
		}
	}
	switch s {
	case TabsRagged:
		for y, row := range rows {
			if n == 2 && y > len(rows)-5 { // behind the page break
				for len(row) > 0 && row[0] == "" {
					row = row[1:]
				}
			}
			if y == 7 {
				b.WriteString("\n- 2 -\n\n")
			}
			b.WriteString(strings.Join(row, "\t") + "\t\t\n")
		}
	case CellLines:
		for y, row := range at {
			for x := range g.width {
				switch c, ok := g.covering(y, x); {
				case ok && c.r == y && c.c == x && c.value:
					b.WriteString("\t\u00a0" + c.text + "\u00a0\n")
				case ok && c.r == y && c.c == x:
					b.WriteString("\t" + broken(c.text) + "\n")
				case ok && c.c == x:
					b.WriteString("\t\n") // the place of a cell that began above
				}
			}
			_ = row
			b.WriteByte('\n')
		}
	case Paragraphs:
		g.each(func(c cell) {
			if c.text != "" {
				b.WriteString(strings.ReplaceAll(broken(c.text), "\n", "\n\n") + "\n\n")
			}
		}, nil)
	case Pipes, Markdown:
		if s == Markdown {
			b.WriteString("### 表" + []string{"一", "二", "三"}[n-1] + "\n\n")
		}
		for y, row := range rows {
			if s == Markdown && y < 2 {
				for x := range row {
					if row[x] != "" {
						row[x] = "**" + row[x] + "**"
					}
				}
			}
			b.WriteString("| " + strings.Join(row, " | ") + " |\n")
			if y == 0 {
				b.WriteString("|" + strings.Repeat(" --- |", g.width) + "\n")
			}
		}
	case PipesBare:
		g.each(func(c cell) { b.WriteString(c.text + " | ") }, func() { b.WriteByte('\n') })
	case PipesFused:
		for _, row := range rows {
			b.WriteString("|" + strings.Join(row, "|") + "|\n")
		}
	case PipeEnds:
		g.each(func(c cell) { b.WriteString(c.text + "|\n") }, nil)
	case PipeAlone:
		g.each(func(c cell) { b.WriteString(c.text + "\n|\n") }, nil)
	case Layout:
		g.layout(b)
	case Raw:
		for _, row := range at {
			var labels, values []string
			for _, c := range row {
				if c.value {
					values = append(values, c.text)
				} else {
					labels = append(labels, c.text)
				}
			}
			b.WriteString(strings.Join(labels, "\n") + "\n")
			if len(values) > 0 {
				b.WriteString(strings.Join(values, " ") + "\n")
			}
		}
	case Apart:
		var values []string
		for _, row := range at {
			var line []string
			for _, c := range row {
				if c.value {
					line = append(line, c.text)
				} else {
					b.WriteString(c.text + "\n")
				}
			}
			if len(line) > 0 {
				values = append(values, strings.Join(line, " "))
			}
		}
		b.WriteString(strings.Join(values, "\n") + "\n")
	case MarkupText:
		var h strings.Builder
		table(&h, g, Plain)
		b.WriteString(strings.ReplaceAll(h.String(), "\n", ""))
		b.WriteByte('\n')
	case Flat, OneLine:
		g.flat(func(c cell) { b.WriteString(c.text + " ") })
	case Glued:
		g.flat(func(c cell) { b.WriteString(c.text) })
	case Vertical:
		for y, row := range rows {
			for x, t := range row {
				if c, ok := g.covering(y, x); ok && c.rs > 3 {
					row[x] = strings.Join(strings.Split(c.text, ""), "\n")
					if c.r != y {
						row[x] = ""
					}
					_ = t
				}
			}
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	case Misprinted:
		for _, row := range rows {
			b.WriteString(misprints.Replace(strings.Join(row, "\t")) + "\n")
		}
	case Explained:
		for _, row := range rows {
			for x := range row {
				if e, ok := explanations[row[x]]; ok {
					row[x] = e
				}
			}
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	case Pairs:
		open := false // the line holds a row already
		for _, row := range at {
			values := 0
			for _, c := range row {
				b.WriteString(c.text + " ")
				if c.value {
					values++
				}
			}
			if open = values > 1 && !open; !open {
				b.WriteByte('\n')
			}
		}
		b.WriteByte('\n')
	case Wrapped:
		for _, row := range at {
			var label string
			var values []string
			for _, c := range row {
				if c.value {
					values = append(values, c.text)
				} else {
					label += c.text
				}
			}
			parts := wrap(label, 1, 9)
			middle := (len(parts) - 1) / 2
			for i, p := range parts {
				b.WriteString(p + "\n")
				if i == middle && len(values) > 0 {
					b.WriteString(strings.Join(values, " ") + "\n")
				}
			}
		}
	case Commas:
		for _, row := range rows {
			for x := range row {
				if x > 0 {
					b.WriteByte(',')
				}
				if c := row[x]; strings.ContainsAny(c, ",，（“") {
					b.WriteString(`"` + c + `"`)
				} else {
					b.WriteString(c)
				}
			}
			b.WriteByte('\n')
		}
	case Bold:
		for y, row := range rows {
			for x, c := range row {
				if c != "" {
					row[x] = "**" + strings.ReplaceAll(strings.ReplaceAll(c, ".", `\.`), "企业", "<br>企业") + "**"
				}
			}
			b.WriteString("| " + strings.ReplaceAll(strings.Join(row, " | "), `\.`, ".") + " |\n")
			if y == 0 {
				b.WriteString("|" + strings.Repeat(":---:|", g.width) + "\n")
			}
		}
	case Boxes:
		b.WriteString("┌" + strings.Repeat("───┬", g.width-1) + "───┐\n")
		for y, row := range rows {
			if y > 0 {
				b.WriteString("├" + strings.Repeat("───┼", g.width-1) + "───┤\n")
			}
			b.WriteString("│" + strings.Join(row, "│") + "│\n")
		}
		b.WriteString("└" + strings.Repeat("───┴", g.width-1) + "───┘\n")
	default:
		for _, row := range rows {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
}

// each visits the cells row by row, and calls end behind each row.
func (g *grid) each(do func(cell), end func()) {
	for _, row := range g.at() {
		for _, c := range row {
			do(c)
		}
		if end != nil {
			end()
		}
	}
}

// flat visits the cells as flattened pages have them: 总计 before the five organisations, since its cell begins a row
// above theirs.
func (g *grid) flat(do func(cell)) { g.each(do, nil) }

// layout writes columns by blanks: a label that is too long goes on above and below its numbers.
func (g *grid) layout(b *strings.Builder) {
	const label = 26
	for y, row := range g.at() {
		if y == 9 {
			b.WriteString("\n                          3\f\n")
		}
		var text string
		cols := make([]string, g.width)
		values := 0
		for _, c := range row {
			if c.value {
				cols[c.c] = c.text
				values++
			} else if c.c > 2 || g.width != 10 {
				cols[c.c] = c.text
			} else {
				text += c.text + " "
			}
		}
		var parts []string
		for _, p := range wrap(strings.TrimSpace(text), 2, 2*label) {
			parts = append(parts, strings.TrimSpace(p))
		}
		middle := (len(parts) - 1) / 2
		for i, p := range parts {
			line := p + strings.Repeat(" ", max(2, 2*label+2-int(width(p, 2))))
			if i == middle || len(parts) == 0 {
				for x, v := range cols {
					if g.width == 10 && x < 3 {
						continue
					}
					w := 14
					if g.width == 15 {
						w = 10
					}
					free := max(1, w-int(width(v, 2)))
					line += strings.Repeat(" ", free/2) + v + strings.Repeat(" ", free-free/2)
				}
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
}

// broken breaks a short head inside, as narrow cells do.
func broken(s string) string {
	switch s {
	case "商业企业", "科研机构", "结果维持", "结果纠正", "其他结果", "尚未审结":
		r := []rune(s)
		return string(r[:2]) + "\n" + string(r[2:])
	}
	return s
}

var (
	traditional = strings.NewReplacer("开", "開", "请", "請", "数", "數", "据", "據", "关", "關", "项", "項", "总", "總", "计", "計", "条", "條", "规", "規", "文件", "檔案",
		"范", "範", "许", "許", "处", "處", "罚", "罰", "强", "強", "业", "業", "费", "費", "额", "額", "单", "單", "制发", "製發", "废", "廢", "现", "現", "结", "結", "转", "轉",
		"办", "辦", "机", "機", "构", "構", "会", "會", "组", "組", "织", "織", "务", "務", "属", "屬", "国", "國", "护", "護", "权", "權", "内", "內", "过", "過", "执", "執",
		"询", "詢", "无", "無", "补", "補", "举", "舉", "报", "報", "诉", "訴", "类", "類", "复", "復", "讼", "訟", "维", "維", "纠", "糾", "审", "審", "经", "經", "后", "後",
		"题", "題", "体", "體", "况", "況", "动", "動", "对", "對", "认", "認", "获", "獲", "县", "縣", "镇", "鎮", "财", "財")
	wide = strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９", ".", "．", "规章", "规　章", "行政许可", "行政 许可")
	// misprints are errors seen in published tables.
	misprints = strings.NewReplacer("本年废止件数", "本年度止件数", "其他法律行政法规禁止公开", "其他法律行政止公开", "危及“三安全一稳定”", "危及\"三安全一稳定", "第二十条第（一）项", "第二十条(一)项",
		"本年增/减", "本年增/", "（六）其他处理", "（六）其他", "信访举报投诉类申请", "信访举极投诉类申请", "属于四类过程性信息", "属于四类过程信息", "没有现成信息需要另行制作", "没有现成信息需要另制作",
		"补正后申请内容仍不明确", "补正后申请内容仍不明", "上年结转政府信息公开申请数量", "上年结转政府信息申请数量", "属于行政执法案卷", "属行政执法案", "结果维持", "结果 维持", "行政事业性收费", "行政事业性 收费")
	// explanations are what some provinces print inside the labels, with numbers and names of other rows.
	explanations = map[string]string{
		"行政规范性文件":    "行政规范性文件(指各单位印发的有正式文号的文件,如2018年第5号)",
		"规范性文件":      "规范性文件(指各单位印发的有正式文号的文件)",
		"本年增/减":      "本年增/减(指2020年增加或减少的事项数,减用负值表示,如-8)",
		"其他对外管理服务事项": "其他对外管理服务事项(不含行政许可、行政处罚、行政强制的其余10类)",
		"规章":         "规章(设区的市、自治州人民政府填写)",
		"3.其他":       "3.其他(包括上述2种以外的处理)",
		"（一）予以公开":    "（一）予以公开（含告知已公开，2019年以前不计）",
	}
)

// A Fill is a way of filling the form in, other than with a number in each cell.
type Fill string

// The ways met.
const (
	Numbers    Fill = "numbers"     // a number in every cell
	BlankZeros Fill = "blank_zeros" // zeros of tables 3 and 4 left blank
	Slashes    Fill = "slashes"     // a stroke in every cell
	Nothing    Fill = "nothing"     // 无 for zero
	TotalsOnly Fill = "totals_only" // of table 3 only the last column
	Thousands  Fill = "thousands"   // separators in large numbers
)

// Fills are all of them.
func Fills() []Fill { return []Fill{Numbers, BlankZeros, Slashes, Nothing, TotalsOnly, Thousands} }

// Filled is the report filled in another way. Numbers then holds only what is printed as a number, Marks the text of the
// other cells.
func (r *Report) Filled(f Fill) *Report {
	e := *r
	e.Numbers, e.Marks = maps.Clone(r.Numbers), map[string]string{}
	for p, v := range r.Numbers {
		switch {
		case f == BlankZeros && v == 0 && !strings.HasPrefix(p, "t2"):
			e.Marks[p] = ""
		case f == Slashes:
			e.Marks[p] = "/"
		case f == Nothing && v == 0:
			e.Marks[p] = "无"
		case f == TotalsOnly && strings.HasPrefix(p, "t3") && !strings.HasSuffix(p, ".total"):
			e.Marks[p] = ""
		case f == Thousands && strings.HasPrefix(p, "t2") && strings.HasSuffix(p, "decisions"):
			e.Numbers[p] = v + 12000
			e.thousands = true
		}
		if _, ok := e.Marks[p]; ok {
			delete(e.Numbers, p)
		}
	}
	return &e
}

// SingleOther is the report in the form of 2021 with the one row 其他处理 of 2019.
func (r *Report) SingleOther() *Report {
	if r.Format() != "f2021" {
		return r
	}
	e := *r
	e.Numbers, e.single = maps.Clone(r.Numbers), true
	for _, c := range t3Columns {
		sum := 0.0
		for _, id := range []string{"other.no_correction", "other.no_payment", "other.other"} {
			sum += e.Numbers["t3."+id+"."+c]
			delete(e.Numbers, "t3."+id+"."+c)
		}
		e.Numbers["t3.other.all."+c] = sum
	}
	return &e
}

// A Cut is a way in which readers of paged files deliver tables.
type Cut string

// The cuts met.
const (
	Whole      Cut = "whole"       // one grid a table, merged cells as such
	Covered    Cut = "covered"     // merged cells repeated in every place they cover
	Halves     Cut = "halves"      // two grids, cut at a page's end
	HalvesHead Cut = "halves_head" // the same with the head repeated
	HalvesLost Cut = "halves_lost" // the second grid lost its empty leading columns
	Doubled    Cut = "doubled"     // twice as many columns as needed, cells merged over two
	NoMerge    Cut = "no_merge"    // labels in column 0 only, no merged cells
)

// Cuts are all of them.
func Cuts() []Cut { return []Cut{Whole, Covered, Halves, HalvesHead, HalvesLost, Doubled, NoMerge} }

// Document is the report as a document whose tables are grids.
func (r *Report) Document(c Cut) *document.Document {
	d := &document.Document{MediaType: "application/pdf", Engine: "compose"}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 1, Text: r.Title, Page: 1})
	for i, p := range r.pieces() {
		if p.table == nil {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: p.text, Page: 1 + i/9})
			continue
		}
		for k, t := range p.table.cut(c) {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.TableKind, Table: t, Page: 1 + i/9 + k})
		}
	}
	return d
}

func (g *grid) cut(c Cut) []*document.Table {
	whole := func(from, to, left int, head bool) *document.Table {
		t := &document.Table{Cols: g.width - left, Method: "lattice"}
		shift := from
		if head {
			shift -= 3
		}
		for _, row := range g.at() {
			for _, k := range row {
				r0, r1 := max(k.r, from), min(k.r+k.rs, to)
				text := k.text
				switch {
				case head && k.r < 3:
					r0, r1 = k.r+shift, k.r+min(k.rs, 3)+shift
				case r0 >= r1:
					continue
				case k.r < from:
					text = ""
				}
				if k.c+k.cs <= left {
					continue
				}
				col := max(k.c-left, 0)
				t.Cells = append(t.Cells, document.Cell{Row: r0 - shift, Col: col, RowSpan: r1 - r0, ColSpan: min(k.cs, g.width-left-col), Text: text})
				t.Rows = max(t.Rows, r1-shift)
			}
		}
		slices.SortStableFunc(t.Cells, func(a, b document.Cell) int {
			if a.Row != b.Row {
				return a.Row - b.Row
			}
			return a.Col - b.Col
		})
		return t
	}
	middle := g.height * 2 / 3
	switch {
	case g.height < 10 && c != Covered && c != Doubled && c != NoMerge:
		return []*document.Table{whole(0, g.height, 0, false)}
	case c == Halves:
		return []*document.Table{whole(0, middle, 0, false), whole(middle, g.height, 0, false)}
	case c == HalvesHead && g.width == 10:
		return []*document.Table{whole(0, middle, 0, false), whole(middle, g.height, 0, true)}
	case c == HalvesLost && g.width == 10:
		// The second page has only the last label column.
		return []*document.Table{whole(0, middle, 0, false), whole(middle, g.height-2, 2, false), whole(g.height-2, g.height, 0, false)}
	}
	t := whole(0, g.height, 0, false)
	switch c {
	case Covered:
		out := &document.Table{Rows: t.Rows, Cols: t.Cols, Method: t.Method}
		for y, row := range t.Grid(true) {
			for x, s := range row {
				out.Cells = append(out.Cells, document.Cell{Row: y, Col: x, Text: s})
			}
		}
		return []*document.Table{out}
	case Doubled:
		t.Cols *= 2
		for i := range t.Cells {
			t.Cells[i].Col *= 2
			t.Cells[i].ColSpan *= 2
		}
	case NoMerge:
		out := &document.Table{Rows: t.Rows, Method: t.Method}
		for y, row := range g.at() {
			x, label := 0, ""
			for _, k := range row {
				if k.value {
					if x == 0 {
						out.Cells = append(out.Cells, document.Cell{Row: y, Text: label})
						x = 1
					}
					out.Cells = append(out.Cells, document.Cell{Row: y, Col: x, Text: k.text})
					x++
				} else {
					label += k.text + "\n"
				}
			}
			if x == 0 {
				out.Cells = append(out.Cells, document.Cell{Row: y, Text: label})
				x = 1
			}
			out.Cols = max(out.Cols, x)
		}
		return []*document.Table{out}
	}
	return []*document.Table{t}
}

// thousand prints a number with separators.
func thousand(v float64) string {
	s := fmt.Sprint(int(v))
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
