package portal

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"nianbao/charset"
	"nianbao/crawl/address"
	"nianbao/document"
	"nianbao/extract/html"
)

// A Role is what an address is expected to be, by how it was found.
type Role string

// The roles. A page is a column, a list or an article: what it is shows when it is read.
const (
	RolePage       Role = "page"
	RoleList       Role = "list"       // a further page of a list
	RoleArticle    Role = "article"    // an entry of a list
	RoleAttachment Role = "attachment" // a file
	RoleScript     Role = "script"     // a script file that may write links
	RoleAPI        Role = "api"        // JSON or XML with the entries of a list
	RoleSitemap    Role = "sitemap"
	RoleSearch     Role = "search" // the portal's own search, asked for reports: of low priority
)

// A Lead is a request that a page leads to, with the words that stood around it.
type Lead struct {
	Method      string // GET or POST
	URL         string // absolute
	Body        string // of a POST
	ContentType string // of Body
	Role        Role
	Text        string // the longest form of the link's text: what is shown, or the title attribute behind a cut "…"
	Near        string // text of the row around it; a date often stands there
	Column      string // the column or tree node it was found under, where the page says so
	Year        int    // of the report, where the address itself selects it
	InBody      bool   // it stands in the main content
	Kind        document.LinkKind
	// Place is where it stands in the template of its page (document.Link.Place). Of a lead that is not in the markup it
	// names the source: "script:articles.url", "json:data.items.url", "xml:item", "pager:counted", "trs:list".
	Place string
}

// A Page is an answer being looked at for what it leads to.
type Page struct {
	URL       *url.URL
	MediaType string
	Text      string             // decoded source: HTML, JSON, XML or script
	Doc       *document.Document // the page as read; made by Unfold where there is none
	Body      string             // of the request, when it was a POST
	Charset   string             // of the page, as its bytes were read; empty is UTF-8
	Refresh   string             // the Refresh header of the answer
	Families  Selection          // whose knowledge is used
	// Beside are the scripts and then the page that asked for this script or answer: its addresses are relative to the
	// page, its variables and the addresses of its records are known there.
	Beside []Source

	leads   []Lead  // found while unfolding
	total   *int    // pages of the list, once they have been looked for
	scanned *source // Text, once it has been looked through
	code    *source // the scripts of Text
	env     *environment
	years   []int
	besides []besideSource
	called  map[string][]called
	forms   []html.Form
	selects []html.Choice
	loose   []looseRecord // records of the page that name no address
}

// A Source is a page or script that has been read before.
type Source struct{ URL, MediaType, Text string }

// maxLeads bounds what one page can lead to.
const maxLeads = 10_000

// Unfold brings out what a page carries inside scripts, JSON or XML, as blocks and links of its document, so that an
// article or a list that a script would draw is read like any other. It must be called before Leads.
func (p *Page) Unfold(ctx context.Context) {
	if p.Doc == nil {
		p.Doc = &document.Document{MediaType: p.MediaType, Engine: "portal"}
	}
	text := p.Text[:min(len(p.Text), maxText)]
	switch {
	case isJSON(p.MediaType, text):
		p.unfoldJSON(ctx, jsonBody(text))
	case isXML(p.MediaType, text):
		p.unfoldXML(ctx, text)
	case isScript(p.MediaType):
		p.unfoldValues(ctx, text)
		p.unfoldWritten(ctx)
	default:
		p.unfoldRecords(ctx, text)
		p.unfoldAttributes(ctx)
		for _, src := range p.inline() {
			p.unfoldValues(ctx, src)
		}
		p.unfoldWritten(ctx)
	}
}

