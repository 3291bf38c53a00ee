package pdf

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"nianbao/document"
)

// search finds every "N G obj" in a damaged file. Of an object defined twice the later one counts, as with updates.
func search(ctx context.Context, data []byte, m *meter) (*table, error) {
	t := &table{places: map[uint32]place{}, trailer: map[string]obj{}, repaired: true}
	var packs []uint32
	for i, steps := 0, 0; ; steps++ {
		if steps&0xfff == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("pdf: search: %w", ctx.Err())
		}
		n := bytes.Index(data[i:], []byte("obj"))
		if n < 0 {
			break
		}
		at := i + n
		i = at + 3
		if at >= 3 && string(data[at-3:at]) == "end" {
			continue
		}
		id, gen, start, ok := objectBefore(data, at)
		if !ok || id == 0 || id >= maxObjects {
			continue
		}
		if len(t.places) >= maxObjects {
			return nil, fmt.Errorf("pdf: %w: more than %d objects", document.ErrTooLarge, maxObjects)
		}
		t.places[id] = place{offset: start, gen: gen}
		switch typeAt(data, at+3) {
		case "ObjStm":
			packs = append(packs, id)
		case "XRef":
			x := lexer{b: data, i: at + 3}
			t.mergeTrailer(x.object(true).d)
		case "Catalog":
			if t.trailer["Root"].k != reference {
				t.trailer["Root"] = obj{k: reference, f: float64(id)}
			}
		}
	}
	t.trailers(data)
	t.unpack(ctx, data, packs, m)
	if t.trailer["Root"].k != reference {
		return nil, fmt.Errorf("pdf: %w: no catalogue among %d objects", document.ErrMalformed, len(t.places))
	}
	return t, nil
}

// objectBefore reads "N G " backwards from the word obj.
func objectBefore(data []byte, at int) (id uint32, gen, start int, ok bool) {
	back := func(i int) (value, begin int) {
		for i > 0 && class[data[i-1]] == space && at-i < 40 {
			i--
		}
		stop := i
		for i > 0 && data[i-1] >= '0' && data[i-1] <= '9' && stop-i < 10 {
			i--
		}
		v, err := strconv.Atoi(string(data[i:stop]))
		if err != nil {
			return -1, i
		}
		return v, i
	}
	g, i := back(at)
	if g < 0 || g > 65535 || i == 0 || class[data[i-1]] != space {
		return 0, 0, 0, false
	}
	n, i := back(i)
	if n < 0 || n > 1<<31 {
		return 0, 0, 0, false
	}
	return uint32(n), g, i, true
}

// typeAt is the /Type of the dictionary that begins near an offset, found cheaply: only its first bytes are looked at.
func typeAt(data []byte, at int) string {
	head := data[at:min(len(data), at+400)]
	if n := bytes.Index(head, []byte("stream")); n >= 0 {
		head = head[:n]
	}
	if n := bytes.Index(head, []byte("endobj")); n >= 0 {
		head = head[:n]
	}
	for _, t := range []string{"ObjStm", "XRef", "Catalog"} {
		if n := bytes.Index(head, []byte("/"+t)); n >= 0 {
			before := bytes.TrimRight(head[:n], " \r\n\t")
			if bytes.HasSuffix(before, []byte("/Type")) {
				return t
			}
		}
	}
	return ""
}

func (t *table) mergeTrailer(d map[string]obj) {
	for _, k := range []string{"Root", "Info", "Encrypt", "ID"} {
		if o, ok := d[k]; ok && (o.k == reference || k == "ID" || k == "Encrypt") {
			t.trailer[k] = o
		}
	}
}

// trailers takes what the trailers in the file say, later ones over earlier ones.
func (t *table) trailers(data []byte) {
	for i, n := 0, 0; n < 1000; n++ {
		at := bytes.Index(data[i:], []byte("trailer"))
		if at < 0 {
			return
		}
		i += at + len("trailer")
		x := lexer{b: data[:min(len(data), i+1<<16)], i: i}
		if d := x.object(true); d.k == dict {
			if root, ok := d.d["Root"]; ok {
				if _, known := t.places[uint32(root.f)]; !known {
					delete(d.d, "Root")
				}
			}
			t.mergeTrailer(d.d)
		}
	}
}

// unpack notes the objects in object streams that stand nowhere else, and finds the catalogue among them.
func (t *table) unpack(ctx context.Context, data []byte, packs []uint32, m *meter) {
	for _, id := range packs {
		if ctx.Err() != nil {
			return
		}
		members, err := t.members(data, id, m)
		if err != nil {
			continue
		}
		for i, e := range members {
			if old, ok := t.places[e.id]; !ok || old.offset < 0 {
				t.places[e.id] = place{offset: -1, stream: id, index: i}
			}
			if t.trailer["Root"].k != reference && bytes.Contains(e.body[:min(len(e.body), 2000)], []byte("/Catalog")) {
				t.trailer["Root"] = obj{k: reference, f: float64(e.id)}
			}
		}
	}
}

