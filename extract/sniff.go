package extract

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"nianbao/charset"
	"nianbao/extract/internal/cfb"
	"nianbao/extract/internal/opc"
)

// How much of a file its signature is looked for in, in octets.
const (
	headSize = 1024 // signatures of binary formats
	textSize = 4096 // markup: after comments and long declarations
)

// Sniff names the media type of data by its content; what the sender declared and the name decide only where the
// content cannot. It returns "" for empty or unknown bytes.
func Sniff(data []byte, declared, name string) string {
	s := newSample(data, declared, name)
	if len(bytes.TrimSpace(s.head)) == 0 {
		return ""
	}
	for _, f := range formats() {
		if f.is(s) {
			return f.media
		}
	}
	return ""
}

// A sample is a file as the signatures look at it. What several of them need is worked out once, when first asked for.
type sample struct {
	data           []byte
	head           []byte // the first headSize octets
	declared, name string

	text     func() textHead
	zip      func() *opc.Package // the file as a ZIP package; nil when it is none or its directory is unreadable
	openXML  func() string       // the media type of a package of Office Open XML; "" when it is none
	compound func() *cfb.File    // the file as a compound file; nil when it is none or damaged
}

func newSample(data []byte, declared, name string) *sample {
	s := &sample{data: data, head: data[:min(len(data), headSize)], declared: declared, name: name}
	s.text = sync.OnceValue(func() textHead { return newTextHead(data[:min(len(data), textSize)]) })
	s.zip = sync.OnceValue(func() *opc.Package {
		if !s.isZIP() {
			return nil
		}
		p, err := opc.Open(data, opc.Options{MaxMembers: 100_000, MaxMember: 1 << 20})
		if err != nil {
			return nil
		}
		return p
	})
	s.openXML = sync.OnceValue(func() string { return openXML(s.zip()) })
	s.compound = sync.OnceValue(func() *cfb.File {
		c, err := cfb.Open(data)
		if err != nil {
			return nil
		}
		return c
	})
	return s
}

// begins is the signature of a format whose files begin with one of these octet strings.
func begins(with ...string) func(*sample) bool {
	return func(s *sample) bool {
		for _, w := range with {
			if bytes.HasPrefix(s.head, []byte(w)) {
				return true
			}
		}
		return false
	}
}

func (s *sample) isZIP() bool { return begins("PK\x03\x04", "PK\x05\x06")(s) }

func (s *sample) isCompound() bool { return begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")(s) }

// hasStream reports whether a compound file has one of these streams in its root; of a damaged one, whether the name
// stands anywhere in it.
func (s *sample) hasStream(names ...string) bool {
	if !s.isCompound() {
		return false
	}
	c := s.compound()
	for _, name := range names {
		if c != nil && c.Has(name) || c == nil && bytes.Contains(s.data, wide(name)) {
			return true
		}
	}
	return false
}

// wide is an ASCII text in UTF-16LE, as compound files have their names.
func wide(s string) []byte {
	var out []byte
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

// A textHead is the beginning of a file that may be text.
type textHead struct {
	ok    bool   // too few NULs for a binary file; the other fields are empty otherwise
	raw   []byte // as UTF-8, if it was UTF-16
	lower string // without a byte order mark, white space around it and invalid octets, lower-case
	clean bool   // nothing in it speaks against text
}

func newTextHead(head []byte) textHead {
	set := ""
	if !utf8.Valid(head) || bytes.IndexByte(head, 0) >= 0 {
		set = charset.Of(head, "")
	}
	if set == charset.UTF16LE || set == charset.UTF16BE {
		text := charset.Text(head[:len(head)&^1], set)
		return textHead{true, []byte(text), strings.ToLower(strings.TrimSpace(text)), true}
	}
	if bytes.Count(head, []byte{0}) > len(head)/20 {
		return textHead{}
	}
	lower := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(strings.ToValidUTF8(string(head), ""), "\uFEFF")))
	return textHead{true, head, lower, utf8.Valid(head) || printable(head)}
}

// begins reports whether the text begins with one of these, in lower case.
func (t textHead) begins(with ...string) bool {
	for _, w := range with {
		if strings.HasPrefix(t.lower, w) {
			return true
		}
	}
	return false
}

// has reports whether one of these stands in the text, in lower case.
func (t textHead) has(words ...string) bool {
	for _, w := range words {
		if strings.Contains(t.lower, w) {
			return true
		}
	}
	return false
}

// printable accepts double-byte Chinese text: few control octets.
func printable(head []byte) bool {
	bad := 0
	for _, b := range head {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' || b == 0x7f {
			bad++
		}
	}
	return bad*50 < len(head)
}
