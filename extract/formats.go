package extract

import (
	"context"
	"fmt"

	"nianbao/document"
	"nianbao/extract/bundle"
	"nianbao/extract/doc"
	"nianbao/extract/docx"
	"nianbao/extract/html"
	"nianbao/extract/internal/opc"
	"nianbao/extract/odt"
	"nianbao/extract/ofd"
	"nianbao/extract/pdf"
	"nianbao/extract/rtf"
	"nianbao/extract/sheet"
	"nianbao/extract/text"
)

// call is one reading: an input and all it contains share what may be inflated.
type call struct {
	lim  Limits
	left int64
}

// read reads an input by the reader of its format. depth counts the containers around it.
func (c *call) read(ctx context.Context, in Input, depth int) (d *document.Document, err error) {
	cells := c.lim.MaxCells
	zip := opc.Options{MaxTotal: c.lim.MaxInflated}
	part := func(ctx context.Context, name string, data []byte) (*document.Document, error) {
		if depth >= c.lim.MaxDepth {
			return nil, fmt.Errorf("extract: documents nested deeper than %d: %w", c.lim.MaxDepth, document.ErrTooLarge)
		}
		return c.within(ctx, name, data, depth)
	}
	word := docx.Options{Package: zip, MaxCells: cells, Part: part}
	embedded := func(ctx context.Context, data []byte) (*document.Document, error) {
		return c.within(ctx, "", data, depth)
	}
	switch media := Sniff(in.Data, in.MediaType, in.Name); media {
	case HTML:
		d, err = html.Read(ctx, in.Data, in.Charset, html.Options{MaxCells: cells})
	case MHTML:
		d, err = html.ReadMHTML(ctx, in.Data, html.Options{MaxCells: cells})
	case PDF:
		d, err = pdf.Read(ctx, in.Data, pdf.Options{MaxBytes: c.lim.MaxBytes, MaxInflated: c.lim.MaxInflated, MaxPages: c.lim.MaxPages, MaxCells: cells, Part: part})
	case OFD:
		d, err = ofd.Read(ctx, in.Data, ofd.Options{Package: zip, MaxPages: c.lim.MaxPages, MaxCells: cells, Part: part})
	case DOCX:
		d, err = docx.Read(ctx, in.Data, word)
	case FlatWord:
		d, err = docx.ReadFlat(ctx, in.Data, word)
	case OLE:
		d, err = c.envelope(ctx, in, depth)
	case DOC:
		d, err = doc.Read(ctx, in.Data, doc.Options{MaxCells: cells, Object: func(ctx context.Context, stream func(string) []byte) (*document.Document, error) {
			return c.object(ctx, stream, depth)
		}})
	case XLSX:
		d, err = sheet.ReadXLSX(ctx, in.Data, sheet.Options{Package: zip, MaxCells: cells})
	case XLS:
		d, err = sheet.ReadXLS(ctx, in.Data, sheet.Options{MaxCells: cells})
	case FlatSheet:
		d, err = sheet.ReadXML(ctx, in.Data, sheet.Options{MaxCells: cells})
	case ODT, ODS:
		d, err = odt.Read(ctx, in.Data, odt.Options{Package: zip, MaxCells: cells, Object: embedded})
	case FlatODF:
		d, err = odt.ReadFlat(ctx, in.Data, odt.Options{MaxCells: cells, Object: embedded})
	case RTF:
		d, err = rtf.Read(ctx, in.Data, rtf.Options{MaxCells: cells, Object: embedded})
	case ZIP, RAR, SEVEN:
		if depth >= c.lim.MaxDepth {
			return nil, fmt.Errorf("extract: containers nested deeper than %d: %w", c.lim.MaxDepth, document.ErrBomb)
		}
		d, err = bundle.Read(ctx, in.Data, media, bundle.Options{MaxParts: c.lim.MaxParts, MaxMember: c.lim.MaxBytes, Spend: c.spend},
			func(ctx context.Context, name string, data []byte) (*document.Document, error) {
				return c.within(ctx, name, data, depth)
			})
	case Text:
		d, err = text.Read(in.Data, in.Charset)
	case PNG, JPEG, GIF, TIFF, BMP:
		err = fmt.Errorf("extract: %s: %w", media, document.ErrNeedsOCR)
	case PPT, PPTX, ODP:
		err = fmt.Errorf("extract: %s: reading it needs LibreOffice: %w", media, document.ErrUnsupported)
	case "":
		err = fmt.Errorf("extract: empty or unknown content: %w", document.ErrUnsupported)
	default:
		err = fmt.Errorf("extract: %s: %w", media, document.ErrUnsupported)
	}
	if d != nil {
		clean(d)
		if d.Name == "" {
			d.Name = in.Name
		}
	}
	return d, err
}

// within reads what a container or a document holds.
func (c *call) within(ctx context.Context, name string, data []byte, depth int) (*document.Document, error) {
	if depth > c.lim.MaxDepth {
		return nil, fmt.Errorf("extract: files nested deeper than %d: %w", c.lim.MaxDepth, document.ErrBomb)
	}
	return c.read(ctx, Input{Name: name, Data: data}, depth+1)
}

// spend takes note of inflated octets and reports whether there may be more.
func (c *call) spend(n int64) bool {
	c.left -= n
	return c.left >= 0
}
