package docx

import (
	"context"
	"fmt"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

const maxImages = 200

// Images gives the pictures of a document in the order they are shown, each once: what is to be read when Read flags a
// document that needs OCR. Their number and size are bounded; past a bound the rest is left out with an error.
func Images(data []byte) ([][]byte, error) {
	d, err := Read(context.Background(), data, Options{})
	if err != nil {
		return nil, err
	}
	p, err := opc.Open(data, opc.Options{})
	if err != nil {
		return nil, fmt.Errorf("docx: %w", err)
	}
	var out [][]byte
	seen := map[string]bool{}
	for _, b := range d.Blocks {
		if b.Kind != document.Image || seen[b.Text] || !p.Has(b.Text) {
			continue
		}
		if seen[b.Text] = true; len(out) == maxImages {
			return out, fmt.Errorf("docx: more than %d pictures: %w", maxImages, document.ErrTooLarge)
		}
		img, err := p.Read(b.Text)
		if err != nil {
			return out, fmt.Errorf("docx: %w", err)
		}
		out = append(out, img)
	}
	return out, nil
}
