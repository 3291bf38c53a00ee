package pdf

import (
	"fmt"

	"nianbao/document"
)

// lenient resolves objects with the lexer alone, which takes sense from damaged ones where it can. It serves before there
// is an engine, and where the first engine gives an object up.
type lenient struct {
	data   []byte
	places map[uint32]place
	depth  int // of references being followed
}

// at reads the object with a number; nothing when it does not stand where it should.
func (e *lenient) at(id uint32) value {
	p, ok := e.places[id]
	if !ok || p.offset <= 0 || e.depth > 20 || !isObject(e.data, p.offset, id) {
		return nothing{}
	}
	x := lexer{b: e.data, i: p.offset}
	for range 3 {
		x.object(false)
	}
	e.depth++
	defer func() { e.depth-- }()
	return e.read(&x, fmt.Sprintf("object %d", id))
}

// read reads an object and, behind a dictionary, its stream.
func (e *lenient) read(x *lexer, name string) value {
	v := lenientValue{e: e, o: x.object(true), name: name}
	if v.o.k == reference {
		return e.at(uint32(v.o.f))
	}
	if v.o.k != dict || !x.object(false).is("stream") {
		return v
	}
	if x.i < len(e.data) && e.data[x.i] == '\r' {
		x.i++
	}
	if x.i < len(e.data) && e.data[x.i] == '\n' {
		x.i++
	}
	length := -1.0
	if l := v.key("Length"); l.kind() == number {
		length = l.num()
	}
	v.body = streamBytes(e.data, min(x.i, len(e.data)), length)
	return v
}

// streamAt is the decoded body of a stream whose dictionary stands at the lexer.
func (t *table) streamAt(data []byte, x *lexer, m *meter) (header map[string]obj, body []byte, err error) {
	e := &lenient{data: data, places: t.places}
	v, ok := e.read(x, "").(lenientValue)
	if !ok || v.body == nil {
		return nil, nil, fmt.Errorf("pdf: %w: no stream", document.ErrMalformed)
	}
	body, rest, _, err := decoded(v, m)
	if err == nil && rest != "" {
		err = fmt.Errorf("pdf: %w: filter %s", document.ErrMalformed, rest)
	}
	return v.o.d, body, err
}

// A lenientValue is a value read by the lexer.
type lenientValue struct {
	e    *lenient
	o    obj
	body []byte
	name string // of the object it is, or is part of
}

func (v lenientValue) wrap(o obj, step string) value {
	if o.k == reference {
		return v.e.at(uint32(o.f))
	}
	return lenientValue{e: v.e, o: o, name: v.name + step}
}

func (v lenientValue) kind() kind { return v.o.k }

func (v lenientValue) key(k string) value {
	if o, ok := v.o.d[k]; ok {
		return v.wrap(o, "/"+k)
	}
	return nothing{}
}

func (v lenientValue) index(i int) value {
	if i < 0 || i >= len(v.o.a) {
		return nothing{}
	}
	return v.wrap(v.o.a[i], fmt.Sprint("/", i))
}

func (v lenientValue) len() int     { return len(v.o.a) }
func (v lenientValue) num() float64 { return v.o.f }
func (v lenientValue) str() string  { return string(v.o.s) }
func (v lenientValue) id() string   { return v.name }
func (v lenientValue) raw() []byte  { return v.body }
