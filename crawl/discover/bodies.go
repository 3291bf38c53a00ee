package discover

import (
	"net/url"
	"strings"

	"nianbao/crawl/address"
	"nianbao/crawl/portal"
	"nianbao/document"
)

// A Named is a body that a page names by a link.
type Named struct {
	Name string
	Host string // of its own, when the link leads to the front page of one
}

// IsDirectory reports whether a page is a directory of bodies, by the link that led to it, its title or its place.
func IsDirectory(doc *document.Document, text string) bool {
	if classify(text) == directory {
		return true
	}
	if n := len(doc.Breadcrumb); n > 0 && classify(doc.Breadcrumb[n-1]) == directory {
		return true
	}
	return classify(beforeSite(doc.Meta["title"])) == directory
}

// Bodies are the bodies that the links of a page name, each once: on a directory those with a front page of their own and
// those in its main content, on a column of reports those in its main content, elsewhere those with a front page.
func Bodies(leads []portal.Lead, page *url.URL, heat int, at Place) []Named {
	var out []Named
	seen := map[string]bool{}
	own := address.Host(page.String())
	for i := range leads {
		l := &leads[i]
		if l.Role != portal.RolePage && l.Role != "" || classify(l.Text) != body {
			continue
		}
		u, err := url.Parse(l.URL)
		if err != nil {
			continue
		}
		n := Named{Name: squeeze(l.Text)}
		if h := address.Host(l.URL); IsFront(u) && h != own && !address.Small(h) {
			n.Host = h
		}
		if n.Host == "" && !(l.InBody && (at.Directory || heat == 2)) || seen[n.Name] || Collective(n.Name) || strings.HasSuffix(n.Name, "公司") {
			continue
		}
		seen[n.Name] = true
		out = append(out, n)
	}
	return out
}

// IsEntry reports whether a lead is what a column of reports lists: a report by its title or its year, or a file.
func IsEntry(l portal.Lead) bool {
	switch l.Role {
	case portal.RoleAttachment:
		return true
	case portal.RoleList, portal.RoleAPI, portal.RoleScript, portal.RoleSitemap:
		return false
	}
	switch kindOf(l.Text, 2) {
	case article, partial, year, silent:
		return true
	}
	return l.Year > 0
}

// IsTitle reports whether words are the title of a report, whole or in part.
func IsTitle(text string) bool {
	k := kindOf(text, 2)
	return k == article || k == partial
}
