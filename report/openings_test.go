package report_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"nianbao/document"
	"nianbao/extract/html"
	"nianbao/internal/compose"
	"nianbao/report"
)

// TestOpenings reads title, body and year from the ways in which reports begin.
func TestOpenings(t *testing.T) {
	const sections = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n六、其他需要报告的事项\n" +
		"全年召开会议两次，安排专人更新栏目，听取了村（居）代表的意见，并在政务大厅设立了查阅点，配备了电脑和打印机，供来访群众使用。窗口人员为老年人提供代查服务，登记查阅二百余人次，收集意见十余条，均已答复。" +
		"各科室明确了一名联络员，每季度核对一次栏目内容，发现过期信息及时撤下。对起草中的文件同步提出公开属性建议，由办公室复核后报分管负责人审定，并将审定结果录入台账，以备查考。相关经费列入年度预算，没有向申请人收取任何费用，也没有因公开工作被追究责任的情形发生。\n"
	for name, c := range map[string]struct {
		text, body string
		year       int
		published  string
	}{
		"title broken inside a word":    {"永宁县柳河镇人民政府2023年度政府\n信息公开工作年度报告\n", "永宁县柳河镇人民政府", 2023, ""},
		"title, body and month":         {"江北市人民政府2016年\n政府信息公开工作年度报告\n江北市人民政府办公室\n2017年3月\n", "江北市人民政府", 2016, ""},
		"title twice":                   {"城关街道\n城关街道办事处2023年政府信息公开工作年度报告\n城关街道办事处\n2023年政府信息公开工作年度报告\n", "城关街道办事处", 2023, ""},
		"date and source between":       {"永宁县2018年政府信息公开工作年度报告\n日期：2019年03月04日   信息来源：县政府办公室\n", "永宁县", 2018, "2019-03-04"},
		"no title, body in the opening": {"现公布永宁县财政局2021年政府信息公开工作年度报告，统计期限自2021年1月1日起至12月31日止。\n", "永宁县财政局", 2021, ""},
		"no title, body composes":       {"根据条例，永宁县财政局编制了本年度报告。统计期限自2022年1月1日起至12月31日止。\n", "永宁县财政局", 2022, ""},
		"single characters lost":        {"永宁县财政局2025年政府信息公开工作年度报告\n所列数据的统计期限自202511日至20251231日。\n", "永宁县财政局", 2025, ""},
		"year without its word":         {"2012永宁县政府信息公开工作年度报告\n", "永宁县", 2012, ""},
		"catalogue above":               {"名称 | 永宁县政府办公室2014年政府信息公开年度报告 | ||\n索引号 | 014320/2015-00056 | 分类 | 政府信息公开年报 其他 |\n发布机构 | 永宁县人民政府办公室 | 发文日期 | 2015-02-03 |\n", "永宁县政府办公室", 2014, "2015-02-03"},
		"catalogue without the title":   {"索 引 号 | 0144/2018-04 | 分 类 | 政府信息公开年报 综合政务 |\n发布机构 | 永宁县水利局 | 发文日期 | 2018-02-28 |\n统计期限自2017年1月1日起至12月31日止。\n", "永宁县水利局", 2017, "2018-02-28"},
		"present and public":            {"根据条例规定,现公布江北市人民政府2017年政府信息公开工作年度报告。统计期限自2017年1月1日起至12月31日止。\n", "江北市人民政府", 2017, ""},
		"known by its deeds":            {"2023年，在县委的领导下，城南街道办事处认真落实条例。统计期限自2023年1月1日起至12月31日止。\n", "城南街道办事处", 2023, ""},
		"signed":                        {"政府信息公开工作年度报告\n统计期限为2020年1月1日至12月31日。\n", "永宁县水利局", 2020, "2021-01-20"},
	} {
		text := c.text + sections
		if name == "signed" {
			text += "永宁县水利局\n2021年1月20日\n"
		}
		v := report.Classify(report.FromText(text))
		if !v.IsReport || v.Publisher != c.body || v.Year != c.year || c.published != "" && v.PublishedAt != c.published {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// TestTrustInTitles: of a page the metadata speak first, without the name of the site; of a file its first lines, since
// core properties are often left over from another document.
func TestTrustInTitles(t *testing.T) {
	para := func(s string) document.Block { return document.Block{Kind: document.Paragraph, Text: s} }
	page := &document.Document{MediaType: "text/html", Title: "永宁县财政局2023年政府信息公开工作年度报告-永宁县人民政府", Blocks: []document.Block{para("政府信息公开指南"), para("附件下载")}}
	if v := report.Classify(page); !v.IsReport || v.Complete || v.Title != "永宁县财政局2023年政府信息公开工作年度报告" || v.Publisher != "永宁县财政局" {
		t.Errorf("%+v", v)
	}
	file := &document.Document{MediaType: "application/pdf", Title: "关于做好2020年度政府信息公开年度报告编制工作的通知", Blocks: []document.Block{para("永宁县财政局2023年政府信息公开工作年度报告")}}
	if v := report.Classify(file); !v.IsReport || v.Year != 2023 {
		t.Errorf("%+v", v)
	}
	list := &document.Document{MediaType: "text/html", Title: "政府信息公开年报-永宁县人民政府"}
	for _, s := range []string{"永宁县2021年政府信息公开工作年度报告", "永宁县2022年政府信息公开工作年度报告", "永宁县2023年政府信息公开工作年度报告"} {
		list.Blocks = append(list.Blocks, para(s))
		list.Links = append(list.Links, document.Link{URL: "/x", Kind: document.LinkAnchor, Text: s, InBody: true})
	}
	if v := report.Classify(list); v.IsReport {
		t.Errorf("a list: %+v", v)
	}
}

// TestTitles: what a title alone says about a document that has nothing else.
func TestTitles(t *testing.T) {
	for title, want := range map[string]bool{
		"永宁县2018年政府信息公开工作年度报告及统计表":      true,
		"永宁县2018年政府信息公开工作年度报告（附统计表）":    true,
		"永宁县政府信息公开年度报告（2023年度）":         true,
		"永宁县统计局2023年政府信息公开工作年度报告":       true,
		"永宁县住房公积金管理中心2023年政府信息公开工作年度报告": true,
		"永宁县机构编制委员会办公室2023年政府信息公开年报":    true,
		"江北医学院附属医院2023年政府信息公开工作年度报告":    true,
		"关于报送《永宁县2020年政府信息公开工作年度报告》的函":  true,
		"关于印发永宁县2020年政府信息公开工作年度报告的通知":   true,
		"永宁县网站管理中心2023年政府信息公开工作年度报告":    true,
		"关于印发2020年政府信息公开工作年度报告格式的通知":    false,
		"关于做好2020年政府信息公开工作年度报告编制工作的通知":  false,
		"《永宁县2023年政府信息公开工作年度报告》解读":      false,
		"永宁县2023年政府信息公开统计年报":            false,
		"永宁县2023年上半年政府信息公开工作报告":         false,
		"永宁县2023年政府网站工作年度报表":            false,
		"永宁县住房公积金2023年年度报告":             false,
		"永宁县2023年法治政府建设年度报告":            false,
		"江北大学2022-2023学年信息公开年度报告":       false,
		"永宁县政府信息公开工作年度报告制度":             false,
		"永宁县召开2023年政府信息公开年度报告编制培训会":     false,
		"永宁县2023年政府信息公开年度报告编制说明":        false,
		"永宁县2023年依申请公开工作年度报告":           false,
		"政府信息公开年报":                      false,
		"永宁县2023年政府工作报告":                false,
		"永宁县2023年度行政许可实施情况年度报告":         false,
		"永宁县财政局2023年度部门决算公开":            false,
		"关于公布2023年政府信息公开工作年度报告抽查结果的通报":  false,
		"永宁县2023年政府信息公开工作要点":            false,
		"永宁县2023年度企业年报公示公告":             false,
		"关于编制发布2022年政府信息公开工作年度报告的通知":    false,
		"关于报送2022年政府信息公开工作年度报告的通知":      false,
		"关于发布2022年政府信息公开工作年度报告的通知":      false,
		"关于做好市公安局2022年政府信息公开工作年度报告的通知":  false,
		"××县2022年政府信息公开工作年度报告":          false,
		"永宁县关于公布2022年政府信息公开工作年度报告的公告":   true,
	} {
		v := report.Classify(&document.Document{MediaType: "text/html", Title: title, Blocks: []document.Block{{Kind: document.Paragraph, Text: "附件下载"}}})
		if v.IsReport != want || !want && v.Reason == "" {
			t.Errorf("%s: %v (%s), want %v", title, v.IsReport, v.Reason, want)
		}
	}
}

// TestFalseFriendsAsText reads documents that resemble reports as plain text: lines without metadata.
func TestFalseFriendsAsText(t *testing.T) {
	for _, kind := range compose.Kinds() {
		title, body := compose.FalseFriend(kind, "永宁县", 2022, 5)
		d, err := html.Read(context.Background(), []byte("<p>"+title+"</p>"+body), "", html.Options{})
		if err != nil {
			t.Fatal(err)
		}
		d.MediaType, d.Engine, d.Title, d.Links = "application/pdf", "pdf/test", "untitled", nil
		if v := report.Classify(d); v.IsReport {
			t.Errorf("%s: %+v", kind, v)
		}
	}
}

// TestPlaceholderTitles: the title that a program gives a file without one does not count, unless it repeats the name of a file.
func TestPlaceholderTitles(t *testing.T) {
	r := compose.New(9, "永宁县财政局", 2023, compose.Options{})
	for given, want := range map[string]string{
		"untitled": r.Title, "(anonymous)": r.Title, "Microsoft Word - 文档1": r.Title, "未命名": r.Title, "新建 Microsoft Word 文档": r.Title,
	} {
		d := r.Document(compose.Whole)
		d.MediaType, d.Title = "application/pdf", given
		if got := parseAs(t, given, d); got.Title != want || got.Year != 2023 {
			t.Errorf("%s: %q %d", given, got.Title, got.Year)
		}
		d.Blocks = slices.DeleteFunc(d.Blocks, func(b document.Block) bool { return b.Table == nil })
		if got, err := report.Parse(d); err == nil && got.Title != "" {
			t.Errorf("%s: titled %q", given, got.Title)
		}
	}
	bare := &document.Document{MediaType: "application/pdf", Title: "Microsoft Word - 永宁县2023年政府信息公开工作年度报告.doc"}
	if v := report.Classify(bare); v.Title != "永宁县2023年政府信息公开工作年度报告" {
		t.Errorf("%+v", v)
	}
}

// TestTitlesElsewhere: in the first row of a sheet below the sheet's name, and with its year behind it in a text of one
// line.
func TestTitlesElsewhere(t *testing.T) {
	r := compose.New(9, "永宁县财政局", 2023, compose.Options{})
	sheet := r.Document(compose.Whole)
	for i := range sheet.Blocks {
		if squeezed := sheet.Blocks[i].Text; squeezed == r.Title {
			sheet.Blocks[i] = document.Block{Kind: document.TableKind, Table: &document.Table{Rows: 2, Cols: 2, Cells: []document.Cell{{Text: r.Title, ColSpan: 2}, {Row: 1, Text: "一、总体情况"}}}}
		}
	}
	sheet.Blocks = slices.Insert(sheet.Blocks, 0, document.Block{Kind: document.Heading, Text: "Sheet1"})
	if got := parseAs(t, "sheet", sheet); got.Title != r.Title {
		t.Errorf("sheet: %q", got.Title)
	}
	title := "永宁县财政局政府信息公开工作年度报告（2023年）"
	line := strings.Replace(r.As(compose.OneLine), r.Title, title, 1)
	if got := parseAs(t, "line", report.FromText(line)); squeeze(got.Title) != squeeze(title) {
		t.Errorf("line: %q", got.Title)
	}
}

// squeeze is a title with its brackets made plain.
func squeeze(s string) string { return strings.NewReplacer("（", "(", "）", ")", " ", "").Replace(s) }

// TestUnreadable: of a file whose text nobody could read the reason says so.
func TestUnreadable(t *testing.T) {
	for flag, want := range map[string]string{document.FlagLowQuality: "could not be read", document.FlagNeedsOCR: "needs OCR"} {
		d := &document.Document{MediaType: "application/pdf", Flags: []string{flag}, Blocks: []document.Block{{Kind: document.Paragraph, Text: "\ufffd\ufffd 12 \ufffd"}}}
		if v := report.Classify(d); v.IsReport || !strings.Contains(v.Reason, want) {
			t.Errorf("%s: %+v", flag, v)
		}
	}
}
