package report_test

import (
	"testing"

	"nianbao/report"
)

func TestLevel(t *testing.T) {
	for name, want := range map[string]string{
		"教育部": "national", "国家统计局": "national", "中华人民共和国海关总署": "national", "国务院办公厅": "national", "云川省人民政府": "province", "北京市": "province", "新疆生产建设兵团": "province",
		"江北市人民政府": "city", "青州市人民政府": "city", "云川省江北市": "city", "南岭自治州人民政府": "city", "北原盟行政公署": "city", "西山地区行政公署": "city", "兵团第八师": "city", "第一师阿拉尔市": "city",
		"永宁县人民政府": "county", "江北市城南区人民政府": "county", "江北市瑞安市人民政府": "county", "东湖新区人民政府": "county", "永宁自治县": "county", "林海林区人民政府": "county", "井山矿区人民政府": "county", "巴林左旗": "county", "西江特区人民政府": "county",
		"柳河镇人民政府": "town", "永宁县城关街道办事处": "town", "巴彦苏木人民政府": "town", "永宁县白石民族乡人民政府": "town",
		"江北高新技术产业开发区管理委员会": "zone", "江北市经开区管委会": "zone", "东湖新区管委会": "zone",
		"永宁县财政局": "department", "国家税务总局永宁县税务局": "department", "江北海关": "department", "中华人民共和国江北海关": "department", "江北市公安局城南分局": "department", "国家统计局永宁调查队": "department", "永宁县人民法院": "department",
		"云川省教育厅": "department", "中国人民银行江北市分行": "department", "永宁县人民政府办公室": "department", "永宁县气象局": "department", "": "",
	} {
		if got := report.Level(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestBodyOf(t *testing.T) {
	for title, want := range map[string]string{
		"永宁县财政局2023年政府信息公开工作年度报告":              "永宁县财政局",
		"2023年永宁县财政局政府信息公开工作年度报告":              "永宁县财政局",
		"关于报送《永宁县财政局2020年政府信息公开工作年度报告》的函":      "永宁县财政局",
		"教育部办公厅关于2017年教育部政府信息公开工作年度报告的公告":      "教育部",
		"永宁县人民政府信息公开2018年度报告":                  "永宁县人民政府",
		"高岭镇_2017年_政府信息公开工作年度报告":               "高岭镇",
		"江北市住房公积金管理中心关于2021年度政府信息公开工作情况的报告":    "江北市住房公积金管理中心",
		"2023年政府信息公开工作年度报告":                    "",
		"关于编制发布2022年政府信息公开工作年度报告的通知":           "",
		"关于做好永宁县财政局2022年政府信息公开工作年度报告的通知":       "永宁县财政局",
		"编制委员会办公室2022年政府信息公开工作年度报告":            "编制委员会办公室",
		"永宁县人民政府关于印发《永宁县2019年政府信息公开工作年度报告》的通知": "永宁县",
	} {
		if got := report.BodyOf(title); got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
}
