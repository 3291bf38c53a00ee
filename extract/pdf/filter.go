package pdf

import (
	"bytes"
	"compress/flate"
	"encoding/ascii85"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"io"

	"nianbao/document"
)

// A meter bounds what all streams of a document inflate to together, and notes whether one was damaged.
type meter struct {
	left    int64
	damaged bool
}

// take accounts for n bytes.
func (m *meter) take(n int64) error {
	if m.left -= n; m.left < 0 {
		return fmt.Errorf("pdf: streams: %w", document.ErrBomb)
	}
	return nil
}

// read reads all of r within the bound. What came before damage is kept.
func (m *meter) read(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, m.left+1))
	if terr := m.take(int64(len(b))); terr != nil {
		return nil, terr
	}
	if err != nil {
		m.damaged = true
	}
	return b, nil
}

// inflate undoes FlateDecode. Streams whose header or checksum is damaged give what they hold.
func inflate(b []byte, m *meter) ([]byte, error) {
	for len(b) > 0 && (b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	if len(b) < 2 {
		return nil, nil
	}
	wrapped := b[0]&0x0f == 8 && (int(b[0])<<8|int(b[1]))%31 == 0
	if wrapped {
		b = b[2:]
	} else {
		m.damaged = true
	}
	r := bytes.NewReader(b)
	out, err := m.read(flate.NewReader(r))
	if sum := b[len(b)-r.Len():]; err == nil && wrapped && len(sum) >= 4 && binary.BigEndian.Uint32(sum) != adler32.Checksum(out) {
		m.damaged = true
	}
	return out, err
}

// predict undoes the PNG and TIFF predictors.
func predict(b []byte, predictor, colors, bits, columns int) []byte {
	if predictor < 2 {
		return b
	}
	colors, bits, columns = clamp(colors, 1, 32), clamp(bits, 1, 16), clamp(columns, 1, 1<<20)
	bpp := max(1, colors*bits/8)
	stride := (colors*bits*columns + 7) / 8
	if predictor == 2 {
		if bits == 8 {
			for row := 0; row+stride <= len(b); row += stride {
				for i := row + bpp; i < row+stride; i++ {
					b[i] += b[i-bpp]
				}
			}
		}
		return b
	}
	out := make([]byte, 0, len(b))
	prev := make([]byte, stride)
	for len(b) > 1 {
		method := b[0]
		n := min(stride, len(b)-1)
		row := make([]byte, stride)
		copy(row, b[1:1+n])
		b = b[1+n:]
		for i := range row {
			var left, upLeft byte
			if i >= bpp {
				left, upLeft = row[i-bpp], prev[i-bpp]
			}
			switch method {
			case 1:
				row[i] += left
			case 2:
				row[i] += prev[i]
			case 3:
				row[i] += byte((int(left) + int(prev[i])) / 2)
			case 4:
				row[i] += paeth(left, prev[i], upLeft)
			}
		}
		out = append(out, row[:n]...)
		prev = row
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}

func clamp(x, lo, hi int) int { return min(max(x, lo), hi) }

func asciiHex(b []byte) []byte {
	x := lexer{b: append([]byte{'<'}, b...)}
	return x.hex()
}

func ascii85Decode(b []byte, m *meter) ([]byte, error) {
	clean := make([]byte, 0, len(b))
	opened := -1
	for i, c := range b {
		if i == opened {
			continue
		}
		if c == '~' {
			break
		}
		if c == '<' && len(clean) == 0 && i+1 < len(b) && b[i+1] == '~' {
			opened = i + 1 // an opening mark, which only the beginning can be
			continue
		}
		if c >= '!' && c <= 'u' || c == 'z' {
			clean = append(clean, c)
		}
	}
	return m.read(ascii85.NewDecoder(bytes.NewReader(clean)))
}

func runLength(b []byte, m *meter) ([]byte, error) {
	var out []byte
	for i := 0; i < len(b) && b[i] != 128; {
		n := int(b[i])
		i++
		if n < 128 {
			end := min(len(b), i+n+1)
			out = append(out, b[i:end]...)
			i = end
		} else if i < len(b) {
			out = append(out, bytes.Repeat(b[i:i+1], 257-n)...)
			i++
		}
		if int64(len(out)) > m.left {
			break
		}
	}
	return out, m.take(int64(len(out)))
}

// lzw undoes LZWDecode, whose codes widen one step early unless told otherwise; compress/lzw does not do that.
func lzw(b []byte, early int, m *meter) ([]byte, error) {
	const clear, eod = 256, 257
	type entry struct {
		prev  int32
		first byte
		last  byte
		n     int32
	}
	table := make([]entry, 258, 4096)
	for i := range 256 {
		table[i] = entry{-1, byte(i), byte(i), 1}
	}
	var out []byte
	width, prev := 9, -1
	acc, bits := uint32(0), 0
	for i := 0; ; {
		for bits < width && i < len(b) {
			acc = acc<<8 | uint32(b[i])
			bits += 8
			i++
		}
		if bits < width {
			break
		}
		code := int(acc >> (bits - width) & (1<<width - 1))
		bits -= width
		if code == eod {
			break
		}
		if code == clear {
			table, width, prev = table[:258], 9, -1
			continue
		}
		if code > len(table) || code == len(table) && prev < 0 {
			break
		}
		var e entry
		if code < len(table) {
			e = table[code]
		} else {
			e = entry{int32(prev), table[prev].first, table[prev].first, table[prev].n + 1}
		}
		if prev >= 0 && len(table) < 4096 {
			table = append(table, entry{int32(prev), table[prev].first, e.first, table[prev].n + 1})
		} else if code >= len(table) {
			break
		}
		if int64(len(out))+int64(e.n) > m.left {
			return nil, m.take(m.left + 1)
		}
		at := len(out)
		out = append(out, make([]byte, e.n)...)
		for k, c := at+int(e.n)-1, int32(code); k >= at && c >= 0; k-- {
			out[k] = table[c].last
			c = table[c].prev
		}
		prev = code
		for width < 12 && len(table)+early >= 1<<width {
			width++
		}
	}
	return out, m.take(int64(len(out)))
}
