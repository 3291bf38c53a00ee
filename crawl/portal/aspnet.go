package portal

import (
	"net/url"
	"regexp"

	"nianbao/document"
	"nianbao/extract/html"
)

// aspnet is ASP.NET's post-back paging: the page's own form, sent again with the pager as its target.
type aspnet struct{}

func (aspnet) Name() string { return "aspnet" }

var postBack = regexp.MustCompile(`__doPostBack\((?:&#39;|\\?['"])([^'"&\\]+)(?:&#39;|\\?['"])\s*,\s*(?:&#39;|\\?['"])(\d{1,4})(?:&#39;|\\?['"])\)`)

func (aspnet) Owns(p *Page) bool {
	return p.source().has(wordPostBack) && p.source().has(wordViewState)
}

// maxForm bounds a form that is sent back, in octets.
const maxForm = 256 << 10

func (aspnet) Leads(p *Page) []Lead {
	form := url.Values{}
	for _, f := range html.Hidden(p.Text) {
		form.Set(f[0], f[1])
	}
	var out []Lead
	seen := map[string]bool{}
	for _, m := range postBack.FindAllStringSubmatch(p.Text, 100) {
		if seen[m[1]+m[2]] || m[2] == "1" {
			continue
		}
		seen[m[1]+m[2]] = true
		form.Set("__EVENTTARGET", m[1])
		form.Set("__EVENTARGUMENT", m[2])
		if body := form.Encode(); len(body) <= maxForm {
			out = append(out, Lead{Method: "POST", URL: p.URL.String(), Body: body, ContentType: "application/x-www-form-urlencoded", Role: RoleList, InBody: true, Kind: document.LinkInline, Text: m[2]})
		}
	}
	return out
}
