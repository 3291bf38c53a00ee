package compose

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// An Encoding is how a PDF names its characters.
type Encoding int

// The encodings met in published files.
const (
	IdentityH Encoding = iota // arbitrary codes explained by a ToUnicode map
	UniGB                     // UniGB-UCS2-H: codes are UTF-16, no map is needed
)

// A4 in points, and what is left blank around the text.
const (
	pageWidth, pageHeight = 595, 842
	marginX, marginY      = 44, 60
	cellPad               = 4.5
)

// PDF is the report as a PDF of several pages with its title: one composite font that is not embedded, tables ruled by
// lines, page numbers at the foot, streams deflated.
func (r *Report) PDF(enc Encoding) []byte { return r.FaultyPDF(enc, Sound) }

// FaultyPDF is the same with a fault.
func (r *Report) FaultyPDF(enc Encoding, fault Fault) []byte {
	w := &pdfWriter{codes: map[rune]int{}, enc: enc, fault: fault}
	w.newPage()
	w.lines(r.Title, 18, true)
	w.y -= 10
	for _, p := range r.pieces() {
		switch {
		case p.table != nil:
			w.table(p.table)
		case p.head:
			w.lines(p.text, 16, false)
		default:
			w.lines("　　"+p.text, 15, false)
		}
	}
	return w.file()
}

// pdfWriter lays text and tables out from the top of each page to its foot.
type pdfWriter struct {
	enc   Encoding
	codes map[rune]int // codes in order of first use, for IdentityH
	order []rune
	pages []*bytes.Buffer
	y     float64
	fault Fault
	notes []pdfNote
	count int // numbers drawn
}

func (w *pdfWriter) newPage() {
	w.pages = append(w.pages, &bytes.Buffer{})
	w.y = pageHeight - marginY
	w.show(pageWidth/2-12, 30, 9, fmt.Sprintf("- %d -", len(w.pages)))
}

func (w *pdfWriter) page() *bytes.Buffer { return w.pages[len(w.pages)-1] }

// encode is a string in hexadecimal codes.
func (w *pdfWriter) encode(s string) string {
	var b strings.Builder
	b.WriteByte('<')
	if w.enc == UniGB {
		for _, u := range utf16.Encode([]rune(s)) {
			fmt.Fprintf(&b, "%04X", u)
		}
	} else {
		for _, c := range s {
			n, ok := w.codes[c]
			if !ok {
				n = len(w.order) + 1
				w.codes[c] = n
				w.order = append(w.order, c)
			}
			fmt.Fprintf(&b, "%04X", n)
		}
	}
	b.WriteByte('>')
	return b.String()
}

// advance is the width of a character in parts of the size: half for ASCII.
func advance(c rune) float64 {
	if c < 0x80 {
		return 0.5
	}
	return 1
}

func width(s string, size float64) float64 {
	sum := 0.0
	for _, c := range s {
		sum += advance(c) * size
	}
	return sum
}

// wrap breaks a string into lines no wider than a width.
func wrap(s string, size, limit float64) []string {
	var out []string
	cur, sum := "", 0.0
	for _, c := range s {
		a := advance(c) * size
		if sum+a > limit && cur != "" {
			out = append(out, cur)
			cur, sum = "", 0
		}
		cur += string(c)
		sum += a
	}
	return append(out, cur)
}

func (w *pdfWriter) show(x, y, size float64, s string) {
	fmt.Fprintf(w.page(), "BT /F1 %g Tf %.2f %.2f Td %s Tj ET\n", size, x, y, w.encode(s))
}

func (w *pdfWriter) lines(s string, size float64, centred bool) {
	for _, l := range wrap(s, size, pageWidth-2*marginX) {
		if w.y < marginY+size {
			w.newPage()
		}
		x := float64(marginX)
		if centred {
			x = (pageWidth - width(l, size)) / 2
		}
		w.y -= size * 1.8
		w.show(x, w.y, size, l)
	}
}

// table draws a grid row by row. A cell that runs over a page's end is closed there and goes on, without its text, on
// the next page, as word processors do.
func (w *pdfWriter) table(g *grid) {
	const size = 9.0
	xs := make([]float64, g.width+1)
	sum := 0
	for _, n := range g.weights {
		sum += n
	}
	xs[0] = marginX
	for i, n := range g.weights {
		xs[i+1] = xs[i] + float64(n)*(pageWidth-2*marginX)/float64(sum)
	}
	heights := make([]float64, g.height)
	for i := range heights {
		heights[i] = size + 2*cellPad + 2
	}
	for _, c := range g.cells {
		n := len(wrap(c.text, size, xs[c.c+c.cs]-xs[c.c]-2*cellPad))
		need := float64(n)*(size+2) + 2*cellPad
		have := 0.0
		for y := c.r; y < c.r+c.rs; y++ {
			have += heights[y]
		}
		if c.rs == 1 && need > have {
			heights[c.r] = need
		} else if need > have {
			heights[c.r+c.rs-1] += need - have
		}
	}
	w.y -= 8
	for from := 0; from < g.height; {
		to, room := from, w.y-marginY
		for to < g.height && heights[to] <= room {
			room -= heights[to]
			to++
		}
		if to == from {
			if w.y < pageHeight-marginY-1 {
				w.newPage()
				continue
			}
			to = from + 1 // a row taller than a page: drawn over its foot rather than never
		}
		w.rows(g, xs, heights, from, to, size)
		if from = to; from < g.height {
			w.newPage()
		}
	}
	w.y -= 8
}

