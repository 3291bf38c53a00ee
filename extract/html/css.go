package html

import (
	"cmp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on the style sheets of a page.
const (
	maxSheet = 1 << 20 // characters that are read of all sheets
	maxRules = 3000    // that say something about what is shown
	maxNth   = 50      // of those, that count siblings
)

// told are the properties that decide whether text is shown, and where.
var told = map[string]bool{"display": true, "visibility": true, "opacity": true, "font-size": true, "font": true, "color": true, "background": true,
	"background-color": true, "background-image": true, "text-decoration": true, "text-decoration-line": true, "text-indent": true, "clip": true, "clip-path": true,
	"position": true, "left": true, "top": true, "width": true, "height": true, "max-height": true, "max-width": true, "overflow": true, "margin-left": true,
	"vertical-align": true, "transform": true, "content": true, "content-visibility": true, "-webkit-text-fill-color": true}

// pseudo classes that a rule may use; others speak of states (:hover) or cost too much.
var pseudo = []string{"first-child", "last-child", "only-child", "nth-child", "nth-last-child", "nth-of-type", "first-of-type", "last-of-type", "not", "empty", "root", "before", "after"}

// A declaration is one property with its value, in lower case but for strings.
type declaration struct {
	name, value string
	important   bool
}

// rule is one selector with its declarations.
type rule struct {
	match  cascadia.Sel
	weight cascadia.Specificity
	order  int
	set    []declaration
	pseudo string // before, after or empty
}

// sheet holds the rules of a page by what their last part names: "#id", ".class", "tag" or "*".
type sheet struct {
	by       map[string][]*rule
	n, nth   int
	external bool // there are sheets that are not at hand
}

// styleSheets reads the <style> elements of a page.
func styleSheets(root *html.Node) *sheet {
	s := &sheet{by: map[string][]*rule{}}
	left := maxSheet
	walk(root, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Style:
			if media := strings.ToLower(attr(n, "media")); n.FirstChild != nil && (media == "" || strings.Contains(media, "screen") || strings.Contains(media, "all")) {
				text := n.FirstChild.Data
				text = text[:min(len(text), left)]
				left -= len(text)
				s.rules(text, 0)
			}
			return false
		case atom.Link:
			s.external = s.external || strings.Contains(strings.ToLower(attr(n, "rel")), "stylesheet")
		}
		return true
	})
	return s
}

const maxMedia = 3 // at-rules within one another

// rules reads the text of a sheet. What is not understood is passed over, as a browser does.
func (s *sheet) rules(text string, depth int) {
	text = strings.NewReplacer("<!--", "", "-->", "").Replace(uncommented(text))
	for text != "" && s.n < maxRules {
		open := strings.IndexAny(text, "{;")
		if open < 0 {
			return
		}
		head := strings.TrimSpace(text[:open])
		if text[open] == ';' { // @import, @charset
			text = text[open+1:]
			continue
		}
		body, rest := balanced(text[open+1:])
		text = rest
		if strings.HasPrefix(head, "@") {
			h := strings.ToLower(head)
			if depth < maxMedia && strings.HasPrefix(h, "@media") && !strings.Contains(h, "print") && !strings.Contains(h, "width") || strings.HasPrefix(h, "@supports") || strings.HasPrefix(h, "@layer") {
				s.rules(body, depth+1)
			}
			continue
		}
		if set := declarations(body); len(set) > 0 {
			s.add(head, set)
		}
	}
}

// add files a rule under each of its selectors.
func (s *sheet) add(head string, set []declaration) {
	for _, one := range splitOutside(head, ',') {
		one = strings.TrimSpace(one)
		if one == "" || len(one) > 500 || !plain(one) {
			continue
		}
		if strings.Contains(one, ":nth") {
			if s.nth++; s.nth > maxNth {
				continue
			}
		}
		sel, err := cascadia.ParseWithPseudoElement(one)
		if err != nil {
			continue
		}
		s.n++
		r := &rule{match: sel, weight: sel.Specificity(), order: s.n, set: set, pseudo: sel.PseudoElement()}
		k := key(one)
		s.by[k] = append(s.by[k], r)
	}
}

