package portal

import (
	"fmt"
	"slices"
	"strings"
)

// A Family is one kind of content system. It is a shortcut: it gives leads at less cost or with more certainty than the
// general means, which must find the reports without it.
type Family interface {
	Name() string
	// Owns reports whether the page was made by this system.
	Owns(p *Page) bool
	// Leads are the requests that the general means would miss or guess: pagers, lists behind an API, year switches. It is
	// called only for pages that Owns accepted. Relative addresses are resolved by the caller, which also sets Place.
	Leads(p *Page) []Lead
}

// families are all that are known, one line each, in the order in which they are asked; each has a file of its own. A page
// may belong to several.
func families() []Family {
	return []Family{
		trs{},
		jpage{},
		xxgkReport{},
		jpaas{},
		gkmlpt{},
		longxun{},
	}
}

// plain are systems whose pages need no knowledge beyond the general means; they may be named in a seed list.
var plain = [...]string{"aspnet", "vsb", "anhui", "inspur", "hex", "epoint", "eportal", "jeecms"}

// Families are the names a seed list may use.
func Families() []string {
	return append(known(), plain[:]...)
}

func known() []string {
	var names []string
	for _, f := range families() {
		names = append(names, f.Name())
	}
	return names
}

// Detect names the families that made a page.
func Detect(p *Page) []string {
	var names []string
	for _, f := range families() {
		if f.Owns(p) {
			names = append(names, f.Name())
		}
	}
	return names
}

// A Selection says which families' knowledge is used. The zero value is all of them.
type Selection struct {
	some  bool
	names []string
}

// SelectFamilies reads "all", "none", or names with commas between them.
func SelectFamilies(s string) (Selection, error) {
	switch s = strings.TrimSpace(s); s {
	case "", "all":
		return Selection{}, nil
	case "none":
		return Selection{some: true}, nil
	}
	sel := Selection{some: true}
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); !slices.Contains(known(), name) {
			return Selection{}, fmt.Errorf("portal: no family is called %q: all, none, or some of %s", name, strings.Join(known(), ","))
		}
		sel.names = append(sel.names, name)
	}
	return sel, nil
}

// Has reports whether a family is used.
func (s Selection) Has(name string) bool { return !s.some || slices.Contains(s.names, name) }
