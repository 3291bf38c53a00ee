// Package diff compares two versions of a report: what its text says, and the numbers of its statutory tables.
//
// In go two sides, each a text and the numbers read from it; out comes one value that text, HTML and JSON are made from.
// Text is compared as a reader sees it: lines are brought into a normal form by the versioned rules of report.NormalLine
// (counters, clocks, neighbour links, share and print blocks, session ids, width and blanks), then paragraphs are aligned,
// then the tokens of paragraphs that resemble each other. A number, a date, a percentage and a Latin word are one token
// each, a Han character is one: 123→132 is one change. Numbers are compared by their place in the form, whatever the
// layout was, and the sums (勾稽关系) are checked on both sides. A table that only one side has been read from is said to be
// unread and told no changes of.
//
// The package is pure. Its work is bounded: what is beyond the bounds is told as replaced as a whole, and Cut says where a
// text was too long. Apply turns the first text into the second, which is what the tests hold the comparison to.
package diff

import (
	"slices"
	"strings"

	"nianbao/report"
)

// Schema names the shape of a Diff in JSON.
const Schema = "nianbao.diff.v1"

// A Side is one of the two versions.
type Side struct {
	Name string       `json:"name"` // what people call it, such as "v2 2024-03-01"
	Text string       `json:"-"`
	Data *report.Data `json:"-"` // nil where no numbers were read
}

// A Diff is what differs. Lists are in the order of the second version.
type Diff struct {
	Schema     string  `json:"schema"`
	Rules      int     `json:"rules"` // version of the rules of the normal form
	From       Side    `json:"from"`
	To         Side    `json:"to"`
	Paragraphs []Edit  `json:"paragraphs,omitempty"`
	Cells      []Cell  `json:"cells,omitempty"`
	Unread     []Table `json:"unread,omitempty"`
	Sums       []Sum   `json:"sums,omitempty"`
	Cut        bool    `json:"cut,omitempty"` // a text was longer than is compared
}

// Ops of an edit and of a span.
const (
	Same    = "same"
	Insert  = "insert"
	Delete  = "delete"
	Replace = "replace"
)

// An Edit is one paragraph, or one row of a table, that was put in, taken out or replaced.
type Edit struct {
	Op  string `json:"op"`
	A   int    `json:"a"` // paragraphs of the first text before it
	B   int    `json:"b"` // paragraphs of the second text before it
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
	// Spans of a replaced paragraph: same and delete give Old, same and insert give New.
	Spans []Span `json:"spans,omitempty"`
	// Row says that it is a row of a table; where the numbers of both sides were read, Cells tells its change better.
	Row bool `json:"row,omitempty"`
}

// A Span is a run of tokens with one fate.
type Span struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

// Empty reports whether nothing differs.
func (d *Diff) Empty() bool { return len(d.Paragraphs) == 0 && len(d.Cells) == 0 && len(d.Unread) == 0 }

// Bounds of a comparison.
const (
	maxText       = 8 << 20    // octets of a text: ten times the longest report known
	maxParagraphs = 50_000     // of a text
	maxDistance   = 1500       // edits of one alignment: its memory grows with the square
	maxWork       = 60_000_000 // steps of all alignments of a comparison: about a second
	maxPairs      = 2500       // paragraphs taken out × put in at one place that are looked at for likeness
	least         = 0.4        // share of common tokens from which on two paragraphs are one that was rewritten
)

// Paragraphs is a text in its normal form: its paragraphs, those of page furniture left out.
func Paragraphs(text string) []string {
	p, _ := paragraphs(text)
	return p
}

func paragraphs(text string) (out []string, cut bool) {
	if len(text) > maxText {
		text, cut = text[:maxText], true
	}
	for l := range strings.Lines(text) {
		if l = report.NormalLine(strings.TrimRight(l, "\r\n")); l == "" {
			continue
		}
		if len(out) == maxParagraphs {
			return out, true
		}
		out = append(out, l)
	}
	return out, cut
}

// Compare tells what differs from one version to another.
func Compare(from, to Side) *Diff {
	d := &Diff{Schema: Schema, Rules: report.NormalVersion, From: from, To: to}
	a, cutA := paragraphs(from.Text)
	b, cutB := paragraphs(to.Text)
	d.Cut = cutA || cutB
	w := &work{left: maxWork}
	d.Paragraphs = w.edits(a, b)
	d.compareTables(from.Data, to.Data)
	return d
}

// Apply makes the paragraphs of the second text from those of the first; nil where the edits belong to another text.
func (d *Diff) Apply(a []string) []string {
	out, next := []string{}, 0
	for _, e := range d.Paragraphs {
		if e.A < next || e.A > len(a) || e.Op != Insert && (e.A == len(a) || a[e.A] != e.Old) {
			return nil
		}
		out = append(out, a[next:e.A]...)
		next = e.A
		if e.Op != Insert {
			next++
		}
		if e.Op != Delete {
			out = append(out, e.New)
		}
	}
	return append(out, a[next:]...)
}

// edits aligns paragraphs, and within a gap those that resemble each other.
func (w *work) edits(a, b []string) []Edit {
	var out []Edit
	i, j := 0, 0
	flush := func(toA, toB int) {
		for _, p := range w.pairs(a[i:toA], b[j:toB]) {
			if p.a < 0 {
				out = append(out, edit(Insert, i, j, "", b[j]))
				j++
				continue
			}
			if p.b < 0 {
				out = append(out, edit(Delete, i, j, a[i], ""))
				i++
				continue
			}
			e := edit(Replace, i, j, a[i], b[j])
			e.Spans = w.spans(tokens(a[i]), tokens(b[j]))
			out = append(out, e)
			i, j = i+1, j+1
		}
	}
	for _, m := range w.align(a, b) {
		flush(m.a, m.b)
		i, j = m.a+1, m.b+1
	}
	flush(len(a), len(b))
	return out
}

func edit(op string, a, b int, old, new string) Edit {
	return Edit{Op: op, A: a, B: b, Old: old, New: new, Row: strings.Contains(old, "\t") || strings.Contains(new, "\t")}
}

// spans tell how the tokens of a paragraph changed.
func (w *work) spans(a, b []string) []Span {
	var out []Span
	put := func(op string, t []string) {
		if len(t) == 0 {
			return
		}
		s := strings.Join(t, "")
		if n := len(out) - 1; n >= 0 && out[n].Op == op {
			out[n].Text += s
			return
		}
		out = append(out, Span{op, s})
	}
	i, j := 0, 0
	for _, m := range w.align(a, b) {
		put(Delete, a[i:m.a])
		put(Insert, b[j:m.b])
		put(Same, a[m.a:m.a+1])
		i, j = m.a+1, m.b+1
	}
	put(Delete, a[i:])
	put(Insert, b[j:])
	return slices.Clip(out)
}
