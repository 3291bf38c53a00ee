// Package text reads plain text: it determines the charset and keeps the lines, empty ones too, since converters separate
// the rows of tables by them. What tables look like in converted text is known to the report parser, not here.
package text

import (
	"fmt"
	"strings"

	"nianbao/charset"
	"nianbao/document"
)

const (
	maxBytes = 64 << 20
	maxLines = 300_000 // what follows is left out, and the document says so
)

// Read makes one paragraph of each line as it stands, between the first and the last that hold something.
func Read(data []byte, declared string) (*document.Document, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("text: %d bytes: %w", len(data), document.ErrTooLarge)
	}
	s, _ := charset.Decode(data, declared)
	s = strings.Trim(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n")
	d := &document.Document{MediaType: "text/plain", Engine: "text"}
	if strings.TrimSpace(s) == "" {
		return d, nil
	}
	for l := range strings.SplitSeq(s, "\n") {
		if len(d.Blocks) == maxLines {
			d.AddFlag(document.FlagTruncated)
			break
		}
		d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: l})
	}
	return d, nil
}