// plain reports whether a selector uses nothing but what is known here.
func plain(sel string) bool {
	for rest := sel; ; {
		_, after, ok := strings.Cut(rest, ":")
		if !ok {
			return true
		}
		after = strings.TrimPrefix(after, ":")
		name := after
		if i := strings.IndexFunc(after, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') }); i >= 0 {
			name = after[:i]
		}
		if !slices.Contains(pseudo, name) {
			return false
		}
		rest = after[len(name):]
	}
}

// key is what the last part of a selector names.
func key(sel string) string {
	last := sel
	if i := strings.LastIndexAny(outsideBrackets(sel), " >+~"); i >= 0 {
		last = sel[i+1:]
	}
	if i := strings.IndexAny(last, ":["); i >= 0 {
		last = last[:i]
	}
	for _, mark := range []byte{'#', '.'} {
		if i := strings.IndexByte(last, mark); i >= 0 {
			end := strings.IndexAny(last[i+1:], "#.")
			if end < 0 {
				return last[i:]
			}
			return last[i : i+1+end]
		}
	}
	if last == "" || last == "*" {
		return "*"
	}
	return strings.ToLower(last)
}

// outsideBrackets blanks what stands in brackets, keeping the length.
func outsideBrackets(s string) string {
	b := []byte(s)
	depth := 0
	for i, c := range b {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		default:
			if depth > 0 {
				b[i] = 'x'
			}
		}
	}
	return string(b)
}

func splitOutside(s string, sep byte) []string {
	shape := outsideBrackets(s)
	var out []string
	from := 0
	for i := 0; i < len(shape); i++ {
		if shape[i] == sep {
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// of gives the declarations that apply to an element, the weakest first: of the sheets, then of its style attribute, then
// the important ones. For a pseudo element, those of the sheets.
func (s *sheet) of(n *html.Node, pseudoElement string) []declaration {
	var found []*rule
	take := func(key string) {
		for _, r := range s.by[key] {
			if r.pseudo == pseudoElement && r.match.Match(n) {
				found = append(found, r)
			}
		}
	}
	if s.n > 0 {
		take("*")
		take(n.Data)
		if id := attr(n, "id"); id != "" {
			take("#" + id)
		}
		for c := range strings.FieldsSeq(attr(n, "class")) {
			take("." + c)
		}
		slices.SortStableFunc(found, func(a, b *rule) int {
			if a.weight != b.weight {
				if a.weight.Less(b.weight) {
					return -1
				}
				return 1
			}
			return cmp.Compare(a.order, b.order)
		})
	}
	var set []declaration
	for _, r := range found {
		set = append(set, r.set...)
	}
	if pseudoElement == "" {
		if style := attr(n, "style"); style != "" {
			set = append(set, declarations(style)...)
		}
	}
	if slices.ContainsFunc(set, func(d declaration) bool { return d.important }) {
		slices.SortStableFunc(set, func(a, b declaration) int {
			switch {
			case a.important == b.important:
				return 0
			case b.important:
				return -1
			}
			return 1
		})
	}
	return set
}

// declarations reads the properties of a rule or a style attribute that are told of here.
func declarations(s string) []declaration {
	var out []declaration
	for _, one := range splitOutside(s, ';') {
		name, value, ok := strings.Cut(one, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || !told[name] {
			continue
		}
		d := declaration{name: name, value: strings.TrimSpace(value)}
		if name != "content" {
			d.value = strings.ToLower(d.value)
		}
		if i := strings.LastIndexByte(d.value, '!'); i >= 0 && strings.EqualFold(strings.TrimSpace(d.value[i+1:]), "important") {
			d.value, d.important = strings.TrimSpace(d.value[:i]), true
		}
		if d.value != "" {
			out = append(out, d)
		}
	}
	return out
}

func uncommented(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "/*")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if _, s, ok = strings.Cut(after, "*/"); !ok {
			return b.String()
		}
		b.WriteByte(' ')
	}
}

// balanced parts a block from what follows its closing brace.
func balanced(s string) (body, rest string) {
	depth := 1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}
