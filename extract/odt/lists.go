package odt

import (
	"encoding/xml"
	"fmt"
	"nianbao/extract/internal/opc"
	"strconv"
	"strings"

	"nianbao/extract/internal/numbering"
)

// lists counts list numbers. A list is named by its style and a number of its own; one that continues another has that
// one's name.
type lists struct {
	*numbering.Counter
	levels map[string]map[int]numbering.Level // by style
	last   map[string]string                  // by style, and by the id a list was given
	n      int
}

// styleOf is the style of a list.
func (l *lists) styleOf(list string) string {
	style, _, _ := strings.Cut(list, "\x00")
	return style
}

// open names a list that begins.
func (l *lists) open(style, id, continues string, goesOn bool) string {
	name := ""
	if continues != "" {
		name = l.last["#"+continues]
	}
	if name == "" && goesOn {
		name = l.last[style]
	}
	if name == "" {
		l.n++
		name = fmt.Sprintf("%s\x00%d", style, l.n)
		for level, x := range l.levels[style] {
			l.Define(name, level, x)
		}
		l.Use(name, name)
	}
	l.last[style] = name
	if id != "" {
		l.last["#"+id] = name
	}
	return name
}

// restart makes the next item of a list count from n.
func (l *lists) restart(list string, level, n int) {
	x, ok := l.levels[l.styleOf(list)][level]
	if !ok {
		return
	}
	l.n++
	def := fmt.Sprintf("%s\x00%d", list, l.n)
	for lv, y := range l.levels[l.styleOf(list)] {
		l.Define(def, lv, y)
	}
	x.Start = n
	l.Define(def, level, x)
	l.Use(list, def)
}

// listStyle reads the levels of a list style.
func (r *reader) listStyle(name string) error {
	levels := map[int]numbering.Level{}
	r.lists.levels[name] = levels
	return r.children(func(s xml.StartElement) error {
		level, err := strconv.Atoi(opc.Attr(s, "level"))
		if err != nil || level < 1 || level > 10 || s.Name.Local != "list-level-style-number" {
			return r.skip()
		}
		x := numbering.Level{Start: 1, Format: numberFormat(opc.Attr(s, "num-format"))}
		if n, err := strconv.Atoi(opc.Attr(s, "start-value")); err == nil {
			x.Start = n
		}
		if x.Format != "none" {
			shown, err := strconv.Atoi(opc.Attr(s, "display-levels"))
			if err != nil || shown < 1 {
				shown = 1
			}
			var nums []string
			for k := max(1, level-shown+1); k <= level; k++ {
				nums = append(nums, fmt.Sprintf("%%%d", k))
			}
			x.Text = opc.Attr(s, "num-prefix") + strings.Join(nums, ".") + opc.Attr(s, "num-suffix")
		}
		follow := "" // it may stand in a list-level-label-alignment within the level's properties
		err = r.children(func(s xml.StartElement) error {
			return r.children(func(s xml.StartElement) error {
				if v := opc.Attr(s, "label-followed-by"); v != "" {
					follow = v
				}
				return r.skip()
			}, nil)
		}, nil)
		x.Bare = follow == "nothing"
		levels[level-1] = x
		return err
	}, nil)
}

// numberFormat names a format of ODF §19.500 as ECMA-376 does.
func numberFormat(f string) string {
	switch f {
	case "":
		return "none"
	case "a":
		return "lowerLetter"
	case "A":
		return "upperLetter"
	case "i":
		return "lowerRoman"
	case "I":
		return "upperRoman"
	}
	switch []rune(f)[0] {
	case '一', '壹', '二':
		return "chineseCounting"
	case '①':
		return "decimalEnclosedCircle"
	case '１':
		return "decimalFullWidth"
	}
	return "decimal"
}
