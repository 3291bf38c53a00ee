package html

import (
	"strconv"
	"strings"
)

// rgb is an opaque colour; known is false for one that cannot be told: a picture, a gradient, a name not listed here.
type rgb struct {
	r, g, b int
	known   bool
}

var white = rgb{255, 255, 255, true}

// unlike is the least difference of a channel, of 255, at which an eye tells text from its ground.
const unlike = 12

func (c rgb) same(d rgb) bool {
	near := func(x, y int) bool { return x-y < unlike && y-x < unlike }
	return c.known && d.known && near(c.r, d.r) && near(c.g, d.g) && near(c.b, d.b)
}

var colorNames = map[string]rgb{"white": white, "black": {0, 0, 0, true}, "red": {255, 0, 0, true}, "blue": {0, 0, 255, true}, "yellow": {255, 255, 0, true},
	"green": {0, 128, 0, true}, "gray": {128, 128, 128, true}, "grey": {128, 128, 128, true}, "silver": {192, 192, 192, true}, "snow": {255, 250, 250, true},
	"ivory": {255, 255, 240, true}, "whitesmoke": {245, 245, 245, true}, "lightgray": {211, 211, 211, true}, "lightgrey": {211, 211, 211, true},
	"ghostwhite": {248, 248, 255, true}, "floralwhite": {255, 250, 240, true}, "navy": {0, 0, 128, true}, "lightyellow": {255, 255, 224, true}}

// colorOf reads a colour. clear reports one without ink.
func colorOf(s string) (c rgb, clear bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "transparent" {
		return rgb{}, true
	}
	if c, ok := colorNames[s]; ok {
		return c, false
	}
	hex := strings.TrimPrefix(s, "#")
	if v, err := strconv.ParseUint(hex, 16, 32); err == nil {
		n := int(v)
		switch len(hex) {
		case 3:
			return rgb{n >> 8 * 17, n >> 4 & 15 * 17, n & 15 * 17, true}, false
		case 6:
			return rgb{n >> 16, n >> 8 & 255, n & 255, true}, false
		case 8:
			return rgb{n >> 24, n >> 16 & 255, n >> 8 & 255, true}, n&255 == 0
		}
	}
	open := strings.IndexByte(s, '(')
	if open < 0 || !strings.HasPrefix(s, "rgb") {
		return rgb{}, false
	}
	parts := strings.FieldsFunc(strings.TrimSuffix(s[open+1:], ")"), func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if len(parts) < 3 {
		return rgb{}, false
	}
	var v [3]int
	for i := range v {
		p := parts[i]
		f, err := strconv.ParseFloat(strings.TrimSuffix(p, "%"), 64)
		if err != nil {
			return rgb{}, false
		}
		if strings.HasSuffix(p, "%") {
			f *= 2.55
		}
		v[i] = int(min(max(f, 0), 255))
	}
	if len(parts) > 3 {
		f, err := strconv.ParseFloat(strings.TrimSuffix(parts[3], "%"), 64)
		clear = err == nil && f == 0
	}
	return rgb{v[0], v[1], v[2], true}, clear
}

// groundOf reads the colour out of a background; set is false for one that leaves the ground as it is.
func groundOf(value string) (c rgb, set bool) {
	if strings.Contains(value, "url(") || strings.Contains(value, "gradient") {
		return rgb{}, true
	}
	for _, word := range splitOutside(value, ' ') {
		c, clear := colorOf(word)
		if clear {
			return rgb{}, false
		}
		if c.known {
			return c, true
		}
	}
	switch value {
	case "none", "inherit", "initial", "unset", "0", "0 0":
		return rgb{}, false
	}
	return rgb{}, true // a colour that is not known here
}
