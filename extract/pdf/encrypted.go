package pdf

import (
	"bytes"
	"context"
	"regexp"
	"strconv"
)

const (
	maxMended = 20 // streams that are mended before a file is given up
	cipher    = 16 // octets of a block of AES
)

// failed names the object in an error of the second engine.
var failed = regexp.MustCompile(`obj#(\d{1,7})`)

// openEncrypted opens a file by the second engine, which refuses a whole file for one stream that does not decrypt. Such
// a stream is cut to whole blocks; one that fails again is taken out. It says whether there were any.
func openEncrypted(ctx context.Context, data []byte, places map[uint32]place, limit int64) (e engine, mended bool, err error) {
	tried := map[uint32]int{}
	for {
		p, err := openPdfcpu(ctx, data, limit)
		if err == nil {
			return p, mended, nil
		}
		m := failed.FindStringSubmatch(err.Error())
		if m == nil || ctx.Err() != nil || len(tried) >= maxMended {
			return nil, mended, err
		}
		n, _ := strconv.Atoi(m[1]) // seven digits
		id := uint32(n)
		if !mended {
			data, mended = bytes.Clone(data), true
		}
		if tried[id]++; tried[id] > 2 || !mend(data, places, id, tried[id] > 1) {
			return nil, mended, err
		}
	}
}

// mend cuts an object's stream to whole blocks, or takes the object out, without moving anything else of the file.
func mend(data []byte, places map[uint32]place, id uint32, out bool) bool {
	p := places[id]
	if p.offset <= 0 || !isObject(data, p.offset, id) {
		return false
	}
	x := lexer{b: data, i: p.offset}
	for range 3 {
		x.object(false)
	}
	begin := x.i
	v, _ := (&lenient{data: data, places: places}).read(&x, "").(lenientValue)
	if len(v.body) == 0 {
		return false
	}
	start := x.i // of the body
	stop := bytes.Index(data[start+len(v.body):], []byte("endobj"))
	if stop < 0 {
		return false
	}
	stop += start + len(v.body) + len("endobj")
	rest := "\nendstream\nendobj"
	if out {
		start, rest = begin, " null\nendobj"
	} else {
		start += len(v.body) - len(v.body)%cipher
	}
	if stop-start < len(rest) {
		return false
	}
	for i := start + copy(data[start:stop], rest); i < stop; i++ {
		data[i] = ' '
	}
	return true
}
