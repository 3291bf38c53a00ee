package portal

import (
	"context"
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

// A looseRecord is an entry of a list without an address: a script makes one of its fields, as '/content/' + item.id.
type looseRecord struct {
	fields map[string]string
	text   string
	near   string
	place  string
}

const (
	maxLoose     = 2000    // records without an address on one page
	maxTemplates = 6       // addresses that one record is tried in
	maxFills     = 200_000 // records times addresses that are tried on one page
)

// keep remembers a record that names no address.
func (p *Page) keep(m map[string]any, text, near string, at from) {
	if len(p.loose) >= maxLoose {
		return
	}
	r := looseRecord{fields: map[string]string{}, text: text, near: near, place: at.place + ":record"}
	for k, v := range m {
		switch v := v.(type) {
		case string:
			if len(v) <= 200 {
				r.fields[k] = v
			}
		case json.Number:
			r.fields[k] = v.String()
		case float64:
			r.fields[k] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	for k := range r.fields {
		if idKey.MatchString(k) {
			p.loose = append(p.loose, r)
			return
		}
	}
}

var (
	idKey = regexp.MustCompile(`(?i)id$|^key$|code$|guid$|^no$|name$`)
	// placeholder is where a template that scripts fill names a member: {{item.id}}, <%=id%>, ${id}, #{id}, [[id]].
	placeholder = regexp.MustCompile(`\{\{=?\s*(?:[\w$]+\.)*([\w$]{1,40})\s*\}\}|<%[=-]?\s*(?:[\w$]+\.)*([\w$]{1,40})\s*%>|[$#]\{\s*(?:[\w$]+\.)*([\w$]{1,40})\s*\}|\[\[\s*(?:[\w$]+\.)*([\w$]{1,40})\s*\]\]`)
	inAttribute = regexp.MustCompile(`(?i)(?:href|src|data-url)\s*=\s*\\?["']([^"'<>]{0,120}(?:\{\{|<%|[$#]\{|\[\[)[^"']{1,300}?)\\?["']`)
)

// patterns are the addresses that scripts and templates of the page, and of those that asked for it, make of a record.
func (p *Page) patterns() []concat {
	texts := []string{}
	if !isJSON(p.MediaType, p.Text) && !isXML(p.MediaType, p.Text) {
		texts = append(texts, p.scripts().text, p.source().text)
	}
	for _, b := range p.beside() {
		texts = append(texts, b.code.text, b.Text)
	}
	var out []concat
	for i, text := range texts {
		if i%2 == 0 {
			out = append(out, concats(text)...)
		} else if strings.Contains(text, "{{") || strings.Contains(text, "<%") || strings.Contains(text, "#{") || strings.Contains(text, "${") || strings.Contains(text, "[[") {
			for _, m := range inAttribute.FindAllStringSubmatch(text, 50) {
				out = append(out, concat{terms: filledTerms(m[1])})
			}
		}
	}
	return out
}

// filledTerms parts a template at its placeholders.
func filledTerms(s string) []term {
	var out []term
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, maxTerms) {
		out = append(out, term{text: s[at:m[0]]})
		for g := 2; g+1 < len(m); g += 2 {
			if m[g] >= 0 {
				out = append(out, term{name: "item." + s[m[g]:m[g+1]]})
			}
		}
		at = m[1]
	}
	return append(out, term{text: s[at:]})
}

// filled are the addresses of records that name none, as scripts would make them.
func (p *Page) filled(base *url.URL) []Lead {
	records := p.loose
	if isScript(p.MediaType) {
		records = append(records, p.askersRecords()...)
	}
	if len(records) == 0 {
		return nil
	}
	env := p.globals()
	patterns := p.patterns()
	patterns = patterns[:min(len(patterns), maxFills/len(records))]
	var out []Lead
	for _, r := range records {
		tried := map[string]bool{}
		for _, c := range patterns {
			ref := r.fill(c, env)
			if ref == "" || tried[ref] || len(tried) >= maxTemplates {
				continue
			}
			u := resolved(base, ref)
			if u == nil {
				continue
			}
			if ext := strings.ToLower(path.Ext(u.Path)); assets[ext] || pictures[ext] {
				continue
			}
			tried[ref] = true
			l := Lead{URL: u.String(), Role: RolePage, Text: r.text, Near: r.near, Column: r.text, InBody: true, Kind: document.LinkInline, Place: r.place}
			if serves(u) {
				l.Role = RoleAPI
			} else if isFile(u) {
				l.Role = RoleAttachment
			}
			out = append(out, l)
		}
	}
	return out
}

// askersRecords are the records of the page for whose sake a script was asked for: the script makes their addresses.
func (p *Page) askersRecords() []looseRecord {
	for _, b := range p.Beside {
		u, err := url.Parse(b.URL)
		if err != nil || !strings.Contains(b.MediaType, "html") {
			continue
		}
		q := &Page{URL: u, MediaType: b.MediaType, Text: b.Text}
		q.Unfold(context.Background())
		return q.loose
	}
	return nil
}

// fill puts the fields of a record into an address; empty when none of them goes in or something else is missing. A
// variable that is no field takes the record's id where the record is a column of reports: a script passes it on under a
// name of its own.
func (r looseRecord) fill(c concat, env *environment) string {
	used := false
	here := env
	for i, t := range c.terms {
		if t.name == "" || idle(t.name) {
			continue
		}
		last := t.name[strings.LastIndexByte(t.name, '.')+1:]
		if v, ok := r.fields[last]; ok && (strings.Contains(t.name, ".") || idKey.MatchString(last)) {
			here, used = here.with(t.name, v), true
			continue
		}
		if _, known := here.get(t.name); known || i == 0 {
			continue
		}
		switch id := r.id(); {
		case countVar.MatchString(t.name):
			here = here.with(t.name, "1")
		case !used && id != "" && nodeName.MatchString(r.text) && !strings.Contains(t.name, "("):
			here, used = here.with(t.name, id), true
		default:
			return ""
		}
	}
	if !used {
		return ""
	}
	return c.address(here)
}

// id is the field that tells the record from others.
func (r looseRecord) id() string {
	for _, k := range [...]string{"id", "ID", "Id", "catId", "code", "key", "channelId", "columnId", "guid"} {
		if v := r.fields[k]; v != "" {
			return v
		}
	}
	return ""
}

// nodeName is what columns of reports are called.
var nodeName = regexp.MustCompile(`年报|年度报告|年度工作报告`)

// serves reports whether an address is that of a service that scripts ask, by its shape: it has parameters or a program's
// name, and is no page.
func serves(u *url.URL) bool {
	switch ext := strings.ToLower(path.Ext(u.Path)); ext {
	case ".html", ".htm", ".shtml", ".jhtml":
		return false
	case ".json", ".do", ".action", ".ashx", ".asmx", ".jspx", ".svc", ".xml":
		return true
	case ".jsp", ".aspx", ".php", ".asp":
		return apiPath.MatchString(u.Path)
	}
	return u.RawQuery != "" || apiPath.MatchString(u.Path)
}

var apiPath = regexp.MustCompile(`(?i)/(?:api|rest|service|services|svc|interface|gateway|data|json|ajax|query|openapi)(?:[/._-]|$)|list$`)
