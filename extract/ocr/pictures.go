package ocr

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/gif"  // formats of pictures
	_ "image/jpeg" // that pages are
	_ "image/png"  // published in
	"io"
	"math"

	_ "golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff"

	"nianbao/document"
	"nianbao/extract"
	"nianbao/extract/doc"
	"nianbao/extract/docx"
	"nianbao/extract/html"
	"nianbao/extract/odt"
	"nianbao/extract/pdf"
	"nianbao/extract/rtf"
)

// Pictures takes the pictures out of a file: itself, if it is one, all frames of a TIFF, the pages of a PDF, those in
// documents of word processors or within the markup of a web page.
func Pictures(ctx context.Context, in extract.Input) ([]Picture, error) {
	switch media := extract.Sniff(in.Data, in.MediaType, in.Name); media {
	case extract.TIFF:
		var out []Picture
		for i, f := range frames(in.Data) {
			out = append(out, Picture{Page: i + 1, Decode: decoder(f)})
		}
		return out, nil
	case extract.HTML:
		var out []Picture
		for i, data := range html.Images(in.Data) {
			out = append(out, Picture{Page: i + 1, Decode: decoder(whole(data))})
		}
		return out, nil
	case extract.PNG, extract.JPEG, extract.GIF, extract.BMP:
		return []Picture{{Page: 1, Decode: decoder(whole(in.Data))}}, nil
	case extract.PDF:
		images, err := pdf.Images(ctx, in.Data, pdf.Options{})
		if err != nil {
			return nil, err
		}
		return pages(images), nil
	case extract.DOCX:
		return numbered(docx.Images(in.Data))
	case extract.DOC:
		return numbered(doc.Images(in.Data))
	case extract.RTF:
		return numbered(rtf.Images(in.Data), nil)
	case extract.ODT:
		return numbered(odt.Images(in.Data), nil)
	default:
		return nil, fmt.Errorf("ocr: pictures of %s: %w", media, document.ErrUnsupported)
	}
}

// numbered gives pictures that stand on no page the numbers of their order.
func numbered(images [][]byte, err error) ([]Picture, error) {
	if len(images) == 0 {
		return nil, err
	}
	var out []Picture
	for i, data := range images {
		out = append(out, Picture{Page: i + 1, Decode: decoder(whole(data))})
	}
	return out, nil
}

// An opener begins to read a picture file anew.
type opener func() io.Reader

func whole(data []byte) opener { return func() io.Reader { return bytes.NewReader(data) } }

// decoder decodes a picture file once its size is known to be within bounds.
func decoder(data opener) func(int) (image.Image, error) {
	return func(maxPixels int) (image.Image, error) {
		c, _, err := image.DecodeConfig(data())
		if err != nil {
			return nil, fmt.Errorf("picture: %w: %w", document.ErrMalformed, err)
		}
		if c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
			return nil, fmt.Errorf("picture of %d by %d: %w", c.Width, c.Height, document.ErrTooLarge)
		}
		m, _, err := image.Decode(data())
		if err != nil {
			return nil, fmt.Errorf("picture: %w: %w", document.ErrMalformed, err)
		}
		return m, nil
	}
}

// pages gives one picture a page: the only one there is, or the strips that a scanner has cut it into put together.
func pages(images []pdf.PageImage) []Picture {
	var out []Picture
	for len(images) > 0 {
		n := 1
		for n < len(images) && images[n].Page == images[0].Page {
			n++
		}
		list := images[:n]
		images = images[n:]
		p := Picture{Page: list[0].Page}
		x0, y0, x1, y1 := list[0].X0, list[0].Y0, list[0].X1, list[0].Y1
		density := 0.0 // pixels a point
		for _, i := range list {
			x0, y0, x1, y1 = min(x0, i.X0), min(y0, i.Y0), max(x1, i.X1), max(y1, i.Y1)
			if w := i.X1 - i.X0; w > 0 {
				density = max(density, float64(i.Width)/w)
			}
		}
		p.Width, p.Height = x1-x0, y1-y0
		if list[0].Turn%2 == 1 {
			p.Width, p.Height = p.Height, p.Width
		}
		p.Decode = func(maxPixels int) (image.Image, error) {
			if len(list) == 1 {
				m, err := pageImage(list[0], maxPixels)
				if err != nil {
					return nil, err
				}
				return turned(m, list[0].Turn), nil
			}
			w, h := math.Ceil((x1-x0)*density), math.Ceil((y1-y0)*density)
			if !(w*h > 0 && w*h <= float64(maxPixels)) {
				return nil, fmt.Errorf("picture of %.0f by %.0f: %w", w, h, document.ErrTooLarge)
			}
			sheet := image.NewGray(image.Rect(0, 0, int(w), int(h)))
			draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
			for _, i := range list {
				m, err := pageImage(i, maxPixels)
				if err != nil {
					return nil, err
				}
				at := image.Rect(int((i.X0-x0)*density), int((i.Y0-y0)*density), int((i.X1-x0)*density+0.5), int((i.Y1-y0)*density+0.5))
				draw.ApproxBiLinear.Scale(sheet, at, m, m.Bounds(), draw.Src, nil)
			}
			return turned(sheet, list[0].Turn), nil
		}
		out = append(out, p)
	}
	return out
}

func pageImage(p pdf.PageImage, maxPixels int) (image.Image, error) {
	if p.Image == nil {
		return decoder(whole(p.JPEG))(maxPixels)
	}
	if b := p.Image.Bounds(); b.Dx() > maxPixels/max(1, b.Dy()) {
		return nil, fmt.Errorf("picture of %d by %d: %w", b.Dx(), b.Dy(), document.ErrTooLarge)
	}
	return p.Image, nil
}

// turned turns a picture by quarters clockwise.
func turned(m image.Image, quarters int) image.Image {
	if quarters %= 4; quarters == 0 {
		return m
	}
	g := toGray(m)
	for range quarters {
		t := newGray(g.h, g.w)
		for y := range g.h {
			for x := range g.w {
				t.p[x*t.w+g.h-1-y] = g.p[y*g.w+x]
			}
		}
		g = t
	}
	return &image.Gray{Pix: g.p, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}
}
