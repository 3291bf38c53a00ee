package compose

import (
	"strconv"
)

// A cell of a grid stands at the place of its top left corner.
type cell struct {
	r, c, rs, cs int
	text         string
	value        bool
}

// A grid is a table with merged cells: the one model that all renderings share.
type grid struct {
	height, width int
	cells         []cell
	weights       []int // relative widths of the columns
	spoil         Spoil
}

func (g *grid) add(r, c, rs, cs int, text string) {
	g.cells = append(g.cells, cell{r: r, c: c, rs: rs, cs: cs, text: text})
	g.height, g.width = max(g.height, r+rs), max(g.width, c+cs)
}

func (g *grid) value(r, c, cs int, text string) {
	g.add(r, c, 1, cs, text)
	g.cells[len(g.cells)-1].value = true
}

// rows is the grid as strings, a merged cell's text in its first place only.
func (g *grid) rows() [][]string {
	out := make([][]string, g.height)
	for i := range out {
		out[i] = make([]string, g.width)
	}
	for _, c := range g.cells {
		out[c.r][c.c] = c.text
	}
	return out
}

// at lists the cells that begin in each row, left to right.
func (g *grid) at() [][]cell {
	out := make([][]cell, g.height)
	for _, c := range g.cells {
		out[c.r] = append(out[c.r], c)
	}
	for _, row := range out {
		for i := 1; i < len(row); i++ {
			for j := i; j > 0 && row[j].c < row[j-1].c; j-- {
				row[j], row[j-1] = row[j-1], row[j]
			}
		}
	}
	return out
}

// figure prints a number as the form does: whole numbers plain, amounts with their decimals. A number the report does
// not have is blank: that is how the empty form is made.
func (r *Report) figure(path string) string {
	v, ok := r.Numbers[path]
	if !ok {
		return r.Marks[path]
	}
	if r.thousands && v >= 1000 && v == float64(int(v)) {
		return thousand(v)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func (r *Report) table2() *grid {
	g := &grid{spoil: r.spoil, weights: []int{3, 2, 2, 2}}
	y := 0
	for _, b := range t2(r.Format()) {
		g.add(y, 0, 1, 4, b.caption)
		y++
		g.add(y, 0, 1, 1, "信息内容")
		for i, h := range b.heads {
			g.add(y, 1+i, 1, span(i, len(b.heads), 3), h)
		}
		y++
		for _, l := range b.lines {
			g.add(y, 0, 1, 1, l.label)
			for i, c := range l.columns {
				g.value(y, 1+i, span(i, len(l.columns), 3), r.figure("t2."+l.id+"."+c))
			}
			y++
		}
	}
	return g
}

// span is the width of the i-th of n cells that fill a width: the last takes what is left.
func span(i, n, width int) int {
	if i == n-1 {
		return width - i
	}
	return 1
}

func (r *Report) table3() *grid {
	g := &grid{spoil: r.spoil, weights: []int{3, 5, 14, 3, 3, 3, 4, 4, 3, 3}}
	g.add(0, 0, 3, 3, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）")
	g.add(0, 3, 1, 7, "申请人情况")
	g.add(1, 3, 2, 1, "自然人")
	g.add(1, 4, 1, 5, "法人或其他组织")
	g.add(1, 9, 2, 1, "总计")
	for i, h := range []string{"商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"} {
		g.add(2, 4+i, 1, 1, h)
	}
	y := 3
	values := func(id string) {
		for i, c := range t3Columns {
			g.value(y, 3+i, 1, r.figure("t3."+id+"."+c))
		}
		y++
	}
	g.add(y, 0, 1, 3, "一、本年新收政府信息公开申请数量")
	values("new")
	g.add(y, 0, 1, 3, "二、上年结转政府信息公开申请数量")
	values("carried_in")
	list := r.leaves()
	g.add(y, 0, len(list)+1, 1, "三、本年度办理结果")
	for i, l := range list {
		switch {
		case l.group == "":
			g.add(y, 1, 1, 2, l.label)
		default:
			if i == 0 || list[i-1].group != l.group {
				n := 0
				for _, m := range list {
					if m.group == l.group {
						n++
					}
				}
				g.add(y, 1, n, 1, l.group)
			}
			g.add(y, 2, 1, 1, l.label)
		}
		values(l.id)
	}
	g.add(y, 1, 1, 2, "（七）总计")
	values("results_total")
	g.add(y, 0, 1, 3, "四、结转下年度继续办理")
	values("carried_out")
	return g
}

func (r *Report) table4() *grid {
	g := &grid{spoil: r.spoil, weights: []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}
	heads := []string{"结果维持", "结果纠正", "其他结果", "尚未审结", "总计"}
	g.add(0, 0, 1, 5, "行政复议")
	g.add(0, 5, 1, 10, "行政诉讼")
	for i, h := range heads {
		g.add(1, i, 2, 1, h)
	}
	g.add(1, 5, 1, 5, "未经复议直接起诉")
	g.add(1, 10, 1, 5, "复议后起诉")
	for i := range 10 {
		g.add(2, 5+i, 1, 1, heads[i%5])
	}
	for i, b := range t4Blocks {
		for j, c := range t4Columns {
			g.value(3, 5*i+j, 1, r.figure("t4."+b+"."+c))
		}
	}
	return g
}
