package report

import (
	"unicode/utf8"

	"nianbao/document"
)

// What is read of one document at most: all else in this package costs a multiple of these. Reports have some ten
// thousand octets, bundles of a whole county a million.
const (
	maxTokens = 400_000 // cells
	maxCells  = 20_000  // cells of one line
	maxText   = 8 << 20 // octets of running text
	maxBlock  = 512 << 10
)

// bounded is the document with what goes beyond the bounds cut off and said so; one within them is returned as it is.
func bounded(d *document.Document) *document.Document {
	total, long := 0, false
	for i := range d.Blocks {
		total += len(d.Blocks[i].Text)
		long = long || len(d.Blocks[i].Text) > maxBlock
	}
	if total <= maxText && !long {
		return d
	}
	out := *d
	out.Flags = append([]string(nil), d.Flags...)
	out.AddFlag(document.FlagTruncated)
	out.Blocks = nil
	total = 0
	for _, b := range d.Blocks {
		b.Text = cut(b.Text, min(maxBlock, maxText-total))
		if total += len(b.Text); total >= maxText {
			break
		}
		out.Blocks = append(out.Blocks, b)
	}
	return &out
}

// cut is the beginning of a text, at most n octets of whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
