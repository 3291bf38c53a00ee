package pdf

import (
	"bytes"
	"math"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A font tells how the bytes of a string are cut into codes, what each means and how wide it is.
type font struct {
	composite bool
	vertical  bool
	toUnicode *cmap
	encoding  *cmap    // an embedded CMap of a composite font
	charset   *charset // a predefined one
	identity  bool
	gbk       bool // a simple font whose strings are GBK
	simple    [256]string
	glyphs    map[uint32]string // text by glyph or CID, from the embedded font program
	cidToGID  []byte
	collect   collection // what CIDs stand for; nil when they belong to no collection
	truetype  bool       // the font program is one of TrueType, whose own map of characters goes before the collection
	unknown   bool       // codes are cut by a CMap that is not known
	widths    map[uint32]float64
	first     int
	simpleW   []float64
	dw        float64
	tall      float64 // height of an em in text space, 1 but for Type 3
	unit      float64 // what widths are multiplied with, 1/1000 but for Type 3
	type3     value
	procs     []string // names of the first glyphs of a Type 3 font
	brings    *bool    // its glyphs set colours of their own; nil: not looked at
	program   value    // the descriptor of a font program not yet read
	meter     *meter   // bounds reading it
}

// A mark is one code of a string as the font explains it.
type mark struct {
	text  string
	width float64 // in text space units at size 1
	space bool    // a single byte 32, to which word spacing applies
}

// loadFont reads a font dictionary.
func loadFont(v value, m *meter) (*font, error) {
	f := &font{dw: 1, unit: 0.001, tall: 1, type3: nothing{}}
	if tu := v.key("ToUnicode"); tu.kind() == dict {
		b, _, _, err := decoded(tu, m)
		if err != nil {
			return nil, err
		}
		if len(b) > 0 {
			f.toUnicode = parseCMap(b)
		}
	}
	switch v.key("Subtype").str() {
	case "Type0":
		return f, f.loadComposite(v, m)
	case "Type3":
		f.loadType3(v)
	}
	f.loadSimple(v)
	if f.procs != nil {
		f.measure(v, m)
	}
	if f.toUnicode != nil {
		return f, nil
	}
	return f, f.embedded(v.key("FontDescriptor"), m)
}

func (f *font) loadComposite(v value, m *meter) error {
	f.composite = true
	d := v.key("DescendantFonts").index(0)
	f.collect = collectionOf(d.key("CIDSystemInfo").key("Ordering").str())
	f.truetype = d.key("FontDescriptor").key("FontFile2").kind() == dict
	switch e := v.key("Encoding"); e.kind() {
	case symbol:
		if c, vertical, ok := predefined(e.str()); ok {
			f.charset, f.vertical = &c, vertical
		} else {
			f.identity = true
			f.unknown = !strings.HasPrefix(e.str(), "Identity")
			f.vertical = strings.HasSuffix(e.str(), "-V")
		}
	case dict:
		b, _, _, err := decoded(e, m)
		if err != nil {
			return err
		}
		f.encoding = parseCMap(b)
		f.vertical = f.encoding.wmode == 1 || integer(e.key("WMode")) == 1
		if c, vertical, ok := predefined(e.key("UseCMap").str()); ok && len(f.encoding.cids)+len(f.encoding.cidrs) == 0 {
			f.charset, f.vertical, f.encoding = &c, f.vertical || vertical, nil
		} else if c, _, ok := predefined(e.key("CMapName").str()); ok && f.toUnicode == nil {
			f.charset = &c
		}
	default:
		f.identity = true
	}
	if dw := d.key("DW"); dw.kind() == number {
		f.dw = dw.num() / 1000
	}
	f.loadW(d.key("W"))
	if g := d.key("CIDToGIDMap"); g.kind() == dict {
		b, _, _, err := decoded(g, m)
		if err != nil {
			return err
		}
		f.cidToGID = b
	}
	if f.charset != nil {
		return nil
	}
	if f.toUnicode != nil { // the font program is asked only for what the map leaves out
		f.program, f.meter = d.key("FontDescriptor"), m
		return nil
	}
	return f.embedded(d.key("FontDescriptor"), m)
}

// loadW reads the widths of a CID font: "c [w w …]" and "c c w".
func (f *font) loadW(w value) {
	f.widths = map[uint32]float64{}
	n := min(w.len(), maxMapped)
	for i := 0; i+1 < n; {
		c := w.index(i).num()
		second := w.index(i + 1)
		if c < 0 || c > 1<<24 {
			return
		}
		if second.kind() == array {
			for k, x := range numbers(second, 65536) {
				f.widths[uint32(c)+uint32(k)] = x / 1000
			}
			i += 2
			continue
		}
		if i+2 >= n {
			return
		}
		x := w.index(i+2).num() / 1000
		for k := c; k <= min(second.num(), c+65536) && len(f.widths) < maxMapped; k++ {
			f.widths[uint32(k)] = x
		}
		i += 3
	}
}

func (f *font) loadType3(v value) {
	f.type3 = v.key("CharProcs")
	fm := numbers(v.key("FontMatrix"), 6)
	if len(fm) != 6 || fm[0] == 0 {
		fm = []float64{0.001, 0, 0, 0.001, 0, 0}
	}
	f.unit = fm[0]
	if f.unit < 0 {
		f.unit = -f.unit
	}
	bbox := numbers(v.key("FontBBox"), 4)
	if len(bbox) == 4 {
		h := (bbox[3] - bbox[1]) * fm[3]
		if h < 0 {
			h = -h
		}
		if most := tallest(fm[3]); h > 0.2 && h < most {
			f.tall = h
		}
	}
	f.dw = 0
}

// tallest is how high the box of a Type 3 font may be, in text space: fonts whose glyphs are drawn in text space itself have a
// matrix near one and tall glyphs.
func tallest(scale float64) float64 {
	if scale > 0.02 || scale < -0.02 {
		return 5000
	}
	return 5
}

// measure takes the height of a Type 3 font that gives no box from the boxes of its first glyphs (operator d1).
func (f *font) measure(v value, m *meter) {
	fm := numbers(v.key("FontMatrix"), 6)
	if f.tall != 1 || len(fm) != 6 || fm[3] < 0.02 && fm[3] > -0.02 {
		return
	}
	for _, name := range f.procs {
		b, _, _, err := decoded(f.type3.key(name), m)
		if err != nil {
			return
		}
		x := lexer{b: b[:min(len(b), 500)]}
		var n []float64
		for range 10 {
			o := x.object(false)
			if o.k == number {
				n = append(n, o.f)
				continue
			}
			if o.is("d1") && len(n) == 6 {
				if h := math.Abs((n[5] - n[3]) * fm[3]); h > f.tall {
					f.tall = h
				}
			}
			break
		}
	}
}

func (f *font) loadSimple(v value) {
	f.first = integer(v.key("FirstChar"))
	f.simpleW = numbers(v.key("Widths"), 256)
	desc := v.key("FontDescriptor")
	if mw := desc.key("MissingWidth"); mw.kind() == number {
		f.dw = mw.num() / 1000
	} else if f.unit == 0.001 {
		f.dw = 0.5
	}
	enc := v.key("Encoding")
	base := enc.str()
	if enc.kind() == dict {
		base = enc.key("BaseEncoding").str()
	}
	file := desc.key("FontFile").kind() == dict || desc.key("FontFile2").kind() == dict || desc.key("FontFile3").kind() == dict
	if name := v.key("BaseFont").str(); f.toUnicode == nil && !file && chineseFont(name) && enc.kind() != dict {
		f.gbk = true
		return
	}
	table := standardEncoding
	switch {
	case base == "WinAnsiEncoding" || base == "" && v.key("Subtype").str() != "Type1":
		table = winAnsi
	case base == "MacRomanEncoding":
		table = macRoman
	case file && base == "":
		table = [256]string{}
	}
	face := standardFace(v.key("BaseFont").str())
	if !file && base == "" {
		switch face {
		case "Symbol":
			table = symbolTable()
		case "ZapfDingbats":
			table = dingbatTable()
		}
	}
	f.simple = table
	diffs := enc.key("Differences")
	at := 0
	for i := range min(diffs.len(), 1024) {
		switch e := diffs.index(i); e.kind() {
		case number:
			at = integer(e)
		case symbol:
			if at >= 0 && at < 256 {
				f.simple[at] = glyphText(e.str())
			}
			if f.type3.kind() == dict && len(f.procs) < 3 {
				f.procs = append(f.procs, e.str())
			}
			at++
		}
	}
	if len(f.simpleW) == 0 && face != "" && v.key("Subtype").str() != "Type3" {
		f.standard(face)
	}
}

// standard takes the widths of a standard font, by the characters that codes mean.
func (f *font) standard(face string) {
	widths := standardWidths()[face]
	f.first = 0
	f.simpleW = make([]float64, 256)
	latin := map[string]int{}
	if face != "Symbol" && face != "ZapfDingbats" {
		for c := 255; c >= 0x20; c-- {
			latin[winAnsi[c]] = c
		}
	}
	for c := 0x20; c < 256; c++ {
		at := c
		if w, ok := latin[f.simple[c]]; ok {
			at = w
		}
		f.simpleW[c] = widths[at-0x20]
	}
}

// chineseFont reports whether a font's name is that of a Chinese face: official papers print such fonts, not embedded,
// as WinAnsi with strings in GBK.
func chineseFont(name string) bool {
	if i := strings.IndexByte(name, '+'); i == 6 {
		name = name[7:]
	}
	if b, err := simplifiedchinese.GBK.NewDecoder().String(name); err == nil && b != name {
		name += b
	}
	low := strings.ToLower(name)
	for _, s := range []string{"宋", "仿", "黑体", "楷", "隶", "方正", "华文", "文鼎", "微软", "小标", "simsun", "nsimsun", "simhei", "simkai", "simfang", "fangsong", "kaiti", "heiti", "songti", "youyuan", "lisu", "stsong", "stfang", "stkai", "stxi", "stzhong", "xiaobiaosong", "fzxbs", "fzfs", "fzhei", "fzkt", "fzss", "founder", "msyh", "yahei", "gb2312", "gbk", "hanyi", "dengxian"} {
		if strings.Contains(low, s) {
			return true
		}
	}
	return false
}

// next cuts the first code off b.
func (f *font) next(b []byte) (mark, int) {
	if f.composite {
		return f.nextComposite(b)
	}
	c := b[0]
	if f.gbk {
		if n := 2; gbkBig(c) && len(b) > 1 {
			s, err := simplifiedchinese.GBK.NewDecoder().Bytes(b[:n])
			if err != nil {
				s = []byte("\uFFFD")
			}
			return mark{text: string(s), width: f.simpleWidth(c) + f.simpleWidth(b[1])}, n
		}
		return mark{text: string(rune(c)), width: f.simpleWidth(c), space: c == ' '}, 1
	}
	m := mark{width: f.simpleWidth(c), space: c == ' '}
	if f.toUnicode != nil {
		if s, ok := f.toUnicode.text(uint32(c)); ok {
			m.text = s
			return m, 1
		}
	}
	switch m.text = f.simple[c]; {
	case m.text != "":
	case f.glyphs != nil:
		m.text = f.glyphs[uint32(c)]
	}
	if m.text == "" {
		m.text = "\uFFFD"
	}
	return m, 1
}

func (f *font) simpleWidth(c byte) float64 {
	if i := int(c) - f.first; i >= 0 && i < len(f.simpleW) {
		return f.simpleW[i] * f.unit
	}
	return f.dw
}

func (f *font) nextComposite(b []byte) (mark, int) {
	var m mark
	n := 2
	var c, cid uint32
	known := true
	switch {
	case f.charset != nil:
		n, m.text = f.charset.next(b)
		c = code(b[:n])
		known = false
		r := []rune(m.text)
		if len(r) == 1 && r[0] >= 0x20 && r[0] < 0x7f && f.charset.ascii > 0 {
			cid, known = f.charset.ascii+uint32(r[0])-0x20, true
			if _, ok := f.widths[cid]; !ok {
				for _, base := range []uint32{1, 814} {
					if _, ok := f.widths[base+uint32(r[0])-0x20]; ok {
						cid = base + uint32(r[0]) - 0x20
					}
				}
				if _, ok := f.widths[cid]; !ok {
					m.width = 0.5
					known = false
				}
			}
		} else {
			m.width = f.dw
		}
	case f.encoding != nil:
		n = f.encoding.length(b)
		c = code(b[:n])
		cid, known = f.encoding.cid(c)
	default:
		if len(b) < 2 {
			return mark{text: ""}, len(b)
		}
		c = code(b[:2])
		cid = c
	}
	if known {
		w, ok := f.widths[cid]
		if !ok {
			w = f.dw
		}
		m.width = w
	}
	m.space = n == 1 && b[0] == ' '
	if f.toUnicode != nil {
		if s, ok := f.toUnicode.text(c); ok {
			m.text = s
			return m, n
		}
	}
	if m.text == "" {
		m.text = f.cidText(cid)
	}
	return m, n
}

// cidText is what a glyph means when no map says: by the embedded font, or by the character collection.
func (f *font) cidText(cid uint32) string {
	if f.unknown {
		return "\uFFFD" // a CID that was guessed would read as another character
	}
	if !f.truetype {
		if s, ok := f.collect.text(cid); ok {
			return s
		}
	}
	if f.program != nil && cid > 3 {
		desc := f.program
		f.program = nil
		if f.embedded(desc, f.meter) != nil {
			f.glyphs = nil
		}
	}
	gid := cid
	if 2*int(cid)+1 < len(f.cidToGID) {
		gid = uint32(f.cidToGID[2*cid])<<8 | uint32(f.cidToGID[2*cid+1])
	}
	if s, ok := f.glyphs[gid]; ok {
		return s
	}
	if f.truetype {
		if s, ok := f.collect.text(cid); ok {
			return s
		}
	}
	if f.toUnicode != nil && cid <= 3 {
		return "" // blanks and the missing glyph, which maps often leave out
	}
	return "\uFFFD"
}

// coloured reports whether the glyphs of a Type 3 font bring colours of their own (operator d0), whatever the ink.
func (f *font) coloured(m *meter) bool {
	if f.brings != nil {
		return *f.brings
	}
	brings := false
	for _, name := range f.procs {
		if b, _, _, err := decoded(f.type3.key(name), m); err == nil && bytes.Contains(b[:min(len(b), 200)], []byte("d0")) {
			brings = true
		}
	}
	f.brings = &brings
	return brings
}
