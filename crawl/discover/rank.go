package discover

import (
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"nianbao/crawl/address"
	"nianbao/crawl/portal"
	"nianbao/document"
)

// The bounds between what is always followed, what is followed within a budget, and what only a portal that has shown
// nothing yet is searched for.
const (
	Sure     = 700
	Likely   = 300
	Possible = 1
)

// twinScore is the most that a link to a host for telephones is worth: a search that has found nothing else looks there.
const twinScore = Likely - 10

// A Place is what is known of the page that leads stand on.
type Place struct {
	Home   bool   // it is where the portal begins
	Text   string // of the link that led to it
	Column bool   // an ancestor was a column of reports
	// Announces says that the page is a report whose body is not on it.
	Announces bool
	// IsReport says that the page is a report itself.
	IsReport bool
	Depth    int

	hubs bool // that most addresses of the page look like those of disclosure pages means nothing
}

// A Scored is a lead with its priority.
type Scored struct {
	portal.Lead
	Score int
	Cut   string // why it is never asked for, when Score is 0 for a reason worth counting
}

// Heat says how much a page is a column of reports: 2 it is one, 1 it leads to columns, 0 neither.
func Heat(doc *document.Document, u *url.URL, leads []portal.Lead, at Place) int {
	heat := 0
	raise := func(k kind, most int) {
		switch k {
		case column, article:
			heat = max(heat, most)
		case disclosure, hub:
			heat = max(heat, 1)
		}
	}
	raise(classify(at.Text), 2)
	if doc != nil {
		raise(classify(doc.Meta["columnname"]), 2)
		if n := len(doc.Breadcrumb); n > 0 {
			raise(classify(doc.Breadcrumb[n-1]), 2)
		}
		title := doc.Meta["title"]
		if i := strings.IndexAny(title, "-_|—"); i > 0 {
			title = title[:i]
		}
		if k := classify(title); k == column || k == disclosure || k == hub {
			raise(k, 2)
		}
	}
	if k := pathKind(u.Path); k == column {
		heat = 2
	} else if k == hub && !everywhere(leads, hub) || k == year {
		heat = max(heat, 1)
	}
	strong := 0
	for _, l := range leads {
		if classify(l.Text) == article {
			strong++
		}
	}
	if strong >= 2 {
		heat = 2
	}
	if at.Column && heat < 2 {
		heat = 1
	}
	return heat
}

// everywhere reports whether most addresses of a page carry a token: on such a site it says nothing.
func everywhere(leads []portal.Lead, k kind) bool {
	with, all := 0, 0
	for _, l := range leads {
		if u, err := url.Parse(l.URL); err == nil && (l.Role == portal.RolePage || l.Role == "") {
			all++
			if pathKind(u.Path) == k {
				with++
			}
		}
	}
	return all >= 8 && with*10 >= all*6
}

// Rank scores all leads of one page together. Their order is kept.
func Rank(leads []portal.Lead, page *url.URL, heat int, at Place) []Scored {
	out := make([]Scored, len(leads))
	best := 0
	at.hubs = everywhere(leads, hub)
	asked := map[string]bool{}
	for i, l := range leads {
		out[i].Lead = l
		if cut := address.Trap(l.URL); cut != "" {
			out[i].Cut = cut
			continue
		}
		out[i].Score = score(l, page, heat, at)
		if l.Role == portal.RoleAPI && heat < 2 { // the first page of an unknown list tells whether the others are worth it
			if path, _, _ := strings.Cut(l.URL, "?"); asked[path] {
				out[i].Score = min(out[i].Score, 100)
			} else {
				asked[path] = true
			}
		}
		if u, err := url.Parse(l.URL); err == nil && address.Small(u.Hostname()) {
			out[i].Score = min(out[i].Score, twinScore)
		}
		if l.Role != portal.RoleScript && l.Kind != document.LinkFrame {
			best = max(best, out[i].Score)
		}
	}
	// A page that shows nothing may hide it in a script file or a frame.
	for i := range out {
		s := &out[i]
		switch {
		case s.Cut != "":
		case s.Kind == document.LinkRefresh && len(leads) <= 8 && (at.Home || heat > 0):
			s.Score = max(s.Score, 890) // the page only sends on
		case s.Role == portal.RoleScript:
			s.Score = scriptScore(s.Lead, best, heat, at)
		case s.Kind == document.LinkFrame && s.Role == portal.RolePage && s.Score > 0 && s.Score < Sure:
			if best < Sure && (heat > 0 || at.Home) {
				s.Score = 720
			}
		}
	}
	return out
}

