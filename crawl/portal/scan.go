package portal

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A page is looked through for some thirty things, most of which it does not hold. One pass finds the words one of which
// each of them must contain; expressions are run only around those words. What is found is the same as if they were run
// over the whole text.

// A word is an index of the vocabulary.
type word uint8

const (
	wordPage word = iota
	wordTotal
	wordCount
	wordRows
	wordLimit
	wordLeaf // 页
	wordLocation
	wordOpen
	wordWindowOpen
	wordURL
	wordAjax
	wordGet
	wordGetJSON
	wordGetScript
	wordPost
	wordRequest
	wordFetch
	wordLoad
	wordWrite
	wordWriteLine
	wordInner
	wordMarkup
	wordAppend
	wordPrepend
	wordAfter
	wordBefore
	wordFunction
	wordArrow
	wordParse
	wordScript
	wordEndScript
	wordHTML
	wordBody
	wordHead
	wordRecord
	wordDatastore
	wordRecordset
	wordDataproxy
	wordJpaas
	wordGkmlpt
	wordConfig
	wordLabel
	wordPostBack
	wordViewState
	wordSubmit
	wordForm
	wordQuoted
	wordQuotedOnce
	wordEscaped
	wordObject
	wordObjectOnce
	wordArray
	wordArrayOnce
	wordOption
	words // how many there are
)

