package html

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/document"
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
	if best == nil || textLen(best) < 40 && !hasTable(best) {
		if d := dense(body); best == nil || textLen(best) < 8 || plainLen(d) > 200 {
			best = d
		}
	}
	if best == nil {
		return body
	}
	// No table with numbers may be lost by the choice: climb until all are inside.
	for best != body && dataTables(best) < dataTables(body) && best.Parent != nil {
		best = best.Parent
	}
	// Nor may pictures in the markup be lost that stand where tables and text should.
	for best != body && textLen(best) < 200 && !hasTable(body) && pictures(best) < pictures(body) && best.Parent != nil {
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
func dense(body *html.Node) *html.Node {
	n := body
	for {
		var best *html.Node
		total, most := 0, 0
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || silent(c) {
				continue
			}
			l := plainLen(c)
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
func around(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Footer:
		return !hasTable(n)
	case atom.Div, atom.Ul, atom.Section, atom.Header, atom.P:
		for _, name := range append(strings.Fields(attr(n, "class")), attr(n, "id")) {
			if surround.MatchString(name) {
				return !hasTable(n)
			}
		}
	}
	return false
}

// plainLen is the length of text outside links.
func plainLen(n *html.Node) int {
	l := 0
	walk(n, func(c *html.Node) bool {
		if silent(c) || c.DataAtom == atom.A || around(c) {
			return false
		}
		if c.Type == html.TextNode {
			l += utf8.RuneCountInString(strings.TrimSpace(c.Data))
		}
		return true
	})
	return l
}

func hasTable(n *html.Node) bool { return dataTables(n) > 0 }

// dataTables counts innermost tables that hold at least six cells with text and few links.
func dataTables(n *html.Node) int {
	count := 0
	walk(n, func(c *html.Node) bool {
		if c.DataAtom == atom.Table && !nestsTable(c) {
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
			if filled >= 6 && links*3 < filled {
				count++
			}
			return false
		}
		return true
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

var (
	numbered = regexp.MustCompile(`^(第[一二三四五六七八九十]+[章节部分]|[一二三四五六七八九十]{1,3}、)`)
	subhead  = regexp.MustCompile(`^[（(][一二三四五六七八九十]{1,3}[）)]`)
)

// blocks turns the content into headings, paragraphs and tables.
func (p *page) blocks(content *html.Node) {
	var line strings.Builder
	switches, inSwitch, plain := 0, 0, 0 // links and clickable elements of the line, and what stands outside of them
	flush := func() {
		if switches < 2 || plain > 0 { // else a row of tabs or links: nothing to read
			for _, l := range strings.Split(line.String(), "\n") {
				if l = oneLine(l); l != "" {
					p.d.Blocks = append(p.d.Blocks, paragraph(l, 0))
				}
			}
		}
		line.Reset()
		switches, plain = 0, 0
	}
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		if silent(n) || n != content && around(n) {
			return
		}
		switch {
		case n.Type == html.TextNode:
			line.WriteString(strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(n.Data))
			if inSwitch == 0 {
				plain += len(strings.TrimSpace(strings.Trim(n.Data, " |\u00a0\u3000\r\n\t")))
			}
			return
		case n.DataAtom == atom.Br:
			line.WriteByte('\n')
			return
		case n.DataAtom == atom.Img:
			if src := attr(n, "src"); src != "" {
				flush()
				if inline(src) { // megabytes that no reader of the text wants
					src, _, _ = strings.Cut(src[:min(len(src), 100)], ",")
				}
				p.d.Blocks = append(p.d.Blocks, document.Block{Kind: document.Image, Text: src})
			}
			return
		case n.DataAtom == atom.Table && !layout(n):
			flush()
			if t := p.table(n); t != nil {
				p.d.Blocks = append(p.d.Blocks, document.Block{Kind: document.TableKind, Table: t})
			}
			return
		case n.DataAtom >= 1 && headLevel(n) > 0:
			flush()
			if s := oneLine(textOf(n)); s != "" {
				p.d.Blocks = append(p.d.Blocks, document.Block{Kind: document.Heading, Text: s, Level: headLevel(n)})
			}
			return
		}
		block := n.Type == html.ElementNode && (isBlock(n) || n.DataAtom == atom.Td || n.DataAtom == atom.Th)
		if block {
			flush()
		}
		clickable := n.DataAtom == atom.A && !block || n.Type == html.ElementNode && !block && attr(n, "onclick") != ""
		if clickable {
			switches++
			inSwitch++
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
		if clickable {
			inSwitch--
		}
		if block {
			flush()
		}
	}
	visit(content)
	flush()
}

func headLevel(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(n.Data[1] - '0')
	}
	return 0
}

// paragraph makes a heading of a short numbered line.
func paragraph(s string, page int) document.Block {
	if utf8.RuneCountInString(s) <= 40 && !strings.ContainsAny(s, "。；") {
		if numbered.MatchString(s) {
			return document.Block{Kind: document.Heading, Text: s, Level: 2, Page: page}
		}
		if subhead.MatchString(s) {
			return document.Block{Kind: document.Heading, Text: s, Level: 3, Page: page}
		}
	}
	return document.Block{Kind: document.Paragraph, Text: s, Page: page}
}

// layout reports whether a table only lays out its page: it nests another table, or has a single cell, or cells with
// several paragraphs of prose.
func layout(t *html.Node) bool {
	if nestsTable(t) {
		return true
	}
	n, long := 0, 0
	walk(t, func(c *html.Node) bool {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			n++
			if textLen(c) > 400 {
				long++
			}
			return false
		}
		return true
	})
	return n <= 1 || long > 0 && n < 10
}
