package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	dateForm = regexp.MustCompile(`((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})`)
	bodyForm = regexp.MustCompile(`^(?:关于)?(?:印发|公布|发布|报送|公开)?《?(?:(?:19|20)\d{2}年?度?)?(.*?)(?:关于)?(?:印发|公布|发布|报送|公开)?《?[_\-]?(?:(?:19|20)\d{2})?[_\-]?年?度?(?:政府信息公开|政务信息公开|政府政务公开|政务公开|政府信息|信息公开)`)
	signed   = regexp.MustCompile(`([\p{Han}]{3,30}?(?:人民政府|委员会|办公室|办公厅|街道办事处|管理委员会|管委会|局|厅|院|中心|站|所|处|分局|队|支队|大队|公司|银行|法院|检察院|部|署|会|海关|公署))(?:20\d{2}年\d{1,2}月\d{1,2}日)`)
	// preamble names the body in the opening sentences.
	preamble = regexp.MustCompile(`(?:[,，。、]|由|公布|现将)(?:现?(?:将|公布|发布|就)|由|经|特)*(?:现|将|向社会|公布|发布)*([\p{Han}]{2,30}?(?:人民政府|委员会|办公室|办公厅|办事处|管委会|局|厅|院|中心|部|署|海关|公署|镇|乡|街道|苏木))(?:特?编制(?:了|本|完成|而成|,|，|。)|特编制|根据|按照|(?:关于)?(?:20\d{2})年?度?(?:政府信息|政务|信息公开))`)
	// acting names the body by what its report says it did.
	acting    = regexp.MustCompile(`[,，。、]([\p{Han}]{2,24}?(?:人民政府|委员会|办公室|街道办事处|管委会|局|厅|中心|海关|公署|镇|乡|街道))(?:认真|坚持|严格|深入|全面|积极|高度重视|始终)`)
	published = regexp.MustCompile(`(?:发布|发文|公布|成文|生成|公开|更新)?(?:日期|时间)[:：]?((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})`)
	bodyEnd   = regexp.MustCompile(`(政府|委员会|委|办公室|办公厅|办|办事处|街道|管委会|局|厅|院|中心|站|所|处|队|镇|乡|区|县|市|州|盟|旗|部|署|会|社|公司|银行|分行|支行|海关|公署|苏木|学校|中学|小学|师|团|馆|台)$`)
)

// published is the date of publication: from metadata, from a line of the page that names it, from the signature.
func (s *reading) published() string {
	for _, k := range []string{"pubdate", "publishdate", "发布日期", "发布时间", "发文日期", "成文日期", "生成日期", "maketime", "date", "published"} {
		if m := dateForm.FindStringSubmatch(fold(s.meta(k))); m != nil {
			if t := date(m); t != "" {
				return t
			}
		}
	}
	for _, l := range s.lines {
		if !strings.Contains(l, "日期") && !strings.Contains(l, "时间") || len(l) > 240 {
			continue
		}
		if m := published.FindStringSubmatch(squeeze(fold(l))); m != nil {
			if t := date(m); t != "" {
				return t
			}
		}
	}
	tail := s.flat[max(0, len(s.flat)-240):]
	if all := dateForm.FindAllStringSubmatch(tail, -1); all != nil && strings.HasSuffix(strings.TrimRight(tail, "-0123456789"), "日") {
		return date(all[len(all)-1])
	}
	return ""
}

