package main

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// jsonLine writes one value as a line of JSON, with Chinese and markup as they are.
func jsonLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// A grid is a table for people: columns as wide as their widest cell, Han characters counted as two.
type grid struct {
	rows  [][]string
	right map[int]bool // columns of numbers
	most  int          // widest cell; 0: no bound
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

func (g *grid) write(w io.Writer) error {
	var width []int
	for _, r := range g.rows {
		for i, c := range r {
			if g.most > 0 {
				c = displaywidth.TruncateString(c, g.most, "…")
				r[i] = c
			}
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], displaywidth.String(c))
		}
	}
	var b strings.Builder
	for _, r := range g.rows {
		for i, c := range r {
			pad := strings.Repeat(" ", width[i]-displaywidth.String(c))
			switch {
			case g.right[i]:
				b.WriteString(pad + c)
			case i == len(r)-1:
				b.WriteString(c)
			default:
				b.WriteString(c + pad)
			}
			if i < len(r)-1 {
				b.WriteString("  ")
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// fit cuts or pads a line to a width in cells of a terminal.
func fit(s string, width int) string {
	s = displaywidth.TruncateString(s, width, "…")
	return s + strings.Repeat(" ", max(0, width-displaywidth.String(s)))
}