// Leads are all requests the page leads to, in its order, each once.
func (p *Page) Leads() []Lead {
	base := p.base()
	out := make([]Lead, 0, len(p.Doc.Links)+len(p.leads))
	seen := map[string]int{}
	add := func(l Lead) {
		if l.Method == "" {
			l.Method = "GET"
		}
		if l.URL = address.Canonical(inCharset(l.URL, p.Charset)); l.URL == "" || len(out) >= maxLeads {
			return
		}
		l.Text, l.Near = clean(l.Text, 200), clean(l.Near, 300)
		key := l.Method + l.URL + l.Body
		if i, ok := seen[key]; ok { // the same target again: keep the most telling words
			o := &out[i]
			if telling(l.Text) > telling(o.Text) {
				o.Text, o.Near, o.Place = l.Text, l.Near, l.Place
			}
			o.InBody = o.InBody || l.InBody
			if o.Role == "" || o.Role == RolePage && (l.Role != RoleAPI || o.Text == "") {
				o.Role = l.Role
			}
			return
		}
		seen[key] = len(out)
		out = append(out, l)
	}
	for _, l := range p.Doc.Links {
		for _, lead := range p.general(base, l) {
			add(lead)
		}
	}
	for _, l := range p.leads {
		l.URL = resolve(base, l.URL)
		add(l)
	}
	if ref := html.Refresh(p.Refresh); ref != "" {
		add(Lead{URL: resolve(p.URL, ref), Role: RolePage, InBody: true, Kind: document.LinkRefresh, Place: "header:refresh"})
	}
	asked := p.requests(base)
	for _, l := range p.written(base) {
		if !slices.ContainsFunc(asked, func(a Lead) bool { return a.URL == l.URL || strings.HasPrefix(a.URL, l.URL+"?") }) {
			add(l) // else it is known better, with its form
		}
	}
	paged := false
	for _, f := range families() {
		if p.Families.Has(f.Name()) && f.Owns(p) {
			for _, l := range f.Leads(p) {
				l.URL, l.Place = resolve(base, l.URL), f.Name()+":"+string(l.Role)
				add(l)
				paged = paged || l.Role == RoleList || l.Role == RoleAPI
			}
		}
	}
	if paged { // the system itself knows its pages
		for _, l := range asked {
			if !slices.ContainsFunc(out, func(o Lead) bool { return o.Role == RoleAPI && samePath(o.URL, l.URL) }) {
				add(l)
			}
		}
		return slices.DeleteFunc(out, func(l Lead) bool { return l.Place == placeService })
	}
	filled := p.filled(base)
	if isJSON(p.MediaType, p.Text) {
		for _, found := range [][]Lead{filled, p.following(len(p.Doc.Links) + len(filled))} {
			for _, l := range found {
				add(l)
			}
		}
		return out
	}
	for _, found := range [][]Lead{asked, p.built(base), filled, p.named(base)} {
		for _, l := range found {
			add(l)
		}
	}
	further := p.counted
	if p.isFragment() {
		further = func([]Lead) []Lead { return p.following(len(p.Doc.Links) + len(filled)) }
	}
	for _, l := range further(out) {
		add(l)
	}
	return out
}

// samePath reports whether two addresses differ in their queries only.
func samePath(a, b string) bool {
	a, _, _ = strings.Cut(a, "?")
	b, _, _ = strings.Cut(b, "?")
	return a == b
}

