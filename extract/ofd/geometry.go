package ofd

import (
	"math"
	"strconv"
	"strings"
)

// point is one millimetre in points: OFD measures in the one, package tables in the other.
const point = 72 / 25.4

// matrix is [a b c d e f]: x' = a·x + c·y + e, y' = b·x + d·y + f.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// then is the matrix that applies m and after it n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

// slanted reports whether what is level comes to lie across the page, as watermarks do.
func (m matrix) slanted() bool {
	x, y := math.Abs(m[0]), math.Abs(m[1])
	return min(x, y) > 0.2*max(x, y)
}

// numbers reads a list of numbers; what is none is left out.
func numbers(s string) []float64 {
	var out []float64
	for f := range strings.FieldsSeq(s) {
		if v, err := strconv.ParseFloat(f, 64); err == nil && !math.IsNaN(v) && math.Abs(v) < 1e7 {
			out = append(out, v)
		}
	}
	return out
}

func number(s string, otherwise float64) float64 {
	if n := numbers(s); len(n) == 1 {
		return n[0]
	}
	return otherwise
}

// deltas reads the advances of a text code, at most n of them: numbers, and "g 9 4.5" for nine times 4.5
// (GB/T 33190 §11.3).
func deltas(s string, n int) []float64 {
	var out []float64
	f := strings.Fields(s)
	for i := 0; i < len(f) && len(out) < n; i++ {
		if !strings.EqualFold(f[i], "g") {
			out = append(out, number(f[i], 0))
			continue
		}
		if i+2 >= len(f) {
			break
		}
		v := number(f[i+2], 0)
		for k := int(number(f[i+1], 0)); k > 0 && len(out) < n; k-- {
			out = append(out, v)
		}
		i += 2
	}
	return out
}

type pt struct{ x, y float64 }

// subpath is a chain of straight lines. One with a curve in it is no rule and is left out.
type subpath struct {
	points []pt
	curved bool
	closed bool
}

// subpaths reads the abbreviated data of a path (GB/T 33190 §9.1), at most so many points.
func subpaths(data string, m matrix, most int) []subpath {
	var out []subpath
	f := strings.Fields(data)
	arg := func(i, k int) (pt, bool) { // the k-th pair of arguments after i
		if i+2*k+2 >= len(f) {
			return pt{}, false
		}
		x, y := m.apply(number(f[i+2*k+1], 0), number(f[i+2*k+2], 0))
		return pt{x, y}, true
	}
	for i := 0; i < len(f) && most > 0; i++ {
		most--
		n := len(out) - 1
		switch f[i] {
		case "S", "M":
			if p, ok := arg(i, 0); ok {
				out = append(out, subpath{points: []pt{p}})
				i += 2
			}
		case "L":
			if p, ok := arg(i, 0); ok && n >= 0 {
				out[n].points = append(out[n].points, p)
				i += 2
			}
		case "Q", "B", "A":
			if n >= 0 {
				out[n].curved = true
			}
		case "C", "Z":
			if n >= 0 {
				out[n].closed = true
			}
		}
	}
	return out
}

// rectangle reports whether every side is parallel to an axis.
func (s *subpath) rectangle() bool {
	if len(s.points) < 4 || len(s.points) > 5 {
		return false
	}
	for i := 1; i < len(s.points); i++ {
		if a, b := s.points[i-1], s.points[i]; math.Abs(a.x-b.x) > 0.1 && math.Abs(a.y-b.y) > 0.1 {
			return false
		}
	}
	return true
}
