package doc

// style is what a style says of outline, list and looks.
type style struct {
	outline     int // 9 is body text
	list, level int
	chars       charProps
}

const maxStyles = 4096

// readStyles reads the style sheet, [MS-DOC] §2.9.271.
func (f *file) readStyles() []style {
	b := f.part(fcStshf)
	n, base := min(u16(b, 2), maxStyles), u16(b, 4)
	b = b[min(len(b), 2+u16(b, 0)):]
	out, based := make([]style, n), make([]int, n)
	own, chars := make([][]byte, n), make([][]byte, n)
	for i := range out {
		out[i].outline, based[i] = 9, 0xFFF
		out[i].chars.ink, out[i].chars.ground = noColor, noColor
		if len(b) < 2 {
			continue
		}
		size := u16(b, 0)
		std := clip(b, 2, size)
		b = b[min(len(b), 2+size):]
		if len(std) < 10 {
			continue
		}
		if sti := u16(std, 0) & 0xFFF; sti >= 1 && sti <= 9 { // the built-in headings
			out[i].outline = sti - 1
		}
		kind := u16(std, 2)
		based[i] = kind >> 4
		at := max(10, base)
		at += 2 + 2*u16(std, at) + 2 // the name and its end
		if kind&15 == 1 {            // a paragraph style: its first list is of paragraph properties
			cb := u16(std, at)
			if cb > 2 {
				own[i] = clip(std, at+4, cb-2)
			}
			at += 2 + cb + cb&1
		}
		if kind&15 == 1 || kind&15 == 2 {
			chars[i] = clip(std, at+2, u16(std, at))
		}
	}
	done := make([]bool, n)
	var settle func(i, depth int)
	settle = func(i, depth int) {
		if done[i] || depth > 20 {
			return
		}
		done[i] = true
		if k := based[i]; k < n && k != i {
			settle(k, depth+1)
			if out[i].outline == 9 {
				out[i].outline = out[k].outline
			}
			out[i].list, out[i].level = out[k].list, out[k].level
			out[i].chars = out[k].chars
		}
		p := paragraphProps{outline: out[i].outline, list: out[i].list, level: out[i].level}
		f.apply(&p, own[i], 1)
		out[i] = style{p.outline, p.list, p.level, out[i].chars.with(chars[i], out[i].chars)}
	}
	for i := range out {
		settle(i, 0)
	}
	return out
}
