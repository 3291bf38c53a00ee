package doc

import "sort"

// run is a stretch of the file with one list of properties.
type run struct {
	from, to int // offsets in the stream WordDocument
	props    []byte
}

// runs are in ascending order of their offsets.
type runs []run

const (
	pageSize = 512
	papxSize = 13 // of an entry in a page of paragraphs
	chpxSize = 1  // of an entry in a page of characters
)

// readRuns reads the pages of formatted runs that a bin table lists, [MS-DOC] §2.9.33 and §2.9.174.
func (f *file) readRuns(location, entry int) runs {
	plc := f.part(location)
	n := (len(plc) - 4) / 8
	var out runs
	for i := 0; i < n && i <= len(f.main)/pageSize; i++ {
		page := clip(f.main, (u32(plc, 4*(n+1)+4*i)&0x3FFFFF)*pageSize, pageSize)
		if len(page) < pageSize {
			continue
		}
		count := int(page[pageSize-1])
		for k := range count {
			at := 4*(count+1) + entry*k
			if at >= pageSize-1 {
				break
			}
			r := run{from: u32(page, 4*k), to: u32(page, 4*k+4)}
			if o := 2 * int(page[at]); o > 0 && o < pageSize-1 {
				size := int(page[o])
				switch {
				case entry == chpxSize:
					o++
				case size == 0: // an even count of octets has its count in the next
					size = 2 * int(page[o+1])
					o += 2
				default:
					size = 2*size - 1
					o++
				}
				r.props = clip(page, o, size)
			}
			if r.from < r.to {
				out = append(out, r)
			}
		}
	}
	sort.SliceStable(out, func(i, k int) bool { return out[i].from < out[k].from })
	return out
}

// at is the run that covers an offset, or a run without properties.
func (r runs) at(offset int) run {
	i := sort.Search(len(r), func(i int) bool { return r[i].from > offset })
	if i == 0 || r[i-1].to <= offset {
		return run{}
	}
	return r[i-1]
}

// each calls do for every property of a list: its code and its operand, [MS-DOC] §2.6.
func each(grpprl []byte, do func(code int, operand []byte)) {
	for len(grpprl) >= 2 {
		code := u16(grpprl, 0)
		b := grpprl[2:]
		n, skip := 0, 0
		switch code >> 13 {
		case 0, 1:
			n = 1
		case 2, 4, 5:
			n = 2
		case 3:
			n = 4
		case 7:
			n = 3
		case 6:
			switch {
			case len(b) == 0:
				return
			case code == sprmTDefTable || code == sprmTDefTable10: // counts itself in two octets
				n, skip = u16(b, 0)-1, 2
			case code == sprmPChgTabs && b[0] == 255 && len(b) > 1:
				del := int(b[1])
				add := 0
				if i := 2 + 4*del; i < len(b) {
					add = int(b[i])
				}
				n = 2 + 4*del + 3*add
			default:
				n, skip = int(b[0]), 1
			}
		}
		if n < 0 || skip+n > len(b) {
			return
		}
		do(code, b[skip:skip+n])
		grpprl = b[skip+n:]
	}
}

// The properties that are read, [MS-DOC] §2.6.
const (
	sprmPFInTable        = 0x2416
	sprmPFTtp            = 0x2417
	sprmPFInnerTableCell = 0x244B
	sprmPFInnerTtp       = 0x244C
	sprmPItap            = 0x6649
	sprmPDtap            = 0x664A
	sprmPIlvl            = 0x260A
	sprmPIlfo            = 0x460B
	sprmPOutLvl          = 0x2640
	sprmPHugePapx        = 0x6646
	sprmPHugePapx97      = 0x6645
	sprmPTableProps      = 0x646B
	sprmPChgTabs         = 0xC615
	sprmTDefTable        = 0xD608
	sprmTDefTable10      = 0xD606
	sprmTMerge           = 0x5624
	sprmTSplit           = 0x5625
	sprmTVertMerge       = 0xD62B
	sprmTInsert          = 0x7621
	sprmTDelete          = 0x5622
	sprmTDxaCol          = 0x7623
	sprmTDyaRowHeight    = 0x9407
	sprmTDefTableShd     = 0xD612
	sprmTDefTableShd80   = 0xD609
	sprmTDefTableShd2nd  = 0xD616
	sprmTDefTableShd3rd  = 0xD60C
	sprmPShd             = 0xC64D
	sprmPShd80           = 0x442D
)

