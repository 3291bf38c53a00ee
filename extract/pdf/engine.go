package pdf

// An engine opens a file and resolves its objects. Two of them stand behind this interface: ledongthuc/pdf over a fresh
// cross-reference table of our own, and pdfcpu for encrypted files and for what the first reads badly.
type engine interface {
	// name is what document.Engine says.
	name() string
	// trailer is the dictionary that leads to the catalogue.
	trailer() value
}

// A value is one object with its references resolved on the way. No method fails: what is not there is nothing.
type value interface {
	kind() kind
	key(string) value
	index(int) value
	len() int
	num() float64
	// str is a string's bytes or a name.
	str() string
	// id is the same for two values only when they are the same object, or equal to the letter.
	id() string
	// raw are a stream's bytes, decrypted, before its filters; nil when it is no stream.
	raw() []byte
}

// nothing is the value of what is not there.
type nothing struct{}

func (nothing) kind() kind       { return null }
func (nothing) key(string) value { return nothing{} }
func (nothing) index(int) value  { return nothing{} }
func (nothing) len() int         { return 0 }
func (nothing) num() float64     { return 0 }
func (nothing) str() string      { return "" }
func (nothing) id() string       { return "" }
func (nothing) raw() []byte      { return nil }

// numbers reads an array of numbers, at most limit of them.
func numbers(v value, limit int) []float64 {
	n := min(v.len(), limit)
	out := make([]float64, n)
	for i := range n {
		out[i] = v.index(i).num()
	}
	return out
}

// integer is a value's number cut to a sane range.
func integer(v value) int {
	f := v.num()
	if f != f || f > 1<<31 || f < -(1<<31) {
		return 0
	}
	return int(f)
}

// whole is a number of the file as an index of 0 to most, or -1 when it is none. Converted unchecked, a large number turns
// into whatever the machine makes of it.
func whole(f float64, most int) int {
	if !(f >= 0 && f <= float64(most)) {
		return -1
	}
	return int(f)
}

// names lists the filters of a stream, or its single one.
func filters(v value) (names []string, parms []value) {
	f, p := v.key("Filter"), v.key("DecodeParms")
	if f.kind() == null {
		f = v.key("F")
	}
	if p.kind() == null {
		p = v.key("DP")
	}
	switch f.kind() {
	case symbol:
		return []string{f.str()}, []value{p}
	case array:
		for i := range min(f.len(), 8) {
			names = append(names, f.index(i).str())
			parms = append(parms, p.index(i))
		}
	}
	return names, parms
}

// decoded undoes a stream's filters up to the first that makes a picture, whose name it returns.
func decoded(v value, m *meter) (data []byte, rest string, parm value, err error) {
	data = v.raw()
	names, parms := filters(v)
	for i, name := range names {
		switch name {
		case "FlateDecode", "Fl":
			data, err = inflate(data, m)
		case "LZWDecode", "LZW":
			early := 1
			if e := parms[i].key("EarlyChange"); e.kind() == number {
				early = integer(e)
			}
			data, err = lzw(data, clamp(early, 0, 1), m)
		case "ASCIIHexDecode", "AHx":
			data = asciiHex(data)
		case "ASCII85Decode", "A85":
			data, err = ascii85Decode(data, m)
		case "RunLengthDecode", "RL":
			data, err = runLength(data, m)
		case "Crypt":
		default:
			return data, name, parms[i], nil
		}
		if err != nil {
			return nil, "", nothing{}, err
		}
		if p := integer(parms[i].key("Predictor")); p > 1 {
			colors, bits, columns := 1, 8, 1
			for key, to := range map[string]*int{"Colors": &colors, "BitsPerComponent": &bits, "Columns": &columns} {
				if x := parms[i].key(key); x.kind() == number {
					*to = integer(x)
				}
			}
			data = predict(data, p, colors, bits, columns)
		}
	}
	return data, "", nothing{}, nil
}
