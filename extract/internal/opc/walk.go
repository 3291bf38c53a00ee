package opc

import (
	"encoding/xml"
	"fmt"

	"nianbao/document"
)

// A Walk is where a reader stands in a part: how deep, and how deep it may go. What is cut off keeps what was read before,
// and its document is flagged.
type Walk struct {
	Room     string // of the reader, for its errors
	MaxDepth int
	Doc      *document.Document // that a cut is noted on
	depth    int
}

// Children calls element for each child of the element just opened, and text, unless nil, for what stands between;
// element must consume the child to its end.
func (w *Walk) Children(dec *xml.Decoder, element func(xml.StartElement) error, text func(xml.CharData)) error {
	if w.depth++; w.depth > w.MaxDepth {
		return fmt.Errorf("%s: nested deeper than %d: %w", w.Room, w.MaxDepth, document.ErrBomb)
	}
	defer func() { w.depth-- }()
	for {
		t, err := dec.Token()
		if err != nil {
			w.Doc.AddFlag(document.FlagTruncated)
			return nil
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := element(t); err != nil {
				return err
			}
		case xml.CharData:
			if text != nil {
				text(t)
			}
		case xml.EndElement:
			return nil
		}
	}
}

// Attr is the value of an attribute whatever its name space, empty when there is none.
func Attr(s xml.StartElement, name string) string {
	for _, a := range s.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
