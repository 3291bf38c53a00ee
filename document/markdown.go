package document

import "strings"

// Markdown renders the document as Markdown: headings by level, tables as pipe tables in which a merged cell's text
// stands in its first place, members of a container each under a comment with its name.
func (d *Document) Markdown() string {
	var b strings.Builder
	d.writeMarkdown(&b)
	return b.String()
}

func (d *Document) writeMarkdown(b *strings.Builder) {
	for _, bl := range d.Blocks {
		switch bl.Kind {
		case Heading:
			b.WriteString(strings.Repeat("#", min(6, max(1, bl.Level))) + " " + strings.ReplaceAll(oneLine(bl.Text), "<", `\<`) + "\n\n")
		case TableKind:
			if bl.Table != nil {
				bl.Table.writeMarkdown(b)
			}
		case Image:
			b.WriteString("![](<" + inAngles.Replace(bl.Text) + ">)\n\n")
		default:
			if strings.TrimSpace(bl.Text) != "" { // plain text keeps its empty lines
				b.WriteString(escapeMarkdown(bl.Text) + "\n\n")
			}
		}
	}
	for _, p := range d.Parts {
		if p.Name != "" {
			b.WriteString("<!-- " + strings.ReplaceAll(oneLine(p.Name), "--", "- -") + " -->\n\n")
		}
		p.writeMarkdown(b)
	}
}

func (t *Table) writeMarkdown(b *strings.Builder) {
	for i, row := range t.Grid(false) {
		b.WriteByte('|')
		for _, c := range row {
			b.WriteString(" " + inCell.Replace(oneLine(c)) + " |")
		}
		b.WriteByte('\n')
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", max(1, t.Cols)) + "\n")
		}
	}
	b.WriteByte('\n')
}

var (
	inCell   = strings.NewReplacer("|", `\|`, "<", `\<`)
	inAngles = strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "%0A", "\r", "%0D")
)

// escapeMarkdown keeps a paragraph a paragraph: no line of it begins a heading, a list, a quote or a table, and no text
// becomes markup.
func escapeMarkdown(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i, l := range lines {
		l = strings.ReplaceAll(strings.TrimSpace(l), "<", `\<`)
		if l != "" && strings.ContainsRune("#>-+*|=", rune(l[0])) {
			l = `\` + l
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n")
}
