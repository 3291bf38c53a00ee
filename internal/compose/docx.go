package compose

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strings"
)

const (
	contentTypes = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	rootRelations = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
)

// DOCX is the report as an Office Open XML document with its title, in the smallest package that opens.
func (r *Report) DOCX() []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	b.WriteString(`<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="44"/></w:rPr><w:t>` + html.EscapeString(r.Title) + `</w:t></w:r></w:p>`)
	for _, p := range r.pieces() {
		if p.table != nil {
			wordTable(&b, p.table)
			continue
		}
		bold := ""
		if p.head {
			bold = "<w:rPr><w:b/></w:rPr>"
		}
		fmt.Fprintf(&b, `<w:p><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>`, bold, html.EscapeString(p.text))
	}
	b.WriteString(`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`)
	return Zip([]Member{{"[Content_Types].xml", []byte(contentTypes)}, {"_rels/.rels", []byte(rootRelations)}, {"word/document.xml", []byte(b.String())}})
}

// wordTable writes a grid: gridSpan for merged columns, vMerge for merged rows.
func wordTable(b *strings.Builder, g *grid) {
	b.WriteString(`<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single"/><w:left w:val="single"/><w:bottom w:val="single"/><w:right w:val="single"/><w:insideH w:val="single"/><w:insideV w:val="single"/></w:tblBorders></w:tblPr><w:tblGrid>`)
	for range g.width {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, 9000/g.width)
	}
	b.WriteString(`</w:tblGrid>`)
	for y := range g.height {
		if g.hides(y) {
			b.WriteString(`<w:tr><w:trPr><w:hidden/></w:trPr>`)
			for _, c := range g.across(y) {
				text := c.text
				if g.spoils(c) != "" {
					text = other(text)
				}
				fmt.Fprintf(b, `<w:tc><w:tcPr><w:gridSpan w:val="%d"/></w:tcPr>%s</w:tc>`, c.cs, wordRuns(text, ""))
			}
			b.WriteString(`</w:tr>`)
		}
		b.WriteString(`<w:tr>`)
		for x := 0; x < g.width; {
			c, ok := g.covering(y, x)
			if !ok {
				b.WriteString(`<w:tc><w:tcPr/><w:p/></w:tc>`)
				x++
				continue
			}
			b.WriteString(`<w:tc><w:tcPr>`)
			if c.cs > 1 {
				fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, c.cs)
			}
			text := c.text
			if c.rs > 1 {
				if c.r == y {
					b.WriteString(`<w:vMerge w:val="restart"/>`)
				} else {
					b.WriteString(`<w:vMerge/>`)
					text = ""
				}
			}
			b.WriteString(`</w:tcPr>`)
			if text != "" {
				b.WriteString(wordRuns(text, g.spoils(c)))
			} else {
				b.WriteString(`<w:p/>`)
			}
			b.WriteString(`</w:tc>`)
			x += c.cs
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
}

// covering finds the cell that covers a place.
func (g *grid) covering(y, x int) (cell, bool) {
	for _, c := range g.cells {
		if y >= c.r && y < c.r+c.rs && x >= c.c && x < c.c+c.cs {
			return c, true
		}
	}
	return cell{}, false
}

// A Member is one file of a ZIP.
type Member struct {
	Name string
	Data []byte
}

// Zip packs members in their order, without times, so that the same members give the same bytes.
func Zip(members []Member) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.Name, Method: zip.Deflate})
		if err == nil {
			_, err = w.Write(m.Data)
		}
		if err != nil {
			return nil // a write to memory fails only on names no ZIP can hold
		}
	}
	if err := z.Close(); err != nil {
		return nil
	}
	return out.Bytes()
}
