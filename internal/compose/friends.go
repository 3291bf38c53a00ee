package compose

import (
	"fmt"
	"strings"
)

// A friend is a false friend: what looks like an annual report on disclosure and is none.
type friend struct {
	kind, title string // title: %[1]s the place, %[2]d the year, %[3]d the next year
	paras       []string
}

// friends are one of every kind met on portals, and often in the very column of the true reports.
var friends = []friend{
	{"work_report", "%[2]d年%[1]s政府工作报告", []string{"各位代表：现在，我代表县人民政府向大会报告工作，请予审议。", "一、过去一年工作回顾。地区生产总值增长百分之五，财政收入稳中有升。", "二、今年的主要任务。扩大有效投资，办好十件民生实事，推进政府信息公开。"}},
	{"law_government", "%[1]s%[2]d年法治政府建设年度报告", []string{"现将本年度推进法治政府建设的情况报告如下。", "一、主要举措和成效。办理行政复议案件12件，出庭应诉率百分之百。", "二、存在的主要问题。三、下一年度的安排。"}},
	{"interpretation", "《%[1]s人民政府%[2]d年政府信息公开工作年度报告》解读", []string{"为便于公众了解年报内容，现就其要点解读如下。", "全年主动公开政府信息318条，收到申请9件，均已按期答复。", "与上一年相比，申请数量略有下降。"}},
	{"diagram", "一图读懂%[1]s%[2]d年政府信息公开年报", []string{"图中列出了本年度主动公开、依申请公开的主要数字。"}},
	{"website_form", "%[1]s%[2]d年政府网站工作年度报表", []string{"网站名称、首页网址、主办单位、标识码见下表。", "独立用户访问总量（单位：个）83120；网站总访问量（单位：次）240115。", "信息发布总数1820条，其中概况类信息更新量40条。"}},
	{"website_supervision", "%[1]s政府网站监管年度报表（%[2]d年度）", []string{"本级政府网站数量3个，全年抽查4次，发现问题7个，已整改完成。"}},
	{"housing_fund", "%[1]s住房公积金%[2]d年年度报告", []string{"根据住房公积金管理条例，现将本年度公积金运行情况公布如下。", "一、机构概况。二、业务运行情况：新开户单位132家，净增职工1800人。", "三、主要财务数据。业务收入4.12亿元，业务支出2.05亿元。"}},
	{"final_accounts", "%[1]s财政局%[2]d年度部门决算公开", []string{"第一部分 部门概况。第二部分 决算情况说明。", "本年收入合计1,204.55万元，支出合计1,198.30万元。"}},
	{"budget", "%[1]s民政局%[3]d年部门预算信息公开", []string{"一、部门职责。二、机构设置。三、收支预算总表。", "一般公共预算拨款收入866.12万元。"}},
	{"statistics", "%[1]s%[2]d年国民经济和社会发展统计公报", []string{"初步核算，全年地区生产总值215.6亿元，比上年增长5.1%。", "年末常住人口32.4万人，城镇化率48.7%。"}},
	{"statistics_yearly", "%[1]s%[2]d年统计年报", []string{"规模以上工业企业67家，完成总产值88.4亿元。"}},
	{"company", "关于做好%[2]d年度企业年报公示工作的提示", []string{"凡上年底前登记的市场主体，应当在六月三十日前报送年报。"}},
	{"licensing", "%[1]s%[2]d年度行政许可实施情况年度报告", []string{"本年度办理行政许可事项2315件，按时办结率百分之百。", "一、基本情况。二、事中事后监管。三、存在的问题。"}},
	{"university", "%[1]s职业技术学院%[2]d学年信息公开年度报告", []string{"本报告依照高等学校信息公开办法编制，统计学年自九月一日起至次年八月三十一日止。", "一、概述。二、主动公开情况。三、依申请公开情况：收到申请1件。"}},
	{"summary", "%[1]s%[2]d年政务公开工作总结", []string{"一年来，我们围绕中心工作推进政务公开，现总结如下。", "召开专题会议两次，印发简报五期。"}},
	{"guide", "%[1]s政府信息公开指南（%[3]d年版）", []string{"一、公开的范围。二、公开的形式。三、申请的受理机构和办理程序。", "受理时间为工作日上午九时至下午五时。"}},
	{"rules", "%[1]s政府信息公开工作年度报告制度", []string{"第一条 为规范年度报告的编制和发布，制定本制度。", "第二条 各单位应当于每年1月31日前发布上一年度报告。", "第三条 年度报告应当包括主动公开、依申请公开、行政复议和行政诉讼等情况。"}},
	{"format_notice", "关于印发政府信息公开工作年度报告格式的通知", []string{"各有关单位：现将年度报告的格式印发给你们，请遵照执行。", "附件：中华人民共和国政府信息公开工作年度报告格式"}},
	{"drafting_notice", "关于做好%[2]d年度政府信息公开工作年度报告编制发布工作的通知", []string{"各乡镇、各部门：请于1月20日前完成本单位年度报告的编制。", "报告应当包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六个部分。"}},
	{"request_stats", "%[1]s%[2]d年依申请公开情况统计", []string{"全年收到申请31件，其中网络申请20件，信函申请11件。"}},
	{"gazette", "%[1]s人民政府公报%[2]d年第4期", []string{"本期目录：县政府文件；部门文件；人事任免。"}},
	{"explanation", "%[1]s%[2]d年度政府信息公开年度工作报告说明", []string{"因机构调整，本单位该年度的数据并入上级机关报告，不再单独发布。"}},
	{"half_year", "%[1]s%[2]d年上半年政府信息公开工作情况统计", []string{"一至六月主动公开信息140条，收到申请4件。"}},
	{"self_check", "%[1]s%[2]d年政府网站自查报告", []string{"按照要求，我县对所办网站逐项自查，现将情况报告如下。"}},
	{"news", "%[1]s召开%[2]d年政府信息公开工作年度报告编制培训会", []string{"会上，业务骨干讲解了年度报告六个部分的填报口径，并就收到和处理政府信息公开申请情况的统计作了示范。", "参会人员表示收获很大。"}},
	{"quarter", "%[1]s%[2]d年第三季度政府信息公开情况统计表", []string{"本季度主动公开信息66条，收到申请2件，均已答复。"}},
	{"enforcement", "%[1]s%[2]d年度行政执法情况年度报告", []string{"本年度办理行政处罚310件、行政许可1204件、行政强制12件。", "被申请行政复议2件，被提起行政诉讼1件。"}},
	{"evaluation", "%[1]s%[2]d年政府信息公开工作第三方评估结果的通报", []string{"从主动公开、依申请公开、平台建设等方面对各单位打分，现将结果通报如下。", "财政局得分九十二分，位列第一。"}},
	{"application", "%[1]s政府信息公开申请表", []string{"申请人姓名、工作单位、联系电话、所需政府信息的内容描述。"}},
	{"catalogue", "%[1]s政府信息公开目录（%[3]d年版）", []string{"机构职能、法规文件、规划计划、统计信息、财政预算决算、行政许可、行政处罚、政府集中采购。"}},
	{"party", "%[1]s%[2]d年党务公开工作年度报告", []string{"全年公开党务信息52条，召开民主生活会一次。"}},
	{"environment", "%[1]s%[2]d年环境状况公报", []string{"全年空气质量优良天数301天，地表水达标率百分之九十八。"}},
	{"audit", "%[1]s%[2]d年度预算执行情况的审计工作报告", []string{"审计查出问题23个，已整改21个。"}},
	{"social", "%[1]s城市建设投资公司%[2]d年社会责任报告", []string{"本公司全年缴纳税金1.2亿元，捐赠款物30万元。"}},
	{"university_year", "%[1]s师范大学%[2]d年信息公开年度报告", []string{"根据高等学校信息公开办法的要求，学校编制了本报告。统计期限自%[2]d年1月1日至12月31日。", "一、概述。二、主动公开情况。三、依申请公开情况。四、对信息公开的评议情况。五、存在的不足和改进措施。"}},
	{"requests_guide", "%[1]s政府信息公开申请办理流程", []string{"收到申请后二十个工作日内答复，需要延长的，经负责人同意可以延长二十个工作日。"}},
	{"supervision_rules", "%[1]s政府信息公开监督检查制度", []string{"第一条 为加强监督，制定本制度。第二条 年度报告未按时发布的，予以通报。"}},
	{"answers", "%[2]d年政府信息公开年度报告问答", []string{"问：年度报告由谁发布？答：由各行政机关发布。", "问：何时发布？答：每年1月31日前。"}},
	{"summary_open", "%[1]s%[2]d年政务公开工作情况总结", []string{"一年来，主动公开信息420条，依申请公开8件，开展培训三次。", "存在的不足是更新不够及时，下一步将改进。"}},
	{"hijacked", "澳门金沙娱乐城%[2]d年政府信息公开工作年度报告", []string{"根据条例要求编制本报告，真人视讯与百家乐平台统计期限自%[2]d年1月1日起至12月31日止。", "一、总体情况。二、主动公开政府信息情况。三、收到和处理老虎机申请情况。", "六合彩投注平台提供本报告电子版。"}},
	{"report_rules", "%[1]s政府信息公开统计制度", []string{"一、统计范围。二、组织实施。三、报送要求：每年1、4、7、10月报送。", "附：政府信息公开情况统计表，填报单位、填报日期。"}},
	{"revision", "关于征求《%[1]s政府信息公开规定》意见的公告", []string{"现向社会公开征求意见，截止日期为%[3]d年3月1日。"}},
	{"publicity", "%[1]s政府开展政府信息公开条例宣传活动", []string{"活动现场发放资料600份，接受咨询80人次。"}},
	{"plan", "%[1]s%[3]d年政务公开工作要点", []string{"一、加强重点领域公开。二、规范依申请公开办理。三、提升年报质量。"}},
	{"publishing_notice", "关于编制发布%[2]d年政府信息公开工作年度报告的通知", []string{"各乡镇、各部门：现将上一年度报告的编制和报送要求通知如下。", "请于1月15日前将电子版报送县政务公开办。", "附件：年度报告格式"}},
	{"sample_form", "政府信息公开工作年度报告填报说明（样表）", []string{"表中数字用来示范填法，请各单位按实际情况填写。"}},
	{"run_together", "政府信息公开年报", []string{"%[1]s财政局%[2]d年政府信息公开工作年度报告 %[3]d-01-20%[1]s教育局%[2]d年政府信息公开工作年度报告 %[3]d-01-21%[1]s水务局%[2]d年政府信息公开工作年度报告 %[3]d-01-22"}},
}

