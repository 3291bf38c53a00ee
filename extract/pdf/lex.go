package pdf

import "bytes"

// kind is the kind of a lexical object.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text   // a string of bytes
	symbol // a name
	array
	dict
	reference
	keyword
	end // of the input
)

// An obj is one object as it stands in a file or a content stream, references unresolved.
type obj struct {
	k kind
	f float64 // number; 1 for true; object number of a reference
	s []byte  // string, name or keyword
	a []obj
	d map[string]obj
}

func (o obj) is(word string) bool { return o.k == keyword && string(o.s) == word }
func (o obj) name() string {
	if o.k == symbol {
		return string(o.s)
	}
	return ""
}

// maxNesting bounds arrays and dictionaries in each other.
const maxNesting = 100

// A lexer reads objects from bytes. It never fails: what makes no sense is skipped.
type lexer struct {
	b []byte
	i int
}

const (
	regular = iota
	space
	delimiter
)

var class = func() (t [256]uint8) {
	for _, c := range "\x00\t\n\f\r " {
		t[c] = space
	}
	for _, c := range "()<>[]{}/%" {
		t[c] = delimiter
	}
	return
}()

func (x *lexer) skipSpace() {
	for x.i < len(x.b) {
		switch c := x.b[x.i]; {
		case class[c] == space:
			x.i++
		case c == '%':
			for x.i < len(x.b) && x.b[x.i] != '\n' && x.b[x.i] != '\r' {
				x.i++
			}
		default:
			return
		}
	}
}

// object reads the next object or keyword. With refs, "12 0 R" is a reference.
func (x *lexer) object(refs bool) obj { return x.nested(refs, 0) }

func (x *lexer) nested(refs bool, depth int) obj {
	x.skipSpace()
	if x.i >= len(x.b) {
		return obj{k: end}
	}
	c := x.b[x.i]
	switch c {
	case '/':
		x.i++
		return obj{k: symbol, s: x.nameBytes()}
	case '(':
		return obj{k: text, s: x.literal()}
	case '<':
		if x.i+1 < len(x.b) && x.b[x.i+1] == '<' {
			x.i += 2
			return x.dictionary(refs, depth)
		}
		return obj{k: text, s: x.hex()}
	case '[':
		x.i++
		if depth >= maxNesting {
			return obj{k: array}
		}
		out := obj{k: array}
		for {
			e := x.nested(refs, depth+1)
			if e.k == end || e.is("]") {
				return out
			}
			if e.k == keyword && (e.is("endobj") || e.is("endstream") || e.is(">>")) {
				return out
			}
			if e.k != keyword || e.is("null") {
				out.a = append(out.a, e)
			}
		}
	case ']', '{', '}', ')':
		x.i++
		return obj{k: keyword, s: x.b[x.i-1 : x.i]}
	case '>':
		n := 1
		if x.i+1 < len(x.b) && x.b[x.i+1] == '>' {
			n = 2
		}
		x.i += n
		return obj{k: keyword, s: x.b[x.i-n : x.i]}
	}
	start := x.i
	for x.i < len(x.b) && class[x.b[x.i]] == regular {
		x.i++
	}
	word := x.b[start:x.i]
	if f, ok := parseNumber(word); ok {
		if refs && f >= 0 && f == float64(int64(f)) {
			if r, ok := x.refRest(f); ok {
				return r
			}
		}
		return obj{k: number, f: f}
	}
	switch string(word) {
	case "true":
		return obj{k: boolean, f: 1}
	case "false":
		return obj{k: boolean}
	case "null":
		return obj{k: null}
	}
	return obj{k: keyword, s: word}
}

