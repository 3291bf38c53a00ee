package portaltest

// families are all content systems, in the order in which they get their places.
func families() []family {
	return []family{
		{name: "trs", build: buildTRS},
		{name: "hanweb", split: splitKind, build: buildHanweb},
		{name: "gkmlpt", build: buildGkmlpt},
		{name: "vsb", build: buildVSB},
		{name: "jeecms", gbk: true, contentType: "text/html; charset=ISO-8859-1", build: buildJEECMS},
		{name: "annualjsp", build: buildAnnualJSP},
		{name: "jpaas", split: splitKind, build: buildJpaas},
		{name: "longxun", build: buildLongxun},
		{name: "anhui", build: buildAnhui},
		{name: "inspur", gbk: true, noMeta: true, contentType: "text/html", build: buildInspur},
		{name: "hex", split: splitYear, build: buildHex},
		{name: "epoint", build: buildEpoint},
		{name: "eportal", build: buildEportal},
		{name: "aspx", gbk: true, contentType: "text/html; charset=gb2312", build: buildASPX},
		{name: "county", build: buildCounty},
		{name: "blog", build: buildBlog},
		{name: "yearpages", build: buildYearPages},
		{name: "subhosts", build: buildSubHosts},
		{name: "forms", build: buildForms},
		{name: "tabs", build: buildTabs},
		{name: "tree", build: buildTree},
	}
}

// Families are the names of all families.
func Families() []string {
	var out []string
	for _, f := range families() {
		out = append(out, f.name)
	}
	return out
}

func familyByName(name string) (family, bool) {
	for _, f := range families() {
		if f.name == name {
			return f, true
		}
	}
	return family{}, false
}