// grounds reports whether a row's shadings give one of its cells a ground.
func grounds(code int, b []byte) bool {
	if code == sprmTDefTableShd80 {
		for i := 0; i+2 <= len(b); i += 2 {
			if v := u16(b, i); v != 0 && v != 0xFFFF {
				return true
			}
		}
		return false
	}
	for i := 0; i+10 <= len(b); i += 10 {
		if b[i+7] != 0xFF || u16(b, i+8) > 1 && u16(b, i+8) != 0xFFFF {
			return true
		}
	}
	return false
}

// flatRow is the exact height of a row, in twips, below which nothing of it is seen: 1 pt.
const flatRow = 20

// paragraphProps is what a paragraph's properties say of its place.
type paragraphProps struct {
	style            int
	inTable, rowEnd  bool
	innerCell, inner bool // ends a cell, ends a row, of a table in a table
	depth            int
	outline          int // 9 is body text
	list, level      int
	row              *rowProps
	ground           int  // noColor for none
	flat             bool // a row without height
	shaded           bool // a row with cells that have a ground
}

// paragraph gathers the properties of the paragraph whose mark is at cp.
func (f *file) paragraph(cp int) paragraphProps {
	p := paragraphProps{outline: 9, ground: noColor}
	pc := f.text.at(cp)
	if pc == nil {
		return p
	}
	props := f.papx.at(pc.offset(cp)).props
	if len(props) >= 2 {
		p.style = u16(props, 0)
		props = props[2:]
	}
	if p.style < len(f.style) {
		st := f.style[p.style]
		p.outline, p.list, p.level = st.outline, st.list, st.level
	}
	f.apply(&p, props, 0)
	f.apply(&p, pc.grpprl, 0)
	if p.depth == 0 && p.inTable {
		p.depth = 1
	}
	return p
}

func (f *file) apply(p *paragraphProps, grpprl []byte, nested int) {
	row := func() *rowProps {
		if p.row == nil {
			p.row = &rowProps{}
		}
		return p.row
	}
	each(grpprl, func(code int, b []byte) {
		switch code {
		case sprmPFInTable:
			p.inTable = b[0] != 0
		case sprmPFTtp:
			p.rowEnd = b[0] != 0
		case sprmPFInnerTableCell:
			p.innerCell = b[0] != 0
		case sprmPFInnerTtp:
			p.inner = b[0] != 0
		case sprmPItap:
			p.depth = int(int32(u32(b, 0)))
		case sprmPDtap:
			p.depth += int(int32(u32(b, 0)))
		case sprmPOutLvl:
			p.outline = int(b[0])
		case sprmPIlvl:
			p.level = int(b[0])
		case sprmPIlfo:
			p.list = u16(b, 0)
		case sprmPHugePapx, sprmPHugePapx97, sprmPTableProps: // the list goes on in the stream Data
			if at := u32(b, 0); nested < 2 && at+2 <= len(f.data) {
				f.apply(p, clip(f.data, at+2, u16(f.data, at)), nested+1)
			}
		case sprmTDyaRowHeight:
			h := int(int16(u16(b, 0)))
			p.flat = h < 0 && h >= -flatRow
		case sprmTDefTableShd, sprmTDefTableShd80, sprmTDefTableShd2nd, sprmTDefTableShd3rd:
			p.shaded = p.shaded || grounds(code, b)
		case sprmPShd:
			p.ground = charProps{ground: noColor}.with(append([]byte{sprmCShd & 255, sprmCShd >> 8, 10}, b...), charProps{}).ground
		case sprmPShd80:
			p.ground = charProps{ground: noColor}.with(append([]byte{sprmCShd80 & 255, sprmCShd80 >> 8}, b...), charProps{}).ground
		case sprmTDefTable, sprmTDefTable10:
			row().define(b)
		case sprmTMerge, sprmTSplit:
			row().merge(int(b[0]), int(b[1]), code == sprmTMerge)
		case sprmTVertMerge:
			if len(b) >= 2 {
				row().mergeDown(int(b[0]), b[1])
			}
		case sprmTInsert:
			row().insert(int(b[0]), int(b[1]), u16(b, 2))
		case sprmTDelete:
			row().remove(int(b[0]), int(b[1]))
		case sprmTDxaCol:
			row().resize(int(b[0]), int(b[1]), u16(b, 2))
		}
	})
}
