package diff

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
)

// words are what the renderers say, in English and Chinese.
type words struct{ none, numbers, sums, text, unread, cut, assessed, from, to string }

func wordsOf(chinese bool) words {
	if chinese {
		return words{"两个版本没有差别", "数字", "勾稽关系", "正文", "未读出", "文本过长，只比较了前一部分", "未核对", "旧版", "新版"}
	}
	return words{"nothing differs", "numbers", "sums", "text", "not read", "a text is too long: only its beginning was compared", "not assessed", "the first version", "the second version"}
}

// WriteJSON writes the difference as one line of JSON.
func (d *Diff) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return fmt.Errorf("diff: write JSON: %w", err)
	}
	return nil
}

// WriteText writes the difference for a terminal: numbers by their labels, sums, then paragraphs with what was taken out
// in [-…-] and what was put in in {+…+}. Rows of tables are left out where the numbers tell them.
func (d *Diff) WriteText(w io.Writer, chinese bool) error {
	say := wordsOf(chinese)
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", plainText(d.From.Name), plainText(d.To.Name))
	if d.Empty() {
		b.WriteString(say.none + "\n")
	}
	for _, t := range d.Unread {
		fmt.Fprintf(&b, "! %s: %s (%s)\n", t.Name, say.unread, say.side(t))
	}
	if len(d.Cells) > 0 {
		b.WriteString(say.numbers + "\n")
	}
	for _, c := range d.Cells {
		fmt.Fprintf(&b, "  %s  %s → %s\n", plainText(c.label()), plainText(c.before()), plainText(c.after()))
	}
	if len(d.Sums) > 0 {
		b.WriteString(say.sums + "\n")
	}
	for _, s := range d.Sums {
		fmt.Fprintf(&b, "  %s  %s → %s\n", plainText(s.label()), s.Old.words(say), s.New.words(say))
	}
	head := false
	for _, e := range d.Paragraphs {
		if d.told(e) {
			continue
		}
		if !head {
			b.WriteString(say.text + "\n")
			head = true
		}
		switch e.Op {
		case Delete:
			fmt.Fprintf(&b, "- %d  %s\n", e.A+1, plainText(e.Old))
		case Insert:
			fmt.Fprintf(&b, "+ %d  %s\n", e.B+1, plainText(e.New))
		default:
			fmt.Fprintf(&b, "~ %d  ", e.B+1)
			for _, s := range e.Spans {
				switch s.Op {
				case Delete:
					b.WriteString("[-" + plainText(s.Text) + "-]")
				case Insert:
					b.WriteString("{+" + plainText(s.Text) + "+}")
				default:
					b.WriteString(plainText(s.Text))
				}
			}
			b.WriteByte('\n')
		}
	}
	if d.Cut {
		b.WriteString("! " + say.cut + "\n")
	}
	return write(w, "text", b.String())
}

// WriteHTML writes a page of its own, without scripts and addresses; every text of a report is escaped.
func (d *Diff) WriteHTML(w io.Writer, chinese bool) error {
	say, lang := wordsOf(chinese), "en"
	if chinese {
		lang = "zh-CN"
	}
	esc := html.EscapeString
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=%q><head><meta charset=\"utf-8\"><title>%s → %s</title>\n<style>body{font:1em/1.6 sans-serif;max-width:60em;margin:auto;padding:1em}del{background:#fdd}ins{background:#dfd}td,th{padding:.1em .6em;text-align:left}.bad{color:#a00}</style></head><body>\n<h1>%[2]s → %[3]s</h1>\n",
		lang, esc(d.From.Name), esc(d.To.Name))
	if d.Empty() {
		fmt.Fprintf(&b, "<p>%s</p>\n", say.none)
	}
	for _, t := range d.Unread {
		fmt.Fprintf(&b, "<p class=\"bad\">%s: %s (%s)</p>\n", esc(t.Name), say.unread, say.side(t))
	}
	if len(d.Cells) > 0 {
		fmt.Fprintf(&b, "<h2>%s</h2>\n<table>\n", say.numbers)
		for _, c := range d.Cells {
			fmt.Fprintf(&b, "<tr><th scope=\"row\">%s</th><td><del>%s</del></td><td><ins>%s</ins></td></tr>\n", esc(c.label()), esc(c.before()), esc(c.after()))
		}
		b.WriteString("</table>\n")
	}
	if len(d.Sums) > 0 {
		fmt.Fprintf(&b, "<h2>%s</h2>\n<table>\n", say.sums)
		for _, s := range d.Sums {
			fmt.Fprintf(&b, "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td></tr>\n", esc(s.label()), esc(s.Old.words(say)), esc(s.New.words(say)))
		}
		b.WriteString("</table>\n")
	}
	fmt.Fprintf(&b, "<h2>%s</h2>\n", say.text)
	for _, e := range d.Paragraphs {
		if d.told(e) {
			continue
		}
		b.WriteString("<p>")
		switch e.Op {
		case Delete:
			fmt.Fprintf(&b, "<del>%s</del>", esc(e.Old))
		case Insert:
			fmt.Fprintf(&b, "<ins>%s</ins>", esc(e.New))
		default:
			for _, s := range e.Spans {
				switch s.Op {
				case Delete:
					fmt.Fprintf(&b, "<del>%s</del>", esc(s.Text))
				case Insert:
					fmt.Fprintf(&b, "<ins>%s</ins>", esc(s.Text))
				default:
					b.WriteString(esc(s.Text))
				}
			}
		}
		b.WriteString("</p>\n")
	}
	if d.Cut {
		fmt.Fprintf(&b, "<p class=\"bad\">%s</p>\n", say.cut)
	}
	b.WriteString("</body></html>\n")
	return write(w, "HTML", b.String())
}

// told reports whether a row of a table is told by the numbers of its cells.
func (d *Diff) told(e Edit) bool {
	return e.Row && len(d.Cells) > 0 && len(d.Unread) == 0
}

func (s words) side(t Table) string {
	if t.Side == "from" {
		return s.from
	}
	return s.to
}

// label is where a cell stands in the form, as printed.
func (c Cell) label() string {
	if c.Row == "" {
		return c.Path
	}
	if c.Column == "" {
		return c.Row
	}
	return c.Row + "·" + c.Column
}

func (c Cell) before() string { return shown(c.Old, c.OldText) }
func (c Cell) after() string  { return shown(c.New, c.NewText) }

// shown is a number, else what stands in its place, else a dash.
func shown(v *float64, text string) string {
	switch {
	case v != nil:
		return strconv.FormatFloat(*v, 'f', -1, 64)
	case text != "":
		return strconv.Quote(text)
	}
	return "-"
}

func (s Sum) label() string {
	return strings.TrimSpace(strings.Join([]string{s.Rule, s.Row, s.Column}, " "))
}

func (e *Equation) words(say words) string {
	if e == nil {
		return say.assessed
	}
	mark, sign := "✓", "="
	if !e.Holds {
		mark, sign = "✗", "≠"
	}
	return fmt.Sprintf("%s %s %s %s", mark, shown(&e.Left, ""), sign, shown(&e.Right, ""))
}

// plainText is a text without the controls that would move a terminal's cursor.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

func write(w io.Writer, what, s string) error {
	if _, err := io.WriteString(w, s); err != nil {
		return fmt.Errorf("diff: write %s: %w", what, err)
	}
	return nil
}