func date(m []string) string {
	mo, da := atoi(m[2]), atoi(m[3])
	if mo < 1 || mo > 12 || da < 1 || da > 31 {
		return ""
	}
	return m[1] + "-" + two(mo) + "-" + two(da)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// publisher names the body: in the title, then in metadata, then in the opening, then by the signature. A title that
// names it only in short (县财政局) is completed by metadata that ends alike.
func (s *reading) publisher(title string) string {
	name := BodyOf(title)
	if name == "" {
		if t := squeeze(fold(cleanTitle(s.d.Title))); titleForm.MatchString(t) {
			name = BodyOf(t)
		}
	}
	meta := ""
	for _, k := range []string{"发布机构", "信息来源", "contentsource", "发布单位", "公开主体", "公开机构", "来源", "author"} {
		if m := squeeze(fold(s.meta(k))); looksLikeBody(m) {
			meta = m
			break
		}
	}
	opening := preamble.FindStringSubmatch(s.flat[:min(len(s.flat), 1500)])
	switch {
	case name == "" && meta != "" && opening != nil && shortName.MatchString(meta):
		return opening[1] // 县政府办 says less than the text does
	case name == "" && meta != "":
		return meta
	case name != "" && meta != "" && name != meta && strings.HasSuffix(meta, strings.TrimLeft(name, "省市县区州盟旗")) && utf8.RuneCountInString(meta) > utf8.RuneCountInString(name):
		return meta
	case name != "":
		return name
	}
	if opening != nil {
		return opening[1]
	}
	tail := s.flat[max(0, len(s.flat)-600):]
	if all := signed.FindAllStringSubmatch(tail, -1); all != nil {
		return all[len(all)-1][1]
	}
	for _, m := range acting.FindAllStringSubmatch(s.flat[:min(len(s.flat), 3000)], 4) {
		if r, _ := utf8.DecodeRuneInString(m[1]); !strings.ContainsRune("我本各全该市县区在", r) {
			return m[1]
		}
	}
	return ""
}

// meta is a value of the document's metadata, or of the catalogue that many portals print above a text.
func (s *reading) meta(key string) string {
	if v := s.d.Meta[key]; v != "" {
		return v
	}
	return s.catalogue[key]
}

// shortName is a name that leaves its place out.
var shortName = regexp.MustCompile(`^[省市县区州旗盟](?:人民)?政府|^[省市县区州旗盟]\p{Han}{1,8}(?:局|办|委|厅)$`)

// catalogueKeys are the heads of such a catalogue.
var catalogueKeys = map[string]bool{"索引号": true, "名称": true, "标题": true, "信息名称": true, "发布机构": true, "发文机关": true, "发布单位": true, "公开机构": true, "公开主体": true, "信息来源": true, "来源": true, "发布日期": true,
	"发文日期": true, "成文日期": true, "生成日期": true, "公开日期": true, "发布时间": true, "文号": true, "发文字号": true, "主题分类": true, "分类": true, "体裁分类": true, "组配分类": true, "有效性": true, "时效": true, "关键词": true, "主题词": true, "文件下载": true}

// parted takes the lines of a catalogue, cells parted by bars or tabs, apart: keys with values go to the catalogue, other
// cells become lines of their own, an empty line on both sides so that no title is joined across them.
func (s *reading) parted(lines []string) []string {
	out := lines[:0:0]
	for _, l := range lines {
		if !strings.ContainsAny(l, "|\t") {
			out = append(out, l)
			continue
		}
		key := ""
		out = append(out, "")
		for _, c := range strings.FieldsFunc(l, func(r rune) bool { return r == '|' || r == '\t' }) {
			c = strings.TrimSpace(c)
			k := strings.TrimRight(squeeze(fold(c)), ":")
			switch {
			case catalogueKeys[k]:
				key = k
				continue
			case c == "":
				continue
			case key != "":
				if s.catalogue == nil {
					s.catalogue = map[string]string{}
				}
				if s.catalogue[key] == "" {
					s.catalogue[key] = c
				}
			}
			if key == "" || key == "名称" || key == "标题" || key == "信息名称" {
				out = append(out, c, "")
			}
			key = ""
		}
	}
	return out
}

var (
	quoted    = regexp.MustCompile(`《([^《》]*公开[^《》]*)》`)
	aboutYear = regexp.MustCompile(`^(.*?)关于(?:(?:19|20)\d{2}年?度?)?(.*)$`)
	trailYear = regexp.MustCompile(`[_\-—]?(?:19|20)\d{2}年?度?[_\-—]?$`)
)

// BodyOf is the body a title names, blanks removed: what stands before or behind the year and before 政府信息公开. Of a
// notice that publishes a report it is the body of the report.
func BodyOf(title string) string {
	if m := quoted.FindStringSubmatch(title); m != nil {
		if name := BodyOf(m[1]); name != "" {
			return name
		}
	}
	m := bodyForm.FindStringSubmatch(title)
	if m == nil {
		return ""
	}
	name := m[1]
	if a := aboutYear.FindStringSubmatch(name); a != nil {
		if name = a[2]; name == "" {
			name = a[1]
		}
	}
	name = trailYear.ReplaceAllString(name, "")
	name = strings.Trim(name, "《》〈〉<>_-—:：、，,的· ")
	name = withoutTask(name)
	if strings.HasSuffix(name, "人民") {
		name += "政府" // 某县人民政府信息公开…
	}
	if strings.ContainsAny(name, "。；《》") || utf8.RuneCountInString(name) < 2 || utf8.RuneCountInString(name) > 45 {
		return ""
	}
	return name
}

// task is what a notice asks for, which stands where a title has its body.
var task = regexp.MustCompile(`^(?:认真|切实|进一步|及时|抓紧)?(?:做好|编制|编写|编报|填报|填写|报送|上报|发布|公布|公开|撰写|起草|开展|组织|规范|加强|推进|完善|提交)+(?:和|与|、|好|及)?`)

// withoutTask takes such words off a name: 编制发布 names no body, 编制委员会 does.
func withoutTask(name string) string {
	for {
		m := task.FindString(name)
		if rest := name[len(m):]; m == "" || strings.HasPrefix(rest, "委") || strings.HasPrefix(rest, "办") || strings.HasPrefix(rest, "局") {
			return name
		} else {
			name = rest
		}
	}
}

func looksLikeBody(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 3 && n <= 40 && bodyEnd.MatchString(s) && !strings.Contains(s, "网站") && !strings.HasSuffix(s, "门户网")
}

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
	if bodyEnd.MatchString(name) {
		return "department"
	}
	return ""
}
