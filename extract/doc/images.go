package doc

import (
	"bytes"
	"fmt"

	"nianbao/extract/internal/cfb"
)

const maxImages = 200

// The first and the last octets of pictures as they lie in the stream Data.
var pictureKinds = []struct{ head, tail []byte }{
	{[]byte("\x89PNG\r\n\x1a\n"), []byte("IEND\xaeB\x60\x82")},
	{[]byte("\xff\xd8\xff"), []byte("\xff\xd9")},
}

// Images gives the pictures of a document in their order, as files: what is to be read when Read flags a document that
// needs OCR. They are found by their first and last octets.
func Images(data []byte) ([][]byte, error) {
	c, err := cfb.Open(data)
	if err != nil {
		return nil, fmt.Errorf("doc: %w", err)
	}
	var out [][]byte
	b := c.Stream("Data")
	for len(out) < maxImages {
		at, kind := -1, 0
		for i, k := range pictureKinds {
			if n := bytes.Index(b, k.head); n >= 0 && (at < 0 || n < at) {
				at, kind = n, i
			}
		}
		if at < 0 {
			break
		}
		b = b[at:]
		size := pictureSize(b, pictureKinds[kind].tail)
		out = append(out, b[:size])
		b = b[size:]
	}
	return out, nil
}

// pictureSize is where a picture ends: behind its last octets, before the next picture. A picture may hold a smaller one.
func pictureSize(b, tail []byte) int {
	end := len(b)
	for _, k := range pictureKinds {
		if len(b) > 4096 {
			if n := bytes.Index(b[4096:], k.head); n >= 0 {
				end = min(end, n+4096)
			}
		}
	}
	if n := bytes.LastIndex(b[:end], tail); n >= 0 {
		return n + len(tail)
	}
	return end
}
