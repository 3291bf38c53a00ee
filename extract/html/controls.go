package html

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// control puts what a form field shows beside it as text: the value of an input, the chosen option, the text of a text
// area. Outside of cells and paragraphs fields belong to searches and menus.
func (p *page) control(n *html.Node, l look) {
	if !l.inCell && !l.inLine {
		return
	}
	text := ""
	switch n.DataAtom {
	case atom.Input:
		switch strings.ToLower(attr(n, "type")) {
		case "hidden", "password", "file", "image", "checkbox", "radio", "color", "range":
			return
		}
		text = attr(n, "value")
	case atom.Select:
		text = chosen(n)
	case atom.Textarea:
		text = rawText(n)
		if strings.Contains(text, "<") && strings.Contains(text, "</") { // markup that a script shows elsewhere
			return
		}
	default:
		return
	}
	if n.DataAtom != atom.Input { // whose own style has not been looked at
		if none, _ := p.style(n, &l); none || l.veiled || l.clear {
			return
		}
	}
	if text = strings.TrimSpace(text); text == "" || n.Parent == nil {
		return
	}
	t := &html.Node{Type: html.TextNode, Data: text}
	n.Parent.InsertBefore(t, n)
	p.textNode(t, l)
}

// chosen is the text of a select's chosen options: without one, a menu shows its first.
func chosen(n *html.Node) string {
	var first string
	var list []string
	seen := false
	walk(n, func(c *html.Node) bool {
		if c.DataAtom != atom.Option {
			return true
		}
		text := oneLine(rawText(c))
		if label := attr(c, "label"); text == "" {
			text = label
		}
		if !seen && !hasAttr(c, "disabled") {
			first, seen = text, true
		}
		if hasAttr(c, "selected") {
			list = append(list, text)
		}
		return false
	})
	size, _ := strconv.Atoi(attr(n, "size"))
	switch multiple := hasAttr(n, "multiple"); {
	case len(list) > 0 && multiple:
		return strings.Join(list, " ")
	case len(list) > 0:
		return list[len(list)-1]
	case multiple || size > 1:
		return ""
	}
	return first
}

// rawText is all text below n.
func rawText(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
		return true
	})
	return b.String()
}

// generated puts what style sheets add before and after an element's text into it: strings and attributes.
func (p *page) generated(n *html.Node) {
	if p.sheet.n == 0 {
		return
	}
	for _, where := range [...]string{"before", "after"} {
		content, hidden := "", false
		for _, d := range p.sheet.of(n, where) {
			switch f, unit := length(d.value); {
			case d.name == "content":
				content = d.value
			case d.name == "display" && d.value == "none", d.name == "visibility" && d.value == "hidden", d.name == "opacity" && d.value == "0",
				(d.name == "height" || d.name == "font-size") && (unit != "" || d.value == "0") && f == 0:
				hidden = true
			}
		}
		text := generatedText(n, content)
		if hidden || text == "" {
			continue
		}
		t := &html.Node{Type: html.TextNode, Data: text}
		if where == "before" {
			n.InsertBefore(t, n.FirstChild)
		} else {
			n.AppendChild(t)
		}
	}
}

// generatedText is what a value of content comes to: its strings and attributes. Symbols of icon fonts and counters show
// nothing that could be read here.
func generatedText(n *html.Node, content string) string {
	var b strings.Builder
	for content != "" {
		switch c := content[0]; {
		case c == '"' || c == '\'':
			end := 1
			for end < len(content) && content[end] != c {
				if content[end] == '\\' {
					end++
				}
				end++
			}
			b.WriteString(unescaped(content[1:min(end, len(content))]))
			content = content[min(end+1, len(content)):]
		case strings.HasPrefix(content, "attr("):
			name, rest, _ := strings.Cut(content[5:], ")")
			b.WriteString(attr(n, strings.ToLower(strings.TrimSpace(name))))
			content = rest
		case c == ' ':
			content = content[1:]
		default:
			return ""
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Co, r) {
			return -1
		}
		return r
	}, b.String())
}

// unescaped undoes the escapes of a CSS string: a backslash with a code in hex, or with the character itself.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		k := i + 1
		for k < len(s) && k < i+7 && strings.IndexByte("0123456789abcdefABCDEF", s[k]) >= 0 {
			k++
		}
		if v, err := strconv.ParseUint(s[i+1:k], 16, 32); err == nil {
			b.WriteRune(rune(v))
			if k < len(s) && s[k] == ' ' {
				k++
			}
		} else if k < len(s) {
			b.WriteByte(s[k])
			k++
		}
		i = k - 1
	}
	return b.String()
}