// A member is an object in an object stream.
type member struct {
	id   uint32
	body []byte
}

// members opens an object stream.
func (t *table) members(data []byte, id uint32, m *meter) ([]member, error) {
	p := t.places[id]
	if p.offset <= 0 || !isObject(data, p.offset, id) {
		return nil, fmt.Errorf("pdf: %w: object stream %d is not there", document.ErrMalformed, id)
	}
	x := lexer{b: data, i: p.offset}
	for range 3 {
		x.object(false)
	}
	d, body, err := t.streamAt(data, &x, m)
	if err != nil {
		return nil, err
	}
	if d["Type"].name() != "ObjStm" {
		return nil, fmt.Errorf("pdf: %w: object %d is no object stream", document.ErrMalformed, id)
	}
	first, n := whole(d["First"].f, len(body)), whole(d["N"].f, maxObjects)
	if first < 0 || n < 0 {
		return nil, fmt.Errorf("pdf: %w: object stream %d", document.ErrMalformed, id)
	}
	head := lexer{b: body[:first]}
	var out []member
	for range min(n, first) {
		num, off := head.object(false), head.object(false)
		if num.k != number || off.k != number {
			break
		}
		at := whole(off.f, len(body)-first)
		if num.f < 1 || num.f >= maxObjects || at < 0 {
			out = append(out, member{})
			continue
		}
		at += first
		y := lexer{b: body, i: at}
		y.object(true)
		out = append(out, member{uint32(num.f), body[at:min(y.i, len(body))]})
	}
	return out, nil
}

// header is what the first engine insists on.
const header = "%PDF-1.7\n"

// normalise rewrites a file so that its cross-reference table is ours: a plain table, with the objects of object streams
// written out behind the old bytes. Nothing else of the file is changed. It also says where every object stands then.
func (t *table) normalise(ctx context.Context, data []byte, m *meter) (out []byte, at map[uint32]place, err error) {
	out = make([]byte, 0, len(data)+len(header)+20*len(t.places)+1024)
	out = append(out, header...)
	out = append(out, data...)
	out = append(out, '\n')
	at = make(map[uint32]place, len(t.places))
	packs := map[uint32][]uint32{}
	for id, p := range t.places {
		switch {
		case p.offset > 0:
			at[id] = place{offset: p.offset + len(header), gen: p.gen}
		case p.offset < 0:
			packs[p.stream] = append(packs[p.stream], id)
		}
	}
	for _, pack := range slices.Sorted(maps.Keys(packs)) {
		if err := ctx.Err(); err != nil {
			return nil, nil, fmt.Errorf("pdf: object streams: %w", err)
		}
		members, err := t.members(data, pack, m)
		if err != nil {
			t.repaired = true
			continue
		}
		wanted := map[uint32]bool{}
		for _, id := range packs[pack] {
			wanted[id] = true
		}
		for _, e := range members {
			if !wanted[e.id] || e.id == 0 {
				continue
			}
			at[e.id] = place{offset: len(out)}
			out = strconv.AppendUint(out, uint64(e.id), 10)
			out = append(out, " 0 obj\n"...)
			out = append(out, e.body...)
			out = append(out, "\nendobj\n"...)
		}
	}
	start := len(out)
	out = append(out, "xref\n"...)
	ids := slices.Sorted(maps.Keys(at))
	size := uint32(1)
	for i := 0; i < len(ids); {
		j := i + 1
		for j < len(ids) && ids[j] == ids[j-1]+1 {
			j++
		}
		out = fmt.Appendf(out, "%d %d\n", ids[i], j-i)
		for _, id := range ids[i:j] {
			out = fmt.Appendf(out, "%010d %05d n \n", at[id].offset, at[id].gen)
		}
		size = ids[j-1] + 1
		i = j
	}
	out = fmt.Appendf(out, "trailer\n<< /Size %d /Root %d %d R", size, uint32(t.trailer["Root"].f), at[uint32(t.trailer["Root"].f)].gen)
	if info := t.trailer["Info"]; info.k == reference {
		out = fmt.Appendf(out, " /Info %d %d R", uint32(info.f), at[uint32(info.f)].gen)
	}
	if e := t.trailer["Encrypt"]; e.k == reference { // for the engine that decrypts
		out = fmt.Appendf(out, " /Encrypt %d %d R", uint32(e.f), at[uint32(e.f)].gen)
		if id := t.trailer["ID"]; len(id.a) == 2 {
			out = fmt.Appendf(out, " /ID [<%x> <%x>]", id.a[0].s, id.a[1].s)
		}
	}
	out = fmt.Appendf(out, " >>\nstartxref\n%d\n%%%%EOF\n", start)
	return out, at, nil
}
