package compose

import (
	"encoding/binary"
	"unicode/utf16"
)

// DOC is the report as a Word document of 1997 to 2003: one piece of UTF-16 text, tables by row definitions with
// vertical merges, and deletions and a hidden word that no reader may see.
func (r *Report) DOC() []byte {
	w := &docWriter{}
	w.paragraph(r.Title, 0x0D, nil)
	w.text("本稿", []byte{0x00, 0x08, 1}) // sprmCFRMarkDel
	w.text("密件", []byte{0x3C, 0x08, 1}) // sprmCFVanish
	w.text("\x13 PAGE \x14\x15", nil)   // a field without a result
	w.paragraph("", 0x0D, nil)
	for _, p := range r.pieces() {
		if p.table == nil {
			w.paragraph(p.text, 0x0D, nil)
			continue
		}
		edges := p.table.edges(9000)
		for y := range p.table.height {
			cells := p.table.across(y)
			for _, c := range cells {
				text := c.text
				if c.r < y {
					text = ""
				}
				if text != "" {
					text = w.docCell(text, p.table.spoils(c))
				}
				w.paragraph(text, 0x07, []byte{0x16, 0x24, 1}) // sprmPFInTable
			}
			w.paragraph("", 0x07, rowEnd(cells, edges, y))
			if y == 0 { // a row deleted with the deletion still to be accepted
				whole := []cell{{c: 0, cs: p.table.width, rs: 1}}
				w.text("草稿", []byte{0x00, 0x08, 1})
				w.paragraph("", 0x07, []byte{0x16, 0x24, 1})
				w.paragraph("", 0x07, rowEnd(whole, edges, 0))
				w.runs[len(w.runs)-1].grpprl = []byte{0x00, 0x08, 1}
			}
		}
	}
	w.paragraph("", 0x0D, nil)
	return w.file()
}

// rowEnd is the property list of a row's end: sprmPFInTable, sprmPFTtp and sprmTDefTable.
func rowEnd(cells []cell, edges []int, y int) []byte {
	def := []byte{byte(len(cells))}
	def = le(def, int16(edges[0]))
	for _, c := range cells {
		def = le(def, int16(edges[c.c+c.cs]))
	}
	for _, c := range cells {
		flags := uint16(0)
		if c.rs > 1 && c.r == y {
			flags = 0x60
		} else if c.r < y {
			flags = 0x20
		}
		def = append(le(def, flags), make([]byte, 18)...)
	}
	out := []byte{0x16, 0x24, 1, 0x17, 0x24, 1}
	return append(le(out, uint16(0xD608), uint16(len(def)+1)), def...)
}

type docRun struct {
	end    int // character position behind it
	grpprl []byte
}

// docWriter collects text with the properties of its paragraphs and runs.
type docWriter struct {
	units      []uint16
	paragraphs []docRun
	runs       []docRun
}

func (w *docWriter) text(s string, grpprl []byte) {
	w.units = append(w.units, utf16.Encode([]rune(s))...)
	w.runs = append(w.runs, docRun{len(w.units), grpprl})
}

func (w *docWriter) paragraph(s string, mark uint16, grpprl []byte) {
	w.units = append(append(w.units, utf16.Encode([]rune(s))...), mark)
	w.runs = append(w.runs, docRun{len(w.units), nil})
	w.paragraphs = append(w.paragraphs, docRun{len(w.units), grpprl})
}

const docText = 1024 // where the text begins in the stream

// docPages packs runs into pages of 512 octets: offsets, then an entry each, then the property lists from the end. It
// gives the pages and the offset where each begins.
func docPages(runs []docRun, paragraphs bool) (pages [][]byte, starts []uint32) {
	entry := 1
	if paragraphs {
		entry = 13
	}
	from := 0
	for len(runs) > 0 {
		page := make([]byte, 512)
		bottom, n := 511, 0
		binary.LittleEndian.PutUint32(page, uint32(docText+2*from))
		starts = append(starts, uint32(docText+2*from))
		var places []int
		for n < len(runs) {
			list := runs[n].grpprl
			if paragraphs {
				list = append([]byte{0, 0}, list...) // the style
				if len(list)%2 == 0 {
					list = append([]byte{0, byte(len(list) / 2)}, list...)
				} else {
					list = append([]byte{byte((len(list) + 1) / 2)}, list...)
				}
			} else if list != nil {
				list = append([]byte{byte(len(list))}, list...)
			}
			at := (bottom - len(list)) &^ 1
			if at < 4*(n+2)+entry*(n+1) {
				break
			}
			copy(page[at:], list)
			if bottom = at; list == nil {
				at = 0
			}
			places = append(places, at)
			n++
		}
		for i := range n {
			binary.LittleEndian.PutUint32(page[4*(i+1):], uint32(docText+2*runs[i].end))
			page[4*(n+1)+entry*i] = byte(places[i] / 2)
		}
		page[511] = byte(n)
		from, runs = runs[n-1].end, runs[n:]
		pages = append(pages, page)
	}
	return pages, starts
}

func (w *docWriter) file() []byte {
	main := make([]byte, docText)
	for _, u := range w.units {
		main = binary.LittleEndian.AppendUint16(main, u)
	}
	end := uint32(len(main))
	main = append(main, make([]byte, (512-len(main)%512)%512)...)
	var table []byte
	place := func(index int, b []byte) { // among the locations of the file information block
		binary.LittleEndian.PutUint32(main[154+8*index:], uint32(len(table)))
		binary.LittleEndian.PutUint32(main[158+8*index:], uint32(len(b)))
		table = append(table, b...)
	}
	bins := func(index int, runs []docRun, paragraphs bool) {
		pages, starts := docPages(runs, paragraphs)
		var offsets, numbers []byte
		for i, p := range pages {
			offsets = binary.LittleEndian.AppendUint32(offsets, starts[i])
			numbers = binary.LittleEndian.AppendUint32(numbers, uint32(len(main)/512))
			main = append(main, p...)
		}
		offsets = binary.LittleEndian.AppendUint32(offsets, end)
		place(index, append(offsets, numbers...))
	}
	bins(12, w.runs, false)
	bins(13, w.paragraphs, true)
	plc := le(nil, uint32(0), uint32(len(w.units)), uint16(0), uint32(docText), uint16(0))
	place(33, append(le([]byte{2}, uint32(len(plc))), plc...))
	for at, v := range map[int]uint16{0: 0xA5EC, 2: 0xC1, 6: 0x0804, 10: 0x1200, 32: 14, 62: 22, 152: 93} {
		binary.LittleEndian.PutUint16(main[at:], v)
	}
	binary.LittleEndian.PutUint32(main[24:], docText)
	binary.LittleEndian.PutUint32(main[28:], end)
	binary.LittleEndian.PutUint32(main[64+12:], uint32(len(w.units)))
	return Compound([]Member{{"WordDocument", main}, {"1Table", table}})
}
