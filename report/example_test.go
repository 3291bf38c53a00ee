package report_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"nianbao/report"
)

// sample is a short report in one of the shapes that converters leave: rows of cells parted by bars.
const sample = `柳溪县档案馆2023年政府信息公开工作年度报告
本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。
一、总体情况
全年收到政府信息公开申请3件。
二、主动公开政府信息情况
第二十条第（一）项
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数
规章 | 0 | 0 | 0
行政规范性文件 | 2 | 1 | 14
三、收到和处理政府信息公开申请情况
一、本年新收政府信息公开申请数量 | 2 | 1 | 0 | 0 | 0 | 0 | 3
二、上年结转政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1
三、本年度办理结果 | （一）予以公开 | 3 | 1 | 0 | 0 | 0 | 0 | 5
（七）总计 | 3 | 1 | 0 | 0 | 0 | / | 4
四、结转下年度继续办理 | 0 | 0 | 0 | 0 | 0 | 0 | 0
`

func ExampleParseText() {
	r, err := report.ParseText(sample)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Publisher.Name, r.Year, r.Data.Format)
	v, ok := r.Data.Value("t2.normative_documents.in_force")
	fmt.Println("in force:", v, ok)

	// A cell that holds no number is null, with its text beside it; it is never 0.
	_, ok = r.Data.Value("t3.results_total.other_org")
	fmt.Printf("%v %q\n", ok, r.Data.Raw["t3.results_total.other_org"])

	// What is wrong in the source is said, not mended.
	for _, c := range r.Checks {
		if !c.Holds {
			fmt.Println(c.Rule, c.Row, c.Left, "≠", c.Right)
		}
	}
	// Output:
	// 柳溪县档案馆 2023 f2021
	// in force: 14 true
	// false "/"
	// row_totals t3.granted 5 ≠ 4
}

func ExampleAnnualReport_origins() {
	r, err := report.ParseText(sample)
	if err != nil {
		fmt.Println(err)
		return
	}
	o := r.Origins["t3.new.enterprise"]
	fmt.Printf("line %d, place %d: %q\n", o.Row, o.Col, o.Text)
	// Output: line 11, place 3: "1"
}

func ExampleParse_notReport() {
	_, err := report.Parse(report.FromText("关于做好2023年度政府信息公开工作年度报告编制工作的通知\n各乡镇：请于1月20日前完成编制。"))
	var none *report.NotReport
	fmt.Println(errors.As(err, &none), none.Reason)
	// Output: true a notice about reports
}

func ExampleCompareYears() {
	before, after := &report.AnnualReport{Year: 2022}, &report.AnnualReport{Year: 2023}
	four, three := 4.0, 3.0
	before.Data.T3 = map[string]report.Row{"carried_out": {"total": &four}}
	after.Data.T3 = map[string]report.Row{"carried_in": {"total": &three}}
	for _, c := range report.CompareYears(before, after) {
		fmt.Println(c.Rule, c.Column, c.Holds, c.Left, c.Right)
	}
	// Output: carried_over total false 4 3
}

func ExampleCSVHeader() {
	r, err := report.ParseText(sample)
	if err != nil {
		fmt.Println(err)
		return
	}
	record := r.CSVRecord()
	for i, h := range report.CSVHeader() {
		if strings.HasPrefix(h, "t2.normative_documents.") && record[i] != "" {
			fmt.Println(h, record[i])
		}
	}
	// Output:
	// t2.normative_documents.made 2
	// t2.normative_documents.repealed 1
	// t2.normative_documents.in_force 14
}

func ExampleAnnualReport_WriteTable() {
	r, err := report.ParseText("柳溪县档案馆2023年政府信息公开工作年度报告\n第二十条第（一）项\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n规章 | 0 | / | 0\n行政规范性文件 | 2 | 1 | 14\n")
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Warnings = nil
	if err := r.WriteTable(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 柳溪县档案馆2023年政府信息公开工作年度报告
	// 发布机构 柳溪县档案馆　年度 2023　发布日期 –　2021 年格式
	//
	// 主动公开政府信息情况
	// 规章                  本年制发件数 0  本年废止件数 –/   现行有效件数 0
	// 行政规范性文件        本年制发件数 2   本年废止件数 1  现行有效件数 14
	//
	// 勾稽关系：0 项成立，0 项不成立
}
