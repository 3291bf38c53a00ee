package portaltest

// families are all content systems, in the order in which they get their places.
func families() []family {
	return []family{
		{name: "trs", build: buildTRS},
		{name: "hanweb", split: splitKind, build: buildHanweb},
		{name: "gkmlpt", build: buildGkmlpt},
		{name: "vsb", build: buildVSB},
		{name: "jeecms", gbk: true, contentType: "text/html; charset=ISO-8859-1", build: buildJEECMS},
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
