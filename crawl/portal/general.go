package portal

import (
	"context"
	"encoding/base64"
	"net/url"
	"path"
	"regexp"
	"strings"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/extract/html"
)

// general turns one link of the page into leads: the target itself, and a file that a viewer shows.
func (p *Page) general(base *url.URL, l document.Link) []Lead {
	u := resolved(base, l.URL)
	if u == nil {
		return nil
	}
	if beyond := left(u, base); beyond != nil {
		u = beyond
	}
	text := l.Text
	if telling(l.Title) > telling(text) || text == "" {
		text = l.Title
	}
	lead := Lead{URL: u.String(), Text: text, Near: l.Near, InBody: l.InBody, Kind: l.Kind, Role: RolePage, Place: l.Place}
	switch {
	case l.Kind == document.LinkScript:
		lead.Role = RoleScript
	case l.Kind == document.LinkInline && strings.HasSuffix(l.Place, "link"): // <link type="application/rss+xml">
		lead.Role = RoleSitemap
	case l.Kind == document.LinkImage:
		lead.Role = RoleAttachment
	case isFile(u):
		lead.Role = RoleAttachment
	case isPager(l, u):
		lead.Role = RoleList
	case strings.Contains(l.Place, ":data-") && serves(u):
		lead.Role = RoleAPI
	}
	out := []Lead{lead}
	if f := shownFile(u, 0); f != "" {
		if viewers.MatchString(u.Path) {
			out = nil // the viewer itself shows nothing else
		}
		out = append(out, Lead{URL: resolve(u, f), Text: text, Near: l.Near, InBody: true, Kind: document.LinkFrame, Role: RoleAttachment, Place: l.Place + ":file"})
	}
	return out
}

var files = fileSuffixes()

// fileSuffixes are those of the formats that are read, and .ceb (方正), which nothing reads: it is archived.
func fileSuffixes() map[string]bool {
	out := map[string]bool{".ceb": true}
	for _, s := range extract.Suffixes() {
		out[s] = true
	}
	return out
}

// leaveParams are the parameters in which a page that says goodbye to its reader names where the link leads.
var leaveParams = [...]string{"url", "target", "link", "goto", "jumpurl", "jumpUrl", "targetUrl", "targeturl", "redirect", "to"}

// left is the address of another host to which a page of this one only sends on, having warned its reader of leaving the
// site: it is asked for itself. It is nil for all other addresses.
func left(u, page *url.URL) *url.URL {
	if !strings.EqualFold(u.Host, page.Host) || !strings.Contains(u.RawQuery, "http") {
		return nil
	}
	q := u.Query()
	for _, k := range leaveParams {
		v := q.Get(k)
		if !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") {
			continue
		}
		if t, err := url.Parse(v); err == nil && t.Hostname() != "" && !strings.EqualFold(t.Hostname(), u.Hostname()) && !isFile(t) {
			return t
		}
	}
	return nil
}

var pictures = map[string]bool{".jpg": true, ".jpeg": true, ".png": true, ".gif": true, ".bmp": true, ".tif": true, ".tiff": true, ".webp": true, ".svg": true, ".ico": true}

// downloads are programs that send files whose names stand in Content-Disposition only; fileNames are the parameters by
// which they choose one.
var (
	downloads = regexp.MustCompile(`/(?i:downfile\.jsp|download\.jsp|downloadfile|download\.do|download\.ashx|filedownload|attachment/download|common/download)`)
	fileNames = regexp.MustCompile(`(?i)DownloadAttachUrl|(?:^|&)(?:filename|attachid|fileid|wbfileid)=`)
)

// isFile reports whether an address is that of a file: by its suffix, a name in its query, or a download program.
func isFile(u *url.URL) bool {
	if files[strings.ToLower(path.Ext(u.Path))] {
		return true
	}
	if downloads.MatchString(u.Path) || u.RawQuery != "" && fileNames.MatchString(u.RawQuery) {
		return true
	}
	if u.RawQuery == "" {
		return false
	}
	for _, vs := range u.Query() {
		for _, v := range vs {
			if len(v) < 300 && files[strings.ToLower(path.Ext(v))] && !strings.Contains(u.Path, "viewer") {
				return true
			}
		}
	}
	return false
}

// IsPicture reports whether an address is that of a picture, by its suffix.
func IsPicture(rawURL string) bool {
	u, err := url.Parse(rawURL)
	return err == nil && pictures[strings.ToLower(path.Ext(u.Path))]
}

// fileParams are the parameters by which viewers are told what to show.
var fileParams = [...]string{"file", "pdf", "url", "src", "fileurl", "fileUrl", "pdfurl", "pdfUrl", "furl", "path", "filePath", "filepath", "f", "doc", "docUrl", "attach"}

// maxViewers bounds viewers that show viewers.
const maxViewers = 3

