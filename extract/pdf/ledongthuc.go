package pdf

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	lib "github.com/ledongthuc/pdf"

	"nianbao/document"
)

// ledongthuc is the first engine. It is only ever given files whose cross-reference table we wrote: its own reading of
// tables trusts sizes and follows loops.
type ledongthuc struct {
	r    *lib.Reader
	data []byte
	// spare reads the objects on which the library panics; broken says that there were some.
	spare  lenient
	broken bool
}

// openLedongthuc opens a file that normalise made.
func openLedongthuc(data []byte, places map[uint32]place) (e *ledongthuc, err error) {
	defer func() {
		if p := recover(); p != nil {
			e, err = nil, fmt.Errorf("pdf: open: %w: %v", document.ErrMalformed, p)
		}
	}()
	r, err := lib.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("pdf: open: %w: %w", document.ErrMalformed, err)
	}
	return &ledongthuc{r: r, data: data, spare: lenient{data: data, places: places}}, nil
}

func (e *ledongthuc) name() string   { return "pdf/ledongthuc" }
func (e *ledongthuc) trailer() value { return e.wrap(e.r.Trailer()) }

func (e *ledongthuc) wrap(v lib.Value) value {
	if v.IsNull() {
		return nothing{}
	}
	return ledongthucValue{v, e}
}

type ledongthucValue struct {
	v lib.Value
	e *ledongthuc
}

var kinds = map[lib.ValueKind]kind{
	lib.Bool: boolean, lib.Integer: number, lib.Real: number, lib.String: text, lib.Name: symbol,
	lib.Dict: dict, lib.Stream: dict, lib.Array: array,
}

func (v ledongthucValue) kind() kind { return kinds[v.v.Kind()] }

// key resolves a reference. The library panics on an object that does not parse; then the lexer reads it.
func (v ledongthucValue) key(k string) (out value) {
	defer func() {
		if recover() != nil {
			out = v.salvage(func(o obj) obj { return o.d[k] })
		}
	}()
	return v.e.wrap(v.v.Key(k))
}

func (v ledongthucValue) index(i int) (out value) {
	defer func() {
		if recover() != nil {
			out = v.salvage(func(o obj) obj {
				if i < 0 || i >= len(o.a) {
					return obj{}
				}
				return o.a[i]
			})
		}
	}()
	return v.e.wrap(v.v.Index(i))
}

// salvage reads an object that a part of v refers to. The library does not tell references, but prints them.
func (v ledongthucValue) salvage(part func(obj) obj) value {
	v.e.broken = true
	x := lexer{b: []byte(v.v.String())}
	o := part(x.object(true))
	if o.k != reference {
		return nothing{}
	}
	return v.e.spare.at(uint32(o.f))
}

func (v ledongthucValue) len() int { return v.v.Len() }

func (v ledongthucValue) num() float64 {
	if v.v.Kind() == lib.Bool && v.v.Bool() {
		return 1
	}
	return v.v.Float64()
}

func (v ledongthucValue) str() string {
	if v.v.Kind() == lib.Name {
		return v.v.Name()
	}
	return v.v.RawString()
}

// id is the object as the library prints it: references by their numbers, streams with their offset.
func (v ledongthucValue) id() string { return v.v.String() }

// raw cuts the stream out of the file itself: the library's own reader knows two filters and trusts /Length.
func (v ledongthucValue) raw() []byte {
	if v.v.Kind() != lib.Stream {
		return nil
	}
	s := v.v.String()
	offset, err := strconv.ParseInt(s[strings.LastIndexByte(s, '@')+1:], 10, 64)
	if err != nil || offset < 0 || offset > int64(len(v.e.data)) {
		return nil
	}
	return streamBytes(v.e.data, int(offset), v.key("Length").num())
}

// streamBytes are the bytes of a stream that begins at offset, by its length when "endstream" stands there, else up to
// the next "endstream".
func streamBytes(data []byte, offset int, length float64) []byte {
	rest := data[offset:]
	if length >= 0 && length <= float64(len(rest)) {
		n := int(length)
		tail := bytes.TrimLeft(rest[n:min(len(rest), n+16)], "\r\n\t \x00")
		if bytes.HasPrefix(tail, []byte("endstream")) || bytes.HasPrefix(tail, []byte("endobj")) {
			return rest[:n]
		}
	}
	n := bytes.Index(rest, []byte("endstream"))
	if n < 0 {
		if n = bytes.Index(rest, []byte("endobj")); n < 0 {
			return rest
		}
	}
	if n > 0 && rest[n-1] == '\n' {
		n--
	}
	if n > 0 && rest[n-1] == '\r' {
		n--
	}
	return rest[:n]
}
