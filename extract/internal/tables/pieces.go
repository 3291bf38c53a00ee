package tables

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A piece is a stretch of a line with room on both sides.
type piece struct {
	x0, x1 float64
	text   string
	number bool
}

func (p *piece) mid() float64 { return (p.x0 + p.x1) / 2 }

// pieces cuts a line where it leaves room: between numbers little is enough, between words about a character.
func pieces(l *line) []piece {
	var out []piece
	start := 0
	flush := func(end int) {
		g := l.glyphs[start:end]
		start = end
		p := piece{x0: math.Inf(1), x1: math.Inf(-1), text: strings.TrimSpace(joinGlyphs(g))}
		for i := range g {
			if !blank(g[i].Text) {
				p.x0, p.x1 = min(p.x0, g[i].X0), max(p.x1, g[i].X1)
			}
		}
		if p.text != "" {
			p.number = value(p.text)
			out = append(out, p)
		}
	}
	last := -1
	between := l.wordGap()
	for i := range l.glyphs {
		if blank(l.glyphs[i].Text) {
			continue
		}
		if last >= 0 {
			a, b := &l.glyphs[last], &l.glyphs[i]
			d := (b.X0 - a.X1) / max(1, min(a.size(), b.size()))
			limit := pieceWords
			switch {
			case numeric(a.Text) && numeric(b.Text) && a.Run != b.Run:
				limit = digitsTouch
			case numeric(a.Text) && numeric(b.Text), a.Run != b.Run, a.Run == 0 && (numeric(a.Text) || numeric(b.Text)):
				limit = pieceStrings
			case a.Run == 0 || numeric(a.Text) || numeric(b.Text):
				limit = pieceMixed
			}
			if between > 0 && (letter(a.Text) || letter(b.Text)) {
				limit = max(limit, min(wordMost, wordTimes*between))
			}
			if d > limit {
				flush(i)
			}
		}
		last = i
	}
	flush(len(l.glyphs))
	return out
}

// wordGap is the middle one of the gaps between the Latin words of a line, in font sizes; 0 where there are too few.
func (l *line) wordGap() float64 {
	var gaps []float64
	last := -1
	for i := range l.glyphs {
		if blank(l.glyphs[i].Text) {
			continue
		}
		if last >= 0 {
			a, b := &l.glyphs[last], &l.glyphs[i]
			if d := (b.X0 - a.X1) / max(1, min(a.size(), b.size())); d > wordLeast && d < wordMost && (letter(a.Text) || letter(b.Text)) {
				gaps = append(gaps, d)
			}
		}
		last = i
	}
	if len(gaps) < wordCount {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// letter reports whether a glyph is of Latin script, or of another that parts its words by blanks.
func letter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) && !wide(r) && !unicode.In(r, unicode.Hiragana, unicode.Katakana)
}

// noValue are the marks that stand where a number should and there is none.
const noValue = " — —— ——— － - -- --- – –– … …… / // \\ * ** 无 空 N/A n/a NA N.A. n.a. nil 〇 × "

// value reports whether a piece stands where a number should: a number with its signs, or a mark for none.
func value(s string) bool {
	s = unraised(s)
	if s != "" && !strings.Contains(s, " ") && strings.Contains(noValue, " "+s+" ") {
		return true
	}
	digits := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits = true
		case !strings.ContainsRune(" \n.,-+%/−–—±~<>≤≥$€£¥￥()[]*†‡‰", r):
			return false
		}
	}
	return digits
}

// A row is a line of a page with its pieces.
type row struct {
	line   *line
	pieces []piece
	values int    // pieces at its end that are values
	used   bool   // it is part of a table
	with   []*row // lines whose words it has taken
}

func (r *row) cy() float64 { return (r.line.y0 + r.line.y1) / 2 }

// tail is how many pieces at the end of a row are its values: all numbers behind the last word, or, in a row of many
// numbers, all from the first on though some are words.
func tail(p []piece) int {
	n := 0
	for n < len(p) && p[len(p)-1-n].number {
		n++
	}
	numbers, words, best := 0, 0, n
	for i := len(p) - 1; i >= 0; i-- {
		if !p[i].number {
			words++
			continue
		}
		numbers++
		if numbers >= wordNumbers && words*wordShare <= numbers {
			best = max(best, len(p)-i)
		}
	}
	return best
}
