package ocr

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"io"
	"math"
	"slices"
	"testing"

	"nianbao/extract"
	"nianbao/extract/pdf"
)

func TestSkewAndRules(t *testing.T) {
	for _, degrees := range []float64{-2.5, -0.3, 0, 0.7, 3} {
		g := sheet(t, numbers, degrees)
		k := g.threshold(40, bias)
		a := k.skew()
		if got := -a * 180 / math.Pi; math.Abs(got-degrees) > 0.06 {
			t.Errorf("turned by %.2f°, found %.2f°", degrees, got)
		}
		k = g.rotate(a).threshold(40, bias)
		rules, _ := k.rules(60, 8)
		level, upright := 0, 0
		for _, r := range rules {
			switch {
			case !r.upright && r.b-r.a > 1000:
				level++
			case r.upright && r.b-r.a > 250:
				upright++
			default:
				t.Errorf("turned by %.2f°: a line that is none: %+v", degrees, r)
			}
		}
		if level != 4 || upright != 8 {
			t.Errorf("turned by %.2f°: %d and %d lines, want 4 and 8", degrees, level, upright)
		}
	}
}

func TestPiecesAreCells(t *testing.T) {
	g := sheet(t, numbers, 0)
	k := g.threshold(40, bias)
	rules, mask := k.rules(60, 8)
	for i, is := range mask.p {
		k.p[i] = k.p[i] && !is
	}
	parts := k.parts(maxParts)
	em := emOf(parts, 200)
	ps := pieces(parts, rules, em)
	if len(ps) != 21 {
		t.Fatalf("%d pieces, want 21", len(ps))
	}
	want := 0
	for _, row := range numbers {
		for _, s := range row {
			want += len(s)
		}
	}
	got := 0
	for i := range ps {
		if !ps[i].digits(em) {
			t.Errorf("piece %d does not look like a number", i)
		}
		got += len(ps[i].parts)
	}
	if got != want {
		t.Errorf("%d digits, want %d", got, want)
	}
}

// A row of specks in three of four columns is what a bad scan leaves of a rule; the fourth is empty, so it goes on there.
func TestFaintRules(t *testing.T) {
	var rules []rule
	for _, x := range []float64{100, 200, 300, 400, 500} {
		rules = append(rules, rule{upright: true, pos: x, a: 50, b: 400, thickness: 2})
	}
	speck := func(x, y int) part { return part{box{x, y, x + 2, y + 1}, 2} }
	parts := []part{speck(130, 200), speck(170, 200), speck(220, 201), speck(250, 200), speck(330, 200), speck(370, 200), speck(260, 200), speck(130, 300), speck(430, 320)}
	got := faint(parts, rules, 40, false)
	if len(got) != 1 || got[0].a != 100 || got[0].b != 500 || math.Abs(got[0].pos-200) > 1 {
		t.Errorf("got %+v", got)
	}
	if got := faint(parts, rules, 40, true); len(got) > 0 {
		t.Errorf("upright: %+v", got)
	}
	// Letters in the fourth column stand where the rule would run.
	parts = append(parts, part{box{420, 190, 450, 220}, 400})
	if got := faint(parts, rules, 40, false); len(got) != 1 || got[0].b != 400 {
		t.Errorf("with letters in the way: %+v", got)
	}
}

