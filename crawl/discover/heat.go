package discover

import (
	"net/url"
	"strings"

	"nianbao/crawl/portal"
	"nianbao/document"
)

// A sign is one thing that says how much a page is a column of reports.
type sign struct {
	name   string // stable
	heat   int
	found  string // the words or the path that say so
	en, zh string // what was looked at
}

// severalTitles is how many links with titles of reports make a page a column of them.
const severalTitles = 2

// Heat says how much a page is a column of reports: 2 it is one, 1 it leads to columns, 0 neither.
func Heat(doc *document.Document, u *url.URL, leads []portal.Lead, at Place) int {
	heat := 0
	for _, s := range signs(doc, u, leads, at) {
		heat = max(heat, s.heat)
	}
	return heat
}

// signs are all that say something of a page's heat, in the order in which they are looked for.
func signs(doc *document.Document, u *url.URL, leads []portal.Lead, at Place) []sign {
	var out []sign
	add := func(heat int, name, found, en, zh string) {
		if heat > 0 {
			out = append(out, sign{name, heat, found, en, zh})
		}
	}
	add(heatOf(kindBelow(at)), "link-words", at.Text, "the words of the link that led here", "来路链接的文字")
	if doc != nil {
		name := doc.Meta["columnname"]
		add(heatOf(classify(name)), "column-name", name, "the name of the column in the metadata", "元数据中的栏目名称")
		if n := len(doc.Breadcrumb); n > 0 {
			last := doc.Breadcrumb[n-1]
			add(heatOf(classify(last)), "position", last, "the end of the position line", "当前位置的末级")
		}
		title := beforeSite(doc.Meta["title"])
		if k := classify(title); k != article { // the title of a report names a page that is one, not a column
			add(heatOf(k), "title", title, "the title of the page", "页面标题")
		}
	}
	switch pathKind(u.Path) {
	case column:
		add(2, "path", u.Path, "the token of reports in the address", "地址中的年报标记")
	case hub:
		if !hubPaths(leads) {
			add(1, "path", u.Path, "the token of disclosure in the address", "地址中的公开类标记")
		}
	case year:
		add(1, "path", u.Path, "a short token such as nb in the address", "地址中的 nb 等短标记")
	}
	titles := 0
	for i := range leads {
		if classify(leads[i].Text) == article {
			titles++
		}
	}
	if titles >= severalTitles {
		add(2, "titles", "", "links with titles of reports", "多条链接为年报标题")
	}
	if k := classify(at.Text); at.Column && (k == body || k == year || k == directory) && !IsFront(u) {
		add(2, "part", at.Text, "a part of a column of reports, by body or year", "年报栏目中按单位或年份划分的部分")
	}
	if at.Column {
		add(1, "below", "", "a page above it is a column of reports", "上级页面为年报栏目")
	}
	return out
}

// heatOf is what a name of some kind makes of the page that bears it.
func heatOf(k kind) int {
	switch k {
	case column, partial, article:
		return 2
	case disclosure, hub:
		return 1
	}
	return 0
}

// kindBelow is what the words of the link that led to a page promise, below a column or elsewhere.
func kindBelow(at Place) kind {
	if at.Column {
		return kindOf(at.Text, 2)
	}
	return classify(at.Text)
}

// beforeSite is what stands before the name of the site in a title.
func beforeSite(title string) string {
	if i := strings.IndexAny(title, "-_|—"); i > 0 {
		return title[:i]
	}
	return title
}

// A token that most addresses of a page carry says nothing; fewer addresses than leastAddresses do not tell.
const (
	leastAddresses = 8
	mostAddresses  = 60 // percent of all
)

// hubPaths reports whether most addresses of a page carry a token of disclosure: on such a site it says nothing.
func hubPaths(leads []portal.Lead) bool {
	with, all := 0, 0
	for i := range leads {
		if l := &leads[i]; l.Role == portal.RolePage || l.Role == "" {
			if u, err := url.Parse(l.URL); err == nil {
				all++
				if pathKind(u.Path) == hub {
					with++
				}
			}
		}
	}
	return most(with, all)
}

// hubPathsFound is hubPaths of links whose features have been found.
func hubPathsFound(found []features) bool {
	with, all := 0, 0
	for i := range found {
		f := &found[i]
		if f.at == nil || f.lead.Role != portal.RolePage && f.lead.Role != "" {
			continue
		}
		all++
		k := f.path
		if f.at.RawQuery != "" { // only the path counts
			k = pathKind(f.at.Path)
		}
		if k == hub {
			with++
		}
	}
	return most(with, all)
}

func most(with, all int) bool {
	return all >= leastAddresses && 100*with >= mostAddresses*all
}
