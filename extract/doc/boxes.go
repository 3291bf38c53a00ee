package doc

// textBoxes gives the stretches of text of text boxes by the position they are anchored at, and those whose anchor is
// not found. [MS-DOC] §2.8.33 (PlcftxbxTxt) and §2.8.37 (PlcfSpa).
func (f *file) textBoxes() (anchored map[int][][2]int, loose [][2]int) {
	total := len(f.text.chars)
	base := min(total, f.fib.body+f.fib.notes+f.fib.headers+f.fib.comments+f.fib.endnotes)
	end := min(total, base+f.fib.boxes)
	if base == end {
		return nil, nil
	}
	spa := f.part(fcPlcSpaMom)
	n := max(0, (len(spa)-4)/30)
	anchor := map[int]int{}
	for i := range n {
		anchor[u32(spa, 4*(n+1)+26*i)] = u32(spa, 4*i)
	}
	plc := f.part(fcPlcfTxbxTxt)
	m := (len(plc) - 4) / 26
	if m < 1 {
		return nil, [][2]int{{base, end}}
	}
	anchored = map[int][][2]int{}
	read := base
	for i := range m {
		r := [2]int{min(end, base+u32(plc, 4*i)), min(end, base+u32(plc, 4*i+4))}
		if r[0] < read || r[0] >= r[1] { // no text is read twice
			continue
		}
		read = r[1]
		if cp, ok := anchor[u32(plc, 4*(m+1)+22*i+14)]; ok && cp < f.fib.body {
			anchored[cp] = append(anchored[cp], r)
		} else {
			loose = append(loose, r)
		}
	}
	return anchored, loose
}
