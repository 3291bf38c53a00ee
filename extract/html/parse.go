package html

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"

	"nianbao/document"
)

// Bounds on nesting. The tree builder refuses more than 512 open elements, as Chromium does, those that are implied among
// them; deeper than our bound, what holds no structure of its own is read without its tags, and tables go on for a while.
const (
	defaultDepth = 384
	leastDepth   = 24 // at which a page with yet more open elements is given up
	tableDepth   = 16 // beyond the bound, for tables and lists
	// carriedOver bounds the formatting elements with a style of their own that go on, unclosed, from block to block.
	carriedOver = 32
)

// formatting elements that are left open begin anew in each block that follows; so a menu with 300 <font> left open nests
// the text behind it 300 deep (HTML Standard §13.2.4.3). Those without a style show nothing of it and are closed instead.
// <s> and <strike> are not among them: what follows is struck out.
var formatting = map[string]bool{"b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "small": true, "strong": true, "tt": true, "u": true}

// uncounted elements are closed by what follows them and do not nest by themselves.
var uncounted = map[string]bool{"p": true, "li": true, "td": true, "th": true, "tr": true, "dd": true, "dt": true, "option": true,
	"tbody": true, "thead": true, "tfoot": true, "html": true, "body": true, "head": true}

// void elements never have an end tag.
var void = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true}

// structure may nest beyond the bound: without it, cells would be torn out of their tables.
var structure = map[string]bool{"table": true, "ul": true, "ol": true, "dl": true, "select": true}

// ends lists, for a start tag, the open elements that it closes, and where the search for them stops.
var ends = map[string]struct{ closes, within []string }{
	"li": {[]string{"li"}, []string{"ul", "ol", "table"}}, "p": {[]string{"p"}, []string{"table", "td", "th", "li", "div"}},
	"td": {[]string{"td", "th"}, []string{"table"}}, "th": {[]string{"td", "th"}, []string{"table"}}, "tr": {[]string{"tr"}, []string{"table"}},
	"tbody": {[]string{"tbody", "thead", "tfoot"}, []string{"table"}}, "thead": {[]string{"tbody", "thead", "tfoot"}, []string{"table"}},
	"tfoot": {[]string{"tbody", "thead", "tfoot"}, []string{"table"}}, "dd": {[]string{"dd", "dt"}, []string{"dl", "table"}}, "dt": {[]string{"dd", "dt"}, []string{"dl", "table"}},
	"option": {[]string{"option"}, []string{"select"}},
}

// opened is one open element of the token stream.
type opened struct {
	name    string
	styled  bool
	dropped bool // its tags are left out
}

// nesting follows the open elements of a token stream and writes the stream on with its nesting bounded.
type nesting struct {
	out     bytes.Buffer
	stack   []opened
	counted int // entries that nest
	styled  int // formatting elements with a style that were left open
	max     int
	cut     bool
}

func (s *nesting) start(name string, raw []byte) {
	if void[name] {
		s.out.Write(raw)
		return
	}
	if e, ok := ends[name]; ok {
		s.close(e.closes, e.within, true)
	}
	o := opened{name: name, styled: bytes.Contains(raw, []byte("style")) || bytes.Contains(raw, []byte("class"))}
	bound := s.max
	if structure[name] {
		bound += tableDepth
	}
	if !uncounted[name] {
		if s.counted < bound {
			s.counted++
		} else {
			o.dropped, s.cut = true, true
		}
	}
	s.stack = append(s.stack, o)
	if !o.dropped {
		s.out.Write(raw)
	}
}

func (s *nesting) end(name string, raw []byte) {
	if formatting[name] || name == "a" || name == "s" || name == "strike" || name == "span" { // may cross others: the tree builder sorts it out
		for i := len(s.stack) - 1; i >= 0 && i >= len(s.stack)-16; i-- {
			if o := s.stack[i]; o.name == name {
				s.stack = append(s.stack[:i], s.stack[i+1:]...)
				if !o.dropped {
					s.counted--
					s.out.Write(raw)
				}
				return
			} else if !formatting[o.name] && o.name != "a" && o.name != "s" && o.name != "strike" && o.name != "span" {
				break
			}
		}
		s.out.Write(raw)
		return
	}
	if dropped := s.close([]string{name}, []string{"table"}, name == "table"); !dropped {
		s.out.Write(raw)
	}
}

// close pops the stack down to the nearest open element of some names; elements named within are not left behind, except
// by their own end. It writes the ends of formatting elements that would go on behind it.
func (s *nesting) close(names, within []string, all bool) (dropped bool) {
	is := func(list []string, name string) bool {
		for _, n := range list {
			if n == name {
				return true
			}
		}
		return false
	}
	at := -1
	for i := len(s.stack) - 1; i >= 0; i-- {
		if is(names, s.stack[i].name) {
			at = i
			break
		}
		if is(within, s.stack[i].name) {
			break
		}
	}
	if at < 0 {
		return false
	}
	for i := len(s.stack) - 1; i >= at; i-- {
		o := s.stack[i]
		if !uncounted[o.name] && !o.dropped {
			s.counted--
		}
		if i == at || o.dropped || !formatting[o.name] {
			continue
		}
		if o.styled {
			if s.styled++; s.styled <= carriedOver {
				continue
			}
		}
		s.out.WriteString("</" + o.name + ">")
	}
	dropped = s.stack[at].dropped
	s.stack = s.stack[:at]
	return dropped
}

// parse builds the tree from a token stream whose nesting is bounded first: the tree builder takes time quadratic in
// the depth of unclosed elements.
func parse(ctx context.Context, text string, maxDepth int) (root *html.Node, cut bool, err error) {
	for {
		if root, cut, err = build(ctx, text, maxDepth); err == nil || maxDepth <= leastDepth || ctx.Err() != nil {
			return root, cut, err
		}
		maxDepth /= 2
	}
}

func build(ctx context.Context, text string, maxDepth int) (root *html.Node, cut bool, err error) {
	s := &nesting{max: maxDepth}
	s.out.Grow(len(text))
	z := html.NewTokenizer(strings.NewReader(text))
	for n := 1; ; n++ {
		tt := z.Next()
		if tt == html.ErrorToken {
			s.cut = s.cut || z.Err() != io.EOF
			break
		}
		if n&1023 == 0 && ctx.Err() != nil {
			return nil, false, fmt.Errorf("html: %w", document.ErrDeadline)
		}
		raw := z.Raw()
		switch tt {
		case html.StartTagToken:
			raw = bytes.Clone(raw)
			name, _ := z.TagName()
			s.start(string(name), raw)
		case html.EndTagToken:
			raw = bytes.Clone(raw)
			name, _ := z.TagName()
			s.end(string(name), raw)
		default:
			s.out.Write(raw)
		}
	}
	root, err = html.Parse(&s.out)
	if err != nil {
		return nil, s.cut, fmt.Errorf("html: %w: %w", document.ErrMalformed, err)
	}
	return root, s.cut, nil
}
