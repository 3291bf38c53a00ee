package document

import (
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strings"
)

// A Picture is a page as a renderer shows it.
type Picture struct {
	PNG []byte
	// PerPoint is how many pixels of it a point has.
	PerPoint float64
}

// pageHead is what a page of WriteHTML begins with: the pictures on the left, what was read on the right. Pointing at a cell
// frames its place in the picture.
const pageHead = `<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>%s</title>
<style>
body{font:14px/1.5 sans-serif;margin:1em}
section{display:flex;gap:1em;border-top:1px solid #888;padding:1em 0;align-items:flex-start}
.picture{position:relative;flex:none;border:1px solid #ccc}
.picture i{position:absolute;border:2px solid #c00;pointer-events:none}
table{border-collapse:collapse;margin:.5em 0}
td{border:1px solid #666;padding:1px 4px;white-space:pre-line;vertical-align:top}
td:hover,p:hover{background:#ffd}
td.doubtful{background:#fdd}
del{color:#999}
.hidden{opacity:.6}
.note{color:#666;font-size:12px}
</style></head><body>
`

const pageTail = `<script>
for (const e of document.querySelectorAll('[data-box]')) e.onmouseenter = () => {
  document.querySelectorAll('.picture i').forEach(f => f.remove());
  const [page, x0, y0, x1, y1] = e.dataset.box.split(' ').map(Number);
  const p = document.querySelector('.picture[data-page="' + e.closest('[data-part]').dataset.part + ' ' + page + '"]');
  if (!p) return;
  const s = Number(p.dataset.scale), f = document.createElement('i');
  Object.assign(f.style, {left: x0 * s + 'px', top: y0 * s + 'px', width: (x1 - x0) * s + 'px', height: (y1 - y0) * s + 'px'});
  p.append(f);
};
</script></body></html>
`

// WriteHTML writes the document as one page to check it with: its blocks page by page, tables as grids that name row, column,
// page and box of each cell, text that the source holds and does not show struck out; beside them the pictures of the pages
// as far as there are any, by the number of the page.
func (d *Document) WriteHTML(w io.Writer, pictures map[int]Picture) error {
	p := pageWriter{}
	fmt.Fprintf(&p.b, pageHead, html.EscapeString(d.Name+" "+d.Title))
	p.part(d, pictures)
	p.b.WriteString(pageTail)
	if _, err := io.WriteString(w, p.b.String()); err != nil {
		return fmt.Errorf("document: write page: %w", err)
	}
	return nil
}

type pageWriter struct {
	b     strings.Builder
	parts int
}

func (p *pageWriter) part(d *Document, pictures map[int]Picture) {
	p.parts++
	part := p.parts
	if d.Name != "" || d.Engine != "" {
		fmt.Fprintf(&p.b, "<h2>%s</h2><p class=\"note\">%s %s %s</p>\n", html.EscapeString(d.Name), html.EscapeString(d.MediaType), html.EscapeString(d.Engine), html.EscapeString(strings.Join(d.Flags, " ")))
	}
	page, tables := -1, 0
	for i := range d.Blocks {
		b := &d.Blocks[i]
		on := b.Page
		if b.Table != nil {
			on = max(on, b.Table.Page)
		}
		if on != page && (on > page || page < 0) {
			if page >= 0 {
				p.b.WriteString("</div></section>\n")
			}
			page = on
			p.open(part, page, pictures)
		}
		if b.Kind == TableKind && b.Table != nil {
			tables++
			p.table(b, tables)
			continue
		}
		p.text(b)
	}
	if page >= 0 {
		p.b.WriteString("</div></section>\n")
	}
	for _, m := range d.Parts {
		p.part(m, nil)
	}
}

func (p *pageWriter) open(part, page int, pictures map[int]Picture) {
	fmt.Fprintf(&p.b, "<section data-part=\"%d\">", part)
	if pic, ok := pictures[page]; ok {
		fmt.Fprintf(&p.b, "<div class=\"picture\" data-page=\"%d %d\" data-scale=\"%g\"><img alt=\"page %d\" src=\"data:image/png;base64,%s\"></div>",
			part, page, pic.PerPoint, page, base64.StdEncoding.EncodeToString(pic.PNG))
	}
	p.b.WriteString("<div>")
	if page > 0 {
		fmt.Fprintf(&p.b, "<p class=\"note\">page %d</p>", page)
	}
	p.b.WriteByte('\n')
}

func (p *pageWriter) text(b *Block) {
	tag := "p"
	if b.Kind == Heading {
		tag = "h3"
	}
	fmt.Fprintf(&p.b, "<%s%s%s>%s%s</%s>\n", tag, boxed(b.Box), hidden(b), html.EscapeString(b.Text), unseen(b.Unseen), tag)
}

func (p *pageWriter) table(b *Block, number int) {
	t := b.Table
	fmt.Fprintf(&p.b, "<p class=\"note\">table %d: %d×%d %s</p><table%s>", number, t.Rows, t.Cols, html.EscapeString(t.Method), hidden(b))
	row := -1
	for i := range t.Cells {
		c := &t.Cells[i]
		for ; row < c.Row && row < t.Rows; row++ {
			p.b.WriteString("<tr>")
		}
		title := fmt.Sprintf("row %d, column %d", c.Row+1, c.Col+1)
		if c.Box != nil {
			title += fmt.Sprintf(", page %d, box %.0f,%.0f–%.0f,%.0f", c.Box.Page, c.Box.X0, c.Box.Y0, c.Box.X1, c.Box.Y1)
		}
		class := ""
		if c.Confidence > 0 {
			title += fmt.Sprintf(", confidence %.2f", c.Confidence)
			if c.Confidence < doubtful {
				class = ` class="doubtful"`
			}
		}
		fmt.Fprintf(&p.b, "<td%s%s%s%s title=\"%s\">%s%s</td>", class, span("rowspan", c.RowSpan), span("colspan", c.ColSpan), boxed(c.Box), title, html.EscapeString(c.Text), unseen(c.Unseen))
	}
	p.b.WriteString("</table>\n")
}

func span(name string, n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(` %s="%d"`, name, n)
}

func boxed(b *Box) string {
	if b == nil {
		return ""
	}
	return fmt.Sprintf(` data-box="%d %g %g %g %g"`, b.Page, b.X0, b.Y0, b.X1, b.Y1)
}

func hidden(b *Block) string {
	if b.Hidden == "" {
		return ""
	}
	return fmt.Sprintf(` class="hidden" title="%s"`, html.EscapeString(b.Hidden))
}

func unseen(list []Unseen) string {
	var b strings.Builder
	for _, u := range list {
		fmt.Fprintf(&b, " <del title=\"%s\">%s</del>", html.EscapeString(u.Why), html.EscapeString(u.Text))
	}
	return b.String()
}
