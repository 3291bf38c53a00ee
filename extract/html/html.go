// Package html reads web pages: the main content as headings, paragraphs and tables, and every link of the whole page.
//
// In go the bytes of a page and the charset its sender claimed; out comes a document. Links, frames and pictures are
// taken from the whole tree. The content is a known container of Chinese content systems, else the densest part, and
// only if no table of the whole page is lost by it. Tables become grids with their merged cells; tables that only lay
// out a page dissolve into what they hold. Size, depth and cells are bounded: a page past a bound is read up to it and
// flagged, never refused with a panic or a hang.
package html

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/charset"
	"nianbao/document"
)

// Options bound the work. Zero values mean the defaults.
type Options struct {
	MaxBytes int // of the page, 32 MiB
	MaxCells int // of all tables, 200,000
	MaxDepth int // of nested elements, 256
}

func (o Options) defaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 32 << 20
	}
	if o.MaxCells <= 0 {
		o.MaxCells = 200_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 256
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
	p := &page{d: d, opt: opt}
	p.head(root)
	body := p.content(root)
	p.links(root, body)
	p.blocks(body)
	p.finish(root, body)
	if pictures(body) > 0 && !hasTable(body) {
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

// parse builds the tree from a token stream whose nesting is bounded first: the tree builder takes time quadratic in
// the depth of unclosed elements.
func parse(ctx context.Context, text string, maxDepth int) (root *html.Node, cut bool, err error) {
	var flat bytes.Buffer
	flat.Grow(len(text))
	z := html.NewTokenizer(strings.NewReader(text))
	depth, n := 0, 0
	for {
		tt := z.Next()
		if tt == html.ErrorToken {
			if z.Err() != io.EOF {
				cut = true
			}
			break
		}
		if n++; n&1023 == 0 && ctx.Err() != nil {
			return nil, false, fmt.Errorf("html: %w", document.ErrDeadline)
		}
		raw := z.Raw()
		switch tt {
		case html.StartTagToken:
			name, _ := z.TagName()
			if !void[string(name)] {
				if depth++; depth > maxDepth {
					cut = true
					continue
				}
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if !void[string(name)] && depth > 0 {
				if depth--; depth >= maxDepth {
					continue
				}
			}
		}
		flat.Write(raw)
	}
	root, err = html.Parse(&flat)
	if err != nil {
		return nil, cut, fmt.Errorf("html: %w: %w", document.ErrMalformed, err)
	}
	return root, cut, nil
}

// void elements never have an end tag; p, li, td and their like are often left open and do not nest either.
var void = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true, "p": true, "li": true, "td": true, "th": true,
	"tr": true, "dd": true, "dt": true, "option": true, "tbody": true, "thead": true, "tfoot": true, "html": true, "body": true, "head": true}

// page is one page being read.
type page struct {
	d     *document.Document
	opt   Options
	cells int
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

// textOf is the text below n, blanks folded, line breaks of <br> and paragraphs kept as such.
func textOf(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) bool {
		if c != n && silent(c) {
			return false
		}
		switch {
		case c.Type == html.TextNode:
			b.WriteString(strings.Map(func(r rune) rune {
				if r == '\n' || r == '\r' || r == '\t' {
					return ' '
				}
				return r
			}, c.Data))
		case c.DataAtom == atom.Br || c != n && isBlock(c):
			b.WriteByte('\n')
		}
		return true
	})
	var lines []string
	for _, l := range strings.Split(b.String(), "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
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
