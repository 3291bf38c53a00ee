package paint_test

import (
	"testing"

	"nianbao/extract/internal/paint"
)

func TestSeen(t *testing.T) {
	page := paint.Box{X1: 600, Y1: 800}
	blue := paint.RGB(0, 0, 1)
	areas := []paint.Area{
		{Box: paint.Box{X0: 100, Y0: 100, X1: 200, Y1: 200}, Order: 5, Ink: blue, Opaque: true},
		{Box: paint.Box{X0: 300, Y0: 100, X1: 400, Y1: 200}, Order: 6, Ink: paint.Ink{Unknown: true, A: 255}},
		{Box: paint.Box{X0: 500, Y0: 100, X1: 600, Y1: 200}, Order: 40, Ink: paint.Ink{Unknown: true, A: 255}},
		{Box: paint.Box{X0: 100, Y0: 300, X1: 200, Y1: 400}, Order: 50, Ink: paint.White, Opaque: true},
		{Box: paint.Box{X0: 300, Y0: 300, X1: 400, Y1: 400}, Order: 51, Ink: paint.White, Opaque: true, Picture: true},
	}
	g := paint.NewGround(page, areas)
	tests := []struct {
		name  string
		k     paint.Ink
		x, y  float64
		order int
		want  bool
	}{
		{"black on white", paint.Black, 50, 50, 10, true},
		{"white on white", paint.White, 50, 50, 10, false},
		{"nearly white on white", paint.RGB(0.98, 0.99, 0.98), 50, 50, 10, false},
		{"light grey on white", paint.RGB(0.9, 0.9, 0.9), 50, 50, 10, true},
		{"white on blue", paint.White, 150, 150, 10, true},
		{"blue on blue", blue, 150, 150, 10, false},
		{"blue below blue", blue, 150, 150, 2, true},
		{"white on a pattern", paint.White, 350, 150, 10, true},
		{"white below a shading", paint.White, 550, 150, 10, true},
		{"white over one", paint.White, 550, 150, 45, true},
		{"transparent", paint.Black.Fade(0), 50, 50, 10, false},
		{"next to transparent", paint.Black.Fade(0.02), 50, 50, 10, false},
		{"faint", paint.Black.Fade(0.2), 50, 50, 10, true},
		{"no ink at all", paint.CMYK(0, 0, 0, 0), 50, 50, 10, false},
		{"black by process colours", paint.CMYK(0, 0, 0, 1), 50, 50, 10, true},
		{"unknown", paint.Ink{Unknown: true, A: 255}, 50, 50, 10, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := g.Seen(tt.k, tt.x, tt.y, tt.order); got != tt.want {
				t.Errorf("seen %v, want %v", got, tt.want)
			}
		})
	}
	for _, tt := range []struct {
		name             string
		x, y             float64
		order            int
		covered, picture bool
	}{
		{"below a later area", 150, 350, 10, true, false},
		{"over it", 150, 350, 60, false, false},
		{"half below it", 100, 350, 10, false, false},
		{"below a later picture", 350, 350, 10, true, true},
		{"elsewhere", 500, 700, 10, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			covered, picture := g.Covered(paint.Box{X0: tt.x - 3, Y0: tt.y - 3, X1: tt.x + 3, Y1: tt.y + 3}, tt.order)
			if covered != tt.covered || picture != tt.picture {
				t.Errorf("covered %v by picture %v", covered, picture)
			}
		})
	}
	if g.SeenRule(paint.Box{X0: 10, Y0: 50, X1: 90, Y1: 50}, paint.White, 10) {
		t.Error("a white line on white is seen")
	}
	if !g.SeenRule(paint.Box{X0: 100, Y0: 150, X1: 200, Y1: 150}, paint.White, 10) {
		t.Error("a white line on blue is not seen")
	}
	if g.SeenRule(paint.Box{X0: 110, Y0: 350, X1: 190, Y1: 350}, paint.Black, 10) {
		t.Error("a line below a later area is seen")
	}
	if !g.SeenRule(paint.Box{X0: 100, Y0: 300, X1: 200, Y1: 300}, paint.Black, 10) {
		t.Error("a line on the edge of a later area is not seen")
	}
}

// Too many areas are not waited for; then everything counts as seen.
func TestBounds(t *testing.T) {
	areas := make([]paint.Area, 2000)
	for i := range areas {
		areas[i] = paint.Area{Box: paint.Box{X1: 600, Y1: 800}, Order: i, Ink: paint.White, Opaque: true}
	}
	g := paint.NewGround(paint.Box{X1: 600, Y1: 800}, areas)
	if !g.Seen(paint.White, 50, 50, 5000) {
		t.Error("past its bound the ground is still taken for known")
	}
}
