package html

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// containers are ids and classes in which Chinese content systems put an article's body.
var containers = regexp.MustCompile(`(?i)(^|\s)(UCAP-?CONTENT|zoom|zoomcon|TRS_Editor|trs_editor_view|TRS_UEDITOR|trs_paper_default|xxgk_content|article-content|article_content|articleContent|ivs_content|main-txt|tyxxy_main|news_cont_d_wrap|fontzoom|v_news_content|cmsArticleContent|detail-content|content_body|NewsContent|bt_content|view TRS_UEDITOR)(\s|$)`)

// content finds the part of the page that holds its text.
func (p *page) content(root *html.Node) *html.Node {
	var body *html.Node
	var known []*html.Node
	walk(root, func(n *html.Node) bool {
		if n.DataAtom == atom.Body {
			body = n
		}
		if n.Type == html.ElementNode && (containers.MatchString(attr(n, "id")) || containers.MatchString(attr(n, "class"))) {
			known = append(known, n)
			return false
		}
		return true
	})
	if body == nil {
		return root
	}
	best := densest(known)
	if best == nil || textLen(best) < 40 && !p.hasTable(best) {
		if d := p.dense(body); best == nil || textLen(best) < 8 || p.plainLen(d) > 200 {
			best = d
		}
	}
	if best == nil {
		return body
	}
	// No table with numbers may be lost by the choice: climb until all are inside.
	for best != body && p.dataTables(best) < p.dataTables(body) && best.Parent != nil {
		best = best.Parent
	}
	// Nor may pictures in the markup be lost that stand where tables and text should.
	for best != body && textLen(best) < 200 && !p.hasTable(body) && pictures(best) < pictures(body) && best.Parent != nil {
		best = best.Parent
	}
	return best
}

func densest(list []*html.Node) *html.Node {
	var best *html.Node
	for _, n := range list {
		if best == nil || textLen(n) > textLen(best) {
			best = n
		}
	}
	return best
}

// dense walks down from the body as long as one child holds most of the text that is not link text.
func (p *page) dense(body *html.Node) *html.Node {
	n := body
	for {
		var best *html.Node
		total, most := 0, 0
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || silent(c) {
				continue
			}
			l := p.plainLen(c)
			total += l
			if l > most {
				best, most = c, l
			}
		}
		if best == nil || total == 0 || most*10 < total*7 || best.DataAtom == atom.Table || best.DataAtom == atom.P || !isBlock(best) && best.DataAtom != atom.Td {
			return n
		}
		n = best
	}
}

func textLen(n *html.Node) int { return utf8.RuneCountInString(textOf(n)) }

// surround are ids and classes of what stands around the content on every page of a site.
var surround = regexp.MustCompile(`(?i)^(?:page_?|site_?|g_?|common_?|public_?)?(?:header|head|top|topbar|nav|navbar|navigation|menu|mainnav|footer|foot|bottom|copyright|position|crumbs?|breadcrumbs?|location|weizhi|dqwz|curpos|friendlinks?|share|toolbar|sitemap|links)(?:[-_]?(?:bar|box|wrap|wrapper|con|area|\d+))?$`)

// around reports whether an element stands around the content: by what it is or is called, when it holds no numbers.
func (p *page) around(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Footer:
		return !p.hasTable(n)
	case atom.Div, atom.Ul, atom.Section, atom.Header, atom.P:
		for _, name := range append(strings.Fields(attr(n, "class")), attr(n, "id")) {
			if surround.MatchString(name) {
				return !p.hasTable(n)
			}
		}
	}
	return false
}

// plainLen is the length of text outside links.
func (p *page) plainLen(n *html.Node) int {
	l := 0
	walk(n, func(c *html.Node) bool {
		if silent(c) || c.DataAtom == atom.A || p.around(c) {
			return false
		}
		if c.Type == html.TextNode {
			l += utf8.RuneCountInString(strings.TrimSpace(c.Data))
		}
		return true
	})
	return l
}

func (p *page) hasTable(n *html.Node) bool { return p.dataTables(n) > 0 }

// dataTables counts tables that hold at least six cells with text and few links, those within them not counted.
func (p *page) dataTables(n *html.Node) int {
	count := 0
	walk(n, func(c *html.Node) bool {
		if c.DataAtom != atom.Table {
			return true
		}
		if nestsTable(c) && p.layout(c) {
			return true
		}
		filled, links := 0, 0
		walk(c, func(x *html.Node) bool {
			switch x.DataAtom {
			case atom.Td, atom.Th:
				if strings.TrimSpace(textOf(x)) != "" {
					filled++
				}
			case atom.A:
				links++
			}
			return true
		})
		if filled >= leastCells && links*3 < filled {
			count++
		}
		return false
	})
	return count
}

func nestsTable(t *html.Node) bool {
	found := false
	walk(t, func(c *html.Node) bool {
		if c != t && c.DataAtom == atom.Table {
			found = true
		}
		return !found
	})
	return found
}
