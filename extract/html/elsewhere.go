package html

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on bodies that stand elsewhere than in the markup.
const (
	leastElsewhere = 300 // octets of a source worth a look
	leastHan       = 120 // Chinese characters of a body without a table
	maxElsewhere   = 40  // sources that are looked at
	maxNesting     = 20  // of JSON
)

// elsewhere finds bodies that a page holds in places from which a script or the browser shows them: srcdoc of a frame, a
// text area, a hidden field, a template, a script that is none, strings of scripts. What says more than the page itself
// is put into the page, at its place.
func (p *page) elsewhere(ctx context.Context, root *html.Node) error {
	type source struct {
		at     *html.Node
		text   string
		always bool // shown in any case
	}
	var list []source
	add := func(n *html.Node, text string, always bool) {
		if len(text) >= leastElsewhere && len(list) < maxElsewhere {
			list = append(list, source{n, text, always})
		}
	}
	walk(root, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Iframe:
			if s := attr(n, "srcdoc"); s != "" && len(list) < maxElsewhere {
				list = append(list, source{n, s, true})
			}
		case atom.Textarea, atom.Noscript:
			add(n, rawText(n), false)
		case atom.Template:
			var b strings.Builder
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				_ = html.Render(&b, c) // to memory
			}
			add(n, b.String(), false)
			return false
		case atom.Input:
			add(n, attr(n, "value"), false)
		case atom.Script:
			if n.FirstChild == nil || attr(n, "src") != "" {
				return false
			}
			switch text, kind := n.FirstChild.Data, strings.ToLower(attr(n, "type")); {
			case strings.Contains(kind, "json"):
				for _, s := range jsonStrings(text) {
					add(n, s, false)
				}
			case kind == "" || strings.Contains(kind, "javascript") || kind == "module":
				if len(text) >= leastElsewhere {
					for _, s := range literals(text) {
						add(n, s, false)
					}
				}
			default:
				add(n, text, false)
			}
			return false
		}
		return true
	})
	if len(list) == 0 {
		return nil
	}
	var body *html.Node
	walk(root, func(n *html.Node) bool {
		if n.DataAtom == atom.Body {
			body = n
		}
		return body == nil
	})
	if body == nil {
		return nil
	}
	shown, tables := squeezedText(textOf(body)), p.dataTables(body)
	for _, s := range list {
		tree, _, err := parse(ctx, markupIn(s.text), p.opt.MaxDepth)
		if err != nil {
			return err
		}
		inner := tree
		walk(tree, func(n *html.Node) bool {
			if n.DataAtom == atom.Body {
				inner = n
			}
			return true
		})
		text := squeezedText(textOf(inner))
		if !s.always {
			found := p.dataTables(inner)
			han := 0
			for _, r := range text {
				if unicode.Is(unicode.Han, r) {
					han++
				}
			}
			switch {
			case found == 0 && (han < leastHan || han*3 < utf8.RuneCountInString(text)):
				continue
			case strings.Contains(text, "{{"), strings.Contains(text, "<%"), strings.Contains(text, "${"): // still to be filled in
				continue
			case found == 0 && tables > 0, tables > 0 && found <= tables && !strings.Contains(text, "信息公开"):
				continue
			case repeats(shown, text):
				continue
			}
		}
		div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		for c := inner.FirstChild; c != nil; c = inner.FirstChild {
			inner.RemoveChild(c)
			div.AppendChild(c)
		}
		at := s.at
		for at.Parent != nil && (at.Parent.DataAtom == atom.Head || at.DataAtom == atom.Head || at.Parent.DataAtom == atom.Select) {
			at = at.Parent
		}
		if at.Parent == nil || at.DataAtom == atom.Head || at.Parent.DataAtom == atom.Html {
			body.AppendChild(div)
		} else {
			at.Parent.InsertBefore(div, at.NextSibling)
		}
		shown += text
	}
	return nil
}

// repeats reports whether a page shows a text already, by a piece from its middle.
func repeats(shown, text string) bool {
	r := []rune(text)
	if len(r) < 40 {
		return strings.Contains(shown, text)
	}
	return strings.Contains(shown, string(r[len(r)/2:len(r)/2+20])) && strings.Contains(shown, string(r[len(r)/4:len(r)/4+15]))
}

// squeezedText is text without white space.
func squeezedText(s string) string { return strings.Join(strings.Fields(s), "") }

// markupIn undoes what a text may be wrapped in: escapes of an address, base64, entities.
func markupIn(s string) string {
	t := strings.TrimSpace(s)
	switch {
	case strings.Contains(t, "<"):
	case strings.Contains(t, "&lt;"):
		return html.UnescapeString(t)
	case strings.Contains(t, "%3C"), strings.Contains(t, "%3c"):
		if u, err := url.PathUnescape(t); err == nil {
			return u
		}
	default:
		if b, err := base64.StdEncoding.DecodeString(t); err == nil && utf8.Valid(b) {
			return string(b)
		}
		return "<p>" + strings.ReplaceAll(html.EscapeString(t), "\n", "<p>")
	}
	return s
}

// jsonStrings are the strings of a JSON text, by the order of their places.
func jsonStrings(text string) []string {
	var out []string
	dec := json.NewDecoder(strings.NewReader(text))
	for depth := 0; depth <= maxNesting; {
		t, err := dec.Token()
		if err != nil {
			return out
		}
		switch v := t.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				depth++
			} else {
				depth--
			}
		case string:
			out = append(out, v)
		}
	}
	return out
}

// literals are the longer strings of a script that hold markup with text.
func literals(src string) []string {
	var out []string
	for i := 0; i < len(src); i++ {
		q := src[i]
		if q != '"' && q != '\'' && q != '`' {
			continue
		}
		end := i + 1
		for end < len(src) && src[end] != q && (q == '`' || src[end] != '\n') {
			if src[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(src))
		if s := src[i+1 : end]; len(s) >= leastElsewhere && (strings.Contains(s, "<") || strings.Contains(s, `\u003c`) || strings.Contains(s, `\x3c`) || strings.Contains(s, `\u003C`)) && end < len(src) && src[end] == q {
			out = append(out, scriptString(s))
		}
		i = end
	}
	return out
}

// scriptString undoes the escapes of a string of ECMAScript.
func scriptString(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		width := 0
		switch s[i] {
		case 'n', 'r', 't':
			b.WriteByte(' ')
		case 'u':
			width = 4
		case 'x':
			width = 2
		case '\n':
		default:
			b.WriteByte(s[i])
		}
		if width > 0 && i+width < len(s) {
			if r, ok := hexRune(s[i+1 : i+1+width]); ok {
				b.WriteRune(r)
				i += width
			}
		}
	}
	return b.String()
}

func hexRune(s string) (rune, bool) {
	v := rune(0)
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | (c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | (c | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return v, true
}