// A digit that was misread at one place is put right by those that look like it, and the doubt shows.
func TestCompareDigits(t *testing.T) {
	shapes := map[byte]shape{}
	for i, d := range []byte("38") {
		var s shape
		for k := range s {
			if (k/shapeW+i*3)%6 < 3 {
				s[k] = 255
			}
		}
		shapes[d] = s
	}
	make1 := func(looks, readA, readB byte, conf float64) number {
		return number{marks: []mark{{shape: shapes[looks]}}, readings: []guess{{string(readA), conf}, {string(readB), conf}}}
	}
	p := &page{}
	for range 6 {
		p.digits = append(p.digits, make1('3', '3', '3', 0.95), make1('8', '8', '8', 0.95))
	}
	p.digits = append(p.digits, make1('3', '8', '3', 0.8), make1('3', '8', '8', 0.9))
	compareDigits([]*page{p})
	for i, n := range p.digits[:12] {
		if want := string("38"[i%2]); n.text != want || n.confidence < 0.9 {
			t.Errorf("%d: %q, %.2f", i, n.text, n.confidence)
		}
	}
	if n := p.digits[12]; n.text != "3" || n.confidence < 0.5 || n.confidence > 0.9 {
		t.Errorf("misread once: %q, %.2f", n.text, n.confidence)
	}
	if n := p.digits[13]; n.confidence >= 0.6 {
		t.Errorf("misread twice: %q, %.2f", n.text, n.confidence)
	}
}

func TestStripsBecomeOnePage(t *testing.T) {
	strip := func(shade uint8) image.Image {
		m := image.NewGray(image.Rect(0, 0, 40, 10))
		for i := range m.Pix {
			m.Pix[i] = shade
		}
		return m
	}
	list := pages([]pdf.PageImage{
		{Page: 1, Width: 40, Height: 10, X0: 0, Y0: 0, X1: 20, Y1: 5, Image: strip(10)},
		{Page: 1, Width: 40, Height: 10, X0: 0, Y0: 5, X1: 20, Y1: 10, Image: strip(200)},
		{Page: 2, Width: 40, Height: 10, X0: 0, Y0: 0, X1: 20, Y1: 5, Turn: 1, Image: strip(90)},
	})
	if len(list) != 2 {
		t.Fatalf("%d pages", len(list))
	}
	m, err := list[0].Decode(1000)
	if err != nil {
		t.Fatal(err)
	}
	g := toGray(m)
	if g.w != 40 || g.h != 20 || g.p[5*40+20] != 10 || g.p[15*40+20] != 200 {
		t.Errorf("%d×%d: %d, %d", g.w, g.h, g.p[5*40+20], g.p[15*40+20])
	}
	if m, err = list[1].Decode(1000); err != nil || m.Bounds().Dx() != 10 || list[1].Width != 5 {
		t.Errorf("turned: %v, %v", m.Bounds(), err)
	}
	if _, err := list[0].Decode(100); err == nil {
		t.Error("more pixels than allowed")
	}
}

// Any picture at all is laid out without a panic and with few pieces.
func FuzzLayout(f *testing.F) {
	f.Add([]byte{1, 2, 3, 250, 0, 0, 7}, uint8(20))
	f.Add(bytes.Repeat([]byte{0, 255}, 2000), uint8(63))
	f.Fuzz(func(t *testing.T, data []byte, width uint8) {
		w := int(width) + 1
		h := len(data) / w
		if h == 0 || h > 400 {
			return
		}
		g := &gray{w, h, slices.Clone(data[:w*h])}
		k := g.threshold(5, bias)
		g = g.rotate(k.skew())
		rules, mask := k.rules(20, 4)
		for i, is := range mask.p {
			k.p[i] = k.p[i] && !is
		}
		parts := k.parts(maxParts)
		em := emOf(parts, 60)
		rules = append(rules, faint(parts, rules, em, false)...)
		for _, p := range pieces(parts, rules, em) {
			p.digits(em)
			if s := sized(g.crop(p.box, 0).stretched(), p.h(), 30); s.w*s.h > 1<<22 {
				t.Errorf("a piece of %d by %d", s.w, s.h)
			}
			sized(p.strokes(k), p.h(), 30)
		}
	})
}

func BenchmarkLayout(b *testing.B) {
	g := sheet(b, numbers, 1)
	b.SetBytes(int64(len(g.p)))
	for b.Loop() {
		k := g.threshold(40, bias)
		s := g.rotate(k.skew())
		k = s.threshold(40, bias)
		rules, _ := k.rules(60, 8)
		pieces(k.parts(maxParts), rules, 40)
	}
}

