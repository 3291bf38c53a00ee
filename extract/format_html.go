package extract

import (
	"context"
	"strings"

	"nianbao/document"
	"nianbao/extract/html"
)

// Web pages, and pages that a browser saved with all they show.
const (
	HTML  = "text/html"
	MHTML = "multipart/related"
)

// htmlFormat comes after markup of one kind: Word and Excel write elements of HTML too.
func htmlFormat() format {
	return format{
		media: HTML,
		is:    isHTML,
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return html.Read(ctx, r.in.Data, r.in.Charset, html.Options{MaxCells: r.lim.MaxCells})
		},
	}
}

func mhtmlFormat() format {
	return format{
		media: MHTML,
		is: func(s *sample) bool {
			t := s.text()
			return t.begins("mime-version:") || t.has("content-type: multipart/related")
		},
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return html.ReadMHTML(ctx, r.in.Data, html.Options{MaxCells: r.lim.MaxCells})
		},
	}
}

// isHTML takes a file for a page by its elements. Where the text could as well be something else, the sender's word
// counts, except for a file that is called a text.
func isHTML(s *sample) bool {
	t, declared := s.text(), strings.Contains(s.declared, "html")
	switch {
	case !t.ok:
		return false
	case t.begins("<!doctype html"), t.has("<html", "<body", "<table", "<head"):
		return true
	case t.begins("<?xml"):
		return t.has("xhtml")
	case t.begins("{", "["):
		return declared
	case t.begins("<") && t.has(">"):
		return true
	}
	return declared && !strings.HasSuffix(strings.ToLower(s.name), ".txt")
}