// shownFile is the file that a viewer's address names in its query or fragment: viewer.html?file=…. Its address may be
// escaped more than once, written in base64, or be that of a viewer itself.
func shownFile(u *url.URL, depth int) string {
	if u.RawQuery == "" && u.Fragment == "" || depth > maxViewers {
		return ""
	}
	q := u.Query()
	if frag, err := url.ParseQuery(strings.TrimPrefix(u.Fragment, "/")); err == nil && u.RawQuery == "" {
		q = frag
	}
	viewer := viewers.MatchString(u.Path)
	for _, k := range fileParams {
		v := q.Get(k)
		if v == "" || len(v) > 2000 {
			continue
		}
		if strings.HasPrefix(v, "aHR0c") { // http in base64
			if b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.ReplaceAll(v, " ", "+"), "=")); err == nil {
				v = string(b)
			}
		}
		for range maxViewers {
			if d, err := url.QueryUnescape(v); err == nil && strings.Contains(v, "%2") && d != v {
				v = d
			}
		}
		t, err := url.Parse(v)
		if err != nil {
			continue
		}
		if inner := shownFile(t, depth+1); inner != "" && viewers.MatchString(t.Path) {
			return inner
		}
		if files[strings.ToLower(path.Ext(t.Path))] || viewer && (isFile(t) || strings.HasPrefix(v, "/") && len(v) > 1 || strings.HasPrefix(v, "http")) && !pictures[strings.ToLower(path.Ext(t.Path))] {
			return v
		}
	}
	return ""
}

// viewers are pages that show a file named in their query.
var viewers = regexp.MustCompile(`(?i)viewer|pdf\.?js|preview|reader|flexpaper|yulan|officeview`)

var (
	pagerText = regexp.MustCompile(`^[\[【<«‹(]*\s*(?:\d{1,4}|下一?页|下页|尾页|末页|最后一页|上一?页|首页|第一页|后一页|后页|next|last|>{1,2}|»|›)\s*[\]】>»›)]*$`)
	pagerURL  = regexp.MustCompile(`(?i)(?:[_-]\d{1,4}\.(?:s?html?|jhtml|jsp|aspx?)$|/\d{1,3}\.s?html?$|/page_\d+|[?&](?:page|pageno|pagenum|pageindex|currentpage|curpage|pn|p|page_num|pagenumber|currpage|nowpage|cur_page)=\d+)`)
)

// pagerLength is the most octets that the text of a link to another page of a list has.
const pagerLength = 40

// isPager reports whether a link leads to another page of the same list.
func isPager(l document.Link, u *url.URL) bool {
	text := strings.TrimSpace(l.Text)
	return text != "" && len(text) <= pagerLength && pagerText.MatchString(strings.ToLower(text)) && (!strings.Contains("首页第一页上一页", text) || pagerURL.MatchString(u.RequestURI()))
}

var (
	goTo = finder{regexp.MustCompile(`^(?i:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|open\s*\()\s*(?i:encodeURI\s*\(\s*|encodeURIComponent\s*\(\s*)?['"]([^'"\s]{1,500})['"](\s*\)?\s*\+)?`),
		[]word{wordLocation, wordWindowOpen}, 700}
	ajax = finder{regexp.MustCompile(`^(?i:\w*url\s*[:=]|open\s*\(\s*['"](?:GET|POST)['"]\s*,)\s*['"]([^'"\s<>]{3,500})['"](\s*\+)?`), []word{wordURL, wordOpen}, 700}
)

// written are requests that page scripts make or go to, where they stand in the source as whole strings.
func (p *Page) written(base *url.URL) []Lead {
	if isJSON(p.MediaType, p.Text) || isXML(p.MediaType, p.Text) {
		return nil
	}
	var out []Lead
	s := p.source()
	for _, m := range goTo.all(s, 300) {
		if abs := resolve(base, s.text[m[2]:m[3]]); abs != "" && m[4] < 0 {
			role := RolePage
			if pagerURL.MatchString(abs) {
				role = RoleList
			}
			out = append(out, Lead{URL: abs, Role: role, Kind: document.LinkOnclick, InBody: true, Place: "script:location"})
		}
	}
	s = p.scripts()
	for _, m := range ajax.all(s, 100) {
		ref := s.text[m[2]:m[3]]
		if m[4] >= 0 || !strings.ContainsAny(ref, "/.") || strings.HasSuffix(ref, "=") || strings.Contains(ref, "${") {
			continue // an incomplete address, finished by the script
		}
		if abs := resolve(base, ref); abs != "" {
			if u, err := url.Parse(abs); err == nil && !assets[strings.ToLower(path.Ext(u.Path))] && !pictures[strings.ToLower(path.Ext(u.Path))] {
				l := Lead{URL: abs, Role: RolePage, Kind: document.LinkInline, Place: "script:url"}
				switch {
				case isFile(u):
					l.Role = RoleAttachment
				case serves(u) || path.Ext(u.Path) == "" && !strings.HasSuffix(u.Path, "/"):
					l.Role = RoleAPI
				}
				out = append(out, l)
			}
		}
	}
	return out
}