// rows draws the part of a grid from one row to another, which fits the page.
func (w *pdfWriter) rows(g *grid, xs, heights []float64, from, to int, size float64) {
	ys := make([]float64, g.height+1)
	for i := range ys {
		ys[i] = w.y
	}
	for i := from; i < to; i++ {
		ys[i+1] = ys[i] - heights[i]
	}
	for i := to + 1; i <= g.height; i++ {
		ys[i] = ys[to]
	}
	fmt.Fprintf(w.page(), "0.5 w\n")
	for _, c := range g.cells {
		r0, r1 := max(c.r, from), min(c.r+c.rs, to)
		if r0 >= r1 {
			continue
		}
		left, right, top, foot := xs[c.c], xs[c.c+c.cs], ys[r0], ys[r1]
		for i, l := range [][4]float64{{left, top, right, top}, {left, foot, right, foot}, {left, top, left, foot}, {right, top, right, foot}} {
			if i == 0 && r0 > from && !w.fault.ruled(r0, g.height) || i == 1 && r1 < to && !w.fault.ruled(r1, g.height) {
				continue
			}
			fmt.Fprintf(w.page(), "%.2f %.2f m %.2f %.2f l S\n", l[0], l[1], l[2], l[3])
		}
		w.cross(left, right, top, foot)
		if c.r < from {
			continue
		}
		text := wrap(c.text, size, right-left-2*cellPad)
		y := (top+foot)/2 + float64(len(text))*(size+2)/2 - size
		for _, l := range text {
			x := left + cellPad
			if c.value || len(text) == 1 {
				x = (left+right)/2 - width(l, size)/2
			}
			if c.value {
				w.count++
			}
			if w.fault.spoilt(c, w.count) && len(text) == 1 && !w.spoil(c, w.count, x, y, size) {
				continue
			}
			w.show(x, y, size, l)
			y -= size + 2
		}
	}
	w.y = ys[to]
}

// file writes the objects: catalogue, pages, font, then a page and its content in turns.
func (w *pdfWriter) file() []byte {
	var out bytes.Buffer
	var offsets []int
	out.WriteString("%PDF-1.5\n%\xe4\xb8\xad\xe6\x96\x87\n")
	object := func(body string) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	stream := func(data []byte) string {
		var z bytes.Buffer
		f := zlib.NewWriter(&z)
		_, _ = f.Write(data) // writes to memory do not fail
		_ = f.Close()
		return fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", z.Len(), z.String())
	}
	const firstPage = 10
	var kids []string
	for i := range w.pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", firstPage+2*i))
	}
	encoding, info, extra, widths := "Identity-H", "/Registry (Adobe) /Ordering (Identity) /Supplement 0", " /ToUnicode 6 0 R", w.widths()
	if w.enc == UniGB {
		encoding, info, extra, widths = "UniGB-UCS2-H", "/Registry (Adobe) /Ordering (GB1) /Supplement 2", "", "/W [1 95 500]"
	}
	object("<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >> >>")
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids)))
	object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /%s /DescendantFonts [4 0 R]%s >>", encoding, extra))
	object(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << %s >> /DW 1000 %s /FontDescriptor 5 0 R >>", info, widths))
	object("<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -141 1000 859] /ItalicAngle 0 /Ascent 859 /Descent -141 /CapHeight 683 /StemV 95 >>")
	object(stream(w.toUnicode()))
	object("<< /Type /OCG /Name (old) >>")
	object("<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\xff\nendstream")
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	annots := make([]string, len(w.pages))
	for i, n := range w.notes {
		annots[n.page] += fmt.Sprintf(" %d 0 R", firstPage+2*len(w.pages)+2*i)
	}
	for i, p := range w.pages {
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F1 3 0 R >> /Properties << /MC0 7 0 R >> /ExtGState << /GS0 << /ca 0 /CA 0 >> >> /XObject << /Im0 8 0 R >> >> /Annots [%s] /Contents %d 0 R >>",
			pageWidth, pageHeight, annots[i], firstPage+2*i+1))
		object(stream(p.Bytes()))
	}
	for _, n := range w.notes {
		look := ""
		if n.look != "" {
			look = fmt.Sprintf(" /AP << /N %d 0 R >>", len(offsets)+2)
		}
		object("<< " + n.body + look + " >>")
		object(fmt.Sprintf("<< /Type /XObject /Subtype /Form %s /Resources << /Font << /Helv 9 0 R >> >> /Length %d >>\nstream\n%s\nendstream", n.box, len(n.look), n.look))
	}
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return out.Bytes()
}

// widths lists the codes that are half a square wide.
func (w *pdfWriter) widths() string {
	var b strings.Builder
	b.WriteString("/W [")
	for i, c := range w.order {
		if c < 0x80 {
			fmt.Fprintf(&b, " %d [500]", i+1)
		}
	}
	b.WriteString(" ]")
	return b.String()
}

// toUnicode maps codes to characters, in groups of at most a hundred as the CMap syntax asks.
func (w *pdfWriter) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	n := 0
	for group := range slices.Chunk(w.order, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(group))
		for _, c := range group {
			n++
			fmt.Fprintf(&b, "<%04X> <", n)
			for _, u := range utf16.Encode([]rune{c}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}
