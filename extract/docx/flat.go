package docx

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

// IsFlat reports whether markup is a Word document in one file: a flat package or Word 2003 XML.
func IsFlat(head []byte) bool {
	return bytes.Contains(head, []byte("schemas.microsoft.com/office/2006/xmlPackage")) || bytes.Contains(head, []byte("schemas.microsoft.com/office/word/2003/wordml"))
}

// ReadFlat reads a Word document in one file.
func ReadFlat(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	var members []opc.Member
	dec := opc.Decoder(data)
	for from, name := int64(0), ""; ; {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("docx: %w", document.ErrDeadline)
		}
		before := dec.InputOffset()
		t, err := dec.Token()
		if err != nil {
			break // at the end, or cut off: what was found is read
		}
		if len(members) > 5000 {
			return nil, fmt.Errorf("docx: %d parts: %w", len(members), document.ErrBomb)
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "part":
				name = opc.Attr(t, "name")
			case "xmlData":
				from = dec.InputOffset()
			case "styles":
				if name == "" { // Word 2003: the styles stand beside the body
					from = before
				}
			}
		case xml.EndElement:
			switch {
			case t.Name.Local == "xmlData" && name != "":
				members = append(members, opc.Member{Name: name, Data: cut(data, from, before)})
			case t.Name.Local == "styles" && name == "":
				members = append(members, opc.Member{Name: "word/styles.xml", Data: cut(data, from, dec.InputOffset())})
			}
		}
	}
	p := opc.Of(members)
	main := p.Related("", "/officeDocument")
	if main == "" {
		main = "word/document.xml"
		p = opc.Of(append(members, opc.Member{Name: main, Data: data}))
	}
	return readParts(ctx, p, main, opt)
}

// cut is data[from:to] as far as there is such a thing: offsets are off in files that are not in UTF-8.
func cut(data []byte, from, to int64) []byte {
	to = min(to, int64(len(data)))
	return data[min(from, to):to]
}
