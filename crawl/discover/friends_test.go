package discover_test

import (
	"fmt"
	"net/url"
	"testing"

	"nianbao/crawl/discover"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/report"
)

// False friends as real portals have them: what they are called, and where they lie; often in the directory of the reports.
var foreign = []struct{ text, path string }{
	{"2023年法治政府建设年度报告", "/zwgk/fdzdgknr/202403/t20240328_6583952.html"},
	{"2017年度法治政府建设工作报告", "/zwgk/xxgknb/content_17.html"},
	{"永宁县2024年政府工作报告", "/zwgk/zfgzbg/t20240220_1.html"},
	{"《永宁县2023年政府信息公开工作年度报告》解读", "/gongkai/channel_c_1/doc_65b069.html"},
	{"一图读懂2023年政府信息公开年报", "/zwgk/zfxxgknb/202401/t1.html"},
	{"政府网站工作年度报表（2023年）", "/zwgk/zfwzndbb/202401/t2.html"},
	{"2023年政府网站监管年度报表", "/zwgk/xxgknb/202401/t3.html"},
	{"永宁市住房公积金2023年年度报告", "/zwgk/xxgknb/content_25206.html"},
	{"永宁市住房公积金2022年度报告", "/gknb/2022.html"},
	{"永宁县财政局2022年部门决算公开", "/czj/gknb/1.html"},
	{"2024年度部门预算公开", "/zwgk/bmys/2.html"},
	{"2023年统计年报", "/tjj/nb/3.html"},
	{"2023年国民经济和社会发展统计公报", "/tjj/tjgb/4.html"},
	{"2023年度企业年报公示公告", "/scjg/nb/5.html"},
	{"2023年行政许可年度报告", "/zwgk/xxgknb/6.html"},
	{"永宁大学2022-2023学年信息公开年度报告", "/xxgk/2022w2023xnxxgkndbg/list.htm"},
	{"政府信息公开指南", "/zwgk/zfxxgkzn/"},
	{"政府信息公开制度", "/zwgk/zfxxgkzd/"},
	{"关于做好2023年度政府信息公开工作年度报告编制发布工作的通知", "/zwgk/xxgknb/7.html"},
	{"政府信息公开工作年度报告格式", "/zwgk/xxgknb/8.html"},
	{"2023年度依申请公开情况统计", "/zwgk/ysqgk/9.html"},
	{"2023年上半年政府信息公开工作报告", "/zwgk/xxgknb/10.html"},
	{"2023年第三季度政府信息公开情况报告", "/zwgk/xxgknb/11.html"},
	{"政府信息公开年度工作报告说明", "/zwgk/xxgknb/12.html"},
	{"2023年政府公报", "/zwgk/zfgb/13.html"},
	{"2023年政务公开培训会召开", "/zwgk/xxgknb/14.html"},
	{"永宁县2023年环境质量年报", "/hbj/nb/15.html"},
	{"2023年度绩效评价报告", "/czj/nb/16.html"},
	{"2023年社会责任报告", "/gzw/nb/17.html"},
	{"永宁县2023年政府信息公开工作考核结果", "/zwgk/xxgknb/18.html"},
}

// No false friend is followed as a report, wherever it stands, whole or cut, as a page or as a file, nor judged one.
func TestForeignFalseFriends(t *testing.T) {
	page := &url.URL{Scheme: "http", Host: "www.yongning.example", Path: "/zwgk/xxgknb/index.html"}
	home := &portal.Portal{Name: "永宁县", Level: "county"}
	asked, followed, judged := 0, 0, 0
	for _, f := range foreign {
		cut := string([]rune(f.text)[:min(len([]rune(f.text)), 16)]) + "…"
		for _, text := range []string{f.text, f.text + ".docx", cut} {
			for _, role := range []portal.Role{portal.RolePage, portal.RoleAttachment} {
				for heat := range 3 {
					l := portal.Lead{Method: "GET", URL: "http://www.yongning.example" + f.path, Text: text, Near: text + " 2024-01-18", Role: role, InBody: true}
					s := discover.Rank([]portal.Lead{l}, page, heat, discover.Place{})[0]
					asked++
					if s.Score >= discover.Sure {
						followed++
						if text != cut { // the end of a cut title may be what tells
							t.Errorf("%s as %s on a page of heat %d: %d by %s", text, role, heat, s.Score, s.Rule)
						}
					}
				}
			}
			for name, d := range map[string]*document.Document{
				"the title":            {Title: f.text, Blocks: []document.Block{{Kind: document.Paragraph, Text: "附件下载"}}},
				"a heading":            report.FromText(f.text + "\n现予公布。\n"),
				"a title and its year": {Title: f.text, Breadcrumb: []string{"首页", "政府信息公开年报"}, Blocks: []document.Block{{Kind: document.Heading, Text: f.text}}},
			} {
				for _, link := range []string{text, "2023年度报告", "2023年", ""} {
					judged++
					if v := discover.Judge(d, discover.Trail{Portal: home, Text: link, Column: "政府信息公开年报", Listed: true}); v.IsReport {
						t.Errorf("%s, %s, by the link %q: taken for a report (%s)", f.text, name, link, v.Reason)
					}
				}
			}
		}
	}
	t.Logf("%d links: %d followed as sure, all of them cut; %d documents judged", asked, followed, judged)
	if followed*100 > asked*5 {
		t.Errorf("%d of %d false friends are followed as sure", followed, asked)
	}
}

// The labelled false friends are turned away as well when a column of reports lists them under names that fit a report.
func TestListedFalseFriends(t *testing.T) {
	n := 0
	for _, s := range labelled(t) {
		if s.report || len(s.name) > 5 && s.name[:6] == "column" {
			continue
		}
		for _, text := range []string{"2023年度报告", "2021年", "永宁县财政局2023年政府信息公…", fmt.Sprintf("永宁县%d年政府信息公开工作年度报告", 2023)} {
			trail := s.trail
			trail.Text, trail.Column, trail.Listed = text, "政府信息公开年报", true
			n++
			if v := discover.Judge(s.doc, trail); discover.StandsAlone(v) {
				t.Errorf("%s, listed as %s: taken for a report (%s)", s.name, text, v.Reason)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d judgements", n)
	}
}
