package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ruleNames are the checks in the words of the form.
var ruleNames = map[string]string{
	"inflow_eq_outflow": "第一项＋第二项＝第三项＋第四项", "results_total_eq_leaves": "（七）总计＝（一）至（六）之和", "row_totals": "总计＝自然人＋法人或其他组织", "t4_totals": "总计＝维持＋纠正＋其他＋尚未审结",
	"prose_vs_table": "正文与表格的申请数一致", "s2014_received_eq_channels": "收到申请数＝各渠道之和", "s2014_closed": "办结数＝按时＋延期", "s2014_replies": "答复数＝各类之和", "s2014_refused": "不同意公开数＝各情形之和",
	"s2014_reconsideration": "行政复议数＝各结果之和", "s2014_litigation": "行政诉讼数＝各结果之和", "s2014_staff": "工作人员数＝专职＋兼职",
}

var formatNames = map[string]string{"f2021": "2021 年格式", "f2019": "2019 年试行格式", "s2014": "2014 年统计表", "free": "无统计表"}

// WriteTable writes the report for a reader: its tables under their printed labels, a star behind every number that a
// failed check uses, then the checks and the warnings. A dash stands where a cell was seen without a number (its text
// behind it), nothing where no cell was seen.
func (r *AnnualReport) WriteTable(w io.Writer) error {
	v := &view{r: r, doubtful: map[string]bool{}}
	failed := 0
	for _, c := range r.Checks {
		if !c.Holds {
			failed++
			for _, p := range c.Cells {
				v.doubtful[p] = true
			}
		}
	}
	v.line("%s", r.Title)
	v.line("发布机构 %s　年度 %s　发布日期 %s　%s", orDash(r.Publisher.Name), orDash(number0(r.Year)), orDash(r.PublishedAt), formatNames[r.Data.Format])
	v.table2()
	if len(r.Data.T3) > 0 {
		rows := [][]string{append([]string{"收到和处理政府信息公开申请情况"}, t3Heads...)}
		for _, l := range t3Rows {
			if _, seen := r.Data.T3[l.id]; seen {
				rows = append(rows, v.row(l.official, "t3."+l.id, t3Columns))
			}
		}
		v.grid(rows)
	}
	if len(r.Data.T4) > 0 {
		rows := [][]string{{"行政复议、行政诉讼情况", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"}}
		for i, b := range t4Blocks {
			rows = append(rows, v.row(t4Names[i], "t4."+b, t4Columns))
		}
		v.grid(rows)
	}
	if len(r.Data.S2014) > 0 {
		rows := [][]string{{"政府信息公开情况统计表", "统计数", "单位"}}
		for _, s := range statistics {
			if p := "s2014." + s.block + "." + s.item; r.Data.Seen(p) {
				rows = append(rows, []string{s.official, v.cell(p), s.unit})
			}
		}
		v.grid(rows)
	}
	v.line("")
	v.line("勾稽关系：%d 项成立，%d 项不成立", len(r.Checks)-failed, failed)
	for _, c := range r.Checks {
		if !c.Holds {
			v.line("  ✗ %s　%s　%s ≠ %s", ruleNames[c.Rule], v.where(c), plainNumber(c.Left), plainNumber(c.Right))
		}
	}
	for _, x := range r.Warnings {
		v.line("  ! %s %s %s", x.Code, x.At, x.Text)
	}
	_, err := io.WriteString(w, v.b.String())
	if err != nil {
		return fmt.Errorf("report: write table: %w", err)
	}
	return nil
}

type view struct {
	r        *AnnualReport
	doubtful map[string]bool
	b        strings.Builder
}

func (v *view) line(format string, args ...any) { fmt.Fprintf(&v.b, format+"\n", args...) }

// table2 prints the rows of table 2 with their own heads, which differ from row to row.
func (v *view) table2() {
	if len(v.r.Data.T2) == 0 {
		return
	}
	rows := [][]string{{"主动公开政府信息情况"}}
	for _, l := range t2Rows {
		row, seen := v.r.Data.T2[l.id]
		if !seen {
			continue
		}
		cells := []string{l.official}
		for _, f := range dictionary {
			if rest, ok := strings.CutPrefix(f.Path, "t2."+l.id+"."); ok {
				if _, seen := row[rest]; seen {
					text := f.Column + " " + v.cell(f.Path)
					if u := v.r.Data.Units[f.Path]; u != "" {
						text += u
					}
					cells = append(cells, text)
				}
			}
		}
		rows = append(rows, cells)
	}
	v.grid(rows)
}

func (v *view) row(label, path string, columns []string) []string {
	out := []string{label}
	for _, c := range columns {
		out = append(out, v.cell(path+"."+c))
	}
	return out
}

// cell is a number as it was read, starred when a failed check uses it.
func (v *view) cell(path string) string {
	star := ""
	if v.doubtful[path] {
		star = "*"
	}
	if n, ok := v.r.Data.Value(path); ok {
		return plainNumber(n) + star
	}
	if !v.r.Data.Seen(path) {
		return ""
	}
	if raw := v.r.Data.Raw[path]; raw != "" {
		return "–" + raw
	}
	return "–"
}

// where names the row or column of a check in the words of the form.
func (v *view) where(c Check) string {
	for i, col := range t3Columns {
		if c.Column == col {
			return t3Heads[i]
		}
	}
	id := c.Row[strings.IndexByte(c.Row, '.')+1:]
	for _, l := range t3Rows {
		if l.id == id {
			return l.official
		}
	}
	for i, b := range t4Blocks {
		if b == id {
			return t4Names[i]
		}
	}
	return id
}

// grid writes rows in columns, the first flush left, the others flush right, a Chinese character two columns wide.
func (v *view) grid(rows [][]string) {
	var widths []int
	for _, r := range rows {
		for i, c := range r {
			for len(widths) <= i {
				widths = append(widths, 0)
			}
			widths[i] = min(max(widths[i], displayWidth(c)), 60)
		}
	}
	v.b.WriteByte('\n')
	for _, r := range rows {
		var line strings.Builder
		for i, c := range r {
			pad := strings.Repeat(" ", max(0, widths[i]-displayWidth(c)))
			if i == 0 {
				line.WriteString(c + pad)
			} else {
				line.WriteString("  " + pad + c)
			}
		}
		v.b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0x2e7f {
			n++
		}
	}
	return n
}

func plainNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func number0(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
