package discover

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/report"
)

// A Trail is how a document was found: whose portal, and what was said about it on the way.
type Trail struct {
	Portal *portal.Portal
	Text   string // of the link that led to it
	Column string // of the page the link stood on
	Listed bool   // that page was a column of reports, or stood below one
	Year   int    // that the address selects
	// Parent is the verdict on the page that announced the document, nil when it is a page itself.
	Parent *report.Verdict
}

// Judge says whether a document is a report, whose and of which year. The document's own words are believed first, then
// the page that announced it, then the link and the column it stood in; the portal only completes a name that its page
// leaves incomplete. A short document that says nothing itself is what its link called it, so that its files can be
// looked at: see Announces and StandsAlone.
func Judge(d *document.Document, t Trail) report.Verdict {
	v := report.Classify(d)
	words := silent
	if t.Listed {
		words = kindOf(t.Text, 2)
	} else {
		words = classify(t.Text)
	}
	linked := words == article || words == partial
	if !v.IsReport && t.Parent == nil && (linked || words == year && t.Listed) {
		v = named(d, v, t)
	}
	if !v.IsReport && t.Parent != nil && v.Reason == "" {
		v.Reason = "the file holds no report"
	}
	if !v.IsReport {
		return v
	}
	if t.Parent != nil {
		if v.Title == "" {
			v.Title = t.Parent.Title
		}
		if v.Year == 0 {
			v.Year = t.Parent.Year
		}
		if v.Publisher == "" {
			v.Publisher, v.Assumed = t.Parent.Publisher, t.Parent.Assumed
		}
		if v.PublishedAt == "" {
			v.PublishedAt = t.Parent.PublishedAt
		}
	}
	if v.Title == "" && linked {
		v.Title = suffix.ReplaceAllString(strings.TrimSpace(t.Text), "")
	}
	if v.Year == 0 && t.Year > 0 {
		v.Year = t.Year
	}
	if v.Year == 0 && linked {
		v.Year = readEntry(t.Text).year
	}
	if linked && (v.Publisher == "" || v.Assumed && t.Parent == nil && !report.GivesNotice(squeeze(t.Text))) {
		if name := bodyIn(t.Text); name != "" {
			v.Publisher, v.Assumed = name, v.Publisher == "" && v.Assumed
		}
	}
	if v.Publisher == "" {
		v.Publisher = fromBreadcrumb(d)
	}
	if v.Publisher == "" && t.Listed {
		v.Publisher = bodyIn(t.Column)
	}
	if t.Portal != nil {
		v.Assumed = v.Assumed || v.Publisher == ""
		v.Publisher = complete(v.Publisher, t.Portal)
		if v.Publisher != "" {
			v.Level = levelOf(v.Publisher, t.Portal, v.Level)
		}
	}
	return v
}

// bodyIn is the body that the words of an entry or of a column name: 县财政局2023年度报告, 县财政局信息公开年报.
func bodyIn(text string) string {
	name := report.BodyOf(report.Simplified(squeeze(text)))
	if name == "" {
		name = readEntry(text).name
	}
	if generic.MatchString(name) || Collective(name) {
		return ""
	}
	return name
}

var yearIn = regexp.MustCompile(`(?:19|20)\d\d`)

// fromBreadcrumb is the innermost body of the position line.
func fromBreadcrumb(d *document.Document) string {
	for i := len(d.Breadcrumb) - 1; i >= 0; i-- {
		if t := report.Simplified(squeeze(d.Breadcrumb[i])); classify(t) == body && !generic.MatchString(t) {
			return t
		}
	}
	return ""
}

var (
	// generic are names of groups of bodies.
	generic = regexp.MustCompile(`部门$|单位$|^乡镇$|镇街$|县区$|区县$|县市区$|机构$|^街道$|^中心$`)
	// short begin with a level and no place: 县财政局, 市人民政府.
	short = regexp.MustCompile(`^(?:省|市|县|区|州|旗|盟|自治区|自治县|自治州)(?:\p{Han}{2,})`)
	// placed names hold a place of their own.
	placed  = regexp.MustCompile(`^\p{Han}{2,}?(?:省|市|县|区|州|旗|盟|镇|乡|街道)`)
	offices = regexp.MustCompile(`(?:局|委员会|委|办公室|办|厅|院|中心|支队|大队|站|所|处|队|社|馆|会)$`)
	// town is a township or subdistrict without the place it lies in.
	town   = regexp.MustCompile(`^\p{Han}{1,6}(?:镇|乡|苏木|街道)(?:人民政府|办事处|办)?$`)
	ownGov = regexp.MustCompile(`^(?:本级政府|本级|人民政府|政府|市政府|县政府|区政府|省政府|州政府|本机关|本政府)$`)
)

// complete adds the portal's place to a name that leaves it out: 县财政局 on the portal of 德安县 is 德安县财政局.
func complete(name string, p *portal.Portal) string {
	place := p.Place()
	if name == "" || ownGov.MatchString(name) {
		if place == "" || strings.HasSuffix(place, "政府") || p.Level == "department" || p.Level == "zone" || p.Level == "national" {
			return place
		}
		return place + "人民政府"
	}
	if place == "" || p.Level == "department" || p.Level == "national" || strings.Contains(name, strings.TrimRight(place, levels)) {
		return name
	}
	if short.MatchString(name) {
		if first := firstRune(name); lastRune(place) == first {
			return place + strings.TrimPrefix(name, string(first))
		}
		return name
	}
	if town.MatchString(name) || offices.MatchString(name) && !placed.MatchString(name) && !stateBody.MatchString(name) && utf8.RuneCountInString(name) <= longestOffice {
		return place + name
	}
	return name
}

// stateBody begins the names of bodies that belong to no place.
var stateBody = regexp.MustCompile(`^(?:国家|中国|中共)`)

// longestOffice is how long the name of a body is at most, in characters, that may lack its place.
const longestOffice = 14

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }
func lastRune(s string) rune  { r, _ := utf8.DecodeLastRuneInString(s); return r }

// levelOf is the level of a body, the portal's own where the body is the portal's government.
func levelOf(name string, p *portal.Portal, known string) string {
	core := strings.TrimSuffix(name, "人民政府")
	if core == p.Place() {
		return p.Level
	}
	if l := report.Level(name); l != "" {
		return l
	}
	return known
}
