// Package html reads web pages: the main content as headings, paragraphs and tables, and every link of the whole page.
//
// In go the bytes of a page and the charset its sender claimed; out comes a document. Links, frames and pictures are
// taken from the whole tree. The content is a known container of Chinese content systems, else the densest part, and
// only if no table of the whole page is lost by it. Tables become grids with their merged cells; tables that only lay
// out a page dissolve into what they hold. Size, depth and cells are bounded: a page past a bound is read up to it and
// flagged, never refused with a panic or a hang.
package html

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/charset"
	"nianbao/document"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxBytes int // of the page, 32 MiB
	MaxCells int // of all tables, 200,000
	MaxDepth int // of nested elements, 384
}

func (o Options) defaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 32 << 20
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = defaultDepth
	}
	return o
}

// Read reads a page. declared is the charset that the sender declared, or empty.
func Read(ctx context.Context, data []byte, declared string, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	if len(data) > opt.MaxBytes {
		return nil, fmt.Errorf("html: %d bytes: %w", len(data), document.ErrTooLarge)
	}
	text, _ := charset.Decode(data, declared)
	return ReadText(ctx, text, opt)
}

// ReadText reads a page that is decoded already.
func ReadText(ctx context.Context, text string, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	d := &document.Document{MediaType: "text/html", Engine: "html", Meta: map[string]string{}}
	root, cut, err := parse(ctx, text, opt.MaxDepth)
	if err != nil {
		return nil, err
	}
	if cut {
		d.AddFlag(document.FlagTruncated)
	}
	p := newPage(d, opt)
	p.head(root)
	if err := p.elsewhere(ctx, root); err != nil {
		return nil, err
	}
	p.sheet = styleSheets(root)
	p.look(root)
	body := p.content(root)
	p.links(root, body)
	p.blocks(body)
	p.finish(root, body)
	if pictures(body) > 0 && !p.hasTable(body) {
		d.AddFlag(document.FlagTableImage)
		if strings.Contains(d.Title+textOf(body), "年度报告") { // of other pages the pictures are not worth the reading
			d.AddFlag(document.FlagNeedsOCR)
		}
	}
	if p.cells > opt.MaxCells {
		d.AddFlag(document.FlagTruncated)
	}
	return d, ctx.Err()
}

// page is one page being read.
type page struct {
	d     *document.Document
	opt   Options
	cells int
	sheet *sheet
	// What look finds: texts and elements that are not shown, and why; containers that are not shown at first; rows and
	// groups without height; raised texts.
	unseen    map[*html.Node]string
	hidden    map[*html.Node]string
	collapsed map[*html.Node]bool
	raised    []*html.Node
	layouts   map[*html.Node]bool // tables that lay out the page, of those that were looked at
	// filledTables are tables with text in several rows, of those that were looked at.
	filledTables map[*html.Node]bool
}

func newPage(d *document.Document, opt Options) *page {
	return &page{d: d, opt: opt, sheet: &sheet{}, unseen: map[*html.Node]string{}, hidden: map[*html.Node]string{}, collapsed: map[*html.Node]bool{}, layouts: map[*html.Node]bool{}, filledTables: map[*html.Node]bool{}}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// walk calls f for n and all below it in order; f returns false to leave a subtree out.
func walk(n *html.Node, f func(*html.Node) bool) {
	if !f(n) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, f)
	}
}

// silent elements hold no text for a reader.
func silent(n *html.Node) bool {
	if n.Type == html.CommentNode || n.Type == html.DoctypeNode {
		return true
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Select, atom.Textarea, atom.Svg, atom.Object, atom.Iframe:
		return true
	}
	return n.Type == html.ElementNode && (n.Data == "o:p" && n.FirstChild == nil || n.Data == "xml")
}

// textOf is the text below n, shown or not, blanks folded, line breaks of <br> and paragraphs kept as such.
func textOf(n *html.Node) string { return gather(n, nil, nil) }

// textOf is the text below n that is shown. What is not is added to unseen.
func (p *page) textOf(n *html.Node, unseen *[]document.Unseen) string {
	return gather(n, p.unseen, unseen)
}

func gather(n *html.Node, hidden map[*html.Node]string, unseen *[]document.Unseen) string {
	var f folder
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			if why := hidden[c]; why != "" {
				if unseen != nil {
					*unseen = note(*unseen, c, why)
				}
				return false
			}
			f.text(c.Data)
			return true
		}
		if c != n {
			if silent(c) {
				return false
			}
			if why := hidden[c]; why != "" {
				if unseen != nil {
					*unseen = note(*unseen, c, why)
				}
				return false
			}
			if isBlock(c) {
				f.newline()
			} else if c.DataAtom == atom.Td || c.DataAtom == atom.Th { // of a table in a cell
				f.blank = true
			}
		}
		if c.DataAtom == atom.Br {
			f.newline()
		}
		return true
	})
	return string(f.out)
}

// folder writes text with white space folded: one blank within a line, no empty lines.
type folder struct {
	out         []byte
	blank, line bool // owed before the next character
}

func (f *folder) newline() { f.line = len(f.out) > 0 }

func (f *folder) text(s string) {
	for i, r := range s {
		if r == ' ' || r < utf8.RuneSelf && r <= '\r' && r >= '\t' || r >= 0x85 && r <= 0x3000 && unicode.IsSpace(r) {
			f.blank = true
			continue
		}
		switch {
		case f.line:
			f.out = append(f.out, '\n')
		case f.blank && len(f.out) > 0:
			f.out = append(f.out, ' ')
		}
		f.blank, f.line = false, false
		if r < utf8.RuneSelf {
			f.out = append(f.out, byte(r))
		} else if r == utf8.RuneError {
			_, n := utf8.DecodeRuneInString(s[i:])
			f.out = append(f.out, s[i:i+n]...)
		} else {
			f.out = utf8.AppendRune(f.out, r)
		}
	}
}

// Bounds on what is kept of texts that are not shown.
const (
	maxUnseen      = 1000 // characters of one
	maxUnseenTexts = 100  // in one place
)

// note adds what stands below n to a list of texts that are not shown.
func note(list []document.Unseen, n *html.Node, why string) []document.Unseen {
	text := textOf(n)
	if n.Type == html.TextNode {
		text = oneLine(n.Data)
	}
	if text == "" {
		return list
	}
	if k := len(list); k > 0 && list[k-1].Why == why && n.Type == html.TextNode && n.PrevSibling == nil {
		list[k-1].Text = short(list[k-1].Text + text)
		return list
	}
	if len(list) < maxUnseenTexts {
		list = append(list, document.Unseen{Text: short(text), Why: why})
	}
	return list
}

func short(s string) string {
	if len(s) <= maxUnseen {
		return s
	}
	return strings.ToValidUTF8(s[:maxUnseen], "") + "…"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Li, atom.Table, atom.Tr, atom.Section,
		atom.Article, atom.Header, atom.Footer, atom.Nav, atom.Dl, atom.Dt, atom.Dd, atom.Blockquote, atom.Pre, atom.Form, atom.Center, atom.Fieldset, atom.Main, atom.Aside, atom.Hr:
		return true
	}
	return false
}
