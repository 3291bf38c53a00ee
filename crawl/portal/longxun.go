package portal

import (
	"regexp"
	"strconv"
	"strings"

	"nianbao/document"
)

// longxun is the Anhui platform (龙讯, 讯飞): lists are HTML fragments behind /site/label/ addresses with a pageIndex.
type longxun struct{}

func (longxun) Name() string { return "longxun" }

var (
	labelURL   = regexp.MustCompile(`["']([^"'\s]*?/site/label/\d+\?[^"'\s]+)["']`)
	labelPages = regexp.MustCompile(`(?i)\bpageCount['"]?\s*[:=]\s*['"]?(\d{1,4})`)
)

func (longxun) Owns(p *Page) bool {
	return p.source().has(wordLabel) || strings.Contains(p.URL.Path, "/site/label/")
}

func (longxun) Leads(p *Page) []Lead {
	pages := max(1, firstNumber(labelPages, p.Text))
	var out []Lead
	refs := firsts(labelURL, p.Text)
	if strings.Contains(p.URL.Path, "/site/label/") {
		refs = append(refs, p.URL.String())
	}
	for _, ref := range refs {
		u, err := p.URL.Parse(unescape(ref))
		if err != nil || !strings.Contains(u.RawQuery, "labelName=") { // else a script puts the parameters together
			continue
		}
		for n := 1; n <= min(pages, maxPages); n++ {
			u.RawQuery = setParam(u.RawQuery, "pageIndex", strconv.Itoa(n))
			out = append(out, Lead{URL: u.String(), Role: RoleAPI, InBody: true, Kind: document.LinkInline})
		}
	}
	return out
}
