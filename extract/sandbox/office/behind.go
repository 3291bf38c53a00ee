package office

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"nianbao/document"
	"nianbao/extract"
)

// A Reader reads one input within limits; extract.Read is one.
type Reader func(context.Context, extract.Input, extract.Limits) (*document.Document, error)

// Behind is a reader that asks read first, and LibreOffice for what read cannot: the result is then read by read. The
// document says so in its engine. What no office format is, or is under a password, keeps read's own error.
func (c *Converter) Behind(read Reader) Reader {
	return func(ctx context.Context, in extract.Input, lim extract.Limits) (*document.Document, error) {
		d, err := read(ctx, in, lim)
		if !errors.Is(err, document.ErrUnsupported) && !errors.Is(err, document.ErrMalformed) {
			return d, err
		}
		media := extract.Sniff(in.Data, in.MediaType, in.Name)
		suffix, to := route(media, in.Name)
		if to == "" {
			return d, err
		}
		b, convErr := c.Convert(ctx, in.Data, suffix, to)
		if convErr != nil {
			return nil, fmt.Errorf("%w; %w", err, convErr)
		}
		converted, readErr := read(ctx, extract.Input{Name: "converted." + to, Data: b}, lim)
		if readErr != nil {
			return nil, fmt.Errorf("%w; as %s by LibreOffice: %w", err, to, readErr)
		}
		converted.Name, converted.MediaType, converted.Engine = in.Name, media, "libreoffice/"+converted.Engine
		return converted, nil
	}
}

// route tells which suffix a file gets for LibreOffice and what it is to become; nothing for what is no office format.
func route(media, name string) (suffix, to string) {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".wps", ".uot", ".uof":
		return ext[1:], "docx"
	case ".et", ".uos", ".xlsb":
		return ext[1:], "xlsx"
	}
	switch media {
	case extract.DOC, extract.OLE:
		return "doc", "docx"
	case extract.RTF:
		return "rtf", "docx"
	case extract.ODT:
		return "odt", "docx"
	case extract.FlatODF:
		return "fodt", "docx"
	case extract.FlatWord:
		return "xml", "docx"
	case extract.XLS:
		return "xls", "xlsx"
	case extract.XLSX:
		return "xlsb", "xlsx"
	case extract.ODS:
		return "ods", "xlsx"
	case extract.PPT:
		return "ppt", "pdf"
	case extract.PPTX:
		return "pptx", "pdf"
	case extract.ODP:
		return "odp", "pdf"
	}
	return "", ""
}
