package report_test

import (
	"regexp"
	"strings"
	"testing"

	"nianbao/internal/compose"
	"nianbao/report"
)

// short is a report of a body that had little to say.
func short(requests string) string {
	return "永宁县柳河镇2010年政府信息公开工作年度报告\n一、概述\n本镇确定了专人。\n二、主动公开政府信息情况\n累计主动公开政府信息318条。\n三、依申请公开政府信息情况\n" + requests +
		"\n四、收费及减免情况\n没有收费。\n五、行政复议、诉讼情况\n没有发生行政复议和行政诉讼。\n六、存在的问题及改进措施\n栏目更新不够及时，明年由专人负责，每月核对一次。另在镇便民大厅设立查阅点，摆放文件汇编，供来办事的群众翻看，并请各村代为张贴。\n"
}

// TestShortReports: four sections make a report of those years complete, however short it is, and 申请 in the section on
// requests is one for information.
func TestShortReports(t *testing.T) {
	for requests, want := range map[string]float64{
		"共受理申请23件，其中当面申请1件，网上申请22件。": 23,
		"全年收到申请 4 件，均已答复。":           4,
		"受理行政许可申请230件，收到公开申请7件。":     7,
		"收到申请 12 34 件，当面申请 1 2 件。":   -1,
		"收到政府信息公开申请999999999999件。":   -1,
		"（一）一、本年新收政府信息公开申请数量 1 2 3":  -1,
		"未收到申请。": 0,
	} {
		got, err := report.ParseText(short(requests))
		if err != nil {
			t.Fatal(err)
		}
		if got.Data.Format != "free" {
			t.Errorf("%s: format %q", requests, got.Data.Format)
		}
		for _, w := range got.Warnings {
			if w.Code == report.WarnBodyMissing {
				t.Errorf("%s: %s", requests, w.Text)
			}
		}
		switch f := got.Prose.RequestsReceived; {
		case f == nil && want >= 0:
			t.Errorf("%s: nothing read", requests)
		case f != nil && f.Value != want:
			t.Errorf("%s: %v read", requests, f.Value)
		}
	}
	if got, err := report.ParseText("永宁县柳河镇2010年政府信息公开工作年度报告\n附件下载\n"); err != nil || got.Data.Format != "" {
		t.Errorf("an announcement: %v %+v", err, got)
	}
}

// sentences are the lines of running text.
var sentences = regexp.MustCompile(`(?m)^.*。.*$`)

// TestRowsAreNoSentences: in no shape of text do the numbers of a row become a figure of the prose, not even where there is
// no sentence that names one.
func TestRowsAreNoSentences(t *testing.T) {
	for _, shape := range compose.Shapes() {
		r := compose.New(21, "永宁县财政局", 2022, compose.Options{})
		text := r.As(shape)
		if bare := sentences.ReplaceAllString(text, ""); len(bare) > len(text)/2 {
			text = r.Title + "\n" + bare
		}
		got := parseAs(t, string(shape), report.FromText(text))
		for name, f := range map[string]*report.Figure{"received": got.Prose.RequestsReceived, "granted": got.Prose.Granted, "refused": got.Prose.Refused} {
			if f != nil && (strings.Contains(f.Sentence, "本年新收政府信息公开申请数量") || f.Value > 10000) {
				t.Errorf("%s: %s %v from %.60q", shape, name, f.Value, f.Sentence)
			}
		}
	}
}
