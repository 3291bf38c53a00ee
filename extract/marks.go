package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/document"
)

// Characters that change how the text after them is shown.
const (
	override    = '\u202e' // what follows runs from right to left, whatever it is
	endOverride = '\u202c'
)

// overlay reports whether r is a combining stroke through the character before it, which is then struck out.
func overlay(r rune) bool { return r >= 0x0335 && r <= 0x0338 || r == 0x20e5 || r == 0x20eb }

// mark reports whether a character shows nothing: format characters (zero-width, directional, soft hyphen, byte order
// mark), variation selectors, the place of an object, control characters but white space.
func mark(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\t' && r != '\r' && r != '\f' && r != '\v'
	case r < 0x7f:
		return false
	case r <= 0x9f, r == 0xad, r >= 0xfe00 && r <= 0xfe0f, r == 0xfffc, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r >= 0xe0100 && r <= 0xe01ef:
		return true
	case r < 0x0600, r >= 0x3400 && r <= 0xd7ff:
		return false
	}
	return unicode.Is(unicode.Cf, r)
}

// marked reports whether seen would change a text. Most text is ASCII and Chinese, which is told by octets.
func marked(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x20 && c < 0x7f, c >= 0x80 && c < 0xc2, c >= 0xe4 && c < 0xee: // ASCII, the rest of a character, Chinese
			continue
		case c == '\n', c == '\t', c == 0xe3 && i+1 < len(s) && s[i+1] != 0x85, c == 0xef && i+1 < len(s) && (s[i+1] == 0xbc || s[i+1] == 0xbd): // full-width forms
			continue
		case c == 0xe2 && i+1 < len(s) && s[i+1] != 0x80 && s[i+1] != 0x81 && s[i+1] != 0x83: // beyond spaces, marks and overlays
			continue
		}
		r, _ := utf8.DecodeRuneInString(s[i:])
		if mark(r) || overlay(r) {
			return true
		}
	}
	return false
}

// seen is a text as it is shown: without marks, overridden stretches in the order they are seen in, characters under an
// overlay apart.
func seen(s string) (text, struck string) {
	if !marked(s) {
		return s, ""
	}
	var out, gone []rune
	from := -1 // where an overridden stretch began in out
	turn := func() {
		if from >= 0 {
			slices.Reverse(out[from:])
			from = -1
		}
	}
	for _, r := range s {
		switch {
		case r == override:
			turn()
			from = len(out)
		case r == endOverride || r == '\n':
			turn()
			if r == '\n' {
				out = append(out, r)
			}
		case overlay(r):
			if n := len(out); n > 0 && n > from {
				gone = append(gone, out[n-1])
				out = out[:n-1]
			}
		case !mark(r):
			out = append(out, r)
		}
	}
	turn()
	return string(out), string(gone)
}

// clean takes marks out of all texts of a document. Its parts have been through here already.
func clean(d *document.Document) {
	for i := range d.Blocks {
		b := &d.Blocks[i]
		b.Text, b.Unseen = shown(b.Text, b.Unseen)
		if b.Table == nil {
			continue
		}
		for k := range b.Table.Cells {
			c := &b.Table.Cells[k]
			c.Text, c.Unseen = shown(c.Text, c.Unseen)
		}
	}
	d.Title, _ = seen(d.Title)
	for k, v := range d.Meta {
		if marked(v) {
			d.Meta[k], _ = seen(v)
		}
	}
	for i, s := range d.Breadcrumb {
		d.Breadcrumb[i], _ = seen(s)
	}
	for i := range d.Links {
		l := &d.Links[i]
		l.Text, _ = seen(l.Text)
		l.Title, _ = seen(l.Title)
		l.Near, _ = seen(l.Near)
	}
}

func shown(s string, unseen []document.Unseen) (string, []document.Unseen) {
	text, struck := seen(s)
	if struck != "" {
		unseen = append(unseen, document.Unseen{Text: struck, Why: document.WhyStruck})
	}
	if text != s {
		text = strings.TrimSpace(text)
	}
	return text, unseen
}
