package extract

import (
	"context"

	"nianbao/document"
	"nianbao/extract/text"
)

// Text, and data in text, which the crawler reads by itself.
const (
	Text = "text/plain"
	JSON = "application/json"
	XML  = "application/xml"
)

// textFormat comes last of all that is text.
func textFormat() format {
	return format{
		media:    Text,
		suffixes: []string{".txt"},
		is:       func(s *sample) bool { return s.text().clean },
		read: func(_ context.Context, r *reading) (*document.Document, error) {
			return text.Read(r.in.Data, r.in.Charset)
		},
	}
}

// xmlFormat comes after all markup of one kind.
func xmlFormat() format {
	return format{media: XML, is: func(s *sample) bool { return s.text().begins("<?xml") }}
}

func jsonFormat() format {
	return format{media: JSON, is: func(s *sample) bool { return s.text().begins("{", "[") }}
}
