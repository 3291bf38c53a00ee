package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"nianbao/document"
)

const (
	maxAttributes = 200    // attributes of one page that hold data
	attributeSpan = 50_000 // octets of one
	tagSpan       = 4000   // octets of a tag before such an attribute
)

// unfoldAttributes reads the data that elements carry in attributes: records with addresses, and beside an attribute with
// the address of a service the parameters that a script asks it with.
func (p *Page) unfoldAttributes(ctx context.Context) {
	s := p.source()
	for n, at := range s.places(wordObject, wordObjectOnce, wordArray, wordArrayOnce) {
		if n >= maxAttributes {
			return
		}
		quote, start := s.text[at-2], at-1
		end := strings.IndexByte(s.text[start:min(len(s.text), start+attributeSpan)], quote)
		tag := strings.LastIndexByte(s.text[max(0, start-tagSpan):start], '<')
		if end < 0 || tag < 0 {
			continue
		}
		tag += max(0, start-tagSpan)
		raw := html.UnescapeString(s.text[start : start+end])
		r := &values{src: raw, steps: stepsPerOctet*len(raw) + 1000}
		v, stop, _ := r.value(0, 0)
		if stop <= 0 {
			continue
		}
		p.value(ctx, v, from{place: "attr:"})
		if m, ok := v.(map[string]any); ok {
			p.leads = append(p.leads, serviceOf(s.text[tag:], m)...)
		}
	}
}

// placeService is the place of a request that an element's attributes tell.
const placeService = "attr:service"

// serviceAttributes hold the address of a service.
var serviceAttributes = []string{"url", "data-url", "api", "data-api", "action", "data-action", "src", "data-src", "ajaxurl", "data-ajax", "data-href", "dataurl", "datasource", "data-source", "server", "path"}

// serviceOf is the request that an element asks for: the address in one attribute, the parameters in another.
func serviceOf(tag string, params map[string]any) []Lead {
	z := html.NewTokenizer(strings.NewReader(tag[:min(len(tag), tagSpan+attributeSpan)]))
	if z.Next() == html.ErrorToken {
		return nil
	}
	var form [][2]string
	for k, v := range params {
		switch v := v.(type) {
		case string:
			form = append(form, [2]string{k, v})
		case json.Number, bool:
			form = append(form, [2]string{k, fmt.Sprint(v)})
		}
	}
	slices.SortFunc(form, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	for _, a := range z.Token().Attr {
		if !slices.Contains(serviceAttributes, a.Key) || !dataAddress.MatchString(a.Val) || !strings.Contains(a.Val, "/") || len(form) == 0 {
			continue
		}
		u, err := url.Parse(a.Val)
		if err != nil {
			continue
		}
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += encode(form, false)
		return []Lead{{URL: u.String(), Role: RoleAPI, InBody: true, Kind: document.LinkInline, Place: placeService}}
	}
	return nil
}

// named are addresses that stand in scripts as whole strings, outside of any recognised request: files that a viewer is given,
// pages and scripts that a function is passed, with the most telling string beside them in the same call.
func (p *Page) named(base *url.URL) []Lead {
	src := p.scripts().text
	src = src[:min(len(src), maxSource)]
	var out []Lead
	for i := 0; i < len(src) && len(out) < maxNamed; i++ {
		if src[i] != '\'' && src[i] != '"' {
			continue
		}
		text, n := literal(src[i:])
		from, end := i, i+n
		i = end - 1
		if len(text) < 5 || len(text) > 500 || !reference.MatchString(text) {
			continue
		}
		if after := skipBlanks(src, end); after < len(src) && src[after] == '+' || strings.HasSuffix(strings.TrimRight(src[max(0, from-20):from], " \t\r\n"), "+") {
			continue
		}
		u := resolved(base, text)
		if u == nil {
			continue
		}
		l := Lead{URL: u.String(), Kind: document.LinkInline, Place: "script:literal", Text: beside(src, from)}
		switch ext := strings.ToLower(extension(u)); {
		case files[ext]:
			l.Role, l.InBody, l.Place = RoleAttachment, true, "script:file"
		case ext == ".js" && u.Host == base.Host:
			l.Role = RoleScript
		case ext == ".html" || ext == ".htm" || ext == ".shtml" || ext == ".jhtml" || strings.HasSuffix(u.Path, "/") && len(u.Path) > 1 && l.Text != "":
			l.Role = RolePage
		default:
			continue
		}
		out = append(out, l)
	}
	return out
}

// maxNamed bounds the addresses that are taken from the strings of a page's scripts.
const maxNamed = 300

func extension(u *url.URL) string {
	if i := strings.LastIndexByte(u.Path, '.'); i >= 0 && !strings.Contains(u.Path[i:], "/") {
		return u.Path[i:]
	}
	return ""
}

// callReach is how far back a call's opening parenthesis is looked for, in octets.
const callReach = 400

// beside is the most telling string among the arguments of the call in which an offset lies; empty when it lies in none.
func beside(src string, at int) string {
	depth := 0
	for i := at - 1; i >= 0 && at-i < callReach; i-- {
		switch src[i] {
		case ';', '{', '}', '[', ']':
			return ""
		case ')':
			depth++
		case '(':
			if depth--; depth >= 0 {
				continue
			}
			args := src[i+1 : min(len(src), i+1+2*callReach)]
			if n := closing(args); n >= 0 {
				args = args[:n]
			}
			best := ""
			for _, a := range arguments(args) {
				if telling(a) > telling(best) && !strings.ContainsAny(a, "<>{}") {
					best = a
				}
			}
			if telling(best) < leastTelling {
				return ""
			}
			return best
		}
	}
	return ""
}

// leastTelling is how much a string says that may be a title: two Chinese characters.
const leastTelling = 4
