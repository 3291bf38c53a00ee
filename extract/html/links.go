package html

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/document"
)

// maxLinks bounds the links of one page.
const maxLinks = 20_000

var (
	// refresh is the address in a meta refresh: seconds, a semicolon or comma, and mostly "url=".
	refresh  = regexp.MustCompile(`(?i)^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?['"]?\s*([^'"\s;>][^'"\s>]*)`)
	location = lazily(`(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|window\.open\s*\()\s*['"]([^'"]{1,500})['"][ \t]*(?:[;,)}\r\n]|$)`)
	written  = lazily(`(?i)<a\s[^>]{0,400}?href\s*=\s*\\?["']?([^"'\\\s>]{1,500})\\?["']?([^>]{0,300})>(.{0,300}?)</a`)
	// call is a call of a page's own function with arguments that choose what is shown: javascript:go('3').
	call = lazily(`(?i)^\s*javascript:\s*(?:return\s+)?[\w.$]{1,60}\(\s*[^()\s][^()]{0,400}\)`)
	// shaped values are addresses by their shape.
	shaped  = lazily(`(?i)^\?[\w%=&./-]{3,300}$|^(?:https?:/)?\.{0,2}/[\w\x{80}-\x{10FFFF}%./?&=:;,~+-]{1,500}$|^[\w%./-]{1,200}\.(?:s?html?|jhtml|jspx?|aspx?|php|pdf|docx?)(?:\?[^\s"'<>]{0,200})?$`)
	titleIn = lazily(`(?i)title\s*=\s*\\?["']([^"'\\]{1,300})`)
	tags    = regexp.MustCompile(`<[^>]*>`)
)

// lazily is an expression that is compiled when it is first used: with their counted repetitions these take longer than a
// small page, and most programs that import this package, or most pages, use few of them.
func lazily(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// links takes every reference of the page, in the order of the page.
func (p *page) links(root, body *html.Node) {
	var base string
	walk(root, func(n *html.Node) bool {
		if n.DataAtom == atom.Base && base == "" {
			base = attr(n, "href")
		}
		return true
	})
	if base != "" {
		p.d.Meta["base"] = base
	}
	var at places
	inBody := map[*html.Node]bool{}
	walk(body, func(n *html.Node) bool { inBody[n] = true; return true })
	add := func(l document.Link) {
		l.URL = strings.TrimSpace(strings.Map(func(r rune) rune {
			if r == '\n' || r == '\r' || r == '\t' {
				return -1
			}
			return r
		}, l.URL))
		if l.URL != "" && !inline(l.URL) && len(p.d.Links) < maxLinks {
			p.d.Links = append(p.d.Links, l)
		}
	}
	walk(root, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return true
		}
		l := document.Link{InBody: inBody[n], Title: oneLine(attr(n, "title"))}
		switch n.DataAtom {
		case atom.A, atom.Area:
			l.Kind, l.URL, l.Text, l.Near = document.LinkAnchor, attr(n, "href"), oneLine(strings.ReplaceAll(textOf(n), "\n", "")), near(n)
			if c := call().FindString(l.URL); c != "" && !strings.Contains(c, "void(") {
				l.Kind, l.URL = document.LinkOnclick, c
			} else if dead(l.URL) {
				l.URL = ""
			}
		case atom.Iframe, atom.Frame, atom.Embed:
			l.Kind, l.URL = document.LinkFrame, attr(n, "src")
		case atom.Object:
			l.Kind, l.URL = document.LinkFrame, attr(n, "data")
		case atom.Img:
			l.Kind, l.URL, l.Text = document.LinkImage, attr(n, "src"), attr(n, "alt")
		case atom.Option:
			if v := attr(n, "value"); shaped().MatchString(v) {
				l.Kind, l.URL, l.Text = document.LinkAnchor, v, oneLine(textOf(n))
			}
		case atom.Meta:
			if strings.EqualFold(attr(n, "http-equiv"), "refresh") {
				l.Kind, l.URL = document.LinkRefresh, Refresh(attr(n, "content"))
			}
		case atom.Link:
			if kind := strings.ToLower(attr(n, "type")); strings.Contains(kind, "rss") || strings.Contains(kind, "atom") {
				l.Kind, l.URL, l.Text = document.LinkInline, attr(n, "href"), l.Title
			}
		case atom.Noscript, atom.Textarea, atom.Template:
			for _, m := range written().FindAllStringSubmatch(markup(n), 200) {
				if !dead(m[1]) {
					add(document.Link{Kind: document.LinkInline, URL: html.UnescapeString(m[1]), Text: oneLine(html.UnescapeString(tags.ReplaceAllString(m[3], ""))), InBody: l.InBody, Place: at.of(n) + ">a"})
				}
			}
		case atom.Script:
			if src := attr(n, "src"); src != "" {
				l.Kind, l.URL = document.LinkScript, src
			} else if n.FirstChild != nil {
				stands := at.of(n)
				scriptLinks(n.FirstChild.Data, func(l document.Link) { l.Place = stands + ">" + string(l.Kind); add(l) })
			}
		}
		if l.URL != "" {
			if l.Text == "" {
				l.Text = described(n)
			}
			l.Place = at.of(n)
			add(l)
		}
		for _, name := range [...]string{"data-url", "data-href", "data-link", "data-src", "data-file"} {
			if v := attr(n, name); v != "" && shaped().MatchString(v) {
				add(document.Link{Kind: document.LinkOnclick, URL: v, Text: oneLine(textOf(n)), Title: l.Title, Near: near(n), InBody: l.InBody, Place: at.of(n) + ":" + name})
			}
		}
		for _, name := range [...]string{"onclick", "onchange", "ondblclick"} {
			on := attr(n, name)
			if on == "" {
				continue
			}
			target := ""
			if m := location().FindStringSubmatch(on); m != nil {
				target = m[1]
			} else if c := call().FindString("javascript:" + strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(on, "javascript:")), "return ")); c != "" {
				target = c
			}
			if target != "" {
				add(document.Link{Kind: document.LinkOnclick, URL: target, Text: oneLine(textOf(n)), Title: l.Title, Near: near(n), InBody: l.InBody, Place: at.of(n)})
			}
		}
		return true
	})
}

