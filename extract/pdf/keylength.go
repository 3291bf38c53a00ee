package pdf

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// withKeyLength adds the key length to the encryption dictionary of a file that leaves it out, as an update behind the
// file. Version 4 has keys of 128 bits; the second engine refuses crypt filters without a length and takes a missing one
// of the dictionary for 40.
func (t *table) withKeyLength(data []byte) []byte {
	e := t.trailer["Encrypt"]
	id, gen, d := uint32(0), 0, e.d
	if e.k == reference {
		id = uint32(e.f)
		p := t.places[id]
		v, ok := (&lenient{data: data, places: t.places}).at(id).(lenientValue)
		if !ok || p.offset <= 0 {
			return data
		}
		gen, d = p.gen, v.o.d
	}
	if d["V"].f != 4 {
		return data
	}
	d = maps.Clone(d)
	missing := false
	if d["Length"].k != number {
		missing = true
		d["Length"] = obj{k: number, f: 128}
	}
	if cf := d["CF"]; cf.k == dict {
		all := maps.Clone(cf.d)
		for name, f := range all {
			if f.k == dict && f.d["Length"].k != number {
				missing = true
				f.d = maps.Clone(f.d)
				f.d["Length"] = obj{k: number, f: 16}
				all[name] = f
			}
		}
		d["CF"] = obj{k: dict, d: all}
	}
	at := bytes.LastIndex(data, []byte("startxref"))
	if !missing || at < 0 {
		return data
	}
	x := lexer{b: data, i: at + len("startxref")}
	before := x.object(false)
	size := slices.Max(append(slices.Collect(maps.Keys(t.places)), 0)) + 1
	if id == 0 {
		id = size
		size++
	}
	trailer := map[string]obj{"Size": {k: number, f: float64(size)}, "Encrypt": {k: reference, f: float64(id)}, "Prev": before}
	for _, k := range []string{"Root", "Info", "ID"} {
		if o, ok := t.trailer[k]; ok {
			trailer[k] = o
		}
	}
	out := append(bytes.Clone(data), '\n')
	start := len(out)
	out = fmt.Appendf(out, "%d %d obj\n%s\nendobj\n", id, gen, t.print(nil, obj{k: dict, d: d}))
	table := len(out)
	return fmt.Appendf(out, "xref\n%d 1\n%010d %05d n \ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n", id, start, gen, t.print(nil, obj{k: dict, d: trailer}), table)
}

// print writes an object.
func (t *table) print(out []byte, o obj) []byte {
	switch o.k {
	case boolean:
		return strconv.AppendBool(out, o.f == 1)
	case number:
		return strconv.AppendFloat(out, o.f, 'f', -1, 64)
	case text:
		return fmt.Appendf(out, "<%x>", o.s)
	case symbol:
		out = append(out, '/')
		for _, c := range o.s {
			if class[c] != regular || c == '#' || c < 0x21 || c > 0x7e {
				out = fmt.Appendf(out, "#%02x", c)
			} else {
				out = append(out, c)
			}
		}
		return out
	case reference:
		return fmt.Appendf(out, "%d %d R", uint32(o.f), t.places[uint32(o.f)].gen)
	case array:
		out = append(out, '[')
		for _, e := range o.a {
			out = append(t.print(out, e), ' ')
		}
		return append(out, ']')
	case dict:
		out = append(out, "<<"...)
		for _, k := range slices.Sorted(maps.Keys(o.d)) {
			out = t.print(out, obj{k: symbol, s: []byte(k)})
			out = append(t.print(append(out, ' '), o.d[k]), ' ')
		}
		return append(out, ">>"...)
	}
	return append(out, "null"...)
}
