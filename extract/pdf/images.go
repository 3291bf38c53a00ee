package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"

	"golang.org/x/image/ccitt"

	"nianbao/document"
	"nianbao/extract/internal/paint"
)

// A PageImage is a picture that a page shows, for optical reading.
type PageImage struct {
	Page int // from 1
	// Number counts the pictures of the page in the order in which they are drawn, small ones too, from 1: the image
	// block "page-3-image-2" of the document is number 2 of page 3.
	Number int
	// Width and Height are in pixels; X0 … Y1 is where it stands, in points from the page's upper left corner, before
	// the page is turned.
	Width, Height  int
	X0, Y0, X1, Y1 float64
	// Turn is how many quarter turns clockwise show the picture as the page shows it.
	Turn int
	// JPEG holds the file as it stands in the document; Image is the picture of any other kind, nil beside JPEG.
	JPEG  []byte
	Image image.Image
}

// Bounds of pictures.
const (
	maxPixels = 100 << 20 // of one picture
	minShare  = 0.002     // of the page that a picture covers; smaller ones are ornaments
)

// Images returns the pictures of all pages in the order in which they are drawn. Kinds that cannot be decoded here
// (JPEG 2000, JBIG2) are left out; when nothing else is there, the error wraps document.ErrUnsupported.
func Images(ctx context.Context, data []byte, opt Options) (out []PageImage, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("pdf: images: %w: the reader failed: %v", document.ErrMalformed, p)
		}
	}()
	opt = opt.defaults()
	if int64(len(data)) > opt.MaxBytes {
		return nil, fmt.Errorf("pdf: %d bytes: %w", len(data), document.ErrTooLarge)
	}
	f, _, err := open(ctx, data, opt)
	if err != nil {
		return nil, err
	}
	leaves, err := f.pages(ctx, opt.MaxPages)
	if err != nil {
		return nil, err
	}
	var skipped error
	for i, l := range leaves {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("pdf: images of page %d: %w", i+1, err)
		}
		k, err := f.ink(ctx, l)
		if errors.Is(err, document.ErrBomb) || ctx.Err() != nil {
			return nil, err
		}
		if k == nil {
			continue
		}
		area := l.area()
		for n, pic := range k.images {
			b := pic.box
			if pic.v == nil || (b.x1-b.x0)*(b.y1-b.y0) < minShare*(area.x1-area.x0)*(area.y1-area.y0) {
				continue
			}
			p, err := f.picture(pic.v)
			if errors.Is(err, document.ErrBomb) {
				return nil, err
			}
			if err != nil {
				skipped = err
				continue
			}
			p.Page, p.Number = i+1, n+1
			p.X0, p.Y0, p.X1, p.Y1 = b.x0-area.x0, area.y1-b.y1, b.x1-area.x0, area.y1-b.y0
			p.Turn = ((l.rotate/90-pic.quarter)%4 + 4) % 4
			out = append(out, p)
		}
	}
	if len(out) == 0 && skipped != nil {
		return nil, skipped
	}
	return out, nil
}

// picture decodes one picture.
func (d *file) picture(v value) (PageImage, error) {
	w, h := integer(v.key("Width")), integer(v.key("Height"))
	if w <= 0 || h <= 0 || int64(w)*int64(h) > maxPixels {
		return PageImage{}, fmt.Errorf("pdf: picture of %d by %d: %w", w, h, document.ErrTooLarge)
	}
	data, filter, parm, err := decoded(v, &d.meter)
	if err != nil {
		return PageImage{}, err
	}
	p := PageImage{Width: w, Height: h}
	bits, channels, palette := d.colours(v)
	switch filter {
	case "":
	case "DCTDecode", "DCT":
		p.JPEG = data
		return p, nil
	case "CCITTFaxDecode", "CCF":
		if data, err = d.fax(data, parm, h); err != nil {
			return PageImage{}, err
		}
		bits, channels = 1, 1
	default:
		return PageImage{}, fmt.Errorf("pdf: picture in %s: %w", filter, document.ErrUnsupported)
	}
	if err := d.meter.take(int64(w) * int64(h) * int64(min(channels, 4))); err != nil {
		return PageImage{}, err
	}
	inverted := false
	if dec := numbers(v.key("Decode"), 8); len(dec) >= 2 && palette == nil {
		inverted = dec[0] > dec[1]
	}
	p.Image = raster(data, w, h, bits, channels, palette, inverted)
	return p, nil
}

// fax decodes CCITT Group 3 and 4 to rows of bits, 0 black.
func (d *file) fax(data []byte, parm value, h int) ([]byte, error) {
	w := 1728
	if c := parm.key("Columns"); c.kind() == number {
		w = clamp(integer(c), 1, 1<<16)
	}
	mode := ccitt.Group3
	if parm.key("K").num() < 0 {
		mode = ccitt.Group4
	}
	r := ccitt.NewReader(bytes.NewReader(data), ccitt.MSB, mode, w, h, &ccitt.Options{
		Invert: parm.key("BlackIs1").num() == 1, Align: parm.key("EncodedByteAlign").num() == 1,
	})
	limit := int64((w+7)/8) * int64(h)
	if err := d.meter.take(limit); err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, limit))
	if err != nil && len(out) == 0 {
		return nil, fmt.Errorf("pdf: fax: %w: %w", document.ErrMalformed, err)
	}
	for int64(len(out)) < limit { // what is missing is white
		out = append(out, 0xff)
	}
	return out, nil
}

