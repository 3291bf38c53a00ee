package portaltest

import (
	"fmt"
	"slices"

	"nianbao/internal/compose"
)

// Ways by which a report can be reached.
const (
	ReachPlain  = "plain"  // by anchors from the portal's home page
	ReachScript = "script" // by links or pagers that stand in scripts
	ReachAPI    = "api"    // by requests that scripts would make
	// ReachArchive is a report inside an archive file.
	ReachArchive = "archive"
	// ReachNone is a report that nothing leads to any more, though it is still there: only who knows it finds it.
	ReachNone = "none"
)

// Truth is one report of the world.
type Truth struct {
	Portal    string // name of the portal
	Publisher string
	Code      string // of the portal
	Level     string // of the publisher: national … department
	Family    string
	Year      int
	Title     string
	URL       string // the page; or what holds the report, where there is no page
	// Attachment is the address of the file that is the report, empty when the page itself is.
	Attachment string
	MediaType  string // of what carries the numbers
	Numbers    map[string]float64
	Reach      string
}

// The kinds of change.
const (
	NewReport = "new"
	Edited    = "edited"
	Removed   = "removed"
	Moved     = "moved"
	Delisted  = "delisted" // no list names it any more, but it is still there
)

// Change is what an epoch did to a report. For a removed one Truth is its last state; for a moved one it is the present
// state, and Was its former address.
type Change struct {
	Kind string
	Truth
	Was string
}

// A body is who publishes on a portal.
type body struct {
	name, level, short string
}

// bodiesOf are the bodies that publish on a place's portal: its government, departments and towns.
func bodiesOf(place, level string) []body {
	return []body{
		{place + "人民政府", level, "zf"},
		{place + "财政局", "department", "czj"},
		{place + "教育局", "department", "jyj"},
		{place + "柳河镇人民政府", "town", "lhz"},
		{place + "城关街道办事处", "town", "cgjd"},
	}
}

// An article is one page of a portal, whatever it holds.
type article struct {
	id        int // stable over epochs
	title     string
	date      string // YYYY-MM-DD
	publisher string
	column    *column
	body      func() string // HTML fragment
	files     []file
	report    *compose.Report // nil for anything but a report
	level     string
	kind      string // zf, czj …: whose it is, for columns split by body
}

// A file is an attachment.
type file struct {
	name, ext, mediaType string
	data                 func() []byte
}

// A column is a list of articles, newest first, or a page of sub-columns.
type column struct {
	slug, name string
	id         int
	items      []*article
	kids       []*column
	perPage    int
}

// pages is how many pages a column's list has, at least one.
func (c *column) pages() int { return max(1, (len(c.items)+c.perPage-1)/c.perPage) }

// page are the items of a page of the list, from 1.
func (c *column) page(n int) []*article {
	lo := min((n-1)*c.perPage, len(c.items))
	return c.items[lo:min(lo+c.perPage, len(c.items))]
}

// media types of files.
const (
	typePDF  = "application/pdf"
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeHTML = "text/html"
	typeZIP  = "application/zip"
)

// change kinds of a report in an epoch, by the place of its body and year in the world.
func fate(opt Options, bodies []body, b, y int) string {
	last := len(opt.Years) - 1
	switch {
	case b == len(bodies)-1 && y == last:
		return NewReport
	case b == 0 && y == last:
		return Edited
	case b == 1 && y == 0:
		return Removed
	case b == 2 && y == 0:
		return Moved
	case b == 3 && y == 0:
		return Delisted
	}
	return ""
}

// reports composes the reports of a portal for its epoch, and notes what changed.
func (p *portal) reports() []*article {
	var out []*article
	bodies := bodiesOf(p.place, p.level)
	for bi, b := range bodies {
		for yi, year := range p.opt.Years {
			kind := fate(p.opt, bodies, bi, yi)
			if p.epoch < 2 && kind == NewReport {
				continue
			}
			r := compose.New(p.opt.Seed, b.name, year, compose.Options{Level: b.level, Empty: b.level == "town" && (year+p.index)%3 == 0})
			if kind == Edited && p.epoch > 1 {
				r = r.Edited(p.epoch - 1)
			}
			a := &article{id: 10_000 + 1000*bi + year%1000, title: r.Title, date: r.Published, publisher: b.name, report: r, level: b.level, kind: b.short}
			p.form(a, bi+yi)
			if p.epoch < 2 {
				out = append(out, a)
				continue
			}
			switch kind {
			case Removed:
				if p.epoch == 2 {
					p.fates[a] = kind
				}
				p.gone = append(p.gone, a)
				continue
			case Moved:
				before := *a
				a.id += 50_000
				if p.epoch == 2 {
					p.fates[a] = kind
				}
				p.was[a] = &before
			case Delisted:
				if p.epoch == 2 {
					p.fates[a] = kind
				}
				p.delisted = append(p.delisted, a)
				continue
			case NewReport:
				if p.epoch == 2 {
					p.fates[a] = kind
				}
			case Edited:
				p.fates[a] = kind
			}
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *article) int {
		if a.date != b.date {
			return -compareStrings(a.date, b.date)
		}
		return a.id - b.id
	})
	return out
}

func compareStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// form decides what carries a report: the page itself in one of the dialects, a PDF, or a DOCX.
func (p *portal) form(a *article, n int) {
	r := a.report
	styles := compose.Styles()
	switch n = n + p.index; n % 7 {
	case 4, 6:
		enc := compose.IdentityH
		if n%7 == 6 {
			enc = compose.UniGB
		}
		a.body = func() string { return announce(r) }
		a.files = []file{{r.Title + ".pdf", "pdf", typePDF, func() []byte { return r.PDF(enc) }}}
	case 5:
		a.body = func() string { return announce(r) }
		a.files = []file{{r.Title + ".docx", "docx", typeDOCX, r.DOCX}}
	default:
		style := styles[n%len(styles)]
		a.body = func() string { return r.HTML(style) }
	}
}

// announce is the page of a report that is attached.
func announce(r *compose.Report) string {
	return fmt.Sprintf("<p>现将《%s》予以公布，全文见附件。</p>", r.Title)
}