// Refresh is the address that a refresh leads to, in a meta element or in a header of that name; empty when it leads
// nowhere else.
func Refresh(content string) string {
	if m := refresh.FindStringSubmatch(content); m != nil && (strings.ContainsAny(m[1], "/.?")) {
		return m[1]
	}
	return ""
}

// markup is the text below an element whose content the parser takes for text.
func markup(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && b.Len() < 1<<20 {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// described is what stands for the text of a link that has none: the description of its picture or area.
func described(n *html.Node) string {
	text := attr(n, "alt")
	walk(n, func(c *html.Node) bool {
		if c.DataAtom == atom.Img && text == "" {
			if text = attr(c, "alt"); text == "" {
				text = attr(c, "title")
			}
		}
		return text == ""
	})
	return oneLine(text)
}

func dead(href string) bool {
	h := strings.ToLower(strings.TrimSpace(href))
	return h == "" || strings.HasPrefix(h, "#") || strings.HasPrefix(h, "javascript:") || strings.HasPrefix(h, "mailto:") || strings.HasPrefix(h, "tel:") || strings.HasPrefix(h, "data:")
}

// scriptLinks finds anchors that a script writes into its page, and addresses it goes to. The script is read, not run.
func scriptLinks(src string, add func(document.Link)) {
	src = src[:min(len(src), 2<<20)]
	if !strings.Contains(src, "<a") && !strings.Contains(src, "<A") && !strings.Contains(src, "location") && !strings.Contains(src, "window.open") {
		return
	}
	for _, m := range written().FindAllStringSubmatch(src, 2000) {
		l := document.Link{Kind: document.LinkInline, URL: m[1], Text: oneLine(html.UnescapeString(tags.ReplaceAllString(m[3], "")))}
		if t := titleIn().FindStringSubmatch(m[2]); t != nil {
			l.Title = html.UnescapeString(t[1])
		}
		if !dead(l.URL) && !strings.HasPrefix(strings.TrimLeft(m[2], " \t"), "+") { // else a variable completes it
			add(l)
		}
	}
	for _, m := range location().FindAllStringSubmatch(src, 20) {
		add(document.Link{Kind: document.LinkRefresh, URL: m[1]})
	}
}

// near is the text of the smallest row or item around a link.
func near(n *html.Node) string {
	for p := n.Parent; p != nil; p = p.Parent {
		switch p.DataAtom {
		case atom.Li, atom.Tr, atom.Dd, atom.Dt:
			s := oneLine(textOf(p))
			if utf8.RuneCountInString(s) > 200 {
				return ""
			}
			return s
		case atom.Table, atom.Ul, atom.Body:
			return ""
		}
	}
	return ""
}
