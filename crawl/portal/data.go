package portal

import (
	"context"
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"nianbao/document"
)

func isJSON(mediaType, text string) bool {
	if strings.Contains(mediaType, "json") {
		return true
	}
	t := strings.TrimLeft(text, " \t\r\n\ufeff")
	return !strings.Contains(mediaType, "html") && (strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[{")) || jsonp.MatchString(t)
}

func isXML(mediaType, text string) bool {
	t := strings.TrimLeft(text[:min(len(text), 400)], " \t\r\n\ufeff")
	if strings.HasPrefix(t, "<?xml") && !strings.Contains(strings.ToLower(t), "<html") {
		return true
	}
	for _, root := range []string{"<datastore", "<urlset", "<sitemapindex", "<rss", "<feed", "<recordset"} {
		if strings.HasPrefix(t, root) {
			return true
		}
	}
	return strings.HasSuffix(mediaType, "/xml") && !strings.Contains(strings.ToLower(t), "<html")
}

func isScript(mediaType string) bool { return strings.Contains(mediaType, "javascript") }

var jsonp = regexp.MustCompile(`^(?:/\*\*/)?[\w.$]{1,80}\(\s*[{\[]`)

// jsonBody takes JSON out of a JSONP answer.
func jsonBody(text string) string {
	t := strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if jsonp.MatchString(t) {
		t = t[strings.IndexByte(t, '(')+1:]
		if i := strings.LastIndexByte(t, ')'); i >= 0 {
			t = t[:i]
		}
	}
	return t
}

func (p *Page) unfoldJSON(ctx context.Context, data string) {
	dec := json.NewDecoder(strings.NewReader(data))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return
	}
	p.value(ctx, v, from{place: "json:"})
}

// The keys under which systems put what a list shows; of a record's other values the most telling text stands in.
var (
	titleKeys = []string{"title", "doctitle", "at", "name", "articletitle", "subject", "headline", "infotitle", "showtitle", "topic", "filename", "label", "vc_title"}
	dateKeys  = []string{"date", "publishdate", "pubdate", "publish_time", "publishtime", "display_publish_time", "docreltime", "created_at", "apd", "infodate", "pubtime", "deploytime"}
	bodyKeys  = []string{"publisher", "source", "organ", "department", "unit", "deptname", "publishername"}
)

// A from says where in the data of a page a value stands.
type from struct {
	column string // the title of the record above
	place  string // the names of the keys down to it
	depth  int
}

// key is the value below one key. Digits are left out of the place: a year as a key is one of many alike.
func (f from) key(name, column string) from {
	name = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r <= ' ' {
			return -1
		}
		return r
	}, name[:min(len(name), 40)])
	place := f.place
	if name != "" && len(place) < 160 {
		if !strings.HasSuffix(place, ":") {
			place += "."
		}
		place += name
	}
	return from{column: column, place: place, depth: f.depth + 1}
}

func (f from) deeper() from { f.depth++; return f }

// value walks a JSON value: HTML in strings is read as a fragment, records with an address become links.
func (p *Page) value(ctx context.Context, v any, at from) {
	if at.depth > maxDepth || len(p.Doc.Links) > maxLeads {
		return
	}
	switch v := v.(type) {
	case []any:
		if p.pair(v, at) {
			return
		}
		for _, e := range v {
			p.value(ctx, e, at.deeper())
		}
	case string:
		p.embedded(ctx, v, at)
	case map[string]any:
		p.record(ctx, v, at)
	}
}

func (p *Page) embedded(ctx context.Context, s string, at from) {
	t := strings.TrimSpace(s)
	switch {
	case len(t) < 8:
	case t[0] == '{' || t[0] == '[':
		var inner any
		if json.Unmarshal([]byte(t), &inner) == nil {
			p.value(ctx, inner, at.deeper())
		}
	case strings.Contains(t, "<") && strings.Contains(t, ">"):
		p.fragment(ctx, t, at.column, at.place)
	}
}

func (p *Page) record(ctx context.Context, m map[string]any, at from) {
	title := pick(m, titleKeys)
	near := strings.TrimSpace(strings.Join([]string{pick(m, bodyKeys), pick(m, dateKeys), at.column}, " "))
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	if title == "" {
		for _, k := range keys {
			if s, ok := m[k].(string); ok && len(s) < 400 && !strings.Contains(s, "<") && !reference.MatchString(s) && telling(s) > telling(title) {
				title = s
			}
		}
	}
	if title == "" && strings.HasPrefix(at.place, "script:") && slices.ContainsFunc(keys, settingKey) {
		return // says how to ask for data: requests reads it
	}
	named := title != ""
	if title == "" {
		title = at.column // a part of the record above, such as its addresses
	}
	below := plainText(title)
	addressed := false
	for _, k := range keys {
		switch v := m[k].(type) {
		case string:
			if isReference(k, v) {
				addressed = true
				if !named && strings.HasPrefix(at.place, "script:") && !isShown(v) {
					continue // a setting of a script
				}
				p.Doc.Links = append(p.Doc.Links, document.Link{URL: v, Kind: document.LinkInline, Text: below, Near: near, InBody: true, Place: at.key(k, "").place})
			} else {
				p.embedded(ctx, v, at.key(k, below))
			}
		case map[string]any, []any:
			p.value(ctx, v, at.key(k, below))
		}
	}
	if !addressed && title != "" {
		p.keep(m, below, near, at)
	}
}

// isShown reports whether an address is that of something a reader looks at: a page or a file.
func isShown(ref string) bool {
	u, err := url.Parse(strings.TrimSpace(ref))
	return err == nil && !serves(u) && !assets[strings.ToLower(path.Ext(u.Path))]
}

