// Package text reads plain text: it settles the charset and keeps the lines. The shapes that converters leave tables in
// are understood by the report parser, not here.
package text

import (
	"fmt"
	"strings"

	"nianbao/document"
	"nianbao/extract/html"
)

const maxBytes = 64 << 20

// Read makes one paragraph of each line that is not empty.
func Read(data []byte, charset string) (*document.Document, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("text: %d bytes: %w", len(data), document.ErrTooLarge)
	}
	s, _ := html.Decode(data, charset)
	d := &document.Document{MediaType: "text/plain", Engine: "text"}
	for l := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if l = strings.TrimRight(l, "\r"); strings.TrimSpace(l) != "" || strings.Contains(l, "\t") {
			d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: l})
		}
	}
	return d, nil
}
