package html

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/document"
)

var (
	position  = regexp.MustCompile(`(?:当前|您的|所在|您所在的?|您现在的?)位置\s*(?:是)?\s*[：:]?\s*(.{2,200})`)
	separator = regexp.MustCompile(`\s*(?:>+|»|＞|→|->|/|›|&gt;)\s*`)
	// catalogue are the row heads of a 公开目录 table that are worth keeping.
	catalogue = regexp.MustCompile(`^[\[【]?(索\s*引\s*号|发布机构|发文机关|公开主体|信息来源|来\s*源|发布日期|发布时间|发文日期|成文日期|生成日期|名\s*称|标\s*题|文\s*号|主题分类|公开日期)[\]】]?\s*[：:]?\s*(.{0,80})$`)
)

// head takes metadata: meta elements, whatever the order of their attributes, and the title element.
func (p *page) head(root *html.Node) {
	title := ""
	walk(root, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Meta:
			name := strings.ToLower(strings.TrimSpace(attr(n, "name")))
			if name == "" {
				name = strings.ToLower(attr(n, "property"))
			}
			if c := oneLine(attr(n, "content")); name != "" && c != "" && len(p.d.Meta) < 200 {
				if _, seen := p.d.Meta[name]; !seen {
					p.d.Meta[name] = c[:min(len(c), 2000)]
				}
			}
		case atom.Title:
			if title == "" {
				title = oneLine(textOf(n))
			}
		case atom.Body:
			return false
		}
		return true
	})
	if title != "" {
		p.d.Meta["title"] = title
	}
}

// finish settles what needs the whole page: the title, the breadcrumb, the rows of a catalogue table.
func (p *page) finish(root, content *html.Node) {
	lines := 0
	walk(root, func(n *html.Node) bool {
		if silent(n) {
			return n.DataAtom == atom.Html
		}
		if n.Type != html.ElementNode {
			return true
		}
		switch n.DataAtom {
		case atom.Div, atom.P, atom.Span, atom.Td, atom.Li, atom.Ul, atom.Dl, atom.Section, atom.Nav:
		default:
			return true
		}
		if lines++; lines > 5000 {
			return false
		}
		if len(p.d.Breadcrumb) == 0 && shallow(n) < 300 {
			if s := oneLine(strings.ReplaceAll(textOf(n), "\n", " > ")); strings.Contains(s, "位置") && utf8.RuneCountInString(s) < 200 {
				if m := position.FindStringSubmatch(s); m != nil {
					for _, c := range separator.Split(m[1], -1) {
						if c = strings.TrimSpace(c); c != "" {
							p.d.Breadcrumb = append(p.d.Breadcrumb, c)
						}
					}
				}
			}
		}
		return true
	})
	p.catalogueRows(root)
	p.d.Title = p.title()
	p.headline(content)
}

// headingBefore is the heading that stands last before a node, among what stands beside it and its ancestors.
func (p *page) headingBefore(n *html.Node) string {
	for ; n != nil && n.DataAtom != atom.Body; n = n.Parent {
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			found := ""
			walk(s, func(c *html.Node) bool {
				if silent(c) || p.around(c) {
					return false
				}
				if c.DataAtom == atom.H1 || c.DataAtom == atom.H2 || c.DataAtom == atom.H3 {
					if t := oneLine(textOf(c)); utf8.RuneCountInString(t) >= 6 && utf8.RuneCountInString(t) <= 120 {
						found = t
					}
				}
				return true
			})
			if found != "" {
				return found
			}
		}
	}
	return ""
}

// headline puts the article's title before its text when the page shows it outside of what was taken as the content:
// the title that the metadata name, else the heading before the content.
func (p *page) headline(content *html.Node) {
	want := p.d.Meta["articletitle"]
	if want == "" {
		want = p.headingBefore(content)
	}
	if utf8.RuneCountInString(want) < 4 {
		return
	}
	if first := p.d.Blocks[:min(len(p.d.Blocks), 8)]; !stands(want, first) {
		p.d.Blocks = append([]document.Block{{Kind: document.Heading, Level: 1, Text: want}}, p.d.Blocks...)
	}
}

// stands reports whether a title stands in lines of its own, one or several, among some blocks.
func stands(title string, blocks []document.Block) bool {
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	title = bare(title)
	for i := range blocks {
		left := title
		for _, b := range blocks[i:] {
			t := bare(b.Text)
			if t == "" || !strings.HasPrefix(left, t) {
				break
			}
			if left = left[len(t):]; left == "" {
				return true
			}
		}
	}
	return false
}

// shallow is a cheap bound on the text below n, so that finish stays linear.
func shallow(n *html.Node) int {
	l := 0
	for c := n.FirstChild; c != nil && l < 300; c = c.NextSibling {
		if c.Type == html.TextNode {
			l += len(c.Data) / 3
		} else {
			for g := c.FirstChild; g != nil && l < 300; g = g.NextSibling {
				if g.Type == html.TextNode {
					l += len(g.Data) / 3
				} else {
					l += 10
				}
			}
		}
	}
	return l
}

// catalogueRows reads "发布机构：某局" lines and label–value cells into the metadata.
func (p *page) catalogueRows(root *html.Node) {
	put := func(k, v string) {
		k = strings.Join(strings.Fields(k), "")
		if v = oneLine(strings.Trim(v, "：: ")); v != "" && utf8.RuneCountInString(v) <= 80 {
			if _, seen := p.d.Meta[k]; !seen {
				p.d.Meta[k] = v
			}
		}
	}
	walk(root, func(n *html.Node) bool {
		if silent(n) {
			return n.DataAtom == atom.Html
		}
		switch n.DataAtom {
		case atom.Td, atom.Th, atom.Li, atom.P, atom.Span, atom.Div, atom.Dt, atom.B, atom.Strong, atom.Label:
		default:
			return true
		}
		if shallow(n) > 60 {
			return true
		}
		s := oneLine(textOf(n))
		if m := catalogue.FindStringSubmatch(s); m != nil {
			if m[2] != "" {
				put(m[1], m[2])
			} else {
				next := n.NextSibling
				for next != nil && (next.Type != html.ElementNode || oneLine(textOf(next)) == "") {
					next = next.NextSibling
				}
				if next != nil {
					put(m[1], textOf(next))
				}
			}
			return false
		}
		return true
	})
}

var siteSuffix = regexp.MustCompile(`\s*[-_|—–]+\s*[^-_|—–]{2,40}$`)

// title is the article's own: metadata, then a heading of the content, then the title element without the site's name.
func (p *page) title() string {
	if t := p.d.Meta["articletitle"]; t != "" {
		return t
	}
	for _, b := range p.d.Blocks {
		if b.Kind == document.Heading && b.Level == 1 && utf8.RuneCountInString(b.Text) >= 6 {
			return b.Text
		}
	}
	t := p.d.Meta["title"]
	for cut := siteSuffix.ReplaceAllString(t, ""); cut != t && utf8.RuneCountInString(cut) >= 6; cut = siteSuffix.ReplaceAllString(t, "") {
		t = cut
	}
	return t
}
