// Package paint tells which marks of a page a reader sees.
//
// Formats that paint a page draw one thing over another. In go areas and pictures with their place in the drawing order
// and their ink; for a mark drawn with some ink at some place the answer is whether it can be told from what lies below
// it, and whether something opaque was laid over it afterwards. Where the ground or the ink is not known, as with
// patterns and shadings, a mark counts as seen.
//
// The package is pure. Questions are answered from a coarse grid over the page; past its budget everything is seen.
package paint

import "math"

// LeastContrast is the smallest difference between ink and ground that an eye notices on paper, as a share of full
// scale in the colour component that differs most: about eight steps of 255.
const LeastContrast = 0.03

// An Ink is a colour and its opacity. An unknown colour differs from everything.
type Ink struct {
	R, G, B uint8
	A       uint8
	Unknown bool
}

// The inks every page begins with.
var (
	Black = Ink{A: 255}
	White = Ink{R: 255, G: 255, B: 255, A: 255}
)

// RGB is an ink of components from 0 to 1.
func RGB(r, g, b float64) Ink { return Ink{R: octet(r), G: octet(g), B: octet(b), A: 255} }

// CMYK is the ink that four process colours make on white paper.
func CMYK(c, m, y, k float64) Ink {
	return RGB((1-c)*(1-k), (1-m)*(1-k), (1-y)*(1-k))
}

// Fade is the ink at a share of its opacity.
func (k Ink) Fade(share float64) Ink {
	k.A = octet(float64(k.A) / 255 * share)
	return k
}

func octet(v float64) uint8 {
	if !(v > 0) {
		return 0
	}
	return uint8(math.Round(255 * min(v, 1)))
}

// On is what a reader sees of the ink on a ground, from 0 for nothing to 1.
func (k Ink) On(ground Ink) float64 {
	if k.A == 0 {
		return 0
	}
	if k.Unknown || ground.Unknown {
		return float64(k.A) / 255
	}
	d := max(gap(k.R, ground.R), gap(k.G, ground.G), gap(k.B, ground.B))
	return float64(d) / 255 * float64(k.A) / 255
}

func gap(a, b uint8) int {
	if a > b {
		return int(a) - int(b)
	}
	return int(b) - int(a)
}

// A Box is an axis-parallel rectangle, X0 <= X1 and Y0 <= Y1.
type Box struct{ X0, Y0, X1, Y1 float64 }

// Cut is the part of the box within another; ok is false where they do not meet.
func (b Box) Cut(o Box) (c Box, ok bool) {
	c = Box{max(b.X0, o.X0), max(b.Y0, o.Y0), min(b.X1, o.X1), min(b.Y1, o.Y1)}
	return c, c.X0 <= c.X1 && c.Y0 <= c.Y1
}

// Holds reports whether a point lies in the box or at most so far outside.
func (b Box) Holds(x, y, slack float64) bool {
	return x >= b.X0-slack && x <= b.X1+slack && y >= b.Y0-slack && y <= b.Y1+slack
}

// An Area is a filled shape or a picture.
type Area struct {
	Box
	// Order is its place in the drawing order. A mark of the same order is the area's own: neither above nor below it.
	Order int
	Ink   Ink
	// Opaque areas fill their box and hide what was drawn below them. The others make the ground unknown.
	Opaque  bool
	Picture bool
}

// Bounds of one page.
const (
	side      = 32        // buckets of the grid on each side
	maxPlaced = 1_000_000 // areas in buckets
	maxLooked = 20_000_000
)

// A Ground holds the filled areas of a page: what its marks are painted on.
type Ground struct {
	areas   []Area
	page    Box
	buckets [][]int32 // areas by bucket, in drawing order
	looked  int
	full    bool
}

