package compose

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// sheets lays the report out as sheets: the prose on the first, a table on each of the others, named by its section.
func (r *Report) sheets() (names []string, grids []*grid) {
	front := &grid{}
	front.add(0, 0, 1, 1, r.Title)
	names, grids = append(names, "报告"), append(grids, front)
	head := ""
	for _, p := range r.pieces() {
		switch {
		case p.table != nil:
			names, grids = append(names, head), append(grids, p.table)
		default:
			front.add(front.height, 0, 1, 1, p.text)
		}
		if p.head {
			head = p.text
		}
	}
	return names, grids
}

// XLSX is the report as an Office Open XML workbook. Its last sheet is hidden and holds other numbers.
func (r *Report) XLSX() []byte {
	names, grids := r.sheets()
	secret := &grid{}
	secret.add(0, 0, 1, 1, "草稿")
	secret.value(1, 0, 1, "123456")
	names, grids = append(names, "草稿"), append(grids, secret)
	var types, book, rels strings.Builder
	shared := map[string]int{}
	var order []string
	members := []Member{{"_rels/.rels", []byte(strings.ReplaceAll(rootRelations, "word/document.xml", "xl/workbook.xml"))}}
	for i, g := range grids {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		state := ""
		if i == len(grids)-1 {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&book, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, html.EscapeString(names[i]), i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
		var rows, merges strings.Builder
		add := 0 // rows that were put in
		for line, cells := range g.at() {
			if g.hides(line) {
				fmt.Fprintf(&rows, `<row r="%d" hidden="1">`, line+add+1)
				for _, c := range cells {
					text := c.text
					if g.spoils(c) != "" {
						text = other(text)
					}
					fmt.Fprintf(&rows, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, column(c.c), line+add+1, html.EscapeString(text))
				}
				rows.WriteString(`</row>`)
				add++
			}
			y := line + add
			fmt.Fprintf(&rows, `<row r="%d">`, y+1)
			for _, c := range cells {
				at := column(c.c) + strconv.Itoa(y+1)
				text, rich := sheetText(c.text, g.spoils(c))
				switch {
				case c.text == "":
				case c.value && rich:
					fmt.Fprintf(&rows, `<c r="%s" t="inlineStr"><is>%s</is></c>`, at, text)
				case c.value:
					fmt.Fprintf(&rows, `<c r="%s" s="1"><v>%s</v></c>`, at, c.text)
				default:
					n, ok := shared[c.text]
					if !ok {
						n = len(order)
						shared[c.text], order = n, append(order, c.text)
					}
					fmt.Fprintf(&rows, `<c r="%s" t="s"><v>%d</v></c>`, at, n)
				}
				if c.rs > 1 || c.cs > 1 {
					fmt.Fprintf(&merges, `<mergeCell ref="%s:%s%d"/>`, at, column(c.c+c.cs-1), y+c.rs)
				}
			}
			rows.WriteString(`</row>`)
		}
		sheet := xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows.String() + `</sheetData>`
		if merges.Len() > 0 {
			sheet += `<mergeCells>` + merges.String() + `</mergeCells>`
		}
		members = append(members, Member{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), []byte(sheet + `</worksheet>`)})
	}
	var texts strings.Builder
	for _, s := range order {
		fmt.Fprintf(&texts, `<si><t>%s</t></si>`, html.EscapeString(s))
	}
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const kind = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	return Zip(append([]Member{
		{"[Content_Types].xml", []byte(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` + types.String() + `</Types>`)},
		{"xl/workbook.xml", []byte(xmlHead + `<workbook ` + ns + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + book.String() + `</sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", []byte(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels.String() +
			`<Relationship Id="rIdA" Type="` + kind + `sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rIdB" Type="` + kind + `styles" Target="styles.xml"/></Relationships>`)},
		{"xl/sharedStrings.xml", []byte(xmlHead + `<sst ` + ns + `>` + texts.String() + `</sst>`)},
		{"xl/styles.xml", []byte(xmlHead + `<styleSheet ` + ns + `><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00_ "/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`)},
	}, members...))
}

// column names a column as sheets do: A to Z, then AA.
func column(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return column(n/26-1) + string(rune('A'+n%26))
}
