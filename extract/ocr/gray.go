package ocr

import (
	"image"
	"image/color"
	"math"
)

// gray is a page in shades, 0 black.
type gray struct {
	w, h int
	p    []uint8
}

func newGray(w, h int) *gray {
	g := &gray{w, h, make([]uint8, w*h)}
	for i := range g.p {
		g.p[i] = 255
	}
	return g
}

// toGray reads any picture; what is transparent is white.
func toGray(m image.Image) *gray {
	b := m.Bounds()
	g := newGray(b.Dx(), b.Dy())
	switch m := m.(type) {
	case *image.Gray:
		for y := range g.h {
			copy(g.p[y*g.w:(y+1)*g.w], m.Pix[y*m.Stride:])
		}
	case *image.YCbCr:
		for y := range g.h {
			copy(g.p[y*g.w:(y+1)*g.w], m.Y[y*m.YStride:])
		}
	default:
		for y := range g.h {
			for x := range g.w {
				c := color.NRGBAModel.Convert(m.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
				l := (299*uint32(c.R) + 587*uint32(c.G) + 114*uint32(c.B)) / 1000
				g.p[y*g.w+x] = uint8((l*uint32(c.A) + 255*(255-uint32(c.A))) / 255)
			}
		}
	}
	return g
}

// at samples between pixels; outside is white.
func (g *gray) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	dx, dy := x-fx, y-fy
	if ix >= 0 && iy >= 0 && ix+1 < g.w && iy+1 < g.h {
		p := g.p[iy*g.w+ix:]
		q := g.p[(iy+1)*g.w+ix:]
		return (float64(p[0])*(1-dx)+float64(p[1])*dx)*(1-dy) + (float64(q[0])*(1-dx)+float64(q[1])*dx)*dy
	}
	px := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= g.w || y >= g.h {
			return 255
		}
		return float64(g.p[y*g.w+x])
	}
	return (px(ix, iy)*(1-dx)+px(ix+1, iy)*dx)*(1-dy) + (px(ix, iy+1)*(1-dx)+px(ix+1, iy+1)*dx)*dy
}

// rotate turns the page by an angle around its middle, keeping its size.
func (g *gray) rotate(angle float64) *gray {
	out := newGray(g.w, g.h)
	sin, cos := math.Sincos(angle)
	cx, cy := float64(g.w)/2, float64(g.h)/2
	for y := range g.h {
		dy := float64(y) - cy
		for x := range g.w {
			dx := float64(x) - cx
			out.p[y*g.w+x] = uint8(g.at(cx+dx*cos-dy*sin, cy+dx*sin+dy*cos) + 0.5)
		}
	}
	return out
}

// scale resizes; averaging where it shrinks to less than half.
func (g *gray) scale(f float64) *gray {
	out := newGray(max(1, int(float64(g.w)*f+0.5)), max(1, int(float64(g.h)*f+0.5)))
	n := max(1, int(1/f+0.5)) // samples a side
	for y := range out.h {
		for x := range out.w {
			sum := 0.0
			for j := range n {
				for i := range n {
					sum += g.at((float64(x)+(float64(i)+0.5)/float64(n))/f-0.5, (float64(y)+(float64(j)+0.5)/float64(n))/f-0.5)
				}
			}
			out.p[y*out.w+x] = uint8(sum/float64(n*n) + 0.5)
		}
	}
	return out
}

// crop copies a box with a white border around it.
func (g *gray) crop(b box, pad int) *gray {
	out := newGray(b.x1-b.x0+2*pad, b.y1-b.y0+2*pad)
	for y := b.y0; y < b.y1; y++ {
		copy(out.p[(y-b.y0+pad)*out.w+pad:], g.p[y*g.w+b.x0:y*g.w+b.x1])
	}
	return out
}

