package discover

import (
	"strings"
	"unicode/utf8"

	"nianbao/report"
)

// SameBody reports whether two names mean one body: once what names leave out is out of both, they are the same or one
// is the other without its place, as 县财政局 is 德安县财政局. 政府办公室 and 人民政府办公室 of one place are one body; the
// government and its office are two.
func SameBody(a, b string) bool {
	a, b = bodyKey(a), bodyKey(b)
	if a == "" || b == "" {
		return false
	}
	return a == b || isShortFor(a, b) || isShortFor(b, a)
}

// bodyKey is a name of a body in the form that its variants share: in the simplified script, without 人民, a government
// by the name of its place, an office and a subdistrict by their full names.
func bodyKey(name string) string {
	name = report.Simplified(squeeze(name))
	name = strings.ReplaceAll(name, "人民政府", "政府")
	switch {
	case strings.HasSuffix(name, "政府办"):
		name += "公室"
	case strings.HasSuffix(name, "街道办"):
		name += "事处"
	case strings.HasSuffix(name, "街道"):
		name += "办事处"
	case strings.HasSuffix(name, "委"): // 发改委 stays short, 卫生健康委 is 卫生健康委员会
		name += "员会"
	}
	return strings.TrimSuffix(name, "政府")
}

// levels are the characters with which names of places end, and names that leave the place out begin.
const levels = "省市县区州盟旗"

// leastName is how long the name of a body is, at the least, in characters, to tell it from others without its place.
const leastName = 2

// isShortFor reports whether a name is another one without its place: 县财政局, 财政局, 政府办公室, or 县 for 县人民政府.
func isShortFor(short, name string) bool {
	core := strings.TrimLeft(short, levels)
	if core == "" { // the government, named by its level alone
		return strings.HasSuffix(name, short)
	}
	place, ok := strings.CutSuffix(name, core)
	if !ok || utf8.RuneCountInString(core) < leastName {
		return false
	}
	if level := strings.TrimSuffix(short, core); level != "" { // 县财政局 is no 市财政局
		return place == "" || strings.HasSuffix(place, level)
	}
	return true
}