// Kinds lists the kinds FalseFriend knows.
func Kinds() []string {
	out := make([]string, len(friends))
	for i, f := range friends {
		out[i] = f.kind
	}
	return out
}

// FalseFriend composes a document that resembles a report of a place and year and is none: its title and its body as an
// HTML fragment. An unknown kind gives empty strings.
func FalseFriend(kind, place string, year int, seed int64) (title, htmlBody string) {
	for _, f := range friends {
		if f.kind != kind {
			continue
		}
		title = say(f.title, place, year)
		var list []piece
		for _, p := range f.paras {
			list = append(list, piece{text: say(p, place, year)})
		}
		rng := source(seed, place, year, kind)
		switch kind {
		case "format_notice", "report_rules", "publishing_notice":
			list = append(list, emptyForm(year)...)
		case "sample_form":
			r := New(seed, place, max(year, 2021), Options{})
			list = append(list, piece{head: true, text: sectionHeads[1]}, piece{table: r.table2()}, piece{head: true, text: sectionHeads[2]}, piece{table: r.table3()},
				piece{head: true, text: sectionHeads[3]}, piece{table: r.table4()})
		case "website_form":
			g := &grid{weights: []int{2, 1}}
			for i, l := range []string{"政务微博名称", "移动新媒体粉丝量（单位：个）", "解读信息发布总数（单位：条）", "留言办理数量（单位：条）"} {
				g.add(i, 0, 1, 1, l)
				g.value(i, 1, 1, fmt.Sprint(rng.IntN(4000)))
			}
			list = append(list, piece{table: g})
		}
		return title, fragment(list, Styles()[rng.IntN(len(Styles()))])
	}
	return "", ""
}

// say fills in a title that may leave some of its arguments unused.
func say(format, place string, year int) string {
	return strings.NewReplacer("%[1]s", place, "%[2]d", fmt.Sprint(year), "%[3]d", fmt.Sprint(year+1)).Replace(format)
}

// emptyForm is the form itself: heads and tables without a number.
func emptyForm(year int) []piece {
	r := &Report{Year: max(year, 2021), Numbers: map[string]float64{}}
	return []piece{{head: true, text: sectionHeads[0]}, {text: "（本部分概述公开工作的基本情况，以文字表述。）"},
		{head: true, text: sectionHeads[1]}, {table: r.table2()}, {head: true, text: sectionHeads[2]}, {table: r.table3()},
		{head: true, text: sectionHeads[3]}, {table: r.table4()}, {head: true, text: sectionHeads[4]}, {head: true, text: sectionHeads[5]}}
}
