package compose

import (
	"fmt"
	"html"
	"strings"
)

// OFD is the report as a fixed-layout document of GB/T 33190, A4 in millimetres: text with advances, tables ruled by
// lines, page numbers in a template.
func (r *Report) OFD() []byte { return r.FaultyOFD(Sound) }

// FaultyOFD is the same with a fault; one that the format cannot express is left out.
func (r *Report) FaultyOFD(fault Fault) []byte {
	w := &ofdWriter{fault: fault}
	w.newPage()
	w.lines(r.Title, 6.4)
	for _, p := range r.pieces() {
		if p.table != nil {
			w.table(p.table)
			continue
		}
		w.lines("　　"+p.text, 4.6)
	}
	const ns = `xmlns:ofd="http://www.ofdspec.org/2016"`
	members := []Member{
		{"OFD.xml", []byte(`<?xml version="1.0" encoding="UTF-8"?><ofd:OFD ` + ns + ` Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:Title>` + html.EscapeString(r.Title) + `</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`)},
		{"Doc_0/Tpls/Tpl_0.xml", []byte(`<ofd:Page ` + ns + `><ofd:Content><ofd:Layer><ofd:TextObject Boundary="95 285 20 5" Size="3"><ofd:TextCode X="0" Y="3">政府信息公开</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>`)},
	}
	var list strings.Builder
	for i, p := range w.pages {
		name := fmt.Sprintf("Pages/Page_%d/Content.xml", i)
		fmt.Fprintf(&list, `<ofd:Page ID="%d" BaseLoc="%s"/>`, 100+i, name)
		members = append(members, Member{"Doc_0/" + name, []byte(`<?xml version="1.0" encoding="UTF-8"?><ofd:Page ` + ns + `><ofd:Template TemplateID="2"/><ofd:Content><ofd:Layer ID="10">` + p.String() + `</ofd:Layer></ofd:Content></ofd:Page>`)})
	}
	members = append(members, Member{"Doc_0/Document.xml", []byte(`<?xml version="1.0" encoding="UTF-8"?><ofd:Document ` + ns + `><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0.xml"/></ofd:CommonData><ofd:Pages>` + list.String() + `</ofd:Pages></ofd:Document>`)})
	return Zip(members)
}

const ofdMargin = 18.0 // mm

// ofdWriter lays text and tables out from the top of each page to its foot.
type ofdWriter struct {
	pages []*strings.Builder
	y     float64
	fault Fault
	count int // numbers drawn
}

func (w *ofdWriter) newPage() {
	w.pages = append(w.pages, &strings.Builder{})
	w.y = ofdMargin
}

func (w *ofdWriter) show(x, base, size float64, s string) {
	var deltas []string
	runes := []rune(s)
	for i, same := 0, 1; i < len(runes)-1; i += same { // equal advances are counted
		a := advance(runes[i]) * size
		for same = 1; i+same < len(runes)-1 && advance(runes[i+same])*size == a; same++ {
		}
		if same > 1 {
			deltas = append(deltas, fmt.Sprintf("g %d %.3f", same, a))
		} else {
			deltas = append(deltas, fmt.Sprintf("%.3f", a))
		}
	}
	fmt.Fprintf(w.pages[len(w.pages)-1], `<ofd:TextObject Boundary="%.3f %.3f %.3f %.3f" Size="%.3f"><ofd:TextCode X="0" Y="%.3f" DeltaX="%s">%s</ofd:TextCode></ofd:TextObject>`,
		x, base-size, width(s, size)+size, size*1.2, size, size, strings.Join(deltas, " "), html.EscapeString(s))
}

func (w *ofdWriter) lines(s string, size float64) {
	for _, l := range wrap(s, size, 210-2*ofdMargin) {
		if w.y > 297-ofdMargin-size {
			w.newPage()
		}
		w.y += size * 1.7
		w.show(ofdMargin, w.y, size, l)
	}
}

func (w *ofdWriter) line(x0, y0, x1, y1 float64) {
	fmt.Fprintf(w.pages[len(w.pages)-1], `<ofd:PathObject Boundary="%.3f %.3f %.3f %.3f" LineWidth="0.25"><ofd:AbbreviatedData>M 0 0 L %.3f %.3f</ofd:AbbreviatedData></ofd:PathObject>`, x0, y0, max(x1-x0, 0.3), max(y1-y0, 0.3), x1-x0, y1-y0)
}

// table draws a grid; rows that do not fit go on, with what spans them closed and opened again, on the next page.
func (w *ofdWriter) table(g *grid) {
	const size, pad = 3.2, 1.2
	edges := g.edges(1000)
	x := func(i int) float64 { return ofdMargin + float64(edges[i])*(210-2*ofdMargin)/1000 }
	heights := make([]float64, g.height)
	for i := range heights {
		heights[i] = size*1.3 + 2*pad
	}
	for _, c := range g.cells {
		need := float64(len(wrap(c.text, size, x(c.c+c.cs)-x(c.c)-2*pad)))*size*1.3 + 2*pad
		have := 0.0
		for y := c.r; y < c.r+c.rs; y++ {
			have += heights[y]
		}
		if last := c.r + c.rs - 1; need > have {
			heights[last] += need - have
		}
	}
	w.y += 3
	for from := 0; from < g.height; {
		to, foot := from, w.y
		for to < g.height && foot+heights[to] <= 297-ofdMargin {
			foot += heights[to]
			to++
		}
		if to == from {
			w.newPage()
			continue
		}
		tops := make([]float64, g.height+1)
		for i := range tops {
			switch {
			case i <= from:
				tops[i] = w.y
			case i <= to:
				tops[i] = tops[i-1] + heights[i-1]
			default:
				tops[i] = tops[to]
			}
		}
		for _, c := range g.cells {
			r0, r1 := max(c.r, from), min(c.r+c.rs, to)
			if r0 >= r1 {
				continue
			}
			left, right, top, bottom := x(c.c), x(c.c+c.cs), tops[r0], tops[r1]
			w.line(left, top, right, top)
			w.line(left, bottom, right, bottom)
			w.line(left, top, left, bottom)
			w.line(right, top, right, bottom)
			if c.r < from {
				continue
			}
			if c.value {
				w.count++
			}
			text := wrap(c.text, size, right-left-3.5*pad)
			for i, l := range text {
				x, base := left+2.5*pad, top+pad+float64(i+1)*size*1.3-0.6
				if len(text) == 1 && w.fault.spoilt(c, w.count) {
					w.spoil(l, w.count, x, base, size)
				}
				w.show(x, base, size, l)
			}
		}
		w.y = tops[to]
		if from = to; from < g.height {
			w.newPage()
		}
	}
	w.y += 3
}