func BenchmarkPage(b *testing.B) {
	e := engine(b)
	p := []Picture{sheet(b, numbers, 1).picture(1)}
	for b.Loop() {
		if _, err := e.Read(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}
}

func TestPicturesOfWhatHasNone(t *testing.T) {
	if _, err := Pictures(context.Background(), extract.Input{Data: []byte("text")}); err == nil {
		t.Error("pictures in plain text")
	}
}

// All frames of a TIFF are pictures, in either order of octets, and a chain of directories that loops ends.
func TestFramesOfTIFF(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		build := func(last uint32, shades ...byte) []byte {
			b := []byte("II*\x00")
			if order == binary.BigEndian {
				b = []byte("MM\x00*")
			}
			b = order.AppendUint32(b, 8)
			for i, shade := range shades {
				at := uint32(len(b))
				size := uint32(2 + 12*9 + 4)
				next := at + size + 4
				if i == len(shades)-1 {
					next = last
				}
				b = order.AppendUint16(b, 9)
				for _, e := range [][2]uint32{{256, 2}, {257, 2}, {258, 8}, {259, 1}, {262, 1}, {273, at + size}, {277, 1}, {278, 2}, {279, 4}} {
					b = order.AppendUint16(b, uint16(e[0]))
					b = order.AppendUint16(b, 4)
					b = order.AppendUint32(b, 1)
					b = order.AppendUint32(b, e[1])
				}
				b = order.AppendUint32(b, next)
				b = append(b, shade, shade, shade, shade)
			}
			return b
		}
		for name, last := range map[string]uint32{"ends": 0, "loops": 8, "leaves the file": 1 << 30} {
			list, err := Pictures(context.Background(), extract.Input{Data: build(last, 10, 90, 200)})
			if err != nil || len(list) != 3 {
				t.Fatalf("%v, %s: %d pictures, %v", order, name, len(list), err)
			}
			for i, want := range []uint32{10, 90, 200} {
				m, err := list[i].Decode(100)
				if err != nil {
					t.Fatalf("%v, %s, frame %d: %v", order, name, i, err)
				}
				if r, _, _, _ := m.At(1, 1).RGBA(); r>>8 != want {
					t.Errorf("%v, %s, frame %d: shade %d", order, name, i, r>>8)
				}
			}
		}
	}
}

// A digit that was read as a letter only, or not at all, is known by those that look like it, with doubt; a word stays one.
func TestDigitsThatNothingRead(t *testing.T) {
	var zero, other shape
	for k := range zero {
		if k%6 < 3 {
			zero[k] = 255
		} else {
			other[k] = 255
		}
	}
	p := &page{}
	for range 6 {
		p.digits = append(p.digits, number{marks: []mark{{shape: zero}}, readings: []guess{{"0", 0.95}, {"0", 0.95}}})
	}
	p.digits = append(p.digits,
		number{marks: []mark{{shape: zero}}, word: guess{"D", 0.9}}, number{marks: []mark{{shape: zero}}},
		number{marks: []mark{{shape: other}}, word: guess{"无", 0.9}}, number{marks: []mark{{shape: other}}})
	compareDigits([]*page{p})
	for i, want := range []string{"0", "0", "无", ""} {
		if n := p.digits[6+i]; n.text != want || want == "0" && n.confidence > 0.6 {
			t.Errorf("%d: %q, %.2f, want %q", i, n.text, n.confidence, want)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for i, open := range frames(data) {
			if i >= maxFrames {
				t.Fatalf("more than %d frames", maxFrames)
			}
			if b, err := io.ReadAll(io.LimitReader(open(), 1<<20)); err != nil || len(b) != min(len(data), 1<<20) {
				t.Fatalf("frame %d: %d of %d octets, %v", i, len(b), len(data), err)
			}
			if i > 3 {
				break
			}
		}
	})
}