// inCharset writes what is not ASCII in the query of an address in the charset of its page, as browsers do; the path
// is written in UTF-8 always.
func inCharset(ref, name string) string {
	at := strings.IndexByte(ref, '?')
	if at < 0 || name == "" || strings.EqualFold(name, "utf-8") || isASCII(ref[at:]) {
		return ref
	}
	query, fragment, cut := strings.Cut(ref[at:], "#")
	var b strings.Builder
	b.WriteString(ref[:at])
	for _, c := range charset.Encode(query, name) {
		if c < 0x80 && b.Len() > 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if cut {
		b.WriteString("#" + fragment)
	}
	return b.String()
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// fragmentHead is how much of an answer tells whether it is a page, in octets.
const fragmentHead = 20_000

// isFragment reports whether HTML is a piece of a page, as scripts load them: it has no head, no body and no script.
func (p *Page) isFragment() bool {
	s := p.source()
	for _, w := range [...]word{wordScript, wordHTML, wordBody, wordHead} {
		if s.has(w) && s.hits[w][0] <= fragmentHead {
			return false
		}
	}
	head := s.text[:min(len(s.text), fragmentHead)]
	return strings.Contains(head, "<a") || strings.Contains(head, "<A")
}

// base is what relative addresses of the page are relative to.
func (p *Page) base() *url.URL {
	if b := p.Doc.Meta["base"]; b != "" {
		if u, err := p.URL.Parse(b); err == nil && u.Host != "" {
			return u
		}
	}
	if u := p.asker(); u != nil {
		return u
	}
	return p.URL
}

// fragment reads a piece of HTML and adds its links, and its blocks where it carries more than links.
// place is the Place of its leads.
func (p *Page) fragment(ctx context.Context, src, column, place string) {
	d, err := html.ReadText(ctx, src, html.Options{MaxCells: 50_000})
	if err != nil || len(p.Doc.Links) > maxLeads {
		return
	}
	for _, l := range d.Links {
		l.InBody, l.Place = true, place+">"+l.Place
		if column != "" && l.Near == "" {
			l.Near = column
		}
		p.Doc.Links = append(p.Doc.Links, l)
	}
	if carriesText(d) && !p.shows(d) {
		p.Doc.Blocks = append(p.Doc.Blocks, d.Blocks...)
	}
}

// shows reports whether the page holds a fragment's longest paragraph already: the reader of the page has found it too.
func (p *Page) shows(d *document.Document) bool {
	longest := ""
	for _, b := range d.Blocks {
		if len(b.Text) > len(longest) {
			longest = b.Text
		}
	}
	return longest != "" && slices.ContainsFunc(p.Doc.Blocks, func(b document.Block) bool { return b.Text == longest })
}

// carriesText reports whether a fragment is more than a list of links.
func carriesText(d *document.Document) bool {
	words, linked := 0, 0
	for _, b := range d.Blocks {
		words += len(b.Text)
		if b.Table != nil {
			for _, c := range b.Table.Cells {
				words += len(c.Text)
			}
		}
	}
	for _, l := range d.Links {
		linked += len(l.Text)
	}
	return words > 300 && linked*2 < words
}

// resolve makes an address absolute; empty when it cannot be.
func resolve(base *url.URL, ref string) string {
	if u := resolved(base, ref); u != nil {
		return u.String()
	}
	return ""
}

// maxReference bounds an address as a page writes it, in octets.
const maxReference = 4000

// resolved is resolve with the address in its parts; nil when there is none.
func resolved(base *url.URL, ref string) *url.URL {
	ref = whole(strings.TrimSpace(strings.ReplaceAll(ref, `\/`, "/")))
	if ref == "" || len(ref) > maxReference {
		return nil
	}
	u, err := base.Parse(strings.ReplaceAll(ref, "\\", "/"))
	if err != nil {
		if u, err = base.Parse(url.PathEscape(ref)); err != nil || strings.Contains(ref, "://") {
			return nil
		}
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil
	}
	return u
}

// whole mends an address whose scheme is written with too few or too many strokes, where a host follows it: http:/host.
func whole(ref string) string {
	for _, scheme := range [...]string{"http:", "https:"} {
		if len(ref) < len(scheme) || !strings.EqualFold(ref[:len(scheme)], scheme) {
			continue
		}
		rest := strings.TrimLeft(ref[len(scheme):], `/\`)
		host, _, _ := strings.Cut(rest, "/")
		if strokes := len(ref) - len(scheme) - len(rest); strokes != 2 && strokes > 0 && strings.Contains(host, ".") && !suffixes[host[strings.LastIndexByte(host, '.')+1:]] {
			return scheme + "//" + rest
		}
	}
	return ref
}

// clean folds blanks and cuts to a number of characters.
func clean(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i]
		}
	}
	return s
}

// telling is how much a link's text says: its Han characters, a cut one saying less.
func telling(s string) int {
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n += 2
		} else if unicode.IsDigit(r) {
			n++
		}
	}
	if strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") {
		n /= 2
	}
	return n
}
