package doc

// hiddenChars marks what a reader of the printed page does not see: deleted and hidden runs, and the codes of fields.
func (f *file) hiddenChars() []bool {
	out := make([]bool, len(f.text.chars))
	chpx := f.readRuns(fcPlcfBteChpx, chpxSize)
	for i := range f.text.pieces {
		p := &f.text.pieces[i]
		whole := unseen(p.grpprl, false)
		for cp := p.cp; cp < p.end; {
			r := chpx.at(p.offset(cp))
			if r.to == 0 { // no run here: look at the next character
				out[cp] = whole
				cp++
				continue
			}
			end := min(p.end, p.cp+(r.to-p.fc+p.width-1)/p.width)
			if hide := unseen(r.props, whole); hide {
				for k := cp; k < end; k++ {
					out[k] = true
				}
			}
			cp = max(cp+1, end)
		}
	}
	f.hideFieldCodes(out)
	return out
}

// unseen reports whether character properties take a run away.
func unseen(grpprl []byte, before bool) bool {
	deleted, vanished := before, false
	each(grpprl, func(code int, b []byte) {
		switch code {
		case sprmCFRMarkDel:
			deleted = b[0] == 1 || b[0] == 0x81
		case sprmCFVanish:
			vanished = b[0] == 1 || b[0] == 0x81
		}
	})
	return deleted || vanished
}

const maxFields = 100 // nested

// hideFieldCodes hides each field from its begin to its separator, or to its end when it has no result. A begin
// without an end hides nothing.
func (f *file) hideFieldCodes(out []bool) {
	type field struct{ begin, sep int }
	var open []field
	for cp, c := range f.text.chars {
		switch c {
		case charFieldBegin:
			if len(open) < maxFields {
				open = append(open, field{cp, -1})
			}
		case charFieldSep:
			if n := len(open); n > 0 && open[n-1].sep < 0 {
				open[n-1].sep = cp
			}
		case charFieldEnd:
			n := len(open)
			if n == 0 {
				continue
			}
			end := cp
			if open[n-1].sep >= 0 {
				end = open[n-1].sep
			}
			for k := open[n-1].begin; k <= end; k++ {
				out[k] = true
			}
			open = open[:n-1]
		}
	}
}
