package report_test

import (
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// cellOf is the cell behind a label in the tables of a document, the n-th behind it.
func cellOf(t *testing.T, d *document.Document, label string, n int) *document.Cell {
	t.Helper()
	for i := range d.Blocks {
		if d.Blocks[i].Table == nil {
			continue
		}
		cells := d.Blocks[i].Table.Cells
		for k := range cells {
			if strings.Contains(cells[k].Text, label) && k+n < len(cells) && cells[k+n].Row == cells[k].Row {
				return &cells[k+n]
			}
		}
	}
	t.Fatalf("no cell behind %s", label)
	return nil
}

// TestCells prints one cell in many ways: it is read as the number it shows, or is null with its text kept and, unless it is
// one of the usual marks, a warning. The other numbers of the report stay what they are.
func TestCells(t *testing.T) {
	t.Parallel()
	const null = -99
	for text, want := range map[string]float64{
		"1204": 1204, "1,204": 1204, "１２０４": 1204, "１，２０４": 1204, "1204件": 1204, "1204 件": 1204, "1204（件）": 1204, "共1204件": 1204, "1204。": 1204,
		"1204*": 1204, "★1204": 1204, "1204①": 1204, "①1204": 1204, "1204¹": 1204, "1204⁽¹⁾": 1204, "1204[1]": 1204, "1204〔2〕": 1204, "1204（注）": 1204, "1204（注1）": 1204, "1204注2": 1204,
		"1204⑵": 1204, "1204㈡": 1204, "1204₂": 1204, "1204❶": 1204, "1204⒈": 1204, "1204 ①": 1204, "1204 [1]": 1204, "1\u202f204": 1204, "1\u2009204": 1204,
		"\u202a1204\u202c": 1204, "\u20661204\u2069": 1204, "12\u200b04": 1204, "1204\ufe0f": 1204, "𝟏𝟐𝟎𝟒": 1204, "**1204**": 1204, "\"1204\"": 1204,
		"零": 0, "十二": 12, "一百二十三": 123, "二〇": 20, "一千零五": 1005, "0.00": 0, "12.0": 12, "-5": -5, "﹣5": -5,
		"约1204": null, "近1204件": null, "1204余件": null, "12 04": null, "1 204": null, "1 2 0 4": null, "12\n04": null, "1204 5": null, "1, 204": null, "1,20": null, "1204(1)": null,
		"12/04": null, "12+4": null, "12-4": null, "2023年": null, "12%": null, "见附件": null, "①": null, "¹": null, "[1]": null, "½": null, "12½": null, "12.3.4": null, "1204件 5件": null,
		"/": null, "-": null, "——": null, "无": null, "": null, "N/A": null, "***": null, "…": null, "不适用": null, "十二三": null, "99999999999999": null,
	} {
		for _, at := range []struct {
			label, path string
			n           int
		}{{"行政处罚", "t2.penalty.decisions", 1}, {"国家秘密", "t3.refused.state_secret.research", 3}, {"规范性文件", "t2.normative_documents.in_force", 3}, {"本年新收", "t3.new.natural", 1}, {"本年新收", "t3.new.total", 7}} {
			r := compose.New(5, "永宁县人民政府", 2023, compose.Options{})
			d := r.Document(compose.Whole)
			cellOf(t, d, at.label, at.n).Text = text
			got := parseAs(t, text, d)
			for _, f := range report.Fields() {
				printed, has := r.Numbers[f.Path]
				v, read := got.Data.Value(f.Path)
				switch {
				case f.Path == at.path && want == null:
					if read || !got.Data.Seen(f.Path) {
						t.Errorf("%q at %s: read as %v, %v", text, f.Path, v, read)
					}
				case f.Path == at.path:
					if !read || v != want {
						t.Errorf("%q at %s: %v %v, want %v", text, f.Path, v, read, want)
					}
				case has != read || v != printed:
					t.Errorf("%q at %s: %s is %v %v, printed %v", text, at.path, f.Path, v, read, printed)
				}
			}
			warned := false
			for _, w := range got.Warnings {
				warned = warned || w.At == at.path && (w.Code == report.WarnOddCell || w.Code == report.WarnSeveral)
			}
			if silent := strings.Contains("/-——无N/A***…不适用", text); want == null && warned == silent {
				t.Errorf("%q at %s: warned %v: %+v", text, at.path, warned, got.Warnings)
			}
		}
	}
}

// TestAmounts: an amount in another unit than the form's is not read as if it were in the form's.
func TestAmounts(t *testing.T) {
	for text, want := range map[string]any{"12.5": 12.5, "12.50万元": 12.5, "0": 0.0, "125000元": nil, "1.2亿元": nil} {
		d := compose.New(5, "永宁县人民政府", 2023, compose.Options{}).Document(compose.Whole)
		cellOf(t, d, "行政事业性收费", 1).Text = text
		got := parseAs(t, text, d)
		v, read := got.Data.Value("t2.fees.amount_wan")
		if want == nil && (read || got.Data.Raw["t2.fees.amount_wan"] != text) || want != nil && v != want {
			t.Errorf("%s: %v %v", text, v, read)
		}
	}
}

// TestTwoRowsInOneRow: two labels in one cell and two numbers in each cell beside it are two rows; where the numbers are not
// as many as the labels, none is read.
func TestTwoRowsInOneRow(t *testing.T) {
	for _, c := range []struct {
		upper, lower string // labels
		paths        [2]string
		n            int
	}{
		{"行政处罚", "行政强制", [2]string{"t2.penalty.decisions", "t2.coercion.decisions"}, 1},
		{"规章", "规范性文件", [2]string{"t2.regulations.", "t2.normative_documents."}, 3},
		{"重复申请", "公开出版物", [2]string{"t3.unprocessed.repeat.", "t3.unprocessed.publication."}, 7},
	} {
		for _, lost := range []bool{false, true} {
			r := compose.New(6, "江北市人民政府", 2023, compose.Options{})
			d := r.Document(compose.Whole)
			var pairs [][2]*document.Cell
			for i := range c.n + 1 {
				pairs = append(pairs, [2]*document.Cell{cellOf(t, d, c.upper, i), cellOf(t, d, c.lower, i)})
			}
			for i, p := range pairs {
				up, low := p[0], p[1]
				up.Text += "\n" + low.Text
				if lost && i == 1 {
					up.Text = low.Text
				}
				low.Text = ""
			}
			for i := range d.Blocks {
				if tab := d.Blocks[i].Table; tab != nil { // the lower row is gone
					kept := tab.Cells[:0]
					for _, cell := range tab.Cells {
						if cell.Text != "" {
							kept = append(kept, cell)
						}
					}
					tab.Cells = kept
				}
			}
			got := parseAs(t, c.upper, d)
			for _, f := range report.Fields() {
				printed, has := r.Numbers[f.Path]
				v, read := got.Data.Value(f.Path)
				shared := strings.HasPrefix(f.Path, c.paths[0]) || strings.HasPrefix(f.Path, c.paths[1])
				switch {
				case lost && shared:
					if read {
						t.Errorf("%s: %v was read of a row whose numbers are not two each", f.Path, v)
					}
				case has != read || v != printed:
					t.Errorf("%s, lost %v: %v %v, printed %v", f.Path, lost, v, read, printed)
				}
			}
			if lost {
				wantWarning(t, got, report.WarnSeveral)
			}
		}
	}
}

// TestOddCellsOfLines: on lines of text, too, a cell that holds no plain number costs that number and no other.
func TestOddCellsOfLines(t *testing.T) {
	r := compose.New(5, "永宁县人民政府", 2023, compose.Options{})
	for _, shape := range []compose.Shape{compose.Layout, compose.Raw, compose.Paragraphs} {
		for text, want := range map[string]float64{"见附件": -1, "约12": -1, "12件": 12, "12①": 12, "12[1]": 12, "不详": -1} {
			whole := r.As(shape)
			at := strings.Index(whole, "本年新收")
			label := whole[at:]
			row := figures.FindAllStringIndex(label, 4)
			cut := row[3] // the fourth number of the row
			spoiled := whole[:at] + label[:cut[0]] + text + label[cut[1]:]
			got := parse(t, spoiled)
			for _, f := range report.Fields() {
				printed, has := r.Numbers[f.Path]
				v, read := got.Data.Value(f.Path)
				switch {
				case f.Path == "t3.new.nonprofit" && want >= 0:
					if v != want {
						t.Errorf("%s, %s: %v %v", shape, text, v, read)
					}
				case f.Path == "t3.new.nonprofit":
					if read || got.Data.Raw[f.Path] != text {
						t.Errorf("%s, %s: %v %v, raw %q", shape, text, v, read, got.Data.Raw[f.Path])
					}
				case has != read || v != printed:
					t.Errorf("%s, %s: %s is %v %v, printed %v", shape, text, f.Path, v, read, printed)
				}
			}
		}
	}
}

// TestRemarkBehindRow: a remark behind a whole row is none of its cells.
func TestRemarkBehindRow(t *testing.T) {
	r := compose.New(5, "永宁县人民政府", 2023, compose.Options{})
	text := r.As(compose.Pipes)
	for _, label := range []string{"行政许可", "本年新收", "规范性文件", "国家秘密"} {
		lines := strings.Split(text, "\n")
		for i, l := range lines {
			if strings.Contains(l, label) && strings.Count(l, "|") > 2 {
				cells := strings.Split(strings.TrimRight(l, "| "), "|")
				lines[i] = strings.Join(cells, "|") + " | 见说明 |"
			}
		}
		var c tally
		c.compare(t, label, r, parse(t, strings.Join(lines, "\n")))
		if c.right != c.total {
			t.Errorf("%s: %d of %d numbers", label, c.right, c.total)
		}
	}
}
