package document

import "strings"

// Markdown renders the document as Markdown: headings by level, tables as pipe tables in which a merged cell's text
// stands in its first place.
func (d *Document) Markdown() string {
	var b strings.Builder
	d.writeMarkdown(&b)
	return b.String()
}

func (d *Document) writeMarkdown(b *strings.Builder) {
	if d.Name != "" && d.Title == "" && len(d.Parts) == 0 && len(d.Blocks) == 0 {
		b.WriteString("<!-- " + d.Name + " -->\n")
	}
	for _, bl := range d.Blocks {
		switch bl.Kind {
		case Heading:
			b.WriteString(strings.Repeat("#", min(6, max(1, bl.Level))) + " " + oneLine(bl.Text) + "\n\n")
		case TableKind:
			if bl.Table != nil {
				bl.Table.writeMarkdown(b)
			}
		case Image:
			b.WriteString("![](" + bl.Text + ")\n\n")
		default:
			b.WriteString(escapeMarkdown(bl.Text) + "\n\n")
		}
	}
	for _, p := range d.Parts {
		p.writeMarkdown(b)
	}
}

func (t *Table) writeMarkdown(b *strings.Builder) {
	for i, row := range t.Grid(false) {
		b.WriteByte('|')
		for _, c := range row {
			b.WriteString(" " + strings.ReplaceAll(oneLine(c), "|", `\|`) + " |")
		}
		b.WriteByte('\n')
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", max(1, t.Cols)) + "\n")
		}
	}
	b.WriteByte('\n')
}

func escapeMarkdown(s string) string {
	s = strings.TrimSpace(s)
	if s != "" && strings.ContainsRune("#>-+*|", rune(s[0])) {
		return `\` + s
	}
	return s
}
