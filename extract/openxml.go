package extract

import (
	"bytes"
	"strings"

	"nianbao/extract/internal/opc"
)

// openXML is the media type of a package of Office Open XML (ECMA-376) by its main part; "" for others. What a
// package embeds, and the types it names for that, decide only where the main part is not known.
func openXML(p *opc.Package) string {
	if p == nil {
		return ""
	}
	kinds := []struct{ word, part, media string }{
		{"wordprocessingml.", "word/document.xml", DOCX},
		{"spreadsheetml.", "xl/workbook.xml", XLSX},
		{"ms-excel.sheet", "xl/workbook.bin", XLSX},
		{"presentationml.", "ppt/presentation.xml", PPTX},
	}
	types, _ := p.Read("[Content_Types].xml") // a damaged package may have lost it
	if main := p.Related("", "/officeDocument"); main != "" && p.Has(main) {
		kind := contentType(types, main)
		for _, k := range kinds {
			if strings.Contains(kind, k.word) || kind == "" && strings.EqualFold(main, k.part) {
				return k.media
			}
		}
	}
	for _, k := range kinds {
		if p.Has(k.part) || bytes.Contains(types, []byte(k.word)) && p.Has("_rels/.rels") {
			return k.media
		}
	}
	return ""
}

// contentType is what the list of types says of a part by its name; empty when it says nothing.
func contentType(types []byte, part string) string {
	var x struct {
		Override []struct {
			Part string `xml:"PartName,attr"`
			Type string `xml:"ContentType,attr"`
		}
	}
	_ = opc.Unmarshal(types, &x) // as far as it goes
	for _, o := range x.Override {
		if strings.EqualFold(strings.TrimPrefix(o.Part, "/"), part) {
			return o.Type
		}
	}
	return ""
}
