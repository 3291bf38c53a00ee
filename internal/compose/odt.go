package compose

import (
	"fmt"
	"html"
	"strings"
)

// ODT is the report as an OpenDocument text.
func (r *Report) ODT() []byte {
	var b strings.Builder
	p := func(s string) { fmt.Fprintf(&b, `<text:p>%s</text:p>`, html.EscapeString(s)) }
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">` + odtStyles + `<office:body><office:text>`)
	p(r.Title)
	for _, x := range r.pieces() {
		switch {
		case x.table != nil:
			fmt.Fprintf(&b, `<table:table><table:table-column table:number-columns-repeated="%d"/>`, x.table.width)
			for y := range x.table.height {
				if x.table.hides(y) {
					b.WriteString(`<table:table-row table:visibility="collapse">`)
					for _, c := range x.table.across(y) {
						text := c.text
						if x.table.spoils(c) != "" {
							text = other(text)
						}
						fmt.Fprintf(&b, `<table:table-cell table:number-columns-spanned="%d">%s</table:table-cell>`, c.cs, odtCell(text, ""))
						b.WriteString(strings.Repeat(`<table:covered-table-cell/>`, c.cs-1))
					}
					b.WriteString(`</table:table-row>`)
				}
				b.WriteString(`<table:table-row>`)
				for col := range x.table.width {
					c, ok := x.table.covering(y, col)
					switch {
					case ok && (c.r != y || c.c != col):
						b.WriteString(`<table:covered-table-cell/>`)
					default:
						fmt.Fprintf(&b, `<table:table-cell table:number-rows-spanned="%d" table:number-columns-spanned="%d">`, max(1, c.rs), max(1, c.cs))
						b.WriteString(odtCell(c.text, x.table.spoils(c)))
						b.WriteString(`</table:table-cell>`)
					}
				}
				b.WriteString(`</table:table-row>`)
			}
			b.WriteString(`</table:table>`)
		case x.head:
			fmt.Fprintf(&b, `<text:h text:outline-level="1">%s</text:h>`, html.EscapeString(x.text))
		default:
			p(x.text)
		}
	}
	b.WriteString(`</office:text></office:body></office:document-content>`)
	const media = "application/vnd.oasis.opendocument.text"
	manifest := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="` + media + `"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`
	return Zip([]Member{{"mimetype", []byte(media)}, {"content.xml", []byte(b.String())}, {"META-INF/manifest.xml", []byte(manifest)}})
}
