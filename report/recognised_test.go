package report_test

import (
	"fmt"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/internal/compose"
	"nianbao/report"
)

// TestRecognisedByPartsOfTheForm cuts reports without a title: any part of the statutory tables is enough, and what is
// read of them is what was printed.
func TestRecognisedByPartsOfTheForm(t *testing.T) {
	t.Parallel()
	for i, shape := range []compose.Shape{compose.Tabs, compose.Paragraphs, compose.Layout, compose.Pipes, compose.CellLines, compose.Raw, compose.Traditional, compose.Markdown} {
		for y := 2019; y < 2024; y += 2 {
			r := compose.New(int64(60+i), "江北市人民政府", y, compose.Options{})
			text := r.As(shape)
			at := func(words ...string) int {
				for _, w := range words {
					if k := strings.Index(text, w); k >= 0 {
						return k
					}
				}
				t.Fatalf("%s: no %v", shape, words)
				return 0
			}
			second, third := at("第二十条", "第二十條"), at("一、本年新收", "本年新收")
			fourth := third + strings.Index(text[third:], "结转下") + strings.Index(text[third:], "結轉下") + 1
			fourth += strings.Index(text[fourth:], "\n四、")
			inside := third + (fourth-third)/2
			for name, part := range map[string]string{
				"table 2 alone":         text[second:third],
				"up to within table 3":  text[second:inside],
				"table 3 alone":         text[third:fourth],
				"the first half of it":  text[third:inside],
				"the second half of it": text[inside:fourth],
				"from table 3 on":       text[third:],
			} {
				if name == "the second half of it" {
					part = part[strings.IndexByte(part, '\n')+1:]
				}
				if name != "table 2 alone" || shape != compose.Layout {
					part = strings.ToValidUTF8(part, "")
				}
				got, err := report.ParseText(part)
				if err != nil {
					t.Errorf("%s, %d, %s: %v", shape, y, name, err)
					continue
				}
				for _, f := range report.Fields() {
					v, read := got.Data.Value(f.Path)
					if printed, has := r.Numbers[f.Path]; read && (!has || v != printed) {
						t.Errorf("%s, %d, %s: %s is %v, printed %v", shape, y, name, f.Path, v, printed)
					}
				}
			}
		}
	}
}

// TestTableFourAlone: fifteen numbers under their heads are a statutory table.
func TestTableFourAlone(t *testing.T) {
	r := compose.New(3, "江北市人民政府", 2023, compose.Options{})
	d := r.Document(compose.Whole)
	last := d.Blocks[:0:0]
	for _, b := range d.Blocks {
		if b.Table != nil && b.Table.Cols == 15 {
			last = append(last, b)
		}
	}
	d.Blocks = last
	got := parseAs(t, "table 4", d)
	if v, ok := got.Data.Value("t4.reconsideration.total"); !ok || v != r.Numbers["t4.reconsideration.total"] {
		t.Errorf("%v %v", v, ok)
	}
}

// TestTitleElsewhere: the title may stand in the file's name alone, or in traditional characters.
func TestTitleElsewhere(t *testing.T) {
	text := []document.Block{{Kind: document.Paragraph, Text: "附件"}}
	for _, d := range []*document.Document{
		{MediaType: "application/pdf", Name: "永宁县财政局2023年政府信息公开工作年度报告.pdf", Blocks: text},
		{MediaType: "text/html", Title: "永寧縣財政局2023年政府信息公開工作年度報告", Blocks: text},
		{MediaType: "application/pdf", Title: "永寧縣財政局2023年政府資訊公開工作年度報告", Blocks: text},
	} {
		v := report.Classify(d)
		if !v.IsReport || v.Complete || v.Publisher != "永宁县财政局" || v.Year != 2023 {
			t.Errorf("%s%s: %+v", d.Name, d.Title, v)
		}
	}
}

// TestListBesideReport: position lines, menus and lists of other reports beside a full report make it no list.
func TestListBesideReport(t *testing.T) {
	r := compose.New(4, "永宁县财政局", 2023, compose.Options{Title: "永宁县财政局2023年政府信息公开工作年度报告"})
	d := r.Document(compose.Whole)
	d.MediaType, d.Title = "text/html", "政府信息公开年报-永宁县人民政府"
	var list []document.Block
	for y := 2015; y < 2023; y++ {
		s := fmt.Sprintf("永宁县财政局%d年政府信息公开工作年度报告", y)
		list = append(list, document.Block{Kind: document.Paragraph, Text: s})
		d.Links = append(d.Links, document.Link{URL: "/x", Kind: document.LinkAnchor, Text: s, InBody: true})
	}
	d.Blocks = append(append(list, document.Block{Kind: document.Paragraph, Text: "当前位置：首页 > 政府信息公开 > 年报"}), d.Blocks...)
	got := parseAs(t, "beside a list", d)
	if got.Year != 2023 || got.Publisher.Name != "永宁县财政局" {
		t.Errorf("%d %q %q", got.Year, got.Publisher.Name, got.Title)
	}
}

// TestTablesOfOtherDocumentsAreNoReport: tables with numbers under the heading of another document are no report.
func TestTablesOfOtherDocumentsAreNoReport(t *testing.T) {
	text := compose.New(4, "永宁县财政局", 2023, compose.Options{}).As(compose.Tabs)
	body := text[strings.Index(text, "二、主动公开政府信息情况"):]
	for _, head := range []string{
		"关于做好2023年度政府信息公开工作年度报告编制工作的通知\n各单位：现将有关事项通知如下。\n",
		"永宁县2023年上半年政府信息公开申请情况\n",
		"政府信息公开工作年度报告格式\n填表说明\n",
		"《永宁县财政局2023年政府信息公开工作年度报告》解读\n现就有关数据解读如下。\n",
		"永宁县2023年第三季度依申请公开情况统计\n",
		"永宁县召开2023年政府信息公开年度报告填报培训\n",
	} {
		if r, err := report.ParseText(head + body); err == nil {
			t.Errorf("%s: taken for a report of %q", head, r.Title)
		}
	}
}
