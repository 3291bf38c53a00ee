package pdf

import (
	"nianbao/document"
	"nianbao/extract/internal/paint"
)

// A text without a mark, or below a picture, is taken for an optical reading of the picture when one of these holds.
// Else it is something that was hidden.
const (
	opticalPage    = 0.5  // share of such text among all that stands on a page with pictures
	opticalPicture = 0.04 // share of the page that a picture covers whose words, in the main, leave no mark
	opticalBelow   = 0.3  // the same where the words lie below the picture
	opticalGlyphs  = 20   // the least glyphs of such a reading
	outlines       = 100  // curved fills from which on letters may have been turned into shapes
)

// settle decides, after all of a page was painted, what of it a reader sees.
func (k *ink) settle(area box) {
	page := paint.Box{X0: area.x0, Y0: area.y0, X1: area.x1, Y1: area.y1}
	ground := paint.NewGround(page, k.areas)
	var doubtful []int // glyphs that may be an optical reading
	below := make(map[int]bool)
	seen := 0
	for i := range k.glyphs {
		g := &k.glyphs[i]
		if g.why != "" {
			continue
		}
		if g.silent {
			doubtful = append(doubtful, i)
			continue
		}
		x, y := g.centre()
		if !ground.Seen(g.ink, x, y, g.order) {
			g.why = document.WhyInvisible
			continue
		}
		half := 0.2 * g.size
		if covered, picture := ground.Covered(paint.Box{X0: x - half, Y0: y - half, X1: x + half, Y1: y + half}, g.order); picture {
			doubtful = append(doubtful, i)
			below[i] = true
			continue
		} else if covered {
			g.why = document.WhyInvisible
			continue
		}
		seen++
	}
	k.reading(area, doubtful, below, seen)
	for _, s := range k.strokes {
		if ground.SeenRule(paint.Box{X0: s.x0, Y0: s.y0, X1: s.x1, Y1: s.y1}, s.ink, s.order) {
			k.rules = append(k.rules, s.box)
		}
	}
	for _, b := range k.boxes {
		if ground.Seen(b.ink, (b.x0+b.x1)/2, (b.y0+b.y1)/2, b.order) {
			k.fills = append(k.fills, b.box)
		}
	}
}

// reading parts the doubtful glyphs into those of an optical reading, which are the text of a picture, and hidden ones.
func (k *ink) reading(area box, doubtful []int, below map[int]bool, seen int) {
	if len(doubtful) == 0 {
		return
	}
	if all := float64(len(doubtful) + seen); float64(len(doubtful)) > opticalPage*all && (len(k.images) > 0 || k.curves > outlines) {
		k.optical += len(doubtful)
		return
	}
	rest := doubtful
	for _, p := range k.images {
		share := (p.x1 - p.x0) * (p.y1 - p.y0) / max(1, (area.x1-area.x0)*(area.y1-area.y0))
		if share < opticalPicture {
			continue
		}
		var in, out []int
		for _, i := range rest {
			x, y := k.glyphs[i].centre()
			if p.holds(x, y, 0) && (!below[i] || share >= opticalBelow) {
				in = append(in, i)
			} else {
				out = append(out, i)
			}
		}
		if len(in) < opticalGlyphs {
			continue
		}
		shown := 0
		for i := range k.glyphs {
			if g := &k.glyphs[i]; g.why == "" && !g.silent && !below[i] {
				if x, y := g.centre(); p.holds(x, y, 0) {
					shown++
				}
			}
		}
		if len(in) > shown {
			k.optical += len(in)
			rest = out
		}
	}
	for _, i := range rest {
		k.glyphs[i].why = document.WhyInvisible
	}
}
