package doc

// chosen is the entry that a drop-down list of a form shows, from its data in the stream Data ([MS-DOC] §2.9.78 FFData);
// empty for other fields.
func (f *file) chosen(at int) string {
	if at < 0 || at+6 > len(f.data) {
		return ""
	}
	b := clip(f.data, at, u32(f.data, at))
	head := u16(b, 4)
	b = b[min(len(b), head):]
	if len(b) < 10 || u32(b, 0) != 0xFFFFFFFF {
		return ""
	}
	bits := u16(b, 4)
	if bits&3 != 2 { // a text or a box to tick
		return ""
	}
	b = b[10:]
	skip := func() { // a string with its length before and a zero behind it
		n := 2 + 2*u16(b, 0) + 2
		b = b[min(len(b), n):]
	}
	skip()
	result := bits >> 2 & 31
	if result == 25 { // not chosen yet
		result = u16(b, 0)
	}
	b = b[min(len(b), 2):]
	for range 5 {
		skip()
	}
	if len(b) < 6 || u16(b, 0) != 0xFFFF {
		return ""
	}
	n, extra := u16(b, 2), u16(b, 4)
	b = b[6:]
	for i := range n {
		size := 2 * u16(b, 0)
		if i == result {
			return wide(clip(b, 2, size))
		}
		b = b[min(len(b), 2+size+extra):]
	}
	return ""
}