func score(l portal.Lead, page *url.URL, heat int, at Place) int {
	u, err := url.Parse(l.URL)
	if err != nil {
		return 0
	}
	words, way := classify(l.Text), pathKind(u.RequestURI())
	if way == hub && at.hubs {
		way = silent
	}
	if l.Year > 0 {
		words = article
	}
	switch l.Role {
	case portal.RoleAttachment:
		return attachmentScore(l, words, heat, at)
	case portal.RoleSitemap:
		return 60
	case portal.RoleScript:
		return 0 // settled when the whole page is known
	case portal.RoleAPI:
		return apiScore(l, words, way, heat, at)
	}
	if at.IsReport && l.InBody && words == silent {
		return 0 // a link inside a report's text
	}
	switch words {
	case article:
		return 960
	case falseClass:
		return 0
	case column:
		if way == falseClass {
			return 320
		}
		if squeezed := squeeze(l.Text); strings.Contains(squeezed, "公开") || way == column || heat > 0 || utf8.RuneCountInString(squeezed) > 4 {
			return 900
		}
		return 600 // 年度报告 alone, on a page that is not about disclosure
	}
	if way == falseClass {
		return 0
	}
	if l.Role == portal.RoleList {
		switch heat {
		case 2:
			return 800
		case 1:
			return 120
		}
		return 5
	}
	switch heat {
	case 2:
		return onColumn(l, words, way, page, u)
	case 1:
		return onHub(l, words, way)
	}
	switch {
	case way == column && words != other:
		return 880
	case way == column:
		return 640
	case words == disclosure:
		return 780
	case words == hub:
		return 700
	case way == hub && words != other:
		return 420
	case way == hub:
		return 90
	case words == body:
		return 150
	case words == year:
		return 100
	case words == silent:
		return 60
	case noise.MatchString(l.Text) || looksLikeEntry(l, u):
		return 2
	}
	return 40
}

// onColumn scores a link of a page that is a column of reports.
func onColumn(l portal.Lead, words, way kind, page, u *url.URL) int {
	below := strings.HasPrefix(u.Path, path.Dir(page.Path)) && path.Dir(page.Path) != "/"
	switch {
	case words == year && (l.InBody || below):
		return 870
	case words == body && (l.InBody || below || way == column):
		return 760
	case words == disclosure:
		return 500
	case words == hub:
		return 310
	case words == year || words == body:
		return 400
	case way == column && words == silent:
		return 820
	case way == column:
		return 560
	case words == silent && l.InBody:
		return 640
	case words == silent && below:
		return 330
	case noise.MatchString(l.Text):
		return 3
	case l.InBody && below:
		return 180
	case l.InBody:
		return 70
	}
	return 10
}

// onHub scores a link of a page about disclosure.
func onHub(l portal.Lead, words, way kind) int {
	switch {
	case way == column && words != other:
		return 880
	case way == column:
		return 640
	case words == disclosure:
		return 720
	case words == hub:
		return 520
	case words == body && l.InBody:
		return 560
	case words == body:
		return 340
	case words == year:
		return 220
	case way == year:
		return 420
	case way == hub && words == silent:
		return 200
	case words == silent:
		return 80
	case noise.MatchString(l.Text):
		return 3
	case l.InBody:
		return 30
	}
	return 12
}

// attachmentScore: files count where they are named as reports, stand on a page that announces one, or are the entries of
// a column.
func attachmentScore(l portal.Lead, words kind, heat int, at Place) int {
	if portal.IsPicture(l.URL) {
		return 0
	}
	switch {
	case words == article:
		return 950
	case words == falseClass && !at.Announces && !at.IsReport:
		return 0
	case at.Announces && (l.InBody || words == column || words == silent || l.Role == portal.RoleAttachment):
		return 940
	case at.IsReport:
		return 860
	case words == column:
		return 880
	case heat == 2 && (words == silent || words == year || words == body):
		return 740
	case heat == 2 && l.InBody:
		return 350
	}
	return 0
}

func apiScore(l portal.Lead, words, way kind, heat int, at Place) int {
	switch {
	case at.Announces && l.InBody:
		return 850 // it may name the files
	case at.IsReport:
		return 0
	case words == column || words == article || way == column:
		return 890
	case heat == 2:
		return 790
	case heat == 1 && l.InBody:
		return 430
	case heat == 1:
		return 110
	case l.InBody:
		return 90
	}
	return 8
}

// scriptScore: a script file is worth a request when its page shows no way on, or when its name says that it holds the
// page's navigation.
func scriptScore(l portal.Lead, best, heat int, at Place) int {
	u, err := url.Parse(l.URL)
	if err != nil {
		return 0
	}
	name := strings.ToLower(path.Base(u.Path))
	for _, known := range []string{"jquery", "bootstrap", "vue", "swiper", "layui", "echarts", "moment", "polyfill", "axios", "angular", "react", "slick", "superslide", "respond", "html5", "share", "stat", "count", "analytics", "hm.js", "wza", "player", "video", "min.js", "lib", "common.js", "qrcode", "md5", "base64"} {
		if strings.Contains(name, known) {
			return 0
		}
	}
	telling := false
	for _, part := range []string{"nav", "menu", "head", "top", "list", "data", "column", "left", "channel", "tree", "article", "link", "gk", "nb", "dh", "page"} {
		if strings.Contains(name, part) {
			telling = true
			break
		}
	}
	switch {
	case best < Sure && telling && (at.Home || heat > 0):
		return 730
	case telling && at.Home:
		return 690
	case best < Sure && heat == 2:
		return 710
	case best < Sure && at.Home:
		return 350
	case best < Sure && heat == 1:
		return 320
	}
	return 0
}

// looksLikeEntry reports whether a link is an entry of some news list: a long text with a date beside it.
func looksLikeEntry(l portal.Lead, u *url.URL) bool {
	return utf8.RuneCountInString(l.Text) > 10 && (dates.MatchString(l.Near) || strings.Contains(u.Path, "/t20") || strings.Contains(u.Path, "art_") || strings.Contains(u.Path, "content_") || strings.Contains(u.Path, "post_"))
}