// stretched makes paper white and the darkest ink black, which takes the grain out of the paper.
func (g *gray) stretched() *gray {
	var count [256]int
	for _, v := range g.p {
		count[v]++
	}
	quantile := func(f float64) int {
		n := 0
		for v, c := range count {
			if n += c; float64(n) >= f*float64(len(g.p)) {
				return v
			}
		}
		return 255
	}
	dark, light := quantile(0.02), quantile(0.6)-20
	out := newGray(g.w, g.h)
	for i, v := range g.p {
		out.p[i] = uint8(max(0, min(255, (int(v)-dark)*255/max(1, light-dark))))
	}
	return out
}

// box is half open: x0 ≤ x < x1.
type box struct{ x0, y0, x1, y1 int }

func (b box) w() int { return b.x1 - b.x0 }
func (b box) h() int { return b.y1 - b.y0 }

func (b box) with(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}

// ink is which pixels are dark.
type ink struct {
	w, h int
	p    []bool
}

// threshold calls a pixel dark that is darker than most around it: uneven light and tinted cells do no harm. bias is by
// how much, in parts of the surroundings' brightness.
func (g *gray) threshold(radius int, bias float64) *ink {
	k := &ink{g.w, g.h, make([]bool, g.w*g.h)}
	// Sums of a band of rows, moved down row by row, and along it of a window.
	cols := make([]uint32, g.w)
	rows := 0
	add := func(y int, sign int) {
		if y < 0 || y >= g.h {
			return
		}
		rows += sign
		for x, v := range g.p[y*g.w : (y+1)*g.w] {
			if sign > 0 {
				cols[x] += uint32(v)
			} else {
				cols[x] -= uint32(v)
			}
		}
	}
	for y := -radius; y < radius; y++ {
		add(y, 1)
	}
	for y := range g.h {
		add(y+radius, 1)
		sum, n := uint64(0), 0
		for x := 0; x < min(radius, g.w); x++ {
			sum += uint64(cols[x])
			n++
		}
		for x := range g.w {
			if x+radius < g.w {
				sum += uint64(cols[x+radius])
				n++
			}
			if x-radius-1 >= 0 {
				sum -= uint64(cols[x-radius-1])
				n--
			}
			mean := float64(sum) / float64(n*rows)
			k.p[y*g.w+x] = float64(g.p[y*g.w+x]) < mean*(1-bias) && g.p[y*g.w+x] < 225
		}
		add(y-radius, -1)
	}
	return k
}

// skew is the angle in radians by which lines of text and rules run down to the right: the one at which the rows of the
// page differ most in ink.
func (k *ink) skew() float64 {
	var xs, ys []float64
	// Upper edges of ink: half the points of strokes, and those that lines are made of.
	for y := 1; y < k.h; y++ {
		for x := range k.w {
			if k.p[y*k.w+x] && !k.p[(y-1)*k.w+x] {
				xs, ys = append(xs, float64(x)), append(ys, float64(y))
			}
		}
	}
	if len(xs) < 200 {
		return 0
	}
	step := max(1, len(xs)/60_000)
	hist := make([]int32, k.h+k.w/4+2)
	score := func(a float64) float64 {
		clear(hist)
		t := math.Tan(a)
		off := float64(k.w) / 8
		for i := 0; i < len(xs); i += step {
			y := int(ys[i] - (xs[i]-float64(k.w)/2)*t + off)
			if y >= 0 && y < len(hist) {
				hist[y]++
			}
		}
		s := 0.0
		for _, n := range hist {
			s += float64(n) * float64(n)
		}
		return s
	}
	best, at := score(0), 0.0
	search := func(mid, reach, step float64) {
		for a := mid - reach; a <= mid+reach; a += step {
			if s := score(a); s > best {
				best, at = s, a
			}
		}
	}
	const degree = math.Pi / 180
	search(0, 4*degree, 0.2*degree)
	search(at, 0.2*degree, 0.04*degree)
	search(at, 0.04*degree, 0.01*degree)
	return at
}
