// Package evidence learns from one page and the service that fills it how the service is asked for other pages of the same
// shape.
//
// In go the address of a page and the address of the service that filled it; out comes a Template: parts of the page's
// address that also stand in the service's become variables of both. Applied to another page whose address has the same
// shape it gives the service's address for that page. That is a guess; it costs one request, where opening the page in a
// browser costs many. The room is pure.
package evidence

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// A Template is a shape of pages and the address of the service that fills them, in which {0}, {1} … stand for the
// variables of the page.
type Template struct {
	Page    string `json:"page"`
	Service string `json:"service"`
}

// variable are the parts of an address that differ between pages of one shape: runs of letters and digits that hold a
// digit.
var variable = regexp.MustCompile(`[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*`)

// leastVariable is how many characters a variable has at least; what is shorter stands in an address by chance.
const leastVariable = 3

// Learn makes a template of a page and its service. It is not ok when they share no variable.
func Learn(page, service string) (t Template, ok bool) {
	_, head := split(page)
	shape, values := shapeOf(head)
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return len(values[order[a]]) > len(values[order[b]]) })
	origin, rest := split(service)
	shared := false
	for _, i := range order {
		if len(values[i]) < leastVariable || strings.Contains(values[i], "{") {
			continue
		}
		if replaced := replaceWhole(rest, values[i], "{"+strconv.Itoa(i)+"}"); replaced != rest {
			rest, shared = replaced, true
		}
	}
	return Template{Page: shape, Service: origin + rest}, shared
}

// Apply is the service's address for a page; not ok when the page has another shape.
func (t Template) Apply(page string) (service string, ok bool) {
	_, head := split(page)
	shape, values := shapeOf(head)
	if shape != t.Page {
		return "", false
	}
	pairs := make([]string, 0, 2*len(values))
	for i, v := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(t.Service), true
}

// split cuts an address before its path.
func split(u string) (origin, rest string) {
	i := strings.Index(u, "://")
	if i < 0 {
		return "", u
	}
	if j := strings.IndexByte(u[i+3:], '/'); j >= 0 {
		return u[:i+3+j], u[i+3+j:]
	}
	return u, ""
}

// shapeOf is what pages of one kind share, and the variables in their order.
func shapeOf(rest string) (shape string, values []string) {
	shape = variable.ReplaceAllStringFunc(rest, func(v string) string {
		values = append(values, v)
		return "*"
	})
	return shape, values
}

// replaceWhole replaces a value where it stands whole, between other characters than those of variables.
func replaceWhole(s, value, by string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, value)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		end := i + len(value)
		if whole(s, i, end) {
			b.WriteString(s[:i] + by)
		} else {
			b.WriteString(s[:end])
		}
		s = s[end:]
	}
}

func whole(s string, from, to int) bool {
	return (from == 0 || !part(s[from-1])) && (to == len(s) || !part(s[to]))
}

func part(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' || c == '{' || c == '}'
}
