package compose

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// RTF is the report in Rich Text Format, its text in Unicode escapes.
func (r *Report) RTF() []byte {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi\ansicpg936\uc1{\fonttbl{\f0\fcharset134 SimSun;}}{\colortbl;\red255\green255\blue255;}{\info{\title ` + rtfText(r.Title) + `}}` + "\n")
	fmt.Fprintf(&b, `\pard\qc\b %s\b0\par`+"\n", rtfText(r.Title))
	for _, p := range r.pieces() {
		if p.table == nil {
			fmt.Fprintf(&b, `\pard %s\par`+"\n", rtfText(p.text))
			continue
		}
		edges := p.table.edges(9000)
		for y := range p.table.height {
			cells := p.table.across(y)
			if p.table.hides(y) {
				b.WriteString(`\trowd\trgaph70`)
				for _, c := range cells {
					fmt.Fprintf(&b, `\cellx%d`, edges[c.c+c.cs])
				}
				for _, c := range cells {
					text := c.text
					if p.table.spoils(c) != "" {
						text = other(text)
					}
					fmt.Fprintf(&b, `\pard\intbl\v %s\cell`, rtfText(text))
				}
				b.WriteString("\\row\\plain\n")
			}
			b.WriteString(`\trowd\trgaph70`)
			for _, c := range cells {
				if c.rs > 1 && c.r == y {
					b.WriteString(`\clvmgf`)
				} else if c.r < y {
					b.WriteString(`\clvmrg`)
				}
				fmt.Fprintf(&b, `\cellx%d`, edges[c.c+c.cs])
			}
			for _, c := range cells {
				text := c.text
				if c.r < y {
					text = ""
				}
				f := Spoil("")
				if text != "" {
					f = p.table.spoils(c)
				}
				fmt.Fprintf(&b, `\pard\intbl %s\cell`, rtfCell(text, f))
			}
			b.WriteString("\\row\n")
		}
	}
	b.WriteString(`\pard\par}`)
	return []byte(b.String())
}

func rtfText(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		switch {
		case u == '\\' || u == '{' || u == '}':
			fmt.Fprintf(&b, `\%c`, u)
		case u < 0x80:
			b.WriteByte(byte(u))
		default:
			fmt.Fprintf(&b, `\u%d?`, int16(u))
		}
	}
	return b.String()
}

// edges are the places of the grid's lines when it is so wide.
func (g *grid) edges(width int) []int {
	sum := 0
	for _, w := range g.weights {
		sum += w
	}
	out, at := []int{0}, 0
	for _, w := range g.weights {
		at += w
		out = append(out, at*width/sum)
	}
	return out
}

// across lists the cells a row passes through, left to right, those that began above too.
func (g *grid) across(y int) []cell {
	var out []cell
	for x := 0; x < g.width; {
		c, ok := g.covering(y, x)
		if !ok {
			c = cell{r: y, c: x, rs: 1, cs: 1}
		}
		out = append(out, c)
		x = c.c + c.cs
	}
	return out
}