// refRest reads the " 0 R" of a reference.
func (x *lexer) refRest(n float64) (obj, bool) {
	save := x.i
	i := x.i
	for i < len(x.b) && class[x.b[i]] == space {
		i++
	}
	digits := i
	for i < len(x.b) && x.b[i] >= '0' && x.b[i] <= '9' && i-digits < 6 {
		i++
	}
	if i == digits {
		return obj{}, false
	}
	blank := i
	for i < len(x.b) && class[x.b[i]] == space {
		i++
	}
	if i == blank || i >= len(x.b) || x.b[i] != 'R' || i+1 < len(x.b) && class[x.b[i+1]] == regular {
		x.i = save
		return obj{}, false
	}
	x.i = i + 1
	return obj{k: reference, f: n}, true
}

func (x *lexer) dictionary(refs bool, depth int) obj {
	out := obj{k: dict, d: map[string]obj{}}
	if depth >= maxNesting {
		return out
	}
	for {
		key := x.nested(refs, depth+1)
		switch {
		case key.k == end || key.is(">>"):
			return out
		case key.k == keyword && (key.is("endobj") || key.is("stream")):
			x.i -= len(key.s)
			return out
		case key.k != symbol:
			continue
		}
		v := x.nested(refs, depth+1)
		if v.k == end || v.is(">>") {
			return out
		}
		if v.k != keyword {
			out.d[string(key.s)] = v
		}
	}
}

func (x *lexer) nameBytes() []byte {
	start := x.i
	escaped := false
	for x.i < len(x.b) && class[x.b[x.i]] == regular {
		escaped = escaped || x.b[x.i] == '#'
		x.i++
	}
	s := x.b[start:x.i]
	if !escaped {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '#' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (x *lexer) hex() []byte {
	x.i++
	stop := bytes.IndexByte(x.b[x.i:], '>')
	if stop < 0 {
		stop = len(x.b) - x.i
	}
	out := make([]byte, 0, stop/2+1)
	high := -1
	for _, c := range x.b[x.i : x.i+stop] {
		h := unhex(c)
		if h < 0 {
			continue
		}
		if high < 0 {
			high = h
			continue
		}
		out = append(out, byte(high<<4|h))
		high = -1
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	x.i = min(len(x.b), x.i+stop+1)
	return out
}

func (x *lexer) literal() []byte {
	x.i++
	start, depth := x.i, 1
	plain := true
	for ; x.i < len(x.b); x.i++ {
		switch x.b[x.i] {
		case '\\':
			plain = false
			x.i++
		case '\r':
			plain = false
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s := x.b[start:x.i]
				x.i++
				if plain {
					return s
				}
				return unescape(s)
			}
		}
	}
	x.i = len(x.b)
	return unescape(x.b[min(start, len(x.b)):])
}

func unescape(s []byte) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\r' { // a line end is one \n however it is written
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			out = append(out, '\n')
			continue
		}
		if c != '\\' || i+1 >= len(s) {
			out = append(out, c)
			continue
		}
		i++
		switch c = s[i]; c {
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
		case '\n':
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := int(c - '0')
			for k := 0; k < 2 && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '7'; k++ {
				i++
				v = v<<3 | int(s[i]-'0')
			}
			out = append(out, byte(v))
		default:
			out = append(out, c)
		}
	}
	return out
}

// parseNumber reads a PDF number; it is lenient where writers are sloppy ("--5", "1.2-3", "4.").
func parseNumber(w []byte) (float64, bool) {
	if len(w) == 0 || len(w) > 64 {
		return 0, false
	}
	i, neg := 0, false
	for i < len(w) && (w[i] == '-' || w[i] == '+') {
		neg = neg || w[i] == '-'
		i++
	}
	v, scale, digits, dot := 0.0, 1.0, 0, false
	for ; i < len(w); i++ {
		c := w[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
			if dot {
				scale /= 10
				v += float64(c-'0') * scale
			} else {
				v = v*10 + float64(c-'0')
			}
		case c == '.' && !dot:
			dot = true
		case c == '-' && digits > 0:
			i = len(w)
		default:
			return 0, false
		}
	}
	if digits == 0 && !dot {
		return 0, false
	}
	if neg {
		v = -v
	}
	return v, true
}