// vocabulary holds the words in lower case; they are found in either case.
func vocabulary() [words]string {
	return [words]string{
		wordPage: "page", wordTotal: "total", wordCount: "count", wordRows: "rows", wordLimit: "limit", wordLeaf: "页",
		wordLocation: "location", wordOpen: ".open", wordWindowOpen: "window.open", wordURL: "url", wordAjax: ".ajax", wordGet: ".get", wordGetJSON: ".getjson", wordGetScript: ".getscript", wordPost: ".post", wordRequest: ".request", wordFetch: "fetch", wordLoad: ".load",
		wordWrite: "document.write", wordWriteLine: "document.writeln", wordInner: ".innerhtml", wordMarkup: ".html", wordAppend: ".append", wordPrepend: ".prepend", wordAfter: ".after", wordBefore: ".before",
		wordFunction: "function", wordArrow: "=>", wordParse: "json.parse", wordScript: "<script", wordEndScript: "</script", wordHTML: "<html", wordBody: "<body", wordHead: "<head", wordRecord: "<record>", wordDatastore: "<datastore>",
		wordRecordset: "<recordset>", wordDataproxy: "dataproxy.jsp", wordJpaas: jpaasUnit, wordGkmlpt: "/gkmlpt/", wordConfig: "_config", wordLabel: "/site/label/",
		wordPostBack: "__dopostback", wordViewState: "__viewstate", wordSubmit: ".submit", wordForm: "<form", wordQuoted: `_"`, wordQuotedOnce: "_'", wordEscaped: `_\`,
		wordObject: `="{`, wordObjectOnce: "='{", wordArray: `="[`, wordArrayOnce: "='[",
		wordOption: "<option",
	}
}

// An automaton finds all words of the vocabulary in one pass (Aho and Corasick, 1975).
type automaton struct {
	class  [256]uint8 // of octets: those that stand in no word are one class
	width  int
	next   []uint16 // state × class → state; the top bit says that words end there
	ending [][]word
}

const ends = 0x8000

var scanner = newAutomaton(vocabulary())

func newAutomaton(list [words]string) *automaton {
	a := &automaton{width: 1}
	for _, w := range list {
		for _, c := range []byte(w) {
			if a.class[c] == 0 {
				a.class[c] = uint8(a.width)
				a.width++
			}
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		a.class[c] = a.class[c|0x20]
	}
	grow := func() uint16 {
		a.next = append(a.next, make([]uint16, a.width)...)
		a.ending = append(a.ending, nil)
		return uint16(len(a.ending) - 1)
	}
	grow()
	for i, w := range list {
		at := uint16(0)
		for _, c := range []byte(w) {
			to := &a.next[int(at)*a.width+int(a.class[c])]
			if *to == 0 {
				n := grow()
				to = &a.next[int(at)*a.width+int(a.class[c])] // growing may have moved it
				*to = n
			}
			at = *to
		}
		a.ending[at] = append(a.ending[at], word(i))
	}
	fail := make([]uint16, len(a.ending))
	var queue []uint16
	for c := range a.width {
		if to := a.next[c]; to != 0 {
			queue = append(queue, to)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		a.ending[at] = append(a.ending[at], a.ending[fail[at]]...)
		for c := range a.width {
			to := &a.next[int(at)*a.width+c]
			back := a.next[int(fail[at])*a.width+c]
			if *to == 0 {
				*to = back
				continue
			}
			fail[*to] = back
			queue = append(queue, *to)
		}
	}
	for i, to := range a.next {
		if len(a.ending[to]) > 0 {
			a.next[i] |= ends
		}
	}
	return a
}

// A source is a text with the places of the words it holds.
type source struct {
	text string
	hits [words][]int // offsets behind each occurrence, ascending
}

// maxHits bounds how many occurrences of one word are looked at.
const maxHits = 5000

func newSource(text string) *source {
	s := &source{text: text}
	a, at := scanner, uint16(0)
	for i := 0; i < len(text); i++ {
		to := a.next[int(at)*a.width+int(a.class[text[i]])]
		at = to &^ ends
		if to&ends != 0 {
			for _, w := range a.ending[at] {
				if len(s.hits[w]) < maxHits {
					s.hits[w] = append(s.hits[w], i+1)
				}
			}
		}
	}
	return s
}

// has reports whether a word occurs.
func (s *source) has(w word) bool { return len(s.hits[w]) > 0 }

// A finder is an expression with the words one of which stands in each of its matches. A match begins where the name
// begins in which the word stands; the expression is anchored there.
type finder struct {
	re    *regexp.Regexp // begins with ^
	words []word
	most  int // octets that a match may take
}

// all gives the index pairs of up to n matches, ascending and apart, as FindAllStringSubmatchIndex does.
func (f finder) all(s *source, n int) [][]int {
	var out [][]int
	end := 0
	for _, at := range s.places(f.words...) {
		from := at
		for from > end && isWordByte(s.text[from-1]) {
			from--
		}
		if at <= end || len(out) >= n {
			continue
		}
		m := f.re.FindStringSubmatchIndex(s.text[from:min(len(s.text), from+f.most)])
		if m == nil {
			continue
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += from
			}
		}
		out, end = append(out, m), m[1]
	}
	return out
}

// number gives the number that the first match holds in its groups; 0 when there is none.
func (f finder) number(s *source) int {
	m := f.all(s, 1)
	if m == nil {
		return 0
	}
	for g := 2; g+1 < len(m[0]); g += 2 {
		if m[0][g] >= 0 {
			n, _ := strconv.Atoi(s.text[m[0][g]:m[0][g+1]])
			return n
		}
	}
	return 0
}

// places are the offsets behind the occurrences of some words, ascending.
func (s *source) places(list ...word) []int {
	if len(list) == 1 {
		return s.hits[list[0]]
	}
	var out []int
	for _, w := range list {
		out = append(out, s.hits[w]...)
	}
	slices.Sort(out)
	return out
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func isNameByte(c byte) bool { return isWordByte(c) || c == '$' }

func isBlank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

// source is the text of the page, looked through once.
func (p *Page) source() *source {
	if p.scanned == nil {
		p.scanned = newSource(p.Text[:min(len(p.Text), maxText)])
	}
	return p.scanned
}

// maxText bounds how much of a page is looked at, in octets.
const maxText = 8 << 20

// scripts is the source of the page's scripts, joined.
func (p *Page) scripts() *source {
	if p.code == nil {
		if isScript(p.MediaType) {
			p.code = p.source()
		} else {
			p.code = newSource(strings.Join(p.inline(), "\n"))
		}
	}
	return p.code
}

// maxScripts bounds the script elements of a page that are read.
const maxScripts = 400

// inline are the texts of the page's script elements.
func (p *Page) inline() []string {
	s := p.source()
	closing := s.hits[wordEndScript]
	var out []string
	last := 0
	for _, at := range s.hits[wordScript] {
		open := strings.IndexByte(s.text[at:], '>')
		if at < last || open < 0 || len(out) >= maxScripts {
			continue
		}
		from := at + open + 1
		for len(closing) > 0 && closing[0] < from+len("</script") {
			closing = closing[1:]
		}
		if len(closing) == 0 {
			break
		}
		out = append(out, s.text[from:closing[0]-len("</script")])
		last = closing[0]
	}
	return out
}
