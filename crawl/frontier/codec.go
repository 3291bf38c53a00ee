package frontier

import (
	"encoding/binary"
	"errors"
	"time"
)

// record is an item as stored: its state, then its fields, varint-framed. JSON would double the size of the store.
type record struct {
	state State
	seq   uint64 // order of discovery within a priority
	item  Item
}

var states = []State{Unknown, Ready, Later, Leased, Closed, Dropped}

func (r *record) encode() []byte {
	b := make([]byte, 0, 64+len(r.item.URL)+len(r.item.Via)+len(r.item.Context))
	b = append(b, 1) // version of this layout
	for i, s := range states {
		if s == r.state {
			b = append(b, byte(i))
		}
	}
	b = binary.AppendUvarint(b, r.seq)
	b = binary.AppendUvarint(b, uint64(max(0, r.item.Priority)))
	b = binary.AppendUvarint(b, uint64(max(0, r.item.Depth)))
	b = binary.AppendUvarint(b, uint64(max(0, r.item.Attempts)))
	b = binary.AppendVarint(b, millis(r.item.Due))
	for _, s := range []string{r.item.URL, r.item.Method, r.item.Body, r.item.ContentType, r.item.Host, r.item.Portal, r.item.Via, r.item.ETag, r.item.LastMod, string(r.item.Context)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

var errCodec = errors.New("frontier: damaged record")

func decode(k Key, b []byte) (*record, error) {
	if len(b) < 2 || b[0] != 1 || int(b[1]) >= len(states) {
		return nil, errCodec
	}
	r := &record{state: states[b[1]]}
	r.item.Key = k
	b = b[2:]
	ok := true
	num := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			ok = false
			return 0
		}
		b = b[n:]
		return v
	}
	r.seq = num()
	r.item.Priority, r.item.Depth, r.item.Attempts = int(num()), int(num()), int(num())
	v, n := binary.Varint(b)
	if n <= 0 || !ok {
		return nil, errCodec
	}
	b = b[n:]
	r.item.Due = fromMillis(v)
	var ctx string
	for _, p := range []*string{&r.item.URL, &r.item.Method, &r.item.Body, &r.item.ContentType, &r.item.Host, &r.item.Portal, &r.item.Via, &r.item.ETag, &r.item.LastMod, &ctx} {
		l := num()
		if !ok || l > uint64(len(b)) {
			return nil, errCodec
		}
		*p, b = string(b[:l]), b[l:]
	}
	if ctx != "" {
		r.item.Context = []byte(ctx)
	}
	return r, nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMilli(v).UTC()
}

// readyKey orders a host's due items: higher priority first, then order of discovery.
func readyKey(host uint32, r *record) []byte {
	b := binary.BigEndian.AppendUint32(nil, host)
	b = binary.BigEndian.AppendUint16(b, uint16(0xFFFF-min(0xFFFF, max(0, r.item.Priority))))
	b = binary.BigEndian.AppendUint64(b, r.seq)
	return b
}

// laterKey orders items that are not due yet, over all hosts, by time.
func laterKey(host uint32, r *record) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(millis(r.item.Due)))
	b = binary.BigEndian.AppendUint32(b, host)
	return append(b, r.item.Key[:]...)
}