// NewGround sorts areas, which stand in drawing order, over a page. Those that nobody sees, because they have the colour
// of what lies below them, cover all the same.
func NewGround(page Box, areas []Area) *Ground {
	g := &Ground{areas: areas, page: page}
	if len(areas) == 0 {
		return g
	}
	g.buckets = make([][]int32, side*side)
	placed := 0
	for i := range areas {
		x0, y0 := g.bucket(areas[i].X0, areas[i].Y0)
		x1, y1 := g.bucket(areas[i].X1, areas[i].Y1)
		if placed += (x1 - x0 + 1) * (y1 - y0 + 1); placed > maxPlaced {
			g.full = true
			return g
		}
		for y := y0; y <= y1; y++ {
			for x := x0; x <= x1; x++ {
				g.buckets[y*side+x] = append(g.buckets[y*side+x], int32(i))
			}
		}
	}
	return g
}

func (g *Ground) bucket(x, y float64) (bx, by int) {
	at := func(v, lo, hi float64) int {
		if !(hi > lo) {
			return 0
		}
		return int(min(max((v-lo)/(hi-lo)*side, 0), side-1))
	}
	return at(x, g.page.X0, g.page.X1), at(y, g.page.Y0, g.page.Y1)
}

// Below is the ink of the ground at a place for a mark of that order.
func (g *Ground) Below(x, y float64, order int) Ink {
	const edge = 0.5 // points: a mark on the border of two areas lies on the upper one
	if g.full {
		return Ink{A: 255, Unknown: true}
	}
	if g.buckets == nil {
		return White
	}
	bx, by := g.bucket(x, y)
	list := g.buckets[by*side+bx]
	for k := len(list) - 1; k >= 0; k-- {
		if g.looked++; g.looked > maxLooked {
			return Ink{A: 255, Unknown: true}
		}
		a := &g.areas[list[k]]
		if a.Order >= order || !a.Holds(x, y, edge) {
			continue
		}
		if !a.Opaque || a.Picture {
			return Ink{A: 255, Unknown: true}
		}
		return a.Ink
	}
	return White
}

// Covered reports whether an opaque area lies over all of a mark of that order, and whether it is a picture.
func (g *Ground) Covered(mark Box, order int) (covered, picture bool) {
	if g.buckets == nil || g.full {
		return false, false
	}
	bx, by := g.bucket((mark.X0+mark.X1)/2, (mark.Y0+mark.Y1)/2)
	list := g.buckets[by*side+bx]
	for k := len(list) - 1; k >= 0; k-- {
		if g.looked++; g.looked > maxLooked {
			return false, false
		}
		a := &g.areas[list[k]]
		if a.Order <= order {
			return false, false
		}
		if a.Opaque && a.X0 <= mark.X0 && a.X1 >= mark.X1 && a.Y0 <= mark.Y0 && a.Y1 >= mark.Y1 {
			return true, a.Picture
		}
	}
	return false, false
}

// Seen reports whether ink shows at a place.
func (g *Ground) Seen(k Ink, x, y float64, order int) bool {
	if k.A == 0 {
		return false
	}
	return k.On(g.Below(x, y, order)) >= LeastContrast || g.toned(x, y, order)
}

// toned reports whether a shading or a mask, whose colours are not worked out, was painted over a place later: the colour
// of the ground there is then unknown.
func (g *Ground) toned(x, y float64, order int) bool {
	if g.buckets == nil || g.full {
		return false
	}
	bx, by := g.bucket(x, y)
	list := g.buckets[by*side+bx]
	for k := len(list) - 1; k >= 0 && g.looked <= maxLooked; k-- {
		g.looked++
		a := &g.areas[list[k]]
		if a.Order <= order {
			break
		}
		if a.Ink.Unknown && !a.Opaque && !a.Picture && a.Holds(x, y, 0) {
			return true
		}
	}
	return false
}

// SeenRule reports whether a line shows anywhere along its length: it has ink of its own and is not painted over.
func (g *Ground) SeenRule(b Box, k Ink, order int) bool {
	if k.A == 0 {
		return false
	}
	if g.buckets == nil {
		return k.On(White) >= LeastContrast
	}
	for _, f := range [3]float64{0.5, 0.25, 0.75} {
		x, y := b.X0+f*(b.X1-b.X0), b.Y0+f*(b.Y1-b.Y0)
		const half = 0.4 // points: a line on the edge of an area stands out from it
		if covered, _ := g.Covered(Box{x - half, y - half, x + half, y + half}, order); !covered && g.Seen(k, x, y, order) {
			return true
		}
	}
	return false
}
