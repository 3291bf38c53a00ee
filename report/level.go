package report

import "strings"

// ministries are the departments of the State Council that names do not mark with 国家.
var ministries = []string{"外交部", "国防部", "教育部", "科学技术部", "科技部", "工业和信息化部", "公安部", "民政部", "司法部", "财政部", "人力资源和社会保障部", "自然资源部", "生态环境部",
	"住房和城乡建设部", "交通运输部", "水利部", "农业农村部", "农业部", "商务部", "文化和旅游部", "文化部", "退役军人事务部", "应急管理部", "国土资源部", "环境保护部", "审计署", "海关总署", "中国人民银行",
	"中国证券监督管理委员会", "中国证监会", "中国银保监会", "中国气象局", "中国地震局", "中国民用航空局", "国务院办公厅"}

// Level derives the administrative level from a body's name: national, province, city, county, town, zone or department;
// empty when the name does not tell. A county-level city cannot be told from a prefecture-level one by its name: it is
// a city unless a higher city stands before it.
func Level(name string) string {
	has := func(suffixes ...string) bool {
		for _, s := range suffixes {
			if strings.HasSuffix(name, s) {
				return true
			}
		}
		return false
	}
	if name == "" {
		return ""
	}
	for _, m := range ministries {
		if name == m || name == "中华人民共和国"+m {
			return "national"
		}
	}
	state := strings.HasPrefix(name, "国家") || strings.HasPrefix(name, "中华人民共和国") || strings.HasPrefix(name, "国务院")
	switch {
	case state && !has("分局", "税务局", "办事处", "海关", "支局", "总队", "调查队", "监管局", "监察局", "分行"):
		return "national"
	case has("街道办事处", "街道办", "街道", "镇人民政府", "乡人民政府", "镇政府", "乡政府", "镇", "乡", "苏木人民政府", "苏木", "民族乡", "街道党工委", "镇党政办", "团场", "农场", "牧场"):
		return "town"
	case has("生产建设兵团"):
		return "province"
	case strings.Contains(name, "兵团") && has("师", "师市") || strings.HasSuffix(name, "师") && strings.Contains(name, "第"):
		return "city"
	case strings.Contains(name, "师") && strings.HasSuffix(name, "团") && strings.Contains(name, "第"):
		return "town"
	case has("开发区", "管委会", "管理委员会", "高新区", "经开区", "示范区", "园区", "产业园", "保税区", "度假区", "新区", "工业区", "合作区"):
		return "zone"
	case has("行政公署", "行署", "地区"):
		return "city"
	}
	core := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "人民政府"), "政府"), "人民")
	if core != name || has("省", "自治区", "市", "县", "区", "州", "盟", "旗") {
		switch {
		case strings.HasSuffix(core, "省") || strings.HasSuffix(core, "自治区") || core == "北京市" || core == "上海市" || core == "天津市" || core == "重庆市":
			return "province"
		case strings.HasSuffix(core, "县") || strings.HasSuffix(core, "旗") || strings.HasSuffix(core, "区"):
			return "county"
		case strings.HasSuffix(core, "市") && (strings.Contains(strings.TrimSuffix(core, "市"), "市") || strings.Contains(core, "自治州") || strings.Contains(core, "盟")):
			return "county"
		case strings.HasSuffix(core, "市") || strings.HasSuffix(core, "州") || strings.HasSuffix(core, "盟"):
			return "city"
		}
		if core != name {
			return ""
		}
	}
	if endsLikeBody(name) {
		return "department"
	}
	return ""
}
