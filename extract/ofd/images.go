package ofd

import (
	"context"
	"fmt"

	"nianbao/document"
	"nianbao/extract/internal/opc"
)

const maxImages = 200

// Images gives the pictures of a document in the order they are drawn, each once: what is to be read when Read ends in
// document.ErrNeedsOCR. Their number and size are bounded; past a bound the rest is left out with an error. Producers
// use PNG and JPEG, and GB/T 33190 allows others.
func Images(ctx context.Context, data []byte) ([][]byte, error) {
	p, err := opc.Open(data, opc.Options{})
	if err != nil {
		return nil, fmt.Errorf("ofd: %w", err)
	}
	r := &reader{ctx: ctx, opt: Options{}.defaults(), pkg: p, d: &document.Document{Meta: map[string]string{}}}
	if err := r.bodies(); err != nil {
		return nil, err
	}
	var out [][]byte
	seen := map[string]bool{}
	for _, name := range r.shown {
		if seen[name] || !p.Has(name) {
			continue
		}
		seen[name] = true
		b, err := p.Read(name)
		if err != nil {
			return out, fmt.Errorf("ofd: %w", err)
		}
		out = append(out, b)
	}
	return out, nil
}