var assets = map[string]bool{".js": true, ".css": true, ".woff": true, ".woff2": true, ".ttf": true, ".swf": true, ".mp4": true, ".mp3": true, ".map": true}

const (
	writeSpan  = 20_000  // octets of one call that writes into the page
	maxWritten = 8 << 20 // octets that all of them write
)

// unfoldWritten reads what page scripts write into the page: the string literals of each call, joined.
func (p *Page) unfoldWritten(ctx context.Context) {
	s := p.source()
	var b strings.Builder
	left := maxWritten
	write := func(at int) {
		if left <= 0 {
			return
		}
		text := literals(s.text[at:min(len(s.text), at+writeSpan, at+left)])
		b.WriteString(text)
		b.WriteByte('\n')
		left -= len(text) + 1
	}
	for _, at := range s.places(wordWrite, wordWriteLine, wordInner, wordMarkup, wordAppend, wordPrepend, wordAfter, wordBefore) {
		for at < len(s.text) && isBlank(s.text[at]) {
			at++
		}
		rest := s.text[at:min(len(s.text), at+2)]
		switch {
		case strings.HasPrefix(rest, "("):
			write(at + 1)
		case strings.HasPrefix(rest, "=") && rest != "==":
			write(at + 1)
		case rest == "+=":
			write(at + 2)
		}
	}
	p.joinedMarkup(&b)
	src := b.String()
	for _, tag := range [...]string{"<a", "<A", "<script", "<SCRIPT", "<iframe", "<IFRAME", "<frame", "<option", "<embed"} {
		if strings.Contains(src, tag) {
			p.links(ctx, src)
			return
		}
	}
}

// joinedMarkup reads the links that scripts put together of literals and variables with a known value, whatever becomes of
// them: h.push('<a href="' + root + 'zwgk/">政务公开</a>').
func (p *Page) joinedMarkup(b *strings.Builder) {
	text := p.scripts().text
	if isScript(p.MediaType) {
		text = p.Text[:min(len(p.Text), maxText)]
	}
	if !strings.Contains(text, "href") || !strings.Contains(text, "</a>") {
		return
	}
	env := p.globals()
	for _, c := range concats(text) {
		known, total := true, 0
		for _, t := range c.terms {
			if total += len(t.text); t.name != "" && t.name != "()" {
				_, ok := env.get(t.name)
				known = known && ok
			}
		}
		if known && total < writeSpan && b.Len() < maxWritten {
			if v := c.value(env); strings.Contains(v, "<a ") && strings.Contains(v, "</a>") {
				b.WriteString(v)
				b.WriteByte('\n')
			}
		}
	}
}

// links adds the links of a piece of HTML, but no text.
func (p *Page) links(ctx context.Context, src string) {
	d, err := html.ReadText(ctx, src, html.Options{})
	if err != nil {
		return
	}
	for _, l := range d.Links {
		l.URL = strings.TrimPrefix(l.URL, unknown) // mostly the site's own root
		if strings.Contains(l.URL, unknown) {
			continue // the script finishes it
		}
		l.Place = "script:write>" + l.Place
		if l.Kind != document.LinkScript && l.Kind != document.LinkFrame {
			l.Kind = document.LinkInline
		}
		l.Text, l.Title, l.Near = strings.ReplaceAll(l.Text, unknown, ""), strings.ReplaceAll(l.Title, unknown, ""), strings.ReplaceAll(l.Near, unknown, "")
		p.Doc.Links = append(p.Doc.Links, l)
	}
}

// unknown stands in joined literals for what only the script knows; it is a character of the private use area.
const unknown = "\uE000"

// literals joins the string literals of a script's expression up to the end of the statement or call, with unknown for
// each other operand between two of them.
func literals(s string) string {
	var b strings.Builder
	depth, other := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\'', '"', '`':
			text, n := literal(s[i:])
			if other && b.Len() > 0 {
				b.WriteString(unknown)
			}
			b.WriteString(text)
			other = false
			i += n - 1
		case ' ', '\t', '\r', '\n', '+', ',':
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			if depth--; depth < 0 {
				return b.String()
			}
		case ';':
			return b.String()
		default:
			other = true
		}
	}
	return b.String()
}

// literal reads one quoted string and returns it unescaped with the octets it took.
func literal(s string) (string, int) {
	quote := s[0]
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote:
			return b.String(), i + 1
		case c == '\n' && quote != '`':
			return b.String(), i + 1
		case c == '\\' && i+1 < len(s):
			i++
			switch s[i] {
			case 'n', 'r', 't':
				b.WriteByte(' ')
			case 'u', 'x':
				n := 4
				if s[i] == 'x' {
					n = 2
				}
				var r rune
				for _, d := range s[i+1 : min(len(s), i+1+n)] {
					v := strings.IndexRune("0123456789abcdef", d|0x20)
					if v < 0 {
						break
					}
					r = r<<4 | rune(v)
				}
				b.WriteRune(r)
				i += n
			case '\n':
			default:
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), len(s)
}