// settingKey reports whether a key is one of those that say how to ask for data.
func settingKey(k string) bool {
	switch k {
	case "success", "dataType", "type", "method", "async", "contentType", "beforeSend", "headers", "queryParams":
		return true
	}
	return false
}

// pair takes an entry that is written as an array: a title and an address, in any order, among other values.
func (p *Page) pair(list []any, at from) bool {
	title, ref := "", ""
	for _, e := range list {
		s, ok := e.(string)
		switch {
		case !ok && e != nil:
			if _, number := e.(json.Number); !number {
				return false
			}
		case ref == "" && isReference("url", s):
			ref = s
		case telling(s) > telling(title) && !strings.Contains(s, "<"):
			title = s
		}
	}
	if ref == "" || title == "" {
		return false
	}
	p.Doc.Links = append(p.Doc.Links, document.Link{URL: ref, Kind: document.LinkInline, Text: title, Near: at.column, InBody: true, Place: at.key("pair", "").place})
	return true
}

// pick is the first value that stands under one of some keys, which are written in lower case.
func pick(m map[string]any, keys []string) string {
	best, value := len(keys), ""
	for k, v := range m {
		s, ok := v.(string)
		if !ok {
			continue
		}
		if i := slices.Index(keys[:best], strings.ToLower(k)); i >= 0 && strings.TrimSpace(s) != "" {
			best, value = i, s
		}
	}
	return value
}

func plainText(s string) string {
	if strings.Contains(s, "<") {
		s = tagForm.ReplaceAllString(s, "")
	}
	return strings.TrimSpace(s)
}

var (
	tagForm   = regexp.MustCompile(`<[^>]*>`)
	reference = regexp.MustCompile(`^(?:https?://|//|/|\./|\.\./)[^\s<>"']{1,800}$|^[\w%./-]{1,300}\.(?:s?html?|jhtml|jspx?|pdf|docx?|xlsx?|wps|ofd|zip|rar)(?:\?\S{0,300})?$`)
	rooted    = regexp.MustCompile(`^/\S*\.(?:s?html?|jhtml|jspx?|pdf|docx?|xlsx?|wps|ofd|zip|rar)$`)
	urlKey    = regexp.MustCompile(`(?i)url|link|href|path|src|^au$|file`)
)

// isReference reports whether a value is an address: by its shape, and where the shape is only a path, by its key.
func isReference(key, v string) bool {
	v = strings.TrimSpace(v)
	if v == "" || !isWordByte(v[0]) && v[0] != '/' && v[0] != '.' && v[0] != '%' && v[0] != '-' || !strings.ContainsAny(v, "/.") || !reference.MatchString(v) {
		return false
	}
	return strings.HasPrefix(v, "http") || urlKey.MatchString(key) || rooted.MatchString(v)
}

var (
	record = regexp.MustCompile(`(?s)<record>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</record>`)
	locTag = regexp.MustCompile(`(?is)<(?:loc|link|guid)>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\]\s]+?)\s*(?:\]\]>)?\s*</`)
	item   = regexp.MustCompile(`(?is)<(?:item|entry)(?:\s[^>]*)?>(.*?)</(?:item|entry)>`)
	hrefed = regexp.MustCompile(`(?is)<link\s[^>]{0,200}?href\s*=\s*["']([^"']{1,500})["']`)
	inItem = regexp.MustCompile(`(?is)<title(?:\s[^>]*)?>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</title>`)
	cdata  = regexp.MustCompile(`(?s)<!\[CDATA\[(.*?)\]\]>`)
)

// unfoldRecords reads the records of a Hanweb data store, which a page carries in a script element.
func (p *Page) unfoldRecords(ctx context.Context, text string) {
	if !p.source().has(wordRecord) {
		return
	}
	var b strings.Builder
	for _, m := range record.FindAllStringSubmatch(text, 5000) {
		b.WriteString(m[1])
		b.WriteByte('\n')
	}
	p.fragment(ctx, b.String(), "", "xml:record")
}

// unfoldXML reads an XML answer: data stores, feeds, sitemaps.
func (p *Page) unfoldXML(ctx context.Context, text string) {
	p.unfoldRecords(ctx, text)
	titled := map[string]bool{}
	for _, m := range item.FindAllStringSubmatch(text, 5000) {
		loc, title := locTag.FindStringSubmatch(m[1]), inItem.FindStringSubmatch(m[1])
		if loc == nil {
			loc = hrefed.FindStringSubmatch(m[1])
		}
		if loc != nil && title != nil {
			titled[loc[1]] = true
			p.leads = append(p.leads, Lead{URL: unescape(loc[1]), Text: plainText(title[1]), Role: RolePage, InBody: true, Kind: document.LinkInline, Place: "xml:item"})
		}
	}
	index := strings.Contains(text[:min(len(text), 1000)], "<sitemapindex")
	for _, m := range locTag.FindAllStringSubmatch(text, maxLeads) {
		if titled[m[1]] {
			continue
		}
		role := RolePage
		if index {
			role = RoleSitemap
		}
		p.leads = append(p.leads, Lead{URL: unescape(m[1]), Role: role, Kind: document.LinkInline, Place: "xml:loc"})
	}
	if len(p.leads) == 0 && !strings.Contains(text, "<record>") {
		for _, m := range cdata.FindAllStringSubmatch(text, 2000) {
			if strings.Contains(m[1], "<") {
				p.fragment(ctx, m[1], "", "xml:text")
			}
		}
	}
}

func unescape(s string) string { return strings.ReplaceAll(s, "&amp;", "&") }
