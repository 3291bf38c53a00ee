package html

import (
	"cmp"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/document"
)

var (
	numbered = regexp.MustCompile(`^(第[一二三四五六七八九十]+[章节部分]|[一二三四五六七八九十]{1,3}、)`)
	subhead  = regexp.MustCompile(`^[（(][一二三四五六七八九十]{1,3}[）)]`)
)

// blocks turns the content into headings, paragraphs and tables.
func (p *page) blocks(content *html.Node) {
	var line strings.Builder
	hidden, unseen := "", []document.Unseen(nil)
	add := func(b document.Block) {
		b.Hidden = cmp.Or(b.Hidden, hidden)
		b.Unseen, unseen = unseen, nil
		p.d.Blocks = append(p.d.Blocks, b)
	}
	switches, inSwitch, plain := 0, 0, 0 // links and clickable elements of the line, and what stands outside of them
	flush := func() {
		if switches < 2 || plain > 0 { // else a row of tabs or links: nothing to read
			for _, l := range strings.Split(line.String(), "\n") {
				if l = oneLine(l); l != "" {
					add(paragraph(l, 0))
				}
			}
		}
		line.Reset()
		switches, plain = 0, 0
	}
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		if silent(n) || n != content && p.around(n) {
			return
		}
		if why := p.unseen[n]; why != "" {
			unseen = note(unseen, n, why)
			return
		}
		if why := p.hidden[n]; why != "" && hidden == "" {
			flush()
			hidden = why
			defer func() { flush(); hidden = "" }()
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
				add(document.Block{Kind: document.Image, Text: src})
			}
			return
		case n.DataAtom == atom.Table && !p.layout(n):
			flush()
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.DataAtom == atom.Caption {
					visit(c)
					flush()
				}
			}
			if t, gone := p.table(n); t != nil {
				b := document.Block{Kind: document.TableKind, Table: t}
				if gone {
					b.Hidden = hiddenDisplay
				}
				add(b)
			}
			return
		case n.DataAtom >= 1 && headLevel(n) > 0:
			flush()
			if s := oneLine(p.textOf(n, &unseen)); s != "" {
				add(document.Block{Kind: document.Heading, Text: s, Level: headLevel(n)})
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
	for n := content; n != nil && hidden == ""; n = n.Parent { // the content itself may stand in a hidden container
		hidden = p.hidden[n]
	}
	whole := hidden
	visit(content)
	hidden = whole
	flush()
	if n := len(p.d.Blocks); n > 0 {
		p.d.Blocks[n-1].Unseen = append(p.d.Blocks[n-1].Unseen, unseen...)
	}
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