// colours says how a picture's samples are stored: bits of a channel, channels, and the palette of indexed ones.
func (d *file) colours(v value) (bits, channels int, palette []color.Color) {
	first := func(keys ...string) value {
		for _, k := range keys {
			if x := v.key(k); x.kind() != null {
				return x
			}
		}
		return nothing{}
	}
	bits, channels = integer(first("BitsPerComponent", "BPC")), 1
	if first("ImageMask", "IM").num() == 1 {
		return 1, 1, nil
	}
	if bits != 1 && bits != 2 && bits != 4 && bits != 16 {
		bits = 8
	}
	cs := first("ColorSpace", "CS")
	if name := cs.index(0).str(); name == "Indexed" || name == "I" {
		base := d.channels(cs.index(1), 0)
		table := []byte(cs.index(3).str())
		if cs.index(3).kind() == dict {
			table, _, _, _ = decoded(cs.index(3), &d.meter) // a damaged palette is an empty one
		}
		for i := 0; i+base <= len(table) && len(palette) < 256; i += base {
			palette = append(palette, sample(table[i:i+base]))
		}
		return bits, 1, palette
	}
	return bits, d.channels(cs, 0), nil
}

// channels is the number of components of a colour space.
func (d *file) channels(cs value, depth int) int {
	name := cs.str()
	if cs.kind() == array {
		name = cs.index(0).str()
	}
	switch name {
	case "DeviceRGB", "RGB", "CalRGB", "Lab":
		return 3
	case "DeviceCMYK", "CMYK":
		return 4
	case "ICCBased":
		if n := integer(cs.index(1).key("N")); n == 3 || n == 4 {
			return n
		}
	case "DeviceN":
		return clamp(cs.index(1).len(), 1, 8)
	}
	return 1
}

// sample is the colour of one pixel of 1, 3 or 4 channels.
func sample(s []byte) color.Color {
	switch len(s) {
	case 3:
		return color.RGBA{s[0], s[1], s[2], 255}
	case 4:
		return color.CMYK{s[0], s[1], s[2], s[3]}
	}
	return color.Gray{s[0]}
}

// raster makes a picture of samples. Missing rows stay white.
func raster(data []byte, w, h, bits, channels int, palette []color.Color, inverted bool) image.Image {
	stride := (w*bits*channels + 7) / 8
	var flip byte
	if inverted {
		flip = 0xff
	}
	at := func(row []byte, i int) byte {
		switch bits {
		case 8:
			return row[i]
		case 16:
			return row[2*i]
		}
		per := 8 / bits
		return row[i/per] >> (8 - bits - bits*(i%per)) & (1<<bits - 1)
	}
	scale := byte(1)
	if bits < 8 {
		scale = 255 / (1<<bits - 1)
	}
	if channels == 1 && palette == nil {
		m := image.NewGray(image.Rect(0, 0, w, h))
		for i := range m.Pix {
			m.Pix[i] = 0xff
		}
		for y := 0; y < h && (y+1)*stride <= len(data); y++ {
			row := data[y*stride : (y+1)*stride]
			for x := range w {
				m.Pix[y*m.Stride+x] = at(row, x)*scale ^ flip
			}
		}
		return m
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = 0xff
	}
	px := make([]byte, channels)
	for y := 0; y < h && (y+1)*stride <= len(data); y++ {
		row := data[y*stride : (y+1)*stride]
		for x := range w {
			if palette != nil {
				if k := int(at(row, x)); k < len(palette) {
					m.Set(x, y, palette[k])
				}
				continue
			}
			for c := range px {
				px[c] = at(row, x*channels+c)*scale ^ flip
			}
			if channels == 2 || channels > 4 {
				m.Set(x, y, color.Gray{px[0]})
				continue
			}
			m.Set(x, y, sample(px))
		}
	}
	return m
}

// A drawnImage is a picture where it was drawn.
type drawnImage struct {
	box
	v       value // nil for inline ones
	quarter int   // the direction of its rows, in quarter turns counter-clockwise
}

// imageAt notes the box of a picture, which fills the unit square.
func (p *interp) imageAt(v value) {
	m := p.st.ctm
	b := drawnImage{box: box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}, v: v}
	for _, c := range [4][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		b.add(m.point(c[0], c[1]))
	}
	g := glyph{dx: m.a, dy: m.b}
	b.quarter = g.quarter()
	if p.why != "" {
		return // on a layer that is off
	}
	if m.b == 0 && m.c == 0 || m.a == 0 && m.d == 0 {
		p.area(b.box, paint.Ink{A: p.st.fillInk().A, Unknown: true}, p.st.solid() && opaque(v), true)
	} else {
		p.area(b.box, paint.Ink{A: 255, Unknown: true}, false, true)
	}
	if len(p.out.images) < 10_000 {
		p.out.images = append(p.out.images, b)
	}
}

// opaque reports whether a picture hides all that lies below it.
func opaque(v value) bool {
	return v != nil && v.key("SMask").kind() == null && v.key("Mask").kind() == null && v.key("ImageMask").num() != 1 && integer(v.key("SMaskInData")) == 0
}
