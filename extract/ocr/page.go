package ocr

import (
	"context"
	"math"
	"strings"

	"nianbao/extract/internal/tables"
)

// page is what was found on one picture.
type page struct {
	number int
	dpi    float64
	em     float64 // size of a character in pixels
	w, h   int
	rules  []rule
	texts  []reading
	digits []number
}

// reading is a line of text.
type reading struct {
	box
	guess
}

// work is at this many pixels an inch: fewer are too few for tesseract, more only take time.
const (
	leastDPI = 150
	mostDPI  = 300
)

// page reads one picture but for the comparison of its digits with others.
func (e *Engine) page(ctx context.Context, p Picture) (*page, error) {
	m, err := p.Decode(e.opt.MaxPixels)
	if err != nil {
		return nil, err
	}
	g := toGray(m)
	m = nil
	dpi := resolution(g, p)
	switch {
	case dpi < leastDPI && g.w*g.h < e.opt.MaxPixels/4:
		g, dpi = g.scale(2), 2*dpi
	case dpi > 1.2*mostDPI:
		g, dpi = g.scale(mostDPI/dpi), mostDPI
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	radius := max(10, int(dpi/5))
	k := g.threshold(radius, bias)
	if a := k.skew(); math.Abs(a) > 0.0004 {
		g = g.rotate(a)
		k = g.threshold(radius, bias)
	}
	rules, mask := k.rules(int(0.3*dpi), max(4, int(dpi/25)))
	for i, is := range mask.p {
		if is {
			k.p[i] = false
			g.p[i] = 255
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	parts := k.parts(maxParts)
	em := emOf(parts, dpi)
	rules = append(rules, append(faint(parts, rules, em, false), faint(parts, rules, em, true)...)...)
	out := &page{number: p.Page, dpi: dpi, em: em, w: g.w, h: g.h, rules: rules}
	return out, e.read(ctx, out, g, k, pieces(parts, rules, out.em))
}

// bias is how much darker than its surroundings ink is.
const bias = 0.15

// resolution is known from the picture's size on its page, or guessed from that of a sheet of paper.
func resolution(g *gray, p Picture) float64 {
	if p.Width > 0 {
		return max(20, float64(g.w)/(p.Width/72))
	}
	inches := 8.27
	if g.w > g.h*5/4 {
		inches = 11.69
	}
	return min(600, max(96, float64(g.w)/inches))
}

// read has tesseract read the pieces: all as Chinese text, what may be numbers twice more as digits.
func (e *Engine) read(ctx context.Context, out *page, g *gray, k *ink, ps []piece) error {
	var texts, shades, strokes []*gray
	var nums []int
	for i := range ps {
		p := &ps[i]
		texts = append(texts, sized(g.crop(p.box, 0).stretched(), max(p.h(), int(out.em*0.8)), 30))
		if p.digits(out.em) {
			nums = append(nums, i)
			shades = append(shades, sized(g.crop(p.box, 0).stretched(), p.h(), 40))
			strokes = append(strokes, sized(p.strokes(k), p.h(), 30))
		}
	}
	chinese, err := e.lines(ctx, texts, "-l", "chi_sim")
	if err != nil {
		return err
	}
	if err := e.again(ctx, ps, k, out.em, chinese); err != nil {
		return err
	}
	digitsOnly := []string{"-l", "eng", "-c", "tessedit_char_whitelist=0123456789.", "-c", "load_system_dawg=0", "-c", "load_freq_dawg=0"}
	one, err := e.lines(ctx, shades, digitsOnly...)
	if err != nil {
		return err
	}
	two, err := e.lines(ctx, strokes, digitsOnly...)
	if err != nil {
		return err
	}
	next := 0
	for i := range ps {
		p := &ps[i]
		r := reading{box: p.box, guess: together(chinese[i])}
		r.text = mended.Replace(r.text)
		if next < len(nums) && nums[next] == i {
			n := next
			next++
			if num, ok := newNumber(p, g, r.guess, one[n], two[n]); ok {
				out.digits = append(out.digits, num)
				continue
			}
		}
		if strings.Trim(r.text, "0123456789.,") == "" {
			r.confidence = min(r.confidence, 0.5) // a number that was read only once
		}
		if r.text != "" {
			out.texts = append(out.texts, r)
		}
	}
	return nil
}

// doubtful is the confidence below which a line is read once more by other means.
const doubtful = 0.75

// again reads lines of low confidence a second time, from their strokes alone and enlarged, and keeps the reading of
// higher confidence.
func (e *Engine) again(ctx context.Context, ps []piece, k *ink, em float64, lines [][]word) error {
	var at []int
	var strokes []*gray
	for i := range ps {
		if g := together(lines[i]); g.text == "" || g.confidence < doubtful {
			at = append(at, i)
			strokes = append(strokes, sized(ps[i].strokes(k), max(ps[i].h(), int(em*0.8)), 40))
		}
	}
	for _, mode := range []string{"7", "13"} {
		more, err := e.lines(ctx, strokes, "-l", "chi_sim", "--psm", mode)
		if err != nil {
			return err
		}
		for n, i := range at {
			if together(more[n]).confidence > together(lines[i]).confidence {
				lines[i] = more[n]
			}
		}
	}
	return nil
}

// margin is the white around a line that is read.
const margin = 12

// sized scales a crop so that of pixels become want, and puts white around it.
func sized(g *gray, of, want int) *gray {
	if f := float64(want) / float64(of); f < 0.9 || f > 1.1 {
		g = g.scale(f)
	}
	return g.crop(box{0, 0, g.w, g.h}, margin)
}

// mended are marks that tesseract takes for others of the same shape, which do not occur in official papers.
var mended = strings.NewReplacer("〈", "（", "〉", "）", "﹐", "，", "﹒", "．")

// layout is the page for package tables, in points.
func (p *page) layout() tables.Page {
	f := 72 / p.dpi
	out := tables.Page{Number: p.number, Width: float64(p.w) * f, Height: float64(p.h) * f}
	for _, r := range p.rules {
		if r.upright {
			out.Rules = append(out.Rules, tables.Rule{X0: r.pos * f, Y0: float64(r.a) * f, X1: r.pos * f, Y1: float64(r.b) * f})
		} else {
			out.Rules = append(out.Rules, tables.Rule{X0: float64(r.a) * f, Y0: r.pos * f, X1: float64(r.b) * f, Y1: r.pos * f})
		}
	}
	run := 0
	put := func(b box, s string, confidence float64) {
		run++
		size := p.em
		if float64(b.h()) > 1.25*p.em {
			size = float64(b.h())
		}
		mid := float64(b.y0+b.y1) / 2
		// Characters share the width by kind: Chinese ones are twice as wide as others.
		weight := func(r rune) float64 {
			if r < 0x2000 {
				return 1
			}
			return 2
		}
		sum := 0.0
		for _, r := range s {
			sum += weight(r)
		}
		x := float64(b.x0)
		for _, r := range s {
			next := x + float64(b.w())*weight(r)/sum
			out.Glyphs = append(out.Glyphs, tables.Glyph{Text: string(r), X0: x * f, X1: next * f, Y0: (mid - size/2) * f, Y1: (mid + size/2) * f, Run: run, Confidence: confidence})
			x = next
		}
	}
	for _, t := range p.texts {
		put(t.box, t.text, t.confidence)
	}
	for _, n := range p.digits {
		put(n.box, n.text, n.confidence)
	}
	return out
}
