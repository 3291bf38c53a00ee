package compose

import (
	"fmt"
	"html"
	"strings"
)

// A Style is a dialect of HTML.
type Style int

// The dialects in which portals publish tables.
const (
	Plain  Style = iota // paragraphs and tables, nothing else
	Word                // as a word processor exports: MsoNormal, spans in spans, empty o:p
	Nested              // tables within layout tables, upper-case tags, cells holding &nbsp;
	Div                 // heads as bold lines, tables with thead, tbody and th
)

// Styles are all dialects.
func Styles() []Style { return []Style{Plain, Word, Nested, Div} }

// HTML is the body of the report as a fragment, without its title: pages carry that in a place of their own.
func (r *Report) HTML(s Style) string { return fragment(r.pieces(), s) }

func fragment(list []piece, s Style) string {
	var b strings.Builder
	open, end := "", ""
	if s == Nested {
		open = "<TABLE width=\"96%\" border=0 align=center><TR><TD>"
		end = "</TD></TR></TABLE>\n"
	}
	b.WriteString(open)
	for _, p := range list {
		if p.table != nil {
			table(&b, p.table, s)
			continue
		}
		t := html.EscapeString(p.text)
		switch {
		case s == Word:
			fmt.Fprintf(&b, "<p class=\"MsoNormal\" style=\"text-indent:32pt;line-height:28pt\"><span style=\"font-family:仿宋_GB2312;font-size:16pt\">%s<span lang=\"EN-US\"><o:p></o:p></span></span></p>\n", t)
		case s == Nested:
			fmt.Fprintf(&b, "<P align=left>&nbsp;&nbsp;&nbsp;&nbsp;%s</P>\n", t)
		case s == Div && p.head:
			fmt.Fprintf(&b, "<div class=\"para\"><strong>%s</strong></div>\n", t)
		case s == Div:
			fmt.Fprintf(&b, "<div class=\"para\">　　%s</div>\n", t)
		case p.head:
			fmt.Fprintf(&b, "<p><strong>%s</strong></p>\n", t)
		default:
			fmt.Fprintf(&b, "<p>%s</p>\n", t)
		}
	}
	b.WriteString(end)
	return b.String()
}

func table(b *strings.Builder, g *grid, s Style) {
	switch s {
	case Word:
		b.WriteString("<div align=\"center\"><table class=\"MsoNormalTable\" border=\"0\" cellspacing=\"0\" cellpadding=\"0\" style=\"border-collapse:collapse\"><tbody>\n")
	case Nested:
		b.WriteString("<TABLE border=0 width=\"100%\"><TBODY><TR><TD align=center><TABLE border=1 cellSpacing=0 width=\"100%\">\n")
	case Div:
		b.WriteString("<div class=\"scroll\"><table class=\"data\">\n<tbody>\n")
	default:
		b.WriteString("<table border=\"1\">\n")
	}
	for y, row := range g.at() {
		if s == Plain && g.hides(y) {
			b.WriteString(`<tr style="display:none">`)
			for _, c := range row {
				text := c.text
				if g.spoils(c) != "" {
					text = other(text)
				}
				fmt.Fprintf(b, `<td colspan="%d">%s</td>`, c.cs, html.EscapeString(text))
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString(tag(s, "<tr>"))
		for _, c := range row {
			attrs := ""
			if c.rs > 1 {
				attrs += fmt.Sprintf(" rowspan=\"%d\"", c.rs)
			}
			if c.cs > 1 {
				attrs += fmt.Sprintf(" colspan=\"%d\"", c.cs)
			}
			t := html.EscapeString(c.text)
			switch {
			case s == Word:
				fmt.Fprintf(b, "<td%s style=\"border:solid 1pt;padding:0 5pt\"><p class=\"MsoNormal\" align=\"center\"><span lang=\"EN-US\">%s</span><span><o:p>&nbsp;</o:p></span></p></td>", attrs, t)
			case s == Nested:
				fmt.Fprintf(b, "<TD%s>&nbsp;%s\n</TD>", attrs, t)
			case s == Div && !c.value:
				fmt.Fprintf(b, "<th%s>%s</th>", attrs, t)
			case s == Plain:
				fmt.Fprintf(b, "<td%s>%s</td>", attrs, htmlCell(c.text, g.spoils(c)))
			default:
				fmt.Fprintf(b, "<td%s>%s</td>", attrs, t)
			}
		}
		b.WriteString(tag(s, "</tr>") + "\n")
	}
	switch s {
	case Word:
		b.WriteString("</tbody></table></div>\n")
	case Nested:
		b.WriteString("</TABLE></TD></TR></TBODY></TABLE>\n")
	case Div:
		b.WriteString("</tbody></table></div>\n")
	default:
		b.WriteString("</table>\n")
	}
}

func tag(s Style, t string) string {
	if s == Nested {
		return strings.ToUpper(t)
	}
	return t
}
